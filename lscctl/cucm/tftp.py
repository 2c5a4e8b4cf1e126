"""TFTP as a phone reads a file: RFC 1350 with a larger block where the server agrees (RFC 2348)."""

import re
import socket
import struct
import time
from typing import Final

_READ, _DATA, _ACK, _ERROR, _OPTIONS = 1, 3, 4, 5, 6
_NOT_FOUND: Final = 1
_USUAL_BLOCK: Final = 512
_SMALLEST_BLOCK: Final = 8
_WANTED_BLOCK: Final = 1428
_TRIES: Final = 4
_RESEND_SECONDS: Final = 1.0


class TftpMissing(Exception):
    """The server has no such file."""


class TftpFailed(Exception):
    """The file could not be read; the text says why."""


def read(host: str, port: int, name: str, *, timeout: float, most: int) -> bytes:
    """Read a file of at most `most` bytes within `timeout` seconds. Raises TftpMissing, TftpFailed."""
    give_up = time.monotonic() + timeout
    try:
        family, _, _, _, server = socket.getaddrinfo(host, port, type=socket.SOCK_DGRAM)[0]
        with socket.socket(family, socket.SOCK_DGRAM) as line:
            return _Reading(line, server, give_up, most).file(name)
    except (OSError, UnicodeError) as error:
        raise TftpFailed(getattr(error, "strerror", None) or str(error)) from error


class _Reading:
    """One file on its way. The server answers from a port of its own, and only that one is listened to from then on."""

    def __init__(self, line: socket.socket, server: tuple[object, ...], give_up: float, most: int) -> None:
        self._line = line
        self._peer = server
        self._known = False
        self._give_up = give_up
        self._most = most

    def file(self, name: str) -> bytes:
        request = struct.pack(">H", _READ) + name.encode() + b"\0octet\0blksize\0" + str(_WANTED_BLOCK).encode() + b"\0"
        block, content, wanted = _USUAL_BLOCK, bytearray(), 1
        packet = self._exchange(request, wanted)
        if packet[:2] == struct.pack(">H", _OPTIONS):
            block = _agreed_block(packet)
            packet = self._exchange(struct.pack(">HH", _ACK, 0), wanted)
        while True:
            part = packet[4:]
            if len(part) > block:
                raise TftpFailed(f"a block has {len(part):,} bytes, where {block:,} were agreed on")
            content += part
            if len(content) > self._most:
                raise TftpFailed(f"the file is larger than {self._most:,} bytes")
            acknowledgement = struct.pack(">HH", _ACK, wanted & 0xFFFF)
            if len(part) < block:
                self._line.sendto(acknowledgement, self._peer)
                return bytes(content)
            wanted += 1
            packet = self._exchange(acknowledgement, wanted)

    def _exchange(self, packet: bytes, wanted: int) -> bytes:
        """Send, and again where nothing comes, until block `wanted` (or, at first, the options) is here."""
        for _ in range(_TRIES):
            self._line.sendto(packet, self._peer)
            patience = min(time.monotonic() + _RESEND_SECONDS, self._give_up)
            while (left := patience - time.monotonic()) > 0:
                self._line.settimeout(left)
                try:
                    answer, sender = self._line.recvfrom(70_000)
                except TimeoutError:
                    break
                if sender != self._peer if self._known else sender[0] != self._peer[0]:
                    continue  # a stranger, or an earlier transfer's last words
                if self._is_wanted(answer, wanted):
                    self._peer, self._known = sender, True
                    return answer
            if time.monotonic() >= self._give_up:
                break
        raise TftpFailed("nobody answers in time")

    def _is_wanted(self, answer: bytes, wanted: int) -> bool:
        code = int.from_bytes(answer[:2])
        if code == _ERROR:
            if int.from_bytes(answer[2:4]) == _NOT_FOUND:
                raise TftpMissing
            raise TftpFailed(answer[4:].partition(b"\0")[0].decode("utf-8", "replace") or "the server refuses")
        if code == _OPTIONS:
            return not self._known
        return code == _DATA and int.from_bytes(answer[2:4]) == wanted & 0xFFFF


def _agreed_block(packet: bytes) -> int:
    """The size of blocks in the server's answer to our options, which may be smaller than what we asked for [RFC 2348]."""
    parts = packet[2:].split(b"\0")
    options = {name.lower(): value for name, value in zip(parts[::2], parts[1::2], strict=False)}
    value = options.get(b"blksize", str(_USUAL_BLOCK).encode())
    if not re.fullmatch(rb"[0-9]{1,5}", value) or not _SMALLEST_BLOCK <= int(value) <= _WANTED_BLOCK:
        raise TftpFailed("the server wants blocks of a size that was not asked for")
    return int(value)
