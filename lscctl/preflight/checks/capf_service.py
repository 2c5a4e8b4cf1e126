"""CAPF as a service: on the publisher, and nowhere else."""

from collections.abc import Iterator

from lscctl.cucm.control_center import Running
from lscctl.cucm.faults import WireFault
from lscctl.cucm.nodes import CAPF
from lscctl.preflight.ground import Ground
from lscctl.preflight.interface import fail, result, skip, warn
from lscctl.verdict import CheckResult, Fault

_ACTIVATE = (
    "Activate Cisco Certificate Authority Proxy Function on the publisher (Serviceability > Service Activation), restart "
    "Cisco Tftp on every TFTP node, and reset phones."
)
_START = "Start Cisco Certificate Authority Proxy Function on the publisher (Serviceability > Control Center)."


class CapfServiceCheck:
    """CAPF is activated and started on the publisher, on no other node, and its port answers."""

    name = "capf-service"
    title = "CAPF service"
    looked_at = "CAPF's activation and state on every node, and its port"

    def run(self, ground: Ground) -> CheckResult:
        """Ask the database, Control Center and the port."""
        faults = [*_on_the_publisher(ground), *_elsewhere(ground)]
        return result(self, f"started on {ground.publisher.name}, port {ground.cluster.capf_port()} answers", faults)


def _on_the_publisher(ground: Ground) -> Iterator[Fault]:
    where = ground.publisher.name
    if not ground.publisher.has(CAPF):
        yield fail("capf-not-activated", "CAPF is not activated on the publisher", _ACTIVATE, where)
        return
    try:
        running = ground.state(ground.publisher, CAPF).running
    except WireFault as error:
        if not ground.capf.answers:
            hint = error.hint or "Grant Standard Serviceability, so that lscctl can ask Control Center."
            yield skip(
                "capf-service-unseen", f"{error.message}, and its port tells nothing: {ground.capf.why}", hint, where
            )
        return
    match running:
        case Running.UNKNOWN if ground.capf.answers:
            return  # the service under a name of its own: the port tells that it runs
        case Running.NOT_ACTIVATED:
            yield fail("capf-not-activated", "CAPF is not activated on the publisher", _ACTIVATE, where)
        case Running.STOPPED:
            yield fail("capf-stopped", "CAPF is activated, but stopped", _START, where)
        case Running.CHANGING | Running.UNKNOWN:
            said = ground.state(ground.publisher, CAPF).said
            yield skip("capf-service-unseen", f"Control Center says: {said}", "Wait a minute and look again.", where)
        case Running.STARTED:
            yield from _port(ground, where)


def _port(ground: Ground, where: str) -> Iterator[Fault]:
    """A service that is started answers on its port."""
    answer, port = ground.capf, ground.cluster.capf_port()
    if answer.answers is False:
        frozen = "nobody answers" in answer.why
        yield fail(
            "capf-frozen" if frozen else "capf-port-closed",
            f"CAPF is started, but on its port {port} {answer.why}",
            "Restart CAPF on the publisher (it freezes: CSCub62243), and look at firewalls on the way to that port.",
            where,
        )
    elif answer.answers is None:
        yield skip(
            "capf-port-unseen",
            f"CAPF is started, and from here its port {port} tells nothing: {answer.why}",
            "Let this computer reach that port on the publisher without a proxy.",
            where,
        )


def _elsewhere(ground: Ground) -> Iterator[Fault]:
    for node in ground.nodes:
        if not node.publisher and node.has(CAPF):
            yield warn(
                "capf-elsewhere",
                "CAPF is activated on a node that is not the publisher",
                "Deactivate it there: only the publisher's signs.",
                node.name,
            )
