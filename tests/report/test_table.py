from collections.abc import Sequence

import pytest
from rich.cells import cell_len

from lscctl.report.interface import Bar, Cell, Chart, Column, Grid, Page, Paragraph, Report, Tone
from lscctl.report.phones import phones_report
from lscctl.report.table import TableFormat
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
