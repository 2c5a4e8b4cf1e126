"""A cluster, logged in: the one object that the command line and the rollout hold."""

import re
import time
from collections.abc import Callable, Mapping, Sequence
from types import TracebackType
from typing import Self

from lscctl.auth_string import AuthString
from lscctl.capf import CertificateOperation
from lscctl.config import ClusterConfig
from lscctl.cucm import axl as axl_door
from lscctl.cucm.axl import Axl, Call
from lscctl.cucm.capf_port import read_port
from lscctl.cucm.clock import corrected, measure
from lscctl.cucm.connection import Trust
from lscctl.cucm.facts import read_facts
from lscctl.cucm.faults import AxlFault, RoleMissing
from lscctl.cucm.handshake import Handshake, shake
from lscctl.cucm.identity import read_publisher, stored_capf_fingerprint, stored_certificates
from lscctl.cucm.inventory import POLL_PAGE, Features, Inventory
from lscctl.cucm.itl_status import SINCE, ItlStatus, read_itl_status
from lscctl.cucm.node_doors import NodeDoors
from lscctl.cucm.parameters import read_parameters
from lscctl.cucm.phone_doors import PhoneDoors
from lscctl.cucm.public_keys import read_public_keys
from lscctl.cucm.registration import Page, Ris
from lscctl.cucm.search import Found, PhoneSearch
from lscctl.cucm.security_profiles import SecurityProfiles, settings_fields
from lscctl.cucm.sql import Sql
from lscctl.cucm.together import cleared_statement, operation_statement
from lscctl.cucm.transport import Endpoint
from lscctl.cucm.trust_stores import TrustStores, read_trust_stores
from lscctl.cucm.whereabouts import Whereabouts
from lscctl.cucm.wire import Wire
from lscctl.deadline import ClusterClock, Deadline
from lscctl.identity import ClusterIdentity
from lscctl.phone import Glance, Phone, PhoneQuery, Reading, SecurityProfile, Sighting
from lscctl.plan import ClusterFacts, Step

_NOBODY = "00000000-0000-0000-0000-000000000000"
_NOBODY_NAME = "SEP000000000000"
_STRING = "authenticationString"


def endpoint(config: ClusterConfig, password: str) -> Endpoint:
    """Where the configuration says that the cluster is, and whom to trust there. Raises UsageError."""
    return Endpoint(
        host=config.host,
        user=config.user,
        password=password,
        port=config.port,
        trust=Trust(ca_bundle=config.ca_bundle, fingerprint=config.fingerprint, insecure=config.insecure),
        proxy=config.proxy,
        connect_timeout=config.connect_timeout,
        read_timeout=config.timeout,
        workers=config.concurrency + 1,  # a poll goes on while all workers write
    )


class Cluster:
    """One cluster: its version and clock, its phones, the writes that an install takes, and its CAPF. Safe to share by threads.

    `config` is what it was reached by, `nodes` are its single nodes, `phone_doors` its phones', `profiles` its security profiles;
    `notes` say what this version lacks and how the clock was found. All methods raise WireFault.
    """

    page_size = POLL_PAGE

    def __init__(
        self, config: ClusterConfig, axl: Axl, *, now: Callable[[], float], sleep: Callable[[float], None]
    ) -> None:
        self.name = config.name
        self._axl = axl
        self.version = axl.cluster_version()
        self._numbers = tuple(int(number) for number in re.findall(r"\d+", self.version)[:2])
        self._inventory = Inventory(self.rows, Features.of(self._numbers), self._heard_time, now)
        self.config = config
        self._ris_transport = axl.transport.another()  # RIS may be slow, and must not take a connection from the writes
        self._ris = Ris(self._ris_transport.call, now=now, sleep=sleep, a_minute=config.ris_rate)
        self._capf_port: int | None = None
        self.nodes = NodeDoors(config, self.rows, axl.transport)
        self.phone_doors = PhoneDoors(self.nodes.routes, direct=config.proxy is None)
        self.profiles = SecurityProfiles(axl, self._inventory, self.facts, self.rows, sleep=sleep)
        self._whereabouts = Whereabouts(self.rows, self._ris, config.expressway_addresses)
        self._search = PhoneSearch(
            self._inventory, self._whereabouts, self.rows, now=lambda: self.clock.utc().timestamp(), facts=self.facts
        )
        measured = measure(self.rows, zone=config.zone, now=now)
        self.clock: ClusterClock = measured.clock
        self._now = now
        self.notes: tuple[str, ...] = (*self._inventory.features.notes, *self._lacking(), *measured.notes)

    @classmethod
    def connect(
        cls,
        config: ClusterConfig,
        password: str,
        *,
        now: Callable[[], float] = time.time,
        sleep: Callable[[float], None] = time.sleep,
        observer: Callable[[Call], None] | None = None,
        trace: Callable[[str], None] | None = None,
    ) -> Self:
        """Log in, choose the schema, read version and clock.

        `now` is our clock in epoch seconds. `observer` sees every AXL call, `trace` every message with secrets masked. Raises
        WireFault and UsageError.
        """
        axl = axl_door.connect(endpoint(config, password), wsdl=config.wsdl, sleep=sleep, observe=observer, trace=trace)
        try:
            return cls(config, axl, now=now, sleep=sleep)
        except BaseException:
            axl.transport.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the connections."""
        self._ris_transport.close()
        self._axl.transport.close()

    @property
    def reads(self) -> int:
        """How many reads the cluster was asked for, through AXL and RIS."""
        return self._axl.reads + self._ris.requests

    @property
    def writes(self) -> int:
        """How many writes were sent to the cluster."""
        return self._axl.writes

    def facts(self) -> ClusterFacts:
        """Who issues LSCs here, and what else the plan must know."""
        return read_facts(self.rows, now=self.clock.utc().timestamp(), version=self._numbers)

    def find(
        self,
        query: PhoneQuery,
        *,
        progress: Callable[[str], None] | None = None,
        registration: bool = True,
        zones: bool = False,
    ) -> Found:
        """The phones that the query means; see `PhoneSearch.find`. Raises UsageError for words that mean nothing here."""
        return self._search.find(query, progress=progress, registration=registration, zones=zones)

    def write(
        self, step: Step, deadline: Deadline, operation: CertificateOperation, string: AuthString | None = None
    ) -> None:
        """Set this operation on the phone with its profile's own settings, as far as the schema has them: one updatePhone.

        `string` becomes its authentication string; without one it keeps its own. Raises AnswerLost where it may have been done,
        AxlFault (`not_found` for a phone that is gone) where it was refused.
        """
        wanted = {
            "certificateOperation": operation.value,
            **settings_fields(step.settings),
            **({} if string is None else {_STRING: string.reveal()}),
            "upgradeFinishTime": deadline.text,
        }
        known = self._axl.schema.fields("updatePhone")
        changes = {field: value for field, value in wanted.items() if field in known}
        self._axl.update_phone(step.phone.pkid, changes)

    def move(self, phone: Phone, to: SecurityProfile) -> None:
        """Give the phone this security profile, and change nothing else of it. Raises as `write` does."""
        self._axl.update_phone(phone.pkid, {"securityProfileName": to.name})

    def apply(self, phone: Phone) -> None:
        """Make the phone fetch its configuration; raises as `write` does."""
        self._axl.apply_phone(phone.pkid)

    def write_together(
        self,
        steps: Sequence[Step],
        deadline: Deadline,
        operation: CertificateOperation,
        strings: Mapping[str, AuthString] | None = None,
    ) -> int:
        """Set operation and deadline of these phones, at most `together.MOST_PHONES`, by one executeSQLUpdate.

        Returns how many rows it changed: phones that are gone are not among them. Raises as `write` does; what was lost or
        refused concerns all of them. The settings are the profiles', as AXL's checks are not made. `strings` are authentication
        strings for some of them, `{pkid: string}`.
        """
        statement = operation_statement(operation, [step.phone.pkid for step in steps], deadline.text, strings)
        return self._axl.update_sql(str(statement), frozenset(one.reveal() for one in (strings or {}).values()))

    def take_back(self, phone: Phone, *, clears_string: bool = False) -> None:
        """Set the phone back to No Pending Operation, and never apply it: it may act all the same. Raises as `write` does.

        Its authentication string is cleared before, where that is wanted: it can be while an operation stands only [XSD].
        """
        if clears_string:
            self.clear_string(phone)
        self._axl.update_phone(phone.pkid, {"certificateOperation": CertificateOperation.NONE.value})

    def clear_string(self, phone: Phone) -> None:
        """Write an empty authentication string, and nothing else; raises as `write` does.

        Whether CUCM takes it while no operation stands is *assumed*: it may pass over it without a word, or refuse it [XSD].
        """
        self._axl.update_phone(phone.pkid, {_STRING: ""})

    def clear_strings_together(self, phones: Sequence[Phone]) -> int:
        """Clear them by one executeSQLUpdate, outside AXL's checks; as `write_together`."""
        return self._axl.update_sql(str(cleared_statement([phone.pkid for phone in phones])))

    def authentication_strings(self) -> dict[str, AuthString]:
        """`{pkid: string}` of all phones of the cluster that hold one which a keypad can type."""
        return self._inventory.authentication_strings()

    def read(self, pkids: Sequence[str], strings: Mapping[str, AuthString] | None = None) -> dict[str, Reading]:
        """What is under way for at most `page_size` phones, in one page of SQL; a phone that is gone is absent.

        With the authentication `strings` that were handed out, `{pkid: string}`, it tells what the cluster holds beside them.
        """
        return self._inventory.read(pkids, strings)

    def glance(self, pkids: Sequence[str]) -> dict[str, Glance]:
        """`{pkid: Glance}` of these phones, in one page of SQL however many they are; those that are gone are absent."""
        return self._inventory.glance(pkids)

    def pending(self) -> frozenset[str]:
        """The pkids of the cluster's phones that have an operation under way, whosever: the first 5,000 of them by pkid.

        One whose finish time has passed is not under way any more, to the hour.
        """
        return self._inventory.pending(f"{self.clock.local():%Y:%m:%d:%H}")

    def sightings(self, names: Sequence[str]) -> dict[str, Sighting]:
        """`{name: Sighting}` for each of the names: who is registered now, and since when.

        RIS tells it, 1,000 phones a request and never more requests than it allows, so many names take minutes; else the database
        does, without `since`; where neither can, NOT_ASKED. Raises LoginRefused only.
        """
        return self._whereabouts.sightings(names)

    def capf_answers(self) -> bool | None:
        """Whether CAPF answers on its port; None where that cannot be told from here (see `handshake.Handshake`)."""
        return self._shake_with_capf().answers

    @property
    def release(self) -> tuple[int, ...]:
        """The version's first two numbers, as in (12, 5)."""
        return self._numbers

    def may_write(self) -> bool:
        """Whether the user may change anything through AXL: asked by an updatePhone of a phone that cannot exist.

        Raises WireFault where something else is wrong.
        """
        try:
            self._axl.update_phone(_NOBODY, {"description": ""})
        except RoleMissing:
            return False
        except AxlFault as fault:
            if fault.not_found:
                return True
            raise
        return True

    def ask_registration_of_nobody(self) -> None:
        """See whether RIS answers this user; see `Ris.greet`. Raises WireFault, RoleMissing among them."""
        self._ris.greet(_NOBODY_NAME)

    def capf(self) -> Handshake:
        """What CAPF's port says: whether it answers, and the certificate with which it signs."""
        return self._shake_with_capf()

    def capf_port(self) -> int:
        """The port on which CAPF takes phones, as the cluster names it."""
        if self._capf_port is None:
            self._capf_port = read_port(self.rows)
        return self._capf_port

    def certificates(self) -> tuple[bytes, ...]:
        """The certificates of the database, in DER; what is none is left away."""
        return stored_certificates(self.rows)

    def trust_stores(self) -> TrustStores | None:
        """Which certificates are in which trust store; None where the database does not tell. Raises WireFault."""
        return read_trust_stores(self.rows)

    def public_keys(self, pkids: Sequence[str]) -> dict[str, bytes]:
        """The public keys that the database holds for these phones; see `public_keys.read_public_keys`."""
        return read_public_keys(self.rows, pkids)

    def itl_status(self) -> Mapping[str, ItlStatus] | None:
        """`{pkid: ItlStatus}` of the phones that hold another ITL than their server; None where this cluster has no place for it.

        Raises WireFault.
        """
        return read_itl_status(self.rows) if self.release >= SINCE else None

    def parameters(self) -> Mapping[str, str]:
        """The enterprise and service parameters that say how LSCs are made here: `{words of the name: value}`."""
        return read_parameters(self.rows)

    def rows(self, statement: Sql) -> list[Mapping[str, str]]:
        """What a SELECT answers, NULL as an empty text."""
        return [
            {column: text or "" for column, text in row.items()}
            for row in self._axl.query(str(statement), statement.secrets)
        ]

    @property
    def wire(self) -> Wire:
        """AXL below its schema."""
        return Wire(self._axl.transport, self._axl.schema.version)

    def registrations_at_once(self, names: Sequence[str]) -> Page:
        """What RIS answers to one request for all these names, however many: a fault where they are too many."""
        return self._ris.ask(names)

    def identity(self) -> ClusterIdentity:
        """Which cluster this is: the publisher's pkid, and the fingerprint of the CAPF certificate that CAPF shows.

        Where CAPF shows none, it is that of the newest CAPF certificate in the database, *assumed* to be the live one.
        """
        return ClusterIdentity(
            name=self.name,
            host=self.config.host,
            publisher=read_publisher(self.rows),
            capf=self._shake_with_capf().fingerprint or stored_capf_fingerprint(self.rows),
        )

    def _heard_time(self, told: str, asked: float) -> None:
        """A page of phones told the cluster's local time: runs last for days, and clocks are set."""
        self.clock = corrected(self.clock, told, asked, self._now())

    def _shake_with_capf(self) -> Handshake:
        config = self.config
        return shake(config.host, self.capf_port(), timeout=config.connect_timeout, direct=config.proxy is None)

    def _lacking(self) -> tuple[str, ...]:
        if self._axl.apply_operation == "applyPhone":
            return ()
        return ("this CUCM has no applyPhone, which came with 10.0: phones are reset instead (doDeviceReset)",)
