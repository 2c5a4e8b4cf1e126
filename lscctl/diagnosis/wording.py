"""How patterns of causes are read: words of one meaning, and subjects near to what is said of them.

`%fail%` in a pattern stands for all words of failure (see `vocabulary.toml`).
"""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files
from typing import Final, Protocol

from lscctl.diagnosis.any_case import AnyCase

_JOINT: Final = re.compile(r"_+|(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z]{2})")
_JOINED: Final = re.compile("_|[a-z][A-Z]|[A-Z][A-Z][a-z]{2}")
"""What is in every text of which that is found, and found quickly."""


_NAMED: Final = re.compile(r"%([a-z]+)%")
_NAMED_FIRST: Final = re.compile(r"%([a-z]+)%(?:\||\Z)")


_TROUBLE: Final = (
    r"(?:fail|err|corrupt|lock|reject|refus|time[_ -]?out|timed[_ -]?out|expir|invalid|missing|mismatch|unreach|den(?:y|ied)"
    r"|lost|drop|abort|exceed|overdue|exception|unresolved|unknown|untrusted)"
)
_DENIED: Final = AnyCase(
    rf"\b\w{{0,40}}{_TROUBLE}\w{{0,40}}[\\\"']{{0,3}} {{0,40}}(?:=|:(?= ?[\\\"'\w]+ ?(?:[,;)\]}}|]|$))) ?[\\\"']{{0,3}}"
    r"(?:(?:no|none|never)(?! [a-z][\w.-]*+(?! ?[=:]))|false|null|nil|off|n/a|0)(?![\w.])"
    r"|\b(?:no|0|zero|without|without any)"
    r" (?:errors?|failures?|faults?|problems?|issues|warnings|mismatches|rejections|exceptions|timeouts)\b"
    rf"|(?<!\w )(?<![=:.])\b(?:0|none|nothing) (?:\w{{1,40}} )?{_TROUBLE}\w*"
    r"|(?:(?<![\w-])[a-z][\w-]{0,39}(?: [a-z][\w-]{0,39}){0,3}(?: ?\.{3,})? {1,40}0(?![\w.:])[ ,;|]{0,8}){3,}"
    r"|\b\d{1,3}=[a-z]\w{1,40}(?:[,;|]? \d{1,3}=[a-z]\w{1,40}){2,}"
    r"|(?<!see )(?<!check )(?<!find out )\bif\b[^|]{1,80}?\bthen\b(?:[^\"|]{0,24}\"[^\"]{0,80}\"|[^\"|]{1,60})"
)
"""What a line says of trouble that there was not: `failed=0`, `"corrupt": false`, `no errors`, `0 rejected`; counters that stand at
0, one behind another; and what would be said if something happened;
what numbers stand for, one behind another: `1=NO_ITL 2=BAD_SIG 3=TIMEOUT`.
"""

_LIMIT: Final = r"(?:time[ _]?out|attempts|retries|tries)"
_HAPPENED: Final = (
    r"\b(?:exceed\w*|reached|expired|elapsed|exhausted|after|hit|g[ai]v(?:e|ing) up|fail\w*|abort\w*|locked|used up)\b"
)
"""What a limit came to: it is no setting then."""

_NAMED_LIMIT: Final = re.compile(
    r"\b(?:(?-i:[A-Za-z]\w*[a-z](?:Time[oO]ut|Attempts|Retries|Tries))|(?!err)[a-z]\w*(?:\.\w+)*[._](?:time_?out|attempts|retries|tries)"
    rf"|{_LIMIT}(?= \(\w+\)))\b(?: \(\w+\))? {{0,40}}= ?\d++(?: ?(?:m?s|sec\w*|min\w*)\b)?+(?!\W{{0,3}}{_HAPPENED})"
    r"|\btime[ -]?out (?:per|for each|of each) \w+ \d+ ?\w++(?! exceeded| expired| elapsed)",
    re.IGNORECASE,
)
"""A setting that is one by its name, wherever it stands: `KeyGenTimeout=15`, `Timeout (min) = 30`, `timeout per request 6 s`."""

_ANY_LIMIT: Final = re.compile(
    rf"\b\w*{_LIMIT}\b(?: \(\w+\))? ?[=:] ?\d+(?: ?(?:m?s|sec\w*|min\w*)\b)?"
    r"|\bmax(?:imum)?\w*(?: \w+){0,6}(?: ?[=:] ?| ?\* {1,12}| {2,12})\d+",
    re.IGNORECASE,
)
_OF_SETTINGS: Final = re.compile(
    r"(?:[\w./-]{1,24}(?:\[\d+\])?: ?){0,3}(?:(?:debug|info|trace) )?"
    r"(?:(?:read(?:ing)?|load(?:ing|ed)?|using|got) )?(?:(?:service|enterprise) )?"
    r"(?:(?:(?:param(?:eter)?s?|settings?|defaults?|options?|limits?)[:, ]|(?:cfg|conf(?:ig(?:uration)?)?)[:,])(?=[\w() ]{1,60}=)"
    r"|[\w.-]+ ?= ?[\w./-]+(?:[,; ] ?[\w.-]+ ?= ?[\w./-]+)+\W*\Z"
    r"|max(?:imum)?\w*(?: [\w()]+){0,6}(?: ?[=:] ?| ?\* {1,12}| {2,12})\d+\W*\Z)",
    re.IGNORECASE,
)
"""How a line begins that tells settings, whatever their names: `cfg: timeout = 5`; or it is nothing but settings."""
_DUMP: Final = re.compile(
    r"(?:(?<![\w.])[a-z][\w-]{0,30}(?:\.[\w-]{1,30}){1,6} {0,40}= ?(?:\([^()]{0,30}\)|[\w./:-]{1,60})[\s,;]{0,4}){3,}",
    re.IGNORECASE,
)
"""Settings of a program, one behind another: `tvs.timeout = 20 itl.corrupt = no`."""

_CAME_TO: Final = re.compile(_HAPPENED, re.IGNORECASE)

_SEVERITY: Final = re.compile(
    r"(?<=\]: )(?:NOT registered\Z|NOT (?=registered (?:with|to|at|on|via|over) \S)"
    r"|NOT(?! (?:\w+(?:ed|able)|valid|ok|authentic)\b) |(?:ERR|WRN|INF|DBG|DEB) )"
    r"|(?<=\w)\.(?:not|err|wrn|inf|dbg|deb)(?=: )|(?<=\w)/[NEWID](?=> )"
)
"""How bad the program takes it to be, in short: `NOT` is a notice there, but a denial where `verified` or its like follows.

Nobody knows which it is in `sip[1628]: NOT registered`, so nothing is taken from that; where it says with whom, it is a notice.
"""

_WAS: Final = (
    r"(?:un\w+|not \w+|down|off(?:line)?|fail\w*|reject\w*|lost|dis\w+|stopped|locked|missing|pending|expired|invalid|stale|absent"
    r"|none|error|closed|inactive)"
)
_HEALED: Final = AnyCase(
    rf"\b(?:{_WAS}(?:\W{{0,3}}[-=]{{0,3}}>|[\"']?[-/](?! ))|from \W{{0,2}}{_WAS}\W{{1,3}}to\b) {{0,3}}[\"']?"
    r"(?=(?:re-?)?(?:registered|reachable|resolved|up|on(?:line)?|ok|good|fine|active|running|connected|started|valid|installed|unlocked"
    r"|open|verified|trusted|success\w*|in service)\b)"
)
"""What a line says that something was, and is no more: `unregistered -> registered`."""

_DENIAL: Final = AnyCase(r"\b(?:no|false|none|null|nil|never|off|n/a|0|zero|without|nothing|if|[1-9]=[a-z]\w+)\b")
_LIMITED: Final = AnyCase(r"time[ _-]?out|attempts|tries|max")
"""What is in every text of which that is found, and found quickly."""

_OURS: Final = (
    r"(?:sec(?:ure|urity)?(?:app)?|secd|java|jvm|cvm|(?-i:capf(?: [A-Z][a-z]+){1,3})|r?capf\w*|clp\w*(?: (?!tvs)\w+){0,3}"
    r"|cfg\w*|config\w*"
    r"|itl|tl|t(?:rust)?list|lsc\w*|call ?control|sipcc|sccp|downd|ms)"
    r"(?: (?:client|clnt|core|conn|ctrl|sock|reg|srv|service|agent))?"
)
_PROGRAM: Final = rf"\A(?:(?:eror|err(?:or)?|wrn|warn(?:ing)?): ?|{_OURS}(?:\[\d+\]|\(\w+\))?(?::| ?-) ?){{0,3}}"
_PART: Final = re.compile(r"(?<=, )")
_CLAUSE: Final = re.compile(r"(?<=[;.] )|(?<= [|-] )")
_DASH: Final = " - "
_BETWEEN_CLAUSES: Final = ("; ", ". ", _DASH, " | ")
"""What stands between parts of a line that may be about different matters."""
_TAG: Final = re.compile(
    rf"{_PROGRAM}(?:\S{{1,80}}(?: {{1,3}}\S{{1,80}}){{0,9}}?"
    rf"(?:(?<=\])|(?<=:\?)|(?<=[a-z]:\d)|(?<=[a-z]:\d\d)|(?<=[a-z]:\d{{3}})){_DASH})?",
    re.IGNORECASE,
)
"""The program's name, and its part's, that stands before a message: nothing of what is said."""

_PLAIN_TAG: Final = re.compile(_PROGRAM, re.IGNORECASE)
"""The same in a text without a dash, found quickly."""


class Searching(Protocol):
    """A pattern that may be somewhere in a text."""

    def search(self, string: str, /) -> re.Match[str] | None:
        """Where it is."""
        ...


class Worded(AnyCase):
    """A pattern as it is `written` for a cause, with words of the vocabulary. ValueError for a `%name%` that does not exist."""

    __slots__ = ("written",)

    def __init__(self, written: str) -> None:
        super().__init__(expanded(written))
        self.written = written


@dataclass(frozen=True, slots=True)
class Near:
    """Something said of a subject: `says` at most `within` letters before or behind the first of `about`, in either order.

    All of `about` stand in the line, and nothing of `never`. Names that programs write are read as words: `ITL_NOT_FOUND`,
    `lookupTL`.
    """

    about: tuple[AnyCase, ...]
    says: tuple[AnyCase, ...]
    never: tuple[AnyCase, ...]
    within: int

    def search(self, string: str, /) -> re.Match[str] | None:
        """Where the subject stands of which it is said."""
        text = plain(string)
        for one in self.about:  # no generator: this is asked of every line that matters
            if one.search(text) is None:
                return None
        said = [found.span() for one in self.says for found in one.finditer(text)]
        if not said or any(one.search(text, begin) for begin in [behind_tag(text)] for one in self.never):
            return None
        for subject in self.about[0].finditer(text):
            begin, end = subject.span()
            if any(first - end <= self.within and begin - last <= self.within for first, last in said):
                return subject
        return None


@lru_cache(maxsize=8)
def said(text: str) -> str:
    """The text without the letters for how bad it is."""
    return _SEVERITY.sub("", text) if ": " in text or "> " in text else text


@lru_cache(maxsize=8)
def undenied(text: str) -> str:
    """What is said, without trouble that there was not, and without settings, which tell what would be too long or too often."""
    text = said(text)
    if text.count("=") > 2:
        text = _DUMP.sub("", text)
    if _HEALED.search(text):
        text = _HEALED.without(text)
    if _DENIAL.search(text):
        text = _DENIED.without(text)
    if not _LIMITED.search(text):
        return text
    if _OF_SETTINGS.match(text) and not _CAME_TO.search(text):
        return _ANY_LIMIT.sub("", text)
    return _NAMED_LIMIT.sub("", text)


@lru_cache(maxsize=8)
def own(text: str) -> str:
    """What is said but for what a phone or a node does besides, such as a directory's or a log server's certificate.

    A part behind a comma is of what the one before it is of, where it names nothing else. Of several clauses one may be about what
    none of ours is about at all.
    """
    clauses = _CLAUSE.split(text)
    strange = (compiled("%others%"), compiled("%alien%"))[: len(clauses)]
    if all(one.search(text) is None for one in strange):
        return text
    kept, foreign = [], False
    for clause in clauses:
        alien = len(clauses) > 1 and compiled("%alien%").search(clause) is not None and not _is_ours(clause)
        for part in _PART.split(clause):
            if alien or compiled("%others%").search(part) is not None:
                foreign = alien or not _is_ours(part)
            elif foreign:
                foreign = compiled("%ours%|%topic%").search(plain(part)) is None
            if not foreign:
                kept.append(part)
    return "".join(kept)


def _is_ours(text: str) -> bool:
    return compiled("%ours%").search(plain(text)) is not None


def in_clauses(text: str) -> bool:
    """Whether a text has parts that may be about different matters."""
    return any(one in text for one in _BETWEEN_CLAUSES)


@lru_cache(maxsize=8)
def behind_tag(text: str) -> int:
    """Where a message begins behind the name of the program that wrote it."""
    tag = (_TAG if _DASH in text else _PLAIN_TAG).match(text)
    return tag.end() if tag else 0


@lru_cache(maxsize=8)
def plain(text: str) -> str:
    """The text with the names in it taken apart: `KEY_SIZE`, `connectToTvs`, `ITLFile` become several words each."""
    return _JOINT.sub(" ", text) if _JOINED.search(text) else text


@cache
def expanded(text: str) -> str:
    """The pattern with `%fail%` and its like replaced by what they stand for. ValueError for one that does not exist."""
    known = vocabulary()

    def stands_for(found: re.Match[str]) -> str:
        if found[1] not in known:
            raise ValueError(f"there is no %{found[1]}%: it is one of {', '.join(f'%{name}%' for name in known)}")
        return f"(?:{expanded(known[found[1]])})"

    return _NAMED.sub(stands_for, text)


@cache
def compiled(text: str) -> AnyCase:
    """The pattern, for letters in any case, compiled when it is first looked for. ValueError for a `%name%` that does not exist."""
    return Worded(text)


def pattern(text: str) -> str:
    """The pattern as it stands. ValueError says why it is none."""
    try:
        for one in alternatives(text):
            one.compiled()
    except re.error as error:
        raise ValueError(f"is no regular expression: {error}") from None
    return text


@cache
def near(about: tuple[str, ...], says: str, never: str, within: int) -> Near:
    """What is said of a subject, of patterns that were checked."""
    return Near(tuple(map(compiled, about)), alternatives(says), alternatives(never), within)


@cache
def alternatives(text: str) -> tuple[AnyCase, ...]:
    """Patterns of which any may be found: words of one meaning that begin the text are a pattern each, which others share."""
    found: list[AnyCase] = []
    while (named := _NAMED_FIRST.match(text)) is not None and named[1] in vocabulary():
        found += alternatives(vocabulary()[named[1]])
        text = text[named.end() :]
    return (*dict.fromkeys(found), *((compiled(text),) if text else ()))


@cache
def vocabulary() -> Mapping[str, str]:
    """What phones of all generations say for the same thing, by the name that stands for it in patterns."""
    read = tomllib.loads(files("lscctl.diagnosis").joinpath("vocabulary.toml").read_text("utf-8"))
    return {name: text if isinstance(text, str) else "|".join(text) for name, text in read.items()}
