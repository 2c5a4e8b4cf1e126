"""One run at a time a cluster, on this machine and for those who share the state folder; others' runs show in the cluster itself,
as pending operations.

The system holds the lock for as long as the process lives, so a crash leaves none behind; a file beside it names the owner.
Where it is not known which CAPF a cluster has, it counts as every cluster with the same publisher.
"""

import hashlib
import os
import secrets
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType

from filelock import lock_descriptor
from pydantic import TypeAdapter, ValidationError

from lscctl.errors import JournalError
from lscctl.identity import ClusterIdentity
from lscctl.rollout.journal.notation import harmless
from lscctl.rollout.journal.place import make_private

PATIENCE = 0.25
A_LOOK = 0.05
"""Seconds to try for a lock, to hold it and to see whether it is held: whoever looks holds it for a moment himself."""

_ANY = "any"


@dataclass(frozen=True, slots=True)
class Owner:
    """Who holds a lock: `who` (user@host), since when (epoch seconds), for which run if it has a number yet.

    `token` tells this lock from all that were and will be.
    """

    who: str
    pid: int
    since: float
    run: int | None = None
    token: str = field(default_factory=lambda: secrets.token_hex(8))

    def __str__(self) -> str:
        since = f"{datetime.fromtimestamp(self.since, UTC):%Y-%m-%d %H:%M:%S} UTC"
        run = "a run that has no number yet" if self.run is None else f"run {self.run}"
        return f"{self.who}, process {self.pid}, since {since} ({run})"


_OWNER = TypeAdapter(Owner)


class Lock:
    """The right to run at a cluster, from `with` to its end; JournalError names the owner if another has it."""

    def __init__(self, folder: Path, identity: ClusterIdentity, who: str) -> None:
        self._folder = folder
        self._identity = identity
        self._path = _path(folder, identity)
        self._descriptor = -1
        self.owner = Owner(harmless(who), os.getpid(), time.time())

    def __enter__(self) -> "Lock":
        with _explained(self._path):
            make_private(self._folder)
            self._descriptor = os.open(self._path, os.O_RDWR | os.O_CREAT, 0o600)
            try:
                self._take()
                self.name_run(None)
            except BaseException:
                os.close(self._descriptor)
                raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with _explained(self._path):
            try:
                _owner_file(self._path).unlink(missing_ok=True)
            finally:
                os.close(self._descriptor)

    def name_run(self, number: int | None) -> None:
        """Tell others which run it is that holds the lock."""
        self.owner = replace(self.owner, run=number)
        owner_file = _owner_file(self._path)
        draft = owner_file.with_name(f"{owner_file.name}.{self.owner.token}")
        with _explained(self._path):
            descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
            with os.fdopen(descriptor, "wb") as file:
                file.write(_OWNER.dump_json(self.owner))
            draft.replace(owner_file)

    def _take(self) -> None:
        # first the own lock, then a look at the rivals': of two that do so at once, one at least sees the other
        if not _got(self._descriptor, PATIENCE):
            raise self._taken(_read_owner(self._path))
        for rival in _rivals(self._folder, self._identity):
            owner = _holder(rival)
            if owner is not None:
                raise self._taken(owner)

    def _taken(self, owner: Owner) -> JournalError:
        stop = "" if owner.run is None else f", or stop it: lscctl runs cancel {owner.run}"
        return JournalError(
            f"another run is at work on the cluster {self._identity.name}: {owner}",
            hint=f"Wait until it ends{stop}. The lock is held on this machine, for those who use {self._folder}.",
        )


def holder(folder: Path, identity: ClusterIdentity) -> Owner | None:
    """Who holds the cluster's lock now, None if nobody does; JournalError if that cannot be found out."""
    for path in (_path(folder, identity), *_rivals(folder, identity)):
        with _explained(path):
            owner = _holder(path)
        if owner is not None:
            return owner
    return None


def _path(folder: Path, identity: ClusterIdentity) -> Path:
    return folder / f"{_digest(identity.publisher)}-{_digest(identity.capf) if identity.capf else _ANY}.lock"


def _rivals(folder: Path, identity: ClusterIdentity) -> list[Path]:
    """The locks that may be of the same cluster, besides its own."""
    own = _path(folder, identity)
    pattern = f"{_digest(identity.publisher)}-{_ANY if identity.capf else '*'}.lock"
    return sorted(path for path in folder.glob(pattern) if path != own)


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _owner_file(path: Path) -> Path:
    return path.with_suffix(".owner")


def _holder(path: Path) -> Owner | None:
    try:
        descriptor = os.open(path, os.O_RDONLY)
    except FileNotFoundError:
        return None
    try:
        return None if _got(descriptor, A_LOOK) else _read_owner(path)
    finally:
        os.close(descriptor)


def _got(descriptor: int, patience: float) -> bool:
    give_up = time.monotonic() + patience
    while not lock_descriptor(descriptor, blocking=False):
        if time.monotonic() > give_up:
            return False
        time.sleep(0.01)
    return True


def _read_owner(path: Path) -> Owner:
    try:
        return _OWNER.validate_json(_owner_file(path).read_bytes())
    except (FileNotFoundError, ValidationError):  # it has taken the lock just now, or is letting go of it
        return Owner("somebody", 0, path.stat().st_mtime)


@contextmanager
def _explained(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise JournalError(
            f"cannot use the lock {path}: {error.strerror or error}",
            hint="Give yourself the right to write its folder; LSCCTL_STATE_DIR names another one.",
        ) from error
