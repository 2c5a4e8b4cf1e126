"""Lists of somebody else's tools: read and verified where the format allows it, refused or doubted where it does not."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lscctl.trustlist import binary
from lscctl.trustlist.format import Function
from lscctl.trustlist.values import TrustListError
from lscctl.trustlist.verification import Verdict, Verification, verify, warnings
from tests.trustlist.foreign import (
    CAPF,
    CCM,
    CCM_TFTP,
    SAST,
    TVS,
    Header,
    Record,
    holder,
    how,
    identity,
    record,
    signed,
    tag,
    text,
    usual,
)

SIGNER, PHONES_CA = holder("sast"), holder("capf", serial=0x81_23_45_67_89_AB_CD_EF_01)
THIEF = holder("thief")
"""Has the signer's serial number, and another key."""

RECORDS = [record(SIGNER, SAST), record(PHONES_CA, CAPF)]
USUAL = usual(SIGNER)


def verified(content: bytes) -> Verification:
    found = binary.parse(content)
    assert binary.as_bytes(found) == content
    return verify(found)


@pytest.mark.parametrize("bits", [1024, 1536, 3072, 4096])
@pytest.mark.parametrize("digest", [1, 2, 3])
def test_every_key_size_and_digest_verifies(bits: int, digest: int) -> None:
    signer = holder("sast", bits=bits)
    assert verified(signed(signer, [record(signer, SAST)], digest=digest)).verdict is Verdict.GOOD


@pytest.mark.parametrize("size", [1, 7, 8, 16, 20])
@pytest.mark.parametrize("zeros", [b"", b"\0", b"\0\0\0"])
def test_the_signer_is_found_by_a_serial_of_any_size_however_many_zeros_lead(size: int, zeros: bytes) -> None:
    signer = holder("sast", serial=(0x71 << 8 * (size - 1)) | 1)
    content = signed(signer, [record(signer, SAST)], usual(signer, serial=zeros + signer.serial))
    assert verified(content).verdict is Verdict.GOOD


HEADERS = {
    "no signer version": replace(USUAL, before=USUAL.before[1:]),
    "everything before the signature": replace(USUAL, before=[*USUAL.before, *USUAL.after], after=[]),
    "the signature first": replace(USUAL, before=[], after=[*USUAL.before, *USUAL.after]),
    "tags the other way round": replace(USUAL, before=USUAL.before[::-1], after=USUAL.after[::-1]),
    "an unknown tag before all": replace(USUAL, version=tag(99, b"?") + USUAL.version),
    "unknown tags, empty, above 127, repeated": replace(USUAL, before=[tag(200), tag(200, b"?"), *USUAL.before, tag(255)]),
    "no padding": replace(USUAL, padding=b""),
    "much padding": replace(USUAL, padding=b"\x0d" * 9),
    "padding in between": replace(USUAL, before=[part + b"\x0d" for part in USUAL.before]),
    "containers with odd lengths": replace(
        USUAL, before=[tag(3, length=0), *identity(SIGNER)[1:], tag(7, length=60_000), *how()[1:]]
    ),
    "an odd modulus": replace(USUAL, before=[*identity(SIGNER), *how(modulus=200)]),
    "names without NUL, empty, and no text at all": Header(before=[tag(4), tag(6, b"CN=\xff\xfe"), identity(SIGNER)[2], *how()]),
}  # fmt: skip


@pytest.mark.parametrize("header", HEADERS.values(), ids=list(HEADERS))
def test_a_header_may_be_written_in_many_ways(header: Header) -> None:
    assert verified(signed(SIGNER, RECORDS, header)).verdict is Verdict.GOOD


STRANGE_RECORDS = [
    Record([(2, text("sub1")), (4, TVS.to_bytes(2, "big")), (10, bytes(4))]),
    Record([(2, text("sub1")), (4, TVS.to_bytes(2, "big")), (10, bytes(16))]),
    Record([(2, text("a")), (2, text("b")), (4, b"\0\2"), (10, bytes(4)), (10, b"\x20\1" + bytes(13) + b"\1")]),
    Record([(4, b"\0\2")]),
    record(PHONES_CA, 77),
    record(holder("curve", curve=True), CCM),
    replace(RECORDS[1], tags=RECORDS[1].tags[::-1], length_at=4),
    replace(RECORDS[1], tags=[(200, b""), *RECORDS[1].tags, (200, b"?"), (99, b"")]),
    RECORDS[1].having((3, b""), (5, b"CN=\xff no text")),
    *(Record([(4, b"\0\4"), (6, b"\1"), (11, bytes([size]) * size), (12, bytes([n]))]) for n, size in ((0, 20), (2, 32), (3, 64))),
]  # fmt: skip


@pytest.mark.parametrize("strange", STRANGE_RECORDS, ids=range(len(STRANGE_RECORDS)))
def test_a_record_may_be_written_in_many_ways(strange: Record) -> None:
    content = signed(SIGNER, [RECORDS[0], strange, RECORDS[1]])
    assert verified(content).verdict is Verdict.GOOD
    assert binary.parse(content).records[2].function == CAPF


UNKNOWN_TAGS = st.lists(st.builds(tag, st.integers(30, 255), st.binary(max_size=9)), max_size=4)
UNKNOWN_FIELDS = st.lists(st.tuples(st.integers(13, 255), st.binary(max_size=9)), max_size=4)


@settings(deadline=None)
@given(st.data())
def test_in_whatever_order_and_company_tags_stand_the_signature_is_good_and_a_thiefs_is_not(
    data: st.DataObject,
) -> None:
    parts = data.draw(st.permutations([*USUAL.before, *USUAL.after, *data.draw(UNKNOWN_TAGS)]))
    cut = data.draw(st.integers(0, len(parts)))
    header = Header(before=parts[:cut], after=parts[cut:], padding=b"\x0d" * data.draw(st.integers(0, 5)))
    records = [
        Record(
            data.draw(st.permutations([*one.tags, *data.draw(UNKNOWN_FIELDS)])),
            data.draw(st.integers(0, len(one.tags))),
        )
        for one in data.draw(st.permutations(RECORDS))
    ]
    assert verified(signed(SIGNER, records, header)).verdict is Verdict.GOOD
    assert verified(signed(THIEF, records, header)).verdict is Verdict.BAD


def test_a_list_of_a_thousand_records_is_read_whole() -> None:
    content = signed(SIGNER, [RECORDS[0], *[RECORDS[1]] * 999])
    found = binary.parse(content)
    assert len(content) > 1_000_000
    assert len(found.of_function(Function.CAPF)) == 999
    assert verify(found).verdict is Verdict.GOOD


def test_names_are_kept_as_they_stand() -> None:
    found = binary.parse(signed(SIGNER, [RECORDS[0].having((3, text("O=Example, Inc.;CN=a\\;b")))]))
    assert found.records[0].subject == "O=Example, Inc.;CN=a\\;b"


SIGNERS = {
    "only its key": RECORDS[0].without(9),
    "its key as X.509 writes it": RECORDS[0].without(9).having((7, SIGNER.public_key_info)),
    "a certificate that nobody can read, and its key": RECORDS[0].having((9, b"0\0")),
    "a certificate, and no serial number beside it": RECORDS[0].without(6, 7),
}  # fmt: skip


@pytest.mark.parametrize("signer", SIGNERS.values(), ids=list(SIGNERS))
def test_the_signers_record_may_hold_little(signer: Record) -> None:
    assert verified(signed(SIGNER, [signer, RECORDS[1]])).verdict is Verdict.GOOD


@pytest.mark.parametrize(
    ("content", "verdict", "why"),
    [
        (signed(SIGNER, RECORDS[1:]), Verdict.BAD, "no SAST record has the serial number 5a17"),
        (signed(SIGNER, [record(SIGNER, CCM_TFTP)]), Verdict.BAD, "no SAST record has the serial number 5a17"),
        (signed(SIGNER, []), Verdict.BAD, "no SAST record has"),
        (signed(SIGNER, RECORDS, usual(SIGNER, serial=b"\0\0")), Verdict.BAD, "no SAST record has"),
        (signed(SIGNER, [RECORDS[0].without(6, 9)], usual(SIGNER, serial=b"\0")), Verdict.BAD, "no SAST record has"),
        (signed(THIEF, RECORDS), Verdict.BAD, "the signature is not of the key in record 1"),
        (signed(THIEF, [*RECORDS, record(THIEF, SAST)]), Verdict.UNKNOWN, "records 1 and 3 have the signer's serial number"),
        (signed(THIEF, [record(THIEF, SAST), *RECORDS]), Verdict.UNKNOWN, "records 1 and 2 have the signer's serial number"),
        (signed(SIGNER, [RECORDS[0].without(7, 9)]), Verdict.UNKNOWN, "the signer's key in record 1 is not in the list"),
        (signed(SIGNER, [record(holder("curve", curve=True), SAST)]), Verdict.UNKNOWN, "is no RSA key"),
        (signed(SIGNER, RECORDS, usual(SIGNER, 2)), Verdict.BAD, "the signature is not of the key in record 1"),
        (signed(SIGNER, RECORDS, replace(USUAL, before=[*identity(SIGNER), *how(9)])), Verdict.UNKNOWN, "digest algorithm 9"),
        (signed(SIGNER, RECORDS, replace(USUAL, before=identity(SIGNER))), Verdict.UNKNOWN, "digest algorithm (none)"),
        (signed(THIEF, RECORDS, replace(USUAL, before=[*identity(SIGNER), *how(3, 1)])), Verdict.UNKNOWN, "signature algorithm 1"),
    ],
)  # fmt: skip
def test_a_list_whose_signer_is_in_doubt_is_not_good(content: bytes, verdict: Verdict, why: str) -> None:
    found = verified(content)
    assert found.verdict is verdict
    assert why in found.why


def test_of_two_signers_with_one_serial_the_headers_names_tell() -> None:
    other = record(holder("other"), SAST).having((3, text("CN=other")), (5, text("CN=another issuer")))
    mine = RECORDS[0].having((3, text("CN=signer")), (5, text("CN=issuer")))
    found = verified(signed(SIGNER, [other, mine]))
    assert (found.verdict, found.why) == (Verdict.GOOD, "signed with the key of record 2")


def test_the_same_signer_twice_is_one_signer() -> None:
    assert verified(signed(SIGNER, [RECORDS[0], *RECORDS])).verdict is Verdict.GOOD


@pytest.mark.parametrize("size", [0, 1, 128, 255, 257])
def test_a_signature_of_another_length_is_bad(size: int) -> None:
    before, after = USUAL.around(size)
    found = verified(before + tag(12, bytes(size)) + after + b"".join(map(bytes, RECORDS)))
    assert found.verdict is Verdict.BAD


def test_a_list_without_signature_is_bad() -> None:
    before, after = USUAL.around(-3)
    found = verified(before + after + b"".join(map(bytes, RECORDS)))
    assert (found.verdict, found.why) == (Verdict.BAD, "the list is not signed")


def test_a_record_that_contradicts_its_certificate_is_warned_of() -> None:
    lying = RECORDS[1].having((6, b"\x12\x34"))
    found = binary.parse(signed(SIGNER, [RECORDS[0], lying]))
    assert verify(found).verdict is Verdict.GOOD
    now = 1_767_225_600
    assert list(warnings(found, now)) == ["record 2 (CAPF): its serial number is not that of its certificate"]


@pytest.mark.filterwarnings("ignore:Parsed a serial number")
def test_a_serial_number_that_a_certificate_calls_negative_is_the_same_bytes() -> None:
    odd = PHONES_CA.der.replace(b"\x00" + PHONES_CA.serial, b"\x81" + PHONES_CA.serial)
    content = signed(SIGNER, [RECORDS[0], RECORDS[1].having((9, odd), (6, b"\x81" + PHONES_CA.serial))])
    assert list(warnings(binary.parse(content), 1_767_225_600)) == []


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (signed(SIGNER, RECORDS) + b"\0", "record 3 ends in the middle of tag 0"),
        (signed(SIGNER, RECORDS) + b"\0\0\0\0", "record 3 ends in the middle of tag 0"),
        (signed(SIGNER, RECORDS) + b"garbage", "tag 103 of record 3 is 24946 bytes long, which is more than is left"),
        (signed(SIGNER, RECORDS, replace(USUAL, claimed_length=0)), "byte 5: the header says that it is 0 bytes long"),
        (signed(SIGNER, RECORDS, replace(USUAL, claimed_length=60_000)), "byte 5: the header says that it is 60,000 bytes"),
        (signed(SIGNER, [RECORDS[0], replace(RECORDS[1], claimed_length=4)]), "record 2 says that it is 4 bytes long"),
        (signed(SIGNER, [RECORDS[0], Record([])]), "record 2 holds nothing but its length"),
        (signed(SIGNER, [RECORDS[0].having((4, b"\4"))]), "tag 4 of record 1 is a number of 2 bytes, not of 1"),
        (signed(SIGNER, RECORDS, replace(USUAL, after=[tag(15, bytes(8))])), "tag 15 of the header is a number of 4 bytes"),
        (signed(SIGNER, RECORDS, replace(USUAL, after=[tag(12)])), "tag 12 stands in the header twice"),
        (b"\x0d" * 70_000, "byte 65535: the header does not say how long it is"),
    ],
)  # fmt: skip
def test_what_the_format_does_not_allow_is_refused_with_its_byte(content: bytes, told: str) -> None:
    with pytest.raises(TrustListError, match=r"^byte [0-9]+: ") as refusal:
        binary.parse(content)
    assert told in refusal.value.message
