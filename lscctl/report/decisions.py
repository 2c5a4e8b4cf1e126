"""What a plan decides for each phone: in the words of the options, and complete, as the plan's file keeps it."""

from collections.abc import Callable, Iterator, Sequence

from lscctl.capf import CertificateOperation
from lscctl.notation import LEFT_OUT, STEP
from lscctl.plan import LeftOut, Plan, Step
from lscctl.report.interface import Record

FIELDS = (
    "name",
    "description",
    "model",
    "device_pool",
    "profile",
    "decision",
    "auth_mode",
    "key_order",
    "key_size",
    "ec_key_size",
    "reasons",
    "details",
    "warnings",
    "move_to",
)
"""The keys of one phone in words, in order."""

_WRITES = {
    CertificateOperation.INSTALL: "install",
    CertificateOperation.DELETE: "delete",
    CertificateOperation.TROUBLESHOOT: "troubleshoot",
    CertificateOperation.NONE: "move",
}
"""What is decided for a phone that is written, by what CAPF is asked for."""


NOT_WRITTEN = "left-out"

DECISIONS = (*_WRITES.values(), NOT_WRITTEN)
"""What can be decided for a phone."""


def decision_word(plan: Plan, decided: Step | LeftOut) -> str:
    """What was decided for a phone, of `DECISIONS`."""
    return NOT_WRITTEN if isinstance(decided, LeftOut) else _WRITES[plan.operation]


def every_decision(plan: Plan) -> tuple[Step | LeftOut, ...]:
    """Every phone of the plan with what was decided for it, those to write first."""
    return (*plan.steps, *plan.left_out)


def decision_records(
    plan: Plan, decided: Sequence[Step | LeftOut], told: Callable[[Plan, Step | LeftOut], Record]
) -> Iterator[Record]:
    """Phones of the plan with what was decided for them, in the plan's order; `told` makes the record of one."""
    return (told(plan, one) for one in decided)


def complete(plan: Plan, decided: Step | LeftOut) -> Record:
    """A phone in words, and what a plan's file must hold of it."""
    if isinstance(decided, Step):
        planned: Record = STEP.dump_python(decided, mode="json")
    else:
        planned = LEFT_OUT.dump_python(decided, mode="json")
    return {**in_words(plan, decided), "planned": planned}


def in_words(plan: Plan, decided: Step | LeftOut) -> Record:
    """A phone in words, with the keys of `FIELDS`."""
    phone = decided.phone
    settings = decided.settings if isinstance(decided, Step) else phone.profile.settings
    against = decided.findings if isinstance(decided, LeftOut) else ()
    warnings = decided.warnings if isinstance(decided, Step) else ()
    return {
        "name": phone.name,
        "description": phone.description,
        "model": phone.model,
        "device_pool": phone.device_pool,
        "profile": phone.profile.name,
        "decision": decision_word(plan, decided),
        "auth_mode": settings.mode.short if settings else None,
        "key_order": settings.key_order.short if settings and settings.key_order else None,
        "key_size": settings.key_size if settings else None,
        "ec_key_size": settings.ec_key_size if settings else None,
        "reasons": [finding.reason.value for finding in against],
        "details": [str(finding) for finding in against],
        "warnings": [finding.reason.value for finding in warnings],
        "move_to": decided.move_to.name if isinstance(decided, Step) and decided.move_to else None,
    }
