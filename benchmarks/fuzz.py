"""`fuzz`: mutants of valid trust lists, files and printed ones: each is read, or refused with the byte or line."""

import argparse
import random
import re
import time
import tracemalloc
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass

from benchmarks._lists import Makings
from lscctl.trustlist import binary, text
from lscctl.trustlist.printing import as_text
from lscctl.trustlist.values import TrustListError

SLOW_SECONDS = 2.0
"""More than the slowest mutant may take: a list is a few kilobytes."""

_EVERY = 500
"""One mutant in so many is measured for memory, which takes long."""

_MOST_TIMES_THE_INPUT = 64
"""Memory, in sizes of the input, that a reader may take."""

_CHUNKS = 16


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """How many, and of which kind."""
    parser.add_argument("--mutants", type=int, default=1_000_000, help="how many in all (default: 1,000,000)")


def run(seed: int, mutants: int = 1_000_000) -> dict[str, float]:
    """Read them all, half of them files.

    Figures: `mutants`, `at_records` (share that gets as far as a record), `read` (share that is read), `slowest` in seconds,
    `memory_times_input` (the most), `violations` (another error than ours, one that does not say where, a read list that does
    not print to itself, too slow, too much memory).
    """
    jobs = [(seed * 1_000 + number, mutants // _CHUNKS) for number in range(_CHUNKS)]
    with ProcessPoolExecutor() as pool:
        found = list(pool.map(chunk, jobs))
    total = sum(one["mutants"] for one in found)
    figures = {
        "mutants": total,
        "at_records": round(sum(one["at_records"] for one in found) / total, 3),
        "read": round(sum(one["read"] for one in found) / total, 3),
        "slowest": round(max(one["slowest"] for one in found), 3),
        "memory_times_input": round(max(one["memory"] for one in found), 1),
    }
    too_much = figures["slowest"] > SLOW_SECONDS or figures["memory_times_input"] > _MOST_TIMES_THE_INPUT
    return {**figures, "violations": sum(one["violations"] for one in found) + too_much}


def chunk(job: tuple[int, int]) -> dict[str, float]:
    """Make and read so many mutants (the second number) of lists of one seed (the first); files and texts take turns."""
    seed, mutants = job
    rng = random.Random(seed)  # noqa: S311 - no secret
    makings = Makings(seed)
    files, texts = makings.files(), makings.texts()
    found = dict.fromkeys(("mutants", "at_records", "read", "slowest", "memory", "violations"), 0.0)
    for number in range(mutants):
        mutant = _mutant(rng, rng.choice(files)) if number % 2 else _mangled(rng, rng.choice(texts))
        outcome = _outcome(mutant, measured=number % _EVERY < 2)
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
    started = time.perf_counter()
    at_records = read = violation = False
    try:
        at_records = _read(mutant)
        read = True
    except TrustListError as refusal:
        at_records = "record" in refusal.message
        violation = not re.match(r"byte \d+: |line \d+: ", refusal.message)
    except Exception as error:  # noqa: BLE001 - any other error is what this looks for
        print(f"{type(error).__name__}: {error} at {mutant[:200]!r}", flush=True)
        violation = True
    seconds = time.perf_counter() - started
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
