"""Whatever a plan or a standing can hold comes back from the journal as it was."""

from dataclasses import fields
from datetime import UTC, timedelta, timezone
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter

from lscctl.capf import (
    AuthenticationMode,
    CapfSettings,
    CertificateOperation,
    CertificateStatus,
    DeviceSecurityMode,
    KeyOrder,
)
from lscctl.deadline import DeadlineRule
from lscctl.errors import JournalError
from lscctl.outcome import PhoneState
from lscctl.phone import Lsc, ModelSupport, Phone, Registration, SecurityProfile
from lscctl.plan import InstallRequest, LeftOut, Step
from lscctl.reasons import Finding, Reason
from lscctl.rollout import events
from lscctl.rollout.events import Limit as Brake
from lscctl.rollout.journal import notation
from lscctl.rollout.journal.notation import harmless, text_of, value_of
from lscctl.rollout.standing import Call, Standing
from lscctl.rules import Amount, Limit, Rules, Then, WaveBy, WaveSizes, WritePath
from lscctl.window import Windows

HERE = Path("journal.sqlite")
TEXT = st.text()  # without lone surrogates, which no answer of a cluster holds
SECONDS = st.floats(0, 1e11)
NUMBER = st.integers(0, 2**62)
LSC = st.builds(Lsc, st.none() | NUMBER, st.none() | TEXT, st.none() | NUMBER, st.none() | TEXT)
SETTINGS = st.builds(
    CapfSettings,
    st.sampled_from(AuthenticationMode),
    st.none() | NUMBER,
    st.none() | st.sampled_from(KeyOrder),
    st.none() | NUMBER,
)
PHONE = st.builds(
    Phone,
    profile=st.builds(
        SecurityProfile, TEXT, TEXT, st.sampled_from(DeviceSecurityMode), st.none() | SETTINGS, st.booleans()
    ),
    operation=st.sampled_from(CertificateOperation),
    status=st.builds(CertificateStatus, TEXT),
    lsc=LSC,
    support=st.builds(ModelSupport, st.none() | st.booleans(), st.none() | st.booleans(), st.none() | NUMBER),
    registration=st.sampled_from(Registration),
    over_expressway=st.none() | st.booleans(),
    **{each.name: TEXT for each in fields(Phone) if each.type in ("str", str)},
)
FINDINGS = st.lists(st.builds(Finding, st.sampled_from(Reason), TEXT), max_size=3).map(tuple)
DEADLINE = st.builds(
    DeadlineRule,
    TEXT,
    st.none() | st.timedeltas(timedelta(0), timedelta(days=366)),
    st.none() | st.datetimes() | st.datetimes(timezones=st.sampled_from([UTC, timezone(timedelta(hours=5.5))])),
    st.none() | st.times(),
    st.none() | st.integers(0, 1),
    st.none() | st.integers(0, 6),
)
REQUEST = st.builds(
    InstallRequest,
    mode=st.none() | st.sampled_from(AuthenticationMode),
    key_order=st.none() | st.sampled_from(KeyOrder),
    key_size=st.none() | NUMBER,
    ec_key_size=st.none() | NUMBER,
    deadline=DEADLINE,
    renew=st.booleans(),
    include_secure=st.booleans(),
)
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
AMOUNT = st.builds(Amount, number=st.integers(1, 10**6)) | st.builds(
    Amount, percent=st.fractions(Fraction(1, 1000), 100)
)
LIMIT = st.builds(Limit, AMOUNT, NUMBER)
RULES = st.builds(
    Rules,
    canary=AMOUNT,
    waves=st.builds(WaveSizes, st.lists(AMOUNT, min_size=1, max_size=3).map(tuple), st.sampled_from(Then)),
    wave_by=st.sampled_from(WaveBy),
    max_failures=LIMIT,
    max_lost=LIMIT,
    max_in_flight=st.integers(1, 10**6),
    max_rate=st.none() | st.floats(0.001, 1e4),
    wave_timeout=st.none() | st.timedeltas(timedelta(seconds=1), timedelta(days=9)),
    pause_between=st.timedeltas(timedelta(0), timedelta(days=9)),
    windows=st.sampled_from([(), ("22:00-05:00",), ("sat 22:00-06:00", "mon-fri 22:00-05:00")]).map(Windows.parse),
    write_path=st.sampled_from(WritePath),
    concurrency=st.integers(1, 64),
)


def comes_back(adapter: TypeAdapter[Any], value: object) -> None:
    again = value_of(adapter, text_of(adapter, value), HERE)
    assert again == value
    assert type(again) is type(value)


@given(st.builds(Step, PHONE, SETTINGS, FINDINGS))
def test_a_step_comes_back_as_it_was(step: Step) -> None:
    comes_back(notation.STEP, step)


@given(st.builds(LeftOut, PHONE, FINDINGS))
def test_a_phone_left_out_comes_back_with_its_reasons(left_out: LeftOut) -> None:
    comes_back(notation.LEFT_OUT, left_out)


@given(REQUEST, DEADLINE, RULES)
def test_what_a_user_asked_for_comes_back_as_it_was(
    request: InstallRequest, deadline: DeadlineRule, rules: Rules
) -> None:
    comes_back(notation.REQUEST, request)
    comes_back(notation.DEADLINE, deadline)
    comes_back(notation.RULES, rules)


@given(STANDING)
def test_a_standing_comes_back_as_it_was(standing: Standing) -> None:
    comes_back(notation.STANDING, standing)


@pytest.mark.parametrize(
    "text", ["4h", "04:00", "tomorrow 04:00", "sat 22:00", "2030-01-31T04:00+02:00", "2030-01-31T04:00"]
)
def test_a_deadline_means_the_same_after_it_was_kept(text: str) -> None:
    comes_back(notation.DEADLINE, DeadlineRule.parse(text))


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
