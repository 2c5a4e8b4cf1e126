"""The report of a run: how each phone ended, what failed and what to do about it."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import groupby

from lscctl.capf import CertificateOperation
from lscctl.outcome import DONE_BY_CAPF, PhoneOutcome, PhoneState, RunSummary, count_states
from lscctl.report.interface import (
    Anew,
    Block,
    Cell,
    Column,
    Figure,
    Figures,
    Grid,
    Paragraph,
    Record,
    Report,
    Tone,
    Value,
)
from lscctl.report.profile_changes import outcome_blocks, outcome_records
from lscctl.report.run_cases import run_cases
from lscctl.report.run_gauges import run_gauges
from lscctl.report.wording import count, does, duration, finish_time, moment_here, short_model, some, utc_text, why

FIELDS = (
    "name",
    "model",
    "state",
    "status",
    "reason",
    "next_step",
    "lsc_valid_until",
    "wave",
    "finish_time",
)
"""The keys of one phone's record, in order."""

STATE_TONES = {
    PhoneState.LEFT_OUT: Tone.FAINT,
    PhoneState.QUEUED: Tone.PLAIN,
    PhoneState.WRITTEN: Tone.PLAIN,
    PhoneState.APPLIED: Tone.PLAIN,
    PhoneState.PENDING: Tone.WARNING,
    PhoneState.INSTALLED: Tone.GOOD,
    PhoneState.DELETED: Tone.GOOD,
    PhoneState.FETCHED: Tone.GOOD,
    PhoneState.MOVED: Tone.GOOD,
    PhoneState.FAILED: Tone.BAD,
    PhoneState.LATE: Tone.BAD,
    PhoneState.LOST: Tone.BAD,
    PhoneState.STALLED: Tone.BAD,
    PhoneState.UNKNOWN: Tone.BAD,
    PhoneState.CANCELLED: Tone.WARNING,
}

STATE_MEANINGS = {
    PhoneState.LEFT_OUT: "not touched: the plan says why",
    PhoneState.QUEUED: "not written",
    PhoneState.WRITTEN: "written, not applied; it takes effect at the next restart",
    PhoneState.APPLIED: "told to act, not yet seen pending",
    PhoneState.PENDING: "under way",
    PhoneState.INSTALLED: "new LSC on the phone",
    PhoneState.DELETED: "no LSC on the phone any more",
    PhoneState.FETCHED: "its certificates stand in the CAPF trace",
    PhoneState.MOVED: "has its new security profile, and was applied",
    PhoneState.FAILED: "failed, see below",
    PhoneState.LATE: "the deadline passed first",
    PhoneState.LOST: "did not register again",
    PhoneState.STALLED: "pending for too long",
    PhoneState.UNKNOWN: "nobody can say, see below",
    PhoneState.CANCELLED: "taken back; the phone may still carry it out",
}


@dataclass(frozen=True, slots=True)
class RunOnCluster:
    """What the report tells of: a run's summary, what it did, the cluster's name and version, and the run's number in the journal.

    `resumable` is False for a run that was cancelled for good.
    """

    summary: RunSummary
    operation: CertificateOperation
    cluster: str
    version: str
    number: int | None = None
    resumable: bool = True


def run_report(told: RunOnCluster) -> Report:
    """The report of kind `run`."""
    heading = {
        **run_heading(told.summary, told.cluster, told.version, told.number),
        "operation": does(told.operation),
    }
    return Report(
        kind="run",
        heading=heading if told.resumable else {**heading, "resume": None},
        fields=FIELDS,
        records={"phones": Anew(partial(phone_records, told.summary.outcomes))},
        blocks=(blocks := tuple(_blocks(told))),
        page=(state_figures(told.summary), *blocks, phones_grid(told.summary.outcomes)),
        as_of=moment_here(told.summary.ended),
        cases=Anew(lambda: run_cases(told.summary, told.cluster)),
        metrics=tuple(run_gauges(told.summary, told.cluster)),
    )


def run_heading(summary: RunSummary, cluster: str, version: str | None, number: int | None) -> dict[str, Value]:
    """What is true of a whole run, for programs; `version` is the cluster's, None where nobody knows it.

    `resume` is the command that goes on with the run, null where there is nothing left to do or no journal knows it.
    """
    return {
        "cluster": cluster,
        "cucm_version": version,
        "started": utc_text(summary.started),
        "ended": utc_text(summary.ended),
        "stopped": summary.stopped,
        "writes": summary.writes,
        "reads": summary.reads,
        "counts": counts_record(summary.counts),
        "notes": summary.notes,
        "gate": summary.gate,
        "left": summary.left,
        "profiles": outcome_records(summary.profiles),
        "run": number,
        "resume": resume_line(number) if number is not None and summary.unfinished else None,
    }


def counts_record(counts: Mapping[PhoneState, int]) -> dict[str, Value]:
    """Phones by state for programs: every state, those without phones too."""
    return {state.value: counts.get(state, 0) for state in PhoneState}


def resume_line(number: int) -> str:
    """The command that goes on with this run."""
    return f"lscctl runs resume {number}"


def phone_records(outcomes: Sequence[PhoneOutcome]) -> Iterator[Record]:
    """Every phone of a run by name, for programs."""
    for outcome in sorted(outcomes, key=lambda outcome: outcome.name):
        yield {
            "name": outcome.name,
            "model": outcome.model,
            "state": outcome.state.value,
            "status": outcome.status or None,
            "reason": outcome.reason or None,
            "next_step": outcome.next_step or None,
            "lsc_valid_until": utc_text(outcome.lsc_valid_until),
            "wave": outcome.wave or None,
            "finish_time": outcome.finish_time or None,
        }


def _blocks(told: RunOnCluster) -> Iterator[Block]:
    summary = told.summary
    yield counts_grid(summary)
    yield from waves_grid(summary.outcomes)
    yield from failures_grids(summary.failures)
    if summary.gate:
        yield Paragraph(f"Gate closed, so no further phone was written. {summary.gate}", Tone.BAD)
    if summary.left:
        yield Paragraph(f"Left for later: {summary.left}", Tone.WARNING)
    if summary.stopped:
        yield Paragraph(f"Stopped early: {summary.stopped}", Tone.BAD)
    yield from outcome_blocks(
        summary.profiles, resume_line(told.number) if told.number is not None and told.resumable else None
    )
    yield from left_under_way(summary, told.number if told.resumable else None)
    for note in summary.notes:
        yield Paragraph(f"note: {note}", Tone.FAINT)
    yield Paragraph(
        f"{does(told.operation)} on {told.cluster} (CUCM {told.version}): {count(summary.writes, 'write')} and "
        f"{count(summary.reads, 'read')} in {duration(summary.ended - summary.started)}",
        Tone.FAINT,
    )


def left_under_way(summary: RunSummary, number: int | None) -> Iterator[Paragraph]:
    """What became of the phones that the run wrote and did not see to their end."""
    under_way = summary.counts.get(PhoneState.APPLIED, 0) + summary.counts.get(PhoneState.PENDING, 0)
    stranded = sorted(outcome.name for outcome in summary.outcomes if outcome.state is PhoneState.WRITTEN)
    if under_way:
        look = (
            "`lscctl status`"
            if number is None
            else f"`lscctl status`, or see them through with `{resume_line(number)}`"
        )
        yield Paragraph(
            f"{count(under_way, 'phone')} still under way: the cluster goes on until the deadline. Look again with {look}.",
            Tone.WARNING,
        )
    if stranded:
        yield Paragraph(
            f"{count(len(stranded), 'phone')} written, but not applied ({some(stranded)}): what was written stands at the cluster "
            "and takes effect when the phone next restarts. Use Apply Config on the phone's page, or take it back: an operation "
            "by setting No Pending Operation.",
            Tone.BAD,
        )


def state_figures(summary: RunSummary) -> Figures:
    """How many phones the run is about, and how many stand in which state."""
    figures = [Figure(state.value, phones, STATE_TONES[state]) for state, phones in summary.counts.items()]
    return Figures([Figure("phones", len(summary.outcomes)), *figures])


def counts_grid(summary: RunSummary) -> Grid:
    """Phones by state, and what each state means."""
    rows = [
        (Cell(state.value, STATE_TONES[state]), f"{phones:,}", STATE_MEANINGS[state])
        for state, phones in summary.counts.items()
    ]
    statuses = Counter(outcome.status for outcome in summary.outcomes if outcome.state in DONE_BY_CAPF)
    rows = [
        (cell, phones, _with_status(meaning, statuses) if cell.text in DONE_BY_CAPF else meaning)
        for cell, phones, meaning in rows
    ]
    return Grid(
        "", (Column("State", whole=True), Column("Phones", number=True), Column("Which means")), rows, len(rows)
    )


def _with_status(meaning: str, statuses: Counter[str]) -> str:
    """`new LSC on the phone (Upgrade Success)`: CUCM's own words beside ours, where they are all the same."""
    return f"{meaning} ({next(iter(statuses))})" if len(statuses) == 1 and "" not in statuses else meaning


def waves_grid(outcomes: Iterable[PhoneOutcome]) -> Iterator[Grid]:
    """How the phones of each wave stand, where there was more than one; waves that stand alike share a row."""
    waves: dict[int, list[PhoneState]] = {}
    for outcome in outcomes:
        if outcome.wave:
            waves.setdefault(outcome.wave, []).append(outcome.state)
    if len(waves) < 2:
        return
    rows = []
    for _, alike in groupby(sorted(waves.items()), key=_as_a_whole):
        first, *more = alike
        states = [state for _, members in (first, *more) for state in members]
        name = f"{first[0]:,} to {more[-1][0]:,}" if more else f"{first[0]:,}"
        rows.append((name, f"{len(states):,}", counts_text(count_states(states))))
    columns = (Column("Wave", whole=True), Column("Phones", number=True), Column("How they stand"))
    yield Grid("", columns, rows, len(rows))


def _as_a_whole(wave: tuple[int, Sequence[PhoneState]]) -> object:
    """The one state of all its phones; the wave's own number where they differ."""
    number, states = wave
    return states[0] if len(set(states)) == 1 else number


def counts_text(counts: Mapping[PhoneState, int]) -> str:
    """`98 installed, 2 failed`."""
    return ", ".join(f"{phones:,} {state}" for state, phones in counts.items())


def failures_grids(failures: Sequence[PhoneOutcome]) -> Iterator[Grid]:
    """The phones that need a person, with what can be done for them."""
    rows = [
        (
            outcome.name,
            short_model(outcome.model),
            Cell(outcome.state.value, STATE_TONES[outcome.state]),
            why(outcome.status, outcome.reason),
        )
        for outcome in sorted(failures, key=lambda outcome: outcome.name)
    ]
    if rows:
        columns = (Column("Phone", whole=True), Column("Model"), Column("State", whole=True), Column("Why"))
        yield Grid("Phones that need a person", columns, rows, len(rows))
        yield from _next_steps(failures)


def _next_steps(failures: Iterable[PhoneOutcome]) -> Iterator[Grid]:
    steps = Counter(outcome.next_step for outcome in failures if outcome.next_step)
    if steps:
        rows = [(f"{phones:,}", step) for step, phones in sorted(steps.items(), key=lambda item: (-item[1], item[0]))]
        yield Grid("Next steps", (Column("Phones", number=True), Column("Do")), rows, len(rows))


_PHONE_COLUMNS = (
    Column("Phone", whole=True),
    Column("Model", roomy=True),
    Column("Wave", number=True),
    Column("State", whole=True),
    Column("Deadline", whole=True),
    Column("Why"),
)


def phones_grid(outcomes: Sequence[PhoneOutcome]) -> Grid:
    """Every phone by name, with its wave, state and deadline."""
    return Grid("All phones", _PHONE_COLUMNS, Anew(partial(_phone_rows, outcomes)), len(outcomes))


def _phone_rows(outcomes: Sequence[PhoneOutcome]) -> Iterator[Sequence[Cell | str]]:
    """Every phone by name, made as they are asked for: a table shows the first of many."""
    for outcome in sorted(outcomes, key=lambda outcome: outcome.name):
        yield (
            outcome.name,
            short_model(outcome.model),
            str(outcome.wave or ""),
            Cell(outcome.state.value, STATE_TONES[outcome.state]),
            finish_time(outcome.finish_time),
            why(outcome.status, outcome.reason),
        )
