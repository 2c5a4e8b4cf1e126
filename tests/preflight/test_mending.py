"""Safe remedies for profiles: what came since their phones were counted holds them off."""

import sqlite3
from collections.abc import Callable
from dataclasses import replace

import pytest

from lscctl.capf import AuthenticationMode, CertificateOperation, CertificateStatus
from lscctl.errors import ClusterError
from lscctl.lsc_first import ProfileSeen
from lscctl.phone import Phone
from lscctl.plan import CapfRequest, Protected
from lscctl.preflight import mending
from lscctl.simulator.cluster import Cluster as Simulated
from tests.preflight.lab import ground

NULL_STRING = CapfRequest(mode=AuthenticationMode.NULL_STRING, include_unregistered=True)
INSTALL = CertificateOperation.INSTALL


def given_an_operation(status: str, until: str = "2031:01:01:00:00") -> Callable[[list[Phone]], list[Phone]]:
    theirs = {"operation": INSTALL, "status": CertificateStatus(status), "finish_time": until}
    return lambda phones: [replace(phone, **theirs) for phone in phones]  # type: ignore[arg-type]


def one_more(phones: list[Phone]) -> list[Phone]:
    return [*phones, replace(phones[0], pkid="f" * 36)]


def _with(seen: ProfileSeen, since: Callable[[list[Phone]], list[Phone]]) -> ProfileSeen:
    return replace(seen, phones=tuple(since(list(seen.phones))))


@pytest.mark.parametrize(
    ("since", "words"),
    [
        (given_an_operation("Operation Pending"), "have an operation under way"),
        (given_an_operation("Upgrade Success"), "have an operation under way"),
        (given_an_operation("Upgrade Success", "2020:01:01:00:00"), "were given an operation since"),
        (one_more, "1 more of the cluster's phones got"),
    ],
)
def test_what_came_since_the_phones_were_counted_leaves_the_profile_as_it_is(
    monkeypatch: pytest.MonkeyPatch, since: Callable[[list[Phone]], list[Phone]], words: str
) -> None:
    with ground(request=NULL_STRING) as stands:
        before = stands.cluster.profiles.in_use()
        remedy, *_ = mending.of_profiles(stands.cluster, stands.plan, NULL_STRING, Protected()).remedies
        with monkeypatch.context() as patched:
            seen = mending._seen
            patched.setattr(mending, "_seen", lambda *about: _with(seen(*about), since))
            with pytest.raises(ClusterError, match=words):
                remedy.do()
        assert stands.cluster.profiles.in_use() == before
        remedy.do()
        assert stands.cluster.profiles.in_use() != before


def test_an_operation_that_stood_before_and_was_not_applied_holds_its_profile_off_whatever_the_status_says() -> None:
    def written(simulated: Simulated) -> None:
        simulated.connection.execute(
            "UPDATE device SET upgradefinishtime = '2031:01:01:00:00', tkcertificateoperation = (SELECT enum FROM"
            " typecertificateoperation WHERE name = 'Install/Upgrade'), tkcertificatestatus = (SELECT enum FROM"
            " typecertificatestatus WHERE name = 'Upgrade Success')"
        )

    with ground(request=NULL_STRING, change=written) as stands:
        found = mending.of_profiles(stands.cluster, stands.plan, NULL_STRING, Protected())
    assert found.remedies == ()
    assert any("have an operation under way" in note for note in found.notes), found.notes


_OF_PROFILES = {
    "renamed": "UPDATE securityprofile SET name = name || ' (old)'",
    "given another mode": (
        "UPDATE securityprofile SET tkauthenticationmode ="
        " (SELECT enum FROM typeauthenticationmode WHERE name = 'By Authentication String')"
    ),
    "made secure": (
        "UPDATE securityprofile SET tkdevicesecuritymode ="
        " (SELECT enum FROM typedevicesecuritymode WHERE name = 'Encrypted')"
    ),
    "left by all of its phones, and given another mode": (
        "UPDATE device SET fksecurityprofile = (SELECT pkid FROM securityprofile WHERE isstandard = 't' LIMIT 1);"
        " UPDATE securityprofile SET tkauthenticationmode ="
        " (SELECT enum FROM typeauthenticationmode WHERE name = 'By Authentication String')"
    ),
    "deleted": (
        "UPDATE device SET fksecurityprofile = (SELECT pkid FROM securityprofile WHERE isstandard = 't' LIMIT 1);"
        " DELETE FROM securityprofile WHERE isstandard = 'f'"
    ),
}


@pytest.mark.parametrize("since", _OF_PROFILES.values(), ids=_OF_PROFILES.keys())
def test_a_profile_that_somebody_changed_since_its_phones_were_counted_is_left_as_it_is(since: str) -> None:
    truth: list[sqlite3.Connection] = []
    with ground(request=NULL_STRING, change=lambda simulated: truth.append(simulated.connection)) as stands:
        remedy, *_ = mending.of_profiles(stands.cluster, stands.plan, NULL_STRING, Protected()).remedies
        truth[0].executescript(since)
        before = stands.cluster.profiles.in_use()
        with pytest.raises(ClusterError, match="since"):
            remedy.do()
        assert stands.cluster.profiles.in_use() == before
