"""Pkids: the keys by which a cluster's database knows everything. They are drawn, or made of what the thing is."""

import random
from collections.abc import Callable
from functools import lru_cache
from uuid import NAMESPACE_OID, uuid5

NewId = Callable[[], str]


def uuid_from(rng: random.Random) -> str:
    """Draw a pkid: 36 characters in lower case."""
    digits = f"{rng.getrandbits(128):032x}"
    return "-".join((digits[:8], digits[8:12], digits[12:16], digits[16:20], digits[20:]))


@lru_cache(4096)  # each cluster asks for the same, a few hundred of them
def fixed_id(name: str) -> str:
    """Make the pkid of something by what it is: the same in every cluster that has it."""
    return str(uuid5(NAMESPACE_OID, name))
