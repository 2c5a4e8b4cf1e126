"""What phones of the 7800 and 8800 series (and those of their kind) say in their console logs."""

from collections.abc import Iterator
from random import Random
from typing import Final

from lscctl.simulator import enumerations as enums
from lscctl.simulator.diary import Entry
from lscctl.simulator.failures import KINDS
from lscctl.simulator.phone_pages.log_lines import Level, Said
from lscctl.simulator.phone_pages.portrait import Portrait

_MODES: Final = dict(zip(enums.MODES, ("[0]([AUTH_STR])", "[1]([NULL_STR])", "[2]([LSC])", "[3]([MIC])"), strict=True))
"""How a session begins; the one of the null string is published, the others are *assumed* after it."""

_NOT_CONNECTED: Final = frozenset({"capf-stopped", "capf-unreachable", "capf-refuses-ipv6"})
_SECURE: Final = "SECUREAPP"

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
        case "wrong-string":
            yield from _failed("invalid-string")
        case "ended":
            yield from _ended(portrait, entry.subject, dice)
        case "installed":
            yield from _vouched_for(portrait)
            yield Said("NOT", _SECURE, "CAPF operation successful - LSC: Installed", 0.3)
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
        elif outcome == "corrupt":
            yield Said("ERR", _SECURE, f"updateFromFile: TL parse to table: {kind}_PARSE_FAIL")
            yield _configmgr("ERR", "cip.cfg.ConfigManager:? - Trust List update failed")
        elif outcome == "not-verified":
            yield from _to_tvs(portrait)
            yield Said("ERR", _SECURE, f"verifyTLFile: signer of {file} is not trusted, status : 1", 0.3)
            yield _configmgr("ERR", f"cip.cfg.ConfigManager$MySecurityListener:? - ConfigManager update{kind}() rc=4")
            yield _configmgr("ERR", "cip.cfg.ConfigManager:? - Trust List update failed, verification failure")
        else:
            yield Said("NOT", _SECURE, f"updateFromFile: TL parse to table: {kind}_SUCCESS")
            yield Said("NOT", _SECURE, "Hashes match... authentication successful.")
            yield Said("NOT", _SECURE, "TL file verified successfully.")
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
        yield Said("ERR", _SECURE, "CAPF: No valid CAPF server in TL")
    elif fault in ("itl-mismatch", "itl-corrupt"):
        yield _configmgr("ERR", "cip.cfg.ConfigManager:? - no trusted list, CAPF is not contacted")
    elif fault == "dns":
        yield from _resolved(portrait, publisher, "")
    else:
        if fault != "mode-mismatch":
            yield from _resolved(portrait, publisher, address)
        yield Said("NOT", _SECURE, f"Start CAPF - mode:{_MODES[mode]}", 0.5)
        yield from _failed(fault) if fault == "mode-mismatch" else _at_capf(portrait, fault, dice)


def _at_capf(portrait: Portrait, fault: str, dice: Random) -> Iterator[Said]:
    _, address = portrait.publisher
    if fault in _NOT_CONNECTED:
        yield Said("WRN", _SECURE, f"TCP connect() failed, [{address}] [{portrait.capf_port}]", 5)
        yield Said("ERR", _SECURE, "CAPF create bio failed")
        yield Said("ERR", _SECURE, "CAPF operation failed, ret -7")
        yield Said("ERR", _SECURE, "LSC: Connection failed")
        return
    yield Said("NOT", _SECURE, f"TCP connect() successful, [{address}] [{dice.randrange(8, 30)}]")
    yield Said("INF", _SECURE, f"BIO created with: addr:{address}, port:{portrait.capf_port}, mode:IPv4")
    if fault in ("capf-frozen", "phone-communication"):
        yield Said("WRN", _SECURE, "Sec SSL Connection - CAPF: no answer, timeout", 30)
        yield from _failed(fault)
        return
    if fault == "capf-certificate":
        yield Said("ERR", _SECURE, "SSL session setup Cert Verification - Certificate is not in TL.")
        yield Said("ERR", _SECURE, "SSL3 alert [write]:[fatal]:[unknown CA]")
        yield Said("ERR", _SECURE, "Sec SSL Connection - Handshake failed.")
        yield Said("ERR", _SECURE, "LSC: Connection failed")
        return
    yield Said("INF", _SECURE, "SSL session setup Cert Verification - Certificate is valid.")
    yield Said("NOT", _SECURE, "Sec SSL Connection - Handshake successful.", 0.4)
    if fault == "mic-only":
        yield Said("WRN", _SECURE, "PXY_NO_LSC: No LSC for [SIP], will try MIC")
    elif fault:
        yield from _failed(fault)


def _ended(portrait: Portrait, fault: str, dice: Random) -> Iterator[Said]:
    if fault == "tvs":
        yield from _no_word_from_tvs(portrait, dice)
    elif fault in _NOT_CONNECTED:
        yield Said("ERR", _SECURE, "CAPF create bio failed", 5)
        yield Said("ERR", _SECURE, "CAPF operation failed, ret -7")
    elif fault != "offline-ca":
        yield from _failed(fault)


def _no_word_from_tvs(portrait: Portrait, dice: Random) -> Iterator[Said]:
    """TVS cannot be reached, or knows nothing good of the LSC."""
    _, address = portrait.servers[0]
    yield from _resolved(portrait, *portrait.servers[0])
    yield Said("NOT", _SECURE, f"Resolve Tvs Ipv4 Address to {address}")
    if dice.random() < 0.5:
        yield Said("NOT", _SECURE, f"Attempting connect to TVS server addr [{address}], mode [IPv4]")
        yield Said("WRN", _SECURE, f"TCP connect() failed, [{address}] [2445]", 5)
        yield Said("ERR", _SECURE, "TVS create bio failed")
    else:
        yield from _to_tvs(portrait)
        yield Said("ERR", _SECURE, "TVS process response - Authentication Response received, status : 1", 0.2)
        yield Said("ERR", _SECURE, "TVS - the certificate of the LSC was not authenticated")
    yield Said("ERR", _SECURE, "LSC: Failed")


def _failed(fault: str) -> Iterator[Said]:
    """The number with which an operation ends, where it has one."""
    told = KINDS[fault].message if fault in KINDS else ""
    if told.startswith("CAPF operation failed"):
        yield Said("ERR", _SECURE, told)
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
        yield _configmgr("WRN", f"NetUtil.traceIPv4DNSErrors:? - DNS unknown IPv4 host {name}")


def _configuration(portrait: Portrait) -> str:
    return f"{portrait.name}.cnf.xml" + (".sgn" if portrait.itl or portrait.ctl else "")


def _configmgr(level: Level, text: str, after: float = 0.02) -> Said:
    return Said(level, "JAVA", f"configmgr MQThread|{text}", after)
