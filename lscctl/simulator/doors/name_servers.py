"""The name servers of the phones' networks (RFC 1035 over UDP): one that knows the cluster's nodes, and one that does not.

Each site has both: at 10.a.0.53 the one that its phones are told, at 10.a.0.54 the one that phones are told of which the nodes'
names do not resolve. They are met where the phones are met, at 127.a.0.53 and so on, on one port.
"""

import contextlib
import ipaddress
import socket
import struct
import threading
from collections.abc import Iterator
from typing import Final

from lscctl.simulator.cluster import Cluster
from lscctl.simulator.sockets import port_of

KNOWS_NODES: Final = 53
KNOWS_NOBODY: Final = 54
"""The last numbers of the two servers' addresses."""

_LARGEST: Final = 4096
_PKTINFO: Final = 8
"""Linux's IP_PKTINFO, which Python names from 3.12 on."""
_INFO: Final = struct.Struct("=I4s4s")
_HEADER: Final = struct.Struct(">6H")
_IS_ANSWER, _RECURSION_WANTED, _RECURSION_THERE = 0x8000, 0x0100, 0x0080
_OPCODE: Final = 0x7800
_NO_ERROR, _FORMAT_ERROR, _NO_SUCH_NAME, _NOT_IMPLEMENTED = 0, 1, 3, 4
_ADDRESS, _ADDRESS_6, _ANY, _INTERNET = 1, 28, 255, 1
_QUESTION_AT: Final = 0xC00C
"""A pointer to the name of the question, which stands behind the header."""
_SECONDS: Final = 300
_LONGEST_LABEL: Final = 63
_NOWHERE: Final = ".invalid"


class BadQuestionError(ValueError):
    """A message that is no question."""


@contextlib.contextmanager
def name_servers(cluster: Cluster, port: int) -> Iterator[int]:
    """Answer on a port (0: a free one) until the block ends; gives the port. Raises OSError."""
    door = socket.socket(socket.AF_INET, socket.SOCK_DGRAM, socket.IPPROTO_UDP)
    try:
        with contextlib.suppress(AttributeError, OSError):
            door.setsockopt(socket.SOL_SOCKET, socket.SO_BINDTODEVICE, b"lo\0")
            door.setsockopt(socket.IPPROTO_IP, _PKTINFO, 1)
        door.bind(("", port))
    except OSError:
        door.close()
        raise
    closing = threading.Event()
    thread = threading.Thread(target=_serve, args=(cluster, door, closing), name="name-servers", daemon=True)
    thread.start()
    try:
        yield port_of(door)
    finally:
        closing.set()
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as alarm:
            alarm.sendto(b"", ("127.0.0.1", port_of(door)))  # it wakes the thread, which waits for a question
        thread.join()
        door.close()


def _serve(cluster: Cluster, door: socket.socket, closing: threading.Event) -> None:
    while True:
        question, told, _, client = door.recvmsg(_LARGEST, socket.CMSG_SPACE(_INFO.size))
        if closing.is_set():
            return
        asked = _asked_at(told)
        if asked is None or not asked.is_loopback or asked.packed[-1] not in (KNOWS_NODES, KNOWS_NOBODY):
            continue  # nobody is there
        with cluster.lock:
            nodes = {node.name.lower(): node.address for node in cluster.nodes.all()}
        known = nodes if asked.packed[-1] == KNOWS_NODES else {}
        reply = answer(question, known)
        if reply:
            from_there = [(socket.IPPROTO_IP, _PKTINFO, _INFO.pack(0, asked.packed, bytes(4)))]
            with contextlib.suppress(OSError):
                door.sendmsg([reply], from_there, 0, client)


def _asked_at(told: list[tuple[int, int, bytes]]) -> ipaddress.IPv4Address | None:
    """The address at which a question arrived, from which its answer must come."""
    for level, kind, content in told:
        if (level, kind) == (socket.IPPROTO_IP, _PKTINFO):
            return ipaddress.IPv4Address(_INFO.unpack(content)[2])
    return None


def answer(question: bytes, known: dict[str, str]) -> bytes:
    """The answer of a server that knows these hosts, `{name in small letters: address}`; nothing to what is no question."""
    if len(question) < _HEADER.size:
        return b""
    number, flags, questions, *_ = _HEADER.unpack_from(question)
    if flags & _IS_ANSWER:
        return b""
    kept = _IS_ANSWER | (flags & (_OPCODE | _RECURSION_WANTED)) | _RECURSION_THERE
    if flags & _OPCODE:
        return _HEADER.pack(number, kept | _NOT_IMPLEMENTED, 0, 0, 0, 0)
    try:
        name, end = _name(question)
        kind, kind_of_net = struct.unpack_from(">2H", question, end)
        if questions != 1:
            raise BadQuestionError
    except (BadQuestionError, struct.error):
        return _HEADER.pack(number, kept | _FORMAT_ERROR, 0, 0, 0, 0)
    asked = question[_HEADER.size : end + 4]
    address = None if name.endswith(_NOWHERE) else known.get(name)
    if address is None:
        return _HEADER.pack(number, kept | _NO_SUCH_NAME, 1, 0, 0, 0) + asked
    record = _record(address, kind) if kind_of_net == _INTERNET else b""
    return _HEADER.pack(number, kept | _NO_ERROR, 1, int(bool(record)), 0, 0) + asked + record


def _record(address: str, kind: int) -> bytes:
    """The resource record with an address, nothing where another kind of record is asked for."""
    packed = ipaddress.ip_address(address).packed
    held = _ADDRESS if len(packed) == 4 else _ADDRESS_6
    if kind not in (held, _ANY):
        return b""
    return struct.pack(">3HIH", _QUESTION_AT, held, _INTERNET, _SECONDS, len(packed)) + packed


def _name(question: bytes) -> tuple[str, int]:
    """The name that is asked for, in small letters, and where it ends. Raises BadQuestionError."""
    labels, at = [], _HEADER.size
    while True:
        if at >= len(question):
            raise BadQuestionError
        length = question[at]
        at += 1
        if length == 0:
            break
        if length > _LONGEST_LABEL or at + length > len(question):
            raise BadQuestionError
        labels.append(question[at : at + length].decode("ascii", "replace"))
        at += length
    return ".".join(labels).lower(), at
