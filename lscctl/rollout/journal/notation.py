"""How values stand in the journal: JSON by the field names of their dataclasses.

What a later lscctl adds to a value has a default, so rows written before can be read; what it takes away is passed over.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, TypeVar

from pydantic import TypeAdapter, ValidationError

from lscctl.deadline import DeadlineRule
from lscctl.errors import JournalError
from lscctl.outcome import PhoneState
from lscctl.plan import InstallRequest, LeftOut, Step
from lscctl.rollout import events
from lscctl.rollout.standing import Standing
from lscctl.rules import Rules

T = TypeVar("T")

DEADLINE = TypeAdapter(DeadlineRule)
REQUEST = TypeAdapter(InstallRequest)
RULES = TypeAdapter(Rules)
STEP = TypeAdapter(Step)
LEFT_OUT = TypeAdapter(LeftOut)
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
)
"""The events that make up a run's own story."""

RUN_EVENTS: dict[str, TypeAdapter[Any]] = {kind.__name__: TypeAdapter(kind) for kind in RunEvent.__args__}


def text_of(adapter: TypeAdapter[T], value: T) -> str:
    """The value as the journal keeps it."""
    return adapter.dump_json(value).decode()


def value_of(adapter: TypeAdapter[T], text: object, path: Path) -> T:
    """The value that was written as this text into the journal at `path`; JournalError if it is none."""
    try:
        return adapter.validate_json(str(text))
    except ValidationError as error:
        raise JournalError(
            f"the journal {path} holds something that lscctl did not write: {error.title}: {error.errors()[0]['msg']}",
            hint="Somebody changed it, or it is damaged; --journal FILE names another journal.",
        ) from error


def harmless(text: str) -> str:
    """The text without what UTF-8 cannot hold: bytes that a command line or a user name may carry, spelled out."""
    return text.encode("utf-8", "backslashreplace").decode()
