"""The gates between waves, as far as they only count: so many phones may fail, so many may be lost, and one more closes the gate.

Each is asked for a wave and for all waves begun so far. `phones` are those that the scope sets out to write: one that was left out
of its wave would dilute a percentage.
"""

from lscctl.outcome import FAILURES, PhoneState
from lscctl.rules import Limit, Rules

FAILED = tuple(state for state in FAILURES if state is not PhoneState.LOST)
"""The states that `--max-failures` counts; phones that are lost have a limit of their own."""


def failure_gate(failed: int, phones: int, rules: Rules, scope: str) -> str | None:
    """Why no more phones are written after `failed` of the `phones` of `scope` (`this wave`) failed; None: go on."""
    return _why(failed, phones, rules.max_failures, "--max-failures", f"in {scope} failed")


def lost_gate(lost: int, phones: int, rules: Rules, scope: str) -> str | None:
    """Why no more phones are written after `lost` of the `phones` of `scope` did not re-register; None: go on."""
    return _why(lost, phones, rules.max_lost, "--max-lost", f"in {scope} did not re-register")


def _why(count: int, phones: int, limit: Limit, option: str, what: str) -> str | None:
    allowed = limit.of(phones)
    if count <= allowed:
        return None
    return f"{count:,} of {phones:,} phones {what}; {option} {limit} allows {allowed:,}"
