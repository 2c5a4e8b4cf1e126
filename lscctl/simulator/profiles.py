"""Phone security profiles: where the CAPF settings live, and how a phone comes from one to another."""

import sqlite3
from dataclasses import dataclass, replace

from lscctl.simulator import enumerations as enums
from lscctl.simulator.assumptions import Assumptions
from lscctl.simulator.releases import Release


@dataclass(frozen=True)
class Settings:
    """What a profile tells CAPF and the phone: sizes in bits, the rest in the schema's words."""

    mode: str = "By Null String"
    key_order: str = "RSA Only"
    rsa_size: int = 2048
    ec_size: int = 384

    def agrees_with(self, other: "Settings") -> bool:
        """Whether both ask for the same: a size that the key order leaves out does not count."""
        return (
            (self.mode, self.key_order) == (other.mode, other.key_order)
            and (self.key_order == "EC Only" or self.rsa_size == other.rsa_size)
            and (self.key_order == "RSA Only" or self.ec_size == other.ec_size)
        )


@dataclass(frozen=True)
class Profile:
    """A phone security profile.

    model, protocol: enum numbers; 99 stands for any.
    standard: predefined, so that nobody can change or delete it [field guide 2].
    """

    pkid: str
    name: str
    model: int
    protocol: int
    settings: Settings = Settings()
    security_mode: str = "Non Secure"
    standard: bool = False
    encrypted_configuration: bool = False
    description: str = ""
    policy: int = 4

    @property
    def secure(self) -> bool:
        """Whether its phones register only once CAPF is done with them [field guide 2]."""
        return self.security_mode != "Non Secure"

    def serves(self, model: int, protocol: int) -> bool:
        """Whether it is for phones of this model and protocol."""
        return self.policy in (4, 99) and self.model in (model, 99) and self.protocol in (protocol, 99)


class Profiles:
    """The securityprofile table, whatever columns this release gives it."""

    def __init__(self, connection: sqlite3.Connection, release: Release, assumptions: Assumptions) -> None:
        self._connection = connection
        self._release = release
        self._assumptions = assumptions
        self._shared_sizes = assumptions.ec_key_size_table == "typekeysize"

    def add(self, profile: Profile) -> None:
        """Insert a profile. Raises sqlite3.IntegrityError when the name is taken."""
        settings = profile.settings
        row: dict[str, object] = {
            "pkid": profile.pkid,
            "name": profile.name,
            "description": profile.description,
            "tkmodel": profile.model,
            "tkdeviceprotocol": profile.protocol,
            "tksecuritypolicy": profile.policy,
            "isstandard": "t" if profile.standard else "f",
            "tkdevicesecuritymode": enums.number(enums.SECURITY_MODES, profile.security_mode),
            "tkauthenticationmode": enums.number(enums.MODES, settings.mode),
            "tkkeysize": enums.number(enums.RSA_SIZES, str(settings.rsa_size)),
            "tktransport": enums.number(enums.TRANSPORTS, "TLS" if profile.secure else "TCP+UDP"),
            "tftpencryptedflag": "t" if profile.encrypted_configuration else "f",
        }
        if self._release.has_key_order:
            row["tkkeyorder"] = enums.number(enums.KEY_ORDERS, settings.key_order)
            row["tkeckeysize"] = self._ec_enum(settings)
        marks = ", ".join("?" * len(row))
        self._connection.execute(
            f"INSERT INTO securityprofile ({', '.join(row)}) VALUES ({marks})", tuple(row.values())
        )

    def of_phone(self, pkid: str) -> Profile | None:
        """Read the profile of a phone, by the phone's pkid; None for a phone without one."""
        row = self._connection.execute("SELECT fksecurityprofile FROM device WHERE pkid = ?", (pkid,)).fetchone()
        return self.get(row[0]) if row and row[0] else None

    def get(self, pkid: str) -> Profile | None:
        """Read a profile, or None when there is none with that pkid."""
        orders = "tkkeyorder, tkeckeysize" if self._release.has_key_order else "1, NULL"
        row = self._connection.execute(
            "SELECT name, description, tkmodel, tkdeviceprotocol, tksecuritypolicy, isstandard, tkdevicesecuritymode,"
            f" tkauthenticationmode, tkkeysize, tftpencryptedflag, {orders} FROM securityprofile WHERE pkid = ?",
            (pkid,),
        ).fetchone()
        if row is None:
            return None
        name, description, model, protocol, policy, standard, security, mode, rsa, encrypted, order, ec_enum = row
        return Profile(
            pkid=pkid,
            name=name,
            description=description,
            model=model,
            protocol=protocol,
            policy=policy,
            standard=standard == "t",
            security_mode=enums.name_of(enums.SECURITY_MODES, security),
            encrypted_configuration=encrypted == "t",
            settings=Settings(
                mode=enums.name_of(enums.MODES, mode),
                key_order=enums.name_of(enums.KEY_ORDERS, order),
                rsa_size=int(enums.name_of(enums.RSA_SIZES, rsa)),
                ec_size=self._ec_size(ec_enum),
            ),
        )

    def set_mode(self, pkid: str, mode: str) -> None:
        """Change a profile's authentication mode.

        Raises ValueError for a mode or a profile that is none, or a profile that is predefined.
        """
        if mode not in enums.MODES:
            raise ValueError(f"{mode!r} is no authentication mode")
        profile = self.get(pkid)
        if profile is None or profile.standard:
            raise ValueError(f"{pkid} is no security profile that can be changed")
        self._connection.execute(
            "UPDATE securityprofile SET tkauthenticationmode = ? WHERE pkid = ?",
            (enums.number(enums.MODES, mode), pkid),
        )
        self.unsettle(pkid)

    def unsettle(self, pkid: str) -> None:
        """The profile has other CAPF settings now: what becomes of operations of its phones that are pending."""
        if self._assumptions.changed_under_operation == "stalled":
            self._connection.execute(
                "INSERT OR IGNORE INTO sim_differing SELECT pkid FROM device WHERE fksecurityprofile = ? AND tkclass = 1"
                " AND tkcertificateoperation <> ?",
                (pkid, enums.number(enums.OPERATIONS, enums.OPERATIONS[0])),
            )

    def matching(self, profile: Profile, settings: Settings) -> str | None:
        """Find a profile with these settings for the same model, protocol and security mode as this one's.

        A size that the key order leaves out does not count. Predefined ones come first, then by name. Returns its pkid.
        """
        orders = "AND tkkeyorder = ?" if self._release.has_key_order else ""
        values: list[object] = [
            profile.model,
            profile.protocol,
            enums.number(enums.SECURITY_MODES, profile.security_mode),
            "t" if profile.encrypted_configuration else "f",
            enums.number(enums.MODES, settings.mode),
        ]
        if self._release.has_key_order:
            values.append(enums.number(enums.KEY_ORDERS, settings.key_order))
        if settings.key_order != "EC Only":
            orders += " AND tkkeysize = ?"
            values.append(enums.number(enums.RSA_SIZES, str(settings.rsa_size)))
        if settings.key_order != "RSA Only":
            orders += " AND tkeckeysize = ?"
            values.append(self._ec_enum(settings))
        row = self._connection.execute(
            "SELECT pkid FROM securityprofile WHERE tkmodel = ? AND tkdeviceprotocol = ? AND tkdevicesecuritymode = ?"
            " AND tftpencryptedflag = ? AND tkauthenticationmode = ?"
            f" {orders} ORDER BY isstandard DESC, name LIMIT 1",
            values,
        ).fetchone()
        return str(row[0]) if row else None

    def create_like(self, profile: Profile, settings: Settings, *, pkid: str, phone: str) -> str:
        """Create the profile that CUCM makes for a write that no profile matches; returns its pkid [field guide 2]."""
        if self._assumptions.created_profile_name == "phone":
            name = f"{profile.name[: 128 - len(phone) - 1]}-{phone}"
        else:
            name = profile.name
        number = 1
        while self._taken(name):
            suffix = f"_{number}"
            name = profile.name[: 128 - len(suffix)] + suffix
            number += 1
        self.add(replace(profile, pkid=pkid, name=name, settings=settings, standard=False, policy=4))
        return pkid

    def _taken(self, name: str) -> bool:
        return self._connection.execute("SELECT 1 FROM securityprofile WHERE name = ?", (name,)).fetchone() is not None

    def _ec_enum(self, settings: Settings) -> int:
        return enums.ec_size_enum(str(settings.ec_size), shared_table=self._shared_sizes)

    def _ec_size(self, enum: int | None) -> int:
        if enum is None:  # a release without EC
            return Settings().ec_size
        return int(enums.name_of(enums.EC_SIZES, enum - (len(enums.RSA_SIZES) if self._shared_sizes else 0)))
