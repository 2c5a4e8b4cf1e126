"""Host names as this computer resolves them, within bounded time: where no DNS server answers, a resolver blocks for minutes."""

import socket
import time
from collections.abc import Iterable, Mapping
from enum import StrEnum
from queue import Empty, SimpleQueue
from threading import Thread


class Resolution(StrEnum):
    """What became of a name."""

    KNOWN = "known"
    UNKNOWN = "unknown"
    NO_ANSWER = "no answer"


def resolve(hosts: Iterable[str], *, timeout: float) -> Mapping[str, Resolution]:
    """Look all names up side by side, for at most `timeout` seconds; an address is known.

    A look-up cannot be broken off: one that gets no answer is left behind in its thread, which does not outlive the program.
    """
    found = dict.fromkeys(hosts, Resolution.NO_ANSWER)
    answers: SimpleQueue[tuple[str, Resolution]] = SimpleQueue()

    def look_up(host: str) -> None:
        try:
            socket.getaddrinfo(host, None)
        except (OSError, UnicodeError):  # UnicodeError: what is no host name
            answers.put((host, Resolution.UNKNOWN))
        else:
            answers.put((host, Resolution.KNOWN))

    for host in found:
        Thread(target=look_up, args=(host,), name="lscctl-resolve", daemon=True).start()
    give_up = time.monotonic() + timeout
    for _ in range(len(found)):
        try:
            host, resolution = answers.get(timeout=max(0.0, give_up - time.monotonic()))
        except Empty:
            break
        found[host] = resolution
    return found
