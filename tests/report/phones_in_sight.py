"""Phones, plans and clocks as the report tests look at them."""

from dataclasses import replace
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from lscctl.capf import (
    AuthenticationMode,
    CapfSettings,
    CertificateOperation,
    CertificateStatus,
    DeviceSecurityMode,
    KeyOrder,
)
from lscctl.deadline import ClusterClock
from lscctl.identity import ClusterIdentity
from lscctl.lsc_first import ProfileSeen, planned_change
from lscctl.phone import Lsc, ModelSupport, Phone, Registration, SecurityProfile
from lscctl.plan import CapfRequest, ClusterFacts, Issuer, Protected, build_plan
from lscctl.profile_change import ProfileChange
from lscctl.report.cluster import PhonesOfCluster
from lscctl.report.plan import Due, PlanForCluster
from lscctl.rules import Rules

NOW = datetime(2026, 11, 23, 19, 30, tzinfo=UTC).timestamp()
DAY = 86_400
BERLIN = ClusterClock(ZoneInfo("Europe/Berlin"), now=lambda: NOW)
CAPF = "CN=CAPF-0a1b2c3d;OU=Voice;O=Acme"

NULL_STRING = SecurityProfile(
    "00000000-0000-0000-0000-00000000000a",
    "Cisco 8845 - Null String",
    DeviceSecurityMode.NON_SECURE,
    CapfSettings(AuthenticationMode.NULL_STRING, 2048, KeyOrder.RSA_ONLY),
)
LSC_FIRST = SecurityProfile(
    "00000000-0000-0000-0000-00000000000b",
    "Universal, existing certificate",
    DeviceSecurityMode.NON_SECURE,
    CapfSettings(AuthenticationMode.LSC_FIRST, 2048, KeyOrder.EC_PREFERRED, 384),
)

PHONE = Phone(
    pkid="00000000-0000-0000-0000-000000000001",
    name="SEP001122334401",
    description="Lobby",
    model="Cisco 8845",
    protocol="SIP",
    device_pool="Berlin",
    location="Hub_None",
    profile=NULL_STRING,
    operation=CertificateOperation.NONE,
    status=CertificateStatus("None"),
    support=ModelSupport(security_by_default=True, elliptic_curves=True),
    registration=Registration.REGISTERED,
    over_expressway=False,
)
WITH_LSC = replace(
    PHONE,
    name="SEP001122334402",
    description='Empfang, 受付 "Nord" 100%',
    status=CertificateStatus("Upgrade Success"),
    lsc=Lsc(int(NOW) + 69 * DAY, CAPF, None, "30820122"),
    profile=LSC_FIRST,
)
PENDING = replace(
    PHONE,
    name="SEP001122334403",
    description="[red]not red[/red] \x1b[31m :smile:",
    model="Cisco 7841",
    operation=CertificateOperation.INSTALL,
    status=CertificateStatus("Operation Pending"),
    finish_time="2026:11:24:04:00",
)
FAILED = replace(
    PHONE,
    name="SEP001122334404",
    description='=HYPERLINK("http://x")',
    status=CertificateStatus("Upgrade Failed: User Initiated Request Late/Timedout"),
    lsc=Lsc(int(NOW) - 3 * DAY, CAPF, None, "30820122"),
)
SOFT = replace(
    PHONE,
    name="CSFANNA",
    description="قاعة الاجتماعات",
    model="Cisco Unified Client Services Framework",
    registration=Registration.UNREGISTERED,
    lsc=Lsc(None, None, None, "30820122"),
)
PHONES = (PHONE, WITH_LSC, PENDING, FAILED, SOFT)

FACTS = ClusterFacts(now=NOW, issuer=Issuer.CAPF, own_issuers=frozenset({CAPF}))


def told(*phones: Phone, notes: tuple[str, ...] = ()) -> PhonesOfCluster:
    """What `status` would tell of these phones."""
    return PhonesOfCluster(phones, FACTS, "lab", "15.0.1.11900(4)", BERLIN, 90 * DAY, notes)


def changes(told: PlanForCluster) -> tuple[ProfileChange, ...]:
    """What might become of two of its profiles."""
    one = planned_change(ProfileSeen(NULL_STRING, PHONES[2:], FACTS), told.plan, Protected(), can_be_applied=True)
    fixed = replace(NULL_STRING, pkid="f" * 36, name="Standard", predefined=True)
    other = planned_change(ProfileSeen(fixed, (), FACTS), told.plan, Protected(), can_be_applied=True)
    return one, replace(other, against="it is predefined", next_step="Copy it, and move its phones.")


def and_then(told: PlanForCluster) -> PlanForCluster:
    """The plan, and then lsc-first for profiles."""
    return replace(
        told, plan=replace(told.plan, then=changes(told)), request=replace(told.request, then_lsc_first=True)
    )


def planned(*phones: Phone, request: CapfRequest | None = None) -> PlanForCluster:
    """The plan that these phones give."""
    wanted = request or CapfRequest()
    plan = build_plan(phones, wanted, FACTS, Protected())
    identity = ClusterIdentity("lab", "cucm-pub.example.com", "6a0ac8cf-0000-0000-0000-000000000000", "c" * 64)
    due = Due(plan.deadline.resolve(BERLIN), BERLIN)
    return PlanForCluster(plan, identity, "15.0.1.11900(4)", wanted, Rules(), ("found by hand",), due)
