"""What is said of a certificate that a phone shows and that cannot be read as a whole."""

from datetime import timedelta

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization

from lscctl.cucm.handshake import Handshake
from lscctl.cucm.inspecting import seen
from lscctl.inspection import Unseen
from tests.phone_certificates import CAPF, NOW, PHONE, key, made, named


def with_broken_extension() -> bytes:
    """A phone's certificate whose BasicConstraints are no ASN.1."""
    built = (
        x509.CertificateBuilder()
        .subject_name(named(PHONE))
        .issuer_name(named(CAPF.common))
        .public_key(key("phone").public_key())
        .serial_number(4711)
        .not_valid_before(NOW - timedelta(days=1))
        .not_valid_after(NOW + timedelta(days=1))
        .add_extension(x509.UnrecognizedExtension(x509.BasicConstraints.oid, b"\x30\x7fnothing"), critical=False)
        .sign(CAPF.key, hashes.SHA256())
    )
    return built.public_bytes(serialization.Encoding.DER)


def test_a_certificate_with_a_broken_extension_is_one_and_tells_whose_it_is() -> None:
    sight = seen(Handshake(True, with_broken_extension()))
    assert sight.certificate is None
    assert sight.unseen is Unseen.UNREADABLE
    assert "it shows a certificate of" in sight.why
    assert PHONE in sight.why
    assert CAPF.common in sight.why
    assert "cannot be read" in sight.why


def test_what_is_no_certificate_is_called_so() -> None:
    assert seen(Handshake(True, b"\x30\x03abc")).why == "it shows something that is no certificate"


def test_a_sound_certificate_is_seen() -> None:
    shown = made(PHONE, CAPF)
    assert seen(Handshake(True, shown.der)).certificate == shown
