"""What is masked in a message, and what is left as it is."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lscctl.cucm.secrets import masked, without


@pytest.mark.parametrize(
    "name",
    ["authenticationString", "authenticationstring", "sshPwd", "password", "mlppPassword", "pskPassPhrase", "sharedSecret",
     "pin", "ns1:sshPwd", "adminPassword", "token"],
)  # fmt: skip
def test_the_text_of_an_element_with_a_secret_s_name_is_masked(name: str) -> None:
    assert masked(f'<a><{name} x="1">4711</{name}><b>4712</b></a>') == f'<a><{name} x="1">***</{name}><b>4712</b></a>'


@pytest.mark.parametrize(
    "xml",
    [
        "<certificateOperation>Install/Upgrade</certificateOperation>",
        "<pinning>on</pinning>",
        "<passwordPolicy>strict</passwordPolicy>",
        "<authenticationMode>By Authentication String</authenticationMode>",
        "<sql>select authenticationstring from device</sql>",
        "<credentials><user>me</user></credentials>",
    ],
)
def test_what_is_no_secret_stays(xml: str) -> None:
    assert masked(xml) == xml


@given(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="<>&'"), min_size=6, max_size=20))
def test_no_secret_survives_in_an_element_or_a_comparison(secret: str) -> None:
    sql = f"update device set authenticationstring = 'x{secret}x' where authenticationString matches 'x{secret}x'"
    told = masked(f"<q><authenticationString>x{secret}x</authenticationString><sql>{sql}</sql></q>")
    assert f"x{secret}x" not in told
    assert told.count("***") == 3


def test_the_longer_of_two_secrets_goes_first() -> None:
    assert without("abcd abc", frozenset({"abc", "abcd", ""})) == "*** ***"
