"""Console logs as phones write them, put together line by line."""

import tempfile
from pathlib import Path

from lscctl.diagnosis.case import Case
from lscctl.diagnosis.diagnose import Found
from lscctl.diagnosis.knowledge import Knowledge, load
from lscctl.diagnosis.mailed import Given, gather
from lscctl.finding import Diagnosis, Link, LinkName, Source

KNOWLEDGE = load()
PUBLISHER = "cucm-pub.example.com"

START = "SECUREAPP-Start CAPF - mode:[1]([NULL_STR])"
CONNECTED = "SECUREAPP-CAPF: TCP connect() successful, [10.20.0.10] [11]"
HANDSHAKE = "SECUREAPP-CAPF: SSL connection - handshake successful."
NO_HOST = f"JAVA-configmgr MQThread|NetUtil.traceIPv4DNSErrors:? - DNS unknown IPv4 host {PUBLISHER}"
NXDOMAIN = f"dnsmasq[345]: reply {PUBLISHER} is NXDOMAIN-IPv4"
NO_BIO = "SECUREAPP-CAPF create bio failed"
BROKE_OFF = "SECUREAPP-CAPF operation failed, ret -7"
NOT_CONNECTED = "SECUREAPP-LSC: Connection failed"
DONE = "SECUREAPP-CAPF operation successful, ret 0"


def log(*messages: str, start: int = 470) -> str:
    """The messages with the head that an 8800 phone puts before each."""
    return "".join(
        f"{start + number:04d} NOT Mar 12 15:07:{number % 60:02d}.697091 (12905:13036) {message}\n"
        for number, message in enumerate(messages)
    )


def case_of(*texts: str | bytes, knowledge: Knowledge = KNOWLEDGE) -> Case:
    """What one phone's logs tell, the oldest first."""
    with tempfile.TemporaryDirectory() as folder:
        given = []
        for number, text in enumerate(texts):
            file = Path(folder) / f"messages.{number}"
            file.write_bytes(text.encode() if isinstance(text, str) else text)
            given.append(Given(str(file), Source.CONSOLE_LOG))
        (case,) = gather(given, knowledge)
        return case


def diagnosis_of(*texts: str | bytes) -> Diagnosis:
    """What is found in them."""
    return case_of(*texts).diagnosis(KNOWLEDGE)


def named(found: Found | Diagnosis) -> list[str]:
    """The causes, the most likely first."""
    return [one.cause.name for one in found.causes]


def link(found: Diagnosis, name: LinkName) -> Link:
    """One link of the chain."""
    return next(one for one in found.links if one.name is name)
