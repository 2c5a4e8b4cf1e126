"""Commands of lscctl in what a person is told: with the cluster that they are meant for, so that one pasted goes to no other."""

import re
import shlex
from typing import Final

_COMMAND: Final = re.compile(
    r"\blscctl (?:bulk-install|install|renew|delete|troubleshoot|preflight|status|diagnose|inspect"
    r"|(?:capf|profiles|trust-list|report) [a-z-]+)(?![a-z-])(?!.*? --cluster NAME)"
)
"""A command of lscctl that asks a cluster; runs and kept plans know theirs."""


def meant(name: str, host: str) -> str:
    """The option by which commands mean the cluster: one that no configuration names is called by its host."""
    return f"--host {shlex.quote(host)}" if name == host else f"--cluster {shlex.quote(name)}"


def for_cluster(text: str, option: str) -> str:
    """The text, its commands with this option, whichever cluster is the default where they are pasted."""
    return _COMMAND.sub(lambda command: f"{command[0]} {option}", text)
