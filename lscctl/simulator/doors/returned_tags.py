"""`returnedTags`: which parts of an object a client wants to see."""

from collections.abc import Mapping
from dataclasses import dataclass

from lxml import etree

from lscctl.simulator.doors.soap import children
from lscctl.simulator.grammar import Field

FULL_TYPES = {"boolean": "f", "XUUID": "{00000000-0000-0000-0000-000000000000}", "xsd:int": "0"}
"""Types whose elements the schema refuses when they are empty, each with a value that it takes [XSD]."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """`returnedTags`: which children to tell, and of those which children; `everything` when nobody chose."""

    tags: Mapping[str, "Wanted"]
    everything: bool = False

    @staticmethod
    def read(tags: etree._Element | None) -> "Wanted":
        """Read an element such as `returnedTags`; a missing or an empty one asks for everything."""
        inside = {} if tags is None else {name: Wanted.read(child) for name, child in children(tags)}
        return Wanted(inside, everything=not inside)

    def __contains__(self, tag: str) -> bool:
        return self.everything or tag in self.tags

    def inside(self, tag: str) -> "Wanted":
        """What of `tag`'s children is wanted."""
        return self.tags.get(tag, self)


def fill_tags(tags: etree._Element, fields: tuple[Field, ...]) -> None:
    """Give the empty elements in `returnedTags` a value where the schema wants one: they only name what is wanted.

    Everybody sends `<isActive/>` here, and no cluster is known to refuse it, although the schema's boolean would.
    """
    known = {field.name: field for field in fields}
    for name, tag in children(tags):
        field = known.get(name)
        if field is None:
            continue
        if field.content == "children":
            fill_tags(tag, field.fields)
        elif field.type in FULL_TYPES and not (tag.text or "").strip():
            tag.text = FULL_TYPES[field.type]
