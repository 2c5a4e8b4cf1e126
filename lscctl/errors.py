"""Every error that a user can meet: what happened and where (`message`), what to do next (`hint`), and the exit code."""

from collections.abc import Iterable
from typing import ClassVar, Final

WORST_FIRST: Final = (130, 70, 5, 6, 3, 2, 1, 7, 4, 10, 0)
"""The exit codes, the worst first: of several clusters the worst counts [design: exit codes]."""


def worst(codes: Iterable[int]) -> int:
    """The worst of these exit codes, 0 for none."""
    return min(codes, key=WORST_FIRST.index, default=0)


class LscctlError(Exception):
    """An error that lscctl explains to a person; the command line prints it and ends with `exit_code`."""

    exit_code: ClassVar[int] = 70

    def __init__(self, message: str, *, hint: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


class UsageError(LscctlError):
    """The command line, a file that the user gave, or the configuration cannot be used as it is."""

    exit_code = 2


class Refused(LscctlError):
    """Refused before any change: the plan, a check, or every phone left out."""

    exit_code = 3


class NoPhoneMatched(LscctlError):
    """The selection matches no phone of the cluster."""

    exit_code = 4


class ClusterError(LscctlError):
    """The cluster is unreachable, is not a CUCM, answers brokenly, or refuses the login."""

    exit_code = 5


class JournalError(LscctlError):
    """The journal or the lock cannot be used."""

    exit_code = 6


class Interrupted(LscctlError):
    """The user or the system asked lscctl to stop; what is under way at the cluster goes on there."""

    exit_code = 130
