"""The line at the prompt: what stands on it so far, and which words could come next."""

import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from lscctl.cli.completion.values import Word, values_of

_END = "\0"
_FILES = ("FILE", "FOLDER", "PLAN", "ARCHIVE", "OLD", "NEW", "BEFORE", "AFTER")
"""What helps call a value that is a file."""


class Typed(NamedTuple):
    """A line taken apart: the words that are finished, the one under way without its quotes, and the quote that is open in it."""

    words: list[str]
    last: str
    quote: str = ""


@dataclass
class _Place:
    """Where the finished words lead: to a command, with what was given to it, and an option that waits for its value."""

    command: Any
    path: list[str] = field(default_factory=list)
    given: dict[str, list[str]] = field(default_factory=dict)
    arguments: int = 0
    waiting: Any = None
    only_arguments: bool = False


def typed(line: str) -> Typed:
    """Take a line apart as shells do; what stands behind an open quote is one word."""
    quote = next(quote for quote in ("", "'", '"') if _is_whole(line + _END + quote))
    *words, last = shlex.split(line + _END + quote)
    return Typed(words, last.removesuffix(_END), quote)


def _is_whole(line: str) -> bool:
    try:
        shlex.split(line)
    except ValueError:  # a quote is open
        return False
    return True


def next_words(root: Any, line: Typed) -> list[Word] | None:
    """What could stand in place of the last word, None for the name of a file. `root` is the command of all commands."""
    names = [word.rpartition("/")[2] for word in line.words]
    command = names.index("lscctl") if "lscctl" in names else 0  # behind sudo, or variables that are set for it alone
    place = _place(root, line.words[command + 1 :])
    if place is None:
        return []
    if place.waiting is not None:
        return _values(place, place.waiting, line.last)
    if not place.only_arguments and line.last.startswith("-"):
        return _values_behind_equals(place, line.last) if "=" in line.last else list(_options(place))
    if _is_group(place.command):
        return list(_commands(place.command))
    arguments = [one for one in place.command.params if one.param_type_name == "argument"]
    left = [one for number, one in enumerate(arguments) if number >= place.arguments or one.nargs == -1]
    return _values(place, left[0], line.last) if left else []


def _values_behind_equals(place: _Place, last: str) -> list[Word] | None:
    name, _, value = last.partition("=")
    option = _option(place.command, name)
    found = [] if option is None else _values(place, option, value)
    return None if found is None else [Word(f"{name}={word.text}", word.says) for word in found]


def _place(root: Any, words: list[str]) -> _Place | None:
    """Go along the words; None where one of them is no command."""
    place = _Place(root)
    for word in words:
        if place.waiting is not None:
            place.given.setdefault(place.waiting.opts[0], []).append(word)
            place.waiting = None
        elif word == "--":
            place.only_arguments = True
        elif word.startswith("-") and word != "-" and not place.only_arguments:
            _take_option(place, word)
        elif _is_group(place.command):
            place.command = place.command.get_command(None, word)
            place.path.append(word)
            if place.command is None:
                return None
        else:
            place.arguments += 1
    return place


def _take_option(place: _Place, word: str) -> None:
    name, equals, value = word.partition("=")
    option = _option(place.command, name)
    if option is None:
        return
    if equals or option.is_flag:
        place.given.setdefault(option.opts[0], []).append(value)
    else:
        place.waiting = option


def _option(command: Any, name: str) -> Any:
    return next((one for one in command.params if name in (*one.opts, *one.secondary_opts)), None)


def _is_group(command: Any) -> bool:
    return hasattr(command, "list_commands")


def _values(place: _Place, parameter: Any, last: str) -> list[Word] | None:
    if re.sub(r"\W", "", parameter.metavar or "") in _FILES:
        return None
    return list(values_of(place.path, parameter.opts[0])(place.given, last))


def _options(place: _Place) -> Iterator[Word]:
    for option in place.command.params:
        again = getattr(option, "multiple", False)
        if option.param_type_name == "option" and not option.hidden and (again or option.opts[0] not in place.given):
            for name in (*option.opts, *option.secondary_opts):
                if name.startswith("--"):
                    yield Word(name, _summary(option.help))
    yield Word("--help", "Show what the command does.")


def _commands(group: Any) -> Iterator[Word]:
    for name in group.list_commands(None):
        summary = (
            group.table[name].summary if name in getattr(group, "table", ()) else group.get_command(None, name).help
        )
        yield Word(name, _summary(summary))


def _summary(text: str | None) -> str:
    return (text or "").partition(". ")[0].partition("\n")[0]
