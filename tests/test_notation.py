"""Whatever a plan, and what it is carried out by, can hold comes back from its notation as it was."""

from typing import Any

import pytest
from hypothesis import given
from pydantic import TypeAdapter

from lscctl import notation
from lscctl.deadline import DeadlineRule
from lscctl.identity import ClusterIdentity
from lscctl.notation import text_of
from lscctl.plan import CapfRequest, LeftOut, Step
from lscctl.rules import Rules
from tests.any_plan import DEADLINE, LEFT_OUT, REQUEST, RULES, STEP


def comes_back(adapter: TypeAdapter[Any], value: object) -> None:
    again = adapter.validate_json(text_of(adapter, value))
    assert again == value
    assert type(again) is type(value)


@given(STEP)
def test_a_step_comes_back_as_it_was(step: Step) -> None:
    comes_back(notation.STEP, step)


@given(LEFT_OUT)
def test_a_phone_left_out_comes_back_with_its_reasons(left_out: LeftOut) -> None:
    comes_back(notation.LEFT_OUT, left_out)


@given(REQUEST, DEADLINE, RULES)
def test_what_a_user_asked_for_comes_back_as_it_was(request: CapfRequest, deadline: DeadlineRule, rules: Rules) -> None:
    comes_back(notation.REQUEST, request)
    comes_back(notation.DEADLINE, deadline)
    comes_back(notation.RULES, rules)


@pytest.mark.parametrize(
    "text", ["4h", "04:00", "tomorrow 04:00", "sat 22:00", "2030-01-31T04:00+02:00", "2030-01-31T04:00"]
)
def test_a_deadline_means_the_same_after_it_was_kept(text: str) -> None:
    comes_back(notation.DEADLINE, DeadlineRule.parse(text))


def test_a_clusters_identity_comes_back_as_it_was() -> None:
    comes_back(notation.IDENTITY, ClusterIdentity("hq", "cucm.example.com", "6a0ac8cf", "ab" * 32))
