"""CSV: the records as rows, safe to open in a spreadsheet."""

import csv
import io
import re
from collections.abc import Iterator, Mapping, Sequence

from lscctl.report.interface import Page, Report, Sheet, Value
from lscctl.report.wording import visible

_ROOM = ("\t", "\r", "\n")
_BETWEEN_ROOM = re.compile(r"([\t\r\n])")
_SIGNS = "=+\\-@\uff1d\uff0b\uff0d\uff20"
_FORMULA = re.compile(rf'^(?=[\t\r\n]|[\s"\ufeff\u200b]*[{_SIGNS}])|(?<=[;\t\r\n])(?=[ "\u00a0]*[{_SIGNS}])')
"""Where a formula would begin: a cell, and what a spreadsheet that splits lines at semicolons, tabs or line ends takes for one."""


class CsvFormat:
    """UTF-8, comma, CRLF, a header of the records' keys.

    What a spreadsheet would run as a formula is given a leading apostrophe, which is what OWASP advises against CSV injection;
    numbers stay numbers. What could steer a terminal, or turn the direction of what follows, is spelled out (`\\x1b`). Several
    values in one cell are joined with `; `.
    """

    name = "csv"

    def pieces(self, report: Report, page: Page) -> Iterator[str]:  # noqa: ARG002 - a machine's page has no width
        """The header, then row by row."""
        sheet = report.sheet or Sheet(report.fields, report.rows())
        yield _line(sheet.fields)
        for row in sheet.rows:
            yield _line([_cell(row[key]) for key in sheet.fields])


def _line(cells: Sequence[str]) -> str:
    text = io.StringIO()
    csv.writer(text).writerow(cells)
    return text.getvalue()


def _cell(value: Value) -> str:
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case str():
            return harmless(value)
        case int() | float():
            return str(value)
        case Mapping():
            return harmless("; ".join(f"{key}={_cell(part)}" for key, part in value.items()))
        case _:
            return harmless("; ".join(_cell(part) for part in value))


def harmless(text: str) -> str:
    """The text as it may stand in a cell."""
    if text.isprintable():
        return _FORMULA.sub("'", visible(text))
    steady = "".join(part if part in _ROOM else visible(part) for part in _BETWEEN_ROOM.split(text))
    return _FORMULA.sub("'", steady)
