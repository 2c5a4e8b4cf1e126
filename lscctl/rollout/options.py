"""How a run is to be carried out."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class RunOptions:
    """The settings of a run; all times in seconds.

    `concurrency`: writes and applies at the cluster at a time; one read goes on beside them. `chunk`: phones that are
    written before they are read back and applied. `wait` False ends the run after the last apply and one read.
    `wait_until`: how long to watch after the last apply; None watches until each phone's deadline and `grace` have
    passed. `patience`: how long a cluster may refuse all work (503) or be unreachable before it counts as failed. The
    poll interval adapts between `shortest_poll` and `longest_poll`.
    """

    concurrency: int = 8
    chunk: int = 200
    wait: bool = True
    wait_until: float | None = None
    patience: float = 600.0
    grace: float = 300.0
    shortest_poll: float = 1.0
    longest_poll: float = 30.0

    def __post_init__(self) -> None:
        if self.concurrency < 1 or self.chunk < 1:
            raise ValueError("concurrency and chunk are at least 1")
        if not 0 < self.shortest_poll <= self.longest_poll:
            raise ValueError("the poll interval's bounds are positive and in order")
