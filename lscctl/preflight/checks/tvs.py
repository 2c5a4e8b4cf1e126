"""Trust Verification Service: whom phones ask about certificates that their list does not hold."""

from collections.abc import Iterator
from itertools import chain
from typing import Final

from lscctl.cucm.control_center import Running
from lscctl.cucm.faults import WireFault
from lscctl.cucm.node_doors import TVS_PORT
from lscctl.cucm.nodes import TFTP, TVS, ClusterNode
from lscctl.cucm.side_by_side import side_by_side
from lscctl.errors import LscctlError
from lscctl.preflight.ground import Ground, names, readable
from lscctl.preflight.interface import fail, result, skip
from lscctl.trustlist.certificate import Certificate
from lscctl.trustlist.comparison import Match, match
from lscctl.trustlist.format import Function
from lscctl.trustlist.values import TrustList
from lscctl.verdict import CheckResult, Fault

_REACH: Final = f"Let this computer reach TVS' port {TVS_PORT} on the node, and see that it runs."


class TvsCheck:
    """TVS runs where phones would ask it, and their lists hold its certificate."""

    name = "tvs"
    title = "TVS"
    looked_at = "TVS on every node that phones would ask, its port, and its certificate in the ITLs"

    def run(self, ground: Ground) -> CheckResult:
        """Ask each node, and look for each certificate in every list that can be read."""
        asked = [node for node in ground.nodes if node.serves_phones]
        servers = [node for node in ground.nodes if node.has(TFTP)]
        lists = dict(side_by_side(lambda server: (server.name, _itl(ground, server)), servers))
        readable_lists = {name: found for name, found in lists.items() if found is not None}
        faults = chain.from_iterable(side_by_side(lambda node: _on(ground, node, readable_lists), asked))
        listed = f"their certificates are in the ITL of {names([one for one in servers if one.name in readable_lists])}"
        return result(self, f"started on {names(asked)}; {listed}", faults)


def _itl(ground: Ground, server: ClusterNode) -> TrustList | None:
    """The server's list; None where it cannot be read, which the check of the TFTP servers tells."""
    try:
        return ground.trust_list(server, "ITLFile.tlv")
    except LscctlError:
        return None


def _on(ground: Ground, node: ClusterNode, lists: dict[str, TrustList]) -> list[Fault]:
    try:
        answer = ground.tvs(node)
    except WireFault as error:
        return [skip("tvs-unseen", error.message, error.hint or _REACH, node.name)]
    try:
        running = ground.state(node, TVS).running
    except WireFault as error:
        if not answer.answers:
            told = f"{error.message}, and its port tells nothing: {answer.why}"
            return [skip("tvs-unseen", told, error.hint or _REACH, node.name)]
        running = Running.STARTED  # the port answers
    match running:
        case Running.NOT_ACTIVATED:
            remedy = "Activate it (Serviceability > Service Activation)."
            return [fail("tvs-not-activated", "TVS is not activated", remedy, node.name)]
        case Running.STOPPED:
            return [fail("tvs-stopped", "TVS is stopped", "Start it (Serviceability > Control Center).", node.name)]
    certificate = readable(answer.certificate)
    if certificate is None:
        told = f"its port {TVS_PORT} shows no certificate ({answer.why or 'none that can be read'})"
        return [skip("tvs-unseen", f"TVS is {running}, and {told}", _REACH, node.name)]
    return list(_in_the_lists(node, certificate, lists))


def _in_the_lists(node: ClusterNode, certificate: Certificate, lists: dict[str, TrustList]) -> Iterator[Fault]:
    if not lists:
        remedy = "See what the check of the TFTP servers tells: lscctl preflight --check tftp."
        yield skip("tvs-list-unseen", "no TFTP server's ITL could be read", remedy, node.name)
    found = {
        server: {match(record, certificate) for record in trust_list.of_function(Function.TVS)}
        for server, trust_list in lists.items()
    }
    unknown = [server for server, matches in found.items() if Match.SAME not in matches and Match.UNKNOWN in matches]
    without = [server for server, matches in found.items() if not matches & {Match.SAME, Match.UNKNOWN}]
    if unknown:
        told = (
            f"the TVS records in the ITL of {', '.join(unknown)} hold too little to tell whether one is its certificate"
        )
        yield skip("tvs-list-unseen", told, "Compare with `show itl` on that server.", node.name)
    if without:
        yield fail(
            "tvs-not-in-itl",
            f"the ITL of {', '.join(without)} does not hold the certificate of its TVS",
            "Restart Cisco Tftp on these TFTP servers, so that they write their lists anew; then reset phones.",
            node.name,
            cluster_wide=True,
        )
