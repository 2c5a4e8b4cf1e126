"""Each phone's final story in the journal against the truth of the cluster's database."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from benchmarks._chaos.chronicle import Chronicle
from benchmarks._chaos.lab import Phone
from benchmarks._chaos.scenario import Kind, Operation
from lscctl.outcome import PhoneState
from lscctl.rollout.standing import Call, Standing

_NONE = "No Pending Operation"


@dataclass(frozen=True, slots=True)
class _Case:
    """One phone: what the journal says, what the cluster had before, and what it had at one of the client's last looks.

    `written` and `applied`: whether the cluster's history has such a write of it. `met`: whether trouble met just this phone,
    `deleted`: whether somebody deleted it, which nobody looks for once a phone has ended; `restarted`: whether its profile was
    applied, which makes it enrol once more where the cluster keeps operations that have succeeded.
    """

    standing: Standing
    before: Phone
    now: Phone | None
    written: bool
    applied: bool
    met: bool
    deleted: bool
    restarted: bool
    operation: Operation

    @property
    def done(self) -> bool:
        """Whether the phone's LSC is as the operation makes it; a troubleshoot leaves it alone."""
        match self.operation:
            case Operation.DELETE | Operation.DELETE_BY_STRING:
                return self.now is not None and not self.now.public_key
            case Operation.TROUBLESHOOT:
                return self.now is not None and self.now.public_key == self.before.public_key
            case _:
                return self.new_lsc

    @property
    def changed(self) -> bool:
        """Whether the LSC shows that the operation was carried out."""
        return self.done and self.operation is not Operation.TROUBLESHOOT

    @property
    def new_lsc(self) -> bool:
        """Whether it has another public key than at the beginning."""
        return self.now is not None and self.now.public_key not in ("", self.before.public_key)

    @property
    def _as_before(self) -> bool:
        """Whether its status is still that of an older operation."""
        return self.now is not None and self.now.status == self.before.status and not self.changed

    @property
    def stands(self) -> bool:
        """Whether the operation that the run wrote stands."""
        ours = self.standing.deadline.split(":")[:4]
        return (
            self.now is not None
            and self.now.operation != _NONE
            and (not self.now.status.startswith(f"{self.operation.verb} ") or self._as_before)
            and self.now.finish_time.split(":")[:4] == ours
        )


def untrue(chronicle: Chronicle) -> Iterator[str]:
    """Each phone's final story equals the truth, at the client's last look or at the end."""
    if chronicle.run is None:
        return
    written = {write.phone for write in chronicle.writes if write.operation in ("updatePhone", "executeSQLUpdate")}
    applied = {write.phone for write in chronicle.writes if write.operation in ("applyPhone", "doDeviceReset")}
    met = {fired.phone for fired in chronicle.fired}
    deleted = {fired.phone for fired in chronicle.fired if fired.trouble.kind is Kind.DELETE}
    restarted = {seen.pkid for seen in chronicle.truth.profiles if not seen.mode}
    for step in chronicle.run.plan.steps:
        name = step.phone.name
        standing = chronicle.run.standings.get(name, Standing())
        anew = name in chronicle.after and chronicle.after[name].profile in restarted
        facts = (name in written, name in applied, name in met, name in deleted, anew, chronicle.scenario.operation)
        cases = [_Case(standing, chronicle.before[name], look.get(name), *facts) for look in chronicle.looks]
        is_true = _TRUE.get(standing.state)
        if is_true is None or not any(is_true(case) for case in cases):
            now = chronicle.after.get(name)
            yield (
                f"{name} is {standing.state} ({standing.reason or 'no reason'}; write {standing.write.value}, apply "
                f"{standing.apply.value}), and the cluster has {now or 'no such phone'}; written {name in written}, applied "
                f"{name in applied}"
            )


def _succeeded(case: _Case) -> bool:
    if case.deleted and case.now is None:
        return case.applied
    status = "" if case.now is None else case.now.status
    going_on = case.restarted and status == "Operation Pending" and case.stands
    # others may have asked for more since
    ended = case.met or going_on or status == f"{case.operation.verb} Success"
    return (case.applied or case.met) and case.done and ended


def _failed(case: _Case) -> bool:
    if "deleted" in case.standing.reason:
        return case.now is None
    if case.standing.reason.startswith("not written"):
        return not case.stands and not case.changed
    if "not applied" in case.standing.reason:
        return case.written and not case.applied
    if case.now is None or not case.applied or not case.standing.status.startswith(f"{case.operation.verb} Failed"):
        return False
    overwritten = case.met and case.now.operation != _NONE and not case.stands  # others have asked for more since
    return overwritten or case.now.status == case.standing.status


def _stalled(case: _Case) -> bool:
    """Pending for too long; an apply whose answer was lost may never have reached the cluster, and is not made again."""
    if case.deleted and case.now is None:
        return case.applied or case.standing.apply is Call.LOST
    return case.stands and (case.applied or case.standing.apply is Call.LOST)


def _left_out(case: _Case) -> bool:
    return not case.written


def _unknown(case: _Case) -> bool:
    """Nobody can tell from the cluster: the apply left no trace, or others, or the phone itself, wiped the trace of ours."""
    if case.standing.apply is Call.LOST and case.stands:
        return True
    return case.met or (case.now is not None and not case.stands and not case.changed and case.now.operation != _NONE)


def _late(case: _Case) -> bool:
    return case.stands or (case.now is not None and "Late/Timedout" in case.now.status)


def _cancelled(case: _Case) -> bool:
    return case.met and case.now is not None and case.now.operation == _NONE


def _lost(case: _Case) -> bool:
    """It is off, and had been on; or it was deleted while its restart was waited for."""
    if case.now is None:
        return case.deleted
    return bool(case.now.off > case.before.off) and (case.applied or case.met) and case.done


_TRUE: dict[PhoneState, Callable[[_Case], bool]] = {
    PhoneState.INSTALLED: _succeeded,
    PhoneState.DELETED: _succeeded,
    PhoneState.FETCHED: _succeeded,
    PhoneState.FAILED: _failed,
    PhoneState.STALLED: _stalled,
    PhoneState.LEFT_OUT: _left_out,
    PhoneState.UNKNOWN: _unknown,
    PhoneState.LATE: _late,
    PhoneState.CANCELLED: _cancelled,
    PhoneState.LOST: _lost,
}
"""When each state is true. The others never are at the end: a finished run leaves no phone on its way."""
