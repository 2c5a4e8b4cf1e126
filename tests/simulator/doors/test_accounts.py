import base64

import pytest

from lscctl.simulator.doors.accounts import (
    AXL_ACCESS,
    AXL_READ_ONLY,
    CCM_ADMIN_USERS,
    IDLE_SECONDS,
    LOCKED_SECONDS,
    SERVICEABILITY,
    Account,
    Gate,
    LoginRefused,
    SessionGone,
)


def basic(user: str, password: str) -> dict[str, str]:
    return {"authorization": "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()}


def cookies_of(gate: Gate, now: float = 0) -> str:
    return "; ".join(cookie.split(";")[0] for cookie in gate.enter(basic("admin", "pass:word"), now).cookies)


@pytest.fixture
def gate() -> Gate:
    return Gate([Account("admin", "pass:word")], lock_after=3)


def test_a_login_gives_both_session_cookies(gate: Gate) -> None:
    entry = gate.enter(basic("admin", "pass:word"), 0)
    assert entry.account.user == "admin"
    assert {cookie.split("=")[0] for cookie in entry.cookies} == {"JSESSIONIDSSO", "JSESSIONID"}


@pytest.mark.parametrize(
    "headers",
    [
        {},
        basic("admin", "wrong"),
        basic("nobody", "pass:word"),
        {"authorization": "Bearer abc"},
        {"authorization": "Basic !!!"},
        {"authorization": "Basic " + base64.b64encode(b"nocolon").decode()},
    ],
)
def test_no_or_wrong_credentials_are_refused(gate: Gate, headers: dict[str, str]) -> None:
    with pytest.raises(LoginRefused):
        gate.enter(headers, 0)


def test_a_session_serves_without_authorization_and_each_use_prolongs_it(gate: Gate) -> None:
    cookie = {"cookie": cookies_of(gate)}
    for use in range(1, 4):
        assert gate.enter(cookie, use * (IDLE_SECONDS - 1)).cookies == ()


def test_a_session_that_was_idle_for_over_30_minutes_is_gone(gate: Gate) -> None:
    cookie = {"cookie": cookies_of(gate)}
    with pytest.raises(SessionGone):
        gate.enter(cookie, IDLE_SECONDS + 1)
    with pytest.raises(SessionGone):
        gate.enter(cookie, IDLE_SECONDS + 2)


def test_credentials_beside_an_idle_cookie_are_refused_once_unless_assumed_otherwise(gate: Gate) -> None:
    both = {"cookie": cookies_of(gate)} | basic("admin", "pass:word")
    with pytest.raises(SessionGone):
        gate.enter(both, IDLE_SECONDS + 1)
    assert gate.enter(both, IDLE_SECONDS + 2).cookies
    lenient = Gate([Account("admin", "pass:word")], stale_cookie_serves=True)
    both = {"cookie": cookies_of(lenient)} | basic("admin", "pass:word")
    assert lenient.enter(both, IDLE_SECONDS + 1).cookies


def test_wrong_passwords_in_a_row_lock_the_account_for_half_an_hour(gate: Gate) -> None:
    for _ in range(3):
        with pytest.raises(LoginRefused):
            gate.enter(basic("admin", "wrong"), 0)
    with pytest.raises(LoginRefused):
        gate.enter(basic("admin", "pass:word"), LOCKED_SECONDS - 1)
    assert gate.enter(basic("admin", "pass:word"), LOCKED_SECONDS).cookies


def test_a_right_password_in_between_resets_the_count_and_zero_never_locks(gate: Gate) -> None:
    for _ in range(2):
        for _ in range(2):
            with pytest.raises(LoginRefused):
                gate.enter(basic("admin", "wrong"), 0)
        gate.enter(basic("admin", "pass:word"), 0)
    assert gate.enter(basic("admin", "pass:word"), 0).cookies
    patient = Gate([Account("admin", "right")], lock_after=0)
    for _ in range(50):
        with pytest.raises(LoginRefused):
            patient.enter(basic("admin", "wrong"), 0)
    assert patient.enter(basic("admin", "right"), 0).cookies


@pytest.mark.parametrize(
    ("roles", "reads", "writes", "ris"),
    [
        ({AXL_ACCESS, CCM_ADMIN_USERS, SERVICEABILITY}, True, True, True),
        ({AXL_ACCESS, CCM_ADMIN_USERS}, True, True, False),
        ({AXL_READ_ONLY, CCM_ADMIN_USERS}, True, False, False),
        ({AXL_ACCESS}, False, False, False),
        ({CCM_ADMIN_USERS, SERVICEABILITY}, False, False, True),
        (set(), False, False, False),
    ],
)
def test_roles_decide_who_may_read_write_and_ask_ris(roles: set[str], reads: bool, writes: bool, ris: bool) -> None:
    account = Account("someone", "secret", frozenset(roles))
    assert (account.may_read_axl(), account.may_write_axl(), account.may_use_ris()) == (reads, writes, ris)


def test_an_account_never_shows_its_password() -> None:
    assert "secret" not in repr(Account("someone", "secret"))
