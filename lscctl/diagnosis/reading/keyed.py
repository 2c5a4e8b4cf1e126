"""Records whose parts have names, as log servers keep them: what each says, who wrote it and when, as a line of a syslog server.

{"@timestamp": "2021-04-19T05:37:36Z", "host": "SEP001122334455", "program": "secd", "message": "ITL unchanged"}
time="09/Jan/2024 17:41:40" dev=SEP001122334455 app=secd sev=6 msg="ITL unchanged"
2021-04-19T05:37:36Z {host="SEP001122334455", job="phones"} secd: ITL unchanged

Parts may stand in others (`kubernetes.labels.device`); of each name only letters and digits count (`_HOSTNAME`, `host-name`).
"""

import json
import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from functools import lru_cache
from itertools import islice
from typing import Any, Final

_PAIR: Final = re.compile(
    r"[\s,]*(?P<key>@?[A-Za-z_][\w.-]{0,47})=(?:\"(?P<quoted>(?:[^\"\\]|\\.)*+)\"|(?P<bare>[^\s\"]*+))(?=[\s,]|\Z)"
)
_LABELLED: Final = re.compile(
    r"(?P<time>\d{4}-\d\d-\d\d[T ]\S{8,32})\s+(?:\{(?P<labels>(?:[^\"{}]|\"(?:[^\"\\]|\\.)*+\")*+)\}\s+(?P<line>\S.*)"
    r"|[\w.*-]{1,64}:?\s+(?P<object>\{\".*\}))\s*",
    re.DOTALL,
)
"""As servers of logs print them for people: the time, labels in braces and the line; or the time, a tag and an object."""


def _words(words: str) -> tuple[str, ...]:
    return tuple(words.split())


_PROGRAMS: Final = _words(
    "program prog app appname application process processname proc programname module mod component comp tag ident"
    " syslogidentifier src svc service logger"
)
_SERVICES: Final = _words("svc service")
_MESSAGES: Final = _words(
    "message msg m shortmessage text txt log raw line event syslogmessage textpayload fullmessage body content"
)
_TIMES: Final = _words(
    "timestamp time ts t at when isodate date datetime realtimetimestamp sourcerealtimetimestamp eventtime timereported"
    " timegenerated receivedat"
)
_PHONES: Final = _words(
    "device devicename dev devname phone phonename deviceid phoneid endpoint endpointname mac macaddress devicemac phonemac"
)
_HOSTS: Final = _words("host hostname loghost computer logsource")
_ORIGINS: Final = _words(
    "source logsourceaddress logsourceip sourceaddress sourceip srcip ip ipaddress deviceip phoneip clientip fromhostip hostip"
    " address gl2remoteip remoteip addr src"
)
_COLLECTORS: Final = frozenset(_words("agent beat observer collector kubernetes ecs input cloud container"))
"""What names of parts have in them that tell of the program which took the record in, or of where that runs."""

_MOST_TOGETHER: Final = 3
"""So many names of parts in one another are looked at together."""

_OF_OTHERS: Final = re.compile(
    r"peer|neighbo|dst|dest|target|remote|call|user|owner|to\Z|server|parent|upstream|contact|watch|query|search"
)
"""In the names of parts that tell with whom a phone speaks."""

_SEP: Final = re.compile(r"(?i:SEP[0-9A-F]{12})(?![0-9A-Za-z])")
_MAC: Final = re.compile(r"[0-9A-F]{2}(?:[:.-]?[0-9A-F]{2}){5}", re.IGNORECASE)
_ADDRESS: Final = re.compile(
    r"(?P<v4>\d{1,3}(?:\.\d{1,3}){3})(?::\d{1,5})?|\[?(?P<v6>(?=[0-9a-f]*:[0-9a-f]*:)[0-9a-f:.]{3,45})\]?",
    re.IGNORECASE,
)
_PROGRAM: Final = re.compile(r"[\w./-]{1,32}")
_NAME: Final = re.compile(r"(?=[\w.-]*[A-Za-z])[A-Za-z0-9][\w.-]{0,63}")
_NO_LETTER: Final = re.compile(r"[^a-z0-9]")
_EPOCH: Final = re.compile(r"\d{9,10}(?:\.\d{1,9})?")
_IN_PARTS: Final = re.compile(r"\d{12,19}")
_SECONDS: Final = 10
"""So many digits have seconds since 1970, and those of parts of a second more."""

_STAMP: Final = re.compile(
    r"(?P<day>\d{4}-\d\d-\d\d)[T ](?P<clock>\d\d:\d\d:\d\d(?:[.,]\d{1,9})?) ?(?P<zone>Z|[+-]\d\d:?\d\d)?\b"
    r"|(?P<month>[A-Z][a-z]{2}) {1,2}(?P<date>\d{1,2}),?(?: (?P<year>\d{4}))?,?(?: @)?"
    r" (?P<clock2>\d{1,2}:\d\d:\d\d(?:[.,]\d{1,9})?)"
    r"|(?P<date3>\d\d)/(?P<month3>[A-Z][a-z]{2})/(?P<year3>\d{4})[: ](?P<clock3>\d\d:\d\d:\d\d\S*)"
)
_CLOCK: Final = re.compile(r"\d\d:\d\d:\d\d")
_HEADED: Final = re.compile(
    r"(?:<\d{1,3}>(?:\d{1,2} )?)?(?:\w{3} {1,2}\d{1,2} (?:\d{4} )?|\d{4}-\d\d-\d\d[T ])\d\d:\d\d:\d\d\S{0,16}:? {1,3}"
    r"(?:(?i:SEP[0-9A-F]{12})|\d{1,3}(?:\.\d{1,3}){3})\b"
)
"""How a message begins that is a whole line of a syslog server, with whom it is from."""

_OWN_HEAD: Final = re.compile(
    r"(?:<\d{1,3}>)?(?:\d{1,9}:? {1,4})?[A-Z]{3} {1,4}(?:\w{3} {1,3}\d{1,2} )?\d\d:\d\d:\d\d|<\d{1,3}>"
)
"""How a phone's own record begins."""

_FACILITY: Final = "user.notice"
"""Stands behind the sender, so that nobody takes the program for a part of its name."""

_UNFIT: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]|\ufeff|[\ud800-\udfff]")
_SPACE: Final = re.compile(r"\s*[\n\r]+\s*")
_MOST_PARTS: Final = 200
_MOST_PAIRS: Final = 60
_DEEPEST: Final = 12
_MOST_RECORDS: Final = 100_000
_WITHIN: Final = 2
"""So many records may be each the message of another."""

Parts = Mapping[str, str]


def plainly(parts: Parts) -> str:
    """What a record's parts tell as `TIME SENDER PROGRAM: MESSAGE`, '' where they tell no message, or neither time nor sender."""
    parts = _unpacked(parts)
    known = _known(parts)
    message = _first(known, _MESSAGES)
    if not message:
        return ""
    time = _time(known)
    sender, subject = _sender(parts, known)
    if not time and not sender:
        return ""
    if _HEADED.match(message) and not _SEP.fullmatch(sender):
        return message
    program = _program(known)
    if subject:
        message = f"[{subject}] {message}"
    headed = _OWN_HEAD.match(message)
    if program and not headed:
        message = f"{program}: {message}"
    if not sender:
        return f"{time} {message}"
    if not headed:
        message = f"{_FACILITY} {message}"
    dated = time and not _CLOCK.match(time)
    return f"{time} {sender} {message}" if dated else f"<13>{time}{' ' if time else ''}{sender} {message}"


def program_in(line: str) -> str:
    """The program that wrote the line, in small letters, '' where no part of it has a name that tells it."""
    return _program(_known(parts_of(line.lstrip("> \t")))).lower()


def _program(known: Parts) -> str:
    named = (one for one in _all(known, _PROGRAMS) if _PROGRAM.fullmatch(one) and not _ADDRESS.fullmatch(one))
    return next(named, "")


def parts_of(line: str) -> Parts:
    """The named parts of a line that is one record, none where it is none."""
    if line.startswith("{"):
        try:
            read = json.loads(line)
        except (ValueError, RecursionError):
            return {}
        return next(records_in(read), {}) if isinstance(read, dict) else {}
    labelled = _LABELLED.fullmatch(line)
    if labelled is not None and labelled["object"]:
        return {"time": labelled["time"], **parts_of(labelled["object"])}
    if labelled is not None:
        return {**_pairs(labelled["labels"]), "time": labelled["time"], "message": labelled["line"]}
    return _pairs(line)


def _pairs(line: str) -> Parts:
    found: dict[str, str] = {}
    at = 0
    while len(found) < _MOST_PAIRS and (pair := _PAIR.match(line, at)) is not None:
        value = pair["quoted"].replace('\\"', '"') if pair["quoted"] is not None else pair["bare"].rstrip(",")
        found.setdefault(_named(pair["key"]), _fit(value))
        at = pair.end()
    return found if at and not line[at:].strip() else {}


def records_in(value: Any) -> Iterator[Parts]:
    """The records in what was read of JSON, each with what is told once for all that it stands in, or with no message at all."""
    yield from islice(_within(value, {}, 0), _MOST_RECORDS)


def _within(value: Any, told: Parts, depth: int) -> Iterator[Parts]:
    if depth > _DEEPEST:
        return
    if isinstance(value, dict):
        parts: dict[str, str] = {}
        inner: list[tuple[Any, Parts]] = []
        _flatten(value, "", parts, inner, 0)
        together = {**told, **parts}
        if _first(_known(parts), _MESSAGES) or not inner:
            yield together
            return
        for one, about in inner:
            yield from _within(one, {**together, **about}, depth + 1)
    elif isinstance(value, list):
        for one in value:
            if _is_timed(one):
                yield {**told, "timestamp": str(one[0]), "message": _fit(one[1])}
            elif isinstance(one, dict | list):
                yield from _within(one, told, depth + 1)


def _is_timed(value: Any) -> bool:
    """Whether it is a time and a line, as Loki lists them."""
    return (
        isinstance(value, list)
        and 2 <= len(value) <= 3
        and isinstance(value[0], str)
        and isinstance(value[1], str)
        and _IN_PARTS.fullmatch(value[0]) is not None
    )


def _flatten(
    value: Mapping[str, Any], before: str, parts: dict[str, str], inner: list[tuple[Any, Parts]], depth: int
) -> None:
    """The parts of an object and of those in it; lists of more than a word each, and what is called after a phone, are `inner`."""
    for name, one in value.items():
        key = f"{before}.{_named(name)}" if before else _named(name)
        about = {"device": name} if _SEP.fullmatch(name) else {}
        if isinstance(one, list) and len(one) == 1 and not isinstance(one[0], dict | list):
            one = one[0]  # noqa: PLW2901 - a list of one word is that word
        if isinstance(one, dict) and not about:
            if depth < _DEEPEST:
                _flatten(one, key, parts, inner, depth + 1)
        elif isinstance(one, dict | list):
            if isinstance(one, list) and one and all(isinstance(byte, int) for byte in one):
                parts[key] = _of_bytes(one)
            elif isinstance(one, list) and one and isinstance(one[0], str):
                parts[key] = _fit(one[0])
            else:
                inner.append((one, about))
        elif one is not None and len(parts) < _MOST_PARTS:
            parts[key] = _fit(str(one))


def is_message(name: str) -> bool:
    """Whether a part of this name holds what a record says."""
    return _named(name).rpartition(".")[2] in _MESSAGES


def _of_bytes(numbers: list[int]) -> str:
    """Text that was given as numbers, since not all of it is UTF-8."""
    return _fit(bytes(one for one in numbers if 0 <= one < 256).decode("utf-8", "replace"))


def _fit(text: str) -> str:
    """Text in one line, without what no log holds."""
    text = text.strip()
    return text if text.isprintable() else _SPACE.sub(" ", _UNFIT.sub("", text))


@lru_cache(maxsize=4_096)
def _named(name: str) -> str:
    """The name of a part, its parts by themselves, without signs."""
    return ".".join(_NO_LETTER.sub("", one) for one in name.lower().split("."))


def _unpacked(parts: Parts) -> Parts:
    """The parts, and those of a message that is itself such a record."""
    for _ in range(_WITHIN):
        message = _first(_known(parts), _MESSAGES)
        inner = parts_of(message) if message.startswith("{") or "=" in message else {}
        if not _first(_known(inner), _MESSAGES):
            break
        parts = {**{name: one for name, one in parts.items() if one != message}, **inner}
    return parts


def _known(parts: Parts) -> Parts:
    """What the parts say, by the ends of their names without points: `host.name` is `hostname`; of several the outermost counts."""
    if not any("." in one for one in parts):
        return parts
    found: dict[str, str] = {}
    for depth, key in sorted((key.count("."), key) for key in parts):
        names = key.split(".")
        if _COLLECTORS.isdisjoint(names):
            for begin in range(depth, max(-1, depth - _MOST_TOGETHER), -1):
                found.setdefault("".join(names[begin:]), parts[key])
    return found


def _all(known: Parts, names: tuple[str, ...]) -> Iterator[str]:
    """What parts of these names say, in the names' order."""
    return (known[name] for name in names if known.get(name))


def _first(known: Parts, names: tuple[str, ...]) -> str:
    return next(_all(known, names), "")


def _sender(parts: Parts, known: Parts) -> tuple[str, str]:
    """Who wrote the record, '' where nothing tells; and of which phone a service wrote it, '' where none did."""
    phone = _phone(parts, known)
    program = _program(known).lower()
    host = next((one for one in _all(known, _HOSTS) if _NAME.fullmatch(one) and one.lower() != program), "")
    if phone and _first(known, _SERVICES).lower() == "capf":
        return host, phone
    if phone:
        return phone, ""
    addresses = (_address(one) for one in _all(known, (*_HOSTS, *_ORIGINS)))
    return next(filter(None, addresses), "") or host or _by_source(known), ""


def _by_source(known: Parts) -> str:
    """Who wrote the record, where `source` tells it, and not of what kind the record is."""
    source = known.get("source", "")
    return source if re.search(r"[.-]", source) and _NAME.fullmatch(source) else ""


def _phone(parts: Parts, known: Parts) -> str:
    """The name of the phone that wrote the record, '' where none is told."""
    for one in _all(known, (*_PHONES, *_HOSTS, *_ORIGINS)):
        if found := _SEP.match(one):
            return found[0].upper()
    for one in _all(known, _PHONES):
        if _MAC.fullmatch(one):
            return f"SEP{re.sub('[^0-9A-Fa-f]', '', one).upper()}"
    said = {*_all(known, _MESSAGES)}
    others = [one for name, one in parts.items() if one not in said and not _OF_OTHERS.search(name.rpartition(".")[2])]
    for whole in (True, False):
        named = {
            found[0].upper()
            for one in others
            if (found := _SEP.fullmatch(one) if whole else _SEP.search(one)) is not None
        }
        if len(named) == 1:
            return named.pop()
    return ""


def _address(text: str) -> str:
    """The address that a text is, without a port, '' where it is none."""
    found = _ADDRESS.fullmatch(text)
    if found is None:
        return ""
    return found["v4"] or re.sub(r"^::ffff:(?=\d{1,3}\.)", "", found["v6"], flags=re.IGNORECASE)


def _time(known: Parts) -> str:
    """The time as syslog servers write it, '' where none is told."""
    told = _first(known, _TIMES)
    if re.fullmatch(r"\d{4}-\d\d-\d\d", told) or _CLOCK.match(told):
        day = next((one for one in _all(known, _TIMES) if re.fullmatch(r"\d{4}-\d\d-\d\d", one)), "")
        clock = next((one for one in _all(known, _TIMES) if _CLOCK.match(one)), "")
        told = f"{day} {clock}" if day and clock else clock
    if _IN_PARTS.fullmatch(told):
        told = f"{told[:_SECONDS]}.{told[_SECONDS:]}" if len(told) > 12 else f"{told[:9]}.{told[9:]}"
    if _EPOCH.fullmatch(told):
        second, _, part = told.partition(".")
        clock = datetime.fromtimestamp(int(second), UTC).strftime("%Y-%m-%d %H:%M:%S")
        return f"{clock}.{part[:6]}" if part.strip("0") else clock
    stamp = _STAMP.search(told)
    if stamp is None:
        return told if _CLOCK.match(told) and len(told) <= 32 and " " not in told else ""
    if stamp["day"]:
        return f"{stamp['day']}T{stamp['clock'].replace(',', '.')}{stamp['zone'] or ''}"
    if stamp["month"]:
        year = f" {stamp['year']}" if stamp["year"] else ""
        return f"{stamp['month']} {stamp['date']}{year} {stamp['clock2']}"
    return f"{stamp['month3']} {stamp['date3']} {stamp['year3']} {stamp['clock3']}"
