"""Whether CAPF's own certificate is from the CA that is meant."""

from collections.abc import Iterator

from lscctl.preflight.ground import Ground
from lscctl.preflight.interface import result, skip, warn
from lscctl.preflight.third_party.issuer import FaultMaker
from lscctl.third_party_ca import GivenCa
from lscctl.trustlist.certificate import Certificate, chain_of
from lscctl.trustlist.names import common_name
from lscctl.verdict import CheckResult, Fault

_SHAPE = "CA:TRUE, pathlen:0, Digital Signature and Certificate Sign"


class CapfIssuerCheck:
    """The certificate that CAPF presents was signed by the CA, and has the form that CAPF needs."""

    name = "capf-issuer"
    title = "CAPF certificate's CA"
    looked_at = "the certificate that CAPF's port presents, beside those that --ca gives"

    def __init__(self, given: GivenCa, fault: FaultMaker) -> None:
        self._given = given
        self._fault = fault

    def run(self, ground: Ground) -> CheckResult:
        """Follow its chain by the signatures."""
        live = ground.live_capf
        if live is None:
            why = ground.capf.why or "none that can be read"
            return result(
                self,
                "",
                [
                    skip(
                        "capf-certificate-unseen",
                        f"CAPF shows no certificate: {why}",
                        "Let CAPF run, and let this computer reach its port.",
                    )
                ],
            )
        evidence = f"{common_name(live.subject)}, issued by {common_name(live.issuer)}"
        return result(self, evidence, [*self._origin(live), *self._form(live)])

    def _origin(self, live: Certificate) -> Iterator[Fault]:
        if live.self_issued:
            yield self._fault(
                "capf-self-signed",
                "CAPF's certificate is signed by itself: not yet by the CA, or CAPF was not restarted since",
                "Generate CSR (purpose CAPF), have the CA sign it, upload it with purpose CAPF, restart CAPF: lscctl capf plan "
                "--issuer signed tells the steps.",
            )
            return
        if not self._given.certificates:
            return
        above = next((one for one in chain_of(live, self._given.certificates)[1:2]), None)
        if above is None:
            yield self._fault(
                "capf-of-another-ca",
                f"CAPF's certificate was issued by {common_name(live.issuer)}, and --ca gives {_names(self._given)}",
                "Give that CA with --ca, or upload the certificate that the CA meant has signed.",
            )
        elif live.issued_by(above) is False:
            yield self._fault(
                "capf-not-signed",
                f"CAPF's certificate names {common_name(above.subject)}, whose key did not sign it",
                "Give the certificate of the very CA: it was perhaps renewed with another key.",
            )
        elif live.valid_until > above.valid_until:
            yield warn(
                "capf-outlives-ca",
                f"CAPF's certificate ends after that of {common_name(above.subject)}, and is worth nothing from then on",
                "Have the CA sign it for less time, or renew the CA first.",
            )

    def _form(self, live: Certificate) -> Iterator[Fault]:
        whole = live.ca and live.path_length == 0 and live.digital_signature and live.signs_certificates
        if not live.self_issued and not whole:
            yield self._fault(
                "capf-certificate-form",
                f"it lacks some of {_SHAPE}: without them TLS with CAPF fails (14SU2 and later)",
                "Have the CA sign it anew with the template of a subordinate CA whose path length is 0.",
            )


def _names(given: GivenCa) -> str:
    return ", ".join(sorted(common_name(one.subject) for one in given.certificates))
