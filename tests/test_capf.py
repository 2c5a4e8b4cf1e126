import pytest
from hypothesis import given
from hypothesis import strategies as st

from lscctl.capf import AuthenticationMode, CapfSettings, CertificateStatus, KeyOrder, StatusKind

CAUSES = (
    "Invalid LSC",
    "Invalid Authentication String",
    "Invalid MIC",
    "Invalid Credentials",
    "Phone Communication Failure",
    "Key Generation Failed/Timeout",
    "CA Communication Failure",
    "CA Rejected Connection",
    "User Initiated Request Late/Timedout",
)
VERBS = ("Upgrade", "Delete", "Troubleshoot")


def every_status() -> list[tuple[str, StatusKind, str | None]]:
    """The 34 strings of XCertificateStatus, put together as the field guide tells them."""
    found: list[tuple[str, StatusKind, str | None]] = [
        ("None", StatusKind.NONE, None),
        ("Operation Pending", StatusKind.PENDING, None),
        (
            "Upgrade Failed: No Support for EC only in CAPF version 3",
            StatusKind.FAILED,
            "No Support for EC only in CAPF version 3",
        ),
    ]
    for verb in VERBS:
        found += [(f"{verb} Success", StatusKind.SUCCESS, None), (f"{verb} Failed", StatusKind.FAILED, None)]
        causes = [cause for cause in CAUSES if verb != "Troubleshoot" or not cause.startswith("CA ")]
        found += [(f"{verb} Failed: {cause}", StatusKind.FAILED, cause) for cause in causes]
    return found


def test_all_34_statuses_of_the_schema_are_understood() -> None:
    assert len(every_status()) == 34
    for text, kind, reason in every_status():
        assert (CertificateStatus(text).kind, CertificateStatus(text).reason) == (kind, reason)


def test_a_reason_that_a_later_cucm_adds_is_still_a_failure_with_its_reason() -> None:
    status = CertificateStatus("Upgrade Failed: Moon in the wrong phase")
    assert (status.kind, status.reason) == (StatusKind.FAILED, "Moon in the wrong phase")


@given(st.text(max_size=20))
def test_words_that_mean_nothing_to_us_are_unrecognised_and_never_a_success(text: str) -> None:
    kind = CertificateStatus(text).kind
    assert kind in StatusKind
    assert kind is not StatusKind.SUCCESS or text.partition(":")[0].strip().endswith(" Success")


@pytest.mark.parametrize(
    ("text", "mode"),
    [
        ("null-string", AuthenticationMode.NULL_STRING),
        ("LSC-First", AuthenticationMode.LSC_FIRST),
        ("by existing certificate  (precedence to MIC)", AuthenticationMode.MIC_FIRST),
        ("By Authentication String", AuthenticationMode.AUTH_STRING),
    ],
)
def test_a_mode_is_read_by_its_short_word_and_by_cisco_s_wording(text: str, mode: AuthenticationMode) -> None:
    assert AuthenticationMode.parse(text) is mode


def test_an_unknown_mode_or_order_is_answered_with_the_choices() -> None:
    with pytest.raises(ValueError, match="auth-string, null-string, lsc-first, mic-first"):
        AuthenticationMode.parse("null")
    with pytest.raises(ValueError, match="rsa-only, ec-only, ec-preferred"):
        KeyOrder.parse("rsa")


@pytest.mark.parametrize("order", KeyOrder)
def test_an_order_is_read_by_its_short_word_and_by_cisco_s_wording(order: KeyOrder) -> None:
    assert KeyOrder.parse(order.short) is KeyOrder.parse(order.value.upper()) is order


def test_settings_read_as_a_person_says_them() -> None:
    settings = CapfSettings(AuthenticationMode.MIC_FIRST, 2048, KeyOrder.EC_PREFERRED, 384)
    assert str(settings) == "mic-first, EC 384 or RSA 2048"
    assert str(CapfSettings(AuthenticationMode.NULL_STRING, 1024)) == "null-string, RSA 1024"
    assert str(CapfSettings(AuthenticationMode.LSC_FIRST, 2048, KeyOrder.EC_ONLY, 256)) == "lsc-first, EC 256"
