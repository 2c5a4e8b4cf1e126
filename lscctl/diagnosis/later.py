"""Which of the files that tell of the same is the later: as their names and folders say, else as they say themselves.

before/screen.txt, after/screen.txt
itl-2024-04-01.txt, itl-2024-04-15_0930.txt
cert1.txt, cert2.txt
"""

import re
from collections.abc import Iterable, Sequence
from datetime import datetime
from itertools import combinations
from pathlib import PurePath
from typing import Final, NamedTuple

_OWNER: Final = r"(?:phone|desk|room|floor|site|building|office|seat|user|ext|extension|telefon|raum)"
"""What tells phones and their places from one another."""

_WORDS: Final = re.compile(
    r"(?<![a-z])(?:(?P<before>before|earlier|vorher|avant)|(?P<after>after|now|later|nachher|apres)"
    r"|(?:(?P<before2>old|prior|previous|prev|original|orig|initial|pre|first|yesterday|alt|ancien)"
    r"|(?P<after2>new|latest|last|current|today|final|post|recent|neu|jetzt|nouveau))"
    rf"(?![\W_]{{0,3}}(?:{_OWNER}|firmware|model)s?(?![a-z])))(?![a-z])",
    re.IGNORECASE,
)
"""An `old phone` is another than the new one, and not the same before."""

_WHOSE: Final = re.compile(rf"(?<![a-z]){_OWNER}s?[-_. ]{{0,2}}\d{{1,14}}(?!\d)", re.IGNORECASE)
"""`desk 12`, `floor2`: whose it is, and not which of his outputs."""

_OF_A_TIME: Final = re.compile(r"(?<![a-z])(?:before|after|vorher|nachher|avant|apres)(?![a-z])", re.IGNORECASE)
_PLACE: Final = re.compile(rf"(?<![a-z]){_OWNER}s?(?![a-z])", re.IGNORECASE)
_ARCHIVE: Final = re.compile(r"(?:\.(?:zip|tar|tgz|gz|bz2|xz|7z))+\Z", re.IGNORECASE)
_ADDRESS: Final = re.compile(r"(?<![\d.])\d{1,3}(?:\.\d{1,3}){3}(?![\d.]*\d)")
_OF_NODE: Final = re.compile(
    r"(?<![a-z])(?:cucm|ccm|cm|tftp|node|sub|subscriber|srv|server|host)[-_]?\d{1,3}(?!\d)|(?<![a-z])(?:publisher|pub|subscriber|sub)(?![a-z])",
    re.IGNORECASE,
)
"""`cucm2`, `sub-1`, `pub`: which node it is, and not which of its outputs."""

_PHONE: Final = re.compile(r"SEP[0-9A-F]{12}", re.IGNORECASE)
_NUMBER: Final = re.compile(r"\d{1,14}")
_MONTHS: Final = "jan feb mar apr may jun jul aug sep oct nov dec".split()  # noqa: SIM905 - they read as one list
_CLOCK: Final = r"(?:\s{0,2}[T_, -]\s{0,2}(?P<hour>[01]\d|2[0-3]|(?<!\d)\d(?=:))[:.h-]?(?P<minute>[0-5]\d)(?!\d{3}))?"
_STAMPS: Final = (
    re.compile(
        r"(?<!\d)(?P<year>20\d\d)(?P<gap>[-_./]?)(?P<month>0[1-9]|1[0-2])(?P=gap)(?P<day>0[1-9]|[12]\d|3[01])" + _CLOCK
    ),
    re.compile(r"(?<!\d)(?P<day>0?[1-9]|[12]\d|3[01])[.-](?P<month>0?[1-9]|1[0-2])[.-](?P<year>20\d\d)(?!\d)" + _CLOCK),
    re.compile(
        r"(?<![a-z])(?P<name>(?i:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec))[a-z]{0,6}\.? {1,2}(?P<day>\d{1,2}),?"
        r"(?: (?P<hour>\d\d):(?P<minute>\d\d)(?::\d\d)?(?: [A-Z]{2,5})?)? (?P<year>20\d\d)(?!\d)",
        re.IGNORECASE,
    ),
)
_OWN: Final = re.compile(
    r"^[^\n]{0,40}?\b(?:date(?:/time)?|time|taken|captured|collected|generated|exported|created|saved|as of|last modified"
    r"|stand|datum|state (?:of|at)|screen(?:shot)? (?:of|at|from))\b[^\n]{0,80}",
    re.IGNORECASE | re.MULTILINE,
)
_ENDS: Final = re.compile(
    r"\b(?:valid\w*|not (?:before|after)|expir\w*|until|completes?|installed|copyright)\b", re.IGNORECASE
)
MESSAGES: Final = frozenset({"messages"})
"""The topic of status messages: of pages that are only numbered each goes on where another ends."""

_FIRST_LETTERS: Final = 2_000
_MOST: Final = 200
"""Of so many files that tell of the same phone each is held against each."""


class Told(NamedTuple):
    """What a file tells of: its name, the topics, and the time that it tells itself, None where it tells none.

    `of_a_node`: there are others of other nodes, so that only those count that are called alike.
    """

    file: str
    topics: frozenset[str]
    at: datetime | None = None
    of_a_node: bool = False


class Named(NamedTuple):
    """What a name says: which series of outputs it is one of, of which node, before (-1) or after (1), the day, and its numbers.

    `whose` is the phone or the place that it names by a number.
    """

    series: str
    node: str
    rank: int
    day: datetime | None
    numbers: tuple[int, ...]
    whose: str = ""


def named(path: str) -> Named:
    """What the path of a file says, its folders too; the nearest word counts, and of numbers those of the file's own name."""
    node = "|".join(one[0].casefold() for one in (*_ADDRESS.finditer(path), *_OF_NODE.finditer(path)))
    rest = _ADDRESS.sub("", _OF_NODE.sub("", _PHONE.sub("", path)))
    words = [found for part in reversed(PurePath(rest).parts) if (found := _WORDS.search(part)) is not None]
    rank = 0 if not words else -1 if words[0]["before"] or words[0]["before2"] else 1
    stamp, rest = _stamp(rest), _WORDS.sub("", rest)
    whose = "|".join(_letters(one[0]) for one in _WHOSE.finditer(rest))
    rest = _WHOSE.sub("", rest)
    for one in _STAMPS:
        rest = one.sub("", rest)
    numbers = tuple(int(one) for one in _NUMBER.findall(rest.rpartition("/")[2]))
    return Named(_letters(_NUMBER.sub("", rest)) + whose, node, rank, stamp, numbers, whose)


def _letters(text: str) -> str:
    return re.sub(r"[\W_]+", "", text).casefold()


def timeless(path: str) -> str:
    """A folder's path without the parts that only say when: `case/before`, `case/2024-04-15`, `case/after reset`."""
    return "/".join(part for part in path.split("/") if not _only_tells_when(part))


def _only_tells_when(part: str) -> bool:
    rest = _ARCHIVE.sub("", part)
    if _OF_A_TIME.search(rest) and not _PLACE.search(rest):
        return True
    for one in (_WORDS, *_STAMPS):
        rest = one.sub("", rest)
    return bool(part) and not _letters(rest)


def own_time(text: str) -> datetime | None:
    """The time at which a text says that it was made, None where it does not."""
    text = text[:_FIRST_LETTERS]
    first = text.lstrip().partition("\n")[0]
    for line in (first, *(found[0] for found in _OWN.finditer(text))):
        if not _ENDS.search(line) and (at := _stamp(line)) is not None:
            return at
    return None


def _stamp(text: str) -> datetime | None:
    for one in _STAMPS:
        found = one.search(text)
        if found is None:
            continue
        parts = found.groupdict()
        month = _MONTHS.index(parts["name"].lower()[:3]) + 1 if parts.get("name") else int(parts["month"])
        try:
            clock = int(parts["hour"] or 0), int(parts["minute"] or 0)
            return datetime(int(parts["year"]), month, int(parts["day"]), *clock)  # noqa: DTZ001 - one place's clock
        except ValueError:
            continue
    return None


def shortened(files: Iterable[str]) -> dict[str, str]:
    """Files by what of their paths is not common to all."""
    found = list(files)
    folders = [PurePath(one).parts[:-1] for one in found]
    common = next((at for at, parts in enumerate(zip(*folders, strict=False)) if len(set(parts)) > 1), None)
    at = min((len(one) for one in folders), default=0) if common is None else common
    return {one: "/".join(PurePath(one).parts[at:]) for one in found}


def superseded(told: Sequence[Told], *, of_one_node: bool = False) -> set[str]:
    """The files of which another tells the same later. Where there are more than some hundred, all are kept."""
    if len(told) > _MOST:
        return set()
    short = shortened(one.file for one in told)
    names = {file: named(path) for file, path in short.items()}
    gone: set[str] = set()
    for one, other in combinations(told, 2):
        if one.file == other.file or not one.topics & other.topics:
            continue
        mine, yours = names[one.file], names[other.file]
        if mine.whose != yours.whose or (mine.node != yours.node and not of_one_node):
            continue
        older = _older(one, other, names)
        if older is not None:
            gone.add(older.file)
    return gone


def _older(one: Told, other: Told, names: dict[str, Named]) -> Told | None:
    """Which of two that tell of the same is superseded by the other, None where nothing tells."""
    mine, yours = names[one.file], names[other.file]
    if (mine.rank < 0) != (yours.rank < 0) or (mine.rank != yours.rank and mine.series == yours.series):
        return one if mine.rank < yours.rank else other
    if one.of_a_node and mine.series != yours.series:
        return None
    for my, your in ((one.at, other.at), (mine.day, yours.day)):
        if my is not None and your is not None and my != your:
            return _if_all(one, other) if my < your else _if_all(other, one)
    if (
        not one.topics & MESSAGES
        and mine.series == yours.series
        and len(mine.numbers) == len(yours.numbers)
        and mine.numbers != yours.numbers
    ):
        return _if_all(one, other) if mine.numbers < yours.numbers else _if_all(other, one)
    return None


def _if_all(earlier: Told, later: Told) -> Told | None:
    """The earlier, if the later tells all that it told: screens of one hour may follow one another without any being old."""
    return earlier if earlier.topics <= later.topics else None
