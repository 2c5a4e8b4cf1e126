"""Who is set to issue LSCs: the service parameter `Certificate Issuer to Endpoint` [field guide 1]."""

from collections.abc import Callable, Iterator
from typing import Final

from lscctl.plan import Issuer
from lscctl.preflight.ground import Ground
from lscctl.preflight.interface import fail, result, skip
from lscctl.third_party_ca import ThirdParty
from lscctl.verdict import CheckResult, Fault

FaultMaker = Callable[[str, str, str], Fault]
"""`warn` or `fail`."""

SINCE: Final = (12, 5)
"""The first release that knows an Online CA."""

PARAMETER: Final = "Certificate Issuer to Endpoint"
WHERE: Final = "System > Service Parameters > the publisher > Cisco Certificate Authority Proxy Function"


class IssuerCheck:
    """The parameter says who is to issue; `fault` says how bad it is where it does not yet."""

    name = "issuer"
    title = "Issuer of LSCs"
    looked_at = f"the service parameter {PARAMETER}"

    def __init__(self, kind: ThirdParty, fault: FaultMaker) -> None:
        self._kind = kind
        self._fault = fault

    def run(self, ground: Ground) -> CheckResult:
        """Compare it with who is wanted."""
        return result(self, f"{PARAMETER} is {ground.facts.issuer}", self._faults(ground))

    def _faults(self, ground: Ground) -> Iterator[Fault]:
        issuer, wanted = ground.facts.issuer, self._kind.issuer
        if wanted is Issuer.ONLINE_CA and ground.version[:2] < SINCE:
            yield fail(
                "online-ca-not-known",
                f"this release, {'.'.join(map(str, ground.version))}, knows no Online CA: that came with 12.5",
                "Have CAPF's own certificate signed by the CA (--issuer signed), or upgrade first.",
            )
        elif issuer is Issuer.UNKNOWN:
            yield skip("issuer-unknown", "the cluster does not say who issues LSCs", f"Look at {PARAMETER}: {WHERE}.")
        elif issuer is not wanted:
            yield self._fault(
                "issuer-differs",
                f"LSCs are issued by {issuer}, and not yet by {wanted}",
                f"Set {PARAMETER} to {wanted} ({WHERE}), then restart that service: last of all, once the rest is in place.",
            )
