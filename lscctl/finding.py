"""What a diagnosis found: evidence and where it stands, the chain on which an LSC depends, causes with their remedies."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Source(StrEnum):
    """Where evidence comes from."""

    CONSOLE_LOG = "console-log"
    STATUS_MESSAGES = "status-messages"
    SHOW_ITL = "show-itl"
    CAPF_TRACE = "capf-trace"
    PHONE_PAGE = "phone-page"
    NODE_OUTPUT = "node-output"
    CLUSTER = "cluster"
    PHONE = "phone"


class Door(StrEnum):
    """Where a live cluster and its phones are asked for evidence, by the name that a user gives it."""

    REGISTRATION = "registration"
    PARAMETERS = "parameters"
    SERVICES = "services"
    CAPF_PORT = "capf-port"
    CERTIFICATES = "certificates"
    TRUST_LISTS = "trust-lists"
    ITL_STATUS = "itl-status"
    PHONE_PAGES = "phone-pages"
    PHONE_CERTIFICATES = "phone-certificates"
    NAMES = "names"

    @property
    def tells(self) -> str:
        """What it tells, in words."""
        return _TELLS[self]


_TELLS: Mapping[Door, str] = {
    Door.REGISTRATION: "who is registered, and from where",
    Door.PARAMETERS: "the cluster's parameters",
    Door.SERVICES: "the services on the nodes",
    Door.CAPF_PORT: "CAPF's port and certificate",
    Door.CERTIFICATES: "the certificates of the database",
    Door.TRUST_LISTS: "the TFTP servers' trust lists",
    Door.ITL_STATUS: "the ITL status of phones",
    Door.PHONE_PAGES: "the phone's own pages and logs",
    Door.PHONE_CERTIFICATES: "the certificate that the phone shows",
    Door.NAMES: "the phone's name servers",
}


class LinkName(StrEnum):
    """The links of the chain, in the order in which an LSC depends on them."""

    PROFILE = "profile"
    OPERATION = "operation"
    REGISTRATION = "registration"
    CONFIGURATION = "configuration"
    NAME_RESOLUTION = "name-resolution"
    CAPF_REACHED = "capf-reached"
    CAPF_CERTIFICATE = "capf-certificate"
    LSC_ISSUED = "lsc-issued"
    REREGISTERED = "re-registered"

    @property
    def position(self) -> int:
        """Its place in the chain, from 0."""
        return tuple(LinkName).index(self)


class LinkState(StrEnum):
    """What is known of a link."""

    GOOD = "good"
    BROKEN = "broken"
    UNKNOWN = "unknown"


class Certainty(StrEnum):
    """How sure a cause is, the surest first."""

    CERTAIN = "certain"
    LIKELY = "likely"
    POSSIBLE = "possible"


class Effect(StrEnum):
    """What a step of a remedy does beside its purpose."""

    RESTARTS_PHONES = "restarts-phones"
    CLUSTER_WIDE = "cluster-wide"


@dataclass(frozen=True, slots=True)
class Place:
    """Where something was seen: in which file and line (from 1; 0: the whole of it)."""

    source: Source
    file: str = ""
    line: int = 0

    def __str__(self) -> str:
        where = self.file or self.source.value
        return f"{where}:{self.line}" if self.line else where


@dataclass(frozen=True, slots=True, order=True)
class Moment:
    """When something was seen, to be compared with others of the same `clock` only: `number` counts up.

    A clock is one phone's console log with its rotated files, or one trace. NOW is after every moment of every clock. `attempt`
    is the number at which the phone's last attempt at CAPF before it began, 0 where none had.
    """

    clock: str
    number: int
    attempt: int = 0

    def after(self, other: "Moment | None") -> bool:
        """Whether this is known to be later."""
        if other is None or self == other:
            return False
        return self.clock == _NOW or (self.clock == other.clock and self.number > other.number)

    def with_or_after(self, other: "Moment | None") -> bool:
        """Whether this is known to be of the same attempt, or later."""
        same = other is not None and self.clock == other.clock and self.attempt == other.attempt
        return same or self.after(other)


_NOW = "now"
NOW = Moment(_NOW, 0)


@dataclass(frozen=True, slots=True)
class Evidence:
    """One thing seen, in words: a line of a text, or what a `fact` is (then `value` is its value). Secrets are masked in it.

    `at` is the time as the source writes it, mostly without year and zone. `moment` orders it among others, None where nobody
    can. `times` is how often the like was seen. `groups` holds what a pattern found in it, such as the name of a server. `about` is
    whose it is where that is not the phone: the ITL of one TFTP server, a name that is not resolved.
    """

    place: Place
    seen: str
    fact: str = ""
    value: str = ""
    at: str = ""
    moment: Moment | None = None
    times: int = 1
    groups: Mapping[str, str] = field(default_factory=dict)
    about: str = ""


@dataclass(frozen=True, slots=True)
class Link:
    """One link of the chain, what is known of it, and from what. `implied` names the later link that shows it to be good."""

    name: LinkName
    title: str
    state: LinkState
    evidence: tuple[Evidence, ...] = ()
    implied: LinkName | None = None


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a remedy."""

    do: str
    effects: tuple[Effect, ...] = ()


@dataclass(frozen=True, slots=True)
class Cause:
    """What is known of a cause, whether or not it is there. `name` is its file's; `cisco` holds Cisco's own words for it."""

    name: str
    title: str
    link: LinkName
    applies_to: str
    means: str
    settle: tuple[str, ...]
    remedy: tuple[Step, ...]
    cisco: tuple[str, ...] = ()
    bugs: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class NamedCause:
    """A cause that a diagnosis names: how sure and why, from which evidence, and what speaks against it."""

    cause: Cause
    certainty: Certainty
    why: str
    evidence: tuple[Evidence, ...]
    against: tuple[Evidence, ...] = ()

    @property
    def about(self) -> str:
        """What the cause is about where that is not the phone itself, '' where nothing says so: phones may share it."""
        return next((one.about for one in self.evidence if one.about), "")


@dataclass(frozen=True, slots=True)
class Attempt:
    """One attempt of a phone to have CAPF do something, as its console log tells it.

    `mode` is how the phone meant to prove itself, `code` CAPF's error code (0: success), None where the log does not tell;
    `outcome` says in words how it ended.
    """

    start: Place
    at: str
    mode: str = ""
    code: int | None = None
    outcome: str = ""
    end: Place | None = None
    until: str = ""


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """All that is found for one phone. `phone` is '' where nothing tells which phone it is about.

    `looked_at` names each file or door with what it is; `missing` what could not be had, and why. `attempts` are the last ones,
    `attempts_in_all` is their number.
    """

    phone: str
    links: tuple[Link, ...]
    causes: tuple[NamedCause, ...]
    looked_at: tuple[Place, ...] = ()
    missing: tuple[str, ...] = ()
    attempts: tuple[Attempt, ...] = ()
    attempts_in_all: int = 0
    model: str = ""

    @property
    def broken(self) -> Link | None:
        """The first broken link, at which attention stops."""
        return next((link for link in self.links if link.state is LinkState.BROKEN), None)
