"""Which phone wrote a line, where it says so itself: phones write of others, too, whose lamps they show and who call them."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

PHONE: Final = re.compile(rb"SEP[0-9A-F]{12}")
_BEFORE: Final = re.compile(
    rb"(?:(?i:\b(?:device|host|phone)[ _-]?(?:name|id)(?:\.ccm\.cisco\.com)?)\W{1,5}|CTL|ITL|\bCP-\w{4,9}-)\Z"
)
_BEHIND: Final = (b".cnf", b".tlv")
_OF_OTHERS: Final = re.compile(
    rb"(?i)\b(?:blf|presence|subscri\w*|notif\w*|director\w*|speed ?dial\w*|call\w*|remote|peer|neighbou?rs?|cdp|lldp|contacts?"
    rb"|buddy|idle|busy|ringing|transfer\w*|conferenc\w*|park\w*|pick ?up|intercom|shared? line)\b"
)
_NEAR: Final = 60


@dataclass(slots=True)
class Names:
    """What a phone is called by its own lines. `own` is what it calls itself, `met` a name that may be its own, `several` whether
    there are several of those."""

    own: str = ""
    met: str = ""
    several: bool = False

    def meet(self, name: str, own: bool | None) -> None:
        """A line has this name in it: its `own`, or, where it is None, another's, else nobody knows whose."""
        if own is None:
            return
        self.several = self.several or self.met not in ("", name)
        self.met = self.met or name
        self.own = self.own or (name if own else "")

    def told(self, *, of_many: bool) -> str:
        """The phone's name, '' where nothing says it; in a log of many none is guessed among several."""
        return self.own or ("" if of_many and self.several else self.met)


def names_in(text: bytes) -> Iterator[re.Match[bytes]]:
    """The names of phones in a text, whosever they are."""
    return PHONE.finditer(text) if b"SEP" in text else iter(())


def is_own(text: bytes, name: re.Match[bytes]) -> bool | None:
    """Whether a phone calls itself so that writes the name; None where it writes of another."""
    at, end = name.span()
    begin = max(text.rfind(b"\n", max(0, at - _NEAR), at) + 1, at - _NEAR, 0)
    behind = text[end : end + _NEAR].partition(b"\n")[0]
    if _OF_OTHERS.search(text, begin, at) or _OF_OTHERS.search(behind):
        return None
    return behind.startswith(_BEHIND) or _BEFORE.search(text, begin, at) is not None
