"""What phones of the 7900 series with Java (7942 to 7975) say in their console logs."""

from collections.abc import Iterator, Mapping
from random import Random
from typing import Final

from lscctl.simulator.diary import Entry
from lscctl.simulator.phone_pages import java_ways as ways
from lscctl.simulator.phone_pages.linux_words import CODES
from lscctl.simulator.phone_pages.log_lines import Said
from lscctl.simulator.phone_pages.portrait import Portrait

_NOT_CONNECTED: Final = frozenset({"capf-stopped", "capf-unreachable", "capf-refuses-ipv6"})
_NO_LIST: Final = frozenset({"itl-mismatch", "itl-corrupt", "itl-missing"})
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
        case "waiting":
            yield Said("NOT", _SECD, portrait.word(*ways.WAITING))
        case "wrong-string":
            yield from _failed(portrait, "invalid-string")
        case "locked":
            yield Said("ERR", _SECD, portrait.word(*ways.LOCKED))
        case "ended":
            yield from _ended(portrait, entry.subject, dice)
        case "installed":
            yield from _to_tvs(portrait, 0)
            yield Said("NOT", _SECD, portrait.word(*ways.INSTALLED), 0.3)
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
            if kind == "ITL" and outcome == "missing":
                yield Said("WRN", _SECD, portrait.word(*ways.MISSING))
        elif outcome == "corrupt":
            yield Said("ERR", _SECD, portrait.word(*ways.UNREADABLE).format(kind=kind, file=file))
            yield Said("ERR", _SECD, "EROR:Trust List update failed")
        elif outcome == "not-verified":
            yield from _to_tvs(portrait, 1)
            yield Said("ERR", _SECD, portrait.word(*ways.NOT_VERIFIED).format(kind=kind, file=file))
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
        yield Said("ERR", _SECD, portrait.word(*ways.NO_RECORD))
        return
    if fault in _NO_LIST:
        yield Said("ERR", _SECD, "EROR:capf: ** no trusted list")
        return
    if fault == "dns":
        yield Said("WRN", "JVM", portrait.word(*ways.UNKNOWN_HOST).format(name=publisher))
        return
    connection = f"<{address}> c:{dice.randrange(8, 20)} s:{dice.randrange(8, 20)}"
    place = {"address": address, "port": portrait.capf_port, "connection": connection}
    yield Said("NOT", _SECD, f"clpSetupSsl: Trying to connect to IPV4, IP: {address}, Port : {portrait.capf_port}", 0.5)
    yield Said("NOT", _SECD, f"clpSetupSsl: TCP connect() waiting, {connection} port: {portrait.capf_port}")
    if fault in _NOT_CONNECTED:
        yield from _not_connected(portrait, fault, place)
        return
    yield Said("NOT", _SECD, f"clpSetupSsl: TCP connected, {connection}")
    yield Said("NOT", _SECD, f"clpSetupSsl: start SSL/TLS handshake, {connection}")
    if fault in ("capf-certificate", "capf-certificate-unfit"):
        why = ways.UNFIT if fault == "capf-certificate-unfit" else ways.OTHER_CERTIFICATE
        yield Said("ERR", _SECD, portrait.word(*why), 0.2)
        yield Said("ERR", _SECD, f"EROR:clpSetupSsl: ** SSL handshake failed, {connection}")
        yield Said("ERR", _SECD, f"EROR:clpSndStatus: SSL CLNT ERR, srvr<{address}>")
        yield Said("ERR", _SECD, "capf: LSC: Connection failed")
    elif fault in ("capf-frozen", "phone-communication"):
        why = ways.NO_ANSWER if fault == "capf-frozen" else ways.BROKEN_OFF
        yield Said("ERR", _SECD, portrait.word(*why).format(**place), 30)
        yield from _failed(portrait, fault)
    elif fault == "mic-only":
        yield Said("WRN", _SECD, "-PXY_NO_LSC: No LSC for [SCCP], will try MIC", 0.2)
    else:
        yield Said("NOT", _SECD, f"clpSetupSsl: SSL/TLS handshake complete, {connection}", 0.4)
        if fault:
            yield from _failed(portrait, fault)


def _ended(portrait: Portrait, fault: str, dice: Random) -> Iterator[Said]:
    _, address = portrait.servers[0]
    if fault == "tvs-stopped" or (fault == "tvs" and dice.random() < 0.5):
        yield Said("NOT", _SECD, f"clpSetupSsl: Trying to connect to IPV4, IP: {address}, Port : 2445", 0.3)
        yield Said("ERR", _SECD, f"EROR:clpSetupSsl: ** TCP connect failed, <{address}>", 5)
        yield Said("ERR", _SECD, portrait.word(*ways.TVS_IS_OFF).format(address=address))
        yield Said("ERR", _SECD, "capf: LSC: Failed")
    elif fault == "tvs":
        yield from _to_tvs(portrait, 1)
        yield Said("ERR", _SECD, portrait.word(*ways.TVS_SAYS_NO))
        yield Said("ERR", _SECD, "capf: LSC: Failed")
    elif fault in _NOT_CONNECTED:
        yield from _not_connected(portrait, fault, {"address": address, "port": portrait.capf_port})
    elif fault != "offline-ca":
        if fault == "key-generation":
            yield Said("ERR", _SECD, portrait.word(*ways.NO_KEYS))
        yield from _failed(portrait, fault)


def _not_connected(portrait: Portrait, fault: str, place: Mapping[str, object]) -> Iterator[Said]:
    why = ways.REFUSED if fault == "capf-stopped" else ways.TIMED_OUT
    yield Said("ERR", _SECD, portrait.word(*why).format(**place), 5)
    yield Said("ERR", _SECD, "EROR:clpSetupSsl: SSL/TLS setup failed")
    yield Said("ERR", _SECD, "capf: LSC: Connection failed")


def _failed(portrait: Portrait, fault: str) -> Iterator[Said]:
    if fault in CODES:
        yield Said("ERR", _SECD, portrait.word(*ways.ENDED).format(code=CODES[fault]))
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
