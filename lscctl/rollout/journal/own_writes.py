"""What runs of this journal have written for phones, so that lscctl does not take its own operations for somebody else's."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from lscctl.identity import ClusterIdentity
from lscctl.rollout.journal.notation import STANDING, value_of
from lscctl.rollout.journal.store import Store


@dataclass(frozen=True, slots=True)
class OwnWrite:
    """The last write of a phone that the journal knows: which run made it, or may have, and the finish time as CUCM writes it."""

    run: int
    finish_time: str


def own_writes(store: Store, identity: ClusterIdentity, names: Iterable[str]) -> Mapping[str, OwnWrite]:
    """`{phone name: OwnWrite}` of these phones of the cluster, those that no run has written left away. Raises JournalError."""
    rows = store.rows(
        "SELECT run.number, standing.name, standing.standing FROM standing JOIN run ON run.number = standing.run"
        " WHERE run.publisher = ? AND standing.name IN (SELECT value FROM json_each(?)) ORDER BY run.number",
        (identity.publisher, json.dumps(sorted(names))),
    )
    found: dict[str, OwnWrite] = {}
    for run, name, text in rows:
        standing = value_of(STANDING, text, store.path)
        if standing.writes and standing.deadline:
            found[name] = OwnWrite(run, standing.deadline)
    return found
