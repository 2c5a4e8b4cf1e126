"""Name resolution as a phone is told to do it: its own name servers are asked for CAPF's server, as the phone knows that."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final

from lscctl.cucm.name_servers import NameAnswer, NameServers
from lscctl.cucm.side_by_side import side_by_side
from lscctl.finding import Door, Place, Source
from lscctl.gathering.doors import Told
from lscctl.gathering.network import Network, is_address

NAME_SERVERS: Final = Place(Source.PHONE, "its name servers")

_AT_ONCE: Final = 100
"""Name servers that are waited for at a time."""

_MOST_SERVERS: Final = 4


@dataclass(frozen=True, slots=True)
class Resolver:
    """How a phone resolves names: its name servers in their order, and its domain for names without one."""

    servers: tuple[str, ...]
    domain: str

    @classmethod
    def of(cls, network: Network) -> "Resolver":
        """As its network configuration says."""
        servers = [one for one in dict.fromkeys(network.dns) if is_address(one)]
        return cls(tuple(servers[:_MOST_SERVERS]), network.domain)

    def resolve(self, name: str, servers: NameServers) -> NameAnswer | None:
        """What the first of its servers says that says anything; what the last says where none does; None without servers.

        A server knows no address only where it says so of the name with the domain and without.
        """
        last = None
        for server in self.servers:
            unclear = None
            for host in self._hosts(name):
                last = servers.ask(server, host)
                if last.resolved:
                    return last
                unclear = last if last.resolved is None else unclear
            if unclear is None:
                return last
            last = unclear
        return last

    def _hosts(self, name: str) -> list[str]:
        short = "." not in name.rstrip(".")
        return [f"{name}.{self.domain}", name] if short and self.domain else [name]


@dataclass(slots=True)
class Names:
    """Names as phones resolve them, each asked for once for all phones that have the same servers.

    `nodes` are the names of the cluster's nodes; `server` is the publisher's, which is CAPF's.
    """

    servers: NameServers
    nodes: tuple[str, ...]
    server: str
    _addresses: dict[Resolver, dict[str, str]] = field(default_factory=dict)
    _agreed: dict[str, str] = field(default_factory=dict)

    def prepare(self, networks: Iterable[Network]) -> None:
        """Ask the servers of all these phones, side by side: what follows finds the answers there."""
        resolvers = {Resolver.of(network): network for network in networks}

        def ask(one: tuple[Resolver, Network]) -> None:
            resolver, network = one
            if name := self.told(network):
                resolver.resolve(name, self.servers)
            self._addresses[resolver] = self._nodes_by_address(resolver)

        list(side_by_side(ask, resolvers.items(), _AT_ONCE))
        self._agreed = _agreed(self._addresses.values())

    def told(self, network: Network) -> str:
        """The name, or address, by which a phone knows CAPF's server: its page's, else the cluster's own."""
        return network.capf[0] if network.capf else self.server

    def addresses(self, network: Network) -> Mapping[str, str]:
        """`{address: name}` of the cluster's nodes as the phone resolves them; of addresses that its own servers do not know, as
        those of the other phones agree on: a phone whose name server fails is told its TFTP server by an address all the same."""
        return self._agreed | self._addresses.get(Resolver.of(network), {})

    def look(self, network: Network) -> Told:
        """Whether the phone's name servers resolve CAPF's server for it."""
        told, name, place = Told(), self.told(network), network.place
        if not name:
            return told
        if is_address(name):
            said = f"the phone is told {name} as CAPF's server, an address: there is nothing to resolve"
            told.state("name-resolved", "yes", place, said)
            return told
        if network.capf:
            told.state("server-name", name, place, f"CAPF's server is told as {name}")
        answer = Resolver.of(network).resolve(name, self.servers)
        if answer is None:
            _without_servers(told, network, name)
        elif answer.resolved is None:
            told.missing.append(f"{Door.NAMES.tells}: {answer.said}")
        else:
            told.looked_at.append(NAME_SERVERS)
            told.state("name-resolved", "yes" if answer.resolved else "no", NAME_SERVERS, answer.said, name)
        return told

    def _nodes_by_address(self, resolver: Resolver) -> dict[str, str]:
        found = {}
        for node in self.nodes:
            answer = None if is_address(node) else resolver.resolve(node, self.servers)
            found.update(dict.fromkeys(answer.addresses if answer else (), node))
        return found


def _agreed(known: Iterable[Mapping[str, str]]) -> dict[str, str]:
    """What all that know an address say it is; sites that use one address for different nodes say nothing together."""
    names: dict[str, set[str]] = {}
    for one in known:
        for address, name in one.items():
            names.setdefault(address, set()).add(name)
    return {address: next(iter(called)) for address, called in names.items() if len(called) == 1}


def _without_servers(told: Told, network: Network, name: str) -> None:
    """A phone that has no name server resolves no name; one whose page does not speak of them may have some."""
    if network.tells_dns:
        said = f"the phone has no name server, and CAPF's server is told as {name}"
        told.state("name-resolved", "no", network.place, said, name)
    else:
        told.missing.append(f"{Door.NAMES.tells}: no page of the phone's tells them")
