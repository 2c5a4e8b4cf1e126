"""A small plan, a run of it in a journal, and the events that the engine would tell."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from lscctl.capf import AuthenticationMode, CapfSettings, CertificateOperation, CertificateStatus, DeviceSecurityMode
from lscctl.deadline import DEFAULT_DEADLINE
from lscctl.identity import ClusterIdentity
from lscctl.outcome import PhoneOutcome, PhoneState, RunSummary
from lscctl.phone import Lsc, Phone, SecurityProfile
from lscctl.plan import CapfRequest, LeftOut, Plan, Step
from lscctl.reasons import Finding, Reason
from lscctl.rollout.events import Intended, PhoneChanged, Purpose, RunEnded
from lscctl.rollout.journal.beginning import NewRun, begin
from lscctl.rollout.journal.lock import Lock
from lscctl.rollout.journal.reading import History
from lscctl.rollout.journal.store import Store
from lscctl.rollout.journal.writing import Journal
from lscctl.rollout.standing import Call, Standing
from lscctl.rules import Rules

START = 1_795_600_800.0
ALICE = "alice@jump"
IDENTITY = ClusterIdentity("prod", "cucm.example", "6a0ac8cf-0000-0000-0000-000000000000", "ab" * 32)
SETTINGS = CapfSettings(AuthenticationMode.NULL_STRING, 2048)
PROFILE = SecurityProfile("p" * 36, "Standard 8845", DeviceSecurityMode.NON_SECURE, SETTINGS)
FIRST, SECOND, THIRD, OUT = (f"SEP00000000000{number}" for number in range(4))


def phone(name: str) -> Phone:
    return Phone(
        pkid=f"{name[3:]:0>36}",
        name=name,
        description="Zoë's desk",
        model="Cisco 8845",
        protocol="SIP",
        device_pool="Berlin",
        location="Hub_None",
        profile=PROFILE,
        operation=CertificateOperation.NONE,
        status=CertificateStatus("None"),
        lsc=Lsc(1_700_000_000, "CAPF-12345678", 1_900_000_000, "abcd"),
    )


PLAN = Plan(
    CertificateOperation.INSTALL,
    DEFAULT_DEADLINE,
    tuple(Step(phone(name), SETTINGS) for name in (FIRST, SECOND, THIRD)),
    (LeftOut(phone(OUT), (Finding(Reason.VALID_LSC, "it is valid"),)),),
)


class Ticker:
    """A clock that counts seconds and moves only when told."""

    def __init__(self) -> None:
        self.at = 0.0

    def __call__(self) -> float:
        return self.at


@dataclass
class Lab:
    """A journal with one run at work in it; `history` reads it as another process would."""

    folder: Path
    store: Store
    lock: Lock
    journal: Journal
    ticker: Ticker

    @property
    def file(self) -> Path:
        return self.folder / "journal.sqlite"

    @property
    def locks(self) -> Path:
        return self.folder / "locks"

    @property
    def number(self) -> int:
        return self.journal.number

    def history(self) -> History:
        return open_history(self.folder)


def open_history(folder: Path) -> History:
    return History(Store.for_reading(folder / "journal.sqlite"), folder / "locks")


def new_run(plan: Plan = PLAN, *, identity: ClusterIdentity = IDENTITY, retries: int | None = None) -> NewRun:
    return NewRun(identity, ALICE, "lscctl bulk-install --all", START, plan, CapfRequest(), Rules(), retries)


@contextmanager
def lab(folder: Path, plan: Plan = PLAN) -> Iterator[Lab]:
    ticker = Ticker()
    with (
        Lock(folder / "locks", IDENTITY, ALICE) as lock,
        Store.for_writing(folder / "journal.sqlite", patience=0.2) as store,
    ):
        yield Lab(folder, store, lock, begin(store, new_run(plan), lock, clock=ticker), ticker)


def intended(name: str, at: float = START + 1, purpose: Purpose = Purpose.WRITE) -> Intended:
    standing = Standing(wave=1, deadline="2026:11:26:04:00", deadline_at=START + 14_400, status="None")
    if purpose is Purpose.WRITE:
        standing = replace(standing, write=Call.UNDER_WAY)
    else:
        standing = replace(standing, write=Call.DONE, apply=Call.UNDER_WAY)
    return Intended(at, purpose, ((name, standing),))


def changed(
    name: str, state: PhoneState, at: float = START + 2, *, status: str = "None", reason: str = "", next_step: str = ""
) -> PhoneChanged:
    standing = Standing(state=state, reason=reason, next_step=next_step, wave=1, write=Call.DONE, status=status)
    return PhoneChanged(at, name, PhoneState.QUEUED, standing)


def ended(states: dict[str, PhoneState], at: float = START + 60, **details: object) -> RunEnded:
    outcomes = tuple(PhoneOutcome(name, "Cisco 8845", state) for name, state in states.items())
    summary = RunSummary(outcomes, started=START, ended=at, writes=2, reads=3)
    return RunEnded(at, replace(summary, **details))  # type: ignore[arg-type]


ALL_INSTALLED = dict.fromkeys((FIRST, SECOND, THIRD), PhoneState.INSTALLED) | {OUT: PhoneState.LEFT_OUT}


@contextmanager
def without_privileges() -> Iterator[None]:
    """Rights of files count in the block, even where root runs the tests."""
    if os.geteuid():
        yield
        return
    os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(0)
