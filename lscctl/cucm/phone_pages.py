"""The pages of a phone's own web server [Cisco's administration guides of the 7900, 7800 and 8800]: what a diagnosis reads.

Nobody trusts what comes: each page may have so many bytes and a visit so many seconds, and nothing that a page says leads to
another address.
"""

import re
import socket
import time
from collections.abc import Callable, Iterable
from contextlib import closing
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

from lscctl.cucm.bounded_http import Answer, Limits, Refused, get
from lscctl.finding import Source

PAGE_BYTES: Final = 1024 * 1024
"""The largest page that is taken; a phone's have some thousands of bytes."""

LOG_BYTES: Final = 8 * 1024 * 1024
"""So much of a console log is read."""

MOST_LOGS: Final = 6
VISIT_SECONDS: Final = 20.0
"""How long a phone may take for all that it is asked for."""

_OK: Final = 200
_NOT_FOUND: Final = 404
_ADAPTER: Final = "/CGI/Java/Serviceability?adapter="
_LINK: Final = re.compile(r"""(?is)\bhref\s{0,8}=\s{0,8}["']?([^"'\s<>]{1,300})""")
_LOG: Final = re.compile(r"/FS/(?:[\w-][\w.-]{0,60}/){0,4}[\w-]{0,20}(?:messages|log)[\w.-]{0,40}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Subject:
    """Something that phones have a page about, and where: the first path at which there is one counts."""

    name: str
    paths: tuple[str, ...]
    source: Source = Source.PHONE_PAGE


DEVICE: Final = Subject("device information", ("/DeviceInformationX", "/DeviceInformation", "/"))
NETWORK: Final = Subject(
    "network configuration",
    (_ADAPTER + "device.statistics.configuration", "/NetworkConfigurationX", "/NetworkConfiguration"),
)
MESSAGES: Final = Subject(
    "status messages", (_ADAPTER + "device.settings.status.messages", "/DeviceLogX?2", "/DeviceLog?2")
)
LOGS: Final = Subject("console logs", (_ADAPTER + "device.statistics.consolelog", "/DeviceLogX?0"), Source.CONSOLE_LOG)
SUBJECTS: Final = (DEVICE, NETWORK, MESSAGES, LOGS)


@dataclass(frozen=True, slots=True)
class PhonePage:
    """A page, or a log, as the phone sent it; `cut`: only its beginning."""

    source: Source
    path: str
    content: bytes
    cut: bool = False


@dataclass(frozen=True, slots=True)
class PagesSeen:
    """What a visit brought, logs the oldest first. Each of `missing` names what could not be had, and why.

    `unseen`: why nothing could be had, '' where the phone answered.
    """

    pages: tuple[PhonePage, ...] = ()
    missing: tuple[str, ...] = ()
    unseen: str = ""


def visit(
    connect: Callable[[], socket.socket],
    address: str,
    subjects: Iterable[Subject] = SUBJECTS,
    *,
    silence: float,
    seconds: float,
    now: Callable[[], float] = time.monotonic,
) -> PagesSeen:
    """Ask a phone for its pages, one after the other; `connect` opens the same door for each, and raises OSError.

    silence, seconds: for how long the phone may be silent, and how long it may take for everything, as `now` counts. Whatever
    it does wrong is told; only where it answers nothing at all the OSError is raised with which that ended.
    """
    asker = _Asker(connect, address, Limits(silence, now() + seconds, now))
    for subject in subjects:
        if subject is LOGS:
            asker.take_logs()
        else:
            asker.take(subject)
    return PagesSeen(tuple(asker.pages), tuple(asker.missing))


def log_paths(page: bytes) -> list[str]:
    """The console logs that a page links to, or lists by their paths, in its order; what leads elsewhere is left out."""
    text = page.decode("ascii", "replace")
    named = [_path_of(link) for link in _LINK.findall(text)] or _LOG.findall(text)
    return [path for path in dict.fromkeys(named) if _LOG.fullmatch(path)][:MOST_LOGS]


def _path_of(link: str) -> str:
    """The path of a link to the same server, '' for any other."""
    try:
        url = urlsplit(link)
    except ValueError:
        return ""
    return "" if url.scheme or url.netloc else url.path


class _Asker:
    """Asks one phone, until its time is up."""

    def __init__(self, connect: Callable[[], socket.socket], address: str, limits: Limits) -> None:
        self._connect = connect
        self._address = address
        self._limits = limits
        self._answered = False
        self.pages: list[PhonePage] = []
        self.missing: list[str] = []

    def take(self, subject: Subject) -> None:
        """Take the page about a subject."""
        if found := self._first(subject):
            self.pages.append(found)

    def take_logs(self) -> None:
        """Take the logs that the page about them names. Pages name the one that is being written first."""
        listing = self._first(LOGS)
        if listing is None:
            return
        paths = log_paths(listing.content)
        if not paths:
            self.missing.append("console logs: the phone names none")
        for path in reversed(paths):
            try:
                answer = self._ask(path, LOG_BYTES)
            except (Refused, OSError) as error:
                self._miss(f"console log {path}", error)
                continue
            if answer.status == _OK:
                self.pages.append(PhonePage(Source.CONSOLE_LOG, path, answer.content, answer.cut))
            else:
                self.missing.append(f"console log {path}: it {_no_page(answer)}")

    def _first(self, subject: Subject) -> PhonePage | None:
        """The page at the first of the paths at which there is one, None (and a note) where there is none."""
        why = "the phone has no such page"
        for path in subject.paths:
            try:
                answer = self._ask(path, PAGE_BYTES)
            except (Refused, OSError) as error:
                self._miss(subject.name, error)
                return None
            if answer.status == _OK and not answer.cut:
                return PhonePage(subject.source, path, answer.content)
            if answer.status != _NOT_FOUND:
                why = f"it {_no_page(answer)}"
        self.missing.append(f"{subject.name}: {why}")
        return None

    def _ask(self, path: str, most: int) -> Answer:
        self._limits.left()
        with closing(self._connect()) as connection:
            answer = get(connection, self._address, path, most=most, limits=self._limits)
        self._answered = True
        return answer

    def _miss(self, name: str, error: Exception) -> None:
        if isinstance(error, OSError) and not self._answered:
            raise error
        why = f"it {error}" if isinstance(error, Refused) else f"the connection broke: {error}"
        self.missing.append(f"{name}: {why}")


def _no_page(answer: Answer) -> str:
    if answer.cut:
        return f"is larger than {PAGE_BYTES:,} bytes"
    if answer.location:
        return f"leads to {_shown(answer.location)}, which is not followed"
    return f"is refused, HTTP {answer.status}"


def _shown(location: str) -> str:
    return "".join(one if one.isprintable() else "?" for one in location[:80])
