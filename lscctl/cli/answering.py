"""Commands that only look: connect, ask, tell the answer."""

from collections.abc import Callable
from dataclasses import dataclass

from lscctl.cli import connection as connections
from lscctl.cli.connection import Connection, Session
from lscctl.cli.screen import Notices, Output
from lscctl.report.interface import Report


@dataclass(frozen=True, slots=True)
class Answer:
    """What a command found out, and the exit code that it means."""

    report: Report
    exit_code: int = 0


Ask = Callable[[Session, Notices], Answer]
"""How a command finds its answer on one cluster. What it raises, the command line explains."""


def answer(options: Connection, output: Output, ask: Ask) -> int:
    """Ask the cluster that the options mean, deliver the report, and give the exit code."""
    destination = output.opened()
    notices = Notices(colour=not output.no_color)
    with connections.connect(options, notices) as session:
        found = ask(session, notices)
    destination.deliver(found.report)
    return found.exit_code
