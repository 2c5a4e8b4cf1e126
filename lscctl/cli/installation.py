"""The main job behind `bulk-install` and `install`: find, decide, show, ask, carry out, tell."""

import time
from dataclasses import dataclass, field, replace
from functools import partial
from typing import TYPE_CHECKING

from lscctl.cli import connection
from lscctl.cli.answering import Answer, answer
from lscctl.cli.attending import Attendance
from lscctl.cli.confirming import can_ask, require_yes
from lscctl.cli.guarding import Checks, Guard, Mend
from lscctl.cli.keeping import keeping
from lscctl.cli.mending import Mender
from lscctl.cli.rolling import Rollout, roll_out
from lscctl.cli.rollout_options import RolloutOptions
from lscctl.cli.screen import Notices, Output
from lscctl.cli.selection import find_phones
from lscctl.cli.settings import Consent
from lscctl.errors import Refused, UsageError
from lscctl.phone import PhoneQuery
from lscctl.plan import InstallRequest, Plan, build_plan
from lscctl.report.plan import Due, PlanForCluster, left_out_reasons, plan_report
from lscctl.report.wording import count
from lscctl.rules import Rules

if TYPE_CHECKING:
    from lscctl.cucm.cluster import Found
    from lscctl.preflight.mending import SafeRemedy

WOULD_CHANGE = 10
STALE = 600.0
"""Seconds after which what preflight saw is seen again before the first write."""


@dataclass(frozen=True, slots=True)
class Job:
    """What a command wants done: with which phones, which settings, and how. `retries` is the run that is tried again, with
    its `rules`."""

    query: PhoneQuery
    request: InstallRequest
    consent: Consent
    attendance: Attendance
    rollout: RolloutOptions
    checks: Checks = field(default_factory=Checks)
    fix: bool = False
    expect: int | None = None
    rules: Rules | None = None
    retries: int | None = None


def carry_out(job: Job, options: connection.Connection, output: Output) -> int:
    """Do the job and tell its result; the exit code. Raises what the command line explains: LscctlError and its children."""
    job.consent.check()
    job.attendance.check()
    if job.attendance.confirm_waves and connection.each(options):
        raise UsageError("--confirm-waves asks about one cluster at a time", hint="Name one cluster, or leave it away.")
    if not (job.consent.dry_run or job.consent.yes or can_ask()):
        raise UsageError(
            "there is nobody to ask: standard input is not a terminal",
            hint="See the plan with --dry-run, then run it with --yes.",
        )
    return answer(options, output, partial(_done, job), job.rollout.concurrency)


def _done(job: Job, session: connection.Session, notices: Notices) -> Answer:
    """Decide, show, ask and carry out on one cluster."""
    rules = job.rollout.rules(
        job.rules or session.rules, concurrency=session.concurrency, sql_allowed=session.allow_sql_writes
    )
    rules = job.checks.over(rules)
    how = job.attendance.manner(session)
    if job.consent.dry_run:
        told = _plan(job, session, rules, notices)
        if job.fix:
            _tell_remedies(job, told.plan, session, rules, notices)
        return plan_answer(told, job.consent)
    with keeping(session.cluster.identity(), job.attendance.journal, session.audit) as keeper:
        mender = Mender(keeper, notices, job.consent.yes) if job.fix else None
        told = _plan(job, session, rules, notices)
        remedies = () if mender is None else _of_profiles(job, told.plan, session, notices)
        if not (told.plan.steps or remedies):
            return plan_answer(told, job.consent)
        notices.show(plan_report(told))
        guard = Guard(session.cluster, told.plan, job.request, rules)
        guard.before_the_run(notices, _services(mender, session))
        if mender is not None and mender.mend(remedies):
            told = _plan(job, session, rules, notices)
            notices.show(plan_report(told))
            guard = replace(guard, plan=told.plan)
        if not told.plan.steps:
            return plan_answer(told, job.consent)
        if not job.consent.yes:
            _ask(told, guard, notices)
        journal = keeper.begin(told.plan, job.request, rules, retries=job.retries)
        how = replace(how, recheck=guard.at_a_window)
        return roll_out(Rollout(told.plan, rules, how, session, journal), notices)


def _ask(told: PlanForCluster, guard: Guard, notices: Notices) -> None:
    """Ask whether the plan is to be carried out. Where the answer took long, what may have changed is looked at again."""
    asked = time.monotonic()
    phones = count(len(told.plan.steps), "phone")
    require_yes(f"Install LSCs on {phones} of {told.identity.name}? They will restart", so_far="no phone was changed")
    if time.monotonic() - asked > STALE:
        guard.before_going_on(notices)


def _services(mender: Mender | None, session: connection.Session) -> Mend | None:
    """How preflight's findings about services are mended, where that is wanted."""
    from lscctl.preflight.mending import of_services

    if mender is None:
        return None
    return lambda results: mender.mend(of_services(session.cluster, results))


def _of_profiles(job: Job, plan: Plan, session: connection.Session, notices: Notices) -> "tuple[SafeRemedy, ...]":
    from lscctl.preflight.mending import of_profiles

    found = of_profiles(session.cluster, plan, job.request, session.protected)
    for note in found.notes:
        notices.say(f"note: {note}")
    return found.remedies


def _tell_remedies(job: Job, plan: Plan, session: connection.Session, rules: Rules, notices: Notices) -> None:
    """What `--fix` would ask, in a dry run."""
    from lscctl.preflight.mending import of_services

    seen = Guard(session.cluster, plan, job.request, rules).to_be_mended()
    for remedy in (*_of_profiles(job, plan, session, notices), *of_services(session.cluster, seen)):
        notices.say(f"--fix would ask: {remedy.what}? {remedy.consequence}")


def _plan(job: Job, session: connection.Session, rules: Rules, notices: Notices) -> PlanForCluster:
    found = find_phones(
        session.cluster,
        job.query,
        job.expect,
        notices,
        zones=rules.windows.per_site,
        missing_ok=job.retries is not None,
    )
    return _decide(found, job.request, session, rules)


def _decide(found: "Found", request: InstallRequest, session: connection.Session, rules: Rules) -> PlanForCluster:
    cluster = session.cluster
    # what is shown is what runs, however long the question stands; only a run of several nights means each night's own time
    fixed = replace(request, deadline=request.deadline.fixed(cluster.clock)) if rules.windows.always else request
    due = Due(fixed.deadline.resolve(cluster.clock), cluster.clock)
    plan = build_plan(found.phones, fixed, cluster.facts(), session.protected)
    notes = (*cluster.notes, *found.notes)
    return PlanForCluster(plan, cluster.identity(), cluster.version, request, rules, notes, due)


def plan_answer(told: PlanForCluster, consent: Consent) -> Answer:
    """Where nothing is carried out, the plan is the result; one that leaves every phone out is a refusal."""
    refusal = None
    if not told.plan.steps:
        refusal = Refused(
            f"all {count(len(told.plan.left_out), 'phone')} are left out: {', '.join(left_out_reasons(told.plan))}",
            hint="The plan says for each reason what to do.",
        )
    return Answer(plan_report(replace(told, proposed=True)), WOULD_CHANGE if consent.detailed_exitcode else 0, refusal)
