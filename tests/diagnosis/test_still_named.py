"""What reads like a setting, a denial or the business of others, and is the fault all the same: its cause must still be named."""

from pathlib import Path

import pytest

from lscctl.diagnosis.knowledge import load
from lscctl.diagnosis.wording import own, undenied
from tests.diagnosis.elsewhere import first_named
from tests.diagnosis.logs import START, case_of, log, named

TO_CAPF = "SECUREAPP-CAPF: connecting to 10.20.0.10 port 3804"
WRONG = "SECUREAPP-CAPF: authentication string is wrong"


@pytest.mark.parametrize(
    ("cause", "lines"),
    [
        (
            "authentication-string-locked",
            [TO_CAPF, "SECUREAPP-CAPF: maximum number of wrong authentication strings exceeded: 10"],
        ),
        ("authentication-string-locked", [TO_CAPF, "SECUREAPP-CAPF: max auth string attempts exceeded = 10"]),
        ("key-generation-failed", [TO_CAPF, "SECUREAPP-CAPF: key generation timeout=1800"]),
        ("capf-port-unreachable", ["SECUREAPP-CAPF: connect to 10.20.0.10 port 3804: timeout = 5"]),
        ("capf-port-unreachable", [TO_CAPF, "SECUREAPP-CAPF: connect() timeout=30000ms expired"]),
        ("capf-port-unreachable", [TO_CAPF, "SECUREAPP-CAPF: connect: errno timeout = 110"]),
        ("capf-frozen", [TO_CAPF, "SECUREAPP-CAPF: TCP connected", "SECUREAPP-CAPF: handshake timeout = 60"]),
        ("configuration-not-fetched", ["TFTP: SEP001122334455.cnf.xml.sgn: timeout = 4"]),
        ("configuration-not-fetched", ["CFG: SEP001122334455.cnf.xml.sgn: timeout = 4"]),
        ("tvs-unreachable", ["TVS: verify request timeout=5 s to 10.20.0.11 port 2445"]),
    ],
)
def test_a_limit_that_was_come_to_is_no_setting(cause: str, lines: list[str], tmp_path: Path) -> None:
    assert first_named("linux", lines, tmp_path) == cause


@pytest.mark.parametrize(
    ("cause", "head", "line"),
    [
        ("not-registered", "linux", "SIPCC: Wi-Fi up, registration rejected by 10.20.0.11"),
        ("not-registered", "linux", "SIPCC: registration rejected, database server says unknown device"),
        ("name-not-resolved", "status", "Messages: DNS unknown host"),
        ("not-registered", "status", "Information: Registration rejected"),
        ("ca-unreachable", "trace", "CA unreachable: LDAP lookup of CA failed"),
        ("ca-unreachable", "trace", "CA server unreachable: tomcat connect failed"),
        ("name-not-resolved", "linux", "DNS: lookup of cucm1.example.com: timeout, database server ok"),
    ],
)
def test_a_word_of_other_services_beside_it_hides_no_fault(cause: str, head: str, line: str, tmp_path: Path) -> None:
    assert first_named(head, [line], tmp_path) == cause


@pytest.mark.parametrize(
    ("cause", "lines"),
    [
        ("authentication-string-wrong", [TO_CAPF, WRONG, "SECUREAPP-CAPF: string good format"]),
        ("authentication-string-wrong", [TO_CAPF, WRONG, "SECUREAPP-CAPF: authentication server right"]),
        ("itl-corrupt", ["SECD: ITL parse failed: malformed header", "TFTP: ITL installed since Monday remains"]),
        ("capf-certificate-differs", ["[SEC]: NOT authenticated: CAPF certificate"]),
        ("itl-differs", ["SECD[7]: NOT verified: ITL signature"]),
    ],
)
def test_something_good_of_something_else_and_no_severity_hides_a_fault(
    cause: str, lines: list[str], tmp_path: Path
) -> None:
    assert first_named("linux", lines, tmp_path) == cause


def test_that_the_string_is_good_at_last_still_ends_it(tmp_path: Path) -> None:
    for end in ("authentication string good", "auth string ok, 10:33", "authentication string is right"):
        assert first_named("linux", [TO_CAPF, WRONG, f"SECUREAPP-CAPF: {end}"], tmp_path) is None


@pytest.mark.parametrize(
    "text",
    [
        "cfg: timeout = 5",
        "SECD: cfg: retries=3",
        "debug parameter: Max Attempts = 3",
        "Key Generation Timeout (min) = 30",
        "Maximum Allowable Attempts for Key Generation = 3",
        "timeout=5 retries=3 port=3804",
        "KeyGenTimeout=15 MaxAuthAttempts=10",
    ],
)
def test_settings_are_passed_over(text: str) -> None:
    assert "imeout" not in undenied(text)
    assert "ttempts" not in undenied(text)
    assert "etries" not in undenied(text)


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("ldaps://dc1 certificate verify failed", ""),
        ("ldap: bind failed, certificate verify failed", ""),
        ("ntp: no answer; registration rejected", "registration rejected"),
        ("LSC installed, weather service: host not found", "LSC installed, "),
        ("web server shows CAPF's certificate: not in ITL", "web server shows CAPF's certificate: not in ITL"),
    ],
)
def test_a_part_of_a_line_is_of_others_where_its_beginning_is(text: str, left: str) -> None:
    assert own(text) == left


OWN = """
title = "The gateway turns the phone away"
link = "registration"
applies-to = "phones over VPN"
means = "It refuses the phone."
settle = ["Ask its people."]
sources = ["us"]

[[evidence]]
weight = "proof"
in = ["console-log"]
word = "{word}"
text = '{text}'
example = "{example}"

[[remedy]]
do = "Mend it."
"""


@pytest.mark.parametrize(
    ("word", "text", "example"),
    [
        ("gateway", "gateway (?:refuses|rejects)", "VPND: anyconnect gateway refuses the phone"),
        ("proxy", r"proxy timeout ?= ?\d+", "cfg: branch proxy timeout = 30"),
        ("proxy", "branchproxy failed=0", "SECUREAPP-branchproxy failed=0"),
        ("proxy", r"\]: NOT branchproxy", "sec[12]: NOT branchproxy"),
    ],
)
def test_a_cause_of_one_s_own_that_asks_for_just_that_is_named(
    word: str, text: str, example: str, tmp_path: Path
) -> None:
    (tmp_path / "gateway.toml").write_text(OWN.format(word=word, text=text, example=example))
    knowledge = load([tmp_path])
    lines = log(START, *([example] * 3))  # again and again, as what nobody asks for is passed over then
    assert named(case_of(lines, knowledge=knowledge).diagnosis(knowledge))[0] == "gateway"
