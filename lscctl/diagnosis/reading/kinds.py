"""What a file that somebody mailed is, by how it begins."""

import re
from typing import Final

from lscctl.diagnosis.reading.lines import text_of
from lscctl.diagnosis.reading.records import starts
from lscctl.finding import Source

BEGINNING: Final = 64 * 1024
"""Bytes by which a file is recognised."""

_LONGEST_NOTE: Final = 16 * 1024
_PAGE: Final = re.compile(r"\A\s*<(?:!doctype|\?xml|html|head|[A-Z][A-Za-z]{3,32}[\s>])", re.IGNORECASE)
_LIST: Final = re.compile(
    r"\b(?:ITL|CTL) Record #|\bLength of (?:ITL|CTL) file|\bParse (?:ITL|CTL) File|\b(?:ITL|CTL) File not found"
    r"|\bError parsing the (?:ITL|CTL) File|\bBYTEPOS\s+TAG\s+LENGTH",
    re.IGNORECASE,
)
_TRACE: Final = re.compile(r"^\d\d:\d\d:\d\d\.\d{3}\s*\|", re.MULTILINE)
_NUMBERED: Final = re.compile(
    r"(?:^|\s)\d{1,9}:?\s{1,4}(?:INF|NOT|WRN|ERR|CRT|DEB)\s{1,4}(?:[A-Z][a-z]{2}\s{1,3}\d{1,2}\s{1,3})?\d\d:\d\d:\d\d"
)
_HEADED: Final = re.compile(
    r"^(?:<\d{1,3}>"
    r"|(?:INF|NOT|WRN|ERR|CRT|DEB)\s{1,4}\d\d:\d\d:\d\d"
    r"|\d\d-\d\d \d\d:\d\d:\d\d\.\d{3}\s{1,8}\d{1,6}\s{1,8}\d{1,6} [VDIWEF] "
    r"|\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d\S{0,16} .{0,80}?(?:\[0x|[\w.-]{1,32}(?:\[\d{1,7}\])?: )"
    r"|[A-Z][a-z]{2} {1,2}\d{1,2} \d\d:\d\d:\d\d\S{0,8} \S{1,64} .{0,40}?[\w.-]{1,32}(?:\[\d{1,7}\])?: )"
)
"""How a record begins that a syslog server, an Android phone or a soft phone wrote."""

_MESSAGE: Final = re.compile(
    r"\btrust list\b|\b(?:itl|ctl) (?:installed|file)|\blsc\b|\bcapf\b|\bcnf\.xml\b|\bvpn not configured|\bdns\b|\btftp\b"
    r"|\[(?:started|stopped)\]|\bsecurity by default\b|\btvs\b|\bregist(?:er|ration)|\bdhcp\b|operation pending"
    r"|(?:upgrade|delete|troubleshoot) (?:success|failed)|\bsecurity mode\b",
    re.IGNORECASE,
)
_SIGNS: Final = (
    (Source.PHONE_PAGE, _PAGE),
    (Source.CONSOLE_LOG, _NUMBERED),
    (Source.SHOW_ITL, _LIST),
    (Source.CAPF_TRACE, _TRACE),
)
"""What each begins like, the surest first."""

_FIRST_LINES: Final = 50
_ONLY_IN_FILES: Final = frozenset(map(chr, range(1, 9)))


def kind_of(name: str, beginning: bytes) -> Source | None:
    """Which kind of source the file is; None where it is none that anybody can read."""
    if name.lower().endswith(".tlv") or _binary_list(beginning):
        return Source.SHOW_ITL
    text = text_of(beginning)
    for source, pattern in _SIGNS:
        if pattern.search(text):
            return source
    if _headed(text):
        return Source.CONSOLE_LOG
    if not _MESSAGE.search(text):
        return None
    if len(beginning) < _LONGEST_NOTE:
        return Source.STATUS_MESSAGES if _readable(text) else None
    return Source.CONSOLE_LOG if any(starts(line) for line in text.splitlines()[:_FIRST_LINES]) else None


def _binary_list(beginning: bytes) -> bool:
    """Tag 1, two bytes long, then tag 2, two bytes long: how a trust list's header begins [field guide 6]."""
    return beginning[:3] == b"\x01\x00\x02" and beginning[5:8] == b"\x02\x00\x02"


def _headed(text: str) -> bool:
    """Whether half of the first lines begin as records of a log do."""
    lines = [line for line in text.splitlines()[:_FIRST_LINES] if line.strip()]
    return bool(lines) and 2 * sum(_HEADED.match(line) is not None for line in lines) >= len(lines)


def _readable(text: str) -> bool:
    return not any(letter in _ONLY_IN_FILES for letter in text[:512])
