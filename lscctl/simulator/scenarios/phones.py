"""Phones that cannot enrol, or should not: as the database shows them, or as nobody sees before they try."""

from collections.abc import Callable
from typing import Final

from lscctl.simulator import enumerations as enums
from lscctl.simulator.authority import DAY, Issuer
from lscctl.simulator.cluster import Cluster
from lscctl.simulator.failures import KINDS, Failure
from lscctl.simulator.infrastructure import EXPRESSWAYS
from lscctl.simulator.key_pairs import KeyName
from lscctl.simulator.scenarios.interface import Scenario, change_phones, some_phones

_KEY: Final = KeyName("rsa", 2048, 0)
_LSC_DAYS: Final = 1_825


def _unregistered(cluster: Cluster) -> None:
    change_phones(cluster, "sim_phone", some_phones(cluster), status="UnRegistered", statusreason=13, powered="f")


def _over_expressway(cluster: Cluster) -> None:
    change_phones(cluster, "sim_phone", some_phones(cluster), ip=EXPRESSWAYS[0][0], expressway="t")


def _by_ipv6(cluster: Cluster) -> None:
    for number, pkid in enumerate(some_phones(cluster), start=1):
        address = f"2001:db8:11::{number:x}"
        change_phones(cluster, "sim_phone", [pkid], ip=address)
        change_phones(cluster, "registrationdynamic", [pkid], lastknownipaddress=address)
    cluster.parameters.set("Enable IPv6", "False")


def _others_at_work(cluster: Cluster) -> None:
    """Somebody else wrote these phones and has not applied them yet."""
    tomorrow = f"{cluster.clock.local_at(cluster.clock.utc() + DAY):%Y:%m:%d:%H}:00"
    change_phones(
        cluster,
        "device",
        some_phones(cluster),
        tkcertificateoperation=enums.number(enums.OPERATIONS, "Install/Upgrade"),
        tkcertificatestatus=enums.number(enums.STATUSES, "Operation Pending"),
        upgradefinishtime=tomorrow,
    )


def _with_profile(
    title: str, change: Callable[[Cluster, str], None] = lambda _cluster, _pkid: None
) -> Callable[[Cluster], None]:
    """Some phones have a profile of this title, and `change` has happened to each."""

    def happen(cluster: Cluster) -> None:
        for pkid in some_phones(cluster):
            profile = cluster.connection.execute(
                "SELECT s.pkid FROM securityprofile s JOIN device d ON d.tkmodel = s.tkmodel"
                " AND d.tkdeviceprotocol = s.tkdeviceprotocol WHERE d.pkid = ? AND s.name LIKE ?",
                (pkid, f"% - {title}"),
            ).fetchone()
            if profile is not None:  # a release before 11.0 knows no EC keys
                cluster.change_profile(pkid, *profile)
                change(cluster, pkid)

    return happen


def _without_string(cluster: Cluster, pkid: str) -> None:
    change_phones(cluster, "device", [pkid], authenticationstring="")


def _with_string(cluster: Cluster, pkid: str) -> None:
    profile = cluster.profiles.of_phone(pkid)
    if profile is not None:
        cluster.set_profile_mode(profile.pkid, enums.MODES[0])
    change_phones(cluster, "device", [pkid], authenticationstring="4711")


def _without_lsc(cluster: Cluster, pkid: str) -> None:
    cluster.take_lsc(pkid)


def _with_lsc(issuer: Issuer, days_left: int) -> Callable[[Cluster, str], None]:
    """The phone has an LSC of this issuer that ends in so many days."""

    def change(cluster: Cluster, pkid: str) -> None:
        start = cluster.clock.utc() - (_LSC_DAYS - days_left) * DAY
        cluster.give_lsc(pkid, key=_KEY, issuer=issuer, at=start, days=_LSC_DAYS)

    return change


def _with_lsc_of_unknown_expiry(cluster: Cluster, pkid: str) -> None:
    _with_lsc(Issuer.LIVE, 400)(cluster, pkid)
    if cluster.release.has_lsc_columns:
        change_phones(cluster, "device", [pkid], lscvaliduntil=0, lscissuername=None, lscissuervaliduntil=0)


def _broken(name: str) -> Scenario:
    """A failure that every phone has which could enrol."""

    def happen(cluster: Cluster) -> None:
        cluster.break_phones(Failure(name))

    return Scenario(name, f"on every phone: {KINDS[name].seen}", happen)


_SEEN_BEFORE: Final = (
    Scenario("unregistered", "some phones are not registered", _unregistered),
    Scenario("over-expressway", "some phones come over Expressway, where there is no CAPF", _over_expressway),
    Scenario("ipv6-phones", "some phones register by IPv6 only, and Enable IPv6 is false", _by_ipv6),
    Scenario("operations-of-others", "some phones have an operation of somebody else's pending", _others_at_work),
    Scenario(
        "authentication-strings-missing",
        "some phones' profile asks for an authentication string, and they have none",
        _with_profile("Zeichenfolge für Büros", _without_string),
    ),
    Scenario(
        "string-in-secure-profile",
        "some phones' profile is authenticated and asks for an authentication string, which needs Non Secure",
        _with_profile("Authenticated", _with_string),
    ),
    Scenario(
        "mic-only",
        "some phones are to prove themselves by an LSC and have none",
        _with_profile("LSC first", _without_lsc),
    ),
    Scenario(
        "lsc-issuer-untrusted",
        "some phones are to prove themselves by an LSC whose issuer is not in CAPF-trust",
        _with_profile("LSC first", _with_lsc(Issuer.FOREIGN, 400)),
    ),
    Scenario(
        "lsc-expired",
        "some phones are to prove themselves by an LSC that has expired",
        _with_profile("LSC first", _with_lsc(Issuer.LIVE, -10)),
    ),
    Scenario(
        "lsc-expiry-unknown",
        "some phones have an LSC from before the upgrade to 11.5: its expiry is unknown",
        _with_profile("802.1X", _with_lsc_of_unknown_expiry),
    ),
    Scenario(
        "ec-preferred",
        "some phones prefer EC keys, and the cluster does not allow advanced encryption",
        _with_profile("EC preferred"),
    ),
    Scenario(
        "secure-profiles",
        "some phones have an authenticated profile, and stay off without CAPF",
        _with_profile("Authenticated"),
    ),
)

_OF_CLUSTERS: Final = ("capf-frozen", "itl-corrupt")
"""Failures whose names are those of what is wrong with the cluster itself."""

OF_PHONES: Final = (*_SEEN_BEFORE, *(_broken(name) for name in KINDS if name not in _OF_CLUSTERS))
