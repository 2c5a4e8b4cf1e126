"""Makes the troubles of one part happen, each at the very request that it waits for."""

import contextlib
import resource
import signal
import threading
import time
from collections import Counter, deque
from collections.abc import Callable
from dataclasses import dataclass, field

from benchmarks._chaos.lab import Client, Lab, Truth
from benchmarks._chaos.scenario import Kind, Trouble
from lscctl.simulator.capf_write import CapfWrite
from lscctl.simulator.registrations import unregister

_SIGNALS = {Kind.KILL: signal.SIGKILL, Kind.INTERRUPT: signal.SIGINT, Kind.TERMINATE: signal.SIGTERM}
_HARMS = {Kind.DROP_BEFORE: "drop-before", Kind.DROP_AFTER: "drop-after", Kind.CUT: "cut"}
_SECURITY_MODES = ("By Null String", "By Existing Certificate (precedence to MIC)")
_SOMEBODY_ELSES = "2031:01:01:00:00"
"""A finish time that no run here writes."""


@dataclass(frozen=True, slots=True)
class Fired:
    """A trouble that came, at epoch seconds; `begun`: whether the client's run had begun by then; `phone`: whom it met."""

    trouble: Trouble
    at: float
    begun: bool
    phone: str = ""


@dataclass
class Mischief:
    """Follows the requests of one client, and lets each trouble come when its request does.

    Restarts of the cluster and second clients cannot be done in the server's own thread: they stand in `outside` for
    whoever waits for the client. While the client is `stopped` requests are not its own, and are not counted.
    """

    lab: Lab
    client: Client
    troubles: list[Trouble]
    fired: list[Fired] = field(default_factory=list)
    outside: deque[Trouble] = field(default_factory=deque)
    stopped: bool = False
    looks: deque[Truth] = field(default_factory=lambda: deque(maxlen=3))
    """The truth as the client's last reads found it."""
    reads: list[float] = field(default_factory=list)
    """When the client read, in epoch seconds."""
    fault: Exception | None = None
    """What went wrong here, not there."""

    def __post_init__(self) -> None:
        self._killed = False
        self._turn = threading.Lock()
        self._early = 0
        self._counts: Counter[str] = Counter()
        self._timers: list[threading.Timer] = []
        self._acts: dict[Kind, Callable[[Trouble], str]] = {
            **dict.fromkeys(_SIGNALS, self._signal),
            **dict.fromkeys(_HARMS, self._harm),
            Kind.KILL_UNSEEN: self._kill_unseen,
            Kind.DELAY: self._delay,
            Kind.STORM: self._storm,
            Kind.FULL: self._fill_queue,
            Kind.RESTART: self._leave_outside,
            Kind.RIVAL: self._stop_for_rival,
            Kind.JUMP: self._jump,
            Kind.DISK: self._limit_disk,
            Kind.DELETE: self._delete,
            Kind.PROFILE: self._change_profile,
            Kind.MODE: self._change_mode,
            Kind.FOREIGN: self._write_as_another,
            Kind.RESET: self._reset,
            Kind.GONE: self._lose_power,
        }

    def on_request(self, operation: str) -> None:
        """A request arrives."""
        try:
            with self._turn:
                self._take(operation)
        except Exception as error:
            self.fault = error
            raise

    def _take(self, operation: str) -> None:
        if self.stopped or self._killed or self.client.process.poll() is not None:
            return
        if operation == "executeSQLQuery":
            self.looks.append(self.lab.truth())
            self.reads.append(time.time())
        begun = self.client.begun
        self._early += 1
        if begun:
            self._counts.update((operation, "*"))
        for trouble in list(self.troubles):
            if self._killed or self.stopped:
                break
            if (self._early if trouble.early else self._counts[trouble.operation]) >= trouble.nth:
                self.troubles.remove(trouble)
                phone = self._acts[trouble.kind](trouble)
                self.fired.append(Fired(trouble, time.time(), begun, phone))

    def end(self) -> None:
        """Nothing comes any more, and what came just now has been written down."""
        with self._turn:
            self.troubles.clear()
        for timer in self._timers:
            timer.cancel()
        self.lab.server.calm()

    # to the client

    def _signal(self, trouble: Trouble) -> str:
        if trouble.amount:
            self._signal_in(trouble.amount, trouble.kind)
        else:
            self._send(trouble.kind)
        return ""

    def _signal_in(self, seconds: float, kind: Kind) -> None:
        timer = threading.Timer(seconds, self._when_going, (kind,))
        timer.daemon = True
        self._timers.append(timer)
        timer.start()

    def _when_going(self, kind: Kind) -> None:
        """A stopped client would let go of its lock if it were killed, while a second one is to find it held."""
        if self.stopped:
            self._signal_in(0.1, kind)
        else:
            self._send(kind)

    def _send(self, kind: Kind) -> None:
        self._killed = kind is Kind.KILL
        self.client.process.send_signal(_SIGNALS[kind])

    def _kill_unseen(self, _trouble: Trouble) -> str:
        self.lab.server.disturb("drop-before:*@1")
        self._send(Kind.KILL)
        return ""

    def _limit_disk(self, trouble: Trouble) -> str:
        """From now on no file of the client's grows beyond what its log has now, and some kilobytes."""
        log = self.lab.journal.with_name("journal.sqlite-wal")
        size = log.stat().st_size if log.exists() else 0
        _, most = resource.getrlimit(resource.RLIMIT_FSIZE)
        limit = int(size + trouble.amount * 1024)
        with contextlib.suppress(ProcessLookupError):  # it has ended just now
            resource.prlimit(self.client.process.pid, resource.RLIMIT_FSIZE, (limit, most))
        return ""

    # on the wire

    def _harm(self, trouble: Trouble) -> str:
        self.lab.server.disturb(f"{_HARMS[trouble.kind]}:{trouble.operation}@1-{trouble.amount:g}")
        return ""

    def _delay(self, trouble: Trouble) -> str:
        self.lab.server.disturb(f"delay={trouble.amount}:*@1")
        return ""

    def _storm(self, trouble: Trouble) -> str:
        self.lab.server.disturb(f"http-503:*@1-{trouble.amount:g}")
        return ""

    def _fill_queue(self, trouble: Trouble) -> str:
        self.lab.server.notifications.add(self.lab.server.notifications.limit + int(trouble.amount))
        return ""

    def _leave_outside(self, trouble: Trouble) -> str:
        self.outside.append(trouble)
        return ""

    def _stop_for_rival(self, trouble: Trouble) -> str:
        self.stopped = True
        self.client.process.send_signal(signal.SIGSTOP)
        return self._leave_outside(trouble)

    # at the cluster

    def _jump(self, trouble: Trouble) -> str:
        with self.lab.cluster.lock:
            self.lab.cluster.jump_clock(trouble.amount)
        return ""

    def _delete(self, trouble: Trouble) -> str:
        phone = self._phone(trouble)
        if phone is not None:
            with self.lab.cluster.lock:
                self.lab.cluster.delete_phone(phone[1])
        return phone[0] if phone else ""

    def _change_profile(self, trouble: Trouble) -> str:
        """The phone gets the next profile that is for such a phone."""
        phone = self._phone(trouble)
        if phone is None:
            return ""
        with self.lab.cluster.lock:
            rows = self.lab.cluster.connection.execute(
                "SELECT p.pkid FROM securityprofile p JOIN device d ON d.tkmodel = p.tkmodel"
                " AND d.tkdeviceprotocol = p.tkdeviceprotocol WHERE d.pkid = ? AND p.pkid <> d.fksecurityprofile"
                " AND p.tksecuritypolicy = 4 ORDER BY p.name",
                (phone[1],),
            ).fetchall()
            if rows:
                self.lab.cluster.change_profile(phone[1], rows[0][0])
        return phone[0]

    def _change_mode(self, trouble: Trouble) -> str:
        """A profile of the plan gets another mode, and all its phones with it; predefined ones cannot be changed."""
        phone = self._phone(trouble)
        if phone is None:
            return ""
        with self.lab.cluster.lock:
            profile = self.lab.cluster.profiles.of_phone(phone[1])
            if profile is not None and not profile.standard:
                mode = _SECURITY_MODES[profile.settings.mode == _SECURITY_MODES[0]]
                self.lab.cluster.set_profile_mode(profile.pkid, mode)
        return phone[0]

    def _write_as_another(self, trouble: Trouble) -> str:
        phone = self._phone(trouble)
        if phone is not None:
            with self.lab.cluster.lock:
                write = CapfWrite(operation="Install/Upgrade", finish_time=_SOMEBODY_ELSES)
                self.lab.cluster.write_capf(phone[1], write)
        return phone[0] if phone else ""

    def _reset(self, trouble: Trouble) -> str:
        phone = self._phone(trouble)
        if phone is not None:
            with self.lab.cluster.lock:
                self.lab.cluster.reset(phone[1], hard=False)
        return phone[0] if phone else ""

    def _lose_power(self, trouble: Trouble) -> str:
        """The phone is off, whatever it was doing, and nobody switches it on again."""
        phone = self._phone(trouble)
        if phone is not None:
            with self.lab.cluster.lock:
                cluster = self.lab.cluster
                cluster.advance()
                cluster.schedule.forget(phone[1])
                cluster.connection.execute("DELETE FROM sim_session WHERE fkdevice = ?", (phone[1],))
                cluster.connection.execute("UPDATE sim_phone SET powered = 'f' WHERE fkdevice = ?", (phone[1],))
                unregister(cluster.connection, phone[1], cluster.clock.utc())
        return phone[0] if phone else ""

    def _phone(self, trouble: Trouble) -> tuple[str, str] | None:
        """Name and pkid of a phone of the plan that the cluster still has, the one that the trouble's dice chose."""
        truth = self.lab.truth()
        names = [name for name in self.lab.planned() if name in truth]
        if not names:
            return None
        name = names[int(trouble.choice * len(names))]
        return name, truth[name].pkid
