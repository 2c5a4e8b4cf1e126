"""Texts of several phones in one file, as `cat *.txt` and mail threads put them together: headings say whose the lines below are.

==> SEP001122334455.txt <==
> Phone SEP001122334455:
10.20.1.17
"""

import re
from collections.abc import Sequence
from typing import Final

_PHONE: Final = r"(?P<phone>(?i:SEP[0-9A-F]{12}))"
_ADDRESS: Final = r"(?P<address>\d{1,3}(?:\.\d{1,3}){3})"
_HEADING: Final = re.compile(
    r"(?:[^\w\n]|\d{1,3}[.)]\s){0,24}"
    r"(?:(?i:file|phone|device|host|name|mac|status messages|message log)\b(?:[ -]?(?i:name|no\.?|nr\.?|number|address|ip|of|on))?"
    r"(?:[ #]{0,3}\d{1,4})?\s?[:=#-]?\s{1,3}){0,3}"
    rf"(?:(?:[A-Za-z]:)?[^\s:]{{0,200}}[/\\])?[\w-]{{0,40}}?(?:{_PHONE}|{_ADDRESS}(?![\w/]))(?!\.cnf|\.tlv|\.xml)(?:[\w.-]{{0,40}})"
    r"(?:\s{0,3}[(\[,\u2013-]?\s{0,3}(?i:status messages?|messages?|status|phone log|log|page)?[)\]]?)?[^\w\n]{0,24}"
)
_FILE: Final = re.compile(r"==> (?P<file>[^\n]{1,200}?) <==\s*")
_SUBJECT: Final = re.compile(
    rf"[>\s]{{0,16}}(?i:subject|betreff|file|device name|phone)\s?:[^\n]{{0,120}}?\b{_PHONE}\b(?!\.cnf)"
)
_LONGEST: Final = 300


def sections(lines: Sequence[str]) -> list[tuple[str, int, int]]:
    """Whose lines stand from where to before where, '' for what stands before the first heading; none where not two are named."""
    found = [(name, at) for at, line in enumerate(lines) if (name := _heading(line))]
    if len({name for name, _ in found}) <= 1:
        return []
    begins = [("", 0), *found]
    ends = [at for _, at in found] + [len(lines)]
    return [(name, begin, end) for (name, begin), end in zip(begins, ends, strict=True) if end > begin]


def _heading(line: str) -> str:
    """Whom a line names that is nothing but a heading, '' for any other."""
    if len(line) > _LONGEST or not line.strip():
        return ""
    found = _HEADING.fullmatch(line) or _SUBJECT.match(line)
    if found is not None:
        groups = found.groupdict()
        return (groups["phone"] or "").upper() or groups.get("address") or ""
    file = _FILE.fullmatch(line)
    return file["file"].rpartition("/")[2] if file else ""
