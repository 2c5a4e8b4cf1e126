"""Live cases: what a cluster and its phones tell, over their own sockets, and what a diagnosis makes of it."""

from pathlib import Path

import pytest

from lscctl.diagnosis.mailed import Given
from lscctl.gathering import Door
from lscctl.simulator.scenarios import play
from tests.gathering.scene import first_cause, knowledge, served
from tests.simulator.lab import Lab
from tests.simulator.test_scenarios import there

WEB = "p.web = 'on'"


def test_of_a_phone_that_got_its_lsc_every_link_is_good_and_no_cause_is_named() -> None:
    lab = Lab()
    phone = lab.phone(where=WEB)
    lab.install(phone, minutes=30)
    with served(lab) as scene:
        found = scene.diagnosis(phone)
    assert found.broken is None
    assert not found.causes
    assert [link.name.value for link in found.links if link.state.value != "good"] in ([], ["re-registered"])


@pytest.mark.parametrize(
    ("failure", "link", "cause"),
    [
        ("no-capf-in-itl", "configuration", "no-capf-in-itl"),
        ("itl-mismatch", "configuration", "itl-differs"),
        ("no-configuration", "configuration", "configuration-not-fetched"),
        ("dns", "name-resolution", "name-not-resolved"),
        ("capf-unreachable", "capf-reached", "capf-port-unreachable"),
        ("late", "operation", "late"),
        ("invalid-mic", "lsc-issued", "mic-issuer-not-trusted"),
        ("key-generation", "lsc-issued", "key-generation-failed"),
        ("lost", "re-registered", "not-registered-again"),
    ],
)
def test_what_a_phone_s_own_pages_and_row_tell_leads_to_what_ails_it(failure: str, link: str, cause: str) -> None:
    lab = Lab()
    phone = lab.phone(where=WEB)
    lab.fail(phone, failure)
    lab.install(phone, minutes=30)
    with served(lab) as scene:
        found = scene.diagnosis(phone)
    assert found.broken
    assert (found.broken.name.value, first_cause(found)) == (link, cause)


@pytest.mark.parametrize(
    ("scenario", "cause"),
    [
        ("capf-stopped", "capf-stopped"),
        ("capf-not-activated", "capf-stopped"),
        ("capf-port-closed", "capf-port-unreachable"),
        ("capf-regenerated", "capf-certificate-differs"),
        ("offline-ca", "offline-ca"),
        ("tftp-not-activated", "configuration-not-fetched"),
    ],
)
def test_what_is_wrong_with_the_cluster_is_found_also_where_no_phone_can_be_asked(scenario: str, cause: str) -> None:
    lab = Lab()
    phone = there(lab)
    play(lab.cluster, [scenario])
    lab.install(phone)
    nobody = {Door.PHONE_PAGES, Door.PHONE_CERTIFICATES}
    with served(lab) as scene:
        found = scene.diagnosis(phone, without=nobody)
        assert sum("left alone" in missing for missing in found.missing) == len(nobody)
    assert first_cause(found) == cause


def test_each_source_that_is_left_alone_is_named_and_the_others_are_looked_at() -> None:
    lab = Lab()
    phone = lab.phone(where=WEB)
    with served(lab) as scene:
        for door in Door:
            found = scene.diagnosis(phone, without={door})
            assert [missing for missing in found.missing if f"--without {door}" in missing], door
            assert len(found.looked_at) > 5
        nothing = scene.diagnosis(phone, without=set(Door))
        assert {str(place) for place in nothing.looked_at} == {"the phone's row", "its security profile"}


def test_the_cluster_is_asked_once_however_many_phones_there_are() -> None:
    lab = Lab()
    rows = lab.cluster.connection.execute(
        "SELECT fkdevice FROM sim_phone WHERE powered = 't' AND web = 'on' LIMIT 30"
    ).fetchall()
    pkids = [str(pkid) for (pkid,) in rows]
    with served(lab) as scene:
        scene.cases(pkids[0])
        one = scene.server.requests.total()
        scene.cases(*pkids)
        assert scene.server.requests.total() - one <= one + 2
    assert not lab.cluster.connection.execute("SELECT 1 FROM sim_session").fetchall()


def test_nothing_is_written_to_the_cluster() -> None:
    lab = Lab()
    phone = lab.phone(where=WEB)
    lab.fail(phone, "dns")
    lab.install(phone)
    with served(lab) as scene:
        scene.diagnosis(phone)
        assert scene.cluster.writes == 0
        assert {operation for operation, _ in scene.server.requests} <= {
            *("getCCMVersion", "executeSQLQuery", "selectCmDeviceExt", "soapGetServiceStatus", "version")
        }


def test_an_idle_phone_is_told_what_would_break_any_operation_of_its() -> None:
    lab = Lab()
    phone = lab.phone(where=WEB)
    lab.fail(phone, "dns")
    with served(lab) as scene:
        found = scene.diagnosis(phone)
    assert first_cause(found) == "name-not-resolved"
    assert found.causes[0].about == "cucm-pub.example.com"
    (operation,) = (link for link in found.links if link.name.value == "operation")
    assert [one.seen for one in operation.evidence] == ["nothing is asked of CAPF"]


def test_the_row_of_an_idle_phone_names_no_cause_though_much_would_stand_in_its_way() -> None:
    lab = Lab()
    off, old = lab.phone(), lab.phone("Cisco 8841")
    lab.cluster.connection.execute(
        "UPDATE sim_phone SET powered = 'f', status = 'UnRegistered' WHERE fkdevice = ?", (off,)
    )
    lab.use_profile(old, "LSC first")
    with served(lab) as scene:
        assert [case.diagnosis(knowledge()).causes for case in scene.cases(off, old)] == [(), ()]


def test_the_pages_and_the_certificate_of_a_phone_that_has_the_address_now_tell_nothing_of_the_one_that_had_it() -> (
    None
):
    lab = Lab()
    failed = lab.phone(where=WEB)
    lab.fail(failed, "key-generation")
    lab.install(failed, minutes=40)
    address = lab.value("SELECT ip FROM sim_phone WHERE fkdevice = ?", failed)
    away = lab.phone("Cisco 8841", where=WEB)
    lab.cluster.connection.execute(
        "UPDATE sim_phone SET powered = 'f', status = 'UnRegistered', ip = ? WHERE fkdevice = ?", (address, away)
    )
    with served(lab) as scene:
        moved, there_now = scene.cases(away, failed)
        assert moved.phone == lab.name(away)
        assert sum(lab.name(failed) in missing for missing in moved.missing) == 2
        assert not moved.attempts
        assert not moved.diagnosis(knowledge()).causes
        assert first_cause(there_now.diagnosis(knowledge())) == "key-generation-failed"


def test_what_only_files_name_is_said_to_be_known_by_its_files_alone(tmp_path: Path) -> None:
    lab = Lab()
    phone = lab.phone(where=WEB)
    file = tmp_path / "SEPAABBCCDDEEFF-status.txt"
    file.write_text("15:07:53 LSC: Connection failed\n")
    with served(lab) as scene:
        asked, of_file = scene.cases(phone, files=[Given(str(file))])
    assert of_file.phone == "SEPAABBCCDDEEFF"
    assert ["only files name this phone" in missing for missing in of_file.missing] == [True]
    assert not asked.diagnosis(knowledge()).causes


def test_of_a_server_s_log_of_many_phones_only_those_are_told_that_were_asked_also_by_their_addresses(
    tmp_path: Path,
) -> None:
    lab = Lab()
    phone = lab.phone(where=WEB)
    file = tmp_path / "syslog"
    with served(lab) as scene:
        (found,) = scene.phones([phone])
        wrong = "0481: NOT 10:00:01.1 SECUREAPP-LSC: Connection failed"
        hosts = [found.address, "10.255.255.1", "SEPAABBCCDDEEFF", "SEPAABBCCDDEE00"]
        file.write_text("".join(f"<134>Nov 28 10:00:01 {host} {wrong}\n" for host in hosts))
        (asked,) = scene.cases(phone, files=[Given(str(file))])
    assert str(file) in {place.file for place in asked.looked_at}
    assert f"{file}: what it holds of 3 other phones, for which nobody asked" in asked.missing
