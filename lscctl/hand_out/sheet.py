"""What is handed out: a label for each phone."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

from lscctl.auth_string import AuthString
from lscctl.phone import Phone


class SheetFormat(StrEnum):
    """What the file is to be."""

    CSV = "csv"
    LABELS = "labels"

    @property
    def suffix(self) -> str:
        """How the file's name ends."""
        return ".csv" if self is SheetFormat.CSV else ".html"

    @classmethod
    def by_suffix(cls, path: Path) -> "SheetFormat":
        """What a file of that name is expected to be: labels are HTML, and all else is a CSV."""
        return cls.LABELS if path.suffix.casefold() in (".html", ".htm") else cls.CSV


def new_seal() -> str:
    """256 random bits in hexadecimal digits."""
    return secrets.token_hex(32)


@dataclass(frozen=True, slots=True)
class Label:
    """A phone, where it stands, and the string that is typed on it."""

    name: str
    description: str
    model: str
    device_pool: str
    location: str
    string: AuthString

    @classmethod
    def of(cls, phone: Phone, string: AuthString) -> "Label":
        """The label of a phone as the cluster has it."""
        return cls(phone.name, phone.description, phone.model, phone.device_pool, phone.location, string)


@dataclass(frozen=True, slots=True)
class HandOut:
    """The strings of one run, phones in the order of their names.

    `until` is the deadline of a phone that is written at once, in words: one that is written later may have longer.
    """

    cluster: str
    run: int
    until: str
    labels: tuple[Label, ...]
    seal: str = field(default_factory=new_seal, repr=False)

    @property
    def strings(self) -> Mapping[str, AuthString]:
        """`{phone name: string}`."""
        return {label.name: label.string for label in self.labels}
