"""lscctl in a process of its own that need not load its libraries first: forked from one that has them.

What such a process does, from the first line of `lscctl/__main__.py` to the end of the interpreter, is what `python -m lscctl`
does, with its own arguments, environment, folder and pipes. It leaves away the loading, which is most of the time of a short
command. That lscctl starts cold as well is shown by README's examples, the system tests and each test that has one run in the
background.
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
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

ROOT = Path(__file__).parents[2]


@dataclass
class WarmProcess:
    """Such a process, with what of `subprocess.Popen` the tests need; several threads may use it."""

    arguments: Sequence[str]
    pid: int
    stdout: io.TextIOWrapper
    stderr: io.TextIOWrapper
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

    def run(
        self, arguments: Sequence[str], *, stdin: str, timeout: float, env: Mapping[str, str], cwd: Path
    ) -> "subprocess.CompletedProcess[str]":
        """`python -m lscctl ARGUMENTS`. Raises TimeoutExpired, as `subprocess.run` does, having killed it."""
        given, feed = os.pipe()
        process = self._start(arguments, given, env, cwd)
        with process, ThreadPoolExecutor(3) as streams:
            streams.submit(_feed, feed, stdin)
            texts = [streams.submit(stream.read) for stream in (process.stdout, process.stderr)]
            try:
                code = process.wait(timeout)
            except subprocess.TimeoutExpired:
                process.kill()
                raise
            stdout, stderr = (text.result() for text in texts)
        return subprocess.CompletedProcess(["lscctl", *arguments], code, stdout, stderr)

    def start(self, arguments: Sequence[str], env: Mapping[str, str], cwd: Path) -> WarmProcess:
        """`python -m lscctl ARGUMENTS` in the background, without input."""
        return self._start(arguments, os.open(os.devnull, os.O_RDONLY), env, cwd)

    def _start(self, arguments: Sequence[str], given: int, env: Mapping[str, str], cwd: Path) -> WarmProcess:
        out, child_out = os.pipe()
        err, child_err = os.pipe()
        talk = socket.socket(socket.AF_UNIX)
        talk.connect(str(self.place))
        socket.send_fds(talk, [b"!"], [given, child_out, child_err])
        for end in (given, child_out, child_err):
            os.close(end)
        asked = {"arguments": list(arguments), "environment": dict(env), "folder": str(cwd)}
        talk.sendall(json.dumps(asked).encode() + b"\n")
        stdout, stderr = (os.fdopen(end, encoding="utf-8") for end in (out, err))
        return WarmProcess(arguments, int(_line(talk)), stdout, stderr, talk)


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
def warm_start() -> Iterator[WarmStart]:
    """Have lscctl loaded by a process that others are forked from, until the block ends."""
    command = [sys.executable, "-c", "import sys; from tests.e2e import warm_start; warm_start.serve(int(sys.argv[1]))"]
    with tempfile.TemporaryDirectory(prefix="lscctl-warm-") as folder:
        place = Path(folder) / "socket"
        with socket.socket(socket.AF_UNIX) as listener:
            listener.bind(str(place))
            listener.listen(128)
            server = subprocess.Popen(
                [*command, str(listener.fileno())],
                stdin=subprocess.PIPE,
                stdout=subprocess.DEVNULL,
                cwd=ROOT,
                pass_fds=[listener.fileno()],
            )
        with server:
            yield WarmStart(place)
    assert server.returncode == 0


def serve(listener_fd: int) -> None:
    """Be that process, until standard input ends; each process that it forks ends as lscctl does."""
    _load()
    given = _wait_for_a_request(socket.socket(fileno=listener_fd))
    if given is None:
        return
    for number, fd in enumerate(given.streams):  # under sys.stdin, stdout and stderr, which nobody has used yet
        os.dup2(fd, number)
        os.close(fd)
    with given.talk, given.talk.makefile("r", encoding="utf-8") as talk:
        request = json.loads(talk.readline())
    os.environ.clear()
    os.environ.update(request["environment"])
    os.chdir(request["folder"])
    sys.argv[1:] = request["arguments"]
    runpy.run_module("lscctl", run_name="__main__", alter_sys=True)


def _load() -> None:
    """All that a client of a cluster may load, sooner or later; nothing that only a simulator needs."""
    for file in sorted((ROOT / "lscctl").rglob("*.py")):
        parts = file.relative_to(ROOT).with_suffix("").parts
        if parts[1] not in ("__main__", "simulator"):
            importlib.import_module(".".join(parts).removesuffix(".__init__"))
    gc.collect()
    gc.freeze()


@dataclass(frozen=True)
class _Given:
    """What a process is given to begin with: its three streams, and the socket on which it is told what to do."""

    streams: Sequence[int]
    talk: socket.socket


def _wait_for_a_request(listener: socket.socket) -> _Given | None:
    """Returns what is given in each process that is to carry a command out; None, in this one, once the tests have ended."""
    while True:
        ready, _, _ = select.select([listener.fileno(), 0], [], [])
        if listener.fileno() not in ready:
            return None
        talk, _ = listener.accept()
        _, fds, _, _ = socket.recv_fds(talk, 1, 3)
        if os.fork() == 0:  # this one waits for the command and tells how it ended
            listener.close()
            pid = os.fork()
            if pid == 0:
                os.setsid()
                return _Given(fds, talk)
            for fd in fds:
                os.close(fd)
            talk.sendall(f"{pid}\n".encode())
            _, status = os.waitpid(pid, 0)
            talk.sendall(f"{os.waitstatus_to_exitcode(status)}\n".encode())
            os._exit(0)
        for fd in fds:
            os.close(fd)
        talk.close()
        _reap()


def _reap() -> None:
    """Take notice of those that have ended."""
    try:
        while os.waitpid(-1, os.WNOHANG) != (0, 0):
            pass
    except ChildProcessError:
        return
