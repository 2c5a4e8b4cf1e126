"""The report of LSCs that end: which, when, how much of their lifetime is left, and which of them is beyond a threshold."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from lscctl.phone import LscState, Phone
from lscctl.report.cluster import PhonesOfCluster
from lscctl.report.gauges import count_gauge, phone_gauges
from lscctl.report.interface import (
    Anew,
    Block,
    Case,
    CaseEnd,
    Cell,
    Column,
    Grid,
    PageBlock,
    Paragraph,
    Record,
    Report,
    Tone,
)
from lscctl.report.phone_cases import site
from lscctl.report.summaries import GROUPINGS, LSC_TONES, MONTHS_OF_PAGE, expiry_chart, figures, groups
from lscctl.report.wording import as_of, count, dates_in, expiry, short_model, span, utc_text

FIELDS = (
    "name",
    "description",
    "model",
    "device_pool",
    "location",
    "profile",
    "status",
    "lsc",
    "lsc_valid_until",
    "lsc_issuer",
    "lsc_issuer_valid_until",
    "beyond",
)
"""The keys of one phone's record, in order."""

FAIL_WITHIN = "fail-within"
FAIL_BELOW = "fail-below"


@dataclass(frozen=True, slots=True)
class Thresholds:
    """What is told of, and what is a fault: `within` and `fail_within` in seconds before the end, `fail_below` as the share of the
    lifetime that is left, 0 to 1. `lifetime` is how long LSCs of this cluster last, in seconds; None where that is not known, and
    then nothing is below a share."""

    within: float
    fail_within: float | None = None
    fail_below: float | None = None
    lifetime: float | None = None

    def share_left(self, left: float) -> float | None:
        """Which share of its lifetime an LSC has left with so many seconds; one that lasts longer than they do now is new."""
        return None if self.lifetime is None else max(0.0, left) / max(self.lifetime, left)

    def beyond(self, left: float) -> tuple[str, ...]:
        """Which thresholds an LSC is beyond with so many seconds left."""
        share = self.share_left(left)
        within = self.fail_within is not None and left <= self.fail_within
        below = self.fail_below is not None and share is not None and share < self.fail_below
        return tuple(name for name, is_so in ((FAIL_WITHIN, within), (FAIL_BELOW, below)) if is_so)


class ExpiringOfCluster:
    """The phones of a cluster by the end of their LSCs: `ending` within the time, ended, or beyond a threshold; `unknown` ones
    have an LSC whose end CUCM does not know. Both are by name."""

    def __init__(self, told: PhonesOfCluster, thresholds: Thresholds) -> None:
        self.told = replace(told, expiring_within=thresholds.within)
        self.thresholds = thresholds
        self.with_lsc = [phone for phone in self.told.ordered() if phone.lsc.present]
        self.ending = [phone for phone in self.with_lsc if self._is_told(phone)]
        self.unknown = [phone for phone in self.with_lsc if phone.lsc.valid_until is None]

    @property
    def faults(self) -> int:
        """How many phones are beyond a threshold."""
        return sum(bool(self.beyond(phone)) for phone in self.ending)

    def left(self, phone: Phone) -> float | None:
        """How many seconds the phone's LSC has left, below 0 where it has ended; None where its end is not known."""
        return None if phone.lsc.valid_until is None else phone.lsc.valid_until - self.told.facts.now

    def beyond(self, phone: Phone) -> tuple[str, ...]:
        """Which thresholds the phone is beyond."""
        left = self.left(phone)
        return () if left is None else self.thresholds.beyond(left)

    def counts(self) -> dict[str, int]:
        """What a monitoring system would ask first."""
        states = Counter(self.told.lsc_state(phone) for phone in self.ending)
        return {
            "phones": len(self.told.phones),
            "with_lsc": len(self.with_lsc),
            "ended": states[LscState.EXPIRED],
            "ending": len(self.ending) - states[LscState.EXPIRED],
            "unknown": len(self.unknown),
            "beyond": self.faults,
        }

    def _is_told(self, phone: Phone) -> bool:
        left = self.left(phone)
        return left is not None and (left <= self.thresholds.within or bool(self.thresholds.beyond(left)))


def expiring_report(one: ExpiringOfCluster, *, per_phone: bool = False) -> Report:
    """The report of kind `expiring`."""
    told, thresholds = one.told, one.thresholds
    return Report(
        kind="expiring",
        heading={
            "cluster": told.cluster,
            "cucm_version": told.version,
            "notes": told.notes,
            "within_seconds": _whole(thresholds.within),
            "fail_within_seconds": _whole(thresholds.fail_within),
            "fail_below": thresholds.fail_below,
            "lifetime_seconds": _whole(thresholds.lifetime),
            "counts": one.counts(),
            "months": {bar.label: bar.value for bar in expiry_chart(told).bars},
        },
        fields=FIELDS,
        records={
            "phones": Anew(lambda: (_record(phone, one) for phone in one.ending)),
            "unknown": Anew(lambda: (_record(phone, one) for phone in one.unknown)),
        },
        blocks=tuple(_blocks(one)),
        page=Anew(lambda: _page(one)),
        cases=Anew(lambda: _cases(one)),
        metrics=(
            *phone_gauges(told, per_phone=per_phone),
            count_gauge(
                told,
                "lscctl_expiring_beyond_threshold_phones",
                "Phones whose LSC is beyond a threshold of the report.",
                lambda: one.faults,
            ),
        ),
        as_of=as_of(told.facts.now, told.clock),
    )


def _whole(seconds: float | None) -> int | None:
    return None if seconds is None else round(seconds)


def _record(phone: Phone, one: ExpiringOfCluster) -> Record:
    return {
        "name": phone.name,
        "description": phone.description,
        "model": phone.model,
        "device_pool": phone.device_pool,
        "location": phone.location,
        "profile": phone.profile.name,
        "status": phone.status.text or "None",
        "lsc": one.told.lsc_state(phone).value,
        "lsc_valid_until": utc_text(phone.lsc.valid_until),
        "lsc_issuer": phone.lsc.issuer,
        "lsc_issuer_valid_until": utc_text(phone.lsc.issuer_valid_until),
        "beyond": one.beyond(phone),
    }


_COLUMNS = (
    Column("Phone", whole=True),
    Column("Model"),
    Column("LSC until"),
    Column("Left", number=True),
    Column("Device pool"),
    Column("LSC issuer", roomy=True),
    Column("Security profile", roomy=True),
    Column("Description", roomy=True),
)


def _blocks(one: ExpiringOfCluster) -> Iterator[Block]:
    yield from _ending(one)
    yield from _groups(one)
    yield from _unknown(one)
    if one.with_lsc:
        yield expiry_chart(one.told)
    yield from _foot(one)


def _page(one: ExpiringOfCluster) -> Iterator[PageBlock]:
    """What sums up comes before the phones."""
    yield figures(one.told)
    if one.with_lsc:
        yield expiry_chart(one.told, MONTHS_OF_PAGE, others=False)
    yield from _groups(one)
    yield from _ending(one)
    yield from _unknown(one)
    yield from _foot(one)


def _ending(one: ExpiringOfCluster) -> Iterator[Grid]:
    soonest = sorted(one.ending, key=lambda phone: (phone.lsc.valid_until or 0, phone.name))
    if soonest:
        within = span(one.thresholds.within)
        yield Grid(f"LSCs that end within {within}, or have ended", _COLUMNS, _rows(soonest, one), len(soonest))


def _groups(one: ExpiringOfCluster) -> Iterator[Grid]:
    if one.ending:
        yield groups(replace(one.told, phones=one.ending), [GROUPINGS["device-pool"]])
        yield groups(replace(one.told, phones=one.ending), [GROUPINGS["model"]])


def _unknown(one: ExpiringOfCluster) -> Iterator[Grid]:
    if one.unknown:
        yield Grid("LSCs whose end CUCM does not know", _COLUMNS, _rows(one.unknown, one), len(one.unknown))


def _foot(one: ExpiringOfCluster) -> Iterator[Paragraph]:
    told = one.told
    yield from (Paragraph(f"note: {note}", Tone.FAINT) for note in told.notes)
    yield from _verdicts(one)
    counts = one.counts()
    yield Paragraph(
        f"{told.cluster} (CUCM {told.version}), {count(len(told.phones), 'phone')}: with an LSC {counts['with_lsc']:,}; "
        f"ended {counts['ended']:,}, ending {counts['ending']:,}, end not known {counts['unknown']:,}; {dates_in(told.clock)}",
        Tone.FAINT,
    )


def _rows(phones: Sequence[Phone], one: ExpiringOfCluster) -> Anew[Sequence[Cell | str]]:
    def made() -> Iterator[Sequence[Cell | str]]:
        for phone in phones:
            yield (
                phone.name,
                short_model(phone.model),
                _until(phone, one),
                _share(phone, one),
                phone.device_pool,
                phone.lsc.issuer or "",
                phone.profile.name,
                phone.description,
            )

    return Anew(made)


def _until(phone: Phone, one: ExpiringOfCluster) -> Cell:
    if phone.lsc.valid_until is None:
        return Cell("unknown", Tone.WARNING)
    tone = Tone.BAD if one.beyond(phone) else LSC_TONES[one.told.lsc_state(phone)]
    return Cell(expiry(phone.lsc.valid_until, one.told.facts.now, one.told.clock.zone), tone)


def _share(phone: Phone, one: ExpiringOfCluster) -> Cell | str:
    left = one.left(phone)
    share = None if left is None else one.thresholds.share_left(left)
    if share is None:
        return Cell("-", Tone.FAINT)
    return Cell(f"{share:.0%}", Tone.BAD) if FAIL_BELOW in one.beyond(phone) else f"{share:.0%}"


def _verdicts(one: ExpiringOfCluster) -> Iterator[Paragraph]:
    """What the thresholds say, and what the share of a lifetime rests on."""
    within, below = one.thresholds.fail_within, one.thresholds.fail_below
    beyond = Counter(name for phone in one.ending for name in one.beyond(phone))
    if within is not None:
        words = f"LSCs that end within {span(within)}, or have ended (--{FAIL_WITHIN}): {beyond[FAIL_WITHIN]:,}"
        yield Paragraph(words, Tone.BAD if beyond[FAIL_WITHIN] else Tone.GOOD)
    if below is not None:
        words = f"LSCs with less than {below:.0%} of their lifetime left (--{FAIL_BELOW}): {beyond[FAIL_BELOW]:,}"
        yield Paragraph(words, Tone.BAD if beyond[FAIL_BELOW] else Tone.GOOD)
    if one.thresholds.lifetime is not None and one.ending:
        yield Paragraph(
            "What is left is reckoned from the validity that CAPF is set to, "
            f"{span(one.thresholds.lifetime)}: CUCM keeps when an LSC ends, not when it began.",
            Tone.FAINT,
        )


def _cases(one: ExpiringOfCluster) -> Iterator[Case]:
    """One case for each phone that has an LSC, by site: a fault beyond a threshold, skipped where nobody knows the end."""
    for phone in one.with_lsc:
        group = site(phone, one.told.cluster)
        until = phone.lsc.valid_until
        beyond = one.beyond(phone)
        if until is None:
            yield Case(group, phone.name, CaseEnd.SKIPPED, "CUCM does not know when its LSC ends")
        elif beyond:
            message = f"LSC until {utc_text(until)}, beyond {' and '.join(f'--{name}' for name in beyond)}"
            detail = f"{phone.description}\n{phone.model}, security profile {phone.profile.name}"
            yield Case(group, phone.name, CaseEnd.FAILED, message, detail)
        else:
            yield Case(group, phone.name, CaseEnd.PASSED)
