"""What became different of phones between two looks at them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from lscctl.phone import LscState


class ChangeKind(StrEnum):
    """What can become different of a phone, in the order in which reports tell it."""

    ADDED = "added"
    GONE = "gone"
    LSC_INSTALLED = "lsc-installed"
    LSC_RENEWED = "lsc-renewed"
    LSC_REMOVED = "lsc-removed"
    LSC_EXPIRED = "lsc-expired"
    STATUS = "status"
    PROFILE = "profile"
    AUTH_MODE = "auth-mode"
    DEVICE_POOL = "device-pool"


@dataclass(frozen=True, slots=True)
class PhoneThen:
    """A phone at one time, in the words of reports.

    `lsc_valid_until` is ISO 8601 in UTC, None where there is none or CUCM does not know. None stands elsewhere for what was
    not told. `cluster` is '' where it is not known.
    """

    name: str
    model: str
    device_pool: str
    profile: str
    status: str
    lsc: LscState
    lsc_valid_until: str | None
    lsc_issuer: str | None
    auth_mode: str | None = None
    protocol: str | None = None
    location: str = ""
    description: str = ""
    registration: str | None = None
    cluster: str = ""

    @property
    def lsc_told(self) -> str:
        """The LSC in few words: its end, and who issued it."""
        return f"{self.lsc_valid_until or 'end unknown'}, {self.lsc_issuer or 'issuer unknown'}"


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that became different of a phone; `before` and `after` are None where there was, or is, nothing."""

    phone: PhoneThen
    kind: ChangeKind
    before: str | None = None
    after: str | None = None


PhoneKey = tuple[str, str]
"""What a phone is known by: its cluster ('' where that is not known) and its name."""


def changes(old: Mapping[PhoneKey, PhoneThen], new: Mapping[PhoneKey, PhoneThen]) -> Iterator[Change]:
    """What became different, phone by phone in the order of their names; of a phone that changed, `phone` is the new one."""
    for key in sorted(old.keys() | new.keys()):
        before, after = old.get(key), new.get(key)
        if before is not None and after is not None:
            yield from changes_of(before, after)
        elif after is not None:
            yield Change(after, ChangeKind.ADDED)
        elif before is not None:
            yield Change(before, ChangeKind.GONE)


def changes_of(before: PhoneThen, after: PhoneThen) -> Iterator[Change]:
    """What became different of one phone, in the order of the kinds."""
    yield from _of_lsc(before, after)
    for kind, then, now in (
        (ChangeKind.STATUS, before.status, after.status),
        (ChangeKind.PROFILE, before.profile, after.profile),
        (ChangeKind.AUTH_MODE, before.auth_mode, after.auth_mode),
        (ChangeKind.DEVICE_POOL, before.device_pool, after.device_pool),
    ):
        if then is not None and now is not None and then != now:
            yield Change(after, kind, then, now)


def _of_lsc(before: PhoneThen, after: PhoneThen) -> Iterator[Change]:
    """An LSC that came, went, ended, or was replaced: another end, or another issuer."""
    had, has = (phone.lsc is not LscState.NONE for phone in (before, after))
    replaced = (before.lsc_valid_until, before.lsc_issuer) != (after.lsc_valid_until, after.lsc_issuer)
    if has and not had:
        yield Change(after, ChangeKind.LSC_INSTALLED, None, after.lsc_told)
    elif had and not has:
        yield Change(after, ChangeKind.LSC_REMOVED, before.lsc_told, None)
    elif had and replaced:
        yield Change(after, ChangeKind.LSC_RENEWED, before.lsc_told, after.lsc_told)
    elif before.lsc is not LscState.EXPIRED and after.lsc is LscState.EXPIRED:
        yield Change(after, ChangeKind.LSC_EXPIRED, before.lsc, after.lsc_told)
