"""Commands that only look: connect, ask, tell."""

from collections.abc import Callable

from lscctl.cli import connection as connections
from lscctl.cli.answer import Answer
from lscctl.cli.connection import Connection, Session
from lscctl.cli.screen import Notices, Output
from lscctl.errors import worst

Ask = Callable[[Session, Notices], Answer]
"""How a command finds its answer on one cluster. What it raises, the command line explains."""


def answer(options: Connection, output: Output, ask: Ask, concurrency: int | None = None) -> int:
    """Ask each cluster that the options mean, deliver the report, and give the exit code: of several clusters the worst."""

    def on_one(one: Connection, notices: Notices) -> Answer:
        with connections.connect(one, notices, concurrency) as session:
            return ask(session, notices)

    return answer_each(options, output, on_one)


def answer_each(options: Connection, output: Output, on_one: Callable[[Connection, Notices], Answer]) -> int:
    """The same for what is not only asked of a cluster: `on_one` is given the options of each, and connects itself."""
    destination = output.opened()
    colour = not output.no_color
    each = connections.each(options)
    if not each:
        notices = Notices(colour=colour)
        return on_one(options, notices).tell(destination, notices)
    from lscctl.cli.side_by_side import on_each
    from lscctl.report.several import together

    answers = on_each(each, on_one, colour=colour)
    destination.deliver(together(answers))
    for one in answers:
        Notices(colour=colour, about=one.cluster).explain(one.error, one.hint)
    return worst(one.exit_code for one in answers)
