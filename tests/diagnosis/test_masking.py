import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lscctl.diagnosis.masking import masked


@pytest.mark.parametrize(
    "text",
    [
        "SECUREAPP-CAPF auth string [{}] len 8",
        "authString={}",
        "<authenticationString>{}</authenticationString>",
        'authenticationString="{}"',
        "Entered authentication string {}",
        "authentication string for SEP001122334455: {}",
        "auth_str:{}",
        "<sshPassword>{}</sshPassword>",
        "password: '{}'",
        "http://admin:{}@10.1.1.1/CGI/Execute",
        "Authorization: Basic {}",
        "Cookie: JSESSIONID={}; Path=/",
        "pin code = {}",
        "auth string 'my {}' rejected",
        'password="correct horse {} staple"',
        "auth string mismatch: got {0} expected {0}",
        "wrong authentication string, received {0}, stored {0}",
        "authentication string does not match: {0} != {0}",
        "authString=*** invalid, should be {}",
        "authentication string of SEP001122334455 is wrong: {}",
        "AUTH_STRING invalid len 8 val {}",
        "typed digits {} rejected, wrong authentication string",
        "wrong string {} typed by user, authentication failed",
        "CAPF: string {} rejected",
        "CAPF: typed {}: wrong authentication string",
        "CAPF: password geheim{} rejected",
        "snmp-server community ro{}: CAPF connection timed out",
        "CAPF: connection timed out, community={}",
        "CAPF psk={} connection timed out",
        'msg="CAPF: invalid authentication string, password=\\"{}\\""',
    ],
)
def test_a_secret_is_masked_wherever_a_log_puts_it(text: str) -> None:
    shown = masked(text.format("84629173"))
    assert "84629173" not in shown
    assert "***" in shown


@pytest.mark.parametrize(
    "text",
    [
        "Start CAPF - mode:[0]([AUTH_STR])",
        "Start CAPF - mode:[1]([NULL_STR])",
        "Upgrade Failed: Invalid Authentication String",
        "CAPF: authentication string is wrong",
        "2000 NOT 10:01:00.000000 CAPF auth string wrong, errno 1042 of 10.20.0.10:3804, port 3804, on 2024-01-02",
        "CAPF operation failed, ret -7",
        "pinning ok: 1",
        "SSL session setup - cert len=785, type=LSC",
    ],
)
def test_what_is_no_secret_stays(text: str) -> None:
    assert masked(text) == text


@given(st.text(max_size=300))
def test_masking_takes_any_text_and_masks_once(text: str) -> None:
    assert masked(masked(text)) == masked(text)


@given(st.from_regex(r"[0-9]{4,10}", fullmatch=True), st.sampled_from(["=", ": ", ":[", " [", " ('"]))
def test_strings_of_every_length_are_masked(secret: str, sign: str) -> None:
    assert not re.search(rf"(?<!\d){secret}(?!\d)", masked(f"auth string{sign}{secret}"))


@pytest.mark.parametrize(
    "text",
    [
        "CAPF: auth string 12-34-56-78 rejected",
        "CAPF: invalid authentication string: entered 12 34 56 78",
        "auth string 5 5 5 0 1 2 3 4 5 6 typed",
    ],
)
def test_digits_that_stand_in_groups_are_masked_as_well(text: str) -> None:
    assert not re.search(r"\d", masked(text))


@pytest.mark.parametrize("text", ["password is invalid", "PASSWORD compare failed", "secret community was empty"])
def test_a_word_about_a_password_is_none(text: str) -> None:
    assert masked(text) == text
