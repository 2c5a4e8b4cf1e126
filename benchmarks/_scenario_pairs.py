"""What one scenario of the simulator does to another in the same cluster: it undoes it, hides it, or more comes of both."""

from collections.abc import Mapping
from typing import Final

MISMATCH: Final = "itl-status-mismatch"

_NO_HANDSHAKE: Final = frozenset({"capf-not-activated", "capf-stopped", "capf-frozen", "capf-port-closed"})
_NEW_CERTIFICATE: Final = frozenset(
    {
        "capf-expired",
        "capf-expiring",
        "capf-ageing",
        "capf-no-ca",
        "capf-sha1",
        "capf-rsa-1024",
        "capf-regenerated",
        "capf-chain-missing",
    }
)
_ISSUERS: Final = frozenset({"offline-ca", "enrolment-service", "fips-online-ca"})
_LISTS: Final = frozenset(
    {
        *(f"itl-{what}" for what in ("without-capf", "old-capf", "corrupt", "bad-signature", "missing", "differs")),
        *(f"ctl-{what}" for what in ("without-capf", "old-capf", "corrupt", "bad-signature", "missing")),
    }
)
"""What is wrong with the lists of one server, the last node's."""

_WRITE_LISTS: Final = frozenset(
    {"itl-signer-expired", "trust-lost", "name-unresolved", *_NEW_CERTIFICATE - {"capf-regenerated"}}
)
"""They end with lists that every server wrote anew."""

_PHONES: Final = frozenset(
    {
        "unregistered",
        "over-expressway",
        "ipv6-phones",
        "operations-of-others",
        "authentication-strings-missing",
        "string-in-secure-profile",
        "mic-only",
        "lsc-issuer-untrusted",
        "lsc-expired",
        "lsc-expiry-unknown",
        "ec-preferred",
        "secure-profiles",
        "itl-of-before",
        "itl-of-another-cluster",
    }
)
"""They happen to the same few phones."""

_LAST_NODE: Final = frozenset({"tftp-stopped", "tvs-stopped", "tvs-not-activated", "node-clock"})

_WARNED_OF: Final = ("phones-expired-lsc", "phones-lsc-unknown-expiry", "phones-foreign-lsc")
"""What is said of phones that take part."""

Rule = tuple[frozenset[str], frozenset[str], frozenset[str] | None]
"""Which scenarios hide what of which others: these codes, or all (None)."""


def _set(*names: str) -> frozenset[str]:
    return frozenset(names)


_HIDES: Final[tuple[Rule, ...]] = (
    (_NO_HANDSHAKE, _NO_HANDSHAKE | _NEW_CERTIFICATE | {"capf-not-restarted", "itl-old-capf", "ctl-old-capf"}, None),
    (_set("capf-not-activated"), _set("itl-differs"), None),  # that list is written anew without CAPF: worse
    (_WRITE_LISTS, _LISTS | {"capf-regenerated", "tvs-renewed", "itl-signer-expired"}, None),
    (_NEW_CERTIFICATE, _LISTS, None),  # its record may be of a CAPF of before in either
    # an LSC of whomever may be an Online CA's own: it is as good as any, and its phone needs no other
    (_ISSUERS, _set("lsc-issuer-untrusted"), None),
    (_ISSUERS, _set("capf-not-restarted"), _set("phones-foreign-lsc")),
    # the LSCs are of the CAPF before that one, which the database still has
    (_NEW_CERTIFICATE, _set("capf-not-restarted"), _set("phones-foreign-lsc")),
    # with an Offline CA no phone takes part
    (_set("offline-ca"), _LISTS | _PHONES | {"trust-lost"}, _set(MISMATCH, "ipv6-refused", *_WARNED_OF)),
    (_set("tftp-stopped"), _LISTS, None),
    (
        _set("tftp-not-activated"),
        _LISTS | {"tftp-stopped", "tvs-renewed", "capf-regenerated", "itl-signer-expired"},
        None,
    ),
    (_LISTS, _set("tvs-renewed"), None),
    (_LISTS - {"itl-differs"}, _set("itl-differs"), None),  # lists are compared where all are sound
    (_LISTS | _WRITE_LISTS, _set("itl-of-before"), None),  # phones have restarted since, and fetched the one of now
    (_set("itl-differs", "itl-signer-expired"), _set("tvs-renewed"), None),
    (_set("tvs-stopped", "tvs-not-activated"), _set("tvs-renewed", "tvs-stopped", "tvs-not-activated"), None),
    (_set("name-unresolved"), _LAST_NODE | _LISTS | {"tvs-renewed"}, None),
    (
        _LAST_NODE | {"tftp-not-activated"},
        _set("name-unresolved"),
        _set("itl-unseen", "tvs-unseen", "node-clock-unseen"),
    ),
    (_PHONES, _LISTS | {"trust-lost"}, _set(MISMATCH)),  # phones that take no part are not asked for their list
)

_UNDONE: Final = (
    _NEW_CERTIFICATE | {"capf-not-restarted"},
    _ISSUERS,
    frozenset(name for name in _LISTS if name.startswith("itl-")),
    frozenset(name for name in _LISTS if name.startswith("ctl-")),
    _PHONES,
)
"""Of two scenarios in one of these the second may undo the first."""

_FOLLOWS: Final[tuple[tuple[frozenset[str], frozenset[str], frozenset[str]], ...]] = (
    (_LISTS, _NEW_CERTIFICATE, _set("ctl-old-capf", "itl-old-capf", MISMATCH)),
    (_NO_HANDSHAKE, _set("itl-old-capf"), _set("itl-differs")),
    (
        _NO_HANDSHAKE,
        _NEW_CERTIFICATE | {"capf-not-restarted", "itl-old-capf", "ctl-old-capf"},
        _set("itl-capf-unseen", "ctl-capf-unseen"),
    ),
    (_set("capf-not-activated"), _LISTS | _WRITE_LISTS, _set("itl-without-capf", "ctl-without-capf")),
    (_LISTS | _LAST_NODE, _WRITE_LISTS, _set(MISMATCH)),
    (_set("tftp-not-activated"), _LISTS | _WRITE_LISTS, _set(MISMATCH)),  # phones cannot fetch what was written since
    (_set("itl-signer-expired"), _LISTS, _set("ctl-certificate-expired")),
    (_set("name-unresolved"), _LISTS, _set("ctl-unseen")),
    (_set("capf-not-restarted"), _set("lsc-expired"), _set("lsc-issuer-untrusted")),
)
"""What two scenarios may bring together that neither brings alone."""


def expected(names: tuple[str, ...], alone: Mapping[str, set[str]]) -> tuple[set[str], set[str]]:
    """What must be named where these one or two scenarios happened in this order, and what may be.

    `alone` is what each brings by itself.
    """
    every = set[str]().union(*(alone[name] for name in names))
    if len(names) == 1:
        return every, set()
    one, other = names
    undone = any(one in group and other in group for group in _UNDONE)
    first = set() if undone else alone[one] - _hidden(other, one, alone)
    must = first | (alone[other] - _hidden(one, other, alone))
    return must, every | _following(one, other)


def _hidden(hider: str, name: str, alone: Mapping[str, set[str]]) -> set[str]:
    found = set[str]()
    for hiders, hidden, codes in _HIDES:
        if hider in hiders and name in hidden:
            found |= alone[name] if codes is None else codes
    return found


def _following(one: str, other: str) -> set[str]:
    found = set[str]()
    for first, second, codes in _FOLLOWS:
        if (one in first and other in second) or (other in first and one in second):
            found |= codes
    return found
