"""The options of `lscctl capf` that mean a third-party CA."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from lscctl.capf import CertificateOperation
from lscctl.cli.parameters import one_of
from lscctl.cli.standard_input import standard_input
from lscctl.errors import UsageError
from lscctl.plan import CapfRequest

if TYPE_CHECKING:
    from lscctl.third_party_ca import GivenCa, ThirdParty

NOTHING_TO_SIGN = CapfRequest(operation=CertificateOperation.TROUBLESHOOT)
"""What phones are looked at for: not whether an install could work right now, with whoever issues right now."""

_PANEL = "A third-party CA"
_MOST = 2**20
"""Bytes of a file of certificates at most."""


@dataclass(frozen=True, slots=True)
class ThirdPartyCa:
    """Which CA is to issue LSCs, where it is not Cisco's CAPF by itself."""

    issuer: Annotated[
        str | None,
        typer.Option(
            "--issuer",
            help="signed (CAPF signs, with a certificate from your CA), online or offline (your CA signs each LSC).",
            metavar="WHO",
            rich_help_panel=_PANEL,
            show_default=False,
        ),
    ] = None
    ca: Annotated[
        str | None,
        typer.Option(
            "--ca",
            help="Certificates of the CA and of those above it, PEM, DER or PKCS #7; - reads standard input.",
            metavar="FILE",
            rich_help_panel=_PANEL,
            show_default=False,
        ),
    ] = None

    def meant(self) -> "tuple[ThirdParty, GivenCa] | None":
        """The kind of CA and its certificates; None where CAPF's own certificate is meant. Raises UsageError."""
        from lscctl.third_party_ca import GivenCa, ThirdParty, parse_ca

        if self.issuer is None:
            if self.ca is not None:
                raise UsageError(
                    "--ca needs --issuer",
                    hint="Say how the CA signs: --issuer signed, --issuer online or --issuer offline.",
                )
            return None
        kind = ThirdParty(one_of("--issuer", self.issuer, tuple(ThirdParty)))
        return kind, GivenCa() if self.ca is None else parse_ca(_content(self.ca), self.where)

    @property
    def where(self) -> str:
        """What messages call the file."""
        return "standard input" if self.ca == "-" else str(self.ca)

    @property
    def file(self) -> str:
        """What commands that are told call it; a place to fill in where none was given."""
        return "ca.pem" if self.ca in (None, "-") else str(self.ca)


def _content(path: str) -> bytes:
    try:
        if path == "-":
            content = standard_input("--ca -").read(_MOST + 1)
        else:
            with Path(path).open("rb") as file:
                content = file.read(_MOST + 1)
    except OSError as error:
        raise UsageError(
            f"--ca: {path} cannot be read: {error.strerror or error}", hint="Name a file that can."
        ) from error
    if len(content) > _MOST:
        raise UsageError(
            f"--ca: {path} is larger than any file of certificates", hint="Give the CA's certificates only."
        )
    return content
