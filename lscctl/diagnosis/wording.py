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

_JOINT: Final = re.compile(r"_+|(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z]{2})")


class Searching(Protocol):
    """A pattern that may be somewhere in a text."""

    def search(self, string: str, /) -> re.Match[str] | None:
        """Where it is."""
        ...


@dataclass(frozen=True, slots=True)
class Near:
    """Something said of a subject: `says` at most `within` letters before or behind the first of `about`, in either order.

    All of `about` stand in the line, and nothing of `never`. Names that programs write are read as words: `ITL_NOT_FOUND`,
    `lookupTL`.
    """

    about: tuple[re.Pattern[str], ...]
    says: re.Pattern[str]
    never: re.Pattern[str] | None
    within: int

    def search(self, string: str, /) -> re.Match[str] | None:
        """Where the subject stands of which it is said."""
        text = plain(string)
        if self.never is not None and self.never.search(text):
            return None
        if any(one.search(text) is None for one in self.about):
            return None
        said = [found.span() for found in self.says.finditer(text)]
        for subject in self.about[0].finditer(text):
            begin, end = subject.span()
            if any(first - end <= self.within and begin - last <= self.within for first, last in said):
                return subject
        return None


@lru_cache(maxsize=8)
def plain(text: str) -> str:
    """The text with the names in it taken apart: `KEY_SIZE`, `connectToTvs`, `ITLFile` become several words each."""
    return _JOINT.sub(" ", text)


def expanded(text: str) -> str:
    """The pattern with `%fail%` and its like replaced by what they stand for. ValueError for one that does not exist."""
    vocabulary = _vocabulary()

    def stands_for(found: re.Match[str]) -> str:
        if found[1] not in vocabulary:
            raise ValueError(f"there is no %{found[1]}%: it is one of {', '.join(f'%{name}%' for name in vocabulary)}")
        return f"(?:{expanded(vocabulary[found[1]])})"

    return re.sub(r"%([a-z]+)%", stands_for, text)


@cache
def compiled(text: str) -> re.Pattern[str]:
    """The pattern, for letters in any case. Raises ValueError and `re.error` for one that is none."""
    return re.compile(expanded(text), re.IGNORECASE)


def pattern(text: str) -> str:
    """The pattern as it stands. ValueError says why it is none."""
    try:
        compiled(text)
    except re.error as error:
        raise ValueError(f"is no regular expression: {error}") from None
    return text


@cache
def near(about: tuple[str, ...], says: str, never: str, within: int) -> Near:
    """What is said of a subject, of patterns that were checked."""
    return Near(tuple(map(compiled, about)), compiled(says), compiled(never) if never else None, within)


@cache
def _vocabulary() -> Mapping[str, str]:
    """What phones of all generations say for the same thing, by the name that stands for it in patterns."""
    read = tomllib.loads(files("lscctl.diagnosis").joinpath("vocabulary.toml").read_text("utf-8"))
    return {name: text if isinstance(text, str) else "|".join(text) for name, text in read.items()}
