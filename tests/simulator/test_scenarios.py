"""Clusters that are wrong on purpose: each says what it is, can happen to every release, and its phones live accordingly."""

from email.utils import parsedate_to_datetime

import pytest
import requests

from lscctl.simulator.failures import KINDS
from lscctl.simulator.scenarios import SCENARIOS, UnknownScenarioError, play, scenario
from lscctl.simulator.server import SimulatorServer
from tests.simulator.lab import LSC_FIRST, NULL, START, Lab

PENDING = "Operation Pending"
SUCCESS = "Upgrade Success"
LAST = "cucm-sub2.example.com"


def there(lab: Lab) -> str:
    """A phone of the last node, on which things go wrong that go wrong on one."""
    return lab.phone(where=f"p.node = '{LAST}'")


def first_ones(lab: Lab) -> list[str]:
    """The phones that things happen to which happen to some phones."""
    rows = lab.cluster.connection.execute(
        "SELECT d.pkid FROM device d JOIN sim_phone p ON p.fkdevice = d.pkid JOIN typemodel t ON t.enum = d.tkmodel"
        " WHERE t.name = 'Cisco 8845' AND p.powered = 't' AND p.expressway = 'f' AND d.tkcertificateoperation = 1"
        " ORDER BY d.ctiid LIMIT 3"
    ).fetchall()
    return [str(pkid) for (pkid,) in rows]


def test_there_is_one_for_each_failure_that_a_phone_can_have_and_each_says_what_it_is() -> None:
    assert set(KINDS) <= set(SCENARIOS)
    assert len({one.says for one in SCENARIOS.values()}) == len(SCENARIOS) > 70


def test_a_name_that_nobody_knows_is_refused_with_the_nearest() -> None:
    with pytest.raises(UnknownScenarioError, match="did you mean itl-old-capf"):
        scenario("itl-old-cap")


@pytest.mark.parametrize("version", ["8.0", "15.0"])
def test_all_of_them_can_happen_to_one_cluster_one_after_the_other(version: str) -> None:
    cluster = Lab(phones=30, version=version).cluster
    play(cluster, SCENARIOS)
    play(cluster, reversed(SCENARIOS))


@pytest.mark.parametrize(
    ("name", "status", "message"),
    [
        ("itl-old-capf", PENDING, "LSC: Connection failed"),
        ("itl-without-capf", PENDING, "No valid CAPF server"),
        ("ctl-old-capf", PENDING, "LSC: Connection failed"),
        ("itl-corrupt", PENDING, "Trust List update failed, verification failure"),
        ("itl-missing", SUCCESS, "LSC: Installed"),
        ("itl-signer-expired", SUCCESS, "LSC: Installed"),
        ("capf-regenerated", PENDING, "LSC: Connection failed"),
        ("capf-ageing", SUCCESS, "LSC: Installed"),
        ("capf-from-ca", SUCCESS, "LSC: Installed"),
        ("tftp-stopped", SUCCESS, "LSC: Installed"),
        ("tftp-not-activated", PENDING, "TFTP timeout"),
        ("trust-lost", PENDING, "Trust List update failed, verification failure"),
        ("capf-port-closed", PENDING, "LSC: Connection failed"),
        ("online-ca", SUCCESS, "LSC: Installed"),
        ("fips-online-ca", "Upgrade Failed: CA Communication Failure", "LSC: Failed"),
        ("node-addresses", SUCCESS, "LSC: Installed"),
        ("invalid-mic", "Upgrade Failed: Invalid MIC", KINDS["invalid-mic"].message),
    ],
)
def test_an_install_on_a_phone_of_that_node_ends_as_the_field_guide_says(name: str, status: str, message: str) -> None:
    lab = Lab()
    phone = there(lab)
    play(lab.cluster, [name])
    assert (lab.install(phone), lab.cluster.status_message(phone)) == (status, message)


def test_where_a_name_resolves_nowhere_the_phones_of_that_node_do_not_find_capf() -> None:
    lab = Lab()
    phone, elsewhere = there(lab), lab.phone(where="p.node <> 'cucm-sub2.example.com'")
    play(lab.cluster, ["name-unresolved"])
    assert lab.install(phone) == PENDING
    assert lab.cluster.status_message(phone) == KINDS["dns"].message
    assert lab.install(elsewhere) == SUCCESS


@pytest.mark.parametrize(
    ("name", "status"),
    [
        ("itl-of-before", SUCCESS),  # it fetches the one of now before it goes to CAPF
        ("itl-of-another-cluster", PENDING),
        ("ipv6-phones", PENDING),
        ("lsc-issuer-untrusted", "Upgrade Failed: Invalid LSC"),
        ("lsc-expired", "Upgrade Failed: Invalid LSC"),
        ("mic-only", SUCCESS),
        ("ec-preferred", PENDING),
        ("over-expressway", PENDING),
        ("unregistered", PENDING),
    ],
)
def test_an_install_on_one_of_those_phones_ends_as_it_must(name: str, status: str) -> None:
    lab = Lab()
    phone = first_ones(lab)[0]
    play(lab.cluster, [name])
    assert lab.install(phone) == status


def test_phones_whose_string_is_missing_ask_for_it_in_vain() -> None:
    lab = Lab("auth-strings-typed=never")
    phone = first_ones(lab)[0]
    play(lab.cluster, ["authentication-strings-missing"])
    assert lab.install(phone) == PENDING
    assert lab.cluster.status_message(phone) == "Enter authentication string"


def test_some_phones_have_the_profile_that_is_spoken_of() -> None:
    lab = Lab()
    phones = first_ones(lab)
    play(lab.cluster, ["mic-only"])
    modes = {profile.settings.mode for phone in phones if (profile := lab.cluster.profiles.of_phone(phone))}
    assert modes == {LSC_FIRST}
    play(lab.cluster, ["ec-preferred"])
    modes = {profile.settings.mode for phone in phones if (profile := lab.cluster.profiles.of_phone(phone))}
    assert modes == {NULL}


def test_operations_of_others_are_pending_and_not_applied() -> None:
    lab = Lab()
    phone = first_ones(lab)[0]
    play(lab.cluster, ["operations-of-others"])
    lab.wait(minutes=30)
    assert (lab.status(phone), lab.operation(phone)) == (PENDING, "Install/Upgrade")


def test_the_clock_of_a_node_shows_in_what_its_web_server_says() -> None:
    lab = Lab()
    play(lab.cluster, ["node-clock"])
    with SimulatorServer(lab.cluster) as server:
        told = {
            name: requests.get(
                f"https://127.0.0.1:{place.web[1]}/cucm-uds/version", verify=str(server.ca_file), timeout=10
            ).headers["Date"]
            for name, place in server.places.items()
        }
    seconds = {name: parsedate_to_datetime(date).timestamp() - START for name, date in told.items()}
    assert seconds == {"cucm-pub.example.com": 0, "cucm-sub1.example.com": 0, LAST: -7200}


def test_a_clock_that_was_set_stays_so_when_the_cluster_is_opened_again() -> None:
    lab = Lab()
    play(lab.cluster, ["clock-ahead"])
    assert lab.cluster.clock.utc() == START + 7200
    assert lab.value("SELECT value FROM sim_cluster WHERE key = 'ahead'") == "7200.0"


def test_a_name_that_resolves_nowhere_is_not_told_as_a_door() -> None:
    lab = Lab()
    play(lab.cluster, ["name-unresolved"])
    with SimulatorServer(lab.cluster) as server:
        told = {key.rpartition(":")[0] for key in server.doors()}
        assert told == {"cucm-pub.example.com", "cucm-sub1.example.com", "10.0.0.0/8"}
