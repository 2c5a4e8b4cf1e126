"""`lscctl config show`: what holds for a cluster, and where each value comes from."""

import os
from typing import TYPE_CHECKING, Any

from lscctl.cli.connection import Connection, each
from lscctl.cli.parameters import shares_options
from lscctl.cli.screen import Notices, Output
from lscctl.errors import UsageError

if TYPE_CHECKING:
    from lscctl.config import Config
    from lscctl.config.layers import Given
    from lscctl.report.config import SettingTold
    from lscctl.report.interface import Value

_SECRETS = ("password", "proxy")
"""Settings that are, or hold, a password."""

_COMMANDS = ("password-command", "notify")
"""Settings whose further words may be somebody's token."""


@shares_options
def show(connection: Connection, output: Output) -> int:
    """Show what the configuration says, and where each value comes from.

    A flag counts more than the environment (LSCCTL_PORT for port), that more
    than the file, and there the cluster's own table more than [defaults].
    Without --cluster or --host every cluster of the file is shown. Secrets are
    only said to be set. Nothing is connected to; lscctl config check does that.

    Examples

        lscctl config show

        lscctl config show --cluster hq --format json

        LSCCTL_CANARY=1 lscctl config show --cluster hq
    """
    from lscctl.config import SIMULATOR, environment, load
    from lscctl.config.clusters import EXAMPLE
    from lscctl.report.config import Configuration, config_report

    destination = output.opened()
    notices = Notices(colour=not output.no_color)
    if (connection.cluster or "").partition(":")[0] == SIMULATOR:
        raise UsageError(f"{SIMULATOR} is the embedded CUCM: nothing of it is configured", hint="Name another cluster.")
    config = load(connection.config, os.environ)
    for warning in environment.unknown(os.environ):
        notices.warn(warning)
    clusters = (config.settings(name, connection.settings) for name in _meant(config, connection))
    told = Configuration(
        path=str(config.path),
        exists=config.path.exists(),
        default=config.default,
        clusters={name: [_told(key, given) for key, given in settings.items()] for name, settings in clusters},
        hint=""
        if config.names
        else f"`lscctl config init` asks for what is needed. A cluster has at least:\n{EXAMPLE}",
    )
    destination.deliver(config_report(told))
    return 0


def _meant(config: "Config", connection: Connection) -> tuple[str | None, ...]:
    """The clusters to show: those that are named, by name or host, else all of the file."""
    if several := each(connection):
        return tuple(several)
    if connection.cluster is not None or connection.host is not None:
        return (connection.cluster,)
    return config.names or ((None,) if os.environ.get("LSCCTL_HOST") else ())


def _told(key: str, given: "Given") -> "SettingTold":
    from lscctl.report.config import SettingTold

    return SettingTold(key, _without_secrets(key, given.value), given.origin.source.value, given.origin.place)


def _without_secrets(key: str, value: Any) -> "Value":
    from lscctl.config import as_command

    if not value and value is not False and value != 0:
        return None
    if key in _SECRETS:
        return "(set)"
    if key in _COMMANDS:
        program, *words = as_command(value, key)
        return f"{program} ..." if words else program
    if isinstance(value, tuple | list):
        return [str(part) for part in value]
    return value if isinstance(value, bool | int | float | dict) else str(value)
