"""`lscctl runs retry`: plan the phones of an earlier run anew that did not come to a good end."""

from dataclasses import replace
from typing import Annotated

import typer

from lscctl.cli.attending import Attendance
from lscctl.cli.connection import Connection
from lscctl.cli.guarding import Checks
from lscctl.cli.hand_out_options import HandOutOptions
from lscctl.cli.parameters import one_of, shares_options
from lscctl.cli.rollout_options import RolloutOptions
from lscctl.cli.screen import Output
from lscctl.cli.settings import CountedConsent
from lscctl.errors import NoPhoneMatched, UsageError
from lscctl.outcome import FAILURES, PhoneState

_DEFAULT = ",".join(state for state in FAILURES if state is not PhoneState.CANCELLED)


@shares_options
def retry(
    run: Annotated[int, typer.Argument(metavar="RUN", help="The run's number.", show_default=False)],
    *,
    state: Annotated[
        str,
        typer.Option("--state", help="Of which states, with commas: failed,left-out,stalled,lost.", metavar="STATES"),
    ] = _DEFAULT,
    complete_by: Annotated[
        str | None, typer.Option("--complete-by", help="Another deadline.", metavar="TIME", show_default=False)
    ] = None,
    new_strings: Annotated[
        bool,
        typer.Option(
            "--new-strings",
            help="Make new authentication strings, instead of handing out those of the earlier run again.",
            rich_help_panel="Authentication strings",
            show_default=False,
        ),
    ] = False,
    strings: HandOutOptions,
    rollout: RolloutOptions,
    checks: Checks,
    consent: CountedConsent,
    attendance: Attendance,
    connection: Connection,
    output: Output,
) -> int:
    """Try phones of an earlier run again, in a run of its own.

    For phones that were off last night, failed for a cause that is mended, or
    were left out for a reason that holds no longer. They are found and planned
    anew with the settings of the earlier run; all checks are made again. So are
    the numbers of --then-lsc-first, for profiles that kept their mode.

    Examples

        lscctl runs retry 12

        lscctl runs retry 12 --state left-out,lost --window 22:00-05:00
    """
    from lscctl.cli.handing_out import strings_of
    from lscctl.cli.installation import Job, carry_out
    from lscctl.cli.runs.going_on import loaded_run
    from lscctl.cli.same_cluster import at_cluster_of
    from lscctl.cli.sources import FoundPhones
    from lscctl.deadline import DEADLINE_FOR_PEOPLE, DEFAULT_DEADLINE, DeadlineRule
    from lscctl.phone import PhoneQuery
    from lscctl.rollout.standing import Standing

    wanted = {PhoneState(one_of("--state", word, list(PhoneState))) for word in state.split(",")}
    loaded = loaded_run(attendance.journal, run)
    if loaded.plan.moves:
        raise UsageError(
            f"run {run} moved phones to another security profile: there is no LSC to try again for",
            hint=f"Its command moves those that were not: {loaded.run.command}\nPhones that have moved and were not applied take "
            "their profile with the next restart.",
        )
    if new_strings and not loaded.request.hands_out_strings:
        raise UsageError(f"run {run} handed out no authentication strings", hint="Leave --new-strings away.")
    names = [
        step.phone.name
        for step in loaded.plan.steps
        if loaded.standings.get(step.phone.name, Standing()).state in wanted
    ]
    if PhoneState.LEFT_OUT in wanted:
        names += [out.phone.name for out in loaded.plan.left_out]
    profiles = tuple(one.change.profile.pkid for one in loaded.profiles if one.open)
    if not names and not profiles:
        raise NoPhoneMatched(
            f"run {run} has no phone that is {' or '.join(sorted(wanted))}",
            hint=f"lscctl runs show {run} tells its counts.",
        )
    # the earlier deadline may be an instant that has passed
    usual = DEADLINE_FOR_PEOPLE if loaded.request.hands_out_strings else DEFAULT_DEADLINE
    deadline = usual if loaded.request.deadline.at else loaded.request.deadline
    if complete_by is not None:
        deadline = DeadlineRule.parse(complete_by)
    source = FoundPhones(
        PhoneQuery(names_listed=tuple(names)),
        replace(loaded.request, deadline=deadline),
        rollout,
        checks,
        # what one night bore need not hold for another
        defaults=replace(loaded.rules, skipped_checks=(), accepted_skips=()),
        missing_ok=True,
        none_ok=not names,
        profiles_too=profiles,
    )
    how = strings.strings()
    if not (new_strings or strings.strings_from):
        how = replace(how, given=strings_of(loaded, names))
    job = Job(source, consent, attendance, retries=run, strings=how)
    return carry_out(job, at_cluster_of(loaded.run.identity, connection), output)
