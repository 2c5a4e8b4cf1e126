"""Faults alone and in pairs: made on benches, diagnosed live, held against the truth."""

import itertools
import random
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field

from benchmarks._live.bench import Bench
from benchmarks._live.faults import CLUSTER_FAULTS, NODE_FAULTS, PHONE_FAULTS, SBD, ClusterFault, NodeFault, PhoneFault
from benchmarks._live.truth import CAUSES, PAGES, Shown, tellable
from lscctl.cucm.cluster import Cluster as Client
from lscctl.diagnosis.knowledge import Knowledge
from lscctl.finding import Diagnosis
from lscctl.gathering import Door, gather_live
from lscctl.phone import Phone, PhoneQuery
from lscctl.simulator.links import FAULTS, Link
from lscctl.simulator.phone_pages.telling import Telling

Rng = random.Random
_NOT_COUNTED = ("names", "certificates", "phone-certificates")
"""Doors that show no fault of the simulator's that another does not show, too."""


@dataclass(slots=True)
class Broken:
    """A phone on a bench, and what is wrong with it."""

    pkid: str
    name: str
    model: str
    names: tuple[str, ...]
    faults: tuple[PhoneFault, ...] = ()
    of_all: frozenset[str] = frozenset()
    made: tuple[str, ...] = ()

    def right(self, first: Link) -> frozenset[str]:
        """The causes that may be named first: of several faults at the first broken link any."""
        return frozenset(cause for fault in self.made if FAULTS[fault] is first for cause in CAUSES[fault])


@dataclass(frozen=True, slots=True)
class Judged:
    """What became of one phone: `right`, `wrong`, `missed`; what was to be named, what was named, which source was missing."""

    outcome: str
    phone: Broken
    truth: str
    named: tuple[str, ...]
    without: str = ""

    def __str__(self) -> str:
        missing = f" without {self.without}" if self.without else ""
        who = f"{' + '.join(self.phone.names):45} {self.phone.model:10}{missing}"
        return f"{self.outcome:6} {who}: {self.truth}, named {', '.join(self.named) or 'nothing'}"


@dataclass(slots=True)
class Stage:
    """A cluster with faults of its own, nodes with theirs, and the phones that are to be broken on it."""

    bench: Bench
    cluster_faults: tuple[ClusterFault, ...] = ()
    phones: list[Broken] = field(default_factory=list)

    @property
    def nodes(self) -> dict[str, NodeFault | None]:
        """Each node of phones with what is wrong with it; the first two are well."""
        names = [node.name for node in self.bench.cluster.nodes.all()]
        return dict(zip(names, (None, None, *NODE_FAULTS), strict=True))

    def place(self, faults: Sequence[PhoneFault], node_fault: NodeFault | None, model: str, rng: Rng) -> bool:
        """Put a phone with these faults on it; False where no such phone is left."""
        nodes = [name for name, fault in self.nodes.items() if fault is node_fault]
        for node in rng.sample(nodes, len(nodes)):
            pkid = self.bench.take(model, node)
            if pkid is not None:
                break
        else:
            return False
        names = (
            *(one.name for one in self.cluster_faults),
            *([node_fault.name] if node_fault else []),
            *(one.name for one in faults),
        )
        made = (
            *(one.truth for one in self.cluster_faults),
            *([node_fault.truth] if node_fault else []),
            *(one.truth for one in faults),
        )
        of_all = frozenset(one.truth for one in self.cluster_faults) - {one.truth for one in faults}
        self.phones.append(Broken(pkid, self.bench.name(pkid), model, names, tuple(faults), of_all, made))
        if node_fault is not None and node_fault.phone is not None:
            node_fault.phone(self.bench, pkid)
        for fault in faults:
            fault.before(self.bench, pkid)
        return True

    def play(self, *, days: float) -> None:
        """Let it all happen, and so many days pass."""
        nodes = {node.name: node for node in self.bench.cluster.nodes.all()}
        for name, node_fault in self.nodes.items():
            if node_fault is not None:
                node_fault.happen(self.bench.cluster, nodes[name])
        for one in self.cluster_faults:
            one.happen(self.bench)
        for phone in self.phones:
            self.bench.install(phone.pkid, hours=min([12, *(fault.hours for fault in phone.faults)]))
        self.bench.wait(minutes=10)
        for phone in self.phones:
            for fault in phone.faults:
                if fault.after is not None:
                    fault.after(self.bench, phone.pkid)
        self.bench.wait(hours=2)
        self.bench.wait(days=days)

    def judge(self, client: Client, knowledge: Knowledge, *, without: Door | None = None) -> Iterator[Judged]:
        """Diagnose the phones, and hold what is named first against the truth; those that nobody could tell are passed over."""
        named = {phone.name: phone for phone in self.phones}
        found = client.find(PhoneQuery(names_listed=tuple(named)), registration=without is not Door.REGISTRATION).phones
        told = diagnosed(client, found, knowledge, without)
        for phone, diagnosis in zip(found, told, strict=True):
            broken = named[phone.name]
            with self.bench.cluster.lock:
                truth = self.bench.cluster.truth.first_broken(broken.pkid)
            fault = truth.fault if truth is not None else ""
            if fault and not tellable(fault, of_all=fault in broken.of_all, left=self._left(broken, without)):
                continue
            right = CAUSES[fault] | broken.right(truth.link) if truth is not None else frozenset()
            causes = tuple(one.cause.name for one in diagnosis.causes)
            yield Judged(
                _outcome(right, causes, nameless=not fault or not CAUSES[fault]), broken, fault, causes, without or ""
            )

    def _left(self, phone: Broken, without: Door | None) -> set[Shown]:
        left = set(Shown)
        if without is not None and without is not Door.PHONE_PAGES:
            left -= {Shown(without)}
        address = str(self.bench.value("SELECT ip FROM sim_phone WHERE fkdevice = ?", phone.pkid))
        reached = None if ":" in address else self.bench.cluster.web.at(address)
        if without in (Door.PHONE_PAGES, Door.REGISTRATION) or reached is None or reached.pkid != phone.pkid:
            left -= PAGES
        if not self.bench.has_log(phone.pkid):
            left -= {Shown.LOGS}
        protocol = self.bench.value(
            "SELECT y.name FROM device d JOIN typedeviceprotocol y ON y.enum = d.tkdeviceprotocol WHERE d.pkid = ?",
            phone.pkid,
        )
        return left if protocol == "SIP" else left - {Shown.ITL_STATUS}


def diagnosed(
    client: Client, phones: Sequence[Phone], knowledge: Knowledge, without: Door | None = None
) -> list[Diagnosis]:
    """The phones' diagnoses, in their order."""
    cases = gather_live(client, phones, knowledge, without=frozenset({without} if without else ()))
    return [case.diagnosis(knowledge) for case in cases]


def _outcome(right: Collection[str], causes: Sequence[str], *, nameless: bool) -> str:
    """`nameless`: nobody can know a cause, so that none may be made up."""
    if not causes:
        return "right" if nameless else "missed"
    return "right" if causes[0] in right else "wrong"


def can_be_together(*faults: PhoneFault | ClusterFault) -> bool:
    """Whether none spoils what another does."""
    spoiled = [what for fault in faults for what in fault.spoils]
    return len(spoiled) == len(set(spoiled))


# what is played


def pairs_of_phones(rng: Rng) -> Iterator[tuple[tuple[PhoneFault, ...], str]]:
    """Each fault of a phone alone, on each of its models, and each pair on one of both."""
    for fault in PHONE_FAULTS:
        yield from (((fault,), model) for model in fault.models)
    for pair in itertools.combinations(PHONE_FAULTS, 2):
        models = [model for model in pair[0].models if model in pair[1].models]
        if models and can_be_together(*pair):
            yield pair, rng.choice(models)


def with_nodes(rng: Rng) -> Iterator[tuple[NodeFault, tuple[PhoneFault, ...], str]]:
    """Each fault of a node alone, on each model, and with each of a phone's."""
    for node_fault in NODE_FAULTS:
        yield from ((node_fault, (), model) for model in SBD)
        for fault in PHONE_FAULTS:
            if "list" not in fault.spoils:
                yield node_fault, (fault,), rng.choice(fault.models)


def stages(seed: int, rounds: int, sample: float) -> Iterator[Stage]:
    """Every cluster that is played, its phones already broken: one for the faults of phones and nodes, one for each fault of the
    cluster, one for each pair of those. `sample` is the share of pairs that is taken."""
    for number in range(rounds):
        rng = Rng(f"{seed} {number}")
        yield _phones_and_nodes(rng, sample)
        for fault in CLUSTER_FAULTS:
            yield _cluster((fault,), rng, sample)
        for pair in itertools.combinations(CLUSTER_FAULTS, 2):
            if can_be_together(*pair) and rng.random() < sample:
                yield _cluster(pair, rng, 0)


def _phones_and_nodes(rng: Rng, sample: float) -> Stage:
    stage = Stage(_bench(rng, 6_000))
    for faults, model in pairs_of_phones(rng):
        if len(faults) == 1 or rng.random() < sample:
            stage.place(faults, None, model, rng)
    for node_fault, faults, model in with_nodes(rng):
        if not faults or rng.random() < sample:
            stage.place(faults, node_fault, model, rng)
    return stage


def _cluster(faults: tuple[ClusterFault, ...], rng: Rng, sample: float) -> Stage:
    stage = Stage(_bench(rng, 1_500), faults)
    for model in SBD:
        stage.place((), None, model, rng)
    for fault in PHONE_FAULTS:
        if can_be_together(*faults, fault) and rng.random() < sample:
            stage.place((fault,), None, rng.choice(fault.models), rng)
    for node_fault in NODE_FAULTS:
        if rng.random() < sample:
            stage.place((), node_fault, rng.choice(SBD), rng)
    return stage


def _bench(rng: Rng, phones: int) -> Bench:
    telling = Telling(varied=True, noise=rng.choice((2, 12, 40)), cut=rng.random() < 0.3)
    assume = [
        rng.choice(("device-log=elements", "device-log=text")),
        rng.choice(("itl-status=registrationdynamic", "itl-status=registrationdynamic")),
        rng.choice(("operation-after-failure=cleared", "operation-after-failure=kept")),
    ]
    return Bench(phones, assume=assume, telling=telling)
