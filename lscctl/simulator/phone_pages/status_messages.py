"""The status messages of a phone: the last thirty things that it found worth telling [guides of the 7900 and 8800]."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from random import Random
from typing import Final

from lscctl.simulator.diary import Entry
from lscctl.simulator.phone_pages.portrait import Generation, Portrait

MOST: Final = 30

CONNECTION_FAILED: Final = "LSC: Connection failed"
FAILED: Final = "LSC: Failed"
NO_CAPF: Final = "No valid CAPF server"

_OF_FAULTS: Final = {
    "dns": "DNS unknown host",
    "no-capf-in-itl": NO_CAPF,
    "no-security-by-default": NO_CAPF,
    "itl-mismatch": "",
    "itl-corrupt": "",
    "itl-missing": "",
    "capf-stopped": CONNECTION_FAILED,
    "capf-unreachable": CONNECTION_FAILED,
    "capf-frozen": CONNECTION_FAILED,
    "capf-refuses-ipv6": CONNECTION_FAILED,
    "capf-certificate": CONNECTION_FAILED,
    "capf-certificate-unfit": CONNECTION_FAILED,
    "phone-communication": CONNECTION_FAILED,
    "offline-ca": "",
}
"""What a phone says of an attempt that something stood in the way of; of any other that it failed."""

_TRUST_LIST_UPDATED: Final = {
    Generation.LINUX: ("Trust List updated", "Trust List Updated"),
    Generation.JAVA: ("Trust List Updated",),
    Generation.CLASSIC: ("CTL Updated",),
}
_RESTARTED: Final = "Restart requested by Cisco Unified Communications Manager"


@dataclass(frozen=True, slots=True)
class Message:
    """One message: when, in epoch seconds, and what it says."""

    at: float
    text: str


def status_messages(portrait: Portrait) -> list[Message]:
    """The phone's last messages, in the order in which they came."""
    dice = Random(f"{portrait.seed} words of {portrait.name}")  # noqa: S311  # no secret
    messages = [*_at_boot(portrait, dice)]
    for entry in portrait.diary:
        messages += [Message(entry.at, text) for text in _told(portrait, entry, dice)]
    return messages[-MOST:]


def stamp(portrait: Portrait, at: float) -> str:
    """The time of a message as the generation's page writes it, in the phone's own zone: no zone, and a year of two digits."""
    local = datetime.fromtimestamp(at, portrait.zone)
    half = f"{local:%p}".lower()
    match portrait.generation:
        case Generation.LINUX:
            return f"{local:%I:%M:%S}{half} {local:%m/%d/%y}"
        case Generation.JAVA:
            return f"{local.hour % 12 or 12}:{local:%M:%S}{half[0]}"
    return f"{local:%H:%M:%S}"


def _at_boot(portrait: Portrait, dice: Random) -> Iterator[Message]:
    """The last start that nobody saw."""
    if portrait.generation is Generation.LINUX and not portrait.ctl:
        yield Message(
            portrait.boot, f"File not found : CTL{portrait.name}.tlv" if dice.random() < 0.5 else "No CTL installed"
        )
    if portrait.itl:
        yield Message(portrait.boot + 3, "ITL installed" if dice.random() < 0.3 else _updated(portrait, dice))
    elif portrait.model.sbd:
        yield Message(portrait.boot + 3, "No Trust List installed")
    yield Message(portrait.boot + 6, _configuration(portrait))


def _told(portrait: Portrait, entry: Entry, dice: Random) -> Iterator[str]:
    match entry.event:
        case "restart":
            yield _RESTARTED
        case "lists":
            yield from _of_lists(portrait, entry.subject, dice)
        case "no-server":
            yield f"TFTP Timeout : {portrait.name}.cnf.xml.sgn" if dice.random() < 0.5 else "TFTP timeout"
        case "no-configuration":
            yield f"File not found : {portrait.name}.cnf.xml.sgn"
            yield "Error updating configuration"
        case "configuration":
            yield _configuration(portrait)
        case "attempt" | "ended":
            yield from _of_attempt(portrait, entry.subject.rpartition("|")[2])
        case "waiting":
            yield portrait.word("Enter authentication string", "Enter Authentication String")
        case "installed":
            yield portrait.word("LSC: Installed", "LSC: installed")
        case "deleted":
            yield "LSC: Not installed"
        case _:
            return


def _of_lists(portrait: Portrait, outcome: str, dice: Random) -> Iterator[str]:
    """What became of the lists, in the words of the generation, whose capitals differ [field guide 7]."""
    match outcome:
        case "updated":
            yield _updated(portrait, dice)
        case "corrupt":
            yield portrait.word("Trust List update failed", "Trust List Update Failed")
        case "not-verified":
            failed = portrait.word("Trust List update failed", "Trust List Update Failed", "TRUST LIST UPDATE FAILED")
            verified = portrait.generation is Generation.LINUX
            yield failed + (", verification failure" if verified else "")
        case "missing":
            yield portrait.word("No Trust List installed", "No Trust List Installed", "No trust list installed")


def _of_attempt(portrait: Portrait, fault: str) -> Iterator[str]:
    text = _OF_FAULTS.get(fault, FAILED) if fault else ""
    if fault == "dns":
        text = f"{text} {portrait.publisher[0]}"
    if text:
        yield text


def _updated(portrait: Portrait, dice: Random) -> str:
    return dice.choice(_TRUST_LIST_UPDATED[portrait.generation])


def _configuration(portrait: Portrait) -> str:
    signed = ".sgn" if portrait.itl or portrait.ctl else ""
    return f"{portrait.name}.cnf.xml{signed}" + ("(HTTP)" if portrait.generation is Generation.LINUX else "")
