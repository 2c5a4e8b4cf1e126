"""The report of causes: what can break a link of an LSC's chain, what it means, what to do; one by itself is explained."""

from collections.abc import Iterator, Mapping, Sequence

from lscctl.finding import Cause, Effect
from lscctl.report.interface import Block, Column, Grid, Paragraph, Report, Tone, Value

FIELDS = (
    *("cause", "title", "link", "applies_to", "means", "settle", "remedy"),
    *("cisco", "bugs", "sources"),
)
"""The keys of one cause's record, in order."""

EFFECT_WORDS: Mapping[Effect, str] = {
    Effect.RESTARTS_PHONES: "restarts phones",
    Effect.CLUSTER_WIDE: "cluster-wide, after hours",
}
"""How a step's side effect is told."""


def causes_report(causes: Sequence[Cause]) -> Report:
    """The report of kind `causes`: what is known of each; one by itself is explained."""
    blocks: list[Block]
    if len(causes) == 1:
        blocks = [Paragraph(causes[0].title, Tone.TITLE), *explained(causes[0])]
    else:
        columns = (Column("cause", whole=True), Column("breaks the link", whole=True), Column("what it is"))
        blocks = [Grid("", columns, [(one.name, one.link.value, one.title) for one in causes], len(causes))]
    return Report(
        kind="causes",
        fields=FIELDS,
        records={"causes": [cause_record(one) for one in causes]},
        blocks=blocks,
    )


def cause_record(cause: Cause) -> dict[str, Value]:
    """What is known of a cause, for programs."""
    return {
        "cause": cause.name,
        "title": cause.title,
        "link": cause.link.value,
        "applies_to": cause.applies_to,
        "means": cause.means,
        "settle": cause.settle,
        "remedy": [{"do": step.do, "effects": [effect.value for effect in step.effects]} for step in cause.remedy],
        "cisco": cause.cisco,
        "bugs": cause.bugs,
        "sources": cause.sources,
    }


def explained(cause: Cause) -> Iterator[Block]:
    """What is known of a cause, for people."""
    yield Paragraph(f"What it means: {cause.means}")
    yield Paragraph(f"Applies to: {cause.applies_to}")
    for settle in cause.settle:
        yield Paragraph(f"What settles it: {settle}")
    for number, step in enumerate(cause.remedy, 1):
        effects = "".join(f" [{EFFECT_WORDS[effect]}]" for effect in step.effects)
        yield Paragraph(f"Do {number}: {step.do}{effects}", Tone.WARNING if step.effects else Tone.PLAIN)
    if cause.cisco:
        yield Paragraph(f"Cisco says: {'; '.join(cause.cisco)}", Tone.FAINT)
    if cause.bugs:
        yield Paragraph(f"Cisco bugs: {', '.join(cause.bugs)}", Tone.FAINT)
    yield Paragraph(f"From: {'; '.join(cause.sources)}", Tone.FAINT)
