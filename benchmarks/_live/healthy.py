"""Phones with which nothing is wrong, of every kind that a cluster has: for none of them may a cause be named."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TypeVar

from benchmarks._live.bench import Bench
from benchmarks._live.telling import Rng, diagnosed
from lscctl.cucm.phone_doors import PhoneDoors
from lscctl.cucm.phone_pages import LOGS, SUBJECTS, PagesSeen, PhonePage, Subject, log_paths
from lscctl.diagnosis.knowledge import Knowledge
from lscctl.finding import Source
from lscctl.gathering import Door
from lscctl.phone import PhoneQuery
from lscctl.simulator.cluster import Cluster
from lscctl.simulator.phone_pages.telling import Telling

_MODELS = (
    "Cisco 8845",
    "Cisco 8841",
    "Cisco 8851",
    "Cisco 8865",
    "Cisco 7841",
    "Cisco 7965",
    "Cisco 6945",
    "Cisco 9971",
)
_FAILED_BEFORE = (
    "dns",
    "capf-unreachable",
    "itl-mismatch",
    "no-configuration",
    "tvs",
    "invalid-mic",
    "capf-certificate",
)
_OVER_SOCKETS = 500
"""So many are met over their real doors, certificates and all; the others by the same pages, without a socket between."""

_Thing = TypeVar("_Thing")
_Found = TypeVar("_Found")


class PagesOfTheHouse(PhoneDoors):
    """The phones' pages without a network between: what their web servers would send, asked of them at once."""

    def __init__(self, usual: PhoneDoors, cluster: Cluster) -> None:
        vars(self).update(vars(usual))
        self._cluster = cluster

    def each(self, look: Callable[[_Thing], _Found], things: Iterable[_Thing]) -> Iterator[_Found]:
        """What `look` finds in each thing, one after the other."""
        return map(look, things)

    def pages(self, address: str, subjects: Iterable[Subject] = SUBJECTS) -> PagesSeen:
        """What the phone at an address tells of itself."""
        pages = []
        for subject in subjects:
            found = next((page for path in subject.paths if (page := self._page(subject.source, path, address))), None)
            if found is not None and subject is not LOGS:
                pages.append(found)
            paths = log_paths(found.content) if found is not None and subject is LOGS else []
            pages += filter(None, (self._page(Source.CONSOLE_LOG, path, address) for path in reversed(paths)))
        return PagesSeen(tuple(pages))

    def _page(self, source: Source, path: str, address: str) -> PhonePage | None:
        with self._cluster.lock:
            phone = self._cluster.web.at(address)
            page = phone and self._cluster.web.page(phone, path)
        return PhonePage(source, path, page.text.encode()) if page else None


def alarms(seed: int, knowledge: Knowledge, healthy: int, *, phones: int = 6_000, show: bool = False) -> int:
    """For how many of so many healthy phones, of clusters of `phones`, a cause is named, or a link called broken."""
    found, left = 0, healthy
    while left > 0:
        rng = Rng(f"{seed} healthy {left}")
        bench = Bench(phones, telling=Telling(varied=True, noise=rng.choice((2, 12, 40)), cut=rng.random() < 0.5))
        try:
            pkids = list(_phones(bench, left))
            _live(bench, pkids, rng)
            found += _alarms(
                bench, [bench.name(pkid) for pkid in pkids], knowledge, over_sockets=left == healthy, show=show
            )
            left -= len(pkids)
        finally:
            bench.close()
    return found


def _phones(bench: Bench, most: int) -> Iterator[str]:
    nodes = [node.name for node in bench.cluster.nodes.all()]
    for model in _MODELS:
        for node in nodes:
            while most and (pkid := bench.take(model, node)) is not None:
                most -= 1
                yield pkid


def _live(bench: Bench, pkids: Sequence[str], rng: Rng) -> None:
    """Let them live: some never hear of CAPF, most have their LSC, some after attempts that failed, some are at it just now."""
    dice = {pkid: rng.random() for pkid in pkids}
    before = [pkid for pkid in pkids if dice[pkid] < 0.15]
    for pkid in before:
        bench.execute("INSERT INTO sim_failure VALUES (?, ?)", pkid, rng.choice(_FAILED_BEFORE))
        bench.install(pkid)
    bench.wait(hours=1)
    for failure in _FAILED_BEFORE:
        bench.cluster.mend_phones(failure)
    for pkid in [*before, *(pkid for pkid in pkids if 0.15 <= dice[pkid] < 0.7)]:
        bench.install(pkid)
    bench.wait(hours=3)
    for pkid in pkids:
        if 0.7 <= dice[pkid] < 0.75:
            bench.install(pkid)
    bench.wait(seconds=50)


def _alarms(bench: Bench, names: Sequence[str], knowledge: Knowledge, *, over_sockets: bool, show: bool) -> int:
    found = 0
    with bench.client() as client:
        first = names[:: max(1, len(names) // _OVER_SOCKETS)][:_OVER_SOCKETS] if over_sockets else []
        rest = sorted({*names} - {*first})
        for some, without in ((first, None), (rest, Door.PHONE_CERTIFICATES)):
            if not some:
                continue
            if without is not None:
                client.phone_doors = PagesOfTheHouse(client.phone_doors, bench.cluster)
            phones = client.find(PhoneQuery(names_listed=tuple(some))).phones
            for diagnosis in diagnosed(client, phones, knowledge, without):
                if diagnosis.causes or diagnosis.broken:
                    found += 1
                    if show:
                        causes = [one.cause.name for one in diagnosis.causes]
                        print(f"alarm {diagnosis.phone} {diagnosis.model}: {causes}, {diagnosis.broken}")
    return found
