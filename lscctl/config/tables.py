"""What the file may hold: its tables and keys, and how each value is checked."""

from pathlib import Path
from typing import Annotated, Any, Final, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, SecretStr, model_validator

from lscctl.config import reading
from lscctl.errors import UsageError
from lscctl.rules import Amount, Limit, Rules, WaveBy, WaveSizes
from lscctl.window import Windows

SIMULATOR: Final = "sim"
"""The cluster that is always there: the embedded CUCM. No configured cluster may take its name."""


def dashed(name: str) -> str:
    """A key of the file, as its field here is called."""
    return name.replace("_", "-")


class Table(BaseModel):
    """A table whose keys are all known."""

    model_config = ConfigDict(extra="forbid", alias_generator=dashed, frozen=True)


class ProtectedTable(Table):
    """What is never written; names may hold `*`."""

    phones: tuple[str, ...] = ()
    device_pools: tuple[str, ...] = ()
    profiles: tuple[str, ...] = ()


class ClusterTable(Table):
    """One cluster; timeouts are in seconds."""

    host: Annotated[str, Field(min_length=1)]
    user: Annotated[str, Field(min_length=1)] | None = None
    port: Annotated[int, Field(ge=1, le=65535)] = 8443
    password: SecretStr | None = None
    password_command: Annotated[str | tuple[str, ...], AfterValidator(reading.command)] = ()
    zone: Annotated[str, AfterValidator(reading.zone)] | None = None
    ca_bundle: Path | None = None
    fingerprint: Annotated[str, AfterValidator(reading.fingerprint)] | None = None
    insecure: bool = False
    proxy: str | None = None
    wsdl: Path | None = None
    protected: ProtectedTable = ProtectedTable()
    connect_to: dict[str, str] = {}
    expressway_addresses: tuple[Annotated[str, AfterValidator(reading.network)], ...] = ()
    concurrency: Annotated[int, Field(ge=1, le=64)] = 8
    ris_rate: Annotated[int, Field(ge=1)] = 15
    canary: Annotated[str | int, AfterValidator(reading.as_option(Amount.parse))] | None = None
    waves: Annotated[str, AfterValidator(reading.as_option(WaveSizes.parse))] | None = None
    wave_size: Annotated[str | int, AfterValidator(reading.as_option(WaveSizes.fixed))] | None = None
    wave_by: WaveBy = WaveBy.SPREAD
    wave_timeout: Annotated[str, AfterValidator(reading.length_of_time)] | None = None
    pause_between: Annotated[str, AfterValidator(reading.duration)] | None = None
    window: str | tuple[str, ...] = ()
    window_zone: Literal["cluster", "site"] = "cluster"
    max_failures: Annotated[str | int, AfterValidator(reading.as_option(Limit.parse))] | None = None
    max_lost: Annotated[str | int, AfterValidator(reading.as_option(Limit.parse))] | None = None
    max_in_flight: Annotated[int, Field(ge=1)] = 200
    max_rate: Annotated[float, Field(gt=0, allow_inf_nan=False)] | None = None
    expiry_warn: Annotated[int, Field(ge=0)] = 180
    expiry_fail: Annotated[int, Field(ge=0)] = 30
    allow_sql_writes: bool = False
    notify: Annotated[str | tuple[str, ...], AfterValidator(reading.command)] = ()
    timeout: Annotated[float, Field(gt=0)] = 120.0
    connect_timeout: Annotated[float, Field(gt=0)] = 10.0

    @model_validator(mode="after")
    def _one_password(self) -> "ClusterTable":
        if self.password is not None and self.password_command:
            raise ValueError("has both password and password-command: give one of them")
        return self

    @model_validator(mode="after")
    def _rules_are_readable(self) -> "ClusterTable":
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


class FileTable(Table):
    """The whole file."""

    default_cluster: str | None = None
    protected: ProtectedTable = ProtectedTable()
    clusters: dict[str, ClusterTable] = {}

    @model_validator(mode="after")
    def _names_are_usable(self) -> "FileTable":
        if SIMULATOR in self.clusters:
            raise ValueError(f"a cluster cannot be called {SIMULATOR}: that is the embedded CUCM")
        if self.default_cluster not in (None, SIMULATOR, *self.clusters):
            raise ValueError(f"default-cluster names {self.default_cluster!r}, which is none of the clusters")
        return self
