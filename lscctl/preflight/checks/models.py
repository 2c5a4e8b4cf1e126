"""The models of the plan's phones: whether they can take part at all, and with these keys."""

from typing import Final

from lscctl.preflight.checks.of_the_plan import everyone, phones, reasons
from lscctl.preflight.ground import Ground
from lscctl.preflight.interface import result, skip
from lscctl.reasons import Reason
from lscctl.verdict import CheckResult

_REASONS: Final = frozenset(
    {
        Reason.NO_SECURITY_BY_DEFAULT,
        Reason.SUPPORT_UNKNOWN,
        Reason.KEY_SIZE_UNSUPPORTED,
        Reason.EC_UNSUPPORTED,
        Reason.EC_ISSUES_NOTHING,
    }
)


class ModelsCheck:
    """The models of the phones can take an LSC with these keys."""

    name = "models"
    title = "Models"
    looked_at = "Security By Default, EC and key sizes of each model, from the cluster's own feature table"

    def run(self, ground: Ground) -> CheckResult:
        """Tell which cannot; where the table tells of none of them, nothing was seen."""
        models = {phone.model for phone, _ in everyone(ground)}
        silent = [phone.name for phone, _ in everyone(ground) if phone.support.security_by_default is None]
        unseen = bool(silent) and len(silent) == sum(1 for _ in everyone(ground))
        faults = list(
            reasons(
                ground,
                _REASONS - {Reason.SUPPORT_UNKNOWN} if unseen else _REASONS,
                kind="model",
                where=lambda phone: phone.model,
            )
        )
        if unseen:
            faults.append(
                skip(
                    "models-unseen",
                    f"the cluster's feature table says of no model whether it supports Security By Default: {phones(silent)}",
                    "Look at the Unified CM Phone Feature List (Unified Reporting), and try one phone of each model first.",
                )
            )
        return result(
            self, f"{len(models)} in the plan, each with Security By Default and keys that it can make", faults
        )
