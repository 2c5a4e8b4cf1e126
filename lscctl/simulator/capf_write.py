"""What a write of CAPF settings does to a phone: they live in its profile, so a difference moves it to another one."""

import re
import sqlite3
from collections.abc import Callable
from dataclasses import dataclass, replace

from lscctl.simulator import enumerations as enums
from lscctl.simulator.assumptions import Assumptions
from lscctl.simulator.clock import ServerClock
from lscctl.simulator.finish_time import MalformedFinishTimeError, epoch_of, to_the_hour
from lscctl.simulator.handset import Handset, Handsets
from lscctl.simulator.profiles import Profile, Profiles, Settings

_NONE = enums.OPERATIONS[0]
_HOUR = 3_600
_DIGITS = re.compile(r"[0-9]{4,10}")


class WriteRefusedError(ValueError):
    """CUCM does not accept what was written; the text is the fault's (wording *assumed*)."""


@dataclass(frozen=True)
class CapfWrite:
    """The CAPF part of updatePhone; None where the request has no such element.

    Texts are the schema's, as in "By Null String", "2048"; an empty one means the schema's default [field guide 2].
    finish_time is `YYYY:MM:DD:HH:MM` by the cluster's clock.
    """

    operation: str | None = None
    mode: str | None = None
    key_size: str | None = None
    key_order: str | None = None
    ec_key_size: str | None = None
    authentication_string: str | None = None
    finish_time: str | None = None

    def settings_over(self, settings: Settings) -> Settings:
        """Lay what is written over a profile's settings."""
        default = Settings()
        return Settings(
            mode=settings.mode if self.mode is None else self.mode or default.mode,
            key_order=settings.key_order if self.key_order is None else self.key_order or default.key_order,
            rsa_size=settings.rsa_size if self.key_size is None else int(self.key_size or default.rsa_size),
            ec_size=settings.ec_size if self.ec_key_size is None else int(self.ec_key_size or default.ec_size),
        )

    @property
    def has_settings(self) -> bool:
        """Whether it writes more than operation and finish time."""
        written = (self.mode, self.key_size, self.key_order, self.ec_key_size, self.authentication_string)
        return any(value is not None for value in written)

    @property
    def only_clears_string(self) -> bool:
        """Whether it writes an empty authentication string and no other setting."""
        others = (self.mode, self.key_size, self.key_order, self.ec_key_size)
        return self.authentication_string == "" and all(value is None for value in others)


class CapfWriter:
    """Carries out writes on the database."""

    def __init__(
        self,
        connection: sqlite3.Connection,
        *,
        clock: ServerClock,
        assumptions: Assumptions,
        profiles: Profiles,
        new_id: Callable[[], str],
    ) -> None:
        self._connection = connection
        self._clock = clock
        self._assumptions = assumptions
        self._profiles = profiles
        self._new_id = new_id
        self._handsets = Handsets(connection)

    def write(self, pkid: str, write: CapfWrite) -> None:
        """Write CAPF settings to a phone. Raises UnknownPhoneError, WriteRefusedError."""
        handset = self._handsets.get(pkid)
        operation = enums.name_of(enums.OPERATIONS, handset.operation)
        if write.operation is not None:
            operation = write.operation or _NONE
        if operation == _NONE:
            self._write_no_operation(handset, write)
            return
        changes: dict[str, object] = {}
        if write.finish_time is not None:
            changes["upgradefinishtime"] = self._finish_time(write.finish_time)
        if write.authentication_string is not None:
            changes["authenticationstring"] = self._string(write.authentication_string)
        profile = self._profiles.of_phone(pkid)
        if profile is not None:
            moved_to = self._settle_profile(handset, profile, write)
            if moved_to is not None:
                changes["fksecurityprofile"] = moved_to
        if write.operation is not None:
            changes["tkcertificateoperation"] = enums.number(enums.OPERATIONS, operation)
            if self._assumptions.pending_at == "write":
                changes["tkcertificatestatus"] = enums.number(enums.STATUSES, "Operation Pending")
        self._change(pkid, changes)

    def _write_no_operation(self, handset: Handset, write: CapfWrite) -> None:
        """Settings can be updated only together with an operation [XSD]; an empty string may be another matter."""
        changes: dict[str, object] = {}
        answer: str = self._assumptions.settings_without_operation
        if write.only_clears_string:
            answer = self._assumptions.auth_string_cleared
        if answer == "cleared":
            changes["authenticationstring"] = ""
        elif write.has_settings and answer == "refused":
            raise WriteRefusedError(
                "Authentication mode, key size, key order and authentication string can be updated only when the"
                " certificate operation is not No Pending Operation"
            )
        if handset.operation == enums.number(enums.OPERATIONS, _NONE):
            self._change(handset.pkid, changes)
            return
        changes |= {
            "tkcertificateoperation": enums.number(enums.OPERATIONS, _NONE),
            "upgradefinishtime": "",
        }
        if self._assumptions.status_after_cancel == "none":
            changes["tkcertificatestatus"] = enums.number(enums.STATUSES, "None")
        self._change(handset.pkid, changes)

    def _string(self, text: str) -> str:
        """What a keypad can type [field guide 2]; that AXL refuses all else, and in which words, is *assumed*."""
        if text and not _DIGITS.fullmatch(text) and self._assumptions.auth_string_format == "digits":
            raise WriteRefusedError("Invalid value for authenticationString: it must have 4 to 10 digits")
        return text

    def _finish_time(self, text: str) -> str:
        if not text.strip():
            return ""
        try:
            deadline = epoch_of(text, self._clock, self._assumptions.finish_time_field)
        except MalformedFinishTimeError as error:
            if self._assumptions.finish_time_malformed == "stored":
                return text
            raise WriteRefusedError(f"Invalid value for upgradeFinishTime: {error}") from None
        if deadline < self._clock.utc() + _HOUR and self._assumptions.finish_time_too_near == "refused":
            raise WriteRefusedError(f"upgradeFinishTime {text} must be at least one hour ahead of the server's time")
        return to_the_hour(text) if self._assumptions.finish_time_read_back == "hour" else text

    def _settle_profile(self, handset: Handset, profile: Profile, write: CapfWrite) -> str | None:
        """Say which profile the phone moves to, None when it stays [field guide 2]."""
        wanted = write.settings_over(profile.settings)
        string_refused = self._assumptions.auth_string_in_secure_profile == "refused"
        if write.mode == enums.MODES[0] and profile.secure and string_refused:
            raise WriteRefusedError(f"By Authentication String needs a Non Secure profile, {profile.name} is not")
        self._connection.execute("DELETE FROM sim_differing WHERE fkdevice = ?", (handset.pkid,))
        if wanted.agrees_with(profile.settings):
            return None
        answer = self._assumptions.mode_mismatch
        if answer == "refused":
            raise WriteRefusedError(f"The CAPF settings differ from those of the security profile {profile.name}")
        if answer == "stalled":
            self._connection.execute("INSERT INTO sim_differing VALUES (?)", (handset.pkid,))
        if answer != "moved":
            return None
        (protocol,) = self._connection.execute(
            "SELECT tkdeviceprotocol FROM device WHERE pkid = ?", (handset.pkid,)
        ).fetchone()
        own = replace(profile, model=handset.model, protocol=protocol)
        found = self._profiles.matching(own, wanted)
        return found or self._profiles.create_like(own, wanted, pkid=self._new_id(), phone=handset.name)

    def _change(self, pkid: str, changes: dict[str, object]) -> None:
        if changes:
            columns = ", ".join(f"{column} = ?" for column in changes)
            self._connection.execute(f"UPDATE device SET {columns} WHERE pkid = ?", (*changes.values(), pkid))
