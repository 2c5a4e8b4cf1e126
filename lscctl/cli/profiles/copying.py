"""Copies a profile to a new name with other settings, and moves phones there: a run in waves, with a journal."""

from dataclasses import dataclass, replace
from glob import escape
from typing import TYPE_CHECKING

from lscctl.cli.answer import Answer
from lscctl.cli.attending import Attendance
from lscctl.cli.confirming import require_yes
from lscctl.cli.connection import Session
from lscctl.cli.installation import plan_answer
from lscctl.cli.keeping import keeping
from lscctl.cli.profiles.lacking import warn_of_lacking
from lscctl.cli.rolling import Rollout, roll_out
from lscctl.cli.rollout_options import RolloutOptions
from lscctl.cli.screen import Notices
from lscctl.cli.selection import find_phones
from lscctl.cli.settings import Consent
from lscctl.errors import ClusterError, NoPhoneMatched, Refused
from lscctl.phone import Phone, PhoneQuery, ProfileInUse, SecurityProfile
from lscctl.plan import CapfRequest, Plan, build_move
from lscctl.report.plan import PlanForCluster, plan_report
from lscctl.report.wording import count
from lscctl.rules import Rules

if TYPE_CHECKING:
    from lscctl.capf import CapfSettings
    from lscctl.cucm.cluster import Cluster


@dataclass(frozen=True, slots=True)
class Move:
    """From which profile to which copy of it, with which settings, and which of its phones."""

    original: ProfileInUse
    name: str
    settings: "CapfSettings"
    query: PhoneQuery
    expect: int | None = None

    def copy_on(self, cluster: "Cluster") -> SecurityProfile | None:
        """The copy where there is one already. Raises Refused where something else has its name."""
        found = next(
            (one for one in cluster.profiles.in_use() if one.profile.name.casefold() == self.name.casefold()), None
        )
        if found is None:
            return None
        there, original = found.profile, self.original.profile
        differs = []
        if there.name != self.name:
            differs.append("its name is written otherwise")
        if (found.model, found.protocol) != (self.original.model, self.original.protocol):
            differs.append(f"it is for {found.model or 'any model'}, {found.protocol or 'any protocol'}")
        if there.settings != self.settings:
            differs.append(f"it has {there.settings or 'no CAPF settings'}, not {self.settings}")
        if there.predefined:
            differs.append("it is predefined")
        differs += cluster.profiles.differences(original.pkid, there.pkid)
        if differs:
            raise Refused(
                f"there is a profile {there.name!r} already, and it is no such copy of {original.name!r}: {'; '.join(differs)}",
                hint="Name another copy with --copy-to.",
            )
        return there


def copy_and_move(
    move: Move,
    session: Session,
    *,
    rollout: RolloutOptions,
    attendance: Attendance,
    consent: Consent,
    notices: Notices,
) -> Answer:
    """Plan, show, ask, copy, move. Raises LscctlError."""
    cluster = session.cluster
    rules = rollout.rules(session.rules, concurrency=session.concurrency, sql_allowed=session.allow_sql_writes)
    copy = move.copy_on(cluster)
    if copy is not None:
        notices.say(f"note: there is such a copy {copy.name!r} already: phones are moved to it")
    phones = _phones(move, session, rules, notices)
    if consent.dry_run:
        told = _planned(move, phones, copy, session, rules)
        warn_of_lacking([step.phone for step in told.plan.steps], move.settings, cluster, notices)
        return plan_answer(told, consent)
    with keeping(cluster.identity(), attendance.journal, session.audit) as keeper:
        told = _planned(move, phones, copy, session, rules)
        if not told.plan.steps:
            return plan_answer(told, consent)
        notices.show(plan_report(told))
        warn_of_lacking([step.phone for step in told.plan.steps], move.settings, cluster, notices)
        if not consent.yes:
            phones_told = count(len(told.plan.steps), "phone")
            require_yes(f"Move {phones_told} of {told.identity.name} to {move.name!r}? They will restart")
        if copy is None:
            with keeper.remedy(f"security profile {move.original.profile.name!r} copied to {move.name!r}"):
                cluster.profiles.copy(move.original, move.name, move.settings)
            copy = _made(move, cluster)
            told = _planned(move, phones, copy, session, rules)
        journal = keeper.begin(told.plan, CapfRequest(), rules)
        how = attendance.manner(session)
        return roll_out(Rollout(told.plan, rules, how, session, journal), notices)


def _phones(move: Move, session: Session, rules: Rules, notices: Notices) -> list[Phone]:
    """The phones that use the original, and that the selectors mean. Raises NoPhoneMatched."""
    name = move.original.profile.name
    query = replace(move.query, profiles=(escape(name),))
    found = find_phones(session.cluster, query, move.expect, notices, zones=rules.windows.per_site)
    chosen = [phone for phone in found.phones if phone.profile.pkid == move.original.profile.pkid]
    if not chosen:
        raise NoPhoneMatched(f"no phone of those uses {name!r}", hint="`lscctl profiles list` tells who uses what.")
    return chosen


def _planned(
    move: Move, phones: list[Phone], copy: SecurityProfile | None, session: Session, rules: Rules
) -> PlanForCluster:
    """The plan; before there is a copy, with the profile that it will be."""
    cluster = session.cluster
    to = copy or SecurityProfile("", move.name, move.original.profile.security_mode, move.settings)
    plan = build_move(phones, to, move.settings, session.protected)
    _refuse_protected_copy(plan, to, session)
    return PlanForCluster(plan, cluster.identity(), cluster.version, CapfRequest(), rules, cluster.notes)


def _refuse_protected_copy(plan: Plan, to: SecurityProfile, session: Session) -> None:
    """A phone that lands in a protected profile could not be taken out of it again."""
    for step in plan.steps:
        if cover := session.protected.covers(replace(step.phone, profile=to)):
            raise Refused(f"{step.phone.name} would move to {to.name!r}, and {cover}", hint="Name another copy.")


def _made(move: Move, cluster: "Cluster") -> SecurityProfile:
    copy = move.copy_on(cluster)
    if copy is None:
        raise ClusterError(
            f"the cluster took the profile {move.name!r}, yet does not show it; no phone was moved",
            hint="Look at System > Security > Phone Security Profile, then run the same command again.",
        )
    return copy
