"""Commands that are loaded when they are needed: the help that lists them all, and each of them, waits for no other."""

from collections.abc import Mapping
from importlib import import_module
from typing import Any, ClassVar, NamedTuple

import typer
from typer.main import get_command_from_info, get_group
from typer.models import CommandInfo

from lscctl.cli.documentation import DocumentedCommand
from lscctl.cli.explain import ExplainingGroup


class Command(NamedTuple):
    """A command: the module and the name in it where it stands, a function or a group of its own; `summary` is its help's first
    line."""

    module: str
    attribute: str
    summary: str


class _Loaded(dict[str, Any]):
    """The commands by their names, each loaded when it is first got."""

    def __init__(self, table: Mapping[str, Command]) -> None:
        super().__init__(dict.fromkeys(table))
        self._table = table

    def get(self, name: str, default: Any = None) -> Any:
        if name in self._table and self[name] is None:
            self[name] = load(name, self._table[name])
        return super().get(name, default)


class CommandsOnDemand(ExplainingGroup):
    """A group of the commands in `table`, `{name: Command}`, in the order in which people meet them."""

    table: ClassVar[Mapping[str, Command]] = {}

    def __init__(self, *given: Any, **settings: Any) -> None:
        super().__init__(*given, **settings)
        self.commands = _Loaded(self.table)

    def list_commands(self, ctx: Any) -> list[str]:  # noqa: ARG002 - as the group has it
        """The commands' names."""
        return list(self.table)

    def format_commands(self, ctx: Any, formatter: Any) -> None:  # noqa: ARG002 - as the group has it
        """List the commands with their summaries."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, command.summary) for name, command in self.table.items()])


def load(name: str, command: Command) -> Any:
    """The command or group itself."""
    found = getattr(import_module(command.module), command.attribute)
    if isinstance(found, typer.Typer):
        return get_group(found)
    told = CommandInfo(name=name, cls=DocumentedCommand, callback=found)
    return get_command_from_info(told, pretty_exceptions_short=True, rich_markup_mode=None)
