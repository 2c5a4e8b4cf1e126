"""Lists of phones that a user gives: one name a line, or a CSV file with a column of names, such as a BAT export."""

import csv
import io
import re
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, Final

from lscctl.auth_string import AuthString, is_auth_string
from lscctl.errors import UsageError
from lscctl.given_file import read_given

_COLUMNS: Final = ("devicename", "device", "phonename", "phone", "name", "macaddress", "mac")
"""Headings of the column of names, the surest first, in small letters without what stands between them."""

_STRING_COLUMNS: Final = ("authenticationstring", "authstring", "capfauthenticationstring", "capfauthstring")
"""Headings of a column of authentication strings, spelled alike."""

_DELIMITERS: Final = (",", ";", "\t", "|")
_NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,127}")
_MAC: Final = re.compile(r"(?:SEP)?([0-9A-F]{12})")
_COMMENT: Final = re.compile(r"(?:^|\s)#.*")
_SECRET: Final = re.compile(r"(?<![A-Za-z0-9])[0-9]{4,10}(?![A-Za-z0-9])")
"""What may be an authentication string beside a name, in whatever way the two are put apart."""

_SEPARATOR_LINE: Final = re.compile(r"[\"']?sep=(.)[\"']?\s*", re.IGNORECASE)
"""What spreadsheets write before the headings, or need there, to tell which delimiter a CSV has."""


def read_list(path: str | Path, stdin: BinaryIO, what: str = "the phone list") -> tuple[bytes, str]:
    """The content of a list (`-`: standard input), and what errors call it. Raises UsageError."""
    return read_given(what, path, stdin)


def parse_phone_list(content: bytes, where: str) -> tuple[str, ...]:
    """The phones that the content names, in its order, without repetitions; `where` is what errors call it.

    UTF-8 or UTF-16. MAC addresses in any spelling become names (`00:11:22:aa:bb:cc` -> `SEP001122AABBCC`). `#` starts a
    comment in a plain list. Raises UsageError, which names file and line, for anything that is no phone's name.
    """
    text = _decoded(content, where)
    names: dict[str, str] = {}
    for line, entry in _entries(text, where):
        name = _named(entry, line, where)
        names.setdefault(name.casefold(), name)
    if not names:
        raise UsageError(
            f"{where} names no phone",
            hint="Give one phone name or MAC address a line, or a CSV with a column for them.",
        )
    return tuple(names.values())


def parse_strings(content: bytes, where: str) -> dict[str, AuthString]:
    """`{phone name: authentication string}` of a CSV with a column for them; phones without one are absent, without it all.

    Raises UsageError, which names the line and never the string, for one that no keypad can type, for a phone with two of them, and
    for one that two phones have.
    """
    text = _decoded(content, where)
    first = next((line for line in text.splitlines() if _COMMENT.sub("", line).strip()), "")
    delimiter = max(_DELIMITERS, key=lambda delimiter: len(_headings(first, delimiter)))
    heading = _headings(first, delimiter)
    name_at, string_at = (
        next((heading.index(known) for known in columns if known in heading), None)
        for columns in (_COLUMNS, _STRING_COLUMNS)
    )
    if name_at is None or string_at is None:
        return {}
    found: dict[str, AuthString] = {}
    spelled: dict[str, str] = {}
    lines: dict[AuthString, int] = {}
    for line, cells in _rows(text, where, delimiter):
        name_cell, string_cell = (cells[at].strip() if at < len(cells) else "" for at in (name_at, string_at))
        if not string_cell:
            continue
        if is_auth_string(name_cell):
            raise UsageError(
                f"{where}, line {line}: a number stands where the phone's name should",
                hint="Are the headings of names and authentication strings exchanged?",
            )
        name = _named(name_cell, line, where)
        name = spelled.setdefault(name.casefold(), name)
        string = _string(string_cell, name, line, where)
        if string in lines and found.get(name) != string:
            raise UsageError(
                f"{where}, line {line}: {name} has the authentication string of line {lines[string]}",
                hint="Give each phone one of its own.",
            )
        if found.setdefault(name, string) != string:
            raise UsageError(
                f"{where}, line {line}: {name} has a second authentication string", hint="Keep one of them."
            )
        lines.setdefault(string, line)
    return found


def _string(cell: str, name: str, line: int, where: str) -> AuthString:
    try:
        return AuthString(cell)
    except ValueError as error:
        raise UsageError(
            f"{where}, line {line}: what stands as the authentication string of {name} is none: {error}",
            hint="A spreadsheet takes leading zeros off numbers: make the column text. An empty cell has one made.",
        ) from None


def _named(entry: str, line: int, where: str) -> str:
    name = _phone_name(entry)
    if name is None:
        raise UsageError(
            f"{where}, line {line}: {_SECRET.sub('***', entry)!r} is no phone's name",
            hint="A line holds one device name (SEP001122AABBCC) or MAC address; a CSV file needs a heading such as "
            "`Device Name`. Nothing was read from the cluster or changed.",
        )
    return name


def _decoded(content: bytes, where: str) -> str:
    """The text; a line that only names the delimiter is left empty, so that lines keep their numbers."""
    text = _text(content, where)
    first, line_end, rest = text.partition("\n")
    return line_end + rest if _SEPARATOR_LINE.fullmatch(first) else text


def _text(content: bytes, where: str) -> str:
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
            f"{where}, line {lines.index(first) + 1}: no column of phones among {', '.join(map(_shown, heading))}",
            hint="Call the column `Device Name`, `Name` or `MAC Address`.",
        )
    else:
        for number, line in enumerate(lines, 1):
            if entry := _COMMENT.sub("", line).strip():
                yield number, entry


def _shown(heading: str) -> str:
    """A heading as errors tell it: in a file without headings it may be an authentication string, or hold one."""
    return "***" if re.search("[0-9]{4}", heading) else heading


def _headings(line: str, delimiter: str) -> list[str]:
    try:
        cells = next(csv.reader([line], delimiter=delimiter, skipinitialspace=True), [])
    except csv.Error:
        return []
    return [re.sub(r"[\W_]", "", cell).lower() for cell in cells]


def _cells(text: str, where: str, delimiter: str, column: int) -> Iterator[tuple[int, str]]:
    """Line number and text of one column's cells, below the heading."""
    for line, cells in _rows(text, where, delimiter):
        yield line, cells[column].strip() if column < len(cells) else ""


def _rows(text: str, where: str, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    """Line number and cells of each row below the heading."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, skipinitialspace=True)
    below = False
    try:
        for cells in reader:
            empty = not any(cell.strip() for cell in cells)
            if empty or cells[0].lstrip().startswith("#"):
                continue
            if below:
                yield reader.line_num, cells
            below = True
    except csv.Error as error:
        raise UsageError(f"{where}, line {reader.line_num}: {error}") from error


def _phone_name(entry: str) -> str | None:
    mac = _MAC.fullmatch(re.sub(r"[:.\-\s]", "", entry).upper())
    if mac:
        return f"SEP{mac[1]}"
    return entry if _NAME.fullmatch(entry) else None
