"""HTML: one file that holds all it needs, for a screen, a phone, and paper."""

import json
import re
from base64 import b64encode
from collections.abc import Iterable, Iterator, Sequence
from hashlib import sha256
from html import escape
from importlib import resources
from itertools import islice, takewhile

from lscctl.report.interface import (
    Cell,
    Chart,
    Column,
    Figure,
    Figures,
    Grid,
    Page,
    PageBlock,
    Paragraph,
    Report,
    Tone,
    Value,
)
from lscctl.report.wording import visible

FIRST_ROWS = 100
"""So many rows of a grid stand in the page as a table, and so many at a time its script shows; the others are kept as JSON."""

NUMBERED_TEXTS = 1_000
"""Of each column, so many different texts are written once and then meant by their number: pools and models repeat."""

_MOST_BARS_STANDING = 24
_LONGEST_LABEL_STANDING = 8
_HALF_A_PAGE = 90
_GAP = 3
_LONGEST_NAME = 36
_MOST_COLUMNS_OF_HALF = 8
_FEW_ROWS = 20
_MOST_COLUMNS_UPRIGHT = 8
_FEW_HEADINGS = 4
_LONGEST_LINK = 60

_KINDS = {
    "status": "Phones and their LSCs",
    "expiring": "LSCs that end",
    "capf": "CAPF report",
    "capf-groups": "CAPF report by group",
    "capf-plan": "Renewal of CAPF's certificate",
    "preflight-list": "Checks of preflight",
    "profiles": "Security profiles",
    "profiles-check": "Security profiles, checked",
    "profiles-set-mode": "Change of a security profile",
    "trust-list": "Trust lists",
    "trust-list-diff": "Trust lists, compared",
    "trust-list-verify": "Trust lists, verified",
    "config": "Configuration",
    "config-check": "Configuration, checked",
}
"""What reports are called where their kind alone reads badly."""

_ICON = (
    "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 16 16'%3E"
    "%3Crect x='1' y='8' width='4' height='7' fill='%233b6fb6'/%3E%3Crect x='6' y='4' width='4' height='11' fill='%233b6fb6'/%3E"
    "%3Crect x='11' y='1' width='4' height='14' fill='%233b6fb6'/%3E%3C/svg%3E"
)


class HtmlFormat:
    """A page for people: charts, paragraphs, and grids that sort and filter in the browser, with no server and nothing fetched.

    A policy in the page itself allows its own style sheet and script, known by their hashes, and nothing else. Texts are escaped,
    and what could steer a screen is spelled out (`\\x1b`). Without JavaScript the first rows of each grid are there to read.
    """

    name = "html"

    def pieces(self, report: Report, page: Page) -> Iterator[str]:  # noqa: ARG002 - a browser finds its own width
        """The page, row by row, so that 40,000 phones never stand in memory as one text."""
        blocks = tuple(report.page) or tuple(report.blocks)
        style = _resource("page.css") + "".join(_rules(blocks))
        script = _resource("page.js")
        yield _head(_title(report), style, script)
        yield _header(report, blocks)
        yield "<main>\n"
        label = "title"
        for number, block in enumerate(blocks, 1):
            if _heading(block):
                label = f"heading-{number}"
            yield from _block(block, f"block-{number}", label)
        yield f"</main>\n<footer>Made by lscctl, {_text(report.schema)}</footer>\n"
        yield f"<script>{script}</script>\n</body>\n</html>\n"


def _resource(name: str) -> str:
    return (resources.files("lscctl.report") / "page" / name).read_text(encoding="utf-8")


def _text(text: str) -> str:
    """The text as it may stand in markup and in attributes."""
    return escape(visible(text))


# the frame


def _head(title: str, style: str, script: str) -> str:
    policy = (
        f"default-src 'none'; style-src {_hash(style)}; script-src {_hash(script)}; img-src data:; "
        "base-uri 'none'; form-action 'none'; require-trusted-types-for 'script'; trusted-types 'none'"
    )
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="color-scheme" content="light dark">\n<meta name="referrer" content="no-referrer">\n'
        f'<title>{_text(title)}</title>\n<link rel="icon" href="{_ICON}">\n<style>{style}</style>\n</head>\n<body>\n'
    )


def _hash(text: str) -> str:
    return f"'sha256-{b64encode(sha256(text.encode()).digest()).decode()}'"


def _title(report: Report) -> str:
    return ", ".join(part for part in (_kind(report), _cluster(report)) if part)


def _kind(report: Report) -> str:
    return _KINDS.get(report.kind) or report.kind.replace("-", " ").capitalize()


def _cluster(report: Report) -> str:
    return _words(report.heading.get("cluster")) or _words(report.heading.get("clusters"))


def _words(value: Value) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, Sequence):
        return ", ".join(map(_words, value))
    return ""


def _header(report: Report, blocks: Sequence[PageBlock]) -> str:
    cluster = f" <span>{_text(_cluster(report))}</span>" if _cluster(report) else ""
    version = _words(report.heading.get("cucm_version"))
    said = [f"CUCM {version}"] if version else []
    said += [f"as of {report.as_of}"] if report.as_of else []
    lines = f"<p>{_text(' · '.join(said))}</p>\n" if said else ""
    return f'<header>\n<h1 id="title">{_text(_kind(report))}{cluster}</h1>\n{lines}{_contents(blocks)}</header>\n'


def _contents(blocks: Sequence[PageBlock]) -> str:
    """Links to the parts of a long page; a whole sentence is none."""
    named = [(number, _heading(block)) for number, block in enumerate(blocks, 1)]
    headings = [(number, heading) for number, heading in named if 0 < len(heading) <= _LONGEST_LINK]
    if len(headings) < _FEW_HEADINGS:
        return ""
    links = "\n".join(f'<a href="#heading-{number}">{_text(heading)}</a>' for number, heading in headings)
    return f'<nav aria-label="On this page">\n{links}\n</nav>\n'


def _rules(blocks: Sequence[PageBlock]) -> Iterator[str]:
    """What the style sheet must know of these blocks, since the policy forbids styles beside it: how long each bar is, and the
    columns' titles, which a narrow screen shows beside each cell."""
    if any(isinstance(block, Grid) and len(block.columns) > _MOST_COLUMNS_UPRIGHT for block in blocks):
        yield "@page{size:landscape}\n"
    for number, block in enumerate(blocks, 1):
        if isinstance(block, Chart):
            most = max((bar.value for bar in block.bars), default=0) or 1
            for position, bar in enumerate(block.bars, 1):
                seen = "1px" if bar.value else "0"  # even one phone of thousands is seen
                yield f"#block-{number} li:nth-child({position}){{--part:{bar.value / most:.4f};--seen:{seen}}}\n"
        if isinstance(block, Grid):
            for position, column in enumerate(block.columns, 1):
                quoted = re.sub(r"[^\w ]", lambda sign: f"\\{ord(sign[0]):06x}", _column_title(column))
                yield f'#block-{number} td:nth-child({position}){{--title:"{quoted}"}}\n'


# blocks


def _heading(block: PageBlock) -> str:
    """The heading that the block begins with, or is; '' for none."""
    match block:
        case Paragraph(text, tone):
            return text if tone is Tone.TITLE else ""
        case Figures():
            return ""
        case _:
            return block.title


def _block(block: PageBlock, place: str, label: str) -> Iterator[str]:
    """One block; `label` is the id of the heading that names it, its own or the last one before."""
    match block:
        case Paragraph(text, Tone.TITLE):
            yield f'<h2 id="{label}">{_text(text)}</h2>\n'
        case Paragraph(text, tone):
            yield f"<p{_toned(tone)}>{_text(text)}</p>\n"
        case Figures(figures):
            yield f'<dl class="figures">\n{"".join(map(_figure, figures))}</dl>\n'
        case Chart():
            yield _chart(block, place, label)
        case Grid():
            yield from _grid(block, place, label)


def _figure(figure: Figure) -> str:
    note = f" <small>{_text(figure.note)}</small>" if figure.note else ""
    return f"<div{_toned(figure.tone)}><dt>{_text(figure.label)}</dt><dd>{figure.value:,}{note}</dd></div>\n"


def _toned(tone: Tone) -> str:
    return _classes([] if tone is Tone.PLAIN else [tone.value])


def _classes(names: Sequence[str]) -> str:
    return f' class="{" ".join(names)}"' if names else ""


def _headline(title: str, label: str) -> str:
    return f'<h2 id="{label}">{_text(title)}</h2>\n' if title else ""


# charts


def _standing(chart: Chart) -> bool:
    """Whether the bars stand side by side, as a histogram; many, or long labels, lie below each other."""
    longest = max((len(bar.label) for bar in chart.bars), default=0)
    return len(chart.bars) <= _MOST_BARS_STANDING and longest <= _LONGEST_LABEL_STANDING


def _chart(chart: Chart, place: str, label: str) -> str:
    layout = "standing" if _standing(chart) else "lying"
    bars = "".join(
        f'<li{_toned(bar.tone if bar.value else Tone.PLAIN)}><span class="label">{_text(bar.label)}</span><span class="bar"></span>'
        f'<span class="value">{bar.value:,} <span class="unseen">{_text(chart.thing)}{"" if bar.value == 1 else "s"}'
        "</span></span></li>\n"
        for bar in chart.bars
    )
    unit = f' <span class="unit">{_text(chart.thing)}s</span>'
    heading = f'<figcaption><h2 id="{label}">{_text(chart.title)}{unit}</h2></figcaption>\n' if chart.title else ""
    return f'<figure class="chart {layout}" id="{place}" aria-labelledby="{label}">\n{heading}<ol>\n{bars}</ol>\n</figure>\n'


# grids


def _grid(grid: Grid, place: str, label: str) -> Iterator[str]:
    rows = iter(grid.rows)
    first = [[_cell(cell) for cell in row] for row in islice(rows, FIRST_ROWS)]
    titled = any(column.title for column in grid.columns)
    numbers, half, long = _numbers_behind_names(grid), _takes_half(grid, first), grid.total > len(first)
    kinds = {"numbers": numbers, "half": half, "long": long, "cards": titled and not numbers and not half}
    yield f'<section{_classes([kind for kind, meant in kinds.items() if meant])} id="{place}">\n{_headline(grid.title, label)}'
    yield f'<div class="scroll" role="group" tabindex="0" aria-labelledby="{label}">\n<table aria-labelledby="{label}">\n'
    yield f"<thead{'' if titled else ' hidden'}><tr>{''.join(map(_column_head, grid.columns))}</tr></thead>\n<tbody>\n"
    for row in first:
        yield _row(row, grid.columns)
    yield "</tbody>\n</table>\n</div>\n"
    if grid.total > len(first):
        yield f'<p class="tally" role="status">The first {len(first):,} of {grid.total:,} rows; the others need JavaScript.</p>\n'
        yield from _rest(rows, len(grid.columns))
    yield "</section>\n"


def _cell(cell: Cell | str) -> Cell:
    plain = cell if isinstance(cell, Cell) else Cell(cell)
    return Cell(visible(plain.text), plain.tone)


def _numbers_behind_names(grid: Grid) -> bool:
    """Whether a row is a name, or two, with numbers behind."""
    names = len(list(takewhile(lambda column: not column.number, grid.columns)))
    return names in (1, 2) and names < len(grid.columns) and all(column.number for column in grid.columns[names:])


def _takes_half(grid: Grid, rows: Sequence[Sequence[Cell]]) -> bool:
    """Whether two such grids find room beside each other."""
    if not grid.title or grid.total > FIRST_ROWS:
        return False
    longest = [
        max(len(column.title), *(len(row[index].text) for row in rows), 0) for index, column in enumerate(grid.columns)
    ]
    if _numbers_behind_names(grid):
        short = longest[0] <= _LONGEST_NAME and len(grid.columns) <= _MOST_COLUMNS_OF_HALF
        return short or len(grid.columns) == 2
    return grid.total <= _FEW_ROWS and sum(longest) + _GAP * len(longest) <= _HALF_A_PAGE


def _column_head(column: Column) -> str:
    """The head of a column; one without a title heads nothing."""
    if not column.title:
        return "<td></td>"
    kinds = [kind for kind in ("number", "whole", "roomy") if getattr(column, kind)]
    return f'<th scope="col"{_classes(kinds)}>{_text(_column_title(column))}</th>'


def _column_title(column: Column) -> str:
    return column.title[:1].upper() + column.title[1:]


def _row(row: Sequence[Cell], columns: Sequence[Column]) -> str:
    """A row of the table; the first cell names it, unless it is empty because the row goes on with the one before."""
    cells = []
    for position, (cell, column) in enumerate(zip(row, columns, strict=True)):
        kinds = [kind for kind, meant in (("number", column.number), ("whole", column.whole)) if meant]
        kinds += [] if cell.tone is Tone.PLAIN else [cell.tone.value]
        tag = 'th scope="row"' if position == 0 and cell.text else "td"
        cells.append(f"<{tag}{_classes(kinds)}>{escape(cell.text)}</{tag[:2]}>")
    return f"<tr>{''.join(cells)}</tr>\n"


def _rest(rows: Iterable[Sequence[Cell | str]], columns: int) -> Iterator[str]:
    """The rows that the script draws, one a line. A cell is a text, a text with its tone, or the number of an earlier one."""
    yield f'<script type="application/json" data-numbered="{NUMBERED_TEXTS}">['
    numbers: list[dict[Cell, int]] = [{} for _ in range(columns)]
    separator = "\n"
    for row in rows:
        cells = [_numbered(_cell(cell), known) for cell, known in zip(row, numbers, strict=True)]
        yield separator + json.dumps(cells, ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c")
        separator = ",\n"
    yield "\n]</script>\n"


def _numbered(cell: Cell, known: dict[Cell, int]) -> int | str | tuple[str, str]:
    if cell in known:
        return known[cell]
    if len(known) < NUMBERED_TEXTS:
        known[cell] = len(known)
    return cell.text if cell.tone is Tone.PLAIN else (cell.text, cell.tone.value)
