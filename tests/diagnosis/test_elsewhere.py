"""Logs from elsewhere, written by nobody who had seen the causes' patterns: which cause is named first, and none of the healthy."""

from pathlib import Path

import pytest

from lscctl.diagnosis.knowledge import load
from lscctl.diagnosis.mailed import Given, gather
from lscctl.finding import Source
from tests.diagnosis.elsewhere import SICK_AGAIN, WELL_AGAIN

KNOWLEDGE = load()
HEADS = {
    "java": "{n}: ERR 10:12:{s:02}.200100 {text}",
    "linux": "{n} ERR Mar 11 10:12:{s:02}.200100 (387:477) {text}",
    "syslog": "<134>Mar 11 10:12:{s:02} SEP001122334455 {text}",
    "android": "03-11 10:12:{s:02}.200   387   477 E {text}",
    "iso": "2024-03-11T10:12:{s:02}.200100+00:00 SEP001122334455 {text}",
    "soft": "2024-03-11 10:12:{s:02},200 ERROR [0x00001a2b] [src/x.cpp(12)] [x] - {text}",
    "status": "10:12:{s:02}a {text}",
    "trace": "10:12:{s:02}.200 |   debug {text}|",
}
"""How records begin on phones of several generations, soft phones, and in CAPF's traces."""

NAMED = {"status": Source.STATUS_MESSAGES, "trace": Source.CAPF_TRACE}

SICK: list[tuple[str, str, list[str]]] = [
    (
        "itl-differs",
        "java",
        ["SECD: TL signature does not verify against any cert in CTL/ITL", "JVM: Trust List Update Failed"],
    ),
    ("itl-differs", "linux", ["SECUREAPP: ITL authentication unsuccessful, hash differs"]),
    ("itl-differs", "status", ["Trust List update failed, verification failure"]),
    ("itl-differs", "android", ["SecurityService: ITL validation failed: signer certificate not trusted"]),
    ("itl-differs", "syslog", ["SECUREAPP: SEP001122334455.cnf.xml.sgn: config file signature bad, ignoring file"]),
    ("itl-corrupt", "linux", ["SECUREAPP: ITL: unexpected end of file while parsing, file truncated"]),
    ("itl-corrupt", "syslog", ["SECD: trust list unreadable: garbage after header, ITL corrupted"]),
    ("itl-missing", "android", ["SecurityService: trust list missing, phone has no ITL"]),
    ("itl-missing", "linux", ["SECUREAPP: ITL not present, CAPF cannot continue"]),
    ("no-capf-in-itl", "android", ["CapfClient: the trust list contains no CAPF entry"]),
    ("no-capf-in-itl", "java", ["SECD: capf: CAPF cert missing in ITL"]),
    ("tvs-unreachable", "java", ["SECD: tvs: unable to open connection to 10.9.0.2 port 2445"]),
    ("tvs-unreachable", "linux", ["SECUREAPP: TVS servers do not respond, gave up"]),
    ("tvs-unreachable", "syslog", ["SECD: TVS 10.9.0.2: No route to host"]),
    (
        "tvs-rejects",
        "linux",
        [
            "SECUREAPP: CAPF: session started",
            "SECUREAPP: CAPF: certificate received",
            "SECUREAPP: TVS does not know the issuer certificate CN=CAPF-1122aabb",
        ],
    ),
    ("name-not-resolved", "java", ["SECD: capf: start session", "SECD: capf: can't resolve cucm01.corp.example.org"]),
    ("name-not-resolved", "linux", ["SECUREAPP: CAPF: DNS lookup for cucm01.corp.example.org returned nothing"]),
    ("name-not-resolved", "iso", ["secd: capf: Temporary failure in name resolution for cucm01"]),
    ("name-not-resolved", "status", ["DNS unknown host"]),
    ("name-not-resolved", "syslog", ["SECD: CAPF host name cucm01 could not be translated to an address"]),
    (
        "capf-port-unreachable",
        "java",
        ["SECD: capf: start session, server 10.9.0.1", "SECD: capf: server not reachable on port 3804"],
    ),
    ("capf-port-unreachable", "linux", ["SECUREAPP: CAPF: SYN sent to 10.9.0.1:3804, no SYN/ACK, giving up"]),
    ("capf-port-unreachable", "iso", ["secd: connect() to CAPF 10.9.0.1 errno=113"]),
    ("capf-stopped", "java", ["SECD: capf: tcp RST from 10.9.0.1 on port 3804, refused"]),
    ("capf-stopped", "linux", ["SECUREAPP: CAPF: errno 111 on connect to 10.9.0.1:3804"]),
    (
        "capf-frozen",
        "java",
        [
            "SECD: capf: start session",
            "SECD: capf: tcp connected to 10.9.0.1:3804",
            "SECD: capf: nothing received from server for 30 seconds, closing",
        ],
    ),
    (
        "capf-frozen",
        "linux",
        [
            "SECUREAPP: CAPF: connection established, sending ClientHello",
            "SECUREAPP: CAPF: server hello not received within 30s",
        ],
    ),
    (
        "capf-certificate-differs",
        "java",
        ["SECD: capf: tcp connected to 10.9.0.1:3804", "SECD: capf: verify failed, cert of server not found in TL"],
    ),
    ("capf-certificate-differs", "linux", ["SECUREAPP: CAPF: server certificate serial does not match the CAPF entry"]),
    ("capf-certificate-differs", "iso", ["secd: capf TLS: peer presented untrusted certificate"]),
    ("capf-certificate-unfit", "iso", ["secd: capf TLS: server certificate expired 2022-01-01"]),
    ("authentication-string-wrong", "java", ["SECD: capf: server rejected auth string"]),
    (
        "authentication-string-wrong",
        "trace",
        ["SEP001122334455:Auth string mismatch, entered string differs from the stored one"],
    ),
    (
        "authentication-string-wrong",
        "trace",
        ["7:SEP001122334455:Sending END_SESSION msg, reason CAPF_OP_FAIL_INVALID_AUTH_STR"],
    ),
    (
        "authentication-string-locked",
        "trace",
        ["SEP001122334455:authentication string retries exhausted, locked for 10 minutes"],
    ),
    (
        "authentication-string-not-typed",
        "java",
        ["SECD: capf: please enter authentication string on phone", "SECD: capf: no auth string entered, giving up"],
    ),
    ("authentication-string-missing", "trace", ["SEP001122334455:AuthString in DB is empty"]),
    (
        "lsc-issuer-not-trusted",
        "trace",
        ["SEP001122334455:verification of LSC failed, issuer certificate not found in CAPF-trust"],
    ),
    ("lsc-issuer-not-trusted", "trace", ["7:SEP001122334455:Sending END_SESSION msg, reason CAPF_OP_FAIL_INVALID_LSC"]),
    ("mic-issuer-not-trusted", "trace", ["SEP001122334455:MIC verification failed: issuer not in trust store"]),
    ("mic-issuer-not-trusted", "java", ["SECD: capf: MIC was not accepted by the server"]),
    (
        "lsc-mode-without-lsc",
        "linux",
        ["SECUREAPP: CAPF: cannot authenticate by LSC since there is no LSC on the phone"],
    ),
    ("key-size-not-supported", "java", ["SECD: capf: RSA key length 4096 exceeds the maximum of this hardware"]),
    ("ec-not-supported", "iso", ["secd: capf: firmware has no support for EC keys"]),
    ("key-generation-failed", "android", ["CapfClient: generation of key pair failed: keystore error"]),
    ("key-generation-failed", "trace", ["SEP001122334455:phone did not finish key generation in time"]),
    ("late", "trace", ["SEP001122334455:request arrived after the operation deadline"]),
    ("late", "trace", ["7:SEP001122334455:Sending END_SESSION msg, reason CAPF_OP_FAIL_LATE_REQUEST"]),
    ("ca-rejects", "trace", ["Online CA returned: the request was denied, template LscTemplate unknown"]),
    ("ca-unreachable", "trace", ["Connection to online CA ca01.example.org timed out"]),
    ("ca-unreachable", "trace", ["Enrollment service not reachable, request for SEP001122334455 postponed"]),
    ("offline-ca", "trace", ["SEP001122334455:OfflineCA mode, CSR written to disk"]),
    ("invalid-credentials", "trace", ["7:SEP001122334455:reason CAPF_OP_FAIL_INVALID_CRENDENTIALS"]),
    (
        "connection-breaks",
        "java",
        [
            "SECD: capf: start session",
            "SECD: capf: tls handshake done",
            "SECD: capf: SSL_read returned 0, remote side closed",
        ],
    ),
    (
        "connection-breaks",
        "linux",
        ["SECUREAPP: CAPF: handshake completed", "SECUREAPP: CAPF: link dropped during certificate transfer"],
    ),
    (
        "configuration-not-fetched",
        "linux",
        ["downd: HTTP GET SEP001122334455.cnf.xml.sgn 404, TFTP fallback timed out"],
    ),
    ("configuration-not-fetched", "java", ["TFTP: tftp get SEP001122334455.cnf.xml.sgn: server unreachable"]),
    ("configuration-not-fetched", "status", ["TFTP access error"]),
    (
        "not-registered",
        "java",
        [
            "TFTP: [14]:Requesting SEP001122334455.cnf.xml.sgn from 10.20.1.5",
            "TFTP: [14]:Finished --> rcvd 7543 bytes",
            "SECD: verifyFile: signature of SEP001122334455.cnf.xml.sgn good",
            "JVM: SCCP register reject from 10.9.0.1: device not in database",
            "JVM: Registration rejected",
        ],
    ),
    (
        "over-expressway",
        "linux",
        ["SIPCC: using MRA edge expressway-e.example.org", "SIPCC: registered via Expressway"],
    ),
    (
        "lsc-not-trusted-by-callmanager",
        "linux",
        [
            "SECUREAPP: CAPF: new LSC stored",
            "SIPCC: TLS connect to CUCM 10.9.0.1:5061 failed, server alert bad certificate",
        ],
    ),
    (
        "not-registered-again",
        "java",
        [
            "SECD: capf: LSC installed",
            "JVM: SIPCC: register to 10.9.0.1 failed, no answer",
            "JVM: phone remains unregistered",
        ],
    ),
]

WELL: list[tuple[str, list[str]]] = [
    (
        "java",
        [
            "JVM: Startup Module Loader|cip.cfg.ConfigManager:? - DHCP done, address 10.20.30.41",
            "TFTP: [11]:Requesting CTLSEP001122334455.tlv from 10.20.1.5",
            "TFTP: [12]:Requesting ITLSEP001122334455.tlv from 10.20.1.5",
            "SECD: TVS: cert of CN=cucm01 found in cache, 80000 s left",
            "SECD: ITL unchanged",
            "TFTP: [14]:Requesting SEP001122334455.cnf.xml.sgn from 10.20.1.5",
            "TFTP: [14]:Finished --> rcvd 7543 bytes",
            "SECD: verifyFile: signature of SEP001122334455.cnf.xml.sgn good",
            "JVM: SIPCC registered with CUCM 10.20.1.6",
        ],
    ),
    (
        "linux",
        [
            "downd: CTLSEP001122334455.tlv: 404 Not Found",
            "downd: ITLSEP001122334455.tlv: 200 OK",
            "SECUREAPP: ITL verified",
            "SIPCC: all lines registered",
        ],
    ),
    (
        "linux",
        [
            "SECUREAPP: CAPF: session started",
            "SECUREAPP: CAPF: keys generated",
            "SECUREAPP: CAPF: new LSC stored",
            "SECUREAPP: CAPF: session finished without error",
            "SIPCC: registered",
        ],
    ),
    (
        "java",
        [
            "SECD: capf: delete LSC: no LSC present, nothing to do",
            "SECD: capf: session end, success",
            "JVM: SIPCC registered with CUCM 10.20.1.6",
        ],
    ),
    ("java", ["JVM: UDP socket to syslog 10.9.0.9 unreachable", "JVM: SIPCC registered with CUCM 10.20.1.6"]),
    ("linux", ["WIFI: wpa: EAP-TLS certificate of radius expired", "SIPCC: registered"]),
    ("linux", ["BT: link key rejected by headset, not authenticated", "SIPCC: registered"]),
    ("status", ["Trust List Updated", "SEP001122334455.cnf.xml.sgn(HTTP)", "CTL File Not Found"]),
    (
        "status",
        ["IP Address Released", "DHCP timeout", "TFTP timeout", "SEP001122334455.cnf.xml.sgn(TFTP)", "ITL installed"],
    ),
    ("status", ["Error update locale", "SEP001122334455.cnf.xml.sgn(HTTP)"]),
    ("status", ["Timed Out", "No default router", "VPN not configured"]),
    ("status", ["Load Auth Failed", "Load rejected HC", "Version error"]),
    ("syslog", ["DIRECTORY: lookup of Meier failed: no such entry", "DIRECTORY: server refused search"]),
    ("syslog", ["CAST: video: peer rejected offer, call 3", "SIPCC: INVITE 404 Not Found", "SIPCC: BYE 200 OK"]),
    ("syslog", ["SIPCC: SUBSCRIBE rejected 403 Forbidden", "SIPCC: REGISTER 200 OK"]),
    ("iso", ["crond: job logrotate failed: error 1", "dbus: timeout waiting for reply"]),
    ("android", ["BrowserActivity: net::ERR_CERT_AUTHORITY_INVALID https://intranet.example.org", "SIPCC: registered"]),
    ("android", ["PlayStore: DNS lookup of play.googleapis.com failed", "SIPCC: registered"]),
    ("soft", ["voicemail: connection to unity refused", "calendar: invalid credentials"]),
    ("soft", ["capf: no CAPF operation pending", "meeting: server not responding"]),
    (
        "trace",
        [
            "7:SEP001122334455:Got a new ph conn",
            "7:SEP001122334455:CAPF CORE: op success",
            "7:Sending END_SESSION msg, reason CAPF_OP_SUCCESS",
        ],
    ),
    (
        "trace",
        [
            "Timer for stale sessions started",
            "0 sessions timed out",
            "DB change notification received, no phones affected",
        ],
    ),
    (
        "trace",
        [
            "SEP001122334455:LSC verified, issuer in CAPF-trust",
            "SEP001122334455:auth string accepted",
            "SEP001122334455:end, success",
        ],
    ),
    ("java", ["JVM: CM closed TCP connection, failover to 10.9.0.2", "JVM: registered with 10.9.0.2"]),
    ("java", ["JVM: registration with 10.9.0.1 timed out", "JVM: registered with 10.9.0.2 as standby primary"]),
]


def first_named(head: str, lines: list[str], folder: Path) -> str | None:
    """The cause that is named first from a file of these lines, if any is."""
    file = folder / "mailed.txt"
    told = [HEADS[head].format(n=100 + n, s=10 + n, text=text) for n, text in enumerate(lines)]
    file.write_text("\n".join(told) + "\n")
    (case,) = gather([Given(str(file), NAMED.get(head, Source.CONSOLE_LOG))], KNOWLEDGE)
    causes = case.diagnosis(KNOWLEDGE).causes
    return causes[0].cause.name if causes else None


@pytest.mark.parametrize(("cause", "head", "lines"), SICK + SICK_AGAIN)
def test_a_log_from_elsewhere_tells_its_cause(cause: str, head: str, lines: list[str], tmp_path: Path) -> None:
    assert first_named(head, lines, tmp_path) == cause


@pytest.mark.parametrize(("head", "lines"), WELL + WELL_AGAIN)
def test_no_cause_is_named_for_a_phone_that_is_well(head: str, lines: list[str], tmp_path: Path) -> None:
    assert first_named(head, lines, tmp_path) is None


@pytest.mark.parametrize("head", ["syslog", "android", "iso", "soft"])
def test_a_short_log_of_any_generation_is_known_for_one_without_being_called_so(head: str, tmp_path: Path) -> None:
    file = tmp_path / "mailed.txt"
    lines = ["capf: handshake done", "capf: connection reset by peer"]
    file.write_text("".join(HEADS[head].format(n=n, s=n, text=f"secd: {text}") + "\n" for n, text in enumerate(lines)))
    (case,) = gather([Given(str(file))], KNOWLEDGE)
    assert [place.source for place in case.looked_at] == [Source.CONSOLE_LOG]
    assert case.diagnosis(KNOWLEDGE).causes[0].cause.name == "connection-breaks"


@pytest.mark.parametrize(
    ("service", "cause"),
    [
        ("Cisco Certificate Authority Proxy Function", "capf-stopped"),
        ("Cisco Trust Verification Service", "tvs-stopped"),
        ("Cisco Tftp", "configuration-not-fetched"),
    ],
)
def test_what_utils_service_list_printed_tells_of_services_that_do_not_run(
    service: str, cause: str, tmp_path: Path
) -> None:
    file = tmp_path / "services.txt"
    file.write_text(f"Cisco CallManager[STARTED]\n{service}[STOPPED]  Service Not Activated\nCisco DHCP[STOPPED]\n")
    (case,) = gather([Given(str(file))], KNOWLEDGE)
    assert case.diagnosis(KNOWLEDGE).causes[0].cause.name == cause
