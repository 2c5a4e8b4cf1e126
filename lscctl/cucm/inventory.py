"""The phones of a cluster, read by pages of SQL: hundreds of phones an answer, whatever their number."""

import functools
import hashlib
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from lscctl.auth_string import AuthString, StringAtCluster, is_auth_string
from lscctl.capf import CertificateOperation, CertificateStatus, DeviceSecurityMode
from lscctl.cucm.clock import Query
from lscctl.cucm.faults import AnswerTooLarge, BadAnswer
from lscctl.cucm.model_support import SupportTable
from lscctl.cucm.profiles import Profiles, Row
from lscctl.cucm.selection import IS_PHONE, Selection
from lscctl.cucm.sql import Sql, all_of, chunks, literal_list, pkid_list, pkid_literal
from lscctl.phone import Glance, Lsc, ModelSupport, Phone, PhoneQuery, Reading, SecurityProfile, under_way
from lscctl.trustlist.names import common_name

PAGE: Final = 1000
"""Phones asked for at once; the cluster makes it less where an answer would exceed 8 MB [field guide 3]."""

POLL_PAGE: Final = 500
"""Phones of one poll: their pkids stand in the statement itself."""

PENDING_PAGE: Final = 5000
"""Phones with an operation under way that are told at once."""

GLANCE_PAGE: Final = 60_000
"""Phones of one glance: of each so little that an answer stays within 8 MB [field guide 3]."""

_LISTED: Final = 500
_OPERATION_WORDS: Final = Sql("select enum, name from typecertificateoperation")
_STATUS_WORDS: Final = Sql("select enum, name from typecertificatestatus")
_NO_STATUS: Final = CertificateStatus("None")
_FIRST_PKID: Final = Sql("''")
_HOLDS_STRING: Final = Sql("d.authenticationstring is not null and d.authenticationstring <> ''")


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
    """Reads phones, their profiles and what is under way. `notes` gathers what could not be understood.

    `features`: what the database of this version has.
    """

    def __init__(
        self, query: Query, features: Features, heard_time: Callable[[str, float], None], now: Callable[[], float]
    ) -> None:
        self._query = query
        self._heard_time = heard_time
        self._now = now
        self.features = features
        self._support: SupportTable | None = None
        self._page = _PageSize(PAGE)
        self._glance_page = _PageSize(GLANCE_PAGE)
        self._words: tuple[Mapping[str, str], Mapping[str, CertificateStatus]] | None = None
        self.profiles = Profiles(query, key_order=features.key_order)
        self.notes = self.profiles.notes

    def phones(self, selection: Selection) -> list[Phone]:
        """All phones that the selection accepts, by name; registration is not asked for."""
        if selection.impossible:
            return []
        return self._accepted(self._phone_pages(selection.conditions), selection)

    def users(self, profile: str) -> list[Phone]:
        """Every phone that has the security profile of this pkid, by name; registration is not asked for."""
        has = Sql("d.fksecurityprofile = {pkid}", pkid=pkid_literal(profile))
        return self.phones(Selection(PhoneQuery(), (has,), lambda _: True))

    def listed(self, names: Sequence[str], selection: Selection) -> tuple[list[Phone], tuple[str, ...]]:
        """The phones of these names that the selection accepts, and the names that no phone of the cluster has."""
        known: set[str] = set()

        def pages() -> Iterator[Sequence[Row]]:
            for chunk in chunks(names, _LISTED):
                lower = literal_list([name.lower() for name in chunk], "phone name")
                for page in self._phone_pages([Sql("lower(d.name) in {names}", names=lower)]):
                    known.update(row["name"].casefold() for row in page)
                    yield page

        phones = self._accepted(pages(), selection)
        return phones, tuple(name for name in names if name.casefold() not in known)

    def read(self, pkids: Sequence[str], strings: Mapping[str, AuthString] | None = None) -> dict[str, Reading]:
        """What is under way for these phones, in one answer; a phone that is gone is absent. The answer tells the time, too.

        `strings`, `{pkid: string}`, are the authentication strings that were handed out: readings tell whether the cluster holds
        them, and nothing else of what it holds. Raises AnswerTooLarge where the cluster wants fewer phones asked for.
        """
        if not pkids:
            return {}
        statement = Sql(
            "select {columns}, tm.name as model, dp.name as poolname, {settings}{string}, current year to second as clock "
            "from device d "
            "left outer join typemodel tm on d.tkmodel = tm.enum left outer join devicepool dp on d.fkdevicepool = dp.pkid "
            "left outer join typecertificateoperation tco on d.tkcertificateoperation = tco.enum "
            "left outer join typecertificatestatus tcs on d.tkcertificatestatus = tcs.enum "
            "left outer join securityprofile sp on d.fksecurityprofile = sp.pkid {joins} where d.pkid in {pkids}",
            columns=self._polled_columns(),
            settings=self.profiles.columns,
            string=Sql(", d.authenticationstring") if strings else Sql(""),
            joins=self.profiles.joins,
            pkids=pkid_list(pkids),
        )
        asked = self._now()
        rows = self._query(statement)
        if rows:
            self._heard_time(rows[0]["clock"], asked)
        return {row["pkid"].lower(): self._reading(row, (strings or {}).get(row["pkid"].lower())) for row in rows}

    def authentication_strings(self) -> dict[str, AuthString]:
        """`{pkid: string}` of all phones that hold one which a keypad can type. Raises WireFault."""
        pages = self._pages(
            lambda first, after: Sql(
                "select first {first} d.pkid, d.authenticationstring from device d "
                "inner join typeclass tc on d.tkclass = tc.enum where {conditions} order by d.pkid",
                first=first,
                conditions=all_of([IS_PHONE, _HOLDS_STRING, Sql("d.pkid > {after}", after=after)]),
            ),
            self._glance_page,
        )
        held = ((row["pkid"].lower(), row["authenticationstring"].strip()) for page in pages for row in page)
        return {pkid: AuthString(text) for pkid, text in held if is_auth_string(text)}

    def glance(self, pkids: Sequence[str]) -> dict[str, Glance]:
        """`{pkid: Glance}` of these phones, however many, in one answer; other phones may be told, too, and those that are gone are
        absent."""
        listed = [Sql("d.pkid in {pkids}", pkids=pkid_list(pkids))] if 0 < len(pkids) <= POLL_PAGE else []
        until = Sql(", d.lscvaliduntil as until") if self.features.lsc_columns else Sql("")
        pages = self._pages(
            lambda first, after: Sql(
                "select first {first} d.pkid, d.tkcertificateoperation as op, d.tkcertificatestatus as st{until} "
                "from device d inner join typeclass tc on d.tkclass = tc.enum where {conditions} order by d.pkid",
                first=first,
                until=until,
                conditions=all_of([IS_PHONE, *listed, Sql("d.pkid > {after}", after=after)]),
            ),
            self._glance_page,
        )
        return {row["pkid"].lower(): self._glance(row) for page in pages for row in page}

    def _glance(self, row: Row) -> Glance:
        """The row's numbers in words: those of the two tables are read once, since words would not fit into one answer."""
        if self._words is None:
            operations = {one["enum"]: one["name"] for one in self._query(_OPERATION_WORDS)}
            statuses = {one["enum"]: CertificateStatus(one["name"]) for one in self._query(_STATUS_WORDS)}
            self._words = operations, statuses
        operation, status = self._words[0].get(row["op"], ""), self._words[1].get(row["st"], _NO_STATUS)
        return Glance(_operation({"name": row["pkid"], "operation": operation}), status, _epoch(row.get("until", "")))

    def pending(self, hour: str) -> frozenset[str]:
        """The pkids of the phones that CAPF may still serve, ours and others': the first `PENDING_PAGE` by pkid.

        `hour` is the cluster's local time as `YYYY:MM:DD:HH`: an operation whose finish time lies before it is over, whatever
        its status says; one without a finish time is not.
        """
        rows = self._query(_pending_statement(hour))
        return frozenset(
            row["pkid"].lower()
            for row in rows
            if under_way(_operation(row), CertificateStatus(row["status"] or "None"))
        )

    def _reading(self, row: Row, handed_out: AuthString | None) -> Reading:
        return Reading(
            pkid=row["pkid"].lower(),
            name=row["name"],
            profile_pkid=row["profilepkid"].lower(),
            operation=_operation(row),
            status=CertificateStatus(row["status"] or "None"),
            finish_time=row["finishtime"],
            lsc=_lsc(row),
            model=row["model"],
            device_pool=row["poolname"],
            settings=self.profiles.settings(row),
            string=StringAtCluster.NOT_ASKED
            if handed_out is None
            else StringAtCluster.judged(row["authenticationstring"], handed_out),
        )

    def _accepted(self, pages: Iterable[Sequence[Row]], selection: Selection) -> list[Phone]:
        """The phones of the pages that the selection accepts, by name; page by page, since rows are far larger than phones."""
        accepted: list[Phone] = []
        profiles: dict[str, SecurityProfile] = {}
        for number, rows in enumerate(pages):
            if number == 0 and len(rows) == self._page.rows:  # many more follow
                profiles = self.profiles.of_phones()
            profiles |= self.profiles.read({row["profilepkid"].lower() for row in rows} - profiles.keys())
            if rows and self._support is None:
                self._support = SupportTable.read(self._query)
            if not selection.impossible:
                phones = (_phone(row, profiles, self._support) for row in rows)
                accepted += (phone for phone in phones if selection.accepts(phone))
        return sorted(accepted, key=lambda phone: (phone.name, phone.pkid))

    def _phone_pages(self, conditions: Sequence[Sql]) -> Iterator[Sequence[Row]]:
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
            ),
            self._page,
        )

    def _polled_columns(self) -> Sql:
        if not self.features.lsc_columns:
            return _POLLED
        return Sql("{polled}, d.lscvaliduntil, d.lscissuername, d.lscissuervaliduntil", polled=_POLLED)

    def _pages(self, statement: Callable[[int, Sql], Sql], size: "_PageSize") -> Iterator[Sequence[Row]]:
        """All rows, each page starting after the last pkid of the one before: a phone deleted meanwhile shifts nothing."""
        after = _FIRST_PKID
        while True:
            try:
                page = self._query(statement(size.rows, after))
            except AnswerTooLarge as fault:
                size.rows = _smaller(size.rows, fault)
                continue
            yield page
            if len(page) < size.rows:
                return
            after = pkid_literal(page[-1]["pkid"].lower())


@dataclass(slots=True)
class _PageSize:
    """How many rows are asked for at once; what a cluster found too large is not asked for again."""

    rows: int


_POLLED: Final = Sql(
    "d.pkid, d.name, d.fksecurityprofile as profilepkid, tco.name as operation, tcs.name as status, "
    "d.upgradefinishtime as finishtime, d.publickey"
)


def _pending_statement(hour: str) -> Sql:
    """Operations beside a final status, and those that came too late, would fill the page where CUCM keeps them (*assumed*
    either way). Finish times compare as text, since each part has its fixed width."""
    return Sql(
        "select first {first} d.pkid, d.name, tco.name as operation, tcs.name as status from device d "
        "inner join typeclass tc on d.tkclass = tc.enum "
        "inner join typecertificateoperation tco on d.tkcertificateoperation = tco.enum "
        "left outer join typecertificatestatus tcs on d.tkcertificatestatus = tcs.enum "
        "where {is_phone} and tco.name <> 'No Pending Operation' "
        "and (d.upgradefinishtime is null or d.upgradefinishtime = '' or d.upgradefinishtime >= {hour}) "
        "and (tcs.name is null or not (tcs.name matches '* Success' or tcs.name matches '* Success:*' "
        "or tcs.name matches '* Failed' or tcs.name matches '* Failed:*')) order by d.pkid",
        first=PENDING_PAGE,
        is_phone=IS_PHONE,
        hour=Sql.literal(hour, "hour"),
    )


def _phone(row: Row, profiles: Mapping[str, SecurityProfile], support: SupportTable | None) -> Phone:
    none = SecurityProfile(pkid="", name="", security_mode=DeviceSecurityMode.NON_SECURE, settings=None)
    return Phone(
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
        support=ModelSupport() if support is None else support.of(row["model"], row["protocol"]),
    )


_OPERATIONS: Final = {operation.value.casefold(): operation for operation in CertificateOperation}


def _operation(row: Row) -> CertificateOperation:
    said = row["operation"].strip() or CertificateOperation.NONE.value
    operation = _OPERATIONS.get(said.casefold())
    if operation is None:
        raise BadAnswer(f"the phone {row['name']} has the certificate operation {said!r}, which lscctl does not know")
    return operation


def _lsc(row: Row) -> Lsc:
    issuer = row.get("lscissuername", "").strip()
    return Lsc(
        valid_until=_epoch(row.get("lscvaliduntil", "")),
        issuer=_issuer(issuer) or None,
        issuer_valid_until=_epoch(row.get("lscissuervaliduntil", "")),
        public_key=_digest(row["publickey"].strip()),
    )


_issuer = functools.cache(common_name)
"""Tens of thousands of LSCs share their few issuers."""


def _digest(key: str) -> str | None:
    return hashlib.sha256(key.encode()).hexdigest()[:32] if key else None


def _epoch(text: str) -> int | None:
    """Epoch seconds; None for 0, which says that CUCM does not know [field guide 4], and for what no calendar has."""
    seconds = int(text) if _SECONDS.fullmatch(text.strip()) else 0
    return seconds if 0 < seconds < _END_OF_TIME else None


_SECONDS: Final = re.compile(r"[0-9]{1,18}")
_END_OF_TIME: Final = 253_370_764_800
"""The year 9999, which has no end in some zones."""


def _smaller(page: int, fault: AnswerTooLarge) -> int:
    if page == 1:
        raise fault
    suggested = fault.suggested_rows - 1 if fault.suggested_rows else page // 2
    return max(1, min(suggested, page - 1))
