"""What a check found before an install: its verdict, the faults behind it, and what to do about each."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


class Verdict(StrEnum):
    """The outcome of a check, from the best to the worst."""

    PASS = "pass"  # noqa: S105 - a verdict, no password
    WARN = "warn"
    SKIP = "skip"
    FAIL = "fail"

    @property
    def weight(self) -> int:
        """How bad it is; a check is as bad as its worst fault."""
        return tuple(Verdict).index(self)


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong, or that could not be looked at. `code` names it for programs; `where` is a node, a profile, ....

    `cluster_wide`: the remedy touches every phone, so it is for the hours when nobody works and never while a run is under way.
    """

    code: str
    verdict: Verdict
    evidence: str
    remedy: str
    where: str = ""
    cluster_wide: bool = False


@dataclass(frozen=True, slots=True)
class CheckResult:
    """What one check says: `looked_at` in words, what it saw (`evidence`), and the faults."""

    name: str
    title: str
    looked_at: str
    evidence: str
    faults: tuple[Fault, ...] = ()

    @property
    def verdict(self) -> Verdict:
        """The worst of its faults."""
        return worst(fault.verdict for fault in self.faults)


def worst(verdicts: Iterable[Verdict]) -> Verdict:
    """The worst of several verdicts, `pass` for none."""
    return max(verdicts, key=lambda verdict: verdict.weight, default=Verdict.PASS)
