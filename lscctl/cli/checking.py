"""What commands share that check a cluster: find the phones that are meant, look, and tell."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from lscctl.cli.answer import Answer
from lscctl.cli.connection import Session
from lscctl.cli.screen import Notices
from lscctl.cli.selection import find_phones
from lscctl.phone import PhoneQuery
from lscctl.plan import CapfRequest, build_plan
from lscctl.report.wording import as_of, count
from lscctl.verdict import Verdict

if TYPE_CHECKING:
    from lscctl.preflight.ground import Ground
    from lscctl.preflight.interface import Check

FAULT = 1


@dataclass(frozen=True, slots=True)
class Checking:
    """Which checks, and for which phones and request. `registration`: whether RIS is asked about them; `writes`: whether the
    user's right to write is tried out; `everybody`: whether they are about all of the phones, and not only about those that an
    operation would write. CAPF's certificate is warned of, and fails, where it ends within so many days."""

    query: PhoneQuery
    checks: "Sequence[Check]"
    title: str
    expect: int | None = None
    request: CapfRequest = field(default_factory=CapfRequest)
    registration: bool = False
    writes: bool = False
    everybody: bool = False
    expiry_warn: int | None = None
    expiry_fail: int | None = None

    def ask(self, session: Session, notices: Notices) -> Answer:
        """Look; the exit code says whether a check failed."""
        from lscctl.preflight.run import run
        from lscctl.report.preflight import PreflightOfCluster, preflight_report
        from lscctl.rollout.journal.lock import holder
        from lscctl.rollout.journal.place import lock_folder

        cluster = session.cluster
        ground = self.ground(session, notices)
        results = run(ground, checks=self.checks)
        owner = holder(lock_folder(), cluster.identity())
        at_work = None if owner is None else str(owner)
        told = PreflightOfCluster(
            results,
            cluster.name,
            cluster.version,
            len(ground.plan.steps) + (len(ground.plan.left_out) if self.everybody else 0),
            at_work,
            as_of(ground.now, cluster.clock),
            self.title,
        )
        failed = any(one.verdict is Verdict.FAIL for one in results)
        return Answer(preflight_report(told), FAULT if failed else 0)

    def ground(self, session: Session, notices: Notices) -> "Ground":
        """What the checks stand on. Raises NoPhoneMatched, UsageError, ClusterError."""
        from lscctl.preflight.ground import Ground

        cluster = session.cluster
        found = find_phones(cluster, self.query, self.expect, notices, registration=self.registration)
        for note in found.notes:
            notices.say(f"note: {note}")
        # what nobody looked at shall not empty the plan
        request = self.request if self.registration else replace(self.request, include_unregistered=True)
        plan = build_plan(found.phones, request, cluster.facts(), session.protected)
        notices.say(f"checking {cluster.name} for {count(len(found.phones), 'phone')}")
        return Ground(
            cluster,
            plan,
            request,
            tries_a_write=self.writes,
            expiry_warn_days=self.expiry_warn,
            expiry_fail_days=self.expiry_fail,
        )
