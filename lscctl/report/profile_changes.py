"""Security profiles that get lsc-first once their phones have LSCs: how a plan and a run tell of them."""

from collections.abc import Iterator, Sequence

from lscctl.notation import PROFILE_CHANGE
from lscctl.profile_change import ProfileChange, ProfileOutcome, ProfileState
from lscctl.report.interface import Block, Case, CaseEnd, Cell, Column, Grid, Metric, Paragraph, Record, Sample, Tone
from lscctl.report.wording import count

PROFILE_TONES = {
    ProfileState.WAITING: Tone.WARNING,
    ProfileState.STAYS: Tone.BAD,
    ProfileState.FAILED: Tone.BAD,
    ProfileState.WRITTEN: Tone.BAD,
    ProfileState.RESTARTING: Tone.WARNING,
    ProfileState.UNKNOWN: Tone.BAD,
    ProfileState.ALREADY: Tone.GOOD,
    ProfileState.CHANGED: Tone.GOOD,
    ProfileState.PHONES_LOST: Tone.BAD,
}

PROFILE_MEANINGS = {
    ProfileState.WAITING: "not changed yet",
    ProfileState.STAYS: "stays as it is",
    ProfileState.FAILED: "not changed",
    ProfileState.WRITTEN: "lsc-first is written, and that is not all",
    ProfileState.RESTARTING: "lsc-first is written and applied; its phones are to register again",
    ProfileState.UNKNOWN: "nobody can say whether its phones have it",
    ProfileState.ALREADY: "has lsc-first already",
    ProfileState.CHANGED: "has lsc-first, read back; its phones were told to restart, and use their LSC from now on",
    ProfileState.PHONES_LOST: "has lsc-first, read back; some of its phones have not registered again",
}

_ENDS = {
    ProfileState.WAITING: CaseEnd.SKIPPED,
    ProfileState.STAYS: CaseEnd.FAILED,
    ProfileState.FAILED: CaseEnd.FAILED,
    ProfileState.WRITTEN: CaseEnd.FAILED,
    ProfileState.RESTARTING: CaseEnd.SKIPPED,
    ProfileState.UNKNOWN: CaseEnd.ERROR,
    ProfileState.ALREADY: CaseEnd.PASSED,
    ProfileState.CHANGED: CaseEnd.PASSED,
    ProfileState.PHONES_LOST: CaseEnd.FAILED,
}


# a plan


def planned_records(changes: Sequence[ProfileChange]) -> list[Record]:
    """Each planned change, for programs; what runs stands under `planned`."""
    return [
        {
            "profile": change.profile.name,
            "decision": "stay" if change.against else "change",
            "auth_mode": change.profile.settings.mode.short if change.profile.settings else None,
            "then_auth_mode": change.settings.mode.short,
            "phones": change.phones,
            "to_install": change.to_install,
            "without": change.without,
            "reason": change.against or None,
            "next_step": change.next_step or None,
            "planned": PROFILE_CHANGE.dump_python(change, mode="json"),
        }
        for change in changes
    ]


def planned_blocks(changes: Sequence[ProfileChange]) -> Iterator[Block]:
    """What is to become of profiles, for people: which, how many phones restart for it, and which stay."""
    if not changes:
        return
    rows = [
        (
            change.profile.name,
            f"{change.profile.settings.mode.short if change.profile.settings else ''} -> {change.settings.mode.short}",
            f"{change.phones:,}",
            f"{change.to_install:,}",
            Cell(f"{change.without:,}", Tone.WARNING if change.without else Tone.PLAIN),
        )
        for change in changes
        if not change.against
    ]
    if rows:
        columns = (
            Column("Security profile"),
            Column("Mode", whole=True),
            Column("Phones", number=True),
            Column("LSC by this plan", number=True),
            Column("Without", number=True),
        )
        yield Grid("Then, each once all of its phones have a valid LSC", columns, rows, len(rows))
        phones = sum(change.phones for change in changes if not change.against)
        yield Paragraph(
            f"{count(phones, 'phone')} {'uses' if phones == 1 else 'use'} {'it' if len(rows) == 1 else 'them'}, whether this plan "
            "writes them or not, and will restart, all phones of a profile at once, when it is changed and applied.",
            Tone.WARNING,
        )
        if lacking := sum(change.without for change in changes if not change.against):
            yield Paragraph(
                f"{count(lacking, 'phone')} of these {'has' if lacking == 1 else 'have'} no valid LSC and "
                f"{'gets' if lacking == 1 else 'get'} none by this plan: until that is mended, their profiles stay as they are.",
                Tone.WARNING,
            )
    for change in changes:
        if change.against:
            yield Paragraph(f"{change.profile.name} stays as it is: {change.against}. {change.next_step}", Tone.WARNING)


def and_then(changes: Sequence[ProfileChange]) -> str:
    """For a question: what becomes of profiles, and how many phones restart for it."""
    phones = sum(change.phones for change in changes)
    return f"{count(len(changes), 'security profile')} to lsc-first, and the {count(phones, 'phone')} with it restart"


# a run


def outcome_records(outcomes: Sequence[ProfileOutcome]) -> list[Record]:
    """How each profile of a run stands, for programs."""
    return [
        {
            "profile": one.change.profile.name,
            "state": one.standing.state.value,
            "auth_mode": one.change.profile.settings.mode.short if one.change.profile.settings else None,
            "then_auth_mode": one.change.settings.mode.short,
            "phones": one.change.phones if one.standing.phones is None else one.standing.phones,
            "reason": one.standing.reason or None,
            "next_step": one.standing.next_step or None,
            "without": one.standing.without,
            "lacking": [{"name": phone.name, "why": phone.why} for phone in one.standing.lacking],
            "registered": one.standing.registered,
            "lost": one.standing.lost,
            "absent": [{"name": phone.name, "why": phone.why} for phone in one.standing.absent],
        }
        for one in outcomes
    ]


def outcome_blocks(outcomes: Sequence[ProfileOutcome], resume: str | None) -> Iterator[Block]:
    """How each profile of a run stands, for people, with the phones that keep it from being changed. `resume` is the command that
    goes on, None where none does."""
    rows = [
        (
            one.change.profile.name,
            Cell(one.standing.state.value, PROFILE_TONES[one.standing.state]),
            f"{one.change.phones if one.standing.phones is None else one.standing.phones:,}",
            "; ".join(filter(None, (PROFILE_MEANINGS[one.standing.state], one.standing.reason))),
        )
        for one in outcomes
    ]
    if not rows:
        return
    columns = (
        Column("Security profile"),
        Column("State", whole=True),
        Column("Phones", number=True),
        Column("Which means"),
    )
    yield Grid("Security profiles, to lsc-first", columns, rows, len(rows))
    yield from _lacking_grid(outcomes)
    yield from _absent_grid(outcomes)
    for one in outcomes:
        if one.standing.next_step:
            go_on = f" ({resume})" if resume is not None and one.open else ""
            yield Paragraph(f"{one.change.profile.name}: {one.standing.next_step}{go_on}", Tone.WARNING)


def _lacking_grid(outcomes: Sequence[ProfileOutcome]) -> Iterator[Grid]:
    rows = [(phone.name, one.change.profile.name, phone.why) for one in outcomes for phone in one.standing.lacking]
    if rows:
        total = sum(one.standing.without for one in outcomes)
        title = "Phones without a valid LSC" + (f", the first {len(rows):,} of {total:,}" if total > len(rows) else "")
        columns = (Column("Phone", whole=True), Column("Security profile"), Column("Why"))
        yield Grid(title, columns, rows, len(rows))


def _absent_grid(outcomes: Sequence[ProfileOutcome]) -> Iterator[Grid]:
    rows = [(phone.name, one.change.profile.name, phone.why) for one in outcomes for phone in one.standing.absent]
    if rows:
        total = sum(one.standing.lost for one in outcomes)
        title = "Phones that have not registered again" + (
            f", the first {len(rows):,} of {total:,}" if total > len(rows) else ""
        )
        columns = (Column("Phone", whole=True), Column("Security profile"), Column("Now"))
        yield Grid(title, columns, rows, len(rows))


def outcome_cases(outcomes: Sequence[ProfileOutcome], cluster: str) -> Iterator[Case]:
    """A case for each profile: it passes once it has lsc-first and its phones are back."""
    for one in outcomes:
        end = _ENDS[one.standing.state]
        told = f"{one.standing.state}: {one.standing.reason or PROFILE_MEANINGS[one.standing.state]}"
        phones = [f"{phone.name}: {phone.why}" for phone in one.standing.lacking]
        phones += [f"{phone.name}: {phone.why}" for phone in one.standing.absent]
        detail = "\n".join([one.standing.next_step, *phones]).strip()
        passed = end is CaseEnd.PASSED
        yield Case(
            f"{cluster}.security profiles",
            one.change.profile.name,
            end,
            "" if passed else told,
            "" if passed else detail,
        )


def outcome_gauges(outcomes: Sequence[ProfileOutcome], cluster: str) -> Iterator[Metric]:
    """Profiles of the last run by state, where it has any."""
    if outcomes:
        states = [one.standing.state for one in outcomes]
        yield Metric(
            "lscctl_run_profiles",
            "Security profiles that the last run was to give lsc-first, by state.",
            [Sample({"cluster": cluster, "state": state.value}, states.count(state)) for state in ProfileState],
        )
