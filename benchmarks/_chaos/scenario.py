"""What follows from a seed: the cluster, the rules of the rollout, and the troubles of each of its parts."""

import random
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from enum import StrEnum

_DAY = 86_400
_TURNS = (datetime(2026, 3, 29, tzinfo=UTC).timestamp(), datetime(2026, 10, 25, tzinfo=UTC).timestamp())
"""Midnights before Europe's clocks change."""

_ZONES = ("Europe/Berlin", "Europe/Berlin", "America/New_York", "Asia/Kolkata", "Australia/Lord_Howe")
_VERSIONS = ("15.0", "15.0", "14.0", "12.5", "11.5", "8.5")
SHORT, LONG = 10, 60
"""Seconds of `Scenario.patience`."""

_FAILURES = ("no-capf-in-itl", "itl-mismatch", "invalid-mic", "phone-communication", "key-generation", "failed", "tvs")
_ASSUMED = {
    "pending-at": ("write", "apply"),
    "operation-after-success": ("cleared", "kept"),
    "operation-after-failure": ("cleared", "kept"),
    "finish-time-read-back": ("as-written", "hour"),
    "mode-mismatch": ("moved", "ignored", "stalled", "refused"),
    "late-set-by": ("phone", "cluster"),
    "apply-without-change": ("restart", "nothing"),
}


class Operation(StrEnum):
    """What the rollout asks CAPF for, in the word of the command line."""

    INSTALL = "install"
    DELETE = "delete"
    DELETE_BY_STRING = "delete-auth-string"
    """A delete with authentication strings."""
    TROUBLESHOOT = "troubleshoot"
    AUTH_STRING = "auth-string"
    """An install with authentication strings."""
    THEN_LSC_FIRST = "then-lsc-first"
    """An install, and then lsc-first for the profiles."""

    @property
    def installs(self) -> bool:
        """Whether phones get LSCs."""
        return self in (Operation.INSTALL, Operation.AUTH_STRING, Operation.THEN_LSC_FIRST)

    @property
    def deletes(self) -> bool:
        """Whether phones lose their LSCs."""
        return self in (Operation.DELETE, Operation.DELETE_BY_STRING)

    @property
    def by_string(self) -> bool:
        """Whether people type authentication strings on the phones."""
        return self in (Operation.AUTH_STRING, Operation.DELETE_BY_STRING)

    @property
    def verb(self) -> str:
        """The first word of the statuses that it ends in."""
        return "Upgrade" if self.installs else "Delete" if self.deletes else "Troubleshoot"


class Kind(StrEnum):
    """What goes wrong."""

    KILL = "kill"
    """SIGKILL to the client; the cluster carries the request out."""
    KILL_UNSEEN = "kill before the cluster acts"
    INTERRUPT = "interrupt"
    TERMINATE = "terminate"
    DROP_BEFORE = "drop-before"
    DROP_AFTER = "drop-after"
    CUT = "cut"
    DELAY = "delay"
    STORM = "503 to everything"
    FULL = "queue full"
    RESTART = "cluster restarts"
    JUMP = "clock jumps"
    DISK = "disk full"
    DELETE = "phone deleted"
    PROFILE = "phone gets another profile"
    MODE = "profile gets another mode"
    FOREIGN = "somebody else's operation"
    RESET = "phone reset by an admin"
    GONE = "phone goes off for good"
    RIVAL = "second client"


ENDS_CLIENT = (Kind.KILL, Kind.KILL_UNSEEN, Kind.INTERRUPT, Kind.TERMINATE)
ON_THE_WIRE = (Kind.DROP_BEFORE, Kind.DROP_AFTER, Kind.CUT, Kind.DELAY, Kind.STORM, Kind.FULL, Kind.RESTART)
ON_A_PHONE = (Kind.DELETE, Kind.PROFILE, Kind.MODE, Kind.FOREIGN, Kind.RESET, Kind.GONE)
NEEDS_A_RUN = (*ON_A_PHONE, Kind.RIVAL)
"""What happens only once the client's run has begun."""


@dataclass(frozen=True, slots=True)
class Trouble:
    """One thing that goes wrong, when the `nth` request of `operation` (`*`: of any) arrives.

    They are counted from the moment that the client's run has begun, or, for an `early` one, from the client's start.
    `amount` is what its kind counts: seconds to wait before a signal, of a delay, of an outage or of a jump; requests that
    are struck; kilobytes that the disk still has. `choice` picks a phone, from 0 up to 1.
    """

    kind: Kind
    operation: str
    nth: int
    amount: float
    choice: float
    early: bool = False

    def __str__(self) -> str:
        early = "early " if self.early else ""
        return f"{self.kind} ({self.amount:g}) at {early}{self.operation} {self.nth}"


@dataclass(frozen=True, slots=True)
class Scenario:
    """All that a seed decides. `start` is the cluster's clock at the beginning, in epoch seconds."""

    seed: int
    phones: int
    version: str
    zone: str
    start: float
    assumptions: tuple[str, ...]
    failures: tuple[str, ...]
    rules: tuple[str, ...]
    concurrency: int
    sql: bool
    parts: tuple[tuple[Trouble, ...], ...]
    impatient: tuple[bool, ...]
    """For each part whether it is run with --no-wait, as cron would."""
    once_more: bool
    """Whether the run is resumed once more after its end."""
    operation: Operation = Operation.INSTALL

    @property
    def patience(self) -> int:
        """Seconds that a client waits for an answer: few only where a delay is to outlast them; a busy machine delays, too."""
        delays = (trouble.amount for part in self.parts for trouble in part if trouble.kind is Kind.DELAY)
        return SHORT if max(delays, default=0) > SHORT else LONG

    def ended(self, status: str) -> bool:
        """Whether a status is the end of such an operation."""
        return status.startswith((f"{self.operation.verb} Success", f"{self.operation.verb} Failed"))

    @property
    def write(self) -> str:
        """The operation that writes phones."""
        return "executeSQLUpdate" if self.sql else "updatePhone"

    @property
    def apply(self) -> str:
        """The operation that applies them: schema 8.5 has no applyPhone [field guide 3]."""
        return "doDeviceReset" if self.version == "8.5" else "applyPhone"

    @classmethod
    def of(cls, seed: int, operation: Operation = Operation.INSTALL) -> "Scenario":
        """The same scenario for the same seed, always; whatever the operation, but for what only that can meet."""
        dice = random.Random(f"chaos {seed}")
        version, sql = dice.choice(_VERSIONS), dice.random() < 0.15
        concurrency = dice.choice((1, 2, 4, 8))
        operations = (
            "executeSQLUpdate" if sql else "updatePhone",
            "doDeviceReset" if version == "8.5" else "applyPhone",
        )
        parts = tuple(_part(dice, operations) for _ in range(dice.randint(1, 4)))
        scenario = cls(
            seed=seed,
            phones=dice.randint(32, 66),
            version=version,
            zone=dice.choice(_ZONES),
            start=_start(dice),
            assumptions=_assumptions(dice),
            failures=tuple(f"{name}={dice.randint(1, 3)}" for name in dice.sample(_FAILURES, dice.randint(0, 2))),
            rules=_rules(dice),
            concurrency=concurrency,
            sql=sql,
            parts=parts,
            impatient=tuple(dice.random() < 0.15 for _ in parts),
            once_more=dice.random() < 0.3,
            operation=operation,
        )
        return _bent(scenario)


_OF_PROFILES = ("updatePhoneSecurityProfile", "applyPhoneSecurityProfile", "selectCmDeviceExt")
_CLEARING = "auth-string-cleared"


def _bent(scenario: Scenario) -> Scenario:
    """The scenario with what only its operation can meet, by dice of its own."""
    dice = random.Random(f"chaos {scenario.operation} {scenario.seed}")
    match scenario.operation:
        case Operation.AUTH_STRING | Operation.DELETE_BY_STRING:
            cleared = dice.choice(("cleared", "cleared", "cleared", "ignored", "refused"))
            typed = dice.choice(("soon", "soon", "soon", "mistyped"))
            more = (f"{_CLEARING}={cleared}", f"auth-strings-typed={typed}")
            return replace(scenario, assumptions=(*scenario.assumptions, *more))
        case Operation.THEN_LSC_FIRST:  # which came with 10.0
            version = scenario.version if scenario.version != "8.5" else "12.5"
            parts = tuple(tuple(_towards_profiles(dice, one) for one in part) for part in scenario.parts)
            return _with_absences(dice, replace(scenario, version=version, parts=parts), _OF_PROFILES)
        case Operation.DELETE | Operation.TROUBLESHOOT:
            return _with_absences(dice, scenario, ())
        case _:
            return scenario


def _with_absences(dice: random.Random, scenario: Scenario, operations: Sequence[str]) -> Scenario:
    """The scenario, more often than not with phones that stay away for good: once they restart, or at some request."""
    more = (f"lost={dice.choice(('1', '2', '10%', '20%'))}",) if dice.random() < 0.5 else ()
    rules = (f"--max-lost={dice.choice(('1%', '1', '2', '100%'))}",) if dice.random() < 0.7 else ()
    parts = list(scenario.parts)
    if dice.random() < 0.6:
        number = dice.randrange(len(parts))
        at = dice.choice((scenario.write, scenario.apply, "executeSQLQuery", *operations))
        gone = Trouble(Kind.GONE, at, dice.randint(1, 2 if at in operations else 12), 0, dice.random())
        parts[number] = (*parts[number], gone)
    return replace(scenario, failures=(*scenario.failures, *more), rules=(*scenario.rules, *rules), parts=tuple(parts))


def _towards_profiles(dice: random.Random, trouble: Trouble) -> Trouble:
    """The trouble, half of the time at a request that changes a profile, or asks who is registered."""
    if trouble.early or dice.random() < 0.5:
        return trouble
    operation = dice.choice(_OF_PROFILES)
    return replace(trouble, operation=operation, nth=dice.randint(1, 6 if operation == _OF_PROFILES[2] else 2))


def _assumptions(dice: random.Random) -> tuple[str, ...]:
    """RIS nearly always bears more than 15 requests a minute: a run that waits for it is no different, only longer."""
    chosen = [f"{key}={dice.choice(answers)}" for key, answers in _ASSUMED.items() if dice.random() < 0.4]
    return (*chosen, *(("ris-rate=600",) if dice.random() < 0.97 else ()))


def _start(dice: random.Random) -> float:
    """A moment of the year; now and then one in the days when clocks change, often close to a full hour."""
    midnight = dice.choice(_TURNS) if dice.random() < 0.2 else _TURNS[0] + dice.randrange(365) * _DAY
    minute = dice.choice((dice.uniform(0, 60), 59.9, 0.05))
    return midnight + dice.randrange(24) * 3_600 + minute * 60


def _rules(dice: random.Random) -> tuple[str, ...]:
    return (
        "--canary=2",
        f"--waves={dice.choice(('5,10', '5,10', '3,rest', '4'))}",
        f"--wave-timeout={dice.choice((4, 6, 8))}s",
        f"--max-failures={dice.choice(('2', '20%', '25% at least 2', '100%', '5% at least 2'))}",
        f"--max-in-flight={dice.choice((5, 8, 200))}",
        f"--complete-by={dice.choice(('1h', '90m', '4h', '4h', '1d'))}",
    )


def _part(dice: random.Random, operations: Sequence[str]) -> tuple[Trouble, ...]:
    """One end of the client nearly always, and before it a few other troubles."""
    troubles = [_trouble(dice, kind, operations) for kind in dice.choices(_OTHERS, k=dice.choice((0, 1, 1, 2, 3, 4)))]
    if dice.random() < 0.8:
        kind = dice.choice((Kind.KILL, Kind.KILL, Kind.KILL_UNSEEN, Kind.KILL_UNSEEN, Kind.INTERRUPT, Kind.TERMINATE))
        troubles.append(_trouble(dice, kind, operations))
    return tuple(troubles)


_OTHERS = tuple(kind for kind in Kind if kind not in (*ENDS_CLIENT, Kind.GONE))
_AMOUNTS: dict[Kind, tuple[float, ...]] = {
    Kind.KILL: (0, 0, 0.01, 0.05, 0.3, 1.1),
    Kind.INTERRUPT: (0, 0.02, 0.5),
    Kind.TERMINATE: (0, 0.02, 0.5),
    Kind.DROP_BEFORE: (1, 1, 2, 3),
    Kind.DROP_AFTER: (1, 1, 2, 3),
    Kind.CUT: (1, 1, 2),
    Kind.DELAY: (0.3, 1.5, SHORT + 1.0),
    Kind.STORM: (1, 4, 12),
    Kind.FULL: (20, 60),
    Kind.RESTART: (0.2, 1.0, 2.5),
    Kind.JUMP: (-90_000, -7_000, -600, -40, 40, 600, 1_800, 4_000, 15_000, 100_000),
    Kind.DISK: (0, 1, 8, 30),
}


def _trouble(dice: random.Random, kind: Kind, operations: Sequence[str]) -> Trouble:
    amount, choice = dice.choice(_AMOUNTS.get(kind, (0,))), dice.random()
    if kind not in NEEDS_A_RUN and dice.random() < 0.12:
        return Trouble(kind, "*", dice.randint(1, 30), amount, choice, early=True)
    operation = dice.choice((*operations, *operations, "executeSQLQuery", "*"))
    most = {"executeSQLQuery": 15, "*": 60, "executeSQLUpdate": 5}.get(operation, 14)
    return Trouble(kind, operation, dice.randint(1, most), amount, choice)
