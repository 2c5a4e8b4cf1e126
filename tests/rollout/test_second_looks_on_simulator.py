"""Phones that were written and had to wait before they were applied are looked at again, at the simulated CUCM over its socket."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from lscctl.outcome import PhoneState
from lscctl.phone import Phone
from lscctl.simulator.capf_write import CapfWrite
from lscctl.window import Windows
from tests.rollout.simulated import NOON, Lab, lab

pytestmark = pytest.mark.usefixtures("long_naps")

BREAK = Windows.parse(["10:00-11:40", "11:45-23:00"])
"""NOON is 11:00 by the cluster's clock."""
IN_THE_BREAK = NOON + 42 * 60


def writes_another_operation(here: Lab, phone: Phone) -> None:
    here.simulated.write_capf(phone.pkid, CapfWrite(operation="Delete", finish_time="2027:01:01:00:00"))


def gives_the_profile_another_mode(here: Lab, phone: Phone) -> None:
    here.simulated.set_profile_mode(phone.profile.pkid, "By Authentication String")


def not_applied(here: Lab) -> list[Phone]:
    """The phones that have not been applied, in the plan's order."""
    return not_taken(here, "applyPhone")


def not_written(here: Lab) -> list[Phone]:
    """The phones that have not been written, in the plan's order."""
    return not_taken(here, "updatePhone")


def not_taken(here: Lab, operation: str) -> list[Phone]:
    taken = {write.phone for write in here.writes(operation)}
    waits = [step.phone for step in here.plan.steps if step.phone.name not in taken]
    assert waits, "none is left"
    return waits


def waiting(here: Lab) -> Phone:
    """The phone that is written and has not been applied."""
    return not_applied(here)[0]


def refuse_the_second(here: Lab, operation: str, seconds: int) -> None:
    """The cluster refuses the second call of the operation, and asks for a pause of so many seconds."""
    notifications = here.server.notifications
    notifications.retry_after = seconds
    seen: list[str] = []

    def overflow(arrived: str) -> None:
        seen.append(arrived)
        if arrived == operation and seen.count(arrived) == 2:
            notifications.add(notifications.limit + 100)

    here.server.follow(overflow)


@contextmanager
def second_apply_refused_for(seconds: int) -> Iterator[Lab]:
    """Two phones that never end; the cluster refuses to apply the second one, and asks for a long pause: past the break."""
    with lab(phones=20, limit=2, failures=["dns=20"]) as here:
        refuse_the_second(here, "applyPhone", seconds)
        yield here


@pytest.mark.parametrize(
    ("what", "told"),
    [
        (writes_another_operation, "the cluster shows Delete until 2027:01:01:00:00"),
        (gives_the_profile_another_mode, "has other CAPF settings now"),
    ],
)
def test_a_phone_whose_window_closed_and_opened_while_calls_paused_is_looked_at_before_it_is_applied(
    what: Callable[[Lab, Phone], None], told: str
) -> None:
    with second_apply_refused_for(50 * 60) as here:
        here.at.append((IN_THE_BREAK, lambda: what(here, waiting(here))))
        summary = here.run(windows=BREAK, concurrency=1)
        (left,) = (one for one in summary.outcomes if one.name == waiting(here).name)
        assert len(here.writes("updatePhone")) == 2
        assert left.state is PhoneState.FAILED
        assert told in left.reason
        assert "not applied" in left.reason


def test_a_phone_that_nobody_touched_meanwhile_is_applied_in_the_next_window() -> None:
    with second_apply_refused_for(50 * 60) as here:
        here.run(windows=BREAK, concurrency=1)
        assert [write.at > IN_THE_BREAK for write in here.writes("applyPhone")] == [False, True]
        assert len(here.writes("updatePhone")) == 2


@contextmanager
def second_write_refused_for(seconds: int) -> Iterator[Lab]:
    """Two phones that never end; the cluster refuses to write the second one, and asks for a long pause: past the break."""
    with lab(phones=20, limit=2, failures=["dns=20"]) as here:
        refuse_the_second(here, "updatePhone", seconds)
        yield here


def overwritten(here: Lab) -> list[str]:
    """Phones that were written over somebody else's operation."""
    return [write.phone for write in here.writes("updatePhone") if write.operation_before == "Delete"]


def test_a_phone_whose_apply_was_refused_for_long_is_looked_at_before_it_is_applied_without_any_window() -> None:
    with second_apply_refused_for(50 * 60) as here:
        here.at.append((IN_THE_BREAK, lambda: writes_another_operation(here, waiting(here))))
        summary = here.run(concurrency=1)
        (left,) = (one for one in summary.outcomes if one.name == waiting(here).name)
        assert left.state is PhoneState.FAILED
        assert "the cluster shows Delete until 2027:01:01:00:00" in left.reason
        assert "not applied" in left.reason


def test_a_phone_whose_apply_was_refused_for_long_and_that_nobody_touched_is_applied_then() -> None:
    with second_apply_refused_for(50 * 60) as here:
        here.run(concurrency=1)
        assert [write.at - NOON > 50 * 60 - 1 for write in here.writes("applyPhone")] == [False, True]
        assert len(here.writes("updatePhone")) == 2


@pytest.mark.parametrize("windows", [Windows(), BREAK], ids=["no window", "window closes and opens meanwhile"])
def test_a_phone_whose_write_was_refused_for_long_is_looked_at_before_it_is_written(windows: Windows) -> None:
    with second_write_refused_for(50 * 60) as here:
        theirs: list[Phone] = []

        def write() -> None:
            theirs.extend(not_written(here))
            writes_another_operation(here, theirs[0])

        here.at.append((IN_THE_BREAK, write))
        summary = here.run(concurrency=1, windows=windows)
        assert len(theirs) == 1
        (left,) = (one for one in summary.outcomes if one.name == theirs[0].name)
        assert left.state is PhoneState.LEFT_OUT
        assert "someone else's Delete until 2027:01:01:00:00 is under way" in left.reason
        assert not overwritten(here)


def test_a_phone_whose_write_was_refused_for_long_and_that_nobody_touched_is_written_then() -> None:
    with second_write_refused_for(50 * 60) as here:
        here.run(concurrency=1)
        assert [write.at - NOON > 50 * 60 - 1 for write in here.writes("updatePhone")] == [False, True]
        assert len(here.writes("applyPhone")) == 2


def test_no_operation_that_came_while_a_low_rate_kept_phones_waiting_is_written_over() -> None:
    with lab(phones=60, limit=30) as here:
        theirs: list[Phone] = []

        def write() -> None:
            theirs.append(not_written(here)[-1])
            writes_another_operation(here, theirs[0])

        here.at.append((NOON + 60, write))
        here.run(max_rate=0.1)
        assert theirs
        assert not overwritten(here)
        assert here.truth(theirs[0].name)["operation"] == "Delete"


def test_no_operation_that_came_while_a_low_rate_kept_written_phones_waiting_is_set_off() -> None:
    with lab(phones=60, limit=30) as here:
        theirs: list[Phone] = []

        def write() -> None:
            theirs.append(not_applied(here)[-1])
            writes_another_operation(here, theirs[0])

        here.at.append((NOON + 10 * 35, write))  # the applies follow thirty writes, ten seconds each
        summary = here.run(max_rate=0.1)
        (left,) = (one for one in summary.outcomes if one.name == theirs[0].name)
        assert here.writes("applyPhone")
        assert left.name not in {write.phone for write in here.writes("applyPhone")}
        assert left.state is PhoneState.FAILED
        assert "the cluster shows Delete until 2027:01:01:00:00" in left.reason
