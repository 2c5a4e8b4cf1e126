"""What an assumption is, and what can be found out about it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property

from lscctl.cucm.cluster import Cluster
from lscctl.preflight.assumptions.past import Operation, past_operations


@dataclass(frozen=True, slots=True)
class Finding:
    """What a cluster showed: the value that holds here, None where it showed neither; `evidence` names nothing of the cluster."""

    value: str | None
    evidence: str


class Site:
    """The cluster that is looked at; what several assumptions need is asked for once.

    `written` are the finish times that lscctl wrote last, `{phone name: text}`, as its journal remembers them.
    """

    def __init__(self, cluster: Cluster, written: Mapping[str, str]) -> None:
        self.cluster = cluster
        self.written = written

    @cached_property
    def operations(self) -> tuple[Operation, ...]:
        """What CAPF did with phones before. Raises WireFault."""
        return past_operations(self.cluster.rows)


Look = Callable[[Site], Finding]
"""Finds out, by reading only. Raises LscctlError where it cannot ask."""


@dataclass(frozen=True, slots=True)
class Assumption:
    """Something that nobody has seen on a live cluster.

    `values` are the answers that clusters might give, () for a number; lscctl assumes `assumed`, and bears the others. `look`
    is None for what reading alone cannot show, and then `why` says why.
    """

    key: str
    question: str
    values: tuple[str, ...]
    assumed: str
    look: Look | None = None
    why: str = ""
