"""Takes a run up again: which one, on which cluster, and whether it may go on."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import tzinfo
from pathlib import Path

from lscctl.cli import connection
from lscctl.cli.attending import Attendance
from lscctl.cli.guarding import Checks, Guard
from lscctl.cli.handing_out import known_strings
from lscctl.cli.keeping import keeping
from lscctl.cli.rolling import Rollout, roll_out
from lscctl.cli.rollout_options import RolloutOptions
from lscctl.cli.same_cluster import at_cluster_of, require_same
from lscctl.cli.screen import Notices, Output
from lscctl.deadline import DeadlineRule
from lscctl.errors import Refused, UsageError
from lscctl.history import PastRun, RunState
from lscctl.phone import ProfileInUse
from lscctl.plan import Plan
from lscctl.report.run import resume_line
from lscctl.rollout.journal.place import journal_file, lock_folder
from lscctl.rollout.journal.reading import History, Loaded
from lscctl.rollout.journal.store import Store
from lscctl.rollout.record import Record
from lscctl.rollout.standing import Standing

_BY_ITSELF = (RunState.CRASHED, RunState.STOPPED, RunState.WINDOW_CLOSED, RunState.FAILED)
"""The states of runs that go on without a person naming them."""

_TOLD = (RunState.GATE_CLOSED, RunState.FINISHED)
"""The states of runs of which a person knows what failed: gates begin to count anew."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the command line says: the run (None: the newest that is to go on), and what is to be different from before.

    `hand_out` is where its authentication strings are now, None for where they were handed out.
    """

    run: int | None
    deadline: DeadlineRule | None
    attendance: Attendance
    rollout: RolloutOptions
    checks: Checks
    hand_out: Path | None = None


def go_on(wanted: Wanted, options: connection.Connection, output: Output) -> int:
    """Resume the run; the exit code. Raises LscctlError."""
    wanted.attendance.check()
    destination = output.opened()
    notices = Notices(colour=not output.no_color)
    path = journal_file(wanted.attendance.journal)
    if wanted.run is None and not path.exists():
        notices.say("no runs yet: nothing to resume")
        return 0
    with History(Store.for_reading(path), lock_folder()) as history:
        past = chosen(history, wanted.run, options.cluster)
        if past is None:
            notices.say("nothing to resume")
            _name_closed_gates(history, options.cluster, notices)
            return 0
        loaded = history.load(past.number)
    _require_resumable(past)
    if loaded.plan.moves and wanted.run is not None:  # without a number nobody knows which run it will be
        _refuse_without_part_in_a_move(wanted)
    with connection.connect(at_cluster_of(past.identity, options), notices, wanted.rollout.concurrency) as session:
        identity = session.cluster.identity()
        require_same(f"run {past.number}", past.identity, identity)
        rules = wanted.rollout.rules(
            loaded.rules,
            concurrency=wanted.rollout.concurrency or loaded.rules.concurrency,
            sql_allowed=session.allow_sql_writes,
        )
        rules = wanted.checks.over(rules)
        known = replace(wanted.attendance.manner(session), past_is_known=past.state in _TOLD)
        with keeping(identity, wanted.attendance.journal, session.audit) as keeper:
            plan = loaded.plan if wanted.deadline is None else replace(loaded.plan, deadline=wanted.deadline)
            guard = Guard(session.cluster, plan, loaded.request, rules)
            if plan.moves:  # CAPF has no part in them
                require_targets(plan, session.cluster.profiles.in_use())
            else:
                if _changes_phones(loaded, session.cluster.clock.zone):
                    guard.before_going_on(notices)
                known = replace(known, recheck=guard.at_a_window)
            strings = known_strings(loaded, wanted.hand_out, session.cluster.clock.zone, named=wanted.run is not None)
            journal = keeper.resume(past.number, rules)
            profiles = {one.change.profile.pkid: one.standing for one in loaded.profiles}
            rollout = Rollout(plan, rules, known, session, journal, loaded.standings, profiles, strings)
            return roll_out(rollout, notices).tell(destination, notices)


def chosen(history: History, number: int | None, cluster: str | None) -> PastRun | None:
    """The run of this number; without one the newest that goes on by itself, of the cluster if one is named."""
    if number is not None:
        return history.run(number)
    runs = _runs_of(history, cluster)
    cut_off = next((run for run in runs if run.state in _BY_ITSELF), None)
    # one whose phones have all ended waits for others' phones: it comes last
    return cut_off or next((run for run in runs if run.state is RunState.FINISHED and run.open_profiles), None)


def _runs_of(history: History, cluster: str | None) -> list[PastRun]:
    return [run for run in history.runs() if cluster in (None, run.identity.name)]


def _name_closed_gates(history: History, cluster: str | None, notices: Notices) -> None:
    """Runs behind a closed gate wait for a person to name them."""
    for run in _runs_of(history, cluster):
        if run.state is RunState.GATE_CLOSED:
            go_on_with = resume_line(run.number)
            notices.say(f"hint: a gate closed in run {run.number}; once its cause is mended, go on with: {go_on_with}")


def _changes_phones(loaded: Loaded, zone: tzinfo) -> bool:
    """Whether any phone may still be written or applied; else the run only sees to what is under way."""
    untouched = Standing()
    return any(
        not Record.resumed(step, loaded.standings.get(step.phone.name, untouched), zone).begun
        for step in loaded.plan.steps
    )


def require_targets(plan: Plan, profiles: Iterable[ProfileInUse]) -> None:
    """Refuse to move phones on to a profile that is gone, or is not as it was when the run was planned."""
    now = {one.profile.pkid: one.profile for one in profiles}
    for target in {step.move_to for step in plan.steps if step.move_to is not None}:
        there = now.get(target.pkid)
        if there != target:
            raise Refused(
                f"the security profile {target.name!r} to which the run moves phones is "
                f"{'gone' if there is None else 'not as it was planned'}",
                hint="Put it back as it was, or cancel the run and move the phones anew.",
            )


def _refuse_without_part_in_a_move(wanted: Wanted) -> None:
    """Raises UsageError for what only CAPF's operations have."""
    given = {
        "--complete-by": wanted.deadline is not None,
        "--skip-check": wanted.checks.skip_check is not None,
        "--accept-skip": wanted.checks.accept_skip is not None,
        "--write-path": wanted.rollout.write_path is not None,
    }
    for option in (name for name, is_given in given.items() if is_given):
        raise UsageError(
            f"{option} is about CAPF's operations, and this run moves phones to another security profile",
            hint="Leave it away.",
        )


def _require_resumable(past: PastRun) -> None:
    match past.state:
        case RunState.RUNNING:
            raise Refused(f"run {past.number} is at work now", hint=f"lscctl runs watch {past.number} shows it.")
        case RunState.CANCELLED:
            raise Refused(
                f"run {past.number} was cancelled for good",
                hint=f"lscctl runs retry {past.number} --state queued plans its phones anew.",
            )
        case _:
            pass


def loaded_run(journal: Path | None, number: int) -> Loaded:
    """The run with all that the journal has of it; UsageError where there is no journal or no such run."""
    path = journal_file(journal)
    if not path.exists():
        raise UsageError(f"there is no journal {path}, so no run {number}", hint="Name another one with --journal.")
    with History(Store.for_reading(path), lock_folder()) as history:
        return history.load(number)
