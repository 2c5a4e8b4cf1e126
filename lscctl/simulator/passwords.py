"""The passwords of a simulated cluster's users: a fixed one, those that a state file's neighbour keeps, or new ones."""

import json
import os
import secrets
from pathlib import Path


class Passwords:
    """Gives each user a password; with a `file`, the same one at every start, unless a `fixed` one is everybody's.

    The file is readable by its owner alone; the fixed password is never written to it.
    """

    def __init__(self, *, fixed: str | None = None, file: Path | None = None) -> None:
        self._fixed = fixed
        self._file = file
        self._kept = _read(file) if file else {}

    def of(self, user: str) -> str:
        """Give the password of a user, made up now if there is none yet. Raises OSError."""
        if self._fixed:
            return self._fixed
        if user not in self._kept:
            self._kept[user] = secrets.token_urlsafe(12)
            self._write()
        return self._kept[user]

    def _write(self) -> None:
        if self._file is None:
            return
        draft = self._file.with_name(f"{self._file.name}.{os.getpid()}")
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
            json.dump(self._kept, file, indent=1)
        draft.replace(self._file)


def file_beside(state: Path) -> Path:
    """Where the passwords for a state file stand."""
    return Path(f"{state}.passwords")


def _read(file: Path) -> dict[str, str]:
    """Read what is kept; a file that holds something else is as good as none."""
    try:
        kept = json.loads(file.read_text(encoding="utf-8"))
    except (FileNotFoundError, ValueError):
        return {}
    texts = isinstance(kept, dict) and all(isinstance(word, str) and word for word in kept.values())
    return kept if texts else {}
