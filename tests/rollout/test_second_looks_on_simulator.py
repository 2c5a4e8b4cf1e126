"""Phones that were written and had to wait before they were applied are looked at again, at the simulated CUCM over its socket."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from lscctl.outcome import PhoneState
from lscctl.phone import Phone
from lscctl.simulator.capf_write import CapfWrite
from lscctl.window import Windows
from tests.rollout.simulated import NOON, Lab, lab

BREAK = Windows.parse(["10:00-11:40", "11:45-23:00"])
"""NOON is 11:00 by the cluster's clock."""
IN_THE_BREAK = NOON + 42 * 60


def writes_another_operation(here: Lab, phone: Phone) -> None:
    here.simulated.write_capf(phone.pkid, CapfWrite(operation="Delete", finish_time="2027:01:01:00:00"))


def gives_the_profile_another_mode(here: Lab, phone: Phone) -> None:
    here.simulated.set_profile_mode(phone.profile.pkid, "By Authentication String")


def waiting(here: Lab) -> Phone:
    """The phone that is written and has not been applied."""
    applied = {write.phone for write in here.writes("applyPhone")}
    waits = [step.phone for step in here.plan.steps if step.phone.name not in applied]
    assert waits, "all were applied"
    return waits[0]


@contextmanager
def second_apply_refused_for(seconds: int) -> Iterator[Lab]:
    """Two phones that never end; the cluster refuses to apply the second one, and asks for a long pause: past the break."""
    with lab(phones=20, limit=2, failures=["dns=20"]) as here:
        notifications = here.server.notifications
        notifications.retry_after = seconds
        seen: list[str] = []

        def overflow(arrived: str) -> None:
            seen.append(arrived)
            if arrived == "applyPhone" and seen.count(arrived) == 2:
                notifications.add(notifications.limit + 100)

        here.server.follow(overflow)
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
