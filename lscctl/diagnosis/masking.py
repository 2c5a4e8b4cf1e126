"""Secrets in logs, made unreadable before anything else sees the text."""

import re
from functools import lru_cache
from typing import Final

MASK: Final = "***"

_NAMES: Final = (
    r"auth(?:entication|orization|orisation)?[ _.-]{0,2}str(?:ing)?|auth[ _-]?code|pass[ _-]?(?:word|phrase|code)|passwd|pwd"
    r"|secret|credential|api[ _-]?key|session[ _-]?id|jsessionid(?:sso)?|cookie|token|community|psk|pre[ _-]?shared[ _-]?key|otp"
    r"|\bpin(?:[ _-]?(?:code|number))?"
)
_BETWEEN: Final = r"(?:(?:is|was|entered|typed|received|value|for \S{1,64})\s{1,3}){0,2}(?:[:=>\[({<'\"\\]\s{0,3}){0,4}"
_GIVEN: Final = re.compile(
    rf"(?P<name>(?:{_NAMES})(?![a-z]))(?P<sign>\"?\s{{0,3}}{_BETWEEN})"
    r"(?P<value>(?<=\")[^\"\n]{1,256}(?=\")|(?<=')[^'\n]{1,256}(?=')|[^\s\])}>,;'\"<&|]{1,256})",
    re.IGNORECASE,
)
_DIGITS: Final = re.compile(r"\d{4,10}")
_OF_STRING: Final = re.compile(
    r"auth\w{0,12}[ _.-]{0,2}str|\bpin\b|\b(?:wrong|invalid|bad) string|\bstring (?:is )?(?:wrong|invalid)"
    r"|\bstring\b.{0,40}\btyped|\bstring\s{1,3}\d{4,10}\b",
    re.IGNORECASE,
)
_BARE: Final = re.compile(r"(?!\A\d{1,10}:? [A-Z]{3}\b)(?<![\w.:/#-])\d{4,10}(?![\w/-]|:\S|\.\d)")
_GROUPED: Final = re.compile(
    r"(?P<start>\b(?:str(?:ing)?|code|pin|entered|typed|keyed)\W{1,3})\d{1,4}(?:[ -]\d{1,4}){1,9}(?![\w:.])",
    re.IGNORECASE,
)
_WORD: Final = re.compile(
    r"(?P<start>\b(?:pass[ _-]?(?:word|phrase)|passwd|pwd|secret|community|psk)\s{1,3})"
    r"(?!(?:is|was|has|been|are|not|got)\b)(?:[^\s\d]{0,64}\d\S{3,64}|[^\s\d]\S{2,64}\d\S{0,64}"
    r"|\S{4,64}(?=\s{1,3}(?:rejected|refused|invalid|wrong|accepted)\b))",
    re.IGNORECASE,
)
"""A word behind such a name without a sign: one that has digits, or of which it is told that it was not taken."""

_NO_STRING: Final = re.compile(
    r"\b(?:port|errno|err|error|code|line|len|length|pid|tid|timeout|status|reason|key|size|rsa|bytes)\W{0,3}\Z",
    re.IGNORECASE,
)
_IN_URL: Final = re.compile(r"(?P<start>\b[a-z][a-z0-9+.-]{1,20}://[^\s/:@]{0,64}:)[^\s/@]{1,256}@", re.IGNORECASE)
_HEADER: Final = re.compile(r"(?P<start>\bauthorization\s{0,3}:\s{0,3}(?:\w{1,20}\s{1,3})?)\S{1,4096}", re.IGNORECASE)


@lru_cache(maxsize=4_096)
def masked(text: str) -> str:
    """The text without authentication strings, passwords and the like: `***` stands for each."""
    text = _HEADER.sub(rf"\g<start>{MASK}", text)
    text = _IN_URL.sub(rf"\g<start>{MASK}@", text)
    if _OF_STRING.search(text):
        text = _GROUPED.sub(rf"\g<start>{MASK}", text)
    text = _GIVEN.sub(_without_value, text)
    text = _WORD.sub(rf"\g<start>{MASK}", text)
    return _BARE.sub(_without_digits, text) if _OF_STRING.search(text) else text


def _without_value(found: re.Match[str]) -> str:
    """A name with a sign behind it (`password=x`), or digits that follow an authentication string's name."""
    if not re.search(r"[:=\[({<>'\"]", found["sign"]) and not _DIGITS.fullmatch(found["value"]):
        return found[0]
    return f"{found['name']}{found['sign']}{MASK}"


def _without_digits(found: re.Match[str]) -> str:
    """Digits by themselves, wherever a line that tells of an authentication string has them."""
    return found[0] if _NO_STRING.search(found.string, max(0, found.start() - 12), found.start()) else MASK
