"""The lines of a phone as updatePhone changes them: `lines` replaces them all, removeLines and addLines change some."""

from collections.abc import Iterator
from dataclasses import dataclass

from lxml import etree

from lscctl.simulator.cluster import Cluster
from lscctl.simulator.doors.faults import INVALID_VALUE, AxlFaultError, duplicate, invalid_value
from lscctl.simulator.doors.operation import as_answer, text_of
from lscctl.simulator.doors.soap import children
from lscctl.simulator.doors.tables import pkid_of_uuid

LINE_PARTS = frozenset({"lines", "addLines", "removeLines"})
COLUMNS = {"index": "numplanindex", "label": "label", "display": "display"}
"""Parts of a line that columns of devicenumplanmap hold."""
KEPT_TABLE = (
    "CREATE TABLE IF NOT EXISTS sim_axl_line (fkmap TEXT NOT NULL REFERENCES devicenumplanmap(pkid) ON DELETE CASCADE,"
    " tag TEXT NOT NULL, xml TEXT NOT NULL, PRIMARY KEY (fkmap, tag)) WITHOUT ROWID"
)
"""Parts of a line that no column here holds, such as its ring setting: kept as they came."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a request: its place on the phone (None: the next free one), its number, and what else is said."""

    index: int | None
    number: str
    partition: etree._Element | None
    uuid: str | None
    parts: dict[str, etree._Element]


def change_lines(cluster: Cluster, phone: str, part: etree._Element) -> None:
    """Carry out `lines`, `addLines` or `removeLines` on the phone with this pkid.

    Raises the fault of a number, partition or line that does not exist, or of a place that is taken (wording
    *assumed*). A number that is not in the numbering plan yet is put there (*assumed*).
    """
    if part.tag == "lines":
        cluster.connection.execute("DELETE FROM devicenumplanmap WHERE fkdevice = ?", (phone,))
    for line in _lines_of(part):
        if part.tag == "removeLines":
            _remove(cluster, phone, line)
        else:
            _add(cluster, phone, line)


def _lines_of(part: etree._Element) -> Iterator[Line]:
    for name, line in children(part):
        inside = dict(children(line))
        if name == "lineIdentifier":
            number = inside.get("directoryNumber")
            if number is not None:
                yield Line(None, text_of(number) or "", inside.get("routePartitionName"), None, {})
        elif inside:
            dirn = inside.pop("dirn")
            named = dict(children(dirn))
            index = inside.pop("index", None)
            place = None if index is None else text_of(index)
            pattern = named.get("pattern")
            number_text = "" if pattern is None else text_of(pattern) or ""
            yield Line(
                int(place) if place else None, number_text, named.get("routePartitionName"), dirn.get("uuid"), inside
            )


def _remove(cluster: Cluster, phone: str, line: Line) -> None:
    number = _number(cluster, line)
    place = "" if line.index is None else f" AND numplanindex = {line.index}"
    removed = cluster.connection.execute(
        f"DELETE FROM devicenumplanmap WHERE fkdevice = ? AND fknumplan = ?{place}", (phone, number)
    )
    if removed.rowcount == 0:
        raise _no_line()


def _add(cluster: Cluster, phone: str, line: Line) -> None:
    taken = {
        int(row[0])
        for row in cluster.connection.execute("SELECT numplanindex FROM devicenumplanmap WHERE fkdevice = ?", (phone,))
    }
    index = max(taken, default=0) + 1 if line.index is None else line.index
    if index < 1:
        raise invalid_value("index", index)
    if index in taken:
        raise duplicate()
    number = _number(cluster, line) or _new_number(cluster, line)
    pkid = cluster.new_id()
    texts = {tag: text_of(line.parts[tag]) or "" for tag in ("label", "display") if tag in line.parts}
    cluster.connection.execute(
        "INSERT INTO devicenumplanmap (pkid, fkdevice, fknumplan, numplanindex, label, display) VALUES (?, ?, ?, ?, ?, ?)",
        (pkid, phone, number, index, texts.get("label", ""), texts.get("display", "")),
    )
    cluster.connection.executemany(
        "INSERT INTO sim_axl_line (fkmap, tag, xml) VALUES (?, ?, ?)",
        [(pkid, tag, as_answer(part)) for tag, part in line.parts.items() if tag not in COLUMNS],
    )


def _number(cluster: Cluster, line: Line) -> str | None:
    """The pkid of a line's number in the numbering plan, by its uuid attribute where it has one."""
    if line.uuid:
        found = cluster.connection.execute("SELECT pkid FROM numplan WHERE pkid = ?", (pkid_of_uuid(line.uuid),))
    else:
        found = cluster.connection.execute(
            "SELECT pkid FROM numplan WHERE dnorpattern = ? AND fkroutepartition IS ?",
            (line.number, _partition(cluster, line.partition)),
        )
    row = found.fetchone()
    if row is None and line.uuid:
        raise _no_line()
    return None if row is None else str(row[0])


def _new_number(cluster: Cluster, line: Line) -> str:
    if not line.number:
        raise AxlFaultError(INVALID_VALUE, "Invalid value for pattern")
    pkid = cluster.new_id()
    cluster.connection.execute(
        "INSERT INTO numplan (pkid, dnorpattern, fkroutepartition) VALUES (?, ?, ?)",
        (pkid, line.number, _partition(cluster, line.partition)),
    )
    return pkid


def _partition(cluster: Cluster, partition: etree._Element | None) -> str | None:
    name = None if partition is None else text_of(partition)
    uuid = None if partition is None else partition.get("uuid")
    if not name and not uuid:
        return None
    column, value = ("pkid", pkid_of_uuid(uuid)) if uuid else ("name", name)
    found = cluster.connection.execute(f"SELECT pkid FROM routepartition WHERE {column} = ?", (value,)).fetchone()
    if found is None:
        raise AxlFaultError(
            INVALID_VALUE, f"Item not valid: The specified routePartitionName {name or uuid} was not found"
        )
    return str(found[0])


def _no_line() -> AxlFaultError:
    return AxlFaultError(INVALID_VALUE, "Item not valid: The specified Line was not found")
