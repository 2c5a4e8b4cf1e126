"""What holds for every test, wherever pytest was started from."""

import signal

from hypothesis import settings

settings.register_profile("lscctl", deadline=None)  # a busy machine is no failure
settings.load_profile("lscctl")


def pytest_configure() -> None:
    """Let Ctrl-C be Ctrl-C: a pytest that a shell started in the background inherits an ignored SIGINT and hands it on.

    A client that a test started and then interrupted would run on for ever.
    """
    signal.signal(signal.SIGINT, signal.default_int_handler)
