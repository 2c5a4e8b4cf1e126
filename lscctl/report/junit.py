"""JUnit XML: what GitLab, Jenkins and GitHub's actions show of a report."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import chain
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
        """The suites by name, in each the cases in the report's order."""
        whole = f"lscctl.{report.kind}"
        groups: dict[str, list[Case]] = {}
        for case in report.cases:
            groups.setdefault(case.group, []).append(case)
        if not groups:
            groups[""] = [Case("", "answered", CaseEnd.PASSED)]
        yield '<?xml version="1.0" encoding="UTF-8"?>\n'
        yield f"<testsuites name={_attribute(whole)} {_counts(list(chain.from_iterable(groups.values())))}>\n"
        for group, cases in sorted(groups.items()):
            suite = f"{whole}.{group}" if group else whole
            yield f"  <testsuite name={_attribute(suite)} {_counts(cases)}>\n"
            yield from _cases(cases, suite)
            yield "  </testsuite>\n"
        yield "</testsuites>\n"


def _counts(cases: Sequence[Case]) -> str:
    ends = Counter(case.end for case in cases)
    counts = "".join(f' {name}="{ends[end]}"' for name, end in _COUNTS.items())
    return f'tests="{len(cases)}"{counts} time="{sum(case.seconds or 0 for case in cases):g}"'


def _cases(cases: Sequence[Case], suite: str) -> Iterator[str]:
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
