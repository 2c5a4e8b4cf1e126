"""Files, folders and archives that somebody mailed, opened safely: nothing is unpacked to disk, everything is bounded.

A phone's problem report is a `.tar.gz`, which holds logs and often archives of older logs. Links, devices and names that lead out
of an archive or a folder are passed over and told; what is larger than anybody's logs, or nested deeper, is refused.
"""

import gzip
import os
import stat
import struct
import sys
import tarfile
import tempfile
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import IO, Final, Self, cast

from lscctl.diagnosis.reading.lines import CHUNK, Readable
from lscctl.errors import UsageError

STANDARD_INPUT: Final = "-"
MOST_BYTES: Final = 2**30
"""Bytes in all that are read of what was given, unpacked; a phone keeps a few megabytes of logs, a trace has hundreds."""

MOST_ENTRIES: Final = 20_000
DEEPEST: Final = 4
"""Archives in archives, and so on."""

_PLAIN: Final = (*tarfile.REGULAR_TYPES, tarfile.DIRTYPE, tarfile.SYMTYPE, tarfile.LNKTYPE)
_DEEPEST_FOLDER: Final = 16
_LONGEST_NAME: Final = 64 * 1024
_MOST_IN_MEMORY: Final = 8 * 2**20
_MOST_DIRECTORY: Final = 8 * 2**20
_TAR_MAGIC: Final = slice(257, 262)
_HINT: Final = "Unpack it by hand, and name the files that matter."
_BROKEN: Final = (
    tarfile.TarError,
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    gzip.BadGzipFile,
    struct.error,
    RuntimeError,
)


@dataclass(slots=True)
class Budget:
    """What may still be read, of everything that was given together."""

    bytes: int = MOST_BYTES
    entries: int = MOST_ENTRIES

    def take(self, size: int, name: str) -> None:
        """Count bytes that were read. Raises UsageError where there are too many."""
        self.bytes -= size
        if self.bytes < 0:
            raise UsageError(f"{name}: there is more than {MOST_BYTES // 2**20:,} MB in it", hint=_HINT)

    def entry(self, name: str) -> None:
        """Count one file. Raises UsageError where there are too many."""
        self.entries -= 1
        if self.entries < 0:
            raise UsageError(f"{name}: there are more than {MOST_ENTRIES:,} files in it", hint=_HINT)


class Peeked:
    """A stream whose beginning can be looked at before it is read; counts what is read, and ends where it is damaged."""

    def __init__(self, stream: Readable, name: str, opened: "Opened") -> None:
        self._stream, self._name, self._opened = stream, name, opened
        self._beginning = b""

    def peek(self, size: int) -> bytes:
        """The first so many bytes, fewer only where there are no more."""
        while len(self._beginning) < size:
            more = self._take(size - len(self._beginning))
            if not more:
                break
            self._beginning += more
        return self._beginning[:size]

    def read(self, size: int, /) -> bytes:
        """At most so many bytes, none at the end."""
        if self._beginning:
            found, self._beginning = self._beginning[:size], self._beginning[size:]
            return found
        return self._take(size)

    def _take(self, size: int) -> bytes:
        try:
            found = self._stream.read(min(size, CHUNK))
        except _BROKEN as error:
            self._opened.damaged(self._name, error)
            return b""
        self._opened.budget.take(len(found), self._name)
        return found


@dataclass(frozen=True, slots=True)
class Entry:
    """One file: its name, with that of the archives that it is in; the `bundle` that it came in; and what it holds."""

    name: str
    bundle: str
    content: Peeked


@dataclass(slots=True)
class Opened:
    """All files in what was given. `passed_over` tells, while they are read, what was not looked at, and why."""

    budget: Budget = field(default_factory=Budget)
    passed_over: list[str] = field(default_factory=list)

    def entries(self, given: str) -> Iterator[Entry]:
        """The files in a file, an archive, a folder or `-`, each to be read before the next. Raises UsageError."""
        if given == STANDARD_INPUT:
            yield from self._entries(sys.stdin.buffer, "standard input", "", 0)
            return
        path = Path(given)
        try:
            if path.is_dir():
                yield from self._of_folder(path, path, 0)
            else:
                with path.open("rb") as file:
                    yield from self._entries(file, given, given, 0)
        except OSError as error:
            raise UsageError(
                f"{error.filename or given} cannot be read: {error.strerror or error}",
                hint="Name a file, a folder, an archive (.tar.gz, .zip), or - for standard input.",
            ) from error

    def _of_folder(self, folder: Path, top: Path, depth: int) -> Iterator[Entry]:
        if depth > _DEEPEST_FOLDER:
            self.passed_over.append(f"{folder}: it is nested too deeply")
            return
        for path in sorted(folder.iterdir()):
            mode = path.lstat().st_mode
            if stat.S_ISDIR(mode):
                yield from self._of_folder(path, top, depth + 1)
            elif stat.S_ISREG(mode):
                bundle = str(top / path.relative_to(top).parts[0]) if path.parent != top else str(top)
                with path.open("rb") as file:
                    yield from self._entries(file, str(path), bundle, 0)
            else:
                self.passed_over.append(f"{path}: it is a link, or no file")

    def _entries(self, stream: Readable, name: str, bundle: str, depth: int) -> Iterator[Entry]:
        """The file itself, or those in it if it is an archive."""
        self.budget.entry(name)
        content = Peeked(stream, name, self)
        beginning = content.peek(512)
        opener = _opener(beginning)
        if opener is None:
            yield Entry(name, bundle, content)
            return
        if depth >= DEEPEST:
            raise UsageError(f"{name}: archives are nested more than {DEEPEST} deep", hint=_HINT)
        own = name if depth == 0 and not os.path.isdir(bundle) else bundle  # noqa: PTH112 - a name, not a path
        try:
            for inner, found in opener(content, name, self):
                yield from self._entries(found, inner, own, depth + 1)
        except _BROKEN as error:
            self.damaged(name, error)

    def damaged(self, name: str, error: Exception) -> None:
        """What is behind this place was not looked at."""
        self.passed_over.append(f"{name}: it is damaged, its end was not looked at: {error}")


_Opener = Callable[[Peeked, str, Opened], Iterator[tuple[str, Readable]]]


def _opener(beginning: bytes) -> _Opener | None:
    if beginning.startswith(b"\x1f\x8b"):
        return _gzip
    if beginning.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return _zip
    if beginning[_TAR_MAGIC] == b"ustar":
        return _tar
    return None


def _gzip(content: Peeked, name: str, opened: Opened) -> Iterator[tuple[str, Readable]]:  # noqa: ARG001 - as every opener
    with gzip.GzipFile(fileobj=cast(IO[bytes], content)) as unpacked:
        yield name, unpacked


class _Header(tarfile.TarInfo):
    """A tar header that says no more than names need: longer ones would be read into memory whole."""

    @classmethod
    def frombuf(cls, buf: bytes | bytearray, encoding: str, errors: str) -> Self:
        """Read a header; ReadError for one that no archiver writes."""
        found = super().frombuf(buf, encoding, errors)
        plain = found.type in _PLAIN
        if found.size < 0 or (not plain and found.size > _LONGEST_NAME):
            raise tarfile.ReadError("a header in it says what no archiver writes")
        return found


def _tar(content: Peeked, name: str, opened: Opened) -> Iterator[tuple[str, Readable]]:
    with tarfile.open(fileobj=cast(IO[bytes], content), mode="r|", tarinfo=_Header) as archive:
        for member in archive:
            archive.members = []  # type: ignore[attr-defined] # it would remember every member that it has seen
            if member.isdir():
                continue
            inner = f"{name}/{member.name}"
            if not member.isreg():
                opened.passed_over.append(f"{inner}: it is a link, or no file")
            elif _leads_out(member.name):
                opened.passed_over.append(f"{inner}: its name leads out of the archive")
            else:
                found = archive.extractfile(member)
                if found is not None:
                    yield inner, cast(Readable, found)


def _zip(content: Peeked, name: str, opened: Opened) -> Iterator[tuple[str, Readable]]:
    with tempfile.SpooledTemporaryFile(_MOST_IN_MEMORY) as whole:
        while part := content.read(CHUNK):
            whole.write(part)
        _check_directory(cast(IO[bytes], whole), name)
        with zipfile.ZipFile(cast(IO[bytes], whole)) as archive:
            for member in archive.infolist():
                inner = f"{name}/{member.filename}"
                if member.is_dir():
                    continue
                if stat.S_ISLNK(member.external_attr >> 16):
                    opened.passed_over.append(f"{inner}: it is a link, or no file")
                elif _leads_out(member.filename):
                    opened.passed_over.append(f"{inner}: its name leads out of the archive")
                elif member.flag_bits & 1:
                    opened.passed_over.append(f"{inner}: it is encrypted")
                else:
                    yield from _member(archive, member, inner, opened)


def _member(
    archive: zipfile.ZipFile, member: zipfile.ZipInfo, inner: str, opened: Opened
) -> Iterator[tuple[str, Readable]]:
    try:
        with archive.open(member) as found:
            yield inner, cast(Readable, found)
    except NotImplementedError as error:
        opened.passed_over.append(f"{inner}: {error}")


def _check_directory(file: IO[bytes], name: str) -> None:
    """Refuse a directory that would not fit into memory, before it is read."""
    size = file.seek(0, os.SEEK_END)
    file.seek(max(0, size - 2**16 - 22))
    end = file.read()
    at = end.rfind(b"PK\x05\x06")
    if at >= 0 and len(end) >= at + 16 and struct.unpack_from("<I", end, at + 12)[0] > _MOST_DIRECTORY:
        raise UsageError(f"{name}: there are more than {MOST_ENTRIES:,} files in it", hint=_HINT)


def _leads_out(name: str) -> bool:
    path = PurePosixPath(name.replace("\\", "/"))
    return path.is_absolute() or ".." in path.parts or ":" in path.parts[:1][0] if path.parts else True
