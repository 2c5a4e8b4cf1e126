"""The CA itself: whether its certificates make a chain that may sign what it is to sign."""

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Final

from lscctl.preflight.ground import Ground
from lscctl.preflight.interface import fail, result, skip, warn
from lscctl.third_party_ca import GivenCa, ThirdParty
from lscctl.trustlist.certificate import Certificate, chain_of
from lscctl.trustlist.names import common_name
from lscctl.verdict import CheckResult, Fault

_DAY: Final = 86_400
_LEAST_RSA: Final = 2048
_WEAK: Final = ("md5", "sha1")
GIVE: Final = "Give the CA's certificate and those above it, up to the root, as PEM: --ca FILE."


class AuthorityCheck:
    """The chain of the CA is whole, of today, strong, and lets the CA sign what is wanted of it."""

    name = "ca"
    title = "The CA"
    looked_at = "the certificates that --ca gives; without it, those above CAPF's own"

    def __init__(self, kind: ThirdParty, given: GivenCa) -> None:
        self._kind = kind
        self._given = given

    def run(self, ground: Ground) -> CheckResult:
        """Judge the chain from the certificate that signs up to the root."""
        chain = ca_chain(ground, self._kind, self._given)
        if not chain:
            return result(self, "", [skip("ca-not-given", "nobody said which CA is meant", GIVE)])
        faults = [fault for one in chain for fault in _of_one(ground, one)]
        faults += [*_of_several(self._given), *_links(chain), *_path_lengths(chain, self._kind)]
        return result(self, _told(ground, chain), faults)


def ca_chain(ground: Ground, kind: ThirdParty, given: GivenCa) -> tuple[Certificate, ...]:
    """The CA that signs and those above it; empty where nobody gave any, and CAPF's own certificate has none above it.

    Raises WireFault.
    """
    if given.certificates:
        return chain_of(given.lowest[0] if given.lowest else given.certificates[0], given.certificates)
    live = ground.live_capf
    if kind is not ThirdParty.SIGNED or live is None or live.self_issued:
        return ()
    return chain_of(live, ground.stored)[1:]


def _told(ground: Ground, chain: Sequence[Certificate]) -> str:
    left = int((min(one.valid_until for one in chain) - ground.now) // _DAY)
    lasts = f"{left:,} days left" if left >= 0 else "expired"
    return f"{' under '.join(common_name(one.subject) for one in chain)}; {lasts}"


def _of_one(ground: Ground, one: Certificate) -> Iterator[Fault]:
    name = common_name(one.subject)
    left = (one.valid_until - ground.now) / _DAY
    new = "Have the CA renew it, then upload the new one to both trust stores."
    if left < 0:
        yield fail("ca-expired", f"the certificate of {name} has expired", new)
    elif one.valid_from > ground.now:
        yield fail("ca-future", f"the certificate of {name} is not yet valid", "Look at the clocks.")
    elif left < ground.expiry_warn_days:
        yield warn(
            "ca-expiring", f"the certificate of {name} ends in {int(left)} days, and every LSC below it then", new
        )
    if one.ca is not True or one.signs_certificates is False:
        yield fail(
            "ca-no-ca", f"{name} lacks CA:TRUE or keyCertSign: it may sign nothing", "Give the CA's own certificate."
        )
    kind, _, size = one.key.partition(" ")
    small = kind == "RSA" and size.isdigit() and int(size) < _LEAST_RSA
    if small or (not one.self_issued and one.signature_algorithm.casefold().startswith(_WEAK)):
        seen = f"a key of {one.key}" if small else f"a signature of {one.signature_algorithm}"
        yield warn("ca-weak", f"{name} has {seen}", "Use a CA with RSA 2048 or more and SHA-256.")


def _of_several(given: GivenCa) -> Iterator[Fault]:
    if len(given.lowest) > 1:
        names = ", ".join(sorted(common_name(one.subject) for one in given.lowest))
        yield warn(
            "ca-several",
            f"the file holds CAs that are not above one another: {names}; the first is looked at",
            "Give the one that signs, and those above it.",
        )


def _links(chain: Sequence[Certificate]) -> Iterator[Fault]:
    for below, above in pairwise(chain):
        if below.issued_by(above) is False:
            yield fail(
                "ca-not-signed",
                f"{common_name(below.subject)} names {common_name(above.subject)}, whose key did not sign it",
                "Give the certificate of the very CA: it was perhaps renewed with another key.",
            )
    if not chain[-1].self_issued:
        yield fail(
            "ca-chain-incomplete",
            f"{common_name(chain[-1].subject)} was issued by {common_name(chain[-1].issuer)}, which is missing",
            GIVE,
        )


def _path_lengths(chain: Sequence[Certificate], kind: ThirdParty) -> Iterator[Fault]:
    """CAPF's certificate is a CA's itself (CA:TRUE, pathlen 0), so each CA above must let one more stand below it."""
    of_capf = 1 if kind is ThirdParty.SIGNED else 0
    for below, one in enumerate(chain):
        if one.path_length is not None and one.path_length < below + of_capf:
            what = "CAPF's certificate, which is a CA's," if kind is ThirdParty.SIGNED else "the CA that signs"
            yield fail(
                "ca-path-length",
                f"{common_name(one.subject)} lets {one.path_length} CAs stand below it, and {what} would be one too many",
                f"Take a CA with a path length of {below + of_capf} or more, or none.",
            )
