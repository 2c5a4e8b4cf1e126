"""What is known of causes and of the chain: files in TOML, checked when they are read.

A file that cannot be right is refused with its name and the place in it: a fact or a word that does not exist, a pattern that is
none, an example that its own pattern does not match. Of the files that come with lscctl a test has seen to the last two, which
take most of the time; their patterns are compiled when they are first looked for.
"""

import difflib
import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Annotated, Any, Final, Literal, Self, TypeVar

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationError,
    ValidationInfo,
    model_validator,
)

from lscctl.diagnosis.facts import FACTS
from lscctl.diagnosis.places import place_of
from lscctl.diagnosis.wording import Searching, compiled, near, pattern
from lscctl.errors import UsageError
from lscctl.finding import Cause, Effect, LinkName, Source, Step

_Model = TypeVar("_Model", bound=BaseModel)

SUFFIX: Final = ".toml"
_BACK_BY_NUMBER: Final = re.compile(r"(?<!\\)(?:\\\\)*\\[1-9]")
_NAME: Final = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")


def _words(texts: tuple[str, ...]) -> tuple[str, ...]:
    for text in texts:
        if len(text) < 2 or text != text.lower() or not text.isascii() or not text.isprintable():
            raise ValueError("is at least two ASCII characters in small letters, as a line holds them in any case")
    return texts


def _one_or_more(value: object) -> object:
    """A text that stands for a list of one."""
    return [value] if isinstance(value, str) else value


@dataclass(frozen=True, slots=True)
class _Reading:
    """How a file is read: whether its patterns are tried now, by themselves and on their examples."""

    patterns_tried: bool


_STRICT: Final = _Reading(patterns_tried=True)


def _patterns_tried(asked: ValidationInfo) -> bool:
    return not isinstance(asked.context, _Reading) or asked.context.patterns_tried


def _pattern(value: str, asked: ValidationInfo) -> str:
    return pattern(value) if _patterns_tried(asked) else value


def _any_of(value: object, asked: ValidationInfo) -> object:
    """Several patterns, any of which may be found, as the one that they are together."""
    if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
        return value
    for one in value:
        if not one:
            raise ValueError("an empty pattern is found in every line")
        if _BACK_BY_NUMBER.search(one):
            raise ValueError(r"of several patterns groups are named: (?P<name>...), and (?P=name) in place of \1")
    return "|".join(_pattern(one, asked) for one in value)


_OnePattern = Annotated[str, AfterValidator(_pattern)]
_Pattern = Annotated[_OnePattern, BeforeValidator(_any_of)]


def _fact(name: str) -> str:
    if name not in FACTS:
        near = difflib.get_close_matches(name, FACTS, n=1)
        raise ValueError(f"there is no fact {name!r}" + (f": did you mean {near[0]!r}?" if near else ""))
    return name


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Condition(_Strict):
    """One thing that must have been seen: a line of a text that matches `text`, or a `fact` with one of its values.

    Instead of by `text`, a line is known by what it is `about` and what it `says` of that, in either order, `within` so many
    letters of each other; each of several `about` must be in it, `says` near to the first; a line with `never` is passed over. Of
    several `text`, `says` or `never` any is enough.

    A line is looked at only if it holds `word`, or one of several, in any case; that keeps 200 MB quick. `during = "attempt"` asks
    that the phone was trying to reach CAPF then, `during = "capf"` that the line tells of that, `during = "tvs"` that it tells of a
    connection to TVS. `example` is a line that matches. Named groups of several conditions must agree: `(?P<host>\\S+)`. `%fail%`
    stands for all words of failure (see `vocabulary.toml`).
    """

    sources: Annotated[tuple[Source, ...], BeforeValidator(_one_or_more)] = Field(default=(), alias="in")
    words: Annotated[tuple[str, ...], BeforeValidator(_one_or_more), AfterValidator(_words)] = Field(
        default=(), alias="word"
    )
    text: _Pattern = ""
    about: Annotated[tuple[_OnePattern, ...], BeforeValidator(_one_or_more)] = ()
    says: _Pattern = ""
    never: _Pattern = ""
    within: int = Field(default=60, ge=1, le=400)
    example: str = ""
    during: Literal["attempt", "capf", "tvs"] | None = None
    fact: Annotated[str, AfterValidator(_fact)] = ""
    values: Annotated[tuple[str, ...], BeforeValidator(_one_or_more)] = Field(default=(), alias="is")
    value: _Pattern = ""

    @model_validator(mode="after")
    def _whole(self, asked: ValidationInfo) -> Self:
        if sum(map(bool, (self.fact, self.text, self.about))) != 1:
            raise ValueError("a condition has either `text`, or `about` and `says`, or `fact`")
        if bool(self.about) != bool(self.says):
            raise ValueError("`about` and `says` go together")
        if not self.about and self.model_fields_set & {"never", "within"}:
            raise ValueError("`never` and `within` go with `about` and `says`")
        return self if self.fact else self._of_a_line(tried=_patterns_tried(asked))

    def _of_a_line(self, *, tried: bool) -> Self:
        if not (self.sources and self.words and self.example):
            raise ValueError("a condition of a line has `in`, `word` and `example` too")
        if self.values or self.value:
            raise ValueError("`is` and `value` are for facts")
        if not any(word in self.example.lower() for word in self.words):
            raise ValueError(f"the example does not hold the word {' or '.join(map(repr, self.words))}")
        if tried and not self.pattern.search(self.example):
            what = "`text`" if self.text else "`about` and `says`"
            raise ValueError(f"the example does not match {what}")
        return self

    @model_validator(mode="after")
    def _known_values(self) -> Self:
        known = FACTS[self.fact].values if self.fact else ()
        for one in self.values:
            if known and one not in known:
                raise ValueError(f"the fact {self.fact!r} is never {one!r}: it is {', '.join(known)}")
        if self.fact and bool(self.values) == bool(self.value):
            raise ValueError("a condition with `fact` has either `is` or `value`")
        return self

    @property
    def of_an_attempt(self) -> bool:
        """Whether it tells of one attempt at CAPF, so that together with others it must be of the same."""
        return self.during in ("attempt", "capf") or self.fact == "capf-code"

    @property
    def pattern(self) -> Searching:
        """What a line, or a fact's value, must match somewhere."""
        if self.about:
            return near(self.about, self.says, self.never, self.within)
        return compiled(self.text or self.value)


_CONDITION_KEYS: Final = frozenset(
    {"in", "word", "text", "about", "says", "never", "within", "example", "during", "fact", "is", "value"}
)


class Clue(_Strict):
    """Conditions that mean something together. A single one stands in the clue itself, several in `all`.

    `in-order` asks that each was seen last after the one before it was.
    """

    conditions: tuple[Condition, ...] = Field(alias="all", min_length=1)
    in_order: bool = Field(default=False, alias="in-order")

    @model_validator(mode="before")
    @classmethod
    def _single(cls, given: Any) -> Any:
        if not isinstance(given, dict) or "all" in given:
            return given
        own = {key: value for key, value in given.items() if key in _CONDITION_KEYS}
        rest = {key: value for key, value in given.items() if key not in _CONDITION_KEYS}
        return {**rest, "all": [own]}


class Sign(Clue):
    """A clue that speaks for a cause: `proof` settles it, `strong` makes it likely, `weak` makes it possible.

    `link` is the one that it shows broken, where that is an earlier one than the cause's.
    """

    weight: Literal["proof", "strong", "weak"]
    link: LinkName | None = None


class Objection(Clue):
    """A clue that speaks against a cause: it `rules-out` or `weakens` it.

    It counts if it was seen `later` than the evidence, in the `same-attempt` at CAPF or later, or `ever`.
    """

    effect: Literal["rules-out", "weakens"]
    when: Literal["later", "same-attempt", "ever"] = "later"


class Symptom(Clue):
    """A clue that one of these links is broken, the first that is not known to be good; `alone`: where nothing else is broken."""

    links: tuple[LinkName, ...] = Field(min_length=1)
    alone: bool = False


class _Step(_Strict):
    do: str = Field(min_length=1)
    effects: tuple[Effect, ...] = ()


class _CauseFile(_Strict):
    title: str = Field(min_length=1)
    link: LinkName
    applies_to: str = Field(alias="applies-to", min_length=1)
    means: str = Field(min_length=1)
    settle: tuple[str, ...] = Field(min_length=1)
    remedy: tuple[_Step, ...] = Field(min_length=1)
    cisco: tuple[str, ...] = ()
    bugs: tuple[Annotated[str, Field(pattern=r"^CSC[a-z]{2}\d{5}$")], ...] = ()
    sources: tuple[str, ...] = Field(min_length=1)
    evidence: tuple[Sign, ...] = Field(min_length=1)
    against: tuple[Objection, ...] = ()


class Good(Clue):
    """A clue that a link is good. One that `undoes` links makes history of what went wrong at those before it."""

    undoes: tuple[LinkName, ...] = ()


class LinkSigns(_Strict):
    """How a link shows that it is good, and which earlier links it then shows to be good, too.

    One that `ends` an attempt makes history of all that went wrong before it.
    """

    name: LinkName
    title: str
    implies: tuple[LinkName, ...] = ()
    ends: bool = False
    good: tuple[Good, ...] = ()


class Settled(Clue):
    """A clue that nothing, or nothing more, is asked of CAPF for the phone: only `links` can be broken all the same."""

    links: tuple[LinkName, ...] = ()


class _ChainFile(_Strict):
    link: tuple[LinkSigns, ...]
    symptom: tuple[Symptom, ...]
    settled: tuple[Settled, ...] = ()

    @model_validator(mode="after")
    def _every_link(self) -> Self:
        if tuple(one.name for one in self.link) != tuple(LinkName):
            raise ValueError(f"the links are, in this order: {', '.join(LinkName)}")
        return self


@dataclass(frozen=True, slots=True)
class KnownCause:
    """A cause with the clues for and against it."""

    cause: Cause
    signs: tuple[Sign, ...]
    objections: tuple[Objection, ...]


@dataclass(frozen=True, slots=True)
class Knowledge:
    """All causes by name, and the chain: its links, symptoms of broken ones, and what shows that nothing is asked of CAPF."""

    causes: Mapping[str, KnownCause]
    links: tuple[LinkSigns, ...]
    symptoms: tuple[Symptom, ...]
    settled: tuple[Settled, ...] = ()

    def conditions(self) -> tuple[Condition, ...]:
        """Every condition that anything asks for, each once."""
        clues: list[Clue] = [*self.symptoms, *self.settled]
        for link in self.links:
            clues += link.good
        for known in self.causes.values():
            clues += [*known.signs, *known.objections]
        return tuple(dict.fromkeys(condition for clue in clues for condition in clue.conditions))

    def named(self, name: str) -> Cause:
        """The cause of that name. UsageError names the nearest."""
        if name not in self.causes:
            near = difflib.get_close_matches(name, self.causes, n=1)
            hint = f"Did you mean {near[0]}? " if near else ""
            raise UsageError(f"there is no cause {name!r}", hint=f"{hint}`lscctl diagnose --list-causes` lists them.")
        return self.causes[name].cause


def load(folders: Sequence[Path] = ()) -> Knowledge:
    """The knowledge that comes with lscctl, and the causes in these folders; one of the same name takes a cause's place.

    Raises UsageError, which names the file.
    """
    chain, own = of_lscctl()
    known = list(own)
    for folder in folders:
        known += _of_folder(folder)
    causes = {one.cause.name: one for one in known}
    ordered = sorted(causes.values(), key=lambda one: (one.cause.link.position, one.cause.name))
    return Knowledge({one.cause.name: one for one in ordered}, chain.link, chain.symptom, chain.settled)


@cache
def of_lscctl(*, patterns_tried: bool = False) -> tuple[_ChainFile, tuple[KnownCause, ...]]:
    """What comes with lscctl: values that nobody changes, so they are read once, and only tests ask for `patterns_tried`.

    Raises UsageError as `load` does.
    """
    own, how = files("lscctl.diagnosis"), _Reading(patterns_tried)
    chain = _read(_ChainFile, own.joinpath("chain.toml").read_text("utf-8"), "chain.toml", how)
    return chain, tuple(
        _cause(file.name, file.read_text("utf-8"), file.name, how)
        for file in own.joinpath("causes").iterdir()
        if file.name.endswith(SUFFIX)
    )


def _of_folder(folder: Path) -> list[KnownCause]:
    try:
        found = sorted(file for file in folder.iterdir() if file.suffix == SUFFIX)
        return [_cause(file.name, file.read_text("utf-8"), str(file)) for file in found]
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is no UTF-8"
        raise UsageError(f"--causes {str(folder)!r} cannot be read: {reason}", hint=_DOCUMENTED) from error


_DOCUMENTED: Final = "README describes these files, under Diagnosis."


def _cause(file_name: str, text: str, place: str, how: _Reading = _STRICT) -> KnownCause:
    name = file_name.removesuffix(SUFFIX)
    if not _NAME.fullmatch(name):
        raise UsageError(f"{place}: a cause's name is small letters and digits, joined with dashes")
    read = _read(_CauseFile, text, place, how)
    cause = Cause(
        name=name,
        title=read.title,
        link=read.link,
        applies_to=read.applies_to,
        means=read.means,
        settle=read.settle,
        remedy=tuple(Step(step.do, step.effects) for step in read.remedy),
        cisco=read.cisco,
        bugs=read.bugs,
        sources=read.sources,
    )
    return KnownCause(cause, read.evidence, read.against)


def _read(model: type[_Model], text: str, place: str, how: _Reading) -> _Model:
    try:
        return model.model_validate(tomllib.loads(text), context=how)
    except tomllib.TOMLDecodeError as error:
        raise UsageError(f"{place} is no TOML: {error}", hint=_DOCUMENTED) from error
    except ValidationError as error:
        first = min(
            error.errors(), key=lambda one: one["type"] != "extra_forbidden"
        )  # what is misspelled is missing, too
        line, where = place_of(text, first["loc"])
        message = first["msg"].removeprefix("Value error, ")
        at = "" if line is None else f", line {line}"
        raise UsageError(f"{place}{at}: {where}: {message}", hint=_DOCUMENTED) from error
