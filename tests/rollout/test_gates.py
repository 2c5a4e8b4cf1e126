from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lscctl.outcome import FAILURES, PhoneState
from lscctl.profile_change import ProfileStanding
from lscctl.rollout.gates import FAILED, ProfileGate, failure_gate, lost_gate
from lscctl.rules import Amount, Limit, Rules


def test_the_gate_names_what_happened_and_the_option_that_allows_less() -> None:
    assert failure_gate(3, 5, Rules(), "this wave") == (
        "3 of 5 phones in this wave failed; --max-failures 5% at least 2 allows 2"
    )
    assert lost_gate(21, 2_000, Rules(), "the waves so far") == (
        "21 of 2,000 phones in the waves so far did not re-register; --max-lost 1% allows 20"
    )


@pytest.mark.parametrize(
    ("failed", "phones", "closed"), [(2, 5, False), (3, 5, True), (25, 500, False), (26, 500, True)]
)
def test_by_default_five_percent_may_fail_and_two_always(failed: int, phones: int, closed: bool) -> None:
    assert (failure_gate(failed, phones, Rules(), "this wave") is not None) is closed


@pytest.mark.parametrize(("lost", "phones", "closed"), [(0, 5, False), (1, 5, True), (1, 99, True), (1, 100, False)])
def test_by_default_one_percent_may_be_lost_and_none_of_a_canary(lost: int, phones: int, closed: bool) -> None:
    assert (lost_gate(lost, phones, Rules(), "this wave") is not None) is closed


def test_a_limit_of_none_closes_at_the_first_phone_and_not_before() -> None:
    strict = Rules(max_failures=Limit(Amount(number=0)), max_lost=Limit(Amount(number=0)))
    assert failure_gate(0, 40_000, strict, "this wave") is None
    assert failure_gate(1, 40_000, strict, "this wave") is not None
    assert lost_gate(0, 40_000, strict, "this wave") is None
    assert lost_gate(1, 40_000, strict, "this wave") is not None


def test_nothing_is_wrong_with_a_scope_without_phones() -> None:
    assert failure_gate(0, 0, Rules(), "this wave") is None
    assert lost_gate(0, 0, Rules(), "this wave") is None


def test_a_phone_that_is_lost_counts_for_its_own_limit_only() -> None:
    assert PhoneState.LOST not in FAILED
    assert {*FAILED, PhoneState.LOST} == set(FAILURES)


@given(st.integers(0, 100), st.integers(0, 50_000), st.integers(0, 10))
def test_a_gate_is_open_exactly_as_long_as_the_count_is_within_the_limit(
    percent: int, phones: int, at_least: int
) -> None:
    limit = Limit(Amount(percent=Fraction(percent)), at_least)
    rules = Rules(max_failures=limit, max_lost=limit)
    allowed = max(at_least, phones * percent // 100)
    for gate in (failure_gate, lost_gate):
        assert gate(allowed, phones, rules, "this wave") is None
        assert gate(allowed + 1, phones, rules, "this wave") is not None


def restarted(registered: int, lost: int) -> ProfileStanding:
    return ProfileStanding(registered=registered, lost=lost)


def test_a_profile_s_phones_count_like_a_wave_and_all_of_them_together() -> None:
    gate = ProfileGate(Rules(max_lost=Limit(Amount(percent=Fraction(10)))))
    assert gate.closed_by("8845", restarted(10, 1), known=False) is None
    assert gate.closed_by("8865", restarted(4, 1), known=False) == (
        "1 of 4 phones in the profile '8865' did not re-register; --max-lost 10% allows 0"
    )
    assert "2 of 15 phones in the profiles so far did not re-register" in (
        gate.closed_by("8811", restarted(1, 0), known=False) or ""
    )


def test_what_a_person_knew_when_the_run_was_resumed_does_not_count_again() -> None:
    gate = ProfileGate(Rules(max_lost=Limit(Amount(number=0))))
    assert gate.closed_by("8845", restarted(10, 3), known=True) is None
    assert gate.closed_by("8865", restarted(10, 0), known=False) is None
    assert gate.closed_by("8811", ProfileStanding(), known=False) is None
