"""The chain on which an LSC depends, and all at which an enrolment can break: the truth that a diagnosis is held against."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class Link(StrEnum):
    """The links, in the order in which they are needed."""

    PROFILE = "profile"
    OPERATION = "operation"
    REGISTRATION = "registration"
    CONFIGURATION = "configuration"
    NAME_RESOLUTION = "name-resolution"
    CAPF_REACHED = "capf-reached"
    CAPF_CERTIFICATE = "capf-certificate"
    LSC_ISSUED = "lsc-issued"
    REREGISTERED = "re-registered"


FAULTS: Final[Mapping[str, Link]] = {
    "no-capf-settings": Link.PROFILE,
    "mode-mismatch": Link.PROFILE,
    "string-in-secure-profile": Link.PROFILE,
    "mic-only": Link.PROFILE,
    "key-unsupported": Link.PROFILE,
    "ec-only": Link.PROFILE,
    "ec-preferred": Link.PROFILE,
    "string-missing": Link.OPERATION,
    "late": Link.OPERATION,
    "not-registered": Link.REGISTRATION,
    "capf-refuses-ipv6": Link.REGISTRATION,
    "over-expressway": Link.REGISTRATION,
    "tftp-stopped": Link.CONFIGURATION,
    "no-configuration": Link.CONFIGURATION,
    "no-security-by-default": Link.CONFIGURATION,
    "no-capf-in-itl": Link.CONFIGURATION,
    "itl-mismatch": Link.CONFIGURATION,
    "itl-corrupt": Link.CONFIGURATION,
    "itl-missing": Link.CONFIGURATION,
    "dns": Link.NAME_RESOLUTION,
    "capf-stopped": Link.CAPF_REACHED,
    "capf-unreachable": Link.CAPF_REACHED,
    "capf-frozen": Link.CAPF_REACHED,
    "phone-communication": Link.CAPF_REACHED,
    "capf-certificate": Link.CAPF_CERTIFICATE,
    "capf-certificate-unfit": Link.CAPF_CERTIFICATE,
    "string-not-typed": Link.LSC_ISSUED,
    "string-locked": Link.LSC_ISSUED,
    "invalid-string": Link.LSC_ISSUED,
    "invalid-lsc": Link.LSC_ISSUED,
    "invalid-mic": Link.LSC_ISSUED,
    "invalid-credentials": Link.LSC_ISSUED,
    "key-generation": Link.LSC_ISSUED,
    "offline-ca": Link.LSC_ISSUED,
    "ca-communication": Link.LSC_ISSUED,
    "ca-rejected": Link.LSC_ISSUED,
    "tvs": Link.LSC_ISSUED,
    "tvs-stopped": Link.LSC_ISSUED,
    "failed": Link.LSC_ISSUED,
    "lost": Link.REREGISTERED,
}
"""Each fault and the link that it breaks; the failures of `sim failures` go by their own names."""


@dataclass(frozen=True, slots=True)
class Broken:
    """The first broken link of one phone, and the fault that broke it."""

    link: Link
    fault: str

    @classmethod
    def by(cls, fault: str) -> "Broken":
        """What this fault breaks. Raises KeyError for one that there is not."""
        return cls(FAULTS[fault], fault)
