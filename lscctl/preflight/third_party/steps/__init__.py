"""The steps to LSCs with a third-party CA, in their order, on this very cluster [Security Guide, CAPF; field guide 2]."""

from lscctl.capf_renewal import RenewalStep
from lscctl.preflight.ground import Ground
from lscctl.preflight.third_party.steps import offline, online, signed
from lscctl.preflight.third_party.steps.site import Site, site_of
from lscctl.third_party_ca import GivenCa, ThirdParty

__all__ = ["Site", "steps"]

_OF = {ThirdParty.SIGNED: signed.steps, ThirdParty.ONLINE: online.steps, ThirdParty.OFFLINE: offline.steps}


def steps(ground: Ground, kind: ThirdParty, given: GivenCa, ca_file: str) -> tuple[RenewalStep, ...]:
    """What to do, where, what it touches, and what to wait for before the next one. `ca_file` is what commands call the CA's file.

    Raises WireFault.
    """
    told = _OF[kind](site_of(ground, kind, given, ca_file))
    return tuple(step.on(ground.cluster.config.option) for step in told)
