"""AXL: the operations that lscctl uses, as methods with plain values in and out."""

import re
import threading
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, TypeVar

import tenacity
from lxml import etree

from lscctl.cucm import answers, schema
from lscctl.cucm.answers import Record, Row
from lscctl.cucm.faults import (
    AnswerLost,
    AxlFault,
    BadAnswer,
    ConnectionLost,
    MemoryBusy,
    Throttled,
    TlsNotTrusted,
    Unreachable,
    Unsendable,
    VersionRefused,
    WireFault,
)
from lscctl.cucm.schema import Schema, Values
from lscctl.cucm.secrets import SECRET_FIELDS
from lscctl.cucm.transport import Endpoint, Request, Transport

T = TypeVar("T")
_Page = tuple[int | None, int | None]

PATH: Final = "/axl/"
_UDS_VERSION: Final = "/cucm-uds/version"
_PKID: Final = re.compile(r"\{?([0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12})\}?")
_WRITES: Final = ("update", "add", "apply", "reset", "do", "executeSQLUpdate")
_ATTEMPTS: Final = 5
_LONGEST_WAIT: Final = 60.0

_PLACEHOLDERS: Final = {
    "model": "Cisco 7965",
    "product": "Cisco 7965",
    "phoneType": "Cisco 7965",
    "class": "Phone",
    "protocol": "SIP",
    "isActive": "true",
    "certificateOperation": "No Pending Operation",
    "authenticationMode": "By Null String",
    "keySize": "1024",
    "keyOrder": "RSA Only",
    "ecKeySize": "384",
    "certificateStatus": "None",
    "deviceSecurityMode": "Non Secure",
    "transportType": "TCP",
    "tftpEncryptedConfig": "false",
    "EnableOAuthAuthentication": "false",
    "enableDigestAuthentication": "false",
    "excludeDigestCredentials": "false",
}
"""CUCM looks at the names of returnedTags, not at their values, but the schema wants values that it allows [XSD]."""


@dataclass(frozen=True, slots=True)
class Call:
    """One exchange with the cluster, as an observer sees it: `seconds` it took, `error` if it failed."""

    operation: str
    write: bool
    seconds: float
    error: WireFault | None = None


class Axl:
    """One cluster's AXL; safe to share by threads.

    Reads are made again a few times when the connection breaks or the cluster is busy; a write only when nothing of it was
    sent, so that Throttled, and AnswerLost all the more, reach the caller at once. All methods raise WireFault and, for
    values that the schema does not allow, Unsendable. `sleep` takes seconds.
    """

    def __init__(
        self,
        schema: Schema,
        transport: Transport,
        *,
        sleep: Callable[[float], None] = time.sleep,
        observe: Callable[[Call], None] | None = None,
    ) -> None:
        self.schema = schema
        self.transport = transport
        self.calls: Counter[str] = Counter()
        self._sleep = sleep
        self._observe = observe
        self._counting = threading.Lock()

    @property
    def reads(self) -> int:
        """How many reads went to the cluster, repeated ones too."""
        return sum(count for operation, count in self.calls.items() if not _is_write(operation))

    @property
    def writes(self) -> int:
        """How many writes went to the cluster, repeated ones too."""
        return sum(count for operation, count in self.calls.items() if _is_write(operation))

    @property
    def apply_operation(self) -> str:
        """What applies a phone's configuration: `applyPhone`, before 10.0 `doDeviceReset` [field guide 3]."""
        return "applyPhone" if self.schema.supports("applyPhone") else "doDeviceReset"

    def cluster_version(self) -> str:
        """The cluster's own version, as `15.0.1.12900(234)`."""
        return self._value("getCCMVersion", {}, answers.cluster_version)

    def query(self, sql: str, secrets: frozenset[str] = frozenset()) -> list[Row]:
        """Rows of a SELECT in Informix's dialect, `{column in lower case: text}`.

        NULL and empty text both read '' (see answers.rows). `secrets` are texts in it that no trace and no error shows. Raises
        AnswerTooLarge with the number of rows to ask for.
        """
        return self._value("executeSQLQuery", {"sql": sql}, answers.rows, secrets)

    def update_sql(self, sql: str, secrets: frozenset[str] = frozenset()) -> int:
        """Run a statement that changes the database; returns the number of rows that it changed. No error tells its `secrets`."""
        return self._value("executeSQLUpdate", {"sql": sql}, answers.rows_updated, secrets)

    def list_phones(
        self, search: Mapping[str, str], tags: Sequence[str], *, skip: int | None = None, first: int | None = None
    ) -> list[Record]:
        """Phones whose fields match `search` (`%` stands for anything), with the fields in `tags`."""
        return self._list("listPhone", "phone", search, tags, (skip, first))

    def get_phone(self, phone: str, tags: Sequence[str] = ()) -> Record:
        """One phone by name or pkid; all fields without `tags`. Raises AxlFault, `not_found` for an unknown phone."""
        return self._get("getPhone", "phone", phone, tags)

    def update_phone(self, phone: str, changes: Mapping[str, str]) -> None:
        """Write these fields of a phone, named or by pkid. AnswerLost if it may or may not have been done."""
        self._change("updatePhone", phone, changes)

    def apply_phone(self, phone: str) -> None:
        """Make a phone take its configuration, which restarts it where that is needed; see `apply_operation`."""
        if self.apply_operation == "applyPhone":
            self._write("applyPhone", _key(phone))
        else:
            self._reset(phone, hard=False)

    def reset_phone(self, phone: str) -> None:
        """Reset a phone."""
        if self.schema.supports("resetPhone"):
            self._write("resetPhone", _key(phone))
        else:
            self._reset(phone, hard=True)

    def list_phone_security_profiles(
        self, search: Mapping[str, str], tags: Sequence[str], *, skip: int | None = None, first: int | None = None
    ) -> list[Record]:
        """Phone security profiles whose name or description match `search`, with the fields in `tags`."""
        return self._list("listPhoneSecurityProfile", "phoneSecurityProfile", search, tags, (skip, first))

    def get_phone_security_profile(self, profile: str, tags: Sequence[str] = ()) -> Record:
        """One phone security profile by name or pkid; all fields without `tags`."""
        return self._get("getPhoneSecurityProfile", "phoneSecurityProfile", profile, tags)

    def add_phone_security_profile(self, fields: Mapping[str, str]) -> str:
        """Create a phone security profile (`phoneType`, `protocol` and `name` are needed); returns its pkid."""
        self._check_fields("addPhoneSecurityProfile", fields, "phoneSecurityProfile")
        return self._write("addPhoneSecurityProfile", {"phoneSecurityProfile": dict(fields)}).strip("{}").lower()

    def update_phone_security_profile(self, profile: str, changes: Mapping[str, str]) -> None:
        """Write these fields of a phone security profile, named or by pkid."""
        self._change("updatePhoneSecurityProfile", profile, changes)

    def apply_phone_security_profile(self, profile: str) -> None:
        """Apply a profile, which can restart every phone that uses it. Unsendable before 10.0, which has no such thing."""
        self._write("applyPhoneSecurityProfile", _key(profile))

    def _list(
        self, operation: str, name: str, search: Mapping[str, str], tags: Sequence[str], page: _Page
    ) -> list[Record]:
        self._check_fields(operation, tags, "returnedTags")
        bounds = {bound: number for bound, number in zip(("skip", "first"), page, strict=True) if number is not None}
        request = {"searchCriteria": dict(search), "returnedTags": _tags(tags)} | bounds
        return self._value(operation, request, lambda answer: answers.records(answer, name))

    def _get(self, operation: str, name: str, key: str, tags: Sequence[str]) -> Record:
        self._check_fields(operation, tags, "returnedTags")
        request = _key(key) | ({"returnedTags": _tags(tags)} if tags else {})
        found = self._value(operation, request, lambda answer: answers.records(answer, name))
        if not found:
            raise AxlFault(5007, f"{key} was not found", operation)
        return found[0]

    def _change(self, operation: str, key: str, changes: Mapping[str, str]) -> None:
        self._check_fields(operation, changes)
        for field, value in changes.items():
            if value == "" and self.schema.enumeration(field, operation):
                raise Unsendable(f"{field} must not be empty: CUCM takes that for the schema's default [field guide 2]")
        self._write(operation, _key(key) | dict(changes))

    def _reset(self, phone: str, *, hard: bool) -> None:
        key = _key(phone)
        device = {"_value_1": "", "uuid": key["uuid"]} if "uuid" in key else key["name"]
        if self._write("doDeviceReset", {"deviceName": device, "isHardReset": "true" if hard else "false"}) == "false":
            raise AxlFault(None, f"the cluster says that {phone} was not reset", "doDeviceReset")

    def _check_fields(self, operation: str, fields: Sequence[str] | Mapping[str, str], *inside: str) -> None:
        known = self.schema.fields(operation, *inside)
        if unknown := [field for field in fields if field not in known]:
            raise Unsendable(f"{operation} of AXL {self.schema.version} has no {', '.join(unknown)}")

    def _write(self, operation: str, values: Values) -> str:
        return self._value(operation, values, answers.returned_text)

    def _value(
        self,
        operation: str,
        values: Values,
        read: Callable[[etree._Element], T],
        secrets: frozenset[str] = frozenset(),
    ) -> T:
        body = self.schema.message(operation, values)
        action = self.schema.soap_action(operation)
        secrets |= frozenset(str(values[field]) for field in SECRET_FIELDS & values.keys())
        request = Request(PATH, action, body, operation, _is_write(operation), self.schema.version, secrets=secrets)
        attempts = tenacity.Retrying(
            stop=tenacity.stop_after_attempt(_ATTEMPTS),
            wait=_wait,
            retry=tenacity.retry_if_exception(lambda error: self._may_repeat(error, write=request.write)),
            sleep=self._sleep,
            reraise=True,
        )
        answer: T = attempts(self._once, request, read)
        return answer

    def _once(self, request: Request, read: Callable[[etree._Element], T]) -> T:
        started = time.perf_counter()
        error: WireFault | None = None
        try:
            return self._answered(request, read)
        except WireFault as failed:
            error = failed
            raise
        finally:
            with self._counting:
                self.calls[request.operation] += 1
            if self._observe is not None:
                self._observe(Call(request.operation, request.write, time.perf_counter() - started, error))

    def _answered(self, request: Request, read: Callable[[etree._Element], T]) -> T:
        answer = self.transport.call(request)
        if fault := answers.fault(answer, request.operation, request.secrets):
            raise fault
        if answers.is_answer_to(request.operation, answer):
            try:
                return read(answer)
            except ValueError:
                seen = "an answer that lacks what it should say"
        else:
            seen = f"<{etree.QName(answer).localname}>, which answers something else"
        where = self.transport.endpoint.where
        if request.write:
            raise AnswerLost(request.operation, where, seen)
        raise BadAnswer(f"{where} answered {request.operation} with {seen}")

    def _may_repeat(self, error: BaseException, *, write: bool) -> bool:
        if isinstance(error, Unreachable):
            return (
                self.transport.login_proved
            )  # before that, a wrong host name or port is likelier than a short failure
        return not write and isinstance(error, (Throttled, MemoryBusy, ConnectionLost))


def connect(
    endpoint: Endpoint,
    *,
    wsdl: Path | None = None,
    sleep: Callable[[float], None] = time.sleep,
    observe: Callable[[Call], None] | None = None,
    trace: Callable[[str], None] | None = None,
) -> Axl:
    """Find out what the cluster speaks, choose the schema, and prove the login with one read.

    The version comes from UDS, which asks for no credentials; else from the list that a refusal names; else from
    getCCMVersion [field guide 3]. With `wsdl`, an admin's own AXLAPI.wsdl, that file's version is used and no other. `trace`
    gets every message as text, secrets masked. Raises WireFault, SchemaUnusable.
    """
    own = Schema.from_file(wsdl) if wsdl else None
    transport = Transport(endpoint, trace=trace)
    try:
        told = None if own else _told_by_uds(transport)
        version = (told and schema.for_cluster(told)) or schema.known_versions()[-1]
        refused: list[str] = []
        while True:
            axl = Axl(own or Schema.bundled(version), transport, sleep=sleep, observe=observe)
            try:
                said = axl.cluster_version()
            except VersionRefused as error:
                refused.append(version)
                following = None if own else _next_version(error.versions, refused)
                if following is None:
                    raise
                version = following
                continue
            best = schema.for_cluster(said)
            if own or told or best is None or best == version or best in refused:
                return axl
            return Axl(Schema.bundled(best), transport, sleep=sleep, observe=observe)
    except BaseException:
        transport.close()
        raise


def _told_by_uds(transport: Transport) -> str | None:
    """The version that the cluster tells anyone, None where it does not."""
    try:
        page = transport.get_anonymously(_UDS_VERSION)
    except (Unreachable, TlsNotTrusted):
        raise
    except WireFault:
        return None  # UDS may be off or closed to us; AXL itself is asked next
    found = re.search(rb"<version>\s*(\d+\.\d+[^<]*?)\s*</version>", page)
    return found[1].decode("ascii", errors="replace") if found else None


def _next_version(spoken: Sequence[str], refused: Sequence[str]) -> str | None:
    """What to try after a refusal: the best that the cluster names, or else the next older one."""
    if spoken:
        best = schema.negotiate(spoken)
        return None if best in refused else best
    known = schema.known_versions()
    position = known.index(refused[-1])
    return known[position - 1] if position else None


def _wait(state: tenacity.RetryCallState) -> float:
    """Seconds until the next attempt: what the cluster asks for, else 1, 2, 4, 8."""
    error = state.outcome.exception() if state.outcome else None
    if isinstance(error, Throttled) and error.retry_after is not None:
        return min(error.retry_after, _LONGEST_WAIT)
    return float(2 ** (state.attempt_number - 1))


def _is_write(operation: str) -> bool:
    return operation.startswith(_WRITES)


def _key(thing: str) -> dict[str, str]:
    """A name or a pkid as the request says it: pkids in braces and upper case, as AXL has them [field guide 3]."""
    pkid = _PKID.fullmatch(thing)
    return {"uuid": f"{{{pkid[1].upper()}}}"} if pkid else {"name": thing}


def _tags(tags: Sequence[str]) -> dict[str, str]:
    return {tag: _PLACEHOLDERS.get(tag, "") for tag in tags}
