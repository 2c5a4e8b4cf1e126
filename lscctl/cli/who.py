"""Who gives the commands: the journal and the audit log keep it."""

import getpass
import os
import socket


def who() -> str:
    """The person and the machine, as `user@host`."""
    try:
        user = getpass.getuser()
    except (OSError, KeyError):  # no name for this number, as in some containers
        user = str(os.getuid())
    return f"{user}@{socket.gethostname()}"
