from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lscctl.changes import Change, ChangeKind, PhoneThen, changes
from lscctl.phone import LscState
from tests.report.changes_in_sight import RENEWED, THEN, WITHOUT, every_change, keyed

PHONES = st.builds(
    PhoneThen,
    name=st.sampled_from(["SEP1", "SEP2", "SEP3"]),
    model=st.just("Cisco 8845"),
    device_pool=st.sampled_from(["Berlin", "Paris"]),
    profile=st.sampled_from(["a", "b"]),
    status=st.sampled_from(["None", "Operation Pending", "Upgrade Success"]),
    lsc=st.sampled_from(LscState),
    lsc_valid_until=st.sampled_from([None, "2027-01-31T19:30:00Z", "2031-11-22T03:00:00Z"]),
    lsc_issuer=st.sampled_from([None, "CAPF-1", "CAPF-2"]),
    auth_mode=st.sampled_from([None, "lsc-first", "null-string"]),
)
SIDES = st.lists(PHONES).map(lambda phones: keyed(*phones))


def kinds_of(before: PhoneThen, after: PhoneThen) -> list[str]:
    return [change.kind.value for change in changes(keyed(before), keyed(after))]


def test_every_kind_of_change_is_found() -> None:
    assert {change.kind for change in every_change()} == set(ChangeKind)


@pytest.mark.parametrize(
    ("before", "after", "kinds"),
    [
        (THEN, THEN, []),
        (WITHOUT, THEN, ["lsc-installed"]),
        (THEN, WITHOUT, ["lsc-removed"]),
        (THEN, RENEWED, ["lsc-renewed"]),
        (THEN, replace(THEN, lsc_issuer="CAPF-ffffffff"), ["lsc-renewed"]),
        (THEN, replace(THEN, lsc=LscState.EXPIRING), []),
        (THEN, replace(THEN, lsc=LscState.EXPIRED), ["lsc-expired"]),
        (replace(THEN, lsc=LscState.EXPIRED), replace(THEN, lsc=LscState.EXPIRED), []),
        (replace(THEN, lsc=LscState.EXPIRED), RENEWED, ["lsc-renewed"]),
        (replace(THEN, auth_mode=None), THEN, []),
        (THEN, replace(RENEWED, status="None", device_pool="Paris"), ["lsc-renewed", "status", "device-pool"]),
        (THEN, replace(THEN, description="moved to the hall"), []),
    ],
)
def test_what_became_different_is_named(before: PhoneThen, after: PhoneThen, kinds: list[str]) -> None:
    assert kinds_of(before, after) == kinds


def test_a_change_tells_what_was_and_what_is() -> None:
    (change,) = changes(keyed(THEN), keyed(RENEWED))
    assert change == Change(
        RENEWED,
        ChangeKind.LSC_RENEWED,
        "2027-01-31T19:30:00Z, CAPF-0a1b2c3d",
        "2031-11-22T03:00:00Z, CAPF-0a1b2c3d",
    )


@given(SIDES)
def test_what_is_compared_with_itself_shows_no_change(side: dict[tuple[str, str], PhoneThen]) -> None:
    assert list(changes(side, side)) == []


@given(SIDES, SIDES)
def test_changes_come_by_name_and_only_phones_of_one_side_are_added_or_gone(
    old: dict[tuple[str, str], PhoneThen], new: dict[tuple[str, str], PhoneThen]
) -> None:
    found = list(changes(old, new))
    assert [change.phone.name for change in found] == sorted(change.phone.name for change in found)
    by_kind = {kind: {change.phone.name for change in found if change.kind is kind} for kind in ChangeKind}
    assert by_kind[ChangeKind.ADDED] == {name for _, name in new.keys() - old.keys()}
    assert by_kind[ChangeKind.GONE] == {name for _, name in old.keys() - new.keys()}
