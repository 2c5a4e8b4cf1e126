"""The report of what became different of phones between two reports, or since one."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from lscctl.capf import CertificateStatus, StatusKind
from lscctl.changes import Change, ChangeKind
from lscctl.report.interface import (
    Anew,
    Block,
    Case,
    CaseEnd,
    Cell,
    Column,
    Grid,
    Metric,
    Paragraph,
    Record,
    Report,
    Sample,
    Tone,
)
from lscctl.report.wording import count, short_model

FIELDS = ("cluster", "name", "change", "before", "after", "model", "device_pool")
"""The keys of one change's record, in order."""

TONES = {
    ChangeKind.ADDED: Tone.PLAIN,
    ChangeKind.GONE: Tone.WARNING,
    ChangeKind.LSC_INSTALLED: Tone.GOOD,
    ChangeKind.LSC_RENEWED: Tone.GOOD,
    ChangeKind.LSC_REMOVED: Tone.WARNING,
    ChangeKind.LSC_EXPIRED: Tone.BAD,
    ChangeKind.STATUS: Tone.PLAIN,
    ChangeKind.PROFILE: Tone.PLAIN,
    ChangeKind.AUTH_MODE: Tone.PLAIN,
    ChangeKind.DEVICE_POOL: Tone.PLAIN,
}

MEANINGS = {
    ChangeKind.ADDED: "only in the newer one",
    ChangeKind.GONE: "only in the older one",
    ChangeKind.LSC_INSTALLED: "has an LSC, and had none",
    ChangeKind.LSC_RENEWED: "has another LSC: another end, or another issuer",
    ChangeKind.LSC_REMOVED: "has no LSC any more",
    ChangeKind.LSC_EXPIRED: "has the same LSC, which has ended since",
    ChangeKind.STATUS: "has another certificate status",
    ChangeKind.PROFILE: "has another security profile",
    ChangeKind.AUTH_MODE: "its security profile has another authentication mode",
    ChangeKind.DEVICE_POOL: "is in another device pool",
}

_GROUPED = (ChangeKind.STATUS, ChangeKind.PROFILE, ChangeKind.AUTH_MODE, ChangeKind.DEVICE_POOL)
"""Changes from one word to another, which many phones share."""


@dataclass(frozen=True, slots=True)
class Side:
    """One of two reports: what it is called, its kind (None for a cluster that was asked), and how many phones took part."""

    name: str
    kind: str | None
    phones: int


@dataclass(frozen=True, slots=True)
class Compared:
    """What the report tells of: both sides, and the changes in the order of the phones' names. `cluster` is '' where there are
    several, or nobody knows."""

    old: Side
    new: Side
    changes: Sequence[Change]
    cluster: str = ""
    notes: tuple[str, ...] = ()

    def counts(self) -> dict[ChangeKind, int]:
        """Phones by what changed of them, every kind."""
        counted = Counter(change.kind for change in self.changes)
        return {kind: counted[kind] for kind in ChangeKind}


def changes_report(told: Compared) -> Report:
    """The report of kind `changes`."""
    return Report(
        kind="changes",
        heading={
            "cluster": told.cluster or None,
            "notes": told.notes,
            "old": _side(told.old),
            "new": _side(told.new),
            "counts": {kind.value: phones for kind, phones in told.counts().items()},
        },
        fields=FIELDS,
        records={"changes": Anew(lambda: map(change_record, told.changes))},
        blocks=tuple(_blocks(told)),
        cases=Anew(lambda: map(_case, told.changes)),
        metrics=(
            Metric(
                "lscctl_changed_phones",
                "Phones by what changed of them between the two reports.",
                Anew(lambda: _samples(told)),
            ),
        ),
    )


def change_record(change: Change) -> Record:
    """One change, for programs."""
    return {
        "cluster": change.phone.cluster or None,
        "name": change.phone.name,
        "change": change.kind.value,
        "before": change.before,
        "after": change.after,
        "model": change.phone.model,
        "device_pool": change.phone.device_pool,
    }


def tone_of(change: Change) -> Tone:
    """Whether the change is good news or bad; a status says that itself."""
    if change.kind is not ChangeKind.STATUS:
        return TONES[change.kind]
    kind = CertificateStatus(change.after or "").kind
    return {StatusKind.FAILED: Tone.BAD, StatusKind.SUCCESS: Tone.GOOD}.get(kind, Tone.PLAIN)


def change_text(change: Change) -> str:
    """The change in one line: `status: Operation Pending -> Upgrade Success`."""
    if change.before is None and change.after is None:
        return change.kind.value
    return f"{change.kind.value}: {change.before or 'none'} -> {change.after or 'none'}"


def _side(side: Side) -> Mapping[str, str | int | None]:
    return {"name": side.name, "kind": side.kind, "phones": side.phones}


def _blocks(told: Compared) -> Iterator[Block]:
    counted = {kind: phones for kind, phones in told.counts().items() if phones}
    if counted:
        yield _counts(counted)
        yield from _groups(told.changes)
        yield _details(told.changes)
    yield from (Paragraph(f"note: {note}", Tone.FAINT) for note in told.notes)
    changed = len({(change.phone.cluster, change.phone.name) for change in told.changes})
    yield Paragraph(
        f"{count(changed, 'phone')} changed between {told.old.name} ({count(told.old.phones, 'phone')}) and "
        f"{told.new.name} ({count(told.new.phones, 'phone')})",
        Tone.FAINT,
    )


def _counts(counted: Mapping[ChangeKind, int]) -> Grid:
    rows = [
        (Cell(kind.value, TONES[kind]), f"{phones:,}", Cell(MEANINGS[kind], Tone.FAINT))
        for kind, phones in counted.items()
    ]
    columns = (Column("Change", whole=True), Column("Phones", number=True), Column("Which means"))
    return Grid("What changed", columns, rows, len(rows))


def _groups(changes: Sequence[Change]) -> Iterator[Grid]:
    """From which word to which how many phones went; the most frequent way first."""
    counted = Counter((change.kind, change.before, change.after) for change in changes if change.kind in _GROUPED)
    order = list(ChangeKind)
    ways = sorted(counted.items(), key=lambda way: (order.index(way[0][0]), -way[1], way[0][1:]))
    if ways:
        rows = [(kind.value, before or "", after or "", f"{phones:,}") for (kind, before, after), phones in ways]
        columns = (Column("Change", whole=True), Column("Before"), Column("After"), Column("Phones", number=True))
        yield Grid("From what to what", columns, rows, len(rows))


def _details(changes: Sequence[Change]) -> Grid:
    columns = (
        Column("Phone", whole=True),
        Column("Change", whole=True),
        Column("Before"),
        Column("After"),
        Column("Model", roomy=True),
        Column("Device pool", roomy=True),
    )

    def rows() -> Iterator[Sequence[Cell | str]]:
        for change in changes:
            phone = change.phone
            kind = Cell(change.kind.value, tone_of(change))
            yield (
                phone.name,
                kind,
                change.before or "",
                change.after or "",
                short_model(phone.model),
                phone.device_pool,
            )

    return Grid("Phones", columns, Anew(rows), len(changes))


def _case(change: Change) -> Case:
    """What is bad news is a failure."""
    failed = tone_of(change) in (Tone.BAD, Tone.WARNING)
    end = CaseEnd.FAILED if failed else CaseEnd.PASSED
    group = ".".join(filter(None, (change.phone.cluster, change.kind.value)))
    return Case(group, change.phone.name, end, change_text(change) if failed else "")


def _samples(told: Compared) -> Iterator[Sample]:
    counted = Counter((change.phone.cluster, change.kind) for change in told.changes)
    clusters = sorted({change.phone.cluster for change in told.changes} | {told.cluster})
    for cluster in (name for name in clusters if name or len(clusters) == 1):
        for kind in ChangeKind:
            yield Sample({"cluster": cluster, "change": kind.value}, counted[cluster, kind])
