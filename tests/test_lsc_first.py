"""Which profiles get lsc-first, and what speaks against it: judged from what was read, and from nothing else."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lscctl.capf import AuthenticationMode, CertificateOperation, CertificateStatus, DeviceSecurityMode
from lscctl.lsc_first import (
    ProfileSeen,
    against_applying,
    against_writing,
    concerned,
    is_done,
    planned_change,
    rechecked_change,
)
from lscctl.phone import Lsc, Phone
from lscctl.plan import CapfRequest, ClusterFacts, Protected, build_plan
from lscctl.profile_change import Lacking, ProfileChange
from tests.report.phones_in_sight import CAPF, DAY, FACTS, LSC_FIRST, NOW, NULL_STRING, PHONE, PHONES

VALID = Lsc(int(NOW) + DAY, CAPF, None, "key")
NOBODY = Protected()


def users(*lscs: Lsc) -> tuple[Phone, ...]:
    return tuple(
        replace(PHONE, pkid=f"{number:036d}", name=f"SEP{number:012X}", lsc=lsc) for number, lsc in enumerate(lscs)
    )


def seen(*phones: Phone, facts: ClusterFacts = FACTS) -> ProfileSeen:
    return ProfileSeen(NULL_STRING, phones, facts)


def change(number: int = 2) -> ProfileChange:
    assert NULL_STRING.settings is not None
    return ProfileChange(NULL_STRING, replace(NULL_STRING.settings, mode=AuthenticationMode.LSC_FIRST), number)


def test_the_profiles_of_written_phones_and_of_those_left_out_are_concerned_but_none_that_has_it() -> None:
    plan = build_plan(PHONES, CapfRequest(), FACTS, NOBODY)
    assert LSC_FIRST in {out.phone.profile for out in plan.left_out}
    assert concerned(plan) == (NULL_STRING,)


def test_a_planned_change_counts_all_phones_those_that_get_an_lsc_and_those_that_get_none() -> None:
    phones = users(Lsc(), Lsc(), VALID, Lsc())
    plan = build_plan(phones[:2], CapfRequest(), FACTS, NOBODY)
    planned = planned_change(seen(*phones), plan, NOBODY, can_be_applied=True)
    assert (planned.phones, planned.to_install, planned.without, planned.against) == (4, 2, 1, "")
    assert planned.settings == replace(planned.profile.settings, mode=AuthenticationMode.LSC_FIRST)  # type: ignore[type-var]


@pytest.mark.parametrize(
    ("profile", "protected", "able", "words"),
    [
        (replace(NULL_STRING, predefined=True), NOBODY, True, "predefined"),
        (NULL_STRING, Protected(profiles=(NULL_STRING.name,)), True, "is protected"),
        (NULL_STRING, Protected(device_pools=("Berl*",)), True, "is protected"),
        (NULL_STRING, NOBODY, False, "cannot apply a profile"),
    ],
)
def test_what_no_lsc_helps_against_is_known_when_it_is_planned(
    profile: object, protected: Protected, able: bool, words: str
) -> None:
    phones = users(VALID)
    plan = build_plan(phones, CapfRequest(), FACTS, NOBODY)
    there = replace(seen(*phones), profile=profile)  # type: ignore[arg-type]
    planned = planned_change(there, plan, protected, can_be_applied=able)
    assert words in planned.against
    assert planned.next_step


@pytest.mark.parametrize(
    ("lsc", "why"),
    [
        (Lsc(), "no LSC"),
        (replace(VALID, valid_until=int(NOW) - 1), "its LSC has expired"),
        (replace(VALID, valid_until=int(NOW)), "its LSC has expired"),
        (replace(VALID, issuer="CN=Another"), "its LSC is of another issuer"),
        (replace(VALID, valid_until=None), "nobody knows how long its LSC is valid"),
    ],
)
def test_a_phone_that_could_not_prove_itself_by_its_lsc_keeps_the_profile_as_it_is(lsc: Lsc, why: str) -> None:
    phones = users(VALID, lsc)
    against = against_writing(change(), seen(*phones), NOBODY)
    assert against is not None
    assert against.lacking == (Lacking(phones[1].name, why),)
    assert "1 phone of 2" in against.reason
    assert against_applying(change(), seen(*phones), NOBODY) is None


def test_an_old_cluster_keeps_no_ends_so_any_lsc_counts_there() -> None:
    old = replace(FACTS, keeps_lsc_expiry=False)
    phones = users(VALID, Lsc(public_key="key"))
    assert against_writing(change(), seen(*phones, facts=old), NOBODY) is None
    assert against_writing(change(), seen(*users(VALID, Lsc()), facts=old), NOBODY) is not None


def test_more_phones_than_were_agreed_to_and_a_busy_one_keep_it_from_being_written_and_applied() -> None:
    many = seen(*users(VALID, VALID, VALID))
    busy = replace(
        users(VALID)[0],
        operation=CertificateOperation.INSTALL,
        status=CertificateStatus("Operation Pending"),
    )
    for judge in (against_writing, against_applying):
        grown = judge(change(), many, NOBODY)
        assert grown is not None
        assert "3 phones use it now, and only 2 were agreed to" in grown.reason
        under_way = judge(change(), seen(busy), NOBODY)
        assert under_way is not None
        assert busy.name in under_way.reason
        assert judge(change(), seen(*users(VALID)), NOBODY) is None


def test_a_profile_that_is_gone_or_was_changed_since_is_not_written() -> None:
    gone = against_writing(change(), ProfileSeen(None, (), FACTS), NOBODY)
    assert gone is not None
    assert "gone" in gone.reason
    assert NULL_STRING.settings is not None
    other = replace(NULL_STRING, settings=replace(NULL_STRING.settings, key_size=1024))
    changed = against_writing(change(), ProfileSeen(other, users(VALID), FACTS), NOBODY)
    assert changed is not None
    assert "RSA 1024" in changed.reason
    assert is_done(change(), ProfileSeen(replace(NULL_STRING, settings=change().settings), (), FACTS))
    assert not is_done(change(), seen())


def test_a_reviewed_change_is_held_against_what_would_be_planned_now() -> None:
    reviewed = replace(change(), to_install=2, without=1)
    assert rechecked_change(reviewed, replace(reviewed, to_install=1, without=0)) == replace(
        reviewed, to_install=1, without=0
    )
    assert rechecked_change(reviewed, replace(reviewed, phones=1)).phones == reviewed.phones
    assert NULL_STRING.settings is not None
    secure = replace(NULL_STRING, security_mode=DeviceSecurityMode.ENCRYPTED)
    other = replace(secure, settings=replace(NULL_STRING.settings, key_size=1024))
    for now, words in (
        (None, "deleted"),
        (replace(reviewed, phones=3), "3 phones use it now"),
        (replace(reviewed, profile=other), "RSA 1024"),
        (replace(reviewed, against="it is predefined"), "since the plan: it is predefined"),
    ):
        checked = rechecked_change(reviewed, now)
        assert words in checked.against
        assert checked.next_step or now is not None
    stays = replace(reviewed, against="it is predefined")
    assert rechecked_change(stays, None) == stays


LSCS = st.sampled_from([Lsc(), VALID, replace(VALID, valid_until=int(NOW) - 1), replace(VALID, valid_until=None)])


@given(st.lists(LSCS, max_size=6), st.integers(0, 6))
def test_it_may_be_written_only_if_every_phone_has_a_valid_lsc_and_they_are_no_more_than_agreed(
    lscs: list[Lsc], agreed: int
) -> None:
    may = against_writing(change(agreed), seen(*users(*lscs)), NOBODY) is None
    assert may is (len(lscs) <= agreed and all(lsc == VALID for lsc in lscs))
