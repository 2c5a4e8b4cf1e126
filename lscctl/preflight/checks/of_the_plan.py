"""What the checks of the plan share: the phones, and the reasons that the plan found, counted."""

from collections.abc import Callable, Collection, Iterator, Sequence
from typing import Final

from lscctl.phone import Phone
from lscctl.preflight.ground import Ground
from lscctl.preflight.interface import warn
from lscctl.reasons import REASONS, Finding, Reason
from lscctl.verdict import Fault

_EXAMPLES: Final = 3


def everyone(ground: Ground) -> Iterator[tuple[Phone, tuple[Finding, ...]]]:
    """Each phone of the plan, left out or not, with what the plan found about it."""
    yield from ((out.phone, out.findings) for out in ground.plan.left_out)
    yield from ((step.phone, step.warnings) for step in ground.plan.steps)


def reasons(
    ground: Ground, wanted: Collection[Reason], *, kind: str, where: Callable[[Phone], str] = lambda _: ""
) -> Iterator[Fault]:
    """A fault, `KIND-REASON`, for each of these reasons and each place that `where` makes of a phone, with the phones counted."""
    found: dict[tuple[Reason, str], list[tuple[str, Finding]]] = {}
    for phone, findings in everyone(ground):
        for finding in findings:
            if finding.reason in wanted:
                found.setdefault((finding.reason, where(phone)), []).append((phone.name, finding))
    for reason, place in sorted(found, key=lambda one: (tuple(Reason).index(one[0]), one[1])):
        concerned, entry = found[reason, place], REASONS[reason]
        details = {str(finding) for _, finding in concerned}
        means = details.pop() if place and len(details) == 1 else entry.meaning
        yield warn(
            f"{kind}-{reason.value}",
            f"{phones([name for name, _ in concerned])}: {means} ({entry.effect.value})",
            entry.remedy,
            place,
        )


def is_told_by_the_plan(fault: Fault) -> bool:
    """Whether a plan that people have seen says the same of the phones."""
    return fault.code.startswith("phones-") or fault.code == "registration-unseen"


def phones(names: Sequence[str]) -> str:
    """`4 phones (SEP..., SEP..., SEP..., ...)`."""
    return f"{counted(len(names))} ({examples(names)})"


def counted(number: int) -> str:
    """`1 phone`, `1,234 phones`."""
    return f"{number:,} phone{'' if number == 1 else 's'}"


def examples(names: Sequence[str]) -> str:
    """The first few of them."""
    return ", ".join([*names[:_EXAMPLES], *(["..."] if len(names) > _EXAMPLES else [])])
