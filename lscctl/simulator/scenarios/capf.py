"""CAPF that does not run, or signs with what it should not, or does not sign at all."""

from collections.abc import Callable, Sequence
from typing import Final

from lscctl.simulator.authority import DAY
from lscctl.simulator.capf import CapfState
from lscctl.simulator.capf_certificate import CapfShape
from lscctl.simulator.certificate_stores import TRUSTS
from lscctl.simulator.cluster import Cluster
from lscctl.simulator.outside_ca import ISSUER, CaState
from lscctl.simulator.parameters import FIPS_MODE
from lscctl.simulator.scenarios.interface import Scenario, last_node
from lscctl.simulator.services import CAPF, ENROLMENT

_CA: Final = "Example Corp Root CA"
_ISSUING_CA: Final = "Example Corp Issuing CA 1"


def _not_activated(cluster: Cluster) -> None:
    """The lists were written while it was, so they still name CAPF."""
    cluster.activate_service(cluster.nodes.publisher, CAPF, active=False)


def _stopped(cluster: Cluster) -> None:
    cluster.control_service(cluster.nodes.publisher, CAPF, "Stop")


def _is(state: CapfState) -> Callable[[Cluster], None]:
    """The service is started, and its port does something else."""

    def happen(cluster: Cluster) -> None:
        cluster.capf.state = state

    return happen


def _elsewhere(cluster: Cluster) -> None:
    cluster.nodes.activate(last_node(cluster), CAPF, active=True)


def _ends(days_left: int) -> Callable[[Cluster], None]:
    def happen(cluster: Cluster) -> None:
        now = int(cluster.clock.utc())
        cluster.capf.replace(CapfShape(valid=(now - 1_700 * DAY, now + days_left * DAY)))
        cluster.renew_lists()

    return happen


def _shaped(
    shape: CapfShape, *, chain_known: bool = False, chain_in: Sequence[str] = TRUSTS
) -> Callable[[Cluster], None]:
    def happen(cluster: Cluster) -> None:
        cluster.capf.replace(shape, chain_known=chain_known, chain_in=chain_in)
        cluster.renew_lists()

    return happen


def _regenerated(cluster: Cluster) -> None:
    cluster.capf.replace()


def _not_restarted(cluster: Cluster) -> None:
    """The database has a new certificate, CAPF and the lists the old one, which is gone from the database."""
    cluster.capf.replace_stored()


def _offline_ca(cluster: Cluster) -> None:
    """What LSCs are to be trusted by is there; the requests wait."""
    cluster.upload_outside_ca()
    cluster.parameters.set(ISSUER, "Offline CA")


def _online_ca(
    *, state: CaState = "running", trusted: bool = True, enrolment: bool = True, fips: bool = False
) -> Callable[[Cluster], None]:
    def happen(cluster: Cluster) -> None:
        if not cluster.release.has_online_ca:
            return  # what came with 12.5 cannot happen before
        if trusted:
            cluster.upload_outside_ca()
        cluster.outside_ca.name()
        cluster.outside_ca.state = state
        cluster.parameters.set(ISSUER, "Online CA")
        cluster.parameters.set(FIPS_MODE, "1" if fips else "0")
        if enrolment:
            cluster.activate_service(cluster.nodes.publisher, ENROLMENT, active=True)

    return happen


OF_CAPF: Final = (
    Scenario("capf-not-activated", "CAPF is not activated on the publisher", _not_activated),
    Scenario("capf-stopped", "CAPF is activated and stopped", _stopped),
    Scenario("capf-frozen", "CAPF takes connections and never answers (CSCub62243)", _is("frozen")),
    Scenario("capf-port-closed", "CAPF is started, and nobody listens on its port", _is("unreachable")),
    Scenario("capf-elsewhere", "CAPF is activated on a subscriber, too", _elsewhere),
    Scenario("capf-expired", "CAPF's certificate has expired", _ends(-3)),
    Scenario("capf-expiring", "CAPF's certificate ends in 20 days", _ends(20)),
    Scenario("capf-ageing", "CAPF's certificate ends in 100 days", _ends(100)),
    Scenario("capf-no-ca", "CAPF's certificate lacks CA:TRUE and keyCertSign", _shaped(CapfShape(ca=False))),
    Scenario("capf-sha1", "CAPF's certificate is signed with SHA-1", _shaped(CapfShape(sha1=True))),
    Scenario("capf-rsa-1024", "CAPF's key has 1024 bits", _shaped(CapfShape(bits=1024))),
    Scenario("capf-regenerated", "CAPF was regenerated, and no TFTP server restarted since", _regenerated),
    Scenario("capf-not-restarted", "CAPF was regenerated and still presents its old certificate", _not_restarted),
    Scenario(
        "capf-from-ca",
        "CAPF's certificate is from a CA that CAPF-trust holds: nothing is wrong",
        _shaped(CapfShape(issuer=_CA), chain_known=True),
    ),
    Scenario(
        "capf-chain-missing",
        "CAPF's certificate is from a CA that is in no trust store",
        _shaped(CapfShape(issuer=_CA)),
    ),
    Scenario(
        "capf-from-subordinate-ca",
        "CAPF's certificate is from a CA under a root, and both trust stores hold both: nothing is wrong",
        _shaped(CapfShape(issuer=_ISSUING_CA, root=_CA), chain_known=True),
    ),
    Scenario(
        "capf-ca-not-for-calls",
        "CAPF's certificate is from a CA that CAPF-trust holds and CallManager-trust does not",
        _shaped(CapfShape(issuer=_ISSUING_CA, root=_CA), chain_known=True, chain_in=("CAPF-trust",)),
    ),
    Scenario(
        "capf-ca-path-length",
        "CAPF's certificate is from a CA that may not issue CAs (pathlen 0)",
        _shaped(CapfShape(issuer=_CA, path_length=0), chain_known=True),
    ),
    Scenario("offline-ca", "LSCs are issued by an Offline CA", _offline_ca),
    Scenario(
        "online-ca", "LSCs are issued by an Online CA, with the enrolment service: nothing is wrong", _online_ca()
    ),
    Scenario("online-ca-down", "the Online CA that is to issue LSCs does not answer", _online_ca(state="down")),
    Scenario(
        "online-ca-rejects",
        "the Online CA turns requests down: its template or its user is not as CAPF has it",
        _online_ca(state="rejects"),
    ),
    Scenario(
        "online-ca-untrusted",
        "the Online CA that is to issue LSCs is in no trust store",
        _online_ca(trusted=False),
    ),
    Scenario(
        "enrolment-service",
        "LSCs are issued by an Online CA without the enrolment service",
        _online_ca(enrolment=False),
    ),
    Scenario(
        "fips-online-ca",
        "FIPS is on, which excludes the Online CA that is to issue LSCs",
        _online_ca(fips=True),
    ),
)
