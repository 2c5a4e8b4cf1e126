"""Where one phone of a run stands: all that a run knows of it but its step of the plan. What a journal keeps."""

from dataclasses import dataclass, field
from enum import Enum

from lscctl.auth_string import StringAtCluster
from lscctl.outcome import PhoneState
from lscctl.phone import Lsc


class Call(Enum):
    """How far one of a phone's two writes has come."""

    NOT_MADE = "not made"
    UNDER_WAY = "under way"
    DONE = "done"
    LOST = "lost"  # sent, but the answer was lost: the cluster may have acted


@dataclass(frozen=True, slots=True)
class Standing:
    """One phone at one moment; times in epoch seconds of our clock, but `deadline_at` of the cluster's.

    `wave` counts from 1. `deadline` is the finish time of the last write as CUCM writes it, empty before the first one.
    `read_back` says that the write was found at the cluster, unspoilt; `seen_pending` that `Operation Pending` was read after
    it. `status` is CUCM's text as last read, `status_before` what stood beside our operation, or before it: the same text read
    later proves nothing. `writes` counts the intents to write it. `back` says that it was seen registered again after its end.
    `string` is what the cluster held as its authentication string when it was read last. `earlier` are the deadlines of writes
    before the last one, of which one may stand at the cluster instead.
    """

    state: PhoneState = PhoneState.QUEUED
    reason: str = ""
    next_step: str = ""
    wave: int = 0
    deadline: str = ""
    deadline_at: float | None = None
    write: Call = Call.NOT_MADE
    apply: Call = Call.NOT_MADE
    read_back: bool = False
    seen_pending: bool = False
    status: str = ""
    status_before: str = ""
    lsc: Lsc = field(default_factory=Lsc)
    writes: int = 0
    applied_at: float | None = None
    ended_at: float | None = None
    back: bool = False
    string: StringAtCluster = StringAtCluster.NOT_ASKED
    earlier: tuple[float, ...] = ()
