"""The attempts of a phone at CAPF, followed record by record: when each began, by which mode, and how it ended."""

import re
from collections import deque
from dataclasses import replace
from typing import Final

from lscctl.diagnosis.reading.capf_codes import CODES, code_in
from lscctl.diagnosis.reading.records import Record
from lscctl.finding import Attempt, Place

MOST_ATTEMPTS: Final = 50
"""So many are kept, the last ones; a phone that tries for days makes thousands."""

MOST_SILENT: Final = 5_000
"""After so many records that do not name CAPF an attempt is over, though nothing tells its end."""

CAPF_PORT: Final = 3804
"""CAPF's port, where the cluster has no other."""

_TVS_PORT: Final = "2445"
_PORT: Final = re.compile(r"\bport\b\s{0,2}[:=]?\s{0,2}(\d{2,5})\b", re.IGNORECASE)
_CONNECTS: Final = re.compile(r"\b(?:trying to connect|attempting (?:to )?connect|connecting to)\b", re.IGNORECASE)
_OF_A_CONNECTION: Final = re.compile(
    r"\bclp\w+|\b(?:tcp|ssl\w*|tls\w*|handshake|alert|socket|bio|connect\w*|verif\w*|cert\w*)\b|STATE_SSL",
    re.IGNORECASE,
)
_MOST_PROCESSES: Final = 64
_STARTS: Final = re.compile(
    r"\b(?:start|begin|initiat|launch|invok)(?:s|ing|ed|e|es)?\b.{0,40}\bcapf"
    r"|\bcapf\w{0,16}\b.{0,40}\b(?:start(?:s|ed|ing)?|begins?|began|initiated|launched)\b",
    re.IGNORECASE,
)
_MODE: Final = re.compile(r"\bmode\b\W{0,4}(?:\d{1,2}\W{1,5})?(?P<mode>[A-Z][A-Z_ -]{2,40}[A-Z])\b", re.IGNORECASE)
_ENDS: Final = re.compile(
    r"\bcapf\w{0,16}\b.{0,80}\b(?P<end>fail(?:s|ed|ure)?|succe(?:ss(?:ful(?:ly)?)?|eds?|eded)|complete[sd]?|finished|abort(?:s|ed)?"
    r"|timed[ -]?out|error)\b|\blsc\b.{0,40}\b(?P<told>fail(?:s|ed|ure)?|installed|updated|success(?:ful(?:ly)?)?|stored)\b",
    re.IGNORECASE,
)
_WELL: Final = re.compile(r"succe|complete|finished|installed|updated|stored", re.IGNORECASE)
_PART: Final = re.compile(r"\b(?:bio|socket|connect(?:ion)?|handshake|retry|session setup|step)\b", re.IGNORECASE)

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


class Attempts:
    """Follows one phone's log, through all its files. `capf_port` is the cluster's."""

    def __init__(self, capf_port: int = CAPF_PORT) -> None:
        self._capf = re.compile(rf"capf|\b(?:{CAPF_PORT}|{capf_port})\b", re.IGNORECASE)
        self._capf_ports = {str(CAPF_PORT), str(capf_port)}
        self._peers: dict[str, str] = {}
        self._last: deque[Attempt] = deque(maxlen=MOST_ATTEMPTS)
        self._open: Attempt | None = None
        self._process = ""
        self._silent = 0
        self.total = 0

    @property
    def under_way(self) -> bool:
        """Whether one is, so that every record may belong to it."""
        return self._open is not None

    def during(self, record: Record) -> tuple[str, ...]:
        """`attempt` if one is under way; `capf` too if the record tells of one: it names CAPF, or comes from the process at it.

        What a process says of a connection is of the one that it opened last: `tvs` where that is to TVS. The client of the 7900s,
        `clp`, speaks to TVS where the log does not say to whom, and no attempt of its process is under way.
        """
        names = self._capf.search(record.flat) is not None
        peer = self._peer(record, names=names)
        if names or peer == "capf" or (self._open is not None and record.process == self._process and not peer):
            return ("attempt", "capf")
        under_way = () if self._open is None else ("attempt",)
        return (*under_way, "tvs") if peer == "tvs" else under_way

    def _peer(self, record: Record, *, names: bool) -> str:
        """To whom the connection is that a record tells of: `capf`, `tvs`, `other`; nothing where nobody knows."""
        told = record.flat
        port = _PORT.search(told)
        if names or (port is not None and port[1] in self._capf_ports):
            peer = "capf"
        elif _TVS_PORT in told or "tvs" in told.lower():
            peer = "tvs"
        else:
            peer = "other" if port is not None and _CONNECTS.search(told) else ""
        if peer and (port is not None or _CONNECTS.search(told)) and len(self._peers) < _MOST_PROCESSES:
            self._peers[record.process] = peer
        if peer or not _OF_A_CONNECTION.search(told):
            return peer
        at_capf = self._open is not None and record.process == self._process
        return self._peers.get(record.process, "tvs" if "clp" in told and not at_capf else "")

    def follow(self, record: Record, place: Place) -> int | None:
        """Take the next record in; CAPF's error code where the attempt ends with it, 0 where it ends well."""
        told = record.flat
        names = self._capf.search(told) is not None
        self._silent = 0 if names else self._silent + 1
        if self._silent > MOST_SILENT:
            self._close()
        end = _ENDS.search(told)
        if end is None:
            if names and (_STARTS.search(told) or (_CONNECTS.search(told) and self._open is None)):
                self._begin(record, place)
            return None
        code = code_in(told)
        if code is None and _PART.search(told):
            return None
        well = bool(_WELL.search(end["end"] or end["told"]))
        if well or code is None:
            code = 0 if well else None
        self._end(record, place, code)
        return code

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
        self.total += 1

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
