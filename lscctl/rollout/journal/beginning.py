"""Writes down the first of a run, all that is planned, and takes a run up again that has stopped."""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from lscctl import __version__
from lscctl.errors import UsageError
from lscctl.history import RunState
from lscctl.identity import ClusterIdentity
from lscctl.notation import DEADLINE, LEFT_OUT, REQUEST, RULES, STEP, text_of
from lscctl.plan import CapfRequest, Plan
from lscctl.rollout.journal import profiles, remedies
from lscctl.rollout.journal.hand_outs import HandedOut, note_hand_out
from lscctl.rollout.journal.lock import Lock
from lscctl.rollout.journal.notation import NOTES, harmless, value_of
from lscctl.rollout.journal.store import Store
from lscctl.rollout.journal.writing import Journal
from lscctl.rules import Rules


@dataclass(frozen=True, slots=True)
class NewRun:
    """What a run is begun with. `who` is user@host, `command` the command line without secrets, `started` epoch seconds of our
    clock; `retries` is the run whose phones it tries again, `remedies` are the numbers of those done for it. `hand_out` writes
    the file in which authentication strings are handed out, once it is told the run's number, and says where it is."""

    identity: ClusterIdentity
    who: str
    command: str
    started: float
    plan: Plan
    request: CapfRequest
    rules: Rules
    retries: int | None = None
    notes: tuple[str, ...] = ()
    hand_out: Callable[[int], HandedOut] | None = None
    remedies: tuple[int, ...] = ()


def begin(store: Store, new: NewRun, lock: Lock, *, clock: Callable[[], float] = time.monotonic) -> "Journal":
    """Write a new run down with all that is planned, and return its journal. Raises JournalError, and what `hand_out` raises: then
    there is no run, and a file that was handed out for it is the caller's to take away: no phone has its strings.

    `lock` is held on the cluster; it is told the run's number.
    """
    plan, identity = new.plan, new.identity
    row = {
        "cluster": identity.name,
        "host": identity.host,
        "publisher": identity.publisher,
        "capf": identity.capf,
        "who": harmless(new.who),
        "version": __version__,
        "command": harmless(new.command),
        "operation": plan.operation.value,
        "deadline": text_of(DEADLINE, plan.deadline),
        "request": text_of(REQUEST, new.request),
        "rules": text_of(RULES, new.rules),
        "phones": len(plan.steps),
        "left_out": len(plan.left_out),
        "retries": new.retries,
        "notes": text_of(NOTES, (*new.notes, *_passed_over(new.rules))),
        "lock": lock.owner.token,
        "started": new.started,
        "state": RunState.RUNNING.value,
    }
    with store.transaction() as connection:
        cursor = connection.execute(
            "INSERT INTO run (cluster, host, publisher, capf, who, version, command, operation, deadline, request, rules,"
            " phones, left_out, retries, notes, lock, started, state) VALUES (:cluster, :host, :publisher, :capf, :who,"
            " :version, :command, :operation, :deadline, :request, :rules, :phones, :left_out, :retries, :notes, :lock,"
            " :started, :state)",
            row,
        )
        number = int(cursor.lastrowid or 0)
        connection.executemany(
            "INSERT INTO phone (run, name, pkid, position, step, left_out) VALUES (?, ?, ?, ?, ?, ?)",
            _phone_rows(number, plan),
        )
        profiles.plan(connection, number, plan.then)
        remedies.belong_to(connection, number, new.remedies)
        if new.hand_out is not None:
            handed_out = new.hand_out(number)
            note_hand_out(connection, number, handed_out)
            notes = (*new.notes, *_passed_over(new.rules), str(handed_out))
            connection.execute("UPDATE run SET notes = ? WHERE number = ?", (text_of(NOTES, notes), number))
        lock.name_run(number)
    return Journal(store, number, clock=clock)


def resume(
    store: Store, number: int, rules: Rules, lock: Lock, who: str, *, clock: Callable[[], float] = time.monotonic
) -> "Journal":
    """Go on with a run that has stopped, and return its journal; wishes to stop that it had are forgotten.

    `rules` are those by which it goes on. `lock` is held on the run's cluster; it is told the number. Raises UsageError if there
    is no such run, JournalError.
    """
    with store.transaction() as connection:
        found = connection.execute("SELECT notes FROM run WHERE number = ?", (number,)).fetchone()
        if found is None:
            raise no_such_run(store, number)
        known = value_of(NOTES, found[0], store.path)
        passed_over = [note for note in _passed_over(rules) if note not in known]
        notes = (*known, f"resumed by {harmless(who)}", *passed_over)
        connection.execute(
            "UPDATE run SET state = ?, ended = NULL, why = '', stopped = NULL, failure = NULL, gate = NULL,"
            " later = NULL, limited = NULL, notes = ?, lock = ? WHERE number = ?",
            (RunState.RUNNING.value, text_of(NOTES, notes), lock.owner.token, number),
        )
        connection.execute("DELETE FROM wish WHERE run = ?", (number,))
        lock.name_run(number)
    return Journal(store, number, clock=clock)


def _passed_over(rules: Rules) -> tuple[str, ...]:
    """What a person took upon themselves: checks that were not made, or that need not have been able to look."""
    told = [f"preflight did not check {name}: --skip-check" for name in rules.skipped_checks]
    told += [f"preflight need not have seen {name}: --accept-skip" for name in rules.accepted_skips]
    return tuple(told)


def mark_cancelled(store: Store, number: int, who: str, at: float) -> None:
    """Mark a run that nobody carries out as cancelled for good; at epoch seconds. Raises UsageError, JournalError."""
    with store.transaction() as connection:
        changed = connection.execute(
            "UPDATE run SET state = ?, ended = coalesce(ended, ?), why = ? WHERE number = ?",
            (RunState.CANCELLED.value, at, f"cancelled by {harmless(who)}", number),
        )
        if not changed.rowcount:
            raise no_such_run(store, number)


def no_such_run(store: Store, number: int) -> UsageError:
    """The error of whoever asks for a run that is not there."""
    return UsageError(f"the journal {store.path} has no run {number}", hint="`lscctl runs list` shows the runs.")


def _phone_rows(number: int, plan: Plan) -> Iterator[tuple[int, str, str, int, str | None, str | None]]:
    for position, step in enumerate(plan.steps):
        yield number, step.phone.name, step.phone.pkid, position, text_of(STEP, step), None
    for position, out in enumerate(plan.left_out, len(plan.steps)):
        yield number, out.phone.name, out.phone.pkid, position, None, text_of(LEFT_OUT, out)
