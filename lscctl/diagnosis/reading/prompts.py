"""Commands and their outputs in one text: of a command that was given again only the later output counts.

admin:show cert own CAPF
$ nslookup cucm-pub.example.com
C:\\> telnet 10.20.0.10 3804
switch1#show authentication sessions
"""

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Final

_PROMPT: Final = re.compile(
    r"^[>\s]{0,8}(?:admin:|(?:\[?[\w.-]{1,40}@[\w.-]{1,60}[^\n$#]{0,40})?[$#](?=\s)|(?:PS )?[A-Z]:\\[^\n>]{0,80}>"
    r"|[A-Za-z][\w.-]{0,40}[#>])[ \t]{0,4}(?P<command>[A-Za-z][^\n]{1,160})$",
    re.MULTILINE,
)
_ELSEWHERE: Final = re.compile(
    r"^(?:.{0,60}[$#>] {0,2})?(?:ssh |login as|(?:welcome to the platform|command line interface is starting)|[=#-]{2,}[> ]{1,4}\w"
    r"|(?:on |node[ :]|tftp (?:node|server)\b|publisher\b|subscriber\b|pub\b|sub\b|cucm)[^\n]{0,40}:?$)",
    re.IGNORECASE | re.MULTILINE,
)
"""A line from which on another node may be speaking."""

PRIMARY: Final = re.compile(
    r"^[>\s]{0,8}Primary Node\s{0,8}=\s{0,8}(?P<said>true|false)\b[^\n]{0,40}", re.IGNORECASE | re.MULTILINE
)
"""How a node ends its list of services: whether it is the publisher."""


def _other_nodes(text: str, prompts: Sequence[re.Match[str]]) -> Iterator[int]:
    """Where lists of services were asked for on another kind of node than the one before."""
    begins = [one.start() for one in prompts]
    for before, one in pairwise(PRIMARY.finditer(text)):
        at = bisect_left(begins, one.start())
        if before["said"].lower() != one["said"].lower() and at and begins[at - 1] >= before.end():
            yield begins[at - 1]


def of_each_node(text: str) -> Iterator[tuple[int, str]]:
    """The stretches of a text that are of one node each, by their lists of services, with the lines before each."""
    lists = list(PRIMARY.finditer(text))
    asked = {one.start() for one in _PROMPT.finditer(text) if "service" in one["command"].casefold()}
    marks = sorted({one.start() for one in _ELSEWHERE.finditer(text)} | asked)
    begin = line = 0
    for one, following in pairwise(lists):
        at = bisect_left(marks, one.end())
        end = marks[at] if at < len(marks) and marks[at] < following.start() else one.end()
        yield line, text[begin:end]
        line, begin = line + text.count("\n", begin, end), end
    yield line, text[begin:]


def only_latest(text: str) -> str:
    """The text with empty lines where the outputs stood of commands that were given again later, to the same node."""
    prompts = list(_PROMPT.finditer(text))
    if len(prompts) < 2:
        return text
    elsewhere = sorted({one.start() for one in _ELSEWHERE.finditer(text)} | set(_other_nodes(text, prompts)))
    ends = [one.start() for one in prompts[1:]] + [len(text)]
    later: set[tuple[int, str]] = set()
    parts: list[str] = []
    session, end = len(elsewhere), ends[-1]
    for prompt in reversed(prompts):
        while session and elsewhere[session - 1] > prompt.start():
            session -= 1
        asked = session, " ".join(prompt["command"].casefold().split())
        part = text[prompt.start() : end]
        parts.append("\n" * part.count("\n") if asked in later else part)
        later.add(asked)
        end = prompt.start()
    return text[:end] + "".join(reversed(parts))
