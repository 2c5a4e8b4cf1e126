"""What every rollout must keep to, whatever its rules and whatever happens; observed from outside, event by event."""

from collections.abc import Iterable
from datetime import datetime
from zoneinfo import ZoneInfo

from lscctl.outcome import FAILURES, PhoneState, RunSummary
from lscctl.phone import Registration
from lscctl.rollout.events import (
    Event,
    GateClosed,
    Intended,
    PhoneChanged,
    Purpose,
    WaveEnded,
    WaveStarted,
    WindowClosed,
    WindowOpened,
)
from lscctl.rollout.standing import Call, Standing
from lscctl.rules import Limit
from lscctl.waves import waves_of
from tests.rollout.fakes import FakeCluster, FakePhone, Scene, plan_of

REREGISTER = 600.0
_RESTARTS = (PhoneState.INSTALLED, PhoneState.FAILED, PhoneState.LATE)


class Laws:
    """An observer of one part of a run. `broken` says which promises were not kept: an observer's own exception would be a note."""

    def __init__(self, scene: Scene) -> None:
        self.broken: list[str] = []
        self.gate: GateClosed | None = None
        self.intended: set[tuple[str, str]] = set()
        self._scene = scene
        self._rules = scene.options.rules
        self._phones = {each.phone.name: each for each in scene.members}
        self._states = dict.fromkeys(self._phones, PhoneState.QUEUED)
        self._states |= {name: standing.state for name, standing in scene.past.items()}
        self._stalled = {name for name, state in self._states.items() if state is PhoneState.STALLED}
        waves = waves_of(plan_of(scene.members).steps, self._rules)
        self._waves = {wave.number: [step.phone.name for step in wave.steps] for wave in waves}
        self._wave_of = {name: number for number, names in self._waves.items() for name in names}
        self._open: int | None = None
        self._last = 0
        self._ended_before = next(
            (number - 1 for number in self._waves if not self._all_ended(number)), len(self._waves)
        )
        self._ended_at: float | None = None
        self._outside = False
        self._foreign = 0
        scene.cluster.before.append(self._called)

    def on_event(self, event: Event) -> None:
        match event:
            case Intended(_, Purpose.WRITE, phones):
                self._may_be_written(phones)
            case Intended(_, Purpose.APPLY, phones):
                self._may_be_applied(phones)
            case PhoneChanged(_, name, before, standing):
                self._require(self._states[name] is before, f"{name} was {self._states[name]}, not {before}")
                self._states[name] = standing.state
                if standing.state is PhoneState.STALLED:
                    self._stalled.add(name)
            case WaveStarted():
                self._begins(event)
            case WaveEnded():
                self._ends(event)
            case GateClosed():
                self._require(self.gate is None, "a gate closed twice")
                self.gate = event
                self._gate_is_justified(event)
            case WindowClosed():
                self._outside = True
            case WindowOpened():
                self._outside = False
            case _:
                pass

    def _require(self, kept: bool, otherwise: str) -> None:
        if not kept:
            self.broken.append(f"{self._scene.clock.at:.1f}: {otherwise}")

    def _called(self, cluster: FakeCluster, kind: str, name: str) -> None:
        if kind in ("write", "apply"):
            self._require((kind, name) in self.intended, f"{kind} of {name} was not intended")
        if kind == "pending":
            self._foreign = sum(other.pending for other in self._scene.not_planned)

    def _inside(self, name: str) -> bool:
        windows, clock = self._rules.windows, self._scene.cluster.clock
        zone = self._phones[name].phone.zone if windows.per_site else ""
        return windows.is_open(clock.utc(), ZoneInfo(zone) if zone else clock.zone)

    def _may_be_written(self, phones: Iterable[tuple[str, Standing]]) -> None:
        now = self._scene.cluster.clock.utc().timestamp()
        names = [name for name, _ in phones]
        self.intended |= {("write", name) for name in names}
        self._require(self.gate is None, f"{names} written behind the gate {self.gate}")
        self._require(self._over_limits() is None, f"{names} written though {self._over_limits()}")
        self._require(not self._outside, f"{names} written while the window is told to be closed")
        self._require(len(names) <= 200, "more than 200 phones in one statement")
        for name, standing in phones:
            self._require(self._inside(name), f"{name} written outside the window")
            self._require(self._wave_of[name] == self._open, f"{name} of wave {self._wave_of[name]} in {self._open}")
            self._require((standing.deadline_at or 0) - now >= 3600, f"{name} has less than an hour")
            self._require(standing.write is Call.UNDER_WAY, f"the write of {name} is not told to be under way")
        pending = {
            name
            for name, each in self._phones.items()
            if each.pending and not self._states[name].final and each.writes and each.writes[-1][1].at.timestamp() > now
        }
        most = max(1, self._rules.max_in_flight - self._foreign)
        self._require(len(pending | set(names)) <= most, f"{len(pending | set(names))} in flight, not {most}")

    def _may_be_applied(self, phones: Iterable[tuple[str, Standing]]) -> None:
        for name, standing in phones:
            self.intended.add(("apply", name))
            self._require(self._inside(name), f"{name} applied outside the window")
            self._require(standing.read_back, f"{name} applied unseen")
            self._require(standing.apply is Call.UNDER_WAY, f"the apply of {name} is not told to be under way")
            self._require(bool(self._phones[name].writes), f"{name} applied, but not written")

    def _begins(self, event: WaveStarted) -> None:
        self._require(self._open is None, "a wave began before the one before had ended")
        self._require(event.number > self._last, "a wave began twice")
        unended = [name for number in range(1, event.number) for name in self._unended(number)]
        self._require(not unended, f"{event.name} began while {unended} of earlier waves had not ended")
        queued = any(self._states[name] is PhoneState.QUEUED for name in self._waves[event.number])
        if self._ended_at is not None and queued:
            pause = self._rules.pause_between.total_seconds()
            self._require(event.at - self._ended_at >= pause, f"no pause before {event.name}")
        self._open = self._last = event.number

    def _ends(self, event: WaveEnded) -> None:
        self._require(self._open == event.number, "a wave ended that was not open")
        self._require(not self._unended(event.number), f"{event.name} ended before {self._unended(event.number)}")
        # what an earlier part of the run wrote has ended before it was told
        here = any(("write", name) in self.intended for name in self._waves[event.number])
        self._open, self._ended_at = None, event.at if here else None

    def _unended(self, number: int) -> list[str]:
        names = self._waves[number]
        return [name for name in names if not self._states[name].final or self._restarts(self._phones[name])]

    def _restarts(self, each: FakePhone) -> bool:
        """Whether the phone is away, and not for so long that it may be called lost. No wave waits for one that stalled in it."""
        if (
            each.phone.name in self._stalled
            or each.phone.registration is not Registration.REGISTERED
            or each.ended_at is None
        ):
            return False
        state = self._states[each.phone.name]
        return state in _RESTARTS and bool(each.applies) and each.ended_at + each.back_after > self._scene.clock.at

    def _all_ended(self, number: int) -> bool:
        return all(self._states[name].final for name in self._waves[number])

    def _over_limits(self) -> str | None:
        """Why no phone may be written any more, by the states that were told."""
        if self._scene.options.past_is_known:
            return None
        so_far = [names for number, names in self._waves.items() if number <= max(self._last, self._ended_before)]
        # a wave may begin anew after later ones: a phone that had stalled in it got its LSC, and did not come back
        last = self._waves.get(self._last or self._ended_before, [])
        for scope in ([last], so_far):
            states = [self._states[name] for names in scope for name in names]
            phones = sum(state is not PhoneState.LEFT_OUT for state in states)
            lost = states.count(PhoneState.LOST)
            failed = sum(state in FAILURES for state in states) - lost
            for number, limit, what in (
                (failed, self._rules.max_failures, "failed"),
                (lost, self._rules.max_lost, "are lost"),
            ):
                if number > _allowed(limit, phones):
                    return f"{number} of {phones} {what}"
        return None

    def _gate_is_justified(self, event: GateClosed) -> None:
        if event.gate in ("--max-failures", "--max-lost") and not self._scene.options.past_is_known:
            self._require(self._over_limits() is not None, f"the gate closed without need: {event.why}")

    def hold(self, summary: RunSummary) -> None:
        """Nothing was broken, and the summary is what happened."""
        assert self.broken == []
        assert not any("Laws" in note for note in summary.notes), summary.notes
        assert all(not other.writes and not other.applies for other in self._scene.not_planned)
        assert (summary.gate is not None) is (self.gate is not None)
        for each, outcome in zip(self._scene.members, summary.outcomes, strict=True):
            assert outcome.state is self._states[each.phone.name]
            was_written_right(each)
            ended_as_told(each, outcome.state, self._scene.clock.at)


def was_written_right(each: FakePhone) -> None:
    """Written again only once the deadline of the write before had passed, applied at most once and not too late."""
    for (_, deadline), (again, _) in zip(each.writes, each.writes[1:], strict=False):
        assert again >= deadline.at.timestamp()
        assert not each.applies or again < each.applies[0]
    assert len(each.applies) <= 1
    for at in each.applies:
        assert each.writes[-1][0] <= at <= each.writes[-1][1].at.timestamp()


def ended_as_told(each: FakePhone, state: PhoneState, now: float) -> None:
    """The state is the cluster's truth."""
    enrolled = each.ended_at is not None and each.ends == "Upgrade Success"
    match state:
        case PhoneState.INSTALLED:
            assert enrolled
        case PhoneState.QUEUED | PhoneState.LEFT_OUT:
            assert not each.applies
        case PhoneState.FAILED:
            assert each.deleted or not each.applies or (each.ended_at is not None and not enrolled)
        case PhoneState.WRITTEN:
            assert each.writes
            assert not each.applies
        case PhoneState.STALLED | PhoneState.LATE:
            assert each.writes  # an apply whose answer was lost may never have been made
            assert not enrolled or state is PhoneState.STALLED
        case PhoneState.LOST:
            assert each.ended_at is not None
            assert each.back_after > REREGISTER - 60
        case _:
            assert state in (PhoneState.UNKNOWN, PhoneState.APPLIED, PhoneState.PENDING)


def _allowed(limit: Limit, phones: int) -> int:
    percent, number = limit.amount.percent, limit.amount.number
    return max(limit.at_least, int(phones * percent / 100) if percent is not None else number or 0)


def clock_time(text: str) -> float:
    """Epoch seconds of an ISO time."""
    return datetime.fromisoformat(text).timestamp()
