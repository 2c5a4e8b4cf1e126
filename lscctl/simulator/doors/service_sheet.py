"""What Control Center writes of services, element by element, as Cisco's WSDL has it.

Reason codes and their texts are those that Cisco documents for this interface.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Final
from xml.sax.saxutils import escape

from lscctl.simulator.nodes import Service
from lscctl.simulator.services import BY_NAME, ServiceKind

NAMESPACE: Final = "http://schemas.cisco.com/ast/soap"

NOTHING: Final = (-1, " ")
NO_SUCH_SERVICE: Final = (-1010, "No such service")
PLATFORM: Final = (-1011, "Component is reserved for platform")
NOT_SUPPORTED: Final = (-1045, "Operation not supported")
NOT_ACTIVATED: Final = (-1068, "Service Not Activated ")
OUT_OF_SERVICE: Final = (-1069, "Commanded Out of Service")

_PRODUCTS: Final = (
    ("CallManager", "Cisco Unified CallManager", "CCM"),
    ("Common", "Common Services for all Products", "SYS"),
)
"""ProductID, name and short name; services of the platform and its neighbours belong to the second."""

_COMMON_GROUPS: Final = frozenset(
    {"Platform Services", "System Services", "DB Services", "SOAP Services", "Backup and Restore Services"}
)


def information(operation: str, items: Iterable[str], *, reason: tuple[int, str] = NOTHING, text: str = "") -> str:
    """The answer to an operation on services; a `reason` says that it was refused, `text` in which words."""
    return _answer(
        operation,
        _field("ReturnCode", "0" if reason is NOTHING else "1")
        + _field("ReasonCode", reason[0])
        + _field("ReasonString", text or reason[1].strip())
        + f"<ns1:ServiceInfoList>{''.join(items)}</ns1:ServiceInfoList>",
    )


def state(service: Service, *, since: datetime, up: int) -> str:
    """A service and what it does; `since` on the node's wall clock, `up` in seconds."""
    if service.running:
        return _state(service.name, "Started", NOTHING, f"{since:%a %b %d %H:%M:%S %Y}", up)
    return _state(service.name, "Stopped", OUT_OF_SERVICE if service.activated else NOT_ACTIVATED)


def unknown(name: str) -> str:
    """A service that no node has (*assumed*: it is named all the same)."""
    return _state(name, "Unknown", NO_SUCH_SERVICE)


def static_list(operation: str, services: Sequence[Service]) -> str:
    """Which services there are, and what kind each is."""
    items = "".join(f"<ns1:item>{_specification(_kind(service))}</ns1:item>" for service in services)
    return _answer(operation, f"<ns1:Services>{items}</ns1:Services>")


def products(operation: str, services: Sequence[Service], *, version: str, primary: str) -> str:
    """What is installed: products and services; `primary` is the publisher."""
    installed = "".join(
        "<ns1:item>"
        + _field("ProductName", name)
        + _field("ProductVersion", version)
        + _field("ProductDescription", name)
        + _field("ProductID", product)
        + _field("ShortName", short)
        + "</ns1:item>"
        for product, name, short in _PRODUCTS
    )
    items = "".join(f"<ns1:item>{_specification(_kind(service), product=True)}</ns1:item>" for service in services)
    return _answer(
        operation,
        _field("ActiveServerVersion", version)
        + _field("PrimaryNode", primary)
        + _field("SecondaryNode", "")
        + f"<ns1:Products>{installed}</ns1:Products><ns1:Services>{items}</ns1:Services>",
    )


def _answer(operation: str, content: str) -> str:
    return (
        f'<ns1:{operation}Response xmlns:ns1="{NAMESPACE}"><ns1:{operation}Return>{content}</ns1:{operation}Return>'
        f"</ns1:{operation}Response>"
    )


def _state(name: str, status: str, reason: tuple[int, str], since: str = " ", up: int = -1) -> str:
    return (
        "<ns1:item>"
        + _field("ServiceName", name)
        + _field("ServiceStatus", status)
        + _field("ReasonCode", reason[0])
        + _field("ReasonCodeString", reason[1])
        + _field("StartTime", since)
        + _field("UpTime", up)
        + "</ns1:item>"
    )


def _specification(kind: ServiceKind, *, product: bool = False) -> str:
    needed = "".join(_field("Service", name) for name in kind.needs)
    return (
        _field("ServiceName", kind.name)
        + _field("ServiceType", "Servlet" if kind.servlet else "Service")
        + _field("Deployable", "false" if kind.network else "true")
        + _field("GroupName", kind.group)
        + (_field("ProductID", _PRODUCTS[kind.group in _COMMON_GROUPS][0]) if product else "")
        + f"<ns1:DependentServices>{needed}</ns1:DependentServices>"
    )


def _kind(service: Service) -> ServiceKind:
    return BY_NAME[service.name.casefold()]


def _field(name: str, value: object) -> str:
    return f"<ns1:{name}>{escape(str(value))}</ns1:{name}>"
