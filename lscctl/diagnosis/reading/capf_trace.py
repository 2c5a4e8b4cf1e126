"""CAPF's traces: `18:01:05.333 |   debug 7:SEP001122334455:Incoming Phone Msg`. One holds the sessions of many phones."""

import re
from collections.abc import Callable
from typing import Final

from lscctl.diagnosis.reading.capf_codes import code_in
from lscctl.diagnosis.reading.lines import Readable, stretches
from lscctl.diagnosis.reading.order import trace_part_of
from lscctl.diagnosis.reading.records import Record, records
from lscctl.diagnosis.reading.words import Words
from lscctl.diagnosis.sightings import Line, Sightings
from lscctl.finding import Moment, Place, Source

_PHONE: Final = re.compile(r"SEP[0-9A-F]{12}")
_SESSION: Final = re.compile(r"^(?:debug\s{1,8})?(?P<session>\d{1,9}):(?P<unknown>UNKNOWN:)?")
_FROM: Final = re.compile(
    r"\b(?:SSL_accept|accept\w*|from|client|peer|ph conn|handshake with|connection of)\W{1,3}"
    r"(?P<address>\d{1,3}(?:\.\d{1,3}){3})\b",
    re.IGNORECASE,
)
_ENDS: Final = re.compile(
    r"capf_op_|capf_fetch_|\b(?:end_?session|session (?:ended|closed)|operation (?:fail\w*|success\w*|complete\w*))\b|\breason\b",
    re.IGNORECASE,
)
_ITSELF: Final = re.compile(r"\Acapf(?:\[\d{1,7}\])?: ", re.IGNORECASE)
"""Its own name before each message, as log servers put it, which tells nothing."""

_STATUS: Final = re.compile(r"\b(?:Upgrade|Delete|Troubleshoot) (?:Success|Failed(?:: ?[A-Za-z][\w /]{3,60})?)\b")
_SERVED: Final = "Upgrade Success"

_ALWAYS: Final = ("attempt", "capf")


class CapfTraceReader:
    """Reads a trace, and shows each phone's lines to that phone's sightings. `of_phone` gives those; '' is for lines of none.

    Lines that tell only from which address somebody connected are shown to the sightings of that address.

    `cut` is how many messages were looked at in part, `untold` how many are of phones beyond the most.
    """

    def __init__(self, of_phone: Callable[[str], Sightings]) -> None:
        self._of_phone = of_phone
        self.cut = self.untold = 0
        self._phones = {""}
        self._unserved: set[str] = set()
        self._addresses: set[str] = set()
        asked = of_phone("").questions.words(Source.CAPF_TRACE, _ALWAYS)
        self._words = Words(asked | {"sep", "capf_op", "success", "fail"})

    def read(self, stream: Readable, place: Place, begins: int = 1) -> None:
        """Show everything of interest from line `begins` on."""
        sessions: dict[str, str] = {}
        shown = last = begins - 1
        bare = 0
        for stretch in stretches(stream):
            for index in self._words.hits(stretch.all):
                number = stretch.first + index
                if number <= last:
                    continue
                found = records(stretch.lines, index, stretch.first, bare)
                last = found[0].last
                bare = number if found[0].bare else 0
                for record in found:
                    if record.line > shown:
                        self.cut += record.cut
                        for line, text in _parts(record):
                            self._show(text, record.at, Place(place.source, place.file, line), sessions)
                        shown = record.line

    def _count(self, phone: str, *, served: bool) -> None:
        """What lines of no phone told of trouble is over when all phones that came got what they came for."""
        if not served:
            self._unserved.add(phone)
            return
        self._unserved.discard(phone)
        if not self._unserved:
            for nobody in ("", *self._addresses):
                self._of_phone(nobody).forget()

    def _show(self, text: str, at: str, place: Place, sessions: dict[str, str]) -> None:
        text = _ITSELF.sub("", text)
        phone = _whose(text, sessions)
        if not phone and (told := _FROM.search(text)) is not None and len(self._addresses) < MOST_PHONES:
            phone = told["address"]
            self._addresses.add(phone)
        if phone not in self._phones and phone not in self._addresses:
            if len(self._phones) > MOST_PHONES:
                self.untold += 1
                return
            self._phones.add(phone)
        sightings = self._of_phone(phone)
        clock, part = trace_part_of(place.file)
        moment = Moment(f"{place.source} {clock} {phone}", part * MOST_LINES + place.line)
        sightings.line(Line(place, text, at, moment, _ALWAYS))
        phone = "" if phone in self._addresses else phone
        code = code_in(text) if _ENDS.search(text) else None
        if code is not None and phone:
            sightings.fact("capf-code", str(code), place, moment=moment, at=at, text=text)
        status = _STATUS.search(text)
        if phone:
            self._count(phone, served=code == 0 or (status is not None and status[0] == _SERVED))
        if status is not None and phone:
            sightings.fact("certificate-status", status[0], place, moment=moment, at=at, text=text)


def _parts(record: Record) -> list[tuple[int, str]]:
    """The record with its line; line by line, where lines of it name several phones: a search put something before heads."""
    if len(set(_PHONE.findall(record.text))) < 2:
        return [(record.line, record.text)]
    return list(enumerate(record.text.split("\n"), record.line))


def _whose(text: str, sessions: dict[str, str]) -> str:
    """The phone that a line is about: it names it, or its session did before."""
    session = _SESSION.match(text)
    named = _PHONE.search(text)
    if session is not None and session["unknown"]:  # the number is another phone's from here on
        sessions.pop(session["session"], None)
    if named is None:
        return sessions.get(session["session"], "") if session else ""
    if session is not None and len(sessions) < MOST_SESSIONS:
        sessions[session["session"]] = named[0]
    return named[0]


MOST_SESSIONS: Final = 100_000
"""So many sessions are told apart."""

MOST_LINES: Final = 10**12
"""More lines than a file has."""

MOST_PHONES: Final = 10_000
"""So many phones are."""
