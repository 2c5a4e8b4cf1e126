"""The checks of the plan: profiles, models, and the phones themselves."""

from dataclasses import replace

import pytest

from lscctl.capf import AuthenticationMode, KeyOrder
from lscctl.cucm.cluster import Cluster
from lscctl.cucm.itl_status import ItlStatus
from lscctl.phone import Phone, Registration
from lscctl.plan import CapfRequest, Protected, build_plan
from lscctl.preflight.checks import models, phones, profiles
from lscctl.preflight.ground import Ground
from lscctl.preflight.run import run
from lscctl.reasons import Reason
from lscctl.simulator.cluster import Cluster as Simulated
from lscctl.verdict import CheckResult, Fault, Verdict
from tests.preflight.lab import codes, ground, looked_at

EVERYONE = CapfRequest(include_unregistered=True, include_mic_only=True, include_secure=True, renew=True)


def planned(stands: Ground, *changed: Phone) -> Ground:
    """The same ground with another plan: these phones instead of its own."""
    facts = stands.cluster.facts()
    stands.plan = build_plan(changed, stands.request, facts, Protected())
    return stands


def phones_of(stands: Ground) -> list[Phone]:
    everyone = [*(step.phone for step in stands.plan.steps), *(out.phone for out in stands.plan.left_out)]
    return sorted(everyone, key=lambda phone: phone.name)


def checked(stands: Ground, name: str) -> CheckResult:
    (found,) = run(stands, [name])
    return found


def faults(found: CheckResult, code: str) -> list[Fault]:
    return [fault for fault in found.faults if fault.code == code]


def test_every_reason_is_told_by_one_check_or_was_somebody_s_wish() -> None:
    told = [set(profiles._DIFFERS), set(profiles._OTHERS), set(models._REASONS), set(phones._REASONS)]
    elsewhere = {Reason.OFFLINE_CA, Reason.REGISTRATION_UNKNOWN}  # capf-certificate's, and registration-unseen
    wished = {Reason.PROTECTED, Reason.VALID_LSC}
    of_a_delete = {Reason.NO_LSC, Reason.LSC_FIRST}  # which only its plan tells
    of_a_file = {Reason.DRIFTED}  # only a plan that was written before can be older than its phones
    assert sum(map(len, (*told, elsewhere, wished, of_a_delete, of_a_file))) == len(Reason)
    assert set().union(*told, elsewhere, wished, of_a_delete, of_a_file) == set(Reason)


def test_each_profile_that_differs_is_a_fault_of_its_own_with_the_phones_in_and_outside_of_the_plan() -> None:
    request = replace(EVERYONE, mode=AuthenticationMode.MIC_FIRST)
    with ground(request=request) as stands:
        everyone = phones_of(stands)
        shared = next(
            phone.profile
            for phone in everyone
            if phone.profile.settings
            and phone.profile.settings.mode is not AuthenticationMode.MIC_FIRST
            and sum(other.profile == phone.profile for other in everyone) > 1
        )
        using = [phone for phone in everyone if phone.profile == shared]
        found = checked(planned(stands, using[0]), "profiles")
    (fault,) = faults(found, "profile-differs")
    assert (fault.where, fault.verdict) == (shared.name, Verdict.WARN)
    assert "asked for mic-first" in fault.evidence
    others = len(using) - 1
    assert fault.evidence.endswith(f"; used by 1 phone of the plan and {others} other{'' if others == 1 else 's'}")


def test_the_remedy_of_a_predefined_profile_is_a_copy_and_of_another_the_change() -> None:
    request = replace(EVERYONE, mode=AuthenticationMode.LSC_FIRST, key_order=KeyOrder.RSA_ONLY)
    with ground(request=request) as stands:
        predefined = {phone.profile.name: phone.profile.predefined for phone in phones_of(stands)}
        found = faults(checked(stands, "profiles"), "profile-differs")
    assert {predefined[fault.where] for fault in found} == {True, False}
    for fault in found:
        assert "lscctl profiles set-mode" in fault.remedy
        assert " lsc-first --key-order rsa-only" in fault.remedy
        assert ("--copy-to NEW" in fault.remedy) is predefined[fault.where]
        assert fault.evidence.startswith("predefined, ") is predefined[fault.where]


def test_profiles_that_agree_are_no_fault_and_predefined_ones_are_named() -> None:
    found = looked_at(checks=["profiles"], request=EVERYONE)["profiles"]
    assert "profile-differs" not in codes(found)
    assert "predefined, so nobody can change them: " in found.evidence


def test_a_model_that_cannot_take_part_is_told_by_its_name() -> None:
    def without_sbd(truth: Simulated) -> None:
        truth.connection.execute(
            "DELETE FROM productsupportsfeature WHERE tkmodel = (SELECT enum FROM typemodel WHERE name = 'Cisco 8845') "
            "AND tksupportsfeature = (SELECT enum FROM typesupportsfeature WHERE name = 'Security By Default')"
        )

    found = looked_at(checks=["models"], request=EVERYONE, change=without_sbd)["models"]
    (fault,) = [one for one in faults(found, "model-no-security-by-default") if one.where == "Cisco 8845"]
    assert "Cisco 8845 does not support Security By Default" in fault.evidence


@pytest.mark.parametrize("number", ["7940", "7960", "7935", "7936", "7937"])
def test_models_known_without_security_by_default_are_told_whatever_the_table_says(number: str) -> None:
    with ground(request=EVERYONE) as stands:
        phone = replace(phones_of(stands)[0], model=f"Cisco {number}")
        found = checked(planned(stands, phone), "models")
    assert [fault.where for fault in faults(found, "model-no-security-by-default")] == [f"Cisco {number}"]


def test_phones_by_ipv6_only_are_told_where_the_cluster_has_ipv6_off() -> None:
    def switch_on(truth: Simulated) -> None:
        truth.parameters.set("Enable IPv6", "True")

    for change, wanted in ((None, 1), (switch_on, 0)):
        with ground(request=EVERYONE, change=change) as stands:
            first, *others = phones_of(stands)
            found = checked(planned(stands, replace(first, ipv6_only=True), *others), "phones")
        assert len(faults(found, "ipv6-refused")) == wanted


def test_phones_with_another_itl_or_none_are_told_if_the_plan_writes_them(monkeypatch: pytest.MonkeyPatch) -> None:
    with ground(request=EVERYONE) as stands:
        one, two, out, *_ = (step.phone for step in stands.plan.steps)
        planned(stands, one, two)
        told = {one.pkid: ItlStatus.MISMATCH, two.pkid: ItlStatus.NOT_INSTALLED, out.pkid: ItlStatus.MISMATCH}
        monkeypatch.setattr(Cluster, "itl_status", lambda _: told)
        found = checked(stands, "phones")
    (mismatch,), (missing,) = faults(found, "itl-status-mismatch"), faults(found, "itl-status-not-installed")
    assert mismatch.evidence.startswith(f"1 phone ({one.name}) hold")
    assert missing.evidence.startswith(f"1 phone ({two.name}) hold")
    assert "Reset these phones" in mismatch.remedy


@pytest.mark.parametrize("version", ["12.5", "11.5"])
def test_an_older_cluster_reports_no_itl_status_and_that_is_said_and_no_fault(version: str) -> None:
    found = looked_at(checks=["phones"], request=EVERYONE, version=version)["phones"]
    assert "this cluster does not report the phones' ITL status" in found.evidence
    assert not any(code.startswith("itl-status") for code in codes(found))


def test_what_keeps_phones_out_is_told_with_their_number_and_examples() -> None:
    request = replace(EVERYONE, include_unregistered=False, include_mic_only=False)
    with ground(request=request) as stands:
        lsc_first = next(
            phone
            for phone in phones_of(stands)
            if phone.profile.settings and phone.profile.settings.mode is AuthenticationMode.LSC_FIRST
        )
        there = replace(lsc_first, registration=Registration.REGISTERED, over_expressway=False)
        nothing = replace(there.lsc, valid_until=None, issuer=None, public_key=None)
        group = [replace(there, name=f"SEP00000000000{n}", pkid=str(n), lsc=nothing) for n in range(5)]
        off = replace(there, name="SEPOFF", registration=Registration.UNREGISTERED)
        found = checked(planned(stands, *group, off), "phones")
    (mic_only,) = faults(found, "phones-mic-only")
    assert mic_only.evidence.startswith("6 phones (SEP000000000000, SEP000000000001, SEP000000000002, ...): ")
    (missing,) = faults(found, "phones-not-registered")
    assert missing.evidence.startswith("1 phone (SEPOFF): ")
