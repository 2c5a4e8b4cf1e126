"""How a run is to be carried out."""

from collections.abc import Callable
from dataclasses import dataclass, field

from lscctl.plan import Protected
from lscctl.rules import Rules

Confirm = Callable[[str, int], bool]
"""Asks a person whether the wave of this name, with so many phones to write, may begin."""

Recheck = Callable[[], str]
"""Looks at the cluster when a window opens: why no phone may be written or applied, nothing where all is well. It may take a
while, is called in a worker, and may raise WireFault."""


@dataclass(frozen=True, slots=True)
class RunOptions:
    """The settings of a run; all times in seconds.

    `rules` are what an admin sets: waves, gates, windows, limits. `chunk`: phones that are written before they are read back
    and applied. `wait` False ends the run after the last apply and one read, and at the end of a window. `wait_until`: how
    long to watch after the last apply; None watches until each phone has ended, or stalled. `patience`: how long a cluster may
    refuse all work (503) or be unreachable before it counts as failed. The poll interval adapts between `shortest_poll` and
    `longest_poll`. A phone that was registered is `lost` when it is not so again `reregister` after its end; one that shows no
    newer registration counts as back after `settle`. `confirm` is asked before each wave but the
    first, `recheck` at each opening of the windows. `past_is_known`: a person resumes the run and knows what failed in it, so
    gates begin to count anew. `protected` is what the configuration never lets be changed: no profile of such a phone is.
    `sql_allowed`: where AXL clears no authentication strings, SQL may.
    """

    rules: Rules = field(default_factory=Rules)
    chunk: int = 200
    wait: bool = True
    wait_until: float | None = None
    patience: float = 600.0
    grace: float = 300.0
    shortest_poll: float = 1.0
    longest_poll: float = 30.0
    settle: float = 30.0
    reregister: float = 600.0
    confirm: Confirm | None = None
    recheck: Recheck | None = None
    past_is_known: bool = False
    protected: Protected = field(default_factory=Protected)
    sql_allowed: bool = False

    def __post_init__(self) -> None:
        if self.chunk < 1:
            raise ValueError("a chunk has at least 1 phone")
        if not 0 < self.shortest_poll <= self.longest_poll:
            raise ValueError("the poll interval's bounds are positive and in order")
