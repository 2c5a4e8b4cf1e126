"""What phones of the 7800 and 8800 series (and those of their kind) say in their console logs."""

from collections.abc import Iterator
from random import Random
from typing import Final

from lscctl.simulator import enumerations as enums
from lscctl.simulator.diary import Entry
from lscctl.simulator.phone_pages import linux_ways as ways
from lscctl.simulator.phone_pages.log_lines import Level, Said
from lscctl.simulator.phone_pages.portrait import Portrait

_MODES: Final = dict(zip(enums.MODES, ("[0]([AUTH_STR])", "[1]([NULL_STR])", "[2]([LSC])", "[3]([MIC])"), strict=True))
"""How a session begins; the one of the null string is published, the others are *assumed* after it."""

_NOT_CONNECTED: Final = frozenset({"capf-stopped", "capf-unreachable", "capf-refuses-ipv6"})
_CERTIFICATES: Final = frozenset({"capf-certificate", "capf-certificate-unfit"})
_NO_LIST: Final = frozenset({"itl-mismatch", "itl-corrupt", "itl-missing"})
_SECURE: Final = "SECUREAPP"

CODES: Final = {
    "phone-communication": -7,
    "key-generation": -8,
    "capf-frozen": -8,
    "late": -11,
    "invalid-string": -3,
    "invalid-lsc": -4,
    "invalid-mic": -5,
    "invalid-credentials": -6,
    "mode-mismatch": -6,
    "ca-communication": -2,
    "ca-rejected": -2,
}
"""CAPF's error codes, as phones print them [field guide 2]."""

_PLAIN: Final = {
    "restart": Said(
        "NOT", "JAVA", "configmgr MQThread|cip.cfg.ConfigManager:? - Restart requested by CUCM, restarting", 0
    ),
    "keys": Said("NOT", _SECURE, "CAPF session - Key generation started", 0.4),
    "deleted": Said("NOT", _SECURE, "CAPF operation successful - LSC: Not installed", 0.3),
}


def linux_words(portrait: Portrait, entry: Entry, dice: Random) -> Iterator[Said]:
    """What such a phone says of one thing that happened."""
    if entry.event in _PLAIN:
        yield _PLAIN[entry.event]
    match entry.event:
        case "lists":
            yield from _lists(portrait, entry.subject)
        case "no-server":
            yield from _download(portrait, _configuration(portrait), answered=None)
        case "no-configuration":
            yield from _download(portrait, _configuration(portrait), answered=False)
            yield _configmgr("ERR", "cip.cfg.ConfigManager:? - Error updating configuration")
        case "configuration":
            yield _configmgr("NOT", f"cip.cfg.SipConfig:? - Requesting CONFIG file: {_configuration(portrait)}")
            yield from _download(portrait, _configuration(portrait), answered=True)
        case "attempt":
            mode, _, fault = entry.subject.partition("|")
            yield from _attempt(portrait, mode, fault, dice)
        case "waiting":
            yield Said("NOT", _SECURE, portrait.word(*ways.WAITING))
        case "wrong-string":
            yield from _failed(portrait, "invalid-string")
        case "locked":
            yield Said("ERR", _SECURE, portrait.word(*ways.LOCKED))
        case "ended":
            yield from _ended(portrait, entry.subject, dice)
        case "installed":
            yield from _vouched_for(portrait)
            yield Said("NOT", _SECURE, portrait.word(*ways.INSTALLED), 0.3)
        case "registered":
            yield Said("NOT", "JAVA", f"SIPCC-SIP_REG: registered with {entry.subject}")


def linux_noise(portrait: Portrait, dice: Random) -> Said:
    """Something that such a phone says all day long."""
    port = dice.randrange(32_768, 60_000)
    return dice.choice(
        (
            Said("INF", "CDP-D", f"cdpRcvPkt: CDP frame from switch, vlan {dice.randrange(10, 400)}"),
            Said("NOT", "JAVA", f"appmgr MQThread|cip.app.ar:? - heap free {dice.randrange(2, 40)} MB"),
            Said("INF", "dnsmasq", f"query[A] {portrait.servers[0][0]} from 127.0.0.1"),
            Said("DEB", "JAVA", f"SIPCC-SIP_TRANS: keepalive sent, local port {port}"),
            Said(
                "WRN", "JAVA", "propertyMgr MQThread|cip.props.PropertyManager:? - unknown property device.settings.x"
            ),
            Said(
                "NOT",
                "HTTPD",
                f"request from {portrait.network}.{dice.randrange(1, 250)}, Host [::ffff:{portrait.address}]",
            ),
            Said("INF", "LLDP-D", f"neighbour refreshed, ttl {dice.randrange(60, 180)}"),
            Said("ERR", "AUDIO", f"rtp stream {dice.randrange(1, 9)}: no packets for 200 ms"),
        )
    )


def _lists(portrait: Portrait, outcome: str) -> Iterator[Said]:
    for kind, held in (("CTL", portrait.ctl), ("ITL", portrait.itl)):
        file = f"{kind}{portrait.name}.tlv"
        yield from _download(portrait, file, answered=bool(held), to=f"/tmp/{kind}File.tlv")  # noqa: S108  # on the phone
        if not held:
            yield Said("ERR", "TFTPD", "Error: (1+1)File not found")
            if kind == "ITL" and outcome == "missing":
                yield Said("WRN", _SECURE, portrait.word(*ways.MISSING))
        elif outcome == "corrupt":
            yield Said("ERR", _SECURE, portrait.word(*ways.UNREADABLE).format(kind=kind, file=file))
            yield _configmgr("ERR", "cip.cfg.ConfigManager:? - Trust List update failed")
        elif outcome == "not-verified":
            yield from _to_tvs(portrait)
            yield Said("ERR", _SECURE, portrait.word(*ways.NOT_VERIFIED).format(kind=kind, file=file), 0.3)
            yield _configmgr("ERR", f"cip.cfg.ConfigManager$MySecurityListener:? - ConfigManager update{kind}() rc=4")
            yield _configmgr("ERR", "cip.cfg.ConfigManager:? - Trust List update failed, verification failure")
        else:
            yield Said("NOT", _SECURE, f"updateFromFile: TL parse to table: {kind}_SUCCESS")
            yield Said("NOT", _SECURE, "Hashes match... authentication successful.")
            yield Said("NOT", _SECURE, portrait.word("TL file verified successfully.", f"{kind} file verified ok."))
            if outcome == "updated":
                yield Said("NOT", _SECURE, "updateFromFile: Updating master TL table")
                yield Said("NOT", _SECURE, "TL file updated.")


def _download(portrait: Portrait, file: str, *, answered: bool | None, to: str = "/usr/ram/conf") -> Iterator[Said]:
    """A file asked of the TFTP server; `answered` None where nobody answers at all."""
    _, server = portrait.tftp
    yield Said("NOT", "dgetfile(870)", f"GETXXTP [GT870][src={file}][dest={to}][serv=][serv6=][sec=0]", 0.3)
    yield Said("NOT", "downd", "In normal mode, call - > makeXXTPrequest (V6...)")
    yield Said("NOT", "downd", f"AUTH.SRVR [GT870] look up server - 0 - {server}")
    yield Said("NOT", "downd", f"XXTP start request, server 1 - {server}")
    if answered is None:
        for tries in (1, 2, 3):
            yield Said("WRN", "TFTPD", f"Timeout: retransmit the last packet ({tries})", 4)
        yield Said("ERR", "downd", "XXTP complete - status = 3")
        return
    yield Said("NOT", "downd", f"XXTP actualserver [{server}]")
    yield Said("INF", "downd", f"GHTTP-hdr->HTTP/1.1 {'200 OK' if answered else '404 Not Found'}")
    yield Said("NOT", "downd", f"XXTP complete - status = {100 if answered else 2}")


def _attempt(portrait: Portrait, mode: str, fault: str, dice: Random) -> Iterator[Said]:
    """A session with CAPF, as far as it got."""
    publisher, address = portrait.publisher
    if fault in ("no-capf-in-itl", "no-security-by-default"):
        yield Said("ERR", _SECURE, portrait.word(*ways.NO_RECORD))
    elif fault in _NO_LIST:
        yield _configmgr("ERR", "cip.cfg.ConfigManager:? - no trusted list, CAPF is not contacted")
    elif fault == "dns":
        yield from _resolved(portrait, publisher, "")
    else:
        if fault != "mode-mismatch":
            yield from _resolved(portrait, publisher, address)
        yield Said("NOT", _SECURE, portrait.word(*ways.STARTS).format(mode=_MODES[mode]), 0.5)
        yield from _failed(portrait, fault) if fault == "mode-mismatch" else _at_capf(portrait, fault, dice)


def _at_capf(portrait: Portrait, fault: str, dice: Random) -> Iterator[Said]:
    _, address = portrait.publisher
    place = {"address": address, "port": portrait.capf_port, "number": dice.randrange(8, 30)}
    if fault in _NOT_CONNECTED:
        why = ways.REFUSED if fault == "capf-stopped" else ways.TIMED_OUT
        yield Said("WRN", _SECURE, portrait.word(*why).format(**place), 5)
        yield Said("ERR", _SECURE, "CAPF create bio failed")
        yield Said("ERR", _SECURE, portrait.word(*ways.ENDED).format(code=-7))
        yield Said("ERR", _SECURE, "LSC: Connection failed")
        return
    yield Said("NOT", _SECURE, portrait.word(*ways.CONNECTED).format(**place))
    yield Said("INF", _SECURE, f"BIO created with: addr:{address}, port:{portrait.capf_port}, mode:IPv4")
    if fault in ("capf-frozen", "phone-communication"):
        why = ways.NO_ANSWER if fault == "capf-frozen" else ways.BROKEN_OFF
        yield Said("WRN", _SECURE, portrait.word(*why).format(**place), 30)
        yield from _failed(portrait, fault)
        return
    if fault in _CERTIFICATES:
        unfit = fault == "capf-certificate-unfit"
        yield Said("ERR", _SECURE, portrait.word(*(ways.UNFIT if unfit else ways.OTHER_CERTIFICATE)))
        yield Said("ERR", _SECURE, f"SSL3 alert [write]:[fatal]:[{'bad certificate' if unfit else 'unknown CA'}]")
        yield Said("ERR", _SECURE, "Sec SSL Connection - Handshake failed.")
        yield Said("ERR", _SECURE, "LSC: Connection failed")
        return
    yield Said("INF", _SECURE, "SSL session setup Cert Verification - Certificate is valid.")
    yield Said("NOT", _SECURE, "Sec SSL Connection - Handshake successful.", 0.4)
    if fault == "mic-only":
        yield Said("WRN", _SECURE, "PXY_NO_LSC: No LSC for [SIP], will try MIC")
    elif fault:
        yield from _failed(portrait, fault)


def _ended(portrait: Portrait, fault: str, dice: Random) -> Iterator[Said]:
    if fault == "tvs-stopped" or (fault == "tvs" and dice.random() < 0.5):
        yield from _no_tvs(portrait)
    elif fault == "tvs":
        yield from _no_word_from_tvs(portrait)
    elif fault in _NOT_CONNECTED:
        yield Said("ERR", _SECURE, "CAPF create bio failed", 5)
        yield Said("ERR", _SECURE, portrait.word(*ways.ENDED).format(code=-7))
    elif fault != "offline-ca":
        if fault == "key-generation":
            yield Said("ERR", _SECURE, portrait.word(*ways.NO_KEYS))
        yield from _failed(portrait, fault)


def _no_tvs(portrait: Portrait) -> Iterator[Said]:
    """TVS cannot be reached."""
    _, address = portrait.servers[0]
    yield from _resolved(portrait, *portrait.servers[0])
    yield Said("NOT", _SECURE, f"Resolve Tvs Ipv4 Address to {address}")
    yield Said("NOT", _SECURE, f"Attempting connect to TVS server addr [{address}], mode [IPv4]")
    yield Said("WRN", _SECURE, portrait.word(*ways.TVS_IS_OFF).format(address=address), 5)
    yield Said("ERR", _SECURE, "TVS create bio failed")
    yield Said("ERR", _SECURE, "LSC: Failed")


def _no_word_from_tvs(portrait: Portrait) -> Iterator[Said]:
    """TVS knows nothing good of the LSC."""
    _, address = portrait.servers[0]
    yield from _resolved(portrait, *portrait.servers[0])
    yield Said("NOT", _SECURE, f"Resolve Tvs Ipv4 Address to {address}")
    yield from _to_tvs(portrait)
    yield Said("ERR", _SECURE, portrait.word(*ways.TVS_SAYS_NO), 0.2)
    yield Said("ERR", _SECURE, "TVS - the certificate of the LSC was not authenticated")
    yield Said("ERR", _SECURE, "LSC: Failed")


def _failed(portrait: Portrait, fault: str) -> Iterator[Said]:
    """The number with which an operation ends, where it has one."""
    if fault in CODES:
        yield Said("ERR", _SECURE, portrait.word(*ways.ENDED).format(code=CODES[fault]))
    yield Said("ERR", _SECURE, "LSC: Failed")


def _vouched_for(portrait: Portrait) -> Iterator[Said]:
    _, address = portrait.servers[0]
    yield from _resolved(portrait, *portrait.servers[0])
    yield Said("NOT", _SECURE, f"Resolve Tvs Ipv4 Address to {address}")
    yield from _to_tvs(portrait)
    yield Said("NOT", _SECURE, "TVS process response - Authentication Response received, status : 0", 0.2)


def _to_tvs(portrait: Portrait) -> Iterator[Said]:
    _, address = portrait.servers[0]
    yield Said("NOT", _SECURE, f"Attempting connect to TVS server addr [{address}], mode [IPv4]")
    yield Said("NOT", _SECURE, f"TCP connect() successful, [{address}] [11]")
    yield Said("INF", _SECURE, f"BIO created with: addr:{address}, port:2445, mode:IPv4")
    yield Said("NOT", _SECURE, "Sec SSL Connection - TVS.")
    yield Said("NOT", _SECURE, "Sec SSL Connection - Handshake successful.", 0.2)
    yield Said(
        "NOT", _SECURE, "TVS process request - Successfully sent the TVS request to TVS server, bytes written : 153"
    )


def _resolved(portrait: Portrait, name: str, address: str) -> Iterator[Said]:
    """A name asked of the phone's name server; no address where that knows it not. An address needs no asking."""
    if name == address:
        return
    yield Said("INF", "dnsmasq", f"query[A] {name} from 127.0.0.1", 0.1)
    yield Said("INF", "dnsmasq", f"forwarded {name} to {portrait.name_server}")
    if address:
        yield Said("INF", "dnsmasq", f"reply {name} is {address}")
    else:
        yield Said("INF", "dnsmasq", f"reply {name} is NXDOMAIN-IPv4")
        yield _configmgr("WRN", portrait.word(*ways.UNKNOWN_HOST).format(name=name))


def _configuration(portrait: Portrait) -> str:
    return f"{portrait.name}.cnf.xml" + (".sgn" if portrait.itl or portrait.ctl else "")


def _configmgr(level: Level, text: str, after: float = 0.02) -> Said:
    return Said(level, "JAVA", f"configmgr MQThread|{text}", after)
