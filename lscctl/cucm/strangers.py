"""Who is there, before anybody trusts them: nothing is sent but the handshake, or a page that anybody may read."""

from dataclasses import replace

from lscctl.cucm.connection import Trust
from lscctl.cucm.faults import TlsNotTrusted, Unreachable, WireFault
from lscctl.cucm.transport import Endpoint, Transport

_ANY_PAGE = "/cucm-uds/version"
_NOBODY_S = "0" * 64


def why_not_trusted(endpoint: Endpoint) -> TlsNotTrusted | None:
    """Why the endpoint's trust does not let its certificate pass; None where it does. Raises Unreachable."""
    try:
        with Transport(endpoint) as transport:
            transport.get_anonymously(_ANY_PAGE)
    except TlsNotTrusted as refusal:
        return refusal
    except Unreachable:
        raise
    except WireFault:
        return None  # whatever stands behind the certificate
    return None


def shown_fingerprint(endpoint: Endpoint) -> str:
    """The SHA-256 of the certificate that is shown to us, '' where that cannot be seen. Raises Unreachable.

    A server may have certificates of several kinds of keys: what counts is the one that our own connections get.
    """
    refusal = why_not_trusted(replace(endpoint, trust=Trust(fingerprint=_NOBODY_S)))
    return "" if refusal is None else refusal.fingerprint
