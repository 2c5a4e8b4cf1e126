import pytest

from lscctl.phone import Lsc, LscState, PhoneQuery

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
