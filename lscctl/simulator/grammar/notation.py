"""The notation in which the grammar of AXL messages is written down: text in, definitions of one schema version out.

`structures.axl` (messages) and `values.axl` (texts) hold every version at once; the head of `structures.axl` explains
how to read them. Here a version is picked first, and what does not belong to it never gets any further.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from lscctl.simulator.grammar.definitions import (
    Attribute,
    Definitions,
    Element,
    Group,
    Occurs,
    Operation,
    Particle,
    Structure,
    Text,
    Wildcard,
)

_INDENT = 4
_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|\[[^\]]*\]|[^\s"\[]+')
_HEAD = re.compile(r"(?P<name>[A-Za-z_]\w*|\([a-z]+\))(?P<occurs>[?*+]|\{\d+\.\.\d*\})?(?P<block>:)?")
_OCCURS = {"?": Occurs(0, 1), "*": Occurs(0, None), "+": Occurs(1, None)}


class NotationError(ValueError):
    """A line of the notation makes no sense: the message names file, line and reason."""


def number(version: str) -> tuple[int, ...]:
    """Turn a version such as `12.5` into what can be compared: `(12, 5)`."""
    return tuple(int(part) for part in version.split("."))


def read(sources: Mapping[str, str], version: str) -> Definitions:
    """Read the definitions of one schema version.

    Args:
        sources: Texts in the notation by the names to use in errors.
        version: For example `12.5`; lines whose mark leaves it out are skipped together with what is below them.

    Raises:
        NotationError: A line makes no sense, or something is defined twice.
    """
    found = Definitions({}, {}, {})
    for source, text in sources.items():
        for line in _lines(source, text, number(version)):
            definition = _definition(line)
            if not _keep(found, definition):
                raise line.wrong(f"{definition.name} is defined twice in {version}")
    return found


def _keep(found: Definitions, definition: Operation | Structure | Text) -> bool:
    """Add a definition; say no if its name is taken (types share one space of names, as in XML Schema)."""
    match definition:
        case Operation():
            if definition.name in found.operations:
                return False
            found.operations[definition.name] = definition
        case Structure() | Text():
            if definition.name in found.structures or definition.name in found.texts:
                return False
            if isinstance(definition, Structure):
                found.structures[definition.name] = definition
            else:
                found.texts[definition.name] = definition
    return True


@dataclass(slots=True)
class _Line:
    """A line in pieces, the lines below it, and where it stands."""

    source: str
    position: int
    depth: int
    tokens: list[str]
    below: list[_Line] = field(default_factory=list)

    def wrong(self, reason: str) -> NotationError:
        """The error to raise when this line makes no sense for this reason."""
        return NotationError(f"{self.source}, line {self.position}: {reason}")

    def take(self) -> str:
        """Remove and return the next piece."""
        if not self.tokens:
            raise self.wrong("the line ends too early")
        return self.tokens.pop(0)

    def took(self, word: str) -> bool:
        """Remove the next piece if it is this word."""
        if self.tokens[:1] == [word]:
            self.tokens.pop(0)
            return True
        return False

    def literals(self) -> tuple[str, ...]:
        """Remove and return the quoted texts that follow."""
        found = []
        while self.tokens and self.tokens[0].startswith('"'):
            found.append(self.literal())
        return tuple(found)

    def literal(self) -> str:
        token = self.take()
        if not token.startswith('"'):
            raise self.wrong(f"a quoted text is missing before {token}")
        return str(json.loads(token))

    def whole(self, digits: str) -> int:
        if not digits.isdecimal():
            raise self.wrong(f"{digits!r} is no whole number")
        return int(digits)

    def end(self) -> None:
        if self.tokens:
            raise self.wrong(f"{self.tokens[0]!r} is not understood")

    def childless(self) -> None:
        if self.below:
            raise self.wrong("nothing may stand below this line")


def _lines(source: str, text: str, version: tuple[int, ...]) -> list[_Line]:
    """Split into lines, drop what is not for this version, and hang each line below the one it belongs to."""
    top: list[_Line] = []
    above: list[_Line] = []
    skipped_below: int | None = None
    for position, raw in enumerate(text.split("\n"), start=1):
        if not raw.strip() or raw.lstrip().startswith("#"):
            continue
        depth, odd = divmod(len(raw) - len(raw.lstrip(" ")), _INDENT)
        line = _Line(source, position, depth, _TOKEN.findall(raw))
        if odd:
            raise line.wrong(f"indentation is not a multiple of {_INDENT}")
        if skipped_below is not None and depth > skipped_below:
            continue
        skipped_below = None
        if line.tokens[-1].startswith("[") and not _covers(line, line.tokens.pop(), version):
            skipped_below = depth
            continue
        del above[depth:]
        if len(above) < depth:
            raise line.wrong("indented too far")
        (above[-1].below if above else top).append(line)
        above.append(line)
    return top


def _covers(line: _Line, mark: str, version: tuple[int, ...]) -> bool:
    """Whether a mark such as `[..8.6 10.0 11.0..]` names this version."""
    try:
        return any(_in_range(part, version) for part in mark.strip("[]").split())
    except ValueError as error:
        raise line.wrong(f"{mark} names no versions") from error


def _in_range(part: str, version: tuple[int, ...]) -> bool:
    first, dots, last = part.partition("..")
    if not dots:
        last = first
    return (not first or number(first) <= version) and (not last or version <= number(last))


def _definition(line: _Line) -> Operation | Structure | Text:
    abstract = line.took("abstract")
    word, name = line.take(), line.take()
    if abstract and word != "type":
        raise line.wrong(f"{word!r} cannot be abstract")
    if word == "operation":
        line.childless()
        request = line.take()
        if not line.took("->"):
            raise line.wrong("-> is missing between request and response")
        operation = Operation(name, request, line.take())
        line.end()
        return operation
    if word == "type":
        extends = line.take() if line.took("extends") else None
        holds = line.take() if line.took("holds") else None
        line.end()
        members, attributes = _contents(line)
        return Structure(name, members, attributes, extends, holds, abstract)
    if word == "text":
        line.childless()
        return _text(line, name)
    if word == "enum":
        is_open = line.took("open")
        line.end()
        return Text(name, values=tuple(_value(below) for below in line.below), open=is_open)
    raise line.wrong(f"{word!r} is no kind of definition")


def _value(line: _Line) -> str:
    value = line.literal()
    line.end()
    line.childless()
    return value


def _text(line: _Line, name: str) -> Text:
    base = line.take()
    pattern = line.literal() if line.took("pattern") else None
    longest = line.whole(line.take()) if line.took("longest") else None
    span = None
    if line.took("range"):
        least, _, most = line.take().partition("..")
        span = line.whole(least), line.whole(most)
    also = line.literals() if line.took("or") else ()
    line.end()
    return Text(name, base, pattern, longest, span, also=also)


def _contents(line: _Line) -> tuple[tuple[Particle, ...], tuple[Attribute, ...]]:
    members: list[Particle] = []
    attributes: list[Attribute] = []
    for below in line.below:
        if below.tokens[:1] and below.tokens[0].startswith("@"):
            attributes.append(_attribute(below))
        else:
            members.append(_particle(below))
    return tuple(members), tuple(attributes)


def _attribute(line: _Line) -> Attribute:
    line.childless()
    attribute = Attribute(line.take().removeprefix("@"), line.take(), line.literal() if line.took("=") else None)
    line.end()
    return attribute


def _particle(line: _Line) -> Particle:
    token = line.take()
    head = _HEAD.fullmatch(token)
    if head is None:
        raise line.wrong(f"{token!r} is neither an element nor a group")
    name, occurs = head["name"], _occurs(head["occurs"])
    if name == "(any)":
        line.childless()
        line.end()
        return Wildcard(occurs)
    if name in ("(sequence)", "(choice)"):
        line.end()
        kind: Literal["sequence", "choice"] = "sequence" if name == "(sequence)" else "choice"
        return Group(kind, occurs, tuple(_particle(below) for below in line.below))
    if name.startswith("("):
        raise line.wrong(f"{name} is no kind of group")
    if not head["block"]:
        line.childless()
    if line.took("as"):
        return Element(name, occurs, _text(line, ""))
    type_ = Structure("", *_contents(line)) if head["block"] else line.take()
    nillable = line.took("nil")
    default = line.literal() if line.took("=") else None
    line.end()
    return Element(name, occurs, type_, nillable, default)


def _occurs(sign: str | None) -> Occurs:
    if sign is None:
        return Occurs()
    if sign in _OCCURS:
        return _OCCURS[sign]
    least, _, most = sign.strip("{}").partition("..")
    return Occurs(int(least), int(most) if most else None)
