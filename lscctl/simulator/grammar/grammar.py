"""One schema version's grammar of AXL messages: is this request one, and what do its parts mean."""

from __future__ import annotations

import copy
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from importlib import resources
from threading import Lock
from types import MappingProxyType
from typing import Any, cast

from lxml import etree

from lscctl.simulator.grammar.compile import compile_schema
from lscctl.simulator.grammar.definitions import Definitions, Operation
from lscctl.simulator.grammar.fields import Field, Fields
from lscctl.simulator.grammar.notation import read

VERSIONS = ("8.0", "8.5", "8.6", "9.0", "9.1", "10.0", "10.5", "11.0", "11.5", "12.0", "12.5", "14.0", "15.0")
"""The schema versions that are known, oldest first."""

_SOURCES = ("structures.axl", "values.axl")
_NIL = "{http://www.w3.org/2001/XMLSchema-instance}nil"
_NAMESPACE = re.compile(r"\{http://www\.cisco\.com/AXL/API/[^}]*\}")
_TEN_NAMES = re.compile(r"(one of \( [^ ,]+(?:, [^ ,]+){9}) \)")


class UnknownVersion(ValueError):
    """No grammar exists for this schema version; the message lists those that do."""

    def __init__(self, version: str) -> None:
        super().__init__(f"Unknown AXL version {version}. Known are {', '.join(VERSIONS)}.")
        self.version = version


class GrammarError(ValueError):
    """A message breaks the grammar; its text names the element and what was expected.

    No public source shows how CUCM words such a fault, so the wording is libxml2's, without namespaces.

    Attributes:
        element: Name of the element where it does, without namespace.
        path: Where that element is, such as `updatePhone/lines/line[2]/dirn`.
    """

    def __init__(self, message: str, element: str, path: str) -> None:
        super().__init__(message)
        self.element = element
        self.path = path


@dataclass(frozen=True, slots=True)
class WrongValue:
    """A text that passes the schema, but is no value of its enumeration.

    Attributes:
        path: Where it stands, such as `updatePhone/certificateOperation`.
        value: The text.
        type: Name of the enumeration, such as `XCertificateOperation`.
    """

    path: str
    value: str
    type: str

    @property
    def field(self) -> str:
        """Name of the element that holds it."""
        return self.path.rpartition("/")[2].partition("[")[0]

    def __str__(self) -> str:
        """Word it as a live CUCM did, `Invalid value for confidentialAccessMode` [ciscocucmapi, issue 19], and name it."""
        return f"Invalid value for {self.field}: {self.value}"


class Grammar:
    """The grammar of one schema version. Immutable, shared between threads; get it with `for_version`."""

    def __init__(self, version: str, definitions: Definitions) -> None:
        self.version = version
        self.namespace = f"http://www.cisco.com/AXL/API/{version}"
        self._definitions = definitions
        self._fields = Fields(definitions)
        self._lock = Lock()

    @staticmethod
    def for_version(version: str) -> Grammar:
        """Return the grammar of a schema version such as `12.5`; the same object every time.

        Raises:
            UnknownVersion: There is none.
        """
        if version not in VERSIONS:
            raise UnknownVersion(version)
        return _grammar(version)

    @property
    def operations(self) -> Mapping[str, Operation]:
        """This version's operations by name, with the types of their requests and responses."""
        return MappingProxyType(self._definitions.operations)

    def fields(self, type_name: str) -> tuple[Field, ...]:
        """Return the children of a structure such as `LPhone` in the order in which a message must have them.

        Members of choices are all listed; the order holds among those that a message has.

        Raises:
            KeyError: This version has no such structure.
        """
        return self._fields.of(type_name)

    def values(self, type_name: str) -> tuple[str, ...]:
        """Return the values of an enumeration such as `XKeySize` in Cisco's order; none for another text.

        Raises:
            KeyError: This version has no such text or enumeration.
        """
        return self._definitions.texts[type_name].values

    def check(self, request: etree._Element) -> None:
        """Check a request, the one child of a SOAP body, as strictly as Cisco's schema does.

        Raises:
            GrammarError: It is no request of this version.
        """
        self._check(request, self.operations)

    def check_response(self, response: etree._Element) -> None:
        """Check an answer, e.g. a `getPhoneResponse`.

        Raises:
            GrammarError: It is no answer of this version.
        """
        self._check(response, {f"{name}Response": operation for name, operation in self.operations.items()})

    def spell_booleans(self, request: etree._Element) -> None:
        """Write `True` and `False` in fields of type boolean as the schema does, in place.

        zeep writes Python's booleans so, since Cisco's boolean is a text to it; ciscoaxl sends `isHardReset` that way.
        """
        for _, element, field in self._texts(request):
            if field.type == "boolean" and element.text in ("True", "False"):
                element.text = element.text.lower()

    def wrong_enumerations(self, request: etree._Element) -> list[WrongValue]:
        """List the values of a valid request that are in no enumeration, in document order.

        Most enumerations are open in the schema, so `check` lets any text pass [XSD]; CUCM refuses it later. An empty
        element means its default. It is fine too where the element may be nil, which takes a setting away, and in
        `returnedTags`, which name fields and hold no values.
        """
        wrong = []
        for path, element, field in self._texts(request):
            value = _text(element)
            if field.values and value not in field.values:
                if value == "" and (field.default is not None or field.nillable):
                    continue
                wrong.append(WrongValue(path, value, field.type))
        return wrong

    def with_defaults(self, request: etree._Element) -> etree._Element:
        """Copy a valid request; in the copy, empty elements that have a default contain it.

        `<keySize/>` becomes `<keySize>2048</keySize>` (12.5). Elements that are missing stay so, nil ones stay nil.
        """
        filled = copy.deepcopy(request)
        for _, element, field in self._texts(filled):
            if field.default is not None and _text(element) == "":
                element.text = field.default
        return filled

    @cached_property
    def _schema(self) -> etree.XMLSchema:
        return compile_schema(self._definitions, self.namespace)

    def _check(self, message: etree._Element, allowed: Mapping[str, Operation]) -> None:
        name = etree.QName(message)
        if name.namespace != self.namespace or name.localname not in allowed:
            where = f"of namespace {name.namespace}" if name.namespace else "without a namespace"
            reason = f"Element '{name.localname}' {where} is not known in AXL version {self.version}."
            raise GrammarError(reason, name.localname, name.localname)
        with self._lock:  # verdict and reasons are two calls
            if self._schema.validate(message):
                return
            first = next(iter(cast("Iterable[Any]", self._schema.error_log)))
        path = _plain_path(first.path or "")
        raise GrammarError(_reason(first.message), path.rpartition("/")[2].partition("[")[0], path)

    def _texts(self, request: etree._Element) -> Iterator[tuple[str, etree._Element, Field]]:
        """Yield the elements of a request that hold a text and are not nil, with their paths and fields."""
        name = etree.QName(request).localname
        yield from _texts(request, name, self.fields(self.operations[name].request))


@cache
def _grammar(version: str) -> Grammar:
    folder = resources.files(__package__)
    sources = {name: folder.joinpath(name).read_text(encoding="utf-8") for name in _SOURCES}
    return Grammar(version, read(sources, version))


def _texts(parent: etree._Element, path: str, fields: tuple[Field, ...]) -> Iterator[tuple[str, etree._Element, Field]]:
    known = {field.name: field for field in fields}
    counts: dict[str, int] = {}
    for child in parent.iterchildren(tag=etree.Element):
        name = child.tag
        field = known.get(name)
        if field is None or name == "returnedTags" or child.get(_NIL, "").strip() in ("true", "1"):
            continue
        counts[name] = counts.get(name, 0) + 1
        here = f"{path}/{name}[{counts[name]}]" if field.repeated else f"{path}/{name}"
        if field.content == "text":
            yield here, child, field
        elif field.content == "children":
            yield from _texts(child, here, field.fields)


def _text(element: etree._Element) -> str:
    """The text of an element, comments and processing instructions left out."""
    return (element.text or "") + "".join(child.tail or "" for child in element)


def _reason(message: str) -> str:
    """Take the namespaces out of libxml2's message, and show where it names only the first ten of more elements."""
    return _TEN_NAMES.sub(r"\1, ... )", _NAMESPACE.sub("", message))


def _plain_path(path: str) -> str:
    """Turn libxml2's `/axl:updatePhone/lines/line[2]` into `updatePhone/lines/line[2]`."""
    return "/".join(step.rpartition(":")[2] for step in path.split("/") if step)
