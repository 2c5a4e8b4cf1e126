"""Runs as the report tests look at them."""

from dataclasses import replace

from lscctl.capf import CertificateOperation
from lscctl.history import PastRun, RunState, StoryLine
from lscctl.identity import ClusterIdentity
from lscctl.outcome import PhoneOutcome, PhoneState, RunSummary, count_states
from tests.report.phones_in_sight import NOW

IDENTITY = ClusterIdentity("prod", "cucm.example.com", "publisher")

STORY = (
    StoryLine(NOW, "planned"),
    StoryLine(NOW + 1, "write intended", "None", "to be complete by 2026:11:24:04:00"),
    StoryLine(NOW + 60, "failed", "Upgrade Failed: Invalid MIC", "Invalid MIC"),
)


def summary_of(*states: PhoneState) -> RunSummary:
    outcomes = [
        PhoneOutcome(f"SEP{n:012X}", "Cisco 8845", state, wave=1, finish_time="2026:11:24:04:00")
        for n, state in enumerate(states)
    ]
    return RunSummary(tuple(outcomes), NOW, NOW + 2_400, writes=8, reads=5)


def run_of(state: RunState, *states: PhoneState, **details: object) -> PastRun:
    run = PastRun(
        number=12,
        identity=IDENTITY,
        who="alice@jump",
        version="0.1.0",
        command="lscctl bulk-install --model 8845 --yes",
        started=NOW,
        ended=None if state in (RunState.RUNNING, RunState.CRASHED) else NOW + 2_400,
        state=state,
        operation=CertificateOperation.INSTALL,
        counts=count_states(states),
    )
    return replace(run, **details)  # type: ignore[arg-type]
