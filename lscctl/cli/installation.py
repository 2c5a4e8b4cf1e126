"""The main job behind `bulk-install` and `install`: find, decide, show, ask, carry out, tell."""

import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Annotated, TypeVar

import typer

from lscctl.capf import EC_KEY_SIZES, RSA_KEY_SIZES, AuthenticationMode, KeyOrder
from lscctl.cli import connection
from lscctl.cli.parameters import length_of_time, one_of
from lscctl.cli.screen import Destination, Notices, Output
from lscctl.cli.selection import check_count
from lscctl.deadline import DEFAULT_DEADLINE, DeadlineRule
from lscctl.errors import Interrupted, NoPhoneMatched, Refused, UsageError
from lscctl.outcome import RunSummary
from lscctl.phone import Phone, PhoneQuery
from lscctl.plan import InstallRequest, build_plan
from lscctl.report.plan import PlanForCluster, left_out_reasons, plan_report
from lscctl.report.run import RunOnCluster, run_report
from lscctl.report.wording import count

if TYPE_CHECKING:
    from lscctl.cucm.cluster import Cluster

_SETTINGS = "Settings of the LSC"
_INCLUDE = "Phones that are left out unless asked for"
_RUN = "The run"

_Word = TypeVar("_Word", AuthenticationMode, KeyOrder)

MOST_NAMES = 20
"""A message names at most so many phones."""

_LOOK_AGAIN = "`lscctl status` shows how they end; the same command again takes the phones that were not written."

WOULD_CHANGE = 10
STILL_PENDING = 7
SOME_FAILED = 1


def _flag(option: str, help_text: str, panel: str) -> object:
    return typer.Option(option, help=help_text, rich_help_panel=panel, show_default=False)


def _value(option: str, help_text: str, metavar: str, panel: str) -> object:
    return typer.Option(option, help=help_text, metavar=metavar, rich_help_panel=panel, show_default=False)


@dataclass(frozen=True, slots=True)
class Settings:
    """With which settings, by when, and which phones that caution leaves out come along all the same."""

    auth_mode: Annotated[
        str | None,
        _value(
            "--auth-mode",
            "null-string, auth-string, lsc-first, mic-first or Cisco's wording. Default: each phone's profile's own.",
            "MODE",
            _SETTINGS,
        ),
    ] = None
    key_order: Annotated[
        str | None,
        _value("--key-order", "rsa-only, ec-only or ec-preferred. Default: the profile's.", "ORDER", _SETTINGS),
    ] = None
    key_size: Annotated[int | None, _value("--key-size", "RSA bits. Default: the profile's.", "BITS", _SETTINGS)] = None
    ec_key_size: Annotated[
        int | None, _value("--ec-key-size", "EC bits. Default: the profile's.", "BITS", _SETTINGS)
    ] = None
    complete_by: Annotated[
        str | None,
        _value(
            "--complete-by",
            "The deadline by the cluster's clock: 4h (the default), 'tomorrow 04:00', 2030-01-31T04:00. "
            "Rounded up to a full hour, at least one hour ahead.",
            "TIME",
            _SETTINGS,
        ),
    ] = None
    renew: Annotated[bool, _flag("--renew", "Phones with a valid LSC, too.", _INCLUDE)] = False
    include_unregistered: Annotated[
        bool, _flag("--include-unregistered", "Phones that are not registered.", _INCLUDE)
    ] = False
    include_mic_only: Annotated[
        bool, _flag("--include-mic-only", "Phones without an LSC whose mode is lsc-first.", _INCLUDE)
    ] = False
    include_secure: Annotated[
        bool,
        _flag("--include-secure", "Authenticated or Encrypted profiles: off until CAPF is done.", _INCLUDE),
    ] = False

    def request(self) -> InstallRequest:
        """The request that the options mean; UsageError names the option that is wrong and the nearest choice."""
        return InstallRequest(
            mode=_word("--auth-mode", self.auth_mode, AuthenticationMode.parse, AuthenticationMode),
            key_order=_word("--key-order", self.key_order, KeyOrder.parse, KeyOrder),
            key_size=_size("--key-size", self.key_size, RSA_KEY_SIZES),
            ec_key_size=_size("--ec-key-size", self.ec_key_size, EC_KEY_SIZES),
            deadline=DEFAULT_DEADLINE if self.complete_by is None else DeadlineRule.parse(self.complete_by),
            renew=self.renew,
            include_unregistered=self.include_unregistered,
            include_mic_only=self.include_mic_only,
            include_secure=self.include_secure,
        )


@dataclass(frozen=True, slots=True)
class Execution:
    """How the plan is carried out, or not."""

    dry_run: Annotated[bool, _flag("--dry-run", "Show the plan and end.", _RUN)] = False
    detailed_exitcode: Annotated[
        bool, _flag("--detailed-exitcode", "With --dry-run: exit 10 if anything would change.", _RUN)
    ] = False
    yes: Annotated[bool, _flag("--yes", "Do not ask.", _RUN)] = False
    concurrency: Annotated[
        int | None,
        typer.Option("--concurrency", min=1, max=64, help="Writes at a time (8).", metavar="N", rich_help_panel=_RUN),
    ] = None
    no_wait: Annotated[bool, _flag("--no-wait", "End after the last write, without watching (exit 7).", _RUN)] = False
    wait: Annotated[
        str | None, _value("--wait", "Watch for this long at most: 2h. Default: until the deadline.", "TIME", _RUN)
    ] = None

    def check(self) -> None:
        """UsageError if options contradict each other."""
        if self.no_wait and self.wait is not None:
            raise UsageError("--no-wait and --wait contradict each other", hint="Give one of them.")
        if self.detailed_exitcode and not self.dry_run:
            raise UsageError("--detailed-exitcode is about a dry run", hint="Add --dry-run, or leave it away.")
        if self.wait is not None:
            length_of_time("--wait", self.wait)


@dataclass(frozen=True, slots=True)
class Job:
    """What a command wants done: with which phones, which settings, and how."""

    query: PhoneQuery
    request: InstallRequest
    execution: Execution
    expect: int | None = None


def carry_out(job: Job, options: connection.Connection, output: Output) -> int:
    """Do the job and tell its result; the exit code. Raises what the command line explains: LscctlError and its children."""
    job.execution.check()
    destination = output.opened()
    notices = Notices(colour=not output.no_color)
    if not (job.execution.dry_run or job.execution.yes or _can_ask()):
        raise UsageError(
            "there is nobody to ask: standard input is not a terminal",
            hint="See the plan with --dry-run, then run it with --yes.",
        )
    with connection.connect(options, notices) as session:
        phones = find_phones(session.cluster, job.query, job.expect, notices)
        told = _decide(phones, job.request, session)
        if job.execution.dry_run or not told.plan.steps:
            return _tell_plan(told, job.execution, destination)
        notices.show(plan_report(told))
        if not job.execution.yes:
            _ask(told)
        return _run(told, session, job.execution, destination, notices)


def find_phones(cluster: "Cluster", query: PhoneQuery, expect: int | None, notices: Notices) -> tuple[Phone, ...]:
    """The phones that the query means. Raises NoPhoneMatched, UsageError for listed names that do not exist, Refused."""
    found = cluster.find(query, progress=notices.say)
    for note in found.notes:
        notices.say(f"note: {note}")
    if not found.phones:
        unknown = f"; not known to the cluster: {_some(found.unknown_names)}" if found.unknown_names else ""
        raise NoPhoneMatched(
            f"no phone of {cluster.name} matches{unknown}",
            hint="Every selector must hold for a phone; `lscctl status` with fewer of them shows what there is.",
        )
    if found.unknown_names:
        raise UsageError(
            f"{count(len(found.unknown_names), 'listed name')} of no phone on {cluster.name}: {_some(found.unknown_names)}",
            hint="Nothing was changed. Correct the list, or take these names out of it.",
        )
    check_count(len(found.phones), expect)
    return found.phones


def _decide(phones: tuple[Phone, ...], request: InstallRequest, session: connection.Session) -> PlanForCluster:
    cluster = session.cluster
    fixed = replace(request, deadline=request.deadline.fixed(cluster.clock))
    deadline = fixed.deadline.resolve(cluster.clock)
    plan = build_plan(phones, fixed, cluster.facts(), session.protected)
    return PlanForCluster(plan, deadline, cluster.name, cluster.version, cluster.clock, cluster.notes)


def _tell_plan(told: PlanForCluster, execution: Execution, destination: Destination) -> int:
    """Where nothing is carried out, the plan is the result."""
    destination.deliver(plan_report(told))
    if not told.plan.steps:
        raise Refused(
            f"all {count(len(told.plan.left_out), 'phone')} are left out: {', '.join(left_out_reasons(told.plan))}",
            hint="The plan says for each reason what to do.",
        )
    return WOULD_CHANGE if execution.detailed_exitcode else 0


def _can_ask() -> bool:
    return sys.stdin.isatty() and sys.stderr.isatty()


def _ask(told: PlanForCluster) -> None:
    phones = count(len(told.plan.steps), "phone")
    try:
        agreed = typer.confirm(f"Install LSCs on {phones} of {told.cluster}? They will restart", err=True)
    except typer.Abort as abort:
        raise Interrupted("interrupted at the question; nothing was changed") from abort
    if not agreed:
        raise Refused("not agreed; nothing was changed")


def _run(
    told: PlanForCluster,
    session: connection.Session,
    execution: Execution,
    destination: Destination,
    notices: Notices,
) -> int:
    from lscctl.cli.watching import run_plan
    from lscctl.rollout.options import RunOptions
    from lscctl.rollout.stop import Stop

    stop = Stop()
    options = RunOptions(
        concurrency=execution.concurrency or session.concurrency,
        wait=not execution.no_wait,
        wait_until=None if execution.wait is None else length_of_time("--wait", execution.wait).total_seconds(),
    )
    summary = run_plan(told, session.cluster, options, notices, stop)
    destination.deliver(run_report(RunOnCluster(summary, told.cluster, told.version)))
    if stop.why is not None:
        raise Interrupted(f"stopped by {stop.why}; {_under_way(summary)}", hint=_LOOK_AGAIN)
    if summary.failure is not None:
        raise summary.failure
    return _verdict(summary)


def _under_way(summary: RunSummary) -> str:
    under_way = sum(outcome.state.under_way for outcome in summary.outcomes)
    return f"{count(under_way, 'phone')} under way, which the cluster goes on with until the deadline"


def _verdict(summary: RunSummary) -> int:
    """The exit code of a run that came to its end: the worst of what happened [design: exit codes]."""
    if summary.failures:
        return SOME_FAILED
    return STILL_PENDING if any(not outcome.state.final for outcome in summary.outcomes) else 0


def _word(option: str, text: str | None, parse: Callable[[str], _Word], choices: Iterable[_Word]) -> _Word | None:
    """The enumeration's member that a short word or Cisco's wording means; UsageError with the nearest short word."""
    if text is None:
        return None
    try:
        return parse(text)
    except ValueError:
        return parse(one_of(option, text, [choice.short for choice in choices]))


def _size(option: str, bits: int | None, sizes: tuple[int, ...]) -> int | None:
    return None if bits is None else int(one_of(option, str(bits), [str(size) for size in sizes]))


def _some(names: tuple[str, ...]) -> str:
    shown = ", ".join(names[:MOST_NAMES])
    return shown if len(names) <= MOST_NAMES else f"{shown} and {len(names) - MOST_NAMES:,} more"
