"""The steps of a renewal of CAPF's certificate, in their order, on this cluster [field guide 2 and 6]."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from lscctl.capf_renewal import RenewalStep
from lscctl.cucm.nodes import TFTP
from lscctl.preflight.capf_renewal.lscs import NOW, signed_phones
from lscctl.preflight.checks.of_the_plan import counted, everyone
from lscctl.preflight.ground import Ground

_SINCE_IT_ASKS: Final = (14, 0)
"""The first release with the parameter `Phone Interaction on Certificate Update`."""


@dataclass(frozen=True, slots=True)
class _Site:
    """What the steps depend on."""

    servers: Sequence[str]
    publisher: str
    phones: int
    signed: int
    lscs: int
    knows_signers: bool
    self_issued: bool
    mixed: bool | None
    asks: bool


def steps(ground: Ground) -> tuple[RenewalStep, ...]:
    """What to do, where, what it touches, and what to wait for before the next one. Raises WireFault."""
    live = ground.live_capf
    site = _Site(
        servers=[node.name for node in ground.nodes if node.has(TFTP)],
        publisher=ground.publisher.name,
        phones=sum(1 for _ in everyone(ground)),
        signed=len(signed_phones(ground, live)[NOW]) if live else 0,
        lscs=sum(phone.lsc.present for phone, _ in everyone(ground)),
        knows_signers=ground.facts.keeps_lsc_expiry,
        self_issued=live is None or live.self_issued,
        mixed=ground.mixed,
        asks=ground.version >= _SINCE_IT_ASKS,
    )
    return tuple(step.on(ground.cluster.config.option) for step in _steps(site))


def _steps(site: _Site) -> Iterator[RenewalStep]:
    yield RenewalStep(
        "Look whether all is well, and that no run is at work",
        "here",
        "lscctl capf check; lscctl runs list",
        "nothing: it only reads",
        "no check fails",
    )
    yield RenewalStep(
        "Choose hours when nobody works, in which neither CallManager nor TVS nor ITLRecovery is renewed",
        "here",
        "phones that lose two of them at once trust nobody any more",
        "nothing yet",
        "the hours are agreed",
    )
    yield from when_phones_reset(site.publisher, asks=site.asks)
    yield from _new_certificate(site)
    yield from told_to_phones(site.servers, site.publisher, site.phones, mixed=bool(site.mixed))
    yield RenewalStep(
        "Let 802.1X and VPN servers trust the new certificate, beside the old one",
        "RADIUS servers, VPN gateways",
        "lscctl capf export",
        "no phone; without it phones with new LSCs are turned away",
        "a phone with a new LSC gets in",
    )
    yield _new_lscs(site)
    yield RenewalStep(
        "Only then take the old certificate out of CAPF-trust, RADIUS and VPN",
        f"{site.publisher}: OS Administration > Certificate Management",
        "a phone that still shows an old LSC would fail with Invalid LSC",
        "CAPF restarts after each change of CAPF-trust",
        "lscctl capf verify passes once more",
    )


def _new_lscs(site: _Site) -> RenewalStep:
    if not site.knows_signers:
        return RenewalStep(
            f"Renew all LSCs ({site.lscs:,} now), in waves: this release does not keep who signed them",
            "here",
            "lscctl bulk-install --lsc unknown --renew",
            f"{counted(site.lscs)} restart, behind the gates of every rollout",
            "the runs have ended well, and phones whose web access is on show new LSCs: lscctl inspect",
        )
    return RenewalStep(
        f"Renew the LSCs that the old certificate signed ({site.signed:,} now), in waves",
        "here",
        "lscctl renew --old-capf",
        f"{counted(site.signed)} restart, behind the gates of every rollout",
        "lscctl capf verify finds no LSC of another certificate",
    )


def when_phones_reset(publisher: str, *, asks: bool) -> Iterator[RenewalStep]:
    """What keeps a new certificate from resetting phones at once; `asks`: this release has a parameter for it."""
    if asks:
        yield RenewalStep(
            "Decide when phones reset: Phone Interaction on Certificate Update",
            f"{publisher}: System > Enterprise Parameters",
            "reset them by hand, so that step by step remains yours; else CUCM resets them as soon as a certificate changes",
            "nothing yet",
            "the parameter reads as you want it",
        )
    else:
        yield RenewalStep(
            "Stop Cisco CAPF: renewed while it runs, phones reset at once (CSCue55353)",
            f"{publisher}: Serviceability > Control Center",
            "no LSC can be installed until it is started again",
            "no phone",
            "lscctl preflight --check capf-service says that it is stopped",
        )


def _new_certificate(site: _Site) -> Iterator[RenewalStep]:
    where = f"{site.publisher}: OS Administration > Certificate Management"
    if site.self_issued:
        yield RenewalStep(
            "Regenerate the CAPF certificate",
            where,
            "CAPF > Regenerate",
            f"up to {counted(site.phones)}: CUCM may reset them (see the step before)",
            "lscctl capf check names the new certificate",
        )
    else:
        yield RenewalStep(
            "Have the CAPF certificate signed anew: the CA's chain into CAPF-trust first, then the certificate",
            where,
            "CAPF > Generate CSR, and CAPF > Upload",
            f"up to {counted(site.phones)}: CUCM may reset them, and CAPF restarts after each upload to CAPF-trust",
            "lscctl capf check names the new certificate",
        )
    yield RenewalStep(
        "Start, or restart, Cisco CAPF",
        f"{site.publisher}: Serviceability > Control Center",
        "CAPF presents the new certificate from now on",
        "no phone",
        "lscctl preflight --check capf-service --check capf-certificate passes",
    )


def told_to_phones(servers: Sequence[str], publisher: str, number: int, *, mixed: bool) -> Iterator[RenewalStep]:
    """How phones come to know another certificate of CAPF: the lists of the TFTP `servers`, and all phones, `number` of them."""
    if mixed:
        yield RenewalStep(
            "Sign the CTL anew: it names CAPF, too",
            f"{publisher}: the command line",
            "utils ctl update CTLFile, then restart Cisco CallManager and Cisco Tftp",
            f"up to {counted(number)}: they register anew",
            "lscctl trust-list verify --all --ctl",
        )
    yield RenewalStep(
        "Restart Cisco Tftp on each server, one after the other: it hands out the new ITL from then on",
        ", ".join(servers) or "each TFTP server",
        "Serviceability > Control Center",
        "no phone, while another server answers",
        "lscctl preflight --check tftp passes",
    )
    yield RenewalStep(
        "Reset the phones, site by site: each fetches the new ITL",
        "Device > Phone, or Bulk Administration",
        "a phone that was off keeps the old list until it comes back",
        f"{counted(number)} restart",
        "lscctl capf verify: no phone holds another ITL than its server",
    )
