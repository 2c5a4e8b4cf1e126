"""Who may read a file that holds a secret."""

import os
import shlex
import stat
from pathlib import Path

from lscctl.errors import UsageError


def require_private(path: Path, what: str) -> None:
    """Refuse a file with a secret that others than its owner can read; `what` says what it holds. Raises UsageError."""
    if os.name == "posix" and path.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO):
        raise UsageError(
            f"{path} {what} and other users of this machine can read it", hint=f"chmod 600 {shlex.quote(str(path))}"
        )
