"""Random messages out of any XSD, and ways to spoil them. Knows XML Schema, but neither grammar."""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from copy import deepcopy
from functools import cache

from lxml import etree

XSD = "{http://www.w3.org/2001/XMLSchema}"
XSI = "http://www.w3.org/2001/XMLSchema-instance"
_NIL = f"{{{XSI}}}nil"
_STRINGS = (
    "",
    "x",
    " ",
    "  leading and trailing  ",
    "two\nlines\tand a tab",
    "Empfang Küche",
    "会議室 🙂",
    'O\'Brien "and" sons -- %; & <b>',
    "]]>",
    "0",
    "true",
    "x" * 3000,
)
_NUMBERS = {
    "integer": ("0", "-1", "+7", "007", "123456789012345678901234567890", " 5 "),
    "nonNegativeInteger": ("0", "1", "123456789012345678901234567890"),
    "positiveInteger": ("1", "2000", "123456789012345678901234567890"),
    "unsignedLong": ("0", "1", "18446744073709551615"),
    "int": ("0", "-2147483648", "2147483647"),
}


_Declarations = dict[str, etree._Element]


@cache
def _declarations(schema: etree._Element) -> tuple[_Declarations, _Declarations]:
    """The types and the global elements of a schema, by name; Cisco's have thousands."""
    types = {node.get("name", ""): node for node in schema if node.tag in (f"{XSD}complexType", f"{XSD}simpleType")}
    return types, {node.get("name", ""): node for node in schema.iterchildren(f"{XSD}element")}


class Maker:
    """Makes random valid messages by walking an `xsd:schema`.

    `density` is the chance of each optional part, `depth` has no limit: the types of AXL are not recursive.
    """

    def __init__(self, schema: etree._Element, rng: random.Random, density: float) -> None:
        self._rng = rng
        self._density = density
        self._namespace = schema.get("targetNamespace", "")
        self._types, self._globals = _declarations(schema)

    def message(self, name: str) -> etree._Element:
        # The prefixes stand on the envelope, as most clients write them.
        prefixes = {"axl": self._namespace, "xsi": XSI, "xsd": XSD.strip("{}")}
        body = etree.SubElement(etree.Element("envelope", nsmap=prefixes), "body")
        message = etree.SubElement(body, f"{{{self._namespace}}}{name}")
        self._fill(message, self._globals[name])
        return message

    def _fill(self, element: etree._Element, declaration: etree._Element) -> None:
        in_place = declaration.find(f"{XSD}complexType")
        if in_place is None:
            in_place = declaration.find(f"{XSD}simpleType")
        type_ = declaration.get("type", "")
        node = self._named(type_) if in_place is None else in_place
        if node is not None and node.tag == f"{XSD}complexType":
            self._attributes(element, node)
        if declaration.get("nillable") == "true" and self._rng.random() < 0.2:
            element.set(_NIL, self._rng.choice(("true", "1")))
        elif declaration.get("default") is not None and self._rng.random() < 0.2:
            pass
        elif type_ == "xsd:anyType":
            self._anything(element)
        elif node is None:
            element.text = self._builtin(type_)
        elif node.tag == f"{XSD}simpleType":
            element.text = self._simple(node)
        else:
            self._complex(element, node)

    def _named(self, reference: str) -> etree._Element | None:
        return None if reference.startswith("xsd:") else self._types[reference.rpartition(":")[2]]

    def _attributes(self, element: etree._Element, node: etree._Element) -> None:
        for extension in node.iterfind(f".//{XSD}extension"):
            base = self._named(extension.get("base", ""))
            if base is not None:
                self._attributes(element, base)
        for attribute in (*node.iterfind(f"{XSD}attribute"), *node.iterfind(f"*/{XSD}extension/{XSD}attribute")):
            if self._rng.random() < self._density:
                element.set(attribute.get("name", ""), self._value(attribute.get("type", "")))

    def _complex(self, element: etree._Element, node: etree._Element) -> None:
        simple = node.find(f"{XSD}simpleContent/{XSD}extension")
        if simple is not None:
            element.text = self._value(simple.get("base", ""))
            return
        extension = node.find(f"{XSD}complexContent/{XSD}extension")
        if extension is not None:
            base = self._named(extension.get("base", ""))
            assert base is not None
            self._complex(element, base)
            node = extension
        for part in node:
            if part.tag in (f"{XSD}sequence", f"{XSD}choice"):
                self._particle(element, part)

    def _particle(self, element: etree._Element, particle: etree._Element) -> None:
        for _ in range(self._times(particle)):
            if particle.tag == f"{XSD}element":
                child = etree.SubElement(element, particle.get("name", ""))
                self._fill(child, particle)
            elif particle.tag == f"{XSD}any":
                self._anything(etree.SubElement(element, self._rng.choice(("webAccess", "name", "x"))))
            else:
                members = [part for part in particle if part.tag != f"{XSD}annotation"]
                for member in [self._rng.choice(members)] if particle.tag == f"{XSD}choice" else members:
                    self._particle(element, member)

    def _times(self, particle: etree._Element) -> int:
        least, most = int(particle.get("minOccurs", "1")), particle.get("maxOccurs", "1")
        top = least + 3 if most == "unbounded" else int(most)
        return least if self._rng.random() >= self._density else self._rng.randint(max(least, 1), top)

    def _anything(self, element: etree._Element) -> None:
        element.text = self._rng.choice(_STRINGS)
        for name in self._rng.sample(("name", "{urn:other}x", "webAccess"), self._rng.randint(0, 2)):
            child = etree.SubElement(element, name, note="1")
            child.text = self._rng.choice(_STRINGS)
            child.tail = self._rng.choice(_STRINGS)

    def _value(self, reference: str) -> str:
        node = self._named(reference)
        return self._builtin(reference) if node is None else self._simple(node)

    def _builtin(self, reference: str) -> str:
        name = reference.removeprefix("xsd:")
        return self._rng.choice(_STRINGS if name == "string" else _NUMBERS[name])

    def _simple(self, node: etree._Element) -> str:
        union = node.find(f"{XSD}union")
        if union is not None:
            members: list[Callable[[], str]] = [
                *(lambda name=name: self._value(name) for name in union.get("memberTypes", "").split()),
                *(lambda member=member: self._simple(member) for member in union.iterfind(f"{XSD}simpleType")),
            ]
            return self._rng.choice(members)()
        restriction = node.find(f"{XSD}restriction")
        assert restriction is not None
        facets = {facet.tag.removeprefix(XSD): facet.get("value", "") for facet in restriction}
        if "enumeration" in facets:
            return self._rng.choice([value.get("value", "") for value in restriction])
        if "pattern" in facets:
            return self._matching(facets["pattern"])
        if "minInclusive" in facets:
            least, most = int(facets["minInclusive"]), int(facets["maxInclusive"])
            return str(self._rng.choice((least, most, self._rng.randint(least, most))))
        if "maxLength" in facets:
            length = self._rng.choice((0, 1, int(facets["maxLength"])))
            return "".join(self._rng.choices("aZ0 'é会🙂", k=length))
        return self._value(restriction.get("base", ""))

    def _matching(self, pattern: str) -> str:
        """A text for the plain patterns of AXL: alternatives in parentheses, escapes, and dots."""
        chosen = self._rng.choice(re.findall(r"\(((?:[^()])+)\)", pattern) or [pattern])
        plain = re.sub(r"\\(.)|(\.)", lambda found: found[1] or self._rng.choice("0aF{é"), chosen)
        assert re.fullmatch(pattern, plain)
        return plain


class Spoiler:
    """Changes messages at random, so that most of them break the schema and some do not."""

    def __init__(self, rng: random.Random, type_names: list[str]) -> None:
        self._rng = rng
        self._type_names = type_names

    def spoil(self, message: etree._Element) -> str:
        """Change the message in one place; return how."""
        ways = (
            self._drop,
            self._double,
            self._swap,
            self._rename,
            self._qualify,
            self._retype,
            self._add_attribute,
            self._add_text,
            self._replace_text,
            self._make_nil,
            self._empty,
            self._comment,
            self._borrow,
        )
        way = self._rng.choice(ways)
        return way(message)

    def _any(self, message: etree._Element) -> etree._Element:
        return self._rng.choice(list(message.iter(etree.Element)))

    def _inner(self, message: etree._Element) -> etree._Element | None:
        inner = list(message.iterdescendants(etree.Element))
        return self._rng.choice(inner) if inner else None

    def _drop(self, message: etree._Element) -> str:
        element = self._inner(message)
        if element is None:
            return "nothing to drop"
        parent = element.getparent()
        assert parent is not None
        parent.remove(element)
        return f"dropped {element.tag}"

    def _double(self, message: etree._Element) -> str:
        element = self._inner(message)
        if element is None:
            return "nothing to double"
        element.addnext(deepcopy(element))
        return f"doubled {element.tag}"

    def _swap(self, message: etree._Element) -> str:
        element = self._inner(message)
        other = element.getnext() if element is not None else None
        if element is None or other is None:
            return "nothing to swap"
        other.addnext(element)
        return f"moved {element.tag} behind {other.tag}"

    def _rename(self, message: etree._Element) -> str:
        element = self._inner(message)
        if element is None:
            return "nothing to rename"
        old = element.tag
        names = [node.tag for node in message.iterdescendants(etree.Element)]
        element.tag = self._rng.choice((self._rng.choice(names), "unheardOf", "name", "uuid", "keyOrder"))
        return f"renamed {old} to {element.tag}"

    def _qualify(self, message: etree._Element) -> str:
        element = self._any(message)
        local = etree.QName(element).localname
        namespace = self._rng.choice(("urn:other", etree.QName(message).namespace or "", ""))
        element.tag = f"{{{namespace}}}{local}" if namespace else local
        return f"moved {local} to namespace {namespace!r}"

    def _retype(self, message: etree._Element) -> str:
        element = self._any(message)
        name = self._rng.choice((*self._type_names, "xsd:string", "xsd:integer", "xsd:boolean", "axl:NoSuchType", ":"))
        element.set(f"{{{XSI}}}type", name)
        return f"declared {element.tag} to be {name}"

    def _add_attribute(self, message: etree._Element) -> str:
        element = self._any(message)
        name = self._rng.choice(("unheardOf", "uuid", "ctiid", "sequence", "special", "isMGCP", "{urn:other}uuid"))
        element.set(name, self._rng.choice(("1", "-1", "true", "", "{6A0AC8CF-0000-4A11-9F5F-0123456789AB}")))
        return f"gave {element.tag} the attribute {name}"

    def _add_text(self, message: etree._Element) -> str:
        element = self._any(message)
        addition = self._rng.choice(("stray", " \n\t", "\u00a0"))
        element.text = (element.text or "") + addition
        return f"added {addition!r} to {element.tag}"

    def _replace_text(self, message: etree._Element) -> str:
        leaves = [node for node in message.iter(etree.Element) if len(node) == 0]
        if not leaves:
            return "nothing to replace"
        element = self._rng.choice(leaves)
        text = self._rng.choice(("", "x" * 5000, "x" * 129, "abc", "-1", "99", "TRUE", "{not-a-uuid}", " true "))
        element.text = text
        return f"wrote {text[:20]!r} into {element.tag}"

    def _make_nil(self, message: etree._Element) -> str:
        element = self._any(message)
        element.set(_NIL, self._rng.choice(("true", "false", "maybe")))
        return f"made {element.tag} nil={element.get(_NIL)}"

    def _empty(self, message: etree._Element) -> str:
        element = self._any(message)
        for child in list(element):
            element.remove(child)
        element.text = None
        return f"emptied {element.tag}"

    def _comment(self, message: etree._Element) -> str:
        element = self._any(message)
        element.insert(0, self._rng.choice((etree.Comment("note"), etree.PI("note"))))
        return f"put a comment into {element.tag}"

    def _borrow(self, message: etree._Element) -> str:
        element, place = self._inner(message), self._any(message)
        if element is None:
            return "nothing to borrow"
        place.append(deepcopy(element))
        return f"put a copy of {element.tag} into {place.tag}"
