"""The key pairs of the simulator's phones and certificate authorities, kept in the database.

Phones draw from a few pairs of each size: making keys takes long, and no two of the simulator's phones have to differ in theirs.
"""

import math
import secrets
import sqlite3
from dataclasses import dataclass

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa

PublicKey = rsa.RSAPublicKey | ec.EllipticCurvePublicKey
PrivateKey = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey

PAIRS_PER_SIZE = 3
_LEAST_MADE = 1024
"""Today's libraries make no shorter RSA keys, which old phones still offer."""
_EXPONENT = 65_537
_CURVES: dict[int, type[ec.EllipticCurve]] = {256: ec.SECP256R1, 384: ec.SECP384R1, 521: ec.SECP521R1}


@dataclass(frozen=True)
class KeyName:
    """One key pair: kind "rsa" or "ec" for those that phones draw from, another for what has its own; size in bits, ordinal
    among its like."""

    kind: str
    size: int
    ordinal: int


class KeyPairs:
    """Key pairs by name; one that nobody asked for before is made now."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._private: dict[KeyName, PrivateKey] = {}

    def private(self, name: KeyName) -> PrivateKey:
        """The private half."""
        if name not in self._private:
            found = load(self._connection, name)
            key = _read(found) if found else _make(name)
            if not found:
                store(self._connection, name, private_pem(key))
            self._private[name] = key
        return self._private[name]

    def public(self, name: KeyName) -> PublicKey:
        """The public half."""
        return self.private(name).public_key()

    def signing(self, name: KeyName) -> rsa.RSAPrivateKey:
        """The private half of a pair that signs certificates, an RSA one. Raises TypeError for another."""
        return _as_rsa(self.private(name))


def store(connection: sqlite3.Connection, name: KeyName, pem: str) -> None:
    """Keep a key, or a certificate that belongs to one, under a name that is not taken."""
    connection.execute("INSERT INTO sim_key VALUES (?, ?, ?, ?)", (name.kind, name.size, name.ordinal, pem))


def load(connection: sqlite3.Connection, name: KeyName) -> str:
    """What is kept under a name, '' for nothing."""
    row = connection.execute(
        "SELECT pem FROM sim_key WHERE kind = ? AND size = ? AND ordinal = ?", (name.kind, name.size, name.ordinal)
    ).fetchone()
    return str(row[0]) if row else ""


def private_pem(key: PrivateKey) -> str:
    """Write a private key as PEM."""
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    ).decode()


def read_private(pem: str) -> rsa.RSAPrivateKey:
    """An RSA key that the simulator made itself: checking its primes once more would take longer than all else at a start."""
    return _as_rsa(_read(pem))


def _as_rsa(key: PrivateKey) -> rsa.RSAPrivateKey:
    if not isinstance(key, rsa.RSAPrivateKey):
        raise TypeError("CAs and nodes of the simulator have RSA keys")
    return key


def _read(pem: str) -> PrivateKey:
    key = serialization.load_pem_private_key(pem.encode(), password=None, unsafe_skip_rsa_key_validation=True)
    if not isinstance(key, rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey):
        raise TypeError("keys of the simulator are RSA or EC")
    return key


def _make(name: KeyName) -> PrivateKey:
    if name.kind == "ec":
        return ec.generate_private_key(_CURVES[name.size]())
    if name.size < _LEAST_MADE:
        return _short_rsa(name.size)
    return rsa.generate_private_key(_EXPONENT, name.size)


def _short_rsa(bits: int) -> rsa.RSAPrivateKey:
    while True:
        p, q = (_prime(bits // 2) for _ in range(2))
        if p != q and (p * q).bit_length() == bits and math.gcd(_EXPONENT, (p - 1) * (q - 1)) == 1:
            d = pow(_EXPONENT, -1, (p - 1) * (q - 1))
            public = rsa.RSAPublicNumbers(_EXPONENT, p * q)
            return rsa.RSAPrivateNumbers(p, q, d, d % (p - 1), d % (q - 1), pow(q, -1, p), public).private_key()


def _prime(bits: int) -> int:
    while True:
        candidate = secrets.randbits(bits) | 1 | 1 << (bits - 1)
        # Fermat's test: a composite passes four random bases with a chance that nobody will meet
        if all(pow(secrets.randbelow(candidate - 3) + 2, candidate - 1, candidate) == 1 for _ in range(4)):
            return candidate
