"""What comes beside a phone's files: CUCM's own pages, name servers, captures, firewalls, and certificates of both sides."""

import re
from pathlib import Path
from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lscctl.diagnosis.reading.admin_page import read_admin_page
from lscctl.diagnosis.reading.network_tools import read_network_tools
from lscctl.diagnosis.reading.phone_tables import read_phones
from tests.diagnosis.logs import CONNECTED, DONE, HANDSHAKE, START, log, named
from tests.diagnosis.test_bundles import CONFIGURATION, OWN, PHONE, WELL, found, only, services
from tests.trustlist.lists import printed

NET: Final = (
    f"<html><body><table><tr><td>Host name</td><td>{PHONE}</td></tr><tr><td>IP address</td><td>10.20.1.17</td></tr>"
    "<tr><td>IP addressing mode</td><td>{}</td></tr></table></body></html>"
)
PAGE: Final = NET.format("IPv4 only")
CONFIGURED: Final = {f"{PHONE}_dot_cnf_dot_xml": CONFIGURATION.format(mode=1, name="voice7.example.com")}
PROFILE: Final = (
    "Phone Security Profile Information\nName: 8845-a\nDevice Security Mode: {}\nTransport Type: TLS\n"
    "Phone Security Profile CAPF Information\nAuthentication Mode: {}\nKey Order: RSA Only\nRSA Key Size: 2048\n"
)
CAPF_SETTINGS: Final = (
    "Certification Authority Proxy Function (CAPF) Information\nCertificate Operation: Install/Upgrade\n"
    "Authentication Mode: By Authentication String\nAuthentication String: {}\n"
    "Operation Completes By: {} (YYYY:MM:DD:HH)\nCertificate Operation Status: Operation Pending\n"
)
TODAY: Final = "admin:show date\nDate/time: 2024-04-15 09:20:11 CEST\n"
DENIED: Final = (
    "Aug 19 11:15:{} edge-fw02 %ASA-4-106023: Deny tcp src voice:{}/50322 dst dc:10.20.0.10/{} "
    'by access-group "voice_in"\n'
)


# CUCM's pages


@pytest.mark.parametrize(
    ("mode", "auth", "causes"),
    [
        ("Encrypted", "By Authentication String", ["string-in-secure-profile"]),
        ("Non Secure", "By Authentication String", []),
        ("Encrypted", "By Null String", []),
        ("Encrypted", "By something new", []),
    ],
)
def test_a_security_profile_s_page_tells_what_can_never_work(
    tmp_path: Path, mode: str, auth: str, causes: list[str]
) -> None:
    assert only(tmp_path, page=PAGE, profile=PROFILE.format(mode, auth)) == causes


def test_a_profile_that_wants_an_lsc_of_a_phone_without_one_cannot_work(tmp_path: Path) -> None:
    profile = PROFILE.format("Encrypted", "By Existing Certificate (precedence to LSC)")
    screen = "Security Configuration\nLSC: {}\nMIC: Installed\nCTL file: Not installed\n"
    assert only(tmp_path / "ill", page=PAGE, p=profile, s=screen.format("Not installed")) == ["lsc-mode-without-lsc"]
    assert only(tmp_path / "well", page=PAGE, p=profile, s=screen.format("Installed")) == []


def test_a_phone_s_page_without_an_authentication_string_is_told_and_no_string_ever_is(tmp_path: Path) -> None:
    profile = PROFILE.format("Non Secure", "By Authentication String")
    until = "2024:12:31:12"
    ill = only(tmp_path / "ill", page=PAGE, profile=profile, phone=CAPF_SETTINGS.format("", until))
    assert ill == ["authentication-string-missing"]
    (other,) = found(tmp_path / "set", page=PAGE, profile=profile, phone=CAPF_SETTINGS.format("7654321", until))
    assert named(other) == ["authentication-string-not-typed"]
    assert "7654321" not in repr(other)


@pytest.mark.parametrize(
    ("until", "causes"), [("2024:03:01:12", ["late"]), ("2024:05:01:12", []), ("2024:99:01:12", [])]
)
def test_an_operation_that_is_pending_after_its_time_is_late(tmp_path: Path, until: str, causes: list[str]) -> None:
    page = CAPF_SETTINGS.format("", until).replace("By Authentication String", "By Null String")
    assert only(tmp_path, page=PAGE, phone=page, clock=TODAY) == causes


def test_parameters_tell_what_breaks_every_operation(tmp_path: Path) -> None:
    rollback = "Enterprise Parameters Configuration\nPrepare Cluster for Rollback to pre 8.0 : {}\n"
    assert only(tmp_path / "rollback", page=PAGE, par=rollback.format("True")) == ["itl-missing"]
    assert only(tmp_path / "usual", page=PAGE, par=rollback.format("False")) == []
    offline = "Certificate Issuer to Endpoint (Required) : {}\n"
    assert only(tmp_path / "offline", page=PAGE, par=offline.format("Offline CA")) == ["offline-ca"]
    own = offline.format("Cisco Certificate Authority Proxy Function")
    assert only(tmp_path / "own", page=PAGE, par=own) == []


def test_a_phone_with_ipv6_only_is_refused_where_ipv6_is_off(tmp_path: Path) -> None:
    parameters = "Enterprise Parameters\nEnable IPv6 : {}\n"
    ipv6 = NET.format("IPv6 only")
    assert only(tmp_path / "ill", page=ipv6, par=parameters.format("False")) == ["ipv6-refused"]
    assert only(tmp_path / "on", page=ipv6, par=parameters.format("True")) == []
    assert only(tmp_path / "ipv4", page=PAGE, par=parameters.format("False")) == []


def test_of_a_list_of_phones_only_the_row_of_the_phone_counts(tmp_path: Path) -> None:
    rows = f"Device Name,Status,Certificate Operation Status\nSEP00112233AAAA,Registered with cucm2,{{}}\n{PHONE},{{}},{{}}\n"
    invalid = "Upgrade Failed: Invalid LSC"
    ill = rows.format("Upgrade Success", "Registered with cucm2", invalid)
    assert only(tmp_path / "ill", page=PAGE, export=ill) == ["lsc-issuer-not-trusted"]
    well = rows.format(invalid, "Registered with cucm2", "Upgrade Success")
    assert only(tmp_path / "well", page=PAGE, export=well) == []
    off = rows.format("Upgrade Success", "Unregistered", "Operation Pending")
    assert only(tmp_path / "off", page=PAGE, export=off) == ["not-registered"]
    ris = f"admin:show risdb query phone\nDeviceName, Descr, Ipaddr, RegStatus\n{PHONE}, Till, 10.20.1.17, {{}}\n"
    assert only(tmp_path / "unr", page=PAGE, ris=ris.format("unr")) == ["not-registered"]
    assert only(tmp_path / "reg", page=PAGE, ris=ris.format("reg")) == []


def test_the_control_center_is_a_list_of_services(tmp_path: Path) -> None:
    center = "Cisco CallManager\tRunning\tActivated\nCisco Tftp\tRunning\tActivated\n{}\n"
    capf = "Cisco Certificate Authority Proxy Function"
    assert only(tmp_path / "ill", page=PAGE, pub=center.format(f"{capf}\tNot Running\tDeactivated")) == ["capf-stopped"]
    assert only(tmp_path / "well", page=PAGE, pub=center.format(f"{capf}\tRunning\tActivated")) == []


def test_an_alert_that_a_service_is_down_counts_unless_a_list_says_otherwise(tmp_path: Path) -> None:
    alert = (
        "Apr 15 09:00:11 cucm-pub : %CCM_RTMT-2-RTMT_ALERT: %[AlertName=CriticalServiceDown][AlertDetail= Service operational "
        "status is DOWN. Cisco Certificate Authority Proxy Function. The alert is generated on node 10.20.0.10.]\n"
    )
    assert only(tmp_path / "ill", page=PAGE, alert=alert) == ["capf-stopped"]
    assert only(tmp_path / "well", page=PAGE, alert=alert, now=services()) == []


def test_a_node_without_tftp_is_no_trouble_of_a_phone_that_asks_another(tmp_path: Path) -> None:
    off = services().replace("Cisco Tftp[STARTED]", "Cisco Tftp[STOPPED]  Service Not Activated")
    asks = PAGE.replace("</table>", "<tr><td>TFTP server 1</td><td>10.20.0.12</td></tr></table>")
    assert only(tmp_path / "other", page=asks, pub=off) == []
    assert only(tmp_path / "its", page=asks, svc_10_dot_20_dot_0_dot_12=off) == ["configuration-not-fetched"]
    assert only(tmp_path / "unknown", page=PAGE, pub=off) == ["configuration-not-fetched"]


WITHOUT_CAPF: Final = printed().replace("\tCAPF\n", "\tTVS\n")


def test_of_printed_lists_the_later_counts_and_that_of_the_phone_s_own_server(tmp_path: Path) -> None:
    asks = PAGE.replace("</table>", "<tr><td>TFTP server 1</td><td>10.20.0.10</td></tr></table>")
    well, ill = printed(), WITHOUT_CAPF
    before, after = "itl_before_dot_txt", "itl_after_dot_txt"
    mine, yours = "itl_10_dot_20_dot_0_dot_10_dot_txt", "itl_10_dot_20_dot_0_dot_11_dot_txt"
    assert only(tmp_path / "mended", page=PAGE, **{before: ill, after: well}) == []
    assert only(tmp_path / "broken", page=PAGE, **{before: well, after: ill}) == ["no-capf-in-itl"]
    assert only(tmp_path / "mine", page=asks, **{mine: ill, yours: well}) == ["no-capf-in-itl"]
    assert only(tmp_path / "yours", page=asks, **{mine: well, yours: ill}) == []


# both sides' certificates


def test_capf_s_own_certificate_is_held_against_the_list_s(tmp_path: Path) -> None:
    shown = printed()
    record = re.search(r"FUNCTION\s+2\s+CAPF.*?SERIALNUMBER\s+\d+\s+(?P<serial>\S+)", shown, re.DOTALL)
    assert record is not None
    own = OWN.format("Sun Mar 31 10:00:00 CEST 2030")
    assert only(tmp_path / "other", page=PAGE, itl=shown, own=own) == ["capf-certificate-differs"]
    same = own.replace("2F0011AA", record["serial"].replace(":", ""))
    assert only(tmp_path / "same", page=PAGE, itl=shown, own=same) == []


def test_the_issuer_of_a_phone_s_lsc_is_looked_for_in_capf_trust(tmp_path: Path) -> None:
    profile = PROFILE.format("Non Secure", "By Existing Certificate (precedence to LSC)")
    screen = f"LSC: installed\n  subject: /CN={PHONE}/O=Lyon\n  issuer : /CN=CAPF-aa31/O=Lyon\nMIC: installed\n"
    trust = "".join(
        f"CAPF-trust/{name}.pem: \n" for name in ("CAPF-90aa", "Cisco_Manufacturing_CA", "Cisco_Root_CA_2048")
    )
    ill = only(tmp_path / "ill", page=PAGE, profile=profile, lsc=screen, trust=trust)
    assert ill == ["lsc-issuer-not-trusted"]
    well = only(tmp_path / "well", page=PAGE, profile=profile, lsc=screen, trust=trust.replace("90aa", "aa31"))
    assert well == []


# the network


@pytest.mark.parametrize(
    "asked",
    [
        "C:\\> nslookup voice7.example.com 10.20.0.53\n*** dns1.example.com can't find voice7.example.com: Non-existent domain\n",
        ";; ->>HEADER<<- opcode: QUERY, status: NXDOMAIN, id: 4711\n;; QUESTION SECTION:\n;voice7.example.com. IN A\n",
        "$ host voice7.example.com 10.20.0.53\nHost voice7.example.com not found: 3(NXDOMAIN)\n",
        "ping: unknown host voice7.example.com\n",
    ],
)
def test_a_name_server_that_does_not_know_capf_s_server_is_told(tmp_path: Path, asked: str) -> None:
    assert only(tmp_path / "ill", page=PAGE, dns=asked, **CONFIGURED) == ["name-not-resolved"]
    assert only(tmp_path / "well", page=PAGE, dns=asked.replace("voice7", "printer"), **CONFIGURED) == []


@pytest.mark.parametrize(
    ("tried", "causes"),
    [
        (
            "$ telnet 10.20.0.10 3804\nTrying 10.20.0.10...\ntelnet: connect to address 10.20.0.10: Connection refused\n",
            ["capf-stopped"],
        ),
        ("$ nmap -p 3804 10.20.0.10\n3804/tcp closed unknown\n", ["capf-stopped"]),
        ("$ nmap -p 3804 10.20.0.10\n3804/tcp filtered unknown\n", ["capf-port-unreachable"]),
        (
            "C:\\> Test-NetConnection 10.20.0.10 -Port 3804\nPingSucceeded : True\nTcpTestSucceeded : False\n",
            ["capf-port-unreachable"],
        ),
        ("C:\\> Test-NetConnection 10.20.0.10 -Port 3804\nTcpTestSucceeded : True\n", []),
        ("$ telnet 10.20.0.10 22\ntelnet: connect to address 10.20.0.10: Connection refused\n", []),
        (
            "$ openssl s_client -connect 10.20.0.10:3804\nCONNECTED(00000003)\ndepth=0 CN = CAPF-1a2b3c4d\n"
            "verify error:num=18:self signed certificate\n",
            [],
        ),
    ],
)
def test_a_try_to_connect_to_capf_s_port_is_told(tmp_path: Path, tried: str, causes: list[str]) -> None:
    assert only(tmp_path, page=PAGE, tried=tried) == causes


def packets(*said: str) -> str:
    """A capture of these packets between the phone and CAPF: `>S` is the phone's, `<S.` CAPF's."""
    ends = ("10.20.1.17.50112", "10.20.0.10.3804")
    lines = []
    for number, one in enumerate(said):
        source, target = ends if one[0] == ">" else ends[::-1]
        lines.append(f"10:00:{number:02}.100000 IP {source} > {target}: Flags [{one[1:]}], seq 1, win 5840\n")
    return "admin:utils network capture port 3804\n" + "".join(lines)


@pytest.mark.parametrize(
    ("said", "causes"),
    [
        ((">S", ">S", ">S"), ["capf-port-unreachable"]),
        ((">S", "<R.", ">S", "<R."), ["capf-stopped"]),
        ((">S", "<S.", ">.", ">P.", "<P.", ">F."), []),
        ((">S",), []),
    ],
)
def test_a_capture_tells_how_capf_s_port_took_connections(
    tmp_path: Path, said: tuple[str, ...], causes: list[str]
) -> None:
    assert only(tmp_path, page=PAGE, capture=packets(*said)) == causes


@pytest.mark.parametrize(
    ("source", "port", "causes"),
    [
        ("10.20.1.17", "3804", ["capf-port-unreachable"]),
        ("10.20.1.17", "2445", ["tvs-unreachable"]),
        ("10.20.1.17", "443", []),
        ("10.20.9.9", "3804", []),
    ],
)
def test_what_a_firewall_drops_of_the_phone_s_is_told(
    tmp_path: Path, source: str, port: str, causes: list[str]
) -> None:
    dropped = "".join(DENIED.format(second, source, port) for second in (10, 20, 30))
    assert only(tmp_path / "now", page=PAGE, firewall=dropped) == causes
    assert only(tmp_path / "before", page=PAGE, messages=WELL, firewall=dropped) == []


def test_what_a_firewall_drops_of_connections_that_ended_is_no_trouble(tmp_path: Path) -> None:
    ended = "%ASA-6-106015: Deny TCP (no connection) from 10.20.1.17/50322 to 10.20.0.10/3804 flags FIN ACK on interface voice\n"
    assert only(tmp_path, page=PAGE, firewall=ended * 3) == []


def test_what_a_firewall_lets_through_later_is_no_trouble(tmp_path: Path) -> None:
    line = "2023-08-09 12:{}:06 fw action={} proto=6 src=10.20.1.17 dst=10.20.0.10 dstport=3804\n"
    denied = "".join(line.format(minute, "deny") for minute in (10, 11, 12))
    assert only(tmp_path / "before", page=PAGE, firewall=line.format("05", "allow") + denied) == [
        "capf-port-unreachable"
    ]
    assert only(tmp_path / "after", page=PAGE, firewall=denied + line.format("30", "allow")) == []


def test_the_last_try_of_capf_s_port_counts(tmp_path: Path) -> None:
    def tried(result: str) -> str:
        return f"RemoteAddress    : 10.20.0.10\nRemotePort       : 3804\nTcpTestSucceeded : {result}\n\n"

    assert only(tmp_path / "well", page=PAGE, tnc=tried("False") + tried("True")) == []
    assert only(tmp_path / "ill", page=PAGE, tnc=tried("True") + tried("False")) == ["capf-port-unreachable"]


# somebody's words, and how much they weigh


@pytest.mark.parametrize(
    "words",
    [
        "I don't think that CAPF is down, the others in this row have their LSC and we have looked at it.\n",
        "The colleague's phone on the desk next to it shows Upgrade Failed: Invalid LSC, this one is fine.\n",
        "It is not the firewall, and CAPF has not been stopped at any time, the LSC is simply not there yet.\n",
        "The vendor's article:\n1. The CAPF service is stopped or not activated.\n2. The ITL file is corrupt.\n\nThanks\n",
        "Possible causes of Operation Pending:\n- CAPF service not running\n- FQDN not resolvable by the phone\n\nWe have none.\n",
        "Last week CAPF was stopped on the publisher and the phones got connection refused on 3804, we have started it.\n",
    ],
)
def test_what_somebody_believes_or_tells_of_before_is_no_trouble_of_a_phone_that_has_its_lsc(
    tmp_path: Path, words: str
) -> None:
    assert only(tmp_path / "well", page=PAGE, messages=WELL, mail=words) == []
    if "Last week" not in words:
        assert only(tmp_path / "unknown", page=PAGE, mail=words) == []


def test_a_handshake_is_no_lsc(tmp_path: Path) -> None:
    up = log(f"JAVA-device name [{PHONE}]", START, CONNECTED, HANDSHAKE)
    assert only(tmp_path / "ill", messages=up, svc=services(tvs="STOPPED")) == ["tvs-stopped"]
    assert only(tmp_path / "well", messages=up + log(DONE), svc=services(tvs="STOPPED")) == []


@given(
    st.text(),
    st.lists(st.sampled_from([*DENIED.split(), *packets(">S").split(), *CAPF_SETTINGS.split(), "\n", ",", ": "])),
)
def test_no_text_is_more_than_the_readers_can_bear(text: str, words: list[str]) -> None:
    mixed = f"{text}\n{' '.join(words)}\nDevice Name,{text}\n{PHONE},{text}"
    lines = mixed.split("\n")
    page = read_admin_page(lines)
    stated = [*(page.stated if page else ()), *(one for row in read_phones(lines[-2:]) for one in row.stated)]
    tools = read_network_tools(mixed)
    places = [one.line for one in stated] + [line for _, line in tools.unknown] + [one.line for one in tools.dropped]
    assert all(1 <= line <= len(lines) for line in places)


@pytest.mark.parametrize(
    "text",
    [
        "a:" + " " * 65_000 + "x\n",
        "-rwxrwxrwx mic\n" + "\n" * 65_000,
        "3804 " * 20_000,
        "status: NXDOMAIN\n" * 5_000,
        "a-" * 50_000,
    ],
)
def test_a_text_that_repeats_itself_is_read_to_its_end(tmp_path: Path, text: str) -> None:
    assert only(tmp_path, page=PAGE, made=text, svc=services(capf="STOPPED")) == ["capf-stopped"]
