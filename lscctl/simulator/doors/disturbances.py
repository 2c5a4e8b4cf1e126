"""What goes wrong between a client and its cluster, on purpose: lost connections, cut answers, refusals, delays."""

import enum
import random
import re
import threading
from collections.abc import Iterable
from dataclasses import dataclass


class Harm(enum.Enum):
    """What is done to a request."""

    DROP_BEFORE = "drop-before"
    """The connection is lost before the cluster acts."""
    DROP_AFTER = "drop-after"
    """The cluster acts, and the connection is lost before it answers."""
    CUT = "cut"
    """The cluster acts, and half of the answer arrives."""
    UNAVAILABLE = "http-503"
    BROKEN = "http-500"
    """HTTP 500 with a page, not a SOAP fault."""
    HTML = "html"
    """HTTP 200 with a web page, as a captive portal or a proxy would answer."""
    DELAY = "delay"
    """The answer comes later by some seconds; the cluster acts after the wait."""


@dataclass(frozen=True, slots=True)
class Disturbance:
    """One harm: to `operation` (`*` = any), from its `first` to its `last` time, with a `probability` at each.

    Times count from 1 and from the moment that the disturbance was asked for. `seconds` is for `Harm.DELAY`.
    """

    harm: Harm
    operation: str = "*"
    first: int = 1
    last: int | None = None
    probability: float = 1.0
    seconds: float = 0.0

    SPEC = "HARM[=SECONDS][:OPERATION][@N[-[M]]][~CHANCE]"

    @classmethod
    def parse(cls, spec: str) -> "Disturbance":
        """Read `drop-after:updatePhone@3-5`, `delay=2.5:*`, `http-503:applyPhone~0.1`; raises `ValueError`."""
        match = re.fullmatch(
            r"(?P<harm>[a-z0-9-]+)(=(?P<seconds>\d+(\.\d+)?))?(:(?P<operation>\w+|\*))?"
            r"(@(?P<first>[1-9]\d*)(?P<range>-(?P<last>\d+)?)?)?(~(?P<probability>[01](\.\d+)?))?",
            spec,
        )
        harms = {harm.value: harm for harm in Harm}
        if match is None or match["harm"] not in harms:
            raise ValueError(f"{spec!r} is not {cls.SPEC}; HARM is one of {', '.join(harms)}")
        harm = harms[match["harm"]]
        if (harm is Harm.DELAY) != (match["seconds"] is not None):
            raise ValueError(f"{spec!r}: delay, and only delay, takes seconds (delay=2.5)")
        first = int(match["first"] or 1)
        last = int(match["last"]) if match["last"] else (first if match["first"] and not match["range"] else None)
        if last is not None and last < first:
            raise ValueError(f"{spec!r}: the range {first}-{last} is empty")
        probability = float(match["probability"] or 1)
        if probability > 1:
            raise ValueError(f"{spec!r}: a probability lies between 0 and 1")
        return cls(harm, match["operation"] or "*", first, last, probability, float(match["seconds"] or 0))


class Disturbances:
    """Decides which requests are disturbed, and how; draws its probabilities from `seed`."""

    def __init__(self, wanted: Iterable[Disturbance] = (), *, seed: int = 1) -> None:
        self._wanted: list[tuple[Disturbance, list[int]]] = []
        self._random = random.Random(seed)  # noqa: S311 - a test's dice, not a secret
        self._lock = threading.Lock()
        for disturbance in wanted:
            self.add(disturbance)

    def add(self, disturbance: Disturbance) -> None:
        """Disturb from the next request on."""
        with self._lock:
            self._wanted.append((disturbance, [0]))

    def clear(self) -> None:
        """Disturb nothing any more."""
        with self._lock:
            self._wanted.clear()

    def due(self, operation: str) -> list[Disturbance]:
        """What to do to this request: delays, and at most one other harm, the first that was asked for."""
        with self._lock:
            hits = [disturbance for disturbance, times in self._wanted if self._hits(disturbance, times, operation)]
        delays = [hit for hit in hits if hit.harm is Harm.DELAY]
        return delays + [hit for hit in hits if hit.harm is not Harm.DELAY][:1]

    def _hits(self, disturbance: Disturbance, times: list[int], operation: str) -> bool:
        if disturbance.operation not in ("*", operation):
            return False
        times[0] += 1
        if times[0] < disturbance.first or (disturbance.last is not None and times[0] > disturbance.last):
            return False
        return disturbance.probability >= 1 or self._random.random() < disturbance.probability
