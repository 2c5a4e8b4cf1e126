"""What the command line of a node printed: service lists, certificates, trust stores, the TFTP folder, sockets.

    Cisco Certificate Authority Proxy Function[STOPPED]  Service Not Activated
    Primary Node =true
    CAPF-trust/CAPF-1a2b3c4d.pem: Trust Certificate
    tcp 212 0 10.20.0.10:3804 10.20.1.17:50112 CLOSE_WAIT 4711/capf

One file may hold the output of several commands. Every node prints a list of its own services; CAPF runs on the publisher only.
"""

import re
from dataclasses import dataclass, field
from datetime import datetime
from fnmatch import fnmatchcase
from itertools import zip_longest
from typing import Final, NamedTuple

from lscctl.diagnosis.reading.numbers import Lines
from lscctl.diagnosis.reading.prompts import PRIMARY, of_each_node, only_latest

_SERVICE: Final = re.compile(
    r"^[>\s]{0,8}(?P<name>[A-Z][\w ()./-]{2,60}?)"
    r"(?:\s{0,24}\[(?P<state>STARTED|STARTING|STOPPED|STOPPING|NOT ACTIVATED)\]"
    r"|(?<=[a-z])(?:[ \t]{2,40}|\t|[ ]?[:|,][ ]?)(?P<shown>(?i:not running|running|started|stopped|activated|deactivated))\b)"
    r"(?P<why>[^\n]{0,80})",
    re.MULTILINE,
)
_CHOSEN: Final = re.compile(
    r"^[>\s]{0,8}(?:Select )?Server\s{0,4}\*?\s{0,4}[:\t]\s{0,8}(?P<name>[\w.-]{1,253})", re.MULTILINE
)
_ALERT: Final = re.compile(r"\b(?:CriticalServiceDown|service operational status is down)\b[^\n]{0,300}", re.IGNORECASE)
_SOCKET: Final = re.compile(
    r"^[>\s]{0,8}tcp[46]?\s{1,12}(?P<unread>\d{1,9})\s{1,12}\d{1,9}\s{1,12}\S{0,48}?[:.](?P<port>\w{1,16})\s{1,24}(?P<peer>\S{1,48})"
    r"\s{1,24}(?P<state>[A-Z][A-Z_0-9]{3,11})\b",
    re.MULTILINE,
)
_IN_STORE: Final = re.compile(
    r"^[>\s]{0,8}(?P<store>[\w-]{3,32}-trust)/(?P<name>[^\s/:]{1,120}?)(?:\.pem|\.der)?\s{0,4}(?::|$)", re.MULTILINE
)
_OWN: Final = re.compile(
    r"\bshow cert own (?P<unit>[\w-]{3,40})|^[>\s]{0,8}(?P<unit2>[\w-]{3,30})/\S{1,60}\.(?:pem|der):"
    r"|^[>\s]{0,8}Certificate:\s{0,8}$",
    re.MULTILINE,
)
_ENDS: Final = re.compile(
    r"^[>\s]{0,16}(?:Validity\s{1,4})?(?:To|Not After)\s{0,12}:\s{0,4}(?P<date>[^\n]{8,60})$",
    re.MULTILINE | re.IGNORECASE,
)
_SUBJECT: Final = re.compile(
    r"^[>\s]{0,16}Subject(?: Name)?\s{0,8}:[^\n]{0,200}?\bCN ?= ?(?P<name>[^\s,/;]{1,80})", re.MULTILINE
)
_SERIAL: Final = re.compile(r"^[>\s]{0,16}Serial Number\s{0,8}:\s{0,4}(?P<serial>[0-9A-Fa-f:]{2,60})\b", re.MULTILINE)
_TODAY: Final = re.compile(
    r"^[>\s]{0,8}Date(?:/time)?\s{0,24}:\s{0,4}(?P<date>[^\n]{8,60})$", re.MULTILINE | re.IGNORECASE
)
_ASKED_DATE: Final = re.compile(r"^[^\n]{0,80}[$#] {0,2}date\s{0,4}\n(?P<date>[^\n]{8,60})$", re.MULTILINE)
_OF_OPENSSL: Final = re.compile(r"^[>\s]{0,8}Certificate:\s{0,8}\n\s{0,16}Data:", re.MULTILINE)
_LISTED: Final = re.compile(r"\bfile list tftp\s{1,4}(?P<what>\S{1,60})")
_LIST_FILE: Final = re.compile(r"\bITLFile\.tlv\b", re.IGNORECASE)
_ANY_FILE: Final = re.compile(r"\b(?:[\w.-]{1,60}\.(?:tlv|xml|sgn|loads|sbn|txt|raw)|no such file)\b", re.IGNORECASE)
_PROMPT: Final = re.compile(r"^[>\s]{0,8}admin:\s{0,4}(?:show|utils|file|set|run)\b", re.MULTILINE)
_MONTHS: Final = "jan feb mar apr may jun jul aug sep oct nov dec".split()  # noqa: SIM905 - they read as one list
_NAMED_DAY: Final = re.compile(
    r"(?:(?P<month>[A-Z][a-z]{2})[a-z]{0,6}\.? {1,2}(?P<day>\d{1,2})(?=[ ,])|(?P<day2>\d{1,2}) (?P<month2>[A-Z][a-z]{2}))"
    r"[^\n]{0,24}?\b(?P<year>(?:19|20)\d\d)\b"
)
_NUMBERED_DAY: Final = re.compile(r"\b(?P<year>(?:19|20)\d\d)-(?P<month>\d\d)-(?P<day>\d\d)\b")

_LONGEST: Final = 2**20
_FEWEST: Final = 3
"""So many services make a list."""

CAPF_PORT: Final = "3804"
SERVICES: Final = {
    "cisco certificate authority proxy function": "capf-service",
    "cisco trust verification service": "tvs-service",
    "cisco tftp": "tftp-service",
}
"""The services on which an LSC depends, and the facts that tell of them."""


class OwnCertificate(NamedTuple):
    """A certificate of a node's own: of which service, whose name is in it, and the day on which it ends."""

    unit: str
    subject: str
    serial: str
    ends: datetime | None
    line: int


@dataclass(frozen=True, slots=True)
class Said:
    """What one line, or several, tell of a service or of a port: the fact's value, the text, and its line."""

    value: str
    text: str
    line: int


@dataclass(slots=True)
class ServerOutput:
    """What one file holds. `primary` is whether the node is the publisher, None where it is not told."""

    services: dict[str, Said] = field(default_factory=dict)
    primary: bool | None = None
    server: str = ""
    """The node that is chosen on a page of services."""

    listening: Said | None = None
    """Whether CAPF's port is open, where sockets that listen are listed."""

    stalled: Said | None = None
    """Whether CAPF reads what came at its port, where sockets are listed: `no-answer` where it does not, else `done`."""

    own: list[OwnCertificate] = field(default_factory=list)
    today: datetime | None = None
    stores: dict[str, set[str]] = field(default_factory=dict)
    itl_file: Said | None = None
    """Whether the TFTP folder, where it is listed, holds an ITL."""

    def __bool__(self) -> bool:
        """Whether it tells anything."""
        return any((self.services, self.listening, self.stalled, self.own, self.stores, self.itl_file, self.today))


def is_alert(text: str) -> bool:
    """Whether it is an alert that a service is down."""
    return _ALERT.search(text) is not None


def shows_certificate(text: str) -> bool:
    """Whether OpenSSL printed a certificate in it."""
    return _OF_OPENSSL.search(text) is not None


def is_server_output(text: str) -> bool:
    """Whether a node's command line printed it: its prompt, or a list of services, sockets or certificates."""
    lists = (_SERVICE, _SOCKET, _IN_STORE)
    if _PROMPT.search(text) is not None or shows_certificate(text) or _ALERT.search(text) is not None:
        return True
    return any(len(one.findall(text)) >= _FEWEST for one in lists)


def is_of_a_list(line: str) -> bool:
    """Whether the line is one of a list that a node prints, which is read as a whole."""
    return any(
        one.search(line)
        for one in (_SERVICE, _SOCKET, _ALERT, _IN_STORE, _OWN, PRIMARY, _ENDS, _SUBJECT, _TODAY, _LISTED)
    )


def read_nodes_outputs(text: str) -> list[ServerOutput]:
    """What each of the nodes tells whose lists of services are in one file; of the publisher's lists the last counts."""
    text = only_latest(text[:_LONGEST])
    outputs = [read_server_output(part, before) for before, part in of_each_node(text)]
    lists = [one for one in outputs if one.primary and one.services]
    for earlier in lists[:-1]:
        earlier.services = {}
    return outputs


def read_server_output(text: str, before: int = 0) -> ServerOutput:
    """All that it tells; of several outputs of the same command the last counts. `before`: the lines before the text."""
    text = only_latest(text[:_LONGEST])
    found, lines = ServerOutput(), Lines(text, before)
    services = list(_SERVICE.finditer(text))
    if len(services) >= _FEWEST:
        for one in services:
            fact = SERVICES.get(one["name"].strip().lower())
            if fact is not None:
                found.services[fact] = Said(
                    _state(one["state"] or one["shown"], one["why"]), one[0].strip(), _line(lines, one)
                )
    for alert in _ALERT.finditer(text):
        for name, fact in SERVICES.items():
            if name in alert[0].lower():
                found.services.setdefault(fact, Said("stopped", " ".join(alert[0].split()), _line(lines, alert)))
    if services:
        primary = PRIMARY.search(text)
        found.primary = None if primary is None else primary["said"].lower() == "true"
        chosen = _CHOSEN.search(text)
        found.server = chosen["name"] if chosen else ""
    _sockets(text, lines, found)
    for one in _IN_STORE.finditer(text):
        found.stores.setdefault(one["store"].lower(), set()).add(one["name"].lower())
    found.own = list(_own(text, lines))
    asked = (day for one in _ASKED_DATE.finditer(text) if (day := day_of(one["date"])) is not None)
    today = [*asked, *(day for one in _TODAY.finditer(text) if (day := day_of(one["date"])) is not None)]
    found.today = max(today, default=None)
    found.itl_file = _itl_file(text, lines)
    return found


def _line(lines: Lines, found: re.Match[str]) -> int:
    return lines.number(found.start() + len(found[0]) - len(found[0].lstrip()))


def _state(state: str, why: str) -> str:
    said = f"{state} {why}".lower()
    if "not activated" in said or "deactivated" in said:
        return "not-activated"
    if said.startswith(("not running", "stopped")):
        return "stopped"
    return "started" if said.startswith(("started", "running")) else "unknown"


def _sockets(text: str, lines: Lines, found: ServerOutput) -> None:
    sockets = list(_SOCKET.finditer(text))
    listening = [one for one in sockets if one["state"] == "LISTEN"]
    if open_ports := [one for one in listening if one["port"] == CAPF_PORT]:
        found.listening = Said("yes", " ".join(open_ports[0][0].split()), _line(lines, open_ports[0]))
    elif len(listening) >= _FEWEST:
        found.listening = Said("no", f"{len(listening)} ports are open, not CAPF's", _line(lines, listening[0]))
    unread = [
        one for one in sockets if one["port"] == CAPF_PORT and one["state"] != "LISTEN" and int(one["unread"]) > 0
    ]
    if any(one["state"] == "CLOSE_WAIT" for one in unread) and len(unread) >= 2:
        found.stalled = Said("no-answer", " ".join(unread[0][0].split()), _line(lines, unread[0]))
    elif len(sockets) >= _FEWEST:
        found.stalled = Said("done", "", _line(lines, sockets[0]))


def _own(text: str, lines: Lines) -> list[OwnCertificate]:
    """A node's own certificates, each from the line that names it to the next."""
    begins = list(_OWN.finditer(text))
    own = []
    for one, following in zip_longest(begins, begins[1:]):
        part = text[one.end() : following.start() if following else len(text)]
        ends, subject = _ENDS.search(part), _SUBJECT.search(part)
        if ends is not None:
            line = lines.number(one.end() + ends.start("date"))
            serial = _SERIAL.search(part)
            named = subject["name"] if subject else ""
            unit = (one["unit"] or one["unit2"] or ("CAPF" if named.upper().startswith("CAPF-") else "")).upper()
            own.append(
                OwnCertificate(unit, named, digits(serial["serial"]) if serial else "", day_of(ends["date"]), line)
            )
    return own


def digits(serial: str) -> str:
    """A serial number, however it is written, in small hex digits without zeros before it."""
    return re.sub(r"[^0-9a-f]", "", serial.lower()).lstrip("0")


def _itl_file(text: str, lines: Lines) -> Said | None:
    """Whether the ITL is among the files of the TFTP folder, where those were asked for."""
    command = _LISTED.search(text)
    if command is None or not fnmatchcase("itlfile.tlv", command["what"].lower()):
        return None
    following = _PROMPT.search(text, command.end())
    end = following.start() if following else len(text)
    files = [one[0] for one in _ANY_FILE.finditer(text, command.end(), end)]
    if not files:
        return None
    has = any(_LIST_FILE.search(one) for one in files)
    return Said("present" if has else "missing", f"{command[0].strip()}: {files[0]}", _line(lines, command))


def day_of(written: str) -> datetime | None:
    """The day in a date with a year, however a node writes it: `Sun Mar 31 10:00:00 CEST 2024`, `2024-04-15 09:20:11`."""
    found = _NUMBERED_DAY.search(written)
    try:
        if found is not None:
            return datetime(int(found["year"]), int(found["month"]), int(found["day"]))  # noqa: DTZ001 - a day is enough
        named = _NAMED_DAY.search(written)
        if named is None:
            return None
        month = _MONTHS.index((named["month"] or named["month2"]).lower()) + 1
        return datetime(int(named["year"]), month, int(named["day"] or named["day2"]))  # noqa: DTZ001 - a day is enough
    except ValueError:
        return None
