"""Logs from elsewhere, in whatever words, by cause and by how their records begin: `elsewhere.toml` and those beside it."""

import tomllib
from pathlib import Path

from lscctl.diagnosis.knowledge import load
from lscctl.diagnosis.mailed import Given, gather
from lscctl.finding import Source

KNOWLEDGE = load()
HEADS = {
    "java": "{n}: ERR 10:12:{s:02}.200100 {text}",
    "linux": "{n} ERR Mar 11 10:12:{s:02}.200100 (387:477) {text}",
    "syslog": "<134>Mar 11 10:12:{s:02} SEP001122334455 {text}",
    "android": "03-11 10:12:{s:02}.200   387   477 E {text}",
    "iso": "2024-03-11T10:12:{s:02}.200100+00:00 SEP001122334455 {text}",
    "soft": "2024-03-11 10:12:{s:02},200 ERROR [0x00001a2b] [src/x.cpp(12)] [x] - {text}",
    "kernel": "[  10.{s:06}] {text}",
    "terse": "+10:12:{s:02} {text}",
    "status": "10:12:{s:02}a {text}",
    "trace": "10:12:{s:02}.200 |   debug {text}|",
    "raw": "{text}",
}
"""How records begin on phones of several generations, soft phones, and in CAPF's traces."""

NAMED = {"status": Source.STATUS_MESSAGES, "trace": Source.CAPF_TRACE, "raw": None}
"""What a file is said to be; nothing is said of one whose lines bring heads of their own."""

_TOLD = tomllib.loads(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8"))
SICK: list[tuple[str, str, list[str]]] = [
    (cause, head, lines) for cause, logs in _TOLD["sick"].items() for head, those in logs.items() for lines in those
]
_WELL = tomllib.loads(Path(__file__).with_name("well.toml").read_text(encoding="utf-8"))
WELL: list[tuple[str, list[str]]] = [
    (head, lines) for logs in (_TOLD["well"], _WELL) for head, those in logs.items() for lines in those
]

_STAYS = tomllib.loads(Path(__file__).with_name("stays.toml").read_text(encoding="utf-8"))
STAYS: list[tuple[str, str, list[str]]] = [
    (cause, head, lines) for cause, logs in _STAYS.items() for head, those in logs.items() for lines in those
]


def first_named(head: str, lines: list[str], folder: Path) -> str | None:
    """The cause that is named first from a file of these lines, if any is."""
    file = folder / "mailed.txt"
    told = [HEADS[head].format(n=100 + n, s=10 + n, text=text) for n, text in enumerate(lines)]
    file.write_text("\n".join(told) + "\n")
    (case,) = gather([Given(str(file), NAMED.get(head, Source.CONSOLE_LOG))], KNOWLEDGE)
    causes = case.diagnosis(KNOWLEDGE).causes
    return causes[0].cause.name if causes else None
