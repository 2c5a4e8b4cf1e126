"""Phones for which CAPF may be about to do something: an operation that stands, and is none of this run's, counts."""

from collections.abc import Iterator
from dataclasses import replace
from types import SimpleNamespace
from typing import cast

import pytest

from lscctl.capf import CertificateOperation
from lscctl.phone import Phone
from lscctl.plan import LeftOut, Plan
from lscctl.rollout.announcer import Announcer
from lscctl.rollout.ledger import Ledger
from lscctl.rollout.parts import Run
from lscctl.rollout.profile_busy import Busy
from tests.rollout.simulated import Lab, lab

AHEAD, PAST = "2031:01:01:00:00", "2020:01:01:00:00"


@pytest.fixture(scope="module")
def here() -> Iterator[Lab]:
    with lab(phones=20, limit=3, old_status="Upgrade Success") as one:
        yield one


def run_of(here: Lab, plan: Plan) -> Run:
    ledger = Ledger(plan, Announcer([]), here.clock.utc, {}, here.cluster.clock.zone)
    return cast("Run", SimpleNamespace(ledger=ledger, plan=plan, target=here.cluster))


def standing(phone: Phone, operation: CertificateOperation, until: str) -> Phone:
    theirs = replace(phone, operation=operation, finish_time=until)
    assert not theirs.pending
    return theirs


def test_what_stood_for_a_phone_when_it_was_left_out_is_before_it_until_its_hour_has_passed(here: Lab) -> None:
    first, *others = here.plan.steps
    for until, busy in ((AHEAD, True), (PAST, False)):
        theirs = standing(first.phone, CertificateOperation.INSTALL, until)
        left_out = replace(here.plan, steps=tuple(others), left_out=(LeftOut(theirs, ()),))
        unknown = replace(here.plan, steps=tuple(others))
        assert Busy(run_of(here, left_out))(theirs) is busy
        assert Busy(run_of(here, unknown))(theirs) is busy


def test_what_came_for_a_phone_since_the_plan_is_before_it_whatever_its_hour(here: Lab) -> None:
    first, *others = here.plan.steps
    left_out = replace(here.plan, steps=tuple(others), left_out=(LeftOut(first.phone, ()),))
    assert Busy(run_of(here, left_out))(standing(first.phone, CertificateOperation.INSTALL, PAST))
    assert Busy(run_of(here, here.plan))(standing(first.phone, CertificateOperation.INSTALL, PAST))


def test_an_operation_is_the_runs_own_only_if_it_is_of_its_kind(here: Lab) -> None:
    run = run_of(here, here.plan)
    record = run.ledger.records[0]
    deadline = here.plan.deadline.resolve(here.cluster.clock)
    record.about_to_be_written(deadline)
    assert not Busy(run)(standing(record.step.phone, CertificateOperation.INSTALL, deadline.text))
    assert Busy(run)(standing(record.step.phone, CertificateOperation.DELETE, deadline.text))
