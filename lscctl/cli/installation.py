"""The main job behind `bulk-install`, `delete`, `troubleshoot`, `apply` and the like: plan, show, ask, carry out, tell."""

import time
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from lscctl.capf import CertificateOperation
from lscctl.cli import connection
from lscctl.cli.answer import Answer
from lscctl.cli.answering import answer_each
from lscctl.cli.attending import Attendance
from lscctl.cli.confirming import can_ask, require_number, require_yes
from lscctl.cli.guarding import Guard, Mend
from lscctl.cli.handing_out import Strings
from lscctl.cli.keeping import keeping
from lscctl.cli.mending import Mender
from lscctl.cli.rolling import Rollout, roll_out
from lscctl.cli.screen import Notices, Output
from lscctl.cli.settings import Consent
from lscctl.cli.sources import Source
from lscctl.cli.unused_strings import Planned, UnusedStrings
from lscctl.errors import JournalError, Refused, UsageError
from lscctl.report.plan import Due, PlanForCluster, left_out_reasons, plan_report
from lscctl.report.profile_changes import and_then
from lscctl.report.wording import count, wish

if TYPE_CHECKING:
    from lscctl.cli.handing_out import Handing
    from lscctl.cli.keeping import Keeper
    from lscctl.plan import Plan
    from lscctl.preflight.mending import SafeRemedy
    from lscctl.rollout.journal.writing import Journal

WOULD_CHANGE = 10
STALE = 600.0
"""Seconds after which what preflight saw is seen again before the first write."""


@dataclass(frozen=True, slots=True)
class Job:
    """What a command wants done: the plan that `source` gives. `fix` offers safe remedies first; `retries` is the run that is tried
    again; `strings` says how authentication strings come to be, where the plan asks for them."""

    source: Source
    consent: Consent
    attendance: Attendance
    fix: bool = False
    retries: int | None = None
    strings: Strings = field(default_factory=Strings)


def carry_out(job: Job, options: connection.Connection, output: Output) -> int:
    """Do the job and tell its result; the exit code. Raises what the command line explains: LscctlError and its children."""
    job.consent.check()
    job.attendance.check()
    job.strings.check(job.source.request, one_cluster=not connection.each(options))
    if job.attendance.confirm_waves and connection.each(options):
        raise UsageError("--confirm-waves asks about one cluster at a time", hint="Name one cluster, or leave it away.")
    if job.consent.number is not None and connection.each(options):
        raise UsageError("--confirm-count counts the phones of one cluster", hint="Name one cluster.")
    if not (job.consent.dry_run or job.consent.settles(job.source.operation) or can_ask()):
        deletes = job.source.operation is CertificateOperation.DELETE
        way = "--confirm-count N, the number of phones to write" if deletes else "--yes"
        raise UsageError(
            "there is nobody to ask: standard input is not a terminal",
            hint=f"See the plan with --dry-run, then run it with {way}.",
        )
    colour = not output.no_color
    unused = UnusedStrings(job.strings.given, len(connection.each(options)) or 1, Notices(colour=colour))

    def on_one(one: connection.Connection, notices: Notices) -> Answer:
        with unused.cluster() as planned, connection.connect(one, notices, job.source.concurrency) as session:
            return _done(job, session, notices, planned)

    return answer_each(options, output, on_one)


def _done(job: Job, session: connection.Session, notices: Notices, planned: Planned) -> Answer:
    """Plan, show, ask and carry out on one cluster."""
    identity = session.cluster.identity()
    if job.consent.dry_run:
        told = _due(job.source.proposed(session, identity, notices), session)
        job.strings.tell(told, job.attendance.journal, notices)
        planned(told.plan)
        if job.fix:
            _tell_remedies(told, session, notices)
        answer = plan_answer(told, job.consent)
        refusal = _another_number(job.consent, told.plan) if told.plan.does_something else None
        return answer if refusal is None else replace(answer, exit_code=0, failure=refusal)
    with keeping(identity, job.attendance.journal, session.audit) as keeper:
        mender = Mender(keeper, notices, job.consent.yes) if job.fix else None
        told = _fixed(job.source.proposed(session, identity, notices), session)
        remedies = () if mender is None else _of_profiles(told, session, notices)
        if not (told.plan.does_something or remedies):
            return plan_answer(told, job.consent)
        notices.show(plan_report(told))
        guard = Guard(session.cluster, told.plan, told.request, told.rules)
        if told.plan.steps or remedies:  # CAPF has no part in what is done to profiles
            guard.before_the_run(notices, _services(mender, session))
        if mender is not None and mender.mend(remedies):
            told = _fixed(job.source.proposed(session, identity, notices), session)
            notices.show(plan_report(told))
            guard = replace(guard, plan=told.plan)
        if not told.plan.does_something:
            return plan_answer(told, job.consent)
        planned(told.plan)
        _require_agreement(job.consent, told, guard, notices)
        handing = job.strings.handed_out(told, session.cluster, job.attendance.journal)
        journal = _begun(job, told, keeper, handing)
        how = replace(job.attendance.manner(session), recheck=guard.at_a_window)
        known = None if handing is None else handing.known(notices)
        return roll_out(Rollout(told.plan, told.rules, how, session, journal, known=known), notices)


def _begun(job: Job, told: PlanForCluster, keeper: "Keeper", handing: "Handing | None") -> "Journal":
    """The journal of the new run, which knows where its strings are handed out; without a journal there is no hand-out either."""
    hand_out = None if handing is None else handing.write
    try:
        return keeper.begin(
            told.plan, told.request, told.rules, retries=job.retries, notes=job.source.notes, hand_out=hand_out
        )
    except JournalError:
        if handing is not None:
            handing.withdraw()
        raise


def _fixed(told: PlanForCluster, session: connection.Session) -> PlanForCluster:
    """What is shown is what runs, however long the question stands; only a run of several nights means each night's own time."""
    if told.rules.windows.always:
        told = replace(told, plan=replace(told.plan, deadline=told.plan.deadline.fixed(session.cluster.clock)))
    return _due(told, session)


def _due(told: PlanForCluster, session: connection.Session) -> PlanForCluster:
    """The plan with what its deadline means now. Raises DeadlineTooNear."""
    clock = session.cluster.clock
    return replace(told, due=Due(told.plan.deadline.resolve(clock), clock))


def _another_number(consent: Consent, plan: "Plan") -> Refused | None:
    """Why the plan is not carried out, where somebody said how many phones are to be written, and these are not so many."""
    if consent.number in (None, len(plan.steps)):
        return None
    return Refused(
        f"--confirm-count says {consent.number:,}, and that is not how many phones are to be written; no phone was changed",
        hint="The plan says how many. Look at it: is every phone of it meant?",
    )


def _require_agreement(consent: Consent, told: PlanForCluster, guard: Guard, notices: Notices) -> None:
    """Go on only where somebody agrees, here or on the command line. Where the answer took long, what may have changed is looked at
    again. Raises Refused, Interrupted."""
    operation, number = told.plan.operation, len(told.plan.steps)
    if (refusal := _another_number(consent, told.plan)) is not None:
        raise refusal
    if consent.settles(operation):
        return
    asked = time.monotonic()
    phones = f"{count(number, 'phone')} of {told.identity.name}"
    question = f"{wish(operation, phones)}? They will restart"
    if operation is CertificateOperation.DELETE:
        require_number(f"{question}. Type how many phones", number, so_far="no phone was changed")
    else:
        require_yes(_with_profiles(question, told), so_far="no phone was changed")
    if time.monotonic() - asked > STALE:
        guard.before_going_on(notices)


def _with_profiles(question: str, told: PlanForCluster) -> str:
    """The question, and what becomes of security profiles in the same yes, with how many phones restart for that."""
    if not (changes := told.plan.to_change):
        return question
    then = and_then(changes)
    if not told.plan.steps:
        return f"Change {then} (each profile only if all of its phones have a valid LSC)?"
    return f"{question}. Then, once they all have LSCs: change {then}. Go on?"


def _services(mender: Mender | None, session: connection.Session) -> Mend | None:
    """How preflight's findings about services are mended, where that is wanted."""
    from lscctl.preflight.mending import of_services

    if mender is None:
        return None
    return lambda results: mender.mend(of_services(session.cluster, results))


def _of_profiles(told: PlanForCluster, session: connection.Session, notices: Notices) -> "tuple[SafeRemedy, ...]":
    from lscctl.preflight.mending import of_profiles

    found = of_profiles(session.cluster, told.plan, told.request, session.protected)
    for note in found.notes:
        notices.say(f"note: {note}")
    return found.remedies


def _tell_remedies(told: PlanForCluster, session: connection.Session, notices: Notices) -> None:
    """What `--fix` would ask, in a dry run."""
    from lscctl.preflight.mending import of_services

    seen = Guard(session.cluster, told.plan, told.request, told.rules).to_be_mended()
    for remedy in (*_of_profiles(told, session, notices), *of_services(session.cluster, seen)):
        notices.say(f"--fix would ask: {remedy.what}? {remedy.consequence}")


def plan_answer(told: PlanForCluster, consent: Consent) -> Answer:
    """Where nothing is carried out, the plan is the result; one that leaves every phone out is a refusal, one without any phone has
    nothing to do."""
    refusal = None
    if not told.plan.does_something and not told.plan.left_out:
        return Answer(plan_report(replace(told, proposed=True)))
    if not told.plan.does_something:
        refusal = Refused(
            f"{_everyone(len(told.plan.left_out))} left out: {', '.join(left_out_reasons(told.plan))}",
            hint="The plan says for each reason what to do.",
        )
    return Answer(plan_report(replace(told, proposed=True)), WOULD_CHANGE if consent.detailed_exitcode else 0, refusal)


def _everyone(phones: int) -> str:
    return "the one phone is" if phones == 1 else f"all {count(phones, 'phone')} are"
