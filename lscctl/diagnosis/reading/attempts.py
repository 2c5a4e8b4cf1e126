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

_CAPF: Final = re.compile(r"capf|\b3804\b", re.IGNORECASE)
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
    """Follows one phone's log, through all its files."""

    def __init__(self) -> None:
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
        """`attempt` if one is under way; `capf` too if the record tells of one: it names CAPF, or comes from the process at it."""
        names = _CAPF.search(record.flat) is not None
        if names or (self._open is not None and record.process == self._process):
            return ("attempt", "capf")
        return () if self._open is None else ("attempt",)

    def follow(self, record: Record, place: Place) -> int | None:
        """Take the next record in; CAPF's error code where the attempt ends with it, 0 where it ends well."""
        told = record.flat
        names = _CAPF.search(told) is not None
        self._silent = 0 if names else self._silent + 1
        if self._silent > MOST_SILENT:
            self._close()
        end = _ENDS.search(told)
        if end is None:
            if names and _STARTS.search(told):
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
