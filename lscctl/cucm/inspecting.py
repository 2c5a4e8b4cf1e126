"""Looks at phones' certificates over HTTPS, many side by side, and judges them by what the cluster holds."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Final

from lscctl.cucm.cluster import Cluster
from lscctl.cucm.handshake import Handshake
from lscctl.inspection import Authorities, Inspected, Sight, Unseen, inspect
from lscctl.phone import Phone
from lscctl.trustlist.certificate import Certificate, named_by

SOURCE: Final = "HTTPS"
_TOLD_EVERY: Final = 250


def authorities_of(cluster: Cluster) -> Authorities:
    """Who may have signed phones' certificates there. Raises WireFault."""
    live = next(_readable([cluster.capf().certificate]), None)
    return Authorities(live, tuple(_readable(cluster.certificates())))


def inspect_phones(
    cluster: Cluster,
    phones: Sequence[Phone],
    authorities: Authorities,
    progress: Callable[[str], None] = lambda _said: None,
) -> list[Inspected]:
    """What each of the phones shows, in their order; they were looked up with their registration. Raises WireFault."""
    keys = cluster.public_keys([phone.pkid for phone in phones if phone.lsc.public_key])

    def sight(phone: Phone) -> Sight:
        unseen = not_to_be_asked(phone)
        if unseen is not None:
            return Sight(SOURCE, unseen=unseen[0], why=unseen[1])
        return seen(cluster.phone_doors.certificate(phone.address), keys.get(phone.pkid))

    now = cluster.clock.utc().timestamp()
    found = []
    for number, one in enumerate(cluster.phone_doors.each(sight, phones), start=1):
        found.append(inspect(one, phones[number - 1], authorities, now))
        if number % _TOLD_EVERY == 0:
            progress(f"looked at {number:,} of {len(phones):,} phones")
    return found


def seen(handshake: Handshake, stored_key: bytes | None = None) -> Sight:
    """What a handshake with a phone showed."""
    if handshake.answers:
        try:
            return Sight(SOURCE, Certificate.read(handshake.certificate), stored_key=stored_key)
        except ValueError as error:
            named = named_by(handshake.certificate)
            why = (
                f"it shows a certificate of {named}: {error}" if named else "it shows something that is no certificate"
            )
            return Sight(SOURCE, unseen=Unseen.UNREADABLE, why=why)
    if handshake.turned_away:
        why = f"it takes no HTTPS, its web access may be off: {handshake.why}"
        return Sight(SOURCE, unseen=Unseen.TURNED_AWAY, why=why)
    unseen = Unseen.NO_WAY if handshake.answers is None else Unseen.SILENT
    return Sight(SOURCE, unseen=unseen, why=handshake.why)


def not_to_be_asked(phone: Phone) -> tuple[Unseen, str] | None:
    """Why a phone is not asked for anything at its own doors, None where it is."""
    if phone.over_expressway:
        return Unseen.OVER_EXPRESSWAY, "it registers over Expressway: its address is not its own"
    if not phone.address:
        return Unseen.NO_ADDRESS, "nobody knows its address: it has not registered lately"
    if phone.web_access is False:
        return Unseen.WEB_ACCESS_OFF, "its web access is off, as RIS says"
    return None


def _readable(ders: Iterable[bytes]) -> Iterator[Certificate]:
    for der in ders:
        try:
            yield Certificate.read(der)
        except ValueError:
            continue
