"""What every check is, and how it tells what it found."""

from collections.abc import Iterable
from typing import Protocol

from lscctl.preflight.ground import Ground
from lscctl.verdict import CheckResult, Fault, Verdict


class Check(Protocol):
    """One check. `name` is what people type, `title` what they read, `looked_at` what it looks at."""

    name: str
    title: str
    looked_at: str

    def run(self, ground: Ground) -> CheckResult:
        """Look, and tell; raises LscctlError where it cannot even begin."""
        ...


def result(check: Check, evidence: str, faults: Iterable[Fault] = ()) -> CheckResult:
    """What the check found: the evidence of what is well, and the faults, the worst first."""
    ordered = sorted(faults, key=lambda fault: -fault.verdict.weight)
    return CheckResult(check.name, check.title, check.looked_at, evidence, tuple(ordered))


def fail(code: str, evidence: str, remedy: str, where: str = "", *, cluster_wide: bool = False) -> Fault:
    """Something with which an install cannot work."""
    return Fault(code, Verdict.FAIL, evidence, remedy, where, cluster_wide)


def warn(code: str, evidence: str, remedy: str, where: str = "", *, cluster_wide: bool = False) -> Fault:
    """Something that a person should know."""
    return Fault(code, Verdict.WARN, evidence, remedy, where, cluster_wide)


def skip(code: str, evidence: str, remedy: str, where: str = "") -> Fault:
    """Something that could not be looked at, with how to make it possible."""
    return Fault(code, Verdict.SKIP, evidence, remedy, where)
