"""Two lists beside each other, and a record beside a certificate."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, Self

from lscctl.trustlist.certificate import Certificate
from lscctl.trustlist.format import Function
from lscctl.trustlist.names import common_name, name_parts
from lscctl.trustlist.values import DIGEST_SIZES, Header, Record, TrustList
from lscctl.trustlist.verification import bare_bytes, same_serial


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
    old, new = ([_Known.of(record) for record in one.records] for one in (before, after))
    for alike in (_equal, _agree):
        _without_pairs(old, new, alike)
    found = list(_header_difference(before.header, after.header))
    found += [_change(first.record, second.record) for first, second in _without_pairs(old, new, _same_place)]
    found += [Difference(Change.REMOVED, one.record.function_name, one.told, before=one.record.number) for one in old]
    found += [Difference(Change.ADDED, one.record.function_name, one.told, after=one.record.number) for one in new]
    return tuple(found)


@dataclass(frozen=True, slots=True, eq=False)
class _Known:
    """A record with what it says, in a form that can be compared, and its place: what stays when a certificate is renewed, the
    function and the host or the certificate's own name."""

    record: Record
    values: Mapping[str, object]
    place: tuple[str, str]

    @classmethod
    def of(cls, record: Record) -> Self:
        values = {name: _comparable(name, text) for name in _RECORD_FIELDS if (text := getattr(record, name))}
        values |= {name: digest for name in DIGEST_SIZES if (digest := record.certificate_digest(name))}
        host = record.dns_name or common_name(record.subject)
        return cls(record, values, (record.function_name, host.casefold()))

    @property
    def told(self) -> str:
        return common_name(self.record.subject) or self.record.dns_name or self.record.ip_address


def _equal(first: _Known, second: _Known) -> bool:
    return first.values == second.values


def _agree(first: _Known, second: _Known) -> bool:
    return all(second.values.get(name, value) == value for name, value in first.values.items())


def _same_place(first: _Known, second: _Known) -> bool:
    return first.place == second.place


def _without_pairs(
    old: list[_Known], new: list[_Known], alike: Callable[[_Known, _Known], bool]
) -> list[tuple[_Known, _Known]]:
    """Take out of both what is alike, in the lists' order; the pairs that are taken."""
    pairs = []
    for first in old[:]:
        second = next((one for one in new if alike(first, one)), None)
        if second is not None:
            old.remove(first)
            new.remove(second)
            pairs.append((first, second))
    return pairs


def _change(first: Record, second: Record) -> Difference:
    fields = tuple(_fields(first, second))
    return Difference(Change.CHANGED, first.function_name, _Known.of(first).told, first.number, second.number, fields)


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
_RECORD_FIELDS: Final = ("function_name", "dns_name", "ip_address", "subject", "issuer", "serial")


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
    for name in _RECORD_FIELDS:
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
        return bare_bytes(text)
    return name_parts(text) if name in ("subject", "issuer", "signer") else text
