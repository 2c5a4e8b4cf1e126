"""executeSQLQuery and executeSQLUpdate: clients' SQL, and what a log may say of it."""

import re
from collections.abc import Callable
from typing import TypeVar
from xml.sax.saxutils import escape

from lscctl.simulator import informix
from lscctl.simulator.doors.faults import AxlFaultError
from lscctl.simulator.doors.operation import Done, Request
from lscctl.simulator.doors.soap import printable
from lscctl.simulator.public_tables import PUBLIC_TABLES

_Outcome = TypeVar("_Outcome")


def execute_query(request: Request) -> Done:
    """`<row>` by row, columns in lower case, all text [field guide 3]."""
    answer = _run(informix.query, request)
    openings = [(f"<{column}>", f"</{column}>", f"<{column}/>") for column in answer.columns]
    content = "".join(
        "<row>"
        + "".join(
            f"{start}{escape(printable(value))}{end}" if value else empty
            for (start, end, empty), value in zip(openings, row, strict=True)
        )
        + "</row>"
        for row in answer.rows
    )
    return Done(content, rows=len(answer.rows))


def execute_update(request: Request) -> Done:
    """The number of rows changed; each adds to the change notifications."""
    with request.cluster.history.of_statement(request.name):
        changed = _run(informix.update, request)
    return Done(f"<rowsUpdated>{changed}</rowsUpdated>", notifications=changed)


def _run(statement: Callable[..., _Outcome], request: Request) -> _Outcome:
    cluster = request.cluster
    without = {"dbinfo"} if cluster.assumptions.dbinfo == "refused" else ()
    try:
        return statement(
            cluster.connection, request.text("sql") or "", clock=cluster.clock, tables=PUBLIC_TABLES, without=without
        )
    except informix.SqlError as error:
        raise AxlFaultError(error.code, error.message) from None


def shown(statement: str) -> str:
    """What the log may tell of a statement: its verb and its tables, none of its values.

    A statement may carry an authentication string, so nothing that could be a literal is told.
    """
    verb = re.match(r"\s*(\w+)", statement)
    tables = re.findall(r"(?i)\b(?:from|join|into|update)\s+([a-z_]+)\b", re.sub(r"'[^']*'|\"[^\"]*\"", "", statement))
    return " ".join([verb[1].lower() if verb else "-", *dict.fromkeys(table.lower() for table in tables)])
