"""Definitions in, W3C XML Schema out: the form in which libxml2 checks messages exactly and quickly."""

from __future__ import annotations

from lxml import etree

from lscctl.simulator.grammar.definitions import (
    Attribute,
    Definitions,
    Element,
    Group,
    Occurs,
    Particle,
    Structure,
    Text,
    Wildcard,
)

_XSD = "http://www.w3.org/2001/XMLSchema"


def compile_schema(definitions: Definitions, namespace: str) -> etree.XMLSchema:
    """Compile the definitions for checking.

    Raises:
        lxml.etree.XMLSchemaParseError: The definitions contradict each other, e.g. name a type that does not exist.
    """
    return etree.XMLSchema(schema_document(definitions, namespace))


def schema_document(definitions: Definitions, namespace: str) -> etree._Element:
    """Write the definitions as `xsd:schema`, with a global element for each request and each response.

    Args:
        definitions: One version's definitions.
        namespace: Target namespace. Children are unqualified [XSD].
    """
    root = etree.Element(f"{{{_XSD}}}schema", nsmap={"xsd": _XSD, "axl": namespace}, targetNamespace=namespace)
    for text in definitions.texts.values():
        _add_text(root, text)
    for structure in definitions.structures.values():
        _add_structure(root, structure)
    for operation in definitions.operations.values():
        _add(root, "element", name=operation.name, type=_reference(operation.request))
        _add(root, "element", name=f"{operation.name}Response", type=_reference(operation.response))
    return root


def _add(parent: etree._Element, tag: str, **attributes: str) -> etree._Element:
    return etree.SubElement(parent, f"{{{_XSD}}}{tag}", attributes)


def _reference(type_name: str) -> str:
    return type_name if type_name.startswith("xsd:") else f"axl:{type_name}"


def _add_text(parent: etree._Element, text: Text) -> None:
    simple = _add(parent, "simpleType", **({"name": text.name} if text.name else {}))
    if not (text.open or text.also):
        _add_restriction(simple, text)
        return
    union = _add(simple, "union")
    if text.pattern is None and text.longest is None and text.span is None and not text.values:
        union.set("memberTypes", _reference(text.base))
    else:
        _add_restriction(_add(union, "simpleType"), text)
    beside = _add(_add(union, "simpleType"), "restriction", base="xsd:string")
    for value in text.also:
        _add(beside, "enumeration", value=value)


def _add_restriction(simple: etree._Element, text: Text) -> None:
    restriction = _add(simple, "restriction", base=_reference(text.base))
    if text.pattern is not None:
        _add(restriction, "pattern", value=text.pattern)
    if text.longest is not None:
        _add(restriction, "maxLength", value=str(text.longest))
    if text.span is not None:
        _add(restriction, "minInclusive", value=str(text.span[0]))
        _add(restriction, "maxInclusive", value=str(text.span[1]))
    for value in text.values:
        _add(restriction, "enumeration", value=value)


def _add_structure(parent: etree._Element, structure: Structure) -> None:
    complex_ = _add(parent, "complexType", **({"name": structure.name} if structure.name else {}))
    if structure.abstract:
        complex_.set("abstract", "true")
    holder = complex_
    if structure.holds is not None:
        holder = _add(_add(complex_, "simpleContent"), "extension", base=_reference(structure.holds))
    elif structure.extends is not None:
        holder = _add(_add(complex_, "complexContent"), "extension", base=_reference(structure.extends))
    if structure.members:
        _add_members(_add(holder, "sequence"), structure.members)
    for attribute in structure.attributes:
        _add_attribute(holder, attribute)


def _add_members(parent: etree._Element, members: tuple[Particle, ...]) -> None:
    for member in members:
        match member:
            case Element():
                _add_element(parent, member)
            case Group():
                _add_members(_set_occurs(_add(parent, member.kind), member.occurs), member.members)
            case Wildcard():
                anything = _add(parent, "any", namespace="##local", processContents="skip")
                _set_occurs(anything, member.occurs)


def _add_element(parent: etree._Element, element: Element) -> None:
    node = _set_occurs(_add(parent, "element", name=element.name), element.occurs)
    if element.nillable:
        node.set("nillable", "true")
    if element.default is not None:
        node.set("default", element.default)
    match element.type:
        case str():
            node.set("type", _reference(element.type))
        case Text():
            _add_text(node, element.type)
        case Structure():
            _add_structure(node, element.type)


def _add_attribute(parent: etree._Element, attribute: Attribute) -> None:
    node = _add(parent, "attribute", name=attribute.name, type=_reference(attribute.type))
    if attribute.default is not None:
        node.set("default", attribute.default)


def _set_occurs(node: etree._Element, occurs: Occurs) -> etree._Element:
    node.set("minOccurs", str(occurs.least))
    node.set("maxOccurs", "unbounded" if occurs.most is None else str(occurs.most))
    return node
