"""Preflight in front of a write: what refuses it, and what a person can take upon themselves."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Annotated, Any

import typer

from lscctl.capf import CertificateOperation
from lscctl.cli.parameters import one_of
from lscctl.cli.screen import Notices
from lscctl.errors import Refused, UsageError
from lscctl.report.wording import does
from lscctl.verdict import CheckResult, Fault, Verdict

if TYPE_CHECKING:
    from lscctl.cucm.cluster import Cluster
    from lscctl.plan import CapfRequest, Plan
    from lscctl.rules import Rules

Mend = Callable[[Sequence[CheckResult]], bool]
"""Puts right what checks found, as far as it may; whether it did anything."""

_PANEL = "Preflight"


def _names(option: str, words: str) -> Any:
    return typer.Option(option, help=words, metavar="NAME", rich_help_panel=_PANEL, show_default=False)


@dataclass(frozen=True, slots=True)
class Checks:
    """Which findings of preflight do not keep a run from beginning."""

    skip_check: Annotated[
        list[str] | None,
        _names("--skip-check", "Do not run this check (see `lscctl preflight --list`), whatever it would find."),
    ] = None
    accept_skip: Annotated[
        list[str] | None, _names("--accept-skip", "Go on although this check could not look at what it checks.")
    ] = None

    def over(self, rules: "Rules") -> "Rules":
        """The rules with these findings passed over; what is not given stays. UsageError names the nearest check for one that
        does not exist."""
        from lscctl.preflight.checks import ALL, MUST_BE_SEEN, OF_THE_PLAN

        known = [check.name for check in ALL]
        if self.skip_check is not None:
            skipped = _chosen("--skip-check", self.skip_check, known)
            if told_anyway := [name for name in skipped if name in OF_THE_PLAN]:
                raise UsageError(
                    f"--skip-check {told_anyway[0]}: that is what the plan itself tells, phone by phone",
                    hint="Leave it away. The plan says which option takes a phone along that it leaves out.",
                )
            rules = replace(rules, skipped_checks=skipped)
        if self.accept_skip is not None:
            accepted = _chosen("--accept-skip", self.accept_skip, known)
            if not_needed := [name for name in accepted if name not in MUST_BE_SEEN]:
                raise UsageError(
                    f"--accept-skip {not_needed[0]}: a run goes on anyway where {not_needed[0]} could not look",
                    hint=f"Leave it away. It is needed for {', '.join(MUST_BE_SEEN)} only.",
                )
            rules = replace(rules, accepted_skips=accepted)
        return rules


def _chosen(option: str, names: Sequence[str], known: Sequence[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(one_of(option, name, known) for name in names))


@dataclass(frozen=True, slots=True)
class Guard:
    """Preflight for one run, as its rules want it. What the plan has told of its phones is not told again."""

    cluster: "Cluster"
    plan: "Plan"
    request: "CapfRequest"
    rules: "Rules"

    def before_the_run(self, notices: Notices, mend: "Mend | None" = None) -> None:
        """Look, say what is to be said, and refuse where the plan cannot work. Raises Refused.

        `mend` may put right what was found: then all is looked at again.
        """
        from lscctl.preflight.checks import ALL, OF_THE_PLAN

        names = [check.name for check in ALL if check.name not in OF_THE_PLAN]
        results = self._look(names)
        if mend is not None and mend(results):
            results = self._look(names)
        self._judge(results, notices)

    def before_going_on(self, notices: Notices) -> None:
        """The same for a run that is taken up again: with what may have changed since. Raises Refused."""
        from lscctl.preflight.checks import AT_EACH_WINDOW

        self._judge(self._look(AT_EACH_WINDOW), notices)

    def to_be_mended(self) -> tuple[CheckResult, ...]:
        """What a dry run looks at, to tell what could be mended."""
        return self._look(["capf-service"])

    def at_a_window(self) -> str:
        """Why no phone is to be touched in the window that opens, in one line; nothing where all is well."""
        from lscctl.preflight.checks import AT_EACH_WINDOW

        against = self._against(self._look(AT_EACH_WINDOW))
        return "; ".join(told(fault) for _, fault in _decisive(against))

    def _judge(self, results: Sequence[CheckResult], notices: Notices) -> None:
        from lscctl.preflight.checks.of_the_plan import is_told_by_the_plan

        for name in self.rules.skipped_checks:
            seen = any(one.name == name for one in results)
            notices.warn(
                f"preflight: {name} must be seen where phones with secure profiles are written; its faults are passed over, as you "
                "wish"
                if seen
                else f"preflight: {name} is not checked, as you wish"
            )
        for one in results:
            for fault in one.faults:
                if one.verdict in (Verdict.WARN, Verdict.SKIP) and not is_told_by_the_plan(fault):
                    notices.warn(f"preflight: {told(fault)}")
        if against := self._against(results):
            raise _refusal(against, self.plan.operation, secure=self._secure)

    def _look(self, names: Sequence[str]) -> tuple[CheckResult, ...]:
        from lscctl.preflight.checks import MUST_BE_SEEN
        from lscctl.preflight.ground import Ground
        from lscctl.preflight.run import run

        passed_over = set(self.rules.skipped_checks) - (set(MUST_BE_SEEN) if self._secure else set())
        wanted = [name for name in names if name not in passed_over]
        return run(Ground(self.cluster, self.plan, self.request), wanted) if wanted else ()

    def _against(self, results: Sequence[CheckResult]) -> list[CheckResult]:
        """What failed, and what must be seen and was not. With secure profiles in the plan nobody can take the latter upon
        themselves: such phones stay off until CAPF is done with them [field guide 2]."""
        from lscctl.preflight.checks import MUST_BE_SEEN

        required = set(MUST_BE_SEEN) - set(() if self._secure else self.rules.accepted_skips)
        return [
            one
            for one in results
            if (one.verdict is Verdict.FAIL and one.name not in self.rules.skipped_checks)
            or (one.verdict is Verdict.SKIP and one.name in required)
        ]

    @property
    def _secure(self) -> bool:
        return any(step.phone.profile.secure for step in self.plan.steps)


def _decisive(against: Sequence[CheckResult]) -> list[tuple[CheckResult, Fault]]:
    return [(one, fault) for one in against for fault in one.faults if fault.verdict is one.verdict]


def told(fault: Fault) -> str:
    """`itl-old-capf (cucm-sub1): the CAPF record ...`."""
    where = f" ({fault.where})" if fault.where else ""
    return f"{fault.code}{where}: {fault.evidence}"


def _remedy(fault: Fault) -> str:
    from lscctl.report.checks import CLUSTER_WIDE

    return f"{fault.code}: {f'{CLUSTER_WIDE}: ' if fault.cluster_wide else ''}{fault.remedy}"


def _refusal(against: Sequence[CheckResult], operation: CertificateOperation, *, secure: bool) -> Refused:
    faults = _decisive(against)
    reasons = "\n".join(f"  {told(fault)}" for _, fault in faults)
    remedies = "\n".join(dict.fromkeys(_remedy(fault) for _, fault in faults if fault.remedy))
    unseen = [one for one in against if one.verdict is Verdict.SKIP]
    if secure and unseen:
        way = (
            "Phones with secure profiles stay off until CAPF is done with them, so nobody can take upon themselves what was not "
            "seen: leave them out (without --include-secure), or make it possible to look."
        )
    else:
        ways = [f"{'--accept-skip' if one in unseen else '--skip-check'} {one.name}" for one in against]
        way = f"The only way past it: {' '.join(ways)}"
    return Refused(
        f"preflight found what keeps {does(operation)} from working; no phone was changed:\n{reasons}",
        hint=f"{remedies}\n{way}",
    )
