"""The phones of a cluster, read by pages of SQL: hundreds of phones an answer, whatever their number."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from lscctl.capf import (
    EC_KEY_SIZES,
    AuthenticationMode,
    CapfSettings,
    CertificateOperation,
    CertificateStatus,
    DeviceSecurityMode,
    KeyOrder,
)
from lscctl.cucm.clock import Query
from lscctl.cucm.facts import common_name
from lscctl.cucm.faults import AnswerTooLarge, AxlFault, BadAnswer
from lscctl.cucm.model_support import SupportTable
from lscctl.cucm.selection import IS_PHONE, Selection
from lscctl.cucm.sql import Sql, all_of, chunks, literal_list, pkid_list, pkid_literal
from lscctl.phone import Lsc, Phone, Reading, SecurityProfile

Row = Mapping[str, str]

PAGE: Final = 1000
"""Phones asked for at once; the cluster makes it less where an answer would exceed 8 MB [field guide 3]."""

POLL_PAGE: Final = 500
"""Phones of one poll: their pkids stand in the statement itself."""

_LISTED: Final = 500
_FIRST_PKID: Final = Sql("''")


@dataclass(frozen=True, slots=True)
class Features:
    """What the database of this version has: key order and EC sizes from 11.0, the LSC columns from 11.5 [field guide 3]."""

    key_order: bool
    lsc_columns: bool

    @classmethod
    def of(cls, version: tuple[int, ...]) -> "Features":
        """By the cluster's own version, (12, 5, ...)."""
        return cls(key_order=version >= (11, 0), lsc_columns=version >= (11, 5))

    @property
    def notes(self) -> tuple[str, ...]:
        """What this version lacks, for a person."""
        notes = []
        if not self.key_order:
            notes.append("this CUCM knows neither key order nor EC keys: they came with 11.0")
        if not self.lsc_columns:
            notes.append("this CUCM does not keep when LSCs expire or who issued them: that came with 11.5")
        return tuple(notes)


class Inventory:
    """Reads phones, their profiles and what is under way. `notes` gathers what could not be understood."""

    def __init__(self, query: Query, features: Features) -> None:
        self._query = query
        self._features = features
        self._support: SupportTable | None = None
        self._page = PAGE
        self._ec_sizes: Mapping[str, str] | None = None
        self.notes: list[str] = []

    def phones(self, selection: Selection) -> list[Phone]:
        """All phones that the selection accepts, by name; registration is not asked for."""
        if selection.impossible:
            return []
        return self._accepted(self._phone_pages(selection.conditions), selection)

    def listed(self, names: Sequence[str], selection: Selection) -> tuple[list[Phone], tuple[str, ...]]:
        """The phones of these names that the selection accepts, and the names that no phone of the cluster has."""
        rows: list[Row] = []
        for chunk in chunks(names, _LISTED):
            lower = literal_list([name.lower() for name in chunk], "phone name")
            rows += self._phone_pages([Sql("lower(d.name) in {names}", names=lower)])
        known = {row["name"].casefold() for row in rows}
        unknown = tuple(name for name in names if name.casefold() not in known)
        return ([] if selection.impossible else self._accepted(rows, selection)), unknown

    def read(self, pkids: Sequence[str]) -> dict[str, Reading]:
        """What is under way for these phones, in one answer unless that would be too large; a phone that is gone is absent."""
        if not pkids:
            return {}
        statement = Sql(
            "select {columns} from device d left outer join typecertificateoperation tco on d.tkcertificateoperation = tco.enum "
            "left outer join typecertificatestatus tcs on d.tkcertificatestatus = tcs.enum where d.pkid in {pkids}",
            columns=self._polled_columns(),
            pkids=pkid_list(pkids),
        )
        try:
            rows = self._query(statement)
        except AnswerTooLarge:
            if len(pkids) == 1:
                raise
            half = len(pkids) // 2
            return self.read(pkids[:half]) | self.read(pkids[half:])
        return {row["pkid"].lower(): _reading(row) for row in rows}

    def _accepted(self, rows: Iterable[Row], selection: Selection) -> list[Phone]:
        rows = list(rows)
        profiles = self._profiles({row["profilepkid"] for row in rows if row["profilepkid"]})
        if rows and self._support is None:
            self._support = SupportTable.read(self._query)
        phones = [_phone(row, profiles, self._support) for row in rows]
        return sorted(
            (phone for phone in phones if selection.accepts(phone)), key=lambda phone: (phone.name, phone.pkid)
        )

    def _phone_pages(self, conditions: Sequence[Sql]) -> list[Row]:
        return self._pages(
            lambda first, after: Sql(
                "select first {first} {columns}, tm.name as model, tp.name as protocol, dp.name as poolname, "
                "l.name as locationname, d.description, case when d.authenticationstring is null "
                "or d.authenticationstring = '' then 'f' else 't' end as hasstring "
                "from device d inner join typeclass tc on d.tkclass = tc.enum inner join typemodel tm on d.tkmodel = tm.enum "
                "inner join typedeviceprotocol tp on d.tkdeviceprotocol = tp.enum "
                "left outer join devicepool dp on d.fkdevicepool = dp.pkid "
                "left outer join location l on d.fklocation = l.pkid "
                "left outer join securityprofile sp on d.fksecurityprofile = sp.pkid "
                "left outer join typecertificateoperation tco on d.tkcertificateoperation = tco.enum "
                "left outer join typecertificatestatus tcs on d.tkcertificatestatus = tcs.enum "
                "where {conditions} order by d.pkid",
                first=first,
                columns=self._polled_columns(),
                conditions=all_of([IS_PHONE, *conditions, Sql("d.pkid > {after}", after=after)]),
            )
        )

    def _polled_columns(self) -> Sql:
        if not self._features.lsc_columns:
            return _POLLED
        return Sql("{polled}, d.lscvaliduntil, d.lscissuername, d.lscissuervaliduntil", polled=_POLLED)

    def _pages(self, statement: Callable[[int, Sql], Sql]) -> list[Row]:
        """All rows, each page starting after the last pkid of the one before: a phone deleted meanwhile shifts nothing."""
        rows: list[Row] = []
        after = _FIRST_PKID
        while True:
            try:
                page = self._query(statement(self._page, after))
            except AnswerTooLarge as fault:
                self._page = _smaller(self._page, fault)
                continue
            rows += page
            if len(page) < self._page:
                return rows
            after = pkid_literal(page[-1]["pkid"].lower())

    def _profiles(self, pkids: Iterable[str]) -> dict[str, SecurityProfile]:
        rows: list[Row] = []
        for chunk in chunks(sorted({pkid.lower() for pkid in pkids}), _LISTED):
            rows += self._query(_profile_statement(chunk, key_order=self._features.key_order))
        return {row["pkid"].lower(): self._profile(row) for row in rows}

    def _profile(self, row: Row) -> SecurityProfile:
        return SecurityProfile(
            pkid=row["pkid"].lower(),
            name=row["name"],
            security_mode=_security_mode(row["securitymode"]),
            settings=self._settings(row),
            predefined=row["isstandard"] == "t",
        )

    def _settings(self, row: Row) -> CapfSettings | None:
        try:
            mode = AuthenticationMode.parse(row["authmode"])
            order = KeyOrder.parse(row["keyorder"]) if row.get("keyorder") else None
        except ValueError:
            return None  # no mode, or one that this program does not know: such a profile cannot be matched
        ec_size = self._ec_size(row) if order is not None else None
        return CapfSettings(mode, int(row["keysize"]) if row["keysize"].isdigit() else None, order, ec_size)

    def _ec_size(self, row: Row) -> int | None:
        """The EC size: field SQL joins it to typekeysize; where that gives none, it must have a table of its own (*assumed*)."""
        if not row["ecnumber"]:
            return None
        if row["ecname"].isdigit() and int(row["ecname"]) in EC_KEY_SIZES:
            return int(row["ecname"])
        if self._ec_sizes is None:
            try:
                self._ec_sizes = {found["enum"]: found["name"] for found in self._query(_EC_SIZES)}
            except AxlFault:
                self._ec_sizes = {}
                self.notes.append("the EC key sizes of security profiles could not be read from the database")
        name = self._ec_sizes.get(row["ecnumber"], "")
        return int(name) if name.isdigit() else None


_POLLED: Final = Sql(
    "d.pkid, d.name, d.fksecurityprofile as profilepkid, tco.name as operation, tcs.name as status, "
    "d.upgradefinishtime as finishtime, d.publickey"
)
_EC_SIZES: Final = Sql("select enum, name from typeeckeysize")


def _profile_statement(pkids: Sequence[str], *, key_order: bool) -> Sql:
    columns, joins = Sql(""), Sql("")
    if key_order:
        columns = Sql(", tko.name as keyorder, sp.tkeckeysize as ecnumber, tek.name as ecname")
        joins = Sql(
            " left outer join typekeyorder tko on sp.tkkeyorder = tko.enum "
            "left outer join typekeysize tek on sp.tkeckeysize = tek.enum"
        )
    return Sql(
        "select sp.pkid, sp.name, sp.isstandard, tsm.name as securitymode, tam.name as authmode, tks.name as keysize{columns} "
        "from securityprofile sp left outer join typedevicesecuritymode tsm on sp.tkdevicesecuritymode = tsm.enum "
        "left outer join typeauthenticationmode tam on sp.tkauthenticationmode = tam.enum "
        "left outer join typekeysize tks on sp.tkkeysize = tks.enum{joins} where sp.pkid in {pkids}",
        columns=columns,
        joins=joins,
        pkids=pkid_list(pkids),
    )


def _phone(row: Row, profiles: Mapping[str, SecurityProfile], support: SupportTable | None) -> Phone:
    none = SecurityProfile(pkid="", name="", security_mode=DeviceSecurityMode.NON_SECURE, settings=None)
    phone = Phone(
        pkid=row["pkid"].lower(),
        name=row["name"],
        description=row["description"],
        model=row["model"],
        protocol=row["protocol"],
        device_pool=row["poolname"],
        location=row["locationname"],
        profile=profiles.get(row["profilepkid"].lower(), none),
        operation=_operation(row),
        status=CertificateStatus(row["status"] or "None"),
        finish_time=row["finishtime"],
        lsc=_lsc(row),
        has_authentication_string=row["hasstring"].strip() == "t",
    )
    return phone if support is None else replace(phone, support=support.of(phone.model, phone.protocol))


def _reading(row: Row) -> Reading:
    return Reading(
        pkid=row["pkid"].lower(),
        name=row["name"],
        profile_pkid=row["profilepkid"].lower(),
        operation=_operation(row),
        status=CertificateStatus(row["status"] or "None"),
        finish_time=row["finishtime"],
        lsc=_lsc(row),
    )


def _operation(row: Row) -> CertificateOperation:
    said = row["operation"].strip() or CertificateOperation.NONE.value
    for operation in CertificateOperation:
        if operation.value.casefold() == said.casefold():
            return operation
    raise BadAnswer(f"the phone {row['name']} has the certificate operation {said!r}, which lscctl does not know")


def _lsc(row: Row) -> Lsc:
    issuer = row.get("lscissuername", "").strip()
    return Lsc(
        valid_until=_epoch(row.get("lscvaliduntil", "")),
        issuer=common_name(issuer) or None,
        issuer_valid_until=_epoch(row.get("lscissuervaliduntil", "")),
        public_key=row["publickey"].strip() or None,
    )


def _epoch(text: str) -> int | None:
    """Epoch seconds; None for 0, which says that CUCM does not know [field guide 4]."""
    return int(text) or None if text.strip().isdigit() else None


def _smaller(page: int, fault: AnswerTooLarge) -> int:
    if page == 1:
        raise fault
    suggested = fault.suggested_rows - 1 if fault.suggested_rows else page // 2
    return max(1, min(suggested, page - 1))


def _security_mode(text: str) -> DeviceSecurityMode:
    """The mode by its name; none is Non Secure, and one that nobody knows is taken for the one that asks for most care."""
    if not text.strip():
        return DeviceSecurityMode.NON_SECURE
    known = (mode for mode in DeviceSecurityMode if mode.value.casefold() == text.strip().casefold())
    return next(known, DeviceSecurityMode.ENCRYPTED)
