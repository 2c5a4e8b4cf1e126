"""Cisco's manufacturing, as the simulator has it: certificate authorities with Cisco's names and keys of our own, and the
certificates (MICs) that phones leave the factory with [field guide 1].

All its authorities have one key, and all MICs another: making keys is what takes long.
"""

import random
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.x509.oid import NameOID

from lscctl.simulator.authority import DAY, certificate_builder, key_usage, serial_from
from lscctl.simulator.key_pairs import KeyName, KeyPairs, PrivateKey
from lscctl.simulator.models import Model

_OLD, _NEW = "Cisco Systems", "Cisco"
_CA_KEY: Final = KeyName("manufacturing", 2048, 0)
_MIC_KEY: Final = KeyName("mic", 2048, 0)


def _epoch(*date: int) -> int:
    return int(datetime(*date, tzinfo=UTC).timestamp())  # type: ignore[arg-type,misc]


@dataclass(frozen=True)
class _Ca:
    """One authority: its organization, its dates (epoch seconds), and the common name of the one above it, '' for none."""

    organization: str
    valid_from: int
    valid_until: int
    above: str = ""


_CAS: Final[Mapping[str, _Ca]] = {
    "CAP-RTP-001": _Ca(_OLD, _epoch(2003, 2, 6, 23), _epoch(2023, 2, 6, 23)),
    "CAP-RTP-002": _Ca(_OLD, _epoch(2003, 10, 10, 20), _epoch(2023, 10, 10, 20)),
    "Cisco Root CA 2048": _Ca(_OLD, _epoch(2004, 5, 14, 20), _epoch(2029, 5, 14, 20)),
    "Cisco Manufacturing CA": _Ca(_OLD, _epoch(2005, 6, 10, 22), _epoch(2029, 5, 14, 20), "Cisco Root CA 2048"),
    "Cisco Root CA M2": _Ca(_NEW, _epoch(2012, 11, 12, 13), _epoch(2037, 11, 12, 13)),
    "Cisco Manufacturing CA SHA2": _Ca(_NEW, _epoch(2012, 11, 12, 13), _epoch(2037, 11, 12, 13), "Cisco Root CA M2"),
    "Cisco Basic Assurance Root CA 2099": _Ca(_NEW, _epoch(2016, 8, 9, 20), _epoch(2099, 8, 9, 20)),
    "Cisco Manufacturing CA III": _Ca(
        _NEW, _epoch(2016, 8, 9, 20), _epoch(2099, 8, 9, 20), "Cisco Basic Assurance Root CA 2099"
    ),
}
"""By common name. That those of CAP-RTP have ended is what their own dates say; the other dates are theirs to the hour, or near it
(*assumed*)."""

ISSUERS: Final = (
    "CAP-RTP-001",
    "CAP-RTP-002",
    "Cisco Manufacturing CA",
    "Cisco Manufacturing CA SHA2",
    "Cisco Manufacturing CA III",
)
"""Those that issue MICs."""


class Manufacturing:
    """Where MICs come from."""

    def __init__(self, pairs: KeyPairs, seed: int) -> None:
        self._pairs = pairs
        self._seed = seed
        self._authorities: dict[str, x509.Certificate] = {}

    def chain(self, issuer: str) -> list[x509.Certificate]:
        """The certificates of an authority (by its common name) and of those above it, the root last."""
        found = []
        while issuer:
            found.append(self._authority(issuer))
            issuer = _CAS[issuer].above
        return found

    def mic(self, name: str, model: Model, issuer: str) -> x509.Certificate:
        """The MIC of a phone (by its device name) that this authority issued."""
        dice = random.Random(f"{self._seed} MIC {name}")  # noqa: S311  # a number and a date, no secret
        ca = _CAS[issuer]
        newest = min(ca.valid_until - 5 * 365 * DAY, _epoch(2024, 1, 1))
        subject = [
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, "Cisco Systems Inc."),
            x509.NameAttribute(NameOID.ORGANIZATIONAL_UNIT_NAME, "EVVBU"),
            x509.NameAttribute(NameOID.COMMON_NAME, f"CP-{model.short}-{name}"),
        ]
        builder = certificate_builder(
            subject=x509.Name(subject),
            issuer=_named(issuer),
            key=self._pairs.public(_MIC_KEY),
            serial=serial_from(dice),
            valid=(dice.randrange(ca.valid_from, newest), ca.valid_until),
        )
        usage = key_usage(digital_signature=True, key_encipherment=True)
        return builder.add_extension(usage, True).sign(self._pairs.signing(_CA_KEY), hashes.SHA256())

    def mic_key(self) -> PrivateKey:
        """The private key that belongs to every MIC."""
        return self._pairs.private(_MIC_KEY)

    def _authority(self, common: str) -> x509.Certificate:
        if common not in self._authorities:
            ca, key = _CAS[common], self._pairs.signing(_CA_KEY)
            dice = random.Random(f"{self._seed} {common}")  # noqa: S311  # a number, no secret
            builder = certificate_builder(
                subject=_named(common),
                issuer=_named(ca.above or common),
                key=key.public_key(),
                serial=serial_from(dice),
                valid=(ca.valid_from, ca.valid_until),
            )
            constraints = x509.BasicConstraints(ca=True, path_length=0 if ca.above else None)
            usage = key_usage(digital_signature=True, key_cert_sign=True)
            builder = builder.add_extension(constraints, True).add_extension(usage, True)
            self._authorities[common] = builder.sign(key, hashes.SHA256())
        return self._authorities[common]


def _named(common: str) -> x509.Name:
    return x509.Name(
        [
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, _CAS[common].organization),
            x509.NameAttribute(NameOID.COMMON_NAME, common),
        ]
    )
