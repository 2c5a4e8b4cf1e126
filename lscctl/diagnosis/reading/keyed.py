"""Lines whose parts have names, as log servers keep them: read as if the program had written time, name and message.

{"@timestamp": "2021-04-19T05:37:36Z", "host": "SEP001122334455", "program": "secd", "message": "ITL unchanged"}
time="09/Jan/2024 17:41:40" dev=SEP001122334455 app=secd sev=6 msg="ITL unchanged"
"""

import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Final

_PAIR: Final = re.compile(
    r"\s*(?P<key>@?[A-Za-z][\w.-]{0,31})=(?:\"(?P<quoted>(?:[^\"\\]|\\.)*+)\"|(?P<bare>[^\s\"]*+))(?=\s|\Z)"
)
_PROGRAMS: Final = (
    "program",
    "prog",
    "app",
    "appname",
    "process",
    "proc",
    "module",
    "mod",
    "component",
    "comp",
    "tag",
    "ident",
    "src",
    "svc",
    "service",
    "logger",
)
_MESSAGES: Final = ("message", "msg", "m", "text", "txt", "log", "event")
_TIMES: Final = ("@timestamp", "timestamp", "time", "ts", "t", "at", "when", "date", "datetime")
_EPOCH: Final = re.compile(r"\d{9,10}(?:\.\d{1,9})?")
_IN_MILLISECONDS: Final = re.compile(r"\d{12,13}")
_LIKE_APACHE: Final = re.compile(
    r"(?P<day>\d\d)/(?P<month>[A-Z][a-z]{2})/(?P<year>\d{4})[: ](?P<clock>\d\d:\d\d:\d\d\S*)"
)
_CLOCK: Final = re.compile(r"\d\d:\d\d:\d\d")
_MOST_PAIRS: Final = 40


def plainly(line: str) -> str:
    """The line as `TIME PROGRAM: MESSAGE` where its parts have names and tell time and message, else as it stands."""
    parts = _parts(line)
    message = _first(parts, _MESSAGES)
    time = _time(_first(parts, _TIMES))
    if not message or not time:
        return line
    program = program_of(parts)
    return f"{time} {program}: {message}" if program else f"{time} {message}"


def program_in(line: str) -> str:
    """The program that wrote the line, in small letters, '' where no part of it has a name that tells it."""
    return program_of(_parts(line)).lower()


def program_of(parts: Mapping[str, str]) -> str:
    """The program among named parts, '' where none tells it."""
    found = _first(parts, _PROGRAMS)
    return found if re.fullmatch(r"[\w./-]{1,32}", found) else ""


def _parts(line: str) -> Mapping[str, str]:
    """The named parts of a line, by their names in small letters; none where it is no such line."""
    begin = line.lstrip("> \t")
    if begin.startswith("{"):
        try:
            read = json.loads(begin)
        except (ValueError, RecursionError):
            return {}
        return {name.lower(): str(value) for name, value in read.items()} if isinstance(read, dict) else {}
    found: dict[str, str] = {}
    at = 0
    while len(found) < _MOST_PAIRS and (pair := _PAIR.match(begin, at)) is not None:
        found.setdefault(pair["key"].lower(), pair["quoted"] if pair["quoted"] is not None else pair["bare"])
        at = pair.end()
    return found if at and not begin[at:].strip() else {}


def _first(parts: Mapping[str, str], names: tuple[str, ...]) -> str:
    return next((parts[name] for name in names if parts.get(name)), "")


def _time(told: str) -> str:
    """The time as records have it, '' where it is none."""
    if _IN_MILLISECONDS.fullmatch(told):
        told = f"{int(told) / 1000:.3f}"
    if _EPOCH.fullmatch(told):
        return datetime.fromtimestamp(float(told), UTC).strftime("%Y-%m-%d %H:%M:%S")
    apache = _LIKE_APACHE.match(told)
    if apache is not None:
        return f"{apache['month']} {apache['day']} {apache['year']} {apache['clock']}"
    return told if _CLOCK.search(told) else ""
