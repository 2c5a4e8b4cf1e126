"""The reports of trust lists: what is in them, whether their signatures are good, and what differs between two."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime

from lscctl.report.certificates import certificate_record
from lscctl.report.interface import Block, CaseEnd, Cell, Column, Grid, Paragraph, Record, Report, Sheet, Tone, Value
from lscctl.report.list_from import ListFrom, certificate_of
from lscctl.report.trust_list_cases import difference_cases, list_cases
from lscctl.report.trust_list_gauges import difference_gauge, list_gauges
from lscctl.report.wording import count, days_left, utc_text
from lscctl.trustlist.certificate import Certificate
from lscctl.trustlist.comparison import Change, Difference
from lscctl.trustlist.names import common_name
from lscctl.trustlist.values import Header, Kind, TrustList
from lscctl.trustlist.values import Record as ListRecord
from lscctl.trustlist.verification import Verdict, Verification

_LIST_FIELDS = ("source", "kind", "problem", "header", "records", "signature")
_CERTIFICATE_FIELDS = ("key", "valid_from", "valid_until")
_SHEET_FIELDS = (
    *("source", "kind", "problem", "verdict", "number", "function", "dns_name", "ip_address"),
    *("subject", "issuer", "serial", *_CERTIFICATE_FIELDS, "hash", "sha1", "sha256", "signed_the_list"),
)
_VERIFY_FIELDS = (*_LIST_FIELDS[:2], "verdict", "why", "signer", "problem", "warnings", "checks")
_DIFF_FIELDS = ("change", "what", "subject", "before", "after", "fields")

VERDICT_TONES = {Verdict.GOOD: Tone.GOOD, Verdict.BAD: Tone.BAD, Verdict.UNKNOWN: Tone.WARNING}
_CHANGE_TONES = {Change.ADDED: Tone.GOOD, Change.REMOVED: Tone.BAD, Change.CHANGED: Tone.WARNING}


def trust_list_report(lists: Sequence[ListFrom], now: float, cluster: str | None = None) -> Report:
    """The report of kind `trust-list`: everything in the lists, which are those of a cluster, where one was asked; `now` in epoch
    seconds."""
    return Report(
        kind="trust-list",
        fields=_LIST_FIELDS,
        records={"lists": [_list_record(one) for one in lists]},
        blocks=[block for one in lists for block in _list_blocks(one, now)],
        sheet=Sheet(_SHEET_FIELDS, [row for one in lists for row in _sheet_rows(one)]),
        cases=list(list_cases(lists, cluster, unknown=CaseEnd.SKIPPED)),
        metrics=tuple(list_gauges(lists, cluster)),
    )


def verification_report(lists: Sequence[ListFrom], cluster: str | None = None) -> Report:
    """The report of kind `trust-list-verify`: the verdict on each list; what is not known is an error, as in the exit code."""
    blocks: list[Block] = [
        Grid(
            "",
            (Column("list", whole=True), Column("from"), Column("signature", whole=True), Column("why")),
            [
                (one.trust_list.kind.value, one.source, _verdict_cell(one.verification), one.verification.why)
                for one in lists
            ],
            len(lists),
        )
    ]
    for one in lists:
        if one.problem:
            blocks.append(Paragraph(f"{one.source}: {one.problem}", Tone.WARNING))
        blocks += [
            Paragraph(f"{one.source}: {check.what}: {check.why}", _tone(check.same)) for check in one.comparisons
        ]
        blocks += [Paragraph(f"warning: {one.source}: {warning}", Tone.WARNING) for warning in one.warnings]
    return Report(
        kind="trust-list-verify",
        fields=_VERIFY_FIELDS,
        records={"lists": [_verified_record(one) for one in lists]},
        blocks=blocks,
        cases=list(list_cases(lists, cluster, unknown=CaseEnd.ERROR)),
        metrics=tuple(list_gauges(lists, cluster)),
    )


def difference_report(before: ListFrom, after: ListFrom, differences: Sequence[Difference]) -> Report:
    """The report of kind `trust-list-diff`: records added, removed and changed, and what the header says now."""
    return Report(
        kind="trust-list-diff",
        heading={"before": before.source, "after": after.source, "same": not differences},
        fields=_DIFF_FIELDS,
        records={"differences": [_difference_record(one) for one in differences]},
        blocks=_difference_blocks(before, after, differences),
        cases=list(difference_cases(differences, after.source)),
        metrics=(difference_gauge(len(differences), before.source, after.source),),
    )


# everything in a list


def _list_record(one: ListFrom) -> Record:
    trust_list = one.trust_list
    return {
        "source": one.source,
        "kind": trust_list.kind.value,
        "problem": one.problem or None,
        "header": _header_record(trust_list.header) if trust_list.header.fields or trust_list.header.version else None,
        "records": [_record(record) for record in trust_list.records],
        "signature": _signature_record(one),
    }


def _sheet_rows(one: ListFrom) -> Iterator[Record]:
    """A row for each record; one for the list itself where it has none."""
    said: dict[str, Value] = {
        "source": one.source,
        "kind": one.trust_list.kind.value,
        "problem": one.problem or None,
        "verdict": one.verification.verdict.value,
    }
    for record in one.trust_list.records:
        certificate, _ = certificate_of(record)
        of_certificate = {} if certificate is None else _certificate_record(certificate)
        yield (
            dict.fromkeys(_SHEET_FIELDS)
            | said
            | _record(record)
            | {name: of_certificate.get(name) for name in _CERTIFICATE_FIELDS}
        )
    if not one.trust_list.records:
        yield dict.fromkeys(_SHEET_FIELDS) | said


def _header_record(header: Header) -> dict[str, Value]:
    return {
        "version": header.version or None,
        "length": header.length,
        "signer_version": header.signer_version or None,
        "signer": header.signer or None,
        "serial": header.serial or None,
        "issuer": header.issuer or None,
        "digest": header.digest_name or None,
        "file_name": header.file_name or None,
        "timestamp": utc_text(header.timestamp),
    }


def _signature_record(one: ListFrom) -> dict[str, Value]:
    header, printed = one.trust_list.header, one.trust_list.printed
    signer = one.verification.signer
    return {
        "verdict": one.verification.verdict.value,
        "why": one.verification.why,
        "signed_by_record": None if signer is None else signer.number,
        "digest": header.digest_name or None,
        "length": None if header.signature is None else len(header.signature),
        "value": None if header.signature is None else header.signature.hex(),
        "node_verified": None if printed is None else printed.verdict,
    }


def _record(record: ListRecord) -> dict[str, Value]:
    return {
        "number": record.number or None,
        "length": record.length,
        "function": record.function_name or None,
        "dns_name": record.dns_name or None,
        "ip_address": record.ip_address or None,
        "subject": record.subject or None,
        "issuer": record.issuer or None,
        "serial": record.serial or None,
        "public_key": record.public_key.hex() if record.public_key else None,
        "public_key_length": record.public_key_length,
        "signature_length": record.signature_length,
        "certificate_length": record.certificate_length,
        "certificate": _certificate_or_problem(record),
        "hash": record.hash.hex() if record.hash else None,
        "hash_algorithm": record.hash_algorithm,
        "sha1": record.certificate_digest("sha1") or None,
        "sha256": record.certificate_digest("sha256") or None,
        "signed_the_list": record.signed,
    }


def _certificate_or_problem(record: ListRecord) -> Value:
    certificate, problem = certificate_of(record)
    if certificate is None:
        return {"problem": problem} if problem else None
    return _certificate_record(certificate)


def _certificate_record(certificate: Certificate) -> dict[str, Value]:
    return {**certificate_record(certificate), "ca": certificate.ca, "pem": certificate.pem}


_COLUMNS = (
    Column("#", number=True),
    Column("function", whole=True),
    Column("name"),
    Column("host", roomy=True),
    Column("issuer", roomy=True),
    Column("serial", roomy=True),
    Column("key", roomy=True, whole=True),
    Column("valid until (UTC)"),
    Column("SHA-1"),
)


def _list_blocks(one: ListFrom, now: float) -> Iterator[Block]:
    trust_list = one.trust_list
    header = trust_list.header
    said = [f"{_title(trust_list)} from {one.source}"]
    said += [f"version {header.version}"] if header.version else []
    said += [f"file {header.file_name}"] if header.file_name else []
    said += [f"made {_day(header.timestamp)}"] if header.timestamp is not None else []
    yield Paragraph(", ".join(said), Tone.TITLE)
    if header.signer:
        digest = f" with {header.digest_name}" if header.digest_name else ""
        yield Paragraph(f"signed by {header.signer}, serial number {header.serial or '?'}{digest}")
    yield Paragraph(
        f"signature {one.verification.verdict.value}: {one.verification.why}", VERDICT_TONES[one.verification.verdict]
    )
    if one.problem:
        yield Paragraph(one.problem, Tone.WARNING)
    rows = [_row(record, now) for record in trust_list.records]
    if rows:
        yield Grid("", _COLUMNS, rows, len(rows))
    yield from (Paragraph(f"warning: {warning}", Tone.WARNING) for warning in one.warnings)
    yield Paragraph(count(len(rows), "record"), Tone.FAINT)


def _title(trust_list: TrustList) -> str:
    return "trust list" if trust_list.kind is Kind.UNKNOWN else trust_list.kind.value


def _row(record: ListRecord, now: float) -> tuple[Cell | str, ...]:
    certificate, problem = certificate_of(record)
    valid: Cell | str = Cell("unreadable", Tone.BAD) if problem else ""
    if certificate is not None:
        tone = Tone.PLAIN if certificate.covers(now) else Tone.BAD
        valid = Cell(f"{_day(certificate.valid_until)} {days_left(certificate.valid_until, now)}", tone)
    return (
        str(record.number or "?"),
        record.function_name or "?",
        common_name(record.subject) or record.dns_name or record.ip_address,
        record.dns_name or record.ip_address,
        "itself" if record.subject and record.issuer == record.subject else common_name(record.issuer),
        record.serial,
        "" if certificate is None else certificate.key,
        valid,
        record.certificate_digest("sha1"),
    )


def _day(epoch: int) -> str:
    return f"{datetime.fromtimestamp(epoch, UTC):%Y-%m-%d}"


# verdicts


def _verified_record(one: ListFrom) -> Record:
    signer = one.verification.signer
    return {
        "source": one.source,
        "kind": one.trust_list.kind.value,
        "verdict": one.verification.verdict.value,
        "why": one.verification.why,
        "signer": None if signer is None else signer.subject,
        "problem": one.problem or None,
        "warnings": one.warnings,
        "checks": [{"what": check.what, "same": check.same, "why": check.why} for check in one.comparisons],
    }


def _verdict_cell(verification: Verification) -> Cell:
    return Cell(verification.verdict.value, VERDICT_TONES[verification.verdict])


def _tone(same: bool | None) -> Tone:
    return Tone.WARNING if same is None else Tone.GOOD if same else Tone.BAD


# differences


def _difference_record(one: Difference) -> Record:
    return {
        "change": one.change.value,
        "what": one.what,
        "subject": one.subject,
        "before": one.before,
        "after": one.after,
        "fields": {name: {"before": before, "after": after} for name, before, after in one.fields},
    }


def _difference_blocks(before: ListFrom, after: ListFrom, differences: Sequence[Difference]) -> tuple[Block, ...]:
    title = f"{_title(before.trust_list)} from {before.source} -> {_title(after.trust_list)} from {after.source}"
    if not differences:
        return (Paragraph(title, Tone.TITLE), Paragraph("no differences", Tone.GOOD))
    rows = [row for one in differences for row in _difference_rows(one)]
    return (
        Paragraph(title, Tone.TITLE),
        Grid("", _DIFFERENCE_COLUMNS, rows, len(rows)),
        Paragraph(count(len(differences), "difference"), Tone.FAINT),
    )


_DIFFERENCE_COLUMNS = (
    Column("change", whole=True),
    Column("what", whole=True),
    Column("name"),
    Column("field", whole=True),
    Column("before"),
    Column("after"),
)


def _difference_rows(one: Difference) -> Iterator[tuple[Cell | str, ...]]:
    """A row for each field that changed; what is said already is left away in all but the first."""
    said: tuple[Cell | str, ...] = (
        Cell(one.change.value, _CHANGE_TONES[one.change]),
        one.what,
        common_name(one.subject),
    )
    for field in one.fields or (("", "", ""),):
        yield (*said, *field)
        said = ("", "", "")
