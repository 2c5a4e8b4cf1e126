"""The attempts of a phone at CAPF, followed record by record: when each began, by which mode, and how it ended."""

import re
from collections import deque
from dataclasses import dataclass, replace
from typing import Final

from lscctl.diagnosis.any_case import AnyCase
from lscctl.diagnosis.reading.capf_codes import CODES, code_in
from lscctl.diagnosis.reading.records import Record
from lscctl.finding import Attempt, Place

MOST_ATTEMPTS: Final = 50
"""So many are kept, the last ones; a phone that tries for days makes thousands."""

MOST_SILENT: Final = 5_000
"""After so many lines without one that names CAPF an attempt is over, though nothing tells its end."""

CAPF_PORT: Final = 3804
"""CAPF's port, where the cluster has no other."""

_TVS_PORT: Final = "2445"
_PORT: Final = AnyCase(r"\bport\b\s{0,2}[:=]?\s{0,2}(\d{2,5})\b")
_CONNECTING: Final = ("trying to connect", "attempting to connect", "attempting connect", "connecting to")
_CONNECTS: Final = AnyCase(rf"\b(?:{'|'.join(_CONNECTING)})\b")
_OF_A_CONNECTION: Final = AnyCase(
    r"\bclp\w+|\b(?:tcp|ssl\w*|tls\w*|handshake|alert|socket|bio|connect\w*|verif\w*|cert\w*)\b|STATE_SSL",
)
_DEALS: Final = AnyCase(
    r"\b(?:tcp|socket|connect(?:ed|ing|ion|s)?|handshake|(?:client[ _]?)?hello|operation (?:is |was )?requested|starting|dial\w*"
    r"|target"
    r"|session\b.{0,40}\b(?:open(?:ed)?|started|begun|up)|peer|host \S{1,64} port)\b",
)
"""What a phone that deals with CAPF says, whatever it calls it."""

_LSC_CALLS: Final = AnyCase(r"(?:\A|[:\]-] ?)lsc: .{0,24}\b(?:connect\w*|tcp|tls|socket|syn|dial\w*|hello)\b")
"""What a part of the phone that is called after the LSC says of its connection: it is to CAPF."""

_WINDS_UP: Final = AnyCase(r"\b(?:clos\w*|end(?:ed|s|ing)?|over|lost|shut ?down|reset|drop\w*|torn|dis\w+)\b")

_SECURITY: Final = frozenset({"Sec", "SEC", "sec", "SSL", "ssl"})
"""What is in the name of a process that deals with the phone's certificates, one of which is its LSC."""

_OF_SECURITY: Final = AnyCase(
    r"\A(?:\w{1,8}\.)?(?:sec(?:d|uri?ty|ure)?(?: ?(?:app|service|srv|mgr|client|agent))?|sslc?)\Z"
)

_MOST_PROCESSES: Final = 64
_MOST_BY_NAME: Final = 12
_STARTS: Final = AnyCase(
    r"\b(?:start|begin|initiat|launch|invok)(?:s|ing|ed|e|es)?\b.{0,40}\bcapf"
    r"|\bcapf\w{0,16}\b.{0,40}\b(?:start(?:s|ed|ing)?|begins?|began|initiated|launched)\b",
)
_MODE: Final = AnyCase(r"\bmode\b\W{0,4}(?:\d{1,2}\W{1,5})?(?P<mode>[A-Z][A-Z_ -]{2,40}[A-Z])\b")
_ENDS: Final = AnyCase(
    r"\bcapf\w{0,16}\b.{0,80}\b(?P<end>fail(?:s|ed|ure)?|succe(?:ss(?:ful(?:ly)?)?|eds?|eded)|complete[sd]?|finished|abort(?:s|ed)?"
    r"|timed[ -]?out|error)\b"
    r"|\blsc\b(?!\W{0,3}(?:is |was |could )?not\b).{0,40}"
    r"(?<!not )(?<!never )(?<!n't )\b(?P<told>fail(?:s|ed|ure)?|installed|updated|success(?:ful(?:ly)?)?|stored)\b",
)
_WELL: Final = AnyCase(r"succe|complete|finished|installed|updated|stored")
_IN_VAIN: Final = AnyCase(
    r"\b(?:without|w/o|no) (?:an? |any |new )?(?:certificate|cert|lsc)\b|\b(?:cert\w*|lscs?)\W{1,3}(?:0|none)\b"
)
_PART: Final = AnyCase(r"\b(?:bio|socket|connect(?:ion)?|handshake|retry|session setup|step)\b")

_NAMES: Final = ("capf", "storecert", "store_cert", "keygenre", "key_gen_re")
"""What names CAPF in small letters, itself or by its messages."""

WORDS: Final = (*_NAMES, "lsc", "clp")
"""What a record has one of, or a port of CAPF's, in any case, that begins an attempt or ends it, or is of one by itself."""

WORDS_UNDER_WAY: Final = ("tvs", _TVS_PORT, *_CONNECTING)
"""What a record has one of besides, that tells to whom a process connects."""

MODES: Final = {
    "NULL_STR": "null-string",
    "NULL_STRING": "null-string",
    "AUTH_STR": "auth-string",
    "AUTH_STRING": "auth-string",
    "AUTHENTICATION_STRING": "auth-string",
    "LSC": "lsc-first",
    "MIC": "mic-first",
}
"""How phones write the modes, and what they are called here."""


@dataclass(frozen=True, slots=True)
class _Told:
    """What a record tells: in one line, as it stands and in small letters, whether it names CAPF, a port, and that it connects."""

    flat: str
    lower: str
    names: bool
    port: str
    connects: bool


class Attempts:
    """Follows one phone's log. `capf_port` is the cluster's.

    Only records with one of `WORDS` or a port of CAPF's need be shown; while an attempt is under way, those with one of
    `WORDS_UNDER_WAY` too, and those of `processes`, if anybody asks what they are of. Those are the processes, or parts of their
    names, whose records may be of a connection to CAPF or TVS though they name neither; '' stands for all, where they are many.
    """

    def __init__(self, capf_port: int = CAPF_PORT) -> None:
        self._ports = {str(CAPF_PORT), str(capf_port)}
        self._port = re.compile(rf"\b(?:{'|'.join(sorted(self._ports))})\b")
        self._peers: dict[str, str] = {}
        self._last: deque[Attempt] = deque(maxlen=MOST_ATTEMPTS)
        self._open: Attempt | None = None
        self._process = ""
        self._named = 0
        self._says_start = False
        self.processes: frozenset[str] = frozenset()
        self.total = 0

    @property
    def under_way(self) -> bool:
        """Whether one is, so that every record may belong to it."""
        return self._open is not None

    def follow(self, record: Record, place: Place, line: int) -> tuple[tuple[str, ...], int | None]:
        """Take the next record in, which is at this line of what the phone wrote.

        First of what it is: `attempt` if one is under way; `capf` too if the record tells of one: it names CAPF, or comes from the
        process at it; `tvs` if it tells of a connection to TVS. Then CAPF's error code where the attempt ends with it, 0 where it
        ends well.
        """
        told = self._told(record)
        if line - self._named > MOST_SILENT:
            self._close()
        if told.names:
            self._named = line
        during = self._during(record, told)
        return during, self._code(record, told, place)

    def passes_over(self, record: Record) -> bool:
        """Whether a record, and any with other digits but a port's, changes nothing that is known of attempts and connections."""
        told = self._told(record)
        return not (told.names or told.port or told.connects or "lsc" in told.lower)

    def _told(self, record: Record) -> _Told:
        flat = record.flat
        lower = flat.lower()
        names = (
            any(name in lower for name in _NAMES)
            or (any(port in flat for port in self._ports) and bool(self._port.search(flat)))
            or ("lsc: " in lower and _LSC_CALLS.search(flat) is not None)
        )
        port = _PORT.search(flat) if "port" in lower else None
        connects = "connect" in lower and _CONNECTS.search(flat) is not None
        return _Told(flat, lower, names, port[1] if port else "", connects)

    def _during(self, record: Record, told: _Told) -> tuple[str, ...]:
        """What a process says of a connection is of the one that it opened last: `tvs` where that is to TVS. `clp`, the client of
        the 7900s, speaks to TVS where the log does not say to whom, and no attempt of its process is under way.
        """
        peer = self._peer(record, told)
        if told.names or peer == "capf" or (self._open is not None and not peer and self._at_it(record.process)):
            return ("attempt", "capf")
        under_way = () if self._open is None else ("attempt",)
        return (*under_way, "tvs") if peer == "tvs" else under_way

    def _at_it(self, process: str) -> bool:
        """Whether a process deals with CAPF while an attempt is under way: the one that began it, and the phone's security."""
        return process == self._process or _OF_SECURITY.search(process) is not None

    def _peer(self, record: Record, told: _Told) -> str:
        """To whom the connection is that a record tells of: `capf`, `tvs`, `other`; nothing where nobody knows."""
        if told.names or told.port in self._ports:
            peer = "capf"
        elif _TVS_PORT in told.flat or "tvs" in told.lower:
            peer = "tvs"
        else:
            peer = "other" if told.port and told.connects else ""
        if peer and (told.port or told.connects) and len(self._peers) < _MOST_PROCESSES:
            self._peers[record.process] = peer
            if peer != "other":
                self._count_in(record.process)
        if peer or (record.process not in self._peers and "clp" not in told.flat):
            return peer
        if not _OF_A_CONNECTION.search(told.flat):
            return ""
        at_capf = self._open is not None and record.process == self._process
        return self._peers.get(record.process, "" if at_capf else "tvs")

    def _code(self, record: Record, told: _Told, place: Place) -> int | None:
        """CAPF's error code where the attempt ends with this record; one that begins is begun."""
        end = _ENDS.search(told.flat) if told.names or "lsc" in told.lower else None
        if end is None:
            starts = told.names and (_STARTS.search(told.flat) is not None or (told.connects and self._open is None))
            self._says_start = self._says_start or starts
            if starts or (told.names and self._open is None and self._deals(record, told)):
                self._begin(record, place)
            return None
        code = code_in(told.flat)
        if code is None and _PART.search(told.flat):
            return None
        well = bool(_WELL.search(end["end"] or end["told"])) and _IN_VAIN.search(told.flat) is None
        if well or code is None:
            code = 0 if well else None
        self._end(record, place, code)
        return code

    def _deals(self, record: Record, told: _Told) -> bool:
        """Whether the phone is at CAPF by a record that tells no start: in a log that tells of none, whoever writes it."""
        if self._says_start or not record.process or _WINDS_UP.search(told.flat):
            return False
        return _DEALS.search(told.flat) is not None

    def all(self) -> tuple[Attempt, ...]:
        """The last attempts, in their order."""
        unended = () if self._open is None else (self._open,)
        return (*self._last, *unended)[-MOST_ATTEMPTS:]

    def _begin(self, record: Record, place: Place) -> None:
        self._close()
        mode = _MODE.search(record.flat)
        words = mode["mode"].strip().replace(" ", "_").upper() if mode else ""
        self._open = Attempt(place, record.at, MODES.get(words, ""), outcome=UNENDED)
        self._process = record.process
        self.processes |= _SECURITY if "" not in self.processes else frozenset()
        self._count_in(record.process)
        self.total += 1

    def _count_in(self, process: str) -> None:
        if process not in self.processes and "" not in self.processes:
            self.processes = self.processes | {process} if len(self.processes) < _MOST_BY_NAME else frozenset({""})

    def _close(self) -> None:
        if self._open is not None:
            self._last.append(self._open)
            self._open = None

    def _end(self, record: Record, place: Place, code: int | None) -> None:
        if self._open is None:
            return
        outcome = "failed" if code is None else CODES[code]
        ended = replace(self._open, code=code, outcome=outcome, end=place, until=record.at)
        self._last.append(ended)
        self._open = None


UNENDED: Final = "its end is not in the log"
