from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lscctl.capf import (
    AuthenticationMode,
    CapfSettings,
    CertificateOperation,
    CertificateStatus,
    DeviceSecurityMode,
    KeyOrder,
)
from lscctl.phone import Lsc, ModelSupport, Phone, Registration, SecurityProfile
from lscctl.plan import JABBER_MODELS, CapfRequest, ClusterFacts, Issuer, Plan, Protected, build_plan
from lscctl.reasons import REASONS, Effect, Reason

NOW = 1_800_000_000.0
DAY = 86_400
OWN = "CAPF-2265b1f5"
FACTS = ClusterFacts(now=NOW, issuer=Issuer.CAPF, own_issuers=frozenset({OWN}), advanced_encryption=True)

SETTINGS = CapfSettings(AuthenticationMode.MIC_FIRST, 2048, KeyOrder.RSA_ONLY, 384)
PROFILE = SecurityProfile("p1", "8845 MIC first", DeviceSecurityMode.NON_SECURE, SETTINGS)
PHONE = Phone(
    pkid="d1",
    name="SEP001122AABBCC",
    description="Lobby",
    model="Cisco 8845",
    protocol="SIP",
    device_pool="Berlin",
    location="Hub_None",
    profile=PROFILE,
    operation=CertificateOperation.NONE,
    status=CertificateStatus("None"),
    support=ModelSupport(security_by_default=True),
    registration=Registration.REGISTERED,
    over_expressway=False,
)
VALID = Lsc(valid_until=int(NOW) + 400 * DAY, issuer=OWN, public_key="AAAA")


def with_settings(**changes: object) -> Phone:
    return replace(PHONE, profile=replace(PROFILE, settings=replace(SETTINGS, **changes)))  # type: ignore[arg-type]


def plan_of(
    phone: Phone, request: CapfRequest | None = None, facts: ClusterFacts = FACTS, protected: Protected | None = None
) -> Plan:
    return build_plan([phone], request or CapfRequest(), facts, protected or Protected())


def reasons(plan: Plan) -> set[Reason]:
    return {finding.reason for out in plan.left_out for finding in out.findings}


def warnings(plan: Plan) -> set[Reason]:
    return {finding.reason for step in plan.steps for finding in step.warnings}


INSTALL, DELETE, TROUBLESHOOT = (one for one in CertificateOperation if one is not CertificateOperation.NONE)

LSC_FIRST = with_settings(mode=AuthenticationMode.LSC_FIRST)
AUTH_STRING = with_settings(mode=AuthenticationMode.AUTH_STRING)
EC_ONLY = with_settings(key_order=KeyOrder.EC_ONLY)
EC_PREFERRED = with_settings(key_order=KeyOrder.EC_PREFERRED)
NO_EC = ModelSupport(security_by_default=True, elliptic_curves=False, largest_rsa_key=2048)

LEFT_OUT: dict[Reason, list[tuple[Phone, CapfRequest, ClusterFacts, Protected]]] = {
    Reason.PROTECTED: [
        (PHONE, CapfRequest(), FACTS, Protected(phones=("sep0011*",))),
        (PHONE, CapfRequest(), FACTS, Protected(device_pools=("BERLIN",))),
        (PHONE, CapfRequest(), FACTS, Protected(profiles=("*mic*",))),
    ],
    Reason.NO_SECURITY_BY_DEFAULT: [
        (replace(PHONE, support=ModelSupport(security_by_default=False)), CapfRequest(), FACTS, Protected()),
        (replace(PHONE, model="Cisco 7940", support=ModelSupport()), CapfRequest(), FACTS, Protected()),
        (replace(PHONE, model="Cisco 7937", support=ModelSupport()), CapfRequest(), FACTS, Protected()),
    ],
    Reason.OVER_EXPRESSWAY: [(replace(PHONE, over_expressway=True), CapfRequest(), FACTS, Protected())],
    Reason.OPERATION_PENDING: [
        (
            replace(PHONE, operation=operation, status=CertificateStatus("Operation Pending")),
            CapfRequest(),
            FACTS,
            Protected(),
        )
        for operation in (CertificateOperation.INSTALL, CertificateOperation.DELETE, CertificateOperation.TROUBLESHOOT)
    ],
    Reason.NO_CAPF_SETTINGS: [
        (replace(PHONE, profile=replace(PROFILE, settings=None)), CapfRequest(), FACTS, Protected())
    ],
    Reason.MODE_DIFFERS: [(PHONE, CapfRequest(mode=AuthenticationMode.NULL_STRING), FACTS, Protected())],
    Reason.KEY_ORDER_DIFFERS: [(PHONE, CapfRequest(key_order=KeyOrder.EC_ONLY), FACTS, Protected())],
    Reason.KEY_SIZE_DIFFERS: [(PHONE, CapfRequest(key_size=4096), FACTS, Protected())],
    Reason.EC_KEY_SIZE_DIFFERS: [(EC_ONLY, CapfRequest(ec_key_size=521), FACTS, Protected())],
    Reason.KEY_SIZE_UNSUPPORTED: [
        (replace(with_settings(key_size=4096), support=NO_EC), CapfRequest(), FACTS, Protected())
    ],
    Reason.EC_UNSUPPORTED: [(replace(EC_ONLY, support=NO_EC), CapfRequest(), FACTS, Protected())],
    Reason.EC_ISSUES_NOTHING: [
        (EC_ONLY, CapfRequest(), replace(FACTS, issuer=Issuer.ONLINE_CA), Protected()),
        (EC_PREFERRED, CapfRequest(), replace(FACTS, issuer=Issuer.ONLINE_CA), Protected()),
        *((replace(EC_ONLY, model=model), CapfRequest(), FACTS, Protected()) for model in JABBER_MODELS),
        (
            EC_PREFERRED,
            CapfRequest(),
            replace(FACTS, advanced_encryption=False),
            Protected(),
        ),
    ],
    Reason.OFFLINE_CA: [(PHONE, CapfRequest(), replace(FACTS, issuer=Issuer.OFFLINE_CA), Protected())],
    Reason.NO_AUTHENTICATION_STRING: [(AUTH_STRING, CapfRequest(), FACTS, Protected())],
    Reason.STRING_IN_SECURE_PROFILE: [
        (
            replace(
                AUTH_STRING,
                profile=replace(AUTH_STRING.profile, security_mode=mode),
                has_authentication_string=True,
            ),
            CapfRequest(include_secure=True),
            FACTS,
            Protected(),
        )
        for mode in (DeviceSecurityMode.AUTHENTICATED, DeviceSecurityMode.ENCRYPTED)
    ],
    Reason.NO_LSC: [(PHONE, CapfRequest(DELETE), FACTS, Protected())],
    Reason.LSC_FIRST: [(replace(LSC_FIRST, lsc=VALID), CapfRequest(DELETE), FACTS, Protected())],
    Reason.VALID_LSC: [
        (replace(PHONE, lsc=VALID), CapfRequest(), FACTS, Protected()),
        (replace(PHONE, lsc=replace(VALID, valid_until=int(NOW) + DAY)), CapfRequest(), FACTS, Protected()),
        (
            replace(PHONE, lsc=Lsc(public_key="AAAA")),
            CapfRequest(),
            replace(FACTS, keeps_lsc_expiry=False),
            Protected(),
        ),
    ],
    Reason.NOT_REGISTERED: [
        (replace(PHONE, registration=registration), CapfRequest(), FACTS, Protected())
        for registration in (
            Registration.UNREGISTERED,
            Registration.REJECTED,
            Registration.PARTIAL,
            Registration.UNKNOWN,
        )
    ],
    Reason.REGISTRATION_UNKNOWN: [
        (
            replace(PHONE, registration=Registration.NOT_ASKED, over_expressway=None),
            CapfRequest(),
            FACTS,
            Protected(),
        )
    ],
    Reason.MIC_ONLY: [(LSC_FIRST, CapfRequest(), FACTS, Protected())],
    Reason.SECURE_PROFILE: [
        (replace(PHONE, profile=replace(PROFILE, security_mode=mode)), CapfRequest(), FACTS, Protected())
        for mode in (DeviceSecurityMode.AUTHENTICATED, DeviceSecurityMode.ENCRYPTED)
    ],
}

WARNED: dict[Reason, tuple[Phone, ClusterFacts]] = {
    Reason.NULL_STRING: (with_settings(mode=AuthenticationMode.NULL_STRING), FACTS),
    Reason.AUTHENTICATION_STRING: (replace(AUTH_STRING, has_authentication_string=True), FACTS),
    Reason.STRING_AND_ENCRYPTED_CONFIG: (
        replace(
            AUTH_STRING,
            has_authentication_string=True,
            profile=replace(AUTH_STRING.profile, encrypts_configuration=True),
        ),
        FACTS,
    ),
    Reason.LSC_UNKNOWN_EXPIRY: (replace(PHONE, lsc=Lsc(public_key="AAAA")), FACTS),
    Reason.FOREIGN_LSC: (replace(PHONE, lsc=replace(VALID, issuer="CAPF-elsewhere")), FACTS),
    Reason.EXPIRED_LSC: (replace(LSC_FIRST, lsc=replace(VALID, valid_until=int(NOW) - DAY)), FACTS),
    Reason.SUPPORT_UNKNOWN: (replace(PHONE, support=ModelSupport()), FACTS),
}


def test_a_phone_with_nothing_against_it_is_written_with_its_profile_s_own_settings() -> None:
    plan = plan_of(PHONE)
    assert [(step.phone, step.settings, step.warnings) for step in plan.steps] == [(PHONE, SETTINGS, ())]
    assert plan.left_out == ()
    assert plan.operation is CertificateOperation.INSTALL


@pytest.mark.parametrize(
    ("reason", "case"),
    [(reason, case) for reason, cases in LEFT_OUT.items() for case in cases],
    ids=lambda value: value.value if isinstance(value, Reason) else "",
)
def test_a_phone_is_left_out_with_the_reason(
    reason: Reason, case: tuple[Phone, CapfRequest, ClusterFacts, Protected]
) -> None:
    phone, request, facts, protected = case
    plan = build_plan([phone], request, facts, protected)
    assert plan.steps == ()
    assert reason in reasons(plan)
    assert plan.reasons[reason] == 1


@pytest.mark.parametrize("reason", WARNED, ids=lambda reason: reason.value)
def test_a_phone_is_written_and_warned_of(reason: Reason) -> None:
    phone, facts = WARNED[reason]
    plan = plan_of(phone, facts=facts)
    besides = {Reason.AUTHENTICATION_STRING} if reason is Reason.STRING_AND_ENCRYPTED_CONFIG else set()
    assert warnings(plan) == {reason} | besides
    assert plan.warnings[reason] == 1


@pytest.mark.parametrize("has", [True, False])
def test_a_phone_that_is_handed_a_string_needs_none_of_before(has: bool) -> None:
    phone = replace(AUTH_STRING, has_authentication_string=has)
    plan = plan_of(phone, CapfRequest(mode=AuthenticationMode.AUTH_STRING))
    assert (plan.left_out, warnings(plan)) == ((), {Reason.AUTHENTICATION_STRING})


@pytest.mark.parametrize(
    ("phone", "cluster"),
    [
        (replace(PHONE, lsc=VALID), FACTS),
        (replace(PHONE, lsc=VALID), replace(FACTS, issuer=Issuer.OFFLINE_CA)),
        (replace(EC_ONLY, support=NO_EC, lsc=VALID), FACTS),
    ],
)
@pytest.mark.parametrize("operation", [DELETE, TROUBLESHOOT])
def test_what_only_a_new_lsc_needs_keeps_no_phone_from_another_operation(
    phone: Phone, cluster: ClusterFacts, operation: CertificateOperation
) -> None:
    plan = build_plan([phone], CapfRequest(operation), cluster, Protected())
    assert plan.operation is operation
    assert [step.phone for step in plan.steps] == [phone]
    assert build_plan([phone], CapfRequest(), cluster, Protected()).steps == ()


def test_every_reason_of_the_table_is_shown_here_with_its_effect() -> None:
    assert set(REASONS) == set(Reason)
    found_by_comparison = {Reason.DRIFTED}
    left_out = {reason for reason, entry in REASONS.items() if entry.effect is not Effect.WARNS}
    assert set(LEFT_OUT) == left_out - found_by_comparison
    assert set(WARNED) == {reason for reason, entry in REASONS.items() if entry.effect is Effect.WARNS}
    for entry in REASONS.values():
        assert (entry.flag is not None) == (entry.effect is Effect.OUT_UNLESS_ASKED)
        assert entry.meaning
        assert entry.remedy


@pytest.mark.parametrize(
    ("phone", "request_"),
    [
        (replace(PHONE, lsc=VALID), CapfRequest(renew=True)),
        (replace(PHONE, registration=Registration.UNREGISTERED), CapfRequest(include_unregistered=True)),
        (replace(PHONE, registration=Registration.NOT_ASKED), CapfRequest(include_unregistered=True)),
        (LSC_FIRST, CapfRequest(include_mic_only=True)),
        (LSC_FIRST, CapfRequest(TROUBLESHOOT, include_mic_only=True)),
        (replace(LSC_FIRST, lsc=VALID), CapfRequest(DELETE, include_lsc_first=True)),
        (
            replace(PHONE, profile=replace(PROFILE, security_mode=DeviceSecurityMode.ENCRYPTED)),
            CapfRequest(include_secure=True),
        ),
    ],
)
def test_what_is_left_out_unless_asked_for_is_written_when_asked(phone: Phone, request_: CapfRequest) -> None:
    assert [step.phone for step in plan_of(phone, request_).steps] == [phone]
    assert plan_of(phone).steps == ()


def test_no_flag_writes_a_protected_phone() -> None:
    everything = CapfRequest(renew=True, include_unregistered=True, include_mic_only=True, include_secure=True)
    assert plan_of(PHONE, everything, protected=Protected(phones=("SEP001122AABBCC",))).steps == ()


def test_what_is_asked_for_and_equals_the_profile_changes_nothing() -> None:
    same = CapfRequest(mode=SETTINGS.mode, key_order=SETTINGS.key_order, key_size=2048)
    assert plan_of(PHONE, same).steps == plan_of(PHONE).steps


def test_an_old_cluster_without_key_order_means_rsa_only() -> None:
    old = with_settings(key_order=None, ec_key_size=None)
    assert len(plan_of(old, CapfRequest(key_order=KeyOrder.RSA_ONLY)).steps) == 1
    assert reasons(plan_of(old, CapfRequest(key_order=KeyOrder.EC_ONLY))) == {Reason.KEY_ORDER_DIFFERS}


def test_ec_preferred_needs_the_cluster_s_advanced_algorithms_whatever_the_model() -> None:
    without = replace(FACTS, advanced_encryption=False)
    for phone in (EC_PREFERRED, replace(EC_PREFERRED, support=NO_EC)):
        assert reasons(plan_of(phone, facts=without)) == {Reason.EC_ISSUES_NOTHING}
        assert len(plan_of(phone, facts=FACTS).steps) == 1


def test_an_operation_that_ended_is_not_pending() -> None:
    for status in ("Upgrade Success", "Upgrade Failed: Invalid MIC", "Delete Success"):
        done = replace(PHONE, operation=CertificateOperation.INSTALL, status=CertificateStatus(status))
        assert len(plan_of(done).steps) == 1


def test_an_lsc_without_expiry_is_never_called_missing() -> None:
    unknown = replace(LSC_FIRST, lsc=Lsc(public_key="AAAA"))
    assert warnings(plan_of(unknown)) == {Reason.LSC_UNKNOWN_EXPIRY}


def test_all_reasons_that_hold_are_told_and_name_their_values() -> None:
    phone = replace(PHONE, registration=Registration.REJECTED, lsc=VALID, over_expressway=False)
    (out,) = plan_of(phone, CapfRequest(mode=AuthenticationMode.NULL_STRING)).left_out
    assert {finding.reason for finding in out.findings} == {
        Reason.NOT_REGISTERED,
        Reason.VALID_LSC,
        Reason.MODE_DIFFERS,
    }
    assert "profile '8845 MIC first' has mic-first, asked for null-string" in map(str, out.findings)
    assert "RIS says Rejected" in map(str, out.findings)


def test_what_speaks_for_an_expressway_is_told_with_the_phone() -> None:
    evidence = "its address 10.99.0.21 is an Expressway's"
    (out,) = plan_of(replace(PHONE, over_expressway=True, expressway_evidence=evidence)).left_out
    assert [str(finding) for finding in out.findings] == [f"over Expressway: {evidence}"]


phones = st.builds(
    Phone,
    pkid=st.uuids().map(str),
    name=st.from_regex(r"SEP[0-9A-F]{12}", fullmatch=True),
    description=st.text(max_size=5),
    model=st.sampled_from(["Cisco 8845", "Cisco 7940", "Cisco Unified Client Services Framework"]),
    protocol=st.sampled_from(["SIP", "SCCP"]),
    device_pool=st.sampled_from(["Berlin", "ICU"]),
    location=st.just("Hub_None"),
    profile=st.builds(
        SecurityProfile,
        pkid=st.just("p"),
        name=st.sampled_from(["a", "b"]),
        security_mode=st.sampled_from(DeviceSecurityMode),
        settings=st.none()
        | st.builds(
            CapfSettings,
            mode=st.sampled_from(AuthenticationMode),
            key_size=st.sampled_from([None, 2048, 4096]),
            key_order=st.none() | st.sampled_from(KeyOrder),
            ec_key_size=st.sampled_from([None, 384]),
        ),
    ),
    operation=st.sampled_from(CertificateOperation),
    status=st.sampled_from(["None", "Operation Pending", "Upgrade Success", "Upgrade Failed: Invalid LSC", "?"]).map(
        CertificateStatus
    ),
    lsc=st.sampled_from([Lsc(), VALID, Lsc(public_key="A"), Lsc(valid_until=1, issuer=OWN)]),
    has_authentication_string=st.booleans(),
    support=st.builds(
        ModelSupport,
        security_by_default=st.sampled_from([None, True, False]),
        elliptic_curves=st.sampled_from([None, True, False]),
        largest_rsa_key=st.sampled_from([None, 2048]),
    ),
    registration=st.sampled_from(Registration),
    over_expressway=st.sampled_from([None, True, False]),
)
requests = st.builds(
    CapfRequest,
    operation=st.sampled_from([INSTALL, DELETE, TROUBLESHOOT]),
    mode=st.none() | st.sampled_from(AuthenticationMode),
    key_order=st.none() | st.sampled_from(KeyOrder),
    key_size=st.sampled_from([None, 2048]),
    renew=st.booleans(),
    include_unregistered=st.booleans(),
    include_mic_only=st.booleans(),
    include_secure=st.booleans(),
)
facts = st.builds(
    ClusterFacts,
    now=st.just(NOW),
    issuer=st.sampled_from(Issuer),
    own_issuers=st.sampled_from([frozenset(), frozenset({OWN})]),
    advanced_encryption=st.sampled_from([None, True, False]),
)
protections = st.sampled_from([Protected(), Protected(device_pools=("ICU",)), Protected(phones=("SEP0*",))])


@given(st.lists(phones, max_size=6, unique_by=lambda phone: phone.pkid), requests, facts, protections, st.randoms())
def test_each_phone_is_a_step_or_left_out_with_a_reason_whatever_their_order(
    some: list[Phone],
    request_: CapfRequest,
    cluster: ClusterFacts,
    protected: Protected,
    random: "object",
) -> None:
    plan = build_plan(some, request_, cluster, protected)
    assert sorted([step.phone.pkid for step in plan.steps] + [out.phone.pkid for out in plan.left_out]) == sorted(
        phone.pkid for phone in some
    )
    for out in plan.left_out:
        assert out.findings
        assert all(REASONS[finding.reason].effect is not Effect.WARNS for finding in out.findings)
    for step in plan.steps:
        assert step.settings == step.phone.profile.settings
        assert all(REASONS[finding.reason].effect is Effect.WARNS for finding in step.warnings)
        assert protected.covers(step.phone) is None
        assert request_.mode in (None, step.settings.mode)
    names = [step.phone.name for step in plan.steps]
    assert names == sorted(names)
    assert build_plan(reversed(some), request_, cluster, protected) == plan


def test_a_device_pool_with_brackets_in_its_name_is_protected_by_its_name() -> None:
    phone = replace(PHONE, device_pool="Berlin [ICU]")
    assert plan_of(phone, protected=Protected(device_pools=("berlin [icu]",))).steps == ()


def test_where_nobody_says_who_issues_lscs_a_valid_one_of_another_issuer_stays_unless_asked_for() -> None:
    phone = replace(PHONE, lsc=replace(VALID, issuer="Company CA"))
    unsaid = replace(FACTS, issuer=Issuer.UNKNOWN)
    assert reasons(plan_of(phone, facts=unsaid)) == {Reason.VALID_LSC}
    assert plan_of(phone, CapfRequest(renew=True), facts=unsaid).steps
    assert plan_of(phone, facts=FACTS).steps


def test_an_expired_lsc_is_warned_of_only_where_the_phone_has_to_show_it() -> None:
    expired = replace(PHONE, lsc=replace(VALID, valid_until=int(NOW) - DAY))
    (step,) = plan_of(expired).steps
    assert Reason.EXPIRED_LSC not in {finding.reason for finding in step.warnings}


def test_a_cluster_that_keeps_no_expiry_gives_new_ones_to_those_who_ask() -> None:
    before_11_5 = replace(FACTS, keeps_lsc_expiry=False)
    has_one, has_none = replace(PHONE, lsc=Lsc(public_key="AAAA")), PHONE
    assert not plan_of(has_one, facts=before_11_5).steps
    assert plan_of(has_none, facts=before_11_5).steps
    assert plan_of(has_one, CapfRequest(renew=True), facts=before_11_5).steps
