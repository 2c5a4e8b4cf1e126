"""What phones show themselves over HTTPS: whether the CA's key really signed it, for how long, and for what use."""

from collections.abc import Iterator, Sequence

from lscctl.cucm.inspecting import authorities_of, inspect_phones
from lscctl.inspection import Authorities, Inspected, Kind
from lscctl.phone import Phone
from lscctl.preflight.checks.of_the_plan import counted, everyone, phones
from lscctl.preflight.ground import Ground
from lscctl.preflight.interface import fail, result, skip, warn
from lscctl.third_party_ca import GivenCa, ThirdParty
from lscctl.trustlist.certificate import Certificate
from lscctl.trustlist.names import common_name
from lscctl.verdict import CheckResult, Fault


class ShownCheck:
    """Phones show LSCs that the CA signed; of `sample` phones at most, spread over all that have one."""

    name = "shown-lscs"
    title = "LSCs that phones show"
    looked_at = "the certificates that a sample of phones shows over HTTPS"

    def __init__(self, kind: ThirdParty, given: GivenCa, sample: int) -> None:
        self._kind = kind
        self._given = given
        self._sample = sample

    def run(self, ground: Ground) -> CheckResult:
        """Ask them, and follow each chain by its signatures."""
        asked = spread([phone for phone, _ in everyone(ground) if phone.lsc.present and phone.address], self._sample)
        if not asked:
            return result(
                self,
                "",
                [
                    skip(
                        "lscs-not-shown",
                        "no phone with an LSC has an address that is known",
                        "Wait until one has registered.",
                    )
                ],
            )
        known = authorities_of(ground.cluster)
        authorities = Authorities(known.live, (*known.stored, *self._given.certificates))
        seen = inspect_phones(ground.cluster, asked, authorities)
        shown = [one for one in seen if one.certificate is not None]
        if not shown:
            why = next((one.sight.why for one in seen if one.sight.why), "nobody knows why")
            return result(
                self,
                "",
                [
                    skip(
                        "lscs-not-shown",
                        f"of {counted(len(asked))} asked none showed a certificate: {why}",
                        "Turn web access on for one of them.",
                    )
                ],
            )
        right = [one for one in shown if self._signed(one, authorities)]
        evidence = f"{len(right)} of {counted(len(asked))} asked show an LSC that the CA signed"
        if unseen := len(asked) - len(shown):
            evidence += f"; {unseen} not seen"
        return result(self, evidence, [*_wrong(shown, right), *self._of_the_template(right)])

    def _of_the_template(self, right: Sequence[Inspected]) -> Iterator[Fault]:
        """What a CA's template decides; CAPF has none."""
        if self._kind is not ThirdParty.SIGNED:
            yield from _outlive(right)
            yield from _uses(right)

    def _signed(self, one: Inspected, authorities: Authorities) -> bool:
        """Whether the very key of the CA, or of CAPF's certificate of now, signed it."""
        if one.kind is not Kind.LSC or not one.chain:
            return False
        if self._kind is ThirdParty.SIGNED:
            return one.chain[0] == authorities.live
        if not self._given.certificates:
            return one.chain[0] != authorities.live
        # the very key: of a CA that renewed its certificate the cluster may hold another one than was given
        return _who(one.chain[0]) in {_who(given) for given in self._given.certificates}


def _who(certificate: Certificate) -> tuple[str, bytes]:
    return certificate.subject, certificate.public_key


def spread(candidates: Sequence[Phone], most: int) -> list[Phone]:
    """So many of them at most, evenly over their names: the same ones as long as the phones are."""
    ordered = sorted(candidates, key=lambda phone: phone.name)
    if len(ordered) <= most:
        return ordered
    return [ordered[place * len(ordered) // most] for place in range(most)]


def _wrong(shown: Sequence[Inspected], right: Sequence[Inspected]) -> Iterator[Fault]:
    by_what: dict[str, list[str]] = {}
    for one in shown:
        if one not in right:
            by_what.setdefault(_what(one), []).append(one.phone.name if one.phone else "?")
    for what, names in sorted(by_what.items()):
        yield fail(
            "shown-of-another-issuer",
            f"shown by {phones(sorted(names))}: {what}",
            "Where CUCM believes that the phone has the new LSC: lscctl inspect PHONE, then install it once more with --renew.",
        )


def _what(one: Inspected) -> str:
    if one.kind is Kind.MIC:
        return "the MIC"
    issuer = common_name(one.certificate.issuer) if one.certificate else "nobody"
    return (
        f"a certificate that {issuer} issued"
        if one.chain
        else f"a certificate of {issuer}, whose key did not sign it or is not known"
    )


def _outlive(right: Sequence[Inspected]) -> Iterator[Fault]:
    late = [
        one
        for one in right
        if one.certificate and one.certificate.valid_until > min(above.valid_until for above in one.chain)
    ]
    if late:
        yield warn(
            "lsc-outlives-ca",
            f"{_names(late)} have LSCs that end after a CA above them, and are worth nothing from then on",
            "Let the CA's template give them less time, or renew the CA first.",
        )


def _uses(right: Sequence[Inspected]) -> Iterator[Fault]:
    def lacking(one: Certificate) -> bool:
        return one.digital_signature is False or (one.key.startswith("RSA") and one.key_encipherment is False)

    found = [one for one in right if one.certificate and lacking(one.certificate)]
    if found:
        yield fail(
            "lsc-key-usage",
            f"{_names(found)} have LSCs without Digital Signature or Key Encipherment: secure registration fails with them",
            "Add both to the template's key usage, then issue the LSCs anew.",
        )


def _names(found: Sequence[Inspected]) -> str:
    return phones(sorted(one.phone.name for one in found if one.phone))
