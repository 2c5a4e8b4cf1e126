"""Authentication strings: what a person types on a phone so that CAPF believes it. They never show themselves by accident."""

import re
import secrets
from collections.abc import Callable, Iterable
from enum import StrEnum
from hmac import compare_digest
from typing import NoReturn

from lscctl.errors import UsageError

SHORTEST, LONGEST = 4, 10
"""Digits of a string [field guide 2]."""

USUAL_LENGTH = 8
"""Ten wrong tries lock a phone for ten minutes, so somebody can try 1,440 a day: of eight digits that finds one in 190 years."""

_DIGITS = re.compile(r"[0-9]{4,10}")


class AuthString:
    """One string. Whatever prints, formats or logs it gives `***`; only `reveal` gives the digits.

    ValueError, which does not tell the text, for what is not 4 to 10 digits.
    """

    __slots__ = ("_digits",)

    def __init__(self, digits: str) -> None:
        if not _DIGITS.fullmatch(digits):
            raise ValueError(f"an authentication string has {SHORTEST} to {LONGEST} digits")
        self._digits = digits

    def reveal(self) -> str:
        """The digits: for the cluster, and for the file that is handed out."""
        return self._digits

    def is_spelled(self, text: str) -> bool:
        """Whether the text is this string, in a time that does not depend on where they differ."""
        return compare_digest(self._digits.encode(), text.encode())

    def __eq__(self, other: object) -> bool:
        return isinstance(other, AuthString) and self.is_spelled(other._digits)

    def __hash__(self) -> int:
        return hash((AuthString, self._digits))

    def __repr__(self) -> str:
        return "AuthString(***)"

    def __str__(self) -> str:
        return "***"

    def __reduce__(self) -> NoReturn:
        raise TypeError("an authentication string is not to be kept in pickles")


def is_auth_string(text: str) -> bool:
    """Whether a keypad can type the text as a string."""
    return _DIGITS.fullmatch(text) is not None


def may_lack_zeros(strings: Iterable[AuthString]) -> bool:
    """Whether these look as if a spreadsheet had taken them for numbers: they differ in length, and none begins with a zero."""
    texts = [string.reveal() for string in strings]
    return len({len(text) for text in texts}) > 1 and not any(text.startswith("0") for text in texts)


class StringAtCluster(StrEnum):
    """What the cluster holds as a phone's authentication string, told without the string itself."""

    NOT_ASKED = "not asked"
    NONE = "none"
    HANDED_OUT = "the one handed out"
    ANOTHER = "another one"
    UNREADABLE = "one that cannot be read"

    @classmethod
    def judged(cls, held: str, handed_out: AuthString) -> "StringAtCluster":
        """What `held`, as the database has it, is beside the string that was handed out.

        That the database holds it as it was written is *assumed*: a text that no keypad can type is taken for a disguise.
        """
        if not held.strip():
            return cls.NONE
        if handed_out.is_spelled(held.strip()):
            return cls.HANDED_OUT
        return cls.ANOTHER if _DIGITS.fullmatch(held.strip()) else cls.UNREADABLE


def make_strings(
    names: Iterable[str],
    length: int,
    taken: Iterable[AuthString] = (),
    *,
    below: Callable[[int], int] = secrets.randbelow,
) -> dict[str, AuthString]:
    """`{name: string}`, each of so many digits, different from all others and from those that are `taken`.

    Every string is as likely as every other. `below(n)` draws a number from 0 up to n. Raises UsageError where so many different
    ones of that length would be easy to guess, since they would be half of all that there are.
    """
    wanted = list(names)
    used = set(taken)
    if 2 * (len(wanted) + sum(len(one.reveal()) == length for one in used)) > 10**length:
        raise UsageError(
            f"{len(wanted):,} different authentication strings of {length} digits are too many: half of all there are would be in "
            "use",
            hint=f"Ask for longer ones: --string-length {min(LONGEST, max(USUAL_LENGTH, length + 1))}.",
        )
    made: dict[str, AuthString] = {}
    for name in wanted:
        string = _drawn(length, below)
        while string in used:
            string = _drawn(length, below)
        used.add(string)
        made[name] = string
    return made


def _drawn(length: int, below: Callable[[int], int]) -> AuthString:
    return AuthString(f"{below(10**length):0{length}}")
