"""All checks side by side."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor

from lscctl.errors import LscctlError
from lscctl.preflight.checks import ALL
from lscctl.preflight.ground import Ground
from lscctl.preflight.interface import Check, result, skip
from lscctl.verdict import CheckResult


def run(
    ground: Ground, names: Sequence[str] = (), *, progress: Callable[[str], None] | None = None
) -> tuple[CheckResult, ...]:
    """What the checks found, in their own order; only those of `names` where there are any. `progress` hears each one's end."""
    wanted = [check for check in ALL if not names or check.name in names]
    with ThreadPoolExecutor(len(wanted), thread_name_prefix="preflight") as pool:
        running = [pool.submit(_run, check, ground) for check in wanted]
        found = []
        for one in running:
            found.append(one.result())
            if progress is not None:
                progress(f"{found[-1].name}: {found[-1].verdict}")
    return tuple(found)


def _run(check: Check, ground: Ground) -> CheckResult:
    try:
        return check.run(ground)
    except LscctlError as error:
        return result(check, "", [skip(f"{check.name}-unseen", error.message, error.hint or "")])
