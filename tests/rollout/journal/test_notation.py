"""Whatever a standing or an event can hold comes back from the journal as it was."""

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter

from lscctl.errors import JournalError
from lscctl.notation import text_of
from lscctl.outcome import PhoneState
from lscctl.profile_change import ProfileState
from lscctl.rollout import events
from lscctl.rollout.events import Limit as Brake
from lscctl.rollout.journal import notation
from lscctl.rollout.journal.notation import harmless, value_of
from lscctl.rollout.standing import Call, Standing
from tests.any_plan import LSC, NUMBER, TEXT
from tests.report.runs_in_sight import profiles_of

HERE = Path("journal.sqlite")
SECONDS = st.floats(0, 1e11)
STANDING = st.builds(
    Standing,
    state=st.sampled_from(PhoneState),
    reason=TEXT,
    next_step=TEXT,
    wave=NUMBER,
    deadline=TEXT,
    deadline_at=st.none() | SECONDS,
    write=st.sampled_from(Call),
    apply=st.sampled_from(Call),
    read_back=st.booleans(),
    seen_pending=st.booleans(),
    status=TEXT,
    status_before=TEXT,
    lsc=LSC,
    writes=NUMBER,
    applied_at=st.none() | SECONDS,
    ended_at=st.none() | SECONDS,
)


def comes_back(adapter: TypeAdapter[Any], value: object) -> None:
    again = value_of(adapter, text_of(adapter, value), HERE)
    assert again == value
    assert type(again) is type(value)


@given(STANDING)
def test_a_standing_comes_back_as_it_was(standing: Standing) -> None:
    comes_back(notation.STANDING, standing)


@pytest.mark.parametrize(
    "event",
    [
        events.RunStarted(1.5, 3, {PhoneState.QUEUED: 3}),
        events.WaveStarted(1.5, 1, 4, "canary", 5),
        events.WaveEnded(1.5, 1, "canary", {PhoneState.INSTALLED: 4, PhoneState.FAILED: 1}),
        events.GateClosed(1.5, "--max-failures", "3 of 5 failed"),
        events.WindowClosed(1.5, 99.0),
        events.WindowOpened(1.5),
        events.Paused(1.5, "HTTP 503", 2.0, True),
        events.Resumed(1.5, False),
        events.Stopping(1.5, "ctrl-C"),
        events.ProfileAwaited(1.5, "8845 SIP", 7, 13, 6),
        *(events.ProfileChanged(1.5, one.change, one.standing) for one in profiles_of(*ProfileState)),
    ],
    ids=lambda event: type(event).__name__,
)
def test_the_events_of_a_run_come_back_as_they_were(event: notation.RunEvent) -> None:
    comes_back(notation.RUN_EVENTS[type(event).__name__], event)


def test_what_limits_a_run_comes_back_as_it_was() -> None:
    comes_back(notation.LIMITED, events.Limited(1.5, Brake.CLUSTER, "its queue is full", 12.5))


def test_a_value_that_lscctl_did_not_write_is_an_error_that_names_the_journal() -> None:
    with pytest.raises(JournalError, match=r"the journal journal\.sqlite holds something that lscctl did not write"):
        value_of(notation.STANDING, '{"state": "sleeping"}', HERE)


def test_a_row_of_a_release_that_knew_fewer_fields_can_be_read() -> None:
    assert value_of(notation.STANDING, '{"state": "pending"}', HERE) == Standing(state=PhoneState.PENDING)


def test_bytes_of_a_command_line_that_are_no_text_are_spelled_out() -> None:
    assert harmless("caf\udce9") == "caf\\udce9"
