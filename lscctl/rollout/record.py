"""What the engine remembers of one phone while it is under way. Only the engine's thread touches it."""

from dataclasses import dataclass, field
from enum import Enum

from lscctl.capf import CertificateStatus
from lscctl.deadline import Deadline
from lscctl.outcome import PhoneOutcome, PhoneState
from lscctl.phone import Lsc
from lscctl.plan import Step


class Call(Enum):
    """How far one of a phone's two writes has come."""

    NOT_MADE = "not made"
    UNDER_WAY = "under way"
    DONE = "done"
    LOST = "lost"  # sent, but the answer was lost: the cluster may have acted


@dataclass(slots=True)
class Record:
    """One phone of the plan: its step, how far its write and its apply have come, and what the cluster said of it.

    `status_before` is the status that stood beside our operation, or before it: the same text read later proves
    nothing. `seen_pending` says that `Operation Pending` was read after our write. `read_back` says that the write
    was found at the cluster, unspoilt.
    """

    step: Step
    state: PhoneState = PhoneState.QUEUED
    reason: str = ""
    next_step: str = ""
    deadline: Deadline | None = None
    write: Call = Call.NOT_MADE
    apply: Call = Call.NOT_MADE
    read_back: bool = False
    seen_pending: bool = False
    status: CertificateStatus = field(init=False)
    status_before: CertificateStatus = field(init=False)
    lsc: Lsc = field(init=False)

    def __post_init__(self) -> None:
        self.status = self.status_before = self.step.phone.status
        self.lsc = self.step.phone.lsc

    @property
    def watched(self) -> bool:
        """Whether polls must look at it: the cluster was told to apply it, as far as we know, and it has not ended."""
        return not self.state.final and self.apply in (Call.DONE, Call.LOST)

    @property
    def touched(self) -> bool:
        """Whether the cluster may have taken a write of it whose end is not known."""
        return self.in_doubt or (not self.state.final and self.write is Call.DONE) or self.watched

    @property
    def in_doubt(self) -> bool:
        """Whether the answer to its write was lost and nothing has been read back since [design: such a phone is `unknown`]."""
        return self.write is Call.LOST and not self.read_back and self.state is PhoneState.UNKNOWN

    @property
    def new_lsc(self) -> bool:
        """Whether the phone has an LSC whose expiry, issuer or public key differ from the plan's."""
        planned = self.step.phone.lsc
        return self.lsc.present and (self.lsc.valid_until, self.lsc.issuer, self.lsc.public_key) != (
            planned.valid_until,
            planned.issuer,
            planned.public_key,
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
        )
