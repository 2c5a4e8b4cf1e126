"""Which cluster, and how to reach it: the connection options, and the one place that turns them into a cluster."""

import getpass
import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from lscctl.cli.confirming import put_to_person
from lscctl.cli.explain import remember_debug
from lscctl.cli.log_format import choose_log_format
from lscctl.cli.screen import Notices
from lscctl.errors import ClusterError, UsageError

if TYPE_CHECKING:
    from lscctl.cli.auditing import AuditLog
    from lscctl.cli.debugging import Trace
    from lscctl.config import ClusterConfig
    from lscctl.cucm.cluster import Cluster
    from lscctl.plan import Protected
    from lscctl.rules import Rules

_PANEL = "Connection"

SIMULATED_SPEED = 60.0
"""How many times faster than real ones its phones are: somebody who tries lscctl sees the end of a run within a minute."""


@dataclass(frozen=True, slots=True)
class Connection:
    """The options that say which cluster is meant. A password is never one of them: everybody can read a process list."""

    cluster: Annotated[
        str | None,
        typer.Option(
            "--cluster",
            help="A cluster of the configuration, or several: a,b. sim is an embedded one, always there, sim:NAME one "
            "that is wrong.",
            metavar="NAME",
            rich_help_panel=_PANEL,
            show_default=False,
        ),
    ] = None
    all_clusters: Annotated[
        bool,
        typer.Option(
            "--all-clusters",
            help="Every cluster of the configuration, side by side.",
            rich_help_panel=_PANEL,
            show_default=False,
        ),
    ] = False
    config: Annotated[
        Path | None,
        typer.Option(
            "--config",
            help="Another configuration file (see: lscctl config path).",
            metavar="FILE",
            rich_help_panel=_PANEL,
            show_default=False,
        ),
    ] = None
    host: Annotated[
        str | None,
        typer.Option(
            "--host",
            help="The publisher's name or address.",
            metavar="HOST",
            rich_help_panel=_PANEL,
            show_default=False,
        ),
    ] = None
    user: Annotated[
        str | None,
        typer.Option(
            "--user",
            help="The AXL user. The password comes from LSCCTL_PASSWORD, the configuration or a prompt.",
            metavar="NAME",
            rich_help_panel=_PANEL,
            show_default=False,
        ),
    ] = None
    ca_bundle: Annotated[
        Path | None,
        typer.Option(
            "--ca-bundle",
            help="Trust the certificates in this PEM file.",
            metavar="FILE",
            rich_help_panel=_PANEL,
            show_default=False,
        ),
    ] = None
    fingerprint: Annotated[
        str | None,
        typer.Option(
            "--fingerprint",
            help="Trust just the certificate with this SHA-256 fingerprint.",
            metavar="HEX",
            rich_help_panel=_PANEL,
            show_default=False,
        ),
    ] = None
    insecure: Annotated[
        bool,
        typer.Option(
            "--insecure",
            help="Do not verify the cluster's certificate: anybody on the path can read the password.",
            rich_help_panel=_PANEL,
            show_default=False,
        ),
    ] = False
    wsdl: Annotated[
        Path | None,
        typer.Option(
            "--wsdl",
            help="Use your own copy of Cisco's AXLAPI.wsdl.",
            metavar="FILE",
            rich_help_panel=_PANEL,
            show_default=False,
        ),
    ] = None
    debug: Annotated[
        bool,
        typer.Option(
            "--debug",
            help="Show the traceback of an error, and keep what is said with the cluster, secrets masked, in a file.",
            rich_help_panel=_PANEL,
            show_default=False,
            callback=remember_debug,
        ),
    ] = False
    debug_file: Annotated[
        Path | None,
        typer.Option(
            "--debug-file",
            help="With --debug: that file, instead of one in the state folder.",
            metavar="FILE",
            rich_help_panel=_PANEL,
            show_default=False,
        ),
    ] = None

    log_format: Annotated[
        str | None,
        typer.Option(
            "--log-format",
            help="How stderr is written: text, or json, one object a line. LSCCTL_LOG_FORMAT does the same.",
            metavar="NAME",
            rich_help_panel="Output",
            show_default=False,
            is_eager=True,
            callback=choose_log_format,
        ),
    ] = None

    @property
    def settings(self) -> dict[str, object]:
        """What the options set, by the keys of a cluster's configuration."""
        given = {
            "host": self.host,
            "user": self.user,
            "ca-bundle": self.ca_bundle,
            "fingerprint": self.fingerprint,
            "insecure": self.insecure or None,
            "wsdl": self.wsdl,
        }
        return {key: value for key, value in given.items() if value is not None}


@dataclass(frozen=True, slots=True)
class Session:
    """A cluster, logged in, and what the configuration says about working on it."""

    cluster: "Cluster"
    protected: "Protected"
    concurrency: int
    rules: "Rules"
    allow_sql_writes: bool
    notify: tuple[str, ...]
    audit: "AuditLog | None" = None


def each(options: Connection) -> dict[str, Connection]:
    """The options of each cluster that is meant where they mean several, `{name: options}`; none where they mean one."""
    from lscctl.config import load

    if options.all_clusters and options.cluster is not None:
        raise UsageError("--cluster and --all-clusters contradict each other", hint="Give one of them.")
    named = options.cluster or (None if options.host or options.all_clusters else os.environ.get("LSCCTL_CLUSTER"))
    if options.all_clusters:
        config = load(options.config, os.environ)
        names: Sequence[str] = config.names
        if not names:
            raise UsageError(f"--all-clusters: {config.path} configures none", hint="See `lscctl config path`.")
    else:
        names = [name.strip() for name in (named or "").split(",") if name.strip()]
    if len(names) < 2 and not options.all_clusters:
        return {}
    for option, variable, given in (
        ("--host", "LSCCTL_HOST", options.host),
        ("--fingerprint", "LSCCTL_FINGERPRINT", options.fingerprint),
    ):
        if given or os.environ.get(variable):  # all of them would be that one, under several names
            raise UsageError(
                f"{option if given else variable} says how to reach one cluster, and several are meant",
                hint="Leave it away, and put it into the configuration, for each cluster its own.",
            )
    return {name: replace(options, cluster=name, all_clusters=False) for name in names}


@contextmanager
def connect(options: Connection, notices: Notices, concurrency: int | None = None) -> Iterator[Session]:
    """Log in to the cluster that the options mean, until the block ends. Raises UsageError or ClusterError.

    `concurrency` replaces the configuration's: there are as many connections as calls at a time.
    """
    from lscctl.cucm.cluster import Cluster

    if several := each(options):
        raise UsageError(
            f"this command works on one cluster at a time, and {len(several)} are meant: {', '.join(several)}",
            hint="Name one of them with --cluster.",
        )
    with _configured(options, notices) as (configured, password):
        config = replace(configured, concurrency=concurrency or configured.concurrency)
        if config.insecure:
            notices.warn(
                f"--insecure: the certificate of {config.host} is NOT verified. Whoever sits on the path can read the "
                "password and change phones. Use --fingerprint or --ca-bundle instead."
            )
        with (
            _exchange(options, config, password, notices) as trace,
            Cluster.connect(config, password, trace=trace) as cluster,
        ):
            yield Session(
                cluster,
                config.protected,
                config.concurrency,
                config.rules,
                config.allow_sql_writes,
                config.notify,
                _audit(config),
            )


@contextmanager
def _exchange(
    options: Connection, config: "ClusterConfig", password: str, notices: Notices
) -> Iterator["Trace | None"]:
    """Where the exchange with the cluster goes, until the block ends: nowhere without --debug."""
    if not options.debug:
        if options.debug_file is not None:
            raise UsageError("--debug-file says where --debug writes", hint="Give --debug, too.")
        yield None
        return
    from lscctl.cli.debugging import exchange_kept, secrets_of, usual_file

    path = options.debug_file or usual_file(config.name)
    notices.say(f"the exchange with {config.host} goes to {path}")
    with exchange_kept(path, secrets_of(config, password)) as trace:
        yield trace


def _audit(config: "ClusterConfig") -> "AuditLog | None":
    if config.audit_log is None:
        return None
    from lscctl.cli.auditing import AuditLog

    return AuditLog(config.audit_log, config.name, config.user)


@contextmanager
def _configured(options: Connection, notices: Notices) -> Iterator[tuple["ClusterConfig", str]]:
    """The cluster's configuration with what the options change, and the password."""
    from lscctl.config import environment, password

    chosen = configured(options)
    for warning in environment.unknown(os.environ):
        notices.warn(warning)
    if chosen is None:
        scenarios = (_named(options) or "").partition(":")[2]
        with _simulated(options, notices, scenarios) as simulated:
            yield simulated, password(simulated, None)
        return
    yield chosen, password(chosen, _typed if sys.stdin.isatty() else None)


def configured(options: Connection) -> "ClusterConfig | None":
    """The cluster of the configuration that the options mean; None for the embedded one. Raises UsageError."""
    from lscctl.config import SIMULATOR, load

    named = _named(options)
    if named is not None and named.partition(":")[0] == SIMULATOR:
        return None
    config = load(options.config, os.environ)
    if named is None and options.host is None and config.default == SIMULATOR:
        return None
    return config.cluster(named, options.settings)


def _named(options: Connection) -> str | None:
    """The cluster's name, as the options or the environment give it; a host alone says which is meant, too."""
    return options.cluster or (None if options.host else os.environ.get("LSCCTL_CLUSTER"))


def _typed(question: str) -> str:
    return put_to_person(lambda: getpass.getpass(question))


@contextmanager
def _simulated(options: Connection, notices: Notices, scenarios: str) -> Iterator["ClusterConfig"]:
    """The embedded simulator as a cluster; it runs until the block ends, its state lasts.

    `scenarios`, joined by +, are what is wrong with it; such a cluster is one of its own.
    """
    from urllib.parse import urlsplit

    from lscctl.config import SIMULATOR, simulated
    from lscctl.simulator import embedded

    if options.settings.keys() - {"wsdl"}:
        raise UsageError(
            f"--cluster {SIMULATOR} knows its own address, user and certificate",
            hint="Leave away --host, --user, --ca-bundle, --fingerprint and --insecure.",
        )
    folder = embedded.default_folder()
    names = tuple(scenarios.split("+")) if scenarios else ()
    if names:
        from lscctl.simulator.scenarios import UnknownScenarioError, scenario

        try:
            folder = embedded.scenario_folder("+".join(scenario(name).name for name in names))
        except UnknownScenarioError as error:
            raise UsageError(str(error), hint="See `lscctl sim scenarios`.") from None
    fresh = None
    if not (folder / embedded.STATE_NAME).exists():
        from lscctl.simulator.serving import ServeOptions

        notices.say("making an embedded CUCM with 500 phones; `lscctl sim reset` forgets it")
        fresh = ServeOptions(phone_speed=SIMULATED_SPEED, scenario=names)
    try:
        with embedded.join(folder, fresh) as simulator:
            address = urlsplit(simulator.address)
            own = {
                "host": address.hostname,
                "port": address.port,
                "user": simulator.user,
                "password": simulator.password,
                "ca-bundle": simulator.ca_file,
                "connect-to": simulator.doors,
            }
            name = f"{SIMULATOR}:{scenarios}" if scenarios else SIMULATOR
            yield simulated(name, own | options.settings, os.environ)
    except embedded.EmbeddedError as error:
        raise ClusterError(str(error), hint="`lscctl sim reset` makes a fresh one.") from error
