"""Tables of phones and of their security profiles: as CUCM exports them, and as a node prints what it was asked by SQL.

Device Name,Status,Certificate Operation Status
name             op               mode
================ ================ =================
SEP001122334455  Install/Upgrade  By Null String
"""

import csv
import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Final

from lscctl.diagnosis.reading.admin_page import LABELS, READ, AdminPage, label_of, page_of, plain

_FIRST_LINES: Final = 20
_COLUMNS: Final = {
    "devicename": "device name",
    "phone name": "device name",
    "name": "device name",
    "device": "device name",
    "phone": "device name",
    "mac address": "device name",
    "mac": "device name",
    "device status": "registration",
    "state": "registration",
    "capf status": "certificate operation status",
    "lsc status": "certificate operation status",
    "status": "registration",
    "upgradefinishtime": "operation completes by",
    "authenticationstring": "authentication string",
    "regstatus": "registration",
    "regstate": "registration",
}
"""What columns are called elsewhere."""

_CELLS: Final = re.compile(r"\s{2,40}|\t|\s?[,;|]\s?")
_FEWEST: Final = 2
"""So many phones make a report without heads."""

_MOST_ROWS: Final = 20_000
_BETWEEN_CELLS: Final = ",;\t|"
_NAME: Final = re.compile(r"(?:SEP)?(?P<mac>[0-9A-F]{12})", re.IGNORECASE)
_LONGEST_HEAD: Final = 8_000
_RULER: Final = re.compile(r"\s{0,8}[=-]{3,120}(?:\s{1,8}[=-]{2,120}){1,40}\s*")
_OF_A_RULER: Final = re.compile(r"[=-]+")


def read_phones(lines: Sequence[str]) -> list[AdminPage]:
    """Each row of a table as a page; of one without heads where most lines begin with a phone's name."""
    return [*_of_csv(lines), *_of_sql(lines)] or _of_report(lines)


def _of_report(lines: Sequence[str]) -> list[AdminPage]:
    """What a report tells of several phones, a line each: `SEP001122334455  Operation Pending   By Null String   -` (*assumed*: no
    layout of such reports is published)."""
    written = sum(1 for line in lines if line.strip())
    rows = [
        (number, cells)
        for number, line in enumerate(lines[:_MOST_ROWS], 1)
        if len(line) <= _LONGEST_HEAD and len(cells := _CELLS.split(line.strip())) > 1 and _name(cells[0])
    ]
    if len({cells[0] for _, cells in rows}) < _FEWEST or 2 * len(rows) <= written:
        return []
    pages = [page for number, cells in rows for page in _page(("device name", *[""] * (len(cells) - 1)), cells, number)]
    return pages if any(page.stated for page in pages) else []


def latest_rows(pages: Sequence[AdminPage]) -> list[AdminPage]:
    """Rows without those of which a later one of the same phone tells all anew."""
    told: dict[str, list[frozenset[str]]] = defaultdict(list)
    left: list[AdminPage] = []
    for page in reversed(pages):
        what = frozenset(one.fact for one in (*page.stated, *page.settings))
        if not any(what <= later for later in told[page.phone]):
            told[page.phone].append(what)
            left.append(page)
    return left[::-1]


def _of_csv(lines: Sequence[str]) -> Iterator[AdminPage]:
    head = next((at for at, line in enumerate(lines[:_FIRST_LINES]) if _is_head(line)), None)
    if head is None:
        return
    between = max(_BETWEEN_CELLS, key=lines[head].count)
    rows = _rows(lines[head : head + 1 + _MOST_ROWS], between)
    heads = _heads(next(rows, (0, []))[1])
    for at, cells in rows:
        yield from _page(heads, cells, head + at)


def _of_sql(lines: Sequence[str]) -> Iterator[AdminPage]:
    """Tables whose columns are as wide as the rulers below their heads."""
    rulers = [at for at, line in enumerate(lines) if at and len(line) <= _LONGEST_HEAD and _RULER.fullmatch(line)]
    for at, following in pairwise([*rulers, len(lines) + 1]):
        begins = [found.start() for found in _OF_A_RULER.finditer(lines[at])]
        heads = _heads(_cut(lines[at - 1], begins))
        for number, row in enumerate(lines[at + 1 : min(at + 1 + _MOST_ROWS, following - 1)], at + 2):
            if not row.strip() or row.lstrip().startswith("admin:"):
                break
            yield from _page(heads, _cut(row, begins), number)


def _cut(line: str, begins: Sequence[int]) -> list[str]:
    ends = [*begins[1:], len(line)]
    return [line[begin:end].strip() for begin, end in zip(begins, ends, strict=True)]


def _page(heads: Sequence[str], cells: Sequence[str], number: int) -> Iterator[AdminPage]:
    """The page of a row, if it is of a phone."""
    pairs = [(label, " ".join(value.split())) for label, value in zip(heads, cells, strict=False)]
    phone = next(filter(None, (_name(value) for label, value in pairs if label == "device name")), "")
    if phone:
        told = [(label_of(label, value), value, number) for label, value in pairs]
        operation = any(label == "certificate operation" for label, _, _ in told)
        of_profile = not operation and any("profile" in head for head in heads)
        yield page_of(phone, told, profile=of_profile)


def _is_head(line: str) -> bool:
    """Whether it names columns, a phone's name and another that tells something among them."""
    between = max(_BETWEEN_CELLS, key=line.count)
    heads = _heads(line.split(between)) if between in line and len(line) <= _LONGEST_HEAD else []
    return "device name" in heads and any(head in READ or head in LABELS for head in heads)


def _heads(cells: Sequence[str]) -> list[str]:
    return [_COLUMNS.get(label, label) for label in map(plain, cells)]


def _name(value: str) -> str:
    """A phone's name of such a name or a MAC address, '' where it is neither."""
    found = _NAME.fullmatch(re.sub(r"[:.-]", "", value.strip()))
    return f"SEP{found['mac'].upper()}" if found else ""


def _rows(lines: Sequence[str], between: str) -> Iterator[tuple[int, list[str]]]:
    """The rows of a CSV and the line in which each begins, from 1; quoted cells may go on in the lines below."""
    at = 0
    reader = csv.reader([f"{line}\n" for line in lines], delimiter=between, skipinitialspace=True)
    while True:
        try:
            yield at + 1, next(reader)
        except csv.Error:
            pass
        except StopIteration:
            return
        at = reader.line_num
