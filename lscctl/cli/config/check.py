"""`lscctl config check`: whether the configuration serves its purpose; and what of lscctl's assumptions holds on a cluster."""

import os
from dataclasses import replace
from typing import TYPE_CHECKING, Annotated

import typer

from lscctl.cli.answer import Answer
from lscctl.cli.answering import answer, answer_each
from lscctl.cli.connection import Connection, configured, connect, each
from lscctl.cli.parameters import shares_options
from lscctl.cli.screen import Notices, Output
from lscctl.errors import LscctlError, UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lscctl.verdict import CheckResult

FAULT = 1


@shares_options
def check(
    *,
    offline: Annotated[
        bool, typer.Option("--offline", help="Look at the file only: log in nowhere.", show_default=False)
    ] = False,
    assumptions: Annotated[
        bool,
        typer.Option(
            "--assumptions",
            help="Find out instead what of lscctl's assumptions holds on the cluster, and tell it without any names.",
            show_default=False,
        ),
    ] = False,
    connection: Connection,
    output: Output,
) -> int:
    """Check the configuration: the file, and for each cluster its files, the login and the roles.

    Without --cluster every cluster of the file is checked. Only reads (but for
    one write to a phone that cannot exist, which shows whether the user may
    write).

    --assumptions asks one cluster about what nobody has seen on a live one (see
    lscctl sim assumptions), by reading only, and some of its phones what
    certificate they show. It remembers what it saw. The report names neither
    the cluster nor its phones or people, so that it can be sent to the project.

    Examples

        lscctl config check

        lscctl config check --cluster hq --format junit

        lscctl config check --offline

        lscctl config check --cluster hq --assumptions --output assumptions.json

    Exit codes

    0 no check fails. 1 a check fails, or a cluster cannot be reached. 2 the
    file cannot be used.
    """

    def on_one(options: Connection, notices: Notices) -> Answer:
        from lscctl.config import SIMULATOR, config_path
        from lscctl.preflight import setup
        from lscctl.report.config_check import ClusterChecked, config_check_report
        from lscctl.verdict import Verdict

        config = configured(options)
        path = None if config is None else config_path(options.config, os.environ)
        results = [] if config is None or path is None else [setup.files(path, config)]
        if not offline:
            results += _logged_in(options, notices)
        name = options.cluster or SIMULATOR if config is None else config.name
        failed = any(one.verdict is Verdict.FAIL for one in results)
        return Answer(
            config_check_report(ClusterChecked(None if path is None else str(path), name, tuple(results))),
            FAULT if failed else 0,
        )

    if assumptions:
        if offline:
            raise UsageError("--assumptions asks the cluster", hint="Leave --offline away.")
        if several := each(connection):
            raise UsageError(
                f"--assumptions is about one cluster, and {len(several)} are meant",
                hint="Name one of them with --cluster.",
            )
        from lscctl.cli.config.assumptions import tell_assumptions

        return answer(connection, output, tell_assumptions)
    return answer_each(_all(connection), output, on_one)


def _all(options: Connection) -> Connection:
    """The options, meaning all clusters of the file where they name none and there are several."""
    from lscctl.config import load

    if options.cluster is not None or options.host is not None or os.environ.get("LSCCTL_HOST"):
        return options
    several = len(load(options.config, os.environ).names) > 1
    return replace(options, all_clusters=several)


def _logged_in(options: Connection, notices: Notices) -> "Iterator[CheckResult]":
    from lscctl.preflight import setup

    try:
        with connect(options, notices) as session:
            yield setup.login(session.cluster)
            yield setup.roles(session.cluster)
    except LscctlError as error:
        yield setup.no_login(error)
