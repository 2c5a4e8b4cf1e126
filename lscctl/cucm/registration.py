"""Which phones are registered, and from where: RISPort70, and what stands in for it where the user may not use that.

[field guide 5, Cisco's WSDL of RISPort70]
"""

import collections
import re
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final
from xml.sax.saxutils import escape

import tenacity
from lxml import etree

from lscctl.cucm.faults import AxlFault, BadAnswer, Throttled
from lscctl.cucm.sql import chunks
from lscctl.cucm.transport import Request
from lscctl.phone import Registration

PATH: Final = "/realtimeservice2/services/RISService70"
OPERATION: Final = "selectCmDeviceExt"
NAMES_A_REQUEST: Final = 1000
"""Every version takes that many; more only the newest (*assumed*) [field guide 5]."""

REQUESTS_A_MINUTE: Final = 15
ROLES: Final = ("Standard CCM Admin Users", "Standard Serviceability")

_NAMESPACE: Final = "http://schemas.cisco.com/ast/soap"
_RATE_ATTEMPTS: Final = 4
_RATE_PAUSE: Final = 15.0
_BUSY_PAUSE: Final = 5.0
_ANSWERING: Final = ("Ok", "NotFound")
_WEB_ACCESS: Final = {"yes": True, "no": False}
"""What `Httpd` says of a phone's web server; else it is Unknown [field guide 5]."""


@dataclass(frozen=True, slots=True)
class Seen:
    """How a phone was last seen. `since` is in epoch seconds; `address` None where it is not told. `ipv6_only`: it has addresses,
    and none of IPv4. `web_access`: whether its web server is on; None where that is not told."""

    registration: Registration
    address: str | None = None
    since: int = 0
    ipv6_only: bool = False
    web_access: bool | None = None


@dataclass(frozen=True, slots=True)
class Node:
    """What one node answered: `answered` is False where it could not tell, and `code` then says why."""

    name: str
    code: str
    answered: bool
    seen: tuple[tuple[str, Seen], ...]


@dataclass(frozen=True, slots=True)
class Page:
    """One answer of RIS. `total` counts the devices found, `state` asks for those that did not fit."""

    total: int
    nodes: tuple[Node, ...]
    state: str

    @property
    def listed(self) -> int:
        """How many devices this answer lists."""
        return sum(len(node.seen) for node in self.nodes)


class RequestRate:
    """Lets so many requests a minute pass, one at a time, and makes the others wait. `now` and `sleep` are in seconds.

    A request counts from its end on: when it came to RIS lies before that, and the minute that RIS counts may begin then.
    """

    def __init__(self, *, now: Callable[[], float], sleep: Callable[[float], None], a_minute: int) -> None:
        self._now = now
        self._sleep = sleep
        self._passed: collections.deque[float] = collections.deque(maxlen=a_minute)
        self._turn = threading.Lock()

    @contextmanager
    def turn(self, progress: Callable[[str], None] | None) -> Iterator[None]:
        """Begin when the next request may go; `progress` is told if that takes a while."""
        with self._turn:
            if len(self._passed) == self._passed.maxlen:
                left = self._passed[0] + 60 - self._now()
                if left > 0:
                    if progress is not None:
                        progress(f"waiting {left:.0f} s: RIS takes {self._passed.maxlen} requests a minute")
                    self._sleep(left)
            try:
                yield
            finally:
                self._passed.append(self._now())


class Ris:
    """RISPort70 of one cluster. `call` carries a request; `requests` counts those that were sent."""

    def __init__(
        self,
        call: Callable[[Request], etree._Element],
        *,
        now: Callable[[], float],
        sleep: Callable[[float], None],
        a_minute: int = REQUESTS_A_MINUTE,
    ) -> None:
        self.requests = 0
        self._has_answered = False
        self._call = call
        self._sleep = sleep
        self._rate = RequestRate(now=now, sleep=sleep, a_minute=a_minute)

    def look_up(
        self, names: Sequence[str], progress: Callable[[str], None] | None = None
    ) -> tuple[dict[str, Seen], tuple[str, ...]]:
        """`{name: Seen}` for each of the names, and notes on nodes that could not tell.

        A phone that several nodes list counts as its newest entry says. One that none lists is UNKNOWN, or NOT_ASKED if a
        node did not answer. Raises WireFault, RoleMissing among them.
        """
        entries: list[tuple[str, Seen]] = []
        silent: dict[str, str] = {}
        for number, chunk in enumerate(chunks(names, NAMES_A_REQUEST)):
            if progress is not None and len(names) > NAMES_A_REQUEST:
                progress(
                    f"asking RIS for phones {number * NAMES_A_REQUEST + 1:,} to {number * NAMES_A_REQUEST + len(chunk):,}"
                )
            for page in self._pages(chunk, progress):
                silent.update((node.name, node.code) for node in page.nodes if not node.answered)
                entries += [entry for node in page.nodes for entry in node.seen]
        missing = Seen(Registration.NOT_ASKED if silent else Registration.UNKNOWN)
        by_name = {name.casefold(): name for name in names}
        newest = dict.fromkeys(names, missing)
        for found, seen in sorted(entries, key=lambda entry: entry[1].since):
            if found.casefold() in by_name:
                newest[by_name[found.casefold()]] = seen
        notes = tuple(
            f"RIS of the node {name} could not tell who is registered ({code})" for name, code in silent.items()
        )
        return newest, notes

    def ask(self, names: Sequence[str]) -> Page:
        """The answer to one request for all these names, however many. Raises WireFault: AxlFault where they are too many."""
        return self._ask(request_body(names), None)

    def greet(self, nobody: str) -> None:
        """See whether RIS answers this user: one request, for a phone that does not exist, and none where it has answered before.

        That it has been asked too often is an answer. Raises WireFault, RoleMissing among them.
        """
        if self._has_answered:
            return
        try:
            self._ask_once(request_body([nobody]), None)
        except AxlFault as fault:
            if not _rate_exceeded(fault):
                raise

    def _pages(self, names: Sequence[str], progress: Callable[[str], None] | None) -> Iterator[Page]:
        """The answers for these names: one, and more only where a node's list did not fit into it."""
        state, listed = "", 0
        while True:
            page = self._ask(request_body(names, state), progress)
            yield page
            listed += page.listed
            if page.listed == 0 or listed >= page.total or not page.state or page.state == state:
                return
            state = page.state

    def _ask(self, body: bytes, progress: Callable[[str], None] | None) -> Page:
        def pause(state: tenacity.RetryCallState) -> float:
            error = state.outcome.exception() if state.outcome else None
            # it counts the last minute, so there is room again bit by bit
            seconds, why = (
                min(60.0, _RATE_PAUSE * 2.0 ** (state.attempt_number - 1)),
                "it was asked too often, by this or another program",
            )
            if isinstance(error, Throttled):
                seconds, why = min(error.retry_after or _BUSY_PAUSE, 60.0), "it is busy (HTTP 503)"
            if progress is not None:
                progress(f"waiting {seconds:.0f} s for RIS: {why}")
            return seconds

        attempts = tenacity.Retrying(
            retry=tenacity.retry_if_exception(lambda error: isinstance(error, Throttled) or _rate_exceeded(error)),
            stop=tenacity.stop_after_attempt(_RATE_ATTEMPTS),
            wait=pause,
            sleep=self._sleep,
            reraise=True,
        )
        return attempts(self._ask_once, body, progress)

    def _ask_once(self, body: bytes, progress: Callable[[str], None] | None) -> Page:
        with self._rate.turn(progress):
            self.requests += 1
            answer = self._call(Request(PATH, OPERATION, body, OPERATION, roles=ROLES))
        if _local(answer) == "Fault":
            said = next((part.text or "" for part in answer.iter("{*}faultstring")), "no reason given")
            raise AxlFault(None, said.strip(), OPERATION)
        page = read_page(answer)
        self._has_answered = True
        return page


def request_body(names: Sequence[str], state: str = "") -> bytes:
    """A selectCmDeviceExt for these exact names, whatever their class, model, node, protocol or status."""
    items = "".join(f"<s:item><s:Item>{escape(name)}</s:Item></s:item>" for name in names)
    return (
        '<?xml version="1.0" encoding="utf-8"?>'
        f'<e:Envelope xmlns:e="http://schemas.xmlsoap.org/soap/envelope/" xmlns:s="{_NAMESPACE}"><e:Body>'
        f"<s:{OPERATION}><s:StateInfo>{escape(state)}</s:StateInfo><s:CmSelectionCriteria>"
        f"<s:MaxReturnedDevices>{NAMES_A_REQUEST}</s:MaxReturnedDevices><s:DeviceClass>Any</s:DeviceClass>"
        "<s:Model>255</s:Model><s:Status>Any</s:Status><s:NodeName></s:NodeName><s:SelectBy>Name</s:SelectBy>"
        f"<s:SelectItems>{items}</s:SelectItems><s:Protocol>Any</s:Protocol><s:DownloadStatus>Any</s:DownloadStatus>"
        f"</s:CmSelectionCriteria></s:{OPERATION}></e:Body></e:Envelope>"
    ).encode()


def read_page(answer: etree._Element) -> Page:
    """Read a selectCmDeviceResponse; raises BadAnswer for anything else."""
    result = answer.find("{*}selectCmDeviceReturn/{*}SelectCmDeviceResult")
    if _local(answer) != "selectCmDeviceResponse" or result is None:
        raise BadAnswer(f"RIS answered <{_local(answer)}>, which is no selectCmDeviceResponse")
    total = _text(result, "TotalDevicesFound")
    nodes = tuple(_node(item) for item in result.iterfind("{*}CmNodes/{*}item"))
    state = answer.findtext("{*}selectCmDeviceReturn/{*}StateInfo") or ""
    return Page(int(total) if total.isdigit() else 0, nodes, state)


def _node(item: etree._Element) -> Node:
    code = _text(item, "ReturnCode")
    unchanged = (
        _text(item, "NoChange").lower() == "true"
    )  # we ask without a state, so a node that says so tells nothing
    devices = item.iterfind("{*}CmDevices/{*}item")
    seen = tuple((_text(device, "Name"), _seen(device)) for device in devices)
    return Node(_text(item, "Name"), code, code in _ANSWERING and not unchanged, seen)


def _seen(device: etree._Element) -> Seen:
    said = _text(device, "Status").casefold()
    registration = next((known for known in Registration if known.value.casefold() == said), Registration.UNKNOWN)
    parts = ((part.text or "").strip() for part in device.iterfind("{*}IPAddress/{*}item/{*}IP"))
    addresses = [part for part in parts if part]
    since = _text(device, "TimeStamp")
    return Seen(
        registration,
        addresses[0] if addresses else None,
        int(since) if since.isdigit() else 0,
        ipv6_only=bool(addresses) and all(":" in address for address in addresses),
        web_access=_WEB_ACCESS.get(_text(device, "Httpd").casefold()),
    )


def _text(parent: etree._Element, name: str) -> str:
    return (parent.findtext(f"{{*}}{name}") or "").strip()


def _local(part: etree._Element) -> str:
    return str(part.tag).rpartition("}")[2]


def _rate_exceeded(error: BaseException) -> bool:
    return isinstance(error, AxlFault) and re.search(r"exceeded allowed rate", error.text, re.IGNORECASE) is not None
