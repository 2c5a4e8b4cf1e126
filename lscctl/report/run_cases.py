"""Runs as the cases of a CI system: each phone of one, the run itself, and all runs that are remembered."""

from collections.abc import Iterator, Sequence

from lscctl.history import PastRun, RunState, StoryLine
from lscctl.outcome import FAILURES, PhoneOutcome, PhoneState, RunSummary
from lscctl.report.interface import Case, CaseEnd
from lscctl.report.profile_changes import outcome_cases
from lscctl.report.wording import why

_PHONE_ENDS = {
    PhoneState.LEFT_OUT: CaseEnd.SKIPPED,
    PhoneState.QUEUED: CaseEnd.SKIPPED,
    PhoneState.WRITTEN: CaseEnd.SKIPPED,
    PhoneState.APPLIED: CaseEnd.SKIPPED,
    PhoneState.PENDING: CaseEnd.SKIPPED,
    PhoneState.INSTALLED: CaseEnd.PASSED,
    PhoneState.DELETED: CaseEnd.PASSED,
    PhoneState.FETCHED: CaseEnd.PASSED,
    PhoneState.MOVED: CaseEnd.PASSED,
    PhoneState.FAILED: CaseEnd.FAILED,
    PhoneState.LATE: CaseEnd.FAILED,
    PhoneState.LOST: CaseEnd.FAILED,
    PhoneState.STALLED: CaseEnd.FAILED,
    PhoneState.UNKNOWN: CaseEnd.ERROR,
    PhoneState.CANCELLED: CaseEnd.FAILED,
}
"""A phone fails that makes the run exit with 1; one is skipped that was not touched, or is not at its end."""

_RUN_ENDS = {
    RunState.RUNNING: CaseEnd.SKIPPED,
    RunState.FINISHED: CaseEnd.PASSED,
    RunState.FAILED: CaseEnd.FAILED,
    RunState.GATE_CLOSED: CaseEnd.FAILED,
    RunState.WINDOW_CLOSED: CaseEnd.SKIPPED,
    RunState.STOPPED: CaseEnd.SKIPPED,
    RunState.CANCELLED: CaseEnd.SKIPPED,
    RunState.CRASHED: CaseEnd.ERROR,
}


def run_cases(summary: RunSummary, cluster: str) -> Iterator[Case]:
    """The run itself, which fails where a gate closed or something stopped it; a case for each security profile that it was to
    change, and for each phone, in the group of its model."""
    yield _of_the_run(summary, cluster)
    yield from outcome_cases(summary.profiles, cluster)
    for outcome in sorted(summary.outcomes, key=lambda outcome: outcome.name):
        end = _PHONE_ENDS[outcome.state]
        yield Case(f"{cluster}.{outcome.model}", outcome.name, end, *_said(outcome, end))


def _of_the_run(summary: RunSummary, cluster: str) -> Case:
    if early := summary.gate or summary.stopped:
        return Case(cluster, "run", CaseEnd.FAILED, early)
    if summary.left:
        return Case(cluster, "run", CaseEnd.SKIPPED, summary.left)
    return Case(cluster, "run", CaseEnd.PASSED)


def _said(outcome: PhoneOutcome, end: CaseEnd) -> tuple[str, str]:
    if end is CaseEnd.PASSED:
        return "", ""
    reason = why(outcome.status, outcome.reason)
    return f"{outcome.state}: {reason}" if reason else outcome.state.value, outcome.next_step


def past_run_cases(runs: Sequence[PastRun]) -> Iterator[Case]:
    """A case for each run, by number; one that came to its end fails if phones failed."""
    for run in sorted(runs, key=lambda run: run.number):
        failed = sum(run.counts.get(state, 0) for state in FAILURES)
        end = CaseEnd.FAILED if run.state is RunState.FINISHED and failed else _RUN_ENDS[run.state]
        told = ", ".join(f"{phones:,} {state}" for state, phones in run.counts.items())
        message = "" if end is CaseEnd.PASSED else "; ".join(filter(None, (run.state.value, told, run.why)))
        yield Case(run.identity.name, f"run {run.number}", end, message, run.command if message else "")


def story_case(run: PastRun, phone: str, lines: Sequence[StoryLine]) -> Case:
    """The phone, by the last state that it passed to; what happened to it stands in the case."""
    states = [PhoneState(line.what) for line in lines if line.what in set(PhoneState)]
    end = _PHONE_ENDS[states[-1]] if states else CaseEnd.SKIPPED
    told = "\n".join(": ".join(filter(None, (line.what, line.status, line.text))) for line in lines)
    return Case(f"{run.identity.name}.run {run.number}", phone, end, states[-1].value if states else "", told)
