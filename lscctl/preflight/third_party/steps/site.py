"""What the steps depend on, and those that all kinds of CA share."""

import shlex
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from lscctl.capf_renewal import RenewalStep
from lscctl.cucm.nodes import TFTP
from lscctl.phone import Phone
from lscctl.plan import Issuer
from lscctl.preflight.capf_renewal.lscs import NOW, signed_phones
from lscctl.preflight.checks.of_the_plan import counted, everyone
from lscctl.preflight.ground import Ground
from lscctl.preflight.third_party.authority import ca_chain
from lscctl.third_party_ca import GivenCa, ThirdParty
from lscctl.trustlist.names import common_name

CANARIES: Final = 5
MANAGEMENT: Final = "Cisco Unified OS Administration > Security > Certificate Management"
PARAMETERS: Final = "Cisco Unified CM Administration > System > Service Parameters"
CONTROL_CENTER: Final = "Cisco Unified Serviceability > Tools > Control Center - Feature Services"
CAPF_SERVICE: Final = "Cisco Certificate Authority Proxy Function"

_SINCE_IT_ASKS: Final = (14, 0)
"""The first release with the parameter `Phone Interaction on Certificate Update`."""


@dataclass(frozen=True, slots=True)
class Site:
    """The cluster as the steps need it.

    `chain`: the names of the CA and those above it, the root first; `of_capf`: how many phones have an LSC that CAPF's certificate
    of now signed; `elliptic`: how many have a profile with EC keys; `canary`: selectors of a few phones that are like many others.
    """

    kind: ThirdParty
    ca_file: str
    publisher: str
    servers: Sequence[str]
    issuer: Issuer
    phones: int
    with_lsc: int
    of_capf: int
    elliptic: int
    secure: int
    chain: Sequence[str]
    mixed: bool
    asks: bool
    canary: str
    fips: bool

    @property
    def ca(self) -> str:
        """What commands are told of the CA."""
        return f"--issuer {self.kind} --ca {self.ca_file}"

    @property
    def chain_words(self) -> str:
        """The certificates to upload, in their order."""
        return ", then ".join(self.chain) or "the root, then each CA below it"


def site_of(ground: Ground, kind: ThirdParty, given: GivenCa, ca_file: str) -> Site:
    """Look at what the steps need. Raises WireFault."""
    everybody = [phone for phone, _ in everyone(ground)]
    live = ground.live_capf
    orders = [phone.profile.settings.key_order for phone in everybody if phone.profile.settings]
    return Site(
        kind=kind,
        ca_file=shlex.quote(ca_file),
        publisher=ground.publisher.name,
        servers=[node.name for node in ground.nodes if node.has(TFTP)],
        issuer=ground.facts.issuer,
        phones=len(everybody),
        with_lsc=sum(phone.lsc.present for phone in everybody),
        of_capf=len(signed_phones(ground, live)[NOW]) if live else 0,
        elliptic=sum(order is not None and order.uses_ec for order in orders),
        secure=sum(phone.profile.secure for phone in everybody),
        chain=[common_name(one.subject) for one in reversed(ca_chain(ground, kind, given))],
        mixed=bool(ground.mixed),
        asks=ground.version >= _SINCE_IT_ASKS,
        canary=_canary(everybody),
        fips=bool(ground.switched("fips")),
    )


def _canary(phones: Sequence[Phone]) -> str:
    """Phones of the model and the site that most phones have: what goes well there is worth most."""
    plain = [phone for phone in phones if not phone.profile.secure] or list(phones)
    ((model, pool), _) = Counter((phone.model, phone.device_pool) for phone in plain).most_common(1)[0]
    selectors = ["--model", model.removeprefix("Cisco "), *(["--device-pool", pool] if pool else [])]
    return shlex.join([*selectors, "--limit", str(CANARIES)])


def look_first(site: Site) -> RenewalStep:
    """The step with which each way begins."""
    return RenewalStep(
        "Look whether all is well, and that no run is at work",
        "here",
        f"lscctl capf check {site.ca}; lscctl runs list",
        "nothing: it only reads",
        "nothing fails but what the steps below bring",
    )


def try_cisco_capf(site: Site) -> RenewalStep:
    """LSCs that CAPF signs by itself, on a few phones: so all but the CA is known to work before it comes in."""
    if site.issuer is not Issuer.CAPF:
        return RenewalStep(
            "Know that installs work without the CA: they should have been tried with LSCs that Cisco CAPF signs itself",
            "here",
            f"LSCs are issued by {site.issuer} by now; where an install fails, look at that first: lscctl diagnose",
            "no phone",
            "installs have worked on these models and networks",
        )
    return RenewalStep(
        "Try it first without the CA: LSCs that Cisco CAPF signs itself, on a few phones of the models and networks meant",
        "here",
        f"lscctl bulk-install {site.canary} --renew",
        f"{CANARIES} phones restart",
        f"they are installed and registered again (lscctl inspect {site.canary}), and 802.1X and VPN let them in",
    )


def agree_on_hours() -> RenewalStep:
    """Never several certificates at once."""
    return RenewalStep(
        "Choose hours when nobody works, in which neither CallManager nor TVS nor ITLRecovery is renewed",
        "here",
        "phones that lose two of them at once trust nobody any more",
        "nothing yet",
        "the hours are agreed",
    )


def upload_chain(site: Site) -> Iterator[RenewalStep]:
    """The CA's certificates into both stores."""
    upload = "Upload Certificate/Certificate chain > Certificate Purpose"
    yield RenewalStep(
        f"Upload the CA's chain as CAPF-trust, the root first: {site.chain_words}",
        f"{site.publisher}: {MANAGEMENT}",
        f"{upload}: CAPF-trust, one certificate at a time",
        "no phone; CAPF restarts by itself after each upload (from 14 on), and installs under way fail",
        f"lscctl capf check {site.ca}: trust-stores names CAPF-trust no more",
    )
    yield RenewalStep(
        "Upload the same certificates as CallManager-trust",
        f"{site.publisher}: {MANAGEMENT}",
        f"{upload}: CallManager-trust",
        f"no phone; {counted(site.secure)} with a secure profile would not register with the CA's LSCs without it",
        f"lscctl capf check {site.ca}: trust-stores passes",
    )


def trust_elsewhere(note: str) -> RenewalStep:
    """LSCs carry no chain."""
    return RenewalStep(
        "Let 802.1X and VPN servers trust the new chain, beside the old one: LSCs carry none themselves",
        "RADIUS servers, VPN gateways",
        note,
        "no phone; without it phones with new LSCs are turned away",
        "the servers hold both",
    )


def choose_issuer(site: Site, value: str, more: str) -> Iterator[RenewalStep]:
    """The parameter, and the restart that makes it true."""
    yield RenewalStep(
        f"Set Certificate Issuer to Endpoint to {value}{more}",
        f"{site.publisher}: {PARAMETERS}",
        f"Server {site.publisher}, Service {CAPF_SERVICE} (Active), then Save; nothing is under way meanwhile: lscctl status "
        "--status pending",
        "no phone yet",
        f"lscctl capf check {site.ca}: issuer passes",
    )
    yield RenewalStep(
        f"Restart {CAPF_SERVICE} on the publisher, where it runs",
        f"{site.publisher}: {CONTROL_CENTER}",
        "Security Services; it restarts Cisco Certificate Enrollment Service along with it",
        "no phone; installs under way fail",
        "lscctl preflight --check capf-service passes",
    )


def leave_the_old_until_last(site: Site, old: str) -> RenewalStep:
    """What still trusts old LSCs goes last."""
    return RenewalStep(
        f"Only then take {old} out of RADIUS, VPN and the trust stores, where nothing else needs it",
        f"RADIUS servers, VPN gateways, {site.publisher}: {MANAGEMENT}",
        "a phone that still shows an old LSC would be turned away, and fail with Invalid LSC where its mode is lsc-first",
        "CAPF restarts after each change of CAPF-trust",
        f"lscctl capf verify {site.ca} passes once more",
    )
