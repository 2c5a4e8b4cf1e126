"""The report of the configuration: every setting of a cluster, and where its value comes from."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from lscctl.report.interface import Block, Cell, Column, Grid, Paragraph, Record, Report, Tone, Value
from lscctl.report.wording import count

FIELDS = ("cluster", "key", "value", "source", "place")
"""The keys of one setting's record, in order."""

DEFAULT = "default"
"""The source of a value that nobody set."""

_COLUMNS = (Column("setting", whole=True), Column("value"), Column("from"))


@dataclass(frozen=True, slots=True)
class SettingTold:
    """One setting: its key in the file, its value without secrets, the `source` (flag, environment, file, default), and the
    `place` there (`--host`, `LSCCTL_HOST`, `clusters.hq.host`), '' for a default."""

    key: str
    value: Value
    source: str
    place: str = ""


@dataclass(frozen=True, slots=True)
class Configuration:
    """What the report tells of: where the file is, the default cluster, and `{cluster: its settings}`."""

    path: str
    exists: bool
    default: str | None
    clusters: Mapping[str, Sequence[SettingTold]]
    hint: str = ""


def config_report(told: Configuration) -> Report:
    """The report of kind `config`."""
    return Report(
        kind="config",
        heading={"path": told.path, "exists": told.exists, "default_cluster": told.default},
        fields=FIELDS,
        records={"settings": [_record(name, one) for name, settings in told.clusters.items() for one in settings]},
        blocks=tuple(_blocks(told)),
    )


def _record(cluster: str, one: SettingTold) -> Record:
    return {
        "cluster": cluster,
        "key": one.key,
        "value": one.value,
        "source": one.source,
        "place": one.place or None,
    }


def _blocks(told: Configuration) -> Iterator[Block]:
    there = "" if told.exists else ", which is not there"
    clusters = count(len(told.clusters), "cluster")
    yield Paragraph(f"{told.path}{there}: {clusters}; the default is {told.default or 'none'}")
    if told.hint:
        yield Paragraph(told.hint)
    for name, settings in told.clusters.items():
        rows = [_row(one) for one in settings if one.value not in (None, [], {}, "")]
        yield Grid(name, _COLUMNS, rows, len(rows))


def _row(one: SettingTold) -> tuple[Cell | str, ...]:
    tone = Tone.FAINT if one.source == DEFAULT else Tone.PLAIN
    return one.key, Cell(_text(one.value), tone), Cell(f"{one.source} {one.place}".strip(), tone)


def _text(value: Value) -> str:
    match value:
        case bool():
            return "yes" if value else "no"
        case Mapping():
            return ", ".join(f"{key} = {inner}" for key, inner in value.items())
        case list() | tuple():
            return ", ".join(str(part) for part in value)
        case _:
            return str(value)
