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
_MANY, _FEW = 6_000, 1_500
"""How many phones a cluster has, of which those are taken that are needed."""
_SHARE_ONE_MISSING = 0.1
_LEFT_OUT = (*(Door(shown.value) for shown in Shown if shown.value in set(Door)), Door.PHONE_PAGES)
"""The doors that are missing in turn: those that show a fault of the simulator's."""


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
            if node_fault is not None and any(node_fault.name in phone.names for phone in self.phones):
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

    def judge(
        self, client: Client, knowledge: Knowledge, phones: Sequence[Broken], without: Door | None = None
    ) -> Iterator[Judged]:
        """Diagnose phones, and hold what is named first against the truth; those that nobody could tell are passed over."""
        named = {phone.name: phone for phone in phones}
        found = client.find(PhoneQuery(names_listed=tuple(named)), registration=without is not Door.REGISTRATION).phones
        told = diagnosed(client, found, knowledge, without)
        for phone, diagnosis in zip(found, told, strict=True):
            broken = named[phone.name]
            with self.bench.cluster.lock:
                truth = self.bench.cluster.truth.first_broken(broken.pkid)
            fault = truth.fault if truth is not None else ""
            if fault and not tellable(fault, of_all=self._of_all(fault, broken), left=self._left(broken, without)):
                continue
            right = CAUSES[fault] | broken.right(truth.link) if truth is not None else frozenset()
            causes = tuple(one.cause.name for one in diagnosis.causes)
            yield Judged(
                _outcome(right, causes, nameless=not fault or not CAUSES[fault]), broken, fault, causes, without or ""
            )

    def _of_all(self, fault: str, phone: Broken) -> bool:
        """Whether the whole cluster has it: with lists, only where no server has a fault of its own."""
        alike = not any(fault.name in phone.names for phone in self.phones for fault in NODE_FAULTS)
        return fault in phone.of_all and (alike or fault != "capf-certificate")

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


def all_judged(seed: int, knowledge: Knowledge, *, rounds: int, sample: float) -> Iterator[Judged]:
    """Play every stage, and judge its phones: all with every source; with each source missing those with a single fault and some
    others, but not for pairs of faults of the cluster."""
    for stage in stages(seed, rounds, sample):
        rng = Rng(f"{seed} {len(stage.phones)}")
        stage.play(days=rng.choice((0, 0, 3)))
        try:
            with stage.bench.client() as client:
                yield from stage.judge(client, knowledge, stage.phones)
                for door in _LEFT_OUT if len(stage.cluster_faults) < 2 else ():
                    some = [
                        phone for phone in stage.phones if len(phone.names) == 1 or rng.random() < _SHARE_ONE_MISSING
                    ]
                    yield from stage.judge(client, knowledge, some, door)
        finally:
            stage.bench.close()


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
        yield phones_and_nodes(rng, sample)
        for fault in CLUSTER_FAULTS:
            yield cluster_stage((fault,), rng, sample)
        for pair in itertools.combinations(CLUSTER_FAULTS, 2):
            if can_be_together(*pair) and rng.random() < sample:
                yield cluster_stage(pair, rng, 0)


def phones_and_nodes(rng: Rng, sample: float, phones: int = _MANY) -> Stage:
    """Phones with faults of their own, and of the nodes that they belong to."""
    stage = Stage(_bench(rng, phones))
    for faults, model in pairs_of_phones(rng):
        if len(faults) == 1 or rng.random() < sample:
            stage.place(faults, None, model, rng)
    for node_fault, faults, model in with_nodes(rng):
        if not faults or rng.random() < sample:
            stage.place(faults, node_fault, model, rng)
    return stage


def cluster_stage(faults: tuple[ClusterFault, ...], rng: Rng, sample: float, phones: int = _FEW) -> Stage:
    """A cluster with these faults: a phone of each generation with no other, and some with one more."""
    stage = Stage(_bench(rng, phones), faults)
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
