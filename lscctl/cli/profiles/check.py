"""`lscctl profiles check`: which profiles agree with the settings of an install."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from lscctl.cli.answer import Answer
from lscctl.cli.answering import answer
from lscctl.cli.connection import Connection, Session
from lscctl.cli.parameters import shares_options
from lscctl.cli.screen import Notices, Output
from lscctl.cli.selection import Selection, find_phones
from lscctl.cli.settings import AskedSettings

if TYPE_CHECKING:
    from lscctl.phone import Phone
    from lscctl.plan import CapfRequest, Plan
    from lscctl.report.profiles import CheckedProfile

DIFFER = 1


@shares_options
def check(selection: Selection, settings: AskedSettings, connection: Connection, output: Output) -> int:
    """Show which profiles of the phones that are meant agree with the settings asked for.

    The mode must match the profile: where it does not, CUCM moves the phone to
    another profile, or the operation never ends. Only reads.

    Examples

        lscctl profiles check --cluster sim --model 8841 --auth-mode null-string

    Exit codes

    0 all agree. 1 some do not. 2 usage. 4 no phone matched. 5 cluster not
    reachable, no CUCM, or login refused.
    """
    from lscctl.plan import build_plan
    from lscctl.report.profiles import profile_check_report

    query = selection.query()
    request = settings.request()

    def ask(session: Session, notices: Notices) -> Answer:
        cluster = session.cluster
        found = find_phones(cluster, query, selection.expect, notices, registration=False)
        plan = build_plan(found.phones, request, cluster.facts(), session.protected)
        users = {one.profile.pkid: one.phones for one in cluster.profiles.in_use()}
        checked = _checked(found.phones, plan, users)
        report = profile_check_report(checked, _asked(request), cluster.name, cluster.version)
        return Answer(report, DIFFER if any(one.why for one in checked) else 0)

    return answer(connection, output, ask)


def _checked(phones: "Sequence[Phone]", plan: "Plan", users: Mapping[str, int]) -> "list[CheckedProfile]":
    """The profiles of these phones, each with how many of them and of others use it (`users`, `{pkid: phones}`), and what in it
    disagrees with the plan's request."""
    from lscctl.reasons import PROFILE_DIFFERS
    from lscctl.report.profiles import CheckedProfile

    profiles = {phone.profile.pkid: phone.profile for phone in phones}
    using = Counter(phone.profile.pkid for phone in phones)
    why: dict[str, dict[str, None]] = {}
    for out in plan.left_out:
        for finding in out.findings:
            if finding.reason in PROFILE_DIFFERS:
                words = str(finding).removeprefix(f"profile {out.phone.profile.name!r} has ")
                why.setdefault(out.phone.profile.pkid, {})[words] = None
    return [
        CheckedProfile(
            profile.name,
            profile.predefined,
            using[pkid],
            max(0, users.get(pkid, 0) - using[pkid]),
            tuple(why.get(pkid, ())),
        )
        for pkid, profile in sorted(profiles.items(), key=lambda item: item[1].name)
    ]


def _asked(request: "CapfRequest") -> dict[str, str]:
    given = {
        "auth_mode": request.mode and request.mode.short,
        "key_order": request.key_order and request.key_order.short,
        "key_size": request.key_size,
        "ec_key_size": request.ec_key_size,
    }
    return {name: str(value) for name, value in given.items() if value is not None}
