"""Asks for an authentication string: a secret, so it is neither on the command line nor in a message."""

import getpass
import sys
from codecs import BOM_UTF8
from typing import BinaryIO, Final

from lscctl.cli.confirming import put_to_person
from lscctl.cli.standard_input import standard_input
from lscctl.errors import UsageError

_SHORTEST: Final = 4
_LONGEST: Final = 10
"""Digits of an authentication string, as CUCM's pages and phones' keypads take it [field guide 2]."""

_MUCH: Final = 4096
_HINT: Final = (
    f"It has {_SHORTEST} to {_LONGEST} digits. Type it when asked, or pipe it in as one line: "
    "pass show capf | lscctl status --ask-auth-string"
)


def authentication_string() -> str:
    """The string that a person types without seeing it, or the one line of standard input where that is no terminal.

    Raises UsageError, which never shows what was given, for anything but 4 to 10 digits.
    """
    from_here = standard_input("--ask-auth-string")
    given = _typed() if sys.stdin.isatty() else _piped(from_here)
    if not (given.isascii() and given.isdigit() and _SHORTEST <= len(given) <= _LONGEST):
        raise UsageError("what was given is no authentication string", hint=_HINT)
    return given


def _typed() -> str:
    try:
        return put_to_person(lambda: getpass.getpass("Authentication string (not shown): ")).strip()
    except EOFError:
        raise UsageError("no authentication string was given", hint=_HINT) from None


def _piped(stdin: BinaryIO) -> str:
    try:
        lines = stdin.read(_MUCH).removeprefix(BOM_UTF8).split()
    except OSError as error:
        raise UsageError(f"standard input cannot be read: {error.strerror}", hint=_HINT) from error
    if not lines:
        raise UsageError("--ask-auth-string: standard input holds no authentication string", hint=_HINT)
    if len(lines) > 1:
        raise UsageError("--ask-auth-string: standard input holds more than one string", hint=_HINT)
    return lines[0].decode("ascii", "replace")
