"""What somebody mailed: logs and status messages in many words, and facts beside them, of every known fault and every pair.

The words are not the simulator's: what can be wrong, and how phones tell it, is written down here once more, out of Cisco's notes.
"""

import itertools
import random
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks._faults import FAULTS, PENDING, play, stopped
from benchmarks._phone_logs import GENERATIONS, Generation, Story, enrol, written
from lscctl.diagnosis.case import Case
from lscctl.diagnosis.knowledge import load
from lscctl.diagnosis.mailed import Given, gather
from lscctl.finding import NOW, LinkName, Place, Source

KNOWLEDGE = load()
SOURCES = ("log", "messages", "facts")
_LINKS = {link.value: link.position for link in LinkName}


@dataclass(frozen=True)
class Phone:
    """What is made of one phone: its faults, and how it is told."""

    names: tuple[str, ...]
    generation: Generation
    without: str
    seed: int

    def __str__(self) -> str:
        return f"{' + '.join(self.names):32} {self.generation.name:12} without {self.without or '-':9}"

    @property
    def truth(self) -> set[str]:
        """The names that are right for the first broken link; of several at the same link any. A fault that another hides, and that
        the cluster's facts do not show, need not be named."""
        seen = [name for name in self.names if self._shows(name)]
        first = min((_LINKS[FAULTS[name].link] for name in seen), default=None)
        return {cause for name in seen if _LINKS[FAULTS[name].link] == first for cause in FAULTS[name].causes}

    def _shows(self, name: str) -> bool:
        fault, facts = FAULTS[name], self.without != "facts"
        if name != stopped(self.names):
            return facts and bool(fault.facts)
        told = (self.without != "log" and fault.tells) or (self.without != "messages" and bool(_own(fault.messages)))
        return told or (facts and bool(fault.facts or fault.outcome or fault.status != PENDING))


def _own(messages: Sequence[str]) -> Sequence[str]:
    """What tells one fault from others: `LSC: Failed` is said of many."""
    return [one for one in messages if one not in ("LSC: Failed", "LSC: Connection failed", "Trust List update failed")]


def figures(seed: int, *, rounds: int, healthy: int, show: bool = False) -> dict[str, float]:
    """Tell them all. `mailed_precision` and `mailed_recall` of the cause that is named first, with all that was mailed and with one
    thing missing, and `mailed_false_alarms` among healthy phones."""
    found: dict[str, float] = {}
    for title, phones in (("", _all_sources(seed, rounds)), ("_one_missing", _one_missing(seed, rounds))):
        counts: Counter[str] = Counter()
        for phone in phones:
            outcome, named = judged(phone)
            counts[outcome] += 1
            if show and outcome != "right":
                print(f"{outcome:7} {phone} named {named}")
        told, there = counts["right"] + counts["wrong"], sum(counts.values())
        found[f"mailed_precision{title}"] = round(counts["right"] / told, 4) if told else 1.0
        found[f"mailed_recall{title}"] = round(counts["right"] / there, 4)
        found[f"mailed_cases{title}"] = there
    found["mailed_false_alarms"] = sum(alarm(seed + number, show=show) for number in range(healthy))
    return found


def _combinations() -> Iterator[tuple[str, ...]]:
    yield from ((name,) for name in FAULTS)
    yield from itertools.combinations(FAULTS, 2)


def _all_sources(seed: int, rounds: int) -> Iterator[Phone]:
    rng = random.Random(seed)
    for names in _combinations():
        for generation in GENERATIONS if len(names) == 1 else [rng.choice(GENERATIONS)]:
            for _ in range(rounds):
                yield Phone(names, generation, "", rng.randrange(2**32))


def _one_missing(seed: int, rounds: int) -> Iterator[Phone]:
    for phone in _all_sources(seed, rounds):
        for without in SOURCES:
            left = Phone(phone.names, phone.generation, without, phone.seed)
            if left.truth:
                yield left


def judged(phone: Phone) -> tuple[str, list[str]]:
    """`right`, `wrong` or `missed`, and what was named."""
    with tempfile.TemporaryDirectory(prefix="lscctl-diagnosis-") as folder:
        case = told(phone, Path(folder))
    found = case.diagnosis(KNOWLEDGE)
    named = [f"{one.cause.name} ({one.certainty})" for one in found.causes]
    if not found.causes:
        return "missed", named
    return ("right" if found.causes[0].cause.name in phone.truth else "wrong"), named


def told(phone: Phone, folder: Path) -> Case:
    """The phone as its log, its status messages and its cluster tell it."""
    rng = random.Random(phone.seed)
    given = []
    if phone.without != "log":
        story = Story(rng, phone.generation)
        if rng.random() < 0.3:
            play(story, phone.names)  # an attempt of before, with the same end
        play(story, phone.names)
        text = written(story, noise=rng.choice((0, 20, 200)), wrap=rng.random() < 0.5)
        file = folder / "messages"
        file.write_bytes(_mangled(rng, text))
        given.append(Given(str(file), Source.CONSOLE_LOG))
    if phone.without != "messages":
        file = folder / "status.txt"
        file.write_text("\n".join(_messages(rng, phone.names)) + "\n")
        given.append(Given(str(file), Source.STATUS_MESSAGES))
    (case,) = gather(given, KNOWLEDGE)
    if phone.without != "facts":
        for fact, value in _facts(phone.names).items():
            case.sightings.fact(fact, value, Place(Source.CLUSTER), moment=NOW)
    return case


def _mangled(rng: random.Random, text: str) -> bytes:
    """Cut at the beginning as a full buffer is, with other line ends, or NULs."""
    if rng.random() < 0.2:
        lines = text.splitlines(keepends=True)
        text = "".join(lines[: 1 + len(lines)])
        text = text[rng.randrange(min(60, len(text))) :]
    if rng.random() < 0.2:
        text = text.replace("\n", "\r\n")
    if rng.random() < 0.1:
        text += "\0" * 64
    return text.encode()


def _messages(rng: random.Random, names: Sequence[str]) -> list[str]:
    """Status messages of a phone that stops at its first fault, with and without times."""
    at = stopped(names)
    wordings = FAULTS[at].messages if at else ()
    texts = ["VPN not configured"]
    if at is None or FAULTS[at].stage not in ("off", "lists"):
        texts += [rng.choice(("Trust List updated", "ITL installed", "TRUST LIST UPDATED"))]
        if at is None or FAULTS[at].stage != "configuration":
            texts += ["SEP001122334455.cnf.xml.sgn(HTTP)"]
    if wordings:
        texts.append(rng.choice(wordings))
    if rng.random() < 0.5:
        return texts
    return [f"{10 + n // 60:02d}:{n % 60:02d}:03am 10/09/18 {text}" for n, text in enumerate(texts)]


_WELL = {
    "settings-differ": "no",
    "operation-late": "no",
    "registration": "registered",
    "expressway": "no",
    "itl-on-phone": "match",
    "itl": "sound",
    "itl-capf": "present",
    "itl-capf-certificate": "same",
    "name-resolved": "yes",
    "capf-service": "started",
    "capf-port": "open",
    "capf-handshake": "done",
    "capf-certificate": "sound",
    "tvs-service": "started",
    "tftp-service": "started",
    "capf-issuer": "cisco-capf",
    "profile-mode": "null-string",
    "security-mode": "Non Secure",
    "key-size-supported": "yes",
    "sbd": "yes",
    "lsc": "none",
    "certificate-status": "Upgrade Success",
}
"""What a cluster shows of a phone that is well."""


def _facts(names: Sequence[str]) -> dict[str, str]:
    facts = dict(_WELL)
    for name in names:
        facts |= FAULTS[name].facts
    at = stopped(names)
    if at is not None:
        facts |= {"certificate-status": FAULTS[at].status, **FAULTS[at].outcome}
    if facts["capf-service"] == "stopped":
        facts |= {"capf-port": "refused"}
    if facts["capf-port"] != "open":
        del facts["capf-handshake"]
    return facts


def alarm(seed: int, *, show: bool = False) -> bool:
    """Whether a cause is named, or a link called broken, for a phone that is well."""
    rng = random.Random(seed)
    with tempfile.TemporaryDirectory(prefix="lscctl-diagnosis-") as folder:
        story = Story(rng, rng.choice(GENERATIONS))
        before = rng.random()
        if before < 0.3:
            play(story, [rng.choice(list(FAULTS))])  # what the success after it makes history
        if before < 0.8:
            enrol(story)
        else:
            story.lists()
            story.resolve()
            story.register()
        file = Path(folder) / "messages"
        file.write_bytes(_mangled(rng, written(story, noise=rng.choice((5, 50)), wrap=rng.random() < 0.5)))
        given = [Given(str(file), Source.CONSOLE_LOG)]
        if rng.random() < 0.7:
            status = Path(folder) / "status.txt"
            status.write_text("\n".join(_messages(rng, ())) + "\n")
            given.append(Given(str(status), Source.STATUS_MESSAGES))
        (case,) = gather(given, KNOWLEDGE)
    if rng.random() < 0.7:
        for fact, value in _facts(()).items():
            case.sightings.fact(fact, value, Place(Source.CLUSTER), moment=NOW)
    found = case.diagnosis(KNOWLEDGE)
    if show and (found.causes or found.broken):
        print(f"alarm at {seed}: {[one.cause.name for one in found.causes]}, {found.broken}")
    return bool(found.causes or found.broken)
