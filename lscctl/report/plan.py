"""The report of a plan: what will be done, by when, what is left out and why. It is what `--dry-run` answers.

For programs it is complete: what runs stands under `planned`, as `lscctl.notation` writes it, and the rest says the same in the
words of the options. So its JSON is the plan's file, which `lscctl.plan_file` reads back. It tells no time at which it was made.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial

from lscctl.capf import CertificateOperation
from lscctl.deadline import ClusterClock, Deadline
from lscctl.identity import ClusterIdentity
from lscctl.notation import IDENTITY, REQUEST, RULES
from lscctl.phone import Phone
from lscctl.plan import CapfRequest, LeftOut, Plan, Step
from lscctl.reasons import REASONS, Effect, Finding, Reason
from lscctl.report.decisions import (
    DECISIONS,
    FIELDS,
    NOT_WRITTEN,
    complete,
    decision_records,
    decision_word,
    every_decision,
    in_words,
)
from lscctl.report.digest import digest_of
from lscctl.report.interface import (
    Anew,
    Block,
    Case,
    CaseEnd,
    Cell,
    Column,
    Figure,
    Figures,
    Grid,
    Metric,
    Paragraph,
    Record,
    Report,
    Sample,
    Sheet,
    Tone,
)
from lscctl.report.losses import losses_blocks
from lscctl.report.phone_cases import site
from lscctl.report.profile_changes import planned_blocks, planned_records
from lscctl.report.rollout import Waves, rollout_blocks, rollout_record
from lscctl.report.wording import as_of, both_times, count, does, short_model
from lscctl.rules import Rules
from lscctl.waves import waves_of

VERSION = 4
"""Of the schema. A plan is carried out only by a lscctl that writes the same version: it rises with every change of what runs."""

FEW = 20
"""So many left-out phones are told one by one; more of them only in counts."""


@dataclass(frozen=True, slots=True)
class Due:
    """The deadline of a phone that is written now, by the cluster's clock."""

    deadline: Deadline
    clock: ClusterClock


@dataclass(frozen=True, slots=True)
class PlanForCluster:
    """What the report tells of: a plan, the cluster that it is for and its CUCM version, what was asked for, and the rules by which
    it will be carried out.

    `due` is for people, and None where phones are only moved. `proposed`: nothing is carried out, somebody is to review it.
    """

    plan: Plan
    identity: ClusterIdentity
    version: str
    request: CapfRequest
    rules: Rules
    notes: tuple[str, ...] = ()
    due: Due | None = None
    proposed: bool = False

    @property
    def waves(self) -> Waves:
        """How many phones each wave has."""
        return [(wave.name, len(wave.steps)) for wave in waves_of(self.plan.steps, self.rules)]


def plan_report(told: PlanForCluster) -> Report:
    """The report of kind `plan`."""
    plan, waves = told.plan, told.waves
    content = Report(
        kind="plan",
        version=VERSION,
        heading={
            "cluster": told.identity.name,
            "cucm_version": told.version,
            "operation": does(plan.operation),
            "deadline": None if plan.moves else plan.deadline.text,
            "phones_matched": len(plan.steps) + len(plan.left_out),
            "phones_to_change": len(plan.steps),
            "phones_left_out": len(plan.left_out),
            "reasons": {reason.value: phones for reason, phones in plan.reasons.items()},
            "warnings": {reason.value: phones for reason, phones in plan.warnings.items()},
            "notes": told.notes,
            "then": planned_records(plan.then),
            "rollout": rollout_record(told.rules, waves),
            "authentication_strings": _strings_record(told),
            "planned": {
                "identity": IDENTITY.dump_python(told.identity, mode="json"),
                "request": REQUEST.dump_python(told.request, mode="json"),
                "rules": RULES.dump_python(told.rules, mode="json"),
            },
        },
        fields=(*FIELDS, "planned"),
        records={
            "steps": Anew(partial(decision_records, plan, plan.steps, complete)),
            "left_out": Anew(partial(decision_records, plan, plan.left_out, complete)),
        },
        sheet=Sheet(FIELDS, Anew(partial(decision_records, plan, every_decision(plan), in_words))),
    )
    digest = digest_of(content)
    title, *blocks = _blocks(told, waves, digest)
    return replace(
        content,
        heading={"digest": digest, **content.heading},
        blocks=(title, *blocks),
        page=(title, _figures(plan), *blocks, _phones_grid(plan)),
        as_of=None if told.due is None else as_of(told.due.clock.utc().timestamp(), told.due.clock),
        cases=Anew(lambda: _cases(told)),
        metrics=tuple(_metrics(told)),
    )


def _cases(told: PlanForCluster) -> Iterator[Case]:
    """A case for each phone, in the group of its site: it passes if it will be written, and is skipped if it is left out."""
    for one in sorted(every_decision(told.plan), key=lambda one: one.phone.name):
        group, out = site(one.phone, told.identity.name), isinstance(one, LeftOut)
        findings = one.findings if isinstance(one, LeftOut) else one.warnings
        remedies = "\n".join(REASONS[finding.reason].remedy for finding in findings)
        yield Case(group, one.phone.name, CaseEnd.SKIPPED if out else CaseEnd.PASSED, _why(findings), remedies)


def _metrics(told: PlanForCluster) -> Iterator[Metric]:
    plan, cluster = told.plan, told.identity.name
    decisions = Counter(decision_word(plan, one) for one in every_decision(plan))
    yield Metric(
        "lscctl_plan_phones",
        "Phones of the last plan by what was decided for them.",
        [Sample({"cluster": cluster, "decision": one}, decisions[one]) for one in DECISIONS],
    )
    yield Metric(
        "lscctl_plan_left_out_phones",
        "Phones that the last plan leaves out, by reason; a phone counts for each of its reasons.",
        [
            Sample({"cluster": cluster, "reason": reason.value}, plan.reasons.get(reason, 0))
            for reason, entry in REASONS.items()
            if entry.effect is not Effect.WARNS
        ],
    )
    yield Metric(
        "lscctl_plan_warned_phones",
        "Phones of which the last plan warns, by reason.",
        [
            Sample({"cluster": cluster, "reason": reason.value}, plan.warnings.get(reason, 0))
            for reason, entry in REASONS.items()
            if entry.effect is Effect.WARNS
        ],
    )


def _blocks(told: PlanForCluster, waves: Waves, digest: str) -> Iterator[Block]:
    plan = told.plan
    matched = len(plan.steps) + len(plan.left_out)
    yield Paragraph(
        f"{does(plan.operation)} on {told.identity.name} (CUCM {told.version}): {count(matched, 'phone')} matched, "
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
    if plan.steps and plan.operation is CertificateOperation.DELETE:
        yield from losses_blocks(plan.steps)
    if plan.steps:
        yield from rollout_blocks(told.rules, waves)
        if told.request.hands_out_strings:
            yield _strings_block(told)
        if told.due is not None:
            yield Paragraph(f"Deadline: {both_times(told.due.deadline.at, told.due.clock)}{_rule(told)}")
        yield Paragraph(f"{count(len(plan.steps), 'phone')} will restart.", Tone.WARNING)
    yield from planned_blocks(plan.then)
    if plan.does_something and told.proposed:
        yield Paragraph(f"Plan {digest}", Tone.FAINT)


def _strings_record(told: PlanForCluster) -> Record | None:
    """How authentication strings are made; a plan holds none."""
    request = told.request
    if not request.hands_out_strings:
        return None
    return {"phones": len(told.plan.steps), "length": request.string_length, "keep": request.keep_strings}


def _strings_block(told: PlanForCluster) -> Paragraph:
    kept = "the cluster's own where it holds one, else " if told.request.keep_strings else ""
    return Paragraph(
        f"Each phone is given an authentication string when the plan is carried out: one that a list gives it, else {kept}a new "
        f"one of {told.request.string_length} digits. All are handed out in one file before the first write. Somebody must type "
        "each on its phone; ten wrong tries lock a phone for ten minutes. Once a phone is done, its string is cleared from the "
        "cluster."
    )


def _figures(plan: Plan) -> Figures:
    steps, left_out = len(plan.steps), len(plan.left_out)
    warned = sum(bool(step.warnings) for step in plan.steps)
    return Figures(
        (
            Figure("phones matched", steps + left_out),
            Figure("to write", steps),
            Figure("written with a warning", warned, Tone.WARNING if warned else Tone.PLAIN),
            Figure("left out", left_out, Tone.FAINT),
        )
    )


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


_PHONE_COLUMNS = (
    Column("Phone", whole=True),
    Column("Description"),
    Column("Model"),
    Column("Device pool"),
    Column("Security profile"),
    Column("Mode, key"),
    Column("Decision", whole=True),
    Column("Why, and warnings"),
)


def _phone_rows(plan: Plan) -> Iterator[Sequence[Cell | str]]:
    """Every phone of the plan with what was decided for it, those to write first, made row by row."""
    for step in plan.steps:
        yield (
            *_known_of(step.phone),
            _profile(step),
            str(step.settings),
            decision_word(plan, step),
            _why(step.warnings),
        )
    for out in plan.left_out:
        profile = out.phone.profile
        decision = Cell(NOT_WRITTEN, Tone.FAINT)
        yield (*_known_of(out.phone), profile.name, str(profile.settings or ""), decision, _why(out.findings))


def _known_of(phone: Phone) -> tuple[str, ...]:
    return phone.name, phone.description, short_model(phone.model), phone.device_pool


def _phones_grid(plan: Plan) -> Grid:
    return Grid("Phones", _PHONE_COLUMNS, Anew(partial(_phone_rows, plan)), len(plan.steps) + len(plan.left_out))


def _why(findings: Iterable[Finding]) -> str:
    return "; ".join(str(finding) for finding in findings)


def _sentence(meaning: str) -> str:
    return meaning[:1].upper() + meaning[1:] + "."


def left_out_reasons(plan: Plan) -> Sequence[str]:
    """`12 not-registered`, `3 valid-lsc`: for one line that tells why phones are left out, the commonest first."""
    commonest = sorted(plan.reasons.items(), key=lambda item: -item[1])
    return [f"{phones:,} {reason.value}" for reason, phones in commonest]
