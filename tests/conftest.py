"""What holds for every test, wherever pytest was started from."""

import os
import signal
import sys

import pytest
from hypothesis import settings

from tests import key_ring

settings.register_profile("lscctl", deadline=None)  # a busy machine is no failure
settings.load_profile("lscctl")


os.environ.pop("PYTHONDONTWRITEBYTECODE", None)  # hundreds of tests start lscctl, and each would compile all of it anew
sys.dont_write_bytecode = False


def pytest_configure(config: pytest.Config) -> None:
    """Let Ctrl-C be Ctrl-C: a pytest that a shell started in the background inherits an ignored SIGINT and hands it on.

    A client that a test started and then interrupted would run on for ever. And let simulators have their keys from a ring.
    """
    signal.signal(signal.SIGINT, signal.default_int_handler)
    patch = pytest.MonkeyPatch()
    key_ring.install(patch)
    config.add_cleanup(patch.undo)
