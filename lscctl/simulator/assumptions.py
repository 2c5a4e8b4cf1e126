"""The knobs: every place where nobody knows for sure how a live cluster answers, with the answers it might give."""

import difflib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, fields
from functools import cache
from typing import Any, Literal, TypeVar, get_args, get_type_hints

_T = TypeVar("_T")


class UnknownAssumptionError(ValueError):
    """A key=value that no assumption understands; the text names the nearest key or the allowed values."""


@dataclass(frozen=True)
class Assumption:
    """One knob as `sim assumptions` lists it.

    values: the allowed texts, or () where any whole number of 0 or more is allowed.
    section: where the field guide speaks of it.
    """

    key: str
    values: tuple[str, ...]
    default: str
    decides: str
    section: str


def _knob(default: _T, section: str, decides: str) -> _T:
    knob: Any = field(default=default, metadata={"section": section, "decides": decides})
    return knob  # type: ignore[no-any-return]  # dataclasses turn it into the field's own type


@dataclass(frozen=True)
class Assumptions(Mapping[str, str]):
    """How this cluster answers where the field guide says *assumed*; a mapping by key as well.

    `assumptions.list_phone_capf` and `assumptions["list-phone-capf"]` are the same knob.
    """

    # What a write does
    finish_time_field: Literal["minutes", "seconds", "ignored"] = _knob(
        "minutes", "2", "what the fifth field of a finish time (YYYY:MM:DD:HH:xx) counts"
    )
    finish_time_read_back: Literal["as-written", "hour"] = _knob(
        "as-written", "2", "whether a finish time is read back as it was written or cut to YYYY:MM:DD:HH"
    )
    finish_time_too_near: Literal["accepted", "refused"] = _knob(
        "accepted", "2", "what a write does whose finish time is past or less than one hour ahead"
    )
    finish_time_malformed: Literal["refused", "stored"] = _knob(
        "refused", "2", "what a write does with a finish time that is none; stored, it is no deadline"
    )
    finish_time_empty: Literal["parameter", "none"] = _knob(
        "parameter", "2", "deadline without a finish time: CAPF Operation Expires in (days) from the apply, or none"
    )
    mode_mismatch: Literal["moved", "ignored", "stalled", "refused"] = _knob(
        "moved", "2", "a write that differs from the profile: phone moves to (or gets) a matching one, or what else"
    )
    changed_under_operation: Literal["new", "stalled"] = _knob(
        "new", "2", "a profile changes below a pending operation: CAPF goes by the new settings, or it never completes"
    )
    created_profile_name: Literal["phone", "counted"] = _knob(
        "phone", "2", "how CUCM names a profile that it creates: after the phone, or after the old one with a number"
    )
    settings_without_operation: Literal["ignored", "refused"] = _knob(
        "ignored", "2", "mode, sizes, order or string written with No Pending Operation or without an operation"
    )
    auth_string_cleared: Literal["cleared", "ignored", "refused"] = _knob(
        "cleared",
        "2",
        "an empty authentication string written while no operation stands: taken, passed over or refused",
    )
    auth_string_format: Literal["digits", "any"] = _knob(
        "digits", "2", "whether updatePhone refuses an authentication string that is not 4 to 10 digits"
    )
    pending_at: Literal["write", "apply"] = _knob("write", "2", "when the status becomes Operation Pending")
    status_after_cancel: Literal["none", "kept"] = _knob(
        "none", "2", "certificate status once the operation is set back to No Pending Operation"
    )

    # What a phone and CAPF then do
    apply_without_change: Literal["restart", "nothing"] = _knob(
        "restart", "2", "whether applying a phone on which nothing was changed restarts it"
    )
    enrol_after_cancel: Literal["yes", "no"] = _knob(
        "yes", "2", "whether a phone that has its configuration enrols after the operation was set back"
    )
    late_set_by: Literal["phone", "cluster"] = _knob(
        "phone", "2", "who brings Late/Timedout: the phone that comes too late, or the cluster at the deadline"
    )
    operation_after_success: Literal["cleared", "kept"] = _knob(
        "cleared", "2", "whether the operation is No Pending Operation after a success"
    )
    operation_after_failure: Literal["cleared", "kept"] = _knob(
        "cleared", "2", "whether the operation is No Pending Operation after a failure"
    )
    lsc_first_with_mic: Literal["accepted", "pending", "refused"] = _knob(
        "accepted", "2, 7", "precedence to LSC on a phone with only a MIC: MIC serves, pends for ever, or Invalid LSC"
    )
    expired_lsc: Literal["refused", "accepted"] = _knob(
        "refused", "2", "precedence to LSC on a phone whose LSC has expired: Invalid LSC, or it still serves"
    )
    expired_capf: Literal["issues", "refused"] = _knob(
        "issues",
        "6",
        "a CAPF certificate that has expired: phones get their LSCs all the same, or break the connection off",
    )
    auth_strings_typed: Literal["never", "soon", "mistyped", "locked"] = _knob(
        "soon",
        "2",
        "whether somebody types the string on each phone that asks for it: never, soon, twice wrong before, ten times wrong before",
    )
    auth_string_after_success: Literal["kept", "cleared"] = _knob(
        "kept", "2", "whether a phone's authentication string is still in the database once CAPF has served the phone"
    )
    wrong_string: Literal["retry", "failed"] = _knob(
        "retry", "2", "one wrong authentication string: the phone asks again, or the operation has failed"
    )
    ec_only_on_capf_v3: Literal["issued", "refused"] = _knob(
        "issued", "2", "EC Only on a CAPFv3 phone: an EC LSC, or No Support for EC only in CAPF version 3"
    )
    secure_after_failure: Literal["registers", "stays-off"] = _knob(
        "registers", "2", "whether a phone with a secure profile registers after a CAPF session that failed"
    )
    unsupported_key: Literal["key-generation-failed", "pending"] = _knob(
        "key-generation-failed", "2", "what an RSA key size or key order that the model cannot do ends in"
    )
    ec_preferred_unsupported: Literal["pending", "failed"] = _knob(
        "pending",
        "2",
        "EC Preferred on a CAPFv3 phone without Endpoint Advanced Encryption: issues no LSC, how it ends",
    )
    no_sbd: Literal["pending", "installs"] = _knob(
        "pending", "1, 7", "an operation on a model without Security By Default (it has no ITL) in a non-secure cluster"
    )
    refused_list: Literal["pending", "installs"] = _knob(
        "pending",
        "6, 7",
        "a phone that refuses its server's ITL and holds an older one: pends for ever, or goes by that",
    )
    lsc_without_tvs: Literal["pending", "installs"] = _knob(
        "pending", "7", "a phone that gets its LSC while TVS runs nowhere: pends for ever, or takes it unasked"
    )
    auth_string_in_secure_profile: Literal["accepted", "refused"] = _knob(
        "accepted", "2", "By Authentication String together with an Authenticated or Encrypted profile"
    )

    # What the database shows
    ec_key_size_table: Literal["typekeysize", "own"] = _knob(
        "typekeysize", "4", "whether EC sizes stand in typekeysize, or in a table typeeckeysize of their own"
    )
    lsc_issuer_name: Literal["dn", "cn"] = _knob(
        "dn", "4", "whether device.lscissuername is a whole distinguished name or its common name"
    )
    public_key_format: Literal["base64", "hex"] = _knob(
        "base64", "4", "how device.publickey writes a key (DER, SubjectPublicKeyInfo)"
    )
    parameter_names: Literal["displayed", "compact"] = _knob(
        "displayed", "1, 4", "how processconfig names parameters: as the GUI (CAPF Phone Port) or in one word"
    )
    last_seen_while_registered: Literal["zero", "now"] = _knob(
        "zero", "4", "registrationdynamic.lastseen of a phone that is registered: 0, or its last change"
    )

    certificate_stores: Literal["mapped", "unmapped"] = _knob(
        "mapped",
        "4",
        "whether the database tells which store (CAPF-trust, ...) a certificate is in, or has no such table",
    )
    itl_status: Literal["registrationdynamic", "device", "none"] = _knob(
        "registrationdynamic",
        "6",
        "from 14.0, where a phone's ITL status is: registrationdynamic.tkitlstatus, the text device.itlstatus, nowhere",
    )

    # What goes over AXL
    list_phone_capf: Literal["absent", "filled"] = _knob(
        "absent", "2", "whether listPhone fills the CAPF fields that LPhone declares"
    )
    dbinfo: Literal["allowed", "refused"] = _knob("allowed", "3", "whether DBINFO() may be asked for through AXL")
    notification_limit: int = _knob(1500, "3", "outstanding change notifications above which AXL answers 503")
    notification_drain: int = _knob(50, "3", "change notifications that a node works off in a second")
    row_limit_hint: Literal["suggestive", "suggested"] = _knob(
        "suggestive", "3", "spelling of the hint of a read over 8 MB: Suggestive Row Fetch, or Suggested row fetch"
    )
    version_refusal: Literal["supported", "available"] = _knob(
        "supported", "3", "wording of the 599 page: Supported axl versions are ..., or Available versions are ..."
    )
    booleans: Literal["true", "t"] = _knob("true", "3", "how AXL answers write a boolean")
    uuid_case: Literal["upper", "lower"] = _knob("upper", "3", "case of a uuid in AXL answers")
    stale_cookie_with_authorization: Literal["404", "login"] = _knob(
        "404", "3", "an idle session's cookie sent along with valid credentials: still 404, or a new session"
    )
    schema_8_0: Literal["like-8.5", "unknown"] = _knob(
        "like-8.5", "3", "whether schema 8.0 has the operations of 8.5, or answers that it has no such version"
    )
    fault_code: Literal["client", "server"] = _knob("client", "3", "which faultcode a refused request carries")
    capf_fields_of_lesser_models: Literal["omitted", "empty"] = _knob(
        "omitted", "3", "how getPhone answers CAPF fields that a model lacks"
    )
    sql_in_any_namespace: Literal["allowed", "refused"] = _knob(
        "allowed", "3", "whether executeSQLQuery serves every known version's namespace, or only that of SOAPAction"
    )
    soap_action_mismatch: Literal["refused", "ignored"] = _knob(
        "refused", "3", "a SOAPAction that names another operation or version than the body (SQL: another operation)"
    )
    soap_action_missing: Literal["accepted", "refused"] = _knob(
        "accepted", "3", "a request without SOAPAction, or with one that is not AXL's: many scripts send none"
    )
    login_lock_after: int = _knob(10, "3", "wrong passwords in a row that lock an account; 0 never locks")

    # What goes over the other doors
    https_certificate: Literal["lsc", "mic"] = _knob(
        "lsc", "5", "which certificate a phone that has an LSC shows on HTTPS: the LSC, or its MIC all the same"
    )
    httpd_of_https_only: Literal["Yes", "No"] = _knob(
        "Yes", "5", "what RIS says (Httpd) of a phone whose web pages come over HTTPS only"
    )
    device_log: Literal["elements", "text"] = _knob(
        "elements", "5", "DeviceLogX of a phone: one element for each message, or one with a line for each"
    )
    ris_limit: int = _knob(1000, "5", "devices that one RIS request may ask for and be answered")
    control_center_rate: int = _knob(60, "5", "Control Center requests a minute that one node serves")
    ris_rate: int = _knob(15, "5", "RIS requests a minute")

    def __getitem__(self, key: str) -> str:
        name = key.replace("-", "_")
        if "_" in key or name not in self.__dataclass_fields__:
            raise KeyError(key)
        return str(getattr(self, name))

    def __iter__(self) -> Iterator[str]:
        return (_key(knob.name) for knob in fields(self))

    def __len__(self) -> int:
        return len(fields(self))

    @classmethod
    @cache
    def catalogue(cls) -> tuple[Assumption, ...]:
        """List every knob in the order of the field guide's subjects."""
        types = get_type_hints(cls)
        return tuple(
            Assumption(
                key=_key(knob.name),
                values=tuple(str(value) for value in get_args(types[knob.name])),
                default=str(knob.default),
                decides=str(knob.metadata["decides"]),
                section=str(knob.metadata["section"]),
            )
            for knob in fields(cls)
        )

    @classmethod
    def parse(cls, texts: Iterable[str]) -> "Assumptions":
        """Read `key=value` texts; the last of a key counts, what is not named keeps its default.

        Raises UnknownAssumptionError with the nearest key, or the allowed values.
        """
        known = {knob.key: knob for knob in cls.catalogue()}
        chosen: dict[str, Any] = {}
        for text in texts:
            key, equals, value = (part.strip() for part in text.partition("="))
            if key not in known:
                nearest = difflib.get_close_matches(key, known, n=1)
                hint = f"did you mean {nearest[0]}?" if nearest else "`sim assumptions` lists them"
                raise UnknownAssumptionError(f"no assumption {key!r}: {hint}")
            allowed = known[key].values
            if allowed and value not in allowed:
                raise UnknownAssumptionError(f"{key} is one of {', '.join(allowed)}, not {value!r}")
            if not allowed and not (value.isascii() and value.isdigit()):
                raise UnknownAssumptionError(f"{key} is a whole number such as {known[key].default}, not {value!r}")
            if not equals:
                raise UnknownAssumptionError(f"{key} needs a value: {key}={known[key].default}")
            chosen[key.replace("-", "_")] = value if allowed else int(value)
        return cls(**chosen)

    def chosen(self) -> tuple[str, ...]:
        """Write what differs from the defaults as `key=value` texts, which parse() reads back."""
        return tuple(f"{knob.key}={self[knob.key]}" for knob in self.catalogue() if self[knob.key] != knob.default)


def _key(name: str) -> str:
    # schema_8_0 reads as a key schema-8-0: one spelling of the separator is easier to type than two
    return name.replace("_", "-")
