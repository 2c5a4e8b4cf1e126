"""Who is registered, and since when: what a run looks at after an install."""

import threading
import time

import pytest

from lscctl.capf import CertificateOperation
from lscctl.cucm.faults import LoginRefused
from lscctl.cucm.registration import NAMES_A_REQUEST
from lscctl.phone import Phone, Registration, Sighting
from lscctl.simulator.clock import ManualClock
from tests.cucm.bench import NOON, WITHOUT_RIS, Bench, found, own_bench, step_for

REGISTERED = "select 1 from sim_phone where fkdevice = ? and status = 'Registered' and expressway = 'f'"


def ready(bench: Bench) -> Phone:
    """A registered phone that will enrol by itself."""
    return next(p for p in found(bench, models=("8845",)) if not p.pending and bench.rows(REGISTERED, p.pkid))


def install(bench: Bench, phone: Phone) -> None:
    bench.cluster.write(step_for(phone), bench.deadline, CertificateOperation.INSTALL)
    bench.cluster.apply(phone)


def test_a_phone_that_comes_back_after_its_install_is_registered_since_then() -> None:
    with own_bench(clock=ManualClock(NOON)) as b:
        phone = ready(b)
        before = b.cluster.sightings([phone.name])[phone.name]
        assert before.registration is Registration.REGISTERED
        assert before.since is not None
        assert before.since < NOON
        install(b, phone)
        b.wait(3600)
        assert b.cluster.read([phone.pkid])[phone.pkid].status.text == "Upgrade Success"
        after = b.cluster.sightings([phone.name])[phone.name]
        assert after.registration is Registration.REGISTERED
        assert after.since is not None
        assert NOON < after.since < NOON + 3600


def test_a_phone_that_is_lost_after_its_install_is_seen_as_gone_since_then() -> None:
    with own_bench(clock=ManualClock(NOON), failures=["lost"]) as b:
        phone = ready(b)
        install(b, phone)
        b.wait(3600)
        assert b.cluster.read([phone.pkid])[phone.pkid].status.text == "Upgrade Success"
        seen = b.cluster.sightings([phone.name])[phone.name]
        assert seen.registration is Registration.UNREGISTERED
        assert seen.since is not None
        assert NOON < seen.since < NOON + 3600


def test_an_old_entry_on_another_node_does_not_count() -> None:
    with own_bench(clock=ManualClock(NOON)) as b:
        phone = ready(b)
        b.change(
            "update sim_phone set stalenode = 'cucm-sub2.example.com', stalechanged = changed - 5 where fkdevice = ?",
            phone.pkid,
        )
        assert b.cluster.sightings([phone.name])[phone.name].registration is Registration.REGISTERED


def test_a_phone_that_nobody_has_seen_is_unknown_and_nobody_asks_for_no_phone() -> None:
    with own_bench() as b:
        assert b.cluster.sightings(["SEPFFFFFFFFFFFF"]) == {"SEPFFFFFFFFFFFF": Sighting(Registration.UNKNOWN)}
        before = b.cluster.reads
        assert b.cluster.sightings([]) == {}
        assert b.cluster.reads == before


def test_many_names_go_in_full_requests_and_never_faster_than_ris_allows() -> None:
    clock = ManualClock(NOON)
    with own_bench(phones=0, clock=clock) as b:
        names = [f"SEP{number:012X}" for number in range(20 * NAMES_A_REQUEST)]
        assert len(b.cluster.sightings(names)) == len(names)
        assert b.server.requests["selectCmDeviceExt", "ok"] == 20
        assert not any("RateControl" in outcome for _, outcome in b.server.requests)
        assert clock.utc() >= NOON + 60


@pytest.mark.parametrize(
    ("assume", "known"), [("last-seen-while-registered=zero", True), ("last-seen-while-registered=now", False)]
)
def test_without_ris_the_database_tells_who_is_registered_if_it_can_and_not_since_when(
    assume: str, known: bool
) -> None:
    with own_bench("15.0", assume) as b, b.connect(WITHOUT_RIS.user, WITHOUT_RIS.password) as cluster:
        sightings = cluster.sightings([phone.name for phone in found(b)])
        assert all(sighting.since is None for sighting in sightings.values())
        registrations = {sighting.registration for sighting in sightings.values()}
        expected = {Registration.REGISTERED, Registration.UNREGISTERED} if known else {Registration.NOT_ASKED}
        assert expected <= registrations
        assert known or registrations == expected


def test_where_neither_ris_nor_the_database_can_be_asked_nothing_is_said_of_the_phones() -> None:
    with own_bench() as b:
        phone = found(b)[0]
        b.server.stop()
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(time, "sleep", lambda _: None)
            assert b.cluster.sightings([phone.name]) == {phone.name: Sighting(Registration.NOT_ASKED)}


def test_a_password_that_ris_refuses_is_offered_to_axl_no_more() -> None:
    with own_bench() as b, b.connect("operator", "s3cret") as cluster:
        phone = found(b)[0]
        b.operator.password = "changed"
        with pytest.raises(LoginRefused):
            cluster.sightings([phone.name])
        with pytest.raises(LoginRefused):
            cluster.read([phone.pkid])
        assert b.operator.wrong == 1


def test_a_slow_ris_holds_up_no_write() -> None:
    with own_bench() as b, b.connect(concurrency=1) as cluster:
        phone = ready(b)
        b.server.disturb("delay=2:selectCmDeviceExt")
        asking = threading.Thread(target=cluster.sightings, args=([phone.name],))
        asking.start()
        cluster.write(step_for(phone), b.deadline, CertificateOperation.INSTALL)
        cluster.read([phone.pkid])
        assert asking.is_alive()
        asking.join()
