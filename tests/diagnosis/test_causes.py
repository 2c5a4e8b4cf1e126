"""Every cause is found in logs of every generation of phones, in whatever words, and no cause in those of healthy ones."""

import random
from pathlib import Path

import pytest

from benchmarks._faults import FAULTS, play
from benchmarks._mailed import Phone, alarm, judged
from benchmarks._phone_logs import GENERATIONS, Story, written
from lscctl.diagnosis.mailed import Given, gather
from lscctl.finding import NOW, Certainty, Diagnosis, LinkName, Place, Source
from tests.diagnosis.logs import BROKE_OFF, CONNECTED, HANDSHAKE, KNOWLEDGE, NOT_CONNECTED, START, case_of, log, named

REACHABLE = [name for name, fault in FAULTS.items() if fault.tells]


@pytest.mark.parametrize("name", REACHABLE)
def test_a_log_alone_tells_the_cause(name: str, tmp_path: Path) -> None:
    for seed, generation in enumerate(GENERATIONS * 3):
        story = Story(random.Random(seed), generation)
        play(story, [name])
        file = tmp_path / f"messages.{seed}"
        file.write_text(written(story, noise=30, wrap=seed % 2 == 0))
        (case,) = gather([Given(str(file), Source.CONSOLE_LOG)], KNOWLEDGE)
        found = case.diagnosis(KNOWLEDGE)
        assert found.causes, (generation.name, story.lines)
        assert named(found)[0] in FAULTS[name].causes, (generation.name, story.lines)
        assert found.broken is not None
        assert found.broken.name == FAULTS[name].link


@pytest.mark.parametrize("name", FAULTS)
@pytest.mark.parametrize("without", ["", "log", "messages"])
def test_all_that_is_seen_together_tells_the_cause(name: str, without: str) -> None:
    for seed in range(3):
        phone = Phone((name,), GENERATIONS[seed], without, seed)
        assert not phone.truth or judged(phone)[0] == "right", judged(phone)


def test_healthy_phones_of_every_kind_raise_no_alarm() -> None:
    assert not [seed for seed in range(150) if alarm(seed)]


def of_facts(**facts: str) -> Diagnosis:
    case = case_of(log(START, CONNECTED, HANDSHAKE))
    for name, value in facts.items():
        case.sightings.fact(name.replace("_", "-"), value, Place(Source.CLUSTER), moment=NOW)
    return case.diagnosis(KNOWLEDGE)


@pytest.mark.parametrize(
    ("facts", "cause"),
    [
        ({"profile_mode": "auth-string", "security_mode": "Encrypted"}, "string-in-secure-profile"),
        ({"profile_mode": "auth-string", "authentication_string": "missing"}, "authentication-string-missing"),
        (
            {"profile_mode": "auth-string", "authentication_string": "set", "certificate_status": "Operation Pending"},
            "authentication-string-not-typed",
        ),
        ({"key_order": "ec-only", "ec_supported": "no"}, "ec-not-supported"),
        ({"key_order": "ec-preferred", "ec_allowed": "no"}, "ec-issues-nothing"),
        ({"ipv6_refused": "yes"}, "ipv6-refused"),
        ({"sbd": "no"}, "no-sbd"),
        ({"model": "Cisco 7960"}, "no-sbd"),
        ({"capf_certificate": "expired"}, "capf-certificate-unfit"),
        ({"capf_issuer": "offline-ca"}, "offline-ca"),
        ({"profile_mode": "lsc-first", "lsc": "expired"}, "lsc-issuer-not-trusted"),
        ({"profile_mode": "mic-first", "mic_issuer_trusted": "no"}, "mic-issuer-not-trusted"),
        ({"certificate_status": "Upgrade Success", "registration": "unregistered"}, "not-registered-again"),
        ({"operation_late": "yes"}, "late"),
    ],
)
def test_what_a_cluster_shows_tells_the_cause(facts: dict[str, str], cause: str) -> None:
    assert named(of_facts(**facts))[0] == cause


def test_a_secure_phone_that_callmanager_does_not_trust_is_told() -> None:
    (case,) = [
        case_of(
            "3469 NOT 00:01:31.935298 SECD: -PXY_CERT_CIPHER: [SCCP], [TLSv1], cert [LSC], cipher [AES256-SHA:AES128-SHA]\n"
            "3486 ERR 00:01:31.938954 SECD: -STATE_SSL3_ALERT: SSL3 alert [read]:[fatal]:[unknown CA\n"
        )
    ]
    found = case.diagnosis(KNOWLEDGE)
    assert named(found) == ["lsc-not-trusted-by-callmanager"]
    assert found.broken is not None
    assert found.broken.name is LinkName.REREGISTERED


def test_published_lines_of_a_healthy_8861_name_no_cause() -> None:
    text = """3287 INF Nov 29 06:33:59.395199 SECUREAPP-Attempting connect to TVS server addr [192.168.11.32], mode [IPv4]
3289 INF Nov 29 06:33:59.396011 SECUREAPP-TCP connect() successful, [192.168.11.32] [11]
3310 INF Nov 29 06:33:59.403731 SECUREAPP-SSL session setup Cert Verification - Certificate is valid.
3312 ERR Nov 29 06:33:59.428892 downd-SOCKET accept errno=4 "Interrupted system call"
3315 NOT Nov 29 06:33:59.908586 SECUREAPP-Sec SSL Connection - Handshake successful.
3320 NOT Nov 29 06:33:59.909322 SECUREAPP-TVS process request - Successfully sent the TVS request to TVS server, bytes written : 153
3325 INF Nov 29 06:33:59.915121 SECUREAPP-TVS added cert to TVS cache - expires in 24 hours
3333 NOT Nov 29 06:34:00.411671 SECUREAPP-Hashes match... authentication successful.
3334 WRN Nov 29 06:34:00.412849 SECUREAPP-AUTH: early exit from parser loop; old version header?
3336 NOT Nov 29 06:34:00.413031 SECUREAPP-updateFromFile: TL parse to table: CTL_SUCCESS
3338 DEB Nov 29 06:34:00.413442 SECUREAPP-TL file verified successfully.
"""
    found = case_of(text).diagnosis(KNOWLEDGE)
    assert found.broken is None
    assert not found.causes


def test_certain_causes_behind_the_first_break_are_told_after_it() -> None:
    case = case_of(log(START, BROKE_OFF))
    for name, value in (("name-resolved", "no"), ("capf-service", "stopped")):
        case.sightings.fact(name, value, Place(Source.CLUSTER), moment=NOW)
    found = case.diagnosis(KNOWLEDGE)
    assert [(one.cause.name, one.certainty) for one in found.causes[:2]] == [
        ("name-not-resolved", Certainty.LIKELY),
        ("capf-stopped", Certainty.CERTAIN),
    ]


def test_where_a_list_is_corrupt_tvs_that_does_not_run_is_not_to_blame() -> None:
    case = case_of(log("SECUREAPP-ITL file is corrupted", "SECUREAPP-Trust List update failed"))
    case.sightings.fact("tvs-service", "stopped", Place(Source.CLUSTER), moment=NOW)
    assert named(case.diagnosis(KNOWLEDGE))[0] == "itl-corrupt"


def test_a_list_of_the_server_s_that_does_not_verify_is_corrupt_whatever_the_phone_has_installed() -> None:
    case = case_of(log("SECUREAPP-ITL installed"))
    case.sightings.fact("itl", "bad-signature", Place(Source.CLUSTER))
    assert named(case.diagnosis(KNOWLEDGE))[0] == "itl-corrupt"


def test_a_phone_without_a_route_is_believed_before_a_port_that_others_find_refused() -> None:
    waiting = "SECUREAPP-clpSetupSsl: TCP connect() waiting, <10.20.0.10> c:8 s:9 port: 3804"
    case = case_of(
        log(START, waiting, "SECUREAPP-EROR:clpSetupSsl: ** no route to host, <10.20.0.10> port: 3804", NOT_CONNECTED)
    )
    case.sightings.fact("capf-port", "refused", Place(Source.CLUSTER), moment=NOW)
    assert named(case.diagnosis(KNOWLEDGE))[0] == "capf-port-unreachable"
