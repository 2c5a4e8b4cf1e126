"""Metrics of runs: how the phones of the last one stand, and how all that are remembered ended."""

from collections import Counter
from collections.abc import Iterator, Sequence

from lscctl.history import PastRun, RunState
from lscctl.outcome import PhoneState, RunSummary
from lscctl.report.interface import Metric, Sample
from lscctl.report.profile_changes import outcome_gauges


def run_gauges(summary: RunSummary, cluster: str) -> Iterator[Metric]:
    """One run. Its number is no label: each new run would be a new series."""

    def one(name: str, text: str, value: float) -> Metric:
        return Metric(name, text, [Sample({"cluster": cluster}, value)])

    counts = summary.counts
    yield Metric(
        "lscctl_run_phones",
        "Phones of the run by where they stand.",
        [Sample({"cluster": cluster, "state": state.value}, counts.get(state, 0)) for state in PhoneState],
    )
    yield one("lscctl_run_start_timestamp_seconds", "When the run was begun, in seconds since 1970.", summary.started)
    yield one(
        "lscctl_run_end_timestamp_seconds",
        "When the run ended, or was last heard of, in seconds since 1970.",
        summary.ended,
    )
    yield one("lscctl_run_writes", "Changing calls that the cluster served for the run.", summary.writes)
    yield one("lscctl_run_reads", "Pages of phones that the run asked the cluster for.", summary.reads)
    yield one(
        "lscctl_run_gate_closed", "Whether a gate of the run closed (1) or none did (0).", summary.gate is not None
    )
    yield from outcome_gauges(summary.profiles, cluster)


def run_state_gauge(run: PastRun) -> Metric:
    """How one run stands or ended."""
    return Metric(
        "lscctl_run_state",
        "How the run stands or ended: 1 for the state that it has, 0 for the others.",
        [Sample({"cluster": run.identity.name, "state": state.value}, run.state is state) for state in RunState],
    )


def past_run_gauges(runs: Sequence[PastRun]) -> Iterator[Metric]:
    """All runs that are remembered, by cluster."""
    counted = Counter((run.identity.name, run.state) for run in runs)
    clusters = sorted({run.identity.name for run in runs})
    yield Metric(
        "lscctl_runs",
        "Runs that the journal remembers, by how they stand or ended.",
        [
            Sample({"cluster": cluster, "state": state.value}, counted[cluster, state])
            for cluster in clusters
            for state in RunState
        ],
    )
    yield Metric(
        "lscctl_last_run_start_timestamp_seconds",
        "When the last run was begun, in seconds since 1970.",
        [
            Sample({"cluster": cluster}, max(run.started for run in runs if run.identity.name == cluster))
            for cluster in clusters
        ],
    )
