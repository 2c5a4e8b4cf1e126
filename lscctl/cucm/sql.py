"""SQL in Informix's dialect, put together so that a text from outside can only ever be a literal.

A statement is a template out of this program's own source with places for further pieces; texts and pkids become pieces
only through `Sql.literal`, `pkid_list` and their like, which check them first.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from fnmatch import fnmatchcase
from itertools import islice
from typing import Final, LiteralString, TypeVar

from lscctl.cucm.secrets import without
from lscctl.errors import UsageError

Item = TypeVar("Item")

_PKID: Final = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_IDENTIFIER: Final = re.compile(r"[a-z_][a-z0-9_]*", re.ASCII)
_UNFIT: Final = ("Cc", "Cs", "Zl", "Zp")
_NOT_IN_XML: Final = "\ufffe\uffff"


class Sql:
    """A piece of a statement. Its places, written `{name}`, take further pieces or whole numbers, and nothing else.

    The template must be a text of this program's own source: that is what LiteralString says to readers and type checkers.
    `secrets` are the texts in it that nobody may see but the cluster: its repr masks them, its str does not.
    """

    __slots__ = ("_text", "secrets")

    def __init__(self, template: LiteralString, **pieces: "Sql | int") -> None:
        self._text: str = template.format(**{name: str(_checked(piece)) for name, piece in pieces.items()})
        self.secrets = _secrets_of(pieces.values())

    @classmethod
    def joined(cls, separator: LiteralString, pieces: "Iterable[Sql]") -> "Sql":
        """The pieces in a row; the separator is a text of this program's own source."""
        joined = list(pieces)
        return cls._made(separator.join(str(_checked(piece)) for piece in joined), _secrets_of(joined))

    @classmethod
    def literal(cls, text: str, what: str) -> "Sql":
        """The text as Informix's literal: in single quotes, its own ones doubled; a backslash is an ordinary character there.

        Raises UsageError, which names `what`, for characters that cannot stand in a literal: control characters, line
        breaks, halves of surrogate pairs and what XML cannot carry.
        """
        for character in text:
            if _unfit(character):
                raise UsageError(
                    f"{what} {text!r} holds the character U+{ord(character):04X}, which cannot be asked for in SQL",
                    hint="Remove it, then try again.",
                )
        return cls._made("'" + text.replace("'", "''") + "'")

    @classmethod
    def secret(cls, digits: str) -> "Sql":
        """A literal of digits that nobody may see but the cluster. Raises ValueError, which does not show them, for other texts."""
        if not (digits.isascii() and digits.isdigit()):
            raise ValueError("a secret in SQL can hold digits only")
        return cls._made(f"'{digits}'", frozenset({digits}))

    @classmethod
    def identifier(cls, name: str) -> "Sql":
        """A table's or a column's name that the catalog told. Raises UsageError for more than letters, digits and underscores."""
        if not _IDENTIFIER.fullmatch(name):
            raise UsageError(f"{name!r} is no name of a table or column", hint="The cluster's catalog told it.")
        return cls._made(name)

    @classmethod
    def _made(cls, text: str, secrets: frozenset[str] = frozenset()) -> "Sql":
        piece = cls.__new__(cls)
        piece._text = text  # noqa: SLF001 - its own class
        piece.secrets = secrets
        return piece

    def __str__(self) -> str:
        return self._text

    def __repr__(self) -> str:
        return f"Sql({without(self._text, self.secrets)!r})"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sql) and other._text == self._text

    def __hash__(self) -> int:
        return hash(self._text)


def _checked(piece: Sql | int) -> Sql | int:
    if isinstance(piece, Sql) or (isinstance(piece, int) and not isinstance(piece, bool)):
        return piece
    raise TypeError(f"{type(piece).__name__} cannot be a piece of SQL: make a literal of it")


def _secrets_of(pieces: Iterable[Sql | int]) -> frozenset[str]:
    return frozenset(secret for piece in pieces if isinstance(piece, Sql) for secret in piece.secrets)


def _unfit(character: str) -> bool:
    return unicodedata.category(character) in _UNFIT or character in _NOT_IN_XML


def all_of(conditions: Iterable[Sql]) -> Sql:
    """All conditions at once; at least one must be given."""
    return Sql.joined(" and ", conditions)


def any_of(conditions: Iterable[Sql]) -> Sql:
    """Any of the conditions, in brackets; at least one must be given."""
    return Sql("({conditions})", conditions=Sql.joined(" or ", conditions))


def literal_list(texts: Iterable[str], what: str) -> Sql:
    """The texts as a list for `in`, brackets and all; at least one must be given."""
    return Sql("({texts})", texts=Sql.joined(", ", [Sql.literal(text, what) for text in texts]))


def number_list(numbers: Iterable[int]) -> Sql:
    """The whole numbers as a list for `in`, brackets and all; at least one must be given."""
    return Sql("({numbers})", numbers=Sql.joined(", ", [Sql("{number}", number=number) for number in numbers]))


def pkid_literal(pkid: str) -> Sql:
    """A pkid as a literal; SQL finds it in lower case without braces only [field guide 3]. Raises UsageError for any other."""
    if not _PKID.fullmatch(pkid):
        raise UsageError(f"{pkid!r} is not a pkid")
    return Sql.literal(pkid, "pkid")


def pkid_list(pkids: Iterable[str]) -> Sql:
    """The pkids as a list for `in`, brackets and all; at least one must be given."""
    return Sql("({pkids})", pkids=Sql.joined(", ", [pkid_literal(pkid) for pkid in pkids]))


def chunks(items: Iterable[Item], size: int) -> Iterator[list[Item]]:
    """The items, `size` at a time: a statement, and RIS, takes only so many names at once."""
    remaining = iter(items)
    while chunk := list(islice(remaining, size)):
        yield chunk


def matches(column: Sql, glob: str, what: str) -> Sql:
    """A condition that holds for all that the shell glob matches, without regard to case, and perhaps for more.

    MATCHES knows `*` and `?` as a shell does, but negates a set with `^` instead of `!`, knows no escaping inside a set, and
    escapes with a backslash outside of one [Informix Guide to SQL: Syntax, MATCHES]. So whatever the two read differently is
    widened: lone brackets and backslashes to `?`; sets to `*`, since they stand for themselves too (`fits`), and letters beyond
    ASCII to `*`, since nobody has said what lower() makes of them. Whoever asks must decide with `fits` on what comes back. An
    empty glob gives a condition for the empty text.
    """
    return Sql("lower({column}) matches {pattern}", column=column, pattern=Sql.literal(_widened(glob), what))


def fits(text: str, glob: str) -> bool:
    """Whether the text is the glob letter by letter, or fits it (`*`, `?`, `[abc]`, `[!abc]`), without regard to case.

    So a name that holds brackets means itself.
    """
    return _folded(text) == _folded(glob) or fnmatchcase(_folded(text), _folded(glob))


def _widened(glob: str) -> str:
    pattern: list[str] = []
    position = 0
    while position < len(glob):
        character = glob[position]
        end = _end_of_set(glob, position) if character == "[" else 0
        if end:
            pattern.append("*")
            position = end
            continue
        if not character.isascii():
            pattern.append(character if _unfit(character) else "*")
        else:
            pattern.append("?" if character in "[]^\\" else character.lower())
        position += 1
    return "".join(pattern)


def _folded(text: str) -> str:
    """The text in lower case, character for character: nothing grows, and nothing turns into ASCII that was none."""
    return "".join(_lower(character) for character in text)


def _lower(character: str) -> str:
    lower = character.lower()
    return lower if len(lower) == 1 and lower.isascii() == character.isascii() else character


def _end_of_set(glob: str, start: int) -> int:
    """Where the set that begins at `start` ends, 0 if that bracket stands for itself."""
    first = start + 1
    if glob[first : first + 1] == "!":
        first += 1
    closing = glob.find("]", first + 1)
    return closing + 1 if closing >= 0 else 0
