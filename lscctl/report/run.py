"""The report of a run: how each phone ended, what failed and what to do about it."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from lscctl.outcome import PhoneOutcome, PhoneState, RunSummary
from lscctl.report.interface import Block, Cell, Column, Grid, Paragraph, Record, Report, Tone, Value
from lscctl.report.wording import count, duration, short_model, some, utc_text

FIELDS = ("name", "model", "state", "status", "reason", "next_step", "lsc_valid_until")
"""The keys of one phone's record, in order."""

STATE_TONES = {
    PhoneState.LEFT_OUT: Tone.FAINT,
    PhoneState.QUEUED: Tone.PLAIN,
    PhoneState.WRITTEN: Tone.PLAIN,
    PhoneState.APPLIED: Tone.PLAIN,
    PhoneState.PENDING: Tone.WARNING,
    PhoneState.INSTALLED: Tone.GOOD,
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
    PhoneState.WRITTEN: "written, not applied; it may enrol at its next restart",
    PhoneState.APPLIED: "told to act, not yet seen pending",
    PhoneState.PENDING: "under way",
    PhoneState.INSTALLED: "new LSC on the phone",
    PhoneState.FAILED: "failed, see below",
    PhoneState.LATE: "the deadline passed first",
    PhoneState.LOST: "did not register again",
    PhoneState.STALLED: "pending for too long",
    PhoneState.UNKNOWN: "nobody can say, see below",
    PhoneState.CANCELLED: "taken back; it may still enrol",
}


@dataclass(frozen=True, slots=True)
class RunOnCluster:
    """What the report tells of: a run's summary and the cluster's name and version."""

    summary: RunSummary
    cluster: str
    version: str
    number: int | None = None


def run_report(told: RunOnCluster) -> Report:
    """The report of kind `run`."""
    summary = told.summary
    counts: dict[str, Value] = {state.value: summary.counts.get(state, 0) for state in PhoneState}
    return Report(
        kind="run",
        heading={
            "cluster": told.cluster,
            "cucm_version": told.version,
            "started": utc_text(summary.started),
            "ended": utc_text(summary.ended),
            "stopped": summary.stopped,
            "writes": summary.writes,
            "reads": summary.reads,
            "counts": counts,
            "notes": summary.notes,
        },
        fields=FIELDS,
        records={"phones": _Records(summary)},
        blocks=tuple(_blocks(told)),
    )


@dataclass(frozen=True, slots=True)
class _Records:
    """Every phone of the run by name."""

    summary: RunSummary

    def __iter__(self) -> Iterator[Record]:
        for outcome in sorted(self.summary.outcomes, key=lambda outcome: outcome.name):
            yield {
                "name": outcome.name,
                "model": outcome.model,
                "state": outcome.state.value,
                "status": outcome.status or None,
                "reason": outcome.reason or None,
                "next_step": outcome.next_step or None,
                "lsc_valid_until": utc_text(outcome.lsc_valid_until),
            }


def _blocks(told: RunOnCluster) -> Iterator[Block]:
    summary = told.summary
    failures = sorted(summary.failures, key=lambda outcome: outcome.name)
    under_way = summary.counts.get(PhoneState.APPLIED, 0) + summary.counts.get(PhoneState.PENDING, 0)
    stranded = sorted(outcome.name for outcome in summary.outcomes if outcome.state is PhoneState.WRITTEN)
    yield _counts_grid(summary)
    if failures:
        yield _failures_grid(failures)
        yield from _next_steps(failures)
    if summary.stopped:
        yield Paragraph(f"Stopped early: {summary.stopped}", Tone.BAD)
    if under_way:
        yield Paragraph(
            f"{count(under_way, 'phone')} still under way: the cluster goes on until the deadline. "
            "Look again with `lscctl status`.",
            Tone.WARNING,
        )
    if stranded:
        yield Paragraph(
            f"{count(len(stranded), 'phone')} written, but not applied ({some(stranded)}): the operation stands at the cluster, "
            "and the phone may enrol when it next restarts. Use Apply Config on the phone's page, or set the operation to No "
            "Pending Operation.",
            Tone.BAD,
        )
    for note in summary.notes:
        yield Paragraph(f"note: {note}", Tone.FAINT)
    yield Paragraph(
        f"{told.cluster} (CUCM {told.version}): {count(summary.writes, 'write')} and {count(summary.reads, 'read')} in "
        f"{duration(summary.ended - summary.started)}",
        Tone.FAINT,
    )


def _counts_grid(summary: RunSummary) -> Grid:
    rows = [
        (Cell(state.value, STATE_TONES[state]), f"{phones:,}", STATE_MEANINGS[state])
        for state, phones in summary.counts.items()
    ]
    statuses = Counter(outcome.status for outcome in summary.outcomes if outcome.state is PhoneState.INSTALLED)
    rows = [
        (cell, phones, _with_status(meaning, statuses) if cell.text == PhoneState.INSTALLED else meaning)
        for cell, phones, meaning in rows
    ]
    return Grid(
        "", (Column("State", whole=True), Column("Phones", number=True), Column("Which means")), rows, len(rows)
    )


def _with_status(meaning: str, statuses: Counter[str]) -> str:
    """`new LSC on the phone (Upgrade Success)`: CUCM's own words beside ours, where they are all the same."""
    return f"{meaning} ({next(iter(statuses))})" if len(statuses) == 1 and "" not in statuses else meaning


def _failures_grid(failures: Sequence[PhoneOutcome]) -> Grid:
    rows = [
        (
            outcome.name,
            short_model(outcome.model),
            Cell(outcome.state.value, STATE_TONES[outcome.state]),
            why(outcome.status, outcome.reason),
        )
        for outcome in failures
    ]
    columns = (Column("Phone", whole=True), Column("Model"), Column("State", whole=True), Column("Why"))
    return Grid("Phones that need a person", columns, rows, len(rows))


def why(status: str, reason: str) -> str:
    """Why a phone needs a person: CUCM's status where that says it all, else our reason, with the status in brackets."""
    if reason in status:
        return status
    return reason if status in ("", "None") else f"{reason} (status: {status})"


def _next_steps(failures: Sequence[PhoneOutcome]) -> Iterator[Grid]:
    steps = Counter(outcome.next_step for outcome in failures if outcome.next_step)
    if steps:
        rows = [(f"{phones:,}", step) for step, phones in sorted(steps.items(), key=lambda item: (-item[1], item[0]))]
        yield Grid("Next steps", (Column("Phones", number=True), Column("Do")), rows, len(rows))
