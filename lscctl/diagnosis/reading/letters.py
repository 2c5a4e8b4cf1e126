"""What somebody wrote in a mail: of his own sentences only what he states, no questions, no lists of what may be wrong."""

import re
from collections.abc import Sequence
from typing import Final

_WORDS: Final = re.compile(
    r"\b(?:the|an?|is|are|was|were|it|its|we|i|you|they|he|she|this|that|these|those|our|my|your|their|has|have|had|been|be|do|does|did"
    r"|and|but|or|as|so|there|here|since|which|who|all|any|can|please|hello|hi)\b",
    re.IGNORECASE,
)
_SOMEBODY: Final = re.compile(
    r"\b(?:we|i|you|they|he|she|our|my|your|please|hello|hi|dear|thanks|regards|by hand|manually)\b", re.IGNORECASE
)
_OTHER_TONGUES: Final = re.compile(
    r"\b(?:der|das|den|dem|ist|sind|nicht|und|oder|aber|auch|wir|ich|sie|eine?|einen|mit|von|auf|bei|noch|schon|hat|haben|wird|wurde"
    r"|keine?|le|les|des|est|sont|pas|et|mais|nous|je|vous|une|avec|pour|sur|que|qui|dans|el|los|las|est[a\u00e1]|pero|por|para|una"
    r"|n[a\u00e3]o|mas|ele|ela|uma|foi|il|gli|non|che|sono|het|een|niet|maar|wij|ik|met|op|voor|dat)\b",
    re.IGNORECASE,
)
"""Words that bind others in German, French, Spanish, Portuguese, Italian and Dutch: what is said around them nobody reads here."""

STATUS: Final = (
    r"\b(?:(?:Upgrade|Delete|Troubleshoot) (?:Success|Failed(?:\s?: ?[A-Za-z][\w /]{3,60})?)|Operation Pending)\b"
)
"""CUCM's words for how an operation stands, as people copy them."""

_OF_NAMES: Final = re.compile(r"\S+[@.]\S+")
_CITED: Final = re.compile(
    r"[\"\u201c\u201d\u201e\u00ab](?P<quoted>[^\"\u201c\u201d\u201e\u00ab\u00bb]{3,200})[\"\u201c\u201d\u00bb]"
    r"|(?<=: )(?P<told>(?:LSC|CAPF|ITL|CTL|TFTP|DNS|TVS)\b.{3,200})"
    rf"|(?P<status>{STATUS}|\bSEP[0-9A-F]{{12}}\b)"
)
"""What somebody cites in whatever tongue: what he quotes, what a message begins with, and CUCM's own words."""

_FEWEST_OF_A_TONGUE: Final = 3
_FEWEST_WORDS: Final = 4
"""So many words that bind others are in a line that somebody wrote himself, less where he speaks of somebody."""

_FEWEST_OF_SOMEBODY: Final = 2
_LONGEST: Final = 4_000
_PROGRAM: Final = re.compile(
    r"^[>\s]{0,8}(?:\d{1,4}[:./-]\d{1,2}|[A-Z][a-z]{2} {1,2}\d{1,2} |\d{3,9}[: ] ?(?:INF|NOT|WRN|ERR|DEB))"
)
_SENTENCE: Final = re.compile(r"(?<=[.?!;])[\s)\"']{1,4}(?=\S)")
_QUOTED: Final = re.compile(r"^\s{0,4}(?:>|[-*+\u2022] |\d{1,2}[.)] )")
_SUPPOSED: Final = re.compile(
    r"\?(?=\s|$|[)\"'])|\b(?:if|whether|in case|unless|otherwise|(?:would|could|should)(?! ?no?t\b|n.t)|might"
    r"|maybe|perhaps|possibly|may (?:be|have)|either(?=[^\n]{1,120}\bor\b)|make sure"
    r"|think|guess|suspect|believe|suppose|wonder|not sure|no idea"
    r"|by hand|manually|(?:it|this|that)(?: is|.s| was) not|(?:is|was)n.t the"
    r"|(?:please )?(?:check|verify|look|see) (?:that|if|whether|for|the|in))\b",
    re.IGNORECASE,
)
_OF_OTHERS: Final = re.compile(
    r"\b(?:others|elsewhere|neighbou?r\w*|colleague\w*|(?:other|another)(?: \w{2,12}){0,2} "
    r"(?:ones?|phones?|devices?|handsets?|desks?|buildings?|sites?|rooms?|users?|offices?|clusters?|models?|places?|persons?|people))\b",
    re.IGNORECASE,
)
_CLAUSE: Final = re.compile(r"(?<=,)\s|(?<=;)\s|\s(?=(?:but|while|whereas)\s)", re.IGNORECASE)


def is_own(line: str) -> bool:
    """Whether somebody wrote the line himself: words that bind others, as no program and no phone's screen writes them."""
    if _asks_in_list(line):
        return True
    if len(line) > _LONGEST or _PROGRAM.match(line):
        return False
    if _in_another_tongue(line):
        return True
    binding = len(_WORDS.findall(line))
    return binding >= _FEWEST_WORDS or (binding >= _FEWEST_OF_SOMEBODY and _SOMEBODY.search(line) is not None)


def stated(line: str) -> str:
    """What such a line states of the phone: no questions, nothing that is supposed or said of others.

    Nothing where it is quoted or an item of a list, and asks or supposes; where it is in a tongue that is not read
    only what is cited in it, a line each.
    """
    if _asks_in_list(line):
        return ""
    if _in_another_tongue(line):
        return "\n".join(next(filter(None, found.groups())) for found in _CITED.finditer(line))
    return " ".join(_of_this(one) for one in _SENTENCE.split(line) if not _SUPPOSED.search(one))


def _in_another_tongue(line: str) -> bool:
    words = _OF_NAMES.sub(" ", line)
    others = {found.lower() for found in _OTHER_TONGUES.findall(words)}
    return len(others) >= _FEWEST_OF_A_TONGUE and len(others) > len(_WORDS.findall(words))


def _of_this(sentence: str) -> str:
    """A sentence without what it says of others."""
    if not _OF_OTHERS.search(sentence):
        return sentence
    return " ".join(one for one in _CLAUSE.split(sentence) if not _OF_OTHERS.search(one))


def _asks_in_list(line: str) -> bool:
    return _QUOTED.match(line) is not None and _SUPPOSED.search(line) is not None


def unheard(lines: Sequence[str]) -> frozenset[int]:
    """The lines, from 1, of lists of what may be wrong, which somebody copied: from a line that announces one to the next gap."""
    found: set[int] = set()
    announced = False
    for number, line in enumerate(lines, 1):
        if _ANNOUNCES.search(line) and not _COPIED.search(line):
            announced = True
        elif announced and _ITEM.match(line):
            found.add(number)
        elif announced:
            announced = not line.strip() and number - 1 not in found
    return frozenset(found)


_ANNOUNCES: Final = re.compile(
    r"\b(?:causes?|reasons?|check(?:list|s)?|steps?|things?|possib\w+|hints?|faq|documentation|article|guide|manual|cisco|vendor"
    r"|according|says|lists?|symptoms?|troubleshoot\w*)\b[^\n]{0,120}:\s*$",
    re.IGNORECASE,
)
_COPIED: Final = re.compile(
    r"^(?!.*\b(?:possib\w+|may|might|could|typical\w*|known|usual\w*|guide|article|documentation|manual|faq|cisco|vendor|check\w*)\b)"
    r".*\b(?:SEP[0-9A-F]{12}|(?:phone|handset|screen|display|page|log|trace|ccmadmin|cucm|it)(?:.s)?\b.{0,40}?"
    r"\b(?:says?|said|shows?|shown|showed|displays?|reads?|prints?|lists?|tells?|messages?)|"
    r"(?:messages?|status|symptoms?|seen|shown|says?|list)\b.{0,24}\b(?:of|on|at|in|from) (?:the|this|my|our|its?|that)? ?"
    r"(?:phone|handset|screen"
    r"|display|page|log|trace)|this phone|copied)\b",
    re.IGNORECASE,
)
"""A heading above what somebody copied of the phone itself."""

_ITEM: Final = re.compile(r"^[>\s]{0,8}(?:[-*+\u2022\u00b7o]|\(?\d{1,2}[.)]|[a-z][.)])\s")
