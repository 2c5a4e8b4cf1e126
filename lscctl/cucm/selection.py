"""Which phones a user means: words and globs, checked against what the cluster has, turned into SQL and decided on our side.

SQL only narrows: what it lets through is decided here once more, so both ways of reading a glob need not agree to the letter.
"""

import difflib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from lscctl.capf import CertificateStatus, StatusKind
from lscctl.cucm.clock import Query
from lscctl.cucm.sql import Sql, any_of, fits, literal_list, matches, number_list, pkid_list
from lscctl.errors import UsageError
from lscctl.phone import LscState, Phone, PhoneQuery

_NO_STATUS: Final = "None"
"""How CUCM words that CAPF has never been asked to do anything [XSD, XCertificateStatus]."""

EXPIRING_WITHIN: Final = 90 * 86_400.0
"""What `expiring` means where nobody says a time, in seconds."""

IS_PHONE: Final = Sql("tc.name = 'Phone'")
"""Holds for phones of every kind, hardware or not; templates and trunks have classes of their own [field guide 4]."""

_CENSUS: Final = Sql(
    "select tm.enum as number, tm.name as model, tp.name as protocol, count(*) as phones from device d "
    "inner join typeclass tc on d.tkclass = tc.enum inner join typemodel tm on d.tkmodel = tm.enum "
    "inner join typedeviceprotocol tp on d.tkdeviceprotocol = tp.enum where {is_phone} group by tm.enum, tm.name, tp.name",
    is_phone=IS_PHONE,
)
_MODELS: Final = Sql("select name from typemodel")
_POOLS: Final = Sql("select name from devicepool")
_LOCATIONS: Final = Sql("select name from location")
_PROFILES: Final = Sql("select name from securityprofile")
_STATUSES: Final = Sql("select name from typecertificatestatus")
_HOLDS_A_STRING: Final = Sql("d.authenticationstring <> ''")
_HOLDS_NO_STRING: Final = Sql("(d.authenticationstring is null or d.authenticationstring = '')")
_HOLDERS_IN_SQL: Final = 500
"""So many phones at most are named in a statement; more are sorted out on our side."""


@dataclass(frozen=True, slots=True)
class Selection:
    """A query whose words are known to mean something here.

    `conditions` narrow the SQL, `accepts` decides on all but the renewal, which tells more than yes and no. `impossible`: no phone
    can match, so none need be read.
    """

    query: PhoneQuery
    conditions: tuple[Sql, ...]
    accepts: Callable[[Phone], bool]
    impossible: bool = False


def resolve(
    query: PhoneQuery, ask: Query, *, now: float, own_issuers: Callable[[], frozenset[str]], lsc_columns: bool
) -> Selection:
    """Check the query's words against the cluster and make the selection of them.

    `now` is the cluster's time in epoch seconds. `own_issuers` is asked only where foreign LSCs matter. Raises UsageError for
    words that mean nothing on this cluster, with the nearest that do, excluded ones too.
    """
    if not lsc_columns and _by_the_lsc(query):
        raise UsageError(
            "this cluster does not keep when LSCs expire or who issued them: CUCM does from 11.5",
            hint="Select by --lsc none or --lsc unknown, or by other properties."
            if query.renewal is None
            else "`lscctl inspect` asks phones when theirs end; `lscctl bulk-install --lsc unknown` gives them new ones.",
        )
    words = _Words(ask)
    models = words.models(query.models, "model")
    pools = words.names(query.device_pools, "device pool", _POOLS)
    locations = words.names(query.locations, "location", _LOCATIONS)
    profiles = words.names(query.profiles, "security profile", _PROFILES)
    protocols = words.protocols(query.protocols)
    statuses = words.statuses(query.statuses)
    holders = _holders(query.authentication_string, ask)
    tests = [
        _among(models, lambda phone: phone.model),
        _among(pools, lambda phone: phone.device_pool),
        _among(locations, lambda phone: phone.location),
        _among(profiles, lambda phone: phone.profile.name),
        _among(protocols, lambda phone: phone.protocol),
        _among(statuses, lambda phone: phone.status.text),
        _among(holders, lambda phone: phone.pkid),
        _fitting(query.names, lambda phone: phone.name),
        _fitting(query.descriptions, lambda phone: phone.description),
        *_not_excluded(query, words),
        *_lsc_tests(query, now, own_issuers),
        *_string_tests(query.has_authentication_string),
    ]
    kept = [test for test in tests if test is not None]
    conditions = [
        _in(Sql("tp.name"), protocols, "protocol"),
        _in(Sql("dp.name"), pools, "device pool"),
        _in(Sql("l.name"), locations, "location"),
        _in(Sql("sp.name"), profiles, "security profile"),
        _status_in(statuses),
        _held_by(holders),
        _HOLDS_A_STRING if query.has_authentication_string else None,
        _HOLDS_NO_STRING if query.has_authentication_string is False else None,
        None if not models else Sql("d.tkmodel in {numbers}", numbers=number_list(words.numbers(models))),
        _like(Sql("d.name"), query.names, "phone name"),
        _like(Sql("d.description"), query.descriptions, "description"),
        _expires_before(now, query.expires_within),
    ]
    impossible = any(
        found is not None and not found for found in (models, pools, locations, profiles, protocols, statuses, holders)
    )
    return Selection(
        query,
        tuple(condition for condition in conditions if condition is not None),
        lambda phone: all(test(phone) for test in kept),
        impossible,
    )


def _by_the_lsc(query: PhoneQuery) -> bool:
    """Whether the query asks for when an LSC ends or who issued it."""
    ends = query.expires_within is not None or query.renewal is not None
    return ends or bool(query.lsc_issuers) or not _NEED_EXPIRY.isdisjoint(query.lsc_states)


def _holders(authentication_string: str | None, ask: Query) -> frozenset[str] | None:
    """The pkids of the phones whose authentication string is just this one; the only statement that holds it.

    Nothing but the whole string is looked for: who could ask for parts of one could guess it digit by digit.
    """
    if authentication_string is None:
        return None
    statement = Sql(
        "select d.pkid from device d inner join typeclass tc on d.tkclass = tc.enum "
        "where {is_phone} and d.authenticationstring = {digits}",
        is_phone=IS_PHONE,
        digits=Sql.secret(authentication_string),
    )
    return frozenset(row["pkid"].lower() for row in ask(statement))


_NEED_EXPIRY: Final = {LscState.VALID, LscState.EXPIRING, LscState.EXPIRED, LscState.FOREIGN}

_Test = Callable[[Phone], bool]
_Text = Callable[[Phone], str]


class _Words:
    """What names this cluster has, read when first needed."""

    def __init__(self, ask: Query) -> None:
        self._ask = ask
        self._read: dict[Sql, Sequence[Mapping[str, str]]] = {}

    def models(self, words: Sequence[str], kind: str) -> frozenset[str] | None:
        """The model names that the words mean: `8845` and `Cisco 8845` mean one, a glob may mean several."""
        if not words:
            return None
        present = list(dict.fromkeys(row["model"] for row in self._rows(_CENSUS)))
        found: set[str] = set()
        for word in words:
            meant = [name for name in present if _means_model(word, name)]
            if not meant and not any(_means_model(word, row["name"]) for row in self._rows(_MODELS)):
                raise _unknown(kind, word, present, also=[name.removeprefix("Cisco ") for name in present])
            found.update(meant)
        return frozenset(found)

    def numbers(self, models: frozenset[str]) -> list[int]:
        """The models' numbers in the database."""
        return sorted({int(row["number"]) for row in self._rows(_CENSUS) if row["model"] in models})

    def names(self, words: Sequence[str], kind: str, table: Sql) -> frozenset[str] | None:
        """The names of a table that the words mean."""
        if not words:
            return None
        known = [row["name"] for row in self._rows(table)]
        return frozenset(name for word in words for name in _meant(word, known, kind))

    def protocols(self, words: Sequence[str]) -> frozenset[str] | None:
        """The protocols that the words mean; SIP and SCCP are known even where no phone speaks them."""
        if not words:
            return None
        present = {row["protocol"] for row in self._rows(_CENSUS)}
        known = sorted(present | {"SIP", "SCCP"})
        return frozenset(name for word in words for name in _meant(word, known, "protocol") if name in present)

    def statuses(self, words: Sequence[str]) -> frozenset[str] | None:
        """The certificate statuses that the words mean: CUCM's wording, globs, or `none pending success failed`."""
        if not words:
            return None
        known = [row["name"] for row in self._rows(_STATUSES)]
        found: set[str] = set()
        for word in words:
            kind = next((kind for kind in StatusKind if kind.value == word.strip().casefold()), None)
            found.update(_of_kind(known, kind) if kind is not None else _meant(word, known, "certificate status"))
        return frozenset(found)

    def _rows(self, statement: Sql) -> Sequence[Mapping[str, str]]:
        if statement not in self._read:
            self._read[statement] = self._ask(statement)
        return self._read[statement]


def _of_kind(known: Iterable[str], kind: StatusKind) -> list[str]:
    return [name for name in known if CertificateStatus(name).kind is kind]


def _means_model(word: str, name: str) -> bool:
    """`8845` means `Cisco 8845` and never `Cisco 88451`; a glob is held against the name with and without `Cisco`."""
    return fits(name, word.strip()) or fits(name.removeprefix("Cisco "), word.strip())


def _meant(word: str, known: Sequence[str], kind: str) -> list[str]:
    meant = [name for name in known if fits(name, word)]
    if not meant:
        raise _unknown(kind, word, known)
    return meant


def _unknown(kind: str, word: str, known: Sequence[str], also: Sequence[str] = ()) -> UsageError:
    spellings = {name.casefold(): name for name in (*also, *known)}
    near = difflib.get_close_matches(word.casefold(), spellings, n=3, cutoff=0.5)
    if near:
        hint = f"Did you mean {' or '.join(repr(spellings[name]) for name in near)}?"
    elif known:
        hint = f"This cluster has {', '.join(sorted(known)[:12])}{', ...' if len(known) > 12 else ''}."
    else:
        hint = "This cluster has none."
    return UsageError(f"no {kind} {word!r} on this cluster", hint=hint)


def _among(names: frozenset[str] | None, text: _Text) -> _Test | None:
    return None if names is None else lambda phone: text(phone) in names


def _not_among(names: frozenset[str] | None, text: _Text) -> _Test | None:
    return None if names is None else lambda phone: text(phone) not in names


def _fitting(globs: Sequence[str], text: _Text) -> _Test | None:
    return (lambda phone: any(fits(text(phone), glob) for glob in globs)) if globs else None


def _not_fitting(globs: Sequence[str], text: _Text) -> _Test | None:
    return (lambda phone: not any(fits(text(phone), glob) for glob in globs)) if globs else None


def _not_excluded(query: PhoneQuery, words: "_Words") -> list[_Test | None]:
    """What a phone must not be. Raises UsageError for words that mean nothing here."""
    return [
        _not_among(words.models(query.exclude_models, "excluded model"), lambda phone: phone.model),
        _not_among(
            words.names(query.exclude_device_pools, "excluded device pool", _POOLS), lambda phone: phone.device_pool
        ),
        _not_among(words.names(query.exclude_locations, "excluded location", _LOCATIONS), lambda phone: phone.location),
        _not_among(
            words.names(query.exclude_profiles, "excluded security profile", _PROFILES), lambda p: p.profile.name
        ),
        _not_among(words.statuses(query.exclude_statuses), lambda phone: phone.status.text),
        _not_fitting(query.exclude_names, lambda phone: phone.name),
        _not_fitting(query.exclude_descriptions, lambda phone: phone.description),
    ]


def _lsc_tests(query: PhoneQuery, now: float, own_issuers: Callable[[], frozenset[str]]) -> list[_Test]:
    tests: list[_Test] = []
    if query.lsc_states:
        issuers = own_issuers()
        within = EXPIRING_WITHIN if query.expires_within is None else query.expires_within
        tests.append(
            lambda phone: phone.lsc.state(now=now, expiring_within=within, own_issuers=issuers) in query.lsc_states
        )
    if query.expires_within is not None:
        end = now + query.expires_within
        tests.append(lambda phone: phone.lsc.valid_until is not None and phone.lsc.valid_until <= end)
    if (issuers_meant := query.lsc_issuers) != ():
        tests.append(lambda phone: any(fits(phone.lsc.issuer or "", glob) for glob in issuers_meant))
    return tests


def _string_tests(wanted: bool | None) -> list[_Test]:
    return [] if wanted is None else [lambda phone: phone.has_authentication_string is wanted]


def _status_in(statuses: frozenset[str] | None) -> Sql | None:
    """Phones with one of these statuses; one whose column is empty has the status `None`."""
    condition = _in(Sql("tcs.name"), statuses, "status")
    if condition is None or statuses is None or _NO_STATUS not in statuses:
        return condition
    return Sql("({named} or tcs.name is null)", named=condition)


def _held_by(pkids: frozenset[str] | None) -> Sql | None:
    if not pkids or len(pkids) > _HOLDERS_IN_SQL:
        return None
    return Sql("d.pkid in {pkids}", pkids=pkid_list(sorted(pkids)))


def _in(column: Sql, names: frozenset[str] | None, what: str) -> Sql | None:
    return Sql("{column} in {names}", column=column, names=literal_list(sorted(names), what)) if names else None


def _like(column: Sql, globs: Sequence[str], what: str) -> Sql | None:
    return any_of([matches(column, glob, what) for glob in globs]) if globs else None


def _expires_before(now: float, within: float | None) -> Sql | None:
    """LSCs that expire within that time, those that have expired included; 0 means that CUCM does not know."""
    return None if within is None else Sql("d.lscvaliduntil between 1 and {end}", end=int(now + within))
