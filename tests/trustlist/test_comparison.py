"""Lists beside each other, and beside the certificate that CAPF presents."""

import pytest
from cryptography.hazmat.primitives import serialization

from lscctl.trustlist import binary, text
from lscctl.trustlist.certificate import Certificate
from lscctl.trustlist.comparison import Change, Match, capf_record_is, diff
from tests.trustlist.lists import identity, itl, printed


def certificate(name: str) -> Certificate:
    return Certificate.read(identity(name).certificate.public_bytes(serialization.Encoding.DER))


@pytest.mark.parametrize("content", [itl(), itl(hash_only=True)], ids=["certificates", "hashes"])
def test_the_capf_record_is_known_by_certificate_or_hash(content: bytes) -> None:
    found = binary.parse(content)
    assert capf_record_is(found, certificate("CAPF-0a1b2c3d")).match is Match.SAME
    assert capf_record_is(found, certificate("CAPF-other")).match is Match.DIFFERENT


def test_the_capf_record_of_a_printed_list_is_known_by_the_printed_hash() -> None:
    (found,) = text.parse(printed())
    assert capf_record_is(found, certificate("CAPF-0a1b2c3d")).match is Match.SAME
    assert capf_record_is(found, certificate("CAPF-other")).match is Match.DIFFERENT


def test_a_list_without_capf_says_so() -> None:
    found = capf_record_is(binary.parse(itl(capf=None)), certificate("CAPF-0a1b2c3d"))
    assert (found.match, found.why) == (Match.DIFFERENT, "the list has no CAPF record")


def test_the_same_list_twice_does_not_differ() -> None:
    assert diff(binary.parse(itl()), binary.parse(itl())) == ()


def test_a_regenerated_certificate_is_one_change() -> None:
    (found,) = diff(binary.parse(itl()), binary.parse(itl(capf="CAPF-99999999")))
    assert (found.change, found.what) == (Change.CHANGED, "CAPF")
    assert {name for name, _, _ in found.fields} == {"subject", "issuer", "serial", "certificate"}


def test_a_record_that_is_gone_is_removed_and_the_other_way_round_added() -> None:
    whole, without = binary.parse(itl()), binary.parse(itl(capf=None))
    assert [(one.change, one.what) for one in diff(whole, without)] == [(Change.REMOVED, "CAPF")]
    assert [(one.change, one.what) for one in diff(without, whole)] == [(Change.ADDED, "CAPF")]


def test_a_list_of_another_day_differs_in_its_header() -> None:
    (found,) = diff(binary.parse(itl()), binary.parse(itl(timestamp=1_800_000_000)))
    assert (found.what, [name for name, _, _ in found.fields]) == ("header", ["timestamp"])
