"""All checks side by side."""

from collections.abc import Sequence
from dataclasses import replace

from lscctl.cucm.side_by_side import side_by_side
from lscctl.errors import LscctlError
from lscctl.pasting import for_cluster
from lscctl.preflight.checks import ALL
from lscctl.preflight.ground import Ground
from lscctl.preflight.interface import Check, result, skip
from lscctl.verdict import CheckResult


def run(ground: Ground, names: Sequence[str] = (), checks: Sequence[Check] = ALL) -> tuple[CheckResult, ...]:
    """What the checks found, in their own order; only those of `names` where there are any."""
    wanted = [check for check in checks if not names or check.name in names]
    return tuple(side_by_side(lambda check: _run(check, ground), wanted))


def _run(check: Check, ground: Ground) -> CheckResult:
    try:
        found = check.run(ground)
    except LscctlError as error:
        found = result(check, "", [skip(f"{check.name}-unseen", error.message, error.hint or "")])
    option = ground.cluster.config.option
    faults = (replace(fault, remedy=for_cluster(fault.remedy, option)) for fault in found.faults)
    return replace(found, faults=tuple(faults))
