"""`lscctl trust-list`: show, verify and diff, as a person and a program meet them."""

import csv
import json
import socket
from pathlib import Path

import pytest
from cryptography import x509
from typer.testing import CliRunner, Result

from lscctl.cli.main import app
from tests.cucm import file_servers
from tests.trustlist.foreign import SAST, holder, record, signed, text, usual
from tests.trustlist.lists import identity, itl, pem, printed


def run(*arguments: str, input: str | None = None) -> Result:  # noqa: A002 - as the runner calls it
    return CliRunner().invoke(app, arguments, input=input)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "ITLFile.tlv").write_bytes(itl())
    (tmp_path / "other.tlv").write_bytes(itl(capf="CAPF-99999999"))
    (tmp_path / "printed.txt").write_text(printed())
    (tmp_path / "capf.pem").write_bytes(pem("CAPF-0a1b2c3d"))
    return tmp_path


def test_show_tells_signer_records_and_verdict(folder: Path) -> None:
    shown = run("trust-list", "show", str(folder / "ITLFile.tlv"))
    assert shown.exit_code == 0
    for told in ("signature good", "SHA512", "ITLFile.tlv", "CAPF-0a1b2c3d", "CCM+TFTP", "5 records"):
        assert told in shown.stdout


def test_json_holds_each_certificate_for_other_tools(folder: Path) -> None:
    shown = json.loads(run("trust-list", "show", str(folder / "ITLFile.tlv"), "--format", "json").stdout)
    assert shown["schema"] == "lscctl.trust-list/1"
    (found,) = shown["lists"]
    assert found["kind"] == "ITL"
    assert found["header"]["timestamp"] == "2026-01-01T00:00:00Z"
    assert found["signature"]["verdict"] == "good"
    capf = next(record for record in found["records"] if record["function"] == "CAPF")
    read = x509.load_pem_x509_certificate(capf["certificate"]["pem"].encode())
    assert read == identity("CAPF-0a1b2c3d").certificate
    assert int(capf["serial"], 16) == read.serial_number


def test_a_list_may_come_from_standard_input(folder: Path) -> None:
    shown = run("trust-list", "show", "-", input=printed())
    assert shown.exit_code == 0
    assert "ITL from standard input" in shown.stdout
    assert "the node itself said that the list was verified successfully" in " ".join(shown.stdout.split())


def test_verify_ends_with_0_only_for_good_signatures(folder: Path) -> None:
    assert run("trust-list", "verify", str(folder / "ITLFile.tlv")).exit_code == 0
    content = bytearray(itl())
    content[-3] ^= 1
    (folder / "changed.tlv").write_bytes(content)
    bad = run("trust-list", "verify", str(folder / "changed.tlv"))
    assert bad.exit_code == 1
    assert "bad" in bad.stdout
    unknown = run("trust-list", "verify", str(folder / "printed.txt"))
    assert unknown.exit_code == 1
    assert "unknown" in unknown.stdout


@pytest.mark.parametrize("source", ["ITLFile.tlv", "other.tlv"])
def test_verify_against_a_certificate_looks_at_the_capf_record(folder: Path, source: str) -> None:
    result = run("trust-list", "verify", str(folder / source), "--against", str(folder / "capf.pem"))
    assert result.exit_code == (0 if source == "ITLFile.tlv" else 1)
    expected = "record 3 is that certificate" if source == "ITLFile.tlv" else "record 3 is another certificate"
    assert expected in " ".join(result.stdout.split())


def test_verify_against_another_list_says_whether_it_is_the_same(folder: Path) -> None:
    same = run("trust-list", "verify", str(folder / "ITLFile.tlv"), "--against", str(folder / "printed.txt"))
    assert same.exit_code == 0
    other = run("trust-list", "verify", str(folder / "other.tlv"), "--against", str(folder / "ITLFile.tlv"))
    assert other.exit_code == 1
    assert "1 difference" in " ".join(other.stdout.split())


@pytest.mark.parametrize(
    ("name", "told"), [("thing", "no trust list in this line"), ("missing", "missing cannot be read")]
)
def test_what_a_list_cannot_be_compared_with_is_named(folder: Path, name: str, told: str) -> None:
    (folder / "thing").write_text("hello")
    refused = run("trust-list", "verify", str(folder / "ITLFile.tlv"), "--against", str(folder / name))
    assert refused.exit_code == 2
    assert str(folder / name) in refused.stderr
    assert told in refused.stderr


def test_diff_names_what_changed(folder: Path) -> None:
    same = run("trust-list", "diff", str(folder / "ITLFile.tlv"), str(folder / "printed.txt"))
    assert same.exit_code == 0
    assert "no differences" in same.stdout
    differs = run("trust-list", "diff", str(folder / "ITLFile.tlv"), str(folder / "other.tlv"), "--format", "json")
    assert differs.exit_code == 1
    (found,) = json.loads(differs.stdout)["differences"]
    assert (found["change"], found["what"]) == ("changed", "CAPF")
    assert "CAPF-99999999" in found["fields"]["subject"]["after"]


@pytest.mark.parametrize(
    ("content", "told"),
    [(b"", "it is empty"), (b"hello", "no trust list"), (itl()[:-7], "byte"), (b"\x89PNG\r\n\x1a\n\0\0\0", "byte 0")],
)
def test_what_is_no_list_is_refused_by_name_and_place(folder: Path, content: bytes, told: str) -> None:
    (folder / "thing").write_bytes(content)
    result = run("trust-list", "show", str(folder / "thing"))
    assert result.exit_code == 2
    assert str(folder / "thing") in result.stderr
    assert told in result.stderr


def test_a_file_that_is_not_there_is_named(folder: Path) -> None:
    result = run("trust-list", "verify", str(folder / "missing.tlv"))
    assert result.exit_code == 2
    assert "missing.tlv cannot be read: No such file or directory" in result.stderr


def test_csv_has_a_row_for_each_record_and_one_for_a_list_without(folder: Path) -> None:
    (folder / "missing.txt").write_text("Length of ITL file: 0\nITL File not found.\n")
    shown = run(
        "trust-list", "show", str(folder / "ITLFile.tlv"), str(folder / "missing.txt"), "--format", "csv"
    ).stdout
    rows = list(csv.DictReader(shown.splitlines()))
    assert [row["function"] for row in rows] == ["SAST", "CCM+TFTP", "CAPF", "TVS", "TVS", ""]
    assert [row["verdict"] for row in rows] == ["good"] * 5 + ["unknown"]
    assert rows[2]["key"] == "RSA 2048"
    assert rows[-1]["problem"] == "the node says: not found"


@pytest.mark.parametrize("command", ["show", "verify"])
@pytest.mark.parametrize("form", ["table", "csv"])
def test_what_a_list_says_steers_no_terminal(folder: Path, command: str, form: str) -> None:
    signer = holder("sast")
    evil = record(signer, SAST, host="pub\x1b[2J\u202e").having((3, text("CN=\x1b]0;owned\x07")), (77, b"\x1b"))
    (folder / "evil.tlv").write_bytes(signed(signer, [evil], usual(signer, name="ITL\x1b[31m.tlv")))
    shown = run("trust-list", command, str(folder / "evil.tlv"), "--format", form).stdout
    assert "good" in shown
    assert not {"\x1b", "\x07", "\u202e"} & set(shown)


def test_a_phone_that_is_none_is_refused() -> None:
    refused = run("trust-list", "show", "--from-tftp", "127.0.0.1", "--phone", "../../etc/passwd")
    assert refused.exit_code == 2
    assert "no phone has such a name" in refused.stderr


@pytest.mark.parametrize("source", ["tftp:", "tftp:/ITLFile.tlv"])
def test_a_server_without_a_name_is_refused(folder: Path, source: str) -> None:
    refused = run("trust-list", "diff", source, str(folder / "ITLFile.tlv"))
    assert refused.exit_code == 2
    assert "names no server" in refused.stderr


def test_a_server_that_gives_a_web_page_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    page = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n<html>Sign in</html>"
    with file_servers.http(page) as port:
        monkeypatch.setattr("lscctl.cucm.trust_files.HTTP_PORT", port)
        refused = run("trust-list", "show", "--from-tftp", "127.0.0.1")
    assert refused.exit_code == 2
    assert "ITLFile.tlv of 127.0.0.1: byte 0:" in refused.stderr


def test_a_phones_own_list_is_fetched_by_its_name(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[bytes] = []

    def reply(line: socket.socket, client: file_servers.Address) -> None:
        file_servers.file(itl(file_name="ITLSEP001122334455.tlv"))(line, client)

    with file_servers.http() as closed, file_servers.tftp(reply, asked) as port:
        monkeypatch.setattr("lscctl.cucm.trust_files.HTTP_PORT", closed)
        monkeypatch.setattr("lscctl.cucm.trust_files.TFTP_PORT", port)
        shown = run("trust-list", "verify", "--from-tftp", "127.0.0.1", "--phone", "sep001122334455")
    assert shown.exit_code == 0
    assert "127.0.0.1 (TFTP)" in shown.stdout
    assert asked[0].startswith(b"\0\1ITLSEP001122334455.tlv\0octet\0")


@pytest.mark.parametrize("command", ["show", "verify"])
def test_of_several_servers_each_is_asked_whatever_the_others_answer(
    monkeypatch: pytest.MonkeyPatch, command: str
) -> None:
    monkeypatch.setattr("lscctl.cli.trust_list.sources._TIMEOUT", 0.5)
    answer = b"HTTP/1.1 200 OK\r\n\r\n" + itl()
    with file_servers.http(answer) as port:
        monkeypatch.setattr("lscctl.cucm.trust_files.HTTP_PORT", port)
        hosts = [word for host in ("127.0.0.9", "127.0.0.1") for word in ("--from-tftp", host)]
        told = run("trust-list", command, *hosts)
    assert told.exit_code == 5
    assert "127.0.0.9 gives no ITLFile.tlv" in told.stderr
    assert "signed with the key of record 1" in told.stdout
