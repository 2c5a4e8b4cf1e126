"""A cluster for the command line's tests: phones in memory, no network. The engine that runs on it is the real one."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC

from lscctl.capf import CertificateOperation, CertificateStatus
from lscctl.cli.auditing import AuditLog
from lscctl.cli.connection import Session
from lscctl.cucm.handshake import Handshake
from lscctl.cucm.search import Found
from lscctl.deadline import ClusterClock, Deadline
from lscctl.errors import ClusterError
from lscctl.identity import ClusterIdentity
from lscctl.phone import Glance, Lsc, Phone, PhoneQuery, Reading, Registration, Sighting
from lscctl.plan import ClusterFacts, Issuer, Protected, Step
from lscctl.rules import Rules
from lscctl.verdict import CheckResult
from tests.report.phones_in_sight import FACTS, NOW

_ENDS_IN = {"Upgrade Success": Lsc(int(NOW) + 5 * 365 * 86_400, "CN=new", None, "30"), "Delete Success": Lsc()}
"""The LSC that a phone has after such an end; after any other, what it had."""


@dataclass
class Clock:
    """Time that passes only while somebody sleeps."""

    at: float = NOW

    def time(self) -> float:
        return self.at

    def sleep(self, seconds: float) -> None:
        self.at += seconds
        self.whenever_asleep()

    whenever_asleep: Callable[[], None] = lambda: None


@dataclass
class LabCluster:
    """Phones that end with `status` at the second look after the apply; `down` fails every write with this error."""

    phones: list[Phone]
    time: Clock = field(default_factory=Clock)
    status: str = "Upgrade Success"
    down: ClusterError | None = None
    never_end: bool = False
    asked: list[PhoneQuery] = field(default_factory=list)
    ris_asked: int = 0
    glances: int = 0
    remarks: tuple[str, ...] = ()
    written: list[str] = field(default_factory=list)
    applied: dict[str, int] = field(default_factory=dict)
    looked_at: tuple[CheckResult, ...] = ()
    """What preflight finds of it: nothing but passes."""
    name: str = "lab"
    version: str = "15.0.1.11900(4)"
    publisher: str = ""
    fingerprint: str = "c" * 64
    capf_certificate: bytes = b""
    notes: tuple[str, ...] = ()
    issuer: Issuer = Issuer.CAPF
    page_size: int = 500
    protected: Protected = field(default_factory=Protected)
    rules: Rules = field(default_factory=Rules)
    audit: AuditLog | None = None

    def session(self, concurrency: int | None) -> Session:
        """What `connection.connect` gives a command."""
        return Session(
            self,  # type: ignore[arg-type]
            self.protected,
            concurrency or 2,
            self.rules,
            allow_sql_writes=False,
            notify=(),
            audit=self.audit,
        )

    @property
    def clock(self) -> ClusterClock:
        return ClusterClock(UTC, now=self.time.time)

    def facts(self) -> ClusterFacts:
        return replace(FACTS, issuer=self.issuer)

    def parameters(self) -> dict[str, str]:
        return {"durationofcertificatevalidityindays": "100"}

    def find(
        self,
        query: PhoneQuery,
        *,
        progress: Callable[[str], None] | None = None,
        registration: bool = True,
        zones: bool = False,
    ) -> Found:
        self.asked.append(query)
        self.ris_asked += registration
        if query.names_listed is not None:
            known = {phone.name: phone for phone in self.phones}
            return Found(
                tuple(known[name] for name in query.names_listed if name in known),
                tuple(name for name in query.names_listed if name not in known),
            )
        meant = tuple(
            p
            for p in self.phones
            if (not query.models or p.model.split()[-1] in query.models)
            and (query.renewal is None or query.renewal.concerns(p.lsc))
        )
        return Found(meant, notes=self.remarks)

    def glance(self, pkids: Sequence[str]) -> dict[str, Glance]:
        self.glances += 1
        return {phone.pkid: phone.glance for phone in self.phones}

    def identity(self) -> ClusterIdentity:
        publisher = self.publisher or f"publisher of {self.name}"
        return ClusterIdentity(self.name, f"{self.name}.example.com", publisher, self.fingerprint)

    def capf(self) -> Handshake:
        return Handshake(
            bool(self.capf_certificate), self.capf_certificate, "" if self.capf_certificate else "no answer"
        )

    def capf_port(self) -> int:
        return 3804

    def capf_answers(self) -> bool | None:
        return True

    def pending(self) -> frozenset[str]:
        return frozenset()

    def sightings(self, names: Sequence[str]) -> dict[str, Sighting]:
        return {name: Sighting(Registration.REGISTERED, self.time.at) for name in names}

    def write(self, step: Step, deadline: Deadline, operation: CertificateOperation) -> None:
        if self.down is not None:
            raise self.down
        self.written.append(step.phone.name)
        self._change(step.phone.pkid, operation, "Operation Pending", deadline.text)

    def apply(self, phone: Phone) -> None:
        self.applied[phone.pkid] = 0

    def read(self, pkids: Sequence[str]) -> dict[str, Reading]:
        for pkid in pkids:
            if pkid in self.applied and not self.never_end:
                self.applied[pkid] += 1
                if self.applied[pkid] == 2:
                    self._change(pkid, CertificateOperation.NONE, self.status, "")
        return {p.pkid: p.reading for p in self.phones if p.pkid in pkids}

    def _change(self, pkid: str, operation: CertificateOperation, status: str, finish_time: str) -> None:
        for index, phone in enumerate(self.phones):
            if phone.pkid == pkid:
                lsc = _ENDS_IN.get(status, phone.lsc)
                self.phones[index] = replace(
                    phone,
                    operation=operation,
                    status=CertificateStatus(status),
                    finish_time=finish_time or phone.finish_time,
                    lsc=lsc,
                )
