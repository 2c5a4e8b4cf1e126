"""Phones that live: they restart, fetch their configuration, enrol with CAPF and register again.

Each step is an event in the database, so a cluster in a file goes on where it stood, in the right order, whoever opens it.
"""

import sqlite3
from collections.abc import Callable, Collection

from lscctl.simulator import enumerations as enums
from lscctl.simulator import registrations
from lscctl.simulator.assumptions import Assumptions
from lscctl.simulator.authority import DAY, Issuer
from lscctl.simulator.clock import ServerClock
from lscctl.simulator.database import transaction
from lscctl.simulator.diary import Diary
from lscctl.simulator.diary import Event as DiaryEvent
from lscctl.simulator.enrolment import LATE, ConnectionLost, Done, Enrolment, Failed, Setback, Waiting
from lscctl.simulator.failures import KINDS
from lscctl.simulator.finish_time import MalformedFinishTimeError, epoch_of
from lscctl.simulator.handset import NO_OPERATION, Handset, Handsets, Session
from lscctl.simulator.held_lists import NO_SERVER, NOT_VERIFIED, UPDATED, HeldLists
from lscctl.simulator.models import BY_NUMBER
from lscctl.simulator.profiles import Profiles
from lscctl.simulator.schedule import Event, EventKind, Schedule

_PENDING = enums.number(enums.STATUSES, "Operation Pending")
_EVENTS_PER_COMMIT = 250
_LISTS = {"": "kept", UPDATED: "updated", NOT_VERIFIED: "not-verified"}
_DONE: dict[str, DiaryEvent] = {"Upgrade": "installed", "Delete": "deleted", "Troubleshoot": "shown"}
_AFTERWARDS = {"Upgrade": "LSC: Installed", "Delete": "LSC: Not installed", "Troubleshoot": ""}


class Life:
    """What becomes of the phones."""

    def __init__(
        self,
        connection: sqlite3.Connection,
        *,
        clock: ServerClock,
        assumptions: Assumptions,
        profiles: Profiles,
        schedule: Schedule,
        parameter: Callable[[str], str],
        enrolment: Enrolment,
        held_lists: HeldLists,
    ) -> None:
        self._connection = connection
        self._clock = clock
        self._assumptions = assumptions
        self._profiles = profiles
        self._schedule = schedule
        self._parameter = parameter
        self._enrolment = enrolment
        self._held_lists = held_lists
        self._handsets = Handsets(connection)
        self._diary = Diary(connection)
        self._steps: dict[EventKind, Callable[[Handset, float], None]] = {
            "fetch": self._fetch,
            "register": self._register,
            "contact": self._contact,
            "type": self._typed_by_somebody,
            "keys": self._keys,
            "return": self._return,
            "deadline": self._deadline_passed,
        }

    # what an admin starts

    def apply(self, pkid: str, at: float) -> None:
        """Let a phone fetch its configuration, as applyPhone makes it do.

        Only a phone that is on the network hears of it.
        """
        handset = self._handsets.get(pkid)
        pending = handset.operation != NO_OPERATION
        if pending and self._assumptions.pending_at == "apply":
            self._handsets.set_status(handset.pkid, "Operation Pending")
        if pending or handset.touched or self._assumptions.apply_without_change == "restart":
            self.restart(pkid, at)
        self.watch_deadline(pkid, at)

    def restart(self, pkid: str, at: float, *, hard: bool = False) -> None:
        """Restart a phone, if it is on the network, or reset it (hard), which takes longer; what it was doing is lost."""
        handset = self._handsets.get(pkid)
        if not handset.powered:
            return
        self._schedule.forget(pkid)
        self._handsets.end_session(pkid)
        self._connection.execute("UPDATE sim_phone SET attempt = attempt + 1 WHERE fkdevice = ?", (pkid,))
        self._diary.note(pkid, at, "restart")
        registrations.unregister(self._connection, handset.pkid, at)
        handset = self._handsets.get(pkid)
        self._in(handset, "fetch", at, *((30, 60) if hard else (2, 8)))

    def watch_deadline(self, pkid: str, at: float) -> None:
        """Let the cluster itself look at the deadline, where it does so."""
        if self._assumptions.late_set_by != "cluster":
            return
        handset = self._handsets.get(pkid)
        deadline = self._deadline(handset, at)
        if handset.operation != NO_OPERATION and deadline is not None:
            self._connection.execute("DELETE FROM sim_event WHERE fkdevice = ? AND kind = 'deadline'", (pkid,))
            self._schedule.add(pkid, "deadline", deadline)

    def type_string(self, pkid: str, text: str, at: float) -> None:
        """Type an authentication string on a phone that waits for one; any other phone takes no notice.

        The tenth wrong one locks the phone for ten minutes [field guide 2].
        """
        handset = self._handsets.get(pkid)
        session = self._handsets.session(pkid)
        if session is None or session.settings.mode != enums.MODES[0] or at < handset.locked_until:
            return
        if text and text == session.string:
            self._connection.execute("UPDATE sim_session SET proved = 't' WHERE fkdevice = ?", (pkid,))
            self._connection.execute("UPDATE sim_phone SET wrong = 0 WHERE fkdevice = ?", (pkid,))
            self._schedule.add(pkid, "contact", at)
        elif self._assumptions.wrong_string == "failed":
            self._diary.note(pkid, at, "ended", "invalid-string")
            self._handsets.hinder(handset, "invalid-string")
            self._fail(handset, session, "Invalid Authentication String", at)
        elif handset.wrong == 9:
            self._diary.note(pkid, at, "wrong-string")
            self._diary.note(pkid, at, "locked")
            self._handsets.hinder(handset, "string-locked")
            until = self._schedule.after(at, 600)
            self._connection.execute(
                "UPDATE sim_phone SET wrong = 0, lockeduntil = ? WHERE fkdevice = ?", (until, pkid)
            )
        else:
            self._diary.note(pkid, at, "wrong-string")
            self._handsets.hinder(handset, "invalid-string")
            self._connection.execute("UPDATE sim_phone SET wrong = wrong + 1 WHERE fkdevice = ?", (pkid,))

    def requests_waiting(self) -> list[str]:
        """The names of the phones whose requests wait for an Offline CA to sign them."""
        rows = self._connection.execute(
            "SELECT d.name FROM sim_session s JOIN device d ON d.pkid = s.fkdevice JOIN sim_phone p ON p.fkdevice = d.pkid"
            " WHERE p.broken = 'offline-ca' ORDER BY d.name"
        )
        return [str(name) for (name,) in rows]

    def import_signed(self, names: Collection[str] | None, at: float) -> list[str]:
        """Give those phones that still wait for it the LSC that the company's CA signed; says which."""
        served = [name for name in self.requests_waiting() if names is None or name in names]
        for name in served:
            (pkid,) = self._connection.execute("SELECT pkid FROM device WHERE name = ?", (name,)).fetchone()
            handset, session = self._handsets.get(pkid), self._handsets.session(pkid)
            if session is not None:
                self._enrolment.issue_to(handset, session, at, Issuer.ONLINE)
                self._finish(handset, session, at)
        return served

    def advance(self, now: float) -> None:
        """Carry out, in order, everything that fell due."""
        while self._schedule.is_due(now):
            with transaction(self._connection):
                for _ in range(_EVENTS_PER_COMMIT):
                    event = self._schedule.take(now)
                    if event is None:
                        break
                    self._carry_out(event)

    def clock_jumped(self, seconds: float) -> None:
        """Let what phones do come after as much true time as before; deadlines stay, which are the cluster's own."""
        self._schedule.shift(seconds)
        self._connection.execute("UPDATE sim_phone SET lockeduntil = lockeduntil + ? WHERE lockeduntil > 0", (seconds,))

    def _carry_out(self, event: Event) -> None:
        self._steps[event.kind](self._handsets.get(event.pkid), event.due)

    # what a phone does

    def _fetch(self, handset: Handset, at: float) -> None:
        server = self._held_lists.server_of(handset.node)
        if server is None or "no-configuration" in handset.failures:
            # it goes on with the configuration of before, which asks for nothing of CAPF
            self._handsets.say(handset.pkid, NO_SERVER if server is None else KINDS["no-configuration"].message)
            self._diary.note(handset.pkid, at, "no-server" if server is None else "no-configuration")
            self._handsets.hinder(handset, "tftp-stopped" if server is None else "no-configuration")
            self._in(handset, "register", at, 5, 20)
            return
        if message := self._held_lists.fetch(handset, server):
            self._handsets.say(handset.pkid, message)
        handset = self._handsets.get(handset.pkid)
        self._diary.note(handset.pkid, at, "lists", self._of_lists(handset, message))
        self._diary.note(handset.pkid, at, "configuration", server)
        self._handsets.mend(handset.pkid)
        self._connection.execute("UPDATE sim_phone SET touched = 'f' WHERE fkdevice = ?", (handset.pkid,))
        profile = self._profiles.of_phone(handset.pkid)
        wanted = handset.operation != NO_OPERATION and profile is not None
        # a phone over Expressway registers, but never speaks to CAPF [field guide 2]
        if not wanted or profile is None or handset.expressway or not BY_NUMBER[handset.model].capf:
            self._handsets.hinder(handset, "over-expressway" if handset.expressway else "no-capf-settings")
            self._in(handset, "return" if "lost" in handset.failures else "register", at, 5, 20)
            return
        session = Session(
            operation=enums.name_of(enums.OPERATIONS, handset.operation),
            settings=profile.settings,
            secure=profile.secure,
            string=handset.string,
            deadline=self._deadline(handset, at),
            proved=False,
            tries=0,
        )
        self._handsets.open_session(handset.pkid, session)
        if not profile.secure:
            self._in(handset, "register", at, 5, 20)
        self._in(handset, "contact", at, 20, 30)

    def _of_lists(self, handset: Handset, message: str) -> str:
        """What became of the lists that a phone fetched: of those that it cannot read or trust it has a failure of its own."""
        if "itl-corrupt" in handset.failures or self._held_lists.refused(handset) == "itl-corrupt":
            return "corrupt"
        if handset.itl is None and BY_NUMBER[handset.model].sbd:
            return "missing"
        return "not-verified" if "itl-mismatch" in handset.failures else _LISTS[message]

    def _register(self, handset: Handset, at: float) -> None:
        self._diary.note(handset.pkid, at, "registered", handset.node or "")
        registrations.register(
            self._connection, handset, at, seen=self._assumptions.last_seen_while_registered == "now"
        )

    def _return(self, handset: Handset, at: float) -> None:
        jabber_with_ec = handset.prefix == "CSF" and self._enrolment.has_ec_lsc(handset.pkid)
        if "lost" in handset.failures or jabber_with_ec:
            self._diary.note(handset.pkid, at, "lost")
            self._connection.execute(
                "UPDATE sim_phone SET powered = 'f', broken = 'lost' WHERE fkdevice = ?", (handset.pkid,)
            )
        else:
            self._register(handset, at)

    def _contact(self, handset: Handset, at: float) -> None:
        session = self._going_on(handset, at)
        if session is None:
            return
        outcome = self._enrolment.contact(handset, session, at)
        fault = "" if isinstance(outcome, Waiting | Done) else outcome.fault
        self._diary.note(handset.pkid, at, "attempt", f"{session.settings.mode}|{fault}")
        if isinstance(outcome, Waiting):
            self._handsets.say(handset.pkid, "Enter authentication string")
            self._diary.note(handset.pkid, at, "waiting")
            self._handsets.hinder(handset, outcome.fault)
            if self._assumptions.auth_strings_typed != "never":
                self._in(handset, "type", at, 20, 120)
        elif isinstance(outcome, Done) and session.operation == "Install/Upgrade":
            seconds = self._enrolment.key_seconds(handset, session)
            self._diary.note(handset.pkid, at, "keys")
            self._in(handset, "keys", at, seconds * 0.7, seconds * 1.4)
        elif isinstance(outcome, Done):
            self._finish(handset, session, at)
        else:
            self._gone_wrong(handset, session, outcome, "contact", at)

    def _typed_by_somebody(self, handset: Handset, at: float) -> None:
        """Type the string; who first types wrong ones tries again, and waits where ten of them have locked the phone."""
        if (session := self._handsets.session(handset.pkid)) is None:
            return
        wrong_before = {"mistyped": handset.wrong < 2, "locked": not handset.locked_until}
        if at < handset.locked_until:
            self._schedule.add(handset.pkid, "type", handset.locked_until)
        elif wrong_before.get(self._assumptions.auth_strings_typed):
            self.type_string(handset.pkid, "1111" if session.string == "0000" else "0000", at)
            self._schedule.add(handset.pkid, "type", self._schedule.after(at, 10))
        else:
            self.type_string(handset.pkid, session.string, at)

    def _keys(self, handset: Handset, at: float) -> None:
        session = self._going_on(handset, at)
        if session is None:
            return
        outcome = self._enrolment.sign(handset, session, at)
        if isinstance(outcome, Done):
            self._finish(handset, session, at)
            return
        self._diary.note(handset.pkid, at, "ended", outcome.fault)
        if isinstance(outcome, Waiting):
            self._handsets.hinder(handset, outcome.fault)  # it holds the line, until it restarts or the time is over
        else:
            self._gone_wrong(handset, session, outcome, "keys", at)

    def _going_on(self, handset: Handset, at: float) -> Session | None:
        """Read the session of a phone, unless it ended or was taken back where that ends it."""
        session = self._handsets.session(handset.pkid)
        taken_back = handset.operation == NO_OPERATION and self._assumptions.enrol_after_cancel == "no"
        if session is not None and taken_back:
            self._handsets.end_session(handset.pkid)
            if session.secure:
                self._in(handset, "register", at, 5, 20)
            return None
        return session

    # how a session ends

    def _gone_wrong(self, handset: Handset, session: Session, setback: Setback, step: EventKind, at: float) -> None:
        if isinstance(setback, ConnectionLost) and session.tries < 2:
            # three tries, 30 s apart [field guide 2]
            self._connection.execute("UPDATE sim_session SET tries = tries + 1 WHERE fkdevice = ?", (handset.pkid,))
            self._schedule.add(handset.pkid, step, self._schedule.after(at, 30))
            return
        self._handsets.say(handset.pkid, setback.message)
        self._handsets.hinder(handset, setback.fault)
        cause = setback.cause if isinstance(setback, Failed | ConnectionLost) else None
        if cause is None:
            # nothing tells the cluster: Operation Pending for ever, and a phone with a secure profile stays off
            self._handsets.end_session(handset.pkid)
        else:
            self._fail(handset, session, cause, at)

    def _finish(self, handset: Handset, session: Session, at: float) -> None:
        verb = _verb(session.operation)
        if session.operation == "Delete":
            self._enrolment.delete(handset.pkid)
        self._handsets.set_status(handset.pkid, f"{verb} Success")
        if self._assumptions.operation_after_success == "cleared":
            self._handsets.clear_operation(handset.pkid)
        if session.proved and self._assumptions.auth_string_after_success == "cleared":
            self._connection.execute("UPDATE device SET authenticationstring = '' WHERE pkid = ?", (handset.pkid,))
        self._handsets.say(handset.pkid, _AFTERWARDS[verb])
        self._diary.note(handset.pkid, at, _DONE[verb])
        self._handsets.mend(handset.pkid)
        self._handsets.end_session(handset.pkid)
        if session.operation != "Troubleshoot":
            registrations.unregister(self._connection, handset.pkid, at)
            self._in(handset, "return", at, 10, 40)
        elif session.secure:
            self._in(handset, "register", at, 5, 20)

    def _fail(self, handset: Handset, session: Session, cause: str, at: float) -> None:
        self._set_failed(handset, session.operation, cause)
        self._handsets.end_session(handset.pkid)
        if session.secure and self._assumptions.secure_after_failure == "registers":
            self._in(handset, "register", at, 5, 20)

    def _set_failed(self, handset: Handset, operation: str, cause: str) -> None:
        verb = _verb(operation)
        status = f"{verb} Failed: {cause}" if cause else f"{verb} Failed"
        self._handsets.set_status(handset.pkid, status if status in enums.STATUSES else f"{verb} Failed")
        if self._assumptions.operation_after_failure == "cleared":
            self._handsets.clear_operation(handset.pkid)

    def _deadline_passed(self, handset: Handset, at: float) -> None:
        deadline = self._deadline(handset, at) if handset.finish_time else at
        if handset.status != _PENDING or handset.operation == NO_OPERATION or deadline is None or deadline > at:
            return  # what this event was made for is over, or its time was moved
        session = self._handsets.session(handset.pkid)
        self._handsets.say(handset.pkid, "LSC: Failed")
        self._diary.note(handset.pkid, at, "ended", "late")
        self._handsets.hinder(handset, "late")
        if session is None:
            self._set_failed(handset, enums.name_of(enums.OPERATIONS, handset.operation), LATE)
        else:
            self._schedule.forget(handset.pkid)
            self._fail(handset, session, LATE, at)

    def _deadline(self, handset: Handset, at: float) -> float | None:
        """Say when a phone's operation must be complete, epoch seconds; None when there is no such time."""
        if not handset.finish_time.strip():
            if self._assumptions.finish_time_empty == "none":
                return None
            return at + float(self._parameter("CAPF Operation Expires in (days)")) * DAY
        try:
            return epoch_of(handset.finish_time, self._clock, self._assumptions.finish_time_field)
        except MalformedFinishTimeError:
            return None  # a text that got into the database past every check is no deadline

    def _in(self, handset: Handset, kind: EventKind, at: float, low: float, high: float) -> None:
        """Let a phone take its next step so many seconds after `at`."""
        seconds = self._schedule.within(handset.pkid, handset.attempt, kind, low, high)
        self._schedule.add(handset.pkid, kind, self._schedule.after(at, seconds))


def _verb(operation: str) -> str:
    return "Upgrade" if operation == "Install/Upgrade" else operation
