"""The trust stores: CAPF and CallManager must trust whoever signs phones' certificates [field guide 2]."""

from collections.abc import Iterator, Sequence
from typing import Final

from lscctl.cucm.faults import WireFault
from lscctl.cucm.trust_stores import CALL_MANAGER_TRUST, CAPF_TRUST, TrustStores
from lscctl.preflight.checks.of_the_plan import everyone
from lscctl.preflight.ground import Ground
from lscctl.preflight.interface import fail, result, skip, warn
from lscctl.preflight.third_party.authority import GIVE, ca_chain
from lscctl.third_party_ca import GivenCa, ThirdParty
from lscctl.trustlist.certificate import Certificate
from lscctl.trustlist.names import common_name
from lscctl.verdict import CheckResult, Fault

_UPLOAD: Final = (
    "Upload it on the publisher: Cisco Unified OS Administration > Security > Certificate Management > Upload "
    "Certificate/Certificate chain, purpose {store}, the root first. CAPF restarts by itself after each upload to CAPF-trust."
)


class TrustStoresCheck:
    """CAPF-trust and CallManager-trust hold the CA's whole chain."""

    name = "trust-stores"
    title = "Trust stores"
    looked_at = "the certificates of the database, and in which stores they are"

    def __init__(self, kind: ThirdParty, given: GivenCa) -> None:
        self._kind = kind
        self._given = given

    def run(self, ground: Ground) -> CheckResult:
        """Look for each certificate of the chain in each of the two."""
        chain = ca_chain(ground, self._kind, self._given)
        if not chain:
            return result(self, "", [skip("ca-not-given", "nobody said which CA is meant", GIVE)])
        try:
            stores, held = ground.cluster.trust_stores(), {one.der for one in ground.stored}
        except WireFault as error:
            return result(self, "", [skip("trust-stores-unseen", error.message, error.hint or "")])
        faults = [fault for one in reversed(chain) for fault in _missing(ground, one, stores, held)]
        if stores is None and not faults:
            faults = [_not_told(chain)]
        names = ", ".join(common_name(one.subject) for one in reversed(chain))
        return result(self, f"{CAPF_TRUST} and {CALL_MANAGER_TRUST} hold {names}" if not faults else "", faults)


def _missing(ground: Ground, one: Certificate, stores: TrustStores | None, held: set[bytes]) -> Iterator[Fault]:
    name = common_name(one.subject)
    if stores is None:
        if one.der not in held:
            yield fail("ca-not-trusted", f"no store holds the certificate of {name}", _UPLOAD.format(store=CAPF_TRUST))
        return
    if not stores.hold(one, CAPF_TRUST):
        yield fail("ca-not-trusted", f"{CAPF_TRUST} lacks the certificate of {name}", _UPLOAD.format(store=CAPF_TRUST))
    if not stores.hold(one, CALL_MANAGER_TRUST):
        secure = ground.mixed or any(phone.profile.secure for phone, _ in everyone(ground))
        yield (fail if secure else warn)(
            "ca-not-trusted-for-calls",
            f"{CALL_MANAGER_TRUST} lacks the certificate of {name}: phones with secure profiles would not register with such LSCs",
            _UPLOAD.format(store=CALL_MANAGER_TRUST),
        )


def _not_told(chain: Sequence[Certificate]) -> Fault:
    return skip(
        "trust-stores-unseen",
        f"the database holds {len(chain)} of {len(chain)} certificates of the CA, and does not tell in which stores",
        f"Look in Certificate Management for them in {CAPF_TRUST} and in {CALL_MANAGER_TRUST}.",
    )
