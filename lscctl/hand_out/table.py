"""The hand-out as a CSV: a line for each phone. `--from` and `--strings-from` read it, too."""

import csv
import io

from lscctl.auth_string import AuthString
from lscctl.hand_out.sheet import HandOut, Label
from lscctl.report.csv import harmless

COLUMNS = (
    "name",
    "description",
    "model",
    "device_pool",
    "location",
    "authentication_string",
    "complete_by",
    "cluster",
    "run",
    "hand_out",
)
"""The last one is the seal. Strings are text: a spreadsheet that takes them for numbers loses their leading zeros."""


def written(hand_out: HandOut) -> str:
    """The file's text: UTF-8, comma, CRLF; nothing in it is taken for a formula."""
    text = io.StringIO()
    rows = csv.writer(text)
    rows.writerow(COLUMNS)
    for label in hand_out.labels:
        rows.writerow(
            (
                *(harmless(one) for one in _where(label)),
                label.string.reveal(),
                hand_out.until,
                harmless(hand_out.cluster),
                hand_out.run,
                hand_out.seal,
            )
        )
    return text.getvalue()


def read(text: str) -> dict[str, AuthString]:
    """`{phone name: string}` of such a file. Raises ValueError, which tells no string."""
    rows = csv.DictReader(io.StringIO(text, newline=""))
    if tuple(rows.fieldnames or ()) != COLUMNS:
        raise ValueError("it has other columns than lscctl writes")
    return {str(row["name"]): AuthString(str(row["authentication_string"])) for row in rows}


def _where(label: Label) -> tuple[str, ...]:
    return label.name, label.description, label.model, label.device_pool, label.location
