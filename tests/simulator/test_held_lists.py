"""What phones make of the trust lists that TFTP servers hand out, and what CUCM then tells of them."""

from collections import Counter

import pytest

from lscctl.simulator import informix
from lscctl.simulator.assumptions import Assumptions
from lscctl.simulator.clock import ManualClock
from lscctl.simulator.cluster import Cluster
from lscctl.simulator.public_tables import PUBLIC_TABLES
from lscctl.simulator.services import CAPF, TFTP
from lscctl.trustlist.format import Function
from tests.simulator.lab import FAR, START, Lab

PENDING = "Operation Pending"
SUCCESS = "Upgrade Success"
NO_CAPF = "No valid CAPF server"
NO_CONNECTION = "LSC: Connection failed"
NOT_VERIFIED = "Trust List update failed, verification failure"
LOOK_UP = (
    "select t.tabname, c.colname from systables t inner join syscolumns c on c.tabid = t.tabid"
    " where lower(c.colname) matches '*itl*status*'"
)
STATUSES = (
    "select d.name, t.name as status from device d inner join registrationdynamic r on r.fkdevice = d.pkid"
    " inner join typeitlstatus t on r.tkitlstatus = t.enum"
)


def ask(cluster: Cluster, sql: str) -> list[tuple[str | None, ...]]:
    return informix.query(cluster.connection, sql, clock=cluster.clock, tables=PUBLIC_TABLES).rows


def itl_status(lab: Lab, phone: str) -> str | None:
    ((_, status),) = ask(lab.cluster, f"{STATUSES} where d.pkid = '{phone}'")
    return status


def restart_tftp(lab: Lab) -> None:
    for node in lab.cluster.nodes.all():
        lab.cluster.control_service(node, TFTP, "Restart")


def reset(lab: Lab, phone: str, *, minutes: float = 15) -> str:
    lab.cluster.reset(phone, hard=True)
    lab.wait(minutes=minutes)
    return lab.status(phone)


def give(lab: Lab, phone: str, *, kind: str = "ITL", content: bytes | None) -> None:
    """Put a list on the TFTP server that the phone asks."""
    node = lab.cluster.nodes.find(str(lab.value("SELECT node FROM sim_phone WHERE fkdevice = ?", phone)))
    lab.cluster.nodes.set_file(node, kind, content)


def made(lab: Lab, phone: str, *, kind: str = "ITL", without: tuple[Function, ...] = ()) -> bytes:
    node = lab.cluster.nodes.find(str(lab.value("SELECT node FROM sim_phone WHERE fkdevice = ?", phone)))
    return lab.cluster.nodes.made(node, kind, without=without)


def test_phones_start_with_the_list_of_their_server_and_match_it() -> None:
    told = Counter(status for _, status in ask(Lab().cluster, STATUSES))
    assert told["Match"] > 200
    assert set(told) == {"Match", "Not Installed", "Unknown"}


def test_only_sip_phones_have_an_itl_status() -> None:
    sql = (
        "select count(*) from device d inner join registrationdynamic r on r.fkdevice = d.pkid"
        " inner join typedeviceprotocol p on d.tkdeviceprotocol = p.enum where p.name = {} and r.tkitlstatus is null"
    )
    cluster = Lab().cluster
    assert ask(cluster, sql.format("'SIP'")) == [("0",)]
    assert ask(cluster, sql.format("'SCCP'")) != [("0",)]


def test_after_a_new_certificate_of_capf_phones_fail_until_tftp_and_they_were_restarted() -> None:
    lab = Lab()
    phone = lab.phone()
    lab.cluster.regenerate_capf()
    lab.wait(minutes=5)
    assert lab.install(phone) == PENDING
    assert lab.cluster.status_message(phone) == NO_CONNECTION
    assert itl_status(lab, phone) == "Match"
    restart_tftp(lab)
    assert itl_status(lab, phone) == "Mismatch"
    assert reset(lab, phone) == SUCCESS
    assert itl_status(lab, phone) == "Match"


def test_regenerating_capf_resets_phones_unless_the_cluster_is_told_not_to() -> None:
    lab = Lab()
    phone = lab.phone()
    assert lab.cluster.regenerate_capf() > 200
    assert lab.registration(phone) == "UnRegistered"
    lab.wait(minutes=5)
    lab.cluster.parameters.set("Phone Interaction on Certificate Update", "Manually reset phones")
    assert lab.cluster.regenerate_capf() == 0
    assert lab.registration(phone) == "Registered"


def test_a_capf_that_was_not_restarted_goes_on_with_its_old_certificate_until_it_is() -> None:
    lab = Lab()
    phone, publisher = lab.phone(), lab.cluster.nodes.publisher
    old = lab.cluster.authority.certificate_pem
    lab.cluster.capf.replace_stored()
    assert lab.install(phone) == SUCCESS
    assert lab.cluster.authority.certificate_pem == old
    lab.cluster.control_service(publisher, CAPF, "Restart")
    assert lab.cluster.authority.certificate_pem != old
    assert lab.install(phone) == PENDING
    restart_tftp(lab)
    assert reset(lab, phone) == SUCCESS


def test_before_14_regenerating_capf_always_resets_phones() -> None:
    lab = Lab(phones=30, version="12.5")
    lab.cluster.parameters.set("Phone Interaction on Certificate Update", "Manually reset phones")
    assert lab.cluster.regenerate_capf() > 20


def test_a_phone_tries_three_times_before_it_gives_up_on_another_capf() -> None:
    lab = Lab()
    phone = lab.phone()
    lab.cluster.capf.replace()
    lab.install(phone, minutes=1.2)
    assert lab.value("SELECT tries FROM sim_session WHERE fkdevice = ?", phone) in (1, 2)
    lab.wait(minutes=2)
    assert lab.value("SELECT tries FROM sim_session WHERE fkdevice = ?", phone) is None
    assert lab.registration(phone) == "Registered"


@pytest.mark.parametrize("how", ["stopped", "deactivated"])
def test_while_capf_is_off_phones_say_connection_failed(how: str) -> None:
    lab = Lab()
    phone, publisher = lab.phone(), lab.cluster.nodes.publisher
    if how == "stopped":
        lab.cluster.control_service(publisher, CAPF, "Stop")
    else:
        lab.cluster.activate_service(publisher, CAPF, active=False)
    assert lab.install(phone) == PENDING
    assert lab.cluster.status_message(phone) == NO_CONNECTION
    lab.cluster.activate_service(publisher, CAPF, active=True)
    assert reset(lab, phone) == SUCCESS


def test_a_list_without_capf_is_taken_and_then_there_is_no_valid_capf_server() -> None:
    lab = Lab()
    phone = lab.phone()
    give(lab, phone, content=made(lab, phone, without=(Function.CAPF,)))
    assert lab.install(phone) == PENDING
    assert lab.cluster.status_message(phone) == NO_CAPF
    assert itl_status(lab, phone) == "Match"
    restart_tftp(lab)
    assert reset(lab, phone) == SUCCESS


def test_where_tftp_runs_nowhere_a_phone_never_hears_of_its_operation() -> None:
    lab = Lab()
    phone = lab.phone()
    for node in lab.cluster.nodes.all():
        lab.cluster.control_service(node, TFTP, "Stop")
    assert lab.install(phone) == PENDING
    assert lab.cluster.status_message(phone) == "TFTP timeout"
    assert lab.registration(phone) == "Registered"
    restart_tftp(lab)
    assert reset(lab, phone) == SUCCESS


def test_where_its_own_tftp_server_is_stopped_a_phone_takes_the_list_of_another() -> None:
    lab = Lab()
    phone = lab.phone(where="p.node = 'cucm-sub2.example.com'")
    lab.cluster.control_service(lab.cluster.nodes.find("cucm-sub2"), TFTP, "Stop")
    assert lab.install(phone) == SUCCESS
    publisher = lab.cluster.nodes.publisher
    assert lab.value("SELECT tftp FROM sim_phone WHERE fkdevice = ?", phone) == publisher.pkid
    assert itl_status(lab, phone) == "Match"


@pytest.mark.parametrize("spoil", ["cut off", "changed"])
def test_a_bad_list_is_refused_and_where_the_old_one_goes_on_it_enrols_by_that(spoil: str) -> None:
    lab = Lab("refused-list=installs")
    phone = lab.phone()
    sound = made(lab, phone)
    give(lab, phone, content=sound[:-40] if spoil == "cut off" else sound[:-1] + bytes([sound[-1] ^ 1]))
    lab.cluster.reset(phone, hard=True)
    lab.wait(minutes=3)
    assert lab.cluster.status_message(phone) == NOT_VERIFIED
    assert itl_status(lab, phone) == "Mismatch"
    assert lab.install(phone) == SUCCESS


def test_a_phone_of_another_cluster_takes_no_list_of_this_one_and_does_not_look_for_capf() -> None:
    lab, elsewhere = Lab(), Cluster.create(phones=0, seed=9, clock=ManualClock(START))
    phone = lab.phone()
    lab.cluster.held_lists.hand_out(phone, elsewhere.nodes.made(elsewhere.nodes.publisher, "ITL"))
    assert lab.install(phone) == PENDING
    assert lab.cluster.status_message(phone) == NOT_VERIFIED
    assert itl_status(lab, phone) == "Mismatch"


def test_in_mixed_mode_the_ctl_must_name_capf_too() -> None:
    lab = Lab()
    phone = lab.phone()
    lab.cluster.parameters.set("ClusterSecurityMode", "1")
    give(lab, phone, kind="CTL", content=made(lab, phone, kind="CTL", without=(Function.CAPF,)))
    assert lab.install(phone) == PENDING
    assert lab.cluster.status_message(phone) == NO_CAPF
    restart_tftp(lab)
    assert reset(lab, phone) == SUCCESS


def test_a_secure_phone_with_an_old_list_stays_off() -> None:
    lab = Lab()
    phone = lab.phone()
    lab.use_profile(phone, "Encrypted")
    lab.cluster.capf.replace()
    lab.write(phone, finish_time=FAR)
    lab.cluster.apply(phone)
    lab.wait(minutes=30)
    assert lab.registration(phone) == "UnRegistered"


def test_capf_turns_a_phone_away_that_comes_by_ipv6_unless_it_is_enabled() -> None:
    lab = Lab()
    phone = lab.phone()
    lab.cluster.connection.execute("UPDATE sim_phone SET ip = '2001:db8::17' WHERE fkdevice = ?", (phone,))
    assert lab.install(phone) == PENDING
    assert lab.cluster.status_message(phone) == NO_CONNECTION
    lab.cluster.parameters.set("Enable IPv6", "True")
    assert reset(lab, phone) == SUCCESS


@pytest.mark.parametrize(
    ("version", "value", "found"),
    [
        ("15.0", "registrationdynamic", [("registrationdynamic", "tkitlstatus")]),
        ("14.0", "device", [("device", "itlstatus")]),
        ("15.0", "none", []),
        ("12.5", "registrationdynamic", []),
    ],
)
def test_the_column_of_the_itl_status_is_found_in_informix_own_catalogue(
    version: str, value: str, found: list[tuple[str, str]]
) -> None:
    cluster = Cluster.create(
        phones=30, version=version, assumptions=Assumptions.parse([f"itl-status={value}"]), clock=ManualClock(START)
    )
    assert ask(cluster, LOOK_UP) == found
    if value == "device":
        words = {status for (status,) in ask(cluster, "select distinct itlstatus from device where tkclass = 1")}
        assert "Match" in words
        assert words <= {"Match", "Mismatch", "Not Installed", "Unknown", None}
