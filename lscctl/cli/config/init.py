"""`lscctl config init`: a cluster from nothing to a login that works, asked for at the terminal or given as options."""

import os
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from lscctl.cli.config.asking import Asking
from lscctl.cli.config.path import ConfigFile
from lscctl.cli.explain import remember_debug
from lscctl.cli.parameters import shares_options
from lscctl.cli.screen import Notices
from lscctl.errors import Refused, UsageError

if TYPE_CHECKING:
    from lscctl.config import ClusterConfig
    from lscctl.cucm.cluster import Cluster

_PANEL = "The cluster"


def _option(name: str, help_text: str, metavar: str) -> Any:
    return typer.Option(name, help=help_text, metavar=metavar, rich_help_panel=_PANEL, show_default=False)


@dataclass(frozen=True, slots=True)
class NewCluster:
    """What the options say of the cluster; what they leave open is asked."""

    host: Annotated[str | None, _option("--host", "The publisher's name or address.", "HOST")] = None
    port: Annotated[int | None, _option("--port", "The port of AXL (8443).", "N")] = None
    user: Annotated[str | None, _option("--user", "The AXL user.", "NAME")] = None
    ca_bundle: Annotated[Path | None, _option("--ca-bundle", "Trust the certificates in this PEM file.", "FILE")] = None
    fingerprint: Annotated[
        str | None, _option("--fingerprint", "Trust just the certificate with this SHA-256 fingerprint.", "HEX")
    ] = None
    zone: Annotated[
        str | None, _option("--zone", "The publisher's time zone, if the cluster does not tell.", "ZONE")
    ] = None
    password_command: Annotated[
        str | None, _option("--password-command", "A program that prints the password, such as a vault's.", "CMD")
    ] = None
    password_file: Annotated[
        Path | None, _option("--password-file", "A file with the password, readable by you only.", "FILE")
    ] = None

    debug: Annotated[
        bool,
        typer.Option("--debug", help="Show the traceback of an error.", show_default=False, callback=remember_debug),
    ] = False

    @property
    def settings(self) -> dict[str, object]:
        """Those that are given, by the keys of the file. Paths are made whole: in the file they are meant from its folder."""
        given = {
            "host": self.host,
            "port": self.port,
            "user": self.user,
            "ca-bundle": self.ca_bundle and str(self.ca_bundle.expanduser().absolute()),
            "fingerprint": self.fingerprint,
            "zone": self.zone,
            "password-command": self.password_command,
            "password-file": self.password_file and str(self.password_file.expanduser().absolute()),
        }
        return {key: value for key, value in given.items() if value is not None}


@shares_options
def init(
    name: Annotated[str | None, typer.Argument(metavar="[NAME]", help="What to call the cluster: hq, lab.")] = None,
    *,
    cluster: NewCluster,
    keyring: Annotated[
        bool | None,
        typer.Option(
            "--keyring/--no-keyring", help="Keep the password in the system's keyring, or do not.", show_default=False
        ),
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", help="Write it without asking.", show_default=False)] = False,
    config: ConfigFile = None,
) -> None:
    """Configure a cluster: ask for what is needed, try the login, write the file.

    Shows the certificate that the cluster presents, and asks whether it is the
    right one; tries user and password; names the roles that are missing; asks
    for the time zone where the cluster does not tell; keeps the password in the
    keyring where there is one. Other clusters and comments in the file stay.

    Without a terminal everything is given as options, and the password as
    LSCCTL_PASSWORD, --password-command or --password-file. No certificate is
    trusted unseen: give --fingerprint or --ca-bundle, unless this computer
    trusts it anyway.

    Examples

        lscctl config init

        lscctl config init hq --host cucm-pub.example.com --user axl-lscctl

        lscctl config init hq --host 192.0.2.1 --user axl \\
            --fingerprint 9F86... --password-command 'pass cucm' --yes

    Exit codes

    0 it is written, and the login works. 2 something is missing or wrong. 3 not
    agreed. 5 the cluster is not reachable, is no CUCM, or refuses the login.
    """
    from lscctl.config import config_path, password

    if keyring and (cluster.password_command or cluster.password_file):
        raise UsageError(
            "--keyring keeps the password in the keyring, and another option says where it comes from",
            hint="Give one of them.",
        )
    notices, asking = Notices(), Asking()
    path = config_path(config, os.environ)
    called = asking.text("What shall the cluster be called, as in hq or lab?", name, "NAME")
    _refuse_known(path, called)
    settings = {"host": asking.text("The publisher's name or address", cluster.host, "--host"), **cluster.settings}
    settings |= _trust(called, settings, asking, notices)
    settings["user"] = asking.text("The AXL user", cluster.user, "--user")
    chosen = _as_cluster(called, settings)
    secret = password(chosen, asking.secret if asking.there else None)
    settings |= _tried(chosen, secret, asking, notices)
    _require_keyring(wanted=keyring)
    _write(path, called, settings, asking, yes=yes)
    _keep(chosen, secret, asking, notices, wanted=keyring)
    notices.say(f"hint: look around: lscctl status --cluster {called}")


def _refuse_known(path: Path, called: str) -> None:
    from lscctl.config import SIMULATOR, reading
    from lscctl.config.file import read

    try:
        reading.cluster_name(called, SIMULATOR)
    except ValueError as error:
        raise UsageError(str(error), hint="Take another name.") from None
    if path.exists() and called in read(path).get("clusters", {}):
        raise UsageError(
            f"{path} has a cluster {called!r} already",
            hint="Change it there, or take another name. lscctl config check tries it.",
        )


def _as_cluster(called: str, settings: Mapping[str, object]) -> "ClusterConfig":
    """The cluster with these settings alone: of the environment's only the password and the proxy count. Raises UsageError."""
    from lscctl.config import Config

    environ = {
        key: value for key, value in os.environ.items() if not key.startswith("LSCCTL_") or key == "LSCCTL_PASSWORD"
    }
    return Config(Path(), {"clusters": {called: {"user": "nobody", **settings}}}, environ).cluster(called)


def _trust(called: str, settings: Mapping[str, object], asking: Asking, notices: Notices) -> dict[str, object]:
    """Which certificate the cluster is to show, as a setting; none where it passes anyway, or was given."""
    from lscctl.cucm.cluster import endpoint
    from lscctl.cucm.strangers import shown_fingerprint, why_not_trusted

    place = endpoint(_as_cluster(called, settings), "")
    refusal = why_not_trusted(place)
    if refusal is None:
        notices.say("its certificate is trusted")
        return {}
    if settings.keys() & {"ca-bundle", "fingerprint"}:
        raise refusal
    digits = shown_fingerprint(place)
    shown = ":".join(digits[at : at + 2] for at in range(0, len(digits), 2)).upper()
    notices.say(refusal.message)
    notices.say(f"its SHA-256 fingerprint: {shown}")
    compare = "Compare it with Cisco Unified OS Administration > Security > Certificate Management: tomcat"
    if not asking.there:
        raise UsageError(
            f"nobody can say whether that is the certificate of {place.where}",
            hint=f"{compare}. Then give --fingerprint {shown}, or --ca-bundle FILE.",
        )
    notices.say(f"{compare}.")
    if asking.agrees("Is that the cluster's certificate?"):
        return {"fingerprint": shown}
    file = asking.optional("A PEM file with the certificates to trust instead (nothing ends it)")
    if not file:
        raise Refused("the certificate is not trusted; nothing was written")
    trusted = {"ca-bundle": str(Path(file).expanduser().absolute())}
    return trusted | _trust(called, {**settings, **trusted}, asking, notices)


def _tried(chosen: "ClusterConfig", secret: str, asking: Asking, notices: Notices) -> dict[str, object]:
    """Log in, name the roles that are missing, and find the zone, as a setting where the cluster does not tell it."""
    from lscctl.cucm.cluster import Cluster
    from lscctl.preflight.setup import roles

    with Cluster.connect(chosen, secret) as cluster:
        notices.say(f"logged in to CUCM {cluster.version} as {chosen.user}")
        for fault in roles(cluster).faults:
            notices.warn(f"{fault.evidence}. {fault.remedy}")
        if cluster.clock.zone_known:
            notices.say(f"its time zone is {cluster.clock.zone}")
            return {}
        return _zone(cluster, asking, notices)


def _zone(cluster: "Cluster", asking: Asking, notices: Notices) -> dict[str, object]:
    from lscctl.config import reading
    from lscctl.cucm.clock import measure

    notices.warn("the cluster does not tell its time zone: deadlines across a change of the clocks need it")
    while zone := asking.optional("The publisher's time zone, as in Europe/Berlin (nothing leaves it open)"):
        try:
            measure(cluster.rows, zone=reading.zone(zone), now=time.time)
        except (ValueError, UsageError) as error:
            notices.warn(f"{zone}: {error}")
        else:
            return {"zone": zone}
    return {}


def _write(path: Path, called: str, settings: Mapping[str, object], asking: Asking, *, yes: bool) -> None:
    from lscctl.cli.config.writing import put_into
    from lscctl.config.editing import lines

    if not yes:
        if not asking.there:
            raise UsageError("there is nobody to ask whether it is to be written", hint="Say --yes.")
        typer.echo(f"\n{lines(called, settings)}", err=True)
        if not asking.agrees(f"Write that into {path}?"):
            raise Refused("not agreed; nothing was written")
    put_into(path, called, settings)
    typer.echo(f"{path} has the cluster {called} now")


def _require_keyring(*, wanted: bool | None) -> None:
    from lscctl.config.passwords import INSTEAD_OF_A_KEYRING, keyring_is_there

    if wanted and not keyring_is_there():
        raise UsageError("there is no keyring here", hint=INSTEAD_OF_A_KEYRING)


def _keep(chosen: "ClusterConfig", secret: str, asking: Asking, notices: Notices, *, wanted: bool | None) -> None:
    """Keep the password in the keyring, if that is wanted and there is one; else say where it can come from."""
    from lscctl.config.passwords import INSTEAD_OF_A_KEYRING, keep, keyring_is_there

    if chosen.password_command or chosen.password_file:
        return
    if wanted is None:
        wanted = keyring_is_there() and asking.agrees("Keep the password in the keyring?")
    if wanted:
        keep(chosen, secret)
        notices.say("the keyring has the password")
    else:
        notices.say(f"hint: the password is kept nowhere. {INSTEAD_OF_A_KEYRING}")
