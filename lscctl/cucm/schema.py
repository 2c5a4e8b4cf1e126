"""An AXL schema of one version: what it knows, and the messages that it makes.

The schema is lscctl's own (the folder `wsdl/`, all versions in one file) or an admin's copy from their cluster. zeep makes
the messages from it and libxml2 checks each one against it, so nothing leaves that the schema refuses.
"""

import re
import threading
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any, Final, Self, TypeAlias

import zeep
import zeep.exceptions
from lxml import etree

import lscctl
from lscctl.cucm import schema_excerpt
from lscctl.cucm.faults import SchemaUnusable, Unsendable
from lscctl.cucm.secrets import SECRET_FIELDS

_WSDL: Final = "AXLAPI.wsdl"
_XSD: Final = "AXLSoap.xsd"
_XS: Final = "{http://www.w3.org/2001/XMLSchema}"
_WS: Final = "{http://schemas.xmlsoap.org/wsdl/}"
_OURS: Final = "{urn:lscctl:schema}"
_BINDING: Final = "{http://www.cisco.com/AXLAPIService/}AXLAPIBinding"
NAMESPACE: Final = "http://www.cisco.com/AXL/API/"
_WRITTEN_AS: Final = "15.0"
_NOT_XML: Final = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_NEEDED: Final = ("getCCMVersion", "executeSQLQuery", "getPhone", "updatePhone", "doDeviceReset")

_WITH_CHOICES: Final = ("updatePhone", "updatePhoneSecurityProfile", "doDeviceReset")

Values: TypeAlias = Mapping[str, object]
_zeep_client: Any = zeep.Client  # zeep carries types for part of itself only


class Schema:
    """One version of AXL: the operations and fields that it has, and the messages made from it. Safe to share by threads."""

    def __init__(
        self, version: str, read: Callable[[str], bytes], wsdl: str, checker: Callable[[], etree.XMLSchema]
    ) -> None:
        self.version = version
        documents = _Documents(read)
        client = _zeep_client(wsdl, transport=documents)
        self._client = client
        self._service = client.create_service(_BINDING, "https://cucm.invalid/axl/")
        self._operations: frozenset[str] = frozenset(client.wsdl.bindings[_BINDING].all())
        self._values = {
            operation: {
                field: values for xsd in documents.seen for field, values in _enumerations(xsd, operation).items()
            }
            for operation in _WITH_CHOICES
        }
        documents.seen.clear()  # an admin's file is tens of megabytes when parsed
        self._checker = checker()  # after zeep, whose reading keeps to the folder
        self._checking = threading.Lock()  # the checker keeps one error list for all callers

    @staticmethod
    @cache
    def bundled(version: str) -> "Schema":
        """Lscctl's own schema of this version, one for all who ask; raises SchemaUnusable for one that it does not have."""
        if version not in known_versions():
            raise SchemaUnusable(f"no AXL schema {version}", hint=f"Known are {', '.join(known_versions())}.")
        wsdl, xsd = _of_version(version)
        documents = {_WSDL: etree.tostring(wsdl), _XSD: etree.tostring(xsd)}
        return Schema(version, lambda url: documents[Path(url).name], f"/{_WSDL}", lambda: etree.XMLSchema(xsd))

    @classmethod
    def from_file(cls, wsdl: Path) -> Self:
        """An admin's AXLAPI.wsdl with its XSD files beside it; the version is the file's. Raises SchemaUnusable."""
        version, xsd = _version_and_xsd(wsdl)
        try:
            with warnings.catch_warnings(action="ignore"):  # zeep warns of each operation that a broken file lacks
                schema = cls(version, *_of_files(wsdl, xsd))
        except (etree.LxmlError, zeep.exceptions.Error, KeyError, ValueError) as error:
            raise SchemaUnusable(
                f"{wsdl} and the files beside it make no AXL schema: {error}", hint=_TOOLKIT
            ) from error
        if missing := [operation for operation in _NEEDED if not schema.supports(operation)]:
            raise SchemaUnusable(f"{wsdl} lacks the operation {', '.join(missing)}, which lscctl needs", hint=_TOOLKIT)
        return schema

    def supports(self, operation: str) -> bool:
        """Whether this version has the operation: `applyPhone` starts with 10.0 [field guide 3]."""
        return operation in self._operations

    def fields(self, operation: str, *inside: str) -> tuple[str, ...]:
        """The children of the operation's request, or of an element inside it, in the schema's order."""
        return tuple(self._children(operation, inside))

    def enumeration(self, field: str, operation: str = "updatePhone") -> tuple[str, ...]:
        """The values that the schema allows for a field, in its order; empty if it lacks the field or leaves it open."""
        return self._values.get(operation, {}).get(field, ())

    def soap_action(self, operation: str) -> str:
        """What the SOAPAction header says, without quotes: `CUCM:DB ver=15.0 updatePhone`."""
        return str(self._client.wsdl.bindings[_BINDING].get(operation).soapaction)

    def message(self, operation: str, values: Values) -> bytes:
        """The SOAP envelope of a request, UTF-8.

        `values` maps element and attribute names to text, numbers or further mappings; order does not matter, the schema's
        is taken. Raises Unsendable for what the schema or XML does not allow, and never quotes a secret doing so.
        """
        if not self.supports(operation):
            raise Unsendable(f"AXL {self.version} has no {operation}")
        for field, text in _texts(values, operation):
            if bad := _NOT_XML.search(text):
                raise Unsendable(
                    f"{field} holds the character U+{ord(bad[0]):04X}, which XML cannot carry",
                    hint="Remove it, then try again.",
                )
        try:
            envelope = self._client.create_message(self._service, operation, **values)
        except (zeep.exceptions.Error, TypeError) as error:
            reason = str(error).partition(" Signature:")[0]
            raise Unsendable(f"{operation} in AXL {self.version} does not take this: {reason}") from None
        with self._checking:
            if not self._checker.validate(envelope[-1][0]):
                raise Unsendable(f"AXL {self.version} does not allow this {operation}: {_reason(self._checker)}")
        return etree.tostring(envelope, encoding="utf-8", xml_declaration=True)

    def _children(self, operation: str, inside: Sequence[str]) -> dict[str, Any]:
        if not self.supports(operation):
            return {}
        element = self._client.get_element(f"{{{NAMESPACE}{self.version}}}{operation}")
        for name in inside:
            element = dict(element.type.elements)[name]
        return dict(element.type.elements)


@cache
def known_versions() -> tuple[str, ...]:
    """The schema versions that lscctl brings along, oldest first."""
    return tuple(_root(_XSD, _WRITTEN_AS).get(f"{_OURS}versions", "").split())


def in_common(supported: Sequence[str]) -> tuple[str, ...]:
    """The schema versions that we know among those a cluster says it speaks (`12.5`, or `12.x` for any 12), oldest first."""
    spoken = [re.compile(re.escape(version.strip()).replace("x", r"\d+")) for version in supported]
    return tuple(known for known in known_versions() if any(version.fullmatch(known) for version in spoken))


def negotiate(supported: Sequence[str]) -> str | None:
    """The best schema version that we know among those a cluster says it speaks.

    A cluster newer than lscctl is served by an older version that it still speaks. None if there is none in common.
    """
    return next(reversed(in_common(supported)), None)


def for_cluster(version: str) -> str | None:
    """The newest schema version that is not newer than the cluster's own (`12.5.1.11900-146` -> `12.5`); None below 8.0."""
    return newest_for(version, known_versions())


def newest_for(version: str, schemas: Sequence[str]) -> str | None:
    """The newest of these schema versions that is not newer than the cluster's own; None where all are."""
    own = numbers(version)[:2]
    return max((schema for schema in schemas if numbers(schema) <= own), key=numbers, default=None)


_TOOLKIT: Final = (
    "Give AXLAPI.wsdl out of the cluster's axlsqltoolkit.zip (Application > Plugins > Cisco AXL Toolkit), "
    "with AXLSoap.xsd and AXLEnums.xsd of the same folder beside it."
)


class _Documents:
    """What zeep asks for files; nothing of it reaches a network. `seen` holds the XSDs that it asked for, parsed."""

    def __init__(self, read: Callable[[str], bytes]) -> None:
        self._read = read
        self.seen: list[etree._Element] = []

    def load(self, url: str) -> bytes:
        content = self._read(url)
        if url.endswith(".xsd"):
            self.seen.append(etree.fromstring(content))
        return content


def _beside(folder: Path) -> Callable[[str], bytes]:
    def read(url: str) -> bytes:
        if "://" in url:
            raise SchemaUnusable(f"the WSDL wants {url}; only files beside it are read", hint=_TOOLKIT)
        try:
            return (folder / url).read_bytes()
        except OSError as error:
            raise SchemaUnusable(f"{folder / url} cannot be read: {error.strerror}", hint=_TOOLKIT) from error

    return read


def _of_files(wsdl: Path, xsd: Path) -> tuple[Callable[[str], bytes], str, Callable[[], etree.XMLSchema]]:
    """What a schema is made from: what lscctl uses of the files, or all of them where one needs more beside it."""
    read, place = _beside(wsdl.parent), str(wsdl.resolve())
    said, types = etree.fromstring(read(wsdl.name)), etree.fromstring(_beside(xsd.parent)(xsd.name))
    if not schema_excerpt.stands_alone(said, types):
        return read, place, lambda: etree.XMLSchema(file=str(xsd))
    ours = {str(operation.get("name")) for operation in _root(_WSDL, _WRITTEN_AS).iter(f"{_WS}operation")}
    schema_excerpt.reduce(said, types, ours)
    documents = {wsdl.name: etree.tostring(said), xsd.name: etree.tostring(types)}
    return lambda url: documents[Path(url).name], place, lambda: etree.XMLSchema(types)


def _version_and_xsd(wsdl: Path) -> tuple[str, Path]:
    try:
        root = etree.fromstring(_beside(wsdl.parent)(wsdl.name))
    except etree.XMLSyntaxError as error:
        raise SchemaUnusable(f"{wsdl} is not XML: {error}", hint=_TOOLKIT) from error
    if root.tag != f"{_WS}definitions":
        raise SchemaUnusable(f"{wsdl} is not a WSDL: it holds <{etree.QName(root).localname}>", hint=_TOOLKIT)
    for part in root.iterfind(f"{_WS}import"):
        namespace = part.get("namespace", "")
        if namespace.startswith(NAMESPACE):
            xsd = wsdl.parent / part.get("location", _XSD)
            if not xsd.is_file():
                raise SchemaUnusable(f"{xsd} is missing: the WSDL cannot be used without it", hint=_TOOLKIT)
            return namespace.removeprefix(NAMESPACE), xsd
    raise SchemaUnusable(f"{wsdl} is a WSDL, but not AXL's", hint=_TOOLKIT)


def _folder() -> Traversable:
    installed = files(lscctl) / "wsdl"
    return installed if installed.is_dir() else Path(lscctl.__file__).parent.parent / "wsdl"


def _root(name: str, version: str) -> etree._Element:
    text = (_folder() / name).read_text(encoding="utf-8")
    text = text.replace(f"{NAMESPACE}{_WRITTEN_AS}", f"{NAMESPACE}{version}").replace(
        f"ver={_WRITTEN_AS} ", f"ver={version} "
    )
    return etree.fromstring(text.encode(), etree.XMLParser(remove_comments=True))


def _of_version(version: str) -> tuple[etree._Element, etree._Element]:
    """Our WSDL and XSD without what is newer than the version."""
    xsd, wsdl = _root(_XSD, version), _root(_WSDL, version)
    xsd.set("version", version)
    for part in list(xsd.iter(etree.Element)):
        if numbers(str(part.attrib.pop(f"{_OURS}since", "0"))) > numbers(version):
            _remove(part)
    kept = {element.get("name") for element in xsd.iterfind(f"{_XS}element")}
    gone: set[str] = set()
    for message in wsdl.findall(f"{_WS}message"):
        if message[0].get("element", "").removeprefix("axl:") not in kept:
            gone.add(message.get("name", "").removesuffix("In"))
            _remove(message)
    for operation in list(wsdl.iter(f"{_WS}operation")):
        if operation.get("name") in gone:
            _remove(operation)
    return wsdl, xsd


def _remove(part: etree._Element) -> None:
    parent = part.getparent()
    if parent is not None:
        parent.remove(part)


def numbers(version: str) -> tuple[int, ...]:
    """`12.5.1` as (12, 5, 1), which sorts as versions do."""
    return tuple(int(part) for part in re.findall(r"\d+", version))


def _enumerations(xsd: etree._Element, operation: str) -> dict[str, tuple[str, ...]]:
    """The fields of an operation's request that are enumerations: `{field: values}`. (zeep drops them.)"""
    named = {
        part.get("name"): part for part in xsd.iterchildren(f"{_XS}complexType", f"{_XS}simpleType", f"{_XS}group")
    }
    request = xsd.find(f"{_XS}element[@name='{operation}']")
    parts = [named.get(_local(request, "type"))] if request is not None else []
    found: dict[str, tuple[str, ...]] = {}
    for part in parts:
        if part is None:
            continue
        parts += [named.get(_local(group, "ref")) for group in part.iter(f"{_XS}group") if group.get("ref")]
        for field in part.iter(f"{_XS}element"):
            kind = named.get(_local(field, "type"))
            if kind is not None and (
                values := tuple(value.get("value", "") for value in kind.iter(f"{_XS}enumeration"))
            ):
                found.setdefault(field.get("name", ""), values)
    return found


def _local(part: etree._Element, attribute: str) -> str:
    return part.get(attribute, "").rpartition(":")[2]


def _texts(value: object, field: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, str):
        yield field, value
    elif isinstance(value, Mapping):
        for name, inner in value.items():
            yield from _texts(inner, name)


def _reason(checker: etree.XMLSchema) -> str:
    """What the checker found last, in its words, without the value of a secret."""
    log: Any = checker.error_log
    found = log.last_error
    field = found.path.rpartition("/")[2]
    return f"{field} is too long or empty" if field in SECRET_FIELDS else found.message
