"""The configuration: clusters by name with how to reach them, what in them is protected, and where a password comes from.

A TOML file (`--config`, LSCCTL_CONFIG, else the user's configuration folder) holds clusters; LSCCTL_CLUSTER, LSCCTL_HOST,
LSCCTL_USER and LSCCTL_PASSWORD override it, or stand in for it.
"""

import difflib
import ipaddress
import os
import re
import shlex
import stat
import subprocess
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Any, Final, Literal, TypeVar
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import platformdirs
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, SecretStr, ValidationError, model_validator

from lscctl.deadline import parse_duration
from lscctl.errors import UsageError
from lscctl.plan import Protected
from lscctl.rules import Amount, Limit, Rules, WaveBy, WaveSizes
from lscctl.window import Windows

_Read = TypeVar("_Read")

SIMULATOR: Final = "sim"
"""The cluster that is always there: the embedded CUCM. No configured cluster may take its name."""

EXAMPLE: Final = '[clusters.NAME]\nhost = "cucm-publisher.example.com"\nuser = "axl-user"'
"""The three lines that make a cluster known."""


def _zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ValueError("is no IANA time zone such as Europe/Berlin") from None
    return name


def _fingerprint(text: str) -> str:
    digits = re.sub(r"[:\s]", "", text).lower()
    if not re.fullmatch(r"[0-9a-f]{64}", digits):
        raise ValueError("is no SHA-256 fingerprint: 64 hex digits, with or without colons")
    return digits


def _address(text: str) -> str:
    try:
        return str(ipaddress.ip_network(text, strict=False))
    except ValueError:
        raise ValueError(f"{text!r} is neither an IP address nor a network such as 10.1.2.0/24") from None


def _dashed(name: str) -> str:
    return name.replace("_", "-")


def _readable(read: Callable[[str, str], _Read]) -> Callable[[str | int], _Read]:
    """A validator that reads a text, or a number, as the option of the same name would be."""

    def check(given: str | int) -> _Read:
        try:
            return read(str(given), "")
        except UsageError as error:
            raise ValueError(f"{error.message.strip()}. {error.hint}") from None

    return check


def _span(text: str) -> timedelta:
    span = parse_duration(text)
    if span is None:
        raise ValueError(f"{text!r} is not a duration such as 30m, 4h or 2d")
    return span


def _time(text: str) -> timedelta:
    span = _span(text)
    if span <= timedelta(0):
        raise ValueError(f"{text!r} is no time at all: give one such as 30m or 2h")
    return span


def as_command(command: str | tuple[str, ...], option: str) -> tuple[str, ...]:
    """A program and its arguments; a text is taken apart as a shell would. Raises UsageError naming `option`."""
    try:
        return tuple(shlex.split(command) if isinstance(command, str) else command)
    except ValueError as error:
        raise UsageError(
            f"{option} {command} is no command: {error}", hint="Quote it as for a shell, quotes in pairs."
        ) from error


def _command(given: str | tuple[str, ...]) -> tuple[str, ...]:
    try:
        return as_command(given, "")
    except UsageError as error:
        raise ValueError(f"{error.message.strip()}. {error.hint}") from None


class _Table(BaseModel):
    model_config = ConfigDict(extra="forbid", alias_generator=_dashed, frozen=True)


class _ProtectedTable(_Table):
    phones: tuple[str, ...] = ()
    device_pools: tuple[str, ...] = ()
    profiles: tuple[str, ...] = ()


class _ClusterTable(_Table):
    host: Annotated[str, Field(min_length=1)]
    user: Annotated[str, Field(min_length=1)] | None = None
    port: Annotated[int, Field(ge=1, le=65535)] = 8443
    password: SecretStr | None = None
    password_command: Annotated[str | tuple[str, ...], AfterValidator(_command)] = ()
    zone: Annotated[str, AfterValidator(_zone)] | None = None
    ca_bundle: Path | None = None
    fingerprint: Annotated[str, AfterValidator(_fingerprint)] | None = None
    insecure: bool = False
    proxy: str | None = None
    wsdl: Path | None = None
    protected: _ProtectedTable = _ProtectedTable()
    connect_to: dict[str, str] = {}
    expressway_addresses: tuple[Annotated[str, AfterValidator(_address)], ...] = ()
    concurrency: Annotated[int, Field(ge=1, le=64)] = 8
    ris_rate: Annotated[int, Field(ge=1)] = 15
    canary: Annotated[str | int, AfterValidator(_readable(Amount.parse))] | None = None
    waves: Annotated[str, AfterValidator(_readable(WaveSizes.parse))] | None = None
    wave_size: Annotated[str | int, AfterValidator(_readable(WaveSizes.fixed))] | None = None
    wave_by: WaveBy = WaveBy.SPREAD
    wave_timeout: Annotated[str, AfterValidator(_time)] | None = None
    pause_between: Annotated[str, AfterValidator(_span)] | None = None
    window: str | tuple[str, ...] = ()
    window_zone: Literal["cluster", "site"] = "cluster"
    max_failures: Annotated[str | int, AfterValidator(_readable(Limit.parse))] | None = None
    max_lost: Annotated[str | int, AfterValidator(_readable(Limit.parse))] | None = None
    max_in_flight: Annotated[int, Field(ge=1)] = 200
    max_rate: Annotated[float, Field(gt=0, allow_inf_nan=False)] | None = None
    expiry_warn: Annotated[int, Field(ge=0)] = 180
    expiry_fail: Annotated[int, Field(ge=0)] = 30
    allow_sql_writes: bool = False
    notify: Annotated[str | tuple[str, ...], AfterValidator(_command)] = ()
    timeout: Annotated[float, Field(gt=0)] = 120.0
    connect_timeout: Annotated[float, Field(gt=0)] = 10.0

    @model_validator(mode="after")
    def _one_password(self) -> "_ClusterTable":
        if self.password is not None and self.password_command:
            raise ValueError("has both password and password-command: give one of them")
        return self

    @model_validator(mode="after")
    def _rules_are_readable(self) -> "_ClusterTable":
        if self.waves is not None and self.wave_size is not None:
            raise ValueError("has both waves and wave-size: give one of them")
        try:
            self.rules()
        except UsageError as error:
            raise ValueError(f"{error.message}. {error.hint}") from None
        return self

    def rules(self) -> Rules:
        """What the table sets about rollouts, over the defaults."""
        given: dict[str, Any] = {
            "canary": self.canary,
            "waves": self.waves or self.wave_size,
            "max_failures": self.max_failures,
            "max_lost": self.max_lost,
            "wave_timeout": self.wave_timeout,
            "pause_between": self.pause_between,
            "max_rate": self.max_rate,
        }
        return Rules(
            wave_by=self.wave_by,
            max_in_flight=self.max_in_flight,
            windows=Windows.parse(
                (self.window,) if isinstance(self.window, str) else self.window,
                per_site=self.window_zone == "site",
                option="window",
            ),
            concurrency=self.concurrency,
            **{name: value for name, value in given.items() if value is not None},
        )


class _File(_Table):
    default_cluster: str | None = None
    protected: _ProtectedTable = _ProtectedTable()
    clusters: dict[str, _ClusterTable] = {}

    @model_validator(mode="after")
    def _names_are_usable(self) -> "_File":
        if SIMULATOR in self.clusters:
            raise ValueError(f"a cluster cannot be called {SIMULATOR}: that is the embedded CUCM")
        if self.default_cluster not in (None, SIMULATOR, *self.clusters):
            raise ValueError(f"default-cluster names {self.default_cluster!r}, which is none of the clusters")
        return self


@dataclass(frozen=True, slots=True)
class ClusterConfig:
    """How to reach one cluster, and what lscctl must never write there. Timeouts are in seconds.

    `password` comes from the file or the environment; `password_command` is the program that prints it, with its arguments.
    `zone` is an IANA name. `proxy` is the URL of the proxy to use, None for none, already decided for this host.
    `connect_to` says where a node's doors really are (see `lscctl.cucm.routes`). `expressway_addresses` are IP networks in
    which phones over Expressway appear to be. `ris_rate` is how many requests a minute lscctl makes to RIS: the cluster's own
    limit at most, fewer where other programs ask, too [field guide 5]. `rules` say how rollouts go here, `notify` is the
    program that hears of them, with its arguments. A CAPF certificate that ends within `expiry_warn` days is warned of, and
    nothing is installed with one that ends within `expiry_fail` days.
    """

    name: str
    host: str
    user: str = ""
    port: int = 8443
    password: SecretStr | None = None
    password_command: tuple[str, ...] = ()
    zone: str | None = None
    ca_bundle: Path | None = None
    fingerprint: str | None = None
    insecure: bool = False
    proxy: str | None = field(default=None, repr=False)
    wsdl: Path | None = None
    protected: Protected = field(default_factory=Protected)
    connect_to: Mapping[str, str] = field(default_factory=dict)
    expressway_addresses: tuple[str, ...] = ()
    concurrency: int = 8
    ris_rate: int = 15
    rules: Rules = field(default_factory=Rules)
    expiry_warn: int = 180
    expiry_fail: int = 30
    allow_sql_writes: bool = False
    notify: tuple[str, ...] = ()
    timeout: float = 120.0
    connect_timeout: float = 10.0


class Config:
    """All clusters that the file names. `path` is where it is, or would be."""

    def __init__(self, path: Path, content: _File, environ: Mapping[str, str]) -> None:
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
                return self._built(host, _ClusterTable(host=host), host, user)
        chosen = chosen or self.default
        if chosen is None:
            raise self._none_chosen()
        if chosen not in self._content.clusters:
            raise UsageError(f"no cluster {chosen!r} is configured", hint=self._nearest(chosen))
        table = self._content.clusters[chosen]
        return self._built(chosen, table, host or table.host, user)

    def _built(self, name: str, table: _ClusterTable, host: str, user: str | None) -> ClusterConfig:
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
            proxy=_proxy(table.proxy, host, self._environ),
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
        return Config(where, _File(), environ)
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
        content = _File.model_validate(table)
    except ValidationError as error:
        raise _explained(error, where) from None
    if any(cluster.password is not None for cluster in content.clusters.values()):
        _refuse_if_open(where)
    return Config(where, content, environ)


def password(config: ClusterConfig, prompt: Callable[[str], str] | None) -> str:
    """The password: of the environment or the file, of the password command, of the keyring (extra `keyring`), or typed.

    `prompt` is asked with a question such as `Password of axl@cucm: `; None where nobody can type. Raises UsageError when
    there is none.
    """
    if config.password is not None:
        return config.password.get_secret_value()
    if config.password_command:
        return _printed_by(config.password_command)
    kept = _from_keyring(config)
    if kept is not None:
        return kept
    if prompt is not None:
        return prompt(f"Password of {config.user} at {config.host}: ")
    raise UsageError(
        f"no password for {config.user!r} at {config.host}",
        hint="Set LSCCTL_PASSWORD, `password-command` in the configuration, or the keyring entry "
        f"`keyring set lscctl {config.user}@{config.host}`.",
    )


def _printed_by(command: tuple[str, ...]) -> str:
    try:
        done = subprocess.run(command, stdout=subprocess.PIPE, check=True, text=True)  # noqa: S603 - the user's own
    except (OSError, subprocess.CalledProcessError) as error:
        raise UsageError(
            f"password-command failed: {error}", hint=f"Try it in a shell: {shlex.join(command)}"
        ) from error
    lines = done.stdout.splitlines()
    if not lines or not lines[0]:
        raise UsageError("password-command printed nothing", hint=f"Try it in a shell: {shlex.join(command)}")
    return lines[0]


def _from_keyring(config: ClusterConfig) -> str | None:
    try:
        import keyring  # noqa: PLC0415 - an extra
    except ImportError:
        return None
    try:
        kept: str | None = keyring.get_password("lscctl", f"{config.user}@{config.host}")
    except keyring.errors.KeyringError:
        return None  # no keyring here, or a locked one: the next source is asked
    return kept


def _proxy(configured: str | None, host: str, environ: Mapping[str, str]) -> str | None:
    """The configured proxy ('' for none), else what HTTPS_PROXY and NO_PROXY say for the host."""
    if configured is not None:
        return configured or None
    proxy = environ.get("https_proxy") or environ.get("HTTPS_PROXY")
    exempt = environ.get("no_proxy") or environ.get("NO_PROXY") or ""
    if not proxy or _exempt(host, exempt):
        return None
    return proxy


def _exempt(host: str, no_proxy: str) -> bool:
    """Whether NO_PROXY covers the host: names cover what ends with them, addresses and networks what lies in them."""
    for entry in (part.strip().lower() for part in no_proxy.split(",")):
        if entry and (entry == "*" or f".{host.lower()}".endswith(f".{entry.lstrip('.')}") or _within(host, entry)):
            return True
    return False


def _within(host: str, network: str) -> bool:
    try:
        return ipaddress.ip_address(host) in ipaddress.ip_network(network, strict=False)
    except ValueError:
        return False


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
    table: type[_Table] = _File
    if location[-1:] == ["protected"]:
        table = _ProtectedTable
    elif location:
        table = _ClusterTable
    return [_dashed(name) for name in table.model_fields]
