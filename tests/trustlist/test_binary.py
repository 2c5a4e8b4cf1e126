"""Files of TFTP servers are read to the last byte, whatever wrote them; what is none says at which byte."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lscctl.trustlist import binary
from lscctl.trustlist.format import Digest, Function
from lscctl.trustlist.values import Kind, TrustListError
from tests.trustlist.lists import MADE, identity, itl, of_another_tool


def test_header_and_records_are_told_as_they_stand() -> None:
    found = binary.parse(itl())
    header = found.header
    assert found.kind is Kind.ITL
    assert (header.version, header.signer_version, header.file_name) == ("1.2", "1.1", "ITLFile.tlv")
    assert (header.digest_name, header.timestamp) == ("SHA512", MADE)
    assert header.signer == "CN=ITLRECOVERY_pub;O=Example; Söhne"
    assert int(header.serial, 16) == identity("ITLRECOVERY_pub").certificate.serial_number
    assert [record.function_name for record in found.records] == ["SAST", "CCM+TFTP", "CAPF", "TVS", "TVS"]
    assert [record.ip_address for record in found.records] == ["", "10.10.0.11", "", "", "10.10.0.12"]
    assert header.length is not None
    assert header.length % 4 == 0
    assert header.length + sum(record.length or 0 for record in found.records) == len(itl())


def test_a_record_may_hold_nothing_but_function_and_host() -> None:
    bare = binary.parse(itl()).records[-1]
    assert (bare.function, bare.dns_name, bare.subject, bare.serial) == (Function.TVS, "cucm-sub1", "", "")
    assert bare.certificate is None
    assert bare.certificate_digest("sha1") == ""


def test_a_record_may_hold_only_the_hash_of_its_certificate() -> None:
    with_hashes, with_certificates = binary.parse(itl(hash_only=True)), binary.parse(itl())
    assert with_hashes.records[2].certificate is None
    assert with_hashes.records[2].certificate_digest("sha1") == with_certificates.records[2].certificate_digest("sha1")


def test_the_list_of_another_tool_is_read() -> None:
    found = binary.parse(of_another_tool())
    assert found.kind is Kind.ITL
    assert [record.function_name for record in found.records] == ["SAST", "CAPF"]
    assert found.header.digest_name == "SHA1"
    assert binary.as_bytes(found) == of_another_tool()


@pytest.mark.parametrize("name", ["CTLFile.tlv", "CTLSEP001122334455.tlv", "some/folder/ctlfile.tlv"])
def test_the_file_name_tells_which_list_it_is(name: str) -> None:
    assert binary.parse(itl(file_name=name)).kind is Kind.CTL
    assert binary.parse(itl(file_name="nothing"), name).kind is Kind.CTL


@pytest.mark.parametrize("digest", list(Digest))
def test_reading_and_writing_is_the_identity(digest: Digest) -> None:
    content = itl(digest=digest)
    assert binary.as_bytes(binary.parse(content)) == content


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda list_: b"", "byte 0: the file is empty"),
        (lambda list_: b"\x89PNG\r\n\x1a\n", "byte 0: tag 137 of the header is 20558 bytes long"),
        (lambda list_: list_[:7], "byte 5: the header ends in the middle of tag 2"),
        (
            lambda list_: list_[:8] + b"\0\x05" + list_[10:],
            "byte 5: the header says that it is 5 bytes long: it ends before",
        ),
        (lambda list_: list_[:8] + b"\xff\xff" + list_[10:], "it would end after the end of the file"),
        (lambda list_: list_[:100], "byte 5: the header says"),
        (lambda list_: list_[:-1], "record 5 says that it is 30 bytes long: it would end after"),
        (lambda list_: list_ + b"\x01", "record 6 ends in the middle of tag 1"),
        (lambda list_: list_ + b"\x02\x00\x01\x00", "record 6 does not say how long it is"),
    ],
)
def test_what_cannot_be_read_is_told_with_its_byte(change: object, told: str) -> None:
    with pytest.raises(TrustListError, match=re.escape(told)):
        binary.parse(change(itl()))  # type: ignore[operator]


def test_a_tag_that_stands_twice_is_refused_rather_than_chosen_from() -> None:
    content = bytearray(itl())
    at = content.index(b"\x0f\x00\x04")  # the time of the header becomes a second version
    content[at : at + 7] = b"\x01\x00\x02\x01\x02\x0d\x0d"
    with pytest.raises(TrustListError, match="tag 1 stands in the header twice"):
        binary.parse(bytes(content))


@settings(deadline=None)
@given(st.data())
def test_a_list_with_wounds_is_read_or_refused_with_words(data: st.DataObject) -> None:
    content = bytearray(itl())
    for _ in range(data.draw(st.integers(1, 8))):
        at = data.draw(st.integers(0, len(content) - 1))
        match data.draw(st.sampled_from(("change", "cut", "insert"))):
            case "change":
                content[at] = data.draw(st.integers(0, 255))
            case "cut":
                del content[at : at + data.draw(st.integers(1, 50))]
            case "insert":
                content[at:at] = data.draw(st.binary(max_size=20))
        if not content:
            break
    try:
        found = binary.parse(bytes(content))
    except TrustListError as refusal:
        says_where = refusal.message.startswith("byte ")
    else:
        says_where = True
        assert binary.as_bytes(found) == bytes(content)
        assert binary.parse(binary.as_bytes(found)) == found
    assert says_where


@settings(deadline=None)
@given(st.binary(max_size=300))
def test_any_bytes_are_read_or_refused(content: bytes) -> None:
    try:
        found = binary.parse(content)
    except TrustListError:
        return
    assert binary.as_bytes(found) == content
