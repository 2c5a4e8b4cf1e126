"""What a reading of the cluster means for a phone: pure functions from (record, reading) to a `Verdict`.

The rules, first match first, once the phone was applied (`watch`):

| the cluster shows | the phone is |
|---|---|
| no such phone | failed: deleted |
| an operation or a finish time that is not ours | unknown: another operation took its place |
| success or failure of our kind of operation, proven ours | installed, deleted or fetched; failed, or late where CUCM says so |
| our operation | pending, or still applied where the status does not say so (yet) |
| no operation, status pending or None | cancelled: taken back by someone |
| no operation, any other status | unknown: over, and nothing shows how |

Proven ours [design]: `Operation Pending` was read after our write; or the phone itself shows it (a success only): after an
install the LSC's expiry, issuer or public key differ from the plan's, after a delete the LSC is gone, while a troubleshoot leaves
no such trace; or the status is another than the one that stood beside our operation when the write
was read back. The last covers a cluster that says `Operation Pending` only once the phone is applied (*assumed*
possible). Last year's `Upgrade Success` passes none of these.
"""

from dataclasses import dataclass

from lscctl.auth_string import StringAtCluster
from lscctl.capf import AuthenticationMode, CertificateOperation, StatusKind
from lscctl.deadline import hour_of
from lscctl.drift import came_since, what_drifted
from lscctl.outcome import PhoneState, next_step_for
from lscctl.phone import Reading
from lscctl.rollout.record import Record
from lscctl.rollout.standing import Call

_VERBS = {
    CertificateOperation.INSTALL: "Upgrade",
    CertificateOperation.DELETE: "Delete",
    CertificateOperation.TROUBLESHOOT: "Troubleshoot",
}
"""The first word of the statuses that an operation ends in [field guide 2]."""

_DONE = {
    CertificateOperation.INSTALL: PhoneState.INSTALLED,
    CertificateOperation.DELETE: PhoneState.DELETED,
    CertificateOperation.TROUBLESHOOT: PhoneState.FETCHED,
}
"""The state of a phone for which an operation has succeeded."""

MOST_WRITES = 3
"""How often a phone is written at most, where the cluster shows each time that the write did not take."""

_OTHER_STRINGS = (StringAtCluster.NONE, StringAtCluster.ANOTHER)
_ENDED = (StatusKind.SUCCESS, StatusKind.FAILED)
_LATE = "Late/Timedout"
APPLY_LOST = "the answer to applyPhone was lost; waiting for a change"
LOOK_AT_PHONE = "Look at the phone's page: is it registered, does it have an LSC? Then plan it again."
APPLY_OR_TAKE_BACK = (
    "The operation stands at the cluster, and the phone may carry it out when it next restarts. "
    "Use Apply Config on the phone's page, or set the operation to No Pending Operation."
)


@dataclass(frozen=True, slots=True)
class Verdict:
    """The state that a phone passes to (or keeps), why, and what a person can do."""

    state: PhoneState
    reason: str = ""
    next_step: str = ""


DELETED = Verdict(PhoneState.FAILED, "the phone was deleted from the cluster", "Nothing: the phone is gone.")


def same_hour(ours: str, read: str) -> bool:
    """Whether two finish times name the same hour, however the cluster writes the fields behind it [field guide 2].

    A text that is no finish time equals none.
    """
    hour = hour_of(ours)
    return hour is not None and hour == hour_of(read)


def note(record: Record, reading: Reading, operation: CertificateOperation) -> None:
    """Remember what a reading shows: status, LSC, which of our writes stands, and whether our operation was seen pending."""
    _recognise(record, reading, operation)
    record.status = reading.status
    record.lsc = reading.lsc
    record.string = reading.string
    if reading.status.kind is StatusKind.PENDING and is_ours(record, reading, operation):
        record.seen_pending = True


def _recognise(record: Record, reading: Reading, operation: CertificateOperation) -> None:
    """Make the deadline of the write that stands at the cluster the record's: a later write may not have arrived, or not yet."""
    for number, deadline in enumerate(record.earlier):
        if not is_ours(record, reading, operation) and same_hour(deadline.text, reading.finish_time):
            others = (*record.earlier[:number], *record.earlier[number + 1 :])
            record.earlier = others if record.deadline is None else (*others, record.deadline)
            record.deadline = deadline
            break
    record.stands = record.writes > 0 and is_ours(record, reading, operation)


def before_write(
    record: Record, reading: Reading | None, operation: CertificateOperation, cluster_time: float
) -> Verdict | None:
    """Why the phone may not be written as planned, None if it may: others work on the cluster, too [design: drift].

    `written` where a write of this run stands at the cluster already, with a deadline that is still ahead of `cluster_time`
    (epoch seconds): its answer came too late for the read-back.
    """
    if reading is None:
        return DELETED
    ours = record.writes > 0 and is_ours(record, reading, operation)
    if not ours and is_of_others(record, reading):
        return drifted(of_others(reading))
    if operation is CertificateOperation.DELETE and record.lsc_gone:
        return drifted("the LSC is gone: there is nothing to delete")
    if drift := changed_since(record, reading):
        return drifted(drift)
    ahead = record.deadline is not None and record.deadline.at.timestamp() > cluster_time
    if ours and ahead and reading.string not in _OTHER_STRINGS:
        return Verdict(PhoneState.WRITTEN)
    return None


def is_of_others(record: Record, reading: Reading) -> bool:
    """Whether the operation that stands at the cluster, and is none of this run's, must be left in peace."""
    return reading.pending or came_since(record.step.phone, reading)


def of_others(reading: Reading) -> str:
    """What is under way for a phone that CAPF has something under way for."""
    until = f" until {reading.finish_time}" if reading.finish_time else ""
    return f"someone else's {reading.operation}{until} is under way"


def changed_since(record: Record, reading: Reading) -> str:
    """What is different from the plan, so that the phone is left alone, in words; empty if nothing is."""
    if drift := what_drifted(record.step.phone, reading):
        return drift
    if record.lsc_gone and record.step.settings.mode is AuthenticationMode.LSC_FIRST:
        return "the LSC is gone, by which the phone was to prove itself (lsc-first)"
    return ""


def drifted(what: str) -> Verdict:
    """The phone is left out, since it is not as it was planned: `what` in words."""
    return Verdict(
        PhoneState.LEFT_OUT,
        f"not written: since the plan {what}",
        "Run the same command again: it plans the phone anew.",
    )


def read_back(record: Record, reading: Reading | None, operation: CertificateOperation) -> Verdict:
    """What the first reading after the write says: `written` means that the phone may be applied, all else that it may not."""
    if reading is None:
        return DELETED
    arrived = record.write is not Call.LOST or is_ours(record, reading, operation)
    if reading.profile_pkid != record.step.phone.profile.pkid and arrived:  # else it was somebody else
        return Verdict(
            PhoneState.FAILED,
            f"CUCM moved the phone from profile {record.step.phone.profile.name!r} to another one; it was not applied",
            "Give the phone its profile back and set the operation to No Pending Operation; the profile's CAPF settings "
            "differ from what was written.",
        )
    if is_ours(record, reading, operation):
        return _write_is_there(record, reading, operation)
    return _write_is_not_there(record, reading, operation)


def _write_is_there(record: Record, reading: Reading, operation: CertificateOperation) -> Verdict:
    if _shows(record, operation) and _succeeded(operation, reading):
        return _done(record, operation, "the phone carried it out before it was applied")
    if reading.string in _OTHER_STRINGS:
        return Verdict(
            PhoneState.FAILED,
            "the cluster does not hold the authentication string that was handed out for the phone; it was not applied",
            "See who else changes the phone. Set the operation to No Pending Operation, then run the command again for it.",
        )
    # an operation runs with the settings that the profile has when the phone takes it up, whatever they were when it was written
    if (changed := changed_since(record, reading)) and not _shows(record, operation):
        return Verdict(
            PhoneState.FAILED,
            f"written, but since the plan {changed}; it was not applied",
            "Set the operation to No Pending Operation, then run the same command again: it plans the phone anew.",
        )
    return Verdict(PhoneState.WRITTEN)


def _write_is_not_there(record: Record, reading: Reading, operation: CertificateOperation) -> Verdict:
    ended = _ends(operation, reading)
    if record.write is Call.DONE and reading.operation is CertificateOperation.NONE:
        if _succeeded(operation, reading) and _carried_out_since(record, reading, operation):
            return _done(record, operation, "the phone carried it out before it was applied")
        if ended in (PhoneState.FAILED, PhoneState.LATE) and reading.status != record.status_before:
            return _failure(ended, reading)
    shown = f"the cluster shows {reading.operation}"
    if reading.finish_time:
        shown += f" until {reading.finish_time}"
    if record.write is Call.LOST:
        if _carried_out_since(record, reading, operation):
            trace = "status" if operation is CertificateOperation.TROUBLESHOOT else "LSC"
            return Verdict(
                PhoneState.UNKNOWN,
                f"the answer to the write was lost, and meanwhile the phone's {trace} changed; {shown}",
                LOOK_AT_PHONE,
            )
        if not reading.pending and record.writes < MOST_WRITES:
            return Verdict(PhoneState.QUEUED)
        return Verdict(
            PhoneState.FAILED,
            f"not written: the answer to the write was lost, and {shown}; it was not applied",
            "Run the same command again for this phone.",
        )
    return Verdict(
        PhoneState.FAILED,
        f"the cluster took the write, yet {shown}; it was not applied",
        "See who else changes the phone, then run the same command again for it.",
    )


def watch(record: Record, reading: Reading | None, operation: CertificateOperation) -> Verdict:
    """What a reading says of a phone that was applied; the module's table."""
    if reading is None:
        return DELETED
    if _taken_over(record, reading, operation):
        return Verdict(
            PhoneState.UNKNOWN,
            f"another operation took the place of ours: {reading.operation} until {reading.finish_time or 'no set time'}",
            "Find out who set it; lscctl leaves the phone alone.",
        )
    return _proven_end(record, reading, operation) or _unproven(record, reading, operation)


def _proven_end(record: Record, reading: Reading, operation: CertificateOperation) -> Verdict | None:
    ended = _ends(operation, reading)
    if _succeeded(operation, reading) and (_shows(record, operation) or _under_way_before(record, reading)):
        return _done(record, operation)
    if ended in (PhoneState.FAILED, PhoneState.LATE) and _under_way_before(record, reading):
        return _failure(ended, reading)
    return None


def _unproven(record: Record, reading: Reading, operation: CertificateOperation) -> Verdict:
    if reading.operation is operation:
        return _standing(record, reading)
    if reading.status.kind in (StatusKind.PENDING, StatusKind.NONE):
        return _taken_back(record, operation)
    return Verdict(
        PhoneState.UNKNOWN,
        f"the operation is over, but nothing shows that {reading.status.text!r} belongs to it: "
        "it was never seen pending, and the LSC is the same as before",
        LOOK_AT_PHONE,
    )


def past_deadline(record: Record) -> Verdict:
    """What to call a phone whose operation still stands when its deadline has long passed."""
    if record.apply is Call.LOST:
        return apply_in_doubt()
    if record.seen_pending:
        return Verdict(
            PhoneState.LATE,
            f"the deadline has passed, and the status still reads {record.status.text!r}",
            "Find out why the phone does not reach CAPF (ITL, DNS, registration), then retry with a later deadline.",
        )
    return Verdict(
        PhoneState.UNKNOWN,
        f"the deadline has passed, and the status reads {record.status.text or 'None'!r}: nothing shows that CAPF began",
        LOOK_AT_PHONE,
    )


def stalled(record: Record) -> Verdict:
    """What to call a phone whose operation still stands when the wave's time for it has passed."""
    if record.apply is Call.LOST:
        reason = (
            "still pending after --wave-timeout; the answer to applyPhone was lost, so it may never have been applied"
        )
        return Verdict(PhoneState.STALLED, reason, APPLY_OR_TAKE_BACK)
    return Verdict(
        PhoneState.STALLED,
        f"still pending after --wave-timeout; the status reads {record.status.text or 'None'!r}",
        "It may still end: `lscctl status` shows. Find out why it does not reach CAPF (ITL, DNS, registration).",
    )


def apply_in_doubt() -> Verdict:
    """What to call a phone that shows no change after an apply whose answer was lost."""
    return Verdict(
        PhoneState.UNKNOWN, "the answer to applyPhone was lost, and nothing changed since", APPLY_OR_TAKE_BACK
    )


def is_ours(record: Record, reading: Reading, operation: CertificateOperation) -> bool:
    """Whether the operation that stands at the cluster is the one that was last written for the phone."""
    deadline = record.deadline
    return reading.operation is operation and deadline is not None and same_hour(deadline.text, reading.finish_time)


def _taken_over(record: Record, reading: Reading, operation: CertificateOperation) -> bool:
    """Whether an operation stands that is another's. A finish time that CUCM has cleared says nothing."""
    if reading.operation is operation:
        return bool(reading.finish_time) and not is_ours(record, reading, operation)
    return reading.operation is not CertificateOperation.NONE


def _under_way_before(record: Record, reading: Reading) -> bool:
    """Whether our operation was seen under way, so that the status now read is its end."""
    return record.seen_pending or (record.read_back and reading.status != record.status_before)


def _ends(operation: CertificateOperation, reading: Reading) -> PhoneState | None:
    """The state that the status stands for, None where it is not the end of such an operation."""
    status = reading.status
    if status.kind not in _ENDED or not status.text.strip().startswith(_VERBS[operation] + " "):
        return None
    if status.kind is StatusKind.SUCCESS:
        return _DONE[operation]
    return PhoneState.LATE if _LATE in (status.reason or "") else PhoneState.FAILED


def _succeeded(operation: CertificateOperation, reading: Reading) -> bool:
    return _ends(operation, reading) is _DONE[operation]


def _shows(record: Record, operation: CertificateOperation) -> bool:
    """Whether the phone shows that such an operation was carried out since the plan, whatever the status says."""
    match operation:
        case CertificateOperation.INSTALL:
            return record.new_lsc
        case CertificateOperation.DELETE:
            return record.lsc_gone
        case _:
            return False


def _carried_out_since(record: Record, reading: Reading, operation: CertificateOperation) -> bool:
    """Whether such an operation was carried out since the phone was last looked at: a troubleshoot leaves only its status."""
    if operation is CertificateOperation.TROUBLESHOOT:
        return _succeeded(operation, reading) and reading.status != record.status_before
    return _shows(record, operation)


def _done(record: Record, operation: CertificateOperation, reason: str = "") -> Verdict:
    """A success. What CUCM's database says otherwise of the LSC is told: whether it follows at once is *assumed*."""
    if operation is CertificateOperation.DELETE and record.lsc.present:
        return Verdict(PhoneState.DELETED, "CUCM still tells of an LSC", LOOK_AT_PHONE)
    if operation is CertificateOperation.TROUBLESHOOT and (record.new_lsc or record.lsc_gone):
        return Verdict(PhoneState.FETCHED, "meanwhile the phone's LSC changed", "Somebody else had it changed.")
    return Verdict(_DONE[operation], reason)


def _failure(state: PhoneState, reading: Reading) -> Verdict:
    why = reading.status.reason
    return Verdict(state, why or "CUCM gives no reason", next_step_for(why))


def _standing(record: Record, reading: Reading) -> Verdict:
    in_doubt = APPLY_LOST if record.apply is Call.LOST else ""
    if reading.status.kind is StatusKind.PENDING and record.apply is not Call.NOT_MADE:
        return Verdict(PhoneState.PENDING, in_doubt)
    return Verdict(record.state, in_doubt)


def _taken_back(record: Record, operation: CertificateOperation) -> Verdict:
    if _shows(record, operation):
        return Verdict(
            PhoneState.CANCELLED,
            "the operation was taken back at the cluster, but the phone's LSC changed before",
            LOOK_AT_PHONE,
        )
    return Verdict(
        PhoneState.CANCELLED,
        "the operation was taken back at the cluster; the phone may still carry it out",
        "Find out who took it back; if it is still wanted, run the same command again.",
    )
