"""Preflight before writes, over a real socket: what refuses, what a person may take upon themselves, what a window shows."""

from dataclasses import replace

import pytest

from lscctl.capf import DeviceSecurityMode
from lscctl.cli.guarding import Checks, Guard
from lscctl.cli.screen import Notices
from lscctl.errors import Refused, UsageError
from lscctl.plan import CapfRequest, Plan
from lscctl.preflight.ground import Ground
from lscctl.rules import Rules
from lscctl.verdict import CheckResult
from tests.preflight.lab import ground

SILENT = Notices()
EVERYONE = CapfRequest(include_unregistered=True, renew=True)


def guard(found: Ground, rules: Rules | None = None, plan: Plan | None = None) -> Guard:
    return Guard(found.cluster, plan or found.plan, CapfRequest(), rules or Rules())


def with_a_secure_profile(plan: Plan) -> Plan:
    first, *others = plan.steps
    profile = replace(first.phone.profile, security_mode=DeviceSecurityMode.ENCRYPTED)
    return replace(plan, steps=(replace(first, phone=replace(first.phone, profile=profile)), *others))


def test_a_healthy_cluster_lets_an_install_begin_go_on_and_enter_a_window() -> None:
    with ground() as found:
        guard(found).before_the_run(SILENT)
        guard(found).before_going_on(SILENT)
        assert guard(found).at_a_window() == ""


def test_a_fault_refuses_with_what_to_do_marked_where_it_touches_every_phone() -> None:
    with ground("itl-bad-signature") as found:
        with pytest.raises(Refused) as refused:
            guard(found).before_the_run(SILENT)
        assert "itl-bad-signature (cucm-sub2.example.com)" in refused.value.message
        assert "itl-bad-signature: CLUSTER-WIDE, out of hours: " in str(refused.value.hint)
        assert "--skip-check tftp" in str(refused.value.hint)
        guard(found, Rules(skipped_checks=("tftp",))).before_the_run(SILENT)
        assert "itl-bad-signature" in guard(found).at_a_window()
        assert guard(found, Rules(skipped_checks=("tftp",))).at_a_window() == ""


def test_what_cannot_be_seen_refuses_unless_somebody_accepts_that_and_never_with_secure_profiles() -> None:
    accepted = Rules(accepted_skips=("tftp",))
    with ground(connect_to={}, request=EVERYONE) as found:
        for look in (guard(found).before_the_run, guard(found).before_going_on):
            with pytest.raises(Refused, match="itl-unseen"):
                look(SILENT)
        guard(found, accepted).before_the_run(SILENT)
        assert guard(found, accepted).at_a_window() == ""
        secure = with_a_secure_profile(found.plan)
        with pytest.raises(Refused, match="itl-unseen"):
            guard(found, accepted, secure).before_the_run(SILENT)
        assert "itl-unseen" in guard(found, accepted, secure).at_a_window()


def test_what_only_preflight_knows_of_the_phones_is_told_and_what_the_plan_said_is_not(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with ground("itl-of-before", request=EVERYONE) as found:
        guard(found).before_the_run(SILENT)
    told = capsys.readouterr().err
    assert "itl-status-mismatch" in told
    assert "phones-" not in told


def test_to_skip_a_check_is_no_way_around_another() -> None:
    with ground("capf-stopped", "itl-bad-signature") as found, pytest.raises(Refused) as refused:
        guard(found, Rules(skipped_checks=("capf-service", "capf-certificate"))).before_the_run(SILENT)
    assert "itl-bad-signature" in refused.value.message
    assert "capf-stopped" not in refused.value.message


def test_what_was_mended_is_looked_at_again() -> None:
    with ground("itl-bad-signature") as found:
        looks = []

        def mend(results: tuple[CheckResult, ...]) -> bool:
            looks.append({one.name for one in results})
            return False

        with pytest.raises(Refused):
            guard(found).before_the_run(SILENT, mend)  # type: ignore[arg-type]
        assert len(looks) == 1
        assert "tftp" in looks[0]


def test_names_of_checks_that_do_not_exist_are_refused_with_the_nearest() -> None:
    with pytest.raises(UsageError) as refused:
        Checks(skip_check=["tfpt"]).over(Rules())
    assert "Did you mean tftp?" in str(refused.value.hint)
    assert Checks(accept_skip=["TFTP", "tftp"]).over(Rules()).accepted_skips == ("tftp",)
    kept = Rules(skipped_checks=("tvs",))
    assert Checks().over(kept) == kept


def test_with_secure_profiles_what_cannot_be_seen_refuses_though_the_check_is_to_be_skipped() -> None:
    with ground(connect_to={}, request=EVERYONE) as found:
        secure = with_a_secure_profile(found.plan)
        with pytest.raises(Refused, match="itl-unseen") as refused:
            guard(found, Rules(skipped_checks=("tftp",)), secure).before_the_run(SILENT)
        assert "--include-secure" in str(refused.value.hint)
        assert "--accept-skip" not in str(refused.value.hint)
        guard(found, Rules(skipped_checks=("tftp",))).before_the_run(SILENT)
    with ground("itl-bad-signature", request=EVERYONE) as found:
        guard(found, Rules(skipped_checks=("tftp",)), with_a_secure_profile(found.plan)).before_the_run(SILENT)
