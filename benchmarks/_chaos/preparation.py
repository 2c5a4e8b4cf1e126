"""The phones and profiles of a cluster as a scenario's operation needs them, made before anybody looks."""

from benchmarks._chaos.scenario import Operation, Scenario
from lscctl.simulator.authority import Issuer
from lscctl.simulator.cluster import Cluster
from lscctl.simulator.key_pairs import KeyName

_MOVE = (
    "UPDATE device SET fksecurityprofile = (SELECT c.pkid FROM securityprofile c WHERE c.tkmodel = device.tkmodel"
    " AND c.tkdeviceprotocol = device.tkdeviceprotocol AND c.name LIKE '% - ' || ?1) WHERE tkclass = 1"
    " AND EXISTS (SELECT 1 FROM securityprofile c WHERE c.tkmodel = device.tkmodel"
    " AND c.tkdeviceprotocol = device.tkdeviceprotocol AND c.name LIKE '% - ' || ?1)"
    " AND (tkmodel = (SELECT enum FROM typemodel WHERE name = ?2)"
    " OR (?2 = '' AND fksecurityprofile IN (SELECT pkid FROM securityprofile WHERE isstandard = 't')))"
)
"""Phones of a model (empty: all that have a predefined profile) get the profile of this title that is for them."""

_UNABLE = (
    "SELECT d.pkid FROM device d JOIN sim_phone p ON p.fkdevice = d.pkid LEFT JOIN sim_lsc l ON l.fkdevice = d.pkid"
    " WHERE d.tkclass = 1 AND (p.powered = 'f' OR p.expressway = 't' OR (l.fkdevice IS NOT NULL AND"
    " (l.issuer <> ? OR l.validuntil < ?)))"
)
_STRINGS = "Zeichenfolge für Büros"
MODELS = {"8841": "802.1X", "8845": "MIC first"}
"""The models whose phones are to prove themselves by their LSCs, and the profile that all of them have: two, since a client asks
RIS about each, and may not ask it often."""


def prepare(cluster: Cluster, scenario: Scenario) -> None:
    """Make the cluster fit for the operation; an install, a delete and a troubleshoot take it as it is."""
    with cluster.lock:
        match scenario.operation:
            case Operation.AUTH_STRING | Operation.DELETE_BY_STRING:
                cluster.connection.execute(_MOVE, (_STRINGS, ""))
            case Operation.THEN_LSC_FIRST:
                _let_profiles_change(cluster)
            case _:
                pass


def _let_profiles_change(cluster: Cluster) -> None:
    """The models' phones have one profile each, which can be changed; those that could get no LSC have one already, and so have
    those whose LSC is no good any more."""
    for model, title in MODELS.items():
        cluster.connection.execute(_MOVE, (title, f"Cisco {model}"))
    now = cluster.clock.utc()
    for (pkid,) in cluster.connection.execute(_UNABLE, (str(Issuer.LIVE.value), now)).fetchall():
        cluster.give_lsc(str(pkid), key=KeyName("rsa", 2048, 0), issuer=Issuer.LIVE, at=now - 86_400, days=365)
