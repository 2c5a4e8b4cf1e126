import json
import logging
from collections.abc import Iterator

import pytest

from lscctl.simulator.clock import ManualClock
from lscctl.simulator.cluster import Cluster
from lscctl.simulator.history import History, Write
from lscctl.simulator.server import SimulatorServer
from tests.simulator.doors.client import Client
from tests.simulator.doors.conftest import NOON

FINISH = "2026:11:25:20:00"
INSTALL = f"<certificateOperation>Install/Upgrade</certificateOperation><upgradeFinishTime>{FINISH}</upgradeFinishTime>"


@pytest.fixture
def cluster() -> Iterator[Cluster]:
    made = Cluster.create(phones=40, seed=3, clock=ManualClock(NOON))
    yield made
    made.close()


@pytest.fixture
def axl(cluster: Cluster) -> Iterator[Client]:
    with SimulatorServer(cluster) as server:
        yield Client.of(server)


def idle_phones(axl: Client, count: int) -> list[tuple[str, str]]:
    """Pkids and names of phones without an operation, by name."""
    rows = axl.sql(
        f"select first {count} pkid, name from device where tkclass = 1 and tkcertificateoperation = 1 order by name"
    )
    return [(row["pkid"], row["name"]) for row in rows]


def test_every_accepted_write_of_a_phone_is_remembered_with_what_was_set(cluster: Cluster, axl: Client) -> None:
    ((pkid, name),) = idle_phones(axl, 1)
    axl.call("updatePhone", f"<name>{name}</name>{INSTALL}")
    axl.call("updatePhone", f"<uuid>{{{pkid.upper()}}}</uuid>{INSTALL}")
    axl.call("applyPhone", f"<name>{name}</name>")
    axl.call("resetPhone", f"<name>{name}</name>")
    axl.call("updatePhone", f"<name>{name}</name><certificateOperation>No Pending Operation</certificateOperation>")
    told = [
        (write.operation, write.certificate_operation, write.finish_time, write.changed) for write in writes(cluster)
    ]
    assert told == [
        ("updatePhone", "Install/Upgrade", FINISH, True),
        ("updatePhone", "Install/Upgrade", FINISH, False),
        ("applyPhone", "Install/Upgrade", FINISH, False),
        ("resetPhone", "Install/Upgrade", FINISH, False),
        ("updatePhone", "No Pending Operation", "", True),
    ]
    assert {(write.pkid, write.phone) for write in writes(cluster)} == {(pkid, name)}
    befores = [(write.operation_before, write.finish_time_before) for write in writes(cluster)]
    assert befores == [("No Pending Operation", ""), *[("Install/Upgrade", FINISH)] * 4]
    assert [write.status_before for write in writes(cluster)][1:3] == ["Operation Pending"] * 2
    assert [write.certificate_status for write in writes(cluster)] == [*["Operation Pending"] * 4, "None"]
    assert [write.number for write in writes(cluster)] == [1, 2, 3, 4, 5]
    assert [write.number for write in cluster.history.writes(after=3)] == [4, 5]


def test_reads_and_refused_writes_are_not_remembered(cluster: Cluster, axl: Client) -> None:
    ((_, name),) = idle_phones(axl, 1)
    axl.phone(name)
    axl.fault("updatePhone", "<name>SEPNOBODY</name><description/>")
    axl.fault("updatePhone", f"<name>{name}</name><description>x</description><devicePoolName>none</devicePoolName>")
    axl.fault("executeSQLUpdate", "<sql>update device set tkcertificateoperation = 99</sql>")
    axl.raw("applyPhone", f"<name>{name}</name>", version="3.0")
    assert writes(cluster) == ()


def test_sql_that_changes_phones_is_remembered_row_by_row(cluster: Cluster, axl: Client) -> None:
    phones = idle_phones(axl, 3)
    some = ", ".join(f"'{pkid}'" for pkid, _ in phones[:2])
    every = ", ".join(f"'{pkid}'" for pkid, _ in phones)
    for chosen in (some, every):
        statement = f"update device set tkcertificateoperation=2, upgradefinishtime='{FINISH}' where pkid in ({chosen})"
        axl.call("executeSQLUpdate", f"<sql>{statement}</sql>")
    assert {write.operation for write in writes(cluster)} == {"executeSQLUpdate"}
    assert {(write.certificate_operation, write.finish_time) for write in writes(cluster)} == {
        ("Install/Upgrade", FINISH)
    }
    told = [(write.phone, write.changed) for write in writes(cluster)]
    names = [name for _, name in phones]
    assert sorted(told[:2]) == [(names[0], True), (names[1], True)]
    assert sorted(told[2:]) == [(names[0], False), (names[1], False), (names[2], True)]


def test_sql_that_touches_no_phone_is_no_write_of_one_and_a_deleted_phone_is(cluster: Cluster, axl: Client) -> None:
    ((pkid, name),) = idle_phones(axl, 1)
    axl.call("executeSQLUpdate", "<sql>update device set description = 'trunk' where tkclass != 1</sql>")
    axl.call("executeSQLUpdate", "<sql>update location set name = 'elsewhere' where name = 'nowhere'</sql>")
    assert writes(cluster) == ()
    axl.call("executeSQLUpdate", f"<sql>delete from device where pkid = '{pkid}'</sql>")
    (write,) = writes(cluster)
    assert (write.phone, write.certificate_operation, write.changed) == (name, "", True)


def test_applying_a_profile_is_a_write_of_each_phone_that_uses_it(cluster: Cluster, axl: Client) -> None:
    row = axl.sql(
        "select first 1 s.name, count(*) n from device d join securityprofile s on s.pkid = d.fksecurityprofile"
        " where d.tkclass = 1 group by s.name order by 2 desc"
    )[0]
    axl.call("applyPhoneSecurityProfile", f"<name>{row['name']}</name>")
    assert [write.operation for write in writes(cluster)] == ["applyPhoneSecurityProfile"] * int(row["n"])


def test_a_write_has_the_clusters_time_and_the_true_one(cluster: Cluster, axl: Client) -> None:
    ((_, name),) = idle_phones(axl, 1)
    with cluster.lock:
        cluster.jump_clock(-3_600)
    axl.call("applyPhone", f"<name>{name}</name>")
    (write,) = writes(cluster)
    assert (write.at, write.true_at) == (NOON - 3_600, NOON)


def test_a_write_whose_answer_is_lost_is_remembered_and_one_that_never_arrived_is_not(cluster: Cluster) -> None:
    with SimulatorServer(cluster) as server:
        names = [name for _, name in idle_phones(Client.of(server), 2)]
        for name, harm in zip(names, ("drop-before", "drop-after"), strict=True):
            server.disturb(f"{harm}:updatePhone")
            with pytest.raises(OSError, match="onnection"):
                Client.of(server).raw("updatePhone", f"<name>{name}</name>{INSTALL}")
            server.calm()
    assert [write.phone for write in writes(cluster)] == [names[1]]


def test_each_write_is_one_line_of_json_in_the_log(
    cluster: Cluster, axl: Client, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO, logger="lscctl.simulator"):
        ((_, name),) = idle_phones(axl, 1)
        axl.call("updatePhone", f"<name>{name}</name>{INSTALL}")
    (line,) = (record.getMessage() for record in caplog.records if record.name == "lscctl.simulator.history")
    word, _, told = line.partition(" ")
    assert (word, Write(**json.loads(told))) == ("write", writes(cluster)[0])


def test_the_oldest_writes_are_forgotten_first(cluster: Cluster) -> None:
    pkid = str(cluster.connection.execute("SELECT pkid FROM device WHERE tkclass = 1").fetchone()[0])
    history = History(cluster.connection, cluster.clock, most=3)
    for _ in range(5):
        with history.of_phone("applyPhone", pkid):
            pass
    assert [write.number for write in history.writes()] == [3, 4, 5]


def writes(cluster: Cluster) -> tuple[Write, ...]:
    with cluster.lock:
        return cluster.history.writes()
