"""Reports that were kept as files: reads back the phones that `status`, `report capf` and `report expiring` told as JSON, NDJSON or
CSV, so that they can be compared."""

import csv
import io
import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, BinaryIO, Final

from pydantic import TypeAdapter, ValidationError

from lscctl.changes import PhoneKey, PhoneThen
from lscctl.errors import UsageError
from lscctl.given_file import read_given

VERSIONS: Final = {"status": 1, "capf": 1, "expiring": 1, "clusters": 1}
"""The kinds that tell of single phones, alone or of several clusters, and the version of each that is understood."""

_PARTIAL: Final = frozenset({"expiring"})
_OWN_COLUMN: Final = {"status": "over_expressway", "capf": "next_step", "expiring": "beyond"}
"""CSV has no place for a schema: a column that only one kind has tells which it is."""

_SCHEMA: Final = re.compile(r"lscctl\.([a-z-]+)/([0-9]{1,6})")
_LISTS: Final = frozenset({"phones", "unknown", "clusters"})
_NEEDED: Final = frozenset(
    {"name", "model", "device_pool", "profile", "status", "lsc", "lsc_valid_until", "lsc_issuer"}
)
_NULLABLE: Final = frozenset({"lsc_valid_until", "lsc_issuer", "auth_mode", "protocol", "registration"})
_DELIMITERS: Final = (",", ";", "\t")
_DISARMED: Final = re.compile(r"' *[=+\-@\t\r\n＝＋－＠]")  # noqa: RUF001 - full-width ones count too
_MAKE: Final = "Make one with: lscctl status --output monday.json (or report capf, report expiring; .ndjson, .csv)"
_PHONE: Final = TypeAdapter(PhoneThen)


@dataclass(frozen=True, slots=True)
class PastReport:
    """The phones of a kept report, or of a cluster that was asked just now, whose `kind` is None. `where` is what messages call
    it."""

    where: str
    kind: str | None
    phones: Mapping[PhoneKey, PhoneThen]
    notes: tuple[str, ...] = ()

    @property
    def clusters(self) -> frozenset[str]:
        """The clusters that it tells of, as far as it says so."""
        return frozenset(cluster for cluster, _ in self.phones if cluster)

    def of_cluster(self, cluster: str) -> "PastReport":
        """What it tells of that cluster; all of it where it names none."""
        if not self.clusters:
            return self
        return replace(self, phones={key: phone for key, phone in self.phones.items() if key[0] == cluster})

    def beside(self, other: "PastReport") -> tuple[Mapping[PhoneKey, PhoneThen], Mapping[PhoneKey, PhoneThen]]:
        """The phones of both that can be compared.

        Where only one names its clusters, names alone tell phones apart. A report of LSCs that end tells of some phones only:
        beside one that tells of all, no more than those are compared.
        """
        old, new = self.phones, other.phones
        if bool(self.clusters) != bool(other.clusters):
            old, new = _without_cluster(old, self.where), _without_cluster(new, other.where)
        if self.kind in _PARTIAL and other.kind not in _PARTIAL:
            new = {key: phone for key, phone in new.items() if key in old}
        elif other.kind in _PARTIAL and self.kind not in _PARTIAL:
            old = {key: phone for key, phone in old.items() if key in new}
        return old, new


def _without_cluster(phones: Mapping[PhoneKey, PhoneThen], where: str) -> dict[PhoneKey, PhoneThen]:
    named = {("", name): phone for (_, name), phone in phones.items()}
    if len(named) != len(phones):
        raise UsageError(
            f"{where} tells of several clusters, and the other report names none",
            hint="Compare it with a JSON of the same clusters.",
        )
    return named


def read_report(path: str, stdin: BinaryIO) -> PastReport:
    """The report that the file holds (`-`: standard input).

    Raises UsageError, which names the file, for one that cannot be read, is no report of phones, is of a newer lscctl, or is
    damaged.
    """
    return parse_report(*read_given("the report", path, stdin))


def parse_report(content: bytes, where: str) -> PastReport:
    """The report that the content holds; `where` is what errors call it. Raises as `read_report` does."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise _no_report(where, "it is not text in UTF-8") from None
    if not text.strip():
        raise _no_report(where, "it is empty")
    if not text.lstrip().startswith("{"):
        return _csv(text, where)
    first = text.lstrip().partition("\n")[0].rstrip()
    return _ndjson(text, where) if _is_line(first) else _json(text, where)


def _is_line(text: str) -> bool:
    """Whether this is a record of NDJSON: a whole object that is no whole report."""
    try:
        read = json.loads(text)
    except (ValueError, RecursionError):
        return False
    return isinstance(read, dict) and not _LISTS & read.keys()


def _json(text: str, where: str) -> PastReport:
    phone = _reader(where)
    # each phone becomes one as soon as it has been read: as dicts, 40,000 of them would fill the memory
    read = _decoded(text, where, 1, lambda found: phone(found) if _tells_of_a_phone(found) else found)
    kind = _kind(read, where)
    answers = [one["answer"] for one in _listed(read, "clusters", where) if one.get("answer")]
    reports = answers if kind == "clusters" else [read]
    kinds = dict.fromkeys(_kind(one, where) for one in reports)
    if len(kinds) != 1 or kinds.keys() == {"clusters"}:
        raise _no_report(where, f"it tells of {' and '.join(kinds) or 'no cluster'}")
    phones = (phone for one in reports for phone in _phones(one, where))
    return PastReport(where, next(iter(kinds)), _by_key(phones, where))


def _decoded(text: str, where: str, line: int, hook: Callable[[dict[str, Any]], object] | None = None) -> Any:
    """What the JSON says; it begins on that line of the file."""
    try:
        return json.loads(text, object_hook=hook)
    except json.JSONDecodeError as error:
        raise _damaged(where, f"line {line + error.lineno - 1}: {error.msg}") from None
    except (ValueError, RecursionError) as error:  # a number of thousands of digits, brackets of thousands of levels
        raise _damaged(where, f"line {line}: {error}") from None


def _phones(report: Mapping[str, Any], where: str) -> Iterator[PhoneThen]:
    """The phones of one cluster, with its name where they do not tell it themselves."""
    cluster = str(report.get("cluster") or "")
    for phone in (*_listed(report, "phones", where, PhoneThen), *_listed(report, "unknown", where, PhoneThen)):
        yield phone if phone.cluster or not cluster else replace(phone, cluster=cluster)


def _listed(read: Mapping[str, Any], name: str, where: str, kind: type = dict) -> list[Any]:
    """The list of that name, none where it is absent; all of it must be of the kind."""
    found = read.get(name, [])
    if not isinstance(found, list) or not all(isinstance(one, kind) for one in found):
        raise _damaged(where, f"{name!r} is not a list of what it should hold")
    return found


def _ndjson(text: str, where: str) -> PastReport:
    phone = _reader(where)
    kinds: dict[str, None] = {}

    def phones() -> Iterator[PhoneThen]:
        for number, line in enumerate(text.splitlines(), 1):
            read = _decoded(line, where, number) if line.strip() else None
            if read is not None and (kind := _kind(read, where)) != "clusters":  # that line says how a cluster failed
                kinds.setdefault(kind)
                yield phone(read)

    found = _by_key(phones(), where)
    if len(kinds) != 1:
        raise _no_report(where, f"it tells of {' and '.join(kinds) or 'no phone'}")
    return PastReport(where, next(iter(kinds)), found)


def _csv(text: str, where: str) -> PastReport:
    phone = _reader(where)
    heading = text.partition("\n")[0]
    delimiter = max(_DELIMITERS, key=heading.count)
    reader = csv.DictReader(io.StringIO(text, newline=""), delimiter=delimiter)
    try:
        columns = frozenset(reader.fieldnames or ())
        kind = next((kind for kind, column in _OWN_COLUMN.items() if column in columns), None)
        if kind is None or not columns >= _NEEDED:
            raise _no_report(where, "its first line is not the heading of one")
        cells = ({key: _cell(key, cell) for key, cell in row.items() if key} for row in reader)
        return PastReport(where, kind, _by_key((phone(row) for row in cells if row["name"]), where))
    except csv.Error as error:
        raise _damaged(where, f"line {reader.line_num}: {error}") from None


def _cell(key: str, cell: str | None) -> str | None:
    """The text as it was before CSV made it harmless."""
    if not cell:
        return None if key in _NULLABLE or cell is None else ""
    return cell[1:] if _DISARMED.match(cell) else cell


def _tells_of_a_phone(found: Mapping[str, Any]) -> bool:
    return "name" in found and "lsc_valid_until" in found


def _reader(where: str) -> Callable[[Mapping[str, Any]], PhoneThen]:
    """Makes a phone of what a record says; texts that repeat are one and the same object, and keys that are not needed are
    left away."""
    texts: dict[object, object] = {}

    def read(found: Mapping[str, Any]) -> PhoneThen:
        shared = {
            key: texts.setdefault(value, value) if isinstance(value, str) else value for key, value in found.items()
        }
        try:
            return _PHONE.validate_python(shared)
        except ValidationError as error:
            first = error.errors(include_url=False, include_input=False)[0]
            place = ".".join(str(part) for part in first["loc"])
            raise _damaged(where, f"the phone {found.get('name')!r}: {place}: {first['msg']}") from None

    return read


def _kind(read: object, where: str) -> str:
    """The kind of a report of phones, of a version that is understood."""
    said = read.get("schema") if isinstance(read, dict) else None
    schema = _SCHEMA.fullmatch(said) if isinstance(said, str) else None
    if schema is None:
        raise _no_report(where, "it names no schema of lscctl's")
    kind, version = schema[1], int(schema[2])
    if kind not in VERSIONS:
        raise _no_report(where, f"it is of the kind {kind}")
    if version != VERSIONS[kind]:
        raise UsageError(
            f"{where} holds {said}, and this lscctl understands lscctl.{kind}/{VERSIONS[kind]}",
            hint="Use the lscctl that wrote it, or make the report anew.",
        )
    return kind


def _by_key(phones: Iterable[PhoneThen], where: str) -> dict[PhoneKey, PhoneThen]:
    found: dict[PhoneKey, PhoneThen] = {}
    for phone in phones:
        if found.setdefault((phone.cluster, phone.name), phone) is not phone:
            raise _damaged(where, f"the phone {phone.name!r} stands in it twice")
    return found


def _no_report(where: str, why: str) -> UsageError:
    return UsageError(f"{where} is no report that tells of phones: {why}", hint=_MAKE)


def _damaged(where: str, why: str) -> UsageError:
    return UsageError(f"{where} is not as lscctl wrote it: {why}", hint="Make the report anew.")
