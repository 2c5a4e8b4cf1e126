"""One step of a renewal that people carry out by hand."""

import re
import shlex
from dataclasses import dataclass, replace
from typing import Final

_COMMAND: Final = re.compile(r"\blscctl (?!runs\b)(?:(?:capf|profiles|trust-list|report) )?[a-z-]+")
"""A command of lscctl that asks a cluster; runs know theirs."""


@dataclass(frozen=True, slots=True)
class RenewalStep:
    """What to do and `where`; a `note`, the page or command in its own words, or why; what it `touches`; what to wait for then
    (`until`)."""

    what: str
    where: str
    note: str
    touches: str
    until: str

    def on(self, cluster: str) -> "RenewalStep":
        """The same, its commands for this cluster whichever is the default where they are pasted."""

        def named(command: re.Match[str]) -> str:
            return f"{command[0]} --cluster {shlex.quote(cluster)}"

        return replace(self, note=_COMMAND.sub(named, self.note), until=_COMMAND.sub(named, self.until))
