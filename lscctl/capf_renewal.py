"""One step of a renewal that people carry out by hand."""

from dataclasses import dataclass, replace

from lscctl.pasting import for_cluster


@dataclass(frozen=True, slots=True)
class RenewalStep:
    """What to do and `where`; a `note`, the page or command in its own words, or why; what it `touches`; what to wait for then
    (`until`)."""

    what: str
    where: str
    note: str
    touches: str
    until: str

    def on(self, option: str) -> "RenewalStep":
        """The same, its commands with this option, by which they mean the cluster."""
        return replace(self, note=for_cluster(self.note, option), until=for_cluster(self.until, option))
