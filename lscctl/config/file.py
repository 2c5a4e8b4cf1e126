"""The configuration file: where it is, what is wrong with it, and the clusters in it."""

import difflib
import os
import shlex
import stat
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import platformdirs
from pydantic import SecretStr, ValidationError

from lscctl.config.cluster import ClusterConfig
from lscctl.config.proxies import proxy_for
from lscctl.config.tables import SIMULATOR, ClusterTable, FileTable, ProtectedTable, Table, dashed
from lscctl.errors import UsageError
from lscctl.plan import Protected

EXAMPLE: Final = '[clusters.NAME]\nhost = "cucm-publisher.example.com"\nuser = "axl-user"'
"""The three lines that make a cluster known."""


class Config:
    """All clusters that the file names. `path` is where it is, or would be."""

    def __init__(self, path: Path, content: FileTable, environ: Mapping[str, str]) -> None:
        self.path = path
        self._content = content
        self._environ = environ

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the configured clusters, in the file's order."""
        return tuple(self._content.clusters)

    @property
    def default(self) -> str | None:
        """The cluster that is meant when none is named: LSCCTL_CLUSTER, `default-cluster`, or the only one there is."""
        only = self.names[0] if len(self.names) == 1 else None
        return self._environ.get("LSCCTL_CLUSTER") or self._content.default_cluster or only

    def cluster(self, name: str | None = None, *, host: str | None = None, user: str | None = None) -> ClusterConfig:
        """The cluster of this name, the default one without.

        `host` and `user` (else LSCCTL_HOST and LSCCTL_USER) replace the file's. A host without a name means the configured
        cluster with that host, else one of its own, which only the file's general `protected` covers. Raises UsageError.
        """
        host = host or self._environ.get("LSCCTL_HOST")
        user = user or self._environ.get("LSCCTL_USER")
        chosen = name or self._environ.get("LSCCTL_CLUSTER")
        if chosen is None and host:
            chosen = next((known for known, table in self._content.clusters.items() if table.host == host), None)
            if chosen is None:
                return self._built(host, ClusterTable(host=host), host, user)
        chosen = chosen or self.default
        if chosen is None:
            raise self._none_chosen()
        if chosen not in self._content.clusters:
            raise UsageError(f"no cluster {chosen!r} is configured", hint=self._nearest(chosen))
        table = self._content.clusters[chosen]
        return self._built(chosen, table, host or table.host, user)

    def _built(self, name: str, table: ClusterTable, host: str, user: str | None) -> ClusterConfig:
        user = user or table.user
        if not user:
            raise UsageError(
                f"no user name is known for the cluster {name!r}",
                hint="Set `user` in the configuration, LSCCTL_USER, or give --user.",
            )
        from_environment = self._environ.get("LSCCTL_PASSWORD")
        everywhere, here = self._content.protected, table.protected
        return ClusterConfig(
            name=name,
            host=host,
            user=user,
            port=table.port,
            password=SecretStr(from_environment) if from_environment else table.password,
            password_command=() if from_environment else tuple(table.password_command),
            zone=table.zone,
            ca_bundle=self._beside(table.ca_bundle),
            fingerprint=table.fingerprint,
            insecure=table.insecure,
            proxy=proxy_for(table.proxy, host, self._environ),
            wsdl=self._beside(table.wsdl),
            protected=Protected(
                phones=everywhere.phones + here.phones,
                device_pools=everywhere.device_pools + here.device_pools,
                profiles=everywhere.profiles + here.profiles,
            ),
            connect_to=table.connect_to,
            expressway_addresses=table.expressway_addresses,
            concurrency=table.concurrency,
            ris_rate=table.ris_rate,
            rules=table.rules(),
            expiry_warn=table.expiry_warn,
            expiry_fail=table.expiry_fail,
            allow_sql_writes=table.allow_sql_writes,
            notify=tuple(table.notify),
            timeout=table.timeout,
            connect_timeout=table.connect_timeout,
        )

    def _beside(self, path: Path | None) -> Path | None:
        """A path of the file's: relative to the file's own folder."""
        return None if path is None else self.path.parent / path.expanduser()

    def _none_chosen(self) -> UsageError:
        if self.names:
            return UsageError(
                "several clusters are configured, and none was named",
                hint=f"Give --cluster with one of {', '.join(self.names)}, or set `default-cluster` in {self.path}.",
            )
        return UsageError(
            "no cluster is configured",
            hint=f"Put these lines into {self.path}:\n\n{EXAMPLE}\n\nor try the embedded one: --cluster {SIMULATOR}",
        )

    def _nearest(self, name: str) -> str:
        near = difflib.get_close_matches(name, (*self.names, SIMULATOR), n=1)
        if near:
            return f"Did you mean {near[0]!r}?"
        return f"{self.path} knows {', '.join(self.names) or 'none'}; {SIMULATOR!r} is always there."


def config_path(path: Path | None, environ: Mapping[str, str]) -> Path:
    """Where the configuration is looked for: `path`, LSCCTL_CONFIG, else the user's configuration folder."""
    named = environ.get("LSCCTL_CONFIG")
    return path or (Path(named) if named else platformdirs.user_config_path("lscctl") / "config.toml")


def load(path: Path | None, environ: Mapping[str, str]) -> Config:
    """Read the configuration: `path`, else LSCCTL_CONFIG, else the user's own file, which may be missing.

    Raises UsageError, which names file and key, for a file that was named but cannot be read, is no TOML, has an unknown key
    or a wrong value, or that holds a password and can be read by others.
    """
    where = config_path(path, environ)
    if path is None and not environ.get("LSCCTL_CONFIG") and not where.exists():
        return Config(where, FileTable(), environ)
    try:
        table = tomllib.loads(where.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise UsageError(
            f"{where} cannot be read: {error.strerror}",
            hint="Name another file with --config or LSCCTL_CONFIG; `--cluster sim` needs none.",
        ) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise UsageError(f"{where} is not TOML: {error}", hint="https://toml.io shows how it is written.") from error
    try:
        content = FileTable.model_validate(table)
    except ValidationError as error:
        raise _explained(error, where) from None
    if any(cluster.password is not None for cluster in content.clusters.values()):
        _refuse_if_open(where)
    return Config(where, content, environ)


def _refuse_if_open(path: Path) -> None:
    if os.name == "posix" and path.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO):
        raise UsageError(
            f"{path} holds a password and other users of this machine can read it",
            hint=f"chmod 600 {shlex.quote(str(path))}",
        )


def _explained(error: ValidationError, path: Path) -> UsageError:
    first = error.errors(include_url=False, include_input=False)[0]
    location = [str(part) for part in first["loc"]]
    key = ".".join(location)
    if first["type"] == "extra_forbidden":
        near = difflib.get_close_matches(location[-1], _keys_of(location[:-1]), n=1, cutoff=0.4)
        hint = f"Did you mean {near[0]!r}?" if near else f"Known are {', '.join(_keys_of(location[:-1]))}."
        return UsageError(f"{path}: unknown key {key}", hint=hint)
    said = str(first["msg"]).removeprefix("Value error, ")
    return UsageError(f"{path}: {key}: {said}" if key else f"{path}: {said}", hint=_advice(first))


def _advice(problem: Mapping[str, Any]) -> str | None:
    return f"A cluster needs at least:\n\n{EXAMPLE}" if problem["type"] == "missing" else None


def _keys_of(location: list[str]) -> list[str]:
    table: type[Table] = FileTable
    if location[-1:] == ["protected"]:
        table = ProtectedTable
    elif location:
        table = ClusterTable
    return [dashed(name) for name in table.model_fields]
