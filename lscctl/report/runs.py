"""The reports of what is remembered: all runs, one run, and the story of one phone in it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial

from lscctl.history import PastRun, Remedy, RunState, StoryLine
from lscctl.outcome import RunSummary
from lscctl.report.interface import Anew, Block, Cell, Column, Grid, Paragraph, Record, Report, Tone
from lscctl.report.profile_changes import outcome_blocks
from lscctl.report.run import (
    FIELDS,
    counts_grid,
    counts_record,
    counts_text,
    failures_grids,
    left_under_way,
    phone_records,
    phones_grid,
    resume_line,
    run_heading,
    state_figures,
    waves_grid,
)
from lscctl.report.run_cases import past_run_cases, run_cases, story_case
from lscctl.report.run_gauges import past_run_gauges, run_gauges, run_state_gauge
from lscctl.report.wording import count, does, duration, moment_here, utc_offset, utc_text

RUN_FIELDS = (
    "number",
    "cluster",
    "host",
    "operation",
    "who",
    "started",
    "ended",
    "state",
    "phones",
    "counts",
    "why",
    "retries",
    "resume",
    "command",
    "lscctl_version",
)
"""The keys of one run's record, in order."""

STORY_FIELDS = ("at", "what", "status", "text")
"""The keys of one line of a phone's story, in order."""

RUN_TONES = {
    RunState.RUNNING: Tone.WARNING,
    RunState.FINISHED: Tone.GOOD,
    RunState.FAILED: Tone.BAD,
    RunState.GATE_CLOSED: Tone.BAD,
    RunState.WINDOW_CLOSED: Tone.WARNING,
    RunState.STOPPED: Tone.WARNING,
    RunState.CANCELLED: Tone.FAINT,
    RunState.CRASHED: Tone.BAD,
}

_ENDINGS = {
    RunState.RUNNING: "It is at work now: lscctl runs watch {number} shows it.",
    RunState.CRASHED: "It was cut off: nobody carries it out any more. The journal is whole.",
    RunState.GATE_CLOSED: "Gate closed, so no further phone was written. {why}",
    RunState.WINDOW_CLOSED: "Left for later: {why}",
    RunState.FAILED: "Failed: {why}",
    RunState.STOPPED: "Stopped early: {why}",
    RunState.CANCELLED: "It was {why}, and cannot be resumed.",
}

_RUN_COLUMNS = (
    Column("Run", number=True),
    Column("Cluster", whole=True),
    Column("Who", roomy=True),
    Column("Started", whole=True),
    Column("State", whole=True),
    Column("What it does: phones, and why it ended early"),
)

_REMEDY_COLUMNS = (
    Column("Cluster", whole=True),
    Column("Who", roomy=True),
    Column("When", whole=True),
    Column("What"),
    Column("Outcome"),
)

_STORY_COLUMNS = (
    Column("Time", whole=True),
    Column("What", whole=True),
    Column("Status"),
    Column("Which means"),
)


# all runs


def runs_report(runs: Sequence[PastRun], remedies: Sequence[Remedy] = ()) -> Report:
    """The report of kind `runs`, in the order given; `remedies` are those that were done for none of them."""
    told: Block = Grid("", _RUN_COLUMNS, [_run_row(run) for run in runs], len(runs))
    return Report(
        kind="runs",
        heading={"remedies": [_remedy_record(one) for one in remedies]},
        fields=RUN_FIELDS,
        records={"runs": [_run_record(run) for run in runs]},
        blocks=(
            told if runs else Paragraph("no runs yet"),
            *_remedies_grid("Done to clusters beside any run", remedies),
            *([Paragraph("times are this computer's", Tone.FAINT)] if runs or remedies else []),
        ),
        cases=Anew(lambda: past_run_cases(runs)),
        metrics=tuple(past_run_gauges(runs)),
    )


def _remedy_record(one: Remedy) -> Record:
    return {
        "at": utc_text(one.at),
        "who": one.who,
        "what": one.what,
        "cluster": one.cluster,
        "outcome": one.outcome or None,
    }


def _remedies_grid(title: str, remedies: Sequence[Remedy]) -> Iterator[Grid]:
    rows = [
        (one.cluster, one.who, moment(one.at), one.what, one.outcome or "nobody knows: lscctl was cut off")
        for one in remedies
    ]
    if rows:
        yield Grid(title, _REMEDY_COLUMNS, rows, len(rows))


def _run_record(run: PastRun) -> Record:
    return {
        "number": run.number,
        "cluster": run.identity.name,
        "host": run.identity.host,
        "operation": does(run.operation),
        "who": run.who,
        "started": utc_text(run.started),
        "ended": utc_text(run.ended),
        "state": run.state.value,
        "phones": sum(run.counts.values()),
        "counts": counts_record(run.counts),
        "why": run.why or None,
        "retries": run.retries,
        "resume": resume_line(run.number) if run.resumable else None,
        "command": run.command,
        "lscctl_version": run.version,
    }


def _run_row(run: PastRun) -> Sequence[Cell | str]:
    return (
        str(run.number),
        run.identity.name,
        run.who,
        moment(run.started),
        Cell(run.state.value, RUN_TONES[run.state]),
        "; ".join(filter(None, (f"{does(run.operation)}: {counts_text(run.counts)}", _waiting(run), run.why))),
    )


def _waiting(run: PastRun) -> str:
    return f"{count(run.open_profiles, 'security profile')} not done yet" if run.open_profiles else ""


# one run


@dataclass(frozen=True, slots=True)
class RememberedRun:
    """What the report tells of: a run, how its phones stand, and what was done to the cluster for it; `every_phone` puts all
    phones into the table."""

    run: PastRun
    summary: RunSummary
    every_phone: bool = False
    remedies: Sequence[Remedy] = ()


def remembered_run_report(told: RememberedRun) -> Report:
    """The report of kind `run`, as a run itself ends with, and what the journal knows beyond that."""
    run = told.run
    heading = run_heading(told.summary, run.identity.name, None, run.number)
    return Report(
        kind="run",
        heading={
            **heading,
            "ended": utc_text(run.ended),
            "resume": resume_line(run.number) if run.resumable else None,
            "state": run.state.value,
            "why": run.why or None,
            "host": run.identity.host,
            "operation": does(run.operation),
            "who": run.who,
            "command": run.command,
            "lscctl_version": run.version,
            "retries": run.retries,
            "remedies": [_remedy_record(one) for one in told.remedies],
        },
        fields=FIELDS,
        records={"phones": Anew(partial(phone_records, told.summary.outcomes))},
        blocks=tuple(_run_blocks(told)),
        page=(
            state_figures(told.summary),
            *_run_blocks(replace(told, every_phone=False)),
            phones_grid(told.summary.outcomes),
        ),
        as_of=moment_here(told.summary.ended),
        cases=Anew(lambda: run_cases(told.summary, run.identity.name)),
        metrics=(*run_gauges(told.summary, run.identity.name), run_state_gauge(run)),
    )


def _run_blocks(told: RememberedRun) -> Iterator[Block]:
    run, summary = told.run, told.summary
    yield Paragraph(f"Run {run.number} on {run.identity.name} ({run.identity.host}): {run.state}", RUN_TONES[run.state])
    yield Paragraph(f"{does(run.operation)} by {run.who} with lscctl {run.version}: {run.command}", Tone.FAINT)
    yield Paragraph(_when(told), Tone.FAINT)
    if run.retries is not None:
        yield Paragraph(f"It tried phones of run {run.retries} again.", Tone.FAINT)
    yield from _remedies_grid("Done to the cluster for it", told.remedies)
    yield counts_grid(summary)
    yield from waves_grid(summary.outcomes)
    if told.every_phone:
        yield phones_grid(summary.outcomes)
    yield from failures_grids(summary.failures)
    yield from _ending(told)
    yield from outcome_blocks(summary.profiles, None)
    for note in run.notes:
        yield Paragraph(f"note: {note}", Tone.FAINT)
    if run.resumable:
        yield Paragraph(f"Go on with: {resume_line(run.number)}", Tone.TITLE)


def _when(told: RememberedRun) -> str:
    run = told.run
    begun = f"Started {moment_here(run.started)}"
    last = f"{moment(told.summary.ended)}, {duration(told.summary.ended - run.started)} later"
    if run.ended is not None:
        return f"{begun}, ended {last}."
    return f"{begun}, last heard of {last}."


def _ending(told: RememberedRun) -> Iterator[Paragraph]:
    """What ended the run, unless it came to its own end."""
    run = told.run
    if run.state in _ENDINGS:
        yield Paragraph(_ENDINGS[run.state].format(number=run.number, why=run.why), RUN_TONES[run.state])
    if run.state is not RunState.RUNNING:
        yield from left_under_way(told.summary, None)


# one phone


@dataclass(frozen=True, slots=True)
class PhoneStory:
    """What the report tells of: a run, the name of one of its phones, and what happened to it."""

    run: PastRun
    phone: str
    lines: Sequence[StoryLine]


def story_report(told: PhoneStory) -> Report:
    """The report of kind `phone-story`."""
    run = told.run
    rows = [(_second(line.at), line.what, line.status, line.text) for line in told.lines]
    zone = utc_offset(datetime.fromtimestamp(run.started).astimezone())
    return Report(
        kind="phone-story",
        heading={"run": run.number, "cluster": run.identity.name, "phone": told.phone},
        fields=STORY_FIELDS,
        records={
            "story": [
                {"at": utc_text(line.at), "what": line.what, "status": line.status or None, "text": line.text or None}
                for line in told.lines
            ]
        },
        blocks=(
            Paragraph(f"{told.phone} in run {run.number} on {run.identity.name}", Tone.TITLE),
            Grid("", _STORY_COLUMNS, rows, len(rows)),
            Paragraph(f"{count(len(rows), 'line')}; times are this computer's ({zone})", Tone.FAINT),
        ),
        cases=[story_case(run, told.phone, told.lines)],
    )


def moment(at: float) -> str:
    """`2026-11-23 19:30` by this computer's clock; `at` in epoch seconds."""
    return f"{datetime.fromtimestamp(at).astimezone():%Y-%m-%d %H:%M}"


def _second(at: float) -> str:
    return f"{datetime.fromtimestamp(at).astimezone():%Y-%m-%d %H:%M:%S}"
