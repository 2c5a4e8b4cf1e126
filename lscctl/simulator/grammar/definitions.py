"""What a grammar is made of: values without behaviour, all of one schema version."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Occurs:
    """How often something may stand in a row: `least` to `most` times, `most` None for no limit."""

    least: int = 1
    most: int | None = 1


@dataclass(frozen=True, slots=True)
class Text:
    """A simple type: a base narrowed by a pattern, a length or a range, or listed values.

    Attributes:
        name: Name of the type; empty where it is written in place.
        base: Another type, `xsd:...` for those that XML Schema brings along.
        pattern: Regular expression of XML Schema that the whole text must match.
        longest: Greatest length in characters.
        span: Smallest and greatest number.
        values: The values of an enumeration, in Cisco's order.
        also: Literal values allowed beside the base.
        open: Whether the schema accepts any other text too, so that `values` only documents.
    """

    name: str
    base: str = "xsd:string"
    pattern: str | None = None
    longest: int | None = None
    span: tuple[int, int] | None = None
    values: tuple[str, ...] = ()
    also: tuple[str, ...] = ()
    open: bool = False


@dataclass(frozen=True, slots=True)
class Element:
    """A child element: name, how often, type (a name, or the type itself where it is written in place)."""

    name: str
    occurs: Occurs
    type: str | Text | Structure
    nillable: bool = False
    default: str | None = None


@dataclass(frozen=True, slots=True)
class Wildcard:
    """Any elements that have no namespace, their contents unchecked."""

    occurs: Occurs


@dataclass(frozen=True, slots=True)
class Group:
    """All `members` in their order, or one of them."""

    kind: Literal["sequence", "choice"]
    occurs: Occurs
    members: tuple[Particle, ...]


Particle = Element | Wildcard | Group


@dataclass(frozen=True, slots=True)
class Attribute:
    """An optional attribute."""

    name: str
    type: str
    default: str | None = None


@dataclass(frozen=True, slots=True)
class Structure:
    """A complex type.

    Attributes:
        name: Name of the type; empty where it is written in place.
        extends: The structure whose members and attributes come before its own.
        holds: The simple type of its text, where it has text instead of members.
        abstract: Whether it serves only to be extended.
    """

    name: str
    members: tuple[Particle, ...] = ()
    attributes: tuple[Attribute, ...] = ()
    extends: str | None = None
    holds: str | None = None
    abstract: bool = False


@dataclass(frozen=True, slots=True)
class Operation:
    """An operation: the types of its request element `name` and of its answer `nameResponse`."""

    name: str
    request: str
    response: str


@dataclass(frozen=True, slots=True)
class Definitions:
    """All that one schema version defines, each by its name."""

    operations: dict[str, Operation]
    structures: dict[str, Structure]
    texts: dict[str, Text]
