"""Carry a plan out, new or resumed, while a journal is kept and somebody watches; tell how it ended."""

import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from lscctl.cli import connection
from lscctl.cli.answer import Answer
from lscctl.cli.confirming import ask_for_wave
from lscctl.cli.handing_out import InPlace, Known
from lscctl.cli.keeping import JournalStop
from lscctl.cli.lines import Lines
from lscctl.cli.notify import Notifier
from lscctl.cli.screen import Notices
from lscctl.cli.stopping import stop_on_signals
from lscctl.deadline import DeadlineTooNear
from lscctl.errors import ClusterError, Interrupted, JournalError, LscctlError
from lscctl.outcome import PhoneState, RunSummary
from lscctl.plan import Plan
from lscctl.profile_change import ProfileStanding, ProfileState
from lscctl.report.run import RunOnCluster, resume_line, run_report
from lscctl.report.wording import count, zone_name
from lscctl.rollout import engine
from lscctl.rollout.events import Observer
from lscctl.rollout.handing_out import HandingOut
from lscctl.rollout.options import Recheck, RunOptions
from lscctl.rollout.standing import Standing
from lscctl.rollout.stop import Stop
from lscctl.rollout.target import Target
from lscctl.rules import Rules

if TYPE_CHECKING:
    from lscctl.rollout.journal.writing import Journal

STILL_PENDING = 7
SOME_FAILED = 1


@dataclass(frozen=True, slots=True)
class Manner:
    """How a run is carried out, beside its rules. `wait_until` is in seconds; `notify` a program with its arguments."""

    wait: bool = True
    wait_until: float | None = None
    confirm_waves: bool = False
    notify: tuple[str, ...] = ()
    past_is_known: bool = False
    recheck: Recheck | None = None


@dataclass(frozen=True, slots=True)
class Rollout:
    """A plan that is ready to be carried out: agreed to, its run in the journal. `past` is what became of its phones before,
    `{phone name: Standing}`, `past_profiles` what became of its security profiles, by their pkids; `known` are the authentication
    strings that are handed out for its phones."""

    plan: Plan
    rules: Rules
    manner: Manner
    session: connection.Session
    journal: "Journal"
    past: Mapping[str, Standing] = field(default_factory=dict)
    past_profiles: Mapping[str, ProfileStanding] = field(default_factory=dict)
    known: Known | None = None

    @property
    def target(self) -> Target:
        """The cluster, with the strings that it is to be given."""
        if self.known is None:
            return self.session.cluster
        strings, phones = self.known.strings, [step.phone for step in self.plan.steps]
        return HandingOut(self.session.cluster, {one.pkid: strings[one.name] for one in phones if one.name in strings})


def roll_out(rollout: Rollout, notices: Notices) -> Answer:
    """Run the engine; the summary, and what cut the run short."""
    number, cluster = rollout.journal.number, rollout.session.cluster
    resume = resume_line(number)
    stop = JournalStop(rollout.journal)
    notices.say(f"run {number}; should it be cut off, go on with: {resume}")
    try:
        summary = _carried_out(rollout, stop, notices)
    except KeyboardInterrupt as interruption:
        raise Interrupted(
            "interrupted before the phones under way could be told", hint=f"The journal is whole: {resume}"
        ) from interruption
    told = RunOnCluster(
        summary, rollout.plan.operation, cluster.name, cluster.version, number, resumable=not stop.cancelled
    )
    waits = summary.unfinished and (summary.gate is not None or summary.left is not None)
    return Answer(
        run_report(told),
        verdict(summary),
        _cut_short(summary, stop, number),
        hint=f"go on with: {resume}" if waits else "",
    )


def _carried_out(rollout: Rollout, stop: Stop, notices: Notices) -> RunSummary:
    manner, plan, session, journal = rollout.manner, rollout.plan, rollout.session, rollout.journal
    options = RunOptions(
        rules=rollout.rules,
        wait=manner.wait,
        wait_until=manner.wait_until,
        reregister=_reregister(rollout.rules),
        confirm=ask_for_wave(stop) if manner.confirm_waves else None,
        recheck=manner.recheck,
        past_is_known=manner.past_is_known,
        protected=session.protected,
        sql_allowed=session.allow_sql_writes,
    )
    notifier = Notifier(manner.notify, run=journal.number, cluster=session.cluster.name) if manner.notify else None
    try:
        with ExitStack() as stack:
            stack.enter_context(stop_on_signals(stop))
            observer = stack.enter_context(_watch(_until(plan, session), notices))
            audit = [] if session.audit is None else [session.audit.of_run(journal.number, plan)]
            in_place = [] if rollout.known is None else [InPlace(rollout.known)]
            observers: list[Observer] = [*in_place, journal, *audit, observer, *([notifier] if notifier else [])]
            return engine.run(
                plan,
                rollout.target,
                observers,
                options,
                now=time.time,
                sleep=time.sleep,
                stop=stop,
                past=rollout.past,
                past_profiles=rollout.past_profiles,
            )
    finally:
        if notifier is not None:
            notifier.close()
            for trouble in notifier.troubles:
                notices.warn(trouble)


def _reregister(rules: Rules) -> float:
    """Seconds in which a phone must be back: no wave is to wait longer for one than its --wave-timeout."""
    usual = RunOptions().reregister
    return usual if rules.wave_timeout is None else min(usual, rules.wave_timeout.total_seconds())


@contextmanager
def _watch(until: str, notices: Notices) -> Iterator[Observer]:
    """The watch that suits stderr: a live table at a terminal, lines in a pipe."""
    if not notices.live:
        yield Lines(notices.tell)
        return
    from lscctl.cli.live import LiveTable

    with LiveTable(notices.page, until) as table:
        yield table


def _until(plan: Plan, session: connection.Session) -> str:
    """The deadline of a phone that is written now, as a person reads it; nothing where phones are only moved."""
    if plan.moves:
        return ""
    clock = session.cluster.clock
    try:
        at = plan.deadline.resolve(clock).at
    except DeadlineTooNear:
        return f"{plan.deadline.text} (too near for another write)"
    return f"{at.astimezone(clock.zone):%Y-%m-%d %H:%M} ({zone_name(clock, at)})"


def _cut_short(summary: RunSummary, stop: JournalStop, number: int) -> LscctlError | None:
    """Why the run did not come to its own end, if it did not."""
    go_on = f"Go on with: {resume_line(number)}"
    if stop.why is not None:
        hint = f"The journal is whole. {go_on}"
        if stop.cancelled:
            hint = f"It cannot be resumed. Take back what is still pending with: lscctl runs cancel {number} --undo"
        return Interrupted(f"stopped by {stop.why}; {_under_way(summary)}", hint=hint)
    failure = summary.failure
    if isinstance(failure, ClusterError):
        failure.hint = f"{failure.hint or ''}\nThe journal is whole. {go_on}".strip()
    elif isinstance(failure, JournalError):
        failure.hint = f"{failure.hint or ''}\nThe result tells what was written. {go_on}".strip()
    return failure


def _under_way(summary: RunSummary) -> str:
    counts = summary.counts
    going_on = counts.get(PhoneState.APPLIED, 0) + counts.get(PhoneState.PENDING, 0)
    parts = ["no phone under way"]
    if going_on:
        parts = [f"{count(going_on, 'phone')} under way, which the cluster goes on with until the deadline"]
    for state, told in ((PhoneState.WRITTEN, "written, but not applied"), (PhoneState.UNKNOWN, "in doubt")):
        if phones := counts.get(state, 0):
            parts.append(f"{count(phones, 'phone')} {told}")
    return "; ".join(parts)


def verdict(summary: RunSummary) -> int:
    """The exit code of a run that came to its end: the worst of what happened [design: exit codes]."""
    if summary.failures or summary.gate is not None or any(one.needs_a_person for one in summary.profiles):
        return SOME_FAILED
    waits = (ProfileState.WAITING, ProfileState.RESTARTING)
    waiting = any(one.standing.state in waits for one in summary.profiles)
    return STILL_PENDING if waiting or summary.phones_unfinished else 0
