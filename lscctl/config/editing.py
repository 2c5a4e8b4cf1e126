"""Changes in the configuration file that leave a person's comments, order and spelling as they are."""

import copy
import tomllib
from collections.abc import Mapping
from typing import Any

import tomlkit
import tomlkit.exceptions

from lscctl.errors import UsageError


def with_cluster(text: str, name: str, settings: Mapping[str, Any]) -> str:
    """The file's text with these settings in the table of the cluster, which is added at the end where it is missing.

    Raises UsageError for a text that is no TOML, or that is written in a way in which it cannot be changed safely.
    """
    try:
        before = tomllib.loads(text)
        after = _changed(text, name, settings) if name in before.get("clusters", {}) else _added(text, name, settings)
        if tomllib.loads(after) == _merged(before, name, settings):
            return after
    except (tomllib.TOMLDecodeError, tomlkit.exceptions.TOMLKitError, ValueError, TypeError, AttributeError) as error:
        raise UsageError(f"the file cannot be changed: {error}", hint=_by_hand(name, settings)) from error
    raise UsageError("the file is written in a way in which it cannot be changed", hint=_by_hand(name, settings))


def lines(name: str, settings: Mapping[str, Any]) -> str:
    """The settings as lines of TOML below the cluster's heading."""
    document = tomlkit.document()
    clusters = tomlkit.table(is_super_table=True)
    table = tomlkit.table()
    table.update(settings)
    clusters.append(name, table)
    document.append("clusters", clusters)
    return tomlkit.dumps(document).rstrip() + "\n"


def _by_hand(name: str, settings: Mapping[str, Any]) -> str:
    return f"Put these lines into it yourself:\n\n{lines(name, settings)}".rstrip()


def _changed(text: str, name: str, settings: Mapping[str, Any]) -> str:
    document = tomlkit.parse(text)
    table: Any = document["clusters"]
    for key, value in settings.items():
        table[name][key] = value
    return tomlkit.dumps(document)


def _added(text: str, name: str, settings: Mapping[str, Any]) -> str:
    return f"{text.rstrip()}\n\n{lines(name, settings)}".lstrip()


def _merged(before: Mapping[str, Any], name: str, settings: Mapping[str, Any]) -> dict[str, Any]:
    wanted = copy.deepcopy(dict(before))
    wanted.setdefault("clusters", {}).setdefault(name, {}).update(settings)
    return wanted
