"""Lists of phones that a user gives: one name a line, or a CSV file with a column of names, such as a BAT export."""

import csv
import io
import re
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, Final

from lscctl.errors import UsageError

_COLUMNS: Final = ("devicename", "device", "phonename", "phone", "name", "macaddress", "mac")
"""Headings of the column of names, the surest first, in small letters without what stands between them."""

_DELIMITERS: Final = (",", ";", "\t", "|")
_NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,127}")
_MAC: Final = re.compile(r"(?:SEP)?([0-9A-F]{12})")
_COMMENT: Final = re.compile(r"(?:^|\s)#.*")


def read_phone_list(path: str | Path, stdin: BinaryIO) -> tuple[str, ...]:
    """The phones that the file names (`-`: standard input), in its order, without repetitions.

    UTF-8 or UTF-16. MAC addresses in any spelling become names (`00:11:22:aa:bb:cc` -> `SEP001122AABBCC`). `#` starts a
    comment in a plain list. Raises UsageError, which names file and line, for anything that is no phone's name.
    """
    where = "standard input" if str(path) == "-" else str(path)
    try:
        content = stdin.read() if str(path) == "-" else Path(path).read_bytes()
    except OSError as error:
        raise UsageError(
            f"the phone list {where} cannot be read: {error.strerror}",
            hint="Name a file that can, or - for standard input.",
        ) from error
    return parse_phone_list(content, where)


def parse_phone_list(content: bytes, where: str) -> tuple[str, ...]:
    """The phones that the content names; `where` is what errors call it. Raises as `read_phone_list` does."""
    text = _decoded(content, where)
    names: dict[str, str] = {}
    for line, entry in _entries(text, where):
        name = _phone_name(entry)
        if name is None:
            raise UsageError(
                f"{where}, line {line}: {entry!r} is no phone's name",
                hint="A line holds one device name (SEP001122AABBCC) or MAC address; a CSV file needs a heading such as "
                "`Device Name`. Nothing was read from the cluster or changed.",
            )
        names.setdefault(name.casefold(), name)
    if not names:
        raise UsageError(
            f"{where} names no phone",
            hint="Give one phone name or MAC address a line, or a CSV with a column for them.",
        )
    return tuple(names.values())


def _decoded(content: bytes, where: str) -> str:
    encoding = "utf-8-sig"
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        encoding = "utf-16"
    elif content[1:2] == b"\x00":
        encoding = "utf-16-le"
    elif content[:1] == b"\x00":
        encoding = "utf-16-be"
    try:
        return content.decode(encoding)
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise UsageError(
            f"{where}, line {line}: not readable as text ({encoding.removesuffix('-sig').upper()})",
            hint="Save it as UTF-8.",
        ) from error


def _entries(text: str, where: str) -> Iterator[tuple[int, str]]:
    """Line number and text of each entry."""
    lines = text.splitlines()
    first = next((line for line in lines if _COMMENT.sub("", line).strip()), "")
    heading = max((_headings(first, delimiter) for delimiter in _DELIMITERS), key=len)
    column = next((heading.index(known) for known in _COLUMNS if known in heading), None)
    if column is not None:
        delimiter = max(_DELIMITERS, key=lambda delimiter: len(_headings(first, delimiter)))
        yield from _cells(text, where, delimiter, column)
    elif len(heading) > 1:
        raise UsageError(
            f"{where}, line {lines.index(first) + 1}: no column of phones among {', '.join(heading)}",
            hint="Call the column `Device Name`, `Name` or `MAC Address`.",
        )
    else:
        for number, line in enumerate(lines, 1):
            if entry := _COMMENT.sub("", line).strip():
                yield number, entry


def _headings(line: str, delimiter: str) -> list[str]:
    try:
        cells = next(csv.reader([line], delimiter=delimiter, skipinitialspace=True), [])
    except csv.Error:
        return []
    return [re.sub(r"[\W_]", "", cell).lower() for cell in cells]


def _cells(text: str, where: str, delimiter: str, column: int) -> Iterator[tuple[int, str]]:
    """Line number and text of one column's cells, below the heading."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, skipinitialspace=True)
    below = False
    try:
        for cells in reader:
            empty = not any(cell.strip() for cell in cells)
            if empty or cells[0].lstrip().startswith("#"):
                continue
            if below:
                yield reader.line_num, cells[column].strip() if column < len(cells) else ""
            below = True
    except csv.Error as error:
        raise UsageError(f"{where}, line {reader.line_num}: {error}") from error


def _phone_name(entry: str) -> str | None:
    mac = _MAC.fullmatch(re.sub(r"[:.\-\s]", "", entry).upper())
    if mac:
        return f"SEP{mac[1]}"
    return entry if _NAME.fullmatch(entry) else None
