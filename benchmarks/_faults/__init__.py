"""What can be wrong with one phone's enrolment: where it strikes, what the phone and the cluster then show, and its true name.

A phone goes through the stages in their order and stops at the first fault; what lies behind it is never reached, and shows at most
in the cluster's facts.
"""

from collections.abc import Mapping, Sequence

from benchmarks._faults.at_capf import AT_CAPF
from benchmarks._faults.before_capf import BEFORE_CAPF
from benchmarks._faults.interface import PENDING, Fault, Happening
from benchmarks._phone_logs import Story

__all__ = ["FAULTS", "PENDING", "STAGES", "Fault", "play", "stopped"]

FAULTS: Mapping[str, Fault] = {**BEFORE_CAPF, **AT_CAPF}
"""Every fault by its name."""


STAGES = (
    "off",
    "lists",
    "configuration",
    "resolve",
    "begin",
    "connect",
    "handshake",
    "prove",
    "keys",
    "sign",
    "register",
)
"""In their order; `off` is a phone that does not even start."""


def stopped(names: Sequence[str]) -> str | None:
    """The fault at which a phone with these faults stops."""
    return min(names, key=lambda name: STAGES.index(FAULTS[name].stage), default=None)


def play(story: Story, names: Sequence[str]) -> None:
    """Let a phone with these faults enrol, up to the first that stops it."""
    modes = [FAULTS[name].facts.get("profile-mode") for name in names]
    mode = "[0]([AUTH_STR])" if "auth-string" in modes else "[1]([NULL_STR])"
    passes: Sequence[Happening] = (
        _without_a_word,
        Story.lists,
        lambda one: one.maybe("downd", "DDGETTFTP.RESULT [_100_  HTTP NO ERROR]"),
        Story.resolve,
        lambda one: one.start(mode),
        Story.connect,
        Story.handshake,
        _without_a_word,
        Story.keys,
        Story.done,
        Story.register,
    )
    at = stopped(names)
    for stage, passed in zip(STAGES, passes, strict=True):
        if at is not None and FAULTS[at].stage == stage:
            happening = FAULTS[at].log
            if happening is not None:
                happening(story)
            return
        passed(story)


def _without_a_word(story: Story) -> None:
    """Nothing is told of it."""
