"""The report of what lscctl assumes of clusters, and what of it holds on one: it names nothing of that cluster."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from lscctl.report.interface import Block, Cell, Column, Grid, Paragraph, Record, Report, Tone, Value

FIELDS = ("key", "question", "values", "assumed", "state", "found", "evidence", "seen")
"""The keys of one assumption's record, in order."""


class State(StrEnum):
    """What is known of an assumption on a cluster."""

    HOLDS = "holds"
    DIFFERS = "differs"
    UNKNOWN = "unknown"
    NOT_OBSERVABLE = "not observable by reading"


_TONES = {
    State.HOLDS: Tone.GOOD,
    State.DIFFERS: Tone.WARNING,
    State.UNKNOWN: Tone.PLAIN,
    State.NOT_OBSERVABLE: Tone.FAINT,
}


@dataclass(frozen=True, slots=True)
class AssumptionTold:
    """One assumption: the answers that clusters might give (none for a number), the one that lscctl assumes, and what was found.

    `found` is None where nothing was, and `evidence` then says why. `seen` is the day (ISO) on which it was found.
    """

    key: str
    question: str
    values: tuple[str, ...]
    assumed: str
    observable: bool
    found: str | None
    evidence: str
    seen: str | None

    @property
    def state(self) -> State:
        """What is known."""
        if self.found is not None:
            return State.HOLDS if self.found == self.assumed else State.DIFFERS
        return State.UNKNOWN if self.observable else State.NOT_OBSERVABLE


def assumptions_report(told: Sequence[AssumptionTold], *, lscctl_version: str, cucm_version: str) -> Report:
    """The report of kind `assumptions`."""
    number = Counter(one.state for one in told)
    counts: dict[str, Value] = {state.value: number[state] for state in State}
    return Report(
        kind="assumptions",
        heading={"lscctl_version": lscctl_version, "cucm_version": cucm_version, "counts": counts},
        fields=FIELDS,
        records={"assumptions": [_record(one) for one in told]},
        blocks=tuple(_blocks(told, cucm_version)),
    )


def _record(one: AssumptionTold) -> Record:
    return {
        "key": one.key,
        "question": one.question,
        "values": list(one.values),
        "assumed": one.assumed,
        "state": one.state.value,
        "found": one.found,
        "evidence": one.evidence,
        "seen": one.seen,
    }


_COLUMNS = (Column("assumption", whole=True), Column("assumed"), Column("here"), Column("evidence"))


def _blocks(told: Sequence[AssumptionTold], cucm_version: str) -> Iterator[Block]:
    yield Paragraph(
        f"What lscctl assumes, on a cluster with CUCM {cucm_version}. Nothing here names the cluster, its phones or its people: "
        "whoever sends it to the project tells it what nobody there has seen."
    )
    seen = [one for one in told if one.observable]
    yield Grid("", _COLUMNS, [_row(one) for one in seen], len(seen))
    others = [one for one in told if not one.observable]
    yield Grid(
        State.NOT_OBSERVABLE.value.capitalize(),
        (_COLUMNS[0], Column("why")),
        [(one.key, one.evidence) for one in others],
        len(others),
    )
    number = Counter(one.state for one in told)
    yield Paragraph(", ".join(f"{number[state]} {state.value}" for state in State), Tone.FAINT)


def _row(one: AssumptionTold) -> tuple[Cell | str, ...]:
    here = one.found or State.UNKNOWN.value
    return one.key, one.assumed, Cell(here, _TONES[one.state]), one.evidence
