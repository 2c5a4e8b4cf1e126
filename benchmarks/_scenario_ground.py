"""The healthy cluster on which scenarios are played: with every seed each of them happens where preflight can see it.

What a seed draws of its phones is put right: it may leave a server that nobody asks, or phones of which none takes part.
"""

import itertools
from collections.abc import Sequence
from typing import Final

from lscctl.simulator.authority import DAY, Issuer
from lscctl.simulator.cluster import Cluster
from lscctl.simulator.key_pairs import KeyName

_PHONES: Final = 10
"""Few, and of every cluster the same models: four Cisco 8845, more that tell of their ITL, one with SCCP, one without SBD."""

_WITH_LSC: Final = "Cisco 8851"
"""The model of the one phone that has an LSC: scenarios happen to phones of another."""

_KEY: Final = KeyName("rsa", 2048, 0)
_LSC_DAYS: Final = 1_825
_LSC_AGE: Final = 400 * DAY


def healthy_cluster(seed: int) -> Cluster:
    """A healthy cluster: all phones are registered, one has an LSC, and others that tell of their ITL ask each of the servers."""
    truth = Cluster.create(phones=_PHONES, seed=seed)
    phones = truth.connection.execute(
        "SELECT d.pkid, t.name = ?, y.name = 'SIP' AND t.name NOT LIKE '% 79__' FROM device d"
        " JOIN sim_phone p ON p.fkdevice = d.pkid JOIN typemodel t ON t.enum = d.tkmodel"
        " JOIN typedeviceprotocol y ON y.enum = d.tkdeviceprotocol ORDER BY 2, 3 DESC, d.ctiid",
        (_WITH_LSC,),
    ).fetchall()
    _at_home(truth, [str(pkid) for pkid, *_ in phones])
    for pkid, has_lsc, _ in phones:
        truth.take_lsc(pkid)
        if has_lsc:
            at = truth.clock.utc() - _LSC_AGE
            truth.give_lsc(pkid, key=_KEY, issuer=Issuer.LIVE, at=at, days=_LSC_DAYS)
    truth.held_lists.settle()
    return truth


def _at_home(truth: Cluster, phones: Sequence[str]) -> None:
    """Register each of these phones, in the office, at one node after the other."""
    for number, (pkid, node) in enumerate(zip(phones, itertools.cycle(truth.nodes.all()))):
        address = f"10.99.0.{number}"
        truth.connection.execute(
            "UPDATE sim_phone SET ip = ?, node = ?, status = 'Registered', statusreason = 0, stalenode = NULL,"
            " stalechanged = NULL, powered = 't', expressway = 'f' WHERE fkdevice = ?",
            (address, node.name, pkid),
        )
        truth.connection.execute(
            "UPDATE registrationdynamic SET lastknownipaddress = ?, lastknownucm = ? WHERE fkdevice = ?",
            (address, node.name, pkid),
        )
