"""A journal in the state folder that the `lscctl` fixture uses, with runs that went one way or another."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from lscctl.outcome import PhoneState
from lscctl.rollout.events import Event, GateClosed, Limit, Limited, Purpose, RunStarted, WaveStarted
from lscctl.rollout.journal.beginning import begin
from tests.rollout.journal.lab import (
    ALL_INSTALLED,
    FIRST,
    OUT,
    SECOND,
    START,
    THIRD,
    Lab,
    changed,
    ended,
    intended,
    lab,
    new_run,
)

GATE = "--max-failures: 1 of 1 phones in this wave failed; --max-failures 0% allows 0"
STOPPED_AT_THE_GATE = {
    FIRST: PhoneState.FAILED,
    SECOND: PhoneState.QUEUED,
    THIRD: PhoneState.QUEUED,
    OUT: PhoneState.LEFT_OUT,
}
NEXT_STEP = "Import the issuer of its MIC."

BEGINNING: tuple[Event, ...] = (
    RunStarted(START, 3, {PhoneState.QUEUED: 3}),
    WaveStarted(START, 1, 2, "canary", 1),
    Limited(START, Limit.WAVE, "canary must end before the next begins", 0.5),
    intended(FIRST),
    changed(FIRST, PhoneState.WRITTEN),
    intended(FIRST, START + 3, Purpose.APPLY),
    changed(FIRST, PhoneState.PENDING, START + 5, status="Operation Pending"),
)
FAILURE = changed(
    FIRST,
    PhoneState.FAILED,
    START + 50,
    status="Upgrade Failed: Invalid MIC",
    reason="Invalid MIC",
    next_step=NEXT_STEP,
)
GATE_CLOSES = GateClosed(START + 51, "--max-failures", GATE.removeprefix("--max-failures: "))


@contextmanager
def at_work(tmp_path: Path, *events: Event) -> Iterator[Lab]:
    """Run 1 is carried out by this process while the block lasts, and has told these events; then it is cut off."""
    (tmp_path / "state").mkdir(exist_ok=True)
    with lab(tmp_path / "state") as running:
        for event in events:
            running.journal.on_event(event)
        running.journal.flush()
        yield running


def gate_closed(tmp_path: Path) -> None:
    """Run 1 ended at a gate with two phones still queued."""
    with at_work(tmp_path, *BEGINNING, FAILURE, GATE_CLOSES, ended(STOPPED_AT_THE_GATE, gate=GATE)):
        pass


def three_runs(tmp_path: Path) -> None:
    """Run 1 ended at a gate, run 2 tried again and is done, run 3 was cut off."""
    with at_work(tmp_path, *BEGINNING, FAILURE, GATE_CLOSES, ended(STOPPED_AT_THE_GATE, gate=GATE)) as running:
        second = begin(running.store, new_run(retries=1), running.lock)
        for name in (FIRST, SECOND, THIRD):
            second.on_event(changed(name, PhoneState.INSTALLED, status="Upgrade Success"))
        second.on_event(ended(ALL_INSTALLED, START + 90))
        begin(running.store, new_run(), running.lock).on_event(intended(FIRST))
