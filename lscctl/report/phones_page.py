"""What a page says of phones: the whole in numbers, what failed, when LSCs end, groups, and everything about each phone."""

from collections.abc import Iterator, Sequence
from functools import partial

from lscctl.capf import CertificateOperation
from lscctl.phone import Phone, Registration
from lscctl.report import summaries
from lscctl.report.cluster import PhonesOfCluster
from lscctl.report.interface import Anew, Cell, Column, Grid, PageBlock, Paragraph, Tone
from lscctl.report.summaries import LSC_TONES, STATUS_TONES
from lscctl.report.wording import DAY, day, finish_time, short_model

_COLUMNS = (
    Column("Phone", whole=True),
    Column("Description"),
    Column("Model"),
    Column("Device pool"),
    Column("Certificate status"),
    Column("LSC", whole=True),
    Column("LSC until", whole=True),
    Column("Days left", number=True),
    Column("Operation", whole=True),
    Column("Deadline", whole=True),
    Column("Profile mode", whole=True),
    Column("Security profile", roomy=True),
    Column("Security", roomy=True),
    Column("Key", roomy=True),
    Column("Location", roomy=True),
    Column("Protocol", roomy=True),
    Column("LSC issuer", roomy=True),
)

REGISTERED = Column("Registered", whole=True, roomy=True)
"""One column more where somebody asked who is registered."""

_REGISTRATION_TONES = {Registration.REGISTERED: Tone.GOOD, Registration.NOT_ASKED: Tone.FAINT}


def registered(phone: Phone) -> Cell:
    """Whether the phone is registered, in RIS's word."""
    return Cell(phone.registration.value, _REGISTRATION_TONES.get(phone.registration, Tone.WARNING))


def phones_page(told: PhonesOfCluster) -> Iterator[PageBlock]:
    """The blocks of the page, in order."""
    yield summaries.figures(told)
    failures = summaries.failures(told)
    if failures.total:
        yield failures
    yield summaries.expiry_chart(told, summaries.MONTHS_OF_PAGE, others=False)
    yield summaries.lsc_counts(told)
    yield summaries.status_counts(told)
    for grouping in ("device-pool", "model", "profile"):
        yield summaries.groups(told, [summaries.GROUPINGS[grouping]])
    phones = told.ordered()
    columns = (*_COLUMNS, REGISTERED) if told.tells_registration else _COLUMNS
    yield Grid("Phones", columns, Anew(partial(_rows, phones, told, len(columns))), len(phones))
    yield from (Paragraph(f"note: {note}", Tone.FAINT) for note in told.notes)


def _rows(phones: Sequence[Phone], told: PhonesOfCluster, width: int) -> Iterator[Sequence[Cell | str]]:
    """Everything about each phone, made row by row; so many cells of each."""
    for phone in phones:
        settings = phone.profile.settings
        state = told.lsc_state(phone)
        until = phone.lsc.valid_until
        pending = Tone.WARNING if phone.pending else Tone.PLAIN
        under_way = phone.operation is not CertificateOperation.NONE
        cells: tuple[Cell | str, ...] = (
            phone.name,
            phone.description,
            short_model(phone.model),
            phone.device_pool,
            Cell(phone.status.text or "None", STATUS_TONES[phone.status.kind]),
            Cell(state.value, LSC_TONES[state]),
            day(until, told.clock.zone) if until else "",
            f"{(until - told.facts.now) // DAY:,.0f}" if until else "",
            Cell(phone.operation.value, pending) if under_way else "",
            finish_time(phone.finish_time) if under_way else "",
            settings.mode.short if settings else Cell("none", Tone.FAINT),
            phone.profile.name,
            phone.profile.security_mode.value,
            str(settings).partition(", ")[2] if settings else "",
            phone.location,
            phone.protocol,
            phone.lsc.issuer or "",
            registered(phone),
        )
        yield cells[:width]
