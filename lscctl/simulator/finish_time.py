"""Finish times ("Operation Completes By"): texts in the publisher's wall-clock time."""

import re
from datetime import datetime, timedelta
from typing import Literal

from lscctl.simulator.clock import ServerClock

_FORM = re.compile(r"(\d{4}):(\d{1,2}):(\d{1,2}):(\d{1,2})(?::(\d{1,2}))?", re.ASCII)


class MalformedFinishTimeError(ValueError):
    """A text that is no finish time."""


def epoch_of(text: str, clock: ServerClock, fifth: Literal["minutes", "seconds", "ignored"]) -> float:
    """Read `YYYY:MM:DD:HH` or `YYYY:MM:DD:HH:xx` as epoch seconds [field guide 2].

    fifth: what xx counts (*assumed*). Raises MalformedFinishTimeError.
    """
    match = _FORM.fullmatch(text.strip())
    if match is None:
        raise MalformedFinishTimeError(f"{text!r} is not YYYY:MM:DD:HH or YYYY:MM:DD:HH:MM")
    year, month, day, hour, rest = (int(part or 0) for part in match.groups())
    if rest > 59:
        raise MalformedFinishTimeError(f"{text!r}: there is no {rest} in an hour or a minute")
    try:
        local = datetime(year, month, day, hour)  # noqa: DTZ001  # the publisher's wall clock
    except ValueError as error:
        raise MalformedFinishTimeError(f"{text!r}: {error}") from None
    added = {"minutes": timedelta(minutes=rest), "seconds": timedelta(seconds=rest), "ignored": timedelta()}[fifth]
    return clock.epoch_of(local + added)


def to_the_hour(text: str) -> str:
    """Cut a finish time to `YYYY:MM:DD:HH`."""
    return ":".join(text.strip().split(":")[:4])
