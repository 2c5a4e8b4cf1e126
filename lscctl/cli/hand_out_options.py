"""In which file authentication strings are handed out, and from which they are taken: the options."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from lscctl.cli.parameters import one_of
from lscctl.cli.screen import Notices
from lscctl.cli.standard_input import standard_input
from lscctl.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from lscctl.auth_string import AuthString
    from lscctl.cli.handing_out import Strings
    from lscctl.phone import PhoneQuery

_PANEL = "Authentication strings"


def _value(option: str, help_text: str, metavar: str) -> Any:
    return typer.Option(option, help=help_text, metavar=metavar, rich_help_panel=_PANEL, show_default=False)


@dataclass(frozen=True, slots=True)
class HandOutPlace:
    """Where a run's strings are now."""

    hand_out: Annotated[
        Path | None, _value("--hand-out", "Where the run's hand-out is now, if it was moved.", "FILE")
    ] = None


@dataclass(frozen=True, slots=True)
class HandOutOptions:
    """In which file strings are handed out, and which are taken instead of made."""

    hand_out: Annotated[
        Path | None,
        _value("--hand-out", "Hand the strings out in this new file (0600). Default: beside the journal.", "FILE"),
    ] = None
    hand_out_format: Annotated[
        str | None,
        _value(
            "--hand-out-format",
            "csv, or labels: a page to print and cut. Default: as the ending of --hand-out says, else csv.",
            "FORMAT",
        ),
    ] = None
    strings_from: Annotated[
        str | None,
        _value("--strings-from", "A CSV that gives phones their strings, or an earlier hand-out, labels too.", "FILE"),
    ] = None

    def strings(self, query: "PhoneQuery | None" = None) -> "Strings":
        """The strings that these options, and a list of phones, mean. UsageError names the option that is wrong."""
        from lscctl.cli.handing_out import Strings
        from lscctl.hand_out.sheet import SheetFormat

        form = SheetFormat.by_suffix(self.hand_out) if self.hand_out is not None else SheetFormat.CSV
        if self.hand_out_format is not None:
            form = SheetFormat(one_of("--hand-out-format", self.hand_out_format, list(SheetFormat)))
        given = dict(query.strings_listed) if query is not None else {}
        if self.strings_from is not None:
            given |= _listed(self.strings_from)
        _warn_of_zeros(given)
        return Strings(self.hand_out, form, given, self._first())

    def _first(self) -> str:
        options = {
            "--hand-out": self.hand_out,
            "--hand-out-format": self.hand_out_format,
            "--strings-from": self.strings_from,
        }
        return next((name for name, value in options.items() if value is not None), "")


def _warn_of_zeros(given: "Mapping[str, AuthString]") -> None:
    from lscctl.auth_string import may_lack_zeros

    if may_lack_zeros(given.values()):
        Notices().warn(
            "the authentication strings that are given differ in length and none begins with 0: a spreadsheet may have taken "
            "zeros off, and people would type other ones than phones get. Compare them with where they come from"
        )


def _listed(path: str) -> "dict[str, AuthString]":
    import sys

    from lscctl.phone_list import parse_strings, read_list

    if not path:
        raise UsageError("--strings-from is empty", hint="Name a file, or leave the option away.")
    stdin = standard_input("--strings-from -") if path == "-" else sys.stdin.buffer
    content, where = read_list(path, stdin, "--strings-from")
    if (strings := _labels(content, where)) is not None:
        return strings
    if not (strings := parse_strings(content, where)):
        raise UsageError(
            f"{where} gives no phone an authentication string",
            hint="It must be a CSV with a column `name` and a column `authentication_string`.",
        )
    return strings


def _labels(content: bytes, where: str) -> "dict[str, AuthString] | None":
    """The strings of a page of labels that lscctl wrote; None where the content is none."""
    from lscctl.hand_out import labels

    text = content.decode("utf-8-sig", "replace")
    if not labels.are_labels(text):
        return None
    try:
        return labels.read(text)
    except ValueError as error:
        raise UsageError(
            f"{where} is no page of labels that lscctl wrote: {error}",
            hint="Give the file as it was handed out, or a CSV.",
        ) from None
