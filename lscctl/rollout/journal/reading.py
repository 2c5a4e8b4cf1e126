"""Reads the journal: which runs there were, how their phones stand, and what happened; beside a run that writes, too."""

import json
import time
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, tzinfo
from pathlib import Path
from types import TracebackType
from typing import Any

from lscctl.capf import CertificateOperation
from lscctl.errors import LscctlError, UsageError
from lscctl.history import PastRun, Remedy, RunState, StoryLine
from lscctl.identity import ClusterIdentity
from lscctl.notation import DEADLINE, LEFT_OUT, REQUEST, RULES, STEP
from lscctl.outcome import FAILURES, PhoneState, RunSummary
from lscctl.phone import Phone, SecurityProfile
from lscctl.plan import CapfRequest, LeftOut, Plan, Step
from lscctl.profile_change import ProfileOutcome
from lscctl.rollout.announcer import Announcer
from lscctl.rollout.events import Limited
from lscctl.rollout.journal.beginning import no_such_run
from lscctl.rollout.journal.hand_outs import HandedOut, read_hand_out
from lscctl.rollout.journal.lock import holder
from lscctl.rollout.journal.notation import COUNTS, LIMITED, NOTES, RUN_EVENTS, RunEvent, standing_of, value_of
from lscctl.rollout.journal.own_writes import OwnWrite, own_writes
from lscctl.rollout.journal.profiles import open_profiles, read_outcomes
from lscctl.rollout.journal.remedies import read_remedies
from lscctl.rollout.journal.store import Store
from lscctl.rollout.ledger import Ledger
from lscctl.rollout.standing import Standing
from lscctl.rules import Rules


@dataclass(frozen=True, slots=True)
class Loaded:
    """All that is needed to go on with a run. `standings` are `{phone name: Standing}`, without phones that nothing happened to;
    `profiles` how each profile of `Plan.then` stands, `hand_out` where the authentication strings are, None where it has none.
    """

    run: PastRun
    plan: Plan
    request: CapfRequest
    rules: Rules
    standings: Mapping[str, Standing]
    profiles: tuple[ProfileOutcome, ...] = ()
    hand_out: HandedOut | None = None


class History:
    """The runs of one journal; a context manager. `locks` is where the clusters' locks are: they tell who is at work.

    Every method raises JournalError, and UsageError for a run or a phone that is not there.
    """

    def __init__(self, store: Store, locks: Path) -> None:
        self._store = store
        self._locks = locks

    def __enter__(self) -> "History":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._store.close()

    def runs(self) -> tuple[PastRun, ...]:
        """All runs, the newest first."""
        with self._store.snapshot():
            found = list(self._store.rows(f"{_RUNS} ORDER BY number DESC"))
            profiles = open_profiles(self._store)
            return tuple(self._past_run(row, profiles) for row in found)

    def run(self, number: int) -> PastRun:
        """One run."""
        with self._store.snapshot():
            return self._past_run(self._row_of(_RUNS, number), open_profiles(self._store))

    def load(self, number: int) -> Loaded:
        """A run with its plan and how every phone stands."""
        path = self._store.path
        with self._store.snapshot():
            run = self._past_run(self._row_of(_RUNS, number), open_profiles(self._store))
            profiles = read_outcomes(self._store, number)
            deadline, request, rules = self._row_of("SELECT deadline, request, rules FROM run", number)
            steps, left_out = self._planned(number)
            return Loaded(
                run=run,
                plan=Plan(
                    run.operation,
                    value_of(DEADLINE, deadline, path),
                    steps,
                    left_out,
                    tuple(outcome.change for outcome in profiles),
                ),
                request=value_of(REQUEST, request, path),
                rules=value_of(RULES, rules, path),
                standings={
                    name: standing_of(standing, path)
                    for name, standing in self._store.rows(
                        "SELECT name, standing FROM standing WHERE run = ?", (number,)
                    )
                },
                profiles=profiles,
                hand_out=read_hand_out(self._store, number),
            )

    def summary(self, number: int) -> RunSummary:
        """How the run ended, or stands now, phone by phone. `failure` has the message of the error, but not its kind."""
        loaded = self.load(number)
        writes, reads, stopped, failure, gate, later = self._row_of(
            "SELECT writes, reads, stopped, failure, gate, later FROM run", number
        )
        run = loaded.run
        ledger = Ledger(loaded.plan, Announcer(()), time.time, loaded.standings, UTC)
        untouched = Standing()
        return RunSummary(
            outcomes=tuple(  # only the standing has the deadline by the cluster's own clock
                replace(outcome, finish_time=loaded.standings.get(outcome.name, untouched).deadline)
                for outcome in ledger.outcomes()
            ),
            started=run.started,
            ended=self._last_sign(number) if run.ended is None else run.ended,
            writes=writes,
            reads=reads,
            stopped=stopped,
            notes=run.notes,
            failure=None if failure is None else LscctlError(failure),
            gate=gate,
            left=later,
            profiles=loaded.profiles,
        )

    def story(self, number: int, name: str) -> tuple[StoryLine, ...]:
        """What happened to one phone, in order."""
        with self._store.snapshot():
            (started,) = self._row_of("SELECT started FROM run", number)
            planned = self._store.row("SELECT left_out FROM phone WHERE run = ? AND name = ?", (number, name))
            if planned is None:
                raise UsageError(
                    f"run {number} has no phone {name}", hint=f"`lscctl runs show {number} --phones` shows its phones."
                )
            if planned[0] is not None:
                out = value_of(LEFT_OUT, planned[0], self._store.path)
                reasons = "; ".join(str(finding) for finding in out.findings)
                return (StoryLine(started, PhoneState.LEFT_OUT.value, out.phone.status.text, reasons),)
            lines = self._store.rows(
                "SELECT at, what, status, text FROM story WHERE run = ? AND name = ? ORDER BY number", (number, name)
            )
            return (StoryLine(started, "planned"), *(StoryLine(*line) for line in lines))

    def failures(self, number: int, *, after: int = 0) -> tuple[tuple[int, str, StoryLine], ...]:
        """The phones that came to need a person, in order: `(position, phone name, what)`, from behind the position `after`."""
        found = self._store.rows(
            "SELECT number, name, at, what, status, text FROM story WHERE run = ? AND number > ?"
            " AND what IN (SELECT value FROM json_each(?)) ORDER BY number",
            (number, after, json.dumps(FAILURES)),
        )
        return tuple((position, name, StoryLine(*line)) for position, name, *line in found)

    def events(self, number: int, *, after: int = 0) -> tuple[tuple[int, RunEvent], ...]:
        """What happened to the run as a whole, in order: `(position, event)`, from behind the position `after`."""
        found = self._store.rows(
            "SELECT number, kind, event FROM event WHERE run = ? AND number > ? ORDER BY number", (number, after)
        )
        return tuple(
            (position, value_of(RUN_EVENTS[kind], text, self._store.path))
            for position, kind, text in found
            if kind in RUN_EVENTS  # a release between formats may tell more
        )

    def limited(self, number: int) -> Limited | None:
        """What limits the run now, or did last; None where nothing has been told yet."""
        (limited,) = self._row_of("SELECT limited FROM run", number)
        return None if limited is None else value_of(LIMITED, limited, self._store.path)

    def own_writes(self, identity: ClusterIdentity, names: Iterable[str], zone: tzinfo) -> Mapping[str, OwnWrite]:
        """What the runs of this journal wrote last for these phones of the cluster, in whose `zone` finish times are."""
        return own_writes(self._store, identity, names, zone)

    def remedies(self, run: int | None) -> tuple[Remedy, ...]:
        """What was done to the cluster itself for the run, in order; for None what was done for no run."""
        return read_remedies(self._store, run)

    def _row_of(self, select: str, number: int) -> tuple[Any, ...]:
        row = self._store.row(f"{select} WHERE number = ?", (number,))
        if row is None:
            raise no_such_run(self._store, number)
        return row

    def _past_run(self, row: tuple[Any, ...], profiles: Mapping[int, int]) -> PastRun:
        (number, cluster, host, publisher, capf, who, version, command, started, ended, state, operation) = row[:12]
        why, notes, retries, counts, lock, phones, left_out = row[12:]
        identity = ClusterIdentity(cluster, host, publisher, capf)
        path = self._store.path
        if state == RunState.RUNNING:
            owner = holder(self._locks, identity)
            state = RunState.RUNNING if owner is not None and owner.token == lock else RunState.CRASHED
        return PastRun(
            number=number,
            identity=identity,
            who=who,
            version=version,
            command=command,
            started=started,
            ended=ended,
            state=RunState(state),
            operation=CertificateOperation(operation),
            counts=self._count(number, phones, left_out) if counts is None else value_of(COUNTS, counts, path),
            why=why,
            notes=value_of(NOTES, notes, path),
            retries=retries,
            open_profiles=profiles.get(number, 0),
        )

    def _count(self, number: int, phones: int, left_out: int) -> dict[PhoneState, int]:
        found = self._store.rows("SELECT state, count(*) FROM standing WHERE run = ? GROUP BY state", (number,))
        counts = Counter({PhoneState(state): int(count) for state, count in found})
        counts[PhoneState.QUEUED] += phones - counts.total()
        counts[PhoneState.LEFT_OUT] = left_out
        return {state: counts[state] for state in PhoneState if counts[state]}

    def _planned(self, number: int) -> tuple[tuple[Step, ...], tuple[LeftOut, ...]]:
        """The steps and the phones left out, in the plan's order; equal profiles are one object, as the inventory makes them."""
        path = self._store.path
        profiles: dict[SecurityProfile, SecurityProfile] = {}

        def shared(phone: Phone) -> Phone:
            return replace(phone, profile=profiles.setdefault(phone.profile, phone.profile))

        steps: list[Step] = []
        left_out: list[LeftOut] = []
        for step_text, left_out_text in self._store.rows(
            "SELECT step, left_out FROM phone WHERE run = ? ORDER BY position", (number,)
        ):
            if step_text is not None:
                step = value_of(STEP, step_text, path)
                steps.append(replace(step, phone=shared(step.phone)))
            else:
                out = value_of(LEFT_OUT, left_out_text, path)
                left_out.append(replace(out, phone=shared(out.phone)))
        return tuple(steps), tuple(left_out)

    def _last_sign(self, number: int) -> float:
        """When the run was last heard of."""
        (at,) = self._row_of(
            "SELECT max(started, coalesce((SELECT max(at) FROM story WHERE run = run.number), started)) FROM run",
            number,
        )
        return float(at)


_RUNS = (
    "SELECT number, cluster, host, publisher, capf, who, version, command, started, ended, state, operation, why, notes,"
    " retries, counts, lock, phones, left_out FROM run"
)
