"""The search for phones: what a query means on this cluster, and where the phones are that it means."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from lscctl.cucm.clock import Query
from lscctl.cucm.inventory import Inventory
from lscctl.cucm.selection import resolve
from lscctl.cucm.whereabouts import Whereabouts
from lscctl.cucm.zones import with_zones
from lscctl.phone import Phone, PhoneQuery, Registration, Renewal
from lscctl.plan import ClusterFacts


@dataclass(frozen=True, slots=True)
class Found:
    """The phones that a query means, by name. `unknown_names` are listed names that no phone of the cluster has."""

    phones: tuple[Phone, ...]
    unknown_names: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


class PhoneSearch:
    """Finds phones. `now` is the cluster's clock in epoch seconds."""

    def __init__(
        self,
        inventory: Inventory,
        whereabouts: Whereabouts,
        rows: Query,
        *,
        now: Callable[[], float],
        facts: Callable[[], ClusterFacts],
    ) -> None:
        self._inventory = inventory
        self._whereabouts = whereabouts
        self._rows = rows
        self._now = now
        self._facts = facts

    def find(
        self,
        query: PhoneQuery,
        *,
        progress: Callable[[str], None] | None = None,
        registration: bool = True,
        zones: bool = False,
    ) -> Found:
        """The phones that the query means, with their registration unless that is not wanted and not asked for.

        `limit` takes the first by name. `progress` is told what takes long. With `zones` each phone's `zone` is read too. Raises
        UsageError for words that mean nothing on this cluster, with the nearest that do.
        """
        selection = resolve(
            query,
            self._rows,
            now=self._now(),
            own_issuers=lambda: self._facts().own_issuers,
            lsc_columns=self._inventory.features.lsc_columns,
        )
        unknown: tuple[str, ...] = ()
        if query.names_listed is None:
            phones = self._inventory.phones(selection)
        else:
            phones, unknown = self._inventory.listed(query.names_listed, selection)
        phones, notes = _due(query.renewal, phones)
        if query.registered is None:
            phones = phones[: query.limit]
        if registration or query.registered is not None:
            phones, unseen = self._located(phones, progress)
            notes = (*notes, *unseen)
        if query.registered is not None:
            told = [p for p in phones if p.registration is not Registration.NOT_ASKED]
            if len(told) < len(phones):
                notes = (
                    *notes,
                    f"of {len(phones) - len(told):,} phones nobody could say whether they are registered: left away",
                )
            phones = [p for p in told if (p.registration is Registration.REGISTERED) is query.registered][: query.limit]
        if zones:
            phones, unknown_zones = with_zones(self._rows, phones)
            notes = (*notes, *unknown_zones)
        return Found(tuple(phones), unknown, (*self._inventory.notes, *notes))

    def _located(
        self, phones: Sequence[Phone], progress: Callable[[str], None] | None
    ) -> tuple[list[Phone], tuple[str, ...]]:
        places, notes = self._whereabouts.of([phone.name for phone in phones], progress)
        located = [
            replace(
                phone,
                registration=places[phone.name].registration,
                over_expressway=places[phone.name].over_expressway,
                expressway_evidence=places[phone.name].evidence,
                ipv6_only=places[phone.name].ipv6_only,
                address=places[phone.name].address,
                web_access=places[phone.name].web_access,
            )
            for phone in phones
        ]
        return located, notes


def _due(renewal: Renewal | None, phones: list[Phone]) -> tuple[list[Phone], tuple[str, ...]]:
    """Those of the phones that the renewal concerns, and what is to be said of those of which nobody knows that."""
    if renewal is None:
        return phones, ()
    due = [phone for phone in phones if renewal.concerns(phone.lsc)]
    notes = [] if due or not phones else ["no LSC of the phones that were looked at is to be renewed"]
    if unjudged := sum(renewal.cannot_judge(phone.lsc) for phone in phones):
        have = "1 phone has an LSC" if unjudged == 1 else f"{unjudged:,} phones have LSCs"
        notes.append(
            f"{have} of which CUCM does not know when it ends or who signed it: not among these; "
            "`lscctl bulk-install --lsc unknown` renews those whose end is not known"
        )
    return due, tuple(notes)
