from collections.abc import Sequence

import pytest
from rich.cells import cell_len

from lscctl.report.interface import Bar, Cell, Chart, Column, Grid, Page, Paragraph, Report, Tone
from lscctl.report.phones import phones_report
from lscctl.report.table import TableFormat
from tests.report.every_report import every_report
from tests.report.phones_in_sight import PENDING, PHONES, SOFT, WITH_LSC, told


def drawn(report: Report, width: int | None = None, *, colour: bool = False) -> str:
    return "".join(TableFormat().pieces(report, Page(width, colour)))


def table_of(rows: Sequence[Sequence[Cell | str]], *columns: Column) -> Report:
    return Report("test", (), {}, blocks=(Grid("", columns, rows, len(rows)),))


@pytest.mark.parametrize("width", [80, 100, 120])
def test_a_table_stays_within_the_window_and_no_phone_name_is_folded(width: int) -> None:
    text = drawn(phones_report(told(*PHONES)), width)
    assert max(cell_len(line) for line in text.splitlines()) <= width
    for phone in PHONES:
        assert f"{phone.name} " in text


def test_at_eighty_columns_dates_modes_and_every_word_of_a_status_stay_whole() -> None:
    text = drawn(phones_report(told(WITH_LSC, PENDING)), 80)
    for word in ("2027-01-31", "in 69 days", "null-string", "lsc-first", "2026-11-24", "Operation", "Pending"):
        assert word in text


@pytest.mark.parametrize("width", [24, 40, 60, 80, 120])
def test_however_narrow_the_window_no_word_of_a_heading_is_broken_and_nothing_sticks_out(width: int) -> None:
    grids = 0
    for report in every_report():
        text = drawn(report, width)
        assert max((cell_len(line) for line in text.splitlines()), default=0) <= width
        for grid in (block for block in report.blocks if isinstance(block, Grid)):
            grids += 1
            titles = [column.title for column in grid.columns if not column.roomy]
            words = {word for title in titles for word in title.split() if len(word) < width - 3}
            filled = {column.title for n, column in enumerate(grid.columns) if any(_text(row[n]) for row in grid.rows)}
            assert not [word for word in words if word not in text and any(word in title.split() for title in filled)]
    assert grids > 20


def _text(cell: Cell | str) -> str:
    return cell.text if isinstance(cell, Cell) else cell


def test_where_columns_would_be_too_narrow_each_row_is_a_block() -> None:
    columns = (Column("check", whole=True), Column("verdict", whole=True), Column("evidence"))
    rows: list[list[Cell | str]] = [
        ["capf-certificate", Cell("pass", Tone.GOOD), "it ends in 1,524 days; LSCs are issued by Cisco CAPF"],
        ["profiles", Cell("warn", Tone.WARNING), "phones-null-string"],
        ["", Cell("fail", Tone.BAD), "phones-secure-profile"],
    ]
    assert drawn(table_of(rows, *columns), 34) == (
        "check: capf-certificate\n"
        "  verdict: pass\n"
        "  evidence: it ends in 1,524 days;\n"
        "  LSCs are issued by Cisco CAPF\n"
        "\n"
        "check: profiles\n"
        "  verdict: warn\n"
        "  evidence: phones-null-string\n"
        "  verdict: fail\n"
        "  evidence: phones-secure-profile\n"
    )
    assert drawn(table_of(rows, *columns), 60).startswith("check             verdict  evidence\n")


@pytest.mark.parametrize(("width", "side_by_side"), [(45, False), (54, True)])
def test_a_long_text_is_no_narrow_column(width: int, *, side_by_side: bool) -> None:
    columns = (Column("check", whole=True), Column("verdict", whole=True), Column("evidence"))
    text = drawn(table_of([["capf-certificate", "pass", "a few short words " * 12]], *columns), width)
    assert text.startswith("check             verdict  evidence\n") is side_by_side
    assert text.startswith("check: capf-certificate\n") is not side_by_side


def test_what_is_good_to_have_is_left_away_before_columns_are_put_below_each_other() -> None:
    columns = (Column("name", whole=True), *(Column("x" * 12) for _ in range(6)), Column("description", roomy=True))
    rows: list[list[Cell | str]] = [["SEP001122334401", *["y" * 12] * 6, "a text"]]
    assert "description" not in drawn(table_of(rows, *columns), 100)
    assert "description" in drawn(table_of(rows, *columns), 120)
    assert len(drawn(table_of(rows, *columns), 100).splitlines()) == 3


def test_what_looks_like_markup_is_shown_letter_by_letter() -> None:
    text = drawn(phones_report(told(PENDING)), 200)
    assert "[red]not red[/red]" in text
    assert ":smile:" in text


@pytest.mark.parametrize("width", [None, 200])
def test_control_characters_cannot_reach_the_terminal(width: int | None) -> None:
    text = drawn(table_of([["\x1b[31mred\x07", "a\nb", "\u202etxt.exe", "\x9b1m"]], *[Column("c")] * 4), width)
    assert r"\x1b[31mred\x07" in text
    assert r"a\nb" in text
    assert r"\u202etxt.exe" in text
    assert r"\x9b1m" in text
    assert not {"\x1b", "\x07", "\u202e", "\x9b"} & set(text)


def test_descriptions_keep_the_letters_of_their_script() -> None:
    text = drawn(phones_report(told(SOFT, WITH_LSC)))
    assert SOFT.description in text
    assert '受付 "Nord" 100%' in text


def test_colours_come_only_where_they_are_wanted() -> None:
    report = Report("test", (), {}, blocks=(Paragraph("bad news", Tone.BAD),))
    assert "\x1b[" not in drawn(report, 80)
    assert "\x1b[" in drawn(report, 80, colour=True)


def test_without_a_window_each_row_is_one_line_and_nothing_is_cut() -> None:
    text = drawn(phones_report(told(*PHONES)))
    lines = text.splitlines()
    assert lines[0].split()[:2] == ["PHONE", "MODEL"]
    assert sum(line.startswith(("SEP", "CSF")) for line in lines) == len(PHONES)
    assert "Upgrade Failed: User Initiated Request Late/Timedout" in text


def test_numbers_stand_to_the_right_and_are_never_folded() -> None:
    text = drawn(table_of([["x " * 60, "1,234,567"], ["y", "8"]], Column("Text"), Column("Phones", number=True)), 40)
    lines = text.splitlines()
    assert lines[2].endswith("1,234,567")
    assert lines[-1].endswith("        8")


def test_a_long_table_shows_a_thousand_rows_and_says_how_many_more_there_are() -> None:
    rows = [[f"row {number}"] for number in range(1_234)]
    text = drawn(table_of(rows, Column("Row")))
    assert "row 999" in text
    assert "row 1000" not in text
    assert "234 more" in text
    assert "all 1,234" in text


def test_a_chart_draws_each_bar_to_scale_and_shows_even_one_phone_of_thousands() -> None:
    bars = (Bar("expired", 3000, Tone.BAD), Bar("2027-01", 1), Bar("2027-02", 0))
    report = Report("test", (), {}, blocks=(Chart("LSCs that end", "phone", bars),))
    lines = "".join(TableFormat().pieces(report, Page())).splitlines()
    assert lines[0] == "LSCs that end (phones)"
    assert [line.split() for line in lines[1:]] == [
        ["expired", "3,000", "#" * 50],
        ["2027-01", "1", "#"],
        ["2027-02", "0"],
    ]
    narrow = "".join(TableFormat().pieces(report, Page(width=30))).splitlines()
    assert max(map(len, narrow)) == 30


def spoken(report: Report) -> list[str]:
    return "".join(TableFormat().pieces(report, Page(spoken=True))).splitlines()


def test_a_page_that_is_spoken_says_of_each_text_which_column_it_stands_in() -> None:
    report = table_of(
        [["SEP1", "", "Berlin"], ["SEP2", "no LSC", "a\nb"]], Column("Phone"), Column("LSC"), Column("Pool")
    )
    assert spoken(report) == ["Phone: SEP1; Pool: Berlin", r"Phone: SEP2; LSC: no LSC; Pool: a\nb"]


def test_a_page_that_is_spoken_tells_bars_in_numbers() -> None:
    chart = Chart("Expiry", "phone", [Bar("2027-01", 1), Bar("2027-02", 1_200)])
    assert spoken(Report("test", (), {}, blocks=[chart])) == [
        "Expiry (phones)",
        "2027-01: 1 phone",
        "2027-02: 1,200 phones",
    ]
