"""The reports of phone security profiles: what they hold, and which agree with the settings of an install."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from lscctl.phone import ProfileInUse
from lscctl.report.interface import (
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

LIST_FIELDS = (
    "name",
    "model",
    "protocol",
    "security_mode",
    "auth_mode",
    "key_order",
    "key_size",
    "ec_key_size",
    "phones",
    "predefined",
)
"""The keys of one profile's record, in order."""

CHECK_FIELDS = ("profile", "predefined", "phones", "other_phones", "agrees", "why")
"""The keys of one checked profile's record, in order."""


@dataclass(frozen=True, slots=True)
class CheckedProfile:
    """One profile of the phones that are meant: `phones` of them use it, `others` use it beside. `why` it does not agree, if so."""

    name: str
    predefined: bool
    phones: int
    others: int
    why: tuple[str, ...] = ()


def profiles_report(profiles: Sequence[ProfileInUse], cluster: str, version: str) -> Report:
    """The report of kind `profiles`."""
    return Report(
        kind="profiles",
        heading={"cluster": cluster, "cucm_version": version},
        fields=LIST_FIELDS,
        records={"profiles": [_record(one) for one in profiles]},
        blocks=(
            Grid("", _COLUMNS, [_row(one) for one in profiles], len(profiles)),
            Paragraph(f"{count(len(profiles), 'profile')} on {cluster} (CUCM {version})", Tone.FAINT),
        ),
        metrics=(
            Metric(
                "lscctl_profile_phones",
                "Phones that use a security profile, with its authentication mode.",
                [_sample(one, cluster) for one in profiles],
            ),
        ),
    )


def profile_check_report(
    checked: Sequence[CheckedProfile], asked: Mapping[str, str], cluster: str, version: str
) -> Report:
    """The report of kind `profiles-check`; `asked` are the settings asked for, by their options."""
    return Report(
        kind="profiles-check",
        heading={"cluster": cluster, "cucm_version": version, "asked": dict(asked)},
        fields=CHECK_FIELDS,
        records={"profiles": [_checked_record(one) for one in checked]},
        blocks=tuple(_checked_blocks(checked)),
        cases=[
            Case(cluster, one.name, CaseEnd.FAILED if one.why else CaseEnd.PASSED, "; ".join(one.why))
            for one in checked
        ],
        metrics=(
            Metric(
                "lscctl_profile_agrees",
                "Whether a profile agrees with the settings asked for (1) or not (0).",
                [Sample({"cluster": cluster, "profile": one.name}, not one.why) for one in checked],
            ),
        ),
    )


def profile_change_report(one: ProfileInUse, after: str, by_pool: Mapping[str, int]) -> Report:
    """The report of kind `profiles-set-mode`: what changes, and how many phones may restart, by device pool."""
    pools = sorted(by_pool.items(), key=lambda pool: (-pool[1], pool[0]))
    phones = sum(by_pool.values())
    before = str(one.profile.settings)
    return Report(
        kind="profiles-set-mode",
        heading={"profile": one.profile.name, "before": before, "after": after, "phones": phones},
        fields=("device_pool", "phones"),
        records={"device_pools": [{"device_pool": pool, "phones": number} for pool, number in pools]},
        blocks=(
            Paragraph(f"{one.profile.name}: {before} -> {after}", Tone.TITLE),
            Grid(
                "",
                (Column("device pool"), Column("phones", number=True)),
                [(pool, f"{n:,}") for pool, n in pools],
                len(pools),
            ),
            Paragraph(f"{count(phones, 'phone')} may restart when the profile is applied.", Tone.WARNING),
        ),
    )


_COLUMNS = (
    Column("profile"),
    Column("model", roomy=True),
    Column("protocol", roomy=True, whole=True),
    Column("security", whole=True),
    Column("mode, key"),
    Column("phones", number=True),
    Column("predefined", whole=True),
)


def _record(one: ProfileInUse) -> Record:
    settings = one.profile.settings
    return {
        "name": one.profile.name,
        "model": one.model or None,
        "protocol": one.protocol or None,
        "security_mode": one.profile.security_mode.value,
        "auth_mode": settings.mode.short if settings else None,
        "key_order": settings.key_order.short if settings and settings.key_order else None,
        "key_size": settings.key_size if settings else None,
        "ec_key_size": settings.ec_key_size if settings else None,
        "phones": one.phones,
        "predefined": one.profile.predefined,
    }


def _sample(one: ProfileInUse, cluster: str) -> Sample:
    mode = one.profile.settings.mode.short if one.profile.settings else ""
    labels = {"profile": one.profile.name, "security_mode": one.profile.security_mode.value, "auth_mode": mode}
    return Sample({"cluster": cluster, **labels}, one.phones)


def _row(one: ProfileInUse) -> tuple[Cell | str, ...]:
    return (
        one.profile.name,
        short_model(one.model),
        one.protocol,
        one.profile.security_mode.value,
        str(one.profile.settings) if one.profile.settings else Cell("none", Tone.FAINT),
        f"{one.phones:,}",
        "yes" if one.profile.predefined else "",
    )


def _checked_record(one: CheckedProfile) -> Record:
    return {
        "profile": one.name,
        "predefined": one.predefined,
        "phones": one.phones,
        "other_phones": one.others,
        "agrees": not one.why,
        "why": one.why,
    }


def _checked_blocks(checked: Sequence[CheckedProfile]) -> Iterator[Block]:
    columns = (
        Column("profile"),
        Column("phones", number=True),
        Column("others", number=True),
        Column("predefined", whole=True),
        Column("agrees"),
    )
    rows = [
        (
            one.name,
            f"{one.phones:,}",
            f"{one.others:,}",
            "yes" if one.predefined else "",
            Cell("; ".join(one.why), Tone.BAD) if one.why else Cell("yes", Tone.GOOD),
        )
        for one in checked
    ]
    yield Grid("", columns, rows, len(rows))
    agree = sum(one.phones for one in checked if not one.why)
    differ = sum(one.phones for one in checked if one.why)
    yield Paragraph(f"{count(agree, 'phone')} agree, {count(differ, 'phone')} do not", Tone.FAINT)
