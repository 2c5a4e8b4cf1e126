"""Where the plan of an install comes from: phones that are found and decided on now, or a file that somebody has reviewed."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from lscctl.cli.connection import Session
from lscctl.cli.guarding import Checks
from lscctl.cli.rollout_options import RolloutOptions, require_allowed
from lscctl.cli.same_cluster import require_same
from lscctl.cli.screen import Notices
from lscctl.cli.selection import find_phones
from lscctl.deadline import DeadlineTooNear
from lscctl.drift import rechecked
from lscctl.errors import Refused
from lscctl.identity import ClusterIdentity
from lscctl.phone import PhoneQuery
from lscctl.plan import InstallRequest, LeftOut, build_plan
from lscctl.report.plan import PlanForCluster
from lscctl.report.wording import count, some
from lscctl.rules import Rules

if TYPE_CHECKING:
    from lscctl.plan_file import KeptPlan


class Source(Protocol):
    """What gives a plan for a cluster, as often as it is asked: each time as it stands then."""

    @property
    def concurrency(self) -> int | None:
        """How many writes at a time it wants; None: as many as the configuration says."""

    @property
    def notes(self) -> tuple[str, ...]:
        """What the journal tells of it."""

    def proposed(self, session: Session, identity: ClusterIdentity, notices: Notices) -> PlanForCluster:
        """The plan, with its rules. Raises LscctlError."""


@dataclass(frozen=True, slots=True)
class FoundPhones:
    """The phones that the query means, decided on as the request wants it.

    `defaults` are the rules where the options set none, None for the configuration's; `missing_ok`: listed names may be gone.
    """

    query: PhoneQuery
    request: InstallRequest
    rollout: RolloutOptions
    checks: Checks
    expect: int | None = None
    defaults: Rules | None = None
    missing_ok: bool = False
    notes: tuple[str, ...] = ()

    @property
    def concurrency(self) -> int | None:
        """As the option says."""
        return self.rollout.concurrency

    def proposed(self, session: Session, identity: ClusterIdentity, notices: Notices) -> PlanForCluster:
        """The plan that the phones give now. Raises UsageError, NoPhoneMatched, Refused, ClusterError."""
        cluster = session.cluster
        rules = self.checks.over(
            self.rollout.rules(
                self.defaults or session.rules, concurrency=session.concurrency, sql_allowed=session.allow_sql_writes
            )
        )
        found = find_phones(
            cluster, self.query, self.expect, notices, zones=rules.windows.per_site, missing_ok=self.missing_ok
        )
        plan = build_plan(found.phones, self.request, cluster.facts(), session.protected)
        notes = (*cluster.notes, *found.notes)
        return PlanForCluster(plan, identity, cluster.version, self.request, rules, notes)


@dataclass(frozen=True, slots=True)
class ReviewedPlan:
    """A plan out of a file. Phones that are not as they were planned are left out, or with `strict` keep it from being carried out
    at all."""

    kept: "KeptPlan"
    checks: Checks
    strict: bool = False

    @property
    def concurrency(self) -> int | None:
        """As planned."""
        return self.kept.told.rules.concurrency

    @property
    def notes(self) -> tuple[str, ...]:
        """Which plan it is."""
        return (f"carries out the plan {self.kept.digest}",)

    def proposed(self, session: Session, identity: ClusterIdentity, notices: Notices) -> PlanForCluster:
        """The plan as far as it can be carried out now. Raises Refused, UsageError, ClusterError."""
        told, where, cluster = self.kept.told, self.kept.where, session.cluster
        require_same(where, told.identity, identity)
        if not told.plan.steps:
            raise Refused(
                f"{where} has no phone that is to be written", hint="Each left-out phone stands there with its reasons."
            )
        require_allowed(told.rules, sql_allowed=session.allow_sql_writes)
        try:
            told.plan.deadline.resolve(cluster.clock)
        except DeadlineTooNear as passed:
            passed.hint = "Make the plan anew with a later --complete-by."
            raise
        rules = self.checks.over(told.rules)
        names = tuple(step.phone.name for step in told.plan.steps)
        found = cluster.find(PhoneQuery(names_listed=names), progress=notices.say, zones=rules.windows.per_site)
        plan = rechecked(told.plan, found.phones, told.request, cluster.facts(), session.protected)
        planned = {step.phone.pkid for step in told.plan.steps}
        self._tell([out for out in plan.left_out if out.phone.pkid in planned], notices)
        notes = (*cluster.notes, *found.notes)
        return PlanForCluster(plan, identity, cluster.version, told.request, rules, notes)

    def _tell(self, changed: list[LeftOut], notices: Notices) -> None:
        """Name the phones that the plan meant to write, and that are left out now. Raises Refused where that is not to be."""
        if not changed:
            return
        names = [f"{out.phone.name} ({out.findings[0]})" for out in changed]
        phones = count(len(changed), "phone")
        if self.strict:
            raise Refused(
                f"{phones} of {self.kept.where} cannot be written as planned: {some(names)}",
                hint="Make the plan anew, or leave --strict away: then these phones are left out.",
            )
        notices.warn(f"left out of {self.kept.where}, {phones}: {some(names)}")
