"""Archives that somebody mailed, well-meant and hostile: nothing is unpacked, everything is bounded and told."""

import contextlib
import gzip
import io
import os
import random
import struct
import tarfile
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lscctl.diagnosis.case import Case
from lscctl.diagnosis.mailed import Given, gather
from lscctl.diagnosis.reading import opening
from lscctl.errors import UsageError
from tests.diagnosis.logs import BROKE_OFF, KNOWLEDGE, NO_HOST, START, log, named

LOG = log(START, NO_HOST, BROKE_OFF).encode()
BOMB = gzip.compress(gzip.compress(LOG + b"\n" * 9_000_000))
LONG = b"".join(
    b"%07d INF Mar 12 15:00:00.000000 JAVA-x: %d\n" % (n, random.Random(n).getrandbits(64)) for n in range(9_000)
)


def tar(*members: tuple[str, bytes] | tarfile.TarInfo, mode: str = "w:gz") -> bytes:
    made = io.BytesIO()
    with tarfile.open(fileobj=made, mode=mode) as archive:  # type: ignore[call-overload]
        for member in members:
            if isinstance(member, tarfile.TarInfo):
                archive.addfile(member)
                continue
            name, content = member
            header = tarfile.TarInfo(name)
            header.size = len(content)
            archive.addfile(header, io.BytesIO(content))
    return made.getvalue()


def link_header(name: str) -> tarfile.TarInfo:
    header = tarfile.TarInfo(name)
    header.type, header.linkname = tarfile.SYMTYPE, "/etc/passwd"
    return header


def folder_header(name: str) -> tarfile.TarInfo:
    header = tarfile.TarInfo(name)
    header.type = tarfile.DIRTYPE
    return header


def zipped(*members: tuple[str, bytes], packing: int = zipfile.ZIP_DEFLATED) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", packing) as archive:
        for name, content in members:
            archive.writestr(name, content)
    return made.getvalue()


def mailed(tmp_path: Path, content: bytes, name: str = "prt.tar.gz") -> list[Case]:
    (tmp_path / name).write_bytes(content)
    return gather([Given(str(tmp_path / name))], KNOWLEDGE)


def cause(cases: list[Case]) -> str:
    (case,) = cases
    return named(case.diagnosis(KNOWLEDGE))[0]


@pytest.mark.parametrize(
    "make",
    [
        lambda: tar(("logs/messages", LOG)),
        lambda: tar(("logs/messages", LOG), mode="w"),
        lambda: zipped(("logs/messages", LOG)),
        lambda: gzip.compress(LOG),
        lambda: tar(("old/messages.tar.gz", tar(("messages.1", LOG))), ("readme", b"nothing")),
        lambda: zipped(("prt.tar.gz", tar(("messages.gz", gzip.compress(LOG))))),
    ],
)
def test_logs_are_found_in_archives_of_every_kind_and_in_each_other(tmp_path: Path, make: Callable[[], bytes]) -> None:
    assert cause(mailed(tmp_path, make())) == "name-not-resolved"


def test_evidence_names_the_archive_and_the_file_in_it(tmp_path: Path) -> None:
    (case,) = mailed(tmp_path, tar(("logs/messages", LOG)))
    place = case.diagnosis(KNOWLEDGE).causes[0].evidence[0].place
    assert str(place) == f"{tmp_path / 'prt.tar.gz'}/logs/messages:2"


def test_a_folder_is_gone_through_but_links_are_not_followed(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_bytes(LOG)
    folder = tmp_path / "mailed" / "sub"
    folder.mkdir(parents=True)
    (folder / "messages").write_bytes(LOG)
    (folder / "link").symlink_to(secret)
    (folder.parent / "round").symlink_to(folder.parent)
    os.mkfifo(folder / "pipe")
    (case,) = gather([Given(str(folder.parent))], KNOWLEDGE)
    assert [place.file for place in case.looked_at] == [str(folder / "messages")]
    assert sum("it is a link, or no file" in told for told in case.missing) == 3


@pytest.mark.parametrize("name", ["../../etc/passwd", "/etc/passwd", "a/../../b", "..\\..\\b", "C:\\windows\\b"])
@pytest.mark.parametrize("make", [tar, zipped])
def test_names_that_lead_out_of_an_archive_are_passed_over_and_told(
    tmp_path: Path, name: str, make: Callable[..., bytes]
) -> None:
    (case,) = mailed(tmp_path, make((name, LOG), ("messages", log(START, BROKE_OFF).encode())))
    assert len(case.looked_at) == 1
    assert any("its name leads out of the archive" in told for told in case.missing)


def test_links_and_devices_in_an_archive_are_passed_over(tmp_path: Path) -> None:
    link, device = tarfile.TarInfo("link"), tarfile.TarInfo("device")
    link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
    device.type = tarfile.CHRTYPE
    (case,) = mailed(tmp_path, tar(link, device, ("messages", LOG)))
    assert [told.rpartition(": ")[2] for told in case.missing] == ["it is a link, or no file"] * 2


def test_a_bomb_is_refused_with_what_it_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(opening, "MOST_BYTES", 2**20)
    for content, name in ((BOMB, "bomb.gz"), (zipped(("bomb", LOG + b"\n" * 9_000_000)), "bomb.zip")):
        with pytest.raises(UsageError) as refused:
            mailed(tmp_path, content, name)
        assert "there is more than 1 MB in it" in refused.value.message
        assert name in refused.value.message


def test_what_is_too_much_in_a_folder_is_named_and_the_other_files_are_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(opening, "MOST_BYTES", 2**20)
    monkeypatch.setattr(opening, "MOST_ENTRIES", 100)
    nested = LOG
    for _ in range(8):
        nested = gzip.compress(nested)
    end = struct.pack("<4sHHHHIIH", b"PK\x05\x06", 0, 0, 65_535, 65_535, 2**30, 0, 0)
    refused = {
        "a-bomb.gz": BOMB,
        "b-many.tar.gz": tar(*((f"f{number}", b"x") for number in range(200))),
        "c-folders.tar.gz": tar(*(folder_header(f"d{number}") for number in range(200))),
        "d-nested.gz": nested,
        "e-directory.zip": b"PK\x03\x04" + b"\0" * 600 + end,
    }
    for name, content in {**refused, "messages": LOG}.items():
        (tmp_path / name).write_bytes(content)
    (case,) = gather([Given(str(tmp_path))], KNOWLEDGE)
    assert named(case.diagnosis(KNOWLEDGE))[0] == "name-not-resolved"
    for name in refused:
        (told,) = [told for told in case.missing if f"the rest of {tmp_path / name} was not looked at" in told]
        assert told.startswith(str(tmp_path / name))


def test_all_files_of_a_folder_together_have_an_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(opening, "MOST_BYTES", 2**20)
    for number in range(8):
        (tmp_path / f"bomb-{number}.gz").write_bytes(BOMB)
    with pytest.raises(UsageError) as refused:
        gather([Given(str(tmp_path))], KNOWLEDGE)
    assert "all that was given is too much: there is more than 4 MB in it" in refused.value.message


def test_folders_and_links_in_an_archive_count_too_and_are_not_all_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    links = [link_header(f"l{number}") for number in range(1_000)]
    (case,) = mailed(tmp_path, tar(("messages", LOG), *links))
    assert len(case.missing) == opening.MOST_TOLD + 1
    assert case.missing[-1] == "and 950 other things in what was given"
    monkeypatch.setattr(opening, "MOST_ENTRIES", 100)
    for members in (links, [folder_header(f"d{number}") for number in range(200)]):
        with pytest.raises(UsageError) as refused:
            mailed(tmp_path, tar(("messages", LOG), *members))
        assert "files in it" in refused.value.message


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_file_of_a_folder_that_may_not_be_read_is_named(tmp_path: Path) -> None:
    (tmp_path / "closed").mkdir()
    (tmp_path / "closed").chmod(0)
    (tmp_path / "secret").write_bytes(LOG)
    (tmp_path / "secret").chmod(0)
    (tmp_path / "messages").write_bytes(LOG)
    (case,) = gather([Given(str(tmp_path))], KNOWLEDGE)
    assert [told.rpartition(": ")[2] for told in case.missing] == ["Permission denied"] * 2


def test_a_file_that_vanishes_while_its_folder_is_read_is_named(tmp_path: Path) -> None:
    for name in ("a", "b", "c"):
        (tmp_path / name).write_bytes(LOG)
    opened = opening.Opened()
    read = []
    for entry in opened.entries(str(tmp_path)):
        (tmp_path / "b").unlink(missing_ok=True)
        read.append(Path(entry.name).name)
    assert read == ["a", "c"]
    assert opened.passed_over == [f"{tmp_path / 'b'}: it cannot be read: No such file or directory"]


def test_archives_that_are_nested_without_end_are_refused(tmp_path: Path) -> None:
    content = LOG
    for _ in range(8):
        content = gzip.compress(content)
    with pytest.raises(UsageError) as refused:
        mailed(tmp_path, content)
    assert "nested more than 4 deep" in refused.value.message


def test_an_archive_of_too_many_files_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(opening, "MOST_ENTRIES", 100)
    with pytest.raises(UsageError) as refused:
        mailed(tmp_path, tar(*((f"f{number}", b"x") for number in range(200))))
    assert "files in it" in refused.value.message


def test_a_zip_whose_directory_would_fill_the_memory_is_refused(tmp_path: Path) -> None:
    end = struct.pack("<4sHHHHIIH", b"PK\x05\x06", 0, 0, 65_535, 65_535, 2**30, 0, 0)
    with pytest.raises(UsageError):
        mailed(tmp_path, b"PK\x03\x04" + b"\0" * 600 + end, "big.zip")


def test_a_header_that_claims_a_gigabyte_of_name_is_not_read(tmp_path: Path) -> None:
    header = tarfile.TarInfo("long")
    header.type, header.size = tarfile.GNUTYPE_LONGNAME, 2**30
    content = header.tobuf(tarfile.GNU_FORMAT) + b"x" * 4_096
    with pytest.raises(UsageError) as refused:
        mailed(tmp_path, content, "long.tar")
    assert "damaged" in refused.value.message


def test_what_comes_before_the_damage_is_still_used(tmp_path: Path) -> None:
    whole = tar(("messages", LOG), ("noise", random.Random(1).randbytes(100_000)))
    (case,) = mailed(tmp_path, whole[: len(whole) // 2])
    assert named(case.diagnosis(KNOWLEDGE))[0] == "name-not-resolved"
    assert any("damaged" in told for told in case.missing)


@pytest.mark.parametrize("make", [gzip.compress, lambda text: tar(("messages", text))])
@pytest.mark.parametrize(
    ("spoil", "why"),
    [
        (lambda packed, cut: packed[:cut], "cut"),
        (lambda packed, cut: packed[:cut] + b"\xff" * 50, "damaged"),
    ],
)
def test_a_packed_log_is_read_right_up_to_where_it_is_damaged(
    tmp_path: Path, make: Callable[[bytes], bytes], spoil: Callable[[bytes, int], bytes], why: str
) -> None:
    packed = make(LONG + LOG + LONG)
    (case,) = mailed(tmp_path, spoil(packed, len(packed) * 3 // 4))
    assert named(case.diagnosis(KNOWLEDGE))[0] == "name-not-resolved"
    assert any("damaged" in told and why in told for told in case.missing)


def test_what_follows_a_packed_archive_does_no_harm(tmp_path: Path) -> None:
    assert cause(mailed(tmp_path, tar(("messages", LOG)) + b"no gzip any more")) == "name-not-resolved"


@pytest.mark.parametrize(
    ("spoil", "why"),
    [
        (lambda packed: packed[:-8] + b"\0\0\0\0" + packed[-4:], "incorrect data check"),
        (lambda packed: packed + b"no gzip any more", "what follows is no gzip"),
        (lambda packed: packed + gzip.compress(LONG)[:5], "cut off"),
    ],
)
def test_what_is_wrong_behind_a_packed_log_is_told_once_and_loses_nothing(
    tmp_path: Path, spoil: Callable[[bytes], bytes], why: str
) -> None:
    (case,) = mailed(tmp_path, spoil(gzip.compress(LOG)), "messages.gz")
    assert named(case.diagnosis(KNOWLEDGE))[0] == "name-not-resolved"
    (told,) = case.missing
    assert why in told


def test_members_and_padding_of_a_gzip_are_no_damage(tmp_path: Path) -> None:
    (case,) = mailed(tmp_path, gzip.compress(LONG) + b"\0" * 700 + gzip.compress(LOG) + b"\0" * 200_000)
    assert named(case.diagnosis(KNOWLEDGE))[0] == "name-not-resolved"
    assert not case.missing


@pytest.mark.parametrize("packing", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA, zipfile.ZIP_DEFLATED])
def test_a_damaged_file_in_a_zip_keeps_no_other_from_being_read(tmp_path: Path, packing: int) -> None:
    content = bytearray(zipped(("noise", random.Random(1).randbytes(9_000)), ("messages", LOG), packing=packing))
    content[100:200] = bytes(100)
    (case,) = mailed(tmp_path, bytes(content), "prt.zip")
    assert named(case.diagnosis(KNOWLEDGE))[0] == "name-not-resolved"
    assert any(f"{tmp_path / 'prt.zip'}/noise: it is damaged" in told for told in case.missing)


def test_a_name_in_a_zip_that_is_no_utf_8_is_no_fault(tmp_path: Path) -> None:
    content = zipped(("m\u00e9ssages", LOG)).replace("\u00e9".encode(), b"\xff\xfe")
    with pytest.raises(UsageError) as refused:
        mailed(tmp_path, content, "prt.zip")
    assert "damaged" in refused.value.message


def test_an_encrypted_file_in_a_zip_is_passed_over(tmp_path: Path) -> None:
    content = bytearray(zipped(("secret", LOG), ("messages", LOG)))
    for marker, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        content[content.index(marker) + at] |= 1
    (case,) = mailed(tmp_path, bytes(content), "prt.zip")
    assert any("it is encrypted" in told for told in case.missing)


@given(st.data())
def test_a_damaged_archive_never_ends_in_a_fault(data: st.DataObject) -> None:
    whole = bytearray(
        data.draw(
            st.sampled_from(
                [
                    tar(("messages", LOG)),
                    tar(("m", LOG), mode="w"),
                    *(
                        zipped(("m\u00e9", LOG), ("n", LOG), packing=packing)
                        for packing in (zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA)
                    ),
                ]
            )
        )
    )
    for _ in range(data.draw(st.integers(1, 6))):
        at = data.draw(st.integers(0, len(whole) - 1))
        whole[at] = data.draw(st.integers(0, 255))
    del whole[data.draw(st.integers(1, len(whole))) :]
    found = opening.Opened()
    stream = io.BytesIO(bytes(whole))
    with contextlib.suppress(UsageError):  # nested too deeply, by chance
        for entry in found._entries(stream, "fuzzed", "", 0):
            while entry.content.read(65_536):
                pass
