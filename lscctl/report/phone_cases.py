"""Phones as the cases of a CI system: which have an LSC that holds, which do not, and which have none."""

from collections.abc import Iterator

from lscctl.capf import StatusKind
from lscctl.outcome import next_step_for
from lscctl.phone import LscState, Phone
from lscctl.report.cluster import PhonesOfCluster
from lscctl.report.interface import Case, CaseEnd
from lscctl.report.wording import utc_text


def phone_cases(told: PhonesOfCluster) -> Iterator[Case]:
    """A case for each phone, in the group of its site.

    It fails where the LSC has ended, or CAPF's last operation failed. A phone without an LSC, or with one of which nobody knows
    the end, is skipped: neither right nor wrong.
    """
    for phone in told.ordered():
        yield _case(phone, told)


def site(phone: Phone, cluster: str) -> str:
    """The group of the phone's case."""
    return f"{cluster}.{phone.device_pool}"


def _case(phone: Phone, told: PhonesOfCluster) -> Case:
    group = site(phone, told.cluster)
    state = told.lsc_state(phone)
    wrong = [f"the LSC ended at {utc_text(phone.lsc.valid_until)}"] if state is LscState.EXPIRED else []
    failed = phone.status.kind is StatusKind.FAILED
    wrong += [phone.status.text] if failed else []
    if wrong:
        where = f"{phone.description}\n{phone.model}, security profile {phone.profile.name}"
        remedy = f"\n{next_step_for(phone.status.reason)}" if failed else ""
        return Case(group, phone.name, CaseEnd.FAILED, "; ".join(wrong), where + remedy)
    match state:
        case LscState.NONE:
            return Case(group, phone.name, CaseEnd.SKIPPED, "no LSC")
        case LscState.UNKNOWN:
            return Case(group, phone.name, CaseEnd.SKIPPED, "an LSC whose end CUCM does not know")
        case _:
            return Case(group, phone.name, CaseEnd.PASSED)
