"""Who may come in: application users with roles, the lock after repeated wrong passwords, and session cookies."""

import base64
import binascii
import hmac
import re
import secrets
import threading
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from http.cookies import CookieError, SimpleCookie

AXL_ACCESS = "Standard AXL API Access"
AXL_READ_ONLY = "Standard AXL Read Only API Access"
CCM_ADMIN_USERS = "Standard CCM Admin Users"
SERVICEABILITY = "Standard Serviceability"
ROLES = {
    "axl": AXL_ACCESS,
    "axl-read-only": AXL_READ_ONLY,
    "admin": CCM_ADMIN_USERS,
    "serviceability": SERVICEABILITY,
}
"""CUCM's roles by the short names that `parse_account` reads."""
ALL_ROLES = frozenset({AXL_ACCESS, CCM_ADMIN_USERS, SERVICEABILITY})

LOCKED_SECONDS = 30 * 60
IDLE_SECONDS = 30 * 60
"""Seconds after which an idle session is gone [field guide 3]."""
SSO_COOKIE, SERVICE_COOKIE = "JSESSIONIDSSO", "JSESSIONID"


@dataclass(slots=True)
class Account:
    """An application user; `wrong` counts wrong passwords since the last right one, `locked_until` is epoch seconds."""

    user: str
    password: str = field(repr=False)
    roles: frozenset[str] = ALL_ROLES
    wrong: int = 0
    locked_until: float = 0.0

    def may_read_axl(self) -> bool:
        """Whether AXL answers this user at all [field guide 3]."""
        return CCM_ADMIN_USERS in self.roles and bool({AXL_ACCESS, AXL_READ_ONLY} & self.roles)

    def may_write_axl(self) -> bool:
        """Whether AXL lets this user change anything."""
        return self.may_read_axl() and AXL_ACCESS in self.roles

    def may_use_ris(self) -> bool:
        """Whether RISPort70 answers this user [field guide 5]."""
        return {CCM_ADMIN_USERS, SERVICEABILITY} <= self.roles


def parse_account(spec: str) -> tuple[str, frozenset[str]]:
    """Read `reader:axl-read-only,admin` as a user's name and roles; `none` is no role at all. Raises ValueError."""
    name, colon, words = spec.partition(":")
    short = [] if words == "none" else words.split(",")
    if not colon or not re.fullmatch(r"[\w.-]+", name) or not set(short) <= set(ROLES):
        raise ValueError(f"{spec!r} is not NAME:ROLE[,ROLE]; ROLE is one of {', '.join(ROLES)}, or none alone")
    return name, frozenset(ROLES[word] for word in short)


@dataclass(frozen=True, slots=True)
class Entry:
    """Someone who is in: the account, and the cookies to set when this was a login."""

    account: Account
    cookies: tuple[str, ...] = ()


class LoginRefused(Exception):
    """No credentials, wrong ones, or a locked account: 401."""


class SessionGone(Exception):
    """The session cookie names no session that still lives: 404 [field guide 3]."""


class Gate:
    """Checks Authorization headers and session cookies; times are the cluster's epoch seconds.

    `lock_after` wrong passwords in a row lock an account for 30 minutes, 0 never does. `stale_cookie_serves` lets a
    request in that carries valid credentials beside the cookie of an idle session, which otherwise answers 404 once.
    """

    def __init__(self, accounts: Iterable[Account], *, lock_after: int = 10, stale_cookie_serves: bool = False) -> None:
        self._lock_after = lock_after
        self._stale_cookie_serves = stale_cookie_serves
        self.accounts = {account.user.lower(): account for account in accounts}
        self._sessions: dict[str, tuple[Account, float]] = {}
        self._lock = threading.Lock()

    def enter(self, headers: Mapping[str, str], now: float) -> Entry:
        """Let the sender of these headers in; raises `LoginRefused` or `SessionGone`.

        A living session needs no Authorization. A cookie that nobody gave out counts only where nothing else is sent.
        """
        authorization = headers.get("authorization")
        tokens = _session_tokens(headers.get("cookie", ""))
        with self._lock:
            account, stale = self._session(tokens, now)
            if account is not None:
                return Entry(account)
            if stale and not self._stale_cookie_serves:
                raise SessionGone
            if authorization is not None:
                return self._login(authorization, now)
            if tokens:
                raise SessionGone
            raise LoginRefused

    def _session(self, tokens: list[str], now: float) -> tuple[Account | None, bool]:
        stale = False
        for token in tokens:
            account, used = self._sessions.get(token, (None, 0.0))
            if account is None:
                continue
            if now - used > IDLE_SECONDS:
                del self._sessions[token]
                stale = True
                continue
            for own in tokens:
                if own in self._sessions:
                    self._sessions[own] = (account, now)
            return account, False
        return None, stale

    def _login(self, authorization: str, now: float) -> Entry:
        user, password = _basic(authorization)
        account = self.accounts.get(user.lower())
        if account is None or now < account.locked_until:
            raise LoginRefused
        if not hmac.compare_digest(account.password.encode(), password.encode()):
            account.wrong += 1
            if account.wrong == self._lock_after:
                account.wrong, account.locked_until = 0, now + LOCKED_SECONDS
            raise LoginRefused
        account.wrong = 0
        self._sessions = {kept: use for kept, use in self._sessions.items() if now - use[1] <= IDLE_SECONDS}
        sso, service = secrets.token_hex(16).upper(), secrets.token_hex(16).upper()
        self._sessions[sso] = self._sessions[service] = (account, now)
        return Entry(
            account,
            (
                f"{SERVICE_COOKIE}={service}; Path=/; Secure; HttpOnly",
                f"{SSO_COOKIE}={sso}; Path=/; Secure; HttpOnly",
            ),
        )


def _session_tokens(cookie_header: str) -> list[str]:
    try:
        cookies = SimpleCookie(cookie_header)
    except CookieError:
        return []
    return [cookies[name].value for name in (SSO_COOKIE, SERVICE_COOKIE) if name in cookies]


def _basic(authorization: str) -> tuple[str, str]:
    scheme, _, credentials = authorization.partition(" ")
    try:
        decoded = base64.b64decode(credentials.strip(), validate=True)
    except binascii.Error:
        raise LoginRefused from None
    if scheme.lower() != "basic" or b":" not in decoded:
        raise LoginRefused
    user, _, password = decoded.decode("utf-8", "replace").partition(":")
    return user, password
