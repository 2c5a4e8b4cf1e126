"""All clusters that the configuration knows, and how one of them comes out of flags, environment, file and defaults."""

import difflib
from collections.abc import Mapping
from dataclasses import fields
from pathlib import Path
from typing import Any, Final

from pydantic import ValidationError

from lscctl.config import environment
from lscctl.config.cluster import ClusterConfig
from lscctl.config.layers import Given, Layer, Origin, Source, laid_over, settled
from lscctl.config.proxies import proxy_of
from lscctl.config.tables import SIMULATOR, ClusterTable, ProtectedTable, dashed
from lscctl.errors import UsageError
from lscctl.plan import Protected

EXAMPLE: Final = '[clusters.NAME]\nhost = "cucm-publisher.example.com"\nuser = "axl-user"'
"""The three lines that make a cluster known."""

PATHS: Final = ("password-file", "ca-bundle", "wsdl", "audit-log")
"""Settings that name files; those of the file are meant from its own folder."""

_NO_FLAGS: Final[Mapping[str, object]] = {}


class Config:
    """All clusters that the file names. `path` is where it is, or would be; `content` is what it says, checked."""

    def __init__(self, path: Path, content: Mapping[str, Any], environ: Mapping[str, str]) -> None:
        self.path = path
        self._content = content
        self._clusters: Mapping[str, Mapping[str, Any]] = content.get("clusters", {})
        self._environ = environ

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the configured clusters, in the file's order."""
        return tuple(self._clusters)

    @property
    def default(self) -> str | None:
        """The cluster that is meant when none is named: LSCCTL_CLUSTER, `default-cluster`, or the only one there is."""
        only = self.names[0] if len(self.names) == 1 else None
        return self._environ.get("LSCCTL_CLUSTER") or self._content.get("default-cluster") or only

    def cluster(self, name: str | None = None, flags: Mapping[str, object] = _NO_FLAGS) -> ClusterConfig:
        """The cluster of this name, the default one without; `flags` are settings by the file's keys, which count most.

        A host without a name means the configured cluster with that host, else one of its own, which only the file's
        `[defaults]` and general `protected` cover. Raises UsageError.
        """
        chosen, decided = self._decided(name, flags)
        if "user" not in decided:
            raise UsageError(
                f"no user name is known for the cluster {chosen!r}",
                hint="Set `user` in the configuration, LSCCTL_USER, or give --user.",
            )
        return built(chosen, decided, self._environ, self._protected(chosen))

    def settings(
        self, name: str | None = None, flags: Mapping[str, object] = _NO_FLAGS
    ) -> tuple[str, dict[str, Given]]:
        """The name of a cluster, and every setting as it was written, and where: `{key of the file: Given}`.

        Which cluster is meant, `cluster` says. What is protected stands under `protected.phones` and so on. Raises UsageError.
        """
        chosen, decided = self._decided(name, flags)
        moot = settled(decided)
        usual = {
            dashed(field): kind.get_default(call_default_factory=True)
            for field, kind in ClusterTable.model_fields.items()
            if field != "protected"
        }
        told = {
            key: decided.get(key, Given(None if key in moot else default, Origin(Source.DEFAULT)))
            for key, default in usual.items()
        }
        if told["proxy"].origin.source is Source.DEFAULT:
            told["proxy"] = proxy_of(str(told["host"].value), self._environ)
        return chosen, told | self._protection(chosen)

    def _decided(self, name: str | None, flags: Mapping[str, object]) -> tuple[str, dict[str, Given]]:
        """Which cluster is meant, and all that is set for it."""
        closer = [_of_flags(flags), environment.settings(self._environ)]
        chosen = name or self._environ.get("LSCCTL_CLUSTER")
        host = laid_over(closer).get("host")
        if chosen is None and host is not None:
            chosen = next((known for known, table in self._clusters.items() if table["host"] == host.value), host.value)
        elif (chosen := chosen or self.default) is None:
            raise self._none_chosen()
        elif chosen not in self._clusters:
            raise UsageError(f"no cluster {chosen!r} is configured", hint=self._nearest(chosen))
        farther = [self._of_file("clusters", chosen), self._of_file("defaults")]
        return chosen, laid_over([*closer, *farther])

    def _of_file(self, *place: str) -> Layer:
        """What one table of the file sets; paths are meant from the file's own folder."""
        table = self._table(*place)
        return {
            key: Given(
                str(self.path.parent / Path(value).expanduser()) if key in PATHS else value,
                Origin(Source.FILE, ".".join((*place, key))),
            )
            for key, value in table.items()
            if key != "protected"
        }

    def _table(self, *place: str) -> Mapping[str, Any]:
        table: Mapping[str, Any] = self._content
        for name in place:
            table = table.get(name, {})
        return table

    def _protection(self, cluster: str) -> dict[str, Given]:
        """What is protected in a cluster, by the general table and its own."""
        places = (("protected",), ("clusters", cluster, "protected"))
        told = {}
        for key in (dashed(field) for field in ProtectedTable.model_fields):
            there = [place for place in places if self._table(*place).get(key)]
            names = tuple(name for place in there for name in self._table(*place)[key])
            origin = Origin(Source.FILE, ", ".join(".".join((*place, key)) for place in there))
            told[f"protected.{key}"] = Given(names, origin if there else Origin(Source.DEFAULT))
        return told

    def _protected(self, cluster: str) -> Protected:
        phones, device_pools, profiles = (given.value for given in self._protection(cluster).values())
        return Protected(phones, device_pools, profiles)

    def _none_chosen(self) -> UsageError:
        if self.names:
            return UsageError(
                "several clusters are configured, and none was named",
                hint=f"Give --cluster with one of {', '.join(self.names)}, or set `default-cluster` in {self.path}.",
            )
        return UsageError(
            "no cluster is configured",
            hint=f"`lscctl config init` asks for what is needed. Or put these lines into {self.path}:\n\n{EXAMPLE}\n\n"
            f"or try the embedded one: --cluster {SIMULATOR}",
        )

    def _nearest(self, name: str) -> str:
        near = difflib.get_close_matches(name, (*self.names, SIMULATOR), n=1)
        if near:
            return f"Did you mean {near[0]!r}?"
        return f"{self.path} knows {', '.join(self.names) or 'none'}; {SIMULATOR!r} is always there."


def simulated(name: str, own: Mapping[str, object], environ: Mapping[str, str]) -> ClusterConfig:
    """The embedded CUCM: `own` are its own settings, by the file's keys; the environment sets the others. Raises UsageError."""
    layers = [_of_flags({**own, "proxy": ""}), environment.settings(environ)]
    return built(name, laid_over(layers), environ, Protected())


def built(name: str, decided: Layer, environ: Mapping[str, str], protected: Protected) -> ClusterConfig:
    """The cluster that has these settings. Raises UsageError, which names the place of a wrong one."""
    try:
        table = ClusterTable.model_validate({key: given.value for key, given in decided.items()})
    except ValidationError as error:
        raise _explained(name, decided, error) from None
    same = [field.name for field in fields(ClusterConfig) if field.name in ClusterTable.model_fields]
    proxy = table.proxy if table.proxy is not None else proxy_of(table.host, environ).value
    settings = {field: getattr(table, field) for field in same} | {
        "name": name,
        "rules": table.rules(),
        "protected": protected,
        "proxy": proxy or None,
    }
    return ClusterConfig(**settings)


def _of_flags(flags: Mapping[str, object]) -> Layer:
    return {key: Given(value, Origin(Source.FLAG, f"--{key}")) for key, value in flags.items()}


def _explained(name: str, decided: Layer, error: ValidationError) -> UsageError:
    first = error.errors(include_url=False, include_input=False)[0]
    said = str(first["msg"]).removeprefix("Value error, ")
    given = decided.get(str(first["loc"][0])) if first["loc"] else None
    return UsageError(f"{given.origin.place}: {said}" if given else f"cluster {name!r} {said}")
