"""The report of phones' certificates: what each is, whose signature it bears, and whether CUCM believes the same."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC

from lscctl.inspection import Authorities, Flaw, Inspected, Kind, Signer, Unseen, manufacturer
from lscctl.report.certificates import certificate_record
from lscctl.report.interface import (
    Anew,
    Block,
    Case,
    CaseEnd,
    Cell,
    Column,
    Grid,
    Metric,
    Paragraph,
    Record,
    Report,
    Sample,
    Sheet,
    Tone,
    Value,
)
from lscctl.report.phone_cases import site
from lscctl.report.wording import count, day, days_left, short_model, some, utc_text
from lscctl.trustlist.certificate import Certificate
from lscctl.trustlist.names import common_name

FIELDS = (
    "name",
    "model",
    "device_pool",
    "address",
    "source",
    "unseen",
    "why",
    "shows",
    "subject",
    "issuer",
    "serial",
    "valid_from",
    "valid_until",
    "key",
    "signature_algorithm",
    "sha256",
    "signer",
    "manufacturer",
    "chain",
    "trusted",
    "agrees",
    "cucm",
    "findings",
)
"""The keys of one record, in order."""

_SHEET_FIELDS = (
    *FIELDS[: FIELDS.index("cucm")],
    *("cucm_lsc", "cucm_valid_until", "cucm_issuer", "cucm_same_key"),
    "findings",
)

_FEW = 3
"""So many are told in full, more in a table."""

SIGNERS = {
    Signer.CAPF_IN_USE: "the CAPF certificate in use",
    Signer.CAPF: "a CAPF certificate of this cluster; which is in use was not seen",
    Signer.OLDER_CAPF: "an older CAPF certificate, or another cluster's, that this one holds",
    Signer.OTHER_CA: "a CA that is not CAPF, which the cluster holds",
    Signer.MANUFACTURING: "Cisco's manufacturing",
    Signer.ITSELF: "itself",
    Signer.UNKNOWN: "a third party: the cluster does not hold its certificate",
}
"""Who signed, in words."""


@dataclass(frozen=True, slots=True)
class InspectedOfCluster:
    """Phones, or certificates out of files, that were inspected, at `now` in epoch seconds; of no cluster the name is ''."""

    inspected: Sequence[Inspected]
    now: float
    cluster: str = ""
    version: str = ""
    authorities: Authorities = field(default_factory=Authorities)
    notes: tuple[str, ...] = ()

    @property
    def faults(self) -> int:
        """How many have something that disagrees, or that is not trusted."""
        return sum(bool(one.findings) for one in self.inspected)

    def counts(self) -> dict[str, int]:
        """What a monitoring system would ask first."""
        kinds = Counter(one.kind for one in self.inspected)
        return {
            "inspected": len(self.inspected),
            "seen": sum(one.certificate is not None for one in self.inspected),
            "lsc": kinds[Kind.LSC],
            "mic": kinds[Kind.MIC],
            "web_access_off": sum(one.sight.unseen is Unseen.WEB_ACCESS_OFF for one in self.inspected),
            "untrusted": sum(one.trusted is False for one in self.inspected),
            "disagreeing": sum(one.agrees is False for one in self.inspected),
        }


def inspect_report(one: InspectedOfCluster) -> Report:
    """The report of kind `inspect`."""
    return Report(
        kind="inspect",
        heading={
            "cluster": one.cluster or None,
            "cucm_version": one.version or None,
            "notes": one.notes,
            "capf": _capf(one.authorities.live),
            "counts": one.counts(),
        },
        fields=FIELDS,
        records={"certificates": Anew(lambda: (_record(each) for each in one.inspected))},
        blocks=tuple(_blocks(one)),
        sheet=Sheet(_SHEET_FIELDS, Anew(lambda: (_row(each) for each in one.inspected))),
        cases=Anew(lambda: (_case(each, one.cluster) for each in one.inspected)),
        metrics=_metrics(one) if one.cluster else (),
    )


# for programs


def _capf(live: Certificate | None) -> Value:
    if live is None:
        return None
    return {
        "subject": live.subject,
        "serial": live.serial,
        "valid_until": utc_text(live.valid_until),
        "sha256": live.fingerprint("sha256"),
    }


def _record(one: Inspected) -> Record:
    phone, certificate = one.phone, one.certificate
    return {
        "name": phone.name if phone else None,
        "model": phone.model if phone else None,
        "device_pool": phone.device_pool if phone else None,
        "address": (phone.address or None) if phone else None,
        "source": one.sight.source,
        "unseen": one.sight.unseen.value if one.sight.unseen else None,
        "why": one.sight.why or None,
        "shows": one.kind.value if one.kind else None,
        **_certificate_fields(certificate),
        "signer": one.signer.value if one.signer else None,
        "manufacturer": manufacturer(certificate) if certificate else None,
        "chain": [above.subject for above in one.chain],
        "trusted": one.trusted,
        "agrees": one.agrees,
        "cucm": _believed(one) if phone else None,
        "findings": [{"flaw": finding.flaw.value, "text": finding.text} for finding in one.findings],
    }


def _certificate_fields(certificate: Certificate | None) -> dict[str, Value]:
    if certificate is None:
        return dict.fromkeys(FIELDS[FIELDS.index("subject") : FIELDS.index("signer")])
    return {**certificate_record(certificate), "sha256": certificate.fingerprint("sha256")}


def _believed(one: Inspected) -> dict[str, Value]:
    """What CUCM holds of the phone's LSC."""
    if one.phone is None:
        return dict.fromkeys(("lsc", "valid_until", "issuer", "same_key"))
    lsc = one.phone.lsc
    return {
        "lsc": lsc.present,
        "valid_until": utc_text(lsc.valid_until),
        "issuer": lsc.issuer,
        "same_key": one.same_key,
    }


def _row(one: Inspected) -> Record:
    record = {**_record(one), "findings": [finding.text for finding in one.findings]}
    record |= {f"cucm_{key}": value for key, value in _believed(one).items()}
    return {name: record[name] for name in _SHEET_FIELDS}


# for people


def _blocks(one: InspectedOfCluster) -> Iterator[Block]:
    if len(one.inspected) <= _FEW:
        for each in one.inspected:
            yield from _in_full(each, one)
    else:
        yield _table(one)
        yield from _by_finding(one)
    yield from (Paragraph(f"note: {note}", Tone.FAINT) for note in one.notes)
    yield from _unseen(one)
    if one.cluster:
        counts = one.counts()
        yield Paragraph(
            f"{one.cluster} (CUCM {one.version}), {count(len(one.inspected), 'phone')}: seen {counts['seen']:,} "
            f"(LSC {counts['lsc']:,}, MIC {counts['mic']:,}); not trusted {counts['untrusted']:,}, "
            f"CUCM believes otherwise of {counts['disagreeing']:,}",
            Tone.FAINT,
        )


def _in_full(each: Inspected, one: InspectedOfCluster) -> Iterator[Block]:
    rows = [row for row in _told(each, one) if row[1]]
    yield Grid(_name(each), (Column("", whole=True), Column("")), rows, len(rows))
    if each.certificate is not None and not each.findings:
        yield Paragraph(
            "nothing speaks against it" + (", and CUCM believes the same" if each.agrees else ""), Tone.GOOD
        )
    yield from (Paragraph(_sentence(finding.text), Tone.BAD) for finding in each.findings)


def _told(each: Inspected, one: InspectedOfCluster) -> Iterator[tuple[str, Cell | str]]:
    phone, certificate = each.phone, each.certificate
    if phone is not None:
        yield "phone", f"{short_model(phone.model)}, {phone.device_pool}, {phone.address or 'no address known'}"
    if certificate is None:
        yield "shows", Cell(f"nothing: {each.sight.why}", Tone.WARNING)
    else:
        yield "shows", f"{_called(each)}, from {each.sight.source}"
        yield "subject", certificate.subject
        yield "issuer", certificate.issuer
        yield "serial", certificate.serial
        yield "valid", f"{utc_text(certificate.valid_from)} to {_until(certificate, one.now)}"
        yield "key", f"{certificate.key}, signed with {certificate.signature_algorithm}"
        yield "SHA-256", certificate.fingerprint("sha256")
        if each.signer is not None:
            yield "signed by", _signed_by(each, one)
        yield "chain", " < ".join(common_name(above.subject) for above in each.chain)
    if phone is not None:
        yield "CUCM", _cucm(each)


def _signed_by(each: Inspected, one: InspectedOfCluster) -> str:
    certificate = each.certificate
    if certificate is None or each.signer is None:
        return ""
    if each.signer is Signer.MANUFACTURING:
        proved = "" if each.chain else ", which the cluster does not hold" if one.authorities.known else ", as it says"
        return f"{manufacturer(certificate)}{proved}"
    if each.signer is Signer.UNKNOWN and not one.authorities.known:
        return f"{common_name(certificate.issuer)}, as it says; name a --cluster to have that checked"
    return f"{SIGNERS[each.signer]} ({common_name(certificate.issuer)})"


def _called(each: Inspected) -> str:
    return "a certificate that is neither LSC nor MIC" if each.kind is Kind.OTHER else f"its {each.kind}"


def _cucm(each: Inspected) -> str:
    lsc = each.phone.lsc if each.phone else None
    if lsc is None or not lsc.present:
        return "knows of no LSC"
    told = [f"until {utc_text(lsc.valid_until) or 'a time that it does not know'}"]
    told += [f"issued by {lsc.issuer}"] if lsc.issuer else []
    if each.same_key is not None:
        told.append("with this very key" if each.same_key else "with another key")
    return f"knows of an LSC {', '.join(told)}"


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:]


def _until(certificate: Certificate, now: float) -> str:
    return f"{utc_text(certificate.valid_until)}, {days_left(certificate.valid_until, now)}"


_COLUMNS = (
    Column("Phone", whole=True),
    Column("Model", roomy=True),
    Column("Shows", whole=True),
    Column("Signed by"),
    Column("Until", whole=True),
    Column("Key", whole=True, roomy=True),
    Column("Findings"),
)


def _table(one: InspectedOfCluster) -> Grid:
    def rows() -> Iterator[Sequence[Cell | str]]:
        for each in one.inspected:
            certificate = each.certificate
            yield (
                _name(each),
                short_model(each.phone.model) if each.phone else "",
                each.kind.value if each.kind else Cell("-", Tone.FAINT),
                _short_signer(each),
                day(certificate.valid_until, UTC) if certificate else "",
                certificate.key if certificate else "",
                _findings(each),
            )

    return Grid("", _COLUMNS, Anew(rows), len(one.inspected))


def _short_signer(each: Inspected) -> str:
    if each.certificate is None or each.signer is None:
        return ""
    if each.signer is Signer.MANUFACTURING:
        return manufacturer(each.certificate) or ""
    if each.signer in (Signer.CAPF_IN_USE, Signer.CAPF, Signer.OLDER_CAPF):
        return each.signer.value
    return f"{each.signer.value}: {common_name(each.certificate.issuer)}"


def _findings(each: Inspected) -> Cell:
    if each.findings:
        return Cell("; ".join(finding.text for finding in each.findings), Tone.BAD)
    if each.certificate is None:
        return Cell(f"not seen: {each.sight.why}", Tone.WARNING)
    return Cell("none", Tone.GOOD)


def _by_finding(one: InspectedOfCluster) -> Iterator[Grid]:
    counted = Counter(finding.flaw for each in one.inspected for finding in each.findings)
    rows = [(Cell(flaw.value, Tone.BAD), f"{counted[flaw]:,}") for flaw in Flaw if counted[flaw]]
    if rows:
        yield Grid("What is wrong", (Column("flaw", whole=True), Column("phones", number=True)), rows, len(rows))


def _unseen(one: InspectedOfCluster) -> Iterator[Paragraph]:
    """The phones that could not be looked at, by reason."""
    if len(one.inspected) <= _FEW:
        return
    for reason in Unseen:
        names = [_name(each) for each in one.inspected if each.sight.unseen is reason]
        if names:
            yield Paragraph(f"{reason.value} ({len(names):,}): {some(names)}", Tone.WARNING)


def _name(each: Inspected) -> str:
    if each.phone is not None:
        return each.phone.name
    return common_name(each.certificate.subject) if each.certificate else each.sight.source


# for CI and monitoring


def _case(each: Inspected, cluster: str) -> Case:
    group = site(each.phone, cluster) if each.phone else each.sight.source
    if each.certificate is None:
        return Case(group, _name(each), CaseEnd.SKIPPED, each.sight.why)
    if each.findings:
        texts = [finding.text for finding in each.findings]
        return Case(group, _name(each), CaseEnd.FAILED, texts[0], "\n".join(texts))
    return Case(group, _name(each), CaseEnd.PASSED)


def _metrics(one: InspectedOfCluster) -> tuple[Metric, ...]:
    flaws = Counter(finding.flaw for each in one.inspected for finding in each.findings)
    shown = Counter(each.kind.value if each.kind else "none" for each in one.inspected)
    return (
        Metric(
            "lscctl_inspected_phones",
            "Phones by the certificate that they show.",
            [Sample({"cluster": one.cluster, "shows": kind}, shown[kind]) for kind in (*Kind, "none")],
        ),
        Metric(
            "lscctl_inspected_flaws_phones",
            "Phones by what is wrong with their certificates.",
            [Sample({"cluster": one.cluster, "flaw": flaw.value}, flaws[flaw]) for flaw in Flaw],
        ),
    )
