"""What chaos' judge makes of what a cluster saw: what no client did wrong is no violation, and without an excuse it is one."""

from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest

from benchmarks._chaos import witness
from benchmarks._chaos.chronicle import Chronicle, Part
from benchmarks._chaos.invariants import it_says_how_it_ended
from benchmarks._chaos.mischief import Fired
from benchmarks._chaos.profiles import nothing_else_changed
from benchmarks._chaos.scenario import Kind, Operation, Scenario, Trouble
from benchmarks._chaos.strings import clears, gone_after_success
from benchmarks._chaos.witness import StringSeen
from lscctl.outcome import PhoneState
from lscctl.rollout.standing import Standing
from lscctl.simulator.history import Write

PHONE = "SEP001122334455"
INSTALL, NONE = "Install/Upgrade", "No Pending Operation"


def fired(kind: Kind, *, begun: bool = True) -> Fired:
    return Fired(Trouble(kind, "*", 1, 1, 0.5), 100.0, begun, PHONE)


def part(exit_code: int, *troubles: Fired, begun: bool = True) -> Part:
    state = "finished" if exit_code in (0, 1) else ""
    return Part((), exit_code, "", "", troubles, begun, state, 0, 0)


def chronicle(*parts: Part, operation: Operation = Operation.INSTALL, **facts: Any) -> Chronicle:
    known: dict[str, Any] = {"writes": (), "truth": witness.Testimony(), "run": None} | facts
    return Chronicle(
        scenario=Scenario.of(1, operation),
        parts=parts,
        rivals=(),
        before={},
        looks=({},),
        deadlines={},
        story=(),
        **known,
    )


@pytest.mark.parametrize("kind", [Kind.MODE, Kind.PROFILE])
def test_a_profile_that_cucm_made_while_others_changed_profiles_is_nobodys_fault(kind: Kind) -> None:
    made = witness.Testimony(made=1)
    assert not list(nothing_else_changed(chronicle(part(0, fired(kind)), truth=made)))
    assert list(nothing_else_changed(chronicle(part(0, fired(Kind.FOREIGN)), truth=made))) == [
        "1 security profiles were made"
    ]
    meddled = replace(made, meddled=True)
    assert list(nothing_else_changed(chronicle(part(0, fired(kind)), truth=meddled)))


@pytest.mark.parametrize("exit_code", [3, 5])
def test_a_client_that_was_cut_off_before_its_run_began_may_be_refused_by_preflight(exit_code: int) -> None:
    early = part(exit_code, fired(Kind.DROP_BEFORE, begun=False), begun=False)
    assert not list(it_says_how_it_ended(chronicle(early)))
    for wrong in (
        part(exit_code),
        part(exit_code, fired(Kind.DROP_BEFORE)),
        part(exit_code, fired(Kind.FOREIGN, begun=False), begun=False),
    ):
        assert len(list(it_says_how_it_ended(chronicle(wrong)))) == 1


def write(number: int, at: float, **as_it_stands: Any) -> Write:
    usual = Write(
        number, at, at, "p", PHONE, "updatePhone", INSTALL, "Operation Pending", "2026:1:1:4:00", NONE, "None", "", True
    )
    return replace(usual, **as_it_stands)


def strings(*seen: StringSeen) -> witness.Testimony:
    return witness.Testimony(strings=seen, handed_out={PHONE: "12345"})


def test_a_write_clears_a_string_if_the_database_saw_that_since_the_phones_last_write() -> None:
    first, second = write(1, 10.0), write(2, 50.0)
    given, cleared = StringSeen(10.0, PHONE, "12345", True), StringSeen(49.0, PHONE, "", True)
    here = chronicle(writes=(first, second), truth=strings(given, cleared))
    assert [clears(here, one) for one in (first, second)] == [False, True]
    assert not clears(chronicle(writes=(first, second), truth=strings(cleared, replace(given, at=49.5))), second)
    assert not clears(chronicle(writes=(first, second), truth=witness.Testimony(strings=(given, cleared))), second)


def test_what_the_database_saw_before_the_phones_last_write_says_nothing_of_the_next_one() -> None:
    cleared = StringSeen(9.0, PHONE, "", True)
    first, again = write(1, 10.0), write(2, 50.0)
    passed_over = replace(
        again,
        operation_before=INSTALL,
        status_before="Upgrade Success",
        finish_time_before=again.finish_time,
        changed=False,
    )
    for second, expected in ((again, False), (passed_over, True)):
        assert clears(chronicle(writes=(first, second), truth=strings(cleared)), second) is expected


@pytest.mark.parametrize(
    ("operation", "state"),
    [(Operation.AUTH_STRING, PhoneState.INSTALLED), (Operation.DELETE_BY_STRING, PhoneState.DELETED)],
)
def test_a_string_that_is_left_once_its_phone_is_done_is_told_or_it_is_a_violation(
    operation: Operation, state: PhoneState
) -> None:
    left = witness.Testimony(held={PHONE: "12345"}, handed_out={PHONE: "12345"})
    told = "its authentication string is still at the cluster: AXL takes no empty one while no operation stands"

    def judged(standing: Standing, truth: witness.Testimony) -> list[str]:
        run = SimpleNamespace(standings={PHONE: standing})
        return list(gone_after_success(chronicle(operation=operation, run=run, truth=truth)))

    assert len(judged(Standing(state=state), left)) == 1
    assert not judged(Standing(state=state, reason=told), left)
    assert not judged(Standing(state=state), replace(left, held={}))
    assert not judged(Standing(state=PhoneState.STALLED), left)


def test_clients_give_an_answer_up_soon_only_where_a_delay_is_to_outlast_them() -> None:
    scenarios = [Scenario.of(seed) for seed in range(200)]
    delays = [[one.amount for part in each.parts for one in part if one.kind is Kind.DELAY] for each in scenarios]
    patient = [each.patience > max(amounts, default=0) for each, amounts in zip(scenarios, delays, strict=True)]
    assert patient == [max(amounts, default=0) < 4 for amounts in delays]
    assert 0 < patient.count(False) < 60
