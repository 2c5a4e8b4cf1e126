"""Many things looked at side by side: in their order, and, where asked for, never far ahead of whoever takes what is found."""

import threading
from itertools import count

import pytest

from lscctl.cucm.phone_doors import AHEAD, AT_A_TIME, PhoneDoors
from lscctl.cucm.routes import Routes
from lscctl.cucm.side_by_side import side_by_side


@pytest.mark.parametrize("ahead", [None, 1, 3, 50])
@pytest.mark.parametrize("things", [0, 1, 3, 20])
def test_everything_is_found_in_its_order_however_far_ahead(things: int, ahead: int | None) -> None:
    assert list(side_by_side(lambda one: one * 2, range(things), 4, ahead)) == [one * 2 for one in range(things)]


@pytest.mark.parametrize("ahead", [1, 3, 8])
def test_no_more_is_begun_than_may_wait_to_be_taken(ahead: int) -> None:
    begun, lock = set[int](), threading.Lock()

    def look(one: int) -> int:
        with lock:
            begun.add(one)
        return one

    for taken, found in enumerate(side_by_side(look, range(40), 4, ahead), start=1):
        assert found == taken - 1
        with lock:
            assert max(begun) < taken - 1 + ahead


def test_phones_without_end_can_be_visited_one_after_the_other() -> None:
    begun = count()
    found = PhoneDoors(Routes()).each(lambda one: (one, next(begun)), count())
    assert [next(found)[0] for _ in range(3)] == [0, 1, 2]
    found.close()  # type: ignore[attr-defined]  # a generator
    assert next(begun) <= 3 + AHEAD


def test_all_that_are_waited_for_at_a_time_have_room() -> None:
    assert AHEAD > AT_A_TIME


@pytest.mark.parametrize("ahead", [None, 2])
def test_what_one_look_raises_is_raised_and_ends_the_others(ahead: int | None) -> None:
    def look(one: int) -> int:
        if one == 3:
            raise ValueError(one)
        return one

    found = side_by_side(look, range(100), 2, ahead)
    assert [next(found) for _ in range(3)] == [0, 1, 2]
    with pytest.raises(ValueError, match="3"):
        next(found)
