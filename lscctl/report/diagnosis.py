"""The report of diagnoses: the chain, its first broken link, the causes behind it, their remedies."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain

from lscctl.finding import (
    Attempt,
    Cause,
    Certainty,
    Diagnosis,
    Evidence,
    Link,
    LinkState,
    NamedCause,
    Place,
)
from lscctl.report.causes import EFFECT_WORDS, cause_record, explained
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
    Sheet,
    Tone,
    Value,
)
from lscctl.report.wording import count

FIELDS = (
    *("phone", "model", "broken", "cause", "certainty", "chain", "causes"),
    *("attempts", "attempts_in_all", "looked_at", "missing"),
)
"""The keys of one phone's record, in order."""

_SHEET_FIELDS = (*("phone", "model", "broken", "cause", "title", "certainty", "why", "evidence", "remedy", "effects"),)

STATE_TONES = {LinkState.GOOD: Tone.GOOD, LinkState.BROKEN: Tone.BAD, LinkState.UNKNOWN: Tone.FAINT}
_CERTAINTY_TONES = {Certainty.CERTAIN: Tone.BAD, Certainty.LIKELY: Tone.BAD, Certainty.POSSIBLE: Tone.WARNING}
NO_CAUSE = "No cause found"
NOTHING_BROKEN = "Nothing broken was seen"
_UNNAMED = "(a phone that nothing names)"
_MOST_SEEN = 6
_MOST_MISSING = 10
_UNDATED = "The logs tell neither year nor zone: times are as the phone wrote them."


@dataclass(frozen=True, slots=True)
class Diagnoses:
    """What the report tells of: one diagnosis a phone. Of files alone `cluster` and `version` are ''."""

    phones: Sequence[Diagnosis]
    cluster: str = ""
    version: str = ""
    notes: tuple[str, ...] = ()

    def groups(self) -> list["Group"]:
        """The phones by the cause that is named first and what it is about, the one that most share first; those without last, and
        of these the ones that nothing is wrong with.
        """
        groups: dict[tuple[str, str, bool], Group] = {}
        for one in self.phones:
            first = one.causes[0] if one.causes else None
            cause, about = (first.cause, first.about) if first else (None, "")
            well = one.broken is None
            group = groups.setdefault((cause.name if cause else "", about, well), Group(cause, about, well))
            group.phones.append(one)
        return sorted(groups.values(), key=lambda group: (group.cause is None, group.well, -len(group.phones)))

    def causes(self) -> list[Cause]:
        """The causes of the groups, each once, in their order."""
        return list({group.cause.name: group.cause for group in self.groups() if group.cause}.values())


@dataclass(frozen=True, slots=True)
class Group:
    """Phones that share a cause, None for no cause found; `about` as in `Evidence`, '' where it is each phone's own; `well` if
    nothing is broken."""

    cause: Cause | None
    about: str
    well: bool
    phones: list[Diagnosis] = field(default_factory=list)

    @property
    def title(self) -> str:
        """The cause in a few words, with what it is about."""
        title = self.cause.title if self.cause else NOTHING_BROKEN if self.well else NO_CAUSE
        return f"{title}: {self.about}" if self.about else title


def diagnosis_report(told: Diagnoses) -> Report:
    """The report of kind `diagnosis`."""
    return Report(
        kind="diagnosis",
        heading={
            "cluster": told.cluster or None,
            "version": told.version or None,
            "phones": len(told.phones),
            "groups": [
                {
                    "cause": group.cause.name if group.cause else None,
                    "title": group.title,
                    "about": group.about or None,
                    "phones": len(group.phones),
                }
                for group in told.groups()
            ],
            "notes": told.notes,
        },
        fields=FIELDS,
        records={"diagnoses": Anew(lambda: (_record(one) for one in told.phones))},
        blocks=tuple(_blocks(told)),
        sheet=Sheet(_SHEET_FIELDS, Anew(lambda: chain.from_iterable(map(_sheet_rows, told.phones)))),
        cases=Anew(lambda: map(_case, told.phones)),
        metrics=(
            Metric(
                "lscctl_diagnosis_phones",
                "Phones by the cause that is named first for them; no cause where none was found.",
                [Sample({"cause": cause, "about": about}, phones) for (cause, about), phones in _counts(told).items()],
            ),
        ),
    )


# for programs


def _counts(told: Diagnoses) -> Counter[tuple[str, str]]:
    """How many phones have which cause, about what, '' for none."""
    counts: Counter[tuple[str, str]] = Counter()
    for group in told.groups():
        counts[group.cause.name if group.cause else "", group.about] += len(group.phones)
    return counts


def _record(one: Diagnosis) -> Record:
    first = one.causes[0] if one.causes else None
    return {
        "phone": one.phone or None,
        "model": one.model or None,
        "broken": one.broken.name.value if one.broken else None,
        "cause": first.cause.name if first else None,
        "certainty": first.certainty.value if first else None,
        "chain": [_link_record(link) for link in one.links],
        "causes": [_named_record(named) for named in one.causes],
        "attempts": [_attempt_record(attempt) for attempt in one.attempts],
        "attempts_in_all": one.attempts_in_all,
        "looked_at": [_place_record(place) for place in one.looked_at],
        "missing": one.missing,
    }


def _link_record(link: Link) -> Record:
    return {
        "link": link.name.value,
        "title": link.title,
        "state": link.state.value,
        "implied_by": link.implied.value if link.implied else None,
        "evidence": [_evidence_record(one) for one in link.evidence],
    }


def _named_record(named: NamedCause) -> Record:
    return {
        "certainty": named.certainty.value,
        "why": named.why,
        "evidence": [_evidence_record(one) for one in named.evidence],
        "against": [_evidence_record(one) for one in named.against],
        **cause_record(named.cause),
    }


def _evidence_record(one: Evidence) -> Record:
    return {
        **_place_record(one.place),
        "at": one.at or None,
        "fact": one.fact or None,
        "value": one.value or None,
        "about": one.about or None,
        "seen": one.seen,
        "times": one.times,
    }


def _place_record(place: Place) -> dict[str, Value]:
    return {"source": place.source.value, "file": place.file or None, "line": place.line or None}


def _attempt_record(attempt: Attempt) -> Record:
    end = attempt.end
    return {
        "file": attempt.start.file,
        "line": attempt.start.line,
        "at": attempt.at or None,
        "auth_mode": attempt.mode or None,
        "until_line": end.line if end else None,
        "until": attempt.until or None,
        "code": attempt.code,
        "outcome": attempt.outcome,
    }


def _sheet_rows(one: Diagnosis) -> Iterator[Record]:
    """A row for each cause; one for the phone where there is none."""
    phone: dict[str, Value] = {
        "phone": one.phone or None,
        "model": one.model or None,
        "broken": one.broken.name.value if one.broken else None,
    }
    for named in one.causes:
        steps = named.cause.remedy
        effects = dict.fromkeys(EFFECT_WORDS[effect] for step in steps for effect in step.effects)
        yield phone | {
            "cause": named.cause.name,
            "title": named.cause.title,
            "certainty": named.certainty.value,
            "why": named.why,
            "evidence": "; ".join(map(_seen, named.evidence)),
            "remedy": " ".join(f"{number}. {step.do}" for number, step in enumerate(steps, 1)),
            "effects": "; ".join(effects),
        }
    if not one.causes:
        yield dict.fromkeys(_SHEET_FIELDS) | phone


def _case(one: Diagnosis) -> Case:
    group, name = one.model or "phones", one.phone or _UNNAMED
    if one.broken is None:
        return Case(group, name, CaseEnd.PASSED)
    evidence = one.causes[0].evidence if one.causes else one.broken.evidence
    title = one.causes[0].cause.title if one.causes else NO_CAUSE
    return Case(group, name, CaseEnd.FAILED, f"{one.broken.title}: {title}", "\n".join(map(_seen, evidence)))


# for people


def _blocks(told: Diagnoses) -> Iterator[Block]:
    if len(told.phones) == 1:
        yield from _of_one(told.phones[0])
        yield from _notes(told)
        return
    groups = told.groups()
    yield Grid(
        "Causes",
        (Column("phones", number=True, whole=True), Column("cause", whole=True), Column("what it is")),
        [
            (
                f"{len(group.phones):,} of {len(told.phones):,}",
                group.cause.name if group.cause else "-",
                group.title,
            )
            for group in groups
        ],
        len(groups),
    )
    yield Grid(
        "Phones",
        (
            Column("phone", whole=True),
            Column("model"),
            Column("broken link"),
            Column("cause", whole=True),
            Column("how sure"),
        ),
        [_phone_row(one) for group in groups for one in group.phones],
        len(told.phones),
    )
    for cause in told.causes():
        yield Paragraph(cause.title, Tone.TITLE)
        yield from explained(cause)
    yield from _missing_of_many(told)
    yield from _notes(told)


def _missing_of_many(told: Diagnoses) -> Iterator[Paragraph]:
    """What could not be had, each once, with how many phones lack it."""
    lacking = Counter(missing for one in told.phones for missing in dict.fromkeys(one.missing))
    most = lacking.most_common(_MOST_MISSING)
    for missing, phones in most:
        yield Paragraph(f"missing for {phones:,} of {len(told.phones):,}: {missing}", Tone.WARNING)
    if len(lacking) > len(most):
        yield Paragraph(f"missing, too, for some: {count(len(lacking) - len(most), 'other thing')}", Tone.WARNING)


def _notes(told: Diagnoses) -> Iterator[Paragraph]:
    yield from (Paragraph(f"note: {note}", Tone.FAINT) for note in told.notes)


def _phone_row(one: Diagnosis) -> Sequence[Cell | str]:
    first = one.causes[0] if one.causes else None
    return (
        one.phone or _UNNAMED,
        one.model,
        Cell(one.broken.title, Tone.BAD) if one.broken else Cell("none seen", Tone.GOOD),
        first.cause.name if first else "-",
        Cell(first.certainty.value, _CERTAINTY_TONES[first.certainty]) if first else "",
    )


def _of_one(one: Diagnosis) -> Iterator[Block]:
    broken = one.broken
    model = f", {one.model}" if one.model else ""
    columns = (Column("link"), Column("state", whole=True), Column("from what was seen"))
    rows = [(link.title, Cell(link.state.value, STATE_TONES[link.state]), _link_words(link, one)) for link in one.links]
    yield Grid(f"On what the LSC of {one.phone or 'the phone'}{model} depends", columns, rows, len(rows))
    if one.attempts:
        yield _attempts(one)
        yield Paragraph(_UNDATED, Tone.FAINT)
    for number, named in enumerate(one.causes, 1):
        yield Paragraph(f"{number}. {named.cause.title}: {named.certainty.value}", Tone.TITLE)
        yield from _named(named)
    if not one.causes:
        yield Paragraph(
            NO_CAUSE if broken is None else f"{NO_CAUSE} for: {broken.title}", Tone.WARNING if broken else Tone.GOOD
        )
    yield from (Paragraph(f"missing: {missing}", Tone.WARNING) for missing in one.missing)
    looked = dict.fromkeys(f"{place.file or place.source} ({place.source})" for place in one.looked_at)
    yield Paragraph(f"looked at: {', '.join(looked) or 'nothing'}", Tone.FAINT)


def _link_words(link: Link, one: Diagnosis) -> str:
    if link.implied is not None:
        later = next(other.title for other in one.links if other.name is link.implied)
        return f"{later} could not be good without it"
    return "; ".join(map(_seen, link.evidence[:2])) or "nothing tells"


def _attempts(one: Diagnosis) -> Grid:
    in_all = count(one.attempts_in_all, "attempt")
    more = f", the last {len(one.attempts)}" if one.attempts_in_all > len(one.attempts) else ""
    columns = (
        *(Column("from", whole=True), Column("to", whole=True), Column("mode", whole=True)),
        *(Column("how it ended"), Column("where", whole=True)),
    )
    return Grid(
        f"At CAPF: {in_all}{more}",
        columns,
        [
            (
                attempt.at or "?",
                attempt.until or "?",
                attempt.mode or "?",
                Cell(attempt.outcome, Tone.GOOD if attempt.code == 0 else Tone.BAD),
                str(attempt.start),
            )
            for attempt in one.attempts
        ],
        len(one.attempts),
    )


def _named(named: NamedCause) -> Iterator[Block]:
    yield Paragraph(f"Why: {named.why}.")
    for evidence in named.evidence[:_MOST_SEEN]:
        yield Paragraph(f"Seen: {_seen(evidence)}", _CERTAINTY_TONES[named.certainty])
    for evidence in named.against[:_MOST_SEEN]:
        yield Paragraph(f"Against it: {_seen(evidence)}", Tone.GOOD)
    yield from explained(named.cause)


def _seen(one: Evidence) -> str:
    """`messages:12 (Mar 12 15:07:53, 3 times): ...`"""
    told = [one.at] if one.at else []
    told += [count(one.times, "time")] if one.times > 1 else []
    around = f" ({', '.join(told)})" if told else ""
    return f"{one.place}{around}: {one.seen}"
