"""The children of a structure as a server needs them: flat, in order, with what is inside them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

from lscctl.simulator.grammar.definitions import Definitions, Element, Group, Particle, Structure, Text, Wildcard

Content = Literal["text", "children", "anything"]


@dataclass(frozen=True, slots=True)
class Field:
    """A child element of a structure.

    Attributes:
        name: Name of the element.
        type: Name of its type, `xsd:...` for those of XML Schema itself; empty where the type is written in place.
        content: `text`; `children`, which are `fields`; or `anything` (`xsd:anyType`, or a wildcard inside).
        required: Whether a message without it is refused. A member of a choice is not required by itself.
        repeated: Whether it may stand more than once.
        nillable: Whether `xsi:nil="true"` is allowed.
        default: What the element means when it is empty; None if nothing.
        fields: Its own children, in order.
        attributes: Names of the attributes it may carry.
        text: The simple type of its text, with the values of an enumeration; None without text, or for `xsd:` types.
    """

    name: str
    type: str
    content: Content
    required: bool
    repeated: bool
    nillable: bool
    default: str | None
    fields: tuple[Field, ...]
    attributes: tuple[str, ...]
    text: Text | None

    @property
    def values(self) -> tuple[str, ...]:
        """The values of its enumeration in this version, in Cisco's order; empty if it has none."""
        return self.text.values if self.text else ()


class Fields:
    """Looks up the fields of the structures of one version's definitions, each structure once."""

    def __init__(self, definitions: Definitions) -> None:
        self._definitions = definitions
        self._known: dict[str, tuple[Field, ...]] = {}

    def of(self, type_name: str) -> tuple[Field, ...]:
        """Return the children of a named structure, those of the structures it extends first.

        Raises:
            KeyError: This version has no such structure.
        """
        if type_name not in self._known:
            self._known[type_name] = self._inside(self._definitions.structures[type_name])
        return self._known[type_name]

    def _inside(self, structure: Structure) -> tuple[Field, ...]:
        inherited = self.of(structure.extends) if structure.extends else ()
        own = (self._field(element, required) for element, required in _elements(structure.members, required=True))
        return inherited + tuple(own)

    def _field(self, element: Element, required: bool) -> Field:
        structure, text = self._resolve(element.type)
        content: Content = "text"
        if structure is not None and structure.holds is None:
            content = "anything" if _has_wildcard(structure.members) else "children"
        elif element.type == "xsd:anyType":
            content = "anything"
        return Field(
            name=element.name,
            type=element.type if isinstance(element.type, str) else "",
            content=content,
            required=required,
            repeated=element.occurs.most != 1,
            nillable=element.nillable,
            default=element.default,
            fields=self._inside(structure) if structure and not structure.name else self._of_type(element.type),
            attributes=self._attributes(structure) if structure else (),
            text=text,
        )

    def _of_type(self, type_: str | Text | Structure) -> tuple[Field, ...]:
        return self.of(type_) if isinstance(type_, str) and type_ in self._definitions.structures else ()

    def _resolve(self, type_: str | Text | Structure | None) -> tuple[Structure | None, Text | None]:
        """Find the structure and the simple type behind a type, either of them None."""
        if isinstance(type_, str):
            type_ = self._definitions.structures.get(type_) or self._definitions.texts.get(type_)
        if isinstance(type_, Structure):
            return type_, self._definitions.texts.get(type_.holds or "")
        return None, type_

    def _attributes(self, structure: Structure) -> tuple[str, ...]:
        inherited = self._attributes(self._definitions.structures[structure.extends]) if structure.extends else ()
        return inherited + tuple(attribute.name for attribute in structure.attributes)


def _elements(members: Iterable[Particle], required: bool) -> Iterator[tuple[Element, bool]]:
    """Yield the elements among and inside `members`, each with whether it must be there."""
    for member in members:
        if isinstance(member, Element):
            yield member, required and member.occurs.least > 0
        elif isinstance(member, Group):
            always = required and member.occurs.least > 0 and member.kind == "sequence"
            yield from _elements(member.members, always)


def _has_wildcard(members: Iterable[Particle]) -> bool:
    return any(
        isinstance(member, Wildcard) or (isinstance(member, Group) and _has_wildcard(member.members))
        for member in members
    )
