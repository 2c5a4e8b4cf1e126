"""What became of phones since a plan was made of them: one that is not as it was planned is not written [design: drift]."""

from collections.abc import Callable, Iterable
from dataclasses import replace

from lscctl.capf import CertificateOperation
from lscctl.phone import Phone, Reading
from lscctl.plan import CapfRequest, ClusterFacts, LeftOut, Plan, Protected, Step, build_plan
from lscctl.reasons import Finding, Reason


def what_drifted(planned: Phone, now: Reading) -> str:
    """What is different from the plan, in words; empty if nothing is that was read."""
    profile = planned.profile
    if now.profile_pkid != profile.pkid:
        return "the phone has another security profile now"
    if now.settings is not None and now.settings != profile.settings:
        return f"the profile {profile.name!r} has other CAPF settings now"
    if now.model and now.model != planned.model:
        return f"the phone is a {now.model} now"
    if now.device_pool and now.device_pool != planned.device_pool:
        return f"the phone has moved to device pool {now.device_pool!r}"
    if now.lsc.replaces(planned.lsc):
        return "the phone has another LSC now"
    return ""


def came_since(planned: Phone, reading: Reading) -> bool:
    """Whether somebody has written an operation since the plan, whatever the status says.

    That a written operation shows Operation Pending before it is applied is *assumed*: until then the status may be an old one.
    """
    if reading.operation is CertificateOperation.NONE:
        return False
    anew = bool(reading.finish_time) and reading.finish_time != planned.finish_time
    return reading.operation is not planned.operation or anew


def rechecked(
    plan: Plan,
    found: Iterable[Phone],
    request: CapfRequest,
    facts: ClusterFacts,
    protected: Protected,
    *,
    writer: Callable[[Phone], str] = lambda _: "",
) -> Plan:
    """The plan of an install as it can be carried out now: of the same phones, which are `found` as they are now, each that may
    still be written as it was planned. Others are left out, too, with what has changed and what speaks against them now; `writer`
    names who wrote the operation that a phone has now, where that is known.

    Pure, as `build_plan`.
    """
    anew = build_plan(found, request, facts, protected)
    made: tuple[Step | LeftOut, ...] = (*anew.steps, *anew.left_out)
    decided = {one.phone.pkid: one for one in made}
    steps: list[Step] = []
    left_out = list(plan.left_out)
    for step in plan.steps:
        now = decided.get(step.phone.pkid)
        against = _against(step, now, writer)
        if isinstance(now, Step) and not against:
            steps.append(now)
        else:
            left_out.append(LeftOut(step.phone if now is None else now.phone, against))
    left_out.sort(key=lambda out: (out.phone.name, out.phone.pkid))
    return replace(plan, steps=tuple(steps), left_out=tuple(left_out))


def _against(planned: Step, now: Step | LeftOut | None, writer: Callable[[Phone], str]) -> tuple[Finding, ...]:
    if now is None:
        return (Finding(Reason.DRIFTED, "since the plan the phone was deleted or renamed"),)
    drift = what_drifted(planned.phone, now.phone.reading)
    if isinstance(now, Step) and not drift and now.settings != planned.settings:
        drift = f"the profile {planned.phone.profile.name!r} has other CAPF settings now"
    who = writer(now.phone)
    if (who or isinstance(now, Step)) and not drift and came_since(planned.phone, now.phone.reading):
        until = f" until {now.phone.finish_time}" if now.phone.finish_time else ""
        drift = f"{who or 'somebody'} has written {now.phone.operation}{until}"
    findings = (Finding(Reason.DRIFTED, f"since the plan {drift}"),) if drift else ()
    return (*findings, *now.findings) if isinstance(now, LeftOut) else findings
