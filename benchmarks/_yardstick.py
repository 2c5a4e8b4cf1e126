"""A fixed piece of work that is like reading a log: other work is told as a multiple of it, however quick the machine is."""

import re
import time

_LINES = [
    f"{number % 10_000:04d} NOT Mar 12 15:07:{number % 60:02d}.697091 (347:1289) JAVA-SIPCC-SIP_TRANS: message {number} sent"
    for number in range(10_000)
]
_PATTERN = re.compile(r"\b(?:capf|tvs|lsc)\b.{0,40}\b(?:fail(?:s|ed)?|refused|timed out)\b", re.IGNORECASE)
_WORD = re.compile("[a-z]+")


def seconds(repeats: int = 5) -> float:
    """Seconds of the processor for 10,000 lines, about a megabyte: words, a dictionary, one pattern; the least of the repeats."""
    return min(_once() for _ in range(repeats))


def _once() -> float:
    started = time.process_time()
    known: dict[str, int] = {}
    for line in _LINES:
        for word in _WORD.findall(line.lower()):
            known[word] = known.get(word, 0) + 1
        if _PATTERN.search(line):
            raise ValueError("the yardstick is broken")
    return time.process_time() - started
