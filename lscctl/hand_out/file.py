"""The hand-out's file: whole, for its owner only and on disk when `write` returns, and read back unchanged or not at all."""

import errno
import os
import tempfile
from collections.abc import Iterable, Mapping
from hashlib import sha256
from pathlib import Path

from lscctl.auth_string import AuthString
from lscctl.errors import JournalError, UsageError
from lscctl.hand_out import labels, table
from lscctl.hand_out.sheet import HandOut, SheetFormat
from lscctl.rollout.journal.hand_outs import HandedOut
from lscctl.rollout.journal.notation import harmless

_WRITERS = {SheetFormat.CSV: table.written, SheetFormat.LABELS: labels.written}
_PRIVATE = 0o600
_LOST = (
    "If there is none, cancel the run (lscctl runs cancel RUN --undo) and plan its phones anew: lscctl runs retry RUN --state "
    "queued,cancelled,failed,late,stalled --new-strings."
)


def require_free(path: Path) -> None:
    """Make sure, as far as can be seen, that a hand-out can be written there. Raises UsageError, JournalError."""
    _require_name(path)
    try:
        taken = path.exists() or path.is_symlink()
    except OSError as error:
        raise _unwritable(path, error) from error
    if taken:
        raise _taken(path)
    if not path.parent.is_dir():
        raise UsageError(
            f"the hand-out cannot be written to {path}: there is no folder {path.parent}",
            hint="Make the folder, or name another file with --hand-out. No phone was changed.",
        )


def write(hand_out: HandOut, path: Path, form: SheetFormat) -> HandedOut:
    """Write the file beside its place, and put it there once it is on disk, mode 0600. It never replaces a file.

    Raises UsageError where there is one, JournalError where it cannot be written; then nothing of it is left.
    """
    _require_name(path)
    content = _WRITERS[form](hand_out).encode("utf-8", "backslashreplace")
    try:
        os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _PRIVATE))  # from here on the place is ours
    except FileExistsError as error:
        raise _taken(path) from error
    except OSError as error:
        raise _unwritable(path, error) from error
    try:
        _put(content, path)
    except OSError as error:
        path.unlink(missing_ok=True)
        raise _unwritable(path, error) from error
    return HandedOut(path.resolve(), digest_of(content), len(hand_out.labels))


def _require_name(path: Path) -> None:
    """The journal has to name the file, so that a resume finds it."""
    if str(path) in ("-", "."):  # `.`: an empty option
        raise UsageError(
            f"the hand-out cannot be {'standard output' if str(path) == '-' else 'without a name'}: a resume reads it again",
            hint="Name a file with --hand-out. No phone was changed.",
        )
    place = str(path.absolute())
    if harmless(place) != place:
        raise UsageError(
            f"the hand-out cannot be kept at {harmless(place)}: the name is not UTF-8, so that a resume would not find it",
            hint="Name another file with --hand-out. No phone was changed.",
        )


def _put(content: bytes, path: Path) -> None:
    temporary: Path | None = None
    try:
        # mkstemp's files are their owner's only
        with tempfile.NamedTemporaryFile("wb", dir=path.parent, prefix=f".{path.name}.", delete=False) as file:
            temporary = Path(file.name)
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        temporary.chmod(_PRIVATE)
        temporary.replace(path)
        temporary = None
        _sync_folder(path.parent)
    finally:
        if temporary is not None:
            temporary.unlink(missing_ok=True)


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    except OSError as error:
        if error.errno not in (errno.EINVAL, errno.ENOTSUP):  # a file system that cannot: the file itself is on disk
            raise
    finally:
        os.close(handle)


def read(
    handed_out: HandedOut, moved_to: Path | None, names: Iterable[str], *, option: str = "--hand-out"
) -> Mapping[str, AuthString]:
    """`{phone name: string}` of the file, or of the place that it has moved to, for at least these phones. `option` is the one by
    which a person says where it is.

    Raises UsageError where it is gone, unreadable, or not byte for byte the one that was handed out.
    """
    path = moved_to or handed_out.path
    try:
        content = path.read_bytes()
    except OSError as error:
        raise UsageError(
            f"the authentication strings cannot be read: {path}: {error.strerror or error}; nothing was written",
            hint=f"They stand in that file only. Put it back, or say where it is now: {option} FILE. {_LOST}",
        ) from error
    if digest_of(content) != handed_out.digest:
        raise UsageError(
            f"{path} is not the hand-out of this run, or was changed since it was written; nothing was written",
            hint=f"A spreadsheet that saved it may have taken zeros off strings. Name an unchanged copy: {option} FILE. {_LOST}",
        )
    strings = parsed(content, path)
    if missing := sorted(set(names) - strings.keys()):
        raise UsageError(f"{path} has no string for {missing[0]}; nothing was written", hint="Name the run's own file.")
    return strings


def parsed(content: bytes, path: Path) -> Mapping[str, AuthString]:
    """`{phone name: string}` of such a file's content, CSV or labels. Raises UsageError, which tells no string."""
    try:
        text = content.decode()
        return labels.read(text) if labels.are_labels(text) else table.read(text)
    except ValueError as error:
        why = "it is not UTF-8" if isinstance(error, UnicodeError) else str(error)
        raise UsageError(
            f"{path} is no hand-out of lscctl: {why}; nothing was written", hint="Name the run's own file."
        ) from None


def digest_of(content: bytes) -> str:
    """`sha256:...` of all bytes."""
    return f"sha256:{sha256(content).hexdigest()}"


def _taken(path: Path) -> UsageError:
    return UsageError(
        f"{path} is there already, and a hand-out never replaces a file; no phone was changed",
        hint="It may hold the strings of another run. Move it away, or name another file with --hand-out.",
    )


def _unwritable(path: Path, error: OSError) -> JournalError:
    return JournalError(
        f"the hand-out {path} cannot be written: {error.strerror or error}; no phone was changed",
        hint="Without it nobody could type the strings. Make room or give access, or name another file with --hand-out.",
    )
