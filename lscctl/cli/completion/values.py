"""Which values an option can have, as far as files and lscctl itself tell. No cluster is asked."""

import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from lscctl.cli.completion.known import Known, known_of
from lscctl.errors import LscctlError


class Word(NamedTuple):
    """A word that can be typed, and what it means."""

    text: str
    says: str = ""


Given = Mapping[str, Sequence[str]]
"""The options that stand on the line, `{"--cluster": ["hq"]}`."""

Values = Callable[[Given, str], Iterable[Word]]
"""The values of one option, told what else stands on the line and what was typed of the value."""

MOST_RUNS = 50
"""So many runs are offered, the newest."""


def values_of(path: Sequence[str], name: str) -> Values:
    """The values of the option or argument of that name of the command `path`."""
    return _VALUES.get(" ".join((*path, name))) or _VALUES.get(name) or _nothing


def _nothing(_given: Given, _typed: str) -> Iterator[Word]:
    return iter(())


def _clusters(given: Given, typed: str) -> Iterator[Word]:
    from lscctl.config import SIMULATOR

    if typed.startswith(f"{SIMULATOR}:"):
        return (Word(f"{SIMULATOR}:{word.text}", word.says) for word in _scenarios(given, typed))
    return (Word(name) for name in (*_configured(given)[0], SIMULATOR))


def _configured(given: Given) -> tuple[tuple[str, ...], str | None]:
    """The names of the configured clusters, and the one that is meant when none is named."""
    from lscctl.config import load

    with suppress(LscctlError, OSError):
        config = load(next((Path(text) for text in given.get("--config", ())), None), os.environ)
        return config.names, config.default
    return (), None


def _known(names: Callable[[Known], Iterable[Word]]) -> Values:
    """What was met on the clusters that the line means."""

    def values(given: Given, _typed: str) -> Iterable[Word]:
        meant = [name for text in given.get("--cluster", ()) for name in text.split(",")] or given.get("--host", ())
        known = Known()
        for cluster in meant or filter(None, [_configured(given)[1]]):
            known |= known_of(cluster)
        return names(known)

    return values


def _models(known: Known) -> Iterator[Word]:
    from lscctl.report.wording import short_model

    return (Word(short_model(model), model) for model in sorted(known.models))


def _words(names: Iterable[str]) -> list[Word]:
    return [Word(name) for name in names]


def _runs(given: Given, _typed: str) -> Iterator[Word]:
    from lscctl.cli.remembered import remembered

    with (
        suppress(LscctlError, OSError),
        remembered(next((Path(text) for text in given.get("--journal", ())), None)) as runs,
    ):
        for run in runs.runs()[:MOST_RUNS] if runs is not None else ():
            yield Word(str(run.number), f"{run.identity.name}: {run.state}")


def _checks(_given: Given, _typed: str) -> list[Word]:
    from lscctl.preflight.checks import ALL

    return [Word(check.name) for check in ALL]


def _checks_before_a_run(_given: Given, _typed: str) -> list[Word]:
    from lscctl.preflight.checks import ALL, OF_THE_PLAN

    return [Word(check.name) for check in ALL if check.name not in OF_THE_PLAN]


def _checks_that_must_see(_given: Given, _typed: str) -> list[Word]:
    from lscctl.preflight.checks import MUST_BE_SEEN

    return [Word(name) for name in MUST_BE_SEEN]


def _scenarios(_given: Given, _typed: str) -> Iterator[Word]:
    from lscctl.simulator.scenarios import SCENARIOS

    return (Word(one.name, one.says) for one in SCENARIOS.values())


def _formats(_given: Given, _typed: str) -> list[Word]:
    from lscctl.report.formats import NAMES

    return _words(NAMES)


def _auth_modes(_given: Given, _typed: str) -> list[Word]:
    from lscctl.capf import AuthenticationMode

    return [Word(mode.short, mode.value) for mode in AuthenticationMode]


def _key_orders(_given: Given, _typed: str) -> list[Word]:
    from lscctl.capf import KeyOrder

    return [Word(order.short, order.value) for order in KeyOrder]


def _key_sizes(_given: Given, _typed: str) -> list[Word]:
    from lscctl.capf import RSA_KEY_SIZES

    return _words(map(str, RSA_KEY_SIZES))


def _ec_key_sizes(_given: Given, _typed: str) -> list[Word]:
    from lscctl.capf import EC_KEY_SIZES

    return _words(map(str, EC_KEY_SIZES))


def _lsc_states(_given: Given, _typed: str) -> list[Word]:
    from lscctl.phone import LscState

    return _words(LscState)


def _third_parties(_given: Given, _typed: str) -> list[Word]:
    from lscctl.third_party_ca import ThirdParty

    return [Word(kind, kind.words) for kind in ThirdParty]


def _phone_states(_given: Given, _typed: str) -> list[Word]:
    from lscctl.outcome import PhoneState

    return _words(PhoneState)


def _wave_ways(_given: Given, _typed: str) -> list[Word]:
    from lscctl.rules import WaveBy

    return _words(WaveBy)


def _write_paths(_given: Given, _typed: str) -> list[Word]:
    from lscctl.rules import WritePath

    return _words(WritePath)


def _knobs(_given: Given, _typed: str) -> list[Word]:
    from lscctl.simulator.assumptions import Assumptions

    return [Word(f"{knob.key}={value}", knob.decides) for knob in Assumptions.catalogue() for value in knob.values]


def _failures(_given: Given, _typed: str) -> list[Word]:
    from lscctl.simulator.failures import KINDS

    return [Word(name, kind.seen) for name, kind in KINDS.items()]


def _releases(_given: Given, _typed: str) -> list[Word]:
    from lscctl.simulator.releases import RELEASES

    return _words(RELEASES)


def _groupings(_given: Given, _typed: str) -> list[Word]:
    from lscctl.report.summaries import GROUPINGS

    return _words(GROUPINGS)


def _kinds(_given: Given, _typed: str) -> list[Word]:
    from lscctl.report.schemas import kinds

    return _words((*kinds(), "config"))


def _causes(given: Given, _typed: str) -> Iterator[Word]:
    from lscctl.diagnosis.knowledge import load

    with suppress(LscctlError, OSError):
        for name, known in load([Path(text) for text in given.get("--causes", ())]).causes.items():
            yield Word(name, known.cause.title)


def _doors(_given: Given, _typed: str) -> Iterator[Word]:
    from lscctl.finding import Door

    return (Word(door, door.tells) for door in Door)


def _these(*names: str) -> Values:
    return lambda _given, _typed: _words(names)


def _listed(values: Values) -> Values:
    """Of an option that takes several values with commas between them."""

    def each(given: Given, typed: str) -> Iterator[Word]:
        before, comma, last = typed.rpartition(",")
        for word in values(given, last):
            if word.text not in before.split(","):
                yield Word(before + comma + word.text, word.says)

    return each


_POOLS = _known(lambda known: _words(sorted(known.device_pools)))
_LOCATIONS = _known(lambda known: _words(sorted(known.locations)))
_PROFILES = _known(lambda known: _words(sorted(known.profiles)))
_MODELS = _known(_models)
_STATUSES = _these("Operation Pending", "Upgrade Success", "Upgrade Failed*", "None")

_VALUES: dict[str, Values] = {
    "--cluster": _listed(_clusters),
    "--model": _MODELS,
    "--exclude-model": _MODELS,
    "--device-pool": _POOLS,
    "--exclude-device-pool": _POOLS,
    "--location": _LOCATIONS,
    "--exclude-location": _LOCATIONS,
    "--profile": _PROFILES,
    "--exclude-profile": _PROFILES,
    "--protocol": _these("SIP", "SCCP"),
    "--lsc": _lsc_states,
    "--auth-mode": _auth_modes,
    "--key-order": _key_orders,
    "--key-size": _key_sizes,
    "--ec-key-size": _ec_key_sizes,
    "--wave-by": _wave_ways,
    "--window-zone": _these("cluster", "site"),
    "--write-path": _write_paths,
    "--hand-out-format": _these("csv", "labels"),
    "--skip-check": _checks_before_a_run,
    "--accept-skip": _checks_that_must_see,
    "--check": _checks,
    "--format": _formats,
    "--scenario": _scenarios,
    "--assume": _knobs,
    "--fail": _failures,
    "--cause": _causes,
    "--without": _doors,
    "--run": _runs,
    "--by": _listed(_groupings),
    "--log-level": _these("debug", "info", "warning", "error"),
    "--issuer": _third_parties,
    "--status": _STATUSES,
    "--exclude-status": _STATUSES,
    "run": _runs,
    "runs retry --state": _listed(_phone_states),
    "profiles list names": _PROFILES,
    "profiles set-mode named": _PROFILES,
    "profiles set-mode mode": _auth_modes,
    "config schema kind": _kinds,
    "sim serve --version": _releases,
    "sim ca scenario": _scenarios,
    "completion shell": _these("bash", "zsh", "fish"),
}
"""By the option's or argument's name, with the command's before it where it means something else there."""
