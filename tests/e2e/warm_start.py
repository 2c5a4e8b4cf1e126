"""lscctl, or its embedded simulator, in a process of its own that need not load its libraries first: forked from one that has them.

What such a process does, from the first line of its `__main__.py` to the end of the interpreter, is what `python -m lscctl`
does, with its own arguments, environment, folder and descriptors. It leaves away the loading, and the taking apart of what was
loaded, which are most of the time of a short command. The embedded simulator of such a command starts so, too. That both start
and end cold as well is shown by README's first example, the system tests and the tests of the embedded simulator.
"""

import gc
import importlib
import io
import json
import os
import runpy
import select
import signal
import socket
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path
from types import SimpleNamespace
from typing import IO, Self

from tests import key_ring
from tests.e2e import quick_end

ROOT = Path(__file__).parents[2]

_PROGRAM = """
import json, os, socket, sys

with socket.socket(socket.AF_UNIX) as talk:
    talk.connect(sys.argv[1])
    socket.send_fds(talk, [b"!"], [0, 1, 2])
    asked = {"module": "lscctl", "arguments": sys.argv[3:], "environment": dict(os.environ), "folder": os.getcwd()}
    talk.sendall(json.dumps({**asked, "descriptors": [0, 1, 2], "simulators": sys.argv[2]}).encode() + b"\\n")
    with talk.makefile("r") as told:
        _, exit_code = int(told.readline()), int(told.readline())
sys.exit(exit_code if exit_code >= 0 else 128 - exit_code)
"""
"""Has `lscctl` begin with its own standard streams, arguments, environment and folder, and ends as that does."""

_SERVER = """
from tests.e2e import quick_end  # before all that wants to be called at the end
import sys
from tests.e2e import warm_start

warm_start.serve(int(sys.argv[1]), sys.argv[2])
"""


@dataclass
class WarmProcess:
    """Such a process, with what of `subprocess.Popen` the tests need; several threads may use it."""

    arguments: Sequence[str]
    pid: int
    stdout: IO[str]
    stderr: IO[str]
    talk: socket.socket
    """On which its exit code will come."""
    returncode: int | None = None
    _turn: threading.Lock = field(default_factory=threading.Lock)

    def wait(self, timeout: float | None = None) -> int:
        """Its exit code. Raises TimeoutExpired."""
        ends = select.poll()
        with self._turn:
            if self.returncode is None:
                ends.register(self.talk, select.POLLIN)
        if self.returncode is None and not ends.poll(None if timeout is None else timeout * 1000):
            raise subprocess.TimeoutExpired(["lscctl", *self.arguments], timeout or 0)
        with self._turn:
            if self.returncode is None:
                self.returncode = int(_line(self.talk))
            return self.returncode

    def communicate(self, timeout: float | None = None) -> tuple[str, str]:
        """All that it still says on its standard output and error, once it has ended. Raises TimeoutExpired."""
        with ThreadPoolExecutor(2) as streams:
            texts = [streams.submit(stream.read) for stream in (self.stdout, self.stderr)]
            try:
                self.wait(timeout)
            except subprocess.TimeoutExpired:
                self.kill()
                raise
            stdout, stderr = (text.result() for text in texts)
        return stdout, stderr

    def poll(self) -> int | None:
        """Its exit code, None while it runs."""
        try:
            return self.wait(0)
        except subprocess.TimeoutExpired:
            return None

    def send_signal(self, sig: int) -> None:
        """Signal it, unless it has ended."""
        if self.poll() is None:
            os.kill(self.pid, sig)

    def terminate(self) -> None:
        """Ask it to end."""
        self.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        """End it at once."""
        self.send_signal(signal.SIGKILL)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        """Wait for its end, as `subprocess.Popen` does."""
        with self.talk, self.stdout, self.stderr:
            self.wait()


@dataclass(frozen=True)
class WarmStart:
    """The way to such processes, for this process and others."""

    place: Path
    """The socket of the one from which they are forked."""
    simulators: Path | None = None
    """The one from which their embedded simulators are; for None, those start cold."""

    def run(
        self, arguments: Sequence[str], *, stdin: str, timeout: float, env: Mapping[str, str], cwd: Path
    ) -> "subprocess.CompletedProcess[str]":
        """`python -m lscctl ARGUMENTS`. Raises TimeoutExpired, as `subprocess.run` does, having killed it."""
        given, feed = os.pipe()
        with self._start(arguments, given, env, cwd) as process, ThreadPoolExecutor(1) as feeder:
            feeder.submit(_feed, feed, stdin)
            stdout, stderr = process.communicate(timeout)
            return subprocess.CompletedProcess(["lscctl", *arguments], process.wait(), stdout, stderr)

    def start(self, arguments: Sequence[str], env: Mapping[str, str], cwd: Path) -> WarmProcess:
        """`python -m lscctl ARGUMENTS` in the background, without input."""
        return self._start(arguments, os.open(os.devnull, os.O_RDONLY), env, cwd)

    def put_program(self, folder: Path) -> None:
        """A program `lscctl` in a folder, for shells."""
        script = folder / "begin-warm"  # by no name that Python could import
        script.write_text(_PROGRAM)
        program = folder / "lscctl"
        places = f"{self.place} '{self.simulators or ''}'"
        program.write_text(f'#!/bin/sh\nexec {sys.executable} -IS {script} {places} "$@"\n')
        program.chmod(0o755)

    def _start(self, arguments: Sequence[str], given: int, env: Mapping[str, str], cwd: Path) -> WarmProcess:
        out, child_out = os.pipe()
        err, child_err = os.pipe()
        asked = _Asked("lscctl", list(arguments), dict(env), str(cwd), [0, 1, 2], str(self.simulators or ""))
        pid, talk = self._ask(asked, [given, child_out, child_err])
        for end in (given, child_out, child_err):
            os.close(end)
        stdout, stderr = (os.fdopen(end, encoding="utf-8") for end in (out, err))
        return WarmProcess(arguments, pid, stdout, stderr, talk)

    def start_simulator(
        self, command: Sequence[str], *, stderr: IO[bytes], pass_fds: tuple[int], **_streams: object
    ) -> WarmProcess:
        """What `subprocess.Popen` does for the embedded simulator: it has its leash under the same number."""
        _, _, module, *arguments = command
        asked = _Asked(module, arguments, dict(os.environ), str(Path.cwd()), [0, 1, 2, *pass_fds])
        with Path(os.devnull).open("r+b") as nothing:
            pid, talk = self._ask(asked, [nothing.fileno(), nothing.fileno(), stderr.fileno(), *pass_fds])
        return WarmProcess(arguments, pid, io.StringIO(), io.StringIO(), talk)

    def _ask(self, asked: "_Asked", descriptors: Sequence[int]) -> tuple[int, socket.socket]:
        """Have a process begin with these descriptors: its number, and the socket on which its exit code will come."""
        talk = socket.socket(socket.AF_UNIX)
        talk.connect(str(self.place))
        socket.send_fds(talk, [b"!"], descriptors)
        talk.sendall(json.dumps(asdict(asked)).encode() + b"\n")
        return int(_line(talk)), talk


@dataclass(frozen=True)
class _Asked:
    """What a process is to be: `descriptors` are the numbers of those that it is given, `simulators` as a WarmStart has it."""

    module: str
    arguments: list[str]
    environment: dict[str, str]
    folder: str
    descriptors: list[int]
    simulators: str = ""


def _line(talk: socket.socket) -> bytes:
    """A line, and nothing of what comes after it."""
    line = b""
    while not line.endswith(b"\n"):
        byte = talk.recv(1)
        if not byte:
            raise EOFError("the process from which others are forked has ended")
        line += byte
    return line


def _feed(end: int, text: str) -> None:
    with open(end, "w", encoding="utf-8") as file:
        try:
            file.write(text)
            file.flush()
        except BrokenPipeError:
            return  # a command need not read what it is given


@contextmanager
def warm_start(simulator_keys: Path | None = None, simulators: WarmStart | None = None) -> Iterator[WarmStart]:
    """Have lscctl loaded by a process that others are forked from, until the block ends.

    With a ring of keys it is not the client but the simulator that is loaded. The way to such simulators is for those that
    commands embed.
    """
    with tempfile.TemporaryDirectory(prefix="lscctl-warm-") as folder:
        place = Path(folder) / "socket"
        with socket.socket(socket.AF_UNIX) as listener:
            listener.bind(str(place))
            listener.listen(128)
            server = subprocess.Popen(
                [sys.executable, "-c", _SERVER, str(listener.fileno()), str(simulator_keys or "")],
                stdin=subprocess.PIPE,
                stdout=subprocess.DEVNULL,
                cwd=ROOT,
                pass_fds=[listener.fileno()],
            )
        with server:
            yield WarmStart(place, None if simulators is None else simulators.place)
    assert server.returncode == 0


def serve(listener_fd: int, simulator_keys: str) -> None:
    """Be that process, until standard input ends; each process that it forks ends as lscctl does."""
    if simulator_keys:
        key_ring.install(Path(simulator_keys))
    _load(simulator=bool(simulator_keys))
    given = _wait_for_a_request(socket.socket(fileno=listener_fd))
    if given is None:
        return
    with given.talk, given.talk.makefile("r", encoding="utf-8") as talk:
        asked = _Asked(**json.loads(talk.readline()))
    for fd, number in zip(given.descriptors, asked.descriptors, strict=True):
        if fd != number:  # sys.stdin, stdout and stderr, which nobody has used yet, come first: their numbers are taken
            os.dup2(fd, number)
            os.close(fd)
    os.environ.clear()
    os.environ.update(asked.environment)
    os.chdir(asked.folder)
    sys.argv[1:] = asked.arguments
    if asked.simulators:
        embedded = importlib.import_module("lscctl.simulator.embedded")
        start = WarmStart(Path(asked.simulators)).start_simulator
        embedded.__dict__["subprocess"] = SimpleNamespace(DEVNULL=subprocess.DEVNULL, Popen=start)
    with quick_end.foreseen():
        runpy.run_module(asked.module, run_name="__main__", alter_sys=True)


def _load(*, simulator: bool) -> None:
    """All that a client of a cluster may load, sooner or later, and nothing that only a simulator needs; or all that that needs.

    With the modules come what lscctl knows of causes, with all patterns ready, its schema of the version that most tests' clusters
    speak, and how a configuration is checked, which is made when the first one is read.
    """
    for file in sorted((ROOT / "lscctl").rglob("*.py")):
        parts = file.relative_to(ROOT).with_suffix("").parts
        if parts[-1] != "__main__" and (parts[1] == "simulator") is simulator:
            importlib.import_module(".".join(parts).removesuffix(".__init__"))
    if not simulator:
        knowledge, sightings, schema, tables = (
            importlib.import_module(f"lscctl.{name}")
            for name in ("diagnosis.knowledge", "diagnosis.sightings", "cucm.schema", "config.tables")
        )
        knowledge.of_lscctl(patterns_tried=True)  # which makes all of them ready
        sightings.Questions(knowledge.load().conditions())
        schema.Schema.bundled("15.0")
        for table in (tables.FileTable, tables.ClusterTable):
            table.model_rebuild()
    gc.collect()
    gc.freeze()


@dataclass(frozen=True)
class _Given:
    """What a process is given to begin with: its descriptors, and the socket on which it is told what to do."""

    descriptors: Sequence[int]
    talk: socket.socket


def _wait_for_a_request(listener: socket.socket) -> _Given | None:
    """Returns what is given in each process that is to carry a command out; None, in this one, once the tests have ended."""
    begun: dict[int, _Begun] = {}
    while True:
        ready, _, _ = select.select([listener.fileno(), 0, *begun], [], [])
        for one in begun.keys() & ready:
            begun.pop(one).tell_the_end()
            os.close(one)
        if listener.fileno() in ready:
            talk, _ = listener.accept()
            _, fds, _, _ = socket.recv_fds(talk, 1, 4)
            pid = os.fork()
            if pid == 0:
                os.setsid()
                for fd in (listener.detach(), *begun, *(other.talk.detach() for other in begun.values())):
                    os.close(fd)
                return _Given(fds, talk)
            for fd in fds:
                os.close(fd)
            begun[os.pidfd_open(pid)] = _Begun(pid, talk)
            talk.sendall(f"{pid}\n".encode())
        elif 0 in ready:
            return None


@dataclass(frozen=True)
class _Begun:
    """A process that carries a command out, and the socket of who wants to know how it ends."""

    pid: int
    talk: socket.socket

    def tell_the_end(self) -> None:
        """Tell it of one that has ended."""
        _, status = os.waitpid(self.pid, 0)
        with self.talk, suppress(BrokenPipeError):  # nobody need be interested
            self.talk.sendall(f"{os.waitstatus_to_exitcode(status)}\n".encode())
