"""The doors of phones, HTTP and HTTPS, where each shows its certificate [field guide 5]. Many are asked side by side, at a pace."""

import http.client
import socket
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from typing import Final, TypeVar

from lscctl.cucm.handshake import Handshake, shake, tolerant_context
from lscctl.cucm.phone_pages import SUBJECTS, VISIT_SECONDS, PagesSeen, Subject, visit
from lscctl.cucm.routes import Routes
from lscctl.cucm.side_by_side import side_by_side

HTTP_PORT: Final = 80
HTTPS_PORT: Final = 443
PHONES_A_SECOND: Final = 50
"""How many phones are met in a second at most: a network that carries voice is not to notice."""

AT_A_TIME: Final = 100
"""How many are waited for at a time: more than answer within the patience for those that are silent."""

AHEAD: Final = 2 * AT_A_TIME
"""What so many phones told may wait to be read: logs are large, and may come faster than anybody reads them."""

PATIENCE: Final = 3.0
"""For how many seconds a phone may be silent."""

_Thing = TypeVar("_Thing")
_Found = TypeVar("_Found")


class Pace:
    """Lets so many begin in a second, evenly. `now` and `sleep` are in seconds."""

    def __init__(
        self,
        a_second: float,
        *,
        now: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._gap = 1 / a_second
        self._now = now
        self._sleep = sleep
        self._next = 0.0
        self._turn = threading.Lock()

    def wait(self) -> None:
        """Wait for the next turn."""
        with self._turn:
            now = self._now()
            begins = max(self._next, now)
            self._next = begins + self._gap
        if begins > now:
            self._sleep(begins - now)


class PhoneDoors:
    """Phones' doors by the ways that the configuration gives to them. Where there is a proxy between, silence means nothing."""

    def __init__(
        self,
        routes: Routes,
        *,
        pace: Pace | None = None,
        patience: float = PATIENCE,
        visit_seconds: float = VISIT_SECONDS,
        direct: bool = True,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self._routes = routes
        self._pace = pace or Pace(PHONES_A_SECOND)
        self._patience = patience
        self._visit_seconds = visit_seconds
        self._direct = direct
        self._now = now

    def each(self, look: Callable[[_Thing], _Found], things: Iterable[_Thing]) -> Iterator[_Found]:
        """What `look` finds in each thing, in their order, as many side by side as the patience with the silent ones asks for."""
        return side_by_side(look, things, AT_A_TIME, AHEAD)

    def certificate(self, address: str, *, met: bool = False) -> Handshake:
        """What the phone at an address shows on HTTPS, whoever signed it. `met`: it was asked for something just now."""
        if not met:
            self._pace.wait()
        host, port = self._routes.to(address, HTTPS_PORT)
        return shake(host, port, timeout=self._patience, direct=self._direct)

    def pages(self, address: str, subjects: Iterable[Subject] = SUBJECTS) -> PagesSeen:
        """What the phone at an address tells of itself, over HTTP, or over HTTPS where it takes that alone."""
        self._pace.wait()
        subjects = tuple(subjects)
        ends = []
        for connect in (self._plain, self._secured):
            try:
                return visit(
                    partial(connect, address),
                    address,
                    subjects,
                    silence=self._patience,
                    seconds=self._visit_seconds,
                    now=self._now,
                )
            except TimeoutError:
                return PagesSeen(unseen=f"nobody answers within {self._patience:g} s")
            except (OSError, UnicodeError) as error:  # UnicodeError: what is no host name
                ends.append(str(error))
        return PagesSeen(unseen=f"it takes neither HTTP ({ends[0]}) nor HTTPS ({ends[1]}), its web access may be off")

    def _plain(self, address: str) -> socket.socket:
        return socket.create_connection(self._routes.to(address, HTTP_PORT), timeout=self._patience)

    def _secured(self, address: str) -> socket.socket:
        connection = socket.create_connection(self._routes.to(address, HTTPS_PORT), timeout=self._patience)
        try:
            return tolerant_context().wrap_socket(connection)
        except BaseException:
            connection.close()
            raise

    def serves_http(self, address: str) -> bool:
        """Whether the phone at an address answers a plain HTTP request, whatever it answers."""
        self._pace.wait()
        host, port = self._routes.to(address, HTTP_PORT)
        connection = http.client.HTTPConnection(host, port, timeout=self._patience)
        try:
            connection.request("HEAD", "/")
            connection.getresponse()
        except (OSError, http.client.HTTPException):
            return False
        finally:
            connection.close()
        return True
