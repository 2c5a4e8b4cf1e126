"""Which phones of two reports a query means: the selectors, held against what reports say instead of a cluster."""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime

from lscctl.capf import CertificateStatus
from lscctl.changes import PhoneKey, PhoneThen
from lscctl.cucm.sql import fits
from lscctl.errors import NoPhoneMatched, UsageError
from lscctl.phone import PhoneQuery, Registration

Phones = Mapping[PhoneKey, PhoneThen]
_Test = Callable[[PhoneThen], bool]


def taking_part(query: PhoneQuery, old: Phones, new: Phones) -> tuple[Phones, Phones]:
    """Both sides with those phones only that the query means on either: one that moved to another site is of both sites.

    Reports tell nothing of authentication strings, so the query must not ask for them. Raises UsageError where neither side tells
    what the query asks for, NoPhoneMatched.
    """
    if query.registered is not None and not any(phone.registration for side in (old, new) for phone in side.values()):
        raise UsageError(
            "neither report tells who is registered", hint="Make reports with `lscctl status --registration`."
        )
    tests = list(_tests(query))

    def meant(key: PhoneKey) -> bool:
        return any(all(test(side[key]) for test in tests) for side in (old, new) if key in side)

    chosen = [key for key in sorted(old.keys() | new.keys()) if meant(key)][: query.limit]
    if not chosen and (old or new):
        raise NoPhoneMatched("no phone of either report matches", hint="Every selector must hold for a phone.")
    return {key: old[key] for key in chosen if key in old}, {key: new[key] for key in chosen if key in new}


def _tests(query: PhoneQuery) -> Iterator[_Test]:
    texts: tuple[tuple[Sequence[str], Sequence[str], Callable[[PhoneThen], str]], ...] = (
        (query.device_pools, query.exclude_device_pools, lambda phone: phone.device_pool),
        (query.locations, query.exclude_locations, lambda phone: phone.location),
        (query.profiles, query.exclude_profiles, lambda phone: phone.profile),
        (query.names, query.exclude_names, lambda phone: phone.name),
        (query.descriptions, query.exclude_descriptions, lambda phone: phone.description),
        (query.protocols, (), lambda phone: phone.protocol or ""),
    )
    yield from (_fitting(wanted, unwanted, text) for wanted, unwanted, text in texts if wanted or unwanted)
    if query.models or query.exclude_models:
        yield (
            lambda phone: (
                (not query.models or _is_model(phone, query.models)) and not _is_model(phone, query.exclude_models)
            )
        )
    if query.statuses:
        yield lambda phone: any(_has_status(phone, word) for word in query.statuses)
    if query.exclude_statuses:
        yield lambda phone: not any(_has_status(phone, word) for word in query.exclude_statuses)
    if query.lsc_issuers:
        yield lambda phone: any(fits(phone.lsc_issuer or "", glob) for glob in query.lsc_issuers)
    if query.lsc_states:
        yield lambda phone: phone.lsc in query.lsc_states
    if query.expires_within is not None:
        end = datetime.fromtimestamp(time.time() + query.expires_within, UTC)
        yield lambda phone: phone.lsc_valid_until is not None and datetime.fromisoformat(phone.lsc_valid_until) <= end
    if query.registered is not None:
        yield (
            lambda phone: (
                phone.registration is not None
                and (phone.registration == Registration.REGISTERED.value) is query.registered
            )
        )
    if query.names_listed is not None:
        listed = {name.casefold() for name in query.names_listed}
        yield lambda phone: phone.name.casefold() in listed


def _fitting(wanted: Sequence[str], unwanted: Sequence[str], text: Callable[[PhoneThen], str]) -> _Test:
    def test(phone: PhoneThen) -> bool:
        said = text(phone)
        return (not wanted or any(fits(said, glob) for glob in wanted)) and not any(
            fits(said, glob) for glob in unwanted
        )

    return test


def _is_model(phone: PhoneThen, words: Sequence[str]) -> bool:
    return any(fits(name, word) for word in words for name in (phone.model, phone.model.removeprefix("Cisco ")))


def _has_status(phone: PhoneThen, word: str) -> bool:
    return CertificateStatus(phone.status).kind.value == word.strip().casefold() or fits(phone.status, word)
