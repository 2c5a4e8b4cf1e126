"""What a phone's certificate is worth: an LSC or the MIC, whose signature it bears, and whether CUCM believes the same.

Values only: who fetched the certificate, and from where, is told beside it.
"""

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from lscctl.phone import Phone
from lscctl.trustlist.certificate import Certificate
from lscctl.trustlist.names import common_name

_MANUFACTURING: Final = re.compile(r"Cisco Manufacturing CA\b.*|CAP-RTP-00[12]|ACT2 SUDI CA|High Assurance SUDI CA")
"""The common names of those that issue MICs [field guide 1]; the SUDI CAs issue those of other Cisco devices."""
_CAPF: Final = re.compile(r"CAPF-[0-9a-f]+", re.IGNORECASE)
_PHONE: Final = re.compile(r"(?:SEP|ATA)[0-9A-F]{12}", re.IGNORECASE)
_LONGEST_CHAIN: Final = 8
_TOLERANCE: Final = 86_400
"""Seconds by which CUCM's idea of an LSC's end may differ from the certificate's: what clock it goes by is *assumed*."""


class Kind(StrEnum):
    """What a certificate is to a phone."""

    LSC = "LSC"
    MIC = "MIC"
    OTHER = "other"


class Signer(StrEnum):
    """Who signed a certificate, as far as the cluster's own certificates tell."""

    CAPF_IN_USE = "CAPF in use"
    CAPF = "CAPF"
    """One of the cluster's CAPF certificates, where nobody could see which is in use."""
    OLDER_CAPF = "older CAPF"
    """Another CAPF certificate that the cluster holds: of before a regenerate, or of another cluster."""
    OTHER_CA = "other CA"
    """A CA that is no CAPF, and that the cluster knows."""
    MANUFACTURING = "Cisco"
    """One of Cisco's manufacturing CAs; whether really is told apart from this."""
    ITSELF = "itself"
    UNKNOWN = "unknown"
    """Nobody whose certificate the cluster holds: another cluster's CAPF, a third party."""


class Flaw(StrEnum):
    """What can be wrong; the first ones make a certificate worthless here, the others are what CUCM believes differently."""

    EXPIRED = "expired"
    NOT_YET_VALID = "not-yet-valid"
    OTHER_PHONE = "other-phone"
    NOT_SIGNED = "not-signed"
    NOT_CHECKED = "not-checked"
    ISSUER_UNKNOWN = "issuer-unknown"
    ISSUER_EXPIRED = "issuer-expired"
    SELF_SIGNED = "self-signed"
    LSC_MISSING = "lsc-missing"
    LSC_NOT_KNOWN = "lsc-not-known"
    VALID_UNTIL_DIFFERS = "valid-until-differs"
    ISSUER_DIFFERS = "issuer-differs"
    KEY_DIFFERS = "key-differs"

    @property
    def distrusts(self) -> bool:
        """Whether it makes the certificate worthless here."""
        return self in _DISTRUSTING


_DISTRUSTING: Final = frozenset(tuple(Flaw)[: tuple(Flaw).index(Flaw.LSC_MISSING)])


class Unseen(StrEnum):
    """Why nobody saw a phone's certificate."""

    WEB_ACCESS_OFF = "web-access-off"
    """RIS says so, and nobody asked the phone."""
    TURNED_AWAY = "turned-away"
    """The phone is there, and takes no HTTPS."""
    SILENT = "silent"
    NO_WAY = "no-way"
    """No way leads there from here, or the handshake failed."""
    UNREADABLE = "unreadable"
    """It shows something that is no certificate, or one of which a part cannot be read."""
    OVER_EXPRESSWAY = "over-expressway"
    NO_ADDRESS = "no-address"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong, with what was seen in words."""

    flaw: Flaw
    text: str


@dataclass(frozen=True, slots=True)
class Sight:
    """What was seen of a phone's certificate: `certificate` and where it comes from, or why there is none, in words too.

    `stored_key` is the public key that CUCM holds for the phone, SubjectPublicKeyInfo in DER; None where it holds none, or none
    that can be read.
    """

    source: str
    certificate: Certificate | None = None
    unseen: Unseen | None = None
    why: str = ""
    stored_key: bytes | None = None


@dataclass(frozen=True, slots=True)
class Inspected:
    """A phone, or a file without one, and what its certificate is worth.

    `chain` are the certificates above it that the cluster holds, the nearest first. `same_key`: whether CUCM holds its very
    public key, None where that cannot be told. `trusted` is None where nothing was seen, or nobody could check who signed it.
    """

    sight: Sight
    phone: Phone | None = None
    kind: Kind | None = None
    signer: Signer | None = None
    chain: tuple[Certificate, ...] = ()
    same_key: bool | None = None
    findings: tuple[Finding, ...] = ()

    @property
    def certificate(self) -> Certificate | None:
        """What was seen."""
        return self.sight.certificate

    @property
    def trusted(self) -> bool | None:
        """Whether its signature is good, and nothing else speaks against the certificate."""
        if any(finding.flaw.distrusts for finding in self.findings):
            return False
        return True if self.chain else None

    @property
    def agrees(self) -> bool | None:
        """Whether CUCM believes what was seen; None where nothing was, or nobody asked CUCM."""
        if self.certificate is None or self.phone is None:
            return None
        return all(finding.flaw.distrusts for finding in self.findings)


@dataclass(frozen=True)
class Authorities:
    """Who may have signed a phone's certificate: the certificate that CAPF shows (None where it was not seen), and all that the
    cluster's database holds. Of no cluster both are empty, and then nobody is unknown."""

    live: Certificate | None = None
    stored: Sequence[Certificate] = ()
    _by_subject: dict[str, list[Certificate]] = field(default_factory=lambda: defaultdict(list), repr=False)

    def __post_init__(self) -> None:
        for one in dict.fromkeys((*([self.live] if self.live else ()), *self.stored)):
            self._by_subject[one.subject].append(one)

    @property
    def known(self) -> bool:
        """Whether a cluster told any."""
        return bool(self._by_subject)

    def named(self, subject: str) -> Sequence[Certificate]:
        """All with this subject: the live one first, then those that end last, since a CA that renews its certificate may keep its
        key, and the old one stays in the database."""
        return sorted(self._by_subject.get(subject, ()), key=lambda one: (one != self.live, -one.valid_until))

    def chain(self, certificate: Certificate) -> tuple[Certificate, ...]:
        """The certificates above one, as far as they are known and their signatures are good; the nearest first."""
        found: list[Certificate] = []
        below = certificate
        while not below.self_issued and len(found) < _LONGEST_CHAIN:
            above = next((one for one in self.named(below.issuer) if below.issued_by(one)), None)
            if above is None:
                break
            found.append(above)
            below = above
        return tuple(found)


def inspect(sight: Sight, phone: Phone | None, authorities: Authorities, now: float) -> Inspected:
    """Judge what was seen; `now` in epoch seconds. Of a file `phone` may be None."""
    certificate = sight.certificate
    if certificate is None:
        return Inspected(sight, phone)
    chain = authorities.chain(certificate)
    signer = _signer(certificate, chain, authorities)
    kind = _kind(signer)
    same_key = None if sight.stored_key is None else sight.stored_key == certificate.public_key
    findings = [*_distrust(certificate, signer, chain, authorities, now)]
    if phone is not None:
        findings += [*_of_another(certificate, phone), *_disagreements(certificate, kind, phone, same_key)]
    return Inspected(sight, phone, kind, signer, chain, same_key, tuple(findings))


def phone_named(certificate: Certificate) -> str | None:
    """The device name, in upper case, of the phone that a certificate is made out to; None where it names none."""
    found = _PHONE.search(common_name(certificate.subject))
    return found[0].upper() if found else None


def manufacturer(certificate: Certificate) -> str | None:
    """The common name of the manufacturing CA of Cisco's that a certificate names as its issuer; None for another issuer."""
    name = common_name(certificate.issuer)
    return name if _MANUFACTURING.fullmatch(name) else None


def _signer(certificate: Certificate, chain: Sequence[Certificate], authorities: Authorities) -> Signer:
    if manufacturer(certificate):
        return Signer.MANUFACTURING
    if certificate.self_issued:
        return Signer.ITSELF
    if not chain:
        return Signer.UNKNOWN
    if chain[0] == authorities.live:
        return Signer.CAPF_IN_USE
    if not _CAPF.fullmatch(common_name(chain[0].subject)):
        return Signer.OTHER_CA
    return Signer.CAPF if authorities.live is None else Signer.OLDER_CAPF


def _kind(signer: Signer) -> Kind:
    if signer is Signer.MANUFACTURING:
        return Kind.MIC
    return Kind.OTHER if signer is Signer.ITSELF else Kind.LSC


def _distrust(
    certificate: Certificate, signer: Signer, chain: Sequence[Certificate], authorities: Authorities, now: float
) -> Iterator[Finding]:
    if certificate.valid_until < now:
        yield Finding(Flaw.EXPIRED, "it has expired")
    elif certificate.valid_from > now:
        yield Finding(Flaw.NOT_YET_VALID, "it is not yet valid")
    if signer is Signer.ITSELF:
        yield Finding(Flaw.SELF_SIGNED, "it is signed by itself: neither an LSC nor a MIC")
    elif not chain and authorities.known:
        namesakes = authorities.named(certificate.issuer)
        if any(certificate.issued_by(one) is False for one in namesakes):
            yield Finding(Flaw.NOT_SIGNED, f"it names {common_name(certificate.issuer)}, whose key did not sign it")
        elif namesakes:
            algorithm = certificate.signature_algorithm
            yield Finding(Flaw.NOT_CHECKED, f"its signature is of a kind that cannot be checked here: {algorithm}")
        else:
            yield Finding(
                Flaw.ISSUER_UNKNOWN, f"the cluster holds no certificate of its issuer {common_name(certificate.issuer)}"
            )
    ended = next((one for one in chain if one.valid_until < now), None)
    if ended is not None:
        yield Finding(Flaw.ISSUER_EXPIRED, f"the certificate of {common_name(ended.subject)}, above it, has expired")


def _of_another(certificate: Certificate, phone: Phone) -> Iterator[Finding]:
    """A phone's certificate has its name, or model and name, as its common name [field guide 1]."""
    named = common_name(certificate.subject)
    if phone.name.casefold() not in named.casefold():
        yield Finding(Flaw.OTHER_PHONE, f"it is made out to {named}")


def _disagreements(certificate: Certificate, kind: Kind, phone: Phone, same_key: bool | None) -> Iterator[Finding]:
    believed = phone.lsc
    if kind is not Kind.LSC:
        if believed.present:
            yield Finding(Flaw.LSC_MISSING, f"CUCM believes in an LSC, and the phone shows {_called(kind)}")
        return
    if not believed.present:
        yield Finding(Flaw.LSC_NOT_KNOWN, "the phone has an LSC that CUCM knows nothing of")
        return
    if believed.valid_until is not None and abs(believed.valid_until - certificate.valid_until) > _TOLERANCE:
        yield Finding(Flaw.VALID_UNTIL_DIFFERS, "it ends at another time than CUCM believes")
    if believed.issuer is not None and believed.issuer != common_name(certificate.issuer):
        yield Finding(Flaw.ISSUER_DIFFERS, f"CUCM believes it was issued by {believed.issuer}")
    if same_key is False:
        yield Finding(Flaw.KEY_DIFFERS, "CUCM holds another public key for the phone")


def _called(kind: Kind) -> str:
    return "its MIC" if kind is Kind.MIC else "a certificate that is none"
