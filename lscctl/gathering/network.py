"""What a phone's network configuration tells of whom it asks: TFTP servers, name servers, CallManagers, CAPF, TVS; and its ITL."""

import ipaddress
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

from lscctl.cucm.phone_pages import PhonePage
from lscctl.diagnosis.reading.lines import text_of
from lscctl.diagnosis.reading.phone_page import cells_of, labelled
from lscctl.finding import Place, Source

_TFTP: Final = re.compile(r"(?:tftp server|alternate tftp server) ?\d?")
_DNS: Final = re.compile(r"dns server ?\d?")
_CALL_MANAGER: Final = re.compile(r"(?:call ?manager|cucm server|unified cm|cisco unified cm) ?\d?")
_CAPF: Final = re.compile(r"capf(?: server)?")
_TVS: Final = re.compile(r"tvs ?\d?")
_ITL: Final = re.compile(r"itl (?:signature|file|checksum|hash)")
_NAME: Final = re.compile(r"(?=.{1,253}$)[A-Za-z0-9_](?:[\w-]{0,62})(?:\.[\w-]{1,63}){0,8}\.?$")
_DIGEST: Final = re.compile(r"[0-9A-F]{32}$|[0-9A-F]{40}$")

_NOBODY: Final = ("yes", "no", "none", "n/a")
_STATES: Final = ("active", "standby")


@dataclass(slots=True)
class Network:
    """What the phone was told, in its order, names and addresses as it has them. `itl` is its ITL's MD5 or SHA-1 in lower-case
    hex digits, '' where no page shows it. `place` is the page; `tells_dns`: it has a row for name servers, be it empty."""

    place: Place
    tells_dns: bool = False
    domain: str = ""
    tftp: list[str] = field(default_factory=list)
    dns: list[str] = field(default_factory=list)
    call_managers: list[str] = field(default_factory=list)
    capf: list[str] = field(default_factory=list)
    tvs: list[str] = field(default_factory=list)
    itl: str = ""


def network_of(pages: Iterable[PhonePage]) -> Network | None:
    """What the first page that tells of name servers, TFTP servers or CallManagers says; None where none does."""
    for page in pages:
        if page.source is Source.PHONE_PAGE:
            network = _read(page)
            if network.tftp or network.dns or network.call_managers:
                return network
    return None


def is_address(text: str) -> bool:
    """Whether it is an IP address."""
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True


def _read(page: PhonePage) -> Network:
    network = Network(Place(page.source, page.path))
    for label, value, _ in labelled(cells_of(text_of(page.content))):
        first = _somebody(value)
        for pattern, found in (
            (_TFTP, network.tftp),
            (_DNS, network.dns),
            (_CALL_MANAGER, network.call_managers),
            (_CAPF, network.capf),
            (_TVS, network.tvs),
        ):
            if first and pattern.fullmatch(label):
                found.append(first)
        network.tells_dns = network.tells_dns or _DNS.fullmatch(label) is not None
        if first and label == "domain name":
            network.domain = first
        digest = re.sub(r"[\s:.-]", "", value).upper()
        if _ITL.fullmatch(label) and _DIGEST.match(digest):
            network.itl = digest.lower()
    return network


def _somebody(value: str) -> str:
    """The name or address with which a value begins, '' for none: where a row is empty, the label of the next stands there."""
    first, _, rest = value.strip().partition(" ")
    if is_address(first):
        return "" if ipaddress.ip_address(first).is_unspecified else first
    label = any(pattern.fullmatch(first.lower()) for pattern in (_TFTP, _DNS, _CALL_MANAGER, _CAPF, _TVS))
    if label or not _NAME.match(first) or first.isdigit() or first.lower() in _NOBODY:
        return ""
    alone = not rest.strip() or rest.strip().lower() in _STATES
    return first if alone or "." in first or "-" in first else ""
