"""Which phone wrote a line, where it says so itself: phones write of others, too, whose lamps they show and who call them."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

_PHONE: Final = re.compile(rb"SEP[0-9A-F]{12}")
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

    def meet(self, name: str) -> None:
        """A line has this name in it, and does not say whose it is."""
        self.several = self.several or self.met not in ("", name)
        self.met = self.met or name

    def told(self, *, of_many: bool) -> str:
        """The phone's name, '' where nothing says it; in a log of many none is guessed among several."""
        return self.own or ("" if of_many and self.several else self.met)


def names_in(text: bytes) -> Iterator[tuple[int, str, bool]]:
    """The phones that lines name, each with where it begins, and whether a phone calls itself so; none that is another's."""
    if b"SEP" not in text:
        return
    for found in _PHONE.finditer(text):
        at, end = found.span()
        own = text.startswith(_BEHIND, end) or _BEFORE.search(text, max(0, at - 40), at) is not None
        line = text.rfind(b"\n", 0, at) + 1
        near = text[max(line, at - _NEAR) : at], text[end : end + _NEAR].partition(b"\n")[0]
        if not any(_OF_OTHERS.search(one) for one in near):
            yield at, found[0].decode(), own
