"""The simulator's own TLS identity: a self-signed certificate for loopback, as a fresh CUCM's Tomcat has one."""

import datetime as dt
import ipaddress
import ssl
from dataclasses import dataclass
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

VALIDITY = dt.timedelta(days=5 * 365)


@dataclass(frozen=True, slots=True)
class Identity:
    """Key and certificate in one PEM file that only its owner can read; `ca_file` holds the certificate alone."""

    key_file: Path
    ca_file: Path

    @property
    def certificate_pem(self) -> str:
        """The certificate, PEM."""
        return self.ca_file.read_text(encoding="ascii")

    @property
    def fingerprint(self) -> str:
        """SHA-256 of the certificate as upper-case hexadecimal pairs with colons."""
        return fingerprint(self.certificate_pem)

    def context(self) -> ssl.SSLContext:
        """A server context with this identity."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.key_file)
        return context


def fingerprint(certificate_pem: str) -> str:
    """SHA-256 of a PEM certificate as upper-case hexadecimal pairs with colons."""
    return x509.load_pem_x509_certificate(certificate_pem.encode()).fingerprint(hashes.SHA256()).hex(":").upper()


def identity(folder: Path, name: str, host: str) -> Identity:
    """The identity kept under `name` in `folder`, or a new one when there is none for `host` that is still valid."""
    kept = Identity(folder / f"{name}.key.pem", folder / f"{name}.ca.pem")
    if not (kept.key_file.exists() and kept.ca_file.exists() and _serves(kept.ca_file, host)):
        _make(kept, host)
    return kept


def _serves(ca_file: Path, host: str) -> bool:
    certificate = x509.load_pem_x509_certificate(ca_file.read_bytes())
    names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    return _general_name(host) in names and certificate.not_valid_after_utc > dt.datetime.now(dt.UTC)


def _general_name(host: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(host))
    except ValueError:
        return x509.DNSName(host)


def _make(target: Identity, host: str) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name(
        [
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, "lscctl simulator"),
            x509.NameAttribute(NameOID.COMMON_NAME, "cucm-pub.sim.example"),
        ]
    )
    names = {_general_name(name): None for name in (host, "localhost", "127.0.0.1", "::1", "cucm-pub.sim.example")}
    now = dt.datetime.now(dt.UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + VALIDITY)
        .add_extension(x509.SubjectAlternativeName(list(names)), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_key_usage(), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .sign(key, hashes.SHA256())
    )
    pem = certificate.public_bytes(serialization.Encoding.PEM)
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    target.key_file.touch(mode=0o600)
    target.key_file.write_bytes(private + pem)
    target.ca_file.write_bytes(pem)


def _key_usage() -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=True,
        key_cert_sign=True,
        crl_sign=False,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )
