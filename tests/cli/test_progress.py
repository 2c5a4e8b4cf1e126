from collections.abc import Sequence
from datetime import datetime

from rich.console import Console

from lscctl.cli.lines import LEAST_APART, MOST_FAILURES, Lines
from lscctl.cli.live import LiveTable
from lscctl.cli.progress import RATE_WINDOW, Progress
from lscctl.outcome import PhoneState
from lscctl.report.interface import Page
from lscctl.rollout.events import Event, Paused, PhoneChanged, Polled, Resumed, RunStarted, Stopping
from lscctl.rollout.standing import Standing
from tests.report.phones_in_sight import NOW

QUEUED, PENDING, INSTALLED, FAILED = PhoneState.QUEUED, PhoneState.PENDING, PhoneState.INSTALLED, PhoneState.FAILED


def name(number: int) -> str:
    return f"SEP{number:012X}"


def moved(number: int, after: PhoneState, at: float, *, before: PhoneState = QUEUED, status: str = "") -> PhoneChanged:
    return PhoneChanged(NOW + at, name(number), before, Standing(state=after, status=status))


def after(events: Sequence[Event], phones: int = 100) -> Progress:
    progress = Progress()
    for event in (RunStarted(NOW, phones, {QUEUED: phones}), *events):
        progress.on_event(event)
    return progress


def said(*events: Event) -> list[str]:
    lines: list[str] = []
    observer = Lines(lines.append)
    for event in events:
        observer.on_event(event)
    return [line.split(" ", 1)[1] for line in lines]


def test_phones_flow_from_state_to_state_and_their_number_stays() -> None:
    progress = after([moved(1, PENDING, 1), moved(2, PENDING, 1), moved(1, INSTALLED, 9, before=PENDING)])
    assert progress.shown_counts() == {QUEUED: 98, PENDING: 1, INSTALLED: 1}
    assert progress.done == 1


def test_time_left_is_guessed_only_while_phones_finish_steadily() -> None:
    steady = [moved(number, INSTALLED, number) for number in range(1, 51)]
    assert after(steady[:15]).seconds_left(NOW + 15) is None
    assert after(steady).seconds_left(NOW + 50) == 50
    assert after([*steady, Paused(NOW, "HTTP 503", 8, True)]).seconds_left(NOW + 50) is None
    assert after(steady).seconds_left(NOW + 50 + RATE_WINDOW) is None
    assert after([*steady, Paused(NOW, "HTTP 503", 8, True), Resumed(NOW, True)]).seconds_left(NOW + 50) is not None


def test_the_last_phones_wait_for_keys_and_nobody_guesses_how_long() -> None:
    progress = after(
        [*(moved(n, INSTALLED, n / 2) for n in range(95)), *(moved(n, PENDING, 1) for n in range(95, 100))]
    )
    assert progress.seconds_left(NOW + 48) is None
    assert "5 phones" in progress.waits_for()


def test_it_says_what_it_waits_for() -> None:
    assert "100 phones still to write" in after([]).waits_for()
    assert after([Paused(NOW, "HTTP 503", 8, True)]).waits_for() == "writes pause: HTTP 503 (next try in 8 s)"
    assert after([Stopping(NOW, "ctrl-C")]).waits_for() == "stopping: ctrl-C"


def test_lines_come_only_where_something_changed_and_not_too_often() -> None:
    polls = [Polled(NOW + at, {}, 1) for at in range(10)]
    lines = said(
        RunStarted(NOW, 3, {QUEUED: 3}),
        *polls,
        moved(1, INSTALLED, 9.5),
        Polled(NOW + 9.6, {}, 1),
        Polled(NOW + 30, {}, 1),
    )
    assert lines == ["writing 3 phones", "3 queued", "2 queued, 1 installed"]
    assert LEAST_APART > 0


def test_a_failure_gets_its_line_at_once_until_there_are_too_many() -> None:
    lines = said(
        RunStarted(NOW, 100, {QUEUED: 100}),
        *(moved(n, FAILED, n, status="Upgrade Failed: Invalid LSC") for n in range(MOST_FAILURES + 9)),
    )
    assert lines[1] == f"{name(0)} failed: Upgrade Failed: Invalid LSC"
    assert len(lines) == 1 + MOST_FAILURES + 1
    assert "summary" in lines[-1]


def test_pauses_and_the_wish_to_stop_are_told() -> None:
    lines = said(
        RunStarted(NOW, 2, {QUEUED: 2}), Paused(NOW, "HTTP 503", 8, True), Resumed(NOW, True), Stopping(NOW, "SIGTERM")
    )
    assert lines[1:] == [
        "writes pause: HTTP 503 (next try in 8 s)",
        "the cluster answers again",
        "stopping: SIGTERM",
    ]


def test_a_line_begins_with_our_clock() -> None:
    lines: list[str] = []
    Lines(lines.append).on_event(RunStarted(NOW, 1, {QUEUED: 1}))
    assert lines[0].startswith(f"{datetime.fromtimestamp(NOW).astimezone():%H:%M:%S} ")


def picture(width: int, *events: Event, at: float = 60) -> str:
    table = LiveTable(Page(width), "2026-11-24 04:00 (UTC+00:00)", now=lambda: NOW + at)
    for event in (RunStarted(NOW, 100, {QUEUED: 100}), *events):
        table.on_event(event)
    console = Console(width=width, record=True, file=None, force_terminal=False)
    with console.capture() as captured:
        console.print(table.picture())
    return captured.get()


def test_the_live_table_shows_states_rate_time_left_and_what_it_waits_for() -> None:
    text = picture(80, *(moved(n, INSTALLED, n) for n in range(1, 51)))
    assert "installed      50" in text
    assert "50 of 100 done, running for 1 min 0 s, 50 phones a minute, about 1 min 0 s left" in text
    assert "50 phones still to write" in text
    assert "2026-11-24 04:00" in text


def test_the_live_table_shows_the_latest_failures_and_nothing_that_steers_the_terminal() -> None:
    events = [moved(n, FAILED, n, status=f"Upgrade Failed: [red]{n}\x1b[0m") for n in range(1, 9)]
    text = picture(80, *events)
    assert r"Upgrade Failed: [red]8\x1b[0m" in text
    assert "[red]1" not in text


def test_the_live_table_fits_the_window() -> None:
    events = [moved(n, FAILED, n, status="Upgrade Failed: " + "long " * 40) for n in range(1, 9)]
    for width in (80, 120):
        assert max(len(line) for line in picture(width, *events).splitlines()) <= width
