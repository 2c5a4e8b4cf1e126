"""Phones that are looked at again and again: how they stand, and what changed."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

from lscctl.capf import StatusKind
from lscctl.changes import Change, ChangeKind, changes_of

if TYPE_CHECKING:
    from lscctl.cucm.cluster import Cluster
    from lscctl.phone import Phone
    from lscctl.report.cluster import PhonesOfCluster


class Watch:
    """Phones of a cluster, looked at again and again: `told` is how they stand, `pending_since` when each pending phone was first
    seen so, `failed` how many have failed meanwhile."""

    def __init__(self, cluster: "Cluster", told: "PhonesOfCluster") -> None:
        self._cluster = cluster
        self.told = told
        self._phones = {phone.pkid: phone for phone in told.phones}
        self.pending_since: dict[str, datetime] = {}
        self.seen: Counter[ChangeKind] = Counter()
        self.failed = 0
        self.at = told.clock.local()
        self._note_pending()

    @property
    def pending(self) -> "list[Phone]":
        """The phones with an operation under way, by name; one whose finish time has passed, to the hour, waits for nothing."""
        hour = f"{self.at:%Y:%m:%d:%H}"  # finish times compare as text, since each part has its fixed width
        waiting = (one for one in self._phones.values() if one.pending and not "" < one.finish_time < hour)
        return sorted(waiting, key=lambda phone: phone.name)

    def look(self) -> list[Change]:
        """Look once: what changed since the last look, by name. One page of SQL, and one for each 500 phones that changed.

        Raises WireFault.
        """
        from lscctl.cucm.sql import chunks

        glances = self._cluster.glance(list(self._phones))
        changed = [pkid for pkid, phone in self._phones.items() if glances.get(pkid, phone.glance) != phone.glance]
        now: dict[str, Phone | None] = dict.fromkeys(self._phones.keys() - glances.keys())
        for chunk in chunks(changed, self._cluster.page_size):
            for pkid, reading in self._cluster.read(chunk).items():
                now[pkid] = replace(
                    self._phones[pkid],
                    operation=reading.operation,
                    status=reading.status,
                    finish_time=reading.finish_time,
                    lsc=reading.lsc,
                )
        self.at = self._cluster.clock.local()
        return sorted(self._taken_in(now), key=lambda change: change.phone.name)

    def _taken_in(self, now: "dict[str, Phone | None]") -> Iterator[Change]:
        from lscctl.report.phones import phone_then

        old = self.told
        facts = replace(old.facts, now=self.at.timestamp())
        for pkid, phone in now.items():
            before = phone_then(self._phones[pkid], old)
            if phone is None:
                del self._phones[pkid]
                found = [Change(before, ChangeKind.GONE)]
            else:
                self._phones[pkid] = phone
                found = list(changes_of(before, phone_then(phone, replace(old, facts=facts))))
                self.failed += any(change.kind is ChangeKind.STATUS for change in found) and (
                    phone.status.kind is StatusKind.FAILED
                )
            self.seen.update(change.kind for change in found)
            yield from found
        self.told = replace(old, phones=tuple(self._phones.values()), facts=facts)
        self._note_pending()

    def _note_pending(self) -> None:
        self.pending_since = {phone.name: self.pending_since.get(phone.name, self.at) for phone in self.pending}
