"""What lscctl knows of a phone, of its security profile and of its model; and which phones a user asked for."""

import re
from dataclasses import dataclass, field
from enum import StrEnum

from lscctl.auth_string import AuthString, StringAtCluster
from lscctl.capf import CapfSettings, CertificateOperation, CertificateStatus, DeviceSecurityMode, StatusKind

_CAPF = re.compile(r"CAPF-[0-9a-f]+", re.IGNORECASE)
"""The common name that CUCM gives CAPF's certificate [field guide 4]."""

_SAME = 86_400
"""Two ends of a certificate that are less than so many seconds apart are one."""


class Registration(StrEnum):
    """A phone's registration as RIS tells it [field guide 5]; NOT_ASKED where nobody looked."""

    REGISTERED = "Registered"
    UNREGISTERED = "UnRegistered"
    REJECTED = "Rejected"
    PARTIAL = "PartiallyRegistered"
    UNKNOWN = "Unknown"
    NOT_ASKED = "not asked"


class LscState(StrEnum):
    """What a phone's LSC is worth today."""

    NONE = "none"
    VALID = "valid"
    EXPIRING = "expiring"
    EXPIRED = "expired"
    FOREIGN = "foreign"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Lsc:
    """What the cluster's database says of a phone's LSC.

    `valid_until` is in epoch seconds, None where CUCM says 0 or has no such column (before 11.5); that alone is no proof
    of "no LSC": `public_key` tells [field guide 2], a digest of the key, since keys are only compared. `issuer` is the issuer's
    common name, since CUCM may store that or the whole name (*assumed*); None if not known. `issuer_valid_until` is in epoch
    seconds.
    """

    valid_until: int | None = None
    issuer: str | None = None
    issuer_valid_until: int | None = None
    public_key: str | None = None

    @property
    def present(self) -> bool:
        """Whether anything speaks for an LSC on the phone."""
        return bool(self.valid_until or self.issuer or self.public_key)

    def signed_by(self, signer: "Signer") -> bool:
        """Whether this certificate signed it, as far as CUCM says: the one before it under the same name ended earlier.

        That `lscissuervaliduntil` is the end of the issuer's certificate is *assumed*: any later end is no reason to restart a
        phone, or a renewal would begin anew each night.
        """
        if self.issuer is not None and self.issuer != signer.name:
            return False
        return self.issuer_valid_until is None or self.issuer_valid_until > signer.valid_until - _SAME

    def replaces(self, other: "Lsc") -> bool:
        """Whether this is an LSC, and another one than `other`: expiry, issuer or public key differ."""
        differs = (self.valid_until, self.issuer, self.public_key) != (
            other.valid_until,
            other.issuer,
            other.public_key,
        )
        return self.present and differs

    def state(self, *, now: float, expiring_within: float, own_issuers: frozenset[str]) -> LscState:
        """Judge the LSC at `now` (epoch seconds).

        `expiring_within` is in seconds. `own_issuers` holds the issuer names that are this cluster's own; empty where they
        are not known, and then no LSC is called foreign.
        """
        if not self.present:
            return LscState.NONE
        if self.valid_until is None:
            return LscState.UNKNOWN
        if self.valid_until <= now:
            return LscState.EXPIRED
        if own_issuers and self.issuer and self.issuer not in own_issuers:
            return LscState.FOREIGN
        if self.valid_until <= now + expiring_within:
            return LscState.EXPIRING
        return LscState.VALID


@dataclass(frozen=True, slots=True)
class Signer:
    """The certificate that signs LSCs: its common name, and when it ends in epoch seconds."""

    name: str
    valid_until: int


@dataclass(frozen=True, slots=True)
class Renewal:
    """Which LSCs are to be replaced: those that have ended or end by then (epoch seconds); where a `signer` is given, those that
    another certificate signed; and with `any_capf`, where another CA issues by now, those that CAPF signed itself."""

    ends_by: float
    signer: Signer | None = None
    any_capf: bool = False

    def concerns(self, lsc: Lsc) -> bool:
        """Whether this LSC is to be replaced; one of which nobody knows the end and the issuer is not."""
        ends = lsc.valid_until is not None and lsc.valid_until <= self.ends_by
        by_capf = self.any_capf and _CAPF.fullmatch(lsc.issuer or "") is not None
        return (
            ends or by_capf or (self.signer is not None and lsc.issuer is not None and not lsc.signed_by(self.signer))
        )

    def cannot_judge(self, lsc: Lsc) -> bool:
        """Whether there is an LSC that might be one of these, and nobody knows: its end, or its issuer where that counts."""
        by_issuer = self.signer is not None or self.any_capf
        missing = (self.ends_by > 0 and lsc.valid_until is None) or (by_issuer and lsc.issuer is None)
        return lsc.present and missing and not self.concerns(lsc)


@dataclass(frozen=True, slots=True)
class SecurityProfile:
    """A phone security profile: it, not the phone, holds the CAPF settings [field guide 2].

    `settings` is None where the profile holds none (a model without CAPF). `predefined` ones can be neither changed nor deleted.
    `encrypts_configuration`: TFTP Encrypted Config.
    """

    pkid: str
    name: str
    security_mode: DeviceSecurityMode
    settings: CapfSettings | None
    predefined: bool = False
    encrypts_configuration: bool = False

    @property
    def secure(self) -> bool:
        """Whether a phone with it stays unregistered until CAPF is done [field guide 2, "What bites"]."""
        return self.security_mode is not DeviceSecurityMode.NON_SECURE


@dataclass(frozen=True, slots=True)
class ProfileInUse:
    """A profile with the model and protocol that it is for ('' for any), and how many phones use it."""

    profile: SecurityProfile
    model: str
    protocol: str
    phones: int


@dataclass(frozen=True, slots=True)
class ModelSupport:
    """What a model can do, from the cluster's own feature table (`productsupportsfeature`).

    None means that the cluster does not say.
    """

    security_by_default: bool | None = None
    elliptic_curves: bool | None = None
    largest_rsa_key: int | None = None


@dataclass(frozen=True, slots=True)
class Phone:
    """One phone as the cluster has it now. `pkid` is in lower case without braces, as SQL finds it [field guide 3].

    `has_authentication_string` says that one is stored, never which.
    `finish_time` is CUCM's text (`YYYY:MM:DD:HH:00`, publisher's clock), empty where none is set. `over_expressway` is None
    where RIS was not asked; `expressway_evidence` says what speaks for it, '' where nothing does. `ipv6_only`: it registers, and
    RIS tells of no IPv4 address. `zone` is the IANA name of
    the time zone that the phone's device pool shows on its phones, '' where it was not asked for or is not known. `address` is
    where the phone was seen last, '' where nobody was asked or knows; `web_access` says whether its web server is on, None alike.
    """

    pkid: str
    name: str
    description: str
    model: str
    protocol: str
    device_pool: str
    location: str
    profile: SecurityProfile
    operation: CertificateOperation
    status: CertificateStatus
    finish_time: str = ""
    lsc: Lsc = field(default_factory=Lsc)
    has_authentication_string: bool = False
    support: ModelSupport = field(default_factory=ModelSupport)
    registration: Registration = Registration.NOT_ASKED
    over_expressway: bool | None = None
    expressway_evidence: str = ""
    ipv6_only: bool = False
    zone: str = ""
    address: str = ""
    web_access: bool | None = None

    @property
    def pending(self) -> bool:
        """Whether CAPF has something under way for this phone, ours or another's."""
        return under_way(self.operation, self.status)

    @property
    def glance(self) -> "Glance":
        """What a glance at the phone would tell."""
        return Glance(self.operation, self.status, self.lsc.valid_until)

    @property
    def reading(self) -> "Reading":
        """The phone as a page of SQL would tell it."""
        return Reading(
            pkid=self.pkid,
            name=self.name,
            profile_pkid=self.profile.pkid,
            operation=self.operation,
            status=self.status,
            finish_time=self.finish_time,
            lsc=self.lsc,
            model=self.model,
            device_pool=self.device_pool,
            settings=self.profile.settings,
        )


@dataclass(frozen=True, slots=True)
class Reading:
    """What one page of SQL says of a phone that is being changed: what a watch or a read-back needs, and what may have changed
    since the plan.

    `profile_pkid` and `settings` as in `Phone.profile`, as they are now. `registration` is NOT_ASKED: SQL tells it late. `string`
    says what the cluster holds as the authentication string beside the one that was handed out, NOT_ASKED where none was.
    """

    pkid: str
    name: str
    profile_pkid: str
    operation: CertificateOperation
    status: CertificateStatus
    finish_time: str
    lsc: Lsc
    registration: Registration = Registration.NOT_ASKED
    model: str = ""
    device_pool: str = ""
    settings: CapfSettings | None = None
    string: StringAtCluster = StringAtCluster.NOT_ASKED

    @property
    def pending(self) -> bool:
        """Whether CAPF has something under way for the phone; as `Phone.pending`."""
        return under_way(self.operation, self.status)


@dataclass(frozen=True, slots=True)
class Glance:
    """What CAPF changes of a phone, and no more: little enough to be told of tens of thousands at once. `lsc_valid_until` is in
    epoch seconds, None as in `Lsc`."""

    operation: CertificateOperation
    status: CertificateStatus
    lsc_valid_until: int | None


@dataclass(frozen=True, slots=True)
class Sighting:
    """Whether a phone is registered now, and since when it is so: epoch seconds by the cluster's clock, None if not told."""

    registration: Registration
    since: float | None = None


def under_way(operation: CertificateOperation, status: CertificateStatus) -> bool:
    """Whether CAPF has something under way where these two stand together.

    An operation that stands beside a final status (`Upgrade Success`, `... Failed`) is over; one beside `None` or words
    that we do not know counts as under way, since a second write would take it over.
    """
    return operation is not CertificateOperation.NONE and status.kind not in (StatusKind.SUCCESS, StatusKind.FAILED)


@dataclass(frozen=True, slots=True)
class PhoneQuery:
    """Which phones a user asked for: every part that is given must hold; within one part any value may.

    Texts are names or shell globs (`*`, `?`, `[abc]`), without regard to case. `names_listed` come from a list file:
    exact names, None where no list was given; `strings_listed` are the authentication strings that it gives to some of them.
    `expires_within` is in seconds. `renewal` means phones whose LSC it concerns.
    `lsc_issuers` are common names. `authentication_string`: the phones that hold just this one; it is a secret, so no repr
    shows it. `has_authentication_string`: those that hold any, or none.
    """

    models: tuple[str, ...] = ()
    device_pools: tuple[str, ...] = ()
    locations: tuple[str, ...] = ()
    profiles: tuple[str, ...] = ()
    protocols: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    descriptions: tuple[str, ...] = ()
    statuses: tuple[str, ...] = ()
    lsc_states: tuple[LscState, ...] = ()
    lsc_issuers: tuple[str, ...] = ()
    authentication_string: str | None = field(default=None, repr=False)
    has_authentication_string: bool | None = None
    expires_within: float | None = None
    renewal: Renewal | None = None
    registered: bool | None = None
    names_listed: tuple[str, ...] | None = None
    strings_listed: tuple[tuple[str, AuthString], ...] = ()
    exclude_models: tuple[str, ...] = ()
    exclude_device_pools: tuple[str, ...] = ()
    exclude_locations: tuple[str, ...] = ()
    exclude_profiles: tuple[str, ...] = ()
    exclude_names: tuple[str, ...] = ()
    exclude_descriptions: tuple[str, ...] = ()
    exclude_statuses: tuple[str, ...] = ()
    limit: int | None = None

    @property
    def lasting(self) -> "PhoneQuery":
        """What of it means the same phones however they stand: no states, no limit. Where it means nobody, a name is wrong."""
        return PhoneQuery(
            models=self.models,
            device_pools=self.device_pools,
            locations=self.locations,
            profiles=self.profiles,
            protocols=self.protocols,
            names=self.names,
            descriptions=self.descriptions,
            names_listed=self.names_listed,
            exclude_models=self.exclude_models,
            exclude_device_pools=self.exclude_device_pools,
            exclude_locations=self.exclude_locations,
            exclude_profiles=self.exclude_profiles,
            exclude_names=self.exclude_names,
            exclude_descriptions=self.exclude_descriptions,
        )

    @property
    def selects(self) -> bool:
        """Whether anything narrows the choice: without, every phone of the cluster would be meant."""
        return any(
            (
                self.models,
                self.device_pools,
                self.locations,
                self.profiles,
                self.protocols,
                self.names,
                self.descriptions,
                self.statuses,
                self.lsc_states,
                self.lsc_issuers,
                self.authentication_string is not None,
                self.has_authentication_string is not None,
                self.expires_within is not None,
                self.renewal is not None,
                self.registered is not None,
                self.names_listed is not None,
            )
        )
