"""Why a phone is left out of a plan, or what the plan warns of: the one table of reasons.

It says for each reason whether it leaves a phone out or warns, what it means and what to do; README prints it.
"""

from dataclasses import dataclass
from enum import StrEnum


class Reason(StrEnum):
    """Why a phone is left out of a plan, or what the plan warns of."""

    PROTECTED = "protected"
    DRIFTED = "drifted"
    NO_SECURITY_BY_DEFAULT = "no-security-by-default"
    OVER_EXPRESSWAY = "over-expressway"
    OPERATION_PENDING = "operation-pending"
    NO_CAPF_SETTINGS = "no-capf-settings"
    MODE_DIFFERS = "mode-differs"
    KEY_ORDER_DIFFERS = "key-order-differs"
    KEY_SIZE_DIFFERS = "key-size-differs"
    EC_KEY_SIZE_DIFFERS = "ec-key-size-differs"
    KEY_SIZE_UNSUPPORTED = "key-size-unsupported"
    EC_UNSUPPORTED = "ec-unsupported"
    EC_ISSUES_NOTHING = "ec-issues-nothing"
    OFFLINE_CA = "offline-ca"
    NO_AUTHENTICATION_STRING = "no-authentication-string"
    STRING_IN_SECURE_PROFILE = "string-in-secure-profile"
    VALID_LSC = "valid-lsc"
    NO_LSC = "no-lsc"
    NOT_REGISTERED = "not-registered"
    REGISTRATION_UNKNOWN = "registration-unknown"
    MIC_ONLY = "mic-only"
    LSC_FIRST = "lsc-first"
    SECURE_PROFILE = "secure-profile"
    NULL_STRING = "null-string"
    AUTHENTICATION_STRING = "authentication-string"
    STRING_AND_ENCRYPTED_CONFIG = "string-and-encrypted-config"
    LSC_UNKNOWN_EXPIRY = "lsc-unknown-expiry"
    FOREIGN_LSC = "foreign-lsc"
    EXPIRED_LSC = "expired-lsc"
    SUPPORT_UNKNOWN = "support-unknown"


class Effect(StrEnum):
    """What a reason does to a phone."""

    ALWAYS_OUT = "always left out"
    OUT_UNLESS_ASKED = "left out unless asked for"
    WARNS = "warned of"


@dataclass(frozen=True, slots=True)
class ReasonEntry:
    """One row of the table of reasons: effect, what it means, what to do; `flag` asks for the phones all the same."""

    effect: Effect
    meaning: str
    remedy: str
    flag: str | None = None


_CHANGE_PROFILE = "Change the profile's settings, or leave the option away: each phone then keeps its profile's own."

REASONS: dict[Reason, ReasonEntry] = {
    Reason.PROTECTED: ReasonEntry(
        Effect.ALWAYS_OUT,
        "the configuration protects the phone, its device pool or its profile",
        "Remove it from `protected` in the configuration, if it really is to be changed.",
    ),
    Reason.DRIFTED: ReasonEntry(
        Effect.ALWAYS_OUT,
        "the phone is not as it was when the plan was written",
        "Plan it anew: run the command that wrote the plan again.",
    ),
    Reason.NO_SECURITY_BY_DEFAULT: ReasonEntry(
        Effect.ALWAYS_OUT,
        "the model does not support Security By Default, so it has no ITL to trust CAPF with",
        "Such a model cannot take part.",
    ),
    Reason.OVER_EXPRESSWAY: ReasonEntry(
        Effect.ALWAYS_OUT,
        "the phone registers over Expressway (MRA) and cannot reach CAPF",
        "Take the phone along while it is on the company's network.",
    ),
    Reason.OPERATION_PENDING: ReasonEntry(
        Effect.ALWAYS_OUT,
        "CAPF already has an operation under way for the phone",
        "Wait for it, or find out why it does not end. If a run was cut off before it applied the phone: Apply Config on the "
        "phone's page.",
    ),
    Reason.NO_CAPF_SETTINGS: ReasonEntry(
        Effect.ALWAYS_OUT,
        "the phone's security profile holds no CAPF settings",
        "Give the phone a security profile of its model and protocol.",
    ),
    Reason.MODE_DIFFERS: ReasonEntry(
        Effect.ALWAYS_OUT,
        "the authentication mode asked for differs from the security profile's",
        _CHANGE_PROFILE,
    ),
    Reason.KEY_ORDER_DIFFERS: ReasonEntry(
        Effect.ALWAYS_OUT, "the key order asked for differs from the security profile's", _CHANGE_PROFILE
    ),
    Reason.KEY_SIZE_DIFFERS: ReasonEntry(
        Effect.ALWAYS_OUT, "the RSA key size asked for differs from the security profile's", _CHANGE_PROFILE
    ),
    Reason.EC_KEY_SIZE_DIFFERS: ReasonEntry(
        Effect.ALWAYS_OUT, "the EC key size asked for differs from the security profile's", _CHANGE_PROFILE
    ),
    Reason.KEY_SIZE_UNSUPPORTED: ReasonEntry(
        Effect.ALWAYS_OUT, "the model cannot make a key of that size", "Use a profile with a smaller key."
    ),
    Reason.EC_UNSUPPORTED: ReasonEntry(
        Effect.ALWAYS_OUT, "the model cannot make EC keys", "Use a profile with the key order RSA Only."
    ),
    Reason.EC_ISSUES_NOTHING: ReasonEntry(
        Effect.ALWAYS_OUT,
        "with this key order the cluster or the phone ends with no LSC at all",
        "Use a profile with RSA Only, or enable Endpoint Advanced Encryption Algorithms Support.",
    ),
    Reason.OFFLINE_CA: ReasonEntry(
        Effect.ALWAYS_OUT,
        "LSCs are issued by an Offline CA: each request is signed by hand",
        "Bulk installs make no sense with an Offline CA.",
    ),
    Reason.NO_AUTHENTICATION_STRING: ReasonEntry(
        Effect.ALWAYS_OUT,
        "the mode is By Authentication String and the phone has none",
        "--auth-mode auth-string makes one for each phone and hands it out. Else set one on the phone's page, or use a profile "
        "with another mode.",
    ),
    Reason.STRING_IN_SECURE_PROFILE: ReasonEntry(
        Effect.ALWAYS_OUT,
        "the mode is By Authentication String in an Authenticated or Encrypted profile; that mode needs Non Secure",
        "Use a Non Secure profile until the phone is done, or a profile with another mode.",
    ),
    Reason.VALID_LSC: ReasonEntry(
        Effect.OUT_UNLESS_ASKED, "the phone has a valid LSC", "Ask for a new one with --renew.", "--renew"
    ),
    Reason.NO_LSC: ReasonEntry(
        Effect.ALWAYS_OUT, "the phone has no LSC that could be deleted", "Nothing: that is what was wanted."
    ),
    Reason.NOT_REGISTERED: ReasonEntry(
        Effect.OUT_UNLESS_ASKED,
        "the phone is not registered, so it will not fetch its configuration",
        "Bring it back, or take it along with --include-unregistered.",
        "--include-unregistered",
    ),
    Reason.REGISTRATION_UNKNOWN: ReasonEntry(
        Effect.OUT_UNLESS_ASKED,
        "nobody could say whether the phone is registered, or registers over Expressway",
        "Grant Standard Serviceability (RIS), so that lscctl can look, or take it along with --include-unregistered.",
        "--include-unregistered",
    ),
    Reason.MIC_ONLY: ReasonEntry(
        Effect.OUT_UNLESS_ASKED,
        "the mode is lsc-first and the phone has no LSC; Cisco's documents disagree whether its MIC then serves",
        "Try one phone, then use --include-mic-only.",
        "--include-mic-only",
    ),
    Reason.LSC_FIRST: ReasonEntry(
        Effect.OUT_UNLESS_ASKED,
        "the mode is lsc-first: once its LSC is deleted the phone may not be able to get another",
        "Use a profile with another mode first, or try one phone with --include-lsc-first.",
        "--include-lsc-first",
    ),
    Reason.SECURE_PROFILE: ReasonEntry(
        Effect.OUT_UNLESS_ASKED,
        "an Authenticated or Encrypted profile: the phone stays off until CAPF is done with it",
        "Do the other phones first, then use --include-secure.",
        "--include-secure",
    ),
    Reason.NULL_STRING: ReasonEntry(
        Effect.WARNS,
        "By Null String proves nothing about a phone: anything that reaches CAPF can ask for an LSC",
        "For closed networks only.",
    ),
    Reason.AUTHENTICATION_STRING: ReasonEntry(
        Effect.WARNS,
        "a person must type the authentication string on the phone before the deadline",
        "Give the string to somebody who stands at the phone; ten wrong tries lock it for ten minutes.",
    ),
    Reason.STRING_AND_ENCRYPTED_CONFIG: ReasonEntry(
        Effect.WARNS,
        "the profile encrypts configuration files: once it restarts, the phone may not come back until its string is typed",
        "See that somebody stands at the phone when it restarts, or use a profile without TFTP Encrypted Config.",
    ),
    Reason.LSC_UNKNOWN_EXPIRY: ReasonEntry(
        Effect.WARNS,
        "the phone has an LSC whose expiry CUCM does not know (issued before an upgrade to 11.5, or CUCM is older)",
        "It gets a new one.",
    ),
    Reason.FOREIGN_LSC: ReasonEntry(
        Effect.WARNS,
        "the phone's LSC was signed by another issuer than this cluster's CAPF",
        "With lsc-first the issuer must still be in CAPF-trust.",
    ),
    Reason.EXPIRED_LSC: ReasonEntry(
        Effect.WARNS,
        "the mode is lsc-first and the phone's LSC has expired",
        "Where CAPF refuses it (Invalid LSC), use a profile with mic-first or null-string.",
    ),
    Reason.SUPPORT_UNKNOWN: ReasonEntry(
        Effect.WARNS,
        "the cluster does not say whether the model supports Security By Default",
        "Try one phone of the model first.",
    ),
}


PROFILE_DIFFERS = frozenset(
    {
        Reason.NO_CAPF_SETTINGS,
        Reason.MODE_DIFFERS,
        Reason.KEY_ORDER_DIFFERS,
        Reason.KEY_SIZE_DIFFERS,
        Reason.EC_KEY_SIZE_DIFFERS,
    }
)
"""The reasons that say that a profile holds other settings than those asked for."""


@dataclass(frozen=True, slots=True)
class Finding:
    """A reason with the words that name the values behind it."""

    reason: Reason
    detail: str = ""

    def __str__(self) -> str:
        return self.detail or REASONS[self.reason].meaning
