"""Man pages from the same help as `--help`: one page for each command. The wheel carries them (see hatch_build.py)."""

import re
from collections.abc import Iterator
from textwrap import wrap
from typing import Any

import typer.main

from lscctl import __version__
from lscctl.cli.documentation import sections
from lscctl.cli.main import app

_HEADINGS = {"Example": "EXAMPLES", "Examples": "EXAMPLES", "Exit codes": "EXIT STATUS"}
"""The headings of help texts, and what man pages call such a section."""

_WIDTH = 78


def pages() -> dict[str, str]:
    """Every page by the name of its file: `{"lscctl-status.1": ...}`. Same code, same text."""
    return {f"{'-'.join(path)}.1": _page(path, command) for path, command in _commands(typer.main.get_command(app))}


def _commands(command: Any, path: tuple[str, ...] = ("lscctl",)) -> Iterator[tuple[tuple[str, ...], Any]]:
    if getattr(command, "hidden", False):
        return
    yield path, command
    for name in command.list_commands(None) if _is_group(command) else ():
        yield from _commands(command.get_command(None, name), (*path, name))


def _is_group(command: Any) -> bool:
    return hasattr(command, "list_commands")


def _page(path: tuple[str, ...], command: Any) -> str:
    context = command.make_context(" ".join(path), [], resilient_parsing=True)
    summary, _, rest = command.help.strip().partition("\n")
    name = "-".join(path)
    return "".join(
        [
            f'.TH "{_text(name.upper())}" 1 "" "lscctl {__version__}" "lscctl manual"\n',
            f".SH NAME\n{_text(name)} \\- {_text(summary.rstrip('.:'))}\n",
            f".SH SYNOPSIS\n.B {_text(' '.join(path))}\n{_lines(' '.join(command.collect_usage_pieces(context)))}",
            ".SH DESCRIPTION\n",
            *_prose(rest.strip() or summary),
            *_subcommands(command),
            *_options(command, context),
            f".SH SEE ALSO\n{_see_also(path, command)}\n",
        ]
    )


def _prose(help_text: str) -> Iterator[str]:
    """Paragraphs as they are, indented ones as examples, and known headings as sections."""
    between = ""
    for block in re.split(r"\n\s*\n", help_text.strip("\n")):
        if block in _HEADINGS:
            yield f".SH {_HEADINGS[block]}\n"
            between = ""
            continue
        yield between
        between = ".PP\n"
        if block.startswith("    "):
            example = "\n".join(_text(line.strip()) for line in block.splitlines())
            yield f".in +4n\n.nf\n{example}\n.fi\n.in\n"
        else:
            yield _lines(block)


def _subcommands(command: Any) -> Iterator[str]:
    if _is_group(command):
        yield ".SH COMMANDS\n"
        for name in command.list_commands(None):
            summary = command.get_command(None, name).help.strip().splitlines()[0]
            yield f".TP\n.B {_text(name)}\n{_lines(summary)}"


def _options(command: Any, context: Any) -> Iterator[str]:
    yield ".SH OPTIONS\n"
    for heading, records in sections(command, context):
        yield f".SS {_text(heading)}\n"
        for names, meaning in records:
            yield f".TP\n.B {_text(names)}\n{_lines(meaning)}"


def _see_also(path: tuple[str, ...], command: Any) -> str:
    below = [(*path, name) for name in command.list_commands(None)] if _is_group(command) else []
    above = [path[:-1]] if len(path) > 1 else []
    return ",\n".join(f".BR {_text('-'.join(one))} (1)" for one in above + below)


def _lines(text: str) -> str:
    """A paragraph, folded for those who read the page's source."""
    return "".join(f"{_text(line)}\n" for line in wrap(text, _WIDTH, break_on_hyphens=False, break_long_words=False))


def _text(text: str) -> str:
    """Letters as they are: no hyphen that is none, no backslash, dot or quote that a formatter would obey."""
    escaped = text.replace("\\", "\\(rs").replace("-", "\\-").replace("'", "\\(aq").replace("`", "\\(ga")
    return f"\\&{escaped}" if escaped.startswith(".") else escaped
