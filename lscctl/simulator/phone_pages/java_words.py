"""What phones of the 7900 series with Java (7942 to 7975) say in their console logs."""

from collections.abc import Iterator
from random import Random
from typing import Final

from lscctl.simulator.diary import Entry
from lscctl.simulator.failures import KINDS
from lscctl.simulator.phone_pages.log_lines import Said
from lscctl.simulator.phone_pages.portrait import Portrait

_NOT_CONNECTED: Final = frozenset({"capf-stopped", "capf-unreachable", "capf-refuses-ipv6"})
_SECD: Final = "SECD"

_PLAIN: Final = {
    "restart": Said("NOT", "JVM", "configmgr MQThread|cip.cfg.h:? - Restart requested by CUCM, restarting", 0),
    "keys": Said("NOT", _SECD, "capf: generating key pair", 0.5),
    "deleted": Said("NOT", _SECD, "capf: LSC: Not installed", 0.3),
}


def java_words(portrait: Portrait, entry: Entry, dice: Random) -> Iterator[Said]:
    """What such a phone says of one thing that happened."""
    if entry.event in _PLAIN:
        yield _PLAIN[entry.event]
    match entry.event:
        case "lists":
            yield from _lists(portrait, entry.subject, dice)
        case "no-server":
            yield from _download(portrait, _configuration(portrait), dice, "Timeout, no answer")
        case "no-configuration":
            yield from _download(portrait, _configuration(portrait), dice, "Error: File not found")
            yield Said("ERR", "JVM", "configmgr MQThread|cip.cfg.h:? - Error updating configuration")
        case "configuration":
            yield from _download(portrait, _configuration(portrait), dice, "Finished")
        case "attempt":
            yield from _attempt(portrait, entry.subject.partition("|")[2], dice)
        case "wrong-string":
            yield from _failed("invalid-string")
        case "ended":
            yield from _ended(portrait, entry.subject, dice)
        case "installed":
            yield from _to_tvs(portrait, 0)
            yield Said("NOT", _SECD, "capf: LSC: Installed", 0.3)
        case "registered":
            yield Said("NOT", "JVM", f"ccapi: registered with {entry.subject}")


def java_noise(portrait: Portrait, dice: Random) -> Said:
    """Something that such a phone says all day long."""
    file = dice.choice(("softkeys.xml", "RingList.xml", "dialplan.xml", "mk-sccp.jar"))
    return dice.choice(
        (
            Said("NOT", "TFTP", f"[{dice.randrange(10, 60)}]:Finished --> rcvd {dice.randrange(80, 9000)} bytes"),
            Said("NOT", "tftpClient", f"request server 1 ---> {portrait.tftp[1]}"),
            Said(
                "NOT", "tftpClient", f"tftp request rcv'd from /usr/tmp/tftp, srcFile = {file}, dstFile = /usr/cache/x"
            ),
            Said("INF", "CDP", f"frame from switch, vlan {dice.randrange(10, 400)}"),
            Said("NOT", "JVM", "Startup Module Loader|cip.midp.midletsuite.InstallerModule:? - propertyChanged"),
            Said("ERR", "JVM", "tftpClient softkeys.xml /usr/cache/SK89032013 550001 1"),
            Said("WRN", "NTP", "no reference"),
        )
    )


def _lists(portrait: Portrait, outcome: str, dice: Random) -> Iterator[Said]:
    for kind, held in (("CTL", portrait.ctl), ("ITL", portrait.itl)):
        file = f"{kind}{portrait.name}.tlv"
        yield from _download(portrait, file, dice, "Finished" if held else "Error: File not found")
        if not held:
            yield Said("WRN", _SECD, f"WARN:lookup{kind}: ** no {kind}, assume TFTP NONSECURE")
        elif outcome == "corrupt":
            yield Said("ERR", _SECD, f"EROR:parse{kind}: ** {file} is malformed")
            yield Said("ERR", _SECD, "EROR:Trust List update failed")
        elif outcome == "not-verified":
            yield from _to_tvs(portrait, 1)
            yield Said("ERR", _SECD, f"EROR:verifyFile: ** signer of {file} is not trusted")
            yield Said("ERR", _SECD, "EROR:Trust List update failed")
        else:
            yield Said("NOT", _SECD, f"verifyFile: {file}: verify SUCCESS")
            if outcome == "updated":
                yield Said("NOT", _SECD, f"{kind}: Trust List Updated")


def _download(portrait: Portrait, file: str, dice: Random, end: str) -> Iterator[Said]:
    number, (_, server) = dice.randrange(10, 90), portrait.tftp
    yield Said(
        "NOT", "tftpClient", f"tftp request rcv'd from /usr/tmp/tftp, srcFile = {file}, dstFile = /usr/ram/{file}", 0.3
    )
    yield Said("NOT", "tftpClient", f"auth server - tftpList[0] = ::ffff:{server}")
    yield Said("NOT", "tftpClient", "look up server - 0")
    yield Said("NOT", "TFTP", f"[{number}]:Requesting {file} from {server} with size limit of 550001")
    if end == "Finished":
        yield Said("NOT", "TFTP", f"[{number}]:Finished --> rcvd {dice.randrange(1000, 9000)} bytes", 0.2)
    else:
        yield Said("ERR", "TFTP", f"[{number}]:{end}", 12 if end.startswith("Timeout") else 0.1)


def _attempt(portrait: Portrait, fault: str, dice: Random) -> Iterator[Said]:
    publisher, address = portrait.publisher
    if fault in ("no-capf-in-itl", "no-security-by-default"):
        yield Said("ERR", _SECD, "EROR:capf: ** No valid CAPF server")
        return
    if fault in ("itl-mismatch", "itl-corrupt"):
        yield Said("ERR", _SECD, "EROR:capf: ** no trusted list")
        return
    if fault == "dns":
        yield Said("WRN", "JVM", f"configmgr MQThread|NetUtil.traceIPv4DNSErrors:? - DNS unknown IPv4 host {publisher}")
        return
    connection = f"<{address}> c:{dice.randrange(8, 20)} s:{dice.randrange(8, 20)}"
    yield Said("NOT", _SECD, f"clpSetupSsl: Trying to connect to IPV4, IP: {address}, Port : {portrait.capf_port}", 0.5)
    yield Said("NOT", _SECD, f"clpSetupSsl: TCP connect() waiting, {connection} port: {portrait.capf_port}")
    if fault in _NOT_CONNECTED:
        yield from _not_connected(portrait)
        return
    yield Said("NOT", _SECD, f"clpSetupSsl: TCP connected, {connection}")
    yield Said("NOT", _SECD, f"clpSetupSsl: start SSL/TLS handshake, {connection}")
    if fault == "capf-certificate":
        yield Said("ERR", _SECD, "-STATE_SSL3_ALERT: SSL3 alert [write]:[fatal]:[unknown CA]", 0.2)
        yield Said("ERR", _SECD, f"EROR:clpSetupSsl: ** SSL handshake failed, {connection}")
        yield Said("ERR", _SECD, f"EROR:clpSndStatus: SSL CLNT ERR, srvr<{address}>")
        yield Said("ERR", _SECD, "capf: LSC: Connection failed")
    elif fault in ("capf-frozen", "phone-communication"):
        yield Said("ERR", _SECD, f"EROR:clpSetupSsl: ** no answer, {connection}", 30)
        yield from _failed(fault)
    elif fault == "mic-only":
        yield Said("WRN", _SECD, "-PXY_NO_LSC: No LSC for [SCCP], will try MIC", 0.2)
    else:
        yield Said("NOT", _SECD, f"clpSetupSsl: SSL/TLS handshake complete, {connection}", 0.4)
        if fault:
            yield from _failed(fault)


def _ended(portrait: Portrait, fault: str, dice: Random) -> Iterator[Said]:
    _, address = portrait.servers[0]
    if fault == "tvs" and dice.random() < 0.5:
        yield Said("NOT", _SECD, f"clpSetupSsl: Trying to connect to IPV4, IP: {address}, Port : 2445", 0.3)
        yield Said("ERR", _SECD, f"EROR:clpSetupSsl: ** TCP connect failed, <{address}>", 5)
        yield Said("ERR", _SECD, "EROR:clpTvsInit: no TVS server can be reached")
        yield Said("ERR", _SECD, "capf: LSC: Failed")
    elif fault == "tvs":
        yield from _to_tvs(portrait, 1)
        yield Said("ERR", _SECD, "capf: LSC: Failed")
    elif fault in _NOT_CONNECTED:
        yield from _not_connected(portrait)
    elif fault != "offline-ca":
        yield from _failed(fault)


def _not_connected(portrait: Portrait) -> Iterator[Said]:
    _, address = portrait.publisher
    yield Said("ERR", _SECD, f"EROR:clpSetupSsl: ** TCP connect failed, <{address}>", 5)
    yield Said("ERR", _SECD, "EROR:clpSetupSsl: SSL/TLS setup failed")
    yield Said("ERR", _SECD, "capf: LSC: Connection failed")


def _failed(fault: str) -> Iterator[Said]:
    told = KINDS[fault].message if fault in KINDS else ""
    if told.startswith("CAPF operation failed"):
        yield Said("ERR", _SECD, f"EROR:{told}")
    yield Said("ERR", _SECD, "capf: LSC: Failed")


def _to_tvs(portrait: Portrait, status: int) -> Iterator[Said]:
    _, address = portrait.servers[0]
    yield Said("NOT", _SECD, "clpTvsInit: Client message received on TVS proxy socket")
    yield Said("NOT", _SECD, "-TVS Certificate Authentication request")
    yield Said("NOT", _SECD, f"clpSetupSsl: Trying to connect to IPV4, IP: {address}, Port : 2445")
    yield Said("NOT", _SECD, "-Successfully obtained a TLS connection to the TVS server", 0.3)
    yield Said("NOT", _SECD, f"-Authentication Response received, status : {status}", 0.1)


def _configuration(portrait: Portrait) -> str:
    return f"{portrait.name}.cnf.xml" + (".sgn" if portrait.itl or portrait.ctl else "")
