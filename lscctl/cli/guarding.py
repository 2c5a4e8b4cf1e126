"""Preflight in front of a write: what refuses it, and what a person can take upon themselves."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any

import typer

from lscctl.cli.parameters import one_of
from lscctl.cli.screen import Notices
from lscctl.errors import Refused
from lscctl.verdict import CheckResult, Verdict

if TYPE_CHECKING:
    from lscctl.cucm.cluster import Cluster
    from lscctl.plan import InstallRequest, Plan

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

    def known(self) -> "Checks":
        """The same with names of checks that exist; UsageError with the nearest for one that does not."""
        from lscctl.preflight.checks import ALL

        names = [check.name for check in ALL]
        return Checks(
            [one_of("--skip-check", name, names) for name in self.skip_check or ()],
            [one_of("--accept-skip", name, names) for name in self.accept_skip or ()],
        )


def look(cluster: "Cluster", plan: "Plan", request: "InstallRequest", checks: Checks) -> tuple[CheckResult, ...]:
    """What the checks of the cluster find; those of the plan's phones have been told by the plan itself."""
    from lscctl.preflight.checks import ALL, OF_THE_PLAN
    from lscctl.preflight.ground import Ground
    from lscctl.preflight.run import run

    left_away = {*OF_THE_PLAN, *(checks.skip_check or ())}
    wanted = [check.name for check in ALL if check.name not in left_away]
    return run(Ground(cluster, plan, request), wanted) if wanted else ()


def guard(cluster: "Cluster", plan: "Plan", request: "InstallRequest", checks: Checks, notices: Notices) -> None:
    """Look, say what is to be said, and refuse where an install cannot work. Raises Refused."""
    chosen = checks.known()
    results = look(cluster, plan, request, chosen)
    for name in chosen.skip_check or ():
        notices.warn(f"preflight: {name} is not checked, as you wish")
    for one in results:
        for fault in one.faults:
            if one.verdict in (Verdict.WARN, Verdict.SKIP):
                notices.warn(f"preflight: {told(fault)}")
    against = [one for one in results if one.verdict is Verdict.FAIL]
    against += _unseen(results, chosen, secure=any(step.phone.profile.secure for step in plan.steps))
    if against:
        raise _refusal(against)


def told(fault: Any) -> str:
    """`itl-old-capf (cucm-sub1): the CAPF record ...`."""
    where = f" ({fault.where})" if fault.where else ""
    return f"{fault.code}{where}: {fault.evidence}"


def _unseen(results: Sequence[CheckResult], checks: Checks, *, secure: bool) -> list[CheckResult]:
    """What must be seen and was not. With secure profiles in the plan nobody can take that upon themselves: such phones stay
    off until CAPF is done with them [field guide 2]."""
    from lscctl.preflight.checks import MUST_BE_SEEN

    accepted = () if secure else checks.accept_skip or ()
    return [
        one for one in results if one.verdict is Verdict.SKIP and one.name in MUST_BE_SEEN and one.name not in accepted
    ]


def _refusal(against: Sequence[CheckResult]) -> Refused:
    faults = [(one, fault) for one in against for fault in one.faults if fault.verdict is one.verdict]
    reasons = "\n".join(f"  {told(fault)}" for _, fault in faults)
    remedies = "\n".join(dict.fromkeys(f"{fault.code}: {fault.remedy}" for _, fault in faults if fault.remedy))
    ways = []
    for one in against:
        option = "--skip-check" if one.verdict is Verdict.FAIL else "--accept-skip"
        ways.append(f"{option} {one.name}")
    return Refused(
        f"preflight found what keeps this install from working; nothing was changed:\n{reasons}",
        hint=f"{remedies}\nThe only way past it: {' '.join(ways)}",
    )
