import pytest

from lscctl.cli.time_left import WINDOW, Flow, Guess, lower_bound

MINUTE, HOUR, DAY = 60, 3_600, 86_400


@pytest.mark.parametrize(
    ("seconds", "about", "at_least"),
    [
        (1, "1 min", "1 min"),
        (3.6 * MINUTE, "4 min", "3 min"),
        (27.6 * MINUTE, "30 min", "25 min"),
        (58 * MINUTE, "1 h", "55 min"),
        (1.8 * HOUR, "2 h", "1 h 30 min"),
        (7.6 * HOUR, "8 h", "7 h"),
        (2.9 * DAY, "3 days", "2 days"),
    ],
)
def test_the_longer_it_takes_the_coarser_the_guess_and_a_bound_is_rounded_down(
    seconds: float, about: str, at_least: str
) -> None:
    assert str(Guess(seconds)) == f"about {about}"
    assert str(Guess(seconds, at_least=True)) == f"at least {at_least}"


def test_there_is_no_bound_while_nothing_has_been_seen() -> None:
    assert lower_bound(None, 300, 5, 1_000, 0.0) is None


def test_of_two_bounds_the_higher_one_counts() -> None:
    assert lower_bound(600, 0, 2, 100, 1.0) == Guess(1_800, at_least=True)
    assert lower_bound(600, 0, 2, 40_000, 1.0) == Guess(40_000, at_least=True)


def test_what_happened_longer_ago_does_not_count() -> None:
    flow = Flow()
    flow.add(0, 5)
    flow.add(WINDOW, 7)
    assert flow.recent(WINDOW) == 12
    assert flow.recent(WINDOW + 1) == 7
    assert flow.a_second(WINDOW + 1, since=0) == 7 / WINDOW
