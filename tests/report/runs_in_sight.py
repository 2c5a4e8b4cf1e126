"""Runs as the report tests look at them."""

from dataclasses import replace

from lscctl.capf import CertificateOperation
from lscctl.history import PastRun, RunState, StoryLine
from lscctl.identity import ClusterIdentity
from lscctl.outcome import PhoneOutcome, PhoneState, RunSummary, count_states
from lscctl.profile_change import Absent, Lacking, ProfileOutcome, ProfileStanding, ProfileState
from tests.report.phones_in_sight import NOW, PHONES, changes, planned

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


def profiles_of(*states: ProfileState) -> tuple[ProfileOutcome, ...]:
    """A profile in each of these states; phones without an LSC belong to one that stays as it is, and lost ones where any are."""
    change, _ = changes(planned(*PHONES))
    lacking = (Lacking("SEP001122334403", "no LSC"), Lacking("SEP001122334404", "its LSC has expired"))
    return tuple(
        ProfileOutcome(
            replace(change, profile=replace(change.profile, pkid=f"{number:036d}", name=f"8845 {state}")),
            ProfileStanding(
                state,
                "" if state.well else "2 phones of 3 that use it have no valid LSC",
                "" if state.well else "Install their LSCs.",
                phones=None if state is ProfileState.WAITING else 3,
                without=2 if state is ProfileState.STAYS else 0,
                lacking=lacking if state is ProfileState.STAYS else (),
                registered=2 if state in (ProfileState.CHANGED, ProfileState.PHONES_LOST) else None,
                restarting=("SEP001122334403",) if state is ProfileState.RESTARTING else (),
                lost=1 if state is ProfileState.PHONES_LOST else 0,
                absent=(Absent("SEP001122334403", "RIS says UnRegistered"),)
                if state is ProfileState.PHONES_LOST
                else (),
            ),
        )
        for number, state in enumerate(states)
    )


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
