"""One step of a renewal that people carry out by hand."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class RenewalStep:
    """What to do and `where`; a `note`, the page or command in its own words, or why; what it `touches`; what to wait for then
    (`until`)."""

    what: str
    where: str
    note: str
    touches: str
    until: str
