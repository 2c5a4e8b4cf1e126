"""Who uses a state file: one simulator at a time, shown by a lock that ends with its process."""

import errno
import fcntl
import os
import time
from pathlib import Path
from types import TracebackType
from typing import TextIO


class StateInUseError(OSError):
    """Another process uses the state file; the text says which."""


class StateLock:
    """Exclusive use of a state file, from the moment it is made until `release`; a context manager.

    `owner` is what others are told. Waits up to `patience` seconds for another's end, then raises `StateInUseError`.
    """

    def __init__(self, state: Path, owner: str, *, patience: float = 0.0) -> None:
        state.parent.mkdir(parents=True, exist_ok=True)
        self._file = _take(Path(f"{state}.lock"), patience)
        self._file.truncate()
        self._file.write(f"{owner}, process {os.getpid()}")
        self._file.flush()

    def release(self) -> None:
        """Let others use the state file."""
        self._file.close()

    def __enter__(self) -> "StateLock":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.release()


def _take(path: Path, patience: float) -> TextIO:
    give_up = time.monotonic() + patience
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    file = os.fdopen(descriptor, "r+", encoding="utf-8")
    while True:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            if error.errno not in (errno.EAGAIN, errno.EACCES) or time.monotonic() >= give_up:
                owner = file.read() or "another process"
                file.close()
                raise StateInUseError(
                    f"the state file {str(path).removesuffix('.lock')} is in use by {owner}"
                ) from None
            time.sleep(0.02)
        else:
            file.seek(0)
            return file


def files_of(state: Path) -> tuple[Path, ...]:
    """Every file that a simulator keeps for a state file, the database first; the lock is not among them."""
    beside = [Path(f"{state}{ending}") for ending in ("-wal", "-shm", ".control", ".log", ".passwords")]
    return (state, *beside, state.with_name(f"{state.name}.key.pem"), state.with_name(f"{state.name}.ca.pem"))
