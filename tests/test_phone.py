from dataclasses import fields, replace
from typing import Any

import pytest

from lscctl.phone import Lsc, LscState, PhoneQuery, Renewal, Signer

NOW = 1_800_000_000.0
DAY = 86_400
OWN = frozenset({"CAPF-own"})


def ending_in(days: int, issuer: str | None = "CAPF-own") -> Lsc:
    return Lsc(valid_until=int(NOW) + days * DAY, issuer=issuer, public_key="AAAA")


@pytest.mark.parametrize(
    ("lsc", "state"),
    [
        (Lsc(), LscState.NONE),
        (Lsc(public_key="AAAA"), LscState.UNKNOWN),
        (Lsc(issuer="CAPF-own"), LscState.UNKNOWN),
        (ending_in(400), LscState.VALID),
        (ending_in(90), LscState.EXPIRING),
        (ending_in(0), LscState.EXPIRED),
        (ending_in(-1), LscState.EXPIRED),
        (ending_in(400, "CAPF-other"), LscState.FOREIGN),
        (ending_in(10, "CAPF-other"), LscState.FOREIGN),
        (ending_in(-1, "CAPF-other"), LscState.EXPIRED),
        (ending_in(400, None), LscState.VALID),
    ],
)
def test_what_an_lsc_is_worth(lsc: Lsc, state: LscState) -> None:
    assert lsc.state(now=NOW, expiring_within=90.0 * DAY, own_issuers=OWN) is state


def test_no_lsc_is_foreign_where_our_own_issuers_are_not_known() -> None:
    assert ending_in(400, "CAPF-other").state(now=NOW, expiring_within=0.0, own_issuers=frozenset()) is LscState.VALID


def test_exclusions_and_a_limit_alone_select_nothing() -> None:
    assert not PhoneQuery().selects
    assert not PhoneQuery(exclude_models=("8845",), exclude_names=("SEP*",), limit=5).selects
    assert PhoneQuery(registered=False).selects
    assert PhoneQuery(names_listed=()).selects
    assert PhoneQuery(expires_within=0.0).selects


STATES = {
    "statuses",
    "lsc_states",
    "lsc_issuers",
    "authentication_string",
    "has_authentication_string",
    "expires_within",
    "renewal",
    "registered",
    "strings_listed",
    "exclude_statuses",
    "limit",
}


def test_what_of_a_query_lasts_is_all_but_how_phones_stand() -> None:
    lasting = {part.name for part in fields(PhoneQuery)} - STATES
    values: dict[str, Any] = dict.fromkeys(lasting, ("x",))
    named = PhoneQuery(**values)
    assert named.lasting == named
    assert replace(named, statuses=("*",), lsc_states=(LscState.NONE,), registered=True, limit=1).lasting == named
    everything: dict[str, Any] = dict.fromkeys(STATES, ("x",))
    assert PhoneQuery(**everything).lasting == PhoneQuery()


CAPF = Signer("CAPF-own", int(NOW) + 1500 * DAY)


@pytest.mark.parametrize(
    ("lsc", "without_signer", "with_signer"),
    [
        (Lsc(), False, False),
        (Lsc(public_key="AAAA"), False, False),
        (ending_in(60), True, True),
        (ending_in(-5), True, True),
        (ending_in(61), False, False),
        (ending_in(400, None), False, False),
        (ending_in(400, "CAPF-old"), False, True),
        (replace(ending_in(400), issuer_valid_until=CAPF.valid_until), False, False),
        (replace(ending_in(400), issuer_valid_until=CAPF.valid_until - 30 * DAY), False, True),
        (replace(ending_in(400), issuer_valid_until=CAPF.valid_until + 30 * DAY), False, False),
        (Lsc(issuer="CAPF-old", public_key="AAAA"), False, True),
    ],
)
def test_an_lsc_is_replaced_that_ends_soon_or_that_another_certificate_signed(
    lsc: Lsc, without_signer: bool, with_signer: bool
) -> None:
    ends_by = NOW + 60 * DAY
    assert Renewal(ends_by).concerns(lsc) is without_signer
    assert Renewal(ends_by, CAPF).concerns(lsc) is with_signer


@pytest.mark.parametrize(
    ("renewal", "lsc", "unjudged"),
    [
        (Renewal(NOW), Lsc(), False),
        (Renewal(NOW), Lsc(public_key="30"), True),
        (Renewal(NOW), ending_in(30, None), False),
        (Renewal(0.0, CAPF), ending_in(30, None), True),
        (Renewal(0.0, CAPF), Lsc(issuer=CAPF.name, public_key="30"), False),
        (Renewal(0.0, any_capf=True), ending_in(30, None), True),
        (Renewal(NOW, CAPF), ending_in(-1, None), False),
    ],
)
def test_an_lsc_that_may_be_due_and_of_which_nobody_knows_it_is_told_apart(
    renewal: Renewal, lsc: Lsc, unjudged: bool
) -> None:
    assert renewal.cannot_judge(lsc) is unjudged
    assert not (renewal.cannot_judge(lsc) and renewal.concerns(lsc))
