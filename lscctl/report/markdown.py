"""Markdown: what a ticket shows, and a comment on a merge request."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from lscctl.report.interface import Block, Cell, Chart, Column, Grid, Page, Paragraph, Report, Tone
from lscctl.report.wording import MOST_ROWS, more_rows, visible

MOST_CHARACTERS = 32_000
"""A report is no longer, so that it fits into a comment: Jira takes 32,767 characters, GitHub 65,536, GitLab a million."""

_ROOM_TO_SAY_SO = 150
"""No sentence about what was left away is longer."""

_MARKS = re.compile(r"[\\`*_\[\]|~$#]")
_OPENS_A_LIST = re.compile(r"^(?P<number>\d*)(?P<mark>[-+=/]|(?<=\d)[.)])")
_REFERENCE = re.compile(r'[@#!$%&~](?=[\w"])|:(?=//|[\w+-]*[a-zA-Z+-][\w+-]*:)|\bwww(?=\.)')
_ENTITIES = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", "\0": "&#8203;"})


class MarkdownFormat:
    """Tables and paragraphs as GitHub and GitLab show them; charts as small tables.

    Texts are shown letter by letter: they mark nothing up, call nobody, link to nothing. A table holds its first 1,000 rows, or
    fewer where all of it would not fit into a comment; what is left away is said.
    """

    name = "markdown"

    def pieces(self, report: Report, page: Page) -> Iterator[str]:  # noqa: ARG002 - no window limits a ticket
        """The blocks, one after the other, an empty line between them."""
        parts = [_part(block) for block in report.blocks]
        room = MOST_CHARACTERS - _ROOM_TO_SAY_SO - sum(len(part.opening) + _ROOM_TO_SAY_SO for part in parts)
        rooms = _shared_out(room, [sum(map(len, part.rows)) for part in parts])
        written = 0
        for part, share in zip(parts, rooms, strict=True):
            text = part.cut_to(share)
            written += len(text)
            if written > MOST_CHARACTERS - _ROOM_TO_SAY_SO:
                yield "The rest would not fit into a comment; other formats (--format csv, json, table) show it.\n"
                return
            yield text


@dataclass(frozen=True, slots=True)
class _Part:
    """What one block becomes: what it begins with, and its rows, of which there are `total`."""

    opening: str
    rows: Sequence[str] = ()
    total: int = 0

    def cut_to(self, room: int) -> str:
        """The part with as many of its first rows as the room has characters for."""
        rows = []
        for row in self.rows:
            room -= len(row)
            if room < 0:
                break
            rows.append(row)
        rest = f"\n{more_rows(len(rows), self.total)}\n" if len(rows) < self.total else ""
        return f"{self.opening}{''.join(rows)}{rest}\n"


def _part(block: Block) -> _Part:
    match block:
        case Paragraph():
            return _Part(f"{_heading(block.text) if block.tone is Tone.TITLE else _line(block.text)}\n")
        case Chart():
            columns = (Column(""), Column(f"{block.thing}s", number=True))
            return _table(block.title, columns, [(bar.label, f"{bar.value:,}") for bar in block.bars], len(block.bars))
        case Grid():
            return _table(block.title, block.columns, block.rows, block.total)


def _table(title: str, columns: Sequence[Column], rows: Iterable[Sequence[Cell | str]], total: int) -> _Part:
    above = f"{_heading(title)}\n\n" if title else ""
    head = _row([column.title for column in columns])
    rule = "|" + "|".join(" ---: " if column.number else " --- " for column in columns) + "|\n"
    return _Part(above + head + rule, [_row(row) for row in islice(rows, MOST_ROWS)], total)


def _row(cells: Sequence[Cell | str]) -> str:
    texts = (_text(cell.text if isinstance(cell, Cell) else cell) for cell in cells)
    return "| " + " | ".join(texts) + " |\n"


def _heading(text: str) -> str:
    return f"### {_text(text)}"


def _text(text: str) -> str:
    """The text, escaped. GitHub and GitLab look for names, numbers and links after they have read the marks, so behind what
    begins one stands a space of no width."""
    steady = visible(text.strip())
    apart = _REFERENCE.sub(lambda found: f"{found[0]}\0", steady)
    marked = _MARKS.sub(lambda found: f"\\{found[0]}", apart)
    return marked.translate(_ENTITIES)


def _line(text: str) -> str:
    """The text where it begins a line: it opens no list (`-`, `1.`) and gives GitLab no order (`/close`)."""
    return _OPENS_A_LIST.sub(r"\g<number>\\\g<mark>", _text(text))


def _shared_out(room: int, wants: Sequence[int]) -> list[int]:
    """Room for each that wants some: all that it wants where there is enough, else what is left by those who want less."""
    shares = [0] * len(wants)
    for place, index in enumerate(sorted(range(len(wants)), key=lambda index: wants[index])):
        shares[index] = min(wants[index], max(0, room) // (len(wants) - place))
        room -= shares[index]
    return shares
