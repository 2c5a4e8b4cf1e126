"""How plans, and the rules that they are carried out by, are written down: JSON by the field names of their dataclasses.

The journal keeps them so, and so does a plan's file. What a later lscctl adds to a value has a default, so what was written before
can be read; what it takes away is passed over.
"""

from typing import TypeVar

from pydantic import TypeAdapter

from lscctl.deadline import DeadlineRule
from lscctl.identity import ClusterIdentity
from lscctl.plan import CapfRequest, LeftOut, Step
from lscctl.profile_change import ProfileChange, ProfileStanding
from lscctl.rules import Rules

T = TypeVar("T")

IDENTITY = TypeAdapter(ClusterIdentity)
DEADLINE = TypeAdapter(DeadlineRule)
REQUEST = TypeAdapter(CapfRequest)
RULES = TypeAdapter(Rules)
STEP = TypeAdapter(Step)
LEFT_OUT = TypeAdapter(LeftOut)
PROFILE_CHANGE = TypeAdapter(ProfileChange)
PROFILE_STANDING = TypeAdapter(ProfileStanding)


def text_of(adapter: TypeAdapter[T], value: T) -> str:
    """The value as JSON."""
    return adapter.dump_json(value).decode()
