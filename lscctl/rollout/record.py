"""What the engine remembers of one phone while it is under way. Only the engine's thread touches it."""

from dataclasses import dataclass, field
from datetime import datetime, tzinfo

from lscctl.auth_string import StringAtCluster
from lscctl.capf import CertificateStatus
from lscctl.deadline import Deadline
from lscctl.outcome import PhoneOutcome, PhoneState
from lscctl.phone import Lsc
from lscctl.plan import Step
from lscctl.rollout.standing import Call, Standing


@dataclass(slots=True)
class Record:
    """One phone of the plan: its step, how far its write and its apply have come, and what the cluster said of it.

    The fields are `Standing`'s. `in_doubt` says that the answer to a call was lost and the cluster has not been asked since
    [design: such a phone is `unknown`]; `certain` is the state without that doubt. `out` says that the phone was handed out
    to be written and has not ended: it counts for `--max-in-flight`. `absent` says that it ended and has not been seen
    registered again yet. `stands` says that the last reading showed a write of this run at the cluster, not yet over.
    """

    step: Step
    state: PhoneState = PhoneState.QUEUED
    reason: str = ""
    next_step: str = ""
    wave: int = 0
    deadline: Deadline | None = None
    write: Call = Call.NOT_MADE
    apply: Call = Call.NOT_MADE
    read_back: bool = False
    seen_pending: bool = False
    status: CertificateStatus = field(init=False)
    status_before: CertificateStatus = field(init=False)
    lsc: Lsc = field(init=False)
    writes: int = 0
    applied_at: float | None = None
    ended_at: float | None = None
    back: bool = False
    string: StringAtCluster = StringAtCluster.NOT_ASKED
    earlier: tuple[Deadline, ...] = ()
    stands: bool = False
    in_doubt: bool = False
    certain: PhoneState = PhoneState.QUEUED
    out: bool = False
    absent: bool = False

    def __post_init__(self) -> None:
        self.status = self.status_before = self.step.phone.status
        self.lsc = self.step.phone.lsc

    @classmethod
    def resumed(cls, step: Step, standing: Standing, zone: tzinfo) -> "Record":
        """The record as a run left it. A call that was under way is one whose answer was lost."""
        record = cls(step)
        for name in _AS_THEY_ARE:
            setattr(record, name, getattr(standing, name))
        record.write = _lost(standing.write)
        record.apply = _lost(standing.apply)
        undecided = record.write is Call.LOST and not record.read_back and not record.settled
        record.in_doubt = undecided or (record.apply is Call.LOST and record.state is PhoneState.UNKNOWN)
        record.certain = PhoneState.QUEUED if record.in_doubt else record.state
        record.status = CertificateStatus(standing.status)
        record.status_before = CertificateStatus(standing.status_before)
        if standing.deadline_at is not None:
            record.deadline = Deadline(datetime.fromtimestamp(standing.deadline_at, zone))
        record.earlier = tuple(Deadline(datetime.fromtimestamp(at, zone)) for at in standing.earlier)
        return record

    def about_to_be_written(self, deadline: Deadline | None) -> None:
        """A write leaves, with this deadline; until the cluster shows it, an earlier one of ours may stand there."""
        if self.writes and self.deadline is not None:
            self.earlier = (*self.earlier, self.deadline)
        self.deadline = deadline
        self.write = Call.UNDER_WAY
        self.writes += 1

    def was_not_written(self) -> None:
        """The cluster did nothing with the write that left last: what stood there before stands there still."""
        self.write = Call.NOT_MADE
        self.writes -= 1
        if self.writes and self.earlier:
            *earlier, self.deadline = self.earlier
            self.earlier = tuple(earlier)

    @property
    def watched(self) -> bool:
        """Whether polls must look at it: the cluster was told to apply it, as far as we know, and it has not ended.

        A stalled phone may still end, so it is looked at as long as others are.
        """
        going_on = not self.state.final or self.state is PhoneState.STALLED
        return going_on and self.apply in (Call.DONE, Call.LOST)

    @property
    def touched(self) -> bool:
        """Whether the cluster may have taken a write of it whose end is not known."""
        return self.in_doubt or (not self.state.final and self.write is Call.DONE) or self.watched

    @property
    def settled(self) -> bool:
        """Whether its end is known."""
        return self.state.final and self.state is not PhoneState.UNKNOWN

    @property
    def ended(self) -> bool:
        """Whether its wave need not wait for it any more."""
        return self.state.final and not self.in_doubt and not self.absent

    @property
    def begun(self) -> bool:
        """Whether there is nothing more to write or apply, but at most to wait for."""
        return self.apply is not Call.NOT_MADE or (self.state.final and not self.in_doubt)

    @property
    def holds_string(self) -> bool:
        """Whether the cluster holds the authentication string that was written for the phone, as far as is known."""
        held = self.string in (StringAtCluster.HANDED_OUT, StringAtCluster.UNREADABLE)
        return held and self.writes > 0

    @property
    def new_lsc(self) -> bool:
        """Whether the phone has an LSC whose expiry, issuer or public key differ from the plan's."""
        return self.lsc.replaces(self.step.phone.lsc)

    @property
    def lsc_gone(self) -> bool:
        """Whether the phone had an LSC when it was planned, and has none any more."""
        return self.step.phone.lsc.present and not self.lsc.present

    def standing(self) -> Standing:
        """The record as it is now."""
        return Standing(
            state=self.state,
            reason=self.reason,
            next_step=self.next_step,
            wave=self.wave,
            deadline=self.deadline.text if self.deadline else "",
            deadline_at=self.deadline.at.timestamp() if self.deadline else None,
            write=self.write,
            apply=self.apply,
            read_back=self.read_back,
            seen_pending=self.seen_pending,
            status=self.status.text,
            status_before=self.status_before.text,
            lsc=self.lsc,
            writes=self.writes,
            applied_at=self.applied_at,
            ended_at=self.ended_at,
            back=self.back,
            string=self.string,
            earlier=tuple(deadline.at.timestamp() for deadline in self.earlier),
        )

    def outcome(self) -> PhoneOutcome:
        """The phone as the summary tells it."""
        phone = self.step.phone
        return PhoneOutcome(
            name=phone.name,
            model=phone.model,
            state=self.state,
            status=self.status.text,
            reason=self.reason,
            next_step=self.next_step,
            lsc_valid_until=self.lsc.valid_until,
            wave=self.wave,
            finish_time=self.deadline.text if self.deadline else "",
        )


_AS_THEY_ARE = (
    "state",
    "reason",
    "next_step",
    "wave",
    "read_back",
    "seen_pending",
    "lsc",
    "writes",
    "applied_at",
    "ended_at",
    "back",
    "string",
)


def _lost(call: Call) -> Call:
    return Call.LOST if call is Call.UNDER_WAY else call
