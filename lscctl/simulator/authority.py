"""CAPF as a certificate authority: keys, CA certificates, and LSCs that are really signed."""

import random
import sqlite3
from base64 import b64encode
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import IntEnum

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from lscctl.simulator.key_pairs import (
    PAIRS_PER_SIZE,
    KeyName,
    KeyPairs,
    PublicKey,
    load,
    private_pem,
    read_private,
    store,
)

DAY = 86_400
_CA_YEARS = 5


class Issuer(IntEnum):
    """Who signed an LSC."""

    LIVE = 0
    """The CAPF certificate that the CAPF port presents."""
    RETIRED = 1
    """The one before the last regeneration; it stays in the certificate table [field guide 4]."""
    FOREIGN = 2
    """Another cluster's CAPF, which this one does not know."""
    ONLINE = 3
    """The CA of the company, an issuing one under a root: as Online or Offline CA it signs instead of CAPF [field guide 1]."""


@dataclass(frozen=True)
class Lsc:
    """An LSC as the cluster remembers it; validity in epoch seconds, issuer as in RFC 4514."""

    issuer: Issuer
    serial: int
    valid_from: int
    valid_until: int
    key: KeyName


class Authority:
    """CAPF's keys and what they sign, kept in the database."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self.pairs = KeyPairs(connection)
        self._signers: dict[Issuer, rsa.RSAPrivateKey] = {}
        self._certificates: dict[Issuer, x509.Certificate] = {}

    @classmethod
    def create(
        cls, connection: sqlite3.Connection, *, now: float, names: dict[Issuer, str], rng: random.Random
    ) -> "Authority":
        """Make the CA keys and certificates, and the RSA 2048 pairs that phones draw from; takes some 0.5 s.

        names: each issuer's common name. rng: where serial numbers come from.
        """
        ages = {Issuer.LIVE: 300, Issuer.RETIRED: 1_700, Issuer.FOREIGN: 1_200, Issuer.ONLINE: 500}
        for issuer, name in names.items():
            key = rsa.generate_private_key(65537, 2048)
            certificate = ca_certificate(key, named(name), int(now) - ages[issuer] * DAY, serial_from(rng))
            if issuer is Issuer.ONLINE:
                root = OutsideRoot.make(f"{name} Root", int(now) - 900 * DAY)
                certificate = root.issue(key, certificate)
                store(connection, KeyName("ca-root", 2048, issuer), pem_of(root.certificate))
            store(connection, KeyName("ca", 2048, issuer), private_pem(key))
            store(connection, KeyName("ca-certificate", 2048, issuer), pem_of(certificate))
        authority = cls(connection)
        for ordinal in range(PAIRS_PER_SIZE):
            authority.pairs.public(KeyName("rsa", 2048, ordinal))
        return authority

    @property
    def key(self) -> rsa.RSAPrivateKey:
        """CAPF's own private key, for the CAPF port."""
        return self._signer(Issuer.LIVE)

    @property
    def certificate_pem(self) -> str:
        """The live CAPF certificate."""
        return pem_of(self.certificate(Issuer.LIVE))

    def certificate(self, issuer: Issuer) -> x509.Certificate:
        """Read an issuer's own certificate."""
        if issuer not in self._certificates:
            pem = load(self._connection, KeyName("ca-certificate", 2048, issuer))
            self._certificates[issuer] = x509.load_pem_x509_certificate(pem.encode())
        return self._certificates[issuer]

    def chain(self, issuer: Issuer) -> tuple[x509.Certificate, ...]:
        """An issuer's certificate and those above it, up to the root."""
        own = self.certificate(issuer)
        root = load(self._connection, KeyName("ca-root", 2048, issuer))
        return (own, x509.load_pem_x509_certificate(root.encode())) if root else (own,)

    def replace(self, certificate: x509.Certificate, key: rsa.RSAPrivateKey) -> None:
        """Make this CAPF's live certificate, whatever was prepared; the one until now becomes the retired one."""
        for kind in ("ca", "ca-certificate"):
            self._connection.execute(
                "UPDATE sim_key SET pem = (SELECT pem FROM sim_key WHERE kind = ? AND ordinal = ?) WHERE kind = ? AND ordinal = ?",
                (kind, int(Issuer.LIVE), kind, int(Issuer.RETIRED)),
            )
        for kind, pem in (("ca", private_pem(key)), ("ca-certificate", pem_of(certificate))):
            self._connection.execute(
                "UPDATE sim_key SET pem = ? WHERE kind = ? AND ordinal = ?", (pem, kind, int(Issuer.LIVE))
            )
        self._connection.execute("DELETE FROM sim_key WHERE kind IN ('next-ca', 'next-ca-certificate')")
        self._certificates.clear()
        self._signers.clear()

    def prepare(self, certificate: x509.Certificate, key: rsa.RSAPrivateKey) -> None:
        """Keep a certificate that CAPF shows, and signs with, only once it is restarted."""
        for kind, pem in (("next-ca", private_pem(key)), ("next-ca-certificate", pem_of(certificate))):
            self._connection.execute("INSERT OR REPLACE INTO sim_key VALUES (?, 2048, 0, ?)", (kind, pem))

    def adopt(self) -> bool:
        """Let CAPF, which starts, take the certificate that was prepared; False where none was."""
        certificate, key = (
            load(self._connection, KeyName(kind, 2048, 0)) for kind in ("next-ca-certificate", "next-ca")
        )
        if not certificate:
            return False
        self.replace(x509.load_pem_x509_certificate(certificate.encode()), read_private(key))
        return True

    def valid_until(self, issuer: Issuer) -> int:
        """Say when an issuer's certificate ends, epoch seconds."""
        return int(self.certificate(issuer).not_valid_after_utc.timestamp())

    def public_key_text(self, name: KeyName, form: str) -> str:
        """Write a key as `device.publickey` does: SubjectPublicKeyInfo in base64 or hex (*assumed*, both)."""
        der = self.pairs.public(name).public_bytes(
            serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
        )
        return der.hex() if form == "hex" else b64encode(der).decode()

    def issuer_name(self, issuer: Issuer, form: str) -> str:
        """Write an issuer as `device.lscissuername` does: the distinguished name, or its CN alone (*assumed*, both)."""
        name = self.certificate(issuer).subject
        return common_name(name) if form == "cn" else name.rfc4514_string()

    def issue(
        self, pkid: str, *, key: KeyName, serial: int, now: float, days: int, issuer: Issuer = Issuer.LIVE
    ) -> Lsc:
        """Give a phone an LSC in place of the one that it had; it is signed when it is first asked for."""
        until = int(now) + days * DAY
        if issuer is Issuer.ONLINE:  # a Microsoft CA issues nothing that ends after it
            until = min(until, self.valid_until(issuer))
        lsc = Lsc(issuer, serial, int(now), until, key)
        row = (pkid, str(int(lsc.issuer)), str(lsc.serial), lsc.valid_from, lsc.valid_until)
        self._connection.execute(
            "INSERT OR REPLACE INTO sim_lsc VALUES (?, ?, ?, ?, ?, ?, ?, ?, NULL)",
            (*row, key.kind, key.size, key.ordinal),
        )
        return lsc

    def lsc_of(self, phone: str) -> str | None:
        """Give the LSC of a phone (by name) as PEM, or None; it is signed when first asked for.

        Raises LookupError when there is no such phone.
        """
        pkid = self._connection.execute("SELECT pkid FROM device WHERE name = ?", (phone,)).fetchone()
        if pkid is None:
            raise LookupError(f"no phone {phone}")
        row = self._connection.execute(
            "SELECT pem, issuer, serial, validfrom, validuntil, kind, size, ordinal FROM sim_lsc WHERE fkdevice = ?",
            pkid,
        ).fetchone()
        if row is None:
            return None
        pem, issuer, serial, valid_from, valid_until, kind, size, ordinal = row
        if pem is None:
            lsc = Lsc(Issuer(int(issuer)), int(serial), valid_from, valid_until, KeyName(kind, size, ordinal))
            pem = self._sign(phone, lsc)
            self._connection.execute("UPDATE sim_lsc SET pem = ? WHERE fkdevice = ?", (pem, *pkid))
        return str(pem)

    def lsc_key(self, phone: str) -> KeyName | None:
        """Name the pair of the LSC of a phone (by name); None without an LSC."""
        row = self._connection.execute(
            "SELECT l.kind, l.size, l.ordinal FROM sim_lsc l JOIN device d ON d.pkid = l.fkdevice WHERE d.name = ?",
            (phone,),
        ).fetchone()
        return None if row is None else KeyName(*row)

    def _signer(self, issuer: Issuer) -> rsa.RSAPrivateKey:
        if issuer not in self._signers:
            self._signers[issuer] = read_private(load(self._connection, KeyName("ca", 2048, issuer)))
        return self._signers[issuer]

    def _sign(self, name: str, lsc: Lsc) -> str:
        issuer = self.certificate(lsc.issuer)
        agreement = lsc.key.kind == "ec"
        builder = (
            certificate_builder(
                subject=named(name),
                issuer=issuer.subject,
                key=self.pairs.public(lsc.key),
                serial=lsc.serial,
                valid=(lsc.valid_from, lsc.valid_until),
            )
            .add_extension(
                key_usage(digital_signature=True, key_encipherment=not agreement, key_agreement=agreement), True
            )
            .add_extension(
                x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH, ExtendedKeyUsageOID.CLIENT_AUTH]), False
            )
        )
        return pem_of(builder.sign(self._signer(lsc.issuer), hashes.SHA256()))


@dataclass(frozen=True)
class OutsideRoot:
    """A company's root CA, which only issues CAs; nobody needs its key any more once they are issued."""

    certificate: x509.Certificate
    _key: rsa.RSAPrivateKey

    @classmethod
    def make(cls, name: str, valid_from: int) -> "OutsideRoot":
        """Make one; its serial number follows from its name."""
        key = rsa.generate_private_key(65537, 2048)
        serial = serial_from(random.Random(name))  # noqa: S311 - a number, no secret
        return cls(ca_certificate(key, named(name), valid_from, serial, path_length=None, years=20), key)

    def issue(self, key: rsa.RSAPrivateKey, like: x509.Certificate) -> x509.Certificate:
        """A CA's certificate of that key, as the one given but issued by this root."""
        builder = certificate_builder(
            subject=like.subject,
            issuer=self.certificate.subject,
            key=key.public_key(),
            serial=like.serial_number,
            valid=(int(like.not_valid_before_utc.timestamp()), int(like.not_valid_after_utc.timestamp())),
        )
        for extension in like.extensions:
            builder = builder.add_extension(extension.value, extension.critical)
        return builder.sign(self._key, hashes.SHA256())


def serial_from(rng: random.Random) -> int:
    """Draw a serial number of 16 bytes; the seed decides it, which no real CA would let it."""
    return rng.getrandbits(126) | 1 << 125


def common_name(name: x509.Name) -> str:
    """Take the common name out of a distinguished name."""
    return str(name.get_attributes_for_oid(NameOID.COMMON_NAME)[0].value)


def valid_until_years(valid_from: int, years: int) -> int:
    """Say when a certificate ends that holds for so many years, epoch seconds."""
    return valid_from + years * 365 * DAY


def named(common: str) -> x509.Name:
    """The distinguished name of whatever has this common name."""
    return x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, "DE"),
            x509.NameAttribute(NameOID.LOCALITY_NAME, "Berlin"),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, "Example Corp"),
            x509.NameAttribute(NameOID.ORGANIZATIONAL_UNIT_NAME, "Voice"),
            x509.NameAttribute(NameOID.COMMON_NAME, common),
        ]
    )


def certificate_builder(
    *, subject: x509.Name, issuer: x509.Name, key: PublicKey, serial: int, valid: tuple[int, int]
) -> x509.CertificateBuilder:
    """Begin a certificate; `valid` from and until, in epoch seconds."""
    not_before, not_after = (datetime.fromtimestamp(moment, tz=UTC) for moment in valid)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(serial)
        .not_valid_before(not_before)
        .not_valid_after(not_after)
    )


def ca_certificate(
    key: rsa.RSAPrivateKey,
    subject: x509.Name,
    valid_from: int,
    serial: int,
    *,
    path_length: int | None = 0,
    years: int = _CA_YEARS,
) -> x509.Certificate:
    """Make CAPF's certificate as 14SU2 and later want it: CA:TRUE, pathlen 0, both usages [field guide 6].

    path_length: how many CAs may stand below it; None for any number, as a CA has it that issues CAs. years: how long it lasts.
    """
    builder = certificate_builder(
        subject=subject,
        issuer=subject,
        key=key.public_key(),
        serial=serial,
        valid=(valid_from, valid_until_years(valid_from, years)),
    )
    return (
        builder.add_extension(x509.BasicConstraints(ca=True, path_length=path_length), True)
        .add_extension(key_usage(digital_signature=True, key_cert_sign=True), True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), False)
        .sign(key, hashes.SHA256())
    )


def key_usage(
    *,
    digital_signature: bool,
    key_cert_sign: bool = False,
    key_encipherment: bool = False,
    key_agreement: bool = False,
) -> x509.KeyUsage:
    """What a key may be used for; all that is not said it may not."""
    return x509.KeyUsage(
        digital_signature=digital_signature,
        content_commitment=False,
        key_encipherment=key_encipherment,
        data_encipherment=False,
        key_agreement=key_agreement,
        key_cert_sign=key_cert_sign,
        crl_sign=False,
        encipher_only=False,
        decipher_only=False,
    )


def pem_of(certificate: x509.Certificate) -> str:
    """Write a certificate as PEM."""
    return certificate.public_bytes(serialization.Encoding.PEM).decode()
