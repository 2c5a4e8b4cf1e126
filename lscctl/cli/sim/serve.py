"""`lscctl sim serve`: a simulated cluster over HTTPS."""

import os
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from lscctl.cli.parameters import one_of
from lscctl.cli.sim.refusing import refuse

if TYPE_CHECKING:
    from lscctl.simulator.server import SimulatorServer

PASSWORD_VARIABLE = "LSCCTL_SIM_PASSWORD"  # noqa: S105 - where it stands, not what it is
"""Environment variable with the password of every user of `sim serve`."""


class LogLevel(StrEnum):
    """How much the simulator's log says."""

    DEBUG = "debug"
    INFO = "info"
    WARNING = "warning"
    ERROR = "error"


def serve(
    *,
    host: Annotated[str, typer.Option(metavar="ADDRESS", help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, metavar="PORT", help="HTTPS port; 0 takes a free one.")] = 8443,
    phones: Annotated[int, typer.Option(min=0, max=100_000, metavar="N", help="Phones in the cluster.")] = 500,
    nodes: Annotated[
        int, typer.Option(min=1, max=21, metavar="N", help="Nodes of the cluster, the publisher among them.")
    ] = 3,
    seed: Annotated[int, typer.Option(metavar="N", help="Same seed, same cluster, but for key bytes and times.")] = 1,
    version: Annotated[
        str, typer.Option(metavar="RELEASE", help="Release to play: the newest AXL schema it speaks.")
    ] = "15.0",
    phone_speed: Annotated[
        float, typer.Option(min=0.001, metavar="TIMES", help="How many times faster phones act.")
    ] = 1.0,
    state: Annotated[
        Path | None, typer.Option(metavar="FILE", help="File that keeps the cluster; what it holds counts.")
    ] = None,
    assume: Annotated[list[str] | None, typer.Option(metavar="KEY=VALUE", help="See `sim assumptions`.")] = None,
    fail: Annotated[list[str] | None, typer.Option(metavar="NAME[=WHICH]", help="See `sim failures`.")] = None,
    scenario: Annotated[
        list[str] | None, typer.Option(metavar="NAME", help="What is wrong with the cluster; see `sim scenarios`.")
    ] = None,
    disturb: Annotated[
        list[str] | None,
        typer.Option(
            metavar="SPEC",
            help="HARM[=SECONDS][:OPERATION][@N[-[M]]][~CHANCE]: HARM is drop-before, drop-after, cut, http-503, http-500, "
            "html or delay; N to M count the requests; CHANCE is 0 to 1.",
        ),
    ] = None,
    latency: Annotated[float, typer.Option(min=0, metavar="MS", help="Milliseconds before every answer.")] = 0.0,
    drain: Annotated[
        str | None,
        typer.Option(
            metavar="RATE[,SECOND:RATE]...",
            help="Change notifications worked off a second; other rates from seconds after the first write on.",
        ),
    ] = None,
    other_client: Annotated[
        str | None,
        typer.Option(
            metavar="RATE[/ON/OFF]",
            help="Change notifications that others add a second on average, from the first write on: steadily, or in bursts of "
            "ON seconds with OFF seconds in between.",
        ),
    ] = None,
    user: Annotated[
        str, typer.Option(metavar="NAME", help="Name of the administrator, who has every role.")
    ] = "administrator",
    account: Annotated[
        list[str] | None,
        typer.Option(
            metavar="NAME:ROLE,...",
            help="One more user with these roles only: axl, axl-read-only, admin, serviceability, or none.",
        ),
    ] = None,
    zone: Annotated[
        str | None, typer.Option(metavar="ZONE", help="Time zone of the publisher, such as Europe/Berlin.")
    ] = None,
    capf_port: Annotated[
        int, typer.Option(min=0, max=65535, metavar="PORT", help="CAPF's port; 0 takes a free one.")
    ] = 0,
    tftp_http_port: Annotated[
        int,
        typer.Option(
            min=0,
            max=65535,
            metavar="PORT",
            help="Port of TFTP's files over HTTP, 6970 on real nodes; 0 takes free ones.",
        ),
    ] = 0,
    tftp_port: Annotated[
        int,
        typer.Option(min=0, max=65535, metavar="PORT", help="Port of TFTP (UDP), 69 on real nodes; 0 takes free ones."),
    ] = 0,
    tvs_port: Annotated[
        int, typer.Option(min=0, max=65535, metavar="PORT", help="Port of TVS, 2445 on real nodes; 0 takes free ones.")
    ] = 0,
    phone_http_port: Annotated[
        int,
        typer.Option(
            min=0,
            max=65535,
            metavar="PORT",
            help="Port of the phones' pages over HTTP, 80 on real ones; 0 takes a free one.",
        ),
    ] = 0,
    phone_https_port: Annotated[
        int,
        typer.Option(
            min=0,
            max=65535,
            metavar="PORT",
            help="Port of the phones' pages over HTTPS, 443 on real ones; 0 takes a free one.",
        ),
    ] = 0,
    phone_dns_port: Annotated[
        int,
        typer.Option(
            min=0,
            max=65535,
            metavar="PORT",
            help="Port of the phones' name servers (UDP), 53 on real ones; 0 takes a free one.",
        ),
    ] = 0,
    log_level: Annotated[
        LogLevel,
        typer.Option(
            help="How much the log on stderr says: debug, info, warning or error.",
            metavar="WORD",
            parser=lambda text: LogLevel(one_of("--log-level", text, LogLevel)),
        ),
    ] = LogLevel.INFO,
) -> None:
    """Serve a simulated cluster over HTTPS until it is stopped.

    It first prints its address, user, password, certificate and CAPF port, each
    on a line of its own, then the password of each other user, then where the
    doors of each node are (`door NAME:PORT` with the port of a real node: 8443
    HTTPS, 6970 and 69 TFTP, 2445 TVS; a port that is chosen is the nodes' on
    127.0.0.1, 127.0.0.2 and so on). The doors of phones are told last: the one
    with the address 10.1.2.3 is met at 127.1.2.3, HTTP and HTTPS. It ends on
    SIGINT (ctrl-C) or SIGTERM. Its log goes to stderr: one line for each
    request, one more, with JSON, for each write of a phone, and a last one that
    tells how well the writes used the queue of change notifications.

    Passwords are made up, and kept with --state. LSCCTL_SIM_PASSWORD in the
    environment is everybody's password instead, and is not printed.

    Examples

        lscctl sim serve

        lscctl sim serve --phones 2000 --phone-speed 100 --state cluster.db

        lscctl sim serve --version 11.5 --assume mode-mismatch=refused

        lscctl sim serve --fail invalid-mic=10% --disturb delay=2~0.1

        lscctl sim serve --disturb http-503:updatePhone@3-5

        lscctl sim serve --drain 50,120:200,300:20 --other-client 10/5/15

        lscctl sim serve --scenario itl-old-capf --scenario tvs-stopped

        lscctl sim serve --account reader:axl-read-only,admin
    """
    import logging
    import signal
    import threading

    from lscctl.simulator.serving import OptionError, ServeOptions, serving

    logging.basicConfig(level=log_level.upper(), format="%(asctime)s %(message)s")
    options = ServeOptions(
        host=host,
        port=port,
        phones=phones,
        nodes=nodes,
        seed=seed,
        version=version,
        phone_speed=phone_speed,
        state=str(state) if state else None,
        assume=tuple(assume or ()),
        fail=tuple(fail or ()),
        scenario=tuple(scenario or ()),
        disturb=tuple(disturb or ()),
        latency=latency,
        drain=drain,
        other_client=other_client,
        user=user,
        accounts=tuple(account or ()),
        password=os.environ.get(PASSWORD_VARIABLE) or None,
        zone=zone,
        capf_port=capf_port,
        tftp_http_port=tftp_http_port,
        tftp_port=tftp_port,
        tvs_port=tvs_port,
        phone_http_port=phone_http_port,
        phone_https_port=phone_https_port,
        phone_dns_port=phone_dns_port,
    )
    stopped = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda _number, _frame: stopped.set())
    try:
        with serving(options, owner="sim serve") as server:
            _announce(server, fixed=options.password is not None)
            stopped.wait()
    except OptionError as error:
        refuse(str(error))
    except OSError as error:
        refuse(f"cannot serve on {host} port {port}: {error}" if error.errno else str(error))


def _announce(server: "SimulatorServer", *, fixed: bool) -> None:
    administrator, *others = [(account.user, account.password) for account in server.accounts]
    known = f"as in {PASSWORD_VARIABLE}" if fixed else None
    told = {
        "address": server.address,
        "user": administrator[0],
        "password": known or administrator[1],
        "ca-certificate": server.ca_file,
        "fingerprint": server.fingerprint,
        "capf-port": server.capf_port,
        **{f"password of {user}": known or password for user, password in others},
        **{f"door {named}": place for named, place in server.doors().items()},
    }
    for name, value in told.items():
        typer.echo(f"{name}: {value}")
