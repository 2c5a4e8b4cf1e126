"""What is wrong before the phone reaches CAPF: its profile, the operation, registration, trust lists, names."""

from collections.abc import Mapping

from benchmarks._faults.interface import Fault, ends, not_connected, says, then
from benchmarks._phone_logs import Story

_LATE = "Upgrade Failed: User Initiated Request Late/Timedout"
_UNRESOLVED = (
    "configmgr MQThread|NetUtil.traceIPv4DNSErrors:? - DNS unknown IPv4 host {pub}",
    "configmgr MQThread|NetUtil:? - DNS: unknown host {pub}",
    "NetUtil: dns lookup of {pub} failed",
    "java.net.UnknownHostException: {pub}",
    "getaddrinfo {pub}: Name or service not known",
)


def _unresolved(story: Story) -> None:
    if story.generation.resolver:
        story.say("DNS", "reply {pub} is NXDOMAIN-IPv4", "reply {pub} is NXDOMAIN", "cached {pub} is NXDOMAIN-IPv4")
        if story.rng.random() < 0.5:
            story.say("JAVA", *_UNRESOLVED, level="WRN")
    else:
        story.say("JAVA", *_UNRESOLVED, level="WRN")
    story.maybe("SEC", "Failed to resolve Tvs Ipv4 Address with hostname {pub}", "CAPF: could not resolve host {pub}")
    story.start("[1]([NULL_STR])")
    story.say("SEC", "CAPF create bio failed", "CAPF: failed to create BIO, no address", level="ERR")
    story.ends(7)
    story.not_connected()


BEFORE_CAPF: Mapping[str, Fault] = {
    "mode-differs": Fault(
        "profile",
        ("mode-differs",),
        "prove",
        ends(6),
        facts={"settings-differ": "yes"},
        alike=True,
    ),
    "mic-only": Fault(
        "profile",
        ("lsc-mode-without-lsc",),
        "prove",
        then(
            says(
                "CAPF: authentication by LSC, LSC not installed",
                "CAPF: no LSC present, cannot authenticate",
                "CAPF: LSC does not exist",
                "CAPF: No LSC found",
            ),
            ends(6),
        ),
        facts={"profile-mode": "lsc-first", "lsc": "none"},
    ),
    "ec-only": Fault(
        "profile",
        ("ec-not-supported",),
        "prove",
        then(
            says(
                "CAPF: No support for EC only in CAPF version 3",
                "CAPF: EC keys not supported",
                "CAPF: EC only is not supported by phone",
                "CAPF: ECDSA unsupported by this phone",
            ),
            ends(2),
        ),
        ("LSC: Failed",),
        status="Upgrade Failed: No Support for EC only in CAPF version 3",
    ),
    "key-size": Fault(
        "profile",
        ("key-size-not-supported",),
        "keys",
        then(
            says(
                "CAPF: key size 4096 not supported",
                "CAPF: unsupported key size 4096",
                "CAPF: requested RSA key size (4096) not supported",
                "CAPF: key length 4096 too large",
            ),
            ends(2),
        ),
        ("LSC: Failed",),
        {"key-size-supported": "no"},
    ),
    "late": Fault(
        "operation",
        ("late",),
        "prove",
        then(
            lambda s: s.maybe(
                "SEC",
                "CAPF: User Initiated Request Late/Timedout",
                "CAPF: request is too late",
                "CAPF: late request, operation expired",
            ),
            ends(11),
        ),
        ("LSC: Failed",),
        status=_LATE,
        outcome={"operation-late": "yes"},
    ),
    "unregistered": Fault(
        "registration",
        ("not-registered",),
        "off",
        facts={"registration": "unregistered", "security-mode": "Non Secure"},
    ),
    "expressway": Fault(
        "registration",
        ("over-expressway",),
        "lists",
        then(
            says(
                "edge: registered through Expressway expwy-e.example.com",
                "[getDeployMode] deploy-mode:mra",
                "connected via Expressway-E, MRA mode enabled",
                process="JAVA",
                level="NOT",
            ),
            says(
                "CAPF: operation requested, but not available from outside: skipped",
                "CAPF is not reachable from here, LSC operation put off",
                "LSC enrolment ignored in this mode",
                level="WRN",
            ),
        ),
        facts={"expressway": "yes"},
    ),
    "no-capf-in-itl": Fault(
        "configuration",
        ("no-capf-in-itl",),
        "connect",
        then(
            says(
                "CAPF: No valid CAPF server",
                "no valid CAPF server found in trust list",
                "getCapfCert: no CAPF record in ITL",
                "CAPF: no CAPF entry in trust list",
            ),
            not_connected,
        ),
        ("No valid CAPF server",),
        {"itl-capf": "missing"},
    ),
    "itl-differs": Fault(
        "configuration",
        ("itl-differs",),
        "lists",
        says(
            "Hashes do not match... authentication failed for ITL file",
            "verifyFile: ITL file signer not found in trust list",
            "ITL file signature verification failed",
            "TL file verify failed, ret -1",
            "verifyFile: authentication of ITL file failed",
            "Trust List update failed, verification failure",
            "XXTP SEP001122334455.cnf.xml.sgn authentication failed",
            "SEP001122334455.cnf.xml.sgn: signature verification failed",
        ),
        (
            "Trust List update failed, verification failure",
            "TRUST LIST UPDATE FAILED, Verification Failure",
            "File auth error: SEP001122334455.cnf.xml.sgn",
        ),
        {"itl-on-phone": "mismatch"},
    ),
    "itl-corrupt": Fault(
        "configuration",
        ("itl-corrupt",),
        "lists",
        says(
            "updateFromFile: TL parse to table: CTL_FAILED",
            "updateFromFile: error parsing ITL file, bad TLV length",
            "ITL file is corrupted, discarding",
            "ITL file parse error at TLV 7",
            "invalid TLV in ITL file, cannot parse",
        ),
        ("Trust List update failed",),
        {"itl": "unreadable"},
    ),
    "itl-missing": Fault(
        "configuration",
        ("itl-missing",),
        "lists",
        says(
            "No Trust List installed",
            "Trust List not installed on phone",
            "no ITL file present",
            "CTL/ITL file not installed",
            level="WRN",
        ),
        ("No Trust List installed", "No trust list installed"),
        {"itl": "missing"},
    ),
    "tvs": Fault(
        "configuration",
        ("tvs-unreachable", "tvs-stopped"),
        "lists",
        lambda s: s.say(
            "SEC",
            *(
                (
                    "clpSetupSsl: SSL/TLS handshake failed, <{ip}> c:14 s:15",
                    "EROR:clpSndStatus: SSL CLNT ERR, srvr<{ip}>",
                )
                if s.generation.security == "SECD"
                else (
                    "TVS provider Init - connect to TVS server [{ip}] failed, errno 111",
                    "Unable to connect to TVS server addr [{ip}], mode [IPv4]",
                    "TVS connection timed out, [{ip}] port 2445",
                    "TVS server {ip} not responding",
                    "Connection to TVS server refused",
                )
            ),
            level="ERR",
        ),
        ("Trust List update failed",),
        {"tvs-service": "stopped"},
    ),
    "no-configuration": Fault(
        "configuration",
        ("configuration-not-fetched",),
        "configuration",
        says(
            "DDGETTFTP: SEP001122334455.cnf.xml.sgn download failed",
            "DDGETTFTP: SEP001122334455.cnf.xml.sgn timed out",
            "SEP001122334455.cnf.xml not found on server",
            process="downd",
        ),
        ("TFTP timeout", "Error updating configuration", "TFTP Error"),
        {"tftp-service": "stopped"},
    ),
    "dns": Fault(
        "name-resolution",
        ("name-not-resolved",),
        "resolve",
        _unresolved,
        ("DNS unknown host", "DNS timeout", "No DNS server IP"),
        {"name-resolved": "no"},
    ),
}
