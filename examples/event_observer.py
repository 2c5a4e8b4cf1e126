"""An observer of one's own on a rollout: here, one that keeps the longest way of a phone per device pool.

    LSCCTL_PASSWORD=... python event_observer.py CLUSTER MODEL

An observer is any object with `on_event`; `lscctl.rollout.events` says what it may rely on. This one runs beside whatever
else listens, and the engine does not know it. (The run below keeps no journal and takes no lock, as `lscctl bulk-install`
does: for a real cluster hand `engine.run` those observers, too.)
"""

import os
import sys

from lscctl.config import load, password
from lscctl.cucm.cluster import Cluster
from lscctl.outcome import PhoneState
from lscctl.phone import PhoneQuery
from lscctl.plan import CapfRequest, Plan, build_plan
from lscctl.rollout import engine
from lscctl.rollout.events import Event, GateClosed, PhoneChanged, WaveStarted


class LongestWay:
    """Seconds from the apply to the new LSC, the longest of each device pool."""

    def __init__(self, plan: Plan) -> None:
        self._pools = {step.phone.name: step.phone.device_pool for step in plan.steps}
        self.longest: dict[str, float] = {}

    def on_event(self, event: Event) -> None:
        """Take one event; the run waits for it, so this is quick."""
        match event:
            case WaveStarted(name=name, phones=phones):
                print(f"{name}: {phones} phones", file=sys.stderr)
            case GateClosed(gate=gate, why=why):
                print(f"{gate} closed: {why}", file=sys.stderr)
            case PhoneChanged(at=at, name=name, standing=standing) if standing.state is PhoneState.INSTALLED:
                pool = self._pools[name]
                took = at - (standing.applied_at or at)
                self.longest[pool] = max(took, self.longest.get(pool, 0.0))
            case _:
                pass


def main(name: str, model: str) -> None:
    """Put LSCs on the phones of the model and print the longest way of each device pool."""
    config = load(None, os.environ).cluster(name)
    with Cluster.connect(config, password(config, None)) as cluster:
        found = cluster.find(PhoneQuery(models=(model,)))
        plan = build_plan(found.phones, CapfRequest(), cluster.facts(), config.protected)
        observer = LongestWay(plan)
        summary = engine.run(plan, cluster, [observer])
    for pool, seconds in sorted(observer.longest.items()):
        print(f"{pool}\t{seconds:.0f} s")
    print(f"{summary.counts.get(PhoneState.INSTALLED, 0)} of {len(plan.steps)} phones have a new LSC")


if __name__ == "__main__":
    main(*sys.argv[1:])
