from collections.abc import Iterator, Sequence
from datetime import datetime

import pytest
from rich.cells import cell_len
from rich.console import Console

from lscctl.cli.lines import LEAST_APART, LIMIT_LASTS, MOST_FAILURES, Lines
from lscctl.cli.live import LiveTable
from lscctl.cli.progress import Progress
from lscctl.cli.screen import Notices
from lscctl.cli.time_left import WINDOW
from lscctl.outcome import PhoneState
from lscctl.report.interface import Page
from lscctl.rollout.events import (
    Event,
    GateClosed,
    Limit,
    Limited,
    Paused,
    PhoneChanged,
    Polled,
    ProfileAwaited,
    Resumed,
    RunStarted,
    Stopping,
    WaveEnded,
    WaveStarted,
    WindowClosed,
    WindowOpened,
)
from lscctl.rollout.standing import Standing
from tests.report.phones_in_sight import NOW

QUEUED, PENDING, INSTALLED, FAILED = PhoneState.QUEUED, PhoneState.PENDING, PhoneState.INSTALLED, PhoneState.FAILED
GATE = GateClosed(NOW, "--max-failures", "3 of 10 phones in this wave failed; --max-failures 5% at least 2 allows 2")
NIGHT = "outside the window until Tue 2026-11-24 22:00"


def name(number: int) -> str:
    return f"SEP{number:012X}"


def moved(number: int, after: PhoneState, at: float, *, before: PhoneState = QUEUED, status: str = "") -> PhoneChanged:
    return PhoneChanged(NOW + at, name(number), before, Standing(state=after, status=status))


def wave(number: int, waves: int, phones: int, at: float = 0) -> WaveStarted:
    return WaveStarted(NOW + at, number, waves, "canary" if number == 1 else f"wave {number}", phones)


def limited(by: Limit, why: str = "", at: float = 0) -> Limited:
    return Limited(NOW + at, by, why, 1.0)


def after(events: Sequence[Event], phones: int = 100, *, resumed: int = 0) -> Progress:
    progress = Progress()
    counts = {QUEUED: phones - resumed, INSTALLED: resumed}
    for event in (RunStarted(NOW, phones, counts), *events):
        progress.on_event(event)
    return progress


def said(*events: Event) -> list[str]:
    lines: list[str] = []
    observer = Lines(lambda at, text, about: lines.append(text))
    for event in events:
        observer.on_event(event)
    return lines


def left(events: Sequence[Event], at: float) -> str:
    return str(after(events).time_left(NOW + at))


STEADY: list[Event] = [wave(1, 1, 100), *(moved(number, INSTALLED, number) for number in range(1, 51))]


# counts and waves


def test_phones_flow_from_state_to_state_and_their_number_stays() -> None:
    progress = after([moved(1, PENDING, 1), moved(2, PENDING, 1), moved(1, INSTALLED, 9, before=PENDING)])
    assert progress.shown_counts() == {QUEUED: 98, PENDING: 1, INSTALLED: 1}
    assert progress.done == 1


def test_of_a_wave_only_its_own_phones_count() -> None:
    first: list[Event] = [
        wave(1, 3, 5),
        *(moved(n, INSTALLED, 1) for n in range(5)),
        WaveEnded(NOW, 1, "canary", {INSTALLED: 5}),
    ]
    assert after(first[:3]).wave_text() == "canary (1 of 3): 2 of 5 phones done"
    second: list[Event] = [*first, wave(2, 3, 10), *(moved(n, INSTALLED, 2) for n in range(5, 12))]
    assert after(second).wave_text() == "wave 2 of 3: 7 of 10 phones done"


def test_of_a_wave_that_a_resumed_run_takes_up_nobody_claims_to_know_what_was_done_before() -> None:
    events: list[Event] = [wave(2, 3, 10), moved(1, INSTALLED, 2)]
    assert after(events, resumed=8).wave_text() == "wave 2 of 3: 10 phones, taken up again"
    events += [
        *(moved(n, INSTALLED, 3) for n in range(2, 8)),
        WaveEnded(NOW, 2, "wave 2", {INSTALLED: 10}),
        wave(3, 3, 85),
    ]
    assert after(events, resumed=8).wave_text() == "wave 3 of 3: 0 of 85 phones done"


def test_counts_alone_tell_as_much_as_every_single_change() -> None:
    def polls() -> Iterator[Event]:
        for at in range(0, 51, 2):
            yield Polled(NOW + at, {QUEUED: 100 - at, INSTALLED: at})

    singly, polled = after(STEADY), after([wave(1, 1, 100), *polls()])
    for progress in (singly, polled):
        assert progress.shown_counts() == {QUEUED: 50, INSTALLED: 50}
        assert progress.wave_text() == "canary (1 of 1): 50 of 100 phones done"
        assert progress.rate(NOW + 50) == progress.writes(NOW + 50) == 1.0
        assert str(progress.time_left(NOW + 50)) == "about 1 min"


def test_what_was_done_before_one_began_to_look_is_no_rate() -> None:
    assert after([Polled(NOW + 60, {INSTALLED: 100})]).rate(NOW + 60) == 0


def test_a_part_of_a_run_that_is_resumed_begins_afresh() -> None:
    events: list[Event] = [
        GATE,
        Stopping(NOW, "ctrl-C"),
        Paused(NOW, "HTTP 503", 8, True),
        limited(Limit.WINDOW, NIGHT),
    ]
    again = RunStarted(NOW + 99, 100, {QUEUED: 60, INSTALLED: 40})
    progress = after([*events, again])
    assert (progress.limit(), progress.done, progress.rate(NOW + 100)) == ("", 40, 0)


# phones that restart with their profile


def awaited(back: int, at: float = 0, *, lost: int = 0) -> ProfileAwaited:
    return ProfileAwaited(NOW + at, "8845 SIP", back, 13, 13 - back - lost)


def test_phones_that_restart_with_their_profile_are_counted_until_none_is_waited_for() -> None:
    assert after([awaited(7)]).awaited_text() == "8845 SIP: 7 of 13 phones that restart are registered again"
    assert after([awaited(7), awaited(12, lost=1)]).awaited_text() == ""
    assert after([awaited(7), RunStarted(NOW, 100, {QUEUED: 100})]).awaited_text() == ""


def test_lines_tell_now_and_then_how_many_are_back() -> None:
    told = said(awaited(0), awaited(2, 1), awaited(3, 2), awaited(9, 20), awaited(13, 21))
    assert [line.partition(": ")[2] for line in told] == [
        "0 of 13 phones that restart are registered again",
        "9 of 13 phones that restart are registered again",
        "13 of 13 phones that restart are registered again",
    ]


# time left


def test_time_left_is_guessed_only_while_phones_finish_steadily() -> None:
    assert left(STEADY[:16], 15) == "None"
    assert left(STEADY, 50) == "about 1 min"
    assert left(STEADY, 50 + WINDOW) == "None"


@pytest.mark.parametrize(
    "holds_up",
    [
        Paused(NOW, "HTTP 503", 8, True),
        Stopping(NOW, "ctrl-C"),
        GATE,
        limited(Limit.WINDOW, NIGHT),
        limited(Limit.PAUSE, "pause before wave 2"),
    ],
)
def test_no_time_is_guessed_while_something_else_decides_it(holds_up: Event) -> None:
    assert left([*STEADY, holds_up], 50) == "None"


def test_a_guess_is_made_again_when_the_pause_is_over() -> None:
    assert left([*STEADY, Paused(NOW, "HTTP 503", 8, True), Resumed(NOW, True)], 50) == "about 1 min"


def test_while_waves_follow_each_takes_at_least_as_long_as_the_quickest_so_far() -> None:
    events: list[Event] = [wave(1, 5, 5), *(moved(n, INSTALLED, 500) for n in range(5))]
    assert left(events, 500) == "None"
    events += [WaveEnded(NOW + 1200, 1, "canary", {INSTALLED: 5}), wave(2, 5, 10, at=1200)]
    assert left(events, 1200) == "at least 1 h"  # 4 waves of 20 minutes: 80
    assert left(events, 1200 + 600) == "at least 1 h"  # 70
    assert left(events, 1200 + 1300) == "at least 1 h"  # three waves and whatever this one still needs
    events += [WaveEnded(NOW + 3600, 2, "wave 2", {INSTALLED: 10}), wave(3, 5, 20, at=3600)]
    assert left(events, 3600 + 1150) == "at least 40 min"


def test_what_a_limit_lets_through_bounds_the_time_of_all_phones() -> None:
    events: list[Event] = [wave(1, 2, 1_000), limited(Limit.IN_FLIGHT, "200 phones are under way"), *STEADY[1:]]
    assert str(after(events, phones=40_000).time_left(NOW + 50)) == "at least 11 h"
    unlimited: list[Event] = [wave(1, 2, 1_000), *STEADY[1:]]
    assert after(unlimited, phones=40_000).time_left(NOW + 50) is None


def test_the_last_phones_wait_for_keys_and_nobody_guesses_how_long() -> None:
    progress = after(
        [
            wave(1, 1, 100),
            *(moved(n, INSTALLED, n / 2) for n in range(95)),
            *(moved(n, PENDING, 1) for n in range(95, 100)),
            limited(Limit.ALL_WRITTEN, "all phones are written"),
        ]
    )
    assert progress.time_left(NOW + 48) is None
    assert progress.limit().startswith("all phones are written; CAPF and 5 phones are at it")


# what limits the run


def test_it_says_what_limits_the_run() -> None:
    assert after([Paused(NOW, "HTTP 503", 8, True)]).limit() == "writes pause: HTTP 503 (next try in 8 s)"
    assert after([Stopping(NOW, "ctrl-C")]).limit() == "stopping: ctrl-C"
    assert after([limited(Limit.WINDOW, NIGHT)]).limit() == NIGHT
    assert after([limited(Limit.WINDOW, NIGHT), GATE]).limit() == f"gate closed: {GATE.why}"


# plain lines


def test_lines_come_only_where_something_changed_and_not_too_often() -> None:
    polls = [Polled(NOW + at, {QUEUED: 3}) for at in range(10)]
    done = {QUEUED: 2, INSTALLED: 1}
    lines = said(
        RunStarted(NOW, 3, {QUEUED: 3}),
        *polls,
        moved(1, INSTALLED, 9.5),
        Polled(NOW + 9.6, done),
        Polled(NOW + 30, done),
    )
    assert lines == ["writing 3 phones", "3 queued", "2 queued, 1 installed"]
    assert LEAST_APART > 0


def test_each_wave_has_a_line_at_its_start_and_at_its_end() -> None:
    lines = said(
        RunStarted(NOW, 15, {QUEUED: 15}),
        wave(1, 2, 5),
        WaveEnded(NOW, 1, "canary", {INSTALLED: 4, FAILED: 1}),
        wave(2, 2, 1_000),
    )
    assert lines[1:] == [
        "canary (1 of 2): 5 phones",
        "canary (1 of 2) has ended: 4 installed, 1 failed",
        "wave 2 of 2: 1,000 phones",
    ]


def test_a_resumed_run_says_where_it_goes_on() -> None:
    assert said(RunStarted(NOW, 15, {QUEUED: 5, INSTALLED: 10})) == ["going on with 15 phones: 5 queued, 10 installed"]


def test_gates_and_windows_have_their_lines() -> None:
    until = datetime(2026, 11, 24, 22).astimezone()
    lines = said(GATE, WindowClosed(NOW, until.timestamp()), WindowOpened(NOW))
    assert lines[0].startswith(f"gate closed: {GATE.why}; no phone is written any more")
    lines = said(WindowClosed(NOW, until.timestamp()), WindowOpened(NOW))
    assert lines == [
        "outside the window; it opens Tue 2026-11-24 22:00 by this computer's clock",
        "the window is open",
    ]


def test_a_limit_is_told_once_it_has_lasted_and_never_for_each_new_figure() -> None:
    def polls(start: float, seconds: float) -> Iterator[Event]:
        for at in range(int(seconds)):
            yield Polled(NOW + start + at, {})

    busy: list[Event] = [
        event
        for at in range(100)
        for event in (limited(Limit.IN_FLIGHT, f"{200 + at} phones are under way", at), *polls(at, 1))
    ]
    flickering = [
        limited(Limit.CLUSTER if at % 2 else Limit.CONCURRENCY, "x", 100 + at * (LIMIT_LASTS - 1)) for at in range(9)
    ]
    assert said(*busy) == [f"held back: {200 + LIMIT_LASTS:.0f} phones are under way"]
    assert said(*flickering) == []
    assert said(limited(Limit.CONCURRENCY, "8 calls at a time"), *polls(0, 60)) == []


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


def test_a_line_begins_with_our_clock(capfd: pytest.CaptureFixture[str]) -> None:
    Lines(Notices().tell).on_event(RunStarted(NOW, 1, {QUEUED: 1}))
    assert capfd.readouterr().err == f"{datetime.fromtimestamp(NOW).astimezone():%H:%M:%S} writing 1 phone\n"


# the live table


def picture(width: int, *events: Event, at: float = 60, deadline: str | None = "2026-11-24 04:00 (UTC+00:00)") -> str:
    table = LiveTable(Page(width), deadline, now=lambda: NOW + at)
    for event in (RunStarted(NOW, 100, {QUEUED: 100}), *events):
        table.on_event(event)
    console = Console(width=width, record=True, file=None, force_terminal=False)
    with console.capture() as captured:
        console.print(table.picture())
    return captured.get()


def fact(text: str, label: str) -> str:
    return next(line.removeprefix(label).strip() for line in text.splitlines() if line.startswith(f"{label} "))


@pytest.mark.parametrize("width", [24, 30, 40, 60, 80])
def test_in_a_narrow_window_the_bars_are_shorter_and_the_states_stay_whole(width: int) -> None:
    states = picture(width, *STEADY).splitlines()[:4]
    assert states[0].split() == ["State", "Phones"]
    half, *_ = (line for line in states if line.startswith("installed"))
    assert half.split()[:2] == ["installed", "50"]
    assert 0 < half.count("█") <= 15
    assert all(cell_len(line) <= width for line in states)


def test_the_live_table_shows_wave_states_rate_limit_and_time_left() -> None:
    text = picture(80, *STEADY, limited(Limit.CONCURRENCY, "8 calls at a time"))
    assert "installed      50" in text
    assert fact(text, "Wave") == "canary (1 of 1): 50 of 100 phones done"
    assert fact(text, "Done") == "50 of 100 phones, running for 1 min 0 s"
    assert fact(text, "Rate") == "50 phones written a minute, 50 phones done a minute"
    assert fact(text, "Limit") == "8 calls at a time"
    assert fact(text, "Left") == "about 1 min"
    assert "deadline 2026-11-24 04:00 (UTC+00:00); ctrl-C stops safely" in text


def test_the_live_table_of_another_process_s_run_says_that_ctrl_c_does_not_stop_it() -> None:
    assert "ctrl-C ends the watching; the run goes on" in picture(80, deadline=None)


def test_the_live_table_makes_no_guess_outside_the_window() -> None:
    text = picture(80, *STEADY, limited(Limit.WINDOW, NIGHT))
    assert fact(text, "Limit") == NIGHT
    assert fact(text, "Left") == "no honest guess"


def test_the_live_table_shows_the_latest_failures_and_nothing_that_steers_the_terminal() -> None:
    events: list[Event] = [moved(n, FAILED, n, status=f"Upgrade Failed: [red]{n}\x1b[0m") for n in range(1, 9)]
    text = picture(80, *events)
    assert r"SEP000000000008  failed: Upgrade Failed: [red]8\x1b[0m" in text
    assert "[red]1" not in text


@pytest.mark.parametrize("width", [80, 120])
def test_the_live_table_fits_the_window_and_cuts_nothing(width: int) -> None:
    words = "Upgrade Failed: " + " ".join(f"word{n}" for n in range(30))
    text = picture(width, *STEADY, moved(99, FAILED, 51, status=words), GATE)
    assert max(len(line) for line in text.splitlines()) <= width
    assert "…" not in text
    for word in [*words.split(), *GATE.why.split()]:
        assert word in text


RECORDED = """\
State      Phones
──────────────────────────────────────────────────
queued     39,700  ██████████████████████████████
pending       206  █
installed      90  █
failed          4  █
Wave   wave 2 of 12 (Berlin-Nordost_DP): 89 of 1,000 phones done
Done   94 of 40,000 phones, running for 13 min 10 s
Rate   3 phones written a second, 89 phones done a minute
Limit  206 phones are under way (--max-in-flight 200)
Left   at least 2 h
SEP00000000005B  failed: Upgrade Failed: Invalid MIC
SEP00000000005C  failed: Upgrade Failed: Invalid MIC
SEP00000000005D  failed: Upgrade Failed: Invalid MIC
deadline 2026-11-24 04:00 (Europe/Berlin, UTC+01:00); ctrl-C stops safely
"""


def test_the_live_table_of_40_000_phones_is_as_recorded() -> None:
    events: list[Event] = [
        wave(1, 12, 5),
        *(moved(n, INSTALLED, 600 + n) for n in range(5)),
        WaveEnded(NOW + 700, 1, "canary", {INSTALLED: 5}),
        WaveStarted(NOW + 701, 2, 12, "wave 2 (Berlin-Nordost_DP)", 1_000),
        *(moved(n, PENDING, 705 + n / 4) for n in range(5, 300)),
        *(moved(n, INSTALLED, 740 + n / 4, before=PENDING) for n in range(5, 90)),
        *(moved(n, FAILED, 764, before=PENDING, status="Upgrade Failed: Invalid MIC") for n in range(90, 94)),
        limited(Limit.IN_FLIGHT, "206 phones are under way (--max-in-flight 200)", 765),
    ]
    table = LiveTable(Page(80), "2026-11-24 04:00 (Europe/Berlin, UTC+01:00)", now=lambda: NOW + 790)
    for event in (RunStarted(NOW, 40_000, {QUEUED: 40_000}), *events):
        table.on_event(event)
    console = Console(width=80, force_terminal=False)
    with console.capture() as captured:
        console.print(table.picture())
    drawn = "".join(f"{line.rstrip()}\n" for line in captured.get().splitlines())
    assert drawn == RECORDED
