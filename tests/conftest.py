"""What holds for every test, wherever pytest was started from."""

import gc
import os
import signal
import sys
from collections.abc import Generator, Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from tests import key_ring
from tests.e2e.warm_start import WarmStart, warm_start

settings.register_profile("lscctl", deadline=None)  # a busy machine is no failure
settings.load_profile("lscctl")


os.environ.pop("PYTHONDONTWRITEBYTECODE", None)  # hundreds of tests start lscctl, and each would compile all of it anew
sys.dont_write_bytecode = False


def pytest_configure(config: pytest.Config) -> None:
    """Let Ctrl-C be Ctrl-C: a pytest that a shell started in the background inherits an ignored SIGINT and hands it on.

    A client that a test started and then interrupted would run on for ever. And let simulators have their keys from a ring.
    """
    signal.signal(signal.SIGINT, signal.default_int_handler)
    key_ring.install(_keys(config))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with what waits longest, so that nobody waits for it alone in the end."""
    items.sort(key=lambda item: item.path.name != "test_chaos.py")


def _keys(config: pytest.Config) -> Path:
    """Where the ring is: with what pytest keeps from one run to the next."""
    folder = config.rootpath / ".pytest_cache" / "keys"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """Look for no garbage while nearly all that is made stays, and never again among that."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.enable()
        gc.freeze()


@pytest.fixture(scope="session")
def keys(pytestconfig: pytest.Config) -> Path:
    """The folder of the ring of keys, for simulators in processes of their own."""
    return _keys(pytestconfig)


@pytest.fixture(scope="session")
def warm_simulator(keys: Path) -> Iterator[WarmStart]:
    """How embedded CUCMs start, processes of their own."""
    with warm_start(keys) as start:
        yield start


@pytest.fixture(scope="session")
def warm(warm_simulator: WarmStart) -> Iterator[WarmStart | None]:
    """How commands in processes of their own start; a module in which they must start cold puts None in its place."""
    with warm_start(simulators=warm_simulator) as start:
        yield start
