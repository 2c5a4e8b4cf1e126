"""What the cluster's own row of a phone tells: the operation and its deadline, the profile, the LSC; and where the phone is."""

from collections.abc import Iterator
from datetime import datetime
from typing import Final

from lscctl.capf import AuthenticationMode, CapfSettings, KeyOrder, StatusKind
from lscctl.cucm.selection import EXPIRING_WITHIN
from lscctl.deadline import ClusterClock, ends_by, has_passed
from lscctl.finding import Place, Source
from lscctl.gathering.doors import Stated
from lscctl.phone import Phone, Registration, Sighting
from lscctl.plan import NO_SECURITY_BY_DEFAULT, ClusterFacts

ROW: Final = Place(Source.CLUSTER, "the phone's row")
PROFILE: Final = Place(Source.CLUSTER, "its security profile")
WHEREABOUTS: Final = Place(Source.CLUSTER, "registration")

_REGISTERED: Final = {
    Registration.REGISTERED: "registered",
    Registration.PARTIAL: "registered",
    Registration.UNREGISTERED: "unregistered",
    Registration.REJECTED: "rejected",
    Registration.UNKNOWN: "unknown",
}
_ENDED: Final = {StatusKind.FAILED: "failed", StatusKind.SUCCESS: "done"}


def row_facts(phone: Phone, clock: ClusterClock, facts: ClusterFacts | None) -> Iterator[Stated]:
    """What the row and the profile tell. `facts` are the cluster's, None where it does not tell them."""
    yield Stated("model", phone.model, ROW, f"it is a {phone.model}")
    yield Stated("certificate-status", phone.status.text, ROW, f"certificate status: {phone.status.text}")
    yield from _operation(phone, clock)
    yield from _lsc(phone, clock, facts)
    yield from _model(phone)
    yield from _profile(phone)


def _operation(phone: Phone, clock: ClusterClock) -> Iterator[Stated]:
    if phone.pending:
        by = f", to be completed by {phone.finish_time}" if phone.finish_time else ""
        yield Stated("operation", "pending", ROW, f"{phone.operation} is under way{by}")
        late = has_passed(phone.finish_time, clock)
        if late is not None:
            said = "has passed" if late else "has not passed yet"
            yield Stated("operation-late", "yes" if late else "no", ROW, f"the deadline {phone.finish_time} {said}")
        return
    ended = _ENDED.get(phone.status.kind, "none")
    said = "nothing is asked of CAPF" if ended == "none" else f"the last operation ended: {phone.status.text}"
    yield Stated("operation", ended, ROW, said)


def _lsc(phone: Phone, clock: ClusterClock, facts: ClusterFacts | None) -> Iterator[Stated]:
    lsc = phone.lsc.state(
        now=clock.utc().timestamp(),
        expiring_within=EXPIRING_WITHIN,
        own_issuers=facts.own_issuers if facts else frozenset(),
    )
    by = f", issued by {phone.lsc.issuer}" if phone.lsc.issuer else ""
    yield Stated("lsc", lsc.value, ROW, f"CUCM's idea of its LSC: {lsc.value}{by}")


def _model(phone: Phone) -> Iterator[Stated]:
    known_without = any(phone.model.endswith(f" {number}") for number in NO_SECURITY_BY_DEFAULT)
    supported = False if known_without else phone.support.security_by_default
    if supported is not None:
        said = "supports" if supported else "does not support"
        yield Stated("sbd", "yes" if supported else "no", ROW, f"{phone.model} {said} Security By Default")
    curves = phone.support.elliptic_curves
    if curves is not None:
        said = "makes" if curves else "makes no"
        yield Stated("ec-supported", "yes" if curves else "no", ROW, f"{phone.model} {said} EC keys")


def _profile(phone: Phone) -> Iterator[Stated]:
    profile = phone.profile
    where = f"profile {profile.name!r}"
    yield Stated("security-mode", profile.security_mode.value, PROFILE, f"{where} is {profile.security_mode}")
    if profile.settings is None:
        return
    settings = profile.settings
    yield Stated("profile-mode", settings.mode.short, PROFILE, f"{where}: {settings.mode}")
    if settings.mode is AuthenticationMode.AUTH_STRING:
        held = "set" if phone.has_authentication_string else "missing"
        yield Stated("authentication-string", held, ROW, f"an authentication string is {held}")
    yield from _keys(phone, settings, where)


def _keys(phone: Phone, settings: CapfSettings, where: str) -> Iterator[Stated]:
    order = settings.key_order or KeyOrder.RSA_ONLY
    yield Stated("key-order", order.short, PROFILE, f"{where}: {order}")
    largest = phone.support.largest_rsa_key
    if largest is not None and order is not KeyOrder.EC_ONLY and settings.key_size is not None:
        fits = settings.key_size <= largest
        said = f"{where} wants RSA {settings.key_size}, {phone.model} makes at most {largest}"
        yield Stated("key-size-supported", "yes" if fits else "no", PROFILE, said)


def registration_facts(phone: Phone, since: str, *, ipv6_enabled: bool | None) -> Iterator[Stated]:
    """What RIS, or the database in its place, tells; nothing where neither could be asked. `since` says when it went away."""
    if phone.registration is Registration.NOT_ASKED:
        return
    address = f" at {phone.address}" if phone.address else ""
    said = f"{phone.registration}{address}{since}"
    yield Stated("registration", _REGISTERED[phone.registration], WHEREABOUTS, said)
    if phone.over_expressway is not None:
        why = phone.expressway_evidence or f"it does not come over Expressway: {said}"
        yield Stated("expressway", "yes" if phone.over_expressway else "no", WHEREABOUTS, why)
    if phone.registration is Registration.REGISTERED and ipv6_enabled is not None:
        refused = phone.ipv6_only and not ipv6_enabled
        told = f"{'IPv6 only' if phone.ipv6_only else 'it has an IPv4 address'}; Enable IPv6 is {str(ipv6_enabled).lower()}"
        yield Stated("ipv6-refused", "yes" if refused else "no", WHEREABOUTS, told)


def departure_facts(phone: Phone, sighting: Sighting, clock: ClusterClock) -> Iterator[Stated]:
    """Whether a phone that is done with CAPF and away left while its last operation could run, or later for a reason of its own."""
    end = ends_by(phone.finish_time, clock)
    if sighting.since is None or end is None:
        yield Stated(
            "left-in-operation", "unknown", WHEREABOUTS, "nothing tells when it left, or how long its operation ran"
        )
        return
    within = sighting.since <= end
    left = datetime.fromtimestamp(sighting.since, clock.zone)
    said = f"it left at {left:%Y-%m-%d %H:%M}, its last operation was to end by {phone.finish_time}"
    yield Stated("left-in-operation", "yes" if within else "no", WHEREABOUTS, said)


def is_away(phone: Phone) -> bool:
    """Whether the phone was registered once, and is not now."""
    return phone.registration in (Registration.UNREGISTERED, Registration.REJECTED)


def is_done_and_away(phone: Phone) -> bool:
    """Whether the phone's last operation ended well, and it is not registered."""
    return is_away(phone) and not phone.pending and phone.status.kind is StatusKind.SUCCESS


def since_when(sighting: Sighting | None, clock: ClusterClock) -> str:
    """`, since 2026-11-27 04:12`, as the cluster's clock has it; '' where nobody tells."""
    if sighting is None or sighting.since is None:
        return ""
    return f", since {datetime.fromtimestamp(sighting.since, clock.zone):%Y-%m-%d %H:%M}"


def planned_facts(phone: Phone, planned: CapfSettings) -> Iterator[Stated]:
    """How a run wrote the phone, beside what its profile says now."""
    place = Place(Source.CLUSTER, "the run's plan")
    yield Stated("authentication-mode", planned.mode.short, place, f"written with: {planned}")
    if phone.pending and phone.profile.settings is not None:
        differ = planned != phone.profile.settings
        said = f"written with {planned}; profile {phone.profile.name!r} has {phone.profile.settings}"
        yield Stated("settings-differ", "yes" if differ else "no", place, said)
