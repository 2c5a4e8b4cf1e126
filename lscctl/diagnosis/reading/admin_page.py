"""What somebody copied of CUCM's own pages: a phone's, its security profile's, parameters, and lists of phones as CSV.

Device Security Mode: Encrypted
Authentication Mode: By Authentication String
Certificate Issuer to Endpoint (Required) : Offline CA
Device Name,Status,Certificate Operation Status
"""

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
_MAC: Final = re.compile(r"[0-9A-F]{12}", re.IGNORECASE)
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
        "operation completes by",
        "registration",
        "registration status",
        "certificate issuer to endpoint",
        "prepare cluster for rollback to pre 8.0",
        "enable ipv6",
        "rsa key size",
    }
)
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


def read_admin_page(lines: Sequence[str]) -> AdminPage | None:
    """What a copied page tells, None where it is none."""
    shown, text = list(_labelled(lines)), "\n".join(lines)
    known = {label for label, _, _ in shown if label in LABELS}
    if len(known) < _FEWEST and not known & _OF_PARAMETERS:
        return None
    profile = _OF_A_PROFILE.search(text) is not None or "certificate operation" not in known
    of_mac = next(
        (found for label, value, _ in shown if label == "mac address" and (found := _MAC.fullmatch(value))), None
    )
    named = _PHONE.search(text)
    phone = named[0] if named else f"SEP{of_mac[0].upper()}" if of_mac else ""
    return page_of(phone, shown, profile=profile)


def page_of(phone: str, shown: Sequence[tuple[str, str, int]], *, profile: bool) -> AdminPage:
    """The page of these labels with values; `profile`: whether the authentication mode that it shows is the profile's."""
    stated = tuple(one for label, value, line in shown for one in _facts(label, value, line, profile=profile))
    settings = tuple(one for label, value, line in shown for one in _settings(label, value, line))
    operation = any(label == "certificate operation" for label, _, _ in shown)
    return AdminPage(phone, stated, _pending_until(shown), settings, profile and not operation)


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
    return label in LABELS and label != "certificate operation status"


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
    status, _ = told.get("certificate operation status", told.get("status of operation", ("", 0)))
    written, line = told.get("operation completes by", ("", 0))
    by = _BY.search(written)
    if by is None or "pending" not in status.lower():
        return None
    try:
        return datetime(int(by["year"]), int(by["month"]), int(by["day"]), int(by["hour"])), line  # noqa: DTZ001 - the node's own
    except ValueError:
        return None
