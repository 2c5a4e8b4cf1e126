"""What `show itl` and `show ctl` print on a node, to values, also where a paste has lost columns and lines.

Nothing depends on where a line ends: the words of the node are landmarks, and a value reaches from its row's three words to the
next landmark [field guide 6].
"""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Final

from lscctl.trustlist import rows
from lscctl.trustlist.format import RecordTag
from lscctl.trustlist.landmarks import Mark, landmarks
from lscctl.trustlist.paste import cleaned
from lscctl.trustlist.values import Field, Header, Kind, NoTrustList, Printed, Record, TrustList, TrustListError

_HINT: Final = "Paste what `show itl` or `show ctl` prints on a node, or give the file from a TFTP server."

_MOST_LISTS: Final = 1_000
"""More than the lists of all nodes of a cluster; what holds more is no paste."""


def parse(text: str) -> tuple[TrustList, ...]:
    """Read all lists that a text holds, in order. Raises TrustListError with the line where nothing, or nonsense, is found."""
    text = cleaned(text)
    found = tuple(_lists(text))
    if not found:
        lines = text.count("\n") + 1
        raise NoTrustList(
            f"line 1: no trust list in {'this line' if lines == 1 else f'these {lines:,} lines'}", hint=_HINT
        )
    return found


def _lists(text: str) -> Iterator[TrustList]:
    draft, lists = _Draft(), 0
    for mark in landmarks(text):
        if draft.ends_before(mark):
            if draft.holds_anything:
                yield draft.finished()
                lists += 1
            if lists == _MOST_LISTS:
                line = text.count("\n", 0, mark.at) + 1
                raise TrustListError(f"line {line}: more than {_MOST_LISTS:,} lists in one text", hint=_HINT)
            draft = _Draft()
        draft.take(mark)
    if draft.holds_anything:
        yield draft.finished()


_RANK: Final = {
    name: rank
    for rank, names in enumerate(
        (
            ("checksum",),
            ("md5", "sha1"),
            ("length",),
            ("modified", "missing"),
            ("parse",),
            ("version",),
            ("header",),
            ("header row",),
            ("record", "record row", "signed"),
            ("verified", "refused", "broken"),
        )
    )
    for name in names
}
"""Where a landmark stands in what a node prints of one list: what would go back begins another list."""

_ONCE: Final = frozenset({"checksum", "length", "parse", "version", "header"})


@dataclass(slots=True)
class _RecordDraft:
    """A record as far as it has been read; None is what a paste has lost."""

    number: int | None = None
    rows: list[Field] = field(default_factory=list)
    signed: bool | None = None


@dataclass(slots=True)
class _Draft:
    """A list as far as it has been read."""

    kind: str = ""
    rank: int = -1
    header: Header = field(default_factory=lambda: Header(()))
    header_rows: list[Field] = field(default_factory=list)
    records: list[_RecordDraft] = field(default_factory=list)
    last_number: int = 0
    printed: Printed = field(default_factory=Printed)

    @property
    def holds_anything(self) -> bool:
        if self.header_rows or self.records or self.header.length is not None:
            return True
        return bool(self.kind) and (self.header, self.printed) != (
            Header(()),
            Printed(),
        )  # other things have versions, too

    def ends_before(self, mark: Mark) -> bool:
        """Whether the landmark belongs to another list: of another kind, after a prompt, or one that would go back."""
        kind = mark.words["kind"]
        if mark.name == "prompt" or (kind and self.kind and kind != self.kind):
            return True
        rank = _RANK.get(self._of(mark), -1)
        if rank < 0:
            return False
        if mark.name == "record" and int(mark.words["record"]) <= self.last_number:
            return True
        return rank < self.rank or (mark.name in _ONCE and rank == self.rank)

    def take(self, mark: Mark) -> None:
        """Make the landmark part of the list."""
        self.kind = self.kind or mark.words["kind"]
        self.rank = max(self.rank, _RANK.get(self._of(mark), -1))
        words = mark.words
        match mark.name:
            case "md5":
                self.printed = replace(self.printed, md5=words["md5"].lower())
            case "sha1":
                self.printed = replace(self.printed, sha1=words["sha1"].lower())
            case "length":
                self.printed = replace(self.printed, length=int(words["length"]))
            case "modified":
                self.printed = replace(self.printed, modified=rows.date(mark.value))
            case "missing" | "broken":
                said = "not found" if mark.name == "missing" else "could not be parsed"
                problems = dict.fromkeys([*filter(None, self.printed.problem.split("; ")), said])
                self.printed = replace(self.printed, problem="; ".join(problems))
            case "version":
                self.header = replace(self.header, version=words["version"])
            case "header":
                self.header = replace(self.header, length=int(words["header"]))
            case "record":
                self.last_number = int(words["record"])
                self.records.append(_RecordDraft(self.last_number))
            case "row":
                self._row(mark)
            case "signed" if self.records:
                self.records[-1].signed = "not_signed" not in words
            case "verified" | "refused":
                self.printed = replace(self.printed, verdict=mark.name == "verified" and "not_verified" not in words)

    def _of(self, mark: Mark) -> str:
        return f"{self._section(mark)} row" if mark.name == "row" else mark.name

    def _section(self, mark: Mark) -> str:
        """Whether a row is the header's or a record's: both know some words, and a paste may begin in the middle."""
        found = rows.section(mark.words["word"], mark.words["tag"])
        return found or ("record" if self.records else "header")

    def _row(self, mark: Mark) -> None:
        section = self._section(mark)
        row = rows.row(mark, section)
        if section == "header":
            self.header_rows.append(row)
            return
        if not self.records or (
            row.tag == RecordTag.RECORD_LENGTH and any(one.tag == row.tag for one in self.records[-1].rows)
        ):
            self.records.append(_RecordDraft())  # the line that says its number is lost
        self.records[-1].rows.append(row)

    def finished(self) -> TrustList:
        """The list. What was cut off at either end is simply not there."""
        records = tuple(rows.record(one.number or 0, tuple(one.rows), one.signed) for one in self.records)
        header = rows.header(tuple(self.header_rows), self.header)
        missing = bool(self.printed.problem) or self.printed.length == 0
        printed = replace(self.printed, cut=not missing and not self._is_whole(header, records))
        return TrustList(Kind(self.kind or Kind.UNKNOWN), header, records, None, printed)

    def _is_whole(self, header: Header, records: tuple[Record, ...]) -> bool:
        """Whether nothing is missing of what a node prints of a list: the lengths of the parts make that of the file."""
        lengths = [header.length, *(one.length for one in records)]
        if None in lengths or self.printed.verdict is None or not header.version:
            return False
        whole = sum(length for length in lengths if length is not None)
        numbered = [one.number for one in records] == list(range(1, len(records) + 1))
        return self.printed.length in (None, whole) and numbered
