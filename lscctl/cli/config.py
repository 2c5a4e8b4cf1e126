"""`lscctl config`: the configuration file, where it is and what it says."""

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from lscctl.config import ClusterConfig
    from lscctl.plan import Protected

app = typer.Typer(
    name="config", no_args_is_help=True, rich_markup_mode=None, help="The configuration: where it is, what it says."
)

_ConfigFile = Annotated[
    Path | None, typer.Option("--config", help="Another configuration file.", metavar="FILE", show_default=False)
]

_SECRETS = ("password", "password_command", "proxy")


@app.command("path")
def path(config: _ConfigFile = None) -> None:
    """Show where the configuration file is looked for.

    Example

        lscctl config path
    """
    from lscctl.config import config_path

    typer.echo(str(config_path(config, os.environ)))


@app.command("show")
def show(config: _ConfigFile = None) -> None:
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
