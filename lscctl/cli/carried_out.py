"""Whether a reviewed plan was carried out before, by which run, and which of its phones an earlier run has written."""

import shlex
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import tzinfo
from pathlib import Path

from lscctl.cli.remembered import remembered
from lscctl.history import PastRun, RunState
from lscctl.identity import ClusterIdentity
from lscctl.outcome import FAILURES
from lscctl.phone import Phone
from lscctl.rollout.journal.own_writes import OwnWrite


def note_of(digest: str) -> str:
    """What the journal notes of a run that carries out the plan with this digest."""
    return f"carries out the plan {digest}"


@dataclass(frozen=True, slots=True)
class Earlier:
    """What the `journal` that was named, or lscctl's own, remembers of a plan: the last `run` that carried it out on this cluster,
    and what runs wrote last for its phones."""

    journal: Path | None = None
    run: PastRun | None = None
    own_writes: Mapping[str, OwnWrite] = field(default_factory=dict)

    @classmethod
    def of_plan(
        cls, digest: str, identity: ClusterIdentity, names: Iterable[str], zone: tzinfo, journal: Path | None
    ) -> "Earlier":
        """Look into the journal, if there is one yet, for this plan of phones with these names. Raises JournalError."""
        with remembered(journal) as history:
            if history is None:
                return cls(journal)
            runs, own_writes = history.runs(), history.own_writes(identity, names, zone)
        note = note_of(digest)
        run = next((run for run in runs if note in run.notes and not run.identity.is_other_than(identity)), None)
        return cls(journal, run, own_writes)

    def told(self) -> str:
        """Which run carried out the plan, and how to go on; empty where none did."""
        if self.run is None:
            return ""
        return f"run {self.run.number} carries out this plan already, and {self._how_it_stands(self.run)}"

    def _how_it_stands(self, run: PastRun) -> str:
        if run.state is RunState.RUNNING:
            return f"is at work: `{self._command('watch', run)}` shows it"
        if run.resumable:
            return f"has not ended: `{self._command('resume', run)}` goes on with it, and this begins another run"
        shown = f"has ended: `{self._command('show', run)} --phones` tells how"
        if any(run.counts.get(state) for state in FAILURES):
            return f"{shown}, `{self._command('retry', run)}` tries again what failed"
        return shown

    def _command(self, verb: str, run: PastRun) -> str:
        journal = "" if self.journal is None else f" --journal {shlex.quote(str(self.journal))}"
        return f"lscctl runs {verb} {run.number}{journal}"

    def writer(self, phone: Phone) -> str:
        """What names the run that wrote the operation which the phone has now; empty where none did."""
        own = self.own_writes.get(phone.name)
        return "" if own is None or not own.is_of(phone) else f"run {own.run} of this journal"
