"""Safe remedies for profiles: what came since their phones were counted holds them off."""

from dataclasses import replace

import pytest

from lscctl.capf import AuthenticationMode, CertificateOperation, CertificateStatus
from lscctl.errors import ClusterError
from lscctl.plan import CapfRequest, Protected
from lscctl.preflight import mending
from tests.preflight.lab import ground

NULL_STRING = CapfRequest(mode=AuthenticationMode.NULL_STRING, include_unregistered=True)


def test_an_operation_that_began_since_the_phones_were_counted_leaves_the_profile_as_it_is(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with ground(request=NULL_STRING) as stands:
        before = stands.cluster.profiles.in_use()
        remedy, *_ = mending.of_profiles(stands.cluster, stands.plan, NULL_STRING, Protected()).remedies
        with monkeypatch.context() as patched:
            users = mending._users
            patched.setattr(
                mending,
                "_users",
                lambda *about: [
                    replace(
                        phone,
                        operation=CertificateOperation.INSTALL,
                        status=CertificateStatus("Operation Pending"),
                    )
                    for phone in users(*about)
                ],
            )
            with pytest.raises(ClusterError, match="have an operation under way"):
                remedy.do()
        assert stands.cluster.profiles.in_use() == before
        remedy.do()
        assert stands.cluster.profiles.in_use() != before
