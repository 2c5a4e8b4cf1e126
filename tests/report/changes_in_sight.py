"""Phones that change, as the tests of comparisons look at them."""

from collections.abc import Iterator
from dataclasses import replace

from lscctl.changes import Change, PhoneKey, PhoneThen, changes
from lscctl.phone import LscState

THEN = PhoneThen(
    name="SEP001122334402",
    model="Cisco 8845",
    device_pool="Berlin",
    profile="Universal",
    status="Upgrade Success",
    lsc=LscState.VALID,
    lsc_valid_until="2027-01-31T19:30:00Z",
    lsc_issuer="CAPF-0a1b2c3d",
    auth_mode="lsc-first",
    protocol="SIP",
    location="Hub_None",
    description="Lobby",
    cluster="lab",
)
WITHOUT = replace(THEN, lsc=LscState.NONE, lsc_valid_until=None, lsc_issuer=None)
RENEWED = replace(THEN, lsc_valid_until="2031-11-22T03:00:00Z")


def keyed(*phones: PhoneThen) -> dict[PhoneKey, PhoneThen]:
    """The phones as a comparison takes them."""
    return {(phone.cluster, phone.name): phone for phone in phones}


def every_change() -> Iterator[Change]:
    """One change of each kind, and one of a status for the worse."""
    pairs: tuple[tuple[PhoneThen | None, PhoneThen | None], ...] = (
        (None, THEN),
        (THEN, None),
        (WITHOUT, THEN),
        (THEN, RENEWED),
        (THEN, WITHOUT),
        (THEN, replace(THEN, lsc=LscState.EXPIRED)),
        (THEN, replace(THEN, status="Operation Pending")),
        (THEN, replace(THEN, status="Upgrade Failed: Invalid LSC")),
        (THEN, replace(THEN, profile="Another")),
        (THEN, replace(THEN, auth_mode="null-string")),
        (THEN, replace(THEN, device_pool="Paris")),
    )
    for number, (before, after) in enumerate(pairs):
        name = f"SEP00112233440{number:x}"
        old, new = (replace(one, name=name) if one else None for one in (before, after))
        yield from changes(keyed(old) if old else {}, keyed(new) if new else {})
