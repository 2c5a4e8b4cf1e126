"""What a file that somebody mailed is, by how its lines begin, else by what they speak of."""

import re
from collections.abc import Sequence
from typing import Final

from lscctl.diagnosis.reading.admin_page import read_admin_page
from lscctl.diagnosis.reading.keyed import program_in
from lscctl.diagnosis.reading.letters import is_own
from lscctl.diagnosis.reading.lines import as_it_stands, text_of
from lscctl.diagnosis.reading.network_tools import is_of_a_firewall, read_network_tools
from lscctl.diagnosis.reading.phone_screen import is_listing, shown_on
from lscctl.diagnosis.reading.phone_tables import read_phones
from lscctl.diagnosis.reading.records import FIELDED, Record, records, starts
from lscctl.diagnosis.reading.saved_page import as_copied
from lscctl.diagnosis.reading.sections import sections
from lscctl.diagnosis.reading.senders import names_a_phone
from lscctl.diagnosis.reading.server_output import is_alert, is_server_output, read_server_output, shows_certificate
from lscctl.finding import Source

BEGINNING: Final = 64 * 1024
"""Bytes by which a file is recognised."""

_LONGEST_NOTE: Final = 16 * 1024
_PAGE: Final = re.compile(
    r"\A\s*<(?:!doctype|\?xml|html|head|[A-Z][A-Za-z]{3,32}[\s>]|[\w-]{1,16}:envelope[\s>])", re.IGNORECASE
)
_LIST: Final = re.compile(
    r"\b(?:ITL|CTL) Record #|\bLength of (?:ITL|CTL) file|\bParse (?:ITL|CTL) File|\b(?:ITL|CTL) File (?:not found|does not exist)"
    r"|\bError parsing the (?:ITL|CTL) File|\bBYTEPOS\s+TAG\s+LENGTH",
    re.IGNORECASE,
)
_TRACE: Final = re.compile(
    r"^[>\s]{0,8}(?:\d{6,10}\.\d{3}\s?\|\s?|\d{4}-\d\d-\d\d[ T])?\d\d:\d\d:\d\d\.\d{3}\s*\|(?![ ]?[\w-]{2,12} ?\| ?[\w-]{2,12} ?\|)"
    r"|^[>\s]{0,8}\d\d/\d\d/\d{4} \d\d:\d\d:\d\d\.\d{3} +\w{1,12}\s*\|"
    r"|^[>\s]{0,8}(?:debug\s{1,8})?\d{1,9}:(?:SEP[0-9A-F]{12}|UNKNOWN):"
    r"|\bcapf\.[A-Za-z]\w{1,24} -|\bCAPF\((?!\d\))\w{1,16}\) |\bccm(?:\[\d{1,7}\])?: \d{1,9}: |\|<CLID::|\bcapf_(?:op|msg)_\w",
    re.IGNORECASE | re.MULTILINE,
)
"""What is in a line that a program on a server wrote: CAPF's own trace, or what its server wrote beside it."""

_OF_A_SERVER: Final = re.compile(
    r"\b(?:SEP[0-9A-F]{12}\b.{0,40}\b(?:csr|enrol\w*|requests?|phone)|csr (?:of|for)|certsrv|ca_\w+|enrollment service|online ca"
    r"|sessions? (?:attempted|accepted|removed)|change ?notif\w*|serviceparam|perfmon|readset|drs"
    r"|rtmt|(?:service|enterprise) parameter|capf\.cfg|select(?=\(\))|trace rotat\w*|socket ?accept ?thread|rb ?tree"
    r"|cache map|SEP[0-9A-F]{12}\b.{0,12}\bop ?= ?\w+|scbs?(?= )|capf-trust \d+ cert\w*)\b",
    re.IGNORECASE,
)
"""What servers write of CAPF, and phones do not."""

_NUMBERED: Final = re.compile(
    r"(?:^|\s)\d{1,9}:?\s{1,4}(?:INF|NOT|WRN|ERR|CRT|DEB)\s{1,4}(?:[A-Z][a-z]{2}\s{1,3}\d{1,2}\s{1,3})?\d\d:\d\d:\d\d"
)
_HEADED: Final = re.compile(
    r"^[>\s]{0,8}(?:<\d{1,3}>"
    r"|(?:INF|NOT|WRN|ERR|CRT|DEB)\s{1,4}\d\d:\d\d:\d\d"
    r"|\d\d-\d\d \d\d:\d\d:\d\d\.\d{3}\s{1,8}(?:\d{1,7}\s{1,8}\d{1,7} [VDIWEFA] |[VDIWEFA]/)"
    r"|\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d[.,\dZ+:-]{0,20}\s"
    r"|\d\d:\d\d:\d\d, \d\d/\d\d/\d{4} : "
    r"|[A-Z][a-z]{2} {1,2}\d{1,2} (?:\d{4} )?\d\d:\d\d:\d\d\S{0,8} \S{1,64} \S"
    rf"|{FIELDED.pattern})"
)
"""How a record begins that a syslog server, an Android phone or a soft phone wrote."""

_A_PHONE: Final = re.compile(r"SEP[0-9A-F]{12}")
_PROCESSES: Final = re.compile(
    r"\b(?:SECUREAPP|SECAPP|SECD|DGETFILE|DOWND|SIPCC|JAVA|JVM|CVM|CFGD|CapfClient|capfc)"
    r"(?:\(\s{0,6}\d+\)|\([A-Z]\)|\[\d+\])?(?:\s?[:-]| (?:dbg|info|note|warn|err)\b|\s{1,8}[VDIWENF]\|)",
    re.IGNORECASE,
)
_OF_A_PHONE: Final = re.compile(
    r"\b(?:headset|handset|hook|soft ?key|back ?light|wallpaper|ring ?(?:tone|list)|dhcp\w*|lldp\w*|cdp\w*|voice vlan|pc port"
    r"|screen saver|key press|speakers?|expansion module|key ?pad|midlet\w*|wi-?fi)\b",
    re.IGNORECASE,
)
"""What only programs on phones write about."""

_ON_A_SCREEN: Final = frozenset(
    [
        "lsc",
        "capf",
        "itl",
        "ctl",
        "tl",
        "tftp",
        "tvs",
        "dns",
        "dhcp",
        "ntp",
        "ipv4",
        "ipv6",
        "cucm",
        "ccm",
        "vpn",
        "cp",
        "model",
        "load",
        "security",
        "trust",
        "registration",
    ]
)
"""What stands before a colon in a status message, and is no program's name."""

_MESSAGE: Final = re.compile(
    r"\btrust list\b|\b(?:itl|ctl)\b|\blsc\b|\bcapf\b|\bcnf\.xml\b|\bvpn not configured|\bdns\b|\btftp\b"
    r"|\[(?:started|stopped)\]|\bsecurity by default\b|\btvs\b|\b(?:un)?regist(?:er\w*|ration)|\bdhcp\b|operation pending"
    r"|(?:upgrade|delete|troubleshoot) (?:success|failed)|\bsecurity mode\b|\bauth\w* str\w*|\bexpressway\b"
    r"|\b(?:host not found|unknown host|updating configuration)\b",
    re.IGNORECASE,
)
_TIMED: Final = re.compile(r"^\W{0,3}(?:\d{1,2}:\d\d|\d{1,4}[/.-]\d{1,2}[/.-]\d{1,4} )")
_SHOWN: Final = re.compile(
    r"^\W{0,3}\d{1,2}:\d\d(?::\d\d)?\s?(?:[ap]m?)?[ ,]{1,3}\d{1,2}[/.-]\d{1,2}[/.-]\d{2,4}[ ,]{1,3}\S.{1,80}$",
    re.IGNORECASE,
)
"""A line of a phone's list of status messages, whatever it says: time, date, a few words."""

_FRACTION: Final = re.compile(r"\d[.,:]\d{3,9}Z?\Z")
"""Parts of a second, which only programs tell."""

_SCREENS: Final = re.compile(
    r"\b(?:wi-?fi|ethernet|802\.1x|ipv[46]|locale|usb|dial ?rules|ring ?list|time ?zone|codec|jitter|rcvr|httpd|back ?light|headset"
    r"|softkeys?|(?:sip|sccp|apps|term)\d{2}\w*|call statistics|mwi|cdp|lldp|handset|wallpaper|ntp)\b",
    re.IGNORECASE,
)
"""What phones say of themselves that is of no use here."""

_OF_CAPF: Final = re.compile(r"\b(?:svc|service)\b\"?[:=]", re.IGNORECASE)

_FEWEST: Final = 2
"""So many different words of phones tell that it is one's."""

_TITLED: Final = re.compile(r"\A\W{0,8}(?:phone )?status messages\b[^\n]{0,60}$", re.IGNORECASE | re.MULTILINE)
_LISTED: Final = re.compile(r"^\d{4}-\d\d-\d\d \d\d:\d\d(?::\d\d)? - ")
_LONGEST_LETTER: Final = 12
"""Lines that somebody writes before a log that is mailed."""

_FIRST_LINES: Final = 50
_WRAPPED: Final = 6
"""Of so many lines one begins a record, at least, however short somebody's mail program made them."""

_ONLY_IN_FILES: Final = frozenset(map(chr, range(1, 9)))


def kind_of(name: str, beginning: bytes) -> Source | None:
    """Which kind of source the file is; None where it is none that anybody can read."""
    if name.lower().endswith(".tlv") or _binary_list(beginning):
        return Source.SHOW_ITL
    text = text_of(beginning)
    if (
        _PAGE.search(text)
        and (copied := as_copied(text)) is not None
        and (_is_of_cucm(copied) or _lists_services(copied))
    ):
        return Source.NODE_OUTPUT
    if _PAGE.search(text) or is_listing(text) or shown_on(text.split("\n")):
        return Source.PHONE_PAGE
    kind = _of_lines(text, len(beginning))
    if kind is Source.CONSOLE_LOG and _of_a_service(as_it_stands(beginning)):
        kind = Source.CAPF_TRACE
    return Source.NODE_OUTPUT if _of_nodes(text, kind) else kind


def _of_nodes(text: str, kind: Source | None) -> bool:
    """Whether a node, a page of CUCM's or the network told it, and no phone and no trace."""
    if kind is Source.SHOW_ITL or _A_PHONE.search(text):
        return kind in (None, Source.STATUS_MESSAGES) and (is_server_output(text) or _is_of_cucm(text.split("\n")))
    if kind in (None, Source.STATUS_MESSAGES):
        return is_server_output(text) or _is_of_cucm(text.split("\n")) or bool(read_network_tools(text))
    lines = [line for line in text.split("\n") if line.strip()]
    return is_alert(text) or shows_certificate(text) or _of_a_firewall(text, lines)


def _lists_services(lines: Sequence[str]) -> bool:
    """Whether a saved page is of services: of those on which an LSC depends, too."""
    return bool(read_server_output("\n".join(lines)).services)


def _is_of_cucm(lines: Sequence[str]) -> bool:
    """Whether somebody copied it of a page of CUCM's, or exported it there."""
    return read_admin_page(lines) is not None or bool(read_phones(lines))


def _of_a_firewall(text: str, lines: Sequence[str]) -> bool:
    """Whether at least half of the lines say what became of connections, and some that matter here were dropped."""
    return 2 * sum(map(is_of_a_firewall, lines)) >= len(lines) and bool(read_network_tools(text).dropped)


def _of_lines(text: str, size: int) -> Source | None:
    if names_a_phone(text):
        return Source.CONSOLE_LOG
    lines = [line for line in text.splitlines()[:_FIRST_LINES] if line.strip()]
    numbered, traced, headed = (_count(sign, lines) for sign in (_NUMBERED, _TRACE, _HEADED))
    if numbered > traced or (_NUMBERED.search(text) and not traced):
        return Source.CONSOLE_LOG
    titled = _TITLED.search(text) is not None
    if not traced and (titled or (_LIST.search(text) and not headed)):
        messages = titled or 2 * _count(_TIMED, lines) >= len(lines)
        return Source.STATUS_MESSAGES if messages else Source.SHOW_ITL
    if traced > headed // 2 or (_TRACE.search(text) and not headed):
        return Source.CAPF_TRACE
    written = _count_written(lines)
    listed = 2 * _count(_LISTED, lines) >= len(lines) > 2 * written
    if (headed and headed * _WRAPPED >= len(lines) and not listed) or 2 * written > len(lines):
        return Source.CAPF_TRACE if _of_a_server(text) else Source.CONSOLE_LOG
    return _by_words(text, lines, size) if _readable(text) else None


def begins_at(beginning: bytes) -> int:
    """The line at which a log begins, from 1: its first record, where somebody wrote some lines before it; else the first line."""
    for number, line in enumerate(text_of(beginning).split("\n")[:_LONGEST_LETTER], 1):
        if starts(line):
            return number
    return 1


def _count(sign: re.Pattern[str], lines: Sequence[str]) -> int:
    return sum(sign.search(line) is not None for line in lines)


def _count_written(lines: Sequence[str]) -> int:
    """How many of the lines a program wrote: they have a time, and name it or a level."""
    return sum(_written(records([line.encode()], 0, 1)[0]) for line in lines)


def _written(record: Record) -> bool:
    name = record.process.lower()
    shown = name in _ON_A_SCREEN and record.text.lower().startswith(f"{name}:")
    return bool(record.at and (record.level or (name and (not shown or _FRACTION.search(record.at)))))


def _by_words(text: str, lines: Sequence[str], size: int) -> Source | None:
    """What a text without heads is likeliest, where it has a word that matters."""
    short = size < _LONGEST_NOTE and 2 * _count(_TIMED, lines) >= len(lines)
    if _PROCESSES.search(text) and not short:
        return Source.CONSOLE_LOG
    if _of_a_server(text) and not (_MESSAGE.search(text) and 2 * sum(map(is_own, lines)) > len(lines)):
        return Source.CAPF_TRACE
    if not _MESSAGE.search(text):
        listed = 2 * _count(_SHOWN, lines) >= len(lines) > 0
        of_a_phone = len({found.lower() for found in _SCREENS.findall(text)}) >= _FEWEST
        return Source.STATUS_MESSAGES if listed or of_a_phone else None
    if size < _LONGEST_NOTE or sections(text.splitlines()):
        return Source.STATUS_MESSAGES
    return Source.CONSOLE_LOG if any(starts(line) for line in lines) else None


def _of_a_service(text: str) -> bool:
    """Whether the lines say that they are of a service, and that it is CAPF."""
    lines = [line for line in text.splitlines()[:_FIRST_LINES] if line.strip()]
    return all(_OF_CAPF.search(line) and program_in(line) == "capf" for line in lines)


def _of_a_server(text: str) -> bool:
    """Whether servers write such lines, and no phone's process is named in any."""
    of_phones = _PROCESSES.search(text) is not None or _OF_A_PHONE.search(text) is not None
    return not of_phones and _OF_A_SERVER.search(text) is not None


def _binary_list(beginning: bytes) -> bool:
    """Tag 1, two bytes long, then tag 2, two bytes long: how a trust list's header begins [field guide 6]."""
    return beginning[:3] == b"\x01\x00\x02" and beginning[5:8] == b"\x02\x00\x02"


def _readable(text: str) -> bool:
    return not any(letter in _ONLY_IN_FILES for letter in text[:512])
