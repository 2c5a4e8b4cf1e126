"""`page`: `lscctl status --output FILE.html` of 40,000 phones, and that page in a browser.

Needs Chromium, as `make test-system` installs it. What the browser does is measured in the page, until it is laid out again.
"""

import shutil
import statistics
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from benchmarks._lab import lab

PHONES = 40_000
ROUNDS = 5
SEARCHES = ("S", "8845", "berlin upgrade", "no such thing", "é")
BARE = "<!doctype html><title>bare</title><p>nothing"

_OPENED = "performance.getEntriesByType('navigation')[0].loadEventEnd"
_ACT = """([control, event, text]) => {
    const place = [...document.querySelectorAll("section.long")].at(-1);
    const found = place.querySelector(control);
    if (text) found.value = text;
    const before = performance.now();
    found.dispatchEvent(new Event(event, { bubbles: true }));
    place.getBoundingClientRect();
    return performance.now() - before;
}"""


def run(seed: int) -> dict[str, float]:
    """Write the page once, open it and use it several times.

    Figures: `write_seconds` and `peak_mb` of the command, which asks the cluster, too; `page_mb`; medians of milliseconds:
    `open_ms` against `bare_ms` of an empty page, `turn_ms` to the next rows; and the worst: `sort_ms` of any column,
    `search_ms` of any word, each the first time, when most is to be done.
    """
    with lab("--seed", str(seed), "--phones", str(PHONES)) as bench, sync_playwright() as playwright:
        file = bench.folder / "phones.html"
        written = bench.lscctl("status", "--output", str(file), "--format", "ndjson")
        browser = playwright.chromium.launch(executable_path=_chromium(), args=["--no-sandbox", "--disable-gpu"])
        bare = bench.folder / "bare.html"
        bare.write_text(BARE, encoding="utf-8")
        times = [_used(browser.new_page(), file) for _ in range(ROUNDS)]
        empty = [_opened(browser.new_page(), bare) for _ in range(ROUNDS)]
        page_mb = file.stat().st_size / 1e6
        browser.close()
    return {
        "phones": PHONES,
        "write_seconds": round(written.seconds, 1),
        "peak_mb": round(written.peak_mb),
        "page_mb": round(page_mb, 1),
        "open_ms": round(statistics.median(opened for opened, *_ in times)),
        "bare_ms": round(statistics.median(empty)),
        "sort_ms": round(max(sort for _, sort, *_ in times)),
        "search_ms": round(max(search for *_, search, _ in times)),
        "turn_ms": round(statistics.median(turn for *_, turn in times)),
    }


def _chromium() -> str:
    path = shutil.which("chromium")
    if path is None:
        raise SystemExit("chromium is missing: `make test-system` installs it")
    return path


def _opened(page: Page, file: Path) -> float:
    page.goto(file.as_uri())
    return float(page.evaluate(_OPENED))


def _used(page: Page, file: Path) -> tuple[float, float, float, float]:
    """Milliseconds to open the page, of its slowest sort and search, and to turn to the next rows."""
    opened = _opened(page, file)
    turn = page.evaluate(_ACT, ["nav button:last-child", "click", ""])
    columns = page.locator("section.long").last.locator("thead th").count()
    sorts = [page.evaluate(_ACT, [f"thead th:nth-child({n + 1}) button", "click", ""]) for n in range(columns)]
    searches = [page.evaluate(_ACT, ["input[type=search]", "input", words]) for words in SEARCHES]
    return opened, max(sorts), max(searches), float(turn)
