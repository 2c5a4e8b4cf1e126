"""A cluster that lives in injected time, faults that can be laid out for it, and workers without threads."""

import threading
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import timedelta
from fractions import Fraction
from typing import TypeVar
from zoneinfo import ZoneInfo

from lscctl.auth_string import AuthString, StringAtCluster
from lscctl.capf import (
    AuthenticationMode,
    CapfSettings,
    CertificateOperation,
    CertificateStatus,
    DeviceSecurityMode,
)
from lscctl.cucm.faults import AnswerLost, AxlFault
from lscctl.deadline import ClusterClock, Deadline, DeadlineRule
from lscctl.lsc_first import ProfileSeen
from lscctl.outcome import PhoneState, RunSummary
from lscctl.phone import Lsc, Phone, Reading, Registration, SecurityProfile, Sighting, under_way
from lscctl.plan import ClusterFacts, Plan, Step
from lscctl.profile_change import ProfileStanding
from lscctl.rollout.engine import Engine
from lscctl.rollout.events import (
    CallNotMade,
    Event,
    GateClosed,
    Intended,
    PhoneBack,
    PhoneChanged,
    ProfileChanged,
    ProfileIntended,
    RunEnded,
    StringCleared,
    WaveEnded,
)
from lscctl.rollout.options import RunOptions
from lscctl.rollout.parts import Task
from lscctl.rollout.standing import Standing
from lscctl.rollout.stop import Stop
from lscctl.rollout.workers import Done
from lscctl.rules import Amount, Limit, Rules, WaveSizes

E = TypeVar("E")

START = 1_700_000_000.0
ALL = Limit(Amount(percent=Fraction(100)))
AT_ONCE = Rules(
    canary=Amount(number=0),
    waves=WaveSizes.parse("rest"),
    max_failures=ALL,
    max_lost=ALL,
    max_in_flight=1_000_000,
    wave_timeout=None,
)
"""One wave, and no gate that ever closes: for tests of all else."""


def at_once(**changes: object) -> RunOptions:
    """Options of a run in one wave; `concurrency` and other rules by name."""
    rules = {name: changes.pop(name) for name in list(changes) if name in Rules.__dataclass_fields__}
    return RunOptions(rules=replace(AT_ONCE, **rules), **changes)  # type: ignore[arg-type]


SETTINGS = CapfSettings(AuthenticationMode.NULL_STRING, 2048)
PROFILE = SecurityProfile("p" * 36, "Standard 8845", DeviceSecurityMode.NON_SECURE, SETTINGS)
FOUR_HOURS = DeadlineRule(text="4h", after=timedelta(hours=4))
NEVER = float("inf")


MOST_STEPS = 300_000
"""Sleeps and calls of one run: one that needs more turns in circles."""

LONGEST_RUN = 30 * 86_400.0
"""Seconds of one run: one that takes longer waits for what will never come."""


class Clock:
    """Our clock: it moves only when somebody sleeps, or when a test sets it. It ends a run that would never end."""

    def __init__(self, at: float = START) -> None:
        self.at = at
        self.error = 0.0  # how far our clock has been set off the true time
        self.steps = 0
        self.began = at

    def now(self) -> float:
        return self.at + self.error

    def sleep(self, seconds: float) -> None:
        assert seconds > 0
        self.pass_by(seconds)

    def pass_by(self, seconds: float) -> None:
        self.at += seconds
        self.steps += 1
        assert self.steps < MOST_STEPS, "the run turns in circles"
        assert self.at < self.began + LONGEST_RUN, "the run never ends"


@dataclass
class FakePhone:
    """One phone's truth: what CUCM has of it, and how it will behave once it is applied."""

    phone: Phone
    takes: float = 60.0
    ends: str = "Upgrade Success"
    profile_pkid: str = PROFILE.pkid
    operation: CertificateOperation = CertificateOperation.NONE
    status: str = "None"
    finish_time: str = ""
    lsc: Lsc = field(default_factory=Lsc)
    writes: list[tuple[float, Deadline]] = field(default_factory=list)
    applies: list[float] = field(default_factory=list)
    moves: list[float] = field(default_factory=list)
    ended_at: float | None = None
    read_back: bool = False
    """Whether it has been read since it was first written."""
    deleted: bool = False
    back_after: float = 5.0
    """Seconds after which it is registered again once it has ended."""
    model: str = "Cisco 8845"
    device_pool: str = "Default"
    settings: CapfSettings = SETTINGS
    string: str = ""
    restarted_at: float | None = None
    """When the apply of its profile restarted it."""
    unplugged: bool = False

    @property
    def pending(self) -> bool:
        return under_way(self.operation, CertificateStatus(self.status))


Fault = Callable[["FakeCluster", str, str], None]


class FakeCluster:
    """Fits `Target`. `before` and `after` are called around every call with (cluster, kind, phone name) and may raise.

    `pending_at` says when the status becomes Operation Pending; `keeps_operation` whether an operation that is over still stands;
    `cuts_finish_time` whether the finish time is read back as `YYYY:MM:DD:HH`. `strings` are handed out, `{pkid: string}`;
    `clearing` is what an empty one does through AXL: taken, ignored or refused.
    """

    page_size = 500

    def __init__(self, clock: Clock, phones: Sequence[FakePhone]) -> None:
        self.true = clock
        self.phones = {each.phone.pkid: each for each in phones}
        self.lock = threading.RLock()
        self.clock = ClusterClock(ZoneInfo("Europe/Berlin"), now=clock.now)
        self.before: list[Fault] = []
        self.after: list[Fault] = []
        self.pending_at = "write"
        self.keeps_operation = False
        self.cuts_finish_time = False
        self.reads: list[int] = []
        self.calls: list[tuple[str, str]] = []
        self.inspections: list[tuple[str, str]] = []
        self.capf: bool | None = True
        self.profiles = FakeProfiles(self)
        self.strings: dict[str, AuthString] = {}
        self.clearing = "taken"
        self.sql_clears = True

    def write(self, step: Step, deadline: Deadline, operation: CertificateOperation) -> None:
        with self.lock:
            self._around("write", step.phone.name, lambda: self._write(step, deadline, operation))

    def move(self, phone: Phone, to: SecurityProfile) -> None:
        with self.lock:
            self._around("write", phone.name, lambda: self._move(phone, to))

    def apply(self, phone: Phone) -> None:
        with self.lock:
            self._around("apply", phone.name, lambda: self._apply(phone))

    def read(self, pkids: Sequence[str]) -> dict[str, Reading]:
        assert 0 < len(pkids) <= self.page_size
        answer: dict[str, Reading] = {}
        with self.lock:
            self.reads.append(len(pkids))
            self._around("read", "", lambda: answer.update(self._read(pkids)))
        return answer

    def write_together(self, steps: Sequence[Step], deadline: Deadline, operation: CertificateOperation) -> int:
        with self.lock:
            present = [step for step in steps if not self.phones[step.phone.pkid].deleted]
            self._around("write", steps[0].phone.name, lambda: self._write_all(present, deadline, operation))
        return len(present)

    def clear_string(self, phone: Phone) -> None:
        with self.lock:
            self._around("clear", phone.name, lambda: self._clear(phone))

    def clear_strings_together(self, phones: Sequence[Phone]) -> int:
        with self.lock:
            self._around("clear together", phones[0].name, lambda: self._clear_all(phones))
        return len(phones)

    def take_back(self, phone: Phone, *, clears_string: bool = False) -> None:
        with self.lock:
            self._around("take back", phone.name, lambda: self._take_back(phone))

    def sightings(self, names: Sequence[str]) -> dict[str, Sighting]:
        with self.lock:
            self._around("sightings", "", lambda: None)
            by_name = {each.phone.name: each for each in self.phones.values()}
            return {name: self._sighting(by_name[name]) for name in names}

    def capf_answers(self) -> bool | None:
        with self.lock:
            self._around("capf", "", lambda: None)
        return self.capf

    def pending(self) -> frozenset[str]:
        with self.lock:
            self._around("pending", "", lambda: None)
            return frozenset(pkid for pkid, each in self.phones.items() if each.pending)

    def around(self, kind: str, name: str, act: Callable[[], None]) -> None:
        """A call of another door of this cluster."""
        with self.lock:
            self._around(kind, name, act)

    def _write_all(self, steps: Sequence[Step], deadline: Deadline, operation: CertificateOperation) -> None:
        for step in steps:
            self._write(step, deadline, operation)

    def _take_back(self, phone: Phone) -> None:
        each = self._found(phone.pkid, "updatePhone")
        each.operation, each.status, each.finish_time = CertificateOperation.NONE, "None", ""

    def _clear(self, phone: Phone) -> None:
        each = self._found(phone.pkid, "updatePhone")
        if self.clearing == "refused":
            raise AxlFault(-1, "authentication string can be updated only with an operation", "updatePhone")
        if self.clearing == "taken":
            each.string = ""

    def _clear_all(self, phones: Sequence[Phone]) -> None:
        for phone in phones:
            if self.sql_clears:
                self.phones[phone.pkid].string = ""

    def _sighting(self, each: FakePhone) -> Sighting:
        went = max(each.ended_at or 0.0, each.restarted_at or 0.0)
        if each.unplugged:
            return Sighting(Registration.UNREGISTERED, START - 86_400)
        if not went:
            return Sighting(Registration.REGISTERED, START - 86_400)
        back = went + each.back_after
        if back > self.true.at:
            return Sighting(Registration.UNREGISTERED, went)
        return Sighting(Registration.REGISTERED, back)

    def _around(self, kind: str, name: str, act: Callable[[], None]) -> None:
        (self.inspections if kind in ("capf", "pending", "sightings") else self.calls).append((kind, name))
        self.live()
        for fault in self.before:
            fault(self, kind, name)
        act()
        for fault in self.after:
            fault(self, kind, name)

    def _found(self, pkid: str, operation: str) -> FakePhone:
        each = self.phones.get(pkid)
        if each is None or each.deleted:
            raise AxlFault(5003, "Item not valid: The specified phone was not found", operation)
        return each

    def _write(self, step: Step, deadline: Deadline, operation: CertificateOperation) -> None:
        each = self._found(step.phone.pkid, "updatePhone")
        each.writes.append((self.true.at, deadline))
        each.operation = operation
        each.finish_time = deadline.text
        if (string := self.strings.get(step.phone.pkid)) is not None:
            each.string = string.reveal()
        if self.pending_at == "write":
            each.status = "Operation Pending"

    def _move(self, phone: Phone, to: SecurityProfile) -> None:
        each = self._found(phone.pkid, "updatePhone")
        each.moves.append(self.true.at)
        each.profile_pkid = to.pkid
        each.settings = to.settings or SETTINGS

    def _apply(self, phone: Phone) -> None:
        each = self._found(phone.pkid, "applyPhone")
        each.applies.append(self.true.at)
        if each.profile_pkid != each.phone.profile.pkid:
            each.ended_at = self.true.at  # a moved phone restarts at once, and nothing else becomes of it
        if each.operation is CertificateOperation.INSTALL:
            each.status = "Operation Pending"

    def live(self) -> None:
        """Let every phone whose time has come end its operation."""
        for each in self.phones.values():
            if each.applies and each.ended_at is None and each.applies[-1] + each.takes <= self.true.at:
                if each.operation is not CertificateOperation.INSTALL:
                    continue
                each.ended_at = self.true.at
                each.status = each.ends
                if not self.keeps_operation:
                    each.operation = CertificateOperation.NONE
                if each.ends == "Upgrade Success":
                    each.lsc = Lsc(int(self.true.at) + 86_400 * 365, "CN=CAPF-1", public_key=f"key {self.true.at}")

    def _read(self, pkids: Sequence[str]) -> dict[str, Reading]:
        return {pkid: self._reading(each) for pkid in pkids if (each := self.phones.get(pkid)) and not each.deleted}

    def _judged(self, each: FakePhone) -> StringAtCluster:
        string = self.strings.get(each.phone.pkid)
        return StringAtCluster.NOT_ASKED if string is None else StringAtCluster.judged(each.string, string)

    def _reading(self, each: FakePhone) -> Reading:
        each.read_back = each.read_back or bool(each.writes)
        finish_time = each.finish_time
        if self.cuts_finish_time and finish_time:
            finish_time = finish_time.rpartition(":")[0]
        return Reading(
            pkid=each.phone.pkid,
            name=each.phone.name,
            profile_pkid=each.profile_pkid,
            operation=each.operation,
            status=CertificateStatus(each.status),
            finish_time=finish_time,
            lsc=each.lsc,
            string=self._judged(each),
            model=each.model,
            device_pool=each.device_pool,
            settings=each.settings,
        )


class FakeProfiles:
    """The security profiles of a `FakeCluster`: fits `ProfileDoor`."""

    def __init__(self, cluster: FakeCluster) -> None:
        self._cluster = cluster
        self.all = {PROFILE.pkid: PROFILE}
        self.writes: list[tuple[float, str, CapfSettings]] = []
        self.applies: list[tuple[float, str]] = []
        self.applying_restarts = True

    def seen(self, pkid: str, *, zones: bool) -> ProfileSeen:
        self._cluster.around("see profile", pkid, lambda: None)
        return ProfileSeen(self.all.get(pkid), tuple(self.users(pkid)), ClusterFacts(now=self._cluster.true.at))

    def change(self, pkid: str, settings: CapfSettings) -> None:
        self._cluster.around("change profile", pkid, lambda: self._change(pkid, settings))

    def apply(self, pkid: str) -> None:
        self._cluster.around("apply profile", pkid, lambda: self._apply(pkid))

    def _change(self, pkid: str, settings: CapfSettings) -> None:
        self.writes.append((self._cluster.true.at, pkid, settings))
        self.give(pkid, settings)

    def _apply(self, pkid: str) -> None:
        self.applies.append((self._cluster.true.at, pkid))
        for each in self._cluster.phones.values():
            if each.profile_pkid == pkid and self.applying_restarts:
                each.restarted_at = self._cluster.true.at

    def give(self, pkid: str, settings: CapfSettings) -> None:
        """Somebody changes a profile."""
        self.all[pkid] = replace(self.all[pkid], settings=settings)
        for each in self._cluster.phones.values():
            if each.profile_pkid == pkid:
                each.settings = settings

    def users(self, pkid: str) -> list[Phone]:
        """Every phone that has the profile, as it is now."""
        return [
            replace(
                each.phone,
                lsc=each.lsc,
                operation=each.operation,
                status=CertificateStatus(each.status),
                profile=self.all[pkid],
            )
            for each in self._cluster.phones.values()
            if each.profile_pkid == pkid and not each.deleted
        ]


def phones(count: int, *, status: str = "None", lsc: Lsc | None = None, takes: float = 60.0) -> list[FakePhone]:
    """Phones that will install within `takes` seconds of their apply."""
    return [fake_phone(number, status=status, lsc=lsc or Lsc(), takes=takes) for number in range(count)]


def fake_phone(
    number: int,
    *,
    status: str = "None",
    lsc: Lsc | None = None,
    takes: float = 60.0,
    device_pool: str = "Default",
    zone: str = "",
    registration: Registration = Registration.NOT_ASKED,
) -> FakePhone:
    phone = Phone(
        pkid=f"{number:08x}-0000-4000-8000-000000000000",
        name=f"SEP{number:012X}",
        description="",
        model="Cisco 8845",
        protocol="SIP",
        device_pool=device_pool,
        location="Hub_None",
        profile=PROFILE,
        operation=CertificateOperation.NONE,
        status=CertificateStatus(status),
        lsc=lsc or Lsc(),
        registration=registration,
        zone=zone,
    )
    return FakePhone(phone, status=status, lsc=phone.lsc, takes=takes, device_pool=device_pool)


def plan_of(members: Sequence[FakePhone], deadline: DeadlineRule = FOUR_HOURS) -> Plan:
    return Plan(CertificateOperation.INSTALL, deadline, tuple(Step(each.phone, SETTINGS) for each in members), ())


class InlineWorkers:
    """Workers without threads: a call is made when its result is asked for. `pick` chooses the order; each takes `seconds`."""

    def __init__(self, clock: Clock, pick: Callable[[int], int] = lambda _: 0, seconds: float = 0.05) -> None:
        self._clock = clock
        self._pick = pick
        self._seconds = seconds
        self._calls: deque[tuple[Task, Callable[[], object]]] = deque()

    @property
    def busy(self) -> int:
        return len(self._calls)

    def submit(self, task: Task, call: Callable[[], object]) -> None:
        self._calls.append((task, call))

    def next(self, timeout: float) -> Done[Task] | None:
        assert timeout > 0
        at = self._pick(len(self._calls))
        task, call = self._calls[at]
        del self._calls[at]
        self._clock.pass_by(self._seconds)
        try:
            return Done(task, call())
        except Exception as error:  # noqa: BLE001 - as a thread would, it hands every error back
            return Done(task, None, error)

    def die(self, reaches: Callable[[], bool]) -> None:
        """The process is killed: each call under way either reaches the cluster or does not, and no answer is heard."""
        for _, call in self._calls:
            if reaches():
                with suppress(Exception):
                    call()


class Killed(BaseException):
    """What a test raises where the process is killed: nobody catches it."""


@dataclass
class KilledOnce:
    """An observer that kills the run at the first event at which this is so."""

    so: Callable[[], bool]

    def on_event(self, _: Event) -> None:
        if self.so():
            raise Killed


class Notebook:
    """An observer that remembers of each phone what a journal would, and kills the run at its `at`-th event.

    What is intended is remembered at once, and with it all before; else what happened last is lost with the process where it
    `forgets`.
    """

    def __init__(self, at: float = NEVER, *, forgets: bool = False) -> None:
        self.standings: dict[str, Standing] = {}
        self.profiles: dict[str, ProfileStanding] = {}
        self._at = at
        self._heard = 0
        self._forgets = forgets
        self._waiting: dict[str, Standing] = {}

    def on_event(self, event: Event) -> None:
        match event:
            case Intended(_, _, phones) | CallNotMade(_, _, phones):
                self._waiting.update(phones)
            case ProfileIntended() | ProfileChanged():
                self.profiles[event.change.profile.pkid] = event.standing
            case (
                PhoneChanged(name=name, standing=standing)
                | PhoneBack(name=name, standing=standing)
                | StringCleared(name=name, standing=standing)
            ):
                self._waiting[name] = standing
            case _:
                pass
        self._heard += 1
        if not self._forgets or isinstance(event, Intended | GateClosed | WaveEnded | RunEnded):
            self.standings.update(self._waiting)
            self._waiting.clear()
        if self._heard == self._at:
            raise Killed


class Recorder:
    """An observer that keeps every event, and checks that what `events` promises holds."""

    def __init__(self) -> None:
        self.events: list[Event] = []

    def on_event(self, event: Event) -> None:
        self.events.append(event)

    def of(self, kind: type[E]) -> list[E]:
        return [event for event in self.events if isinstance(event, kind)]


@dataclass
class Scene:
    """A run in fake time: change `cluster`, `options` or `stop` before `run`."""

    members: list[FakePhone]
    options: RunOptions = field(default_factory=at_once)
    deadline: DeadlineRule = FOUR_HOURS
    clock: Clock = field(default_factory=Clock)
    stop: Stop = field(default_factory=Stop)
    recorder: Recorder = field(default_factory=Recorder)
    pick: Callable[[int], int] = lambda _: 0
    call_seconds: float = 0.05
    not_planned: list[FakePhone] = field(default_factory=list)
    past: dict[str, Standing] = field(default_factory=dict)
    past_profiles: dict[str, ProfileStanding] = field(default_factory=dict)

    plan: Plan | None = None

    def __post_init__(self) -> None:
        self.cluster = FakeCluster(self.clock, [*self.members, *self.not_planned])

    def run(self, *more_observers: object, **options: object) -> RunSummary:
        chosen = replace(self.options, **options)  # type: ignore[arg-type]
        return self.engine(chosen, more_observers).run()

    def again(self, past: Mapping[str, Standing], profiles: Mapping[str, ProfileStanding] | None = None) -> "Scene":
        """The next part of the run, at the same cluster."""
        following = replace(self, recorder=Recorder(), stop=Stop(), past=dict(past), past_profiles=dict(profiles or {}))
        following.cluster = self.cluster
        return following

    def engine(self, chosen: RunOptions, more_observers: Sequence[object] = ()) -> Engine:
        self.clock.steps, self.clock.began = 0, self.clock.at
        self.workers = InlineWorkers(self.clock, self.pick, self.call_seconds)
        return Engine(
            self.plan or plan_of(self.members, self.deadline),
            self.cluster,
            [self.recorder, *more_observers],  # type: ignore[list-item]
            chosen,
            now=self.clock.now,
            sleep=self.clock.sleep,
            stop=self.stop,
            chance=lambda: 0.5,
            workers=self.workers,
            past=self.past,
            past_profiles=self.past_profiles,
        )


def on(kind: str, error: Callable[[], Exception], *, name: str = "", times: float = 1, after: int = 0) -> Fault:
    """A fault that strikes `times` calls of the kind, of one phone or of any, once `after` of them have been spared."""
    spared, left = [after], [times]

    def strike(_: FakeCluster, called: str, called_name: str) -> None:
        if called != kind or name not in ("", called_name):
            return
        if spared[0] > 0:
            spared[0] -= 1
        elif left[0] > 0:
            left[0] -= 1
            raise error()

    return strike


def lost() -> AnswerLost:
    return AnswerLost("updatePhone", "cucm.example.com", "the connection was closed")


def states(summary: RunSummary) -> dict[PhoneState, int]:
    return summary.counts
