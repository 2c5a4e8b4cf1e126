"""Tables: boxes and colours for a terminal, plain columns for a pipe or a file."""

import io
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice, pairwise

from rich import box
from rich.cells import cell_len
from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from lscctl.report.interface import Cell, Chart, Column, Grid, Page, Paragraph, Report, Tone
from lscctl.report.wording import MOST_ROWS, count, more_rows, visible

ROOMY_WIDTH = 100
"""Lines this wide may have room for the columns that are good to have."""

_LONGEST_WHOLE = 32
_MOST_LINES = 6
_PROSE = 24
"""Wide enough for a text of any length; a shorter one may be folded into `_MOST_LINES` lines before columns go below each other."""
_LONGEST_WORD = 16
_LONGEST_UNBROKEN = 12
"""Longer words of a row may break before columns are put below each other; words of headings never do."""
_GAP = 2
_LONGEST_BAR = 50
_CHART_WIDTH = 80

_STYLES = {
    Tone.PLAIN: "",
    Tone.GOOD: "green",
    Tone.WARNING: "yellow",
    Tone.BAD: "red",
    Tone.FAINT: "dim",
    Tone.TITLE: "bold",
}


class TableFormat:
    """For people. With a width: a rich table that folds to it; without one: one line a row, nothing cut, for `grep`.

    Where columns would be so narrow that words break, each row is a block: a line for each text, behind the name of its column.
    On a page that is spoken no columns are drawn: a row is one line, each text behind the name of its column.
    """

    name = "table"

    def pieces(self, report: Report, page: Page) -> Iterator[str]:
        """The paragraphs, grids and charts, one after the other, an empty line around all but paragraphs."""
        for before, block in pairwise((None, *report.blocks)):
            if before is not None and {type(before), type(block)} != {Paragraph}:
                yield "\n"
            match block:
                case Grid():
                    yield from _grid(block, page)
                case Chart():
                    yield from _chart(block, page)
                case Paragraph():
                    yield _paragraph(block, page)


def _paragraph(paragraph: Paragraph, page: Page) -> str:
    if page.width is None:
        return visible(paragraph.text) + "\n"
    return _drawn(Text(visible(paragraph.text), style=_STYLES[paragraph.tone]), page, page.width)


def _chart(chart: Chart, page: Page) -> Iterator[str]:
    """One line a bar: label, value, and a bar that the longest fills the line with."""
    yield _paragraph(Paragraph(f"{chart.title} ({chart.thing}s)", Tone.TITLE), page)
    if page.spoken:
        yield from (f"{visible(bar.label)}: {count(bar.value, chart.thing)}\n" for bar in chart.bars)
        return
    labels = [visible(bar.label) for bar in chart.bars]
    values = [f"{bar.value:,}" for bar in chart.bars]
    before = max(map(cell_len, labels), default=0) + max(map(len, values), default=0) + 2 * _GAP
    longest = max(1, min(_LONGEST_BAR, (page.width or _CHART_WIDTH) - before))
    most = max((bar.value for bar in chart.bars), default=0)
    block = "#" if page.width is None else "\u2588"
    for bar, label, value in zip(chart.bars, labels, values, strict=True):
        length = -(-bar.value * longest // most) if bar.value else 0  # even one phone of thousands is seen
        padding = " " * (max(map(cell_len, labels)) - cell_len(label))
        text = f"{label}{padding}  {value.rjust(max(map(len, values)))}  {block * length}".rstrip()
        yield _paragraph(Paragraph(text, bar.tone), page)


def _grid(grid: Grid, page: Page) -> Iterator[str]:
    rows = [[_cell(cell) for cell in row] for row in islice(grid.rows, MOST_ROWS)]
    if grid.title:
        yield _paragraph(Paragraph(grid.title, Tone.TITLE), page)
    if page.spoken:
        yield from _spoken(grid.columns, rows)
    else:
        yield _plain(grid.columns, rows) if page.width is None else _folded(grid.columns, rows, page, page.width)
    if grid.total > len(rows):
        yield _paragraph(Paragraph(more_rows(len(rows), grid.total), Tone.WARNING), page)


def _cell(cell: Cell | str) -> Cell:
    plain = cell if isinstance(cell, Cell) else Cell(cell)
    return Cell(visible(plain.text), plain.tone)


def _folded(columns: Sequence[Column], rows: Sequence[Sequence[Cell]], page: Page, width: int) -> str:
    """The columns side by side, those that are good to have only where there is room; on a line that is too short for the others,
    too, below each other."""
    for roomy in (True, False) if width >= ROOMY_WIDTH else (False,):
        shown = [index for index, column in enumerate(columns) if roomy or not column.roomy]
        some, cells = [columns[index] for index in shown], [[row[index] for index in shown] for row in rows]
        texts = [[column.title, *(row[index].text for row in cells)] for index, column in enumerate(some)]
        room = width - _GAP * (len(some) - 1)
        if sum(_narrowest(some, texts)) <= room:
            return _boxed(some, cells, _widths(some, texts, room), page, width)
    return _stacked(some, cells, page, width)


def _boxed(
    columns: Sequence[Column], rows: Sequence[Sequence[Cell]], widths: Sequence[int], page: Page, width: int
) -> str:
    table = Table(
        box=box.SIMPLE_HEAD, padding=(0, _GAP - 1, 0, 0), show_edge=False, pad_edge=False, header_style="bold"
    )
    for column, column_width in zip(columns, widths, strict=True):
        table.add_column(
            Text(column.title), width=column_width, justify="right" if column.number else "left", overflow="fold"
        )
    for row in rows:
        table.add_row(*(Text(cell.text, style=_STYLES[cell.tone]) for cell in row))
    return _drawn(table, page, width)


def _stacked(columns: Sequence[Column], rows: Sequence[Sequence[Cell]], page: Page, width: int) -> str:
    """A block for each row, its first text at the margin; a row without one goes on with the block above it."""
    table = Table.grid(padding=0)
    table.add_column(width=width, overflow="fold")
    for number, row in enumerate(rows):
        if number and row[0].text:
            table.add_row("")
        for index, (column, cell) in enumerate(zip(columns, row, strict=True)):
            if cell.text:
                title = f"{column.title}: " if column.title else ""
                line = Text.assemble((title, "bold"), (cell.text, _STYLES[cell.tone]))
                table.add_row(Padding(line, (0, 0, 0, _GAP if index else 0)))
    return _drawn(table, page, width)


def _narrowest(columns: Sequence[Column], texts: Sequence[Sequence[str]]) -> list[int]:
    """The widths below which columns are no longer read with ease; the first of a column's texts is its title."""
    wanted = [max(cell_len(text) for text in column) for column in texts]
    return [
        most
        if _stays_whole(column, most)
        else max(
            _longest_word(words[:1]), min(_LONGEST_UNBROKEN, _longest_word(words)), min(_PROSE, most // _MOST_LINES)
        )
        for column, most, words in zip(columns, wanted, texts, strict=True)
    ]


def _stays_whole(column: Column, most: int) -> bool:
    return column.number or (column.whole and most <= _LONGEST_WHOLE)


def _widths(columns: Sequence[Column], texts: Sequence[Sequence[str]], room: int) -> list[int]:
    """Share the room out, in which all have their narrowest width: first for whole words, then by need."""
    wanted = [max(cell_len(text) for text in column) for column in texts]
    widths = _narrowest(columns, texts)
    for wishes in ([min(most, _longest_word(words)) for most, words in zip(wanted, texts, strict=True)], wanted):
        while sum(widths) < room and (hungry := [n for n, width in enumerate(widths) if width < wishes[n]]):
            widths[max(hungry, key=lambda n: wishes[n] / widths[n])] += 1
    return widths


def _longest_word(texts: Iterable[str]) -> int:
    """The width below which a word would be broken; very long ones are."""
    return min(_LONGEST_WORD, max((cell_len(word) for text in texts for word in text.split()), default=1))


def _spoken(columns: Sequence[Column], rows: Sequence[Sequence[Cell]]) -> Iterator[str]:
    for row in rows:
        told = (f"{column.title}: {cell.text}" for column, cell in zip(columns, row, strict=True) if cell.text)
        yield "; ".join(told) + "\n"


def _plain(columns: Sequence[Column], rows: Sequence[Sequence[Cell]]) -> str:
    lines = [[column.title.upper() for column in columns], *([cell.text for cell in row] for row in rows)]
    widths = [max(cell_len(line[index]) for line in lines) for index in range(len(columns))]
    return "".join(_plain_line(line, widths, columns) for line in lines)


def _plain_line(line: Sequence[str], widths: Sequence[int], columns: Sequence[Column]) -> str:
    parts = []
    for text, width, column in zip(line, widths, columns, strict=True):
        gap = " " * (width - cell_len(text))
        parts.append(gap + text if column.number else text + gap)
    return "  ".join(parts).rstrip() + "\n"


def _drawn(renderable: Table | Text, page: Page, width: int) -> str:
    """The text of a renderable. Markup, emoji codes and highlighting are off: a description is shown letter by letter."""
    paper = io.StringIO()
    console = Console(
        file=paper,
        width=width,
        force_terminal=page.colour,
        no_color=not page.colour,
        color_system="auto" if page.colour else None,
        markup=False,
        emoji=False,
        highlight=False,
        legacy_windows=False,
    )
    console.print(renderable)
    return "".join(line.rstrip() + "\n" for line in paper.getvalue().splitlines())
