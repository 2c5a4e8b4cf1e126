"""Lists to read: made by the simulator's own writer, and by hand as another tool writes them."""

import struct
from datetime import UTC, datetime, timedelta
from functools import cache

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.x509.oid import NameOID

from lscctl.simulator.node_console import show
from lscctl.simulator.trust_lists import Entry, Signer, build
from lscctl.trustlist.format import Digest, Function

MADE = 1_767_225_600
"""When the lists were made: 2026-01-01."""

MODIFIED = datetime(2026, 1, 1, tzinfo=UTC)


@cache
def identity(name: str, bits: int = 2048, *, expired: bool = False, serial: int | None = None) -> Signer:
    """A self-signed certificate with its key, the same for the same arguments."""
    key = rsa.generate_private_key(65537, bits)
    subject = x509.Name(
        [x509.NameAttribute(NameOID.ORGANIZATION_NAME, "Example; Söhne"), x509.NameAttribute(NameOID.COMMON_NAME, name)]
    )
    until = MODIFIED - timedelta(days=1) if expired else MODIFIED + timedelta(days=20_000)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(serial or x509.random_serial_number() >> 32)
        .not_valid_before(MODIFIED - timedelta(days=900))
        .not_valid_after(until)
        .sign(key, hashes.SHA256())
    )
    return Signer(certificate, key)


def entries(*, capf: str | None = "CAPF-0a1b2c3d", hash_only: bool = False) -> list[Entry]:
    """What an ITL of a publisher holds; without a CAPF record for None."""
    found = [
        Entry(Function.SAST, identity("ITLRECOVERY_pub").certificate, "cucm-pub", hash_only=False),
        Entry(Function.CCM_TFTP, identity("cucm-pub").certificate, "cucm-pub", b"\x0a\x0a\x00\x0b", hash_only),
        Entry(Function.TVS, identity("tvs").certificate, "cucm-pub", hash_only=hash_only),
        Entry(Function.TVS, None, "cucm-sub1", b"\x0a\x0a\x00\x0c"),
    ]
    if capf is not None:
        found.insert(2, Entry(Function.CAPF, identity(capf).certificate, "cucm-pub", hash_only=hash_only))
    return found


def itl(
    *,
    capf: str | None = "CAPF-0a1b2c3d",
    hash_only: bool = False,
    digest: Digest = Digest.SHA512,
    file_name: str = "ITLFile.tlv",
    timestamp: int = MADE,
) -> bytes:
    """A signed ITL."""
    return build(
        entries(capf=capf, hash_only=hash_only),
        identity("ITLRECOVERY_pub"),
        file_name=file_name,
        timestamp=timestamp,
        digest=digest,
    )


def printed(content: bytes | None = None, kind: str = "ITL") -> str:
    """What a node prints of a list."""
    return show(kind, itl() if content is None else content, MODIFIED)


def pem(name: str) -> bytes:
    """A certificate as PEM."""
    return identity(name).certificate.public_bytes(serialization.Encoding.PEM)


def of_another_tool() -> bytes:
    """A list as a tool for small telephone systems writes it: file name and time before the signature, records without host
    and address, in another order, serial numbers without leading zeros."""
    signer, capf = identity("sast", serial=0x7F), identity("capf")
    name = b"O=Example;CN=sast\0"
    before = _tlv(1, b"\1\2") + _tlv(2, b"\0\0") + _tlv(3, bytes(6 + len(name) * 2 + 4))[:3]
    before += _tlv(6, name) + _tlv(5, b"\x7f") + _tlv(4, name)
    before += struct.pack(">BH", 7, 15) + _tlv(8, b"\1") + struct.pack(">BH", 9, 8) + _tlv(10, b"\0") + _tlv(11, b"\2")
    before += _tlv(15, struct.pack(">I", MADE)) + _tlv(14, b"ITLFile.tlv\0") + _tlv(200, b"unknown")
    after = b"\x0d\x0d"
    length = len(before) + 3 + 256 + len(after)
    before = before[:8] + struct.pack(">H", length) + before[10:]
    records = b"".join(_bare_record(*one) for one in ((0, signer, b"\x7f"), (4, capf, _serial(capf))))
    signature = signer.key.sign(before + after + records, padding.PKCS1v15(), hashes.SHA1())
    return before + _tlv(12, signature) + after + records


def _bare_record(function: int, who: Signer, serial: bytes) -> bytes:
    body = (
        _tlv(9, who.certificate.public_bytes(serialization.Encoding.DER))
        + _tlv(6, serial)
        + _tlv(4, struct.pack(">H", function))
        + _tlv(99, b"")
    )
    return _tlv(1, struct.pack(">H", len(body) + 5)) + body


def _serial(who: Signer) -> bytes:
    number = who.certificate.serial_number
    return number.to_bytes((number.bit_length() + 7) // 8)


def _tlv(tag: int, value: bytes) -> bytes:
    return struct.pack(">BH", tag, len(value)) + value
