"""Carry a plan out while somebody watches: a live table at a terminal, lines in a pipe; signals stop it safely."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from lscctl.cli.lines import Lines
from lscctl.cli.screen import Notices
from lscctl.cli.stopping import stop_on_signals
from lscctl.outcome import RunSummary
from lscctl.report.plan import PlanForCluster
from lscctl.report.wording import zone_name
from lscctl.rollout import engine
from lscctl.rollout.events import Observer
from lscctl.rollout.options import RunOptions
from lscctl.rollout.stop import Stop

if TYPE_CHECKING:
    from lscctl.rollout.target import Target


def run_plan(told: PlanForCluster, target: "Target", options: RunOptions, notices: Notices, stop: Stop) -> RunSummary:
    """Run the engine under the watch that suits stderr. `stop.why` tells afterwards whether a person ended it."""
    with stop_on_signals(stop), _watch(told, notices) as observer:
        return engine.run(told.plan, target, [observer], options, now=time.time, sleep=time.sleep, stop=stop)


@contextmanager
def _watch(told: PlanForCluster, notices: Notices) -> Iterator[Observer]:
    if not notices.live:
        yield Lines(notices.say)
        return
    from lscctl.cli.live import LiveTable

    by = f"{told.deadline.at.astimezone(told.clock.zone):%Y-%m-%d %H:%M} ({zone_name(told.clock, told.deadline.at)})"
    with LiveTable(notices.page, by) as table:
        yield table
