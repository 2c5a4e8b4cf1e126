"""What must hold for authentication strings, by what the cluster saw in the instant of each write."""

import re
from collections.abc import Callable, Iterator
from math import inf

from benchmarks._chaos.chronicle import WRITES, Chronicle
from lscctl.outcome import DONE_BY_CAPF
from lscctl.simulator.history import Write

_NONE = "No Pending Operation"
_STILL = "authentication string is still at the cluster"


def clears(chronicle: Chronicle, write: Write) -> bool:
    """Whether this write only rids a phone of its string, or tries to, which a cluster may pass over."""
    if write.operation not in WRITES or not chronicle.truth.handed_out:
        return False
    # a busy machine may note a write in the history long after the database has seen it, but never after the phone's next one
    before = max((one.true_at for one in chronicle.writes if _an_earlier_one(one, write)), default=-inf)
    seen = [one for one in chronicle.truth.strings if one.phone == write.phone and before < one.at <= write.true_at]
    if seen:
        return not seen[-1].text
    as_before = (write.certificate_operation, write.finish_time) == (write.operation_before, write.finish_time_before)
    ended = chronicle.scenario.ended(write.status_before) or write.operation_before == _NONE
    return as_before and ended and not write.changed


def _an_earlier_one(write: Write, than: Write) -> bool:
    return write.phone == than.phone and write.number < than.number and write.operation in WRITES


def handed_out_before(chronicle: Chronicle) -> Iterator[str]:
    """No string is ever at the cluster that was not in the hand-out on disk by then."""
    for seen in chronicle.truth.strings:
        if not seen.handed_out:
            yield f"{seen.phone} was given a string that no hand-out on disk had"


def gone_after_success(chronicle: Chronicle) -> Iterator[str]:
    """Once its phone is done the cluster holds no string of it, or the run says that it does."""
    if chronicle.run is None:
        return
    ours, held = chronicle.truth.handed_out, chronicle.truth.held
    for name, standing in chronicle.run.standings.items():
        if standing.state in DONE_BY_CAPF and held.get(name, "") == ours.get(name) and _STILL not in standing.reason:
            yield f"{name} is {standing.state}, and the cluster still has its string: {standing.reason or 'no word of that'}"


def told_nowhere(chronicle: Chronicle) -> Iterator[str]:
    """No process says a string, and the journal has none."""
    texts = [part.out + part.err for part in chronicle.parts]
    texts += [rival.err for rival in chronicle.rivals]
    texts.append(chronicle.journal.decode("utf-8", "replace"))
    for name, string in chronicle.truth.handed_out.items():
        if any(re.search(rf"(?<!\d){string}(?!\d)", text) for text in texts):
            yield f"the string of {name} was told"


OF_STRINGS: tuple[Callable[[Chronicle], Iterator[str]], ...] = (handed_out_before, gone_after_success, told_nowhere)
