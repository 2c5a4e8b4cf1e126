"""Trust lists as the cases of a CI system: their signatures, what they were compared with, what differs between two."""

from collections.abc import Iterator, Sequence

from lscctl.report.interface import Case, CaseEnd
from lscctl.report.list_from import ListFrom
from lscctl.trustlist.comparison import Difference
from lscctl.trustlist.verification import Verdict


def list_cases(lists: Sequence[ListFrom], cluster: str | None, unknown: CaseEnd) -> Iterator[Case]:
    """A case for each signature, and for each thing that the list was compared with. A bad one fails; `unknown` is how one ends of
    which nobody can know, such as the signature of a printed list."""
    for one in lists:
        group = f"{cluster}.{one.source}" if cluster else one.source
        kind = one.trust_list.kind.value
        ends = {Verdict.GOOD: CaseEnd.PASSED, Verdict.BAD: CaseEnd.FAILED, Verdict.UNKNOWN: unknown}
        odd = "\n".join(filter(None, (one.problem, *one.warnings)))
        yield Case(group, f"{kind} signature", ends[one.verification.verdict], one.verification.why, odd)
        for check in one.comparisons:
            end = unknown if check.same is None else CaseEnd.PASSED if check.same else CaseEnd.FAILED
            yield Case(group, f"{kind} {check.what}", end, check.why)


def difference_cases(differences: Sequence[Difference], after: str) -> Iterator[Case]:
    """Each difference fails; no difference is a case that passed."""
    for one in differences:
        fields = "\n".join(f"{name}: {old} -> {new}" for name, old, new in one.fields)
        subject = f" of {one.subject}" if one.subject else ""
        yield Case(after, f"{one.what}{subject}", CaseEnd.FAILED, one.change.value, fields)
    if not differences:
        yield Case(after, "no differences", CaseEnd.PASSED)
