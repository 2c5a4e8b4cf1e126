"""`lscctl config show`: what the configuration says."""

import os
from typing import TYPE_CHECKING

import typer

from lscctl.cli.config.path import ConfigFile

if TYPE_CHECKING:
    from lscctl.config import ClusterConfig
    from lscctl.plan import Protected

_SECRETS = ("password", "password_command", "proxy")


def show(config: ConfigFile = None) -> None:
    """Show what the configuration says, without passwords.

    Example

        lscctl config show
    """
    from lscctl.config import load

    loaded = load(config, os.environ)
    typer.echo(f"{loaded.path}: {len(loaded.names)} configured; the default is {loaded.default or 'none'}")
    for name in loaded.names:
        typer.echo(f"\n{name}")
        cluster = loaded.cluster(name)
        for setting, value in (_settings(cluster) | _settings(cluster.protected, "protected ")).items():
            typer.echo(f"  {setting}: {value}")


def _settings(values: "ClusterConfig | Protected", start: str = "") -> dict[str, str]:
    """What is set, by the names of the file; a secret is only said to be set."""
    from dataclasses import fields

    settings = {}
    for field in fields(values):
        value = getattr(values, field.name)
        if field.name in _SECRETS and value:
            settings[start + field.name.replace("_", "-")] = "(set)"
        elif field.name not in ("name", "protected") and value not in (None, (), ""):
            text = ", ".join(value) if isinstance(value, tuple) else str(value)
            settings[start + field.name.replace("_", "-")] = text
    return settings
