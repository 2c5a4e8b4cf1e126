"""What runs of this journal have written for phones, so that lscctl does not take its own operations for somebody else's."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, tzinfo

from lscctl.capf import CertificateOperation
from lscctl.deadline import Deadline
from lscctl.identity import ClusterIdentity
from lscctl.phone import Phone
from lscctl.rollout.journal.notation import standing_of
from lscctl.rollout.journal.store import Store
from lscctl.rollout.standing import Standing
from lscctl.rollout.transitions import same_hour


@dataclass(frozen=True, slots=True)
class OwnWrite:
    """What the last run of the journal that wrote a phone, or may have, wrote for it: one of these finish times, as CUCM writes
    them, may stand at the cluster."""

    run: int
    operation: CertificateOperation
    finish_times: tuple[str, ...]

    def is_of(self, phone: Phone) -> bool:
        """Whether the operation that the phone has now is that one."""
        return phone.operation is self.operation and any(
            same_hour(ours, phone.finish_time) for ours in self.finish_times
        )


def own_writes(store: Store, identity: ClusterIdentity, names: Iterable[str], zone: tzinfo) -> Mapping[str, OwnWrite]:
    """`{phone name: OwnWrite}` of these phones of the cluster, those that no run has written left away. Raises JournalError."""
    rows = store.rows(
        "SELECT run.number, cluster, host, publisher, capf, operation, standing.name, standing.standing"
        " FROM standing JOIN run ON run.number = standing.run"
        " WHERE run.publisher = ? AND standing.name IN (SELECT value FROM json_each(?)) ORDER BY run.number",
        (identity.publisher, json.dumps(sorted(names))),
    )
    found: dict[str, OwnWrite] = {}
    for run, cluster, host, publisher, capf, operation, name, text in rows:
        if ClusterIdentity(cluster, host, publisher, capf).is_other_than(identity):
            continue
        standing = standing_of(text, store.path)
        if standing.writes:
            found[name] = OwnWrite(run, CertificateOperation(operation), _finish_times(standing, zone))
    return found


def own_standings(
    store: Store, identity: ClusterIdentity, run: int, standings: Mapping[str, Standing], zone: tzinfo
) -> dict[str, Standing]:
    """The run's standings without those of phones that another run has written since, until an hour of one of this run's writes:
    what stands for such a phone is that run's. Raises JournalError."""
    last = own_writes(store, identity, standings, zone)
    return {
        name: standing
        for name, standing in standings.items()
        if (own := last.get(name)) is None
        or own.run == run
        or not any(same_hour(ours, other) for ours in _finish_times(standing, zone) for other in own.finish_times)
    }


def _finish_times(standing: Standing, zone: tzinfo) -> tuple[str, ...]:
    earlier = (Deadline(datetime.fromtimestamp(at, zone)).text for at in standing.earlier)
    return (*earlier, standing.deadline)
