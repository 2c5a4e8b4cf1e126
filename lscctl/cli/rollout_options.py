"""How a rollout goes: the options that set waves, gates, windows and limits over what the cluster's configuration says."""

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING, Annotated, Any

import typer

from lscctl.cli.parameters import length_of_time, one_of
from lscctl.errors import UsageError

if TYPE_CHECKING:
    from lscctl.rules import Rules

_WAVES = "Waves and windows"
_GATES = "Gates and limits"


def _value(option: str, help_text: str, metavar: str, panel: str) -> Any:
    return typer.Option(option, help=help_text, metavar=metavar, rich_help_panel=panel, show_default=False)


@dataclass(frozen=True, slots=True)
class RolloutOptions:
    """Waves, gates, windows and limits. What is not given comes from the configuration, then from `Rules`."""

    canary: Annotated[
        str | None, _value("--canary", "Phones that go first: 5 (the default), 1%, 0 for none.", "N|P%", _WAVES)
    ] = None
    waves: Annotated[
        str | None,
        _value(
            "--waves",
            "Sizes of the waves: 10,100,500,rest. Default 10,100,500, then each twice the one before.",
            "SIZES",
            _WAVES,
        ),
    ] = None
    wave_size: Annotated[str | None, _value("--wave-size", "One size for all waves.", "N|P%", _WAVES)] = None
    wave_by: Annotated[
        str | None,
        _value(
            "--wave-by",
            "spread: each wave over all sites and models (the default). device-pool: site by site.",
            "HOW",
            _WAVES,
        ),
    ] = None
    wave_timeout: Annotated[
        str | None,
        _value("--wave-timeout", "A phone pending longer than this is stalled: 2h (the default).", "TIME", _WAVES),
    ] = None
    pause_between: Annotated[str | None, _value("--pause-between", "Pause between two waves: 10m.", "TIME", _WAVES)] = (
        None
    )
    window: Annotated[
        list[str] | None,
        _value(
            "--window",
            "Write only in these hours by the cluster's clock: 22:00-05:00, 'sat 20:00-sun 06:00'. Several times for several.",
            "HOURS",
            _WAVES,
        ),
    ] = None
    window_zone: Annotated[
        str | None,
        _value("--window-zone", "Whose clock the windows go by: cluster (the default) or site.", "WHOSE", _WAVES),
    ] = None
    max_failures: Annotated[
        str | None,
        _value("--max-failures", "Stop when more fail, in a wave or in all: 5% at least 2.", "N|P%", _GATES),
    ] = None
    max_lost: Annotated[
        str | None,
        _value(
            "--max-lost", "Stop when more do not register again, with their wave or their profile: 1%.", "N|P%", _GATES
        ),
    ] = None
    max_in_flight: Annotated[
        int | None,
        typer.Option(
            "--max-in-flight",
            min=1,
            help="Phones pending at CAPF at once (200).",
            metavar="N",
            rich_help_panel=_GATES,
            show_default=False,
        ),
    ] = None
    concurrency: Annotated[
        int | None,
        typer.Option("--concurrency", min=1, max=64, help="Writes at a time (8).", metavar="N", rich_help_panel=_GATES),
    ] = None
    max_rate: Annotated[
        float | None, _value("--max-rate", "Writes a second at most. Default: what the cluster bears.", "N", _GATES)
    ] = None
    write_path: Annotated[
        str | None,
        _value(
            "--write-path",
            "axl (the default), or sql where the configuration allows it: 200 phones a statement, outside AXL's checks.",
            "PATH",
            _GATES,
        ),
    ] = None

    def rules(self, defaults: "Rules", *, concurrency: int, sql_allowed: bool) -> "Rules":
        """The rules that hold: these options over the configuration's. UsageError names the option that is wrong."""
        rules = replace(defaults, concurrency=concurrency, **self._given())
        require_allowed(rules, sql_allowed=sql_allowed)
        if self.window is not None or self.window_zone is not None:
            rules = replace(rules, windows=self._windows(defaults))
        return rules

    def _given(self) -> dict[str, Any]:
        from lscctl.rules import Amount, Limit, WaveBy, WaveSizes, WritePath

        if self.waves is not None and self.wave_size is not None:
            raise UsageError("--waves and --wave-size contradict each other", hint="Give one of them.")
        if self.max_rate is not None and not 0 < self.max_rate < float("inf"):
            raise UsageError(
                f"--max-rate {self.max_rate:g} is no rate", hint="Give writes a second, such as 20 or 0.5."
            )
        given: dict[str, Any] = {"max_in_flight": self.max_in_flight, "max_rate": self.max_rate}
        if self.canary is not None:
            given["canary"] = Amount.parse(self.canary, "--canary")
        if self.waves is not None:
            given["waves"] = WaveSizes.parse(self.waves)
        if self.wave_size is not None:
            given["waves"] = WaveSizes.fixed(self.wave_size)
        if self.wave_by is not None:
            given["wave_by"] = WaveBy(one_of("--wave-by", self.wave_by, list(WaveBy)))
        if self.wave_timeout is not None:
            given["wave_timeout"] = _positive("--wave-timeout", self.wave_timeout)
        if self.pause_between is not None:
            given["pause_between"] = length_of_time("--pause-between", self.pause_between)
        if self.max_failures is not None:
            given["max_failures"] = Limit.parse(self.max_failures, "--max-failures")
        if self.max_lost is not None:
            given["max_lost"] = Limit.parse(self.max_lost, "--max-lost")
        if self.write_path is not None:
            given["write_path"] = WritePath(one_of("--write-path", self.write_path, list(WritePath)))
        return {name: value for name, value in given.items() if value is not None}

    def _windows(self, defaults: "Rules") -> Any:
        from lscctl.window import Windows

        whose = one_of("--window-zone", self.window_zone or "", ["cluster", "site"]) if self.window_zone else None
        per_site = defaults.windows.per_site if whose is None else whose == "site"
        if self.window is None and defaults.windows.always:
            raise UsageError(
                "--window-zone says whose clock windows go by, and there are none",
                hint="Add --window HOURS, or leave it away.",
            )
        if self.window is None:
            return replace(defaults.windows, per_site=per_site)
        return Windows.parse(self.window, per_site=per_site)


def require_allowed(rules: "Rules", *, sql_allowed: bool) -> None:
    """Refuse the way of writing that the cluster's configuration does not allow. Raises UsageError."""
    from lscctl.rules import WritePath

    if rules.write_path is WritePath.SQL and not sql_allowed:
        raise UsageError(
            "--write-path sql is off for this cluster",
            hint="It writes outside AXL's checks. Who wants that sets `allow-sql-writes = true` for the cluster in the "
            "configuration.",
        )


def _positive(option: str, text: str) -> timedelta:
    span = length_of_time(option, text)
    if span <= timedelta(0):
        raise UsageError(f"{option} {text!r} is no time at all", hint="Give one such as 30m or 2h.")
    return span
