"""What phones tell at their own doors: pages, status messages, logs, and the certificate that they show."""

import io
import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from lscctl.cucm.cluster import Cluster
from lscctl.cucm.inspecting import SOURCE, not_to_be_asked, seen
from lscctl.cucm.phone_pages import PagesSeen
from lscctl.diagnosis.mailed import Reading
from lscctl.diagnosis.reading.opening import Entry, Peeked
from lscctl.diagnosis.sightings import Questions
from lscctl.finding import Door, Place, Source
from lscctl.inspection import Sight, Unseen
from lscctl.phone import Phone

_MAC: Final = 12
"""Digits of a MAC address."""

HTTPS: Final = Place(Source.PHONE, "its certificate on HTTPS")


@dataclass(frozen=True, slots=True)
class Visit:
    """What a phone told; None of what nobody was to ask for."""

    pages: PagesSeen | None = None
    certificate: Sight | None = None


def visits(cluster: Cluster, phones: Sequence[Phone], without: Collection[Door]) -> Iterator[Visit]:
    """Visit each of the phones, many side by side; in their order. Nothing of a phone's is raised."""
    doors = cluster.phone_doors
    for_pages, for_certificates = (door not in without for door in (Door.PHONE_PAGES, Door.PHONE_CERTIFICATES))

    def look(phone: Phone) -> Visit:
        unseen = not_to_be_asked(phone)
        pages = certificate = None
        if for_pages:
            pages = doors.pages(phone.address) if unseen is None else PagesSeen(unseen=unseen[1])
            if unseen is None and pages.unseen:
                unseen = Unseen.SILENT, pages.unseen
        if for_certificates:
            certificate = (
                seen(doors.certificate(phone.address, met=for_pages))
                if unseen is None
                else Sight(SOURCE, unseen=unseen[0], why=unseen[1])
            )
        return Visit(pages, certificate)

    if not (for_pages or for_certificates):
        return iter(Visit() for _ in phones)
    return doors.each(look, phones)


def somebody_else(pages: PagesSeen, reading: Reading, phone: Phone) -> str:
    """The phone that these pages are of, where they are of another one, to which the address was given since; '' where not.

    Only names with a MAC address in them can be told from others; the second port of an ATA has one of its own.
    """
    mac = phone.name.upper().removeprefix("SEP")
    if len(mac) != _MAC:
        return ""
    shown = b"".join(page.content for page in pages.pages if page.source is Source.PHONE_PAGE)
    if mac.encode() in re.sub(rb"[:.-]", b"", shown).upper():
        return ""
    named = (piece.phone for piece in reading.pieces if piece.place.source is Source.PHONE_PAGE and piece.phone)
    return next(named, "")


def read_pages(pages: PagesSeen, questions: Questions, capf_port: int) -> Reading:
    """A phone's pages and logs, read as files that somebody mailed are."""
    reading = Reading(questions, capf_port)
    for page in pages.pages:
        content = Peeked(io.BytesIO(page.content), page.path, reading.opened)
        reading.take(Entry(page.path, "", content), page.source)
        if page.cut:
            reading.opened.pass_over(f"{page.path}: it is longer, and only its beginning was read")
    return reading
