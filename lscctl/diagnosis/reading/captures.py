"""Captures of packets as text, and what they tell of CAPF's port: whether it takes connections, speaks, and is believed.

10:00:01.1 IP 10.20.1.17.50112 > 10.20.0.10.3804: Flags [S], seq 1, length 0
1 0.000000 10.20.1.17 -> 10.20.0.10 TCP 74 50112 > 3804 [SYN] Seq=0
6 0.031220 10.20.1.17 -> 10.20.0.10 TLSv1.2 73 Alert (Level: Fatal, Description: Unknown CA)
"""

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

from lscctl.diagnosis.reading.server_output import CAPF_PORT

_ARROW: Final = r"\s{0,4}(?:\u2192|-{1,2}>|>)\s{0,4}"
_TCPDUMP: Final = re.compile(
    r"\bIP6? (?P<source>[\w.:-]{2,60})\.(?P<from>\d{1,5}) > (?P<target>[\w.:-]{2,60})\.(?P<to>\d{1,5}): "
    r"(?:tcp )?(?:Flags \[(?P<flags>[SFPRWE.]{1,6})\]|(?P<old>[SFPR.]{1,3}) )(?:[^\n]{0,200}?\blength (?P<length>\d{1,6}))?"
)
_ENDS: Final = rf"(?P<source>[\da-fA-F.:]{{3,45}}){_ARROW}(?P<target>[\da-fA-F.:]{{3,45}})\s{{1,8}}"
_TCP: Final = re.compile(
    _ENDS
    + rf"TCP\s{{1,8}}(?:\d{{1,6}}\s{{1,8}})?(?P<note>\[TCP [^\]\n]{{1,40}}\] ?)?(?P<from>\d{{1,5}}){_ARROW}(?P<to>\d{{1,5}})"
    r" \[(?P<flags>[A-Z, ]{3,40})\](?:[^\n]{0,120}?\bLen=(?P<length>\d{1,6}))?"
)
_RECORD: Final = re.compile(
    _ENDS + r"(?:TLSv?[\d.]{0,4}|SSLv?[\d.]{0,4}|SSL)\s{1,8}(?:\d{1,6}\s{1,8})?(?P<said>[^\n]{3,160})"
)
_ALERT: Final = re.compile(
    r"\bAlert\b[^\n]{0,60}\bFatal\b[^\n]{0,40}\b(?P<why>Unknown CA|Bad Certificate|Certificate Unknown)", re.IGNORECASE
)
_LETTERS: Final = {"SYN": "S", "RST": "R", "FIN": "F", "PSH": "P", "ACK": "."}
_FEWEST: Final = 2
"""So many packets that nobody answers tell something."""


@dataclass(frozen=True, slots=True)
class Vain:
    """What came to nothing at a port: of which address, the outcome, the text, and its line.

    `silent` or `refused` where no connection came about; `no-answer` where it did, and nobody spoke; `unknown-ca` where the phone
    did not believe what it was shown.
    """

    source: str
    port: str
    outcome: str
    text: str
    line: int


class Packet(NamedTuple):
    """One packet to CAPF or from it: which, the other's address, its flags as tcpdump writes them, TLS records, and its line.

    `data` is whether it carries any.
    """

    to_capf: bool
    client: str
    flags: str
    data: bool
    said: str
    line: int


def packets(text: str) -> list[Packet]:
    """The packets of connections to CAPF's port, in their order; a line that tells no ports is of those ends that have one."""
    found: list[Packet] = []
    servers: dict[tuple[str, str], bool] = {}
    for number, line in enumerate(text.split("\n"), 1):
        found += _read(line, number, servers)
    return found


def _read(line: str, number: int, servers: dict[tuple[str, str], bool]) -> Iterator[Packet]:
    tcp = _TCPDUMP.search(line) or _TCP.search(line)
    if tcp is not None:
        if CAPF_PORT not in (tcp["from"], tcp["to"]):
            return
        parts = tcp.groupdict()
        written = parts["flags"] or parts.get("old") or ""
        flags = (
            "".join(_LETTERS.get(one, "") for one in written.split(", "))
            if written.isupper() and len(written) > 2
            else written
        )
        to_capf = tcp["to"] == CAPF_PORT
        servers[tcp["source"], tcp["target"]] = to_capf
        servers[tcp["target"], tcp["source"]] = not to_capf
        kept_alive = "keep-alive" in (parts.get("note") or "").lower()
        data = int(parts["length"] or 0) > 0 or ("P" in flags and parts["length"] is None)
        yield Packet(to_capf, tcp["source" if to_capf else "target"], flags, data and not kept_alive, "", number)
        return
    record = _RECORD.search(line)
    if record is not None and (record["source"], record["target"]) in servers:
        to_capf = servers[record["source"], record["target"]]
        client = record["source" if to_capf else "target"]
        yield Packet(to_capf, client, "P.", True, record["said"].strip(), number)


def in_vain(found: Sequence[Packet]) -> tuple[list[Vain], bool]:
    """Whose tries came to nothing, and whether anybody was served."""
    of_client: dict[str, list[Packet]] = defaultdict(list)
    for one in found:
        of_client[one.client].append(one)
    vain: list[Vain] = []
    served = False
    for client, own in of_client.items():
        outcome, line, text = _unconnected(own) or _stalled(own) or _turned_away(own) or ("", 0, "")
        if outcome:
            vain.append(Vain(client, CAPF_PORT, outcome, text.format(client), line))
        else:
            served = served or not _only_asked(own)
    return vain, served


def _only_asked(own: Sequence[Packet]) -> bool:
    return all(one.to_capf and "S" in one.flags for one in own)


def _unconnected(own: Sequence[Packet]) -> tuple[str, int, str] | None:
    """Where a client asked more than once, and nothing but resets came."""
    asked = [one for one in own if one.to_capf and "S" in one.flags]
    if len(asked) < _FEWEST or any("S" not in one.flags if one.to_capf else "R" not in one.flags for one in own):
        return None
    text = f"{len(asked)} packets from {{}} to port {CAPF_PORT}, no connection"
    return ("silent" if len(asked) == len(own) else "refused"), asked[0].line, text


def _stalled(own: Sequence[Packet]) -> tuple[str, int, str] | None:
    """Where CAPF took a connection, and had not said anything when the phone, which had, gave up."""
    taken = any(not one.to_capf and "S" in one.flags for one in own)
    spoke = any(not one.to_capf and one.data for one in own)
    sent = [one for one in own if one.to_capf and one.data]
    gave_up = [one for one in own if one.to_capf and set(one.flags) & {"F", "R"}]
    if not (taken and sent and gave_up) or spoke or gave_up[-1].line < sent[-1].line:
        return None
    return "no-answer", sent[0].line, f"{{}} connected to port {CAPF_PORT}, and no byte came until it gave up"


def _turned_away(own: Sequence[Packet]) -> tuple[str, int, str] | None:
    """Where the phone does not believe CAPF's certificate: its last alert, if nothing was said after it."""
    for one in reversed(own):
        why = _ALERT.search(one.said)
        if why is not None and one.to_capf:
            return "unknown-ca", one.line, f"{{}} to port {CAPF_PORT}: alert, {why['why']}"
        if one.said or (one.data and not one.to_capf):
            return None
    return None
