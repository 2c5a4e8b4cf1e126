"""Where the plan of an operation comes from: phones that are found and decided on now, or a file that somebody has reviewed."""

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from lscctl.capf import CertificateOperation
from lscctl.cli.carried_out import Earlier, note_of
from lscctl.cli.connection import Session
from lscctl.cli.guarding import Checks
from lscctl.cli.live_capf import live_capf
from lscctl.cli.profiles_of_plan import changes_now, with_profiles
from lscctl.cli.rollout_options import RolloutOptions, require_allowed
from lscctl.cli.same_cluster import require_same
from lscctl.cli.screen import Notices
from lscctl.cli.selection import find_phones
from lscctl.cucm.parameters import lsc_lifetime
from lscctl.deadline import DeadlineTooNear
from lscctl.drift import rechecked
from lscctl.errors import JournalError, Refused, UsageError
from lscctl.identity import ClusterIdentity
from lscctl.lsc_first import by_profile, rechecked_change
from lscctl.phone import PhoneQuery, Renewal
from lscctl.plan import CapfRequest, Issuer, LeftOut, Plan, build_plan
from lscctl.preflight.capf_renewal.lscs import signer_of
from lscctl.profile_change import ProfileChange
from lscctl.report.plan import PlanForCluster
from lscctl.report.wording import count, some
from lscctl.rules import Rules

if TYPE_CHECKING:
    from lscctl.cucm.cluster import Cluster
    from lscctl.plan_file import KeptPlan


class Source(Protocol):
    """What gives a plan for a cluster, as often as it is asked: each time as it stands then."""

    @property
    def operation(self) -> CertificateOperation:
        """What CAPF is to do with the phones of the plan."""

    @property
    def request(self) -> CapfRequest:
        """What is asked of CAPF."""

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

    `defaults` are the rules where the options set none, None for the configuration's; `missing_ok`: listed names may be gone;
    `none_ok`: so may all phones; `profiles_too`: pkids of profiles that get lsc-first as
    those of the phones do, where that is wanted.
    """

    query: PhoneQuery
    request: CapfRequest
    rollout: RolloutOptions
    checks: Checks
    expect: int | None = None
    defaults: Rules | None = None
    missing_ok: bool = False
    none_ok: bool = False
    notes: tuple[str, ...] = ()
    profiles_too: tuple[str, ...] = ()

    @property
    def operation(self) -> CertificateOperation:
        """As the request says."""
        return self.request.operation

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
        if self.request.hands_out_strings and self.rollout.wave_timeout is None:
            rules = rules.waiting_for_people()
        found = find_phones(
            cluster,
            self.query,
            self.expect,
            notices,
            zones=rules.windows.per_site,
            missing_ok=self.missing_ok,
            none_ok=self.none_ok,
        )
        plan = build_plan(found.phones, self.request, cluster.facts(), session.protected)
        if self.request.then_lsc_first:
            plan = with_profiles(plan, session, self.profiles_too)
        notes = (*cluster.notes, *found.notes)
        return PlanForCluster(plan, identity, cluster.version, self.request, rules, notes)


@dataclass(frozen=True, slots=True)
class PhonesToRenew:
    """Those of the phones whose LSC is due: it ends `within` so many seconds, or has less than the share `below` (0 to 1) of its
    lifetime left, or, with `old_capf`, was signed by another certificate than CAPF's of now."""

    among: FoundPhones
    within: float | None = None
    below: float | None = None
    old_capf: bool = False

    @property
    def operation(self) -> CertificateOperation:
        """A new install."""
        return self.among.operation

    @property
    def request(self) -> CapfRequest:
        """As asked for."""
        return self.among.request

    @property
    def concurrency(self) -> int | None:
        """As the option says."""
        return self.among.concurrency

    @property
    def notes(self) -> tuple[str, ...]:
        """Nothing that the command line does not tell."""
        return self.among.notes

    def proposed(self, session: Session, identity: ClusterIdentity, notices: Notices) -> PlanForCluster:
        """The plan for those that are due now. Raises LscctlError."""
        query = replace(self.among.query, renewal=self._due(session.cluster))
        return replace(self.among, query=query).proposed(session, identity, notices)

    def _due(self, cluster: "Cluster") -> Renewal:
        """What is due on this cluster. Raises UsageError where the cluster cannot tell that, and ClusterError."""
        facts = cluster.facts()
        left = [self.within] if self.within is not None else []
        if self.below is not None:
            lifetime = lsc_lifetime(cluster.parameters(), facts.issuer)
            if lifetime is None:
                raise _nobody_knows("--below", "how long LSCs last", facts.issuer, cluster)
            left.append(self.below * lifetime)
        signer = None
        if self.old_capf:
            if facts.issuer is Issuer.OFFLINE_CA:
                raise _nobody_knows("--old-capf", "which certificate of CAPF signed them", facts.issuer, cluster)
            if facts.issuer is not Issuer.ONLINE_CA:  # there each LSC that a CAPF signed is of before
                signer = signer_of(live_capf(cluster))
        ends_by = facts.now + max(left) if left else 0.0
        return Renewal(ends_by, signer, any_capf=self.old_capf and facts.issuer is Issuer.ONLINE_CA)


def _nobody_knows(option: str, what: str, issuer: Issuer, cluster: "Cluster") -> UsageError:
    return UsageError(
        f"{option}: nobody can say {what} on {cluster.name}; LSCs are issued by: {issuer}", hint="Use --within."
    )


@dataclass(frozen=True, slots=True)
class ReviewedPlan:
    """A plan out of a file. Phones that are not as they were planned are left out, or with `strict` keep it from being carried out
    at all. The `journal` tells what earlier runs did of it; a `dry_run` does without where it cannot be read."""

    kept: "KeptPlan"
    checks: Checks
    strict: bool = False
    journal: Path | None = None
    dry_run: bool = False

    @property
    def operation(self) -> CertificateOperation:
        """As planned."""
        return self.kept.told.plan.operation

    @property
    def request(self) -> CapfRequest:
        """As planned."""
        return self.kept.told.request

    @property
    def concurrency(self) -> int | None:
        """As planned."""
        return self.kept.told.rules.concurrency

    @property
    def notes(self) -> tuple[str, ...]:
        """Which plan it is."""
        return (note_of(self.kept.digest),)

    def proposed(self, session: Session, identity: ClusterIdentity, notices: Notices) -> PlanForCluster:
        """The plan as far as it can be carried out now. Raises Refused, UsageError, ClusterError."""
        told, where, cluster = self.kept.told, self.kept.where, session.cluster
        require_same(where, told.identity, identity)
        names = tuple(step.phone.name for step in told.plan.steps)
        earlier = self._earlier(identity, names, cluster, notices)
        if carried_out := earlier.told():
            notices.warn(carried_out)
        if not told.plan.does_something:
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
        found = cluster.find(PhoneQuery(names_listed=names), progress=notices.say, zones=rules.windows.per_site)
        plan = rechecked(
            told.plan, found.phones, told.request, cluster.facts(), session.protected, writer=earlier.writer
        )
        plan = replace(plan, then=self._then(plan, session, notices))
        planned = {step.phone.pkid for step in told.plan.steps}
        self._tell([out for out in plan.left_out if out.phone.pkid in planned], notices)
        notes = (*cluster.notes, *found.notes)
        return PlanForCluster(plan, identity, cluster.version, told.request, rules, notes)

    def _earlier(
        self, identity: ClusterIdentity, names: tuple[str, ...], cluster: "Cluster", notices: Notices
    ) -> Earlier:
        try:
            return Earlier.of_plan(self.kept.digest, identity, names, cluster.clock.zone, self.journal)
        except JournalError as error:
            if not self.dry_run:
                raise
            notices.warn(f"{error.message}: nobody can say whether a run has carried out this plan already")
            return Earlier()

    def _then(self, plan: Plan, session: Session, notices: Notices) -> tuple[ProfileChange, ...]:
        """What is done to security profiles, as far as it can be done now. Raises Refused where that is not enough."""
        anew = by_profile(changes_now(plan, session, [change.profile.pkid for change in plan.to_change]))
        then = tuple(rechecked_change(change, anew.get(change.profile.pkid)) for change in plan.then)
        for before, now in zip(plan.then, then, strict=True):
            if now.against and not before.against:
                told = f"{now.profile.name!r} stays as it is: {now.against}"
                if self.strict:
                    raise Refused(
                        f"{self.kept.where} cannot be carried out as planned: {told}",
                        hint="Make the plan anew, or leave --strict away.",
                    )
                notices.warn(told)
        return then

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
