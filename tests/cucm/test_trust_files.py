"""Trust lists come whole from a TFTP server, by HTTP or TFTP, or it is said why not, and in time."""

import socket
import struct
import threading
import time

import pytest

from lscctl.cucm import tftp
from lscctl.cucm.routes import Routes
from lscctl.cucm.trust_files import TrustFile, TrustFileMissing, TrustFileUnreachable, fetch
from tests.cucm import file_servers
from tests.cucm.file_servers import Address, acknowledged, data, error, file, options

CONTENT = bytes(range(256)) * 20


def read(reply: file_servers.Reply, *, timeout: float = 5.0, most: int = 100_000) -> bytes:
    with file_servers.tftp(reply) as port:
        return tftp.read("127.0.0.1", port, "ITLFile.tlv", timeout=timeout, most=most)


@pytest.mark.parametrize("size", [0, 1, 511, 512, 513, 1_024, 5_120])
def test_a_file_of_any_size_comes_whole(size: int) -> None:
    assert read(file(CONTENT[:size])) == CONTENT[:size]


@pytest.mark.parametrize("block", [8, 100, 1_428])
def test_the_server_may_agree_on_smaller_blocks(block: int) -> None:
    assert read(file(CONTENT[:2_856], block, agreed=True)) == CONTENT[:2_856]


def test_more_than_65535_blocks_are_counted_from_0_again() -> None:
    content = bytes(8 * 65_540)
    assert read(file(content, 8, agreed=True), timeout=60, most=1_000_000) == content


@pytest.mark.parametrize("value", ["0", "7", "1429", "65464", "-8", "9" * 5_000, "", "many"])
def test_a_block_size_that_was_not_asked_for_is_refused(value: str) -> None:
    with pytest.raises(tftp.TftpFailed, match="blocks of a size that was not asked for"):
        read(lambda line, client: _sent(line, client, options("blksize", value)))


def _sent(line: socket.socket, client: Address, packet: bytes) -> None:
    line.sendto(packet, client)


def test_what_is_lost_is_sent_again() -> None:
    def reply(line: socket.socket, client: Address) -> None:
        acknowledgement = struct.pack(">HH", 4, 1)
        line.sendto(data(1, bytes(512)), client)
        assert line.recvfrom(100)[0] == acknowledgement  # and is lost: the client asks once more
        assert line.recvfrom(100)[0] == acknowledgement
        line.sendto(data(2, b"end"), client)

    assert read(reply) == bytes(512) + b"end"


def test_what_comes_twice_or_out_of_order_counts_once() -> None:
    def reply(line: socket.socket, client: Address) -> None:
        for number in (1, 1, 3, 2, 1, 2, 3):
            line.sendto(data(number, bytes([number]) * (512 if number < 3 else 4)), client)
            time.sleep(0.01)

    assert read(reply) == b"\1" * 512 + b"\2" * 512 + b"\3" * 4


def test_nobody_else_may_send_a_block() -> None:
    def reply(line: socket.socket, client: Address) -> None:
        line.sendto(data(1, bytes(512)), client)
        acknowledged(line, 1)
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as stranger:
            stranger.sendto(data(2, b"forged"), client)
            stranger.sendto(error(1, "gone"), client)
        time.sleep(0.05)
        line.sendto(data(2, b"true"), client)

    assert read(reply) == bytes(512) + b"true"


def test_a_server_that_stops_midway_is_given_up() -> None:
    with pytest.raises(tftp.TftpFailed, match="nobody answers in time"):
        read(lambda line, client: _sent(line, client, data(1, bytes(512))), timeout=0.5)


def test_packets_that_mean_nothing_do_not_prolong_it() -> None:
    given_up, heeded = threading.Event(), threading.Event()

    def reply(line: socket.socket, client: Address) -> None:
        for _ in range(400):  # far longer than the client's patience
            if given_up.wait(0.05):
                return
            line.sendto(b"\0\3", client)
        heeded.set()

    with pytest.raises(tftp.TftpFailed, match="nobody answers in time"):
        read(reply, timeout=0.5)
    given_up.set()
    assert not heeded.is_set()


def test_a_block_larger_than_agreed_is_refused() -> None:
    with pytest.raises(tftp.TftpFailed, match="a block has 513 bytes, where 512 were agreed on"):
        read(lambda line, client: _sent(line, client, data(1, bytes(513))))


def test_a_file_without_end_is_refused() -> None:
    with pytest.raises(tftp.TftpFailed, match="larger than 1,000 bytes"):
        read(file(bytes(10_000)), most=1_000)


def test_what_the_server_says_is_told() -> None:
    with pytest.raises(tftp.TftpMissing):
        read(lambda line, client: _sent(line, client, error(1, "File not found")))
    with pytest.raises(tftp.TftpFailed, match="Access violation"):
        read(lambda line, client: _sent(line, client, error(2, "Access violation")))
    with pytest.raises(tftp.TftpFailed, match="the server refuses"):
        read(lambda line, client: _sent(line, client, b"\0\5\0"))


# HTTP first, then TFTP


def fetched(*parts: bytes, pause: float = 0.0, timeout: float = 5.0) -> TrustFile:
    """From a server with such an HTTP door and no TFTP door."""
    with file_servers.http(*parts, pause=pause) as port, socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as nobody:
        nobody.bind(("127.0.0.1", 0))
        doors = {"cucm:6970": f"127.0.0.1:{port}", "cucm:69": f"127.0.0.1:{nobody.getsockname()[1]}"}
        return fetch("cucm", "ITLFile.tlv", routes=Routes(doors), timeout=timeout)


def answer(status: str, *headers: str) -> bytes:
    return "\r\n".join([f"HTTP/1.1 {status}", *headers, "", ""]).encode()


def test_http_gives_the_file_with_and_without_its_length() -> None:
    assert fetched(answer("200 OK", "Content-Length: 3"), b"abc") == TrustFile(b"abc", "HTTP")
    assert fetched(answer("200 OK"), b"ab", b"c") == TrustFile(b"abc", "HTTP")
    chunks = b"2\r\nab\r\n1\r\nc\r\n0\r\n\r\n"
    assert fetched(answer("200 OK", "Transfer-Encoding: chunked"), chunks) == TrustFile(b"abc", "HTTP")


def test_a_missing_file_is_missing_and_tftp_is_not_asked() -> None:
    with pytest.raises(TrustFileMissing, match=r"cucm has no ITLFile\.tlv"):
        fetched(answer("404 Not Found", "Content-Length: 0"))


def test_a_missing_ctl_is_no_reason_to_restart_anything() -> None:
    with (
        file_servers.http(answer("404 Not Found", "Content-Length: 0")) as port,
        pytest.raises(TrustFileMissing) as refusal,
    ):
        fetch("cucm", "CTLFile.tlv", routes=Routes({"cucm:6970": f"127.0.0.1:{port}"}), timeout=5)
    assert refusal.value.hint == "Only a cluster in mixed mode has CTL files."


@pytest.mark.parametrize(
    ("parts", "told"),
    [
        ([answer("302 Found", "Location: https://elsewhere.example/ITLFile.tlv")], "answers 302"),
        ([answer("401 Unauthorized", "WWW-Authenticate: Basic")], "answers 401"),
        ([answer("500 Oops")], "answers 500"),
        ([answer("200 OK", "Content-Length: 10"), b"abc"], "hangs up before the end"),
        ([answer("200 OK", "Transfer-Encoding: chunked"), b"9\r\nab"], "hangs up before the end"),
        ([answer("200 OK"), bytes(17_000_000)], "sends more than 16,777,216 bytes"),
        ([b"SSH-2.0-OpenSSH\r\n"], "what answers does not speak HTTP"),
        ([], "does not speak HTTP|no connection"),
    ],
)
def test_another_answer_is_told_once_tftp_has_failed_too(parts: list[bytes], told: str) -> None:
    with pytest.raises(TrustFileUnreachable, match=told) as refusal:
        fetched(*parts, timeout=1.0)
    assert "TFTP port" in refusal.value.message


def test_a_file_in_another_encoding_is_not_unpacked() -> None:
    assert fetched(answer("200 OK", "Content-Encoding: gzip"), b"\x1f\x8b").content == b"\x1f\x8b"


@pytest.mark.parametrize("start", [b"", answer("200 OK", "Content-Length: 1000")], ids=["headers", "content"])
def test_an_answer_in_drips_ends_with_the_time(start: bytes) -> None:
    # whoever heeded every drip would tell of the connection's end, after the last one
    with pytest.raises(TrustFileUnreachable, match="no answer in time"):
        fetched(start, *[b"H"] * 500, pause=0.05, timeout=0.5)


@pytest.mark.parametrize("host", ["nobody.invalid", "a" * 70 + ".example", "a b", "::zz"])
def test_a_host_that_is_none_is_told(host: str) -> None:
    with pytest.raises(TrustFileUnreachable, match=f"{host} gives no"):
        fetch(host, "ITLFile.tlv", routes=Routes(), timeout=1.0)
