"""A signature is good only if nothing was changed; what a node printed is never called good."""

import pytest
from cryptography.hazmat.primitives import serialization
from hypothesis import given, settings
from hypothesis import strategies as st

from lscctl.simulator.trust_lists import Entry, build
from lscctl.trustlist import binary, text
from lscctl.trustlist.certificate import Certificate
from lscctl.trustlist.format import Digest, Function
from lscctl.trustlist.values import TrustListError
from lscctl.trustlist.verification import Verdict, date_warnings, verify
from tests.trustlist.lists import MADE, identity, itl, of_another_tool, printed


@pytest.mark.parametrize("digest", list(Digest))
def test_a_whole_list_is_good(digest: Digest) -> None:
    found = verify(binary.parse(itl(digest=digest)))
    assert found.verdict is Verdict.GOOD
    assert found.signer is not None
    assert found.signer.number == 1


def test_the_list_of_another_tool_is_good() -> None:
    assert verify(binary.parse(of_another_tool())).verdict is Verdict.GOOD


def test_a_signer_whose_record_holds_only_its_key_still_proves_the_list() -> None:
    signer = identity("ITLRECOVERY_pub")
    content = build(
        [Entry(Function.SAST, signer.certificate, "cucm-pub", hash_only=True)],
        signer,
        file_name="ITLFile.tlv",
        timestamp=MADE,
    )
    assert verify(binary.parse(content)).verdict is Verdict.GOOD


def test_a_signer_that_is_no_sast_record_is_none() -> None:
    signer = identity("ITLRECOVERY_pub")
    content = build(
        [Entry(Function.CCM, signer.certificate, "cucm-pub")], signer, file_name="ITLFile.tlv", timestamp=MADE
    )
    found = verify(binary.parse(content))
    assert found.verdict is Verdict.BAD
    assert "no SAST record has the serial number" in found.why


def test_another_keys_signature_is_bad() -> None:
    thief = identity("ITLRECOVERY_pub", serial=99)
    mine = identity("other", serial=99)
    content = build([Entry(Function.SAST, mine.certificate, "x")], thief, file_name="ITLFile.tlv", timestamp=MADE)
    found = verify(binary.parse(content))
    assert found.verdict is Verdict.BAD
    assert "not of the key in record 1" in found.why


@settings(deadline=None)
@given(st.integers(min_value=0))
def test_no_flipped_bit_passes(place: int) -> None:
    content = bytearray(itl())
    bit = place % (len(content) * 8)
    content[bit // 8] ^= 1 << bit % 8
    try:
        found = verify(binary.parse(bytes(content)))
    except TrustListError:
        return
    assert found.verdict is not Verdict.GOOD


@settings(deadline=None)
@given(st.integers(min_value=0))
def test_a_damaged_certificate_is_told_and_breaks_nothing(place: int) -> None:
    der = bytearray(identity("ITLRECOVERY_pub").certificate.public_bytes(serialization.Encoding.DER))
    bit = place % (len(der) * 8)
    der[bit // 8] ^= 1 << bit % 8
    try:
        found = Certificate.read(bytes(der))
    except ValueError as refusal:
        assert "cannot be read" in str(refusal)  # noqa: PT017 - either end will do
        return
    assert found.der == bytes(der)


def test_an_expired_certificate_is_a_warning_and_no_bad_signature() -> None:
    signer = identity("expired", expired=True)
    content = build([Entry(Function.SAST, signer.certificate, "x")], signer, file_name="ITLFile.tlv", timestamp=MADE)
    found = binary.parse(content)
    assert verify(found).verdict is Verdict.GOOD
    assert list(date_warnings(found, MADE)) == ["record 1 (SAST): the certificate has expired"]
    assert list(date_warnings(found, MADE - 10 * 86_400)) == []
    assert list(date_warnings(found, 0)) == ["record 1 (SAST): the certificate is not yet valid"]


def test_what_a_node_printed_is_unknown_with_the_nodes_own_words() -> None:
    (found,) = text.parse(printed())
    verified = verify(found)
    assert verified.verdict is Verdict.UNKNOWN
    assert "the node itself said that the list was verified successfully" in verified.why
    assert verified.signer is not None
    assert verified.signer.number == 1


def test_a_digest_that_nobody_knows_is_unknown() -> None:
    content = itl()
    at = content.index(b"\x08\x00\x01\x03")
    found = verify(binary.parse(content[: at + 3] + b"\x09" + content[at + 4 :]))
    assert found.verdict is Verdict.UNKNOWN
    assert "the digest algorithm 9 is not known" in found.why
