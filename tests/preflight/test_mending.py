"""Safe remedies for profiles: what came since their phones were counted holds them off."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from lscctl.capf import AuthenticationMode, CertificateOperation, CertificateStatus
from lscctl.errors import ClusterError
from lscctl.phone import Phone
from lscctl.plan import CapfRequest, Protected
from lscctl.preflight import mending
from tests.preflight.lab import ground

NULL_STRING = CapfRequest(mode=AuthenticationMode.NULL_STRING, include_unregistered=True)
INSTALL = CertificateOperation.INSTALL


def given_an_operation(status: str) -> Callable[[list[Phone]], list[Phone]]:
    theirs = {"operation": INSTALL, "status": CertificateStatus(status), "finish_time": "2031:01:01:00:00"}
    return lambda phones: [replace(phone, **theirs) for phone in phones]  # type: ignore[arg-type]


def one_more(phones: list[Phone]) -> list[Phone]:
    return [*phones, replace(phones[0], pkid="f" * 36)]


def with_other_keys(phones: list[Phone]) -> list[Phone]:
    profile = phones[0].profile
    assert profile.settings is not None
    changed = replace(profile, settings=replace(profile.settings, key_size=1024))
    return [replace(phone, profile=changed) for phone in phones]


@pytest.mark.parametrize(
    ("since", "words"),
    [
        (given_an_operation("Operation Pending"), "have an operation under way"),
        (given_an_operation("Upgrade Success"), "were given an operation since"),
        (one_more, "1 more of the cluster's phones got"),
        (with_other_keys, "RSA 1024 now"),
    ],
)
def test_what_came_since_the_phones_were_counted_leaves_the_profile_as_it_is(
    monkeypatch: pytest.MonkeyPatch, since: Callable[[list[Phone]], list[Phone]], words: str
) -> None:
    with ground(request=NULL_STRING) as stands:
        before = stands.cluster.profiles.in_use()
        remedy, *_ = mending.of_profiles(stands.cluster, stands.plan, NULL_STRING, Protected()).remedies
        with monkeypatch.context() as patched:
            users = mending._users
            patched.setattr(mending, "_users", lambda *about: since(users(*about)))
            with pytest.raises(ClusterError, match=words):
                remedy.do()
        assert stands.cluster.profiles.in_use() == before
        remedy.do()
        assert stands.cluster.profiles.in_use() != before
