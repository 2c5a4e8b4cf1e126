"""Who issued the LSCs that the cluster knows of."""

import shlex
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from lscctl.phone import Phone
from lscctl.preflight.capf_renewal.lscs import signer_of
from lscctl.preflight.checks.of_the_plan import counted, everyone, phones
from lscctl.preflight.ground import Ground
from lscctl.preflight.interface import fail, result, skip, warn
from lscctl.preflight.third_party.authority import GIVE
from lscctl.third_party_ca import GivenCa, ThirdParty
from lscctl.verdict import CheckResult, Fault

_MOST: Final = 5
"""Issuers that are named one by one."""


class IssuedCheck:
    """Every phone that has an LSC has one of the CA's."""

    name = "lscs"
    title = "LSCs"
    looked_at = "the issuer of each phone's LSC, as the database has it"

    def __init__(self, kind: ThirdParty, given: GivenCa) -> None:
        self._kind = kind
        self._given = given

    def run(self, ground: Ground) -> CheckResult:
        """Count phones by who issued their LSC; those of another issuer are still to be renewed."""
        having = [phone for phone, _ in everyone(ground) if phone.lsc.present]
        if not ground.facts.keeps_lsc_expiry:
            return result(
                self,
                "",
                [
                    skip(
                        "lsc-issuers-unseen",
                        "CUCM keeps the issuer of LSCs from 11.5 on",
                        "Look at phones: lscctl inspect.",
                    )
                ],
            )
        meant = self._meant(ground)
        if meant is None:
            why = "CAPF shows no certificate" if self._kind is ThirdParty.SIGNED else "nobody said which CA is meant"
            return result(self, "", [skip("lsc-issuer-unknown", f"{why}; {_counted(having)}", GIVE)])
        right = [phone for phone in having if self._is_right(ground, phone, meant)]
        others: dict[str, list[str]] = {}
        for phone in sorted(having, key=lambda one: one.name):
            if phone not in right:
                others.setdefault(phone.lsc.issuer or "", []).append(phone.name)
        none = sum(1 for phone, _ in everyone(ground) if not phone.lsc.present)
        evidence = f"{counted(len(right))} with an LSC of {', '.join(sorted(meant))}"
        if none:
            evidence += f"; {none:,} with none"
        return result(self, evidence, _faults(others, nobody=not right))

    def _meant(self, ground: Ground) -> frozenset[str] | None:
        """The common names that LSCs have to name."""
        if self._kind is ThirdParty.SIGNED:
            return None if ground.live_capf is None else frozenset({signer_of(ground.live_capf).name})
        return self._given.names or None

    def _is_right(self, ground: Ground, phone: Phone, meant: frozenset[str]) -> bool:
        if self._kind is ThirdParty.SIGNED and ground.live_capf is not None:
            return phone.lsc.issuer is not None and phone.lsc.signed_by(signer_of(ground.live_capf))
        return phone.lsc.issuer in meant


def _faults(others: Mapping[str, Sequence[str]], *, nobody: bool) -> Iterator[Fault]:
    if nobody:
        yield fail(
            "no-lsc-of-the-ca",
            "no phone has an LSC of the CA",
            "Install a few first: lscctl bulk-install --limit 5 --renew.",
        )
    for issuer, names in sorted(others.items(), key=lambda one: -len(one[1]))[:_MOST]:
        if not issuer:
            yield warn(
                "lsc-issuer-not-told",
                f"of {phones(names)} the database does not say who issued the LSC",
                "lscctl inspect asks them.",
            )
            continue
        yield fail(
            "lsc-of-another-issuer",
            f"{phones(names)} still have an LSC that {issuer} issued",
            f"Renew them in waves: lscctl renew --old-capf, or lscctl bulk-install --lsc-issuer {shlex.quote(issuer)} --renew. "
            f"Keep {issuer} in CAPF-trust until then, and where 802.1X and VPN look.",
        )
    if (more := len(others) - _MOST) > 0:
        yield fail(
            "lsc-of-another-issuer", f"and LSCs of {more:,} more issuers", "lscctl report capf --by issuer counts them."
        )


def _counted(having: Sequence[Phone]) -> str:
    counts = Counter(phone.lsc.issuer or "nobody knows whom" for phone in having)
    told = ", ".join(f"{number:,} by {issuer}" for issuer, number in counts.most_common(_MOST))
    return f"{counted(len(having))} with an LSC{f': {told}' if told else ''}"
