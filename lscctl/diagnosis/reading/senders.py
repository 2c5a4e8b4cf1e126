"""Who wrote the lines of a log: a central syslog server keeps those of many phones in one file, and of switches and servers.

    <134>Nov 28 10:00:01 SEP001122334455 0481: NOT 10:00:01.100000 SECD: ...
    2026-11-28T10:00:01.123456+00:00 10.20.1.17 SECUREAPP[345]: ...
    <134>1 2026-11-28T10:00:01.123Z SEP001122334455 SECUREAPP 345 - - ...
    <134>Nov 28 10:00:02 relay <134>Nov 28 10:00:01 SEP001122334455 ...
    <189>Nov 28 10:00:03 switch-1 4711: Nov 28 10:00:02.100: %LINK-3-UPDOWN: ...

RFC 3164 and RFC 5424, as servers write them to files, and headers that a relay put before those of the sender.
"""

import re
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Final, Generic, NamedTuple, Protocol, TypeVar

from lscctl.diagnosis.reading.lines import Stretch

MOST_PHONES: Final = 10_000
"""So many phones of one file are told apart."""

MOST_UNKNOWN: Final = 5_000
"""So many senders are followed at a time of which nobody knows yet whether they are phones; the first of them is given up."""

MOST_OTHERS: Final = 10_000
"""So many senders that are no phones are remembered and counted."""

_ENOUGH: Final = 2
"""So many names of senders are enough to know that there is more than one."""

_PROCESSES: Final = (
    rb"(?i:SEC(?:URE)?APP|SECD|DGETFILE|DOWND|SIPCC|JAVA|JVM|CVM|CFGD|CAPF(?:APP|C|CLIENT)|TVS(?:C|CLIENT))\b"
)
_LEVELS: Final = rb"(?:INF|NOT|WRN|ERR|CRT|DEB|EMR|ALT)\b"
_WORDS: Final = rb"(?i:debug|info|notice|warn(?:ing)?|err(?:or)?|crit(?:ical)?|alert|emerg|last message)\b"
_TIME: Final = rb"\d\d:\d\d:\d\d(?:[.,]\d{1,9})?"
_ZONE: Final = rb"(?:[ ]?(?:Z\b|[+-]\d\d:?\d\d)|[ ](?:UTC|GMT|CES?T|BST|[ECMP][SD]T)\b)?"
_STAMP: Final = (
    rb"(?:[*.]?(?:[A-Z][a-z]{2}[ ])?(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[ ]{1,2}\d{1,2}[ ](?:\d{4}[ ])?"
    rb"|\d{4}[-/]\d\d[-/]\d\d[T \t]|\d\d(?:\.\d\d\.|/\d\d/)\d{4}[ \t])" + _TIME + _ZONE
)
_LAYER: Final = (
    rb"(?:<\d{1,3}>(?:\d{1,2}[ ])?(?:(?:" + _STAMP + rb"|" + _TIME + rb"):?[ \t]{1,3})?"
    rb"|\"?" + _STAMP + rb"(?::?[ \t]{1,3}|\"?[|;,]\"?))"
)
_FACILITY: Final = (
    rb"(?:(?i:local[0-7]|user|daemon|kern(?:el)?|syslog|auth)\."
    rb"(?i:emerg\w*|alert|crit\w*|err\w*|warn\w*|notice|info\w*|debug)[ \t]{1,2})?"
)
_FORWARDED: Final = rb"(?:Original Address=|(?:Message )?[Ff]orwarded from )?"
_SEP: Final = rb"(?i:SEP[0-9A-F]{12})"
_LONGEST_SEP: Final = 15
_NAMED: Final = _SEP + rb"(?:\.(?!cnf|tlv|xml|sgn|log|txt)[\w-]{1,63}){0,8}"
_ADDRESS: Final = (
    rb"\[?(?:\d{1,3}(?:\.\d{1,3}){3}|(?i:[0-9a-f]{0,4}:){2,7}(?i:[0-9a-f.]{1,15})(?:%[\w.-]{1,15})?)\]?(?::\d{1,5})?"
)
_NAME: Final = rb"(?!" + _PROCESSES + rb"|" + _LEVELS + rb"|" + _WORDS + rb")(?=[\w.-]*[A-Za-z])[A-Za-z0-9][\w.-]{0,63}"
_HEAD: Final = re.compile(
    rb"\n[> \t]{0,8}(?P<layers>"
    + _LAYER
    + rb"(?:[^\s<]{1,64}+[ \t]{1,3}"
    + _LAYER
    + rb"){0,3})"
    + _FACILITY
    + _FORWARDED
    + rb"(?:(?P<named>"
    + _NAMED
    + rb")(?=[ \t:,/|;\"])"
    # a relay's name may stand before the sender's own
    + rb"|[\w./-]{1,64}+[ \t:,/]{1,3}(?:\d{1,9}:[ ])?(?P<behind>"
    + _NAMED
    + rb")(?=[ \t:,/])"
    rb"|(?:"
    + _NAME
    + rb"|"
    + _ADDRESS
    + rb")[ \t]{1,3}(?P<relayed>"
    + _ADDRESS
    + rb")(?=[ \t]{1,3}(?:<\d{1,3}>)?\d{1,9}:?[ ]{1,4}"
    + _LEVELS
    + rb")"
    rb"|(?P<address>"
    + _ADDRESS
    + rb")(?=[ \t:,|;\"])|(?P<name>"
    + _NAME
    + rb")(?=[ \t]))?[ \t:,|;\"]{0,3}"
    + _FACILITY
    # or a heading, as `cat` and mails put them above the lines of one phone
    + rb"|\n[> \t]{0,8}(?:==> [^\n]{0,200}?(?P<heading>"
    + _SEP
    + rb")[^\n]{0,60} <==|(?:(?i:phone|device|file)[ :]{1,2})?(?P<title>"
    + _SEP
    + rb")(?:\.\w{2,4})?:)[ \t]{0,8}(?=\n|\Z)"
    # or the file's name, as a search in several files puts it before each line
    + rb"|\n[> \t]{0,8}[\w./\\-]{0,100}(?P<file>"
    + _SEP
    + rb")[\w./-]{0,40}[:-](?:\d{1,9}[:-])?[ ]?(?=\d{1,9}:?[ ]{1,4}"
    + _LEVELS
    + rb"[ ])"
)
_HEAD_OR_RECORD: Final = re.compile(_HEAD.pattern + rb"|\n[> \t]{0,8}\d{1,9}:?[ ]{1,4}" + _LEVELS + rb"[ ]")
"""The same, or how a phone's own record begins where nobody put a head before it."""

_IN_LAYERS: Final = re.compile(rb"(?<=[\s>])" + _SEP)
_TAG: Final = (
    rb"(?:[\w./-]{1,48}(?:\[\d{1,10}\])?:[ ]{1,3}"
    rb"|(?:[\w./()-]{1,48}+\"?[|;,]\"?){1,3}+"
    rb"|[\w./-]{1,48}[ ][\w-]{1,32}[ ][\w-]{1,32}[ ](?:-|\[[^\]\n]{0,400}\])[ ])?"
)
_OF_A_PHONE: Final = re.compile(
    _TAG + rb"(?:<\d{1,3}>)?(?:\d{1,9}:?[ ]{1,4}" + _LEVELS + rb"|" + _LEVELS + rb"[ ]{1,4}(?:\w{3}[ ]{1,3}\d{1,2}[ ])?"
    rb"\d\d:\d\d:\d\d|(?:\w{1,8}:?[ ])?" + _PROCESSES + rb"(?:[(\[]\d+[)\]])?(?:[:-]|\"?[|;,]|[ ]\d{1,10}[ ]))"
)
"""How only phones go on behind their names: number and level, or one of their processes."""

_OF_ANOTHER: Final = re.compile(
    rb"[^\n%]{0,160}%[A-Za-z][\w-]{0,40}-[0-7]-\w{2,64}|CISE_\w|(?:radiusd|freeradius|(?:in\.)?tftpd|named)(?:\[\d{1,10}\])?:"
)
"""What switches, routers, firewalls and CUCM's nodes write, and servers of RADIUS, TFTP and names."""

_OF_ENROLMENT: Final = re.compile(
    rb"(?![\w./-]{1,48}\[\d{1,10}\]:"
    rb"|[^\n]{0,300}(?:\bSEP[0-9A-F]{12}\b(?!\.)|Certificate Authority Proxy Function|Trust Verification))"
    rb"[^\n]{0,300}?\b(?:CAPF\w*|LSC|TVS\w*|ITL|CTL|[Tt]rust [Ll]ist)\b"
)
"""What phones write of their enrolment, by whichever process; a server's program has its number behind its name, says which phone
it speaks of, or calls services by their whole names."""


class Followed(Protocol):
    """Whoever is followed, by the name that its lines give it, '' where they give none."""

    sender: str
    lines: int

    @property
    def met(self) -> bool:
        """Whether anything of interest was seen."""


_One = TypeVar("_One", bound=Followed)


class _Head(NamedTuple):
    """The head of a line: the line's number among those that are looked at, where it ends in their text with a line end before it,
    who wrote the line ('' where it does not say), and what says so: a phone's name (`named`), an `address`, any `name`, or nothing;
    a `heading` says it of the lines below.
    """

    number: int
    end: int
    sender: str
    kind: str


class Senders(Generic[_One]):
    """Tells who wrote each line, and keeps those that are followed. `follow` begins with one.

    As long as a log names but one phone, and nobody else, all of it is of that one, whatever its lines begin with.
    """

    def __init__(self, follow: Callable[[str], _One]) -> None:
        self._follow = follow
        self.nameless = follow("")
        self._current: _One | None = self.nameless
        self._first = ""
        self._but_first: re.Pattern[bytes] | None = None
        self._named: set[str] = set()
        self._phones: dict[str, _One] = {}
        self._unknown: dict[str, _One] = {}
        self._others: dict[str, None] = {}
        self.many = False
        self.begins: list[int] = []
        """The indexes of the lines of the last stretch that begin a message, where there are many."""

        self.more_others = False
        """Whether there are, or may be, more senders that are no phones than are remembered."""

        self.called: dict[str, dict[str, _One]] = {}
        """The phones that had one and the same address, by it and by what they call themselves."""

        self._parted = 0
        self._headed = False
        self._headings: dict[str, int] = {}
        self._beneath: _One | None = None
        self.untold = 0
        """Lines of phones beyond the most."""

    def of(self, stretch: Stretch) -> list[_One | None] | None:
        """Who wrote each of the lines that are to be looked at now, None for nobody who is a phone; None: all are `nameless`'s."""
        text, ends = b"\n" + stretch.text, stretch.ends
        heads: Iterable[_Head] = ()
        if not self.many:
            heads = list(_heads(text, ends, self._found(text)))
            self._look_for_more(heads, text)
            if not self.many and not self._others:
                return None
        whose: list[_One | None] = []
        self.begins = []
        for head in _heads(text, ends, _HEAD_OR_RECORD.finditer(text)) if self.many else heads:
            whose += [self._current] * (head.number - len(whose))
            if self.many:
                self.begins.append(stretch.new + head.number)
                self._current = self._who(head, text)
                if head.kind == "heading":
                    self._beneath = self._current
                    self._headings[head.sender] = self._headings.get(head.sender, 0) + 1
            else:
                whose.append(None if self._is_another(head, text) else self.nameless)
        return whose + [self._current] * (stretch.settled - stretch.new - len(whose))

    def _found(self, text: bytes) -> Iterator[re.Match[bytes]]:
        """The heads in a text, all but those of the only phone."""
        if self._but_first is None:
            return _HEAD.finditer(text)
        others = (_HEAD.match(text, found.start()) for found in self._but_first.finditer(text))
        return (one for one in others if one is not None)

    def phones(self) -> list[_One]:
        """Those that are known to be phones; of a log that does not name many whoever wrote it, by the only name in it."""
        if self.many:
            more = [one for names in self.called.values() for one in names.values()]
            told = (one for name, one in self._phones.items() if one.lines > self._headings.get(name, 0))
            found = {id(one): one for one in [*told, *more]}
            return [*found.values(), *([self.nameless] if self.nameless.met else [])]
        self.nameless.sender = next(iter(self._named)) if len(self._named) == 1 else ""
        return [self.nameless] if self.nameless.lines or not self._others else []

    @property
    def only_name(self) -> str:
        """The phone's name that stands before the lines, as long as there is but one; '' where none does."""
        return self._first if re.fullmatch(_SEP, self._first.encode()) else ""

    def instead_of(self, one: _One, was: str, name: str) -> _One:
        """The phone that is called so, and has now the address of one that was called otherwise."""
        if one.sender not in self._phones:
            return one
        names = self.called.setdefault(one.sender, {was: one})
        if name not in names:
            if self._parted >= MOST_PHONES:
                return one
            self._parted += 1
            names[name] = self._follow(one.sender)
        self._phones[one.sender] = names[name]
        if self._current is one:
            self._current = names[name]
        return names[name]

    def unknown(self) -> list[_One]:
        """Those of which nobody knows what they are, the last of them."""
        return list(self._unknown.values())

    def others(self) -> list[str]:
        """Those that are not, the first of them."""
        return [*self._others, *self._unknown]

    def _look_for_more(self, heads: Iterable[_Head], text: bytes) -> None:
        """Whether there are many: a phone, and somebody else. What stands in stretches before is of whom alone they named."""
        first, named, headed = self._first, tuple(self._named), self._headed
        for head in heads:
            self._headed = self._headed or head.kind == "heading"
            if self._is_phone(head, text):
                if not self._first:
                    self._first, self._but_first = head.sender, _but_of(head.sender)
            else:
                self._is_another(head, text)
            if head.sender and len(self._named) < _ENOUGH:
                self._named.add(head.sender)
            if self._first and self._named - {self._first}:
                self.many = True
                break
        if not self.many or not self.nameless.lines or not named:
            return
        if len(named) == 1:
            self.nameless.sender = named[0]
            (self._phones if first else self._unknown)[named[0]] = self.nameless
        if headed:
            self._beneath = self._current
            self.nameless = self._follow("")
            return
        self.nameless = self._current = self._follow("")

    def _who(self, head: _Head, text: bytes) -> _One | None:
        sender = head.sender
        if not sender:
            bare = self._beneath is not None or not head.kind or _OF_A_PHONE.match(text, head.end)
            return (self._beneath or self.nameless) if bare else None
        if sender in self._phones:
            return self._phones[sender]
        if self._is_phone(head, text):
            if len(self._phones) >= MOST_PHONES:
                self.untold += 1
                return None
            self._phones[sender] = self._unknown.pop(sender, None) or self._follow(sender)
            return self._phones[sender]
        if self._is_another(head, text):
            self._unknown.pop(sender, None)
            return None
        if sender not in self._unknown:
            if len(self._unknown) >= MOST_UNKNOWN:
                del self._unknown[next(iter(self._unknown))]
                self.more_others = True
            self._unknown[sender] = self._follow(sender)
        return self._unknown[sender]

    def _is_phone(self, head: _Head, text: bytes) -> bool:
        if head.kind in _OF_NAMES or (head.sender and head.sender == self._first):
            return True
        if not head.sender or head.sender in self._others or _OF_ANOTHER.match(text, head.end):
            return False
        if _OF_A_PHONE.match(text, head.end):
            return True
        return head.kind == "address" and _OF_ENROLMENT.match(text, head.end) is not None

    def _is_another(self, head: _Head, text: bytes) -> bool:
        if head.sender in self._others:
            return True
        found = head.kind not in _OF_NAMES and _OF_ANOTHER.match(text, head.end) is not None
        if found and head.sender and len(self._others) < MOST_OTHERS:
            self._others[head.sender] = None
        elif found and head.sender:
            self.more_others = True
        return found


def has_head(line: bytes) -> bool:
    """Whether a line begins with a syslog server's head."""
    return _HEAD.match(b"\n" + line) is not None


def names_a_phone(text: str) -> bool:
    """Whether a server's log begins so that holds a phone's lines: it is no trace, whoever else wrote into it."""
    lines = b"\n" + text.encode()
    return any(
        found.lastgroup in ("named", "behind")
        or (found.lastgroup in ("address", "relayed", "name") and _OF_A_PHONE.match(lines, found.end()))
        for found in _HEAD.finditer(lines)
    )


_OF_NAMES: Final = ("named", "heading")


def _but_of(sender: str) -> re.Pattern[bytes]:
    """Where a line may have a head that is not of this sender, quickly; lines of it may be among those, too."""
    return re.compile(
        rb"\n(?=[> \t]{0,8}(?:[<\"]|==>|(?i:phone|device|file)|[\w./\\-]{0,100}(?i:SEP)"
        rb"|[*.]?[A-Z][a-z]{2}[ ]|\d{4}[-/]|\d\d[./]\d\d[./]))(?!(?:<\d{1,3}>(?:\d{1,2}[ ])?)?"
        + _STAMP
        + rb"(?:[ ]|\"?[|;,]\"?)(?i:"
        + re.escape(sender.encode())
        + rb")[ :|;,\"])"
    )


def _bare(address: str) -> str:
    """An address without brackets, port, and what makes IPv6 of IPv4."""
    if address.startswith("["):
        address = address[1:].partition("]")[0]
    elif address.count(":") == 1:
        address = address.partition(":")[0]
    return re.sub(r"^::ffff:(?=\d{1,3}\.)", "", address.strip("[]"), flags=re.IGNORECASE)


def _heads(text: bytes, ends: Sequence[int], found_by: Iterable[re.Match[bytes]]) -> Iterator[_Head]:
    """The heads of lines. A line end stands before the text; `ends` are where each line ends in it."""
    for found in found_by:
        number, kind = bisect_right(ends, found.start()), found.lastgroup
        if kind is None or kind == "layers":
            sender, kind = "", kind or ""
        else:
            sender = found[kind].decode()
        if kind in ("heading", "title"):
            yield _Head(number, found.end(), sender.upper(), "heading")
            continue
        if kind in ("named", "behind", "file"):
            yield _Head(number, found.end(), sender[:_LONGEST_SEP].upper(), "named")
            continue
        inner = _IN_LAYERS.search(text, *found.span("layers")) if kind else None
        if inner is not None:
            yield _Head(number, found.end(), inner[0].decode().upper(), "named")
            continue
        if kind in ("address", "relayed"):
            kind = "address"
            sender = _bare(sender)
        yield _Head(number, found.end(), sender.lower(), kind)
