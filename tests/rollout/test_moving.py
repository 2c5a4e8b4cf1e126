"""Phones that are moved to another security profile: written once, applied once, looked for until they are back."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lscctl.capf import AuthenticationMode, CapfSettings, CertificateOperation, CertificateStatus
from lscctl.outcome import PhoneState
from lscctl.phone import Lsc, Reading, Registration
from lscctl.plan import Plan, Protected, Step, build_move
from lscctl.reasons import Reason
from lscctl.rollout import moving
from lscctl.rollout.record import Record
from lscctl.rollout.standing import Call
from lscctl.rollout.transitions import MOST_WRITES
from tests.rollout.fakes import (
    PROFILE,
    SETTINGS,
    FakeCluster,
    FakePhone,
    Killed,
    Notebook,
    Scene,
    at_once,
    fake_phone,
    lost,
    on,
    phones,
)

NONE = CertificateOperation.NONE
MIC_FIRST = CapfSettings(AuthenticationMode.MIC_FIRST, 2048)
COPY = replace(PROFILE, pkid="c" * 36, name="8845 MIC first", settings=MIC_FIRST)
THIRD = "d" * 36


def moves(members: list[FakePhone]) -> Plan:
    return build_move([each.phone for each in members], COPY, MIC_FIRST, Protected())


def scene(members: list[FakePhone], **options: object) -> Scene:
    return Scene(members, options=at_once(**options), plan=moves(members))


def reading(profile: str = PROFILE.pkid, operation: CertificateOperation = NONE) -> Reading:
    phone = fake_phone(1).phone
    return Reading(phone.pkid, phone.name, profile, operation, CertificateStatus("None"), "", phone.lsc)


def record(*, write: Call = Call.DONE, apply: Call = Call.NOT_MADE, writes: int = 1) -> Record:
    made = Record(Step(fake_phone(1).phone, MIC_FIRST, move_to=COPY))
    made.write, made.apply, made.writes = write, apply, writes
    return made


def test_every_phone_is_moved_applied_once_and_seen_again() -> None:
    members = [fake_phone(number, registration=Registration.REGISTERED) for number in range(30)]
    summary = scene(members).run()
    assert summary.counts == {PhoneState.MOVED: 30}
    for each in members:
        assert (len(each.moves), len(each.applies), each.profile_pkid) == (1, 1, COPY.pkid)
        assert each.operation is NONE


def test_a_moved_phone_that_does_not_register_again_is_lost() -> None:
    member = fake_phone(1, registration=Registration.REGISTERED)
    member.back_after = 1e9
    summary = scene([member]).run()
    assert summary.counts == {PhoneState.LOST: 1}
    assert "has its new profile but has not registered again" in summary.outcomes[0].reason


def test_capf_has_no_part_in_it() -> None:
    made = scene(phones(3))
    made.cluster.capf = False
    summary = made.run()
    assert summary.counts == {PhoneState.MOVED: 3}
    assert not any("CAPF" in note for note in summary.notes)
    assert ("capf", "") not in made.cluster.inspections


def test_a_write_whose_answer_was_lost_is_looked_up_and_not_repeated_where_it_took() -> None:
    members = phones(5)
    made = scene(members)
    made.cluster.after.append(on("write", lost, name=members[2].phone.name))
    assert made.run().counts == {PhoneState.MOVED: 5}
    assert all(len(each.moves) == 1 for each in members)


def test_an_apply_whose_answer_was_lost_is_never_repeated() -> None:
    members = phones(2)
    made = scene(members)
    made.cluster.after.append(on("apply", lost, name=members[0].phone.name))
    summary = made.run()
    assert summary.counts == {PhoneState.MOVED: 1, PhoneState.UNKNOWN: 1}
    assert len(members[0].applies) == 1


@given(at=st.integers(1, 40), forgets=st.booleans())
def test_a_run_that_is_killed_anywhere_and_resumed_moves_and_applies_each_phone_at_most_once(
    at: int, forgets: bool
) -> None:
    members = phones(4)
    made = scene(members)
    notebook = Notebook(at, forgets=forgets)
    try:
        made.run(notebook)
    except Killed:
        made.workers.die(lambda: True)
        made = made.again(notebook.standings)
        made.run()
    for each in members:
        assert len(each.moves) == 1
        assert len(each.applies) <= 1
        assert each.profile_pkid == COPY.pkid


def test_protected_phones_and_those_with_an_operation_under_way_stay_where_they_are() -> None:
    held, busy, free = (fake_phone(number).phone for number in range(3))
    busy = replace(busy, operation=CertificateOperation.INSTALL)
    plan = build_move([held, busy, free], COPY, MIC_FIRST, Protected(phones=(held.name,)))
    assert [step.phone.name for step in plan.steps] == [free.name]
    assert [out.findings[0].reason for out in plan.left_out] == [Reason.PROTECTED, Reason.OPERATION_PENDING]
    assert plan.moves


@pytest.mark.parametrize(
    ("shown", "writes", "state"),
    [
        (reading(), 0, None),
        (reading(COPY.pkid), 1, PhoneState.WRITTEN),
        (reading(COPY.pkid), 0, PhoneState.LEFT_OUT),
        (reading(THIRD), 0, PhoneState.LEFT_OUT),
        (reading(operation=CertificateOperation.INSTALL), 0, PhoneState.LEFT_OUT),
        (None, 0, PhoneState.FAILED),
    ],
)
def test_a_phone_that_changed_since_the_plan_is_not_moved(
    shown: Reading | None, writes: int, state: PhoneState | None
) -> None:
    verdict = moving.before_write(record(write=Call.NOT_MADE, writes=writes), shown, NONE, 0.0)
    assert (verdict and verdict.state) == state


@pytest.mark.parametrize(
    ("shown", "write", "writes", "state"),
    [
        (reading(COPY.pkid), Call.DONE, 1, PhoneState.WRITTEN),
        (reading(COPY.pkid), Call.LOST, 1, PhoneState.WRITTEN),
        (reading(), Call.DONE, 1, PhoneState.FAILED),
        (reading(), Call.LOST, 1, PhoneState.QUEUED),
        (reading(), Call.LOST, MOST_WRITES, PhoneState.FAILED),
        (reading(THIRD), Call.DONE, 1, PhoneState.FAILED),
        (None, Call.DONE, 1, PhoneState.FAILED),
    ],
)
def test_only_a_phone_that_shows_the_new_profile_is_applied(
    shown: Reading | None, write: Call, writes: int, state: PhoneState
) -> None:
    assert moving.read_back(record(write=write, writes=writes), shown, NONE).state is state


@pytest.mark.parametrize(
    ("shown", "apply", "state"),
    [
        (reading(COPY.pkid), Call.DONE, PhoneState.MOVED),
        (reading(COPY.pkid), Call.LOST, PhoneState.UNKNOWN),
        (reading(THIRD), Call.DONE, PhoneState.UNKNOWN),
        (None, Call.DONE, PhoneState.FAILED),
    ],
)
def test_what_a_phone_that_was_applied_shows(shown: Reading | None, apply: Call, state: PhoneState) -> None:
    assert moving.watch(record(apply=apply), shown, NONE).state is state


@pytest.mark.parametrize("hours", [2, 7, 30])
def test_a_move_that_was_cut_off_is_taken_up_again_however_late(hours: float) -> None:
    members = phones(4)
    made = scene(members)
    notebook = Notebook(12)
    with pytest.raises(Killed):
        made.run(notebook)
    made.clock.at += hours * 3600
    made = made.again(notebook.standings)
    assert made.run().counts == {PhoneState.MOVED: 4}
    assert all((len(each.moves), len(each.applies)) == (1, 1) for each in members)


def test_a_phone_that_landed_in_a_profile_with_other_settings_is_not_applied() -> None:
    shown = replace(reading(COPY.pkid), settings=SETTINGS)
    verdict = moving.read_back(record(), shown, NONE)
    assert verdict.state is PhoneState.FAILED
    assert "null-string, RSA 2048 now, not mic-first" in verdict.reason


THEIRS = {"operation": CertificateOperation.INSTALL, "finish_time": "2031:01:01:00:00"}


@pytest.mark.parametrize("status", ["Operation Pending", "None", "Upgrade Success", "Delete Failed"])
def test_what_somebody_wrote_since_the_plan_is_left_alone_whatever_the_status_says(status: str) -> None:
    members = [fake_phone(number, status=status) for number in range(3)]
    made = scene(members)
    for field, value in THEIRS.items():
        setattr(members[1], field, value)
    members[1].status = status
    summary = made.run()
    assert summary.counts == {PhoneState.MOVED: 2, PhoneState.LEFT_OUT: 1}
    assert members[1].moves == members[1].applies == []
    (left_out,) = (one for one in summary.outcomes if one.state is PhoneState.LEFT_OUT)
    assert "someone else's Install/Upgrade until 2031:01:01:00:00 is under way" in left_out.reason


def test_an_operation_that_came_while_the_phone_was_moved_is_not_set_off_by_its_apply() -> None:
    members = phones(3)
    made = scene(members)

    def somebody_else(_: FakeCluster, kind: str, name: str) -> None:
        if kind == "write" and name == members[1].phone.name:
            members[1].operation, members[1].finish_time = CertificateOperation.INSTALL, "2031:01:01:00:00"

    made.cluster.after.append(somebody_else)
    summary = made.run()
    assert summary.counts == {PhoneState.MOVED: 2, PhoneState.FAILED: 1}
    assert (len(members[1].moves), members[1].applies) == (1, [])
    (failed,) = (one for one in summary.outcomes if one.state is PhoneState.FAILED)
    assert "has its new profile, and someone else's Install/Upgrade until 2031:01:01:00:00" in failed.reason
    assert "applies it" in failed.next_step


def test_an_operation_that_was_over_when_the_move_was_planned_keeps_no_phone_from_it() -> None:
    member = fake_phone(1, status="Upgrade Success")
    left = replace(member.phone, operation=CertificateOperation.INSTALL, finish_time="2023:01:01:00:00")
    member.phone, member.operation, member.finish_time = left, left.operation, left.finish_time
    assert scene([member]).run().counts == {PhoneState.MOVED: 1}


@pytest.mark.parametrize(("to", "state"), [("lsc-first", PhoneState.LEFT_OUT), ("mic-first", PhoneState.MOVED)])
def test_a_phone_whose_lsc_is_gone_since_the_plan_is_not_given_the_mode_that_needs_it(
    to: str, state: PhoneState
) -> None:
    member = fake_phone(1, lsc=Lsc(1_900_000_000, "CAPF-1", public_key="30"))
    settings = CapfSettings(AuthenticationMode.parse(to), 2048)
    plan = build_move([member.phone], replace(COPY, settings=settings), settings, Protected())
    member.lsc = Lsc()
    summary = Scene([member], options=at_once(), plan=plan).run()
    assert summary.counts == {state: 1}
    assert ("the LSC is gone" in summary.outcomes[0].reason) == (state is PhoneState.LEFT_OUT)
