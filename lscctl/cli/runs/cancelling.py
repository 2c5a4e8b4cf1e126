"""Ends a run for good: asks the process that carries it out to stop, marks it, and takes phones back."""

import random
import time
from pathlib import Path

from lscctl.auth_string import StringAtCluster
from lscctl.cli import connection
from lscctl.cli.confirming import can_ask, require_yes
from lscctl.cli.keeping import keeping
from lscctl.cli.same_cluster import at_cluster_of, require_same
from lscctl.cli.screen import Notices
from lscctl.cli.who import who
from lscctl.cucm.cluster import Cluster
from lscctl.errors import JournalError, UsageError
from lscctl.history import PastRun, RunState
from lscctl.outcome import PhoneState
from lscctl.pasting import for_cluster, meant
from lscctl.phone import Phone
from lscctl.report.wording import count, some
from lscctl.rollout.events import Observer
from lscctl.rollout.journal.beginning import mark_cancelled
from lscctl.rollout.journal.own_writes import own_standings
from lscctl.rollout.journal.place import journal_file, lock_folder
from lscctl.rollout.journal.reading import History, Loaded
from lscctl.rollout.journal.store import Store
from lscctl.rollout.journal.wishes import ask_to_stop
from lscctl.rollout.record import Record
from lscctl.rollout.standing import Call, Standing
from lscctl.rollout.taking_back import still_pending, take_back

PATIENCE = 120.0
"""Seconds in which a run that was asked to stop has applied what it has written."""

_UNDER_WAY = (PhoneState.WRITTEN, PhoneState.APPLIED, PhoneState.PENDING, PhoneState.STALLED, PhoneState.UNKNOWN)
"""The states of phones whose operation may stand at the cluster."""

_LOOK = 0.5
_SOME_NOT = 1


def cancel_run(number: int, *, undo: bool, yes: bool, journal: Path | None, options: connection.Connection) -> int:
    """Cancel the run; the exit code. Raises LscctlError."""
    notices = Notices()
    path = journal_file(journal)
    if not path.exists():
        raise UsageError(f"there is no journal {path}, so no run {number}", hint="Name another one with --journal.")
    if undo:
        _refuse_to_move_back(path, number)
        if not (yes or can_ask()):  # before anything is cancelled for good
            raise _nobody_to_ask()
    with Store.for_writing(path) as store:
        _stop(store, number, notices)
        with History(Store.for_reading(path), lock_folder()) as history:
            loaded = history.load(number)
        if _has_ended(loaded.run):
            notices.say(f"run {number} has finished, and stays so: there is nothing to stop")
        else:
            mark_cancelled(store, number, who(), time.time())
            notices.say(f"run {number} is cancelled")
    if undo:
        return _undo(loaded, journal, options, notices, yes=yes)
    if under_way := sum(map(_may_stand, loaded.standings.values())):
        phones = count(under_way, "phone")
        notices.say(
            f"hint: {phones} may still be pending at the cluster; to take them back: lscctl runs cancel {number} --undo"
        )
    _tell_of_strings(_with_strings(loaded), "may still hold", loaded.run, notices)
    return 0


def _may_stand(standing: Standing) -> bool:
    """Whether its operation may stand at the cluster; so may that of a phone which is to be written anew."""
    return standing.state in _UNDER_WAY or (standing.state is PhoneState.QUEUED and standing.writes > 0)


def _has_ended(run: PastRun) -> bool:
    """A run that came to its end with every phone is no other for somebody who cancels it."""
    return run.state is RunState.FINISHED and not run.resumable


def _refuse_to_move_back(path: Path, number: int) -> None:
    with History(Store.for_reading(path), lock_folder()) as history:
        if history.load(number).plan.moves:
            raise UsageError(
                f"run {number} moved phones to another security profile: there is no operation to take back",
                hint=f"Cancel it without --undo. `lscctl runs show {number} --phones` tells which phones have moved; one that was "
                "written and not applied takes its profile with the next restart.",
            )


def _stop(store: Store, number: int, notices: Notices) -> None:
    """Ask the process that carries the run out to stop, and wait until it has."""
    asked = time.monotonic()
    with History(Store.for_reading(store.path), lock_folder()) as history:
        if history.run(number).state is not RunState.RUNNING:
            return
        ask_to_stop(store, number, who(), time.time())
        notices.say(f"run {number} is at work: asked it to stop")
        while history.run(number).state is RunState.RUNNING:
            if time.monotonic() - asked > PATIENCE:
                raise JournalError(
                    f"run {number} was asked to stop and is still at work after {PATIENCE:.0f} seconds",
                    hint="It may wait for the cluster to answer. Look at it, then cancel again.",
                )
            time.sleep(_LOOK)


def _undo(loaded: Loaded, journal: Path | None, options: connection.Connection, notices: Notices, *, yes: bool) -> int:
    past: PastRun = loaded.run
    with connection.connect(at_cluster_of(past.identity, options), notices) as session:
        cluster = session.cluster
        identity = cluster.identity()
        require_same(f"run {past.number}", past.identity, identity)
        with keeping(identity, journal, session.audit) as keeper:
            zone = cluster.clock.zone
            own = own_standings(keeper.store, identity, past.number, loaded.standings, zone)
            records = still_pending(loaded.plan, own, cluster, zone)
            if not records:
                notices.say("no phone of it is pending any more")
                _tell_of_strings(_held(loaded, [], cluster), "hold", past, notices)
                return 0
            if not yes:
                _ask(records, cluster.name)
            kept = keeper.add_to(past.number)
            audit = [] if session.audit is None else [session.audit.of_run(past.number, loaded.plan)]
            observers: list[Observer] = [kept, *audit]
            clears = loaded.hand_out is not None
            done = list(take_back(records, cluster, observers, chance=random.random, clears_strings=clears))
            kept.flush()
        held = _held(loaded, done, cluster)
    code = _told(done, notices)
    _tell_of_strings(held, "hold", past, notices)
    return code


def _with_strings(loaded: Loaded) -> list[Phone]:
    """The phones to which the run wrote a string that it has not seen cleared."""
    if loaded.hand_out is None:
        return []
    untouched = Standing()
    standings = ((step.phone, loaded.standings.get(step.phone.name, untouched)) for step in loaded.plan.steps)
    return [phone for phone, standing in standings if standing.writes and standing.string is not StringAtCluster.NONE]


def _held(loaded: Loaded, done: list[Record], cluster: Cluster) -> list[Phone]:
    """Those of them that hold a string at the cluster now. Raises ClusterError."""
    back = {record.step.phone.pkid for record in done if record.state is PhoneState.CANCELLED}
    phones = [phone for phone in _with_strings(loaded) if phone.pkid not in back]
    held = cluster.authentication_strings() if phones else {}
    return [phone for phone in phones if phone.pkid in held]


def _tell_of_strings(phones: list[Phone], hold: str, run: PastRun, notices: Notices) -> None:
    """A cancelled run clears no strings any more: whoever cancelled it has to know."""
    if phones:
        names = some([phone.name for phone in phones])
        verb = "holds" if hold == "hold" and len(phones) == 1 else hold
        told = f"{count(len(phones), 'phone')} {verb} the authentication string that was handed out"
        if _has_ended(run):
            notices.warn(f"{told}: {names}. lscctl runs resume {run.number} tries once more to clear it")
            return
        lists = for_cluster("lscctl status --has-auth-string", meant(run.identity.name, run.identity.host))
        notices.warn(
            f"{told}, and no run clears it any more: {names}. Once a phone is done, clear it on the phone's page; "
            f"{lists} lists them"
        )


def _ask(records: list[Record], cluster: str) -> None:
    if not can_ask():
        raise _nobody_to_ask()
    require_yes(
        f"Set {count(len(records), 'phone')} of {cluster} back to No Pending Operation?", so_far="no phone was changed"
    )


def _nobody_to_ask() -> UsageError:
    return UsageError("there is nobody to ask: standard input is not a terminal", hint="Say --yes.")


def _told(records: list[Record], notices: Notices) -> int:
    back = [record for record in records if record.state is PhoneState.CANCELLED]
    notices.say(f"{count(len(back), 'phone')} set back to No Pending Operation")
    applied = [record.step.phone.name for record in back if record.apply is not Call.NOT_MADE]
    if applied:
        notices.warn(
            f"{count(len(applied), 'phone')} may carry it out all the same, being applied before: {', '.join(applied)}"
        )
    left = [record for record in records if record.state is not PhoneState.CANCELLED]
    if left:
        names = some([record.step.phone.name for record in left])
        notices.warn(f"{count(len(left), 'phone')} not set back: {names}: {left[0].reason}")
    return _SOME_NOT if left else 0
