"""What somebody copied of CUCM's own pages: a phone's, its security profile's, parameters, and lists of phones as CSV.

Device Security Mode: Encrypted
Authentication Mode: By Authentication String
Certificate Issuer to Endpoint (Required) : Offline CA
Device Name,Status,Certificate Operation Status
"""

import ipaddress
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Final, NamedTuple

from lscctl.capf import AuthenticationMode, DeviceSecurityMode, KeyOrder
from lscctl.diagnosis.reading.labels import label_alone, value_below

_LABELLED: Final = re.compile(
    r"^[>\s*\-]{0,12}(?P<label>[A-Z][\w ./()-]{2,80}?)\s{0,4}[:=\t]\s{0,8}(?P<value>[^\n]{0,120}?)\s*$"
)
_LONGEST: Final = 300
"""Letters of a label with its value."""

_REQUIRED: Final = re.compile(r"\s*(?:\([^)]{0,40}\)|\*)")
_PHONE: Final = re.compile(r"SEP[0-9A-F]{12}")
_MAC: Final = re.compile(r"(?:SEP)?(?P<mac>[0-9A-F]{12})", re.IGNORECASE)
_MAC_ADDRESS: Final = frozenset({"mac address", "mac"})
_DEVICE_NAME: Final = frozenset({"name", "device name", "phone name"})
_ADDRESS: Final = frozenset({"ip address", "ipv4 address"})
_BY: Final = re.compile(r"(?P<year>20\d\d)[:/.-](?P<month>\d\d?)[:/.-](?P<day>\d\d?)[: ](?P<hour>\d\d?)")
_REGISTERED: Final = re.compile(r"(?P<state>registered|unregistered|un-registered|rejected)\b", re.IGNORECASE)
_STATUS: Final = re.compile(
    r"(?:Upgrade|Delete|Troubleshoot) (?:Success|Failed(?:: [A-Za-z][\w /]{3,60})?)|Operation Pending"
)
_ISSUERS: Final = {
    "offline ca": "offline-ca",
    "online ca": "online-ca",
    "cisco certificate authority proxy function": "cisco-capf",
}
LABELS: Final = frozenset(
    {
        "device security mode",
        "authentication mode",
        "authentication string",
        "key order",
        "certificate operation",
        "certificate operation status",
        "certificate status",
        "status of operation",
        "operation completes by",
        "registration",
        "registration status",
        "certificate issuer to endpoint",
        "prepare cluster for rollback to pre 8.0",
        "enable ipv6",
        "rsa key size",
    }
)
_STATUSES: Final = frozenset({"certificate operation status", "certificate status", "status of operation"})
"""What different pages and answers call the operation's status."""

_OF_PARAMETERS: Final = frozenset(
    {"certificate issuer to endpoint", "prepare cluster for rollback to pre 8.0", "enable ipv6"}
)
_FEWEST: Final = 2
"""So many labels of these pages make one, of parameters one is enough."""

_OF_A_PROFILE: Final = re.compile(r"\b(?:security profile|profile information)\b", re.IGNORECASE)
_STATES: Final = {"reg": "registered", "unr": "unregistered", "rej": "rejected"}
"""How a node abbreviates registrations."""


class Stated(NamedTuple):
    """A fact that a page states, the words, never those of an authentication string, and the line."""

    fact: str
    value: str
    text: str
    line: int


class AdminPage(NamedTuple):
    """What a page states: of which phone, '' where it does not say, and by when an operation that is pending must be done."""

    phone: str
    stated: tuple[Stated, ...]
    pending_until: tuple[datetime, int] | None = None
    settings: tuple[Stated, ...] = ()
    """What CAPF is to do: mode, key order and size."""

    of_profile: bool = False
    """Whether these are the security profile's, and not those of the phone's operation."""

    address: str = ""
    """The phone's own address, '' where it is not told."""


def read_admin_page(lines: Sequence[str]) -> AdminPage | None:
    """What a copied page tells, None where it is none."""
    shown, text = list(_labelled(lines)), "\n".join(lines)
    known = {label for label, _, _ in shown if label in LABELS}
    if len(known) < _FEWEST and not known & _OF_PARAMETERS:
        return None
    profile = _OF_A_PROFILE.search(text) is not None or "certificate operation" not in known
    return page_of(_phone(shown, text), shown, profile=profile)


def _phone(shown: Sequence[tuple[str, str, int]], text: str) -> str:
    """Whose page it is: by its MAC address, else its name, else the only phone that is named in it; '' where it does not say."""
    for label, value, _ in shown:
        if label in _MAC_ADDRESS and (mac := _MAC.fullmatch(re.sub(r"[:.-]", "", value.strip()))):
            return f"SEP{mac['mac'].upper()}"
    for label, value, _ in shown:
        if label in _DEVICE_NAME and (named := _PHONE.fullmatch(value.strip().upper())):
            return named[0]
    others = set(_PHONE.findall(text))
    return next(iter(others)) if len(others) == 1 else ""


def own_address(shown: Iterable[tuple[str, str]]) -> str:
    """The phone's own address among labels in small letters with their values, '' where there is none."""
    return next((said for label, value in shown if label in _ADDRESS and _is_address(said := value.strip())), "")


def _is_address(said: str) -> bool:
    try:
        return not ipaddress.ip_address(said).is_unspecified
    except ValueError:
        return False


def page_of(phone: str, shown: Sequence[tuple[str, str, int]], *, profile: bool) -> AdminPage:
    """The page of these labels with values; `profile`: whether the authentication mode that it shows is the profile's."""
    stated = tuple(one for label, value, line in shown for one in _facts(label, value, line, profile=profile))
    settings = tuple(one for label, value, line in shown for one in _settings(label, value, line))
    operation = any(label == "certificate operation" for label, _, _ in shown)
    address = own_address((label, value) for label, value, _ in shown)
    return AdminPage(phone, stated, _pending_until(shown), settings, profile and not operation, address)


def _settings(label: str, value: str, line: int) -> Iterator[Stated]:
    said = " ".join(value.split())
    found = ""
    if label == "authentication mode":
        found = _short(AuthenticationMode, said)
    elif label == "key order":
        found = _short(KeyOrder, said)
    elif label == "rsa key size" and said in _KEY_SIZES:
        found = said
    if found:
        yield Stated(label, found, f"{label}: {said}", line)


def is_of_a_page(line: str) -> bool:
    """Whether the line is one of such a page's that is read with the others; the operation's status says something by itself."""
    found = _LABELLED.match(line) if len(line) <= _LONGEST else None
    label = plain(found["label"]) if found else label_alone(line)
    return label in LABELS and label not in _STATUSES


def status_of(line: str) -> str:
    """A line as what it says by itself: of one that is labelled as the operation's status only that."""
    found = _LABELLED.match(line) if len(line) <= _LONGEST else None
    return found["value"] if found and plain(found["label"]) in _STATUSES else line


def _labelled(lines: Sequence[str]) -> Iterator[tuple[str, str, int]]:
    """Labels in small letters with their values, and the lines of these: a label that stands alone may have its value below."""
    for number, line in enumerate(lines, 1):
        if len(line) > _LONGEST:
            continue
        alone = plain(label_alone(_REQUIRED.sub("", line)))
        below = value_below(lines, number, _is_label) if alone in LABELS else 0
        found = _LABELLED.match(line)
        if below:
            yield alone, lines[below - 1].strip(), below
        elif found is not None:
            yield plain(found["label"]), found["value"], number


def _is_label(label: str) -> bool:
    return plain(label) in LABELS or label.endswith("information")


def plain(label: str) -> str:
    """A label in small letters, without marks around it."""
    return " ".join(_REQUIRED.sub("", label).lower().strip("\ufeff\"' \t").split())


def _facts(label: str, value: str, line: int, *, profile: bool) -> Iterator[Stated]:
    """The fact that a label with its value states, if any."""
    said = " ".join(value.split())
    if label == "authentication string":
        yield Stated("authentication-string", "set" if said else "missing", label, line)
        return
    fact, read = READ.get(label, ("", str))
    if found := read(said) if fact else "":
        fact = "profile-mode" if fact == "authentication-mode" and profile else fact
        yield Stated(fact, found, f"{label}: {said}", line)


def _mode(said: str) -> str:
    return next((one.value for one in DeviceSecurityMode if one.value.lower() == said.lower()), "")


def _registration(said: str) -> str:
    found = _REGISTERED.match(said)
    return found["state"].lower().replace("-", "") if found else _STATES.get(said.lower(), "")


def label_of(label: str, value: str) -> str:
    """What a label is, by its value where that can be but one thing."""
    said = " ".join(value.split())
    if _STATUS.fullmatch(said):
        return "certificate operation status"
    if said.lower().startswith("by ") and _short(AuthenticationMode, said):
        return "authentication mode"
    if label not in READ and _short(KeyOrder, said):
        return "key order"
    if said in _OPERATIONS:
        return "certificate operation"
    return "rsa key size" if "key" in label and said in _KEY_SIZES else label


_OPERATIONS: Final = ("Install/Upgrade", "No Pending Operation")
_KEY_SIZES: Final = ("512", "1024", "2048", "3072", "4096")


def _status(said: str) -> str:
    return said if _STATUS.fullmatch(said) else ""


READ: Final[Mapping[str, tuple[str, Callable[[str], str]]]] = {
    "device security mode": ("security-mode", _mode),
    "authentication mode": ("authentication-mode", lambda said: _short(AuthenticationMode, said)),
    "key order": ("key-order", lambda said: _short(KeyOrder, said)),
    "registration": ("registration", _registration),
    "registration status": ("registration", _registration),
    "certificate operation status": ("certificate-status", _status),
    "status of operation": ("certificate-status", _status),
    "certificate status": ("certificate-status", _status),
    "certificate issuer to endpoint": ("capf-issuer", lambda said: _ISSUERS.get(said.lower(), "")),
    "prepare cluster for rollback to pre 8.0": ("itl", lambda said: "missing" if said.lower() == "true" else ""),
    "enable ipv6": ("ipv6-enabled", lambda said: {"true": "yes", "false": "no"}.get(said.lower(), "")),
}
"""The fact that each label states, and how its value is read, '' where it states nothing."""


def _short(choices: type[AuthenticationMode] | type[KeyOrder], said: str) -> str:
    try:
        return choices.parse(said).short
    except ValueError:
        return ""


def _pending_until(shown: Iterable[tuple[str, str, int]]) -> tuple[datetime, int] | None:
    """When an operation that is still pending must have ended, and the line that tells it."""
    told = {label: (value, line) for label, value, line in shown}
    status = next((told[label][0] for label in sorted(_STATUSES) if label in told), "")
    written, line = told.get("operation completes by", ("", 0))
    by = _BY.search(written)
    if by is None or "pending" not in status.lower():
        return None
    try:
        return datetime(int(by["year"]), int(by["month"]), int(by["day"]), int(by["hour"])), line  # noqa: DTZ001 - the node's own
    except ValueError:
        return None
