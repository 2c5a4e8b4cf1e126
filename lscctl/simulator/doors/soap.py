"""SOAP 1.1 as CUCM speaks it: envelopes in and out, faults with `axlError` [field guide 3]."""

import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass
from xml.sax.saxutils import escape, quoteattr

from lxml import etree

ENVELOPE = "http://schemas.xmlsoap.org/soap/envelope/"
_OPEN = f"<?xml version='1.0' encoding='UTF-8'?><soapenv:Envelope xmlns:soapenv=\"{ENVELOPE}\"><soapenv:Body>"
_XSD = "http://www.w3.org/2001/XMLSchema"
_XSI_TYPE = "{http://www.w3.org/2001/XMLSchema-instance}type"
_UNSPEAKABLE = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_CLOSE = "</soapenv:Body></soapenv:Envelope>"


class SoapError(Exception):
    """What arrived is no SOAP 1.1 request; the message says why."""


@dataclass(frozen=True, slots=True)
class Call:
    """The one element in the Body: its namespace, its local name, and the element itself."""

    namespace: str
    operation: str
    element: etree._Element

    @property
    def sequence(self) -> str | None:
        """The `sequence` attribute, which the answer repeats."""
        return self.element.get("sequence")


def read_call(body: bytes, charset: str | None = None) -> Call:
    """The call in this envelope; raises `SoapError`. Entities are never resolved.

    `charset` is that of the Content-Type; it counts where the XML itself does not say how it is encoded.
    """
    encoding = None if charset is None or _says_its_encoding(body) else charset
    try:
        parser = etree.XMLParser(
            encoding=encoding, resolve_entities=False, no_network=True, huge_tree=True, remove_comments=True
        )
        root = etree.fromstring(body, parser)
    except LookupError:
        raise SoapError(f"The character set {charset} is not known") from None
    except etree.XMLSyntaxError as error:
        raise SoapError(f"The request is not well-formed XML: {error.msg}") from None
    if getattr(root.getroottree().docinfo, "doctype", ""):
        raise SoapError("A SOAP message must not contain a Document Type Declaration")
    if root.tag != f"{{{ENVELOPE}}}Envelope":
        raise SoapError(f"Transport level information does not match with SOAP Message namespace URI: {root.tag}")
    inside = [child for child in root if isinstance(child.tag, str)]
    if not inside or inside[-1].tag != f"{{{ENVELOPE}}}Body" or len(inside) > 2:
        raise SoapError("The SOAP envelope holds a Header, which may be absent, and a Body")
    if len(inside) == 2 and inside[0].tag != f"{{{ENVELOPE}}}Header":
        raise SoapError("The SOAP envelope holds a Header, which may be absent, and a Body")
    if len(inside) == 2:
        _refuse_what_must_be_understood(inside[0])
    calls = [child for child in inside[-1] if isinstance(child.tag, str)]
    if len(calls) != 1:
        raise SoapError(f"The SOAP Body holds {len(calls)} elements; exactly one is needed")
    _forget_built_in_types(calls[0])
    name = etree.QName(calls[0])
    return Call(name.namespace or "", name.localname, calls[0])


def _says_its_encoding(body: bytes) -> bool:
    marked = body.startswith((codecs.BOM_UTF8, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    return marked or b"encoding=" in body[: body.find(b"?>") + 1]


def _forget_built_in_types(call: etree._Element) -> None:
    """Drop `xsi:type="xsd:string"` and such, which some toolkits put on every text: they say nothing new."""
    for part in call.iter(etree.Element):
        prefix, _, _ = part.get(_XSI_TYPE, "").rpartition(":")
        if _XSI_TYPE in part.attrib and part.nsmap.get(prefix or None) == _XSD and not len(part):
            del part.attrib[_XSI_TYPE]


def _refuse_what_must_be_understood(header: etree._Element) -> None:
    for entry in header:
        if isinstance(entry.tag, str) and entry.get(f"{{{ENVELOPE}}}mustUnderstand") in ("1", "true"):
            raise SoapError(f"Must Understand check failed for header {entry.tag}")


def envelope(content: str) -> bytes:
    """An answer around `content`, which is XML already."""
    return f"{_OPEN}{content}{_CLOSE}".encode()


def response(namespace: str, operation: str, content: str, sequence: str | None) -> bytes:
    """`<ns:operationResponse>` around unqualified `content`, the sequence repeated where one was given."""
    attribute = "" if sequence is None else f" sequence={quoteattr(sequence)}"
    name = f"{operation}Response"
    return envelope(f'<ns:{name} xmlns:ns="{namespace}"{attribute}><return>{content}</return></ns:{name}>')


def fault(code: str, text: str, detail: str = "") -> bytes:
    """A fault; `code` is the qualified faultcode, `detail` is XML already."""
    return envelope(
        f"<soapenv:Fault><faultcode>{escape(code)}</faultcode><faultstring>{escape(text)}</faultstring>"
        f"<detail>{detail}</detail></soapenv:Fault>"
    )


def axl_fault(code: str, axlcode: int, message: str, request: str) -> bytes:
    """A fault with `axlError` in its detail [field guide 3]."""
    return fault(
        code,
        message,
        f"<axlError><axlcode>{axlcode}</axlcode><axlmessage>{escape(message)}</axlmessage>"
        f"<request>{escape(request)}</request></axlError>",
    )


def element(name: str, text: object, attributes: str = "") -> str:
    """`<name>text</name>`; None gives `<name/>`. `attributes` is XML already, with its leading blank.

    Characters that XML cannot carry are left out, as an Informix text could hold them.
    """
    if text is None or text == "":
        return f"<{name}{attributes}/>"
    return f"<{name}{attributes}>{escape(printable(str(text)))}</{name}>"


def printable(text: str) -> str:
    """The text without the characters that XML 1.0 cannot carry."""
    if text.isprintable():
        return text
    return _UNSPEAKABLE.sub("", text)


def children(parent: etree._Element) -> Iterator[tuple[str, etree._Element]]:
    """Local name and element of each child element."""
    for child in parent:
        if isinstance(child.tag, str):
            yield etree.QName(child).localname, child
