import pytest

from lscctl.simulator.clock import ManualClock
from lscctl.simulator.cluster import Cluster
from lscctl.simulator.server import SimulatorServer
from tests.simulator.doors.client import Client


def profile(axl: Client, name: str) -> dict[str, str]:
    found = axl.call("getPhoneSecurityProfile", f"<name>{name}</name>").find("return/phoneSecurityProfile")
    assert found is not None
    return {child.tag: child.text or "" for child in found}


def add(axl: Client, name: str, inner: str = "", model: str = "Cisco 8845", protocol: str = "SIP") -> str:
    return (
        f"<phoneSecurityProfile><phoneType>{model}</phoneType><protocol>{protocol}</protocol><name>{name}</name>{inner}"
        "</phoneSecurityProfile>"
    )


def test_all_profiles_are_listed_with_their_capf_settings(axl: Client) -> None:
    tags = "<phoneType/><protocol/><name/><authenticationMode/><keySize/><keyOrder/><ecKeySize/><tftpEncryptedConfig/>"
    listed = axl.call(
        "listPhoneSecurityProfile",
        f"<searchCriteria><name>%8845%</name></searchCriteria><returnedTags>{tags}</returnedTags>",
    )
    found = [{child.tag: child.text for child in entry} for entry in listed.iter("phoneSecurityProfile")]
    count = axl.sql("select count(*) n from securityprofile where name like '%8845%' and tksecuritypolicy = 4")[0]["n"]
    assert len(found) == int(count)
    standard = next(entry for entry in found if entry["name"] == "Cisco 8845 - Standard SIP Non-Secure Profile")
    assert standard["authenticationMode"] == "By Null String"
    assert standard["keySize"] == "2048"
    assert standard["tftpEncryptedConfig"] == "false"


def test_a_profile_is_added_with_the_schemas_defaults_and_changed(axl: Client) -> None:
    axl.call("addPhoneSecurityProfile", add(axl, "8845 new", "<keySize>1024</keySize>"))
    made = profile(axl, "8845 new")
    assert made["authenticationMode"] == "By Null String"
    assert (made["keySize"], made["keyOrder"], made["transportType"]) == ("1024", "RSA Only", "TCP+UDP")
    axl.call(
        "updatePhoneSecurityProfile",
        "<name>8845 new</name><newName>8845 newer</newName><description>mine</description>"
        "<authenticationMode>By Authentication String</authenticationMode><keySize>4096</keySize>"
        "<ecKeySize>521</ecKeySize><tftpEncryptedConfig>true</tftpEncryptedConfig>",
    )
    changed = profile(axl, "8845 newer")
    assert (
        changed
        | {
            "description": "mine",
            "authenticationMode": "By Authentication String",
            "keySize": "4096",
            "ecKeySize": "521",
            "tftpEncryptedConfig": "true",
        }
        == changed
    )
    assert axl.fault("getPhoneSecurityProfile", "<name>8845 new</name>").axlcode == "5007"


def test_a_taken_name_is_a_duplicate(axl: Client) -> None:
    axl.call("addPhoneSecurityProfile", add(axl, "8845 once"))
    fault = axl.fault("addPhoneSecurityProfile", add(axl, "8845 once"))
    assert fault.axlcode == "-239"
    assert "duplicate value in a UNIQUE INDEX" in fault.axlmessage


@pytest.mark.parametrize(
    ("model", "protocol", "reason"),
    [
        ("Cisco 0815", "SIP", "Invalid value for phoneType: Cisco 0815"),
        ("Cisco 8845", "SCCP", "Cisco 8845 does not support the protocol SCCP"),
        ("Cisco 8845", "Smoke signals", "Invalid value for protocol: Smoke signals"),
    ],
)
def test_model_and_protocol_must_exist_together(axl: Client, model: str, protocol: str, reason: str) -> None:
    fault = axl.fault("addPhoneSecurityProfile", add(axl, "impossible", model=model, protocol=protocol))
    assert fault.axlmessage == reason


def test_a_predefined_profile_cannot_be_changed(axl: Client) -> None:
    name = "Cisco 8845 - Standard SIP Non-Secure Profile"
    before = profile(axl, name)
    fault = axl.fault("updatePhoneSecurityProfile", f"<name>{name}</name><keySize>1024</keySize>")
    assert "cannot be modified" in fault.axlmessage
    assert profile(axl, name) == before


@pytest.mark.parametrize("operation", ["applyPhoneSecurityProfile", "resetPhoneSecurityProfile"])
def test_applying_or_resetting_a_profile_restarts_its_phones(axl: Client, clock: ManualClock, operation: str) -> None:
    name = "Cisco 7841 - Standard SIP Non-Secure Profile"
    registered = (
        "select count(*) n from device d, securityprofile p, registrationdynamic r where r.fkdevice = d.pkid "
        f"and d.fksecurityprofile = p.pkid and r.lastseen = 0 and p.name = '{name}'"
    )
    before = int(axl.sql(registered)[0]["n"])
    assert before > 0
    axl.call(operation, f"<name>{name}</name>")
    assert axl.sql(registered) == [{"n": "0"}]
    clock.forward(minutes=20)
    assert int(axl.sql(registered)[0]["n"]) == before


def test_a_profile_that_does_not_exist_cannot_be_applied(axl: Client) -> None:
    assert axl.fault("applyPhoneSecurityProfile", "<name>no such profile</name>").axlcode == "5007"


def test_a_profile_for_a_model_that_came_with_a_device_package_is_made_on_an_old_cluster() -> None:
    cluster = Cluster.create(phones=5, version="10.5")
    with SimulatorServer(cluster) as server:
        old = Client.of(server, "10.5")
        inside = "<phoneType>{}</phoneType><protocol>SIP</protocol><name>mine</name>"
        made = inside.format("Cisco 8845")
        old.call("addPhoneSecurityProfile", f"<phoneSecurityProfile>{made}</phoneSecurityProfile>")
        wrong = inside.format("Cisco 9999")
        fault = old.fault("addPhoneSecurityProfile", f"<phoneSecurityProfile>{wrong}</phoneSecurityProfile>")
        assert (fault.axlcode, fault.axlmessage) == ("5003", "Invalid value for phoneType: Cisco 9999")
    cluster.close()
