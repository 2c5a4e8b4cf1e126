"""Records of logs: what phones of several generations, syslog servers and CUCM's traces write before each message.

    0481 WRN Mar 12 15:07:53.697091 (12905:13036) JAVA-configmgr MQThread|NetUtil:? - DNS unknown IPv4 host cucm.example.com
    8089: NOT 23:00:22.601218 SECD: clpTvsInit: Client message received on TVS proxy socket
    <133>Mar 12 15:07:53 SEP001122334455 0481: NOT 15:07:53.697091 SECD: ...
    18:01:05.333 |   debug 7:SEP001122334455:Incoming Phone Msg

The year and the zone are nowhere; some have no date either [field guide 7].
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import Final

_MONTHS: Final = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_LEVELS: Final = (
    "INF|NOT|WRN|ERR|CRT|DEB|DBG|TRC|EMR|ALT|INFO|NOTE|NOTICE|WARN(?:ING)?|ERROR|CRIT(?:ICAL)?|DEBUG|TRACE|ALERT|EMERG"
    "|FATAL"
)
_DAY: Final = r"(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[ ]{1,3}\d{1,2}"
_CLOCK: Final = r"(?:\d{1,3}:(?=\d\d:\d\d:))?\d{1,2}:\d\d:\d\d(?:[.,:]\d{1,9})?"
_ZONE: Final = r"(?:[ ]?(?:[AaPp][Mm]|Z\b|[+-]\d\d:?\d\d\b))?"
_NUMERIC_DAY: Final = r"(?:(?:\d\d(?:\d\d)?[-/])?\d\d[-/]\d\d(?:/\d{4})?|\d\d\.\d\d\.\d{4})"
_STAMP: Final = rf"(?:{_NUMERIC_DAY}[T ])?(?:{_DAY}[ ,]{{1,3}}(?:\d{{4}}[ ,]{{1,3}})?)?{_CLOCK}{_ZONE}"
_PRIORITY: Final = r"(?:<\d{1,3}>(?:\d{1,2}[ ])?)?"
_FACILITY: Final = r"(?:[A-Za-z]{2,8}[0-7]?\.[A-Z][a-z]{2,8}\t)?"
_SYSLOG: Final = (
    rf"(?:<\d{{1,3}}>[\w.:-]{{1,64}}[ ]{{1,3}}(?=\d)|{_PRIORITY}(?:{_STAMP}[ \t]{{1,3}}{_FACILITY}[\w.:-]{{1,64}}[ \t]{{1,3}}"
    r"(?:[\w./-]{1,32}(?:\[\d+\])?:[ ]{1,3})?)?)"
)
"""What a syslog server puts before a record: priority, its own time, facility and severity in words, the host, a tag."""

_FILE: Final = r"(?:[\w./\\-]{0,100}SEP[0-9A-F]{12}[\w./-]{0,40}[:-](?:\d{1,9}[:-])?[ ]?)?"
"""What a search in several files puts before a line: the file's name, with the phone's, and the line's number."""

_NUMBERED: Final = rf"{_FILE}{_SYSLOG}\d{{1,9}}:?[ ]{{1,4}}(?P<level>{_LEVELS})[ ]{{1,4}}(?P<at>{_STAMP})[ ]{{0,4}}"
_DATE: Final = r"(?:,?[ ]\d{1,2}/\d{1,2}/\d{2,4})?"
_SEQUENCE: Final = r"(?:\d{6,10}\.\d{3}[ ]?\|)?"
_BARS: Final = r"[ ][|][ ][\w-]{2,12}[ ][|][ ]"
_DATED: Final = (
    rf"{_SEQUENCE}(?P<bare>{_STAMP}{_DATE})(?!{_BARS})(?:[ ]{{0,4}}[|:][ ]{{0,8}}(?P<word>\w{{1,12}}(?=[ |]))?)?"
    rf"(?:[ ]{{1,8}}\|?|\t{_FACILITY})"
)
_KEYED: Final = r"[\[({]{0,2}(?:\"?(?:@?timestamp|ts|t|at|when|time|date)\"?[ ]?[:=][ ]?)?[\"+]?"
_LOOSE: Final = (
    rf"(?:\d{{1,9}}:?[ ]{{1,4}}(?:[VDIWENF][ ]{{1,3}})?)?(?:(?P<before>{_LEVELS}):?[ ]{{1,4}})?"
    rf"{_KEYED}(?P<free>{_STAMP})(?:[\])\"],?)?"
    rf"(?=[ |\[])(?:(?:[ |]{{1,4}}\[?|\[)(?P<behind>(?:{_LEVELS})\b|[VDIWENF](?=[ ][A-Za-z]\w{{1,15}}:[ ]))\]?)?"
    r"(?:[ ]-[ ](?=[VDIWEFA]/))?[ |:]{0,4}"
)
"""A head of another kind: a level before the time, a number without a level, the time in brackets or named."""

_FIELD: Final = r"[\w.:()/\[\]@-]{1,64}"
_MARK: Final = r"(?P<mark>[|;,\t]|[ ][|][ ])"
_BETWEEN: Final = r"\"?(?P=mark)\"?"
_FIELDED: Final = rf"\"?(?P<listed>{_STAMP})\"?{_MARK}\"?(?P<fields>{_FIELD}(?:{_BETWEEN}{_FIELD}){{1,4}}){_BETWEEN}"
"""A table's line, as log servers export it: time, host, program, severity, and what it says last, between the same marks."""

FIELDED: Final = re.compile(_FIELDED)
_NO_PROGRAM: Final = re.compile(
    rf"\d[\d.:]*|[\[(].*|(?i:SEP[0-9A-F]{{12}}.*|(?:{_LEVELS})|emergency|critical|[a-z]{{2,8}}\d?\.[a-z]{{3,9}}|local\d|user|daemon)|\S*\.\S*"
)
"""What stands in such a field and is no program's name: numbers, hosts, severities, facilities."""

_NUMBER_BEHIND: Final = re.compile(r"[(\[]\d*[)\]]\Z")

_SETTING: Final = re.compile(r"\s*[A-Za-z][\w-]*(?P<dotted>\.[\w.-]+)? ?= ?\S*\s*\Z")
"""A line of a file of settings, which somebody printed into a log."""

_SINCE_BOOT: Final = r"\[[ ]{0,7}(?P<up>\d{1,7}\.\d{3,9})\][ ]{1,3}"
"""Seconds since the phone started, as its kernel counts them."""

_MODEL: Final = r"\[(?:CP|Cisco)[- ]\w{3,8}\][ ]{1,3}"
"""The phone's model alone."""

_TIMELESS: Final = r"<\d{1,3}>(?=[\w.:-]{1,64}[ ])"
"""A priority alone, of a record of which nobody told the time."""

_ANY_HEAD: Final = rf"{_NUMBERED}|{_PRIORITY}{_DATED}|{_FIELDED}|{_PRIORITY}{_LOOSE}|{_SINCE_BOOT}|{_MODEL}|{_TIMELESS}"
_START: Final = re.compile(rf"[>\s]{{0,8}}(?:{_ANY_HEAD})")
_QUICKLY: Final = rf"\d{{1,9}}:?[ ](?:{_LEVELS})[ ](?:{_DAY}[ ])?\d\d:\d\d:\d\d"
_HEAD: Final = re.compile(_START.pattern.encode())
_NO_START: Final = re.compile(
    rf"\n(?!\n|{_QUICKLY}|(?:[^\S\n]|>){{0,8}}(?:{_ANY_HEAD}))".encode(),
)
_INSIDE: Final = re.compile(rf"(?<=\s)(?:<\d{{1,3}}>)?\d{{1,9}}:?[ ]{{1,4}}(?:{_LEVELS})[ ]{{1,4}}{_STAMP}[ ]")
_CLOCK_INSIDE: Final = re.compile(r":\d\d:\d\d")
_WHO: Final = r"(?:\d{1,3}(?:\.\d{1,3}){3}|(?i:SEP[0-9A-F]{12})[\w.-]{0,64}:?)"
_AGAIN: Final = re.compile(
    rf"(?:(?:[a-z]{{3,8}}\d?\.[a-z]{{3,8}}|{_WHO}|<\d{{1,3}}>|\d{{1,9}}:?|(?:{_LEVELS}):?)[ ]{{1,4}}){{0,4}}"
    rf"[*.\[]?{_STAMP}[:\]]?[ ]{{1,4}}"
)
"""A second head, the phone's own, behind that of a server to which it sent the record."""

_THREAD: Final = re.compile(
    r"\(\d{1,10}(?:[:-]\d{1,10})?\)[ ]{0,3}"
    r"|\d{1,7}[ ]{1,8}\d{1,7}[ ]{1,2}[VDIWEFA][ ]{1,2}"
    r"|(?:-|>>?)[ ](?=\w)|[VDIWEFA]/(?=\w)"
    rf"|\[[\w:.-]{{1,32}}\][ ]{{1,3}}(?:{_LEVELS})[ ]{{1,8}}(?=[a-z]\w*(?:\.\w+)+[ ]-[ ])"
    r"|[\w.-]{1,64}[ ](?=[\w./-]{1,48}[ ](?:\d{1,10}|-)[ ][\w.-]{1,32}[ ](?:-|\[[^\]\n]{0,400}\])[ ])"
    r"|[\w.:%-]{1,64}[ ]{1,3}(?:(?:user|daemon|kern|auth|syslog|local\d)\.[a-z]{3,8}|local\d[ ]\d)[ ]{1,3}(?=\w)"
    r"|\d{1,7}[ ]{1,4}(?=[A-Z]{2,12}[ ]{1,8}[VDIWENF]\|)"
    rf"|{_WHO}[ ]{{1,3}}[a-z]{{3,8}}\d?\.[a-z]{{3,8}}[ ]{{1,3}}(?=\w)"
    r"|\"?\w{1,8}\"?[=:][ ]?\"?\w{1,8}\"?,?[ ](?=\"?(?:mod|module|src|proc|process|tag|comp|component|app|unit|service)\"?[=:])"
    rf"|{_WHO}[ \t]{{1,3}}(?:<\d{{1,3}}>)?\d{{1,9}}:[ ]{{1,3}}(?:{_LEVELS})[ ]{{1,4}}(?={_STAMP})?"
    rf"|{_WHO}[ \t]{{1,3}}(?:(?i:{_LEVELS})[ ]{{1,4}})?(?=[\w./]{{1,32}}(?:\[\d{{1,7}}\]:|: |-)\S?)"
)
"""What stands between time and process: a thread; Android's process, thread and level; a syslog server's host, number and level."""

_PROCESS: Final = re.compile(
    rf"(?:(?:(?i:debug|info|notice|warn(?:ing)?|err(?:or)?|crit(?:ical)?)|{_LEVELS}):?[ ]{{1,4}})?"
    r"(?:(?:\[0x[0-9A-Fa-f]{1,16}\][ ]{1,3})?(?:\[[^\]]{1,80}\(\d{1,6}\)\][ ]{1,3})?\[(?P<in>[A-Za-z][\w.]{0,31})\][ :]"
    r"|\"?(?:mod|module|src|proc|process|tag|comp|component|app|unit|service)\"?[=:][ ]?\"?(?P<named>[A-Za-z][\w.-]{0,31})"
    r"|(?P<name>[A-Za-z][\w.]{0,31})(?:[ ]{0,12}\([ ]{0,6}(?:\d{1,10}|[A-Z])\)|\[\d{1,10}\])?(?::[ ]{0,3}-?|-|>[ ])"
    r"|%(?P<marked>[A-Za-z]\w{1,31})-[0-7]-\w{2,32}:[ ]"
    r"|(?P<sent>[A-Za-z][\w.]{0,31})[ ](?:\d{1,10}|-)[ ][\w.-]{1,32}[ ](?:-|\[[^\]\n]{0,400}\])[ ]"
    r"|(?P<graded>[a-z]\w{1,15})(?:\(\d\)|/[VDIWENF])[ ]"
    r"|(?:\w{2,16}[ ])?(?P<dotted>[A-Za-z]\w{1,15})\.(?:debug|dbg|deb|info?|notice|not|warn(?:ing)?|wrn|err(?:or)?|crit|crt):?[ ]"
    rf"|(?P<rated>[A-Za-z][\w.-]{{1,31}})[ ]\((?i:{_LEVELS})\)[ ]"
    r"|(?P<logger>[a-z]\w*(?:\.\w+)+)[ ]-[ ]"
    r"|(?P<short>[A-Z][A-Z0-9_]{1,12})[ ]{1,8}(?:[VDIWENF]\||(?i:debug|dbg|info|inf|note?|notice|warn(?:ing)?|err(?:or)?|crit)[ ]))"
)

MOST_LINES: Final = 24
"""Lines that one record may have; a SIP message has more, and none of them is of use here."""

MOST_WRAPPED: Final = 6
"""Lines that a message without a head may have, where somebody's mail program broke it."""

_WRAPPED: Final = 40
"""Letters that a line has, at least, behind which a mail program breaks it."""

MOST_LETTERS: Final = 4_000
"""Letters of a record that are looked at."""


MOST_REPEATED: Final = 6
"""So often a line may hold words with the same beginning: phones' lines do not oftener, and patterns would take long for such."""

_WORD: Final = re.compile(r"([^\W_]{2,4})[^\W_]*")


@dataclass(frozen=True, slots=True)
class Record:
    """One record: the number of its first line, what its head says ('' for what is not there), and its message.

    `process` is without the process's number (`SECUREAPP`, `dgetfile`); `text` is process and message as they stand, or, where it
    is `cut`, their beginning. `last` is the number of the last line that it takes for itself. It is `bare` where no head is in
    sight: where it begins nobody knows, and what goes on in the lines behind it is told of these, too.
    """

    line: int
    at: str
    level: str
    process: str
    text: str
    cut: bool = False
    last: int = 0
    bare: bool = False

    @property
    def flat(self) -> str:
        """The text in one line."""
        return self.text.replace("\n", " ")

    @property
    def day(self) -> tuple[int, int] | None:
        """Month and day, where the time has them."""
        found = re.match(r"([A-Za-z]{3}) +(\d{1,2})|\d{4}[-/](\d\d)[-/](\d\d)", self.at)
        if found is None:
            return None
        return (_MONTHS.index(found[1].lower()) + 1, int(found[2])) if found[1] else (int(found[3]), int(found[4]))


def bounded(line: str) -> str:
    """As much of a line as is looked at: to where it says the same once more."""
    beginnings = _WORD.findall(line.lower())
    if len(beginnings) - len(set(beginnings)) < MOST_REPEATED:
        return line
    counts: dict[str, int] = {}
    for found in _WORD.finditer(line):
        beginning = found[1].lower()
        counts[beginning] = counts.get(beginning, 0) + 1
        if counts[beginning] > MOST_REPEATED:
            return line[: found.start()]
    return line


def starts(line: str) -> bool:
    """Whether a record begins with this line."""
    return _START.match(line) is not None


def behind_head(line: bytes) -> bytes:
    """What stands in the line behind the head of a record; nothing where none begins with it, or not all is ASCII."""
    head = _HEAD.match(line) if line.isascii() else None
    return line[head.end() :] if head else b""


def beginning_none(text: bytes) -> list[int]:
    """Where in a text those line ends stand behind which comes a line that is not empty and begins no record."""
    return [found.start() for found in _NO_START.finditer(text)]


def records(lines: Sequence[bytes], index: int, first: int, behind: int = 0) -> list[Record]:
    """The record in which the line at `index` stands, or the records, where a paste has put several into one line.

    `first` is the number of the first of these lines. A line that begins like none goes on with the one before. `behind` is the
    number of a line before it of which it is known that its record is bare.
    """
    head, text, start = _head_of(lines, index, behind - first)
    following = _going_on(lines, head, MOST_LINES, 0) if start else []
    if index > head + len(following):  # too far behind that head
        head, text, start = index, _line(lines[index])[0], None
    if start is None and _of_a_dump(lines, index):
        text = ""
    bare = start is None
    if bare:
        following = _going_on(lines, head, MOST_WRAPPED, _WRAPPED)
    number = first + head
    last = number if bare else number + len(following)
    cuts = _cuts(text, start)
    if not cuts:
        return [_record(text, start, following, (number, last), bare=bare)]
    parts = [text[begin:end] for begin, end in pairwise([0, *cuts, len(text)])]
    starts_of = [start, *(_START.match(part) for part in parts[1:])]
    of_parts = [*[()] * len(cuts), following]
    return [
        _record(part, begins, goes_on, (number, last), bare=bare)
        for part, begins, goes_on in zip(parts, starts_of, of_parts, strict=True)
    ]


def _going_on(lines: Sequence[bytes], head: int, most: int, letters: int) -> list[str]:
    """The lines behind that one which go on with it: `most` with itself, and none behind one of fewer letters."""
    found: list[str] = []
    for at in range(head + 1, min(len(lines), head + most)):
        if not lines[at].strip() or len(lines[at - 1]) < letters:
            break
        line, start = _line(lines[at])
        if start:
            break
        found.append("" if _of_a_dump(lines, at) else line)
    return found


def _of_a_dump(lines: Sequence[bytes], at: int) -> bool:
    """Whether a line without a head is one of a file of settings: by its key, or since those around it are."""
    found = _SETTING.match(_text(lines[at]))
    if found is None or found["dotted"]:
        return found is not None
    near = range(max(0, at - 2), min(len(lines), at + 3))
    settings = "".join("x" if _SETTING.match(_text(lines[one])) else " " for one in near)
    return "xxx" in settings


def _head_of(lines: Sequence[bytes], index: int, behind: int) -> tuple[int, str, re.Match[str] | None]:
    """The index at which the record of that line begins, that line, and its head; the line itself where none is in sight.

    None is in sight of the line at `behind`, so that none is looked for from there on.
    """
    for head in range(index, max(-1, index - MOST_LINES, behind), -1):
        text, start = _line(lines[head])
        if start is not None:
            return head, text, start
    return index, _line(lines[index])[0], None


@lru_cache(maxsize=2 * MOST_LINES)
def _line(line: bytes) -> tuple[str, re.Match[str] | None]:
    """What of a line is looked at, and the head of the record that begins with it: the same is asked for the line before it."""
    text = _text(line)
    return text, _START.match(text)


def _text(line: bytes) -> str:
    return line[:MOST_LETTERS].decode("utf-8", "replace")


def _cuts(line: str, start: re.Match[str] | None) -> list[int]:
    """Where further records begin in a line."""
    behind = start.end() if start else 0
    if _CLOCK_INSIDE.search(line, behind) is None:
        return []
    return [found.start() for found in _INSIDE.finditer(line, behind) if found.start()]


def _record(
    line: str, head: re.Match[str] | None, following: Sequence[str], numbers: tuple[int, int], *, bare: bool
) -> Record:
    rest = line[head.end() :] if head else line
    again = _AGAIN.match(rest) if head else None
    rest = rest[again.end() :] if again else rest
    thread = _THREAD.match(rest)
    rest = rest[thread.end() :] if thread else rest
    if head and head["listed"]:
        rest = _with_program(rest, head["fields"], head["mark"])
    process, text, cut = _message(rest, *following)
    at = (head["at"] or head["bare"] or head["listed"] or head["free"] or head["up"] or "") if head else ""
    level = (head["level"] or head["word"] or head["before"] or head["behind"] or "") if head else ""
    number, last = numbers
    return Record(number, at.strip(), level, process, text, cut, last, bare)


def _with_program(message: str, fields: str, mark: str) -> str:
    """The message, with its program's name before it, which is the last of these fields that may be one."""
    named = [one for one in fields.replace('"', "").split(mark) if not _NO_PROGRAM.fullmatch(one)]
    message = message.rstrip('"')
    return f"{_NUMBER_BEHIND.sub('', named[-1])}: {message}" if named else message


@lru_cache(maxsize=2_048)
def _message(*lines: str) -> tuple[str, str, bool]:
    """The process that a message names, what of it is looked at, and whether that is cut: logs say the same again and again."""
    whole = [line.strip() for line in lines]
    seen = [bounded(line) for line in whole]
    text = "\n".join(seen)[:MOST_LETTERS]
    named = _PROCESS.match(text)
    process = next(filter(None, named.groups()), "") if named else ""
    return process, text, seen != whole
