"""The formats by name: the one list that the command line, its messages and its completion read."""

import difflib
import importlib
from pathlib import Path
from typing import cast

from lscctl.errors import UsageError
from lscctl.report.interface import Format

_PLACES = {
    "table": "lscctl.report.table:TableFormat",
    "json": "lscctl.report.json:JsonFormat",
    "ndjson": "lscctl.report.ndjson:NdjsonFormat",
    "csv": "lscctl.report.csv:CsvFormat",
    "markdown": "lscctl.report.markdown:MarkdownFormat",
    "junit": "lscctl.report.junit:JunitFormat",
    "prometheus": "lscctl.report.prometheus:PrometheusFormat",
    "html": "lscctl.report.html:HtmlFormat",
}
NAMES = tuple(_PLACES)
"""The formats' names, for `--format`."""

SUFFIXES = {
    ".txt": "table",
    ".json": "json",
    ".ndjson": "ndjson",
    ".jsonl": "ndjson",
    ".csv": "csv",
    ".md": "markdown",
    ".xml": "junit",
    ".prom": "prometheus",
    ".html": "html",
    ".htm": "html",
}
"""What a file's ending says about its format, for `--output`."""


def by_name(name: str) -> Format:
    """The format of that name; UsageError names the choices and the nearest one. Its module is loaded only now."""
    if name.casefold() not in _PLACES:
        ending = SUFFIXES.get(f".{name.casefold()}")
        near = [ending] if ending else difflib.get_close_matches(name.casefold(), NAMES, n=1)
        raise UsageError(
            f"--format {name!r} is not a format",
            hint=(f"Did you mean {near[0]}? " if near else "") + f"Choose one of {', '.join(NAMES)}.",
        )
    module, _, attribute = _PLACES[name.casefold()].partition(":")
    return cast("Format", getattr(importlib.import_module(module), attribute)())


def by_suffix(path: Path) -> Format:
    """The format that the file's ending names; UsageError lists the endings."""
    name = SUFFIXES.get(path.suffix.casefold())
    if name is None:
        near = difflib.get_close_matches(path.suffix.casefold(), SUFFIXES, n=1)
        raise UsageError(
            f"--output {str(path)!r}: its ending does not say which format is meant",
            hint=(f"Did you mean {near[0]}? " if near else "") + f"End it in one of {', '.join(SUFFIXES)}.",
        )
    return by_name(name)
