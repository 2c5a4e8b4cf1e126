"""A phone that is not as it was planned is left out, with what has changed."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lscctl.capf import AuthenticationMode, CapfSettings, CertificateOperation, CertificateStatus, DeviceSecurityMode
from lscctl.drift import came_since, rechecked, what_drifted
from lscctl.phone import Lsc, Phone, Registration
from lscctl.plan import CapfRequest, Plan, Protected, build_plan
from lscctl.reasons import Reason
from tests.any_plan import LSC, SETTINGS, TEXT
from tests.report.phones_in_sight import CAPF, FACTS, NOW, PHONE

DAY = 86_400
EXPIRED = replace(PHONE, lsc=Lsc(int(NOW) - 3 * DAY, CAPF, None, "3082"))
OTHER_SETTINGS = CapfSettings(AuthenticationMode.MIC_FIRST, 4096)
SECURE = replace(PHONE.profile, security_mode=DeviceSecurityMode.ENCRYPTED)


def profile_with(settings: CapfSettings) -> Callable[[Phone], Phone]:
    return lambda phone: replace(phone, profile=replace(phone.profile, settings=settings))


CHANGES: dict[str, Callable[[Phone], Phone]] = {
    "another security profile": lambda phone: replace(phone, profile=replace(phone.profile, pkid="another")),
    "other CAPF settings": profile_with(OTHER_SETTINGS),
    "the phone is a Cisco 7841 now": lambda phone: replace(phone, model="Cisco 7841"),
    "moved to device pool 'Paris'": lambda phone: replace(phone, device_pool="Paris"),
    "another LSC": lambda phone: replace(phone, lsc=Lsc(int(NOW) + 9 * DAY, CAPF, None, "3083")),
}


def planned(*phones: Phone) -> Plan:
    return build_plan(phones, CapfRequest(), FACTS, Protected())


def now(plan: Plan, *found: Phone, protected: Protected | None = None) -> Plan:
    return rechecked(plan, found, CapfRequest(), FACTS, protected or Protected())


def why(plan: Plan) -> str:
    (out,) = plan.left_out
    return "; ".join(f"{finding.reason}: {finding}" for finding in out.findings)


@pytest.mark.parametrize("words", CHANGES)
@pytest.mark.parametrize("phone", [PHONE, EXPIRED])
def test_a_phone_that_changed_since_the_plan_is_left_out_with_what_changed(words: str, phone: Phone) -> None:
    changed = CHANGES[words](phone)
    assert words in what_drifted(phone, changed.reading)
    again = now(planned(phone), changed)
    assert again.steps == ()
    assert f"drifted: since the plan {what_drifted(phone, changed.reading)}" in why(again)


@pytest.mark.parametrize("status", ["Upgrade Success", "Delete Failed: Invalid LSC"])
def test_an_operation_that_somebody_wrote_since_the_plan_is_not_written_over_though_the_status_is_an_old_one(
    status: str,
) -> None:
    old = replace(PHONE, status=CertificateStatus(status))
    theirs = replace(old, operation=CertificateOperation.DELETE, finish_time="2031:01:01:00:00")
    again = now(planned(old), theirs)
    assert again.steps == ()
    assert why(again) == "drifted: since the plan somebody has written Delete until 2031:01:01:00:00"
    assert now(planned(theirs), theirs).steps, "it was there when the plan was made"


def test_a_phone_that_is_as_it_was_stays_in_the_plan_with_what_is_true_of_it_now() -> None:
    plan = planned(PHONE)
    moved_desk = replace(PHONE, description="Reception", status=CertificateStatus("Upgrade Failed"))
    (step,) = now(plan, moved_desk).steps
    assert step == replace(plan.steps[0], phone=moved_desk)


def test_a_phone_that_is_gone_or_is_another_one_of_that_name_is_left_out() -> None:
    assert "deleted or renamed" in why(now(planned(PHONE)))
    namesake = replace(PHONE, pkid="ffffffff-0000-0000-0000-000000000000")
    again = now(planned(PHONE), namesake)
    assert again.steps == ()
    assert "deleted or renamed" in why(again)


@pytest.mark.parametrize(
    ("changed", "protected", "reason"),
    [
        (replace(PHONE, operation=CertificateOperation.DELETE), Protected(), Reason.OPERATION_PENDING),
        (replace(PHONE, registration=Registration.UNREGISTERED), Protected(), Reason.NOT_REGISTERED),
        (replace(PHONE, over_expressway=True), Protected(), Reason.OVER_EXPRESSWAY),
        (replace(PHONE, profile=SECURE), Protected(), Reason.SECURE_PROFILE),
        (PHONE, Protected(phones=(PHONE.name,)), Reason.PROTECTED),
        (PHONE, Protected(device_pools=("*",)), Reason.PROTECTED),
    ],
)
def test_what_would_leave_a_phone_out_of_a_new_plan_leaves_it_out_of_an_old_one(
    changed: Phone, protected: Protected, reason: Reason
) -> None:
    again = now(planned(PHONE), changed, protected=protected)
    assert again.steps == ()
    assert [finding.reason for finding in again.left_out[0].findings] == [reason]


def test_a_phone_that_the_plan_does_not_name_is_not_taken_up_and_one_left_out_stays_out() -> None:
    valid = replace(PHONE, name="SEP0000000000FF", pkid="f" * 36, lsc=Lsc(int(NOW) + 9 * DAY, CAPF, None, "3083"))
    stranger = replace(PHONE, name="SEP000000000001", pkid="1" * 36)
    plan = planned(PHONE, valid)
    again = now(plan, PHONE, replace(valid, lsc=Lsc()), stranger)
    assert [step.phone.name for step in again.steps] == [PHONE.name]
    assert again.left_out == plan.left_out


def test_left_out_phones_stand_in_the_order_of_their_names_wherever_they_come_from() -> None:
    phones = [replace(PHONE, name=f"SEP00000000000{n}", pkid=str(n) * 36) for n in range(4)]
    phones[2] = replace(phones[2], registration=Registration.UNREGISTERED)
    again = now(planned(*phones), phones[0])
    assert [out.phone.name[-1] for out in again.left_out] == ["1", "2", "3"]


def test_the_settings_that_a_step_runs_with_are_the_profiles_or_it_does_not_run() -> None:
    plan = planned(PHONE)
    forged = replace(plan, steps=(replace(plan.steps[0], settings=OTHER_SETTINGS),))
    assert now(forged, PHONE).steps == ()


ANY_CHANGE = st.fixed_dictionaries(
    {},
    optional={
        "model": st.sampled_from(["Cisco 8845", "Cisco 7841"]),
        "device_pool": st.sampled_from([PHONE.device_pool, "Paris"]),
        "lsc": st.sampled_from([PHONE.lsc, EXPIRED.lsc]) | LSC,
        "profile": st.builds(
            replace,
            st.just(PHONE.profile),
            pkid=st.sampled_from([PHONE.profile.pkid, "another"]),
            settings=st.sampled_from([PHONE.profile.settings, OTHER_SETTINGS, None]) | SETTINGS,
            security_mode=st.sampled_from(DeviceSecurityMode),
        ),
        "operation": st.sampled_from(CertificateOperation),
        "finish_time": st.sampled_from(["", "2031:01:01:00:00"]),
        "status": st.builds(CertificateStatus, st.sampled_from(["None", "Operation Pending", "Upgrade Success"])),
        "registration": st.sampled_from(Registration),
        "description": TEXT,
        "pkid": st.sampled_from([PHONE.pkid, "f" * 36]),
    },
)


@given(st.sampled_from([PHONE, EXPIRED]), ANY_CHANGE)
def test_no_phone_that_drifted_is_ever_written(phone: Phone, changes: dict[str, object]) -> None:
    changed = replace(phone, **changes)  # type: ignore[arg-type]
    again = now(planned(phone), changed)
    assert len(again.steps) + len(again.left_out) == 1
    for step in again.steps:
        assert what_drifted(phone, step.phone.reading) == ""
        assert not step.phone.pending
        assert not came_since(phone, step.phone.reading)
        assert (step.phone.pkid, step.settings) == (phone.pkid, phone.profile.settings)
        assert (step.phone.model, step.phone.device_pool) == (phone.model, phone.device_pool)
        assert step.phone.lsc == phone.lsc or not step.phone.lsc.present
