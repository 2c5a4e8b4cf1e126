"""The main job behind `bulk-install` and `install`: find, decide, show, ask, carry out, tell."""

import sys
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import typer

from lscctl.cli import connection
from lscctl.cli.parameters import length_of_time
from lscctl.cli.screen import Destination, Notices, Output, OutputFailed
from lscctl.cli.selection import find_phones
from lscctl.cli.settings import Execution
from lscctl.cli.watching import run_plan
from lscctl.errors import Interrupted, LscctlError, Refused, UsageError
from lscctl.outcome import PhoneState, RunSummary
from lscctl.phone import PhoneQuery
from lscctl.plan import InstallRequest, build_plan
from lscctl.report.plan import PlanForCluster, left_out_reasons, plan_report
from lscctl.report.run import RunOnCluster, run_report
from lscctl.report.wording import count
from lscctl.rollout.options import RunOptions
from lscctl.rollout.stop import Stop

if TYPE_CHECKING:
    from lscctl.cucm.cluster import Found

_LOOK_AGAIN = "`lscctl status` shows how they end; the same command again takes the phones that were not written."

WOULD_CHANGE = 10
STILL_PENDING = 7
SOME_FAILED = 1


@dataclass(frozen=True, slots=True)
class Job:
    """What a command wants done: with which phones, which settings, and how."""

    query: PhoneQuery
    request: InstallRequest
    execution: Execution
    expect: int | None = None


def carry_out(job: Job, options: connection.Connection, output: Output) -> int:
    """Do the job and tell its result; the exit code. Raises what the command line explains: LscctlError and its children."""
    job.execution.check()
    destination = output.opened()
    notices = Notices(colour=not output.no_color)
    if not (job.execution.dry_run or job.execution.yes or _can_ask()):
        raise UsageError(
            "there is nobody to ask: standard input is not a terminal",
            hint="See the plan with --dry-run, then run it with --yes.",
        )
    with connection.connect(options, notices, job.execution.concurrency) as session:
        found = find_phones(session.cluster, job.query, job.expect, notices)
        told = _decide(found, job.request, session)
        if job.execution.dry_run or not told.plan.steps:
            return _tell_plan(told, job.execution, destination)
        notices.show(plan_report(told))
        if not job.execution.yes:
            _ask(told)
        return _run(told, session, job.execution, destination, notices)


def _decide(found: "Found", request: InstallRequest, session: connection.Session) -> PlanForCluster:
    cluster = session.cluster
    # what is shown is what runs, however long the question stands
    fixed = replace(request, deadline=request.deadline.fixed(cluster.clock))
    deadline = fixed.deadline.resolve(cluster.clock)
    plan = build_plan(found.phones, fixed, cluster.facts(), session.protected)
    notes = (*cluster.notes, *found.notes)
    return PlanForCluster(plan, deadline, cluster.name, cluster.version, cluster.clock, notes)


def _tell_plan(told: PlanForCluster, execution: Execution, destination: Destination) -> int:
    """Where nothing is carried out, the plan is the result."""
    destination.deliver(plan_report(told))
    if not told.plan.steps:
        raise Refused(
            f"all {count(len(told.plan.left_out), 'phone')} are left out: {', '.join(left_out_reasons(told.plan))}",
            hint="The plan says for each reason what to do.",
        )
    return WOULD_CHANGE if execution.detailed_exitcode else 0


def _can_ask() -> bool:
    return sys.stdin.isatty() and sys.stderr.isatty()


def _ask(told: PlanForCluster) -> None:
    phones = count(len(told.plan.steps), "phone")
    try:
        agreed = typer.confirm(f"Install LSCs on {phones} of {told.cluster}? They will restart", err=True)
    except typer.Abort as abort:
        raise Interrupted("interrupted at the question; nothing was changed") from abort
    if not agreed:
        raise Refused("not agreed; nothing was changed")


def _run(
    told: PlanForCluster,
    session: connection.Session,
    execution: Execution,
    destination: Destination,
    notices: Notices,
) -> int:
    stop = Stop()
    options = RunOptions(
        concurrency=session.concurrency,
        wait=not execution.no_wait,
        wait_until=None if execution.wait is None else length_of_time("--wait", execution.wait).total_seconds(),
    )
    try:
        summary = run_plan(told, session.cluster, options, notices, stop)
    except KeyboardInterrupt as interruption:
        raise Interrupted("interrupted before the phones under way could be told", hint=_LOOK_AGAIN) from interruption
    cut_short = _cut_short(summary, stop)
    try:
        destination.deliver(run_report(RunOnCluster(summary, told.cluster, told.version)))
    except OutputFailed as failed:
        if cut_short is None:
            raise
        notices.warn(failed.message)  # what became of the run is the worse news
    if cut_short is not None:
        raise cut_short
    return _verdict(summary)


def _cut_short(summary: RunSummary, stop: Stop) -> LscctlError | None:
    """Why the run did not come to its own end, if it did not."""
    if stop.why is not None:
        return Interrupted(f"stopped by {stop.why}; {_under_way(summary)}", hint=_LOOK_AGAIN)
    return summary.failure


def _under_way(summary: RunSummary) -> str:
    counts = summary.counts
    going_on = counts.get(PhoneState.APPLIED, 0) + counts.get(PhoneState.PENDING, 0)
    parts = [f"{count(going_on, 'phone')} under way, which the cluster goes on with until the deadline"]
    for state, told in ((PhoneState.WRITTEN, "written, but not applied"), (PhoneState.UNKNOWN, "in doubt")):
        if phones := counts.get(state, 0):
            parts.append(f"{count(phones, 'phone')} {told}")
    return "; ".join(parts)


def _verdict(summary: RunSummary) -> int:
    """The exit code of a run that came to its end: the worst of what happened [design: exit codes]."""
    if summary.failures:
        return SOME_FAILED
    return STILL_PENDING if any(not outcome.state.final for outcome in summary.outcomes) else 0
