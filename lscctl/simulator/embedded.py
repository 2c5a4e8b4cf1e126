"""`--cluster sim`: one simulator per state file, started by the first command that needs it, gone with the last.

The simulator is a process of its own. Each command holds a leash to it, an open connection that the system closes even
when the command is killed, so none is left behind; what its phones still have to do stands in the state file.
"""

import json
import os
import secrets
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from lscctl.simulator.leash import take_leash
from lscctl.simulator.state import StateInUseError, StateLock, files_of

if TYPE_CHECKING:
    from lscctl.simulator.serving import ServeOptions

STATE_NAME = "simulator.db"
_SCENARIO = "scenario-"
START_SECONDS = 60
ENDING_SECONDS = 2
"""How long a reset waits for a simulator whose last command has just ended."""
OWNER = "the embedded simulator"


class EmbeddedError(Exception):
    """The embedded simulator did not start, or cannot be reset; the text says why."""


@dataclass(frozen=True, slots=True)
class Embedded:
    """Where the embedded simulator is: `address` is https://127.0.0.1:PORT, `ca_file` the certificate to trust.

    `doors` maps a node's doors as the cluster names them (`cucm-sub1.example.com:6970`) to where they are (`127.0.0.1:40123`).
    """

    address: str
    user: str
    password: str
    ca_file: Path
    capf_port: int
    pid: int
    doors: dict[str, str]


def default_folder() -> Path:
    """The embedded simulator's own folder in LSCCTL_STATE_DIR, or else in the user's state folder."""
    chosen = os.environ.get("LSCCTL_STATE_DIR")
    if chosen:
        return Path(chosen) / "simulator"
    from platformdirs import user_state_path  # noqa: PLC0415 - only who has no folder of its own needs it

    return user_state_path("lscctl") / "simulator"


def scenario_folder(scenarios: str) -> Path:
    """The folder of the embedded simulator with which these scenarios (`itl-old-capf+tvs-stopped`) are wrong."""
    return default_folder() / f"{_SCENARIO}{scenarios}"


@contextmanager
def join(state_folder: Path | None = None, options: "ServeOptions | None" = None) -> Iterator[Embedded]:
    """Use the simulator of a folder until the block ends, starting it where it does not run; raises `EmbeddedError`.

    `options` count only for a folder that holds no cluster yet, apart from disturbances and latency, which count
    where this call starts the simulator.
    """
    state = (state_folder or default_folder()) / STATE_NAME
    try:
        state.parent.mkdir(parents=True, exist_ok=True)
        with StateLock(_starters(state), "a command that starts the embedded simulator", patience=START_SECONDS):
            leash, embedded = _join_running(state) or _start(state, options)
    except OSError as error:
        raise EmbeddedError(f"the embedded simulator cannot use {state.parent}: {error}") from None
    with leash:
        yield embedded


def reset(state_folder: Path | None = None) -> bool:
    """Remove the embedded simulator's state, that of scenarios too; say whether there was any.

    Raises `EmbeddedError` while one is in use.
    """
    folder = state_folder or default_folder()
    scenarios = sorted(folder.glob(f"{_SCENARIO}*"))
    removed = [_reset(one / STATE_NAME) for one in (folder, *scenarios)]
    return any(removed)


def _reset(state: Path) -> bool:
    if not state.parent.exists():
        return False
    try:
        with StateLock(_starters(state), "sim reset"), StateLock(state, "sim reset", patience=ENDING_SECONDS):
            kept = [file for file in files_of(state) if file.exists()]
            for file in kept:
                file.unlink()
    except StateInUseError as error:
        raise EmbeddedError(str(error)) from None
    return bool(kept)


def write_control(state: Path, embedded: Embedded, leash_port: int, token: str) -> None:
    """Tell further commands how to join, in a file that only its owner can read."""
    control = _control(state)
    draft = control.with_name(f"{control.name}.{os.getpid()}")
    text = json.dumps(
        asdict(embedded) | {"ca_file": str(embedded.ca_file), "leash_port": leash_port, "token": token}, indent=1
    )
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
        file.write(text)
    draft.replace(control)


def remove_control(state: Path) -> None:
    """Take the invitation back."""
    _control(state).unlink(missing_ok=True)


def _control(state: Path) -> Path:
    return Path(f"{state}.control")


def _starters(state: Path) -> Path:
    return Path(f"{state}.start")


def _join_running(state: Path) -> tuple[socket.socket, Embedded] | None:
    try:
        told = json.loads(_control(state).read_text(encoding="utf-8"))
        leash = take_leash(told.pop("leash_port"), told.pop("token"))
        embedded = Embedded(**told | {"ca_file": Path(told["ca_file"])})
    except (OSError, ValueError, KeyError, TypeError):  # no invitation, or one that another release wrote
        return None
    return None if leash is None else (leash, embedded)


def _start(state: Path, options: "ServeOptions | None") -> tuple[socket.socket, Embedded]:
    from lscctl.simulator.serving import ServeOptions  # noqa: PLC0415 - joining a running one must stay quick

    wanted = replace(options or ServeOptions(), state=str(state))
    ours, theirs = socket.socketpair()
    log = Path(f"{state}.log")
    with theirs, log.open("wb") as errors:
        process = subprocess.Popen(  # noqa: S603 - this very interpreter, no shell
            [sys.executable, "-m", "lscctl.simulator", "--state", str(state), "--leash", str(theirs.fileno())],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=errors,
            pass_fds=(theirs.fileno(),),
            start_new_session=True,
        )
    ours.settimeout(START_SECONDS)
    try:
        ours.sendall(json.dumps(asdict(wanted)).encode() + b"\n")
        answer = json.loads(ours.makefile("rb").readline() or b"{}")
    except (OSError, ValueError) as error:
        answer = {"error": str(error)}
    if "address" not in answer:
        ours.close()
        process.wait(START_SECONDS)
        reason = answer.get("error") or f"it ended at once; its log is {log}"
        raise EmbeddedError(f"the embedded simulator did not start: {reason}")
    ours.settimeout(None)
    return ours, Embedded(**answer | {"ca_file": Path(answer["ca_file"])})


def new_token() -> str:
    """A secret that only readers of the control file know."""
    return secrets.token_urlsafe(24)
