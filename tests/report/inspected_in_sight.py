"""Phones whose certificates were looked at, of every kind that a report meets."""

from dataclasses import replace

from lscctl.inspection import Authorities, Inspected, Sight, Unseen, inspect
from lscctl.phone import Lsc
from lscctl.report.inspect import InspectedOfCluster
from tests.phone_certificates import CAPF, CISCO, NOW, OLDER, STRANGER, made
from tests.report.phones_in_sight import PHONE

AUTHORITIES = Authorities(CAPF.certificate, (CAPF.certificate, OLDER.certificate))


def inspected() -> list[Inspected]:
    """One with a good LSC, a MIC, a third party's certificate, one that CUCM knows otherwise, and each reason not to see."""
    phones = [replace(PHONE, name=f"SEP0011223344{number:02}") for number in range(20)]
    good = made(phones[0].name, CAPF)
    believed = Lsc(good.valid_until, "CAPF-0a1b2c3d", None, "x")
    sights = [
        (Sight("HTTPS", good, stored_key=good.public_key), replace(phones[0], lsc=believed, address="10.1.2.3")),
        (Sight("HTTPS", made(f"CP-8845-{phones[1].name}", CISCO)), phones[1]),
        (Sight("HTTPS", made("Evil \x1b[31m", STRANGER)), replace(phones[2], lsc=believed)),
        (Sight("lsc.pem", good), None),
        *((Sight("HTTPS", unseen=why, why=f"since {why}"), phones[3 + at]) for at, why in enumerate(Unseen)),
    ]
    return [inspect(sight, phone, AUTHORITIES, NOW.timestamp()) for sight, phone in sights]


def inspected_in_sight() -> list[InspectedOfCluster]:
    """A whole selection, single ones in full, and certificates of no cluster."""
    everything, now = inspected(), NOW.timestamp()
    by_itself = inspect(Sight("lsc.pem", made(PHONE.name, STRANGER)), None, Authorities(), now)
    return [
        InspectedOfCluster(everything, now, "lab", "15.0.1.11900(4)", AUTHORITIES, ("a note",)),
        InspectedOfCluster(everything[:3], now, "lab", "15.0.1.11900(4)", AUTHORITIES),
        InspectedOfCluster([by_itself], now),
    ]
