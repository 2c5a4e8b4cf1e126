"""Help texts as plain documentation: 80 columns, options under headings, no boxes, nothing heavy to load."""

import inspect
import re
from typing import Any

from typer.core import TyperCommand

_GENERAL = "Options"


class DocumentedCommand(TyperCommand):
    """A command whose help lists its options in the groups that they belong to, the command's own ones first.

    Examples stand there line by line, to be copied.
    """

    def format_help_text(self, ctx: Any, formatter: Any) -> None:  # noqa: ARG002 - as the command has it
        """Write paragraphs folded, and what is indented as it is."""
        formatter.write_paragraph()
        with formatter.indentation():
            formatter.write_text(re.sub(r"(?<=\n\n)(?= {4})", "\b\n", inspect.cleandoc(self.help or "")))

    def format_options(self, ctx: Any, formatter: Any) -> None:
        """Write one section for each group of options."""
        for heading, records in sections(self, ctx):
            with formatter.section(heading):
                formatter.write_dl(records, col_max=26)


def sections(command: Any, context: Any) -> list[tuple[str, list[tuple[str, str]]]]:
    """The command's arguments and options under their headings, each with its help; what every command has comes last."""
    found: dict[str, list[tuple[str, str]]] = {}
    for parameter in command.get_params(context):
        record = parameter.get_help_record(context)
        if record is None:
            continue
        is_argument = parameter.param_type_name == "argument"
        name = record[0].partition(" <")[0] if is_argument else record[0]  # an argument's type says nothing to a person
        panel = getattr(parameter, "rich_help_panel", None)
        found.setdefault(panel or ("Arguments" if is_argument else _GENERAL), []).append((name, record[1]))
    general = found.pop(_GENERAL, [])
    return [*found.items(), *([(_GENERAL, general)] if general else [])]
