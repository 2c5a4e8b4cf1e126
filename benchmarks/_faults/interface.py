"""A fault, and how a phone tells of it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from benchmarks._phone_logs import Story

Happening = Callable[[Story], None]

PENDING = "Operation Pending"


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong.

    `link` is the link that it breaks; `causes` are the names that are right for it, `stage` is where the phone is stopped. `log`
    writes what the phone then says, `messages` are wordings of its status messages. `facts` is what a live cluster shows in any
    case; `status`, the certificate status, and `outcome` only once the fault has struck. What `alike` ones write tells them from
    no other.
    """

    link: str
    causes: tuple[str, ...]
    stage: str
    log: Happening | None = None
    messages: Sequence[str] = ()
    facts: Mapping[str, str] = field(default_factory=dict)
    status: str = PENDING
    outcome: Mapping[str, str] = field(default_factory=dict)
    alike: bool = False

    @property
    def tells(self) -> bool:
        """Whether the phone's log tells it from all others."""
        return self.log is not None and not self.alike


def says(*phrasings: str, level: str = "ERR", process: str = "SEC") -> Happening:
    """The phone writes one line, in one of these wordings."""
    return lambda story: story.say(process, *phrasings, level=level)


def then(*happenings: Happening) -> Happening:
    """One after the other."""

    def all_of_them(story: Story) -> None:
        for happening in happenings:
            happening(story)

    return all_of_them


def ends(code: int) -> Happening:
    """The attempt ends with this error code of CAPF's."""
    return lambda story: story.ends(code)


def not_connected(story: Story) -> None:
    """What the screen shows, as most phones log it."""
    story.not_connected()
