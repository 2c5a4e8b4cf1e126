"""The plan: which phones an LSC operation will touch, with which settings, and for every other phone why not.

`build_plan` is a pure function: the same phones, request and facts give the same plan.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from fnmatch import fnmatchcase

from lscctl.auth_string import USUAL_LENGTH
from lscctl.capf import AuthenticationMode, CapfSettings, CertificateOperation, KeyOrder
from lscctl.deadline import DEFAULT_DEADLINE, DeadlineRule
from lscctl.phone import LscState, Phone, Registration, SecurityProfile
from lscctl.profile_change import ProfileChange
from lscctl.reasons import REASONS, Effect, Finding, Reason


class Issuer(StrEnum):
    """Who signs LSCs: the service parameter `Certificate Issuer to Endpoint` [field guide 1]."""

    CAPF = "Cisco CAPF"
    ONLINE_CA = "Online CA"
    OFFLINE_CA = "Offline CA"
    UNKNOWN = "unknown"


NO_SECURITY_BY_DEFAULT = ("7940", "7960", "7935", "7936", "7937")
"""Models known not to support Security By Default, where the cluster's feature table is silent [field guide 7]."""


JABBER_MODELS = (
    "Cisco Unified Client Services Framework",
    "Cisco Dual Mode for iPhone",
    "Cisco Dual Mode for Android",
    "Cisco Jabber for Tablet",
)
"""The models under which Jabber registers, on a computer, a telephone and a tablet [XSD, XModel]."""


@dataclass(frozen=True, slots=True)
class Protected:
    """What the configuration never lets lscctl write: phone names, device pools and profiles, as names or globs."""

    phones: tuple[str, ...] = ()
    device_pools: tuple[str, ...] = ()
    profiles: tuple[str, ...] = ()

    def covers(self, phone: Phone) -> str | None:
        """What protects the phone (`device pool "ICU"`), or None."""
        for kind, text, patterns in (
            ("phone", phone.name, self.phones),
            ("device pool", phone.device_pool, self.device_pools),
            ("profile", phone.profile.name, self.profiles),
        ):
            if any(_covers(pattern.casefold(), text.casefold()) for pattern in patterns):
                return f"{kind} {text!r} is protected"
        return None


def _covers(pattern: str, text: str) -> bool:
    """A name with brackets is a glob that does not fit itself, and yet must protect what it names."""
    return pattern == text or fnmatchcase(text, pattern)


@dataclass(frozen=True, slots=True)
class ClusterFacts:
    """What the plan must know of the cluster. None: the cluster did not say.

    `now` is the cluster's time in epoch seconds. `own_issuers` are the issuer names of LSCs that are this cluster's own;
    empty where unknown or where another CA issues them. `advanced_encryption` is the enterprise parameter
    `Endpoint Advanced Encryption Algorithms Support` [field guide 2]. `keeps_lsc_expiry` is False before 11.5, where
    `device` has no columns for an LSC's expiry and issuer [field guide 4].
    """

    now: float
    issuer: Issuer = Issuer.UNKNOWN
    own_issuers: frozenset[str] = frozenset()
    advanced_encryption: bool | None = None
    keeps_lsc_expiry: bool = True


@dataclass(frozen=True, slots=True)
class CapfRequest:
    """What a user asked CAPF for. None means each phone's profile's own. Sizes are in bits.

    Only an install knows keys other than the profiles' own, `renew` and `then_lsc_first` (the profiles of the phones get
    lsc-first once all of their phones have an LSC); only a delete `include_lsc_first`. Strings that are made have `string_length`
    digits; with `keep_strings` those that the cluster holds serve.
    """

    operation: CertificateOperation = CertificateOperation.INSTALL
    mode: AuthenticationMode | None = None
    key_order: KeyOrder | None = None
    key_size: int | None = None
    ec_key_size: int | None = None
    deadline: DeadlineRule = DEFAULT_DEADLINE
    renew: bool = False
    include_unregistered: bool = False
    include_mic_only: bool = False
    include_secure: bool = False
    include_lsc_first: bool = False
    then_lsc_first: bool = False
    string_length: int = USUAL_LENGTH
    keep_strings: bool = False

    @property
    def hands_out_strings(self) -> bool:
        """Whether each phone is given an authentication string: the strings themselves are made when the plan is carried out."""
        return self.mode is AuthenticationMode.AUTH_STRING


@dataclass(frozen=True, slots=True)
class Step:
    """One phone that will be written, with the settings it will run with and what there is to warn of.

    `move_to` is the security profile that a plan of moves gives it, None in every other plan.
    """

    phone: Phone
    settings: CapfSettings
    warnings: tuple[Finding, ...] = ()
    move_to: SecurityProfile | None = None


@dataclass(frozen=True, slots=True)
class LeftOut:
    """One phone that will not be written, with every reason that holds."""

    phone: Phone
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class Plan:
    """What will be done, phones in the order of their names. The deadline is a rule, resolved at each write.

    A plan that asks nothing of CAPF (`No Pending Operation`) moves its phones to other security profiles. `then` is what is done to
    security profiles once all phones have ended.
    """

    operation: CertificateOperation
    deadline: DeadlineRule
    steps: tuple[Step, ...]
    left_out: tuple[LeftOut, ...]
    then: tuple[ProfileChange, ...] = ()

    @property
    def does_something(self) -> bool:
        """Whether phones are written, or profiles may be changed."""
        return bool(self.steps) or bool(self.to_change)

    @property
    def to_change(self) -> tuple[ProfileChange, ...]:
        """The profiles that are changed as soon as their phones allow it."""
        return tuple(change for change in self.then if not change.against)

    @property
    def moves(self) -> bool:
        """Whether phones are moved to other security profiles, and CAPF has no part in it."""
        return self.operation is CertificateOperation.NONE

    @property
    def reasons(self) -> dict[Reason, int]:
        """How many phones each reason leaves out (a phone counts for each of its reasons), in the table's order."""
        return _count(finding.reason for out in self.left_out for finding in out.findings)

    @property
    def warnings(self) -> dict[Reason, int]:
        """How many phones each warning concerns, in the table's order."""
        return _count(finding.reason for step in self.steps for finding in step.warnings)


def build_plan(phones: Iterable[Phone], request: CapfRequest, facts: ClusterFacts, protected: Protected) -> Plan:
    """Decide for each phone whether it is written and how. Pure: the same input gives the same plan."""
    steps: list[Step] = []
    left_out: list[LeftOut] = []
    for phone in sorted(phones, key=lambda phone: (phone.name, phone.pkid)):
        findings = tuple(_findings(phone, request, facts, protected))
        against = tuple(finding for finding in findings if REASONS[finding.reason].effect is not Effect.WARNS)
        if against or phone.profile.settings is None:
            left_out.append(LeftOut(phone, against))
        else:
            steps.append(Step(phone, phone.profile.settings, findings))
    return Plan(request.operation, request.deadline, tuple(steps), tuple(left_out))


def build_move(phones: Iterable[Phone], to: SecurityProfile, settings: CapfSettings, protected: Protected) -> Plan:
    """Decide which of these phones are moved to the profile `to`, which holds these settings. Pure, as `build_plan`.

    Protected phones, and those that CAPF has something under way for, stay where they are.
    """
    steps: list[Step] = []
    left_out: list[LeftOut] = []
    for phone in sorted(phones, key=lambda phone: (phone.name, phone.pkid)):
        if findings := tuple(_always_against(phone, protected)):
            left_out.append(LeftOut(phone, findings))
        else:
            steps.append(Step(phone, settings, move_to=to))
    return Plan(CertificateOperation.NONE, DEFAULT_DEADLINE, tuple(steps), tuple(left_out))


def _always_against(phone: Phone, protected: Protected) -> Iterable[Finding]:
    """What keeps a phone from being written, whatever is wanted of it."""
    if cover := protected.covers(phone):
        yield Finding(Reason.PROTECTED, cover)
    if phone.pending:
        yield Finding(Reason.OPERATION_PENDING, f"{phone.operation}, status {phone.status.text or 'None'}")


def _count(reasons: Iterable[Reason]) -> dict[Reason, int]:
    counted = Counter(reasons)
    return {reason: counted[reason] for reason in Reason if counted[reason]}


def _findings(phone: Phone, request: CapfRequest, facts: ClusterFacts, protected: Protected) -> Iterable[Finding]:
    yield from _always_against(phone, protected)
    yield from _model_findings(phone)
    yield from _registration_findings(phone, request)
    if phone.profile.secure and not request.include_secure:
        yield Finding(Reason.SECURE_PROFILE, f"{phone.profile.security_mode} profile")
    settings = phone.profile.settings
    if settings is None:
        yield Finding(Reason.NO_CAPF_SETTINGS)
        return
    yield from _profile_findings(phone, settings, request)
    yield from _proof_findings(phone, settings, request)
    match request.operation:
        case CertificateOperation.DELETE:
            yield from _delete_findings(phone, settings, request)
        case CertificateOperation.TROUBLESHOOT:
            pass
        case _:
            yield from _install_findings(phone, settings, request, facts)
    yield from _certificate_findings(phone, settings, request, facts)


def _install_findings(
    phone: Phone, settings: CapfSettings, request: CapfRequest, facts: ClusterFacts
) -> Iterable[Finding]:
    if facts.issuer is Issuer.OFFLINE_CA:
        yield Finding(Reason.OFFLINE_CA)
    if settings.mode is AuthenticationMode.NULL_STRING:
        yield Finding(Reason.NULL_STRING)
    yield from _key_findings(phone, settings, facts)
    yield from _lsc_findings(phone, request, facts)


def _delete_findings(phone: Phone, settings: CapfSettings, request: CapfRequest) -> Iterable[Finding]:
    if not phone.lsc.present:
        yield Finding(Reason.NO_LSC)
    elif settings.mode is AuthenticationMode.LSC_FIRST and not request.include_lsc_first:
        yield Finding(Reason.LSC_FIRST)


def _model_findings(phone: Phone) -> Iterable[Finding]:
    known_without = any(phone.model.endswith(f" {number}") for number in NO_SECURITY_BY_DEFAULT)
    supported = False if known_without else phone.support.security_by_default
    if supported is False:
        yield Finding(Reason.NO_SECURITY_BY_DEFAULT, f"{phone.model} does not support Security By Default")
    elif supported is None:
        yield Finding(Reason.SUPPORT_UNKNOWN)


def _registration_findings(phone: Phone, request: CapfRequest) -> Iterable[Finding]:
    if phone.over_expressway:
        evidence = phone.expressway_evidence
        yield Finding(Reason.OVER_EXPRESSWAY, f"over Expressway: {evidence}" if evidence else "")
    elif request.include_unregistered:
        return
    elif phone.registration is Registration.NOT_ASKED:
        yield Finding(Reason.REGISTRATION_UNKNOWN)
    elif phone.registration is not Registration.REGISTERED:
        yield Finding(Reason.NOT_REGISTERED, f"RIS says {phone.registration}")


def _profile_findings(phone: Phone, settings: CapfSettings, request: CapfRequest) -> Iterable[Finding]:
    where = f"profile {phone.profile.name!r} has"
    if request.mode is not None and request.mode is not settings.mode:
        yield Finding(Reason.MODE_DIFFERS, f"{where} {settings.mode.short}, asked for {request.mode.short}")
    order = settings.key_order or KeyOrder.RSA_ONLY
    if request.key_order is not None and request.key_order is not order:
        yield Finding(Reason.KEY_ORDER_DIFFERS, f"{where} {order.short}, asked for {request.key_order.short}")
    if request.key_size is not None and request.key_size != settings.key_size:
        yield Finding(Reason.KEY_SIZE_DIFFERS, f"{where} RSA {settings.key_size}, asked for {request.key_size}")
    if request.ec_key_size is not None and request.ec_key_size != settings.ec_key_size:
        yield Finding(Reason.EC_KEY_SIZE_DIFFERS, f"{where} EC {settings.ec_key_size}, asked for {request.ec_key_size}")


def _proof_findings(phone: Phone, settings: CapfSettings, request: CapfRequest) -> Iterable[Finding]:
    """Whether a phone whose mode is auth-string can prove itself to CAPF, whatever it asks for."""
    if settings.mode is not AuthenticationMode.AUTH_STRING:
        return
    has = phone.has_authentication_string or request.hands_out_strings
    yield Finding(Reason.AUTHENTICATION_STRING if has else Reason.NO_AUTHENTICATION_STRING)
    if phone.profile.secure:
        yield Finding(
            Reason.STRING_IN_SECURE_PROFILE,
            f"profile {phone.profile.name!r} has auth-string and is {phone.profile.security_mode}, not Non Secure",
        )
    if phone.profile.encrypts_configuration:
        yield Finding(Reason.STRING_AND_ENCRYPTED_CONFIG, f"profile {phone.profile.name!r} has TFTP Encrypted Config")


def _key_findings(phone: Phone, settings: CapfSettings, facts: ClusterFacts) -> Iterable[Finding]:
    order = settings.key_order or KeyOrder.RSA_ONLY
    support = phone.support
    if order is KeyOrder.EC_ONLY and support.elliptic_curves is False:
        yield Finding(Reason.EC_UNSUPPORTED)
    largest = support.largest_rsa_key
    if order is not KeyOrder.EC_ONLY and largest is not None and (settings.key_size or 0) > largest:
        yield Finding(Reason.KEY_SIZE_UNSUPPORTED, f"RSA {settings.key_size}, the model makes at most {largest}")
    if not order.uses_ec:
        return
    if facts.issuer is Issuer.ONLINE_CA:
        yield Finding(Reason.EC_ISSUES_NOTHING, "an Online CA knows no ECDSA")
    elif order is KeyOrder.EC_ONLY and phone.model in JABBER_MODELS:
        yield Finding(Reason.EC_ISSUES_NOTHING, "Jabber cannot connect with EC Only")
    elif order is KeyOrder.EC_PREFERRED and facts.advanced_encryption is False:
        yield Finding(
            Reason.EC_ISSUES_NOTHING,
            "EC Preferred without Endpoint Advanced Encryption Algorithms Support issues no LSC on CAPFv3 phones",
        )


def _lsc_findings(phone: Phone, request: CapfRequest, facts: ClusterFacts) -> Iterable[Finding]:
    """Whether the phone needs an LSC at all."""
    if request.renew:
        return
    match _lsc_state(phone, facts):
        case LscState.VALID:
            yield Finding(Reason.VALID_LSC)
        case LscState.UNKNOWN if not facts.keeps_lsc_expiry:
            yield Finding(Reason.VALID_LSC, "the phone has an LSC; CUCM before 11.5 does not keep how long it is valid")
        case LscState.FOREIGN if facts.issuer is Issuer.UNKNOWN:
            # where an Online CA may issue, an issuer other than CAPF is normal [field guide 1]
            yield Finding(
                Reason.VALID_LSC, f"a valid LSC issued by {phone.lsc.issuer}; the cluster does not say who issues"
            )
        case _:
            pass


def _certificate_findings(
    phone: Phone, settings: CapfSettings, request: CapfRequest, facts: ClusterFacts
) -> Iterable[Finding]:
    """What the LSC that the phone has, or has not, means for it: with lsc-first it is the phone's proof."""
    lsc_first = settings.mode is AuthenticationMode.LSC_FIRST
    installs = request.operation is CertificateOperation.INSTALL
    match _lsc_state(phone, facts):
        case LscState.UNKNOWN if installs:
            yield Finding(Reason.LSC_UNKNOWN_EXPIRY)
        case LscState.FOREIGN if installs or lsc_first:
            yield Finding(Reason.FOREIGN_LSC, f"issued by {phone.lsc.issuer}")
        case LscState.EXPIRED if lsc_first:
            yield Finding(Reason.EXPIRED_LSC)
        case LscState.NONE if lsc_first and not (
            request.include_mic_only or request.operation is CertificateOperation.DELETE
        ):
            yield Finding(Reason.MIC_ONLY)
        case _:
            pass


def _lsc_state(phone: Phone, facts: ClusterFacts) -> LscState:
    return phone.lsc.state(now=facts.now, expiring_within=0.0, own_issuers=facts.own_issuers)
