"""The vocabulary of CAPF: what a phone's certificate operation can be, how it ends, and the settings it runs with.

The wording is CUCM's own (the enumerations of the AXL schema), so a value here equals the text on the wire and in the
`type...` tables of the database [field guide 2, XSD].
"""

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Self


class CertificateOperation(StrEnum):
    """What CAPF is to do with a phone (`certificateOperation`)."""

    NONE = "No Pending Operation"
    INSTALL = "Install/Upgrade"
    DELETE = "Delete"
    TROUBLESHOOT = "Troubleshoot"


class _Choice(StrEnum):
    """Words of CUCM's that have a short form on the command line."""

    @property
    def short(self) -> str:
        """The word of the command line: the name in small letters, joined with dashes."""
        return self.name.lower().replace("_", "-")

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read the short word or Cisco's full wording, in any case; ValueError names the choices."""
        wanted = " ".join(text.split()).casefold()
        for choice in cls:
            if wanted in (choice.short, choice.value.casefold()):
                return choice
        choices = ", ".join(choice.short for choice in cls)
        raise ValueError(f"unknown {cls._kind()} {text!r}: choose one of {choices}")

    @classmethod
    def _kind(cls) -> str:
        """What one of them is called: `AuthenticationMode` is an authentication mode."""
        return re.sub(r"(?<!^)(?=[A-Z])", " ", cls.__name__).lower()


class AuthenticationMode(_Choice):
    """How the phone proves itself to CAPF (`authenticationMode`); short: `null-string`, `auth-string`, `lsc-first`, `mic-first`."""

    AUTH_STRING = "By Authentication String"
    NULL_STRING = "By Null String"
    LSC_FIRST = "By Existing Certificate (precedence to LSC)"
    MIC_FIRST = "By Existing Certificate (precedence to MIC)"


class KeyOrder(_Choice):
    """Which kind of key the phone is to make (`keyOrder`, from schema 11.0); short: `rsa-only`, `ec-only`, `ec-preferred`."""

    RSA_ONLY = "RSA Only"
    EC_ONLY = "EC Only"
    EC_PREFERRED = "EC Preferred, RSA Backup"

    @property
    def uses_ec(self) -> bool:
        """Whether an elliptic-curve key may come of it."""
        return self is not KeyOrder.RSA_ONLY


RSA_KEY_SIZES = (512, 1024, 2048, 3072, 4096)
"""RSA key sizes in bits; 3072 and 4096 from schema 11.5 [field guide 2]."""

EC_KEY_SIZES = (256, 384, 521)
"""EC key sizes in bits, from schema 11.0 [field guide 2]."""


class DeviceSecurityMode(StrEnum):
    """The device security mode of a phone security profile."""

    NON_SECURE = "Non Secure"
    AUTHENTICATED = "Authenticated"
    ENCRYPTED = "Encrypted"


class StatusKind(StrEnum):
    """What a certificate status says in one word."""

    NONE = "none"
    PENDING = "pending"
    SUCCESS = "success"
    FAILED = "failed"
    UNRECOGNISED = "unrecognised"


@dataclass(frozen=True, slots=True)
class CertificateStatus:
    """A phone's certificate status, as CUCM words it.

    All 34 strings of `XCertificateStatus` are understood through their shape (`<Operation> Success|Failed[: reason]`), so a
    reason that a later CUCM adds is still a failure with its reason [field guide 2].
    """

    text: str

    @property
    def kind(self) -> StatusKind:
        """The status in one word."""
        text = self.text.strip()
        if text in ("", "None"):
            return StatusKind.NONE
        if text == "Operation Pending":
            return StatusKind.PENDING
        head = text.partition(":")[0].strip()
        if head.endswith(" Success"):
            return StatusKind.SUCCESS
        if head.endswith(" Failed"):
            return StatusKind.FAILED
        return StatusKind.UNRECOGNISED

    @property
    def reason(self) -> str | None:
        """The words behind `Failed:`, or None where CUCM gives none."""
        _, colon, reason = self.text.partition(":")
        return (reason.strip() or None) if colon and self.kind is StatusKind.FAILED else None


@dataclass(frozen=True, slots=True)
class CapfSettings:
    """How an LSC is made: authentication mode, key order and sizes in bits.

    `key_order` and `ec_key_size` are None on a cluster older than 11.0, which has neither; `ec_key_size` is None too where
    the order is RSA only and the profile names no curve, and `key_size` where a profile with `EC Only` names no RSA size.
    """

    mode: AuthenticationMode
    key_size: int | None
    key_order: KeyOrder | None = None
    ec_key_size: int | None = None

    def __str__(self) -> str:
        order = self.key_order or KeyOrder.RSA_ONLY
        sizes = []
        if order is not KeyOrder.EC_ONLY:
            sizes.append(f"RSA {self.key_size}")
        if order.uses_ec:
            sizes.append(f"EC {self.ec_key_size}")
        return f"{self.mode.short}, {' or '.join(reversed(sizes))}"
