"""What somebody copied of CUCM's own pages: a phone's, its security profile's, parameters, and lists of phones as CSV.

Device Security Mode: Encrypted
Authentication Mode: By Authentication String
Certificate Issuer to Endpoint (Required) : Offline CA
Device Name,Status,Certificate Operation Status
"""

import csv
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
_LABELS: Final = frozenset(
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
_FIRST_LINES: Final = 20
_COLUMNS: Final = {
    "devicename": "device name",
    "phone name": "device name",
    "name": "device name",
    "device": "device name",
    "phone": "device name",
    "mac address": "device name",
    "mac": "device name",
    "device status": "registration",
    "state": "registration",
    "capf status": "certificate operation status",
    "lsc status": "certificate operation status",
    "status": "registration",
    "regstatus": "registration",
    "regstate": "registration",
}
"""What columns are called elsewhere."""

_STATES: Final = {"reg": "registered", "unr": "unregistered", "rej": "rejected"}
"""How a node abbreviates registrations."""

_MOST_ROWS: Final = 20_000


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


def is_admin_page(lines: Sequence[str]) -> bool:
    """Whether somebody copied it of a page of CUCM's, or exported it there."""
    return read_admin_page(lines) is not None or bool(read_phones_csv(lines))


def read_admin_page(lines: Sequence[str]) -> AdminPage | None:
    """What a copied page tells, None where it is none."""
    shown = list(_labelled(lines))
    known = {label for label, _, _ in shown if label in _LABELS}
    if len(known) < _FEWEST and not known & _OF_PARAMETERS:
        return None
    text = "\n".join(lines)
    profile = _OF_A_PROFILE.search(text) is not None or "certificate operation" not in known
    named = _PHONE.search(text)
    stated = tuple(one for label, value, line in shown for one in _facts(label, value, line, profile=profile))
    return AdminPage(named[0] if named else "", stated, _pending_until(shown))


def read_phones_csv(lines: Sequence[str]) -> list[AdminPage]:
    """A list of phones that CUCM exports or a node prints, each row a page; none where no line names such columns."""
    head = next((at for at, line in enumerate(lines[:_FIRST_LINES]) if _is_head(line)), None)
    if head is None:
        return []
    between = max(_BETWEEN_CELLS, key=lines[head].count)
    rows = _rows(lines[head : head + 1 + _MOST_ROWS], between)
    heads = _heads(next(rows, (0, []))[1])
    pages = []
    for at, cells in rows:
        number = head + at
        told = [(label, " ".join(value.split()), number) for label, value in zip(heads, cells, strict=False)]
        names = (_name(value) for label, value, _ in told if label == "device name")
        phone = next(filter(None, names), "")
        if phone:
            facts = tuple(one for label, value, line in told for one in _facts(label, value, line, profile=False))
            pages.append(AdminPage(phone, facts, _pending_until(told)))
    return pages


_BETWEEN_CELLS: Final = ",;\t|"


def _is_head(line: str) -> bool:
    """Whether it names columns, a phone's name and another that tells something among them."""
    between = max(_BETWEEN_CELLS, key=line.count)
    heads = _heads(line.split(between)) if between in line and len(line) <= _LONGEST_HEAD else []
    return "device name" in heads and any(head in _READ or head in _LABELS for head in heads)


def _heads(cells: Sequence[str]) -> list[str]:
    return [_COLUMNS.get(label, label) for label in map(_plain, cells)]


def _name(value: str) -> str:
    """A phone's name of such a name or a MAC address, '' where it is neither."""
    found = _NAME.fullmatch(re.sub(r"[:.-]", "", value.strip()))
    return f"SEP{found['mac'].upper()}" if found else ""


_NAME: Final = re.compile(r"(?:SEP)?(?P<mac>[0-9A-F]{12})", re.IGNORECASE)
_LONGEST_HEAD: Final = 8_000


def _rows(lines: Sequence[str], between: str) -> Iterator[tuple[int, list[str]]]:
    """The rows of a CSV and the line in which each begins, from 1; quoted cells may go on in the lines below."""
    at = 0
    reader = csv.reader([f"{line}\n" for line in lines], delimiter=between, skipinitialspace=True)
    while True:
        try:
            yield at + 1, next(reader)
        except csv.Error:
            pass
        except StopIteration:
            return
        at = reader.line_num


def is_of_a_page(line: str) -> bool:
    """Whether the line is one of such a page's that is read with the others; the operation's status says something by itself."""
    found = _LABELLED.match(line) if len(line) <= _LONGEST else None
    label = _plain(found["label"]) if found else label_alone(line)
    return label in _LABELS and label != "certificate operation status"


def _labelled(lines: Sequence[str]) -> Iterator[tuple[str, str, int]]:
    """Labels in small letters with their values, and the lines of these: a label that stands alone may have its value below."""
    for number, line in enumerate(lines, 1):
        if len(line) > _LONGEST:
            continue
        alone = _plain(label_alone(_REQUIRED.sub("", line)))
        below = value_below(lines, number, _is_label) if alone in _LABELS else 0
        found = _LABELLED.match(line)
        if below:
            yield alone, lines[below - 1].strip(), below
        elif found is not None:
            yield _plain(found["label"]), found["value"], number


def _is_label(label: str) -> bool:
    return _plain(label) in _LABELS or label.endswith("information")


def _plain(label: str) -> str:
    return " ".join(_REQUIRED.sub("", label).lower().strip("\ufeff\"' \t").split())


def _facts(label: str, value: str, line: int, *, profile: bool) -> Iterator[Stated]:
    """The fact that a label with its value states, if any."""
    said = " ".join(value.split())
    if label == "authentication string":
        yield Stated("authentication-string", "set" if said else "missing", label, line)
        return
    fact, read = _READ.get(label, ("", str))
    if found := read(said) if fact else "":
        fact = "profile-mode" if fact == "authentication-mode" and profile else fact
        yield Stated(fact, found, f"{label}: {said}", line)


def _mode(said: str) -> str:
    return next((one.value for one in DeviceSecurityMode if one.value.lower() == said.lower()), "")


def _registration(said: str) -> str:
    found = _REGISTERED.match(said)
    return found["state"].lower().replace("-", "") if found else _STATES.get(said.lower(), "")


def _status(said: str) -> str:
    return said if _STATUS.fullmatch(said) else ""


_READ: Final[Mapping[str, tuple[str, Callable[[str], str]]]] = {
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
