"""Whether limits were kept: recomputed from the journal's stories, line by line, by nothing of the engine's."""

from collections import Counter
from collections.abc import Iterator

from benchmarks._chaos.chronicle import Chronicle, Line
from lscctl.history import BACK
from lscctl.waves import waves_of

_FAILED = ("failed", "late", "stalled", "cancelled")
"""What certainly counts as a failure; `unknown` may only mean that an answer is being looked for."""

_UNDER_WAY = ("write intended", "apply intended", "written", "applied", "pending")


def overrun(chronicle: Chronicle) -> Iterator[str]:
    """No phone is written behind a closed gate, or while --max-in-flight are under way.

    A gate that closed counts anew once a person has resumed the run.
    """
    if chronicle.run is None:
        return
    rules = chronicle.run.rules
    waves = waves_of(chronicle.run.plan.steps, rules)
    wave_of = {step.phone.name: wave.number for wave in waves for step in wave.steps}
    sizes = Counter(wave_of.values())
    known: frozenset[str] = frozenset()
    known_lost: frozenset[str] = frozenset()
    states: dict[str, str] = {}
    resumed = _resumed_behind_a_gate(chronicle)
    begun = 0
    for line in chronicle.story:
        while resumed and line.number > resumed[0]:
            resumed.pop(0)
            known, known_lost = _failed(states), _lost(states)
        if line.what == "write intended":
            wave = wave_of[line.phone]
            begun = max(begun, wave)
            failed, lost = _failed(states) - known, _lost(states) - known_lost
            out = frozenset(name for name, what in states.items() if what == "left-out")
            for scope, numbers in ((f"wave {wave}", {wave}), ("all waves", set(range(1, begun + 1)))):
                phones = sum(sizes[number] for number in numbers) - sum(wave_of[name] in numbers for name in out)
                count = sum(wave_of[name] in numbers for name in failed)
                if count > rules.max_failures.of(phones):
                    yield _told(line, f"{count} of {phones} phones of {scope} had failed ({rules.max_failures})")
                count = sum(wave_of[name] in numbers for name in lost)
                if count > rules.max_lost.of(phones):
                    yield _told(line, f"{count} of {phones} phones of {scope} were lost ({rules.max_lost})")
            others = sum(what in _UNDER_WAY for name, what in states.items() if name != line.phone)
            if others >= rules.max_in_flight:
                yield _told(line, f"{others} others were under way ({rules.max_in_flight} may)")
        if line.what != BACK and "authentication string" not in line.what:
            states[line.phone] = line.what


def _failed(states: dict[str, str]) -> frozenset[str]:
    return frozenset(name for name, what in states.items() if what in _FAILED)


def _lost(states: dict[str, str]) -> frozenset[str]:
    return frozenset(name for name, what in states.items() if what == "lost")


def _resumed_behind_a_gate(chronicle: Chronicle) -> list[int]:
    """After which lines of the story a person resumed a run whose gate had closed."""
    return [
        part.story
        for before, part in zip(chronicle.parts, chronicle.parts[1:], strict=False)
        if before.state == "gate-closed"
    ]


def _told(line: Line, why: str) -> str:
    return f"{line.phone} was written (story {line.number}) although {why}"
