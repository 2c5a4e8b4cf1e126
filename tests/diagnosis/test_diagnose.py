import pytest

from lscctl.finding import Certainty, LinkName, LinkState
from tests.diagnosis.logs import (
    BROKE_OFF,
    CONNECTED,
    DONE,
    HANDSHAKE,
    NO_BIO,
    NO_HOST,
    NOT_CONNECTED,
    NXDOMAIN,
    PUBLISHER,
    START,
    diagnosis_of,
    link,
    log,
    named,
)


def test_the_first_break_is_named_and_what_follows_from_it_is_no_more_than_possible() -> None:
    found = diagnosis_of(log(START, NO_HOST, NXDOMAIN, NO_BIO, BROKE_OFF, NOT_CONNECTED))
    assert found.broken is not None
    assert found.broken.name is LinkName.NAME_RESOLUTION
    assert named(found)[0] == "name-not-resolved"
    first, *others = found.causes
    assert first.certainty is Certainty.LIKELY
    assert first.evidence[0].groups["host"] == PUBLISHER
    assert {other.certainty for other in others} == {Certainty.POSSIBLE}


def test_what_went_wrong_before_a_success_is_over() -> None:
    found = diagnosis_of(log(START, NO_HOST, NO_BIO, BROKE_OFF, NOT_CONNECTED, START, CONNECTED, HANDSHAKE, DONE))
    assert found.broken is None
    assert not found.causes
    assert link(found, LinkName.LSC_ISSUED).state is LinkState.GOOD
    assert link(found, LinkName.NAME_RESOLUTION).implied is LinkName.LSC_ISSUED


def test_what_a_session_came_past_is_over_and_counts_when_it_comes_again() -> None:
    past = [START, "SECUREAPP-capf: connect: Connection refused (10.20.0.10:3804)", "SECUREAPP-capf: TLS up"]
    assert named(diagnosis_of(log(*past[:2])))[0] == "capf-stopped"
    assert named(diagnosis_of(log(*past))) == []
    assert named(diagnosis_of(log(*past, START, past[1])))[0] == "capf-stopped"


def test_what_other_services_meet_is_no_cause_but_what_a_phone_says_of_its_lsc_there_is() -> None:
    assert named(diagnosis_of(log(START, "JAVA-ldaps://dc1.example.com:636 certificate verify failed"))) == []
    assert named(diagnosis_of(log(START, "HTTPD-web server shows CAPF's certificate: not in ITL")))


def test_what_goes_wrong_after_a_success_counts() -> None:
    found = diagnosis_of(log(START, CONNECTED, HANDSHAKE, DONE), log(START, NO_BIO, BROKE_OFF))
    assert named(found)[0] == "capf-port-unreachable"


def test_a_name_that_resolves_later_is_no_cause_but_another_name_s_answer_says_nothing() -> None:
    lost = log(START, NXDOMAIN, NO_BIO, BROKE_OFF)
    assert "name-not-resolved" in named(diagnosis_of(lost))
    assert "name-not-resolved" in named(diagnosis_of(lost + log("dnsmasq[345]: reply ntp.example.com is 10.1.1.1")))
    assert "name-not-resolved" not in named(diagnosis_of(lost + log(f"dnsmasq[345]: reply {PUBLISHER} is 10.20.0.10")))


def test_one_symptom_of_several_causes_names_them_all_as_possible() -> None:
    found = diagnosis_of(log(START, BROKE_OFF, NOT_CONNECTED))
    assert {one.certainty for one in found.causes} == {Certainty.POSSIBLE}
    assert {"capf-stopped", "capf-port-unreachable", "capf-certificate-differs"} <= set(named(found))


def test_a_handshake_rules_out_what_comes_before_it() -> None:
    found = diagnosis_of(log(START, CONNECTED, HANDSHAKE, "SECUREAPP-CAPF operation failed, ret -11"))
    assert named(found) == ["late"]
    assert found.causes[0].certainty is Certainty.CERTAIN
    assert link(found, LinkName.CAPF_CERTIFICATE).state is LinkState.GOOD


def test_a_healthy_log_names_no_cause() -> None:
    found = diagnosis_of(
        log(
            "SECD: -PXY_NO_LSC: No LSC for [SCCP], will try MIC",
            "dnsmasq[345]: reply _cisco-uds._tcp.example.com is NXDOMAIN",
            "dnsmasq[345]: reply ntp.example.com is NXDOMAIN-IPv4",
            f"dnsmasq[345]: reply {PUBLISHER} is 10.20.0.10",
            "TFTPD-Error: (1+1)File not found",
            "JAVA-SIPCC-UI_API: ui_update_registration_state_all_lines: ***ALL LINES REGISTERED***",
        )
    )
    assert found.broken is None
    assert not found.causes


def test_nothing_at_all_names_no_cause() -> None:
    found = diagnosis_of("")
    assert found.broken is None
    assert not found.causes
    assert {one.state for one in found.links} == {LinkState.UNKNOWN}


@pytest.mark.parametrize("host", ["cloudservices.webex.com", "directory.example.com", "time.example.com"])
def test_a_name_that_is_none_of_the_cluster_s_may_stay_unknown(host: str) -> None:
    assert not named(
        diagnosis_of(log(f"JAVA-configmgr MQThread|NetUtil.traceIPv4DNSErrors:? - DNS unknown IPv4 host {host}"))
    )
