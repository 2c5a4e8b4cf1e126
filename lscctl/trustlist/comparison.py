"""Two lists beside each other, and a record beside a certificate."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from lscctl.trustlist.certificate import Certificate
from lscctl.trustlist.format import Function
from lscctl.trustlist.values import DIGEST_SIZES, Header, Record, TrustList
from lscctl.trustlist.verification import same_serial


class Match(StrEnum):
    """Whether a record stands for a certificate."""

    SAME = "same"
    DIFFERENT = "different"
    UNKNOWN = "unknown"


def match(record: Record, certificate: Certificate) -> Match:
    """Compare the certificate itself, else its hash, else its serial number and issuer [field guide 6]."""
    if record.certificate is not None:
        return Match.SAME if record.certificate == certificate.der else Match.DIFFERENT
    for algorithm in DIGEST_SIZES:
        digest = record.certificate_digest(algorithm)
        if digest:
            return Match.SAME if digest == certificate.fingerprint(algorithm) else Match.DIFFERENT
    if not record.serial:
        return Match.UNKNOWN
    issuer_fits = not record.issuer or name_parts(record.issuer) == name_parts(certificate.issuer)
    return Match.SAME if same_serial(record.serial, certificate.serial) and issuer_fits else Match.DIFFERENT


@dataclass(frozen=True, slots=True)
class CapfRecord:
    """Whether a list holds a certificate as CAPF's, with the reason in words."""

    match: Match
    why: str


def capf_record_is(trust_list: TrustList, certificate: Certificate) -> CapfRecord:
    """Whether one of the list's CAPF records stands for the certificate."""
    found = [(match(record, certificate), record.number) for record in trust_list.of_function(Function.CAPF)]
    if not found:
        return CapfRecord(Match.DIFFERENT, "the list has no CAPF record")
    best, number = min(found, key=lambda one: tuple(_CAPF_WORDS).index(one[0]))
    return CapfRecord(best, f"record {number} {_CAPF_WORDS[best]}")


_CAPF_WORDS: Final = {
    Match.SAME: "is that certificate",
    Match.UNKNOWN: "holds too little to tell",
    Match.DIFFERENT: "is another certificate",
}
"""From the best to the worst: one record that fits is enough."""


class Change(StrEnum):
    """What became of a record, or of what the header says."""

    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"


@dataclass(frozen=True, slots=True)
class Difference:
    """One difference: `what` is "header" or the record's function; `fields` maps names to the texts before and after."""

    change: Change
    what: str
    subject: str
    before: int | None = None
    after: int | None = None
    fields: tuple[tuple[str, str, str], ...] = ()


def diff(before: TrustList, after: TrustList) -> tuple[Difference, ...]:
    """Say what changed from one list to the other; what only one of them can know is no difference."""
    found = list(_header_difference(before.header, after.header))
    old, new = list(before.records), list(after.records)
    for first in before.records:
        same = next((second for second in new if not _fields(first, second)), None)
        if same is not None:
            old.remove(first)
            new.remove(same)
    for first in list(old):
        successor = next((second for second in new if _place(first) == _place(second)), None)
        if successor is not None:
            old.remove(first)
            new.remove(successor)
            changed = _fields(first, successor)
            found.append(
                Difference(
                    Change.CHANGED, first.function_name, _told(first), first.number, successor.number, tuple(changed)
                )
            )
    found += [Difference(Change.REMOVED, one.function_name, _told(one), before=one.number) for one in old]
    found += [Difference(Change.ADDED, one.function_name, _told(one), after=one.number) for one in new]
    return tuple(found)


_HEADER_FIELDS: Final = (
    "version",
    "signer_version",
    "signer",
    "serial",
    "issuer",
    "digest_name",
    "file_name",
    "timestamp",
)


def _header_difference(before: Header, after: Header) -> Iterator[Difference]:
    changed = []
    for name in _HEADER_FIELDS:
        old, new = getattr(before, name), getattr(after, name)
        if old not in (None, "") and new not in (None, "") and _comparable(name, old) != _comparable(name, new):
            changed.append((name.removesuffix("_name") if name == "digest_name" else name, str(old), str(new)))
    if changed:
        yield Difference(Change.CHANGED, "header", after.signer, fields=tuple(changed))


def _fields(first: Record, second: Record) -> list[tuple[str, str, str]]:
    """The fields that both know and that differ."""
    changed = []
    for name in ("function_name", "dns_name", "ip_address", "subject", "issuer", "serial"):
        old, new = getattr(first, name), getattr(second, name)
        if old and new and _comparable(name, old) != _comparable(name, new):
            changed.append((name.removesuffix("_name") if name == "function_name" else name, old, new))
    for algorithm in DIGEST_SIZES:
        old, new = first.certificate_digest(algorithm), second.certificate_digest(algorithm)
        if old and new:
            if old != new:
                changed.append(("certificate", f"{algorithm} {old}", f"{algorithm} {new}"))
            break
    return changed


def _comparable(name: str, value: object) -> object:
    text = str(value)
    if name == "serial":
        return text.lstrip("0")
    return name_parts(text) if name in ("subject", "issuer", "signer") else text


def name_parts(name: str) -> frozenset[str]:
    """The parts of a distinguished name, in whatever order and with whatever sign between them: `CN=a;O=b`, `O=b,CN=a`."""
    parts = re.split(r"(?<!\\)[;,]", name)
    return frozenset(re.sub(r"\s+", " ", part.replace("\\", "")).strip().casefold() for part in parts if part.strip())


def _place(record: Record) -> tuple[str, ...]:
    """What stays when a certificate is renewed: the function, and the host or the certificate's own name."""
    return record.function_name, (record.dns_name or common_name(record.subject)).casefold()


def common_name(name: str) -> str:
    """The common name in a distinguished name, the name itself where it has none."""
    found = re.search(r"(?i)(?:^|[;,])\s*CN=(\"[^\"]*\"|[^;,]*)", name)
    return (found[1].strip().strip('"') if found else "") or name


def _told(record: Record) -> str:
    return common_name(record.subject) or record.dns_name or record.ip_address
