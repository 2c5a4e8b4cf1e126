"""The gates between waves, as far as they only count: so many phones may fail, so many may be lost, and one more closes the gate.

Each is asked for a wave and for all waves begun so far, and for the phones that restart with a security profile and all that did so
far. `phones` are those that the scope sets out to write, or that were registered before they restarted: one that was left out of
its wave would dilute a percentage.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from lscctl.outcome import FAILURES, PhoneState
from lscctl.profile_change import ProfileStanding
from lscctl.rollout.record import Record
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


@dataclass(slots=True)
class _Tally:
    """How many phones of a wave, or of all waves begun, there are, and how many of them failed or are lost."""

    phones: int = 0
    failed: int = 0
    lost: int = 0

    def add(self, state: PhoneState, number: int) -> None:
        """Count so many phones more (or less) in this state."""
        if state is PhoneState.LOST:
            self.lost += number
        elif state is PhoneState.LEFT_OUT:
            self.phones -= number
        elif state in FAILURES:
            self.failed += number


class Tallies:
    """The phones of the wave that began last, and of all so far, counted as the gates count them.

    `known` names phones that had failed before a person resumed the run: that is known, and does not count again.
    """

    def __init__(self, rules: Rules, known: set[str]) -> None:
        self._rules = rules
        self._known = known
        self._in_wave = _Tally()
        self._in_all = _Tally()

    def begin_wave(self, records: Iterable[Record]) -> None:
        """Count a wave that begins, as its phones stand."""
        self._in_wave = _Tally()
        for record in records:
            for tally in (self._in_wave, self._in_all):
                tally.phones += 1
                if record.step.phone.name not in self._known:
                    tally.add(record.certain, 1)

    def count(self, record: Record, before: PhoneState, *, in_wave: bool) -> None:
        """Count a phone of a wave that has begun anew, since it passed to another state; `in_wave`: of the last of them."""
        name = record.step.phone.name
        was_known = name in self._known
        if record.certain is PhoneState.LOST:
            self._known.discard(name)
        for tally in (self._in_all, self._in_wave) if in_wave else (self._in_all,):
            if not was_known:
                tally.add(before, -1)
            if name not in self._known:
                tally.add(record.certain, 1)

    def closed_gate(self) -> tuple[str, str] | None:
        """The gate that closes now, and why; None where none does."""
        for scope, tally in (("this wave", self._in_wave), ("the waves so far", self._in_all)):
            if why := failure_gate(tally.failed, tally.phones, self._rules, scope):
                return "--max-failures", why
            if why := lost_gate(tally.lost, tally.phones, self._rules, scope):
                return "--max-lost", why
        return None


class ProfileGate:
    """The phones that restarted with their profiles, counted as those of waves are: each profile is like a wave."""

    def __init__(self, rules: Rules) -> None:
        self._rules = rules
        self._restarted = 0
        self._lost = 0

    def closed_by(self, profile: str, standing: ProfileStanding, *, known: bool) -> str | None:
        """Count a profile; why no other one is touched now, None: go on. `known`: that its phones are lost was known before."""
        restarted, lost = standing.registered or 0, 0 if known else standing.lost
        self._restarted += restarted
        self._lost += lost
        return lost_gate(lost, restarted, self._rules, f"the profile {profile!r}") or lost_gate(
            self._lost, self._restarted, self._rules, "the profiles so far"
        )
