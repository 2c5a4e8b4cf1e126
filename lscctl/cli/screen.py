"""Where words go: results to stdout and files, everything else to stderr."""

import contextlib
import os
import shutil
import sys
import threading
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import chain
from pathlib import Path
from typing import Annotated, ClassVar, TextIO

import typer

from lscctl.cli import log_format
from lscctl.cli.whole_file import write_whole
from lscctl.errors import LscctlError, UsageError
from lscctl.report import formats
from lscctl.report.interface import Format, Page, Report
from lscctl.report.wording import visible

_PANEL = "Output"
NOTHING: Mapping[str, object] = {}


class OutputFailed(LscctlError):
    """The work is done, but its report could not be written where the user wanted it."""

    exit_code: ClassVar[int] = 1


@dataclass(frozen=True, slots=True)
class Output:
    """How the result is told."""

    format: Annotated[
        str | None,
        typer.Option(
            "--format",
            help=f"{', '.join(formats.NAMES)}. Without it a table, in plain columns unless a person looks.",
            metavar="NAME",
            rich_help_panel=_PANEL,
            show_default=False,
        ),
    ] = None
    output: Annotated[
        list[Path] | None,
        typer.Option(
            "--output",
            help="Also write it to this file, whole or not at all; its ending tells the format: "
            f"{', '.join(formats.SUFFIXES)}. May be given several times.",
            metavar="FILE",
            rich_help_panel=_PANEL,
            show_default=False,
        ),
    ] = None
    no_color: Annotated[
        bool,
        typer.Option(
            "--no-color", help="No colours; NO_COLOR=1 does the same.", rich_help_panel=_PANEL, show_default=False
        ),
    ] = False

    def opened(self) -> "Destination":
        """Check format and files before anything else happens, so that no result is made that cannot be told."""
        files = [(path, formats.by_suffix(path)) for path in self.output or ()]
        for path, _ in files:
            check_writable("--output", path)
        return Destination(formats.by_name(self.format or "table"), files, colour=not self.no_color)


@dataclass(frozen=True, slots=True)
class Destination:
    """Where a report goes: stdout in one format, and files."""

    format: Format
    files: list[tuple[Path, Format]]
    colour: bool = True

    def deliver(self, report: Report) -> None:
        """Write the report to the files and to stdout. OutputFailed names the first place that failed; the others have it."""
        failures = [failed for path, file_format in self.files if (failed := _kept(path, file_format, report))]
        page = page_for(sys.stdout, os.environ, colour=self.colour)
        encoding = (sys.stdout.encoding or "utf-8") if self.format.name == "table" else "utf-8"
        write_quietly(sys.stdout, self.format.pieces(report, page), encoding)
        if failures:
            raise failures[0]


class Notices:
    """Words on stderr for the person who waits. A stderr that is gone (closed terminal, SIGHUP) never stops the work.

    Where several clusters are worked on, each has notices `about` it: they name it, and wait while a question stands.
    """

    def __init__(self, *, colour: bool = True, about: str = "") -> None:
        self.page = page_for(sys.stderr, os.environ, colour=colour)
        self._cluster = about or None
        self._about = f"{visible(about)}: " if about else ""
        self._json = log_format.chosen() is log_format.LogFormat.JSON

    @property
    def live(self) -> bool:
        """Whether a person looks at stderr in a terminal that can redraw lines, for one cluster; not in CI."""
        alone = not self._about and not self._json
        return alone and self.page.width is not None and not os.environ.get("CI") and os.environ.get("TERM") != "dumb"

    def say(self, text: str) -> None:
        """One line."""
        self._speak("info", text, f"{visible(text)}\n")

    def tell(self, at: float, text: str, about: Mapping[str, object]) -> None:
        """One line of a run, of that moment (epoch seconds); `about` says for programs what it is about."""
        clock = datetime.fromtimestamp(at).astimezone()
        self._speak("info", text, f"{clock:%H:%M:%S} {visible(text)}\n", about, at)

    def warn(self, text: str) -> None:
        """One line that must be seen."""
        start, end = ("\x1b[1;33m", "\x1b[0m") if self.page.colour else ("", "")
        if self._json:
            self._speak("warning", text, "")
        else:
            VOICE.speak([f"{start}{self._about}warning: {visible(text)}{end}\n"])

    def explain(self, message: str, hint: str | None, trace: str = "") -> None:
        """What went wrong, and what to do next; `trace` is the traceback, where that is wanted."""
        if self._json:
            if message:
                self._speak("error", message, "", {"hint": hint, "traceback": trace or None})
            return
        for line in trace.splitlines():
            self.say(line)
        for start, text in (("error: ", message), ("hint: ", hint or "")):
            for position, line in enumerate(text.splitlines()):
                self.say(start + line if position == 0 else " " * len(start) + line)

    def show(self, report: Report) -> None:
        """A report for people, beside the result; in a log only what is true of the whole."""
        if self._json:
            self._speak("info", report.kind, "", {"report": {"schema": report.schema, **report.heading}})
            return
        title = [f"\n{self._about.rstrip()}\n"] if self._about else []
        VOICE.speak(chain(title, formats.by_name("table").pieces(report, self.page)))

    def _speak(
        self, level: str, message: str, text: str, about: Mapping[str, object] = NOTHING, at: float | None = None
    ) -> None:
        """Say the text; in a log the message, with what it is about."""
        if self._json:
            text = log_format.line(level, message, {"cluster": self._cluster, **about}, at)
            VOICE.speak([text])
        else:
            VOICE.speak([f"{self._about}{text}"])


class Voice:
    """stderr as one voice: what several threads say comes out whole, and not into the middle of a question."""

    def __init__(self) -> None:
        self._turn = threading.Lock()
        self._asking = False
        self._held_back: list[str] = []

    def speak(self, pieces: Iterable[str]) -> None:
        """Say it, now or once the question is answered."""
        text = "".join(pieces)
        with self._turn:
            if self._asking:
                self._held_back.append(text)
            else:
                write_quietly(sys.stderr, [text])

    @contextlib.contextmanager
    def asking(self) -> Iterator[None]:
        """A question stands until the block ends."""
        with self._turn:
            self._asking = True
        try:
            yield
        finally:
            with self._turn:
                self._asking = False
                write_quietly(sys.stderr, self._held_back)
                self._held_back = []


VOICE = Voice()
"""The process has one stderr."""


def page_for(stream: TextIO, environ: Mapping[str, str], *, colour: bool) -> Page:
    """The page that the stream is: a terminal's width and colours (unless NO_COLOR or TERM=dumb), or no limit at all.

    With LSCCTL_PLAIN it is one to be spoken by a screen reader: no columns, no colours, nothing that is redrawn.
    """
    if environ.get("LSCCTL_PLAIN"):
        return Page(spoken=True)
    if not stream.isatty():
        return Page()
    width = shutil.get_terminal_size((80, 24)).columns
    return Page(width=width, colour=colour and not environ.get("NO_COLOR") and environ.get("TERM") != "dumb")


def write_quietly(stream: TextIO, pieces: Iterable[str], encoding: str | None = None) -> bool:
    """Write to a stream whose reader may leave (`| head`, a closed terminal): then the rest is dropped without a word.

    Returns whether the reader is still there.
    """
    encoding = encoding or stream.encoding or "utf-8"
    try:
        stream.flush()
        for piece in pieces:
            stream.buffer.write(piece.encode(encoding, "backslashreplace"))
        stream.buffer.flush()
    except (BrokenPipeError, ConnectionResetError):
        _silence(stream)
        return False
    except OSError as failure:
        if stream is sys.stderr:
            _silence(stream)
            return False
        _silence(stream)
        raise OutputFailed(
            f"standard output cannot be written: {failure.strerror or failure}",
            hint="`lscctl status` shows how the phones stand; --output FILE keeps a result elsewhere.",
        ) from failure
    return True


def _silence(stream: TextIO) -> None:
    """Point the stream's descriptor to nowhere, so that the interpreter's last flush does not complain either."""
    with contextlib.suppress(OSError, ValueError):
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, stream.fileno())
        os.close(nowhere)


def check_writable(option: str, path: Path) -> None:
    """See that the file which an option names can be written, before anything else happens. Raises UsageError."""
    folder = path.parent
    if not folder.is_dir():
        raise UsageError(f"{option} {str(path)!r}: there is no folder {str(folder)!r}", hint="Make it first.")
    if path.is_dir():
        raise UsageError(f"{option} {str(path)!r} is a folder", hint="Name a file in it.")
    if path.exists() and not path.is_file():  # a file would take the device's place
        raise UsageError(f"{option} {str(path)!r} is a device or a pipe, no file", hint="Name a file.")
    if not os.access(folder, os.W_OK | os.X_OK):
        raise UsageError(f"{option} {str(path)!r}: the folder {str(folder)!r} cannot be written to")


def _kept(path: Path, file_format: Format, report: Report) -> OutputFailed | None:
    try:
        write_whole(path, file_format.pieces(report, Page()))
    except OSError as failure:
        return OutputFailed(
            f"--output {str(path)!r} could not be written: {failure.strerror or failure}",
            hint="The file that was there before, if any, is unchanged.",
        )
    return None
