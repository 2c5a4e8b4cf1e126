"""Many phones in few lines: counts, expiry over the coming months, groups by site, model or profile, failures with remedies.

Each function gives one block out of the phones of a cluster; reports put together what their readers need.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from lscctl.capf import CertificateStatus, StatusKind
from lscctl.outcome import next_step_for
from lscctl.phone import LscState, Phone
from lscctl.report.cluster import PhonesOfCluster
from lscctl.report.interface import Bar, Cell, Chart, Column, Figure, Figures, Grid, Tone
from lscctl.report.wording import DAY, count, short_model

MONTHS = 12
"""How many months ahead an expiry chart looks, the current one among them."""

MONTHS_OF_PAGE = 18
"""As many do on a page, where all that ends later would dwarf them and is left away."""

STATUS_TONES = {
    StatusKind.SUCCESS: Tone.GOOD,
    StatusKind.PENDING: Tone.WARNING,
    StatusKind.FAILED: Tone.BAD,
    StatusKind.NONE: Tone.FAINT,
    StatusKind.UNRECOGNISED: Tone.WARNING,
}

LSC_TONES = {
    LscState.NONE: Tone.FAINT,
    LscState.VALID: Tone.PLAIN,
    LscState.EXPIRING: Tone.WARNING,
    LscState.EXPIRED: Tone.BAD,
    LscState.FOREIGN: Tone.WARNING,
    LscState.UNKNOWN: Tone.WARNING,
}

LSC_MEANINGS = {
    LscState.NONE: "no LSC",
    LscState.VALID: "an LSC of this cluster's CAPF that lasts",
    LscState.EXPIRING: "an LSC that ends soon",
    LscState.EXPIRED: "an LSC that has ended",
    LscState.FOREIGN: "an LSC of another issuer than this cluster's CAPF",
    LscState.UNKNOWN: "an LSC whose end CUCM does not know",
}

NO_ISSUER = "none, or not known"


@dataclass(frozen=True, slots=True)
class Grouping:
    """One thing that phones have in common: what its column is called, and how a phone answers it."""

    title: str
    of: Callable[[Phone], str]


GROUPINGS = {
    "model": Grouping("Model", lambda phone: short_model(phone.model)),
    "device-pool": Grouping("Device pool", lambda phone: phone.device_pool),
    "profile": Grouping("Security profile", lambda phone: phone.profile.name),
    "issuer": Grouping("LSC issuer", lambda phone: phone.lsc.issuer or NO_ISSUER),
    "status": Grouping("Certificate status", lambda phone: phone.status.text or "None"),
}
"""What phones can be grouped by, by the words of the command line."""


def figures(told: PhonesOfCluster) -> Figures:
    """The phones in one look: how many, with an LSC, with one that ends soon or has ended, failed and pending."""
    total = len(told.phones)
    lsc = Counter(told.lsc_state(phone) for phone in told.phones)
    status = Counter(phone.status.kind for phone in told.phones)

    def part(label: str, phones: int, tone: Tone) -> Figure:
        return Figure(label, phones, tone if phones else Tone.PLAIN, f"{phones / total:.1%}" if total else "")

    return Figures(
        (
            Figure("phones", total),
            part("with an LSC", total - lsc[LscState.NONE], Tone.PLAIN),
            part(
                f"expiring within {count(round(told.expiring_within / DAY), 'day')}",
                lsc[LscState.EXPIRING],
                Tone.WARNING,
            ),
            part("expired", lsc[LscState.EXPIRED], Tone.BAD),
            part("failed", status[StatusKind.FAILED], Tone.BAD),
            part("pending", status[StatusKind.PENDING], Tone.WARNING),
        )
    )


def lsc_counts(told: PhonesOfCluster) -> Grid:
    """How many phones have an LSC in which state, every state, in the states' order."""
    counted = Counter(told.lsc_state(phone) for phone in told.phones)
    rows = [
        (Cell(state.value, LSC_TONES[state]), f"{counted[state]:,}", Cell(LSC_MEANINGS[state], Tone.FAINT))
        for state in LscState
    ]
    columns = (Column("LSC", whole=True), Column("Phones", number=True), Column("Which means"))
    return Grid("Phones by LSC", columns, rows, len(rows))


def status_counts(told: PhonesOfCluster) -> Grid:
    """How many phones have which certificate status, in CUCM's words, the most frequent first."""
    rows = [(Cell(bar.label, bar.tone), f"{bar.value:,}") for bar in status_bars(told)]
    columns = (Column("Certificate status"), Column("Phones", number=True))
    return Grid("Phones by certificate status", columns, rows, len(rows))


def status_bars(told: PhonesOfCluster) -> list[Bar]:
    """How many phones have which certificate status, as bars, the most frequent first."""
    counted = Counter(phone.status.text or "None" for phone in told.phones)
    return [Bar(text, phones, STATUS_TONES[CertificateStatus(text).kind]) for text, phones in _by_number(counted)]


def expiry_chart(told: PhonesOfCluster, months: int = MONTHS, *, others: bool = True) -> Chart:
    """When LSCs end: those that have ended, then so many months from the current one on; with `others`, all later ones, and those
    whose end CUCM does not know. Months are those of the cluster's zone; phones without an LSC are left away."""
    now = told.facts.now
    expired, unknown = 0, 0
    ends: Counter[str] = Counter()
    for phone in told.phones:
        if phone.lsc.valid_until is None:
            unknown += phone.lsc.present
        elif phone.lsc.valid_until <= now:
            expired += 1
        else:
            ends[_month(phone.lsc.valid_until, told)] += 1
    soon = _month(now + told.expiring_within, told)
    coming = [
        Bar(month, ends.pop(month, 0), Tone.WARNING if month <= soon else Tone.PLAIN)
        for month in _months(_month(now, told), months)
    ]
    beyond = (Bar("later", ends.total(), Tone.GOOD), Bar("unknown", unknown, Tone.WARNING)) if others else ()
    bars = (Bar("expired", expired, Tone.BAD), *coming, *beyond)
    return Chart("LSCs by the month of their end", "phone", bars)


@dataclass(frozen=True, slots=True)
class Group:
    """Phones that have something in common, counted by the state of their LSC and by what their certificate status says."""

    lsc: Counter[LscState] = field(default_factory=Counter)
    status: Counter[StatusKind] = field(default_factory=Counter)

    @property
    def phones(self) -> int:
        """How many there are."""
        return self.lsc.total()


def groups(told: PhonesOfCluster, by: Sequence[Grouping]) -> Grid:
    """Phones that have all of these in common, counted by the state of their LSC and by what CAPF does, or did; the largest group
    first."""
    counted = group_counts(told, by)
    states = [state for state in LscState if any(group.lsc[state] for group in counted.values())]
    kinds = [kind for kind in _TOLD_OF_GROUPS if any(group.status[kind] for group in counted.values())]
    columns = (
        *(Column(grouping.title) for grouping in by),
        Column("Phones", number=True),
        *(Column(state.value, number=True) for state in states),
        *(Column(kind.value, number=True) for kind in kinds),
    )
    rows: list[Sequence[Cell | str]] = [
        (
            *key,
            f"{group.phones:,}",
            *(_number(group.lsc[state], LSC_TONES[state]) for state in states),
            *(_number(group.status[kind], STATUS_TONES[kind]) for kind in kinds),
        )
        for key, group in counted.items()
    ]
    names = ", ".join(grouping.title.lower().replace("lsc", "LSC") for grouping in by)
    return Grid(f"By {names}", columns, rows, len(rows))


_TOLD_OF_GROUPS = (StatusKind.PENDING, StatusKind.FAILED)
"""The other kinds of status say nothing that the LSCs do not."""


def _number(number: int, tone: Tone) -> Cell:
    return Cell(f"{number:,}", tone) if number else Cell("-", Tone.FAINT)


def group_counts(told: PhonesOfCluster, by: Sequence[Grouping]) -> dict[tuple[str, ...], Group]:
    """`{what the group's phones have in common: their counts}`; the largest group first, equal ones by name."""
    counted: dict[tuple[str, ...], Group] = {}
    for phone in told.phones:
        key = tuple(grouping.of(phone) for grouping in by)
        group = counted.get(key) or counted.setdefault(key, Group())
        group.lsc[told.lsc_state(phone)] += 1
        group.status[phone.status.kind] += 1
    return dict(sorted(counted.items(), key=lambda group: (-group[1].phones, group[0])))


def failures(told: PhonesOfCluster) -> Grid:
    """The ways in which CAPF's last operation failed, the most frequent first, and what to do about each."""
    counted = Counter(phone.status.text for phone in told.phones if phone.status.kind is StatusKind.FAILED)
    rows = [
        (Cell(text, Tone.BAD), f"{phones:,}", next_step_for(CertificateStatus(text).reason))
        for text, phones in _by_number(counted)
    ]
    columns = (Column("Certificate status"), Column("Phones", number=True), Column("What to do"))
    return Grid("Failures", columns, rows, len(rows))


def _by_number(counted: Mapping[str, int]) -> list[tuple[str, int]]:
    return sorted(counted.items(), key=lambda item: (-item[1], item[0]))


def _month(epoch: float, told: PhonesOfCluster) -> str:
    return f"{datetime.fromtimestamp(epoch, UTC).astimezone(told.clock.zone):%Y-%m}"


def _months(first: str, number: int) -> Iterator[str]:
    """So many months, as `2026-11`, from the first one on."""
    year, month = map(int, first.split("-"))
    for ahead in range(number):
        years, rest = divmod(month - 1 + ahead, 12)
        yield f"{year + years:04}-{rest + 1:02}"
