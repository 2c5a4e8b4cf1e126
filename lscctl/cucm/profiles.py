"""Phone security profiles: which CAPF settings they hold, read by themselves or along with the phones that use them."""

from collections.abc import Iterable, Mapping
from typing import Final

from lscctl.capf import EC_KEY_SIZES, AuthenticationMode, CapfSettings, DeviceSecurityMode, KeyOrder
from lscctl.cucm.clock import Query
from lscctl.cucm.faults import AxlFault
from lscctl.cucm.sql import Sql, chunks, pkid_list
from lscctl.phone import ProfileInUse, SecurityProfile

Row = Mapping[str, str]

_LISTED: Final = 500
_COLUMNS: Final = Sql("tam.name as authmode, tks.name as keysize")
_JOINS: Final = Sql(
    "left outer join typeauthenticationmode tam on sp.tkauthenticationmode = tam.enum "
    "left outer join typekeysize tks on sp.tkkeysize = tks.enum"
)
_USERS: Final = Sql(
    "select fksecurityprofile, count(*) as phones from device where tkclass = 1 and fksecurityprofile is not null "
    "group by fksecurityprofile"
)
_FOR_PHONES: Final = Sql("sp.tksecuritypolicy in (4, 99)")
"""Policy 4 is that of phones, 99 that of any device [field guide 4]."""

_EC_SIZES: Final = Sql("select enum, name from typeeckeysize")


class Profiles:
    """Reads profiles. `columns` and `joins` bring the settings of the profile `sp` into another statement, for `settings`.

    `key_order`: whether the database has key order and EC sizes, which came with 11.0. `notes` gathers what could not be
    understood.
    """

    def __init__(self, query: Query, *, key_order: bool) -> None:
        self.columns, self.joins = _COLUMNS, _JOINS
        if key_order:
            self.columns = Sql(
                "{columns}, tko.name as keyorder, sp.tkeckeysize as ecnumber, tek.name as ecname", columns=_COLUMNS
            )
            self.joins = Sql(
                "{joins} left outer join typekeyorder tko on sp.tkkeyorder = tko.enum "
                "left outer join typekeysize tek on sp.tkeckeysize = tek.enum",
                joins=_JOINS,
            )
        self._query = query
        self._ec_sizes: Mapping[str, str] | None = None
        self.notes: list[str] = []

    def read(self, pkids: Iterable[str]) -> dict[str, SecurityProfile]:
        """`{pkid: SecurityProfile}` for those that exist; pkids in any case, '' for none."""
        found: dict[str, SecurityProfile] = {}
        for chunk in chunks(sorted({pkid.lower() for pkid in pkids if pkid}), _LISTED):
            found |= self._where(Sql("sp.pkid in {pkids}", pkids=pkid_list(chunk)))
        return found

    def of_phones(self) -> dict[str, SecurityProfile]:
        """`{pkid: SecurityProfile}` for every profile that phones can have: one answer, where many phones are read."""
        return self._where(_FOR_PHONES)

    def _where(self, condition: Sql) -> dict[str, SecurityProfile]:
        rows = self._query(
            Sql(
                "select sp.pkid, sp.name, sp.isstandard, sp.tftpencryptedflag, tsm.name as securitymode, "
                "{columns} from securityprofile sp "
                "left outer join typedevicesecuritymode tsm on sp.tkdevicesecuritymode = tsm.enum {joins} "
                "where {condition}",
                columns=self.columns,
                joins=self.joins,
                condition=condition,
            )
        )
        return {row["pkid"].lower(): self._profile(row) for row in rows}

    def in_use(self) -> list[ProfileInUse]:
        """Every phone profile of the cluster by name, with the number of phones that use it. Raises WireFault."""
        users = {row["fksecurityprofile"].lower(): int(row["phones"]) for row in self._query(_USERS)}
        rows = self._query(
            Sql(
                "select sp.pkid, sp.name, sp.isstandard, sp.tftpencryptedflag, tsm.name as securitymode, "
                "tm.name as model, tdp.name as protocol, "
                "{columns} from securityprofile sp "
                "left outer join typedevicesecuritymode tsm on sp.tkdevicesecuritymode = tsm.enum "
                "left outer join typemodel tm on sp.tkmodel = tm.enum "
                "left outer join typedeviceprotocol tdp on sp.tkdeviceprotocol = tdp.enum {joins} "
                "where {condition} order by sp.name",
                columns=self.columns,
                joins=self.joins,
                condition=_FOR_PHONES,
            )
        )
        return [
            ProfileInUse(self._profile(row), row["model"], row["protocol"], users.get(row["pkid"].lower(), 0))
            for row in rows
        ]

    def settings(self, row: Row) -> CapfSettings | None:
        """The settings in a row with `columns`; None where the profile has none, or such as lscctl does not know."""
        try:
            mode = AuthenticationMode.parse(row["authmode"])
            order = KeyOrder.parse(row["keyorder"]) if row.get("keyorder") else None
        except ValueError:
            return None  # such a profile cannot be matched
        ec_size = self._ec_size(row) if order is not None else None
        return CapfSettings(mode, int(row["keysize"]) if row["keysize"].isdigit() else None, order, ec_size)

    def _profile(self, row: Row) -> SecurityProfile:
        return SecurityProfile(
            pkid=row["pkid"].lower(),
            name=row["name"],
            security_mode=_security_mode(row["securitymode"]),
            settings=self.settings(row),
            predefined=row["isstandard"] == "t",
            encrypts_configuration=row["tftpencryptedflag"] == "t",
        )

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


def _security_mode(text: str) -> DeviceSecurityMode:
    """The mode by its name; none is Non Secure, and one that nobody knows is taken for the one that asks for most care."""
    if not text.strip():
        return DeviceSecurityMode.NON_SECURE
    known = (mode for mode in DeviceSecurityMode if mode.value.casefold() == text.strip().casefold())
    return next(known, DeviceSecurityMode.ENCRYPTED)
