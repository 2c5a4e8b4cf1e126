"""A phone and CAPF: who proves what, which key comes of it, and how it can go wrong."""

import sqlite3
from collections.abc import Callable
from dataclasses import dataclass

from lscctl.simulator import enumerations as enums
from lscctl.simulator.assumptions import Assumptions
from lscctl.simulator.authority import Authority, Issuer, serial_from
from lscctl.simulator.capf_certificate import may_sign
from lscctl.simulator.failures import KINDS
from lscctl.simulator.handset import Handset, Session
from lscctl.simulator.held_lists import NO_LIST, NOT_VERIFIED, HeldLists
from lscctl.simulator.key_pairs import PAIRS_PER_SIZE, KeyName
from lscctl.simulator.links import FAULTS, Link
from lscctl.simulator.models import BY_NUMBER, key_seconds
from lscctl.simulator.outside_ca import ISSUER, OutsideCa
from lscctl.simulator.profiles import Profile, Settings
from lscctl.simulator.releases import Release
from lscctl.simulator.schedule import Schedule

LATE = "User Initiated Request Late/Timedout"
_STRING, _NULL, _LSC_FIRST, _MIC_FIRST = enums.MODES
_MET_AT = {"ec-only": Link.LSC_ISSUED}
"""Failures that a phone meets later than at the link which they break."""
_CAPF_MESSAGES = {"stopped": "LSC: Connection failed", "unreachable": "LSC: Connection failed", "frozen": "ret -8"}


@dataclass(frozen=True)
class Done:
    """The step is done."""


@dataclass(frozen=True)
class Waiting:
    """The phone waits for somebody to type its authentication string, or to have its request signed.

    `fault` is what is wrong until somebody does.
    """

    fault: str = "string-not-typed"


@dataclass(frozen=True)
class Stalled:
    """The phone gives up, and nobody tells the cluster: Operation Pending for ever. `fault` is one of `links.FAULTS`."""

    message: str
    fault: str


@dataclass(frozen=True)
class ConnectionLost:
    """There was no conversation; after the third try it ends with this cause, or with none (then as Stalled)."""

    message: str
    fault: str
    cause: str | None = None


@dataclass(frozen=True)
class Failed:
    """CAPF said no: `... Failed: <cause>`."""

    cause: str
    fault: str
    message: str = "LSC: Failed"


Setback = Stalled | ConnectionLost | Failed


class Enrolment:
    """CAPF's side of a session. `tvs_runs`: whether TVS does on any node."""

    def __init__(
        self,
        connection: sqlite3.Connection,
        *,
        assumptions: Assumptions,
        authority: Authority,
        release: Release,
        schedule: Schedule,
        parameter: Callable[[str], str],
        capf_state: Callable[[], str],
        held_lists: HeldLists,
        outside_ca: OutsideCa,
        tvs_runs: Callable[[], bool],
    ) -> None:
        self._connection = connection
        self._assumptions = assumptions
        self._authority = authority
        self._release = release
        self._schedule = schedule
        self._parameter = parameter
        self._capf_state = capf_state
        self._held_lists = held_lists
        self._outside_ca = outside_ca
        self._tvs_runs = tvs_runs

    def contact(self, handset: Handset, session: Session, at: float) -> Done | Waiting | Setback:
        """Let a phone open its session and prove itself; for an install also settle whether it can make such a key."""
        return (
            self._struck(handset, "contact", Link.PROFILE)
            or self._unprepared(handset)
            or self._struck(handset, "contact", Link.NAME_RESOLUTION)
            or self._unreachable(handset, at)
            or self._late(session, at)
            or self._struck(handset, "contact", Link.OPERATION)
            or self._struck(handset, "contact", Link.LSC_ISSUED)
            or self._authenticate(handset, session, at)
            or (self._no_key(handset, session.settings) if session.operation == "Install/Upgrade" else None)
            or Done()
        )

    def sign(self, handset: Handset, session: Session, at: float) -> Done | Waiting | Setback:
        """Take the public key of a phone and give it its LSC, or with an Offline CA keep its request."""
        setback = (
            self._struck(handset, "keys", Link.LSC_ISSUED)
            or self._unreachable(handset, at)
            or self._late(session, at)
            or self._struck(handset, "sign", Link.LSC_ISSUED)
            or self._other_ca(handset, session)
            or self._not_vouched_for(handset)
        )
        if setback:
            return setback
        online = self._parameter(ISSUER) == "Online CA"
        self.issue_to(handset, session, at, Issuer.ONLINE if online else Issuer.LIVE)
        return Done()

    def issue_to(self, handset: Handset, session: Session, at: float, issuer: Issuer) -> None:
        """Give a phone the LSC that its session is about."""
        self.issue(
            handset.pkid,
            key=self._key(handset, session),
            serial=serial_from(self._schedule.dice(handset.pkid, handset.attempt, "serial")),
            at=at,
            days=int(self._parameter("Duration Of Certificate Validity (in days)")),
            issuer=issuer,
        )

    def issue(self, pkid: str, *, key: KeyName, serial: int, at: float, days: int, issuer: Issuer) -> None:
        """Give a phone an LSC in place of the one that it had, valid from `at` (epoch seconds)."""
        lsc = self._authority.issue(pkid, key=key, serial=serial, now=at, days=days, issuer=issuer)
        changes: dict[str, object] = {
            "publickey": self._authority.public_key_text(key, self._assumptions.public_key_format)
        }
        if self._release.has_lsc_columns:
            curve = enums.number(enums.EC_SIZES, str(key.size)) if key.kind == "ec" else 0
            changes |= {
                "ecpublickeycurve": curve,
                "lscvaliduntil": lsc.valid_until,
                "lscissuername": self._authority.issuer_name(lsc.issuer, self._assumptions.lsc_issuer_name),
                "lscissuervaliduntil": self._authority.valid_until(lsc.issuer),
            }
        self._change(pkid, changes)

    def delete(self, pkid: str) -> None:
        """Take a phone's LSC away."""
        self._connection.execute("DELETE FROM sim_lsc WHERE fkdevice = ?", (pkid,))
        changes: dict[str, object] = {"publickey": None}
        if self._release.has_lsc_columns:
            changes |= {"ecpublickeycurve": None, "lscvaliduntil": 0, "lscissuername": None, "lscissuervaliduntil": 0}
        self._change(pkid, changes)

    def key_seconds(self, handset: Handset, session: Session) -> float:
        """Say how long the phone's keys take, before jitter."""
        key = self._key(handset, session)
        seconds = key_seconds(BY_NUMBER[handset.model], key.kind, key.size)
        return seconds * 10 if "slow-keys" in handset.failures else seconds

    def standing(self, handset: Handset, profile: Profile | None) -> list[str]:
        """What is wrong with a phone that is to enrol before it tries: with its profile and string, and with where it is."""
        faults = ["over-expressway"] if handset.expressway else []
        if self._refuses_ipv6(handset):
            faults.append("capf-refuses-ipv6")
        if profile is None:
            return faults
        settings = profile.settings
        if settings.mode == _STRING and profile.secure:
            faults.append("string-in-secure-profile")
        if settings.mode == _STRING and not handset.string:
            faults.append("string-missing")
        if (
            settings.mode == _LSC_FIRST
            and self._assumptions.lsc_first_with_mic == "pending"
            and not self._has_lsc(handset)
        ):
            faults.append("mic-only")
        no_key = self._no_key(handset, settings)
        # whether EC Only does on a phone that can make such keys, CAPF alone says
        return [*faults, no_key.fault] if no_key is not None and no_key.fault != "ec-only" else faults

    def _has_lsc(self, handset: Handset) -> bool:
        return (
            self._connection.execute("SELECT 1 FROM sim_lsc WHERE fkdevice = ?", (handset.pkid,)).fetchone() is not None
        )

    def has_ec_lsc(self, pkid: str) -> bool:
        """Say whether a phone's LSC is on an EC key."""
        row = self._connection.execute("SELECT kind FROM sim_lsc WHERE fkdevice = ?", (pkid,)).fetchone()
        return row is not None and row[0] == "ec"

    # reaching CAPF

    def _unprepared(self, handset: Handset) -> Setback | None:
        """Whether the phone has what it needs to look for CAPF: a phone that knows none looks for none."""
        refused = self._held_lists.refused(handset)
        if refused is not None and self._assumptions.refused_list == "pending":
            return Stalled(NOT_VERIFIED, refused)
        if BY_NUMBER[handset.model].sbd and handset.itl is None:
            return Stalled(NO_LIST, "itl-missing")
        if self._held_lists.capf_record(handset) == "none":
            return Stalled(KINDS["no-capf-in-itl"].message, self._fault_of_lists(handset, "no-capf-in-itl"))
        without_list = not BY_NUMBER[handset.model].sbd and self._parameter("ClusterSecurityMode") == "0"
        if without_list and self._assumptions.no_sbd == "pending":
            return Stalled(KINDS["no-capf-in-itl"].message, "no-security-by-default")
        return self._struck(handset, "contact", Link.CONFIGURATION)

    def _unreachable(self, handset: Handset, at: float) -> Setback | None:
        state = self._capf_state()
        if state != "running":
            return ConnectionLost(_CAPF_MESSAGES[state], f"capf-{state}")
        if self._refuses_ipv6(handset):
            return ConnectionLost(KINDS["capf-unreachable"].message, "capf-refuses-ipv6")
        if reached := self._struck(handset, "contact", Link.CAPF_REACHED):
            return reached
        if self._held_lists.capf_record(handset) == "other":
            return ConnectionLost(KINDS["capf-certificate"].message, self._fault_of_lists(handset, "capf-certificate"))
        if self._unfit(at):
            return ConnectionLost(KINDS["capf-certificate"].message, "capf-certificate-unfit")
        return self._struck(handset, "contact", Link.CAPF_CERTIFICATE)

    def _unfit(self, at: float) -> bool:
        """Whether phones take CAPF's own certificate for none of a CA [field guide 6]."""
        if self._assumptions.expired_capf == "refused" and self._authority.valid_until(Issuer.LIVE) < at:
            return True
        return self._release.refuses_unfit_capf and not may_sign(self._authority.certificate(Issuer.LIVE))

    def _fault_of_lists(self, handset: Handset, otherwise: str) -> str:
        """What is behind lists that do not name CAPF as it is: that the phone takes no newer ones, where it takes none."""
        return self._held_lists.refused(handset) or otherwise

    def _refuses_ipv6(self, handset: Handset) -> bool:
        """Whether CAPF turns the phone's address away [field guide 2, What bites]."""
        return ":" in (handset.ip or "") and self._parameter("Enable IPv6") == "False"

    def _struck(self, handset: Handset, stage: str, link: Link) -> Setback | None:
        """What is switched on for this phone only, and breaks this link at this stage."""
        for name in sorted(handset.failures):
            kind = KINDS[name]
            if kind.stage != stage or _MET_AT.get(name, FAULTS.get(name)) is not link:
                continue
            if link in (Link.CAPF_REACHED, Link.CAPF_CERTIFICATE):
                return ConnectionLost(kind.message, name, kind.cause)
            return Stalled(kind.message, name) if kind.cause is None else Failed(kind.cause, name, kind.message)
        return None

    def _late(self, session: Session, at: float) -> Setback | None:
        return Failed(LATE, "late") if session.deadline is not None and at > session.deadline else None

    # proving who it is

    def _authenticate(self, handset: Handset, session: Session, at: float) -> Waiting | Setback | None:
        mode = session.settings.mode
        if mode == _STRING and not session.proved:
            if session.secure:
                return Waiting("string-in-secure-profile")
            return Waiting() if session.string else Waiting("string-missing")
        if mode == _MIC_FIRST:
            return self._show_mic(handset)
        if mode == _LSC_FIRST:
            return self._show_lsc(handset, at)
        return None

    def _show_mic(self, handset: Handset) -> Setback | None:
        if handset.mic is None or not self._release.trusts_mic_of(handset.mic):
            return Failed("Invalid MIC", "invalid-mic", KINDS["invalid-mic"].message)
        return None

    def _show_lsc(self, handset: Handset, at: float) -> Setback | None:
        row = self._connection.execute(
            "SELECT issuer, validuntil FROM sim_lsc WHERE fkdevice = ?", (handset.pkid,)
        ).fetchone()
        invalid = Failed("Invalid LSC", "invalid-lsc", KINDS["invalid-lsc"].message)
        if row is None:
            answer = self._assumptions.lsc_first_with_mic
            if answer == "pending":
                return Stalled("PXY_NO_LSC", "mic-only")
            return invalid if answer == "refused" or handset.mic is None else self._show_mic(handset)
        issuer, until = Issuer(int(row[0])), row[1]
        expired = until < at and self._assumptions.expired_lsc == "refused"
        return invalid if issuer is Issuer.FOREIGN or expired else None

    # the key

    def _no_key(self, handset: Handset, settings: Settings) -> Stalled | Failed | None:
        """Say why no key comes of what the profile asks for [field guide 2, What bites]."""
        model, order = BY_NUMBER[handset.model], settings.key_order
        too_long = order != "EC Only" and not self._prefers_ec(handset, settings) and (
            settings.rsa_size > model.largest_rsa
        )  # fmt: skip
        if too_long or (order == "EC Only" and model.capf < 3):
            if self._assumptions.unsupported_key == "pending":
                return Stalled("", "key-unsupported")
            return Failed("Key Generation Failed/Timeout", "key-unsupported", KINDS["key-generation"].message)
        if order == "EC Only" and self._assumptions.ec_only_on_capf_v3 == "refused":
            return Failed("No Support for EC only in CAPF version 3", "ec-only")
        advanced = self._parameter("Endpoint Advanced Encryption Algorithms Support") not in {"0", "False", ""}
        if order == "EC Preferred, RSA Backup" and model.capf >= 3 and not advanced:
            if self._assumptions.ec_preferred_unsupported == "pending":
                return Stalled("LSC: Failed", "ec-preferred")
            return Failed("", "ec-preferred")
        return None

    def _prefers_ec(self, handset: Handset, settings: Settings) -> bool:
        return settings.key_order == "EC Preferred, RSA Backup" and BY_NUMBER[handset.model].capf >= 3

    def _key(self, handset: Handset, session: Session) -> KeyName:
        """Draw the pair that the phone makes: never the one that it had."""
        settings = session.settings
        elliptic = settings.key_order == "EC Only" or self._prefers_ec(handset, settings)
        kind, size = ("ec", settings.ec_size) if elliptic else ("rsa", settings.rsa_size)
        old = self._connection.execute(
            "SELECT ordinal FROM sim_lsc WHERE fkdevice = ? AND kind = ? AND size = ?", (handset.pkid, kind, size)
        ).fetchone()
        if old:
            return KeyName(kind, size, (old[0] + 1) % PAIRS_PER_SIZE)
        drawn = self._schedule.within(handset.pkid, handset.attempt, "key", 0, PAIRS_PER_SIZE)
        return KeyName(kind, size, int(drawn))

    # the CA

    def _other_ca(self, handset: Handset, session: Session) -> Waiting | Setback | None:
        issuer = self._parameter(ISSUER)
        if issuer == "Offline CA":
            return Waiting("offline-ca")  # the CSR waits for somebody to carry it to the CA [field guide 1]
        if issuer != "Online CA":
            return None
        if not self._outside_ca.reached:
            return Failed("CA Communication Failure", "ca-communication")
        if self._outside_ca.rejects or self._key(handset, session).kind == "ec":
            return Failed("CA Rejected Connection", "ca-rejected")  # an Online CA knows no ECDSA [field guide 2]
        return None

    def _not_vouched_for(self, handset: Handset) -> Setback | None:
        """Whether a phone has nobody to ask about its new LSC [field guide 7: TVS failed to authenticate the new LSC]."""
        asks = BY_NUMBER[handset.model].sbd and self._assumptions.lsc_without_tvs == "pending"
        return Stalled(KINDS["tvs"].message, "tvs-stopped") if asks and not self._tvs_runs() else None

    def _change(self, pkid: str, changes: dict[str, object]) -> None:
        columns = ", ".join(f"{column} = ?" for column in changes)
        self._connection.execute(f"UPDATE device SET {columns} WHERE pkid = ?", (*changes.values(), pkid))
