"""The steps to LSCs with a third-party CA, in their order, on this very cluster [Security Guide, CAPF; field guide 2]."""

from lscctl.capf_renewal import RenewalStep
from lscctl.errors import UsageError
from lscctl.preflight.ground import Ground
from lscctl.preflight.third_party.issuer import SINCE
from lscctl.preflight.third_party.steps import offline, online, signed
from lscctl.preflight.third_party.steps.site import Site, site_of
from lscctl.third_party_ca import GivenCa, ThirdParty

__all__ = ["Site", "steps"]

_OF = {ThirdParty.SIGNED: signed.steps, ThirdParty.ONLINE: online.steps, ThirdParty.OFFLINE: offline.steps}


def steps(ground: Ground, kind: ThirdParty, given: GivenCa, ca_file: str) -> tuple[RenewalStep, ...]:
    """What to do, where, what it touches, and what to wait for before the next one. `ca_file` is what commands call the CA's file.

    Raises WireFault, UsageError where this release knows no such CA.
    """
    if kind is ThirdParty.ONLINE and ground.version[:2] < SINCE:
        release = ".".join(map(str, ground.version[:2]))
        raise UsageError(
            f"{ground.cluster.name} is CUCM {release}, which knows no Online CA: that came with 12.5",
            hint="Have CAPF's own certificate signed by the CA (--issuer signed), or upgrade first.",
        )
    told = _OF[kind](site_of(ground, kind, given, ca_file))
    return tuple(step.on(ground.cluster.config.option) for step in told)
