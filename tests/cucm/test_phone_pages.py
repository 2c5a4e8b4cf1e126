"""Phones' pages over real sockets: simulated phones of every generation, and servers that mean no good."""

import contextlib
import itertools
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lscctl.cucm.bounded_http import Limits, Refused, get
from lscctl.cucm.phone_doors import Pace, PhoneDoors
from lscctl.cucm.phone_pages import DEVICE, LOG_BYTES, LOGS, MESSAGES, NETWORK, PAGE_BYTES, PagesSeen, log_paths
from lscctl.cucm.routes import Routes

OK = b"HTTP/1.1 200 OK\r\n\r\n"
VISIT = 36_000.0
"""Seconds that a phone may take for everything: more than any test does, unless its clock runs faster."""


@contextmanager
def answering(
    *pieces: bytes,
    log: bytes | None = None,
    pause: float = 0,
    forever: bool = False,
    patience: float = 60,
    now: Callable[[], float] = time.monotonic,
    met: list[object] | None = None,
) -> Iterator[PhoneDoors]:
    """The doors of phones that answer everything so, piece by piece, the last one for ever if so wished; `log`: what they answer
    where they are asked for one; `met` gets who came to them."""
    over = threading.Event()

    def serve(connection: socket.socket) -> None:
        with connection, contextlib.suppress(OSError):
            asked = connection.recv(65536)
            for piece in [log] if log is not None and b"/FS/" in asked else pieces:
                connection.sendall(piece)
                over.wait(pause)
            while forever and not over.is_set():
                connection.sendall(pieces[-1])
                over.wait(pause)

    def accept(listener: socket.socket) -> None:
        while True:
            try:
                connection, client = listener.accept()
            except OSError:
                return
            if met is not None:
                met.append(client)
            threading.Thread(target=serve, args=(connection,), daemon=True).start()

    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=accept, args=(listener,), daemon=True)
        thread.start()
        here = f"127.0.0.1:{listener.getsockname()[1]}"
        routes = Routes({"10.1.1.1:80": here, "10.1.1.1:443": here})
        yield PhoneDoors(routes, pace=Pace(10_000), patience=patience, visit_seconds=VISIT, now=now)
        over.set()
        listener.shutdown(socket.SHUT_RDWR)
    thread.join()


def of(doors: PhoneDoors) -> PagesSeen:
    return doors.pages("10.1.1.1", [DEVICE])


@pytest.mark.parametrize(
    ("pieces", "told"),
    [
        ([OK + b"x" * (PAGE_BYTES + 1)], "larger than"),
        ([b"HTTP/1.1 200 OK\r\nContent-Length: 999999999999\r\n\r\n" + b"x" * (PAGE_BYTES + 1)], "larger than"),
        ([b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + b"200000\r\n" + b"x" * 0x200000], "larger than"),
        ([b"HTTP/1.1 200 OK\r\n" + b"X-A: b\r\n" * 200 + b"\r\n"], "is no HTTP"),
        ([b"HTTP/1.1 200 OK\r\nX: " + b"a" * 100_000 + b"\r\n\r\n"], "is no HTTP"),
        ([b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n\x1f\x8b"], "packed"),
        ([b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nshort"], "breaks off"),
        ([b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n-5\r\nabc"], "is no HTTP"),
        ([b"SSH-2.0-OpenSSH_9.2\r\n"], "is no HTTP"),
        ([b"\0" * 1000], "is no HTTP"),
        (
            [b"HTTP/1.1 302 Found\r\nLocation: http://evil.example/x\r\n\r\n"],
            "leads to http://evil.example/x, which is",
        ),
        ([b"HTTP/1.1 301 Moved\r\nLocation: https://10.1.1.1/\r\n\r\n"], "is not followed"),
        ([b"HTTP/1.1 401 Unauthorized\r\n\r\n"], "HTTP 401"),
        ([b"HTTP/1.1 404 Not Found\r\n\r\n"], "no such page"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_is_no_page_of_a_phone_is_refused_with_the_reason(pieces: list[bytes], told: str) -> None:
    with answering(*pieces) as doors:
        seen = of(doors)
    assert seen.pages == ()
    assert len(seen.missing) == 1
    assert seen.missing[0].startswith("device information: ")
    assert told in seen.missing[0]


@pytest.mark.parametrize(
    "pieces",
    [
        [OK, b"<a>"],
        [b"HTTP/1.1 200 OK\r\n", b"X: y\r\n"],
        [b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", b"1\r\nx\r\n"],
        [b"H", b"T"],
        [b"HTTP/1.1 100 Continue\r\n\r\n"],
    ],
    ids=["content", "headers", "chunks", "status", "never mind"],
)
def test_an_answer_without_end_is_left_in_time(pieces: list[bytes]) -> None:
    looks = itertools.count()
    with answering(*pieces, pause=0.01, forever=True, now=lambda: next(looks) * VISIT / 20) as doors:
        seen = of(doors)
    assert next(looks) <= 22, "so often it looks at the clock before its time is up"
    assert seen.pages == ()
    assert len(seen.missing) == 1


def test_a_flood_is_left_before_it_fills_the_memory() -> None:
    with answering(OK, b"<a>" * 100_000, forever=True) as doors:
        assert "larger than" in of(doors).missing[0]


def test_who_says_nothing_is_not_waited_for_twice() -> None:
    met: list[object] = []
    with answering(b"", pause=600, patience=0.3, met=met) as doors:
        seen = doors.pages("10.1.1.1")
    assert seen == PagesSeen(unseen="nobody answers within 0.3 s")
    assert len(met) == 1


def test_who_hangs_up_at_once_may_have_its_web_access_off() -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        here = f"127.0.0.1:{free.getsockname()[1]}"
    doors = PhoneDoors(Routes({"10.1.1.1:80": here, "10.1.1.1:443": here}), pace=Pace(10_000))
    assert "its web access may be off" in doors.pages("10.1.1.1").unseen


def test_an_address_that_is_none_is_told_and_not_raised() -> None:
    doors = PhoneDoors(Routes(), pace=Pace(10_000), patience=0.5)
    assert doors.pages("not..a.host").unseen


def test_nothing_of_a_page_s_encoding_or_entities_is_taken_literally() -> None:
    bomb = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><x>&b;</x>\xff\xfe\x80'
    with answering(b"HTTP/1.1 200 OK\r\nContent-Type: text/xml; charset=utf-7\r\n\r\n" + bomb) as doors:
        (page,) = of(doors).pages
    assert page.content == bomb


def test_links_to_elsewhere_are_no_logs() -> None:
    page = (
        b'<a href="http://evil.example/FS/messages">x</a><A HREF=/FS/messages>y</A><a href="//evil/FS/messages.9">'
        b'<a href="/FS/../../etc/log">z</a><a href="/FS/cache/log1.log">y</a><a href="/FS/messages.0">y</a>'
        b'<a href="/CGI/Reset?log"><a href="/FS/core.1.gz"><a href="javascript:messages"><a href="http://[/FS/log1">'
    )
    assert log_paths(page) == ["/FS/messages", "/FS/cache/log1.log", "/FS/messages.0"]


def test_a_list_of_logs_without_links_will_do() -> None:
    assert log_paths(b"<DeviceLog><status>/FS/messages</status><status>/FS/messages.0</status></DeviceLog>") == [
        "/FS/messages",
        "/FS/messages.0",
    ]


@given(st.binary(max_size=2000))
def test_no_page_breaks_the_search_for_links(page: bytes) -> None:
    for path in log_paths(page + b'<a href="/FS/messages">'):
        assert path.startswith("/FS/")
        assert ".." not in path.split("/")


@given(
    st.lists(
        st.sampled_from(
            [b'<a href="', b"/FS/", b"messages", b"../", b'"', b">", b"http:", b"//", b"log", b"\0", b"%2e"]
        )
    )
)
def test_links_of_any_shape_stay_below_the_logs(pieces: list[bytes]) -> None:
    for path in log_paths(b"".join(pieces)):
        assert path.startswith("/FS/")
        assert ".." not in path.split("/")


@given(st.binary(max_size=600))
def test_no_answer_breaks_the_client(answer: bytes) -> None:
    mine, theirs = socket.socketpair()
    with mine, theirs:
        theirs.sendall(answer)
        theirs.shutdown(socket.SHUT_WR)
        with contextlib.suppress(Refused, OSError):
            assert len(get(mine, "10.1.1.1", "/", most=100, limits=Limits(1, time.monotonic() + 1)).content) <= 100


@given(
    st.sampled_from([b"HTTP/1.1 200 OK\r\n", b"HTTP/1.0 200\r\n", b"HTTP/1.1 100 \r\n\r\n"]),
    st.lists(
        st.sampled_from(
            [b"Transfer-Encoding: chunked\r\n", b"Content-Length: -1\r\n", b"Content-Length: 5\r\n", b"\r\n"]
        )
    ),
    st.binary(max_size=300),
)
def test_no_answer_that_begins_well_breaks_the_client(status: bytes, headers: list[bytes], rest: bytes) -> None:
    mine, theirs = socket.socketpair()
    with mine, theirs:
        theirs.sendall(status + b"".join(headers) + rest)
        theirs.shutdown(socket.SHUT_WR)
        with contextlib.suppress(Refused, OSError):
            assert len(get(mine, "10.1.1.1", "/", most=100, limits=Limits(1, time.monotonic() + 1)).content) <= 100


def test_only_what_is_asked_for_is_fetched() -> None:
    with answering(b"HTTP/1.1 200 OK\r\n\r\n<b>hello</b>") as doors:
        assert [page.path for page in doors.pages("10.1.1.1", [NETWORK, MESSAGES]).pages] == [
            NETWORK.paths[0],
            MESSAGES.paths[0],
        ]


def test_of_a_log_that_is_too_long_the_beginning_is_read() -> None:
    with answering(OK + b'<a href="/FS/messages">', log=OK + b"x" * (LOG_BYTES + 1)) as doors:
        (log,) = doors.pages("10.1.1.1", [LOGS]).pages
    assert (log.path, len(log.content), log.cut) == ("/FS/messages", LOG_BYTES, True)


def test_a_log_that_the_phone_does_not_give_is_named() -> None:
    with answering(OK + b'<a href="/FS/messages">', log=b"HTTP/1.1 403 Forbidden\r\n\r\n") as doors:
        assert doors.pages("10.1.1.1", [LOGS]).missing == ("console log /FS/messages: it is refused, HTTP 403",)
