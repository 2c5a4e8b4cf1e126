"""`--debug`: the exchange with a cluster in a file that can be handed to support."""

import base64
import os
import platform
import re
import shlex
import sys
import threading
import time
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

from lscctl import __version__
from lscctl.config import ClusterConfig
from lscctl.cucm.secrets import without
from lscctl.errors import UsageError
from lscctl.rollout.journal.place import make_private, state_folder

Trace = Callable[[str], None]
"""Takes one message of the exchange, as text."""


def usual_file(cluster: str) -> Path:
    """The file for this command and cluster in the state folder, which is made."""
    folder = state_folder() / "debug"
    make_private(folder)
    name = re.sub(r"[^\w.-]", "_", cluster)
    return folder / f"{time.strftime('%Y%m%d-%H%M%S')}-{os.getpid()}-{name}.log"


def secrets_of(config: ClusterConfig, password: str) -> frozenset[str]:
    """What of a login must not be seen: the password, alone and as HTTP sends it, and the proxy's."""
    login = base64.b64encode(f"{config.user}:{password}".encode()).decode()
    return frozenset({password, login, urlsplit(config.proxy or "").password or ""})


@contextmanager
def exchange_kept(path: Path, secrets: frozenset[str]) -> Iterator[Trace]:
    """Add every message that the trace is given to the file, with its time, and the error with which the block ends.

    The file is its owner's only (0600). Messages come with the secrets in them masked; these `secrets` are masked wherever they
    should turn up. Raises UsageError where the file cannot be written at the beginning; later trouble with it never stops the work.
    """
    try:
        file = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        os.fchmod(file, 0o600)
    except OSError as error:
        raise UsageError(f"--debug: {path} cannot be written: {error.strerror}", hint="Name another file.") from error
    turn = threading.Lock()

    def trace(message: str) -> None:
        now = datetime.now(UTC).isoformat(timespec="milliseconds")
        text = f"{now} [{threading.current_thread().name}] {without(message, secrets).rstrip()}\n\n"
        with turn, suppress(OSError):
            os.write(file, text.encode("utf-8", "backslashreplace"))

    try:
        trace(f"lscctl {__version__}, Python {platform.python_version()}, {platform.platform()}")
        trace(f"$ {shlex.join(['lscctl', *sys.argv[1:]])}")
        yield trace
    except BaseException:
        trace(traceback.format_exc())
        raise
    finally:
        os.close(file)
