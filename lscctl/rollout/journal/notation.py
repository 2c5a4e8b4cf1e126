"""How what a run did and saw stands in the journal, as `lscctl.notation` has it for what is planned."""

import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeVar

from pydantic import TypeAdapter, ValidationError

from lscctl.errors import JournalError
from lscctl.outcome import PhoneState
from lscctl.rollout import events
from lscctl.rollout.standing import Call, Standing

T = TypeVar("T")

STANDING = TypeAdapter(Standing)
LIMITED = TypeAdapter(events.Limited)
COUNTS: TypeAdapter[Mapping[PhoneState, int]] = TypeAdapter(dict[PhoneState, int])
NOTES: TypeAdapter[tuple[str, ...]] = TypeAdapter(tuple[str, ...])

RunEvent = (
    events.RunStarted
    | events.WaveStarted
    | events.WaveEnded
    | events.GateClosed
    | events.WindowClosed
    | events.WindowOpened
    | events.Paused
    | events.Resumed
    | events.Stopping
    | events.ProfileChanged
    | events.ProfileAwaited
)
"""The events that make up a run's own story."""

RUN_EVENTS: dict[str, TypeAdapter[Any]] = {kind.__name__: TypeAdapter(kind) for kind in RunEvent.__args__}


def value_of(adapter: TypeAdapter[T], text: object, path: Path) -> T:
    """The value that was written as this text into the journal at `path`; JournalError if it is none."""
    try:
        return adapter.validate_json(str(text))
    except ValidationError as error:
        raise JournalError(
            f"the journal {path} holds something that lscctl did not write: {error.title}: {error.errors()[0]['msg']}",
            hint="Somebody changed it, or it is damaged; --journal FILE names another journal.",
        ) from error


def standing_of(text: object, path: Path) -> Standing:
    """How a phone stands, as it was written into the journal at `path`. Raises JournalError.

    An lscctl that did not know `earlier` yet left a write that the cluster had refused among the writes, with the deadline that
    never arrived: by it somebody else's operation of the same hour would be taken for ours. A first write that was seen pending
    did arrive: it was a second one that was not made.
    """
    standing = value_of(STANDING, text, path)
    refused = standing.writes > 0 and standing.write is Call.NOT_MADE and standing.state.final
    arrived = standing.writes == 1 and standing.seen_pending
    if refused and not arrived and "earlier" not in json.loads(str(text)):
        return replace(standing, writes=standing.writes - 1, deadline="", deadline_at=None)
    return standing


def harmless(text: str) -> str:
    """The text without what UTF-8 cannot hold: bytes that a command line or a user name may carry, spelled out."""
    return text.encode("utf-8", "backslashreplace").decode()
