"""A report, and the interface that every format fulfils.

A report has four faces. `records` below `heading` are for programs: plain values with stable keys in a stable order. `blocks`
are for people: paragraphs, grids and charts; `page` says the same with all that a page has room for. `metrics` are for a
monitoring system, `cases` for a CI system, which knows nothing but tests. A format takes the face that suits its reader.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import chain
from typing import Generic, Protocol, TypeVar

Value = str | int | float | bool | None | Sequence["Value"] | Mapping[str, "Value"]
"""What a record may hold: what JSON can say."""

Record = Mapping[str, Value]

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Anew(Generic[T]):
    """What `make` yields, made anew whenever somebody goes through it: tens of thousands of records never stand in memory."""

    make: Callable[[], Iterator[T]]

    def __iter__(self) -> Iterator[T]:
        return self.make()


class Tone(StrEnum):
    """How a text is meant; a format that has colours shows it by one."""

    PLAIN = "plain"
    GOOD = "good"
    WARNING = "warning"
    BAD = "bad"
    FAINT = "faint"
    TITLE = "title"


@dataclass(frozen=True, slots=True)
class Cell:
    """One text of a grid with its tone."""

    text: str
    tone: Tone = Tone.PLAIN


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a grid.

    `number`: aligned to the right and never folded. `whole`: never folded (names, dates). `roomy`: shown only where a line has
    room for it (100 characters and more).
    """

    title: str
    number: bool = False
    whole: bool = False
    roomy: bool = False


@dataclass(frozen=True, slots=True)
class Grid:
    """Rows under columns, for people. `rows` can be gone through more than once; `total` is their number."""

    title: str
    columns: Sequence[Column]
    rows: Iterable[Sequence[Cell | str]]
    total: int


@dataclass(frozen=True, slots=True)
class Paragraph:
    """One paragraph, for people."""

    text: str
    tone: Tone = Tone.PLAIN


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar of a chart: how many `things` its label stands for."""

    label: str
    value: int
    tone: Tone = Tone.PLAIN


@dataclass(frozen=True, slots=True)
class Chart:
    """Bars in an order that means something (months), for people. `thing` is what is counted, in the singular: `phone`."""

    title: str
    thing: str
    bars: Sequence[Bar]


Block = Grid | Paragraph | Chart


@dataclass(frozen=True, slots=True)
class Figure:
    """One number of a whole, with its label; `note` says more in a few words, such as its share."""

    label: str
    value: int
    tone: Tone = Tone.PLAIN
    note: str = ""


@dataclass(frozen=True, slots=True)
class Figures:
    """The few numbers that a page begins with."""

    figures: Sequence[Figure]


PageBlock = Block | Figures


class CaseEnd(StrEnum):
    """How a case ended, in the words that CI systems share [JUnit XML]."""

    PASSED = "passed"
    FAILED = "failed"
    SKIPPED = "skipped"
    ERROR = "error"


@dataclass(frozen=True, slots=True)
class Case:
    """One thing that can be right or wrong, as CI systems show it: `name` in its `group`, how it ended, a `message` of one line,
    and `detail` of any length. `seconds` is how long it took, None where nobody measured.

    A group goes from the whole to the part, with dots between, and begins with the cluster: `hq.Berlin`.
    """

    group: str
    name: str
    end: CaseEnd
    message: str = ""
    detail: str = ""
    seconds: float | None = None


@dataclass(frozen=True, slots=True)
class Sample:
    """One value of a metric, with the labels that tell it from the others."""

    labels: Mapping[str, str]
    value: float


@dataclass(frozen=True, slots=True)
class Metric:
    """A gauge. `name` begins with `lscctl_` and ends in its base unit where it has one (`_seconds`, `_ratio`); `help` is one
    sentence. `samples` can be gone through more than once; their number grows with sites and models, never with phones, unless
    somebody asked for that [prometheus.io: naming, instrumentation]."""

    name: str
    help: str
    samples: Iterable[Sample]


@dataclass(frozen=True, slots=True)
class Sheet:
    """Flat rows with the keys `fields`, in that order, for a spreadsheet. `rows` can be gone through more than once."""

    fields: Sequence[str]
    rows: Iterable[Record]


@dataclass(frozen=True, slots=True)
class Report:
    """What a command answers.

    `kind` and `version` name the schema of the records (`lscctl.status/1`); a change that could break a reader raises the
    version. `heading` holds what is true of the whole. `records` are lists of records by name (`{"phones": [...]}`), all of
    them with the keys `fields`, in that order; each list can be gone through more than once. Where a record holds lists of its
    own, `sheet` says the same in flat rows. `page` holds the blocks of a page that is kept and searched, where they say more than
    those of a terminal; empty where they are the same. `page` and `cases` can be gone through more than once. `as_of` says when
    this was true, for a page that is kept; no other format tells it, so that a diff of two days shows what changed and nothing
    else. `clusters` is set where several clusters were asked: formats for programs tell each one's own report,
    `lscctl.report.several` makes the other faces.
    """

    kind: str
    fields: Sequence[str]
    records: Mapping[str, Iterable[Record]]
    version: int = 1
    heading: Mapping[str, Value] = field(default_factory=dict)
    blocks: Sequence[Block] = ()
    page: Iterable[PageBlock] = ()
    sheet: Sheet | None = None
    cases: Iterable[Case] = ()
    metrics: Sequence[Metric] = ()
    as_of: str | None = None
    clusters: "Sequence[ClusterAnswer]" = ()

    @property
    def schema(self) -> str:
        """The name and version of the records' schema, `lscctl.run/1`."""
        return f"lscctl.{self.kind}/{self.version}"

    def rows(self) -> Iterator[dict[str, Value]]:
        """All records, list after list, with their keys in the order of `fields`."""
        for record in chain.from_iterable(self.records.values()):
            yield {key: record[key] for key in self.fields}


@dataclass(frozen=True, slots=True)
class ClusterAnswer:
    """What one of several clusters answered: its exit code and its report, or what went wrong and the next step."""

    cluster: str
    exit_code: int = 0
    report: Report | None = None
    error: str = ""
    hint: str = ""


@dataclass(frozen=True, slots=True)
class Page:
    """What a format for people may know of where it will be read.

    `width` is in characters, None where nobody's window limits it (a pipe, a file). `spoken` is for those who hear it: every row
    says which column a text stands in.
    """

    width: int | None = None
    colour: bool = False
    spoken: bool = False


class Format(Protocol):
    """One way to write a report down."""

    name: str

    def pieces(self, report: Report, page: Page) -> Iterator[str]:
        """The report's text, in pieces, so that a long report need not stand in memory as one text."""
        ...
