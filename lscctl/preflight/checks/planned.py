"""The phones of the plan, with their profiles and models: why some of them are left out, or need care."""

from collections import Counter
from collections.abc import Collection, Iterator
from typing import Final

from lscctl.capf import AuthenticationMode
from lscctl.cucm.facts import common_name
from lscctl.phone import Phone
from lscctl.preflight.ground import Ground
from lscctl.preflight.interface import result, warn
from lscctl.reasons import PROFILE_DIFFERS, REASONS, Finding, Reason
from lscctl.verdict import CheckResult, Fault

_PROFILE_REASONS: Final = PROFILE_DIFFERS | {
    Reason.STRING_IN_SECURE_PROFILE,
    Reason.SECURE_PROFILE,
    Reason.NULL_STRING,
}
_MODEL_REASONS: Final = frozenset(
    {
        Reason.NO_SECURITY_BY_DEFAULT,
        Reason.SUPPORT_UNKNOWN,
        Reason.KEY_SIZE_UNSUPPORTED,
        Reason.EC_UNSUPPORTED,
        Reason.EC_ISSUES_NOTHING,
    }
)
_SAID_ELSEWHERE: Final = frozenset({Reason.OFFLINE_CA})
_CHOSEN: Final = frozenset({Reason.PROTECTED, Reason.VALID_LSC})
"""Somebody wanted it so: no fault of the cluster."""

_EXAMPLES: Final = 3


class ProfilesCheck:
    """The profiles of the phones agree with the chosen settings."""

    name = "profiles"
    title = "Security profiles"
    looked_at = "the CAPF settings of each profile in the plan, against the chosen ones"

    def run(self, ground: Ground) -> CheckResult:
        """Tell which disagree, and for how many phones."""
        used = {phone.profile.name for phone, _ in _everyone(ground)}
        predefined = {phone.profile.name for phone, _ in _everyone(ground) if phone.profile.predefined}
        marked = f", {len(predefined)} of them predefined, which cannot be changed" if predefined else ""
        return result(self, f"{len(used)} profiles in the plan{marked}", _reasons(ground, _PROFILE_REASONS))


class ModelsCheck:
    """The models of the phones can take an LSC with these keys."""

    name = "models"
    title = "Models"
    looked_at = "Security By Default, EC and key sizes of each model, from the cluster's own feature table"

    def run(self, ground: Ground) -> CheckResult:
        """Tell which cannot."""
        models = {phone.model for phone, _ in _everyone(ground)}
        return result(self, f"{len(models)} models in the plan", _reasons(ground, _MODEL_REASONS))


class PhonesCheck:
    """The phones are there, idle, and can prove who they are."""

    name = "phones"
    title = "Phones"
    looked_at = "registration, operations under way, and the LSCs that the phones have"

    def run(self, ground: Ground) -> CheckResult:
        """Tell which are not."""
        others = frozenset(Reason) - _PROFILE_REASONS - _MODEL_REASONS - _SAID_ELSEWHERE - _CHOSEN
        faults = [*_reasons(ground, others), *_untrusted_issuers(ground)]
        return result(
            self, f"{len(ground.plan.steps):,} phones can take part, {len(ground.plan.left_out):,} are left out", faults
        )


def _everyone(ground: Ground) -> Iterator[tuple[Phone, tuple[Finding, ...]]]:
    """Each phone of the plan with what the plan found about it."""
    yield from ((out.phone, out.findings) for out in ground.plan.left_out)
    yield from ((step.phone, step.warnings) for step in ground.plan.steps)


def _reasons(ground: Ground, wanted: Collection[Reason]) -> Iterator[Fault]:
    found: Counter[Reason] = Counter()
    examples: dict[Reason, list[str]] = {}
    for phone, findings in _everyone(ground):
        for finding in findings:
            if finding.reason in wanted:
                found[finding.reason] += 1
                examples.setdefault(finding.reason, []).append(phone.name)
    for reason in Reason:
        if found[reason]:
            some = ", ".join(examples[reason][:_EXAMPLES]) + (", ..." if found[reason] > _EXAMPLES else "")
            entry = REASONS[reason]
            yield warn(
                f"phones-{reason.value}",
                f"{found[reason]:,} phones ({some}): {entry.meaning} ({entry.effect.value})",
                entry.remedy,
            )


def _untrusted_issuers(ground: Ground) -> Iterator[Fault]:
    """With precedence to LSC the phone shows its old LSC: CAPF must still trust who signed it."""
    trusted = {common_name(one.subject) for one in ground.stored}
    lost: Counter[str] = Counter()
    for step in ground.plan.steps:
        issuer = step.phone.lsc.issuer
        if step.settings.mode is AuthenticationMode.LSC_FIRST and issuer and common_name(issuer) not in trusted:
            lost[common_name(issuer)] += 1
    for issuer, phones in lost.items():
        yield warn(
            "lsc-issuer-untrusted",
            f"{phones:,} phones have an LSC of {issuer}, which is in none of the cluster's trust stores: Invalid LSC",
            "Import that issuer into CAPF-trust, or use a profile with mic-first or null-string.",
        )
