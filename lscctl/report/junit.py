"""JUnit XML: what GitLab, Jenkins and GitHub's actions show of a report."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from itertools import groupby
from typing import Self
from xml.sax.saxutils import escape, quoteattr

from lscctl.report.interface import Case, CaseEnd, Page, Report
from lscctl.report.wording import visible

_ENDS = {CaseEnd.FAILED: "failure", CaseEnd.ERROR: "error", CaseEnd.SKIPPED: "skipped"}
_COUNTS = {"failures": CaseEnd.FAILED, "errors": CaseEnd.ERROR, "skipped": CaseEnd.SKIPPED}
_NOT_XML = re.compile("[\ufffe\uffff]")


class JunitFormat:
    """One suite for each group of cases, one case for each thing that can be right or wrong.

    GitLab shows the text of a failure and not its message, Jenkins both, so the text begins with the message. GitLab takes the
    suite's name from `classname`, and of two cases with the same names the first only: the second one is numbered. Jenkins
    refuses a file without any case: a report that knows none has one that passed. No times and no hosts, so that the same
    answer is the same file.
    """

    name = "junit"

    def pieces(self, report: Report, page: Page) -> Iterator[str]:  # noqa: ARG002 - a machine's page has no width
        """The suites, case by case; the cases are gone through twice, since their counts stand before them."""
        whole = f"lscctl.{report.kind}"
        tallies = [_Tally.of(cases) for _, cases in _groups(report)]
        yield '<?xml version="1.0" encoding="UTF-8"?>\n'
        yield f"<testsuites name={_attribute(whole)} {sum(tallies, _Tally())}>\n"
        for tally, (group, cases) in zip(tallies, _groups(report), strict=True):
            suite = f"{whole}.{group}" if group else whole
            yield f"  <testsuite name={_attribute(suite)} {tally}>\n"
            yield from _cases(cases, suite)
            yield "  </testsuite>\n"
        yield "</testsuites>\n"


@dataclass(frozen=True, slots=True)
class _Tally:
    """How many cases ended how, and how many seconds they took."""

    ends: Counter[CaseEnd] = field(default_factory=Counter)
    seconds: float = 0.0

    @classmethod
    def of(cls, cases: Iterable[Case]) -> Self:
        return sum((cls(Counter([case.end]), case.seconds or 0.0) for case in cases), cls())

    def __add__(self, other: Self) -> Self:
        return replace(self, ends=self.ends + other.ends, seconds=self.seconds + other.seconds)

    def __str__(self) -> str:
        counts = "".join(f' {name}="{self.ends[end]}"' for name, end in _COUNTS.items())
        return f'tests="{self.ends.total()}"{counts} time="{self.seconds:g}"'


def _groups(report: Report) -> Iterator[tuple[str, Iterator[Case]]]:
    """The cases, group after group; of a report that knows none the one that it was answered."""
    groups = groupby(report.cases, lambda case: case.group)
    first = next(groups, None)
    if first is None:
        yield "", iter((Case("", "answered", CaseEnd.PASSED),))
        return
    yield first
    yield from groups


def _cases(cases: Iterator[Case], suite: str) -> Iterator[str]:
    met: Counter[str] = Counter()
    for case in cases:
        met[case.name] += 1
        name = case.name if met[case.name] == 1 else f"{case.name} ({met[case.name]})"
        opening = f'    <testcase classname={_attribute(suite)} name={_attribute(name)} time="{case.seconds or 0:g}"'
        content = _content(case)
        yield f"{opening}>{content}</testcase>\n" if content else f"{opening}/>\n"


def _content(case: Case) -> str:
    lines = [case.message, *case.detail.split("\n")]
    text = escape("\n".join(_readable(line) for line in lines if line))
    if case.end is CaseEnd.PASSED:
        return f"<system-out>{text}</system-out>" if text else ""
    return f"<{_ENDS[case.end]} message={_attribute(case.message)}>{text}</{_ENDS[case.end]}>"


def _attribute(text: str) -> str:
    return quoteattr(_readable(text))


def _readable(line: str) -> str:
    """The line without what XML forbids or what could steer a terminal: such letters are spelled out."""
    return _NOT_XML.sub(lambda found: f"\\u{ord(found[0]):04x}", visible(line))
