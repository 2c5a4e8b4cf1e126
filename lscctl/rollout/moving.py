"""What a reading means for a phone that is moved to another security profile: as `transitions`, and CAPF has no part in it.

| the cluster shows | a phone that was applied is |
|---|---|
| no such phone | failed: deleted |
| the new profile | moved; unknown where the answer to the apply was lost: nobody knows whether it has restarted |
| any other profile | unknown: somebody gave it another one since |
"""

from lscctl.capf import CertificateOperation
from lscctl.outcome import PhoneState
from lscctl.phone import Reading
from lscctl.rollout.record import Record
from lscctl.rollout.standing import Call
from lscctl.rollout.transitions import DELETED, MOST_WRITES, Verdict, changed_since, drifted, is_of_others, of_others

_LOOK = "Look at the phone's page: which security profile does it have? Then run the same command again."


def before_write(
    record: Record, reading: Reading | None, _operation: CertificateOperation, _cluster_time: float
) -> Verdict | None:
    """Why the phone may not be moved as planned, None if it may. `written` where a write of this run has moved it already."""
    if reading is None:
        return DELETED
    if _has_moved(record, reading):
        return _written(record, reading) if record.writes else drifted("somebody gave the phone that profile")
    if is_of_others(record, reading):
        return drifted(of_others(reading))
    drift = changed_since(record, reading)
    return drifted(drift) if drift else None


def read_back(record: Record, reading: Reading | None, _operation: CertificateOperation) -> Verdict:
    """What the first reading after the write says: `written` means that the phone may be applied, all else that it may not."""
    if reading is None:
        return DELETED
    if _has_moved(record, reading):
        return _written(record, reading)
    if reading.profile_pkid != record.step.phone.profile.pkid:
        return Verdict(PhoneState.FAILED, "the phone has a third security profile now; it was not applied", _LOOK)
    if record.write is not Call.LOST:
        return Verdict(
            PhoneState.FAILED,
            "the cluster took the write, yet the phone has its old profile; it was not applied",
            _LOOK,
        )
    if record.writes < MOST_WRITES:
        return Verdict(PhoneState.QUEUED)
    return Verdict(
        PhoneState.FAILED,
        "not moved: the answer to the write was lost each time; it was not applied",
        "Run the same command again for this phone.",
    )


def watch(record: Record, reading: Reading | None, _operation: CertificateOperation) -> Verdict:
    """What a reading says of a phone that was applied; the module's table."""
    if reading is None:
        return DELETED
    if not _has_moved(record, reading):
        return Verdict(PhoneState.UNKNOWN, "somebody gave the phone another security profile since", _LOOK)
    if record.apply is Call.LOST:
        return Verdict(
            PhoneState.UNKNOWN,
            "the phone has its new profile, but the answer to applyPhone was lost: it may not have restarted with it",
            "Use Apply Config on the phone's page.",
        )
    return Verdict(PhoneState.MOVED) if record.apply is Call.DONE else Verdict(record.state)


def _written(record: Record, reading: Reading) -> Verdict:
    """The phone has its new profile, and may be applied where that is still as it was planned, and where that would not set off
    what somebody else has written since."""
    if is_of_others(record, reading):
        return Verdict(
            PhoneState.FAILED,
            f"the phone has its new profile, and {of_others(reading)}; it was not applied",
            "The phone takes its profile when whoever wrote that operation applies it, or with its next restart.",
        )
    if reading.settings not in (None, record.step.settings):
        return Verdict(
            PhoneState.FAILED,
            f"the profile it was moved to has {reading.settings} now, not {record.step.settings}; it was not applied",
            "Find out who changed that profile. The phone takes it with its next restart.",
        )
    return Verdict(PhoneState.WRITTEN)


def _has_moved(record: Record, reading: Reading) -> bool:
    return record.step.move_to is not None and reading.profile_pkid == record.step.move_to.pkid
