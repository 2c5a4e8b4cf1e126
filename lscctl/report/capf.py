"""The reports of what CAPF knows of phones: each phone by itself, or phones that have something in common, counted.

CUCM's own "CAPF Report in File" tells device, description, security profile, authentication mode, operation and status, and from
11.5 on when LSC and issuer end, and who issued it [Cisco, System Configuration Guide]. All of it is here, and more.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain

from lscctl.capf import StatusKind
from lscctl.outcome import next_step_for
from lscctl.phone import LscState, Phone
from lscctl.report.cluster import PhonesOfCluster
from lscctl.report.gauges import phone_gauges
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
)
from lscctl.report.phone_cases import site
from lscctl.report.phones import lsc_until, operation, phone_record
from lscctl.report.summaries import (
    GROUPINGS,
    STATUS_TONES,
    Group,
    failures,
    figures,
    group_counts,
    groups,
    lsc_counts,
    status_counts,
)
from lscctl.report.wording import as_of, count, day, short_model, utc_text

FIELDS = (
    "name",
    "description",
    "model",
    "protocol",
    "device_pool",
    "location",
    "profile",
    "security_mode",
    "auth_mode",
    "authentication_string",
    "key_order",
    "key_size",
    "ec_key_size",
    "operation",
    "finish_time",
    "status",
    "reason",
    "next_step",
    "lsc",
    "lsc_valid_until",
    "lsc_issuer",
    "lsc_issuer_valid_until",
)
"""The keys of one phone's record, in order."""

GROUP_FIELDS = ("group", "phones", "lsc", "status")
"""The keys of one group's record, in order."""

_COLUMNS = (
    Column("Phone", whole=True),
    Column("Model"),
    Column("Security profile"),
    Column("Mode", whole=True),
    Column("Operation, deadline"),
    Column("Status"),
    Column("LSC until"),
    Column("LSC issuer", roomy=True),
    Column("Issuer until", whole=True, roomy=True),
    Column("Device pool", roomy=True),
    Column("Description", roomy=True),
)


def capf_report(told: PhonesOfCluster, *, per_phone: bool = False) -> Report:
    """The report of kind `capf`: every phone by name."""
    phones = told.ordered()
    return Report(
        kind="capf",
        heading={"cluster": told.cluster, "cucm_version": told.version, "notes": told.notes},
        fields=FIELDS,
        records={"phones": Anew(lambda: (_record(phone, told) for phone in phones))},
        blocks=tuple(_blocks(phones, told)),
        page=Anew(lambda: chain((figures(told),), _blocks(phones, told))),
        cases=Anew(lambda: (_case(phone, told.cluster) for phone in phones)),
        metrics=phone_gauges(told, per_phone=per_phone),
        as_of=as_of(told.facts.now, told.clock),
    )


def _record(phone: Phone, told: PhonesOfCluster) -> Record:
    failed = phone.status.kind is StatusKind.FAILED
    return {
        **phone_record(phone, told),
        "authentication_string": phone.has_authentication_string,
        "reason": phone.status.reason,
        "next_step": next_step_for(phone.status.reason) if failed else None,
        "lsc_issuer_valid_until": utc_text(phone.lsc.issuer_valid_until),
    }


def _blocks(phones: Sequence[Phone], told: PhonesOfCluster) -> Iterator[Block]:
    yield Grid("", _COLUMNS, Anew(lambda: (_row(phone, told) for phone in phones)), len(phones))
    yield lsc_counts(told)
    yield status_counts(told)
    if (failed := failures(told)).total:
        yield failed
    yield from _foot(told)


def _foot(told: PhonesOfCluster) -> Iterator[Paragraph]:
    yield from (Paragraph(f"note: {note}", Tone.FAINT) for note in told.notes)
    yield Paragraph(told.summary, Tone.FAINT)


def _row(phone: Phone, told: PhonesOfCluster) -> Sequence[Cell | str]:
    settings = phone.profile.settings
    issuer_until = phone.lsc.issuer_valid_until
    return (
        phone.name,
        short_model(phone.model),
        phone.profile.name,
        settings.mode.short if settings else Cell("none", Tone.FAINT),
        operation(phone),
        Cell(phone.status.text or "None", STATUS_TONES[phone.status.kind]),
        lsc_until(phone, told),
        phone.lsc.issuer or "",
        "" if issuer_until is None else day(issuer_until, told.clock.zone),
        phone.device_pool,
        phone.description,
    )


def _case(phone: Phone, cluster: str) -> Case:
    """A phone whose operation failed is a failure, one that has an operation under way is not decided yet."""
    text, group = phone.status.text, site(phone, cluster)
    if phone.status.kind is StatusKind.FAILED:
        return Case(group, phone.name, CaseEnd.FAILED, text, next_step_for(phone.status.reason))
    if phone.pending:
        return Case(group, phone.name, CaseEnd.SKIPPED, f"{phone.operation} is under way")
    return Case(group, phone.name, CaseEnd.PASSED)


@dataclass(frozen=True, slots=True)
class GroupsOfCluster:
    """The phones of a cluster by what they have in common: `by` are words of `GROUPINGS`."""

    told: PhonesOfCluster
    by: tuple[str, ...]

    def counted(self) -> dict[tuple[str, ...], Group]:
        """The groups, the largest first."""
        return group_counts(self.told, [GROUPINGS[word] for word in self.by])

    def named(self, key: Sequence[str]) -> dict[str, str]:
        """What a group has in common, by the keys of records."""
        return dict(zip((_key(word) for word in self.by), key, strict=True))


def capf_groups_report(one: GroupsOfCluster, *, per_phone: bool = False) -> Report:
    """The report of kind `capf-groups`."""
    told = one.told
    counted = one.counted()
    return Report(
        kind="capf-groups",
        heading={
            "cluster": told.cluster,
            "cucm_version": told.version,
            "notes": told.notes,
            "by": [_key(word) for word in one.by],
            "phones": len(told.phones),
        },
        fields=GROUP_FIELDS,
        records={"groups": [_group_record(one.named(key), group) for key, group in counted.items()]},
        blocks=(groups(told, [GROUPINGS[word] for word in one.by]), *_foot(told)),
        sheet=_sheet(one, counted),
        cases=[_group_case(key, group, f"{told.cluster}.{', '.join(one.by)}") for key, group in counted.items()],
        metrics=(*phone_gauges(told, per_phone=per_phone), _group_gauge(one)),
        as_of=as_of(told.facts.now, told.clock),
    )


def _key(word: str) -> str:
    return word.replace("-", "_")


def _group_record(group: dict[str, str], counted: Group) -> Record:
    return {
        "group": group,
        "phones": counted.phones,
        "lsc": {state.value: counted.lsc[state] for state in LscState},
        "status": {kind.value: counted.status[kind] for kind in StatusKind},
    }


def _sheet(one: GroupsOfCluster, counted: dict[tuple[str, ...], Group]) -> Sheet:
    """A column for each key, and one for each count."""
    lsc = {state: f"lsc_{state.value}" for state in LscState}
    status = {kind: f"status_{kind.value}" for kind in StatusKind}
    return Sheet(
        (*map(_key, one.by), "phones", *lsc.values(), *status.values()),
        [
            {
                **one.named(key),
                "phones": group.phones,
                **{column: group.lsc[state] for state, column in lsc.items()},
                **{column: group.status[kind] for kind, column in status.items()},
            }
            for key, group in counted.items()
        ],
    )


def _group_case(key: Sequence[str], group: Group, name: str) -> Case:
    failed = group.status[StatusKind.FAILED]
    end = CaseEnd.FAILED if failed else CaseEnd.PASSED
    message = f"the operation failed on {failed:,} of {count(group.phones, 'phone')}" if failed else ""
    return Case(name, ", ".join(key), end, message)


def _group_gauge(one: GroupsOfCluster) -> Metric:
    def samples() -> Iterator[Sample]:
        for key, group in sorted(one.counted().items(), key=lambda counted: counted[0]):
            for state in LscState:
                yield Sample({"cluster": one.told.cluster, **one.named(key), "lsc": state.value}, group.lsc[state])

    return Metric(
        "lscctl_group_phones", "Phones of the groups that were asked for, by the state of their LSC.", Anew(samples)
    )
