"""What somebody asked of the network: name servers, a capture of packets, and what a firewall says that it dropped.

*** dns1.example.com can't find cucm-pub.example.com: Non-existent domain
10:00:01.1 IP 10.20.1.17.50112 > 10.20.0.10.3804: Flags [S], seq 1
%ASA-4-106023: Deny tcp src voice:10.20.1.17/50322 dst dc:10.20.0.10/3804 by access-group "voice_in"
"""

import re
from collections.abc import Iterator, Set
from dataclasses import dataclass, field
from itertools import islice
from typing import Final

from lscctl.diagnosis.reading.captures import Vain, in_vain, packets
from lscctl.diagnosis.reading.numbers import Lines
from lscctl.diagnosis.reading.prompts import only_latest
from lscctl.diagnosis.reading.server_output import CAPF_PORT, Said

_NAME: Final = r"(?P<{}>[A-Za-z][\w.-]{{0,252}})"
_UNKNOWN: Final = re.compile(
    rf"\bcan.?t find {_NAME.format('one')}: (?:non-existent domain|nxdomain|no response|query refused|server failed|servfail)"
    rf"|\bhost {_NAME.format('two')} not found\b|\b(?:unknown host|cannot resolve) {_NAME.format('three')}"
    rf"|\bcould not find host {_NAME.format('four')}"
    rf"|(?<![\w.-])(?!ping6?:){_NAME.format('five')}: (?:name or service not known|unknown host)",
    re.IGNORECASE,
)
_DIG: Final = re.compile(
    r"\bstatus: (?:NXDOMAIN|SERVFAIL|REFUSED)\b[\s\S]{0,600}?^;(?P<name>[A-Za-z][\w.-]{0,252})\s", re.MULTILINE
)
_RESOLVED: Final = re.compile(
    rf"^[>\s]{{0,8}}name:\s{{1,8}}{_NAME.format('one')}\s{{1,8}}address(?:es)?:\s{{1,8}}[\da-f]{{1,4}}[.:]"
    rf"|{_NAME.format('two')} (?:has (?:ipv6 )?address|resolves to(?: ip)?(?: address)?:?) [\da-f]"
    rf"|\bping(?:ing)? {_NAME.format('three')} [(\[][\da-f]{{1,4}}[.:]"
    rf"|^{_NAME.format('four')}\s{{1,12}}\d{{1,8}}\s{{1,4}}in\s{{1,4}}(?:a|aaaa)\s{{1,8}}[\da-f]",
    re.IGNORECASE | re.MULTILINE,
)
_STATUS: Final = re.compile(r"\bstatus: (?:NXDOMAIN|SERVFAIL|REFUSED)\b")
_CAPF: Final = re.compile(rf"\b{CAPF_PORT}\b")
_MOST_PLACES: Final = 200
_BEFORE, _BEHIND = 160, 800
_DROPPED: Final = re.compile(
    r"\b(?:den(?:y|ied)|drop(?:s|ped)?|block(?:s|ed)?|reject(?:s|ed)?|discard(?:s|ed)?)\b", re.IGNORECASE
)
_LET_THROUGH: Final = re.compile(
    r"\b(?:accept(?:s|ed)?|allow(?:s|ed)?|permit(?:s|ted)?|pass(?:es|ed)?|built|forward(?:s|ed)?)\b", re.IGNORECASE
)
_VERDICT: Final = re.compile(
    r"\b(?:action|act|verdict|disposition|decision|result)\W{1,3}(?P<said>[a-z]{3,12})"
    r"|[,;|\t]\"?(?P<cell>allow|permit|accept|deny|drop|block|reject|discard)(?:ed|ted|ped)?\"?(?=[,;|\t])",
    re.IGNORECASE,
)
_NONE_DROPPED: Final = re.compile(
    r"\b\w{0,20}?(?:drop(?:s|ped)?|den(?:y|ied)|block(?:s|ed)?|discard(?:s|ed)?|reject(?:s|ed)?)"
    r"(?:[ _-](?:packets?|pkts|count|bytes))?\s?[=:]\s?\"?0\b"
    r"|\b(?:0|no) (?:packets? |bytes )?(?:were )?(?:dropped|denied|blocked|discarded|rejected)\b"
    r"|\b\d{1,9} packets dropped by (?:kernel|interface)\b"
    r"|\b(?:rule|policy|profile|acl|zone|name|group)\w{0,8}\W{1,3}[\w./-]{1,60}",
    re.IGNORECASE,
)
"""Counters of nothing that was dropped, what a capture could not keep, and how a rule is called."""

_NO_OPENING: Final = re.compile(
    r"-106015:|\bno connection\b|\bflags?\W{1,3}(?!\W{0,3}\[?S)(?:FIN|RST|ACK|PSH|[FRP.]\b)", re.IGNORECASE
)
"""What is dropped of a connection that has ended, as every healthy one leaves it: nothing that would have opened one."""

_ENDS: Final = re.compile(
    r"(?<![\d.])(?P<host>\d{1,3}(?:\.\d{1,3}){3})(?:[/:](?P<port>\d{1,5})|\((?P<port2>\d{1,5})\))?(?![\d.])"
)
_PORT: Final = re.compile(r"\b(?:dst_?port|dpt|dport|service)\W{1,3}(?:tcp[/_-])?(?P<port>\d{1,5})\b", re.IGNORECASE)
_TO_CAPF: Final = rf"\b{CAPF_PORT}\b[^\n]{{0,120}}(?:\n[^\n]{{0,160}}){{0,4}}?"
_ALONE: Final = re.compile(r"(?:[,;|\t]|, )\"?(?P<port>\d{1,5})\"?(?=\s?[,;|\t]|\s*$)")
_OF_POWERSHELL: Final = (
    rf"\b(?:RemotePort\s{{0,12}}: |port ){CAPF_PORT}\b(?:[^\n]{{0,100}}\n){{0,12}}TcpTestSucceeded\s{{0,4}}"
)
_TRIED: Final = {
    "refused": re.compile(rf"{_TO_CAPF}\bconnection refused\b|\b{CAPF_PORT}/tcp\s{{1,8}}closed\b", re.IGNORECASE),
    "silent": re.compile(
        rf"(?:telnet|\bnc\b|ncat|Test-NetConnection|tnc|connect)[^\n]{{0,80}}{_TO_CAPF}"
        r"(?:\b(?:connection|operation) timed out\b|\bno route to host\b)"
        rf"|{_OF_POWERSHELL}: False"
        rf"|\b{CAPF_PORT}/tcp\s{{1,8}}filtered\b",
        re.IGNORECASE,
    ),
    "open": re.compile(
        rf"{_TO_CAPF}(?:\bconnected to\b|\bsucceeded\b|\bCONNECTED\(0)"
        rf"|{_OF_POWERSHELL}: True"
        rf"|\b{CAPF_PORT}/tcp\s{{1,8}}open\b",
        re.IGNORECASE,
    ),
}
_LONGEST: Final = 2**20
_LONGEST_SAID: Final = 120
_SSL_CLIENT: Final = re.compile(r"\bopenssl s_client\b|^CONNECTED\(0", re.MULTILINE)
_VERIFIED: Final = re.compile(r"\bverif(?:y|ication) (?:error|return)|\bself.signed cert", re.IGNORECASE)
_TVS_PORT: Final = "2445"
_FEWEST: Final = 2
"""So many packets that nobody answers tell something."""


@dataclass(slots=True)
class NetworkTools:
    """What one file tells: names that a name server knows or not, how CAPF's port took somebody's try, what firewalls dropped, and
    which addresses asked at CAPF's port in vain while packets were captured; `served` is whether others were answered then."""

    unknown: list[tuple[str, int]] = field(default_factory=list)
    resolved: set[str] = field(default_factory=set)
    capf_port: Said | None = None
    dropped: list[Vain] = field(default_factory=list)
    captured: list[Vain] = field(default_factory=list)
    served: bool = False
    passed: frozenset[int] = frozenset()
    """Lines that are read together, or say what this computer, and no phone, thinks of a certificate."""

    @property
    def topics(self) -> frozenset[str]:
        """Of what it tells: of which names, and of CAPF's port."""
        names = {f"name {name.casefold()}" for name in (*self.resolved, *(name for name, _ in self.unknown))}
        return frozenset(names | ({"port"} if self.capf_port or self.captured or self.served else set()))

    @property
    def lines(self) -> frozenset[int]:
        """The lines that tell it."""
        return self.passed | frozenset([*(line for _, line in self.unknown), *(one.line for one in self.dropped)])

    def __bool__(self) -> bool:
        """Whether it tells anything."""
        told = (self.unknown, self.resolved, self.capf_port, self.dropped, self.captured, self.served, self.passed)
        return any(told)

    def in_vain(self, addresses: Set[str]) -> list[Vain]:
        """The connections of these addresses that did not come about; where none are known all that may be of one phone."""
        if addresses:
            return [one for one in (*self.dropped, *self.captured) if one.source in addresses]
        return [*self.dropped, *(() if self.served else self.captured)]


def read_network_tools(text: str) -> NetworkTools:
    """All that it tells."""
    text = only_latest(text[:_LONGEST])
    found, lines = NetworkTools(), Lines(text)
    found.resolved = {
        next(group for group in one.groups() if group).rstrip(".")
        for one in islice(_RESOLVED.finditer(text), _MOST_PLACES)
    }
    for one in islice(_UNKNOWN.finditer(text), _MOST_PLACES):
        name = next(group for group in one.groups() if group)
        found.unknown.append((name.rstrip("."), lines.number(one.start())))
    for begin, part in _around(_STATUS, text):
        asked = _DIG.search(part)
        if asked is not None:
            found.unknown.append((asked["name"].rstrip("."), lines.number(begin)))
    captured = packets(text)
    found.captured, found.served = in_vain(captured)
    found.passed = frozenset(one.line for one in captured)
    found.capf_port = None if found.captured or found.served else _tried(text, lines)
    if _SSL_CLIENT.search(text):
        found.passed |= {number for number, line in enumerate(text.split("\n"), 1) if _VERIFIED.search(line)}
    found.dropped = _dropped(text)
    return found


def _tried(text: str, lines: Lines) -> Said | None:
    """How the last try to connect to CAPF's port ended, by `telnet`, `nc`, `nmap` or PowerShell."""
    last: tuple[int, Said] | None = None
    for begin, part in _around(_CAPF, text):
        for state, pattern in _TRIED.items():
            for found in pattern.finditer(part):
                end = begin + found.end()
                if last is None or end > last[0]:
                    said = " ".join(found[0].split())[-_LONGEST_SAID:]
                    last = (end, Said(state, said, lines.number(end)))
    return last[1] if last else None


def _around(pattern: re.Pattern[str], text: str) -> Iterator[tuple[int, str]]:
    """What stands around the first places of a pattern, and where each part begins: no text takes long, whatever it repeats."""
    for found in islice(pattern.finditer(text), _MOST_PLACES):
        begin = max(0, found.start() - _BEFORE)
        yield begin, text[begin : found.end() + _BEHIND]


def _dropped(text: str) -> list[Vain]:
    """What was dropped, and was not let through in a later line."""
    found: dict[tuple[str, str, str], list[Vain]] = {}
    for number, line in enumerate(text.split("\n"), 1):
        ends = list(_ENDS.finditer(line)) if CAPF_PORT in line or _TVS_PORT in line else []
        if len(ends) < _FEWEST:
            continue
        named = _PORT.search(line)
        alone = _ALONE.search(line)
        port = named["port"] if named else ends[1]["port"] or ends[1]["port2"] or (alone["port"] if alone else "")
        between = (ends[0]["host"], ends[1]["host"], port)
        if port not in (CAPF_PORT, _TVS_PORT):
            continue
        if _tells_of_a_drop(line):
            found.setdefault(between, []).append(Vain(ends[0]["host"], port, "silent", line.strip(), number))
        elif _LET_THROUGH.search(line):
            found.pop(between, None)
    return [one for of_two in found.values() for one in of_two]


def is_of_a_firewall(line: str) -> bool:
    """Whether a firewall tells in this line what it did with a connection, whichever."""
    return len(_ENDS.findall(line)) >= _FEWEST and bool(_DROPPED.search(line) or _LET_THROUGH.search(line))


def _tells_of_a_drop(line: str) -> bool:
    """Whether a line says that something was not let through: by what was done with it, else by the first word that tells."""
    if _NO_OPENING.search(line):
        return False
    told = _NONE_DROPPED.sub(" ", line)
    verdict = _VERDICT.search(told)
    dropped, let = _DROPPED.search(verdict["said"] or verdict["cell"] if verdict else told), _LET_THROUGH.search(told)
    if verdict is not None:
        return dropped is not None
    return dropped is not None and (let is None or dropped.start() < let.start())
