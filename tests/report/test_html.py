import json
import re
from base64 import b64encode
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

import lxml.html
from hypothesis import given
from hypothesis import strategies as st

from lscctl.report.html import FIRST_ROWS, NUMBERED_TEXTS, HtmlFormat
from lscctl.report.interface import (
    Bar,
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
)
from lscctl.report.phones import phones_report
from lscctl.report.wording import visible
from tests.report.phones_in_sight import PHONES, told

HOSTILE = (
    "<script>alert(1)</script>",
    "</script><script>alert(1)</script>",
    "<!--<script>",
    "]]>",
    '" onmouseover="alert(1)',
    "' onclick='alert(1)",
    "&lt;b&gt; &amp;",
    "line\nline\r\nline\u2028line",
    "\u202eevil\u202c",
    "e\u0301 \u05d0\u05d1 قاعة",
    "\x1b[31m\x00\x07\ud800",
    "</style><style>*{display:none}",
    "=cmd()|'/C calc'!A0",
)


def written(*blocks: PageBlock, cluster: str = "lab") -> str:
    return "".join(HtmlFormat().pieces(Report("test", (), {}, heading={"cluster": cluster}, page=blocks), Page()))


def parsed(text: str) -> Any:
    return lxml.html.document_fromstring(text)


def read(*blocks: PageBlock) -> Any:
    return parsed(written(*blocks))


def grid_of(rows: Iterable[Iterable[Cell | str]], columns: int = 1) -> Grid:
    told_of = [list(row) for row in rows]
    return Grid("Things", [Column(f"c{number}") for number in range(columns)], told_of, len(told_of))


def told_rows(page: Any) -> Iterator[list[tuple[str, str]]]:
    """Every row of the only grid as (text, tone): those of the table, then those that the script would draw."""
    for row in page.iterfind(".//tbody/tr"):
        yield [(cell.text_content(), cell.get("class", "")) for cell in row]
    for script in page.iterfind(".//script[@type='application/json']"):
        known: list[list[tuple[str, str]]] = [[] for _ in page.iterfind(".//thead//th")]
        for row in json.loads(script.text):
            cells = []
            for one, numbers in zip(row, known, strict=True):
                if isinstance(one, int):
                    cells.append(numbers[one])
                    continue
                cells.append((one, "") if isinstance(one, str) else (one[0], one[1]))
                if len(numbers) < int(script.get("data-numbered")):
                    numbers.append(cells[-1])
            yield cells


def test_every_phone_stands_in_the_page_with_what_is_known_of_it() -> None:
    page = parsed("".join(HtmlFormat().pieces(phones_report(told(*PHONES)), Page())))
    text = page.text_content()
    for phone in PHONES:
        assert phone.name in text
        assert visible(phone.description) in text
        assert phone.profile.name in text
    assert page.findtext(".//title") == "Phones and their LSCs, lab"
    assert "as of 2026-11-23 20:30 (Europe/Berlin, UTC+01:00)" in text


CELLS = st.text() | st.sampled_from(HOSTILE)


@given(st.lists(st.tuples(CELLS, CELLS), min_size=1, max_size=4))
def test_any_text_comes_out_as_text(rows: list[tuple[str, str]]) -> None:
    # the same rows three times: as markup, as JSON, and as JSON that repeats them
    copies = [*rows * (FIRST_ROWS // len(rows) + 1), *rows * 2]
    page = read(Paragraph(rows[0][0]), grid_of(copies, 2))
    expected = [[visible(text) for text in row] for row in copies]
    assert [[text for text, _ in row] for row in told_rows(page)] == expected
    assert page.find(".//main/p").text_content() == visible(rows[0][0])
    assert [script.get("type") for script in page.iterfind(".//script")] == ["application/json", None]
    assert len(page.findall(".//style")) == 1
    assert not [name for element in page.iter() for name in element.attrib if name.startswith("on")]


def test_hostile_names_of_clusters_titles_columns_and_bars_stay_text() -> None:
    for text in HOSTILE:
        grid = Grid(text, [Column(text)], [["x"]], 1)
        blocks = (
            Figures([Figure(text, 1, note=text)]),
            Chart(text, text, [Bar(text, 1)]),
            grid,
            Paragraph(text, Tone.TITLE),
        )
        page = parsed(written(*blocks, cluster=text))
        assert len(page.findall(".//script")) == 1
        assert page.find(".//h1/span").text_content() == visible(text)
        assert page.find(".//dt").text_content() == visible(text)
        assert page.find(".//li/span").text_content() == visible(text)
        assert page.find(".//section/h2").text_content() == visible(text)
        assert page.find(".//thead//th").text_content().casefold() == visible(text).casefold()


def test_its_policy_allows_its_own_style_and_script_and_nothing_else() -> None:
    page = read(Chart("c", "phone", [Bar("a", 1)]), grid_of([["x"]]))
    (policy,) = page.xpath("//meta[@http-equiv='Content-Security-Policy']/@content")
    directives = dict(part.strip().split(" ", 1) for part in policy.split(";"))
    assert directives["default-src"] == "'none'"
    for directive, place in (("style-src", ".//style"), ("script-src", ".//body/script")):
        digest = b64encode(sha256(page.find(place).text.encode()).digest()).decode()
        assert directives[directive] == f"'sha256-{digest}'"
    assert not page.xpath("//@style")


def test_nothing_is_fetched_from_elsewhere() -> None:
    text = "".join(HtmlFormat().pieces(phones_report(told(*PHONES)), Page()))
    page = parsed(text)
    assert not page.xpath("//@src")
    assert all(link.startswith(("#", "data:")) for link in page.xpath("//@href"))
    assert "url(" not in page.findtext(".//style")
    assert "@import" not in page.findtext(".//style")


def test_the_first_rows_are_there_without_javascript_and_the_page_says_that_there_are_more() -> None:
    page = read(grid_of([[f"row {number}"] for number in range(1234)]))
    assert [row.text_content() for row in page.iterfind(".//tbody/tr")] == [
        f"row {number}" for number in range(FIRST_ROWS)
    ]
    assert (
        page.find(".//p[@role='status']").text_content() == "The first 100 of 1,234 rows; the others need JavaScript."
    )


def test_a_tone_is_a_class_of_its_cell_in_markup_and_in_json() -> None:
    rows: list[list[Cell | str]] = [[Cell("failed", Tone.BAD), "fine"]] * (FIRST_ROWS + 2)
    assert list(told_rows(read(grid_of(rows, 2)))) == [[("failed", "bad"), ("fine", "")]] * len(rows)


def test_a_text_that_differs_only_in_tone_keeps_its_own() -> None:
    plain, good = Cell("x"), Cell("x", Tone.GOOD)
    assert (
        list(told_rows(read(grid_of([[plain]] * FIRST_ROWS + [[plain], [good]] * 2))))[-4:]
        == [[("x", "")], [("x", "good")]] * 2
    )


def test_more_different_texts_than_are_numbered_are_read_back_too() -> None:
    rows = [[str(number % (2 * NUMBERED_TEXTS))] for number in range(5 * NUMBERED_TEXTS)]
    assert [row[0][0] for row in told_rows(read(grid_of(rows)))] == [row[0] for row in rows]


def test_a_chart_is_a_list_of_labels_and_values_with_bars_in_proportion() -> None:
    page = read(Chart("Ends", "phone", [Bar("2026-11", 0), Bar("2026-12", 40, Tone.WARNING), Bar("2027-01", 1)]))
    bars = page.findall(".//figure//li")
    assert [" ".join(bar.text_content().split()) for bar in bars] == [
        "2026-110 phones",
        "2026-1240 phones",
        "2027-011 phone",
    ]
    assert [bar.get("class") for bar in bars] == [None, "warning", None]
    lengths = re.findall(r"#block-1 li:nth-child\(\d\)\{--part:([\d.]+);--seen:(\w+)\}", page.findtext(".//style"))
    assert lengths == [("0.0000", "0"), ("1.0000", "1px"), ("0.0250", "1px")]


def test_bars_with_short_labels_stand_and_others_lie() -> None:
    months = [Bar(f"2027-{month:02}", month) for month in range(1, 13)]
    assert read(Chart("c", "phone", months)).find(".//figure").get("class") == "chart standing"
    assert read(Chart("c", "phone", [Bar("a long label", 1)])).find(".//figure").get("class") == "chart lying"
    assert read(Chart("c", "phone", months * 4)).find(".//figure").get("class") == "chart lying"


def test_a_grid_is_labelled_by_its_title_or_by_the_heading_before_it() -> None:
    page = read(Paragraph("List of servers", Tone.TITLE), Grid("", [Column("a")], [["x"]], 1), grid_of([["x"]]))
    for table, heading in zip(page.iterfind(".//table"), ("List of servers", "Things"), strict=True):
        assert page.get_element_by_id(table.get("aria-labelledby")).text_content() == heading


def test_a_row_that_goes_on_with_the_one_before_has_no_name() -> None:
    page = read(grid_of([["profiles", "a"], ["", "b"]], 2))
    assert [row[0].tag for row in page.iterfind(".//tbody/tr")] == ["th", "td"]


def test_a_column_without_a_title_heads_nothing() -> None:
    page = read(
        Grid("", [Column("a"), Column("")], [["x", "y"]], 1), Grid("", [Column(""), Column("")], [["x", "y"]], 1)
    )
    first, second = page.iterfind(".//thead")
    assert [head.tag for head in first.find("tr")] == ["th", "td"]
    assert [first.get("hidden"), second.get("hidden")] == [None, ""]


def test_a_long_page_begins_with_links_to_its_parts() -> None:
    page = read(*(Paragraph(f"Part {number}", Tone.TITLE) for number in range(4)))
    for link in page.iterfind(".//nav/a"):
        assert page.get_element_by_id(link.get("href")[1:]).text_content() == link.text_content()
    assert len(page.findall(".//nav/a")) == 4
    assert read(Paragraph("Part", Tone.TITLE)).find(".//nav") is None


@dataclass
class Counted:
    """Rows that know how many of them were asked for."""

    number: int
    asked: int = 0

    def __iter__(self) -> Iterator[Sequence[Cell | str]]:
        for number in range(self.number):
            self.asked += 1
            yield (f"row {number}",)


def test_rows_are_written_as_they_come() -> None:
    rows = Counted(2_000)
    report = Report("test", (), {}, blocks=[Grid("", [Column("a")], rows, 2_000)])
    pieces = ((piece, rows.asked) for piece in HtmlFormat().pieces(report, Page()))
    ahead = [asked - int(found[1]) for piece, asked in pieces if (found := re.search(r"row (\d+)", piece))]
    assert len(ahead) == 2_000
    assert max(ahead) <= FIRST_ROWS
    assert ahead[-1] == 1
