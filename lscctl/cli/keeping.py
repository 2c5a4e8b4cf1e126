"""What a run needs beside the cluster: the lock on it, the journal, and who hears of it."""

import shlex
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from lscctl.cli.who import who
from lscctl.cucm.faults import AnswerLost
from lscctl.errors import LscctlError
from lscctl.identity import ClusterIdentity
from lscctl.plan import CapfRequest, Plan
from lscctl.rollout.journal import beginning, remedies
from lscctl.rollout.journal.hand_outs import HandedOut
from lscctl.rollout.journal.lock import Lock
from lscctl.rollout.journal.place import journal_file, lock_folder
from lscctl.rollout.journal.store import Store
from lscctl.rollout.journal.writing import Journal
from lscctl.rollout.stop import Stop
from lscctl.rules import Rules

if TYPE_CHECKING:
    from lscctl.cli.auditing import AuditLog


@dataclass(frozen=True, slots=True)
class Keeper:
    """The lock on a cluster, held, and the journal, open: a run may begin or go on."""

    store: Store
    lock: Lock
    identity: ClusterIdentity
    audit: "AuditLog | None" = None
    _remedies: list[int] = field(default_factory=list)

    @contextmanager
    def remedy(self, what: str) -> Iterator[None]:
        """Write down what the block is about to do to the cluster, and then how it went. The next run to begin is what it is
        done for. Raises JournalError before anything is done."""
        if self.audit is not None:
            self.audit.remedy(what)
        number = remedies.intend(self.store, self.identity, who(), what, time.time())
        self._remedies.append(number)
        try:
            yield
        except AnswerLost as error:
            remedies.settle(self.store, number, f"nobody knows: {error.message}")
            raise
        except LscctlError as error:
            remedies.settle(self.store, number, f"failed: {error.message}")
            raise
        remedies.settle(self.store, number, "done")

    def begin(
        self,
        plan: Plan,
        request: CapfRequest,
        rules: Rules,
        *,
        retries: int | None = None,
        notes: tuple[str, ...] = (),
        hand_out: Callable[[int], HandedOut] | None = None,
    ) -> Journal:
        """Write a new run down before anything of it is done; `hand_out` hands its authentication strings out, told its number."""
        new = beginning.NewRun(
            identity=self.identity,
            who=who(),
            command=shlex.join(["lscctl", *sys.argv[1:]]),
            started=time.time(),
            plan=plan,
            request=request,
            rules=rules,
            retries=retries,
            notes=notes,
            hand_out=hand_out,
            remedies=tuple(self._remedies),
        )
        return beginning.begin(self.store, new, self.lock)

    def resume(self, number: int, rules: Rules) -> Journal:
        """Go on with a run, by these rules."""
        return beginning.resume(self.store, number, rules, self.lock, who())

    def add_to(self, number: int) -> Journal:
        """Write on in the story of a run that has ended."""
        self.lock.name_run(number)
        return Journal(self.store, number)


@contextmanager
def keeping(identity: ClusterIdentity, journal: Path | None, audit: "AuditLog | None") -> Iterator[Keeper]:
    """Hold the cluster's lock and the journal until the block ends. Raises JournalError: nothing may be written then."""
    if audit is not None:
        audit.require()
    with (
        Store.for_writing(journal_file(journal)) as store,
        Lock(lock_folder(), identity, who()) as lock,
    ):
        yield Keeper(store, lock, identity, audit)


class JournalStop(Stop):
    """A wish to stop that `lscctl runs cancel` may tell through the journal, too: then the run is `cancelled` for good."""

    def __init__(self, journal: Journal) -> None:
        super().__init__()
        self._journal = journal
        self.cancelled = False

    @property
    def why(self) -> str | None:
        """Why to stop, None while nobody asked."""
        asked = super().why
        if asked is None:
            try:
                wish = self._journal.wish()
            except LscctlError:
                return None  # the journal tells the engine itself at the next event
            if wish is not None:
                self.cancelled = True
                self.request(f"lscctl runs cancel ({wish.who})")
        return super().why
