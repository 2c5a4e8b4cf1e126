"""What is passed over of a line - settings, denials, the business of others - and what of it is no such thing."""

from pathlib import Path

import pytest

from lscctl.diagnosis.knowledge import load
from lscctl.diagnosis.wording import own, undenied
from tests.diagnosis.elsewhere import first_named
from tests.diagnosis.logs import KNOWLEDGE, START, case_of, log, named

TO_CAPF = "SECUREAPP-CAPF: connecting to 10.20.0.10 port 3804"
WRONG = "SECUREAPP-CAPF: authentication string is wrong"


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
        "tvs.timeout = 20",
        "tvs.timeout               = 20",
        "capf.server = 10.0.0.1 capf.retries = (not set) tvs.timeout = 20",
        "Reading service parameters: MaxAut hAttempts=3 KeyGenTimeout=15 min",
    ],
)
def test_settings_are_passed_over(text: str) -> None:
    assert "imeout" not in undenied(text)
    assert "ttempts" not in undenied(text)
    assert "etries" not in undenied(text)


def test_what_numbers_stand_for_is_passed_over() -> None:
    assert undenied("SECD: errors: 1=NO_ITL 2=BAD_SIG, 3=CAPF_TIMEOUT") == "SECD: errors: "


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


ALIEN = (
    "syslog server unreachable",
    "LDAP bind timed out",
    "wifi disconnected",
    "directory service down",
    "headset update failed",
)
MATTERS = {
    "CAPF connection refused port 3804": "capf-stopped",
    "authentication string wrong": "authentication-string-wrong",
    "ITL signature invalid": "itl-differs",
    "TVS 10.20.0.10:2445 unreachable": "tvs-unreachable",
}


@pytest.mark.parametrize("joint", ["; ", ". ", " - ", " | "])
@pytest.mark.parametrize(("matter", "cause"), MATTERS.items())
def test_a_clause_about_another_service_silences_none_about_ours(matter: str, cause: str, joint: str) -> None:
    diagnosed = {
        said: named(case_of(log(START, f"SECUREAPP-{said}")).diagnosis(KNOWLEDGE))[:1]
        for alien in ALIEN
        for said in (f"{alien}{joint}{matter}", f"{matter}{joint}{alien}")
    }
    assert diagnosed == {said: [cause] for said in diagnosed}


@pytest.mark.parametrize(
    "text",
    [
        "CAPF session done; headset update: certificate expired, rejected",
        "webex: connection refused; retry later",
        "syslog server unreachable; connect refused - no answer",
        "wallpaper - TFTP download failed; file not found",
        "news feed: DNS unknown host news.example.com; retry",
        "LSC is fine; directory: certificate expired",
        "CAPF operation none - ldap: connection reset by peer",
        "phone book | host not found | timed out",
    ],
)
def test_clauses_about_other_services_raise_no_alarm(text: str) -> None:
    assert named(case_of(log(START, f"SECUREAPP-{text}")).diagnosis(KNOWLEDGE)) == []


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
