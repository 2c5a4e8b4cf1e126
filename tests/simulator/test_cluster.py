import os
import signal
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import pytest

from lscctl.simulator.assumptions import Assumptions
from lscctl.simulator.capf_write import CapfWrite
from lscctl.simulator.clock import ManualClock, ServerClock
from lscctl.simulator.cluster import Cluster
from lscctl.simulator.database import transaction
from lscctl.simulator.failures import Failure
from lscctl.simulator.handset import UnknownPhoneError
from lscctl.simulator.releases import Release
from tests.simulator.lab import FAR, MIC_FIRST, SOON, START, Lab


def first_8845(cluster: Cluster) -> str:
    return str(cluster.connection.execute("SELECT pkid FROM device WHERE tkmodel = 36224 ORDER BY ctiid").fetchone()[0])


def status(cluster: Cluster, pkid: str) -> object:
    return cluster.connection.execute("SELECT tkcertificatestatus FROM device WHERE pkid = ?", (pkid,)).fetchone()[0]


def test_a_file_is_the_same_cluster_when_opened_again(tmp_path: Path) -> None:
    path = tmp_path / "cluster.db"
    made = Cluster.create(
        phones=12, seed=9, version="12.5", phone_speed=4, path=path, clock=ManualClock(START, "America/Chicago"),
        assumptions=Assumptions.parse(["booleans=t"]), failures=[Failure.parse("lost=1")],
    )  # fmt: skip
    capf, phone = made.authority.certificate_pem, first_8845(made)
    made.close()

    opened = Cluster.create(phones=99, seed=1, version="15.0", path=path)
    assert (opened.version, opened.seed, opened.phone_speed) == ("12.5", 9, 4)
    assert opened.clock.zone == "America/Chicago"
    assert opened.assumptions.booleans == "t"
    assert opened.authority.certificate_pem == capf
    assert first_8845(opened) == phone
    assert opened.connection.execute("SELECT count(*) FROM sim_failure").fetchone() == (1,)
    assert opened.connection.execute("SELECT count(*) FROM device WHERE tkclass = 1").fetchone() == (12,)


def test_what_fell_due_while_nobody_was_there_happens_at_its_own_time(tmp_path: Path) -> None:
    path = tmp_path / "cluster.db"
    cluster = Cluster.create(phones=10, path=path, clock=ManualClock(START))
    phone = first_8845(cluster)
    cluster.write_capf(phone, CapfWrite("Install/Upgrade", finish_time=FAR))
    cluster.apply(phone)
    cluster.close()

    later = Cluster.create(path=path, clock=ManualClock(START + 86_400))
    later.advance()
    assert status(later, phone) == 3
    (issued,) = later.connection.execute("SELECT validfrom FROM sim_lsc WHERE fkdevice = ?", (phone,)).fetchone()
    assert START < issued < START + 600  # the next day's opening is not when it happened


def test_events_are_carried_out_in_order_however_far_apart_the_looks_are() -> None:
    often, seldom = Lab(), Lab()
    for lab in (often, seldom):
        for (phone,) in lab.cluster.connection.execute("SELECT pkid FROM device WHERE tkmodel = 36224").fetchall():
            lab.write(phone, finish_time=FAR)
            lab.cluster.apply(phone)
    for _ in range(180):
        often.wait(seconds=10)
    seldom.wait(minutes=30)
    sql = (
        "SELECT d.name, d.tkcertificatestatus, d.lscvaliduntil, p.status, p.changed FROM device d"
        " JOIN sim_phone p ON p.fkdevice = d.pkid ORDER BY d.name"
    )
    assert often.cluster.connection.execute(sql).fetchall() == seldom.cluster.connection.execute(sql).fetchall()


def test_a_killed_process_loses_no_committed_write(tmp_path: Path) -> None:
    path = tmp_path / "cluster.db"
    code = textwrap.dedent(
        f"""
        import time
        from pathlib import Path
        from lscctl.simulator.capf_write import CapfWrite
        from lscctl.simulator.cluster import Cluster
        cluster = Cluster.create(phones=10, path=Path({str(path)!r}), phone_speed=1000)
        phone = cluster.connection.execute("SELECT pkid FROM device WHERE tkmodel = 36224").fetchone()[0]
        cluster.write_capf(phone, CapfWrite("Install/Upgrade"))
        cluster.apply(phone)
        cluster.connection.execute("BEGIN")
        cluster.connection.execute("DELETE FROM device")
        print(phone, flush=True)
        time.sleep(60)
        """
    )
    process = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True)
    assert process.stdout
    phone = process.stdout.readline().strip()
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    process.stdout.close()

    reopened = Cluster.create(path=path)
    assert status(reopened, phone) == 2
    deadline = time.monotonic() + 10
    while status(reopened, phone) == 2 and time.monotonic() < deadline:
        reopened.advance()
    assert status(reopened, phone) != 2
    assert reopened.connection.execute("SELECT count(*) FROM device WHERE tkclass = 1").fetchone() == (10,)


def test_the_same_writes_give_the_same_outcomes_for_the_same_seed() -> None:
    seen = []
    for _ in range(2):
        cluster = Cluster.create(phones=30, seed=3, clock=ManualClock(START), failures=[Failure.parse("failed=20%")])
        for (phone,) in cluster.connection.execute("SELECT pkid FROM device WHERE tkclass = 1").fetchall():
            cluster.write_capf(phone, CapfWrite("Install/Upgrade", finish_time=FAR))
            cluster.apply(phone)
        cluster.clock.forward(hours=1)  # type: ignore[attr-defined]  # a ManualClock
        cluster.advance()
        seen.append(
            cluster.connection.execute(
                "SELECT d.name, d.tkcertificatestatus, d.lscvaliduntil, p.changed, s.name FROM device d"
                " JOIN sim_phone p ON p.fkdevice = d.pkid JOIN securityprofile s ON s.pkid = d.fksecurityprofile"
            ).fetchall()
        )
    assert seen[0] == seen[1]
    assert len({row[1] for row in seen[0]}) > 2


def test_faster_phones_do_the_same_sooner() -> None:
    cluster = Cluster.create(phones=10, clock=ManualClock(START), phone_speed=100)
    phone = first_8845(cluster)
    cluster.write_capf(phone, CapfWrite("Install/Upgrade", finish_time=FAR))
    cluster.apply(phone)
    cluster.clock.forward(seconds=3)  # type: ignore[attr-defined]  # a ManualClock
    cluster.advance()
    assert status(cluster, phone) == 3


def test_registrations_follow_the_names_asked_for_in_any_case() -> None:
    lab = Lab()
    phone = lab.phone()
    (entry,) = [entry for entry in lab.cluster.registrations([lab.name(phone).lower()]) if not entry.stale]
    assert (entry.name, entry.model, entry.protocol, entry.status) == (lab.name(phone), 36224, "SIP", "Registered")
    assert entry.ip.startswith("10.")
    assert entry.line
    assert lab.cluster.registrations([]) == []
    assert lab.cluster.registrations(["SEP000000000000"]) == []


def test_a_deleted_phone_is_gone_with_all_that_was_to_happen_to_it() -> None:
    lab = Lab()
    phone = lab.phone()
    lab.install(phone, minutes=0.2)
    lab.cluster.delete_phone(phone)
    lab.wait(minutes=20)
    assert lab.value("SELECT count(*) FROM sim_event WHERE fkdevice = ?", phone) == 0
    for act in (lab.cluster.apply, lab.cluster.delete_phone, lab.cluster.status_message):
        with pytest.raises(UnknownPhoneError):
            act(phone)


def lose_a_name(lab: Lab) -> None:
    with transaction(lab.cluster.connection):
        lab.cluster.connection.execute("UPDATE location SET name = 'lost' WHERE name = 'kept'")
        lab.cluster.apply("no such phone")


def test_a_transaction_that_fails_leaves_nothing_behind_even_inside_another() -> None:
    lab = Lab()
    connection = lab.cluster.connection
    with transaction(connection):
        connection.execute("UPDATE location SET name = 'kept' WHERE name = 'Shadow'")
        with pytest.raises(UnknownPhoneError):
            lose_a_name(lab)
    assert lab.value("SELECT name FROM location WHERE name IN ('kept', 'lost')") == "kept"


def test_new_ids_are_the_same_for_the_same_seed_and_never_twice() -> None:
    first, second = Lab().cluster, Lab().cluster
    ids = [first.new_id() for _ in range(5)]
    assert ids == [second.new_id() for _ in range(5)]
    assert len(set(ids)) == 5


def test_a_cluster_speaks_its_own_schema_and_those_of_two_majors_before() -> None:
    assert Release("15.0").schemas == ("12.0", "12.5", "14.0", "15.0")
    assert Release("12.5").schemas == ("10.0", "10.5", "11.0", "11.5", "12.0", "12.5")
    assert Release("8.0").schemas == ("8.0",)
    assert Release("15.0").build == "15.0.1.11900(4)"
    with pytest.raises(ValueError, match=r"13\.0"):
        Release("13.0")


@pytest.mark.parametrize(("phones", "speed"), [(-1, 1.0), (1, 0.0)])
def test_a_cluster_that_cannot_be_is_refused(phones: int, speed: float) -> None:
    with pytest.raises(ValueError, match="cluster"):
        Cluster.create(phones=phones, phone_speed=speed)


def test_a_parameter_can_be_read_and_changed_by_the_name_of_the_gui() -> None:
    cluster = Lab().cluster
    cluster.parameters.set("CAPF Phone Port", "3805")
    assert cluster.parameters.value("CAPF Phone Port") == "3805"
    with pytest.raises(LookupError, match="Coffee"):
        cluster.parameters.value("Coffee")


def test_the_clock_is_true_unless_asked_and_knows_summer_time() -> None:
    assert abs(ServerClock().utc() - time.time()) < 5
    assert ServerClock("UTC", now=lambda: 0.0, offset=90).utc() == 90
    summer, winter = ManualClock(START), ManualClock(START + 90 * 86_400)
    assert summer.local().hour - winter.local().hour == 1
    for clock in (summer, winter):
        assert abs(clock.epoch_of(clock.local()) - clock.utc()) < 1e-3


def test_a_clock_that_jumps_moves_the_clusters_time_and_not_what_phones_do() -> None:
    for seconds in (7_200, -7_200):
        lab = Lab()
        phone = lab.phone()
        lab.write(phone, finish_time=FAR)
        lab.cluster.apply(phone)
        lab.wait(seconds=1)
        assert lab.registration(phone) == "UnRegistered"
        lab.cluster.jump_clock(seconds)
        assert lab.clock.utc() == lab.clock.true_utc() + seconds == START + 1 + seconds
        lab.cluster.advance()
        assert lab.status(phone) == "Operation Pending"
        lab.wait(minutes=15)
        assert (lab.status(phone), lab.registration(phone)) == ("Upgrade Success", "Registered")


def test_a_clock_that_jumps_past_a_deadline_makes_the_phone_late() -> None:
    lab = Lab()
    phone = lab.phone()
    lab.write(phone, finish_time=SOON)
    lab.cluster.apply(phone)
    lab.cluster.jump_clock(3_600)
    lab.wait(minutes=15)
    assert lab.status(phone) == "Upgrade Failed: User Initiated Request Late/Timedout"


def test_an_admin_can_give_a_phone_another_profile_while_a_run_is_under_way() -> None:
    lab = Lab()
    phone = lab.phone()
    other = lab.value(
        "SELECT s.pkid FROM securityprofile s JOIN device d ON d.tkmodel = s.tkmodel"
        " AND d.tkdeviceprotocol = s.tkdeviceprotocol WHERE d.pkid = ? AND s.name LIKE '%LSC first'",
        phone,
    )
    lab.cluster.change_profile(phone, str(other))
    assert lab.profile(phone).endswith("LSC first")
    assert lab.value("SELECT touched FROM sim_phone WHERE fkdevice = ?", phone) == "t"
    trunk = str(lab.value("SELECT pkid FROM securityprofile WHERE tksecuritypolicy = 8"))
    for wrong in (trunk, "no-such-profile"):
        with pytest.raises(ValueError, match="no security profile for SEP"):
            lab.cluster.change_profile(phone, wrong)
    with pytest.raises(UnknownPhoneError):
        lab.cluster.change_profile("nobody", str(other))


def test_an_admin_can_change_the_mode_of_a_profile_but_not_of_a_predefined_one() -> None:
    lab = Lab()
    phone = lab.phone()
    predefined = str(lab.device(phone, "fksecurityprofile"))
    with pytest.raises(ValueError, match="changed"):
        lab.cluster.set_profile_mode(predefined, MIC_FIRST)
    lab.use_profile(phone, "802.1X")
    profile = str(lab.device(phone, "fksecurityprofile"))
    users = lab.value("SELECT count(*) FROM device WHERE fksecurityprofile = ?", profile)
    assert lab.cluster.set_profile_mode(profile, MIC_FIRST) == users
    found = lab.cluster.profiles.of_phone(phone)
    assert found is not None
    assert found.settings.mode == MIC_FIRST
    with pytest.raises(ValueError, match="By Guesswork"):
        lab.cluster.set_profile_mode(profile, "By Guesswork")


def test_a_cluster_can_have_more_nodes_which_all_serve_phones_in_groups_of_three() -> None:
    cluster = Cluster.create(phones=0, nodes=8)
    assert [node.name for node in cluster.nodes.all()][-2:] == ["cucm-sub6.example.com", "cucm-sub7.example.com"]
    assert all(cluster.nodes.file(node, "ITLFile.tlv") for node in cluster.nodes.all())
    members = cluster.connection.execute("SELECT count(*) FROM callmanagergroupmember GROUP BY fkcallmanagergroup")
    assert sorted(members.fetchall()) == [(2,), (3,), (3,)]
    for number in (0, 22):
        with pytest.raises(ValueError, match="1 to 21 nodes"):
            Cluster.create(phones=0, nodes=number)


def test_a_single_node_serves_the_phones_of_every_site() -> None:
    cluster = Cluster.create(phones=20, nodes=1)
    assert {entry.node for entry in cluster.registrations()} == {"cucm-pub.example.com"}
