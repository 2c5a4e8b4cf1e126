"""Console logs and status messages as phones of several generations write them, of healthy phones and of each fault.

The wording is paraphrased within what is published: phones of other generations say the same in other words. Nothing here looks at
what lscctl knows; what a fault does is told in the words of Cisco's notes and of the logs in them.
"""

import random
from collections.abc import Iterator
from dataclasses import dataclass, field

Rng = random.Random


@dataclass(frozen=True, slots=True)
class Generation:
    """How one generation of phones writes its log: the head of a record, and what its processes are called.

    `head` is filled with the record's number, level, day, clock, thread and process.
    """

    name: str
    head: str
    security: str
    java: str
    resolver: bool


def _clock(seconds: float) -> str:
    whole = int(seconds)
    return f"{whole // 3600 % 24:02d}:{whole // 60 % 60:02d}:{whole % 60:02d}.{int(seconds * 1e6) % 10**6:06d}"


GENERATIONS = (
    Generation("7945", "{n:04d}: {level} {clock} {process}: ", "SECD", "JVM", resolver=False),
    Generation("7975", "{n:04d} {level} {clock} {process}: -", "SECD", "JVM", resolver=False),
    Generation("8861", "{n:04d} {level} {day} {clock} {process}-", "SECUREAPP", "JAVA", resolver=True),
    Generation("7821", "{n:04d} {level} {day} {clock} ({thread}) {process}-", "SECUREAPP", "JAVA", resolver=True),
    Generation(
        "8845, by syslog",
        "<133>{day} {clock:.8} SEP001122334455 {n:04d}: {level} {day} {clock} {process}-",
        "SECUREAPP",
        "JAVA",
        resolver=True,
    ),
)

NOISE = (
    ("JAVA", "SIPCC-SIP_CC_PROV: 1/0, CCAPI_lineInfo_getRegState: returned {n}"),
    ("JAVA", "configmgr MQThread|cip.cfg.Config:  - [clearTftpTimeout] to reset tftp-timeout error"),
    ("JAVA", "[[MESSAGE_1.0]]: [PHONE-APP] --> getRegState() --> [SIPCC] : sipcc resp: line 1 is REGISTERED"),
    (
        "JAVA",
        "Thread-4|cip.sipcc.SipCcAdapter$CcMgmtListener:  - lineNotify():mgmtState=MGMT_IDLE({n}) line=1 registered=true",
    ),
    ("JAVA", "SIPCC-SIP_TRANS: sipTransportSendMessage: Sip msg sent handle=<46>,length=<{n}>, message="),
    ("JAVA", 'SIPCC-SIP_MSG_SEND: Authorization: Digest username="2222",realm="ccmsipline",nonce="{n}"'),
    ("JAVA", "CCAPIDevicesendAlarm: phone-app requesting alarm to be sent"),
    ("JAVA", "edge_send_get: Length of data read from edge_gateway {n}"),
    (
        "JAVA",
        "SIP : sip_transport_init_ti_addrs : Admin has not configured a valid cucm for cucm index=TERTIARY_CCM=3.",
    ),
    ("downd", 'SOCKET accept errno=4 "Interrupted system call"'),
    ("downd", "unable to convert the tempTftpSvr2: retVal=0"),
    ("TFTPD", "sendto() failed : Address family not supported by protocol"),
    ("TFTPD", "Error: (1+1)File not found"),
    ("CDP", "cdpRcvPkt(): deviceId is HQSW{n}"),
    ("NETSD", "siginfoThrd(): tempvvlan: 4095  vvlan: 4095  linkState: 1  cdpState: 1"),
    ("metmand", "update_sessionid: Received NULL or Invalid Type"),
    ("GHTTP", "hdr->HTTP/1.1 200 OK"),
    ("LLDP", "neighbour aged out on port {n}"),
    ("SEC", "AUTH: hdr ver 1.2 (knows only upto 1.1)"),
    ("SEC", "AUTH: skipping 1 trail bytes (pad and/or unknown TLVs)"),
    ("SEC", "PXY_NO_LSC: No LSC for [SCCP], will try MIC"),
    ("SEC", "Sec SSL Connection - caching disabled, session not saved"),
    ("SEC", "Close and free connection handler at 0x2b2d2ac0"),
    ("DNS", "query[A] ntp.example.net from 127.0.0.1"),
    ("DNS", "forwarded ntp.example.net to 10.1.1.53"),
    ("DNS", "reply ntp.example.net is NXDOMAIN-IPv4"),
    ("DNS", "reply _cisco-uds._tcp.example.com is NODATA-IPv6"),
    ("downd", "DDGETTFTP.RESULT CTLSEP001122334455.tlv [_2_ File not found]"),
    ("downd", "TFTP timeout, server 10.20.0.12, trying the next"),
    ("SEC", "CTL file not found, not in mixed mode"),
    ("SEC", "TVS request: certificate of https://services.example.net not found, untrusted"),
    ("JAVA", "HttpClient: certificate verification failed for https://services.example.net"),
    ("JAVA", "NetUtil: dns lookup of services.example.net failed"),
    ("JAVA", "wlan: EAP authentication failed, retry"),
    ("JAVA", "directory: connection to 10.20.0.10:8443 refused"),
    ("JAVA", "Emergency: location server not responding"),
    ("SEC", "SSL3 alert [read]:[warning]:[close notify]"),
    ("JAVA", "wifi: connection to access point timed out"),
    ("JAVA", "service URL https://10.20.0.10:8443/ccmcip: SSL handshake failed, certificate unknown"),
)
"""What stands between the lines that matter, some of it alarming to read and harmless."""

_CHATTER = 9
"""So many of them, the first, are what a phone says most of the time."""


@dataclass
class Story:
    """The lines of a log in their order: process, level, message."""

    rng: Rng
    generation: Generation
    publisher: str = "cucm-pub.example.com"
    address: str = "10.20.0.10"
    lines: list[tuple[str, str, str]] = field(default_factory=list)

    def say(self, process: str, *phrasings: str, level: str = "NOT") -> None:
        """One line in one of these wordings."""
        text = self.rng.choice(phrasings).format(pub=self.publisher, ip=self.address, n=self.rng.randint(1, 999))
        self.lines.append((process, level, text))

    def maybe(self, process: str, *phrasings: str) -> None:
        """A line that not every firmware writes."""
        if self.rng.random() < 0.6:
            self.say(process, *phrasings)

    # what happens, when well

    def resolve(self) -> None:
        if self.generation.resolver:
            self.maybe("DNS", "query[A] {pub} from 127.0.0.1")
            self.say("DNS", "reply {pub} is {ip}", "cached {pub} is {ip}", "reply {pub} is <CNAME>")
        self.maybe("SEC", "Resolve Tvs Ipv4 Address to {ip}", "Resolved TVS IPv4 address to [{ip}]")

    def lists(self) -> None:
        self.say("SEC", "Hashes match... authentication successful.", "verifyFile: ITL signature verified ok")
        self.maybe("SEC", "updateFromFile: TL parse to table: CTL_SUCCESS", "updateFromFile: Updating master TL table")
        self.say("SEC", "TL file verified successfully.", "TL file updated.", "Trust List updated")

    def start(self, mode: str = "[1]([NULL_STR])") -> None:
        self.say(
            "SEC",
            f"Start CAPF - mode:{mode}",
            f"CAPF: starting session, mode:{mode}",
            f"capfStart: CAPF operation started - mode:{mode}",
            f"Starting CAPF client, mode {mode}",
        )

    def connect(self) -> None:
        self.say(
            "SEC",
            "TCP connect() successful, [{ip}] [11]",
            "CAPF: TCP connected, <{ip}> c:14 s:15 port: 3804",
            "CAPF connection established to {ip}:3804",
        )

    def handshake(self) -> None:
        self.maybe("SEC", "SSL session setup Cert Verification - Certificate is valid.")
        self.say(
            "SEC",
            "Sec SSL Connection - Handshake successful.",
            "CAPF: TLS handshake completed, <{ip}>",
            "SSL/TLS handshake done, <{ip}> c:14 s:15",
        )

    def keys(self) -> None:
        self.maybe("SEC", "CAPF: key generation started, RSA 2048", "CAPF: generating key pair")
        self.maybe("SEC", "CAPF: key pair generated", "CAPF: key generation done")

    def done(self) -> None:
        self.say(
            "SEC",
            "CAPF operation successful, ret 0",
            "CAPF operation complete, ret [0]",
            "CAPF: operation succeeded (return code 0)",
            "LSC: Installed",
        )

    def register(self) -> None:
        self.say(
            "JAVA",
            "SIPCC-UI_API: ui_update_registration_state_all_lines: ***********ALL LINES REGISTERED****************",
        )

    def ends(self, code: int) -> None:
        """CAPF's error code."""
        self.say(
            "SEC",
            f"CAPF operation failed, ret -{code}",
            f"CAPF operation failed, ret [-{code}]",
            f"CAPF: operation failed with error code {code}",
            f"capfEnd: CAPF session failed, return value -{code}",
            level="ERR",
        )

    def not_connected(self) -> None:
        if self.rng.random() < 0.7:
            self.say("SEC", "LSC: Connection failed", "LSC: connection failed", level="ERR")


def enrol(story: Story) -> None:
    """A healthy enrolment."""
    story.lists()
    story.resolve()
    story.start()
    story.connect()
    story.handshake()
    story.keys()
    story.done()
    story.register()


def written(story: Story, *, noise: int, wrap: bool, chatter: float = 0.0) -> str:
    """The log's text, with about so many lines of noise before, between and after; this share of them is calls and keepalives."""
    rng = story.rng
    clock, number = rng.uniform(30_000, 60_000), rng.randint(100, 9_000)
    text = []
    for process, level, message in _with_noise(story, noise, chatter):
        if process == "DNS" and not story.generation.resolver:
            continue
        clock += rng.random() * 3
        number = number % 9_999 + 1
        text.append(_head(story, number, clock, level, process) + (_wrapped(rng, message) if wrap else message))
    return "\n".join(text) + "\n"


def _with_noise(story: Story, noise: int, chatter: float) -> Iterator[tuple[str, str, str]]:
    rng = story.rng
    each = max(1, noise // (len(story.lines) + 1))
    for line in [*story.lines, None]:
        for _ in range(rng.randint(0, 2 * each)):
            process, text = rng.choice(NOISE[:_CHATTER] if rng.random() < chatter else NOISE)
            yield process, rng.choice(("NOT", "DEB", "INF", "WRN", "ERR")), text.format(n=rng.randint(1, 9_999))
        if line is not None:
            yield line


def _head(story: Story, number: int, clock: float, level: str, process: str) -> str:
    generation, rng = story.generation, story.rng
    named = {"SEC": generation.security, "JAVA": generation.java, "DNS": "dnsmasq[345]"}.get(process, process)
    head = generation.head.format(
        n=number,
        level=level,
        day=f"Mar {9 + int(clock) // 86_400:02d}",
        clock=_clock(clock),
        thread=f"{rng.randint(300, 700)}:{rng.randint(700, 1_900)}",
        process=named,
    )
    return head.removesuffix("-") + ": " if process == "DNS" else head


def _wrapped(rng: Rng, message: str) -> str:
    if len(message) < 30 or " " not in message or rng.random() > 0.3:
        return message
    middle = message.rfind(" ", 0, int(len(message) * 0.7))
    return message[:middle] + "\n" + message[middle + 1 :]
