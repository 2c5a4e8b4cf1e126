"""Archives as Cisco makes them, and as somebody might who means harm."""

import io
import stat
import zipfile
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lscctl.cucm import schema_archive
from lscctl.cucm.faults import SchemaUnusable
from lscctl.cucm.schema import Schema
from lscctl.cucm.schema_archive import NAMES, SchemaArchive
from tests.cucm.cisco import wsdl

OTHERS = {"README.txt": b"Cisco", "lib/axl.jar": b"PK", "sample/AxlSqlToolkit.java": b"class"}


def contents(version: str, folder: str = "") -> dict[str, bytes]:
    """Cisco's files of a version, in the archive's folder `schema/VERSION` or another."""
    place = folder or f"schema/{version}"
    return {f"{place}/{name}": wsdl(version).with_name(name).read_bytes() for name in NAMES}


def archive(path: Path, *parts: Mapping[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as made:
        for part in parts:
            for name, content in part.items():
                made.writestr(name, content)
    return path


@pytest.fixture
def toolkit(tmp_path: Path) -> Path:
    """One as Cisco makes it: several versions, the newest once more as `current`, and samples beside."""
    current = {f"schema/current/{name}": wsdl("12.5").with_name(name).read_bytes() for name in NAMES}
    return archive(tmp_path / "axlsqltoolkit.zip", OTHERS, contents("10.5"), contents("9.1"), contents("12.5"), current)


def test_the_versions_are_told_by_what_the_files_say(toolkit: Path) -> None:
    with SchemaArchive(toolkit) as opened:
        assert opened.versions == ("9.1", "10.5", "12.5")
        assert set(opened.files("10.5")) == set(NAMES)


def test_what_comes_out_is_a_schema(toolkit: Path, tmp_path: Path) -> None:
    with SchemaArchive(toolkit) as opened:
        for name, content in opened.files("10.5").items():
            (tmp_path / name).write_bytes(content)
    assert Schema.from_file(tmp_path / "AXLAPI.wsdl").version == "10.5"


@pytest.mark.parametrize("folder", ["Toolkit/Schema/12.5", "12.5", "schema\\12.5", "schema/current"])
def test_folders_may_be_nested_and_spelled_as_they_like(tmp_path: Path, folder: str) -> None:
    files = {name.replace(".wsdl", ".WSDL"): content for name, content in contents("12.5", folder).items()}
    with SchemaArchive(archive(tmp_path / "a.zip", files)) as opened:
        assert opened.versions == ("12.5",)
        assert opened.files("12.5")["AXLAPI.wsdl"].startswith(b"<?xml")


def refused(path: Path, version: str = "12.5") -> str:
    with pytest.raises(SchemaUnusable) as caught, SchemaArchive(path) as opened:
        opened.files(version)
    assert str(path) in caught.value.message
    assert "Cisco AXL Toolkit" in (caught.value.hint or "")
    return caught.value.message


@pytest.mark.parametrize(
    "name", ["../AXLAPI.wsdl", "schema/../../x", "/etc/AXLAPI.wsdl", "C:\\AXLAPI.wsdl", "schema\\..\\..\\x"]
)
def test_an_entry_that_points_out_of_the_archive_refuses_it(tmp_path: Path, name: str) -> None:
    assert "points out of it" in refused(archive(tmp_path / "a.zip", contents("12.5"), {name: b"x"}))


def test_a_link_refuses_the_archive(tmp_path: Path) -> None:
    path = archive(tmp_path / "a.zip", contents("12.5"))
    link = zipfile.ZipInfo("schema/12.5/link")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    with zipfile.ZipFile(path, "a") as made:
        made.writestr(link, "/etc/passwd")
    assert "holds the link 'schema/12.5/link'" in refused(path)


def test_a_bomb_is_not_blown_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(schema_archive, "LARGEST_FILE", 5_000_000)
    files = contents("12.5") | {"schema/12.5/AXLEnums.xsd": b"\0" * 50_000_000}
    assert "larger than any schema of Cisco's" in refused(archive(tmp_path / "a.zip", files))


def test_an_archive_of_a_thousand_schemas_is_refused_unread(tmp_path: Path) -> None:
    files = {f"{number}/AXLAPI.wsdl": b"<x/>" for number in range(1000)}
    assert "1,000 schemas, far more than Cisco's" in refused(archive(tmp_path / "a.zip", files))


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("AXLAPI.wsdl", b"not xml", "which is no XML"),
        ("AXLAPI.wsdl", b"<definitions/>", "a WSDL that is not AXL's"),
        ("AXLSoap.xsd", b'<!DOCTYPE x [<!ENTITY a "aaaa">]><x>&a;</x>', "with a document type"),
        (
            "AXLSoap.xsd",
            b'<x><import schemaLocation="http://evil.example/x.xsd"/></x>',
            "wants 'http://evil.example/x.xsd'",
        ),
        ("AXLSoap.xsd", b'<x><include schemaLocation="../../../etc/passwd"/></x>', "wants '../../../etc/passwd'"),
    ],
)
def test_a_file_that_is_none_of_cisco_s_refuses_the_archive(
    tmp_path: Path, name: str, content: bytes, said: str
) -> None:
    files = contents("12.5") | {f"schema/12.5/{name}": content}
    assert said in refused(archive(tmp_path / "a.zip", files))


def test_an_archive_of_something_else_says_so(tmp_path: Path) -> None:
    assert "holds no AXLAPI.wsdl" in refused(archive(tmp_path / "a.zip", OTHERS))
    (tmp_path / "b.zip").write_bytes(b"MZ")
    assert "is no ZIP archive" in refused(tmp_path / "b.zip")
    assert "cannot be read: No such file" in refused(tmp_path / "c.zip")


def test_a_schema_without_its_other_files_names_them(tmp_path: Path) -> None:
    files = {name: content for name, content in contents("12.5").items() if "Enums" not in name}
    assert "schema 12.5 without AXLEnums.xsd" in refused(archive(tmp_path / "a.zip", files))


def test_an_encrypted_entry_is_told(tmp_path: Path) -> None:
    path = archive(tmp_path / "a.zip", contents("12.5"))
    whole = bytearray(path.read_bytes())
    for mark, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        start = 0
        while (start := whole.find(mark, start)) >= 0:
            whole[start + at] |= 1
            start += 4
    path.write_bytes(whole)
    assert "cannot be read" in refused(path)


SMALL = io.BytesIO()
with zipfile.ZipFile(SMALL, "w") as _made:
    _made.writestr("schema/12.5/AXLAPI.wsdl", b'<x><import namespace="http://www.cisco.com/AXL/API/12.5"/></x>')
    _made.writestr("schema/12.5/AXLSoap.xsd", b"<x/>")
    _made.writestr("schema/12.5/AXLEnums.xsd", b"<x/>")


@settings(max_examples=300)
@given(st.lists(st.tuples(st.integers(0, len(SMALL.getvalue()) - 1), st.integers(0, 255)), max_size=8))
def test_a_damaged_archive_is_read_or_refused_in_words(
    tmp_path_factory: pytest.TempPathFactory, damage: list[tuple[int, int]]
) -> None:
    whole = bytearray(SMALL.getvalue())
    for at, value in damage:
        whole[at] = value
    path = tmp_path_factory.getbasetemp() / "damaged.zip"
    path.write_bytes(whole)
    with suppress(SchemaUnusable), SchemaArchive(path) as opened:
        assert [set(opened.files(version)) for version in opened.versions] == [set(NAMES)] * len(opened.versions)
