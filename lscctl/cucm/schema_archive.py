"""Cisco's own AXL schemas out of `axlsqltoolkit.zip`, which is a file that somebody downloaded: nothing in it is believed.

Files are read by what they are, bounded in size, and never unpacked by the names that the archive gives them.
"""

import lzma
import re
import stat
import struct
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from pathlib import Path, PurePosixPath
from types import TracebackType
from typing import Any, Final, Self

from lxml import etree

from lscctl.cucm.faults import SchemaUnusable
from lscctl.cucm.schema import NAMESPACE, numbers

WSDL: Final = "AXLAPI.wsdl"
NAMES: Final = (WSDL, "AXLSoap.xsd", "AXLEnums.xsd")
"""The files of one version [field guide 3]."""

MOST_ENTRIES: Final = 20_000
MOST_VERSIONS: Final = 50
LARGEST_FILE: Final = 32 * 1024 * 1024
"""Bytes; the largest of Cisco's has four million."""

DAMAGED: Final = (
    zipfile.BadZipFile,
    zlib.error,
    lzma.LZMAError,
    struct.error,
    EOFError,
    RuntimeError,
    ValueError,
    IndexError,
)
"""What Python's reader of archives raises for those that are damaged, encrypted, or packed in a way that it does not know."""

_CANONICAL: Final = {name.casefold(): name for name in NAMES}
_AXL: Final = re.compile(re.escape(NAMESPACE) + r"(\d{1,3}\.\d{1,3})")
_CURRENT: Final = "current"
_DRIVE: Final = re.compile(r"[A-Za-z]:")
_REFERENCES: Final = ("import", "include", "redefine")
_HINT: Final = "Get it from the cluster: Application > Plugins > Cisco AXL Toolkit."


class SchemaArchive:
    """The archive at `path`; a context manager. Everything raises SchemaUnusable, which names the archive and what is wrong."""

    def __init__(self, path: Path) -> None:
        self._path = path
        try:
            self._zip = zipfile.ZipFile(path)
        except OSError as error:
            raise self._unusable(f"cannot be read: {error.strerror or error}") from error
        except DAMAGED as error:
            raise self._unusable(f"is no ZIP archive: {error}") from error
        try:
            self._folders = self._found()
        except BaseException:
            self._zip.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._zip.close()

    @property
    def versions(self) -> tuple[str, ...]:
        """The versions that it holds, oldest first."""
        return tuple(sorted(self._folders, key=numbers))

    def files(self, version: str) -> dict[str, bytes]:
        """The files of one of these versions, `{name: content}`, by the names that they refer to each other with."""
        entries = self._folders[version]
        if missing := [name for name in NAMES if name not in entries]:
            raise self._unusable(f"holds schema {version} without {', '.join(missing)}")
        files = {name: self._read(entries[name]) for name in NAMES}
        for name, content in files.items():
            self._refuse_strange(entries[name], self._parsed(entries[name], content))
        return files

    def _found(self) -> dict[str, Mapping[str, zipfile.ZipInfo]]:
        """The folders that hold a WSDL of AXL's, by its version; of two folders with one version that which is named so."""
        entries = self._zip.infolist()
        if len(entries) > MOST_ENTRIES:
            raise self._unusable(f"has {len(entries):,} entries, far more than Cisco's")
        folders: dict[PurePosixPath, dict[str, zipfile.ZipInfo]] = {}
        for entry in entries:
            place = self._place(entry)
            name = _CANONICAL.get(place.name.casefold())
            if name is not None and not entry.is_dir():
                folders.setdefault(place.parent, {})[name] = entry
        found: dict[str, Mapping[str, zipfile.ZipInfo]] = {}
        schemas = [(folder, files) for folder, files in folders.items() if WSDL in files]
        if len(schemas) > MOST_VERSIONS:
            raise self._unusable(f"has {len(schemas):,} schemas, far more than Cisco's")
        for _, files in sorted(schemas, key=lambda one: one[0].name.casefold() != _CURRENT):
            found[self._version(files[WSDL])] = files  # `current` comes first, and gives way
        if not found:
            raise self._unusable(f"holds no {WSDL}")
        return found

    def _place(self, entry: zipfile.ZipInfo) -> PurePosixPath:
        """Where the archive says that the entry belongs; refused where that is not inside, or is no place at all."""
        place = PurePosixPath(entry.filename.replace("\\", "/"))
        if place.is_absolute() or ".." in place.parts or _DRIVE.match(entry.filename):
            raise self._unusable(f"holds {entry.filename!r}, which points out of it")
        if stat.S_ISLNK(entry.external_attr >> 16):
            raise self._unusable(f"holds the link {entry.filename!r}")
        return place

    def _version(self, wsdl: zipfile.ZipInfo) -> str:
        for part in self._references(self._parsed(wsdl, self._read(wsdl))):
            if found := _AXL.fullmatch(part.get("namespace", "")):
                return found[1]
        raise self._unusable(f"holds {wsdl.filename}, a WSDL that is not AXL's")

    def _read(self, entry: zipfile.ZipInfo) -> bytes:
        try:
            with self._zip.open(entry) as file:
                content = file.read(LARGEST_FILE + 1)
        except (OSError, *DAMAGED) as error:
            raise self._unusable(f"holds {entry.filename}, which cannot be read: {error}") from error
        if len(content) > LARGEST_FILE:
            raise self._unusable(f"holds {entry.filename}, which is larger than any schema of Cisco's")
        return content

    def _parsed(self, entry: zipfile.ZipInfo, content: bytes) -> etree._Element:
        parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
        try:
            root = etree.fromstring(content, parser)
        except etree.XMLSyntaxError as error:
            raise self._unusable(f"holds {entry.filename}, which is no XML: {error}") from error
        about: Any = root.getroottree().docinfo
        if about.doctype:
            raise self._unusable(f"holds {entry.filename} with a document type, which no schema of Cisco's has")
        return root

    def _refuse_strange(self, entry: zipfile.ZipInfo, root: etree._Element) -> None:
        for part in self._references(root):
            where = part.get("schemaLocation") or part.get("location")
            if where is not None and where not in NAMES:
                raise self._unusable(f"holds {entry.filename}, which wants {where!r}")

    def _references(self, root: etree._Element) -> Iterator[etree._Element]:
        for part in root.iterchildren(etree.Element):
            if etree.QName(part).localname in _REFERENCES:
                yield part

    def _unusable(self, what: str) -> SchemaUnusable:
        return SchemaUnusable(f"{self._path} {what}", hint=_HINT)
