"""Files that are written whole or not at all."""

import os
from collections.abc import Iterable
from pathlib import Path


def write_whole(path: Path, pieces: Iterable[str], *, private: bool = False) -> None:
    """Write beside the file, then rename: readers see the old file or the new one, never half of it. Raises OSError.

    A new file that is `private` is its owner's only (0600). What is no file, such as a pipe or /dev/null, is written into: nothing
    takes its place.
    """
    import tempfile

    if path.exists() and not path.is_file() and not path.is_dir():
        with path.open("wb") as door:
            for piece in pieces:
                door.write(piece.encode("utf-8", "backslashreplace"))
        return
    target = path.resolve()
    temporary: Path | None = None
    try:
        with tempfile.NamedTemporaryFile("wb", dir=target.parent, prefix=f".{target.name}.", delete=False) as file:
            temporary = Path(file.name)
            for piece in pieces:
                file.write(piece.encode("utf-8", "backslashreplace"))
            file.flush()
            os.fsync(file.fileno())
        temporary.chmod(0o600 if private and not target.exists() else _mode_of(target))
        temporary.replace(target)
    finally:
        if temporary is not None:
            temporary.unlink(missing_ok=True)


def _mode_of(target: Path) -> int:
    """The file's own permissions, or for a new one those that the user's umask gives."""
    if target.exists():
        return target.stat().st_mode & 0o777
    mask = os.umask(0)
    os.umask(mask)
    return 0o666 & ~mask
