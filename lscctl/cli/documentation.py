"""Help texts as plain documentation: 80 columns, options under headings, no boxes, nothing heavy to load."""

from typing import Any

from typer.core import TyperCommand

_GENERAL = "Options"


class DocumentedCommand(TyperCommand):
    """A command whose help lists its options in the groups that they belong to, the command's own ones first."""

    def format_options(self, ctx: Any, formatter: Any) -> None:
        """Write one section for each group of options."""
        sections: dict[str, list[tuple[str, str]]] = {}
        for parameter in self.get_params(ctx):
            record = parameter.get_help_record(ctx)
            if record is None:
                continue
            panel = getattr(parameter, "rich_help_panel", None)
            heading = "Arguments" if parameter.param_type_name == "argument" else _GENERAL
            sections.setdefault(panel or heading, []).append(record)
        general = sections.pop(_GENERAL, [])
        for heading, records in [*sections.items(), (_GENERAL, general)]:
            if records:
                with formatter.section(heading):
                    formatter.write_dl(records, col_max=26)
