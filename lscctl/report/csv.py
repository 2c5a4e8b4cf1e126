"""CSV: the records as rows, safe to open in a spreadsheet."""

import csv
import io
import re
from collections.abc import Iterator, Mapping, Sequence

from lscctl.report.interface import Page, Report, Value
from lscctl.report.wording import visible

_STARTS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")  # noqa: RUF001 - full-width ones count too

_ROOM = ("\t", "\r", "\n")
_BETWEEN_ROOM = re.compile(r"([\t\r\n])")


class CsvFormat:
    """UTF-8, comma, CRLF, a header of the records' keys.

    A text that a spreadsheet would run as a formula is given a leading apostrophe, which is what OWASP advises against
    CSV injection; numbers stay numbers. What could steer a terminal is spelled out (`\\x1b`). Several values in one cell
    are joined with `; `.
    """

    name = "csv"

    def pieces(self, report: Report, page: Page) -> Iterator[str]:  # noqa: ARG002 - a machine's page has no width
        """The header, then row by row."""
        flat = report.flat or report
        yield _line(flat.fields)
        for row in flat.rows():
            yield _line([_cell(value) for value in row.values()])


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
            return _harmless(value)
        case int() | float():
            return str(value)
        case Mapping():
            return _harmless("; ".join(f"{key}={_cell(part)}" for key, part in value.items()))
        case _:
            return _harmless("; ".join(_cell(part) for part in value))


def _harmless(text: str) -> str:
    steady = "".join(part if part in _ROOM else visible(part) for part in _BETWEEN_ROOM.split(text))
    return f"'{steady}" if steady.lstrip(" ").startswith(_STARTS_A_FORMULA) else steady
