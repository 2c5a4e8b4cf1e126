"""lscctl in a process of its own that need not load its libraries first: forked from one that has them.

What such a process does, from the first line of `lscctl/__main__.py` to the end of the interpreter, is what `python -m lscctl`
does, with its own arguments, environment, folder and pipes. It leaves away the loading, which is most of the time of a short
command. That lscctl starts cold as well is shown by README's examples, the system tests and each test that has one run in the
background.
"""

import gc
import importlib
import json
import os
import runpy
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True)
class WarmStart:
    """The way to such processes."""

    server: socket.socket

    def run(
        self, arguments: Sequence[str], *, stdin: str, timeout: float, env: Mapping[str, str], cwd: Path
    ) -> "subprocess.CompletedProcess[str]":
        """`python -m lscctl ARGUMENTS`. Raises TimeoutExpired, as `subprocess.run` does, having killed it."""
        ours, theirs = socket.socketpair()
        child_in, feed = os.pipe()
        out, child_out = os.pipe()
        err, child_err = os.pipe()
        handed = [child_in, child_out, child_err]
        with theirs:
            socket.send_fds(self.server, [b"!"], [*handed, theirs.fileno()])
        for end in handed:
            os.close(end)
        with ours, ours.makefile("rw", encoding="utf-8") as talk, ThreadPoolExecutor(3) as streams:
            streams.submit(_feed, feed, stdin)
            texts = [streams.submit(_read, end) for end in (out, err)]
            talk.write(json.dumps({"arguments": arguments, "environment": dict(env), "folder": str(cwd)}) + "\n")
            talk.flush()
            pid = int(talk.readline())
            ours.settimeout(timeout)
            try:
                code = int(talk.readline())
            except TimeoutError:
                os.kill(pid, signal.SIGKILL)
                raise subprocess.TimeoutExpired(["lscctl", *arguments], timeout) from None
            stdout, stderr = (text.result() for text in texts)
        return subprocess.CompletedProcess(["lscctl", *arguments], code, stdout, stderr)


def _feed(end: int, text: str) -> None:
    with open(end, "w", encoding="utf-8") as file:
        try:
            file.write(text)
            file.flush()
        except BrokenPipeError:
            return  # a command need not read what it is given


def _read(end: int) -> str:
    with open(end, encoding="utf-8") as file:
        return file.read()


@contextmanager
def warm_start() -> Iterator[WarmStart]:
    """Have lscctl loaded by a process that others are forked from, until the block ends."""
    ours, theirs = socket.socketpair()
    with theirs:
        command = [sys.executable, "-c", "from tests.e2e import warm_start; warm_start.serve()"]
        server = subprocess.Popen(command, stdin=theirs.fileno(), stdout=subprocess.DEVNULL, cwd=ROOT)
    with server, ours:
        yield WarmStart(ours)
    assert server.returncode == 0


def serve() -> None:
    """Be that process, with the socket in the place of standard input; each process that it forks ends as lscctl does."""
    _load()
    given = _wait_for_a_request(socket.socket(fileno=os.dup(0)))
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


def _wait_for_a_request(server: socket.socket) -> _Given | None:
    """Returns what is given in each process that is to carry a command out; None, in this one, once the tests have ended."""
    while True:
        asked, fds, _, _ = socket.recv_fds(server, 1, 4)
        if not asked:
            return None
        talk = socket.socket(fileno=fds.pop())
        if os.fork() == 0:  # this one waits for the command and tells how it ended
            pid = os.fork()
            if pid == 0:
                server.close()
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
