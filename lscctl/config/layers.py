"""Where settings come from: flags over environment over file over defaults, and which of them each value is from."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from pydantic import TypeAdapter, ValidationError

from lscctl.config.tables import ALTERNATIVES

_YES_OR_NO: Final = TypeAdapter(bool)


class Source(StrEnum):
    """What kind of place a value comes from, the closest first."""

    FLAG = "flag"
    ENVIRONMENT = "environment"
    FILE = "file"
    DEFAULT = "default"


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a value comes from: `place` names it there (`--host`, `LSCCTL_HOST`, `clusters.hq.host`), '' for a default."""

    source: Source
    place: str = ""

    def __str__(self) -> str:
        return f"{self.source} {self.place}".strip()


@dataclass(frozen=True, slots=True)
class Given:
    """A value as it was written, and where."""

    value: Any
    origin: Origin


Layer = Mapping[str, Given]
"""What one source sets, `{key of the file: Given}`."""


def laid_over(layers: Iterable[Layer]) -> dict[str, Given]:
    """What holds, of layers from the closest to the farthest.

    A layer that sets one of several alternatives (`tables.ALTERNATIVES`) means none of the others: farther ones do not count.
    """
    decided: dict[str, Given] = {}
    for layer in layers:
        known = decided.keys() | settled(decided)
        decided |= {key: given for key, given in layer.items() if key not in known}
    return decided


def settled(decided: Layer) -> set[str]:
    """The settings of which one alternative was chosen."""
    chosen = {key for key, given in decided.items() if _chooses(key, given)}
    return {key for group in ALTERNATIVES if not chosen.isdisjoint(group) for key in group}


def _chooses(key: str, given: Given) -> bool:
    """Whether an alternative was chosen: `insecure = false` chooses nothing, however it is written."""
    try:
        return key != "insecure" or _YES_OR_NO.validate_python(given.value)
    except ValidationError:
        return True  # what it should mean is asked where values are checked
