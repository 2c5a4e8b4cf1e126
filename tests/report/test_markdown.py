import re
from collections.abc import Iterator, Sequence

import pytest
from hypothesis import given
from markdown_it import MarkdownIt
from markdown_it.token import Token

from lscctl.report.interface import Bar, Block, Cell, Chart, Column, Grid, Paragraph, Report, Tone
from lscctl.report.markdown import MOST_CHARACTERS
from lscctl.report.wording import visible
from tests.report.nasty import NASTY, texts
from tests.report.published import written

READER = MarkdownIt("commonmark").enable(["table", "strikethrough"])
COLUMNS = (Column("Phone"), Column("Phones", number=True))


def markdown(*blocks: Block) -> str:
    return written(Report("test", (), {}, blocks=blocks), "markdown")


def grid(*rows: Sequence[Cell | str], total: int | None = None, title: str = "") -> Grid:
    return Grid(title, COLUMNS, rows, len(rows) if total is None else total)


def read(text: str) -> list[Token]:
    return READER.parse(text)


def shown(inline: Token) -> str:
    """What a reader sees of a text that nothing in it marks up; fails where something does."""
    parts = [child for child in inline.children or () if child.content]
    assert {part.type for part in parts} <= {"text", "text_special"}, [part.type for part in parts]
    return "".join(part.content for part in parts).replace("\u200b", "").strip()


def tables(text: str) -> Iterator[list[list[str]]]:
    """The tables of the text, row after row, as a reader sees them."""
    tokens = iter(read(text))
    for token in tokens:
        if token.type == "table_open":
            rows: list[list[str]] = []
            yield rows
        elif token.type == "tr_open":
            rows.append([])
        elif token.type in ("th_open", "td_open"):
            rows[-1].append(shown(next(tokens)))


def kinds(text: str) -> list[str]:
    return [token.type for token in read(text) if token.level == 0 and token.nesting >= 0]


def plain(text: str) -> str:
    return visible(text.strip()).replace("\u200b", "").strip()


@given(texts, texts)
def test_a_text_in_a_table_is_shown_letter_by_letter_and_nothing_else(one: str, other: str) -> None:
    ((head, *rows),) = tables(markdown(grid((one, Cell(other, Tone.BAD)), ("last", "1"))))
    assert head == ["Phone", "Phones"]
    assert rows == [[plain(one), plain(other)], ["last", "1"]]


@given(texts)
def test_a_paragraph_stays_a_paragraph_and_a_heading_a_heading(text: str) -> None:
    if plain(text):
        (token,) = [token for token in read(markdown(Paragraph(text))) if token.type == "inline"]
        assert kinds(markdown(Paragraph(text))) == ["paragraph_open"]
        assert shown(token) == plain(text)
        assert kinds(markdown(Paragraph(text, Tone.TITLE))) == ["heading_open"]


@pytest.mark.parametrize("text", [text for text in NASTY if text.strip()])
def test_nobody_is_called_and_nothing_is_linked(text: str) -> None:
    for written_down in (markdown(Paragraph(text)), markdown(grid((text, "")))):
        seen = written_down.replace("&#8203;", "\u200b").replace("&amp;", "&").replace("\\", "")
        assert not re.search(r"[@#!%~$&]\w|://|www\.|:smile:", seen.replace("&lt;", "<").replace("&gt;", ">"))
        assert not re.search(r"^/", written_down, re.MULTILINE)


def test_numbers_stand_to_the_right_and_titles_above() -> None:
    text = markdown(grid(("SEP1", "12"), title="By *site*"), Paragraph("1 phone"))
    assert text == "### By \\*site\\*\n\n| Phone | Phones |\n| --- | ---: |\n| SEP1 | 12 |\n\n1 phone\n\n"


def test_a_chart_is_a_small_table() -> None:
    chart = Chart("Ends", "phone", (Bar("2026-11", 1_200), Bar("later", 3)))
    assert list(tables(markdown(chart))) == [[["", "phones"], ["2026-11", "1,200"], ["later", "3"]]]


def test_a_table_holds_its_first_thousand_rows_and_says_how_many_more() -> None:
    text = markdown(Grid("", COLUMNS, [(f"{number}", "1") for number in range(4_000)], 4_000))
    ((_, *rows),) = tables(text)
    assert [row[0] for row in rows] == [f"{number}" for number in range(1_000)]
    assert "... and 3,000 more; a machine format (--format csv, json) shows all 4,000." in text


def test_a_report_fits_into_a_comment_and_says_what_it_left_away() -> None:
    large = Grid("Large", COLUMNS, [("x" * 200, "1")] * 900, 900)
    small = Grid("Small", COLUMNS, [("y", "1")] * 20, 20)
    text = markdown(large, small, large, Paragraph("The end."))
    assert len(text) <= MOST_CHARACTERS
    first, second, third = tables(text)
    assert len(second) == 21
    assert abs(len(first) - len(third)) <= 1
    assert len(first) > 50
    assert f"... and {900 - len(first) + 1:,} more;" in text
    assert text.endswith("The end.\n\n")


def test_even_paragraphs_without_number_fit_into_a_comment() -> None:
    text = markdown(*[Paragraph("word " * 50)] * 1_000)
    assert len(text) <= MOST_CHARACTERS
    assert text.splitlines()[-1].startswith("The rest would not fit into a comment")
