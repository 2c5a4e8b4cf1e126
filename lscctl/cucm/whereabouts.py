"""Where phones are: registered or not, and whether they come over Expressway (MRA), where CAPF cannot be reached."""

import ipaddress
import re
import socket
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from lscctl.cucm.clock import Query
from lscctl.cucm.faults import AxlFault, LoginRefused, WireFault
from lscctl.cucm.registration import Ris, Seen
from lscctl.cucm.sql import Sql, chunks, literal_list
from lscctl.phone import Registration, Sighting

_HARDWARE: Final = re.compile(r"SEP[0-9A-F]{12}", re.IGNORECASE)
_CHUNK: Final = 500

_Network = ipaddress.IPv4Network | ipaddress.IPv6Network

EXPRESSWAYS: Final = Sql("select * from expresswaycconfiguration")
"""The cluster's own list of Expressway-Cs. AXL calls the object ExpresswayCConfiguration and its field HostNameOrIP; that table
and column are named alike is *assumed*, so every column is looked at."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a phone is; `over_expressway` None where nobody could tell, and `evidence` what speaks for it, '' for nothing.
    `ipv6_only`: it registers, and has no IPv4 address. `address` is the last one that is known, '' for none; `web_access` says
    whether its web server is on, None where that is not told."""

    registration: Registration
    over_expressway: bool | None
    evidence: str = ""
    ipv6_only: bool = False
    address: str = ""
    web_access: bool | None = None


class Whereabouts:
    """Asks RIS, and where it cannot be asked the table `registrationdynamic`.

    `networks` are the configured networks of Expressways. `resolve` gives the addresses of a host name, none where it is unknown.
    """

    def __init__(
        self,
        query: Query,
        ris: Ris,
        networks: Iterable[str] = (),
        *,
        resolve: Callable[[str], Sequence[str]] | None = None,
    ) -> None:
        self._query = query
        self._ris = ris
        self._networks = [ipaddress.ip_network(network, strict=False) for network in networks]
        self._resolve = resolve or _addresses_of
        self._expressways: list[_Network] | None = None

    def of(
        self, names: Sequence[str], progress: Callable[[str], None] | None = None
    ) -> tuple[dict[str, Place], tuple[str, ...]]:
        """`{name: Place}` for each of the names, and notes on what could not be told.

        Only a refused login is raised; any other failure of RIS makes the answer poorer, and a note says so.
        """
        seen, notes = self._look(names, progress)
        shared = _shared_addresses(seen)
        return {name: self._place(entry, shared) for name, entry in seen.items()}, notes

    def sightings(self, names: Sequence[str]) -> dict[str, Sighting]:
        """`{name: Sighting}` for each of the names: NOT_ASKED where nobody could tell, `since` only where RIS did.

        Only a refused login is raised.
        """
        try:
            seen, _ = self._look(names, None)
        except LoginRefused:
            raise
        except WireFault:  # neither RIS nor the database can be asked now; that says nothing of the phones
            seen = {name: Seen(Registration.NOT_ASKED) for name in names}
        return {name: Sighting(entry.registration, entry.since or None) for name, entry in seen.items()}

    def _look(
        self, names: Sequence[str], progress: Callable[[str], None] | None
    ) -> tuple[dict[str, Seen], tuple[str, ...]]:
        if not names:
            return {}, ()
        try:
            return self._ris.look_up(names, progress)
        except LoginRefused:
            raise
        except WireFault as fault:
            seen = self._last_known(names)
            known = any(entry.registration is not Registration.NOT_ASKED for entry in seen.values())
            return seen, (_poorer(fault, known=known),)

    def _place(self, seen: Seen, shared: frozenset[str]) -> Place:
        place = self._met(seen, shared)
        return replace(place, address=seen.address or "", web_access=seen.web_access)

    def _met(self, seen: Seen, shared: frozenset[str]) -> Place:
        if seen.registration is Registration.NOT_ASKED:
            return Place(seen.registration, None)
        if seen.registration is not Registration.REGISTERED or seen.address is None:
            return Place(seen.registration, False)
        address = _address(seen.address)
        if address is not None and any(address in network for network in (*self._networks, *self._cluster_s_own())):
            return Place(seen.registration, True, f"its address {seen.address} is an Expressway's", seen.ipv6_only)
        if seen.address in shared:
            evidence = (
                f"other phones have its address {seen.address}, too: an Expressway's, it is assumed (a NAT looks alike)"
            )
            return Place(seen.registration, True, evidence, seen.ipv6_only)
        return Place(seen.registration, False, ipv6_only=seen.ipv6_only)

    def _cluster_s_own(self) -> list[_Network]:
        """The Expressway-Cs that the cluster knows."""
        if self._expressways is None:
            hosts = self._hosts()
            addresses = [found for host in hosts for found in ([host] if _address(host) else self._resolve(host))]
            self._expressways = [ipaddress.ip_network(address) for address in addresses if _address(address)]
        return self._expressways

    def _hosts(self) -> list[str]:
        try:
            rows = self._query(EXPRESSWAYS)
        except AxlFault:
            return []  # an older cluster has no such table
        columns = ("host", "ip", "address")
        return [
            value.strip()
            for row in rows
            for column, value in row.items()
            if value.strip() and any(c in column for c in columns)
        ]

    def _last_known(self, names: Sequence[str]) -> dict[str, Seen]:
        """What `registrationdynamic` says.

        `lastseen` is 0 while a phone is registered; that an unregistered phone never has 0 is *assumed*. Where no phone at all
        has 0, this cluster counts in another way, and nothing is concluded.
        """
        seen = {name: Seen(Registration.NOT_ASKED) for name in names}
        by_name = {name.casefold(): name for name in names}
        rows: list[Mapping[str, str]] = []
        try:
            for chunk in chunks(names, _CHUNK):
                rows += self._query(
                    Sql(
                        "select d.name, rd.lastknownipaddress as address, rd.lastseen from registrationdynamic rd "
                        "inner join device d on rd.fkdevice = d.pkid where d.name in {names}",
                        names=literal_list(chunk, "phone name"),
                    )
                )
        except AxlFault:
            return seen
        if not any(row["lastseen"] == "0" for row in rows):
            return seen
        for row in rows:
            name = by_name.get(row["name"].casefold())
            if name is not None and seen[name].registration is not Registration.REGISTERED:
                registered = row["lastseen"] == "0"
                state = Registration.REGISTERED if registered else Registration.UNREGISTERED
                seen[name] = Seen(state, row["address"] or None)
        return seen


def _poorer(fault: WireFault, *, known: bool) -> str:
    means = "as the database last knew it (slower, and not always right)" if known else "not known"
    return (
        f"RIS cannot be asked ({fault.message}), so registration is {means}; it needs the role Standard Serviceability"
    )


def _shared_addresses(seen: Mapping[str, Seen]) -> frozenset[str]:
    """Addresses that several registered hardware phones have at once: only behind an Expressway (or a NAT) can that be."""
    counted = Counter(
        entry.address
        for name, entry in seen.items()
        if entry.registration is Registration.REGISTERED and entry.address and _HARDWARE.fullmatch(name)
    )
    return frozenset(address for address, phones in counted.items() if phones > 1)


def _address(text: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(text)
    except ValueError:
        return None


def _addresses_of(host: str) -> Sequence[str]:
    try:
        return sorted({str(entry[4][0]) for entry in socket.getaddrinfo(host, None)})
    except OSError:
        return ()
