"""What is right to say of a phone, and whether it can be told from what is left: out of the simulator's truth and published facts.

Nothing here asks what a diagnosis says.
"""

from collections.abc import Collection, Mapping
from enum import StrEnum
from typing import Final

from lscctl.gathering import Door


class Shown(StrEnum):
    """Where a fault can be seen, beside the phone's row. The phone's pages are three things: where it stands in the network, its
    status messages, and its console logs, which older generations do not have."""

    REGISTRATION = Door.REGISTRATION
    PARAMETERS = Door.PARAMETERS
    SERVICES = Door.SERVICES
    CAPF_PORT = Door.CAPF_PORT
    TRUST_LISTS = Door.TRUST_LISTS
    ITL_STATUS = Door.ITL_STATUS
    PLACE = "the phone's network page"
    MESSAGES = "the phone's status messages"
    LOGS = "the phone's console logs"


PAGES: Final = frozenset({Shown.PLACE, Shown.MESSAGES, Shown.LOGS})

CAUSES: Final[Mapping[str, frozenset[str]]] = {
    fault: frozenset(causes)
    for fault, causes in {
        "mode-mismatch": ("mode-differs",),
        "string-in-secure-profile": ("string-in-secure-profile",),
        "late": ("late",),
        "not-registered": ("not-registered",),
        "over-expressway": ("over-expressway",),
        "tftp-stopped": ("configuration-not-fetched",),
        "no-configuration": ("configuration-not-fetched",),
        "no-security-by-default": ("no-sbd",),
        "no-capf-in-itl": ("no-capf-in-itl",),
        "itl-mismatch": ("itl-differs",),
        "itl-corrupt": ("itl-corrupt",),
        "itl-missing": ("itl-missing",),
        "dns": ("name-not-resolved",),
        "capf-stopped": ("capf-stopped",),
        "capf-unreachable": ("capf-port-unreachable",),
        "capf-frozen": ("capf-frozen",),
        "capf-refuses-ipv6": ("ipv6-refused",),
        "phone-communication": ("connection-breaks",),
        "capf-certificate": ("capf-certificate-differs",),
        "capf-certificate-unfit": ("capf-certificate-unfit",),
        "string-not-typed": ("authentication-string-not-typed",),
        "string-missing": ("authentication-string-missing",),
        "string-locked": ("authentication-string-locked",),
        "invalid-string": ("authentication-string-wrong",),
        "invalid-lsc": ("lsc-issuer-not-trusted",),
        "invalid-mic": ("mic-issuer-not-trusted",),
        "invalid-credentials": ("invalid-credentials",),
        "mic-only": ("lsc-mode-without-lsc",),
        "key-unsupported": ("key-size-not-supported", "ec-not-supported"),
        "ec-only": ("ec-not-supported",),
        "ec-preferred": ("ec-issues-nothing",),
        "key-generation": ("key-generation-failed",),
        "offline-ca": ("offline-ca",),
        "ca-communication": ("ca-unreachable",),
        "ca-rejected": ("ca-rejects",),
        "tvs": ("tvs-rejects", "tvs-unreachable"),
        "tvs-stopped": ("tvs-stopped", "tvs-unreachable"),
        "lost": ("not-registered-again",),
        "failed": (),
    }.items()
}
"""The causes that are right to name for each fault of the simulator. `failed` gives no cause to anybody, so none may be named."""

_BY_ROW: Final = frozenset({frozenset[Shown]()})


def _any_of(*alternatives: Collection[Shown]) -> frozenset[frozenset[Shown]]:
    return frozenset(frozenset(one) for one in alternatives)


_LOGS: Final = _any_of({Shown.LOGS})
_WORDS: Final = _any_of({Shown.MESSAGES}, {Shown.LOGS})
_AT_THE_PORT: Final = _any_of({Shown.LOGS, Shown.SERVICES}, {Shown.LOGS, Shown.CAPF_PORT})

_OF_ONE: Final[Mapping[str, frozenset[frozenset[Shown]]]] = {
    # a status that says it, or a profile with the phone's own columns beside it [field guide 2, 4]
    **dict.fromkeys(
        (
            "string-in-secure-profile",
            "late",
            "no-security-by-default",
            "string-not-typed",
            "string-missing",
            "invalid-lsc",
            "invalid-mic",
            "mic-only",
            "key-unsupported",
            "ec-only",
            "key-generation",
            "ca-communication",
            "ca-rejected",
        ),
        _BY_ROW,
    ),
    "failed": _BY_ROW,
    # Upgrade Failed: Invalid Credentials says no more than CAPF's code 6
    "invalid-credentials": _BY_ROW,
    "mode-mismatch": _LOGS,
    "not-registered": _any_of({Shown.REGISTRATION}),
    "lost": _any_of({Shown.REGISTRATION}),
    "over-expressway": _any_of({Shown.REGISTRATION}),
    "capf-refuses-ipv6": _any_of({Shown.REGISTRATION, Shown.PARAMETERS}),
    "ec-preferred": _any_of({Shown.PARAMETERS}),
    "offline-ca": _any_of({Shown.PARAMETERS}),
    "no-configuration": _WORDS,
    "dns": _WORDS,
    # which server it asks stands on the phone's network page
    "no-capf-in-itl": _any_of({Shown.MESSAGES}, {Shown.LOGS}),
    "itl-missing": _any_of({Shown.MESSAGES}, {Shown.LOGS}, {Shown.ITL_STATUS}),
    "itl-mismatch": _any_of(
        {Shown.LOGS},
        {Shown.MESSAGES, Shown.TRUST_LISTS, Shown.PLACE},
        {Shown.ITL_STATUS, Shown.TRUST_LISTS, Shown.PLACE},
    ),
    "itl-corrupt": _any_of({Shown.LOGS}, {Shown.TRUST_LISTS, Shown.PLACE}),
    # `LSC: Connection failed` is said of four faults, so that alone tells none
    "capf-stopped": _any_of({Shown.SERVICES}),
    "capf-unreachable": _AT_THE_PORT,
    "capf-frozen": _LOGS,
    "phone-communication": _LOGS,
    "capf-certificate": _any_of({Shown.LOGS}, {Shown.TRUST_LISTS, Shown.CAPF_PORT, Shown.PLACE}),
    "capf-certificate-unfit": _any_of({Shown.CAPF_PORT}),
    "string-locked": _LOGS,
    "invalid-string": _LOGS,
    "tvs": _LOGS,
    "tvs-stopped": _any_of({Shown.SERVICES}, {Shown.LOGS}),
    "tftp-stopped": _any_of({Shown.SERVICES}, {Shown.MESSAGES}, {Shown.LOGS}),
}
"""For each fault the sets of sources of which one is enough, for a fault of one phone or of one node."""

_OF_ALL: Final[Mapping[str, frozenset[frozenset[Shown]]]] = {
    "capf-unreachable": _AT_THE_PORT | _any_of({Shown.CAPF_PORT, Shown.SERVICES}),
    "capf-frozen": _any_of({Shown.CAPF_PORT}, {Shown.LOGS}),
    "capf-certificate": _any_of({Shown.TRUST_LISTS, Shown.CAPF_PORT}, {Shown.LOGS}),
}
"""The same where the whole cluster has it, so that nobody needs to know which server the phone asks."""


def tellable(fault: str, *, of_all: bool, left: Collection[Shown]) -> bool:
    """Whether a fault can be told from the sources that are left."""
    alternatives = _OF_ALL.get(fault, _OF_ONE[fault]) if of_all else _OF_ONE[fault]
    return any(alternative <= frozenset(left) for alternative in alternatives)
