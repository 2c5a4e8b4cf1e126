"""The report behind `lscctl status`: phones with their certificates as the cluster has them now."""

from collections.abc import Iterator, Sequence
from functools import partial

from lscctl.capf import CertificateOperation
from lscctl.changes import PhoneThen
from lscctl.phone import LscState, Phone, Registration
from lscctl.report.cluster import PhonesOfCluster
from lscctl.report.gauges import phone_gauges
from lscctl.report.interface import Anew, Cell, Column, Grid, Paragraph, Record, Report, Tone
from lscctl.report.phone_cases import phone_cases
from lscctl.report.phones_page import REGISTERED, phones_page, registered
from lscctl.report.summaries import LSC_TONES, STATUS_TONES
from lscctl.report.wording import as_of, expiry, finish_time, short_model, utc_text

FIELDS = (
    "name",
    "description",
    "model",
    "protocol",
    "device_pool",
    "location",
    "profile",
    "security_mode",
    "auth_mode",
    "key_order",
    "key_size",
    "ec_key_size",
    "status",
    "operation",
    "finish_time",
    "lsc",
    "lsc_valid_until",
    "lsc_issuer",
    "registration",
    "over_expressway",
)
"""The keys of one phone's record, in order."""

_COLUMNS = (
    Column("Phone", whole=True),
    Column("Model"),
    Column("Status"),
    Column("LSC until"),
    Column("Operation, deadline"),
    Column("Profile mode", whole=True),
    Column("Device pool", roomy=True),
    Column("Description", roomy=True),
)


def phones_report(told: PhonesOfCluster, *, per_phone: bool = False) -> Report:
    """The report of kind `status`; `per_phone` gives monitoring a series for each phone."""
    phones = told.ordered()
    columns = (*_COLUMNS, REGISTERED) if told.tells_registration else _COLUMNS
    return Report(
        kind="status",
        heading={"cluster": told.cluster, "cucm_version": told.version, "notes": told.notes},
        fields=FIELDS,
        records={"phones": Anew(partial(_records, phones, told))},
        blocks=(
            Grid("", columns, Anew(partial(_rows, phones, told, len(columns))), len(phones)),
            *(Paragraph(f"note: {note}", Tone.FAINT) for note in told.notes),
            Paragraph(told.summary, Tone.FAINT),
        ),
        cases=Anew(lambda: phone_cases(told)),
        metrics=phone_gauges(told, per_phone=per_phone),
        page=Anew(lambda: phones_page(told)),
        as_of=as_of(told.facts.now, told.clock),
    )


def phone_record(phone: Phone, told: PhonesOfCluster) -> Record:
    """Everything that the cluster says of a phone, for programs."""
    settings = phone.profile.settings
    return {
        "name": phone.name,
        "description": phone.description,
        "model": phone.model,
        "protocol": phone.protocol,
        "device_pool": phone.device_pool,
        "location": phone.location,
        "profile": phone.profile.name,
        "security_mode": phone.profile.security_mode.value,
        "auth_mode": settings.mode.short if settings else None,
        "key_order": settings.key_order.short if settings and settings.key_order else None,
        "key_size": settings.key_size if settings else None,
        "ec_key_size": settings.ec_key_size if settings else None,
        "status": phone.status.text or "None",
        "operation": phone.operation.value,
        "finish_time": phone.finish_time or None,
        "lsc": told.lsc_state(phone).value,
        "lsc_valid_until": utc_text(phone.lsc.valid_until),
        "lsc_issuer": phone.lsc.issuer,
        "registration": None if phone.registration is Registration.NOT_ASKED else phone.registration.value,
        "over_expressway": phone.over_expressway,
    }


def phone_then(phone: Phone, told: PhonesOfCluster) -> PhoneThen:
    """The phone in the words of its record, to be compared with what another report says of it."""
    settings = phone.profile.settings
    return PhoneThen(
        name=phone.name,
        model=phone.model,
        device_pool=phone.device_pool,
        profile=phone.profile.name,
        status=phone.status.text or "None",
        lsc=told.lsc_state(phone),
        lsc_valid_until=utc_text(phone.lsc.valid_until),
        lsc_issuer=phone.lsc.issuer,
        auth_mode=settings.mode.short if settings else None,
        protocol=phone.protocol,
        location=phone.location,
        description=phone.description,
        registration=None if phone.registration is Registration.NOT_ASKED else phone.registration.value,
        cluster=told.cluster,
    )


def _records(phones: Sequence[Phone], told: PhonesOfCluster) -> Iterator[Record]:
    """The phones' records, made one at a time."""
    for phone in phones:
        yield phone_record(phone, told)


def _rows(phones: Sequence[Phone], told: PhonesOfCluster, width: int) -> Iterator[Sequence[Cell | str]]:
    """The grid's rows, made only when a table is drawn; so many cells of each."""
    for phone in phones:
        settings = phone.profile.settings
        cells: tuple[Cell | str, ...] = (
            phone.name,
            short_model(phone.model),
            Cell(phone.status.text or "None", STATUS_TONES[phone.status.kind]),
            lsc_until(phone, told),
            operation(phone),
            settings.mode.short if settings else Cell("none", Tone.FAINT),
            phone.device_pool,
            phone.description,
            registered(phone),
        )
        yield cells[:width]


def lsc_until(phone: Phone, told: PhonesOfCluster) -> Cell:
    """When the phone's LSC ends, for people."""
    state = told.lsc_state(phone)
    tone = LSC_TONES[state]
    if state is LscState.NONE:
        return Cell("no LSC", tone)
    if phone.lsc.valid_until is None:
        return Cell("unknown", tone)
    until = expiry(phone.lsc.valid_until, told.facts.now, told.clock.zone)
    return Cell(f"{until}, foreign" if state is LscState.FOREIGN else until, tone)


def operation(phone: Phone) -> Cell:
    """What CAPF is to do with the phone, and by when, for people."""
    if phone.operation is CertificateOperation.NONE:
        return Cell("-", Tone.FAINT)
    by = f" by {finish_time(phone.finish_time)}" if phone.finish_time else ""
    return Cell(phone.operation.value + by, Tone.WARNING if phone.pending else Tone.PLAIN)
