"""What must hold after every ordeal. Each invariant yields its violations, one line for a person each.

What "twice" means: a phone is written for one intent, to get one LSC. A connection lost before the cluster acted, and a 503,
never reach the cluster's history of writes. So a second write in that history is justified only if, when it came,

- the first one's operation no longer stood, and had not ended either (taken back, or replaced and ended by others), or
- the first one's deadline had passed by the cluster's clock, so that it could not come to anything any more, or
- one of the two had lain at the cluster for so long before it acted that the client had given it up and read the phone back;

and never while anybody's operation stood with a deadline ahead. An apply is never justified a second time for one write.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from math import inf

from benchmarks._chaos.chronicle import WRITES, Chronicle, Part, told
from benchmarks._chaos.gates import overrun
from benchmarks._chaos.profiles import OF_PROFILES
from benchmarks._chaos.scenario import ENDS_CLIENT, ON_THE_WIRE, Kind
from benchmarks._chaos.stories import untrue
from benchmarks._chaos.strings import OF_STRINGS, clears
from lscctl.rollout.events import Purpose
from lscctl.simulator.history import Write

HOUR = 3_600.0
APPLIES = ("applyPhone", "doDeviceReset")
_NONE = "No Pending Operation"
_SETTLES = 3.0
"""Seconds within which a client cannot have seen what others did to a phone."""


def violations(chronicle: Chronicle) -> list[str]:
    """All that did not hold."""
    return [violation for invariant in INVARIANTS for violation in invariant(chronicle)]


def only_what_was_planned(chronicle: Chronicle) -> Iterator[str]:
    """No phone outside the plan is written."""
    steps = () if chronicle.run is None else chronicle.run.plan.steps
    planned = {(step.phone.name, step.phone.pkid) for step in steps}
    for write in chronicle.writes:
        if (write.phone, write.pkid) not in planned:
            yield f"{write.phone} is not in the plan, and got {write.operation}"
        elif write.operation not in (*WRITES, *APPLIES):
            yield f"{write.phone} got {write.operation}, which is no part of a rollout"


def nothing_twice(chronicle: Chronicle) -> Iterator[str]:
    """No phone is written twice for one intent (see the module), or applied twice for one write."""
    by_phone: dict[str, list[Write]] = defaultdict(list)
    for write in chronicle.writes:
        if not clears(chronicle, write):
            by_phone[write.phone].append(write)
    for phone, writes in by_phone.items():
        written: Write | None = None
        applied = False
        for last, write in zip([None, *writes], writes, strict=False):
            if write.operation in WRITES:
                if why := _unjustified(chronicle, written, last, write):
                    yield f"{phone} was written (history {write.number}) although {why}"
                written, applied = write, False
            elif written is None or applied:
                yield f"{phone} was applied (history {write.number}) {'twice for one write' if applied else 'unwritten'}"
            else:
                applied = True


def _unjustified(chronicle: Chronicle, written: Write | None, last: Write | None, write: Write) -> str:
    """Why this write should not have been made; `last` is the phone's last write or apply, `written` its last write."""
    stands = write.operation_before != _NONE and not chronicle.scenario.ended(write.status_before)
    ahead = chronicle.deadlines.get(write.finish_time_before, inf) > write.at
    if _came_late(chronicle, write) or (written is not None and _came_late(chronicle, written)):
        return ""
    if written is None or last is None:
        foreign = stands and ahead and write.finish_time_before and not _met(chronicle, write)
        return f"somebody else's operation stood until {write.finish_time_before}" if foreign else ""
    if stands and ahead:
        return f"its operation stood until {write.finish_time_before} already"
    if chronicle.scenario.ended(write.status_before) and write.status_before != last.certificate_status:
        return f"the one before (history {written.number}) had ended in {write.status_before!r}"
    return ""


def _came_late(chronicle: Chronicle, write: Write) -> bool:
    """Whether the cluster sat on this write until nobody waited for it any more, and then carried it out."""
    delays = (fired for fired in chronicle.fired if fired.trouble.kind is Kind.DELAY)
    return any(abs(write.true_at - fired.at - fired.trouble.amount) < 1 < fired.trouble.amount for fired in delays)


def _met(chronicle: Chronicle, write: Write) -> bool:
    """Whether trouble met this phone so short before the write that no client could have seen it."""
    return any(fired.phone == write.phone and 0 <= write.true_at - fired.at < _SETTLES for fired in chronicle.fired)


def an_hour_ahead(chronicle: Chronicle) -> Iterator[str]:
    """The deadline is never under an hour at the time of a write, by the cluster's clock.

    A client learns of a clock that jumped when it next reads phones: writes before the second read after a jump are forgiven
    (the first may have been of something else).
    """
    jumps = [fired.at for fired in chronicle.fired if fired.trouble.kind is Kind.JUMP and fired.trouble.amount > 0]
    reads = sorted(at for part in chronicle.parts for at in part.reads)
    for write in chronicle.writes:
        left = chronicle.deadlines.get(write.finish_time, inf) - write.at
        if write.operation not in WRITES or left >= HOUR or clears(chronicle, write):
            continue
        if any(jump <= write.true_at and sum(jump < at < write.true_at for at in reads) < 2 for jump in jumps):
            continue
        yield f"{write.phone} was written (history {write.number}) with a deadline {left / 60:.1f} minutes ahead"


def the_journal_knows_first(chronicle: Chronicle) -> Iterator[str]:
    """Whatever the cluster took had been intended in the journal before."""
    intended: dict[tuple[str, str], list[float]] = defaultdict(list)
    for line in chronicle.story:
        if line.what.endswith(" intended"):
            intended[line.phone, line.what].append(line.at)
    taken: Counter[tuple[str, str]] = Counter()
    for write in chronicle.writes:
        what = "write intended" if write.operation in WRITES else "apply intended"
        if clears(chronicle, write):
            what = f"{Purpose.CLEAR_STRING} intended"
        taken[write.phone, what] += 1
        before = sum(at <= write.true_at for at in intended[write.phone, what])
        if taken[write.phone, what] > before:
            yield f"{write.phone} got {write.operation} (history {write.number}) and the journal did not know"


def one_owner(chronicle: Chronicle) -> Iterator[str]:
    """A second client never gets the lock, and says who has it."""
    for rival in chronicle.rivals:
        if rival.exit_code != 6 or "another run is at work" not in rival.err:
            yield f"a second client ended with {rival.exit_code} while the first was at work: {rival.err[-300:]!r}"


def it_comes_to_an_end(chronicle: Chronicle) -> Iterator[str]:
    """Each process ends, the run is finished at last, and a finished run that is resumed writes nothing."""
    for part in chronicle.parts:
        if part.late:
            yield f"a client never ended: {' '.join(part.arguments)}: {part.err[-300:]!r}"
    if chronicle.parts[-1].state != "finished":
        last = chronicle.parts[-1]
        yield f"the run never finished: {last.state}, exit code {last.exit_code}: {last.err[-300:]!r}"
    for before, part in zip(chronicle.parts, chronicle.parts[1:], strict=False):
        # strings that the cluster did not let go are tried again, which is what its resume is for
        since = [write for write in chronicle.writes if before.writes < write.number <= part.writes]
        again = [write.phone for write in since if not clears(chronicle, write)]
        if before.state == "finished" and again:
            yield f"a finished run was resumed, and wrote {', '.join(again)}"


def it_says_how_it_ended(chronicle: Chronicle) -> Iterator[str]:
    """Exit codes are as documented, and fit the journal; no process shows a traceback or the password."""
    for number, part in enumerate(chronicle.parts, 1):
        if part.late:
            continue
        if part.exit_code not in _possible(part):
            yield f"part {number} ended with {part.exit_code}, which {_names(part)} do not explain: {part.err[-400:]!r}"
        elif part.state not in _states(part):
            yield f"part {number} ended with {part.exit_code}, and the journal says {part.state}: {_notes_of(part)}"
    for text in (*(part.out + part.err for part in chronicle.parts), *(rival.err for rival in chronicle.rivals)):
        if "Traceback" in text:
            yield f"a traceback: {text[text.index('Traceback') :][-1500:]}"
        if chronicle.password and chronicle.password in text:
            yield "the password was shown"


def _notes_of(part: Part) -> str:
    return re.sub(r"\s+", " ", "".join(re.findall(r'"notes": \[.*?\]', part.out, re.DOTALL)))


def _states(part: Part) -> tuple[str, ...]:
    """What the journal may say of a run whose process ended with this exit code; some failed counts more than some pending."""
    left = ("stopped", "window-closed")
    match part.exit_code:
        case 0:
            return ("finished",)
        case 1:
            return ("finished", "gate-closed", *(left if "--no-wait" in part.arguments else ()))
        case 7:
            return left
        case _:
            return (part.state,)


def _possible(part: Part) -> set[int]:
    kinds = {fired.trouble.kind for fired in part.fired}
    early = {fired.trouble.kind for fired in part.fired if not fired.begun}
    possible = {0, 1}
    if "--no-wait" in part.arguments:
        possible.add(7)
    if kinds & {Kind.KILL, Kind.KILL_UNSEEN}:
        possible.add(-9)
    if kinds & {Kind.INTERRUPT, Kind.TERMINATE}:
        possible.add(130)
    if Kind.TERMINATE in early and not part.begun:
        possible.add(-15)  # nothing has been done yet that would have to be told
    if part.state != "running":  # all has been told
        possible |= {-number for kind, number in ((Kind.INTERRUPT, 2), (Kind.TERMINATE, 15)) if kind in kinds}
    if Kind.DISK in kinds:
        possible.add(6)
    if early & {*ON_THE_WIRE, *ENDS_CLIENT} and not part.begun:
        possible |= {3, 5}  # preflight refuses where it could not look
    return possible


def _names(part: Part) -> str:
    return ", ".join(str(fired.trouble) for fired in part.fired) or "no troubles"


def the_terminal_tells_the_same(chronicle: Chronicle) -> Iterator[str]:
    """What the last process told is what the journal has."""
    if chronicle.run is None or chronicle.parts[-1].exit_code not in (0, 1):
        return
    said = told(chronicle.parts[-1])
    for name, standing in chronicle.run.standings.items():
        if said.get(name) != standing.state:
            yield f"{name} is {standing.state} in the journal, and the terminal said {said.get(name)}"


INVARIANTS: tuple[Callable[[Chronicle], Iterator[str]], ...] = (
    only_what_was_planned,
    nothing_twice,
    an_hour_ahead,
    the_journal_knows_first,
    untrue,
    overrun,
    one_owner,
    it_comes_to_an_end,
    it_says_how_it_ended,
    the_terminal_tells_the_same,
    *OF_STRINGS,
    *OF_PROFILES,
)
