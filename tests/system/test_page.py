"""Pages as people meet them: in a browser, light and dark, on a phone and on paper."""

import csv
import re
import subprocess
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Locator, Page, expect, sync_playwright

from lscctl.report import interface
from lscctl.report.html import HtmlFormat
from lscctl.report.interface import Block, Cell, Column, Grid, Paragraph, Report, Tone
from lscctl.report.phones import phones_report
from lscctl.report.wording import visible
from tests.e2e.warm_start import WarmStart
from tests.report.every_report import every_report
from tests.report.phones_in_sight import DAY, PHONES, told
from tests.report.test_html import HOSTILE
from tests.system.conftest import tool

QUIET = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
DESK = {"width": 1360, "height": 900}
PHONE = {"width": 390, "height": 844}

Show = Callable[..., Page]


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=tool("chromium"), args=list(QUIET))
        yield browser
        browser.close()


@pytest.fixture
def complaints() -> list[str]:
    """What a page said on the console, threw, or wanted from elsewhere."""
    return []


@pytest.fixture
def show(chromium: Browser, tmp_path: Path, complaints: list[str]) -> Iterator[Show]:
    """Open a report, or a file, in a window of its own; at the end no page may have complained or fetched anything."""

    def shown(page: Report | Path, **window: Any) -> Page:
        file = page if isinstance(page, Path) else written(page, tmp_path / "page.html")
        tab = chromium.new_context(**{"viewport": DESK, **window}).new_page()
        tab.on("console", lambda message: complaints.append(message.text))
        tab.on("pageerror", lambda error: complaints.append(str(error)))
        tab.on("request", lambda wanted: None if wanted.url == file.as_uri() else complaints.append(wanted.url))
        tab.on("dialog", lambda dialog: complaints.append(dialog.message))
        tab.goto(file.as_uri())
        return tab

    yield shown
    for context in chromium.contexts:
        context.close()
    assert complaints == []


def written(report: Report, file: Path) -> Path:
    with file.open("w", encoding="utf-8", newline="") as text:
        text.writelines(HtmlFormat().pieces(report, interface.Page()))
    return file


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory, warm: WarmStart) -> Path:
    """What lscctl writes of the simulated cluster: a status as page and CSV, a preflight and a plan as pages."""
    folder = tmp_path_factory.mktemp("pages")
    commands = (
        ("status", "--output", "status.html", "--output", "status.csv"),
        ("preflight", "--output", "preflight.html"),
        ("bulk-install", "--model", "88*", "--dry-run", "--output", "plan.html"),
    )
    for command in commands:
        environment = {"PATH": "/usr/bin:/bin", "LSCCTL_STATE_DIR": str(folder / "state"), "LSCCTL_CONFIG": ""}
        ran = warm.run([*command, "--cluster", "sim"], stdin="", timeout=120, env=environment, cwd=folder)
        ran.check_returncode()
    return folder


def grid(page: Page, title: str = "Things") -> Locator:
    return page.locator("section", has=page.get_by_role("heading", name=title, exact=True))


def cells(place: Locator, column: int) -> list[str]:
    return place.locator(f"tbody tr > :nth-child({column})").all_text_contents()


def tally(place: Locator) -> str:
    return place.get_by_role("status").inner_text()


def things(number: int) -> Report:
    """Rows with a name, a number whose order as text is another, a site of three, and a word that is there now and then."""
    rows = [
        (
            f"thing {row:05}",
            f"{row * 7 % number:,}",
            ("Berlin", "Zürich", "Ōsaka")[row % 3],
            "" if row % 10 else "odd one",
        )
        for row in range(number)
    ]
    columns = (Column("Name", whole=True), Column("Weight", number=True), Column("Site"), Column("Remark", roomy=True))
    return Report("things", (), {}, heading={"cluster": "lab"}, blocks=(Grid("Things", columns, rows, number),))


# what is there


def test_a_status_shows_the_counts_the_chart_and_every_phone_of_the_csv(show: Show, folder: Path) -> None:
    page = show(folder / "status.html")
    with (folder / "status.csv").open(encoding="utf-8", newline="") as file:
        phones = list(csv.DictReader(file))
    lsc = Counter(phone["lsc"] for phone in phones)
    figures = dict(zip(page.locator("dt").all_inner_texts(), page.locator("dd").all_inner_texts(), strict=True))
    assert {label: value.split()[0] for label, value in figures.items()} == {
        "phones": f"{len(phones)}",
        "with an LSC": f"{len(phones) - lsc['none']}",
        "expiring within 90 days": f"{lsc['expiring']}",
        "expired": f"{lsc['expired']}",
        "failed": f"{sum('Failed' in phone['status'] for phone in phones)}",
        "pending": f"{sum(phone['status'] == 'Operation Pending' for phone in phones)}",
    }
    months = Counter(phone["lsc_valid_until"][:7] for phone in phones if phone["lsc_valid_until"])
    chart = page.locator("figure")
    bars = dict(zip(chart.locator(".label").all_inner_texts(), chart.locator(".value").all_inner_texts(), strict=True))
    middle = list(bars)[6]  # a month whose ends no time zone moves is not sought: one phone more or less is let pass
    assert abs(int(bars[middle].split()[0]) - months[middle]) <= 1
    for title in ("Failures", "Phones by LSC", "By device pool", "By model", "By security profile"):
        expect(page.get_by_role("heading", name=title, exact=True)).to_be_visible()
    names = []
    table = grid(page, "Phones")
    while True:
        names += cells(table, 1)
        if table.get_by_role("button", name="Next").is_disabled():
            break
        table.get_by_role("button", name="Next").click()
    assert names == [phone["name"] for phone in phones]


def test_bars_are_drawn_in_proportion(show: Show, folder: Path) -> None:
    page = show(folder / "status.html")
    bars = page.locator("figure li")
    drawn = [
        (int(bar.locator(".value").inner_text().split()[0]), box["height"])
        for bar in bars.all()
        if (box := bar.locator(".bar").bounding_box()) is not None
    ]
    most, height = max(drawn)
    assert height > 100
    for value, length in drawn:
        assert length == pytest.approx(height * value / most, abs=1.5)


@pytest.mark.parametrize("name", ["status", "preflight", "plan"])
def test_a_page_fits_a_phones_screen_and_each_cell_says_what_it_is(show: Show, folder: Path, name: str) -> None:
    page = show(folder / f"{name}.html", viewport=PHONE)
    assert page.evaluate("document.documentElement.scrollWidth") == PHONE["width"]
    card = page.locator("section.cards tbody tr").first.locator("td").first
    assert card.evaluate("cell => getComputedStyle(cell, '::after').content").strip('"')


def test_a_page_is_dark_where_the_reader_wants_it(show: Show, folder: Path) -> None:
    def brightness(scheme: str) -> tuple[int, int]:
        page = show(folder / "status.html", color_scheme=scheme)
        colours = page.evaluate(
            "(({color, backgroundColor}) => [color, backgroundColor])(getComputedStyle(document.body))"
        )
        ink, paper = (sum(map(int, re.findall(r"\d+", colour)[:3])) for colour in colours)
        return ink, paper

    ink, paper = brightness("light")
    assert ink < 150
    assert paper > 700
    ink, paper = brightness("dark")
    assert paper < 150
    assert ink > 600


# sorting, searching, choosing


def test_columns_sort_by_text_and_by_number_and_back_again(show: Show) -> None:
    table = grid(show(things(250)))
    weight = table.get_by_role("button", name="Weight")
    weight.click()
    assert cells(table, 2)[:12] == [f"{number}" for number in range(12)]
    expect(table.get_by_role("columnheader", name="Weight")).to_have_attribute("aria-sort", "ascending")
    weight.click()
    assert cells(table, 2)[:3] == ["249", "248", "247"]
    expect(table.get_by_role("columnheader", name="Weight")).to_have_attribute("aria-sort", "descending")
    weight.click()
    assert cells(table, 1)[:2] == ["thing 00000", "thing 00001"]
    assert table.locator("[aria-sort]").count() == 0
    table.get_by_role("button", name="Site").click()
    assert cells(table, 1)[:2] == ["thing 00000", "thing 00003"]  # those of Berlin, as they were


def test_cells_without_a_value_come_last_whichever_way_a_column_sorts(show: Show) -> None:
    weights = ("3", "-", "1,000", "", "-2.5", "-", "20", "unknown", "4 %")
    rows = [[f"row {number}", "" if number % 2 else f"value {number}", text] for number, text in enumerate(weights)]
    columns = (Column("Name"), Column("Value"), Column("Weight", number=True))
    table = grid(show(Report("t", (), {}, blocks=(Grid("Things", columns, rows, len(rows)),))))
    for _ in range(2):
        table.get_by_role("button", name="Value").click()
        assert cells(table, 2)[5:] == [""] * 4
    table.get_by_role("button", name="Weight").click()
    assert cells(table, 3) == ["-2.5", "3", "4 %", "20", "1,000", "-", "", "-", "unknown"]
    table.get_by_role("button", name="Weight").click()
    assert cells(table, 3) == ["1,000", "20", "4 %", "3", "-2.5", "-", "", "-", "unknown"]


def test_a_search_finds_words_in_any_column_without_regard_to_case_and_marks(show: Show) -> None:
    table = grid(show(things(1_000)))
    search = table.get_by_role("searchbox", name="Search all columns")
    search.fill("osaka ODD")
    assert tally(table) == "33 that match (with “osaka” and “odd”), of 1,000 rows"
    assert set(cells(table, 3)) == {"Ōsaka"}
    search.fill("no such thing")
    assert tally(table) == "0 that match (with “no” and “such” and “thing”), of 1,000 rows"
    table.get_by_role("button", name="Clear").click()
    expect(search).to_be_focused()
    assert tally(table) == "1\u2013100 of 1,000 rows"


def test_a_column_with_few_texts_offers_them_with_their_counts(show: Show) -> None:
    table = grid(show(things(300)))
    table.get_by_text("Filter", exact=True).click()
    site = table.get_by_role("combobox", name="Site")
    assert site.locator("option").all_inner_texts() == ["any", "Berlin (100)", "Zürich (100)", "Ōsaka (100)"]
    site.select_option("Zürich (100)")
    assert tally(table) == "100 that match (Site: Zürich), of 300 rows"
    assert set(cells(table, 3)) == {"Zürich"}
    expect(table.get_by_role("combobox", name="Name")).to_have_count(0)


def test_the_name_of_a_group_leads_to_its_phones(show: Show, folder: Path) -> None:
    page = show(folder / "status.html")
    group = grid(page, "By device pool").locator("tbody tr").first
    name, phones = group.locator("th").inner_text(), group.locator("td").first.inner_text()
    group.get_by_role("button", name=name).click()
    table = grid(page, "Phones")
    assert f"{phones} that match (Device pool: {name}), of 500 rows" in tally(table)
    assert set(cells(table, 4)) == {name}
    expect(table.get_by_role("group", name="Phones")).to_be_focused()
    expect(table.get_by_role("searchbox")).to_be_in_viewport()
    table.get_by_text("Filter", exact=True).click()
    expect(table.get_by_role("combobox", name="Device pool")).to_have_value(f"={name}")
    expect(grid(page, "Phones by LSC").get_by_role("button", name="expired")).to_be_visible()


def test_pages_are_turned_and_a_search_begins_again_with_the_first(show: Show) -> None:
    table = grid(show(things(250)))
    later = table.get_by_role("button", name="Next")
    later.click()
    later.click()
    assert tally(table) == "201\u2013250 of 250 rows"
    expect(later).to_be_disabled()
    table.get_by_role("searchbox").fill("thing")
    assert cells(table, 1)[0] == "thing 00000"


def test_columns_that_are_good_to_have_wait_in_the_chooser_where_room_is_short(show: Show) -> None:
    table = grid(show(things(30), viewport=PHONE))
    assert not table.locator("tbody td", has_text="odd one").first.is_visible()
    table.get_by_text("Columns", exact=True).click()
    table.get_by_role("checkbox", name="Remark").check()
    assert table.locator("tbody td", has_text="odd one").first.is_visible()
    expect(grid(show(things(30))).get_by_role("columnheader", name="Remark")).to_be_visible()


def test_everything_can_be_done_with_the_keyboard(show: Show) -> None:
    page = show(things(250))
    table = grid(page)
    page.keyboard.press("Tab")
    page.keyboard.type("zurich")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(table.get_by_role("combobox", name="Site")).to_be_visible()
    page.keyboard.press("Escape")
    expect(table.get_by_role("combobox", name="Site")).to_be_hidden()
    for _ in ("the columns", "clear", "the rows", "name", "weight"):
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert tally(table).startswith("83 that match")
    weights = [int(weight) for weight in cells(table, 2)]
    assert weights == sorted(weights)


def test_rows_that_go_on_with_the_one_before_do_not_change_places(show: Show) -> None:
    page = show(Report("t", (), {}, blocks=(Grid("Things", (Column("a"), Column("b")), [("x", "2"), ("", "1")], 2),)))
    assert grid(page).get_by_role("button").count() == 0


# whatever stands in a text


def hostile() -> Report:
    texts = (*HOSTILE, "<img src=x onerror=alert(1)>", "<svg/onload=alert(1)>", "javascript:alert(1)", "{{7*7}}${7*7}")
    rows = [(Cell(text), Cell(text, Tone.BAD)) for text in texts] * 20
    things = Grid("Things", (Column("Name"), Column("Remark")), rows, len(rows))
    blocks: list[Block] = [Paragraph(texts[0], Tone.TITLE), *map(Paragraph, texts), things]
    return Report("things", (), {}, heading={"cluster": texts[1]}, blocks=blocks, as_of=texts[2])


def test_hostile_texts_are_shown_and_do_nothing(show: Show) -> None:
    page = show(hostile())
    table = grid(page)
    shown = []
    for _ in range(3):
        shown += cells(table, 2)
        table.get_by_role("button", name="Name").click()
        table.get_by_role("button", name="Next").click()
    assert {visible(text) for text in HOSTILE} <= set(shown)
    table.get_by_text("Filter", exact=True).click()
    table.get_by_role("combobox", name="Remark").select_option(index=3)
    table.get_by_role("searchbox").fill("</script><script>alert(1)</script>")
    assert page.locator("script").count() == 2
    assert page.locator("main img, main svg").count() == 0


def test_a_script_or_an_image_that_got_into_the_file_is_stopped_by_its_policy(
    show: Show, tmp_path: Path, complaints: list[str]
) -> None:
    file = written(things(3), tmp_path / "tampered.html")
    smuggled = (
        "<script>document.title = 'taken over'</script><img src='http://127.0.0.1:9/'><style>h1 { color: red }</style>"
    )
    file.write_text(file.read_text().replace("</main>", f"{smuggled}</main>"))
    page = show(file)
    assert page.title() == "Things, lab"
    assert page.locator("h1").evaluate("h1 => getComputedStyle(h1).color") != "rgb(255, 0, 0)"
    stopped = [line for line in complaints if "Content Security Policy" in line]
    assert len(stopped) >= 3
    assert not [line for line in complaints if line not in stopped and not line.startswith("http://127.0.0.1:9/")]
    complaints.clear()


def test_without_javascript_the_first_rows_and_the_chart_are_there(show: Show, folder: Path) -> None:
    page = show(folder / "status.html", java_script_enabled=False)
    table = grid(page, "Phones")
    assert table.locator("tbody tr").count() == 100
    assert "The first 100 of" in tally(table)
    assert page.locator("figure li").count() > 12


# many phones


@pytest.fixture(scope="module")
def forty_thousand(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A page of so many phones."""
    phones = [
        replace(
            PHONES[number % len(PHONES)],
            name=f"SEP{number * 7919 % 40_000:012X}",
            description=f"Anna Schäfer, room {number}",
            device_pool=f"Pool {number % 300}",
            lsc=replace(PHONES[number % len(PHONES)].lsc, valid_until=1_800_000_000 + number % 1_500 * DAY),
        )
        for number in range(40_000)
    ]
    return written(phones_report(told(*phones)), tmp_path_factory.mktemp("many") / "page.html")


def test_40000_phones_are_sorted_and_searched(show: Show, forty_thousand: Path) -> None:
    """How long that takes, `benchmarks page` measures."""
    table = grid(show(forty_thousand), "Phones")
    assert tally(table) == "1\u2013100 of 40,000 rows"
    for column in (1, 2, 8):
        heading = table.locator(f"thead th:nth-child({column})")
        heading.locator("button").click()
        expect(heading).to_have_attribute("aria-sort", "ascending")
    table.locator("nav button").last.click()
    table.locator("input[type=search]").fill("schafer 3999")
    expect(table.get_by_role("status")).to_have_text("15 that match (with “schafer” and “3999”), of 40,000 rows")


# on paper


def test_paper_shows_all_rows_that_were_chosen_and_the_bars(show: Show, forty_thousand: Path, tmp_path: Path) -> None:
    page = show(forty_thousand)
    table = grid(page, "Phones")
    table.get_by_role("searchbox").fill("room 12")
    page.pdf(path=tmp_path / "page.pdf", prefer_css_page_size=True)
    paper = subprocess.run(
        [tool("pdftotext"), "-layout", tmp_path / "page.pdf", "-"],
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    ).stdout
    assert len(re.findall(r"SEP[0-9A-F]{12}", paper)) == 1_000
    assert re.search(r"1\u20131,000 of \d,\d{3} that match", paper)
    assert "Previous" not in paper
    assert paper.count("Days left") > 5  # the columns' titles stand on each sheet
    assert tally(table).startswith("1\u2013100 of")  # and the screen is as it was
    first = subprocess.run(
        [tool("pdftoppm"), "-r", "30", "-l", "1", tmp_path / "page.pdf"], capture_output=True, check=True, timeout=60
    ).stdout
    *_, pixels = first.split(b"\n", 3)  # what stands before them: P6, width and height, 255
    blue = sum(b > r + 40 for r, b in zip(pixels[::3], pixels[2::3], strict=True))
    assert blue > 100


# for everybody


@pytest.mark.parametrize(
    ("name", "scheme"), [("status", "light"), ("status", "dark"), ("preflight", "dark"), ("plan", "dark")]
)
def test_axe_finds_no_fault_in_a_page_on_a_desk(show: Show, folder: Path, name: str, scheme: str) -> None:
    page = show(folder / f"{name}.html", color_scheme=scheme)
    page.locator("summary").first.click()
    assert faults(page) == []


def test_axe_finds_no_fault_in_a_page_on_a_phone(show: Show, folder: Path) -> None:
    assert faults(show(folder / "status.html", viewport=PHONE)) == []


def test_axe_finds_no_fault_in_any_kind_of_report(show: Show, tmp_path: Path) -> None:
    file = written(things(1), tmp_path / "any.html")
    page = show(file)
    for report in every_report():
        written(report, file)
        page.reload()
        assert faults(page) == [], report.schema


def faults(page: Page) -> list[str]:
    return [
        f"{violation['id']}: {node['html'][:120]} {node.get('failureSummary', '')}"
        for violation in Axe().run(page).response["violations"]
        for node in violation["nodes"]
    ]
