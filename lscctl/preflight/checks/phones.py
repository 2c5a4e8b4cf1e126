"""The phones of the plan themselves: there, idle, with trust in this cluster, and able to prove who they are."""

from collections.abc import Iterator, Mapping
from typing import Final

from lscctl.capf import AuthenticationMode
from lscctl.cucm.faults import WireFault
from lscctl.cucm.itl_status import ItlStatus
from lscctl.phone import Registration
from lscctl.preflight.checks.of_the_plan import counted, everyone, phones, reasons
from lscctl.preflight.ground import Ground
from lscctl.preflight.interface import result, skip, warn
from lscctl.reasons import Reason
from lscctl.trustlist.names import common_name
from lscctl.verdict import CheckResult, Fault

MISMATCH: Final = "itl-status-mismatch"
"""Phones that report another ITL than their server's."""

_REASONS: Final = (
    Reason.OVER_EXPRESSWAY,
    Reason.OPERATION_PENDING,
    Reason.NO_AUTHENTICATION_STRING,
    Reason.NOT_REGISTERED,
    Reason.MIC_ONLY,
    Reason.AUTHENTICATION_STRING,
    Reason.STRING_AND_ENCRYPTED_CONFIG,
    Reason.LSC_UNKNOWN_EXPIRY,
    Reason.FOREIGN_LSC,
    Reason.EXPIRED_LSC,
)
"""The others are said by other checks, or somebody wanted them so: no fault of the phones."""


class PhonesCheck:
    """The phones are there, idle, hold their server's ITL, and can prove who they are."""

    name = "phones"
    title = "Phones"
    looked_at = "registration, ITL status, operations under way, and the LSCs that the phones have"

    def run(self, ground: Ground) -> CheckResult:
        """Tell which are not."""
        taking_part = {step.phone.pkid: step.phone.name for step in ground.plan.steps}
        lists, told = held_lists(ground, taking_part) if taking_part else ([], "")
        faults = [
            *_registration(ground),
            *reasons(ground, _REASONS, kind="phones"),
            *_untrusted_issuers(ground),
            *_ipv6(ground),
            *lists,
        ]
        counts = f"{counted(len(taking_part))} can take part, {len(ground.plan.left_out):,} left out"
        return result(self, f"{counts}{told}", faults)


def _registration(ground: Ground) -> Iterator[Fault]:
    unseen = [phone.name for phone, _ in everyone(ground) if phone.registration is Registration.NOT_ASKED]
    if unseen:
        yield skip(
            "registration-unseen",
            f"nobody told whether {phones(unseen)} are registered, or register over Expressway",
            "Grant Standard Serviceability (RIS), and leave --no-registration away.",
        )


def _untrusted_issuers(ground: Ground) -> Iterator[Fault]:
    """With precedence to LSC the phone shows its old LSC: CAPF must still trust who signed it, so some trust store must."""
    by_issuer: dict[str, list[str]] = {}
    for step in ground.plan.steps:
        issuer = step.phone.lsc.issuer
        if step.settings.mode is AuthenticationMode.LSC_FIRST and issuer:
            by_issuer.setdefault(common_name(issuer), []).append(step.phone.name)
    if not by_issuer:
        return
    trusted = {common_name(one.subject) for one in ground.stored}
    if not trusted:
        yield skip(
            "lsc-issuer-unseen",
            f"{counted(sum(map(len, by_issuer.values())))} prove themselves by their LSC, and the database shows no certificate",
            "Look in CAPF-trust for the issuers of these LSCs (OS Administration > Certificate Management).",
        )
        return
    for issuer in sorted(by_issuer.keys() - trusted):
        yield warn(
            "lsc-issuer-untrusted",
            f"{phones(by_issuer[issuer])} have an LSC of {issuer}, which is in none of the cluster's trust stores: Invalid LSC",
            "Import that issuer into CAPF-trust, or use a profile with mic-first or null-string.",
        )


def _ipv6(ground: Ground) -> Iterator[Fault]:
    """With `Enable IPv6` false CAPF refuses phones that have no other address [field guide 2]."""
    refused = [step.phone.name for step in ground.plan.steps if step.phone.ipv6_only]
    if refused and ground.switched("enable", "ipv6") is False:
        yield warn(
            "ipv6-refused",
            f"{phones(refused)} register by IPv6 only, and the enterprise parameter Enable IPv6 is false: CAPF refuses them",
            "Set Enable IPv6 to true (Enterprise Parameters), or give these phones IPv4 addresses.",
        )


def held_lists(ground: Ground, among: Mapping[str, str]) -> tuple[list[Fault], str]:
    """The faults of the ITLs that these phones hold, `{pkid: name}`, and what is to be said where the cluster reports none."""
    try:
        statuses = ground.cluster.itl_status()
    except WireFault as error:
        unseen = skip(
            "itl-status-unseen",
            f"the phones' ITL status cannot be read: {error.message}",
            "Look for ITL Status in Device > Phone, and compare a phone's list with its server's: lscctl trust-list diff.",
        )
        return [unseen], ""
    if statuses is None:
        return [], "; this cluster does not report the phones' ITL status"
    return list(_differing(statuses, among)), ""


def _differing(statuses: Mapping[str, ItlStatus], among: Mapping[str, str]) -> Iterator[Fault]:
    for code, status, means in (
        (MISMATCH, ItlStatus.MISMATCH, "hold another ITL than their server, perhaps an older one"),
        ("itl-status-not-installed", ItlStatus.NOT_INSTALLED, "hold no ITL, so they trust no CAPF"),
    ):
        concerned = sorted(among[pkid] for pkid, found in statuses.items() if found is status and pkid in among)
        if concerned:
            yield warn(
                code,
                f"{phones(concerned)} {means}",
                "Reset these phones, so that they fetch it; where that does not help, delete the list on the phone.",
            )
