"""What somebody copied of a phone's menus and of its flash: Security configuration, Trust list, a listing of its files.

LSC : Not installed
CTL file      : Not installed
ITL file      : d3 19 70 0a ... (SHA1)
  TFTP server : cucm-tftp1.example.com
  CAPF server : (none)
-rw-r--r--  secd  4096  mic.pem
"""

import re
from collections.abc import Sequence
from typing import Final, NamedTuple

from lscctl.diagnosis.reading.labels import label_alone, value_below
from lscctl.diagnosis.sightings import Line, Sightings
from lscctl.finding import Place

_LABELLED: Final = re.compile(
    r"^[>\s\-*]{0,12}(?P<label>[A-Za-z0-9][\w .()/-]{1,40}?)(?:\s{0,24}[:=]|[ ]{2,24}|\t|\s?\.{3,60})\s{0,8}"
    r"(?P<value>[^\n]{0,120}?)\s*$"
)
_LONGEST: Final = 300
"""Letters of a line of a menu."""

_TIMED: Final = re.compile(r"^\W{0,3}\d{1,2}:\d\d")
_LISTS: Final = re.compile(r"(?P<list>itl|ctl)(?: file| signature)?")
_SERVER: Final = re.compile(
    r"(?P<role>capf|tftp|tvs|trust verification service|call ?manager|cucm|unified cm|sast|ccm|ca(?= server))(?: ?/ ?ca| ca)?"
    r"(?: (?:server|service|role|entry|token))?(?: ?\d)?(?: ?\+ ?\w{2,6})?"
)
_STATES: Final = frozenset(
    {"lsc", "mic", "security mode", "device security mode", "802.1x", "lsc certificate", "mic certificate"}
)
_OF_STATE: Final = re.compile(r"lsc|mic|itl|ctl")
_STATE: Final = re.compile(
    r"\W{0,2}(?:(?:not )?(?:installed|present|available|found)|installed.{0,80}|none|no|yes|n/?a|empty|valid.{0,80}|expire.{0,80}"
    r"|(?:[0-9A-F]{2}[ :]?){4}.{0,100}|\S{0,20}CN ?=.{0,100}|-*)\W{0,2}$",
    re.IGNORECASE,
)
_NONE: Final = re.compile(
    r"\W{0,2}(?:not installed|none|no|n/?a|empty|missing|not (?:present|available|found)|-+|0)?\W{0,2}", re.IGNORECASE
)
_NAMED: Final = re.compile(r"\W{0,2}[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}\W{0,2}|\w{2,40}[-\d][\w-]{0,40}")
"""A server's name or address."""

_FEWEST: Final = 2
"""So many different labels of these menus make a screen."""

_LISTING: Final = re.compile(
    r"^[>\s]{0,8}-[rwxsStT-]{9}\S?\s[^\n]{0,120}?(?P<name>[\w.@-]{3,60})[ \t]{0,8}$", re.MULTILINE
)
_OF_SECURITY: Final = re.compile(r"(?:mic|lsc)[\w-]{0,24}\.(?:pem|key|der|crt|cer|tlv|p12)", re.IGNORECASE)
_ITL: Final = re.compile(r"itl\S{0,24}\.tlv", re.IGNORECASE)


class Shown(NamedTuple):
    """One line of a menu: its label in small letters, its value, its line, and whether there is nothing."""

    label: str
    value: str
    line: int

    @property
    def none(self) -> bool:
        """Whether it says that there is none."""
        return _NONE.fullmatch(self.value) is not None


def shown_on(lines: Sequence[str]) -> list[Shown]:
    """The labels with values of menus about security, none where it is no such screen."""
    shown: list[Shown] = []
    below = 0
    for number, line in enumerate(lines, 1):
        label = label_alone(line)
        if number == below:
            continue
        if _is_known(label) and (below := value_below(lines, number, _is_known)) and _is_value(lines[below - 1]):
            shown.append(Shown(label, lines[below - 1].strip("> \t"), below))
            continue
        below = 0
        found = _LABELLED.match(line) if len(line) <= _LONGEST and not _TIMED.match(line) else None
        if found is not None:
            label = " ".join(found["label"].lower().split())
            if _OF_STATE.fullmatch(label) and not _STATE.match(found["value"]):
                return []  # a message: `LSC: Connection failed`
            shown.append(Shown(label, found["value"], number))
        elif line.strip() and ":" not in line and len(line.split()) > _LONGEST_TITLE:
            return []  # somebody's sentence, or what a program wrote
    known = {one.label for one in shown if _is_known(one.label)}
    return _latest(shown) if len(known) >= _FEWEST else []


def _is_known(label: str) -> bool:
    return label in _STATES or _LISTS.fullmatch(label) is not None or _SERVER.fullmatch(label) is not None


def _is_value(line: str) -> bool:
    said = line.strip("> \t")
    return _STATE.match(said) is not None or _NAMED.fullmatch(said) is not None


def _latest(shown: Sequence[Shown]) -> list[Shown]:
    """Without what a later line of the same screens says anew."""
    last = {one.label: one.line for one in shown}
    anew = [one for one in shown if not (one.label in _STATES or _LISTS.fullmatch(one.label))]
    return sorted([*anew, *(one for one in shown if one not in anew and last[one.label] == one.line)], key=_by_line)


def _by_line(shown: Shown) -> int:
    return shown.line


_LONGEST_TITLE: Final = 6
"""Words of a title."""


def tell_shown(shown: Sequence[Shown], place: Place, sightings: Sightings) -> frozenset[str]:
    """Show each line, and the facts that menus state: whether there is an LSC, an ITL, and CAPF among the list's servers.

    Returns of what it tells.
    """
    for one in shown:
        where = Place(place.source, place.file, one.line)
        sightings.line(Line(where, f"{one.label}: {one.value}"))
        if one.label in ("lsc", "lsc certificate"):
            sightings.fact("lsc", "none" if one.none else "unknown", where)
    return tell_lists(shown, place, sightings)


_OF_LSC: Final = ("lsc", "lsc certificate", "locally significant certificate")


def tell_lists(shown: Sequence[Shown], place: Place, sightings: Sightings) -> frozenset[str]:
    """What the phone's own menus, or pages, say of its trust lists. Returns of what they tell, the LSC among it."""
    for one in shown:
        listed = _LISTS.fullmatch(one.label)
        if listed is not None and listed["list"] == "itl" and one.none and one.value:
            where = Place(place.source, place.file, one.line)
            sightings.fact("itl-on-phone", "not-installed", where, text=f"{one.label}: {one.value}")
    _tell_servers(shown, place, sightings)
    topics = {found[0] for one in shown if (found := _LISTS.match(one.label))}
    topics |= {"lsc" for one in shown if one.label in _OF_LSC}
    if topics & {"itl", "ctl"} and any(_SERVER.fullmatch(one.label) for one in shown):
        topics.add("servers of the list")
    return frozenset(topics)


def _tell_servers(shown: Sequence[Shown], place: Place, sightings: Sightings) -> None:
    """A phone's list without CAPF: other servers are on the screen, and none of CAPF."""
    lists = [at for at, one in enumerate(shown) if _LISTS.fullmatch(one.label)]
    if not lists:  # a page of the network's settings names servers, too
        return
    if any(_SERVER.fullmatch(one.label) for one in shown[lists[-1] :]):
        shown = shown[lists[-1] :]
    roles = {
        "capf" if found["role"] == "ca" else found["role"]: one
        for one in shown
        if (found := _SERVER.fullmatch(one.label)) is not None
    }
    others = [one for role, one in roles.items() if role != "capf" and not one.none]
    capf = roles.get("capf")
    tells = [one for role, one in roles.items() if role.startswith(("tftp", "tvs", "trust")) and not one.none]
    if capf is not None and not capf.none:
        return
    if len(tells) >= _FEWEST or (capf is not None and others):
        line = capf.line if capf is not None else tells[0].line
        text = f"{capf.label}: {capf.value or 'none'}" if capf else "the phone's list names no CAPF server"
        sightings.fact("itl-capf", "missing", Place(place.source, place.file, line), text=text)


def is_listing(text: str) -> bool:
    """Whether it lists the files of a phone's flash: a node has neither MIC nor LSC."""
    listed = _LISTING.search(text) is not None and _FOLDER_OF_LISTS.search(text) is not None
    return listed or any(_OF_SECURITY.fullmatch(one["name"]) for one in _LISTING.finditer(text))


def tell_listing(text: str, place: Place, sightings: Sightings) -> frozenset[str]:
    """Whether a phone's flash holds an ITL, and an LSC, where the folders of these are listed. Returns of what it tells."""
    names = [one["name"].lower() for one in _LISTING.finditer(text)]
    topics = set()
    if any(_LIST.fullmatch(name) for name in names) or _FOLDER_OF_LISTS.search(f"{place.file}\n{text}"):
        topics.add("itl")
        if not any(_ITL.fullmatch(name) for name in names):
            sightings.fact("itl-on-phone", "not-installed", place, text=f"no ITL among {', '.join(names[:4])}")
    if any(_OF_SECURITY.fullmatch(name) for name in names):
        topics.add("lsc")
        if not any(name.startswith("lsc") for name in names):
            sightings.fact("lsc", "none", place, text=f"no LSC among {', '.join(names[:4])}")
    return frozenset(topics)


_LIST: Final = re.compile(r"(?:itl|ctl)\S{0,24}\.tlv", re.IGNORECASE)
_FOLDER_OF_LISTS: Final = re.compile(r"[/\\]tl(?:[/:]|\s*$)|^\W{0,4}tl:\s*$", re.IGNORECASE | re.MULTILINE)
"""A folder of trust lists that is listed itself; as an entry of another (`drwx... tl`) it is not."""


def lsc_issuer(shown: Sequence[Shown]) -> str:
    """The name of the issuer of the phone's LSC, '' where a menu does not tell it."""
    of_lsc = False
    for one in shown:
        if one.label in _STATES:
            of_lsc = one.label.startswith("lsc") and not one.none
        elif of_lsc and one.label.startswith("issuer"):
            found = _CN.search(one.value)
            return found["name"] if found else ""
    return ""


_CN: Final = re.compile(r"\bCN ?= ?(?P<name>[^\s,;/]{1,80})", re.IGNORECASE)
