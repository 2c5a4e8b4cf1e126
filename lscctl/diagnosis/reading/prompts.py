"""Commands and their outputs in one text: of a command that was given again only the later output counts.

admin:show cert own CAPF
$ nslookup cucm-pub.example.com
C:\\> telnet 10.20.0.10 3804
switch1#show authentication sessions
"""

import re
from typing import Final

_PROMPT: Final = re.compile(
    r"^[>\s]{0,8}(?:admin:|(?:\[?[\w.-]{1,40}@[\w.-]{1,60}[^\n$#]{0,40})?[$#](?=\s)|(?:PS )?[A-Z]:\\[^\n>]{0,80}>"
    r"|[A-Za-z][\w.-]{0,40}[#>])[ \t]{0,4}(?P<command>[A-Za-z][^\n]{1,160})$",
    re.MULTILINE,
)
_ELSEWHERE: Final = re.compile(
    r"^(?:.{0,60}[$#>] {0,2})?(?:ssh |login as|(?:welcome to the platform|command line interface is starting)|[=#-]{2,}[> ]{1,4}\w"
    r"|(?:on |node |publisher\b|subscriber\b|pub\b|sub\b|cucm)[^\n]{0,40}:?$)",
    re.IGNORECASE | re.MULTILINE,
)
"""A line from which on another node may be speaking."""


def only_latest(text: str) -> str:
    """The text with empty lines where the outputs stood of commands that were given again later, to the same node."""
    prompts = list(_PROMPT.finditer(text))
    if len(prompts) < 2:
        return text
    elsewhere = [one.start() for one in _ELSEWHERE.finditer(text)]
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
