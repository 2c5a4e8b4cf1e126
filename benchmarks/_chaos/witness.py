"""Sees what happens to authentication strings and to security profiles at the cluster, in the instant in which it does."""

import csv
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from lscctl.simulator.authority import Issuer
from lscctl.simulator.cluster import Cluster

_LSC_MODE = "By Existing Certificate (precedence to LSC)"

RESTART_SPEED = 15.0
"""By what phones are faster than real ones that restart with their profile: that takes them a second or two."""


@dataclass(frozen=True, slots=True)
class StringSeen:
    """A phone was given a string, or rid of one (`text` empty); `handed_out`: whether the hand-out on disk had it then."""

    at: float
    phone: str
    text: str
    handed_out: bool


@dataclass(frozen=True, slots=True)
class ProfileSeen:
    """A profile got another mode (`mode`), or was applied (`mode` empty), at `at` of a clock that never jumps.

    `without` names its phones that had no valid LSC then; `away` those of profiles applied before which were registered at that
    moment and are not so now, of so many that `restarted`. `has` is the mode that it has.
    """

    at: float
    pkid: str
    mode: str
    has: str
    without: tuple[str, ...]
    away: tuple[str, ...]
    restarted: int


@dataclass(frozen=True, slots=True)
class Testimony:
    """All that was seen, and how it stands at the end: the profiles' `modes`, whether anything else of them changed (`meddled`),
    how many there are that were `made` meanwhile, the strings that the cluster holds and those that were handed out, by phone, and
    which phones that restarted with a profile are `away`."""

    strings: tuple[StringSeen, ...] = ()
    profiles: tuple[ProfileSeen, ...] = ()
    modes: Mapping[str, str] = field(default_factory=dict)
    meddled: bool = False
    made: int = 0
    held: Mapping[str, str] = field(default_factory=dict, repr=False)
    handed_out: Mapping[str, str] = field(default_factory=dict, repr=False)
    away: tuple[str, ...] = ()


@dataclass
class Witness:
    """Hooks into the cluster's own database; all that it sees it sees under the cluster's lock."""

    cluster: Cluster
    hand_outs: Path
    strings: list[StringSeen] = field(default_factory=list)
    profiles: list[ProfileSeen] = field(default_factory=list)
    _before: dict[str, tuple[object, ...]] = field(default_factory=dict)
    _registered: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        connection = self.cluster.connection
        connection.create_function("chaos_string", 2, self._string)
        connection.create_function("chaos_mode", 1, self._mode)
        connection.execute(
            "CREATE TEMP TRIGGER chaos_string AFTER UPDATE OF authenticationstring ON main.device"
            " WHEN OLD.authenticationstring IS NOT NEW.authenticationstring"
            " BEGIN SELECT chaos_string(NEW.name, NEW.authenticationstring); END"
        )
        connection.execute(
            "CREATE TEMP TRIGGER chaos_mode AFTER UPDATE OF tkauthenticationmode ON main.securityprofile"
            " WHEN OLD.tkauthenticationmode IS NOT NEW.tkauthenticationmode BEGIN SELECT chaos_mode(NEW.pkid); END"
        )
        self._before = self._settings()
        self._apply = self.cluster.apply_profile
        # an apply changes no row that a trigger could watch, so it is met on its way
        self.cluster.apply_profile = self._applied  # type: ignore[method-assign]

    def testimony(self) -> Testimony:
        """All of it, for when the cluster is gone."""
        with self.cluster.lock:
            settings = self._settings()
            return Testimony(
                tuple(self.strings),
                tuple(self.profiles),
                self._modes(),
                any(settings.get(pkid) != row for pkid, row in self._before.items()),
                len(settings.keys() - self._before.keys()),
                self._held(),
                self.handed_out(),
                self._away(),
            )

    def _settings(self) -> dict[str, tuple[object, ...]]:
        """Every security profile as it is, `{pkid: its row without the mode}`."""
        cursor = self.cluster.connection.execute("SELECT * FROM securityprofile ORDER BY pkid")
        columns = [column[0] for column in cursor.description]
        rows = [dict(zip(columns, row, strict=True)) for row in cursor.fetchall()]
        return {
            str(row["pkid"]): tuple(row[name] for name in columns if name != "tkauthenticationmode") for row in rows
        }

    def _modes(self) -> dict[str, str]:
        """The mode of every profile, `{pkid: its words}`."""
        rows = self.cluster.connection.execute(
            "SELECT s.pkid, m.name FROM securityprofile s JOIN typeauthenticationmode m ON m.enum = s.tkauthenticationmode"
        )
        return dict(rows.fetchall())

    def _held(self) -> dict[str, str]:
        """The strings that the cluster holds, `{phone: string}`."""
        rows = self.cluster.connection.execute(
            "SELECT name, authenticationstring FROM device WHERE tkclass = 1 AND authenticationstring <> ''"
        )
        return dict(rows.fetchall())

    def handed_out(self) -> dict[str, str]:
        """The strings in the hand-outs that are on disk, `{phone: string}`."""
        return dict(self._handed_out())

    def _handed_out(self) -> Iterator[tuple[str, str]]:
        for path in sorted(self.hand_outs.glob("*.csv")):
            for row in csv.DictReader(io.StringIO(path.read_text(encoding="utf-8"), newline="")):
                yield row["name"], row["authentication_string"]

    def _string(self, phone: str, text: str | None) -> None:
        out = not text or self.handed_out().get(phone) == text
        self.strings.append(StringSeen(self.cluster.clock.true_utc(), phone, text or "", out))

    def _mode(self, pkid: str) -> None:
        mode = self._mode_of(pkid)
        if is_lsc_first(mode):  # all keys are made; now it matters that a restart takes its time
            self.cluster.schedule.speed = RESTART_SPEED
        self.profiles.append(self._seen(pkid, mode))

    def _applied(self, pkid: str, *, restart: bool) -> int:
        self.cluster.advance()
        self.profiles.append(self._seen(pkid, ""))
        rows = self.cluster.connection.execute(
            "SELECT d.pkid, d.name FROM device d JOIN sim_phone p ON p.fkdevice = d.pkid WHERE d.fksecurityprofile = ?"
            " AND d.tkclass = 1 AND p.status = 'Registered'",
            (pkid,),
        )
        self._registered |= dict(rows.fetchall())
        return self._apply(pkid, restart=restart)

    def _seen(self, pkid: str, mode: str) -> ProfileSeen:
        at, now = self.cluster.clock.true_utc(), self.cluster.clock.utc()
        return ProfileSeen(
            at, pkid, mode, self._mode_of(pkid), self._without(pkid, now), self._away(), len(self._registered)
        )

    def _mode_of(self, pkid: str) -> str:
        row = self.cluster.connection.execute(
            "SELECT m.name FROM securityprofile s JOIN typeauthenticationmode m ON m.enum = s.tkauthenticationmode"
            " WHERE s.pkid = ?",
            (pkid,),
        ).fetchone()
        return str(row[0])

    def _without(self, pkid: str, now: float) -> tuple[str, ...]:
        """Its phones without an LSC of this cluster that is valid now, by the simulator's own certificates."""
        rows = self.cluster.connection.execute(
            "SELECT d.name FROM device d LEFT JOIN sim_lsc l ON l.fkdevice = d.pkid WHERE d.fksecurityprofile = ?"
            " AND d.tkclass = 1 AND (l.fkdevice IS NULL OR l.issuer <> ? OR l.validuntil < ?) ORDER BY d.name",
            (pkid, str(Issuer.LIVE.value), now),
        )
        return tuple(str(name) for (name,) in rows.fetchall())

    def _away(self) -> tuple[str, ...]:
        there = dict(self.cluster.connection.execute("SELECT fkdevice, status FROM sim_phone").fetchall())
        return tuple(
            sorted(name for pkid, name in self._registered.items() if there.get(pkid, "Registered") != "Registered")
        )


def is_lsc_first(mode: str) -> bool:
    """Whether these are the words of the mode that the plan gives."""
    return mode == _LSC_MODE
