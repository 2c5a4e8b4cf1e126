"""`fuzz`: mutants of valid trust lists, files and printed ones: each is read, or refused with the byte or line.

Beside them a few large inputs that strain a reader: how long and how much memory they take.
"""

import argparse
import random
import re
import time
import tracemalloc
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace

from benchmarks._lists import Makings
from lscctl.trustlist import binary, text
from lscctl.trustlist.printing import as_text
from lscctl.trustlist.values import TrustListError

SLOW_SECONDS = 2.0
"""More than the slowest mutant may take: a list is a few kilobytes."""

_EVERY = 500
"""One mutant in so many is measured for memory, which takes long."""

MOST_TIMES_THE_INPUT = 64
"""Memory, in sizes of the input, that a reader may take."""

_LONGEST_MEGABYTE = 30.0
"""Seconds that a reader may take for a megabyte of the worst input."""

_CHUNKS = 16
_FILES_FOR_A_TEXT = 3
"""A text takes thirty times as long to read as a file."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """How many, and of which kind."""
    parser.add_argument("--mutants", type=int, default=1_000_000, help="how many in all (default: 1,000,000)")


def run(seed: int, mutants: int = 1_000_000) -> dict[str, float]:
    """Read them all, three files for each text, and what strains a reader.

    Figures: `mutants`, `at_records` (share that gets as far as a record: one was read, or it was a record that could not be),
    `read` (share that is read), `slowest` (seconds of one mutant), `seconds_per_megabyte` (the worst large input),
    `memory_times_input` (the most of any input, in its own size), `violations` (another error than ours, one that does not say
    where, a read list that does not print to itself, too slow, too much memory).
    """
    jobs = [(seed * 1_000 + number, mutants // _CHUNKS) for number in range(_CHUNKS)]
    with ProcessPoolExecutor() as pool:
        found = list(pool.map(chunk, jobs))
        strains = list(pool.map(strain, STRAINS))
    total = sum(one["mutants"] for one in found)
    figures = {
        "mutants": total,
        "at_records": round(sum(one["at_records"] for one in found) / total, 3),
        "read": round(sum(one["read"] for one in found) / total, 3),
        "slowest": round(max(one["slowest"] for one in found), 3),
        "seconds_per_megabyte": round(max(one.seconds for one in strains), 1),
        "memory_times_input": round(max(*(one["memory"] for one in found), *(one.memory for one in strains)), 1),
    }
    limits = {
        "slowest": SLOW_SECONDS,
        "seconds_per_megabyte": _LONGEST_MEGABYTE,
        "memory_times_input": MOST_TIMES_THE_INPUT,
    }
    violations = sum(one["violations"] for one in found) + sum(one.violation for one in strains)
    return {**figures, "violations": violations + sum(figures[name] > most for name, most in limits.items())}


def strain(name: str, size: int = 2**19) -> "_Outcome":
    """Read a large input, of about `size` letters or bytes: `seconds` are for a megabyte."""
    given = STRAINS[name](size)
    outcome = _outcome(given, measured=False)
    memory = _outcome(given, measured=True).memory
    return replace(outcome, seconds=outcome.seconds * 2**20 / len(given), memory=memory)


def _full_of(tag: bytes, size: int) -> bytes:
    """A file of records that hold as much of one tag as they can."""
    held = tag * ((0xFFFF - 5) // len(tag))
    return _EMPTY_HEADER + (b"\1\0\2" + (5 + len(held)).to_bytes(2) + held) * (size // 0xFFFF)


_EMPTY_HEADER = b"\1\0\2\1\2\2\0\2\0\x0a"
STRAINS: dict[str, Callable[[int], bytes | str]] = {
    "records of one empty tag": lambda size: _EMPTY_HEADER + b"\1\0\2\0\x08\xff\0\0" * (size // 8),
    "records of many empty tags": lambda size: _full_of(b"\xff\0\0", size),
    "records of a function": lambda size: _EMPTY_HEADER + b"\1\0\2\0\x0a\4\0\2\0\4" * (size // 10),
    "padding without end": lambda size: b"\x0d" * size,
    "empty tags without end": lambda size: b"\xff\0\0" * (size // 3),
    "one line of digits": lambda size: "1" * size,
    "a number of many digits": lambda size: f"4 FUNCTION {'9' * size}",
    "a version of many parts": lambda size: f"Version: 1{'.1' * (size // 2)}",
    "a hash of many digits": lambda size: f"{'a' * size} (MD5)",
    "blanks": lambda size: " " * size,
    "a landmark's first words": lambda size: f"The{' ' * 100}" * (size // 103),
    "a value of many lines": lambda size: "3 SUBJECTNAME 250000 " + "ab\n" * (size // 3),
    "a value of many parts": lambda size: f"3 SUBJECTNAME 9 {'; ' * (size // 2)}",
    "a signature of many bytes": lambda size: f"12 SIGNATURE 256 {'ab ' * (size // 3)}",
    "many rows": lambda size: "4 FUNCTION 2 CAPF\n" * (size // 18),
    "many records": lambda size: "".join(f"ITL Record #:{number}\n4 FUNCTION\n" for number in range(1, size // 30)),
    "many lists": lambda size: "ITL Record #:1\n4 FUNCTION\n" * (size // 26),
    "rules": lambda size: "---\n" * (size // 4),
    "empty lines": lambda size: "\n" * size,
    "quotes": lambda size: ">" * size,
    "backspaces": lambda size: "a\b" * (size // 2),
    "a terminal's sequences": lambda size: "\x1b]" * (size // 2),
    "numbered lines": lambda size: "".join(f"{number} x\n" for number in range(size // 7)),
}
"""Large inputs of what a reader may repeat, look ahead in, or keep."""


def chunk(job: tuple[int, int]) -> dict[str, float]:
    """Make and read so many mutants (the second number) of lists of one seed (the first); every fourth is a text."""
    seed, mutants = job
    rng = random.Random(seed)
    makings = Makings(seed)
    files, texts = makings.files(), makings.texts()
    found = dict.fromkeys(("mutants", "at_records", "read", "slowest", "memory", "violations"), 0.0)
    for number in range(mutants):
        mutant = (
            _mutant(rng, rng.choice(files)) if number % (_FILES_FOR_A_TEXT + 1) else _mangled(rng, rng.choice(texts))
        )
        outcome = _outcome(mutant, measured=number % _EVERY < 4)
        found["mutants"] += 1
        found["at_records"] += outcome.at_records
        found["read"] += outcome.read
        found["violations"] += outcome.violation
        found["slowest"] = max(found["slowest"], outcome.seconds)
        found["memory"] = max(found["memory"], outcome.memory)
    return found


@dataclass(frozen=True)
class _Outcome:
    at_records: bool
    read: bool
    violation: bool
    seconds: float
    memory: float


def _outcome(mutant: bytes | str, *, measured: bool) -> _Outcome:
    if measured:
        tracemalloc.start()
    started = time.process_time()
    at_records = read = violation = False
    try:
        at_records = _read(mutant)
        read = True
    except TrustListError as refusal:
        at_records = re.search(r"\brecord \d", refusal.message) is not None
        violation = not re.match(r"byte \d+: |line \d+: ", refusal.message)
    except Exception as error:  # noqa: BLE001 - any other error is what this looks for
        print(f"{type(error).__name__}: {error} at {mutant[:200]!r}", flush=True)
        violation = True
    seconds = time.process_time() - started
    memory = 0.0
    if measured:
        memory = tracemalloc.get_traced_memory()[1] / max(len(mutant), 1024)
        tracemalloc.stop()
    return _Outcome(at_records, read, violation, 0.0 if measured else seconds, memory)


def _read(mutant: bytes | str) -> bool:
    """Read it, print it, read that; say whether there was a record."""
    if isinstance(mutant, str):
        lists = text.parse(mutant)
        if any(text.parse(as_text(one)) != (one,) for one in lists):
            raise ValueError("what was read does not print to itself")
        return any(one.records for one in lists)
    found = binary.parse(mutant)
    if binary.as_bytes(found) != mutant:
        raise ValueError("what was read does not print to itself")
    return bool(found.records)


def _mutant(rng: random.Random, content: bytes) -> bytes:
    """A file with one to four wounds, most of them in its records."""
    start = int.from_bytes(content[8:10]) if rng.random() < 0.7 else 0
    made = bytearray(content)
    for _ in range(rng.randint(1, 4)):
        at = rng.randrange(min(start, len(made) - 1), len(made))
        _WOUNDS[rng.randrange(len(_WOUNDS))](rng, made, at)
        if not made:
            break
    return bytes(made)


def _flip(rng: random.Random, made: bytearray, at: int) -> None:
    made[at] ^= 1 << rng.randrange(8)


def _set(rng: random.Random, made: bytearray, at: int) -> None:
    made[at] = rng.choice((0, 1, 4, 10, 13, 127, 128, 255))


def _number(rng: random.Random, made: bytearray, at: int) -> None:
    made[at : at + 2] = rng.choice((0, 1, 2, 5, 255, 256, 65_535, rng.randrange(65_536))).to_bytes(2)


def _cut(rng: random.Random, made: bytearray, at: int) -> None:
    del made[at : at + rng.choice((1, 2, 3, 16, 400))]


def _end(_rng: random.Random, made: bytearray, at: int) -> None:
    del made[at:]


def _insert(rng: random.Random, made: bytearray, at: int) -> None:
    made[at:at] = rng.randbytes(rng.choice((1, 3, 8)))


def _repeat(rng: random.Random, made: bytearray, at: int) -> None:
    made[at:at] = made[at : at + rng.choice((3, 5, 40, 500))]


_WOUNDS: list[Callable[[random.Random, bytearray, int], None]] = [_flip, _set, _number, _cut, _end, _insert, _repeat]


def _mangled(rng: random.Random, shown: str) -> str:
    """A printed list as a bad paste, or a worse one."""
    made = shown
    for _ in range(rng.randint(1, 4)):
        at = rng.randrange(len(made)) if made else 0
        part = rng.choice((1, 5, 80, 600))
        match rng.randrange(8):
            case 0:
                made = made[:at] + made[at + part :]
            case 1:
                made = made[at // 4 :]
            case 2:
                made = made[: len(made) - at // 4]
            case 3:
                made = made[:at] + made[at : at + part] + made[at:]
            case 4:
                made = made[:at] + rng.choice(_SPLINTERS) + made[at:]
            case 5:
                made = " ".join(made.split()) if rng.random() < 0.3 else made.replace("\t", " ")
            case 6:
                made = "\n".join(made[start : start + part + 20] for start in range(0, len(made), part + 20))
            case _:
                made = made[:at] + chr(rng.choice((0, 9, 10, 13, 32, 35, 58, 255, 8_233, 65_533))) + made[at + 1 :]
    return made


_SPLINTERS = (
    "admin:",
    "admin:show itl\n",
    "ITL Record #:1\n",
    "CTL Record #:99999\n",
    "Length of CTL file: 0\n",
    "4\tFUNCTION\t2\tCAPF\n",
    "9 CERTIFICATE 963",
    "(SHA1 Hash HEX)",
    "This etoken was not used to sign the ITL file.",
    "\n----\n",
    "Version: 1.2",
    "\u0660 FUNCTION 2",
)
"""What stands at the wrong place in bad pastes."""
