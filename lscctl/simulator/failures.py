"""What can go wrong with a phone, by name: the rows of field guide 7 and each `... Failed: ...` that a phone can end in.

A failure is switched on for some phones; what it does shows only once CAPF is asked for something.
"""

import difflib
from collections.abc import Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from hashlib import sha256


class UnknownFailureError(ValueError):
    """A failure that does not exist, or phones that cannot be counted; the text says what would do."""


@dataclass(frozen=True)
class Kind:
    """What one failure does.

    stage: when it strikes: fetching the configuration, contacting CAPF, generating keys, signing, registering again.
    cause: what stands after `Upgrade Failed: ` (or Delete, Troubleshoot); "" is the plain `... Failed`;
        None leaves the status as it is, Operation Pending for ever.
    message: what the phone's own status messages say [field guide 7].
    """

    stage: str
    cause: str | None
    message: str
    seen: str


KINDS: Mapping[str, Kind] = {
    # the rows of field guide 7
    "no-capf-in-itl": Kind("contact", None, "No valid CAPF server", "the phone's ITL has no CAPF record"),
    "capf-certificate": Kind(
        "contact", None, "LSC: Connection failed", "CAPF's certificate is not the one in the phone's ITL"
    ),
    "capf-unreachable": Kind("contact", None, "LSC: Connection failed", "the phone cannot reach CAPF on its port"),
    "capf-frozen": Kind("contact", None, "CAPF operation failed, ret -8", "CAPF accepts, but never answers this phone"),
    "itl-mismatch": Kind(
        "contact", None, "Trust List update failed, verification failure", "the phone's ITL is not the TFTP server's"
    ),
    "itl-corrupt": Kind("contact", None, "Trust List update failed", "the ITL that the phone holds is corrupt"),
    "tvs": Kind("sign", None, "LSC: Failed", "TVS cannot be reached, or does not vouch for the new LSC"),
    "dns": Kind("contact", None, "DNS unknown IPv4 host", "the phone cannot resolve the publisher's name"),
    "no-configuration": Kind("fetch", None, "Error updating configuration", "the phone never gets its configuration"),
    "mode-mismatch": Kind(
        "contact", None, "CAPF operation failed, ret -6", "what was written differs from the profile, as through BAT"
    ),
    "late": Kind(
        "contact", "User Initiated Request Late/Timedout", "LSC: Failed", "the phone comes after the deadline"
    ),
    "invalid-lsc": Kind("contact", "Invalid LSC", "CAPF operation failed, ret -4", "CAPF-trust lacks the LSC's issuer"),
    "invalid-mic": Kind("contact", "Invalid MIC", "CAPF operation failed, ret -5", "CAPF-trust lacks the MIC's issuer"),
    # the other statuses that a phone can end in
    "invalid-string": Kind(
        "contact", "Invalid Authentication String", "CAPF operation failed, ret -3", "a wrong string was typed"
    ),
    "invalid-credentials": Kind(
        "contact",
        "Invalid Credentials",
        "CAPF operation failed, ret -6",
        "CAPF does not accept what the phone presents",
    ),
    "phone-communication": Kind(
        "contact",
        "Phone Communication Failure",
        "CAPF operation failed, ret -7",
        "the connection breaks three times, 30 s apart",
    ),
    "key-generation": Kind(
        "keys", "Key Generation Failed/Timeout", "CAPF operation failed, ret -8", "no keys within the time allowed"
    ),
    "ca-communication": Kind("sign", "CA Communication Failure", "LSC: Failed", "CAPF cannot reach the CA"),
    "ca-rejected": Kind("sign", "CA Rejected Connection", "LSC: Failed", "the CA turns CAPF away"),
    "ec-only": Kind(
        "contact",
        "No Support for EC only in CAPF version 3",
        "LSC: Failed",
        "the phone speaks CAPF version 3 without EC",
    ),
    "failed": Kind("sign", "", "LSC: Failed", "the operation fails and no cause is given"),
    # what no status shows
    "slow-keys": Kind("keys", None, "", "key generation takes ten times as long"),
    "lost": Kind("register", None, "", "the phone does not register again"),
}


@dataclass(frozen=True)
class Failure:
    """A failure and the phones it strikes: a count ("5"), a share ("10%") or a glob of names ("SEP0011*")."""

    name: str
    phones: str = "100%"

    def __post_init__(self) -> None:
        if self.name not in KINDS:
            nearest = difflib.get_close_matches(self.name, KINDS, n=1)
            hint = f"did you mean {nearest[0]}?" if nearest else f"there are {', '.join(KINDS)}"
            raise UnknownFailureError(f"no failure {self.name!r}: {hint}")
        if not self.phones or (self.phones.endswith("%") and self._share is None):
            raise UnknownFailureError(f"{self.name}={self.phones}: give a count, 0 to 100 %, or a glob of phone names")

    @classmethod
    def parse(cls, text: str) -> "Failure":
        """Read `invalid-mic=5`, `itl-mismatch=10%`, `late=SEP0011*`, or a bare name for all phones that can enrol.

        Raises UnknownFailureError.
        """
        name, equals, phones = (part.strip() for part in text.partition("="))
        return cls(name, phones) if equals else cls(name)

    def __str__(self) -> str:
        return f"{self.name}={self.phones}"

    @property
    def _share(self) -> float | None:
        digits = self.phones.removesuffix("%")
        if digits == self.phones or not digits.replace(".", "", 1).isdecimal() or float(digits) > 100:
            return None
        return float(digits) / 100

    def choose(self, names: Mapping[str, bool], seed: int) -> list[str]:
        """Choose phones out of `{name: whether it can enrol}`; the same ones for the same seed and names.

        A glob takes every phone that matches; a count or a share takes phones that could otherwise enrol.
        """
        if not self.phones.isdecimal() and self._share is None:
            return [name for name in names if fnmatchcase(name.upper(), self.phones.upper())]
        able = sorted(
            (name for name, can_enrol in names.items() if can_enrol),
            key=lambda name: sha256(f"{seed} {self.name} {name}".encode()).digest(),
        )
        share = self._share
        wanted = int(self.phones) if share is None else round(share * len(able))
        return able[:wanted]
