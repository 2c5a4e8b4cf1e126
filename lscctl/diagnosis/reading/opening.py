"""Files, folders and archives that somebody mailed, opened safely: nothing is unpacked to disk, everything is bounded.

A phone's problem report is a `.tar.gz`, which holds logs and often archives of older logs. Links, devices and names that lead out
of an archive or a folder are passed over and told. What is larger than anybody's logs, or nested deeper, is refused where somebody
named it; in a folder it is told, and the other files are read.
"""

import lzma
import os
import stat
import struct
import sys
import tarfile
import tempfile
import zipfile
import zlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path, PurePosixPath
from typing import IO, Final, Self, cast

from lscctl.diagnosis.reading.gunzip import Gunzipped
from lscctl.diagnosis.reading.lines import CHUNK, Readable
from lscctl.errors import UsageError

STANDARD_INPUT: Final = "-"
MOST_BYTES: Final = 2**30
"""Bytes that are read of a file or archive, unpacked; a phone keeps a few megabytes of logs, a trace has hundreds."""

MOST_ENTRIES: Final = 20_000
"""Files, folders and links in an archive."""

MOST_TOGETHER: Final = 4
"""So many times that of all that was given together."""

MOST_TOLD: Final = 50
"""So many files that are damaged or too large are told one by one, and as many other things; of more it is told how many."""

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
    lzma.LZMAError,
    EOFError,
    struct.error,
    RuntimeError,
    ValueError,  # names that are no UTF-8, places before the beginning
)


class Budget:
    """What may still be read: of one file or archive, or so many `times` that."""

    def __init__(self, times: int = 1) -> None:
        self._times = times
        self._bytes, self._entries = times * MOST_BYTES, times * MOST_ENTRIES

    def take(self, size: int, entries: int) -> str:
        """Count what was read; what there is too much of, '' where there is room."""
        self._bytes -= size
        self._entries -= entries
        if self._bytes < 0:
            return f"there is more than {self._times * MOST_BYTES // 2**20:,} MB in it"
        return f"there are more than {self._times * MOST_ENTRIES:,} files in it" if self._entries < 0 else ""


class Peeked:
    """A stream whose beginning can be looked at before it is read; counts what is read, and ends where it is damaged."""

    def __init__(self, stream: Readable, name: str, opened: "Opened") -> None:
        self._stream, self._name, self._opened = stream, name, opened
        self._beginning = b""
        self._ended = False

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
        if self._ended:
            return b""
        try:
            found = self._stream.read(min(size, CHUNK))
        except (*_BROKEN, OSError) as error:
            self._ended = True
            self._opened.damaged(self._name, error)
            return b""
        return found if self._opened.may_read(self._name, size=len(found)) else b""


@dataclass(frozen=True, slots=True)
class Entry:
    """One file: its name, with that of the archives that it is in; the `bundle` that it came in; what it holds; and where it stands
    `within` what was given, whose own name comes first."""

    name: str
    bundle: str
    content: Peeked
    within: str = ""


@dataclass(slots=True)
class Opened:
    """All files in what was given."""

    _lost: list[str] = field(default_factory=list)
    _told: list[str] = field(default_factory=list)
    _untold: int = 0
    _together: Budget = field(default_factory=lambda: Budget(MOST_TOGETHER))
    _own: Budget = field(default_factory=Budget)
    _part: str = ""
    """The file of a folder that is being read: what is too large in it is told, and nothing refused."""

    _left: bool = False
    """Nothing more of that file is read."""

    @property
    def passed_over(self) -> list[str]:
        """What was not looked at up to now, and why: first what is damaged or too large."""
        more = [f"and {self._untold:,} other things in what was given"] if self._untold else []
        return [*self._lost, *self._told, *more]

    def pass_over(self, what: str) -> None:
        """Tell that this was not looked at: it holds nothing, or nobody may read it."""
        self._tell(self._told, what)

    def _tell(self, told: list[str], what: str) -> None:
        if len(told) < MOST_TOLD:
            told.append(what)
        else:
            self._untold += 1

    def damaged(self, name: str, error: Exception) -> None:
        """What is behind this place was not looked at."""
        if not self._left:
            why = error.strerror if isinstance(error, OSError) else ""
            self._tell(self._lost, f"{name}: it is damaged, its end was not looked at: {why or error}")

    def may_read(self, name: str, *, size: int = 0, entries: int = 0) -> bool:
        """Count what was read. False where this file of a folder is to be left; UsageError where all is."""
        if self._left:
            return False
        if too_much := self._together.take(size, entries):
            raise UsageError(f"all that was given is too much: {too_much}, up to {name}", hint=_HINT)
        too_much = self._own.take(size, entries)
        return not too_much or self.refuse(f"{name}: {too_much}")

    def refuse(self, why: str) -> bool:
        """Leave the file of a folder that is being read; UsageError where somebody named it himself."""
        if not self._part:
            raise UsageError(why, hint=_HINT)
        self._left = True
        self._tell(self._lost, f"{why}; the rest of {self._part} was not looked at")
        return False

    def entries(self, given: str) -> Iterator[Entry]:
        """The files in a file, an archive, a folder or `-`, each to be read before the next. Raises UsageError."""
        before = "" if given == STANDARD_INPUT else f"{Path(given).parent}/"
        for entry in self._all(given):
            yield replace(entry, within=entry.name.removeprefix(before))

    def _all(self, given: str) -> Iterator[Entry]:
        if given == STANDARD_INPUT:
            yield from self._file(sys.stdin.buffer, "standard input", "")
            return
        path = Path(given)
        try:
            if path.is_dir():
                yield from self._of_folder(sorted(path.iterdir()), path, 0)
            else:
                with path.open("rb") as file:
                    yield from self._file(file, given, given)
        except OSError as error:
            raise UsageError(
                f"{error.filename or given} cannot be read: {error.strerror or error}",
                hint="Name a file, a folder, an archive (.tar.gz, .zip), or - for standard input.",
            ) from error

    def _of_folder(self, paths: Sequence[Path], top: Path, depth: int) -> Iterator[Entry]:
        for path in paths:
            try:
                yield from self._in_folder(path, top, depth)
            except OSError as error:
                self._tell(self._lost, f"{path}: it cannot be read: {error.strerror or error}")

    def _in_folder(self, path: Path, top: Path, depth: int) -> Iterator[Entry]:
        mode = path.lstat().st_mode
        if stat.S_ISDIR(mode):
            if depth >= _DEEPEST_FOLDER:
                self.pass_over(f"{path}: it is nested too deeply")
            else:
                yield from self._of_folder(sorted(path.iterdir()), top, depth + 1)
        elif stat.S_ISREG(mode):
            bundle = str(top / path.relative_to(top).parts[0]) if path.parent != top else str(top)
            with path.open("rb") as file:
                yield from self._file(file, str(path), bundle, part=str(path))
        else:
            self.pass_over(f"{path}: it is a link, or no file")

    def _file(self, stream: Readable, name: str, bundle: str, *, part: str = "") -> Iterator[Entry]:
        """A file with an allowance of its own."""
        self._own, self._part, self._left = Budget(), part, False
        yield from self._entries(stream, name, bundle, 0)

    def _entries(self, stream: Readable, name: str, bundle: str, depth: int) -> Iterator[Entry]:
        """The file itself, or those in it if it is an archive."""
        if not self.may_read(name, entries=1):
            return
        content = Peeked(stream, name, self)
        opener = _opener(content.peek(512))
        if opener is None:
            yield Entry(name, bundle, content)
            return
        if depth >= DEEPEST:
            self.refuse(f"{name}: archives are nested more than {DEEPEST} deep")
            return
        own = name if depth == 0 and not os.path.isdir(bundle) else bundle  # noqa: PTH112 - a name, not a path
        try:
            for inner, found in opener(content, name, self):
                yield from self._entries(found, inner, own, depth + 1)
        except _BROKEN as error:
            self.damaged(name, error)


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
    yield name, Gunzipped(content)


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
            if not member.isreg() and not opened.may_read(name, entries=1):
                return
            if member.isdir():
                continue
            inner = f"{name}/{member.name}"
            if not member.isreg():
                opened.pass_over(f"{inner}: it is a link, or no file")
            elif _leads_out(member.name):
                opened.pass_over(f"{inner}: its name leads out of the archive")
            elif member.issparse():
                yield inner, cast(Readable, archive.extractfile(member))
            else:
                yield inner, _Member(cast(Readable, archive.fileobj), member.size)


class _Member:
    """A file in a tar that is read from its beginning to its end; of one that is cut off what is there."""

    def __init__(self, stream: Readable, size: int) -> None:
        self._stream, self._left = stream, size

    def read(self, size: int, /) -> bytes:
        found = self._stream.read(min(size, self._left))
        if self._left and not found:
            raise EOFError("it was cut off")
        self._left -= len(found)
        return found


def _zip(content: Peeked, name: str, opened: Opened) -> Iterator[tuple[str, Readable]]:
    with tempfile.SpooledTemporaryFile(_MOST_IN_MEMORY) as whole:
        while part := content.read(CHUNK):
            whole.write(part)
        if _has_too_large_a_directory(cast(IO[bytes], whole)):  # it would not fit into memory
            opened.refuse(f"{name}: there are more than {MOST_ENTRIES:,} files in it")
            return
        with zipfile.ZipFile(cast(IO[bytes], whole)) as archive:
            for member in archive.infolist():
                inner = f"{name}/{member.filename}"
                if not opened.may_read(name):
                    return
                if member.is_dir():
                    continue
                if stat.S_ISLNK(member.external_attr >> 16):
                    opened.pass_over(f"{inner}: it is a link, or no file")
                elif _leads_out(member.filename):
                    opened.pass_over(f"{inner}: its name leads out of the archive")
                elif member.flag_bits & 1:
                    opened.pass_over(f"{inner}: it is encrypted")
                else:
                    yield from _zipped(archive, member, inner, opened)


def _zipped(
    archive: zipfile.ZipFile, member: zipfile.ZipInfo, inner: str, opened: Opened
) -> Iterator[tuple[str, Readable]]:
    try:
        with archive.open(member) as found:
            yield inner, cast(Readable, found)
    except NotImplementedError as error:
        opened.pass_over(f"{inner}: {error}")


def _has_too_large_a_directory(file: IO[bytes]) -> bool:
    size = file.seek(0, os.SEEK_END)
    file.seek(max(0, size - 2**16 - 22))
    end = file.read()
    at = end.rfind(b"PK\x05\x06")
    return at >= 0 and len(end) >= at + 16 and bool(struct.unpack_from("<I", end, at + 12)[0] > _MOST_DIRECTORY)


def _leads_out(name: str) -> bool:
    path = PurePosixPath(name.replace("\\", "/"))
    return path.is_absolute() or ".." in path.parts or ":" in path.parts[:1][0] if path.parts else True
