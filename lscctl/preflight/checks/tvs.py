"""Trust Verification Service: whom phones ask about certificates that their list does not hold."""

from collections.abc import Iterator

from lscctl.cucm.control_center import Running
from lscctl.cucm.faults import WireFault
from lscctl.cucm.nodes import TFTP, TVS, ClusterNode
from lscctl.errors import LscctlError
from lscctl.preflight.ground import Ground, names
from lscctl.preflight.interface import fail, result, skip
from lscctl.trustlist.certificate import Certificate
from lscctl.trustlist.comparison import Match, match
from lscctl.trustlist.format import Function
from lscctl.verdict import CheckResult, Fault


class TvsCheck:
    """TVS runs where phones would ask it, and their lists hold its certificate."""

    name = "tvs"
    title = "TVS"
    looked_at = "TVS on every node that phones would ask, its port, and its certificate in the ITLs"

    def run(self, ground: Ground) -> CheckResult:
        """Ask each node."""
        asked = [node for node in ground.nodes if node.serves_phones]
        return result(self, f"started on {names(asked)}", [fault for node in asked for fault in _on(ground, node)])


def _on(ground: Ground, node: ClusterNode) -> Iterator[Fault]:
    answer = ground.tvs(node)
    try:
        running = ground.state(node, TVS).running
    except WireFault as error:
        running = Running.STARTED if answer.answers else Running.UNKNOWN
        if not answer.answers:
            yield skip(
                "tvs-unseen", f"{error.message}, and its port tells nothing: {answer.why}", error.hint or "", node.name
            )
            return
    if running is Running.NOT_ACTIVATED:
        yield fail(
            "tvs-not-activated", "TVS is not activated", "Activate it (Serviceability > Service Activation).", node.name
        )
    elif running is Running.STOPPED:
        yield fail("tvs-stopped", "TVS is stopped", "Start it (Serviceability > Control Center).", node.name)
    elif answer.certificate:
        yield from _in_the_lists(ground, node, Certificate.read(answer.certificate))


def _in_the_lists(ground: Ground, node: ClusterNode, certificate: Certificate) -> Iterator[Fault]:
    for server in ground.nodes:
        if not server.has(TFTP):
            continue
        try:
            trust_list = ground.trust_lists(server, "ITLFile.tlv")
        except LscctlError:
            continue  # the check of the TFTP servers tells it
        if all(match(record, certificate) is Match.DIFFERENT for record in trust_list.of_function(Function.TVS)):
            yield fail(
                "tvs-not-in-itl",
                f"the ITL of {server.name} does not hold the certificate of TVS on {node.name}",
                "Restart Cisco Tftp on the TFTP server, so that it writes its list anew; then reset phones.",
                server.name,
                cluster_wide=True,
            )
