"""What an AXL operation gets and gives, whichever it is."""

from collections.abc import Callable
from dataclasses import dataclass

from lxml import etree

from lscctl.simulator.cluster import Cluster
from lscctl.simulator.doors.soap import children
from lscctl.simulator.doors.tables import Notation, pkid_of_uuid
from lscctl.simulator.grammar import Grammar

MOST_ROWS = 2**62
NIL = "{http://www.w3.org/2001/XMLSchema-instance}nil"


@dataclass(frozen=True, slots=True)
class Request:
    """A checked request; `element` has its defaults filled in. Operations run under the cluster's lock."""

    cluster: Cluster
    grammar: Grammar
    name: str
    element: etree._Element

    @property
    def notation(self) -> Notation:
        """How this cluster writes uuids and booleans."""
        return Notation(self.cluster.assumptions)

    def parts(self) -> dict[str, etree._Element]:
        """The request's children by name; of a repeated one the last."""
        return dict(children(self.element))

    def text(self, name: str) -> str | None:
        """The text of a child; None where it is missing or nil."""
        part = self.parts().get(name)
        return None if part is None else text_of(part)

    def key(self) -> tuple[str, str, str]:
        """Column, value and spelling of the `name` or `uuid` that leads the request."""
        uuid = self.text("uuid")
        if uuid is not None:
            return "pkid", pkid_of_uuid(uuid), uuid
        name = self.text("name") or ""
        return "name", name, name


@dataclass(frozen=True, slots=True)
class Done:
    """What goes inside `<return>`, the number of rows in it, and what a write adds to the change notifications."""

    content: str
    rows: int = 1
    notifications: int = 0


Operation = Callable[[Request], Done]


def text_of(element: etree._Element) -> str | None:
    """An element's text without comments; None where it is nil."""
    if element.get(NIL, "").strip() in ("true", "1"):
        return None
    return (element.text or "") + "".join(child.tail or "" for child in element)


def as_answer(part: etree._Element) -> str:
    """An element of a request as an answer repeats it, as XML text without the envelope's namespaces."""
    answer = etree.Element(part.tag, {"uuid": part.get("uuid", "")} if part.get("uuid") else {})
    answer.text = part.text
    answer.extend(list(part))
    etree.cleanup_namespaces(answer)
    return etree.tostring(answer, encoding="unicode")


def paging(request: Request) -> str:
    """LIMIT and OFFSET for `skip` and `first`; no `first` means all."""
    first, skip = request.text("first"), request.text("skip")
    # The schema's numbers go to 64 bits without a sign, the database's only to 63.
    return f"LIMIT {min(int(first), MOST_ROWS) if first else -1} OFFSET {min(int(skip), MOST_ROWS) if skip else 0}"
