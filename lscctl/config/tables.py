"""What the file may hold: its tables and keys, what they mean, and how each value is checked."""

from pathlib import Path
from typing import Annotated, Any, Final, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, SecretStr, model_validator

from lscctl.config import reading
from lscctl.rules import Amount, Limit, Rules, WaveBy, WaveSizes
from lscctl.window import Windows

SIMULATOR: Final = "sim"
"""The cluster that is always there: the embedded CUCM. No configured cluster may take its name."""

TRUST: Final = ("ca-bundle", "fingerprint", "insecure")
"""Settings of which a closer source replaces all, whichever of them it sets."""

ALTERNATIVES: Final = (TRUST, ("password", "password-command", "password-file"), ("waves", "wave-size"))
"""Settings that stand in for each other: whoever sets one of them means none of the others."""

Command = Annotated[str | tuple[str, ...], AfterValidator(reading.command)]
File = Annotated[Path, AfterValidator(Path.expanduser)]
Listed = BeforeValidator(reading.listed)


def dashed(name: str) -> str:
    """A key of the file, as its field here is called."""
    return name.replace("_", "-")


class Table(BaseModel):
    """A table whose keys are all known."""

    model_config = ConfigDict(
        extra="forbid", alias_generator=dashed, frozen=True, validate_default=True, defer_build=True
    )


class ProtectedTable(Table):
    """What is never written, whatever flags are given; names may hold `*`."""

    phones: tuple[str, ...] = ()
    """Names of phones."""
    device_pools: tuple[str, ...] = ()
    """Names of device pools."""
    profiles: tuple[str, ...] = ()
    """Names of phone security profiles."""


class OwnTable(Table):
    """What is each cluster's own."""

    host: Annotated[str, Field(min_length=1)]
    """The publisher's name or address."""
    fingerprint: Annotated[str, AfterValidator(reading.fingerprint)] | None = None
    """Trust just the certificate with this SHA-256 fingerprint: 64 hex digits, with or without colons."""
    connect_to: Annotated[dict[str, str], AfterValidator(reading.ways)] = Field(default_factory=dict)
    """Where nodes' and phones' doors really are, behind NAT or tunnels: "cucm-sub1.example.com:6970" = "127.0.0.1:16970", or
    "10.1.0.0/16" = "10.9.0.0/16" for a network."""
    protected: ProtectedTable = Field(default_factory=ProtectedTable)
    """What is never written in this cluster."""


class SettingsTable(Table):
    """What can be set for one cluster, and for all."""

    user: Annotated[str, Field(min_length=1)] | None = None
    """The AXL user. Roles: Standard AXL API Access, Standard CCM Admin Users."""
    port: Annotated[int, Field(ge=1, le=65535)] = 8443
    """The port of AXL."""
    password: SecretStr | None = None
    """The password itself: the file must then be readable by its owner only. Better use another way."""
    password_command: Command = ()
    """A program that prints the password on its first line, such as a vault's; a list of words, or one line as for a shell."""
    password_file: File | None = None
    """A file with the password on its first line, readable by its owner only."""
    zone: Annotated[str, AfterValidator(reading.zone)] | None = None
    """The publisher's time zone, such as Europe/Berlin; without it lscctl asks the cluster."""
    ca_bundle: File | None = None
    """Trust the certificates in this PEM file."""
    insecure: bool = False
    """Do not verify the cluster's certificate: anybody on the path can read the password."""
    proxy: Annotated[str, AfterValidator(reading.proxy)] | None = None
    """The URL of the proxy, '' for none; without it HTTPS_PROXY and NO_PROXY decide."""
    wsdl: File | None = None
    """An own copy of Cisco's AXLAPI.wsdl, with its XSD files beside it."""
    expressway_addresses: Annotated[tuple[Annotated[str, AfterValidator(reading.network)], ...], Listed] = ()
    """Addresses or networks in which phones over Expressway (MRA) appear to be."""
    concurrency: Annotated[int, Field(ge=1, le=64)] = 8
    """How many calls are under way at a time."""
    ris_rate: Annotated[int, Field(ge=1)] = 15
    """RIS requests a minute: fewer where other programs ask, too."""
    canary: Annotated[str | int, AfterValidator(reading.as_option(Amount.parse))] = "5"
    """Phones that go first: a number or a percentage, 0 for none."""
    waves: Annotated[str, AfterValidator(reading.as_option(WaveSizes.parse))] = "10,100,500"
    """Sizes of the waves; after the last one each is twice the one before, or with `rest` all that are left."""
    wave_size: Annotated[str | int, AfterValidator(reading.as_option(WaveSizes.fixed))] | None = None
    """One size for all waves, instead of `waves`."""
    wave_by: WaveBy = WaveBy.SPREAD
    """Spread each wave over all sites and models, or go site by site."""
    wave_timeout: Annotated[str, AfterValidator(reading.length_of_time)] = "2h"
    """A phone pending longer than this is stalled."""
    pause_between: Annotated[str, AfterValidator(reading.duration)] = "0m"
    """The pause between two waves."""
    window: Annotated[str | tuple[str, ...], AfterValidator(reading.windows)] = ()
    """Rollouts write in these hours only: 22:00-05:00, sat 20:00-sun 06:00."""
    window_zone: Literal["cluster", "site"] = "cluster"
    """Whose clock the windows go by: the cluster's, or that of each phone's device pool."""
    max_failures: Annotated[str | int, AfterValidator(reading.as_option(Limit.parse))] = "5% at least 2"
    """Stop when more phones fail, in a wave or in all."""
    max_lost: Annotated[str | int, AfterValidator(reading.as_option(Limit.parse))] = "1%"
    """Stop when more phones do not register again."""
    max_in_flight: Annotated[int, Field(ge=1)] = 200
    """Phones pending at CAPF at once."""
    max_rate: Annotated[float, Field(gt=0, allow_inf_nan=False)] | None = None
    """Writes a second at most; without it what the cluster bears."""
    expiry_warn: Annotated[int, Field(ge=0)] = 180
    """Preflight warns of a CAPF certificate that ends within so many days."""
    expiry_fail: Annotated[int, Field(ge=0)] = 30
    """Nothing is installed with a CAPF certificate that ends within so many days."""
    allow_sql_writes: bool = False
    """Whether `--write-path sql` may be used, which writes outside AXL's checks."""
    notify: Command = ()
    """A program that hears of gates, windows and ends as JSON; a list of words, or one line as for a shell."""
    audit_log: File | None = None
    """A file that tells each write before it leaves, one JSON object a line. What cannot be written there is not done."""
    timeout: Annotated[float, Field(gt=0)] = 120.0
    """Seconds to wait for an answer."""
    connect_timeout: Annotated[float, Field(gt=0)] = 10.0
    """Seconds to wait for a connection."""

    @model_validator(mode="after")
    def _one_of_each(self) -> "SettingsTable":
        given = {dashed(name) for name in self.model_fields_set}
        for alternatives in ALTERNATIVES:
            if alternatives is not TRUST and len(both := [key for key in alternatives if key in given]) > 1:
                raise ValueError(f"has both {both[0]} and {both[1]}: give one of them")
        return self


class ClusterTable(SettingsTable, OwnTable):
    """One cluster."""

    def rules(self) -> Rules:
        """What the table says about rollouts."""
        decided: dict[str, Any] = {
            "canary": self.canary,
            "waves": self.wave_size or self.waves,
            "max_failures": self.max_failures,
            "max_lost": self.max_lost,
            "wave_timeout": self.wave_timeout,
            "pause_between": self.pause_between,
        }
        return Rules(
            wave_by=self.wave_by,
            max_in_flight=self.max_in_flight,
            max_rate=self.max_rate,
            windows=Windows.parse(self.window, per_site=self.window_zone == "site"),
            concurrency=self.concurrency,
            **decided,
        )


class FileTable(Table):
    """The configuration file: clusters by name, and what holds for all of them"""

    default_cluster: str | None = None
    """The cluster that is meant when none is named."""
    defaults: SettingsTable = Field(default_factory=SettingsTable)
    """What holds for every cluster that does not set it itself."""
    protected: ProtectedTable = Field(default_factory=ProtectedTable)
    """What is never written in any cluster."""
    clusters: dict[str, ClusterTable] = Field(default_factory=dict)
    """The clusters by the names that people use."""

    @model_validator(mode="after")
    def _names_are_usable(self) -> "FileTable":
        for name in self.clusters:
            reading.cluster_name(name, SIMULATOR)
        if self.default_cluster not in (None, SIMULATOR, *self.clusters):
            raise ValueError(f"default-cluster names {self.default_cluster!r}, which is none of the clusters")
        return self
