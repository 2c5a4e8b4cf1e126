"""The report of a plan: what will be done, by when, what is left out and why. It is what `--dry-run` answers."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from lscctl.deadline import ClusterClock, Deadline
from lscctl.plan import LeftOut, Plan, Step
from lscctl.reasons import REASONS, Finding, Reason
from lscctl.report.interface import Block, Cell, Column, Grid, Paragraph, Record, Report, Tone
from lscctl.report.rollout import RolloutAhead, rollout_blocks, rollout_record
from lscctl.report.wording import both_times, count, does, short_model

FIELDS = (
    "name",
    "description",
    "model",
    "device_pool",
    "profile",
    "decision",
    "auth_mode",
    "key_order",
    "key_size",
    "ec_key_size",
    "reasons",
    "details",
    "warnings",
    "move_to",
)
"""The keys of one phone's record, in order."""

FEW = 20
"""So many left-out phones are told one by one; more of them only in counts."""


@dataclass(frozen=True, slots=True)
class PlanForCluster:
    """What the report tells of: a plan, its deadline resolved now (None where phones are only moved), the cluster's name, version,
    clock and notes, and how the plan will be carried out."""

    plan: Plan
    deadline: Deadline | None
    cluster: str
    version: str
    clock: ClusterClock
    notes: tuple[str, ...] = ()
    rollout: RolloutAhead = field(default_factory=RolloutAhead)


def plan_report(told: PlanForCluster) -> Report:
    """The report of kind `plan`."""
    plan = told.plan
    return Report(
        kind="plan",
        heading={
            "cluster": told.cluster,
            "cucm_version": told.version,
            "operation": does(plan.operation),
            "deadline": None if told.deadline is None else deadline_record(told.deadline, plan.deadline.text),
            "phones_matched": len(plan.steps) + len(plan.left_out),
            "phones_to_change": len(plan.steps),
            "phones_left_out": len(plan.left_out),
            "reasons": {reason.value: phones for reason, phones in plan.reasons.items()},
            "warnings": {reason.value: phones for reason, phones in plan.warnings.items()},
            "notes": told.notes,
            "rollout": rollout_record(told.rollout),
        },
        fields=FIELDS,
        records={"steps": _Records(plan.steps), "left_out": _Records(plan.left_out)},
        blocks=tuple(_blocks(told)),
    )


def deadline_record(deadline: Deadline, rule: str) -> Record:
    """A deadline for programs: the rule as it was given, the instant with its offset, and CUCM's own text for it."""
    return {"rule": rule, "at": deadline.at.isoformat(timespec="seconds"), "finish_time": deadline.text}


@dataclass(frozen=True, slots=True)
class _Records:
    """Phones of the plan with what was decided for them, in the plan's order."""

    decided: Sequence[Step | LeftOut]

    def __iter__(self) -> Iterator[Record]:
        for decided in self.decided:
            yield _record(decided)


def _record(decided: Step | LeftOut) -> Record:
    phone = decided.phone
    settings = decided.settings if isinstance(decided, Step) else phone.profile.settings
    against = decided.findings if isinstance(decided, LeftOut) else ()
    warnings = decided.warnings if isinstance(decided, Step) else ()
    return {
        "name": phone.name,
        "description": phone.description,
        "model": phone.model,
        "device_pool": phone.device_pool,
        "profile": phone.profile.name,
        "decision": _decision(decided),
        "auth_mode": settings.mode.short if settings else None,
        "key_order": settings.key_order.short if settings and settings.key_order else None,
        "key_size": settings.key_size if settings else None,
        "ec_key_size": settings.ec_key_size if settings else None,
        "reasons": [finding.reason.value for finding in against],
        "details": [str(finding) for finding in against],
        "warnings": [finding.reason.value for finding in warnings],
        "move_to": decided.move_to.name if isinstance(decided, Step) and decided.move_to else None,
    }


def _decision(decided: Step | LeftOut) -> str:
    if isinstance(decided, LeftOut):
        return "left-out"
    return "move" if decided.move_to else "install"


def _blocks(told: PlanForCluster) -> Iterator[Block]:
    plan = told.plan
    matched = len(plan.steps) + len(plan.left_out)
    yield Paragraph(
        f"{does(plan.operation)} on {told.cluster} (CUCM {told.version}): {count(matched, 'phone')} matched, "
        f"{len(plan.steps):,} to write, {len(plan.left_out):,} left out",
        Tone.TITLE,
    )
    if plan.steps:
        yield _steps_grid(plan)
    if plan.left_out:
        yield _reasons_grid("Left out (a phone counts for each of its reasons)", plan.reasons, Tone.WARNING)
        if len(plan.left_out) <= FEW:
            yield _left_out_grid(plan)
    if plan.warnings:
        yield _reasons_grid("Warnings", plan.warnings, Tone.WARNING)
    for note in told.notes:
        yield Paragraph(f"note: {note}", Tone.FAINT)
    if plan.steps:
        yield from rollout_blocks(told.rollout)
        if told.deadline is not None:
            yield Paragraph(f"Deadline: {both_times(told.deadline.at, told.clock)}{_rule(told)}")
        yield Paragraph(f"{count(len(plan.steps), 'phone')} will restart.", Tone.WARNING)


def _rule(told: PlanForCluster) -> str:
    if told.plan.deadline.after is None:
        return ""
    return f"; {told.plan.deadline.text} from each write, rounded up to a full hour"


def _steps_grid(plan: Plan) -> Grid:
    groups = Counter((step.phone.model, _profile(step), str(step.settings)) for step in plan.steps)
    rows = [(model, profile, settings, f"{phones:,}") for (model, profile, settings), phones in sorted(groups.items())]
    columns = (
        Column("Model", whole=True),
        Column("Security profile"),
        Column("Mode, key"),
        Column("Phones", number=True),
    )
    return Grid("To write", columns, rows, len(rows))


def _profile(step: Step) -> str:
    return f"{step.phone.profile.name} -> {step.move_to.name}" if step.move_to else step.phone.profile.name


def _reasons_grid(title: str, reasons: dict[Reason, int], tone: Tone) -> Grid:
    rows = [
        (
            Cell(reason.value, tone),
            f"{phones:,}",
            f"{_sentence(REASONS[reason].meaning)} {REASONS[reason].remedy}",
        )
        for reason, phones in reasons.items()
    ]
    columns = (Column("Reason", whole=True), Column("Phones", number=True), Column("What it means, what to do"))
    return Grid(title, columns, rows, len(rows))


def _left_out_grid(plan: Plan) -> Grid:
    rows = [(out.phone.name, short_model(out.phone.model), _why(out.findings)) for out in plan.left_out]
    return Grid("The phones left out", (Column("Phone", whole=True), Column("Model"), Column("Why")), rows, len(rows))


def _why(findings: Iterable[Finding]) -> str:
    return "; ".join(str(finding) for finding in findings)


def _sentence(meaning: str) -> str:
    return meaning[:1].upper() + meaning[1:] + "."


def left_out_reasons(plan: Plan) -> Sequence[str]:
    """`12 not-registered`, `3 valid-lsc`: for one line that tells why phones are left out, the commonest first."""
    commonest = sorted(plan.reasons.items(), key=lambda item: -item[1])
    return [f"{phones:,} {reason.value}" for reason, phones in commonest]
