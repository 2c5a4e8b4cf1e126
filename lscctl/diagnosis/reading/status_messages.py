"""Status messages, as a phone lists them, or as somebody copied them from a screen: one a line, mostly with a time."""

import re
from collections.abc import Sequence
from itertools import pairwise
from typing import Final

from lscctl.diagnosis.reading.letters import STATUS, is_own, stated, unheard
from lscctl.diagnosis.sightings import Line, Sightings
from lscctl.finding import Moment, Place

_TIME: Final = re.compile(
    r"^\W{0,3}\d{1,2}:\d\d(?::\d\d)?(?:\s?[ap]m?\b)?(?:[ ,]{1,3}\d{1,4}[/.-]\d{1,2}[/.-]\d{1,4})?\W{0,3}|"
    r"^\W{0,3}\d{1,4}[/.-]\d{1,2}[/.-]\d{1,4}[ ,]{1,3}\d{1,2}:\d\d(?::\d\d)?\s?(?:[ap]m?)?\W{0,3}",
    re.IGNORECASE,
)
_CLOCK: Final = re.compile(
    r"(?P<hours>\d{1,2}):(?P<minutes>\d\d)(?::(?P<seconds>\d\d))?\s?(?P<half>[ap])?", re.IGNORECASE
)
_STATUS: Final = re.compile(STATUS)
_OF_A_DEVICE: Final = re.compile(r"^\W{0,3}%(?!UC_|CCM|CAPF|TVS)[A-Z][A-Z0-9_]{1,31}-[0-7]-\w{2,32}:")
"""How switches, routers and firewalls begin what they tell: no phone lists that."""

_PHONE: Final = re.compile(r"SEP[0-9A-F]{12}")
_ALWAYS: Final = ("attempt", "capf")
"""A phone has few status messages; none of them is about somebody else's connections."""


def read_status_messages(messages: Sequence[tuple[int, str]], place: Place, sightings: Sightings) -> str:
    """Show each message with its line, in the order in which they were written; the phone's name, '' where none is in them.

    A certificate status in CUCM's words, as people copy it from the phone's page, is a fact.
    """
    clock = f"{place.source} {place.file} {messages[0][0] if messages else ''}"
    newest_first = _newest_first([message for _, message in messages])
    phone = ""
    copied = {messages[index - 1][0] for index in unheard([message for _, message in messages])}
    for number, (line, message) in enumerate(messages, 1):
        time = _TIME.match(message)
        text = message[time.end() :] if time else message
        where = Place(place.source, place.file, line)
        moment: Moment | None = Moment(clock, len(messages) - number if newest_first else number)
        at = time[0].strip() if time else ""
        if line in copied or _OF_A_DEVICE.match(message):
            continue
        if not time and is_own(text):
            text, moment = stated(text), None
        for part in text.split("\n"):
            sightings.line(Line(where, part.strip(), at, moment, _ALWAYS))
        status = _STATUS.search(text)
        if status is not None:
            sightings.fact(
                "certificate-status", re.sub(r"\s?: ?", ": ", status[0].strip()), where, at=at, text=text.strip()
            )
        named = _PHONE.search(text)
        phone = phone or (named[0] if named else "")
    return phone


def _newest_first(messages: Sequence[str]) -> bool:
    times = [_since_midnight(found[0]) for one in messages if (found := _TIME.match(one))]
    falls = sum(one > other for one, other in pairwise(times))
    rises = sum(one < other for one, other in pairwise(times))
    return falls > rises


def _since_midnight(written: str) -> int:
    """Seconds to a time that stands before or behind a date."""
    clock = _CLOCK.search(written)
    if clock is None:
        return 0
    hours = int(clock["hours"]) % 24
    if clock["half"]:
        hours = hours % 12 + (12 if clock["half"].lower() == "p" else 0)
    return (hours * 60 + int(clock["minutes"])) * 60 + int(clock["seconds"] or 0)
