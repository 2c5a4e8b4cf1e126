import pytest

from lscctl.simulator.assumptions import Assumptions
from lscctl.simulator.clock import ManualClock
from lscctl.simulator.cluster import Cluster
from lscctl.simulator.server import SimulatorServer
from tests.simulator.doors.client import Client

CAPF = ("certificateOperation", "authenticationMode", "keySize", "keyOrder", "ecKeySize", "certificateStatus")


def a_phone(axl: Client, model: str = "Cisco 8845", nth: int = 0) -> str:
    """The name of an idle phone with a security profile that has the defaults."""
    rows = axl.sql(
        "select d.name from device d, typemodel m, securityprofile p where d.tkmodel = m.enum and "
        f"d.fksecurityprofile = p.pkid and m.name = '{model}' and p.isstandard = 't' and "
        "d.tkcertificateoperation = 1 order by d.name"
    )
    return rows[nth]["name"]


def test_a_phone_is_told_by_name_with_its_capf_settings(axl: Client) -> None:
    name = a_phone(axl)
    answer = axl.call("getPhone", f"<name>{name}</name>")
    phone = answer.find("return/phone")
    assert phone is not None
    assert phone.findtext("name") == name
    assert phone.findtext("model") == "Cisco 8845"
    assert phone.findtext("authenticationMode") == "By Null String"
    assert phone.findtext("keySize") == "2048"
    assert phone.findtext("certificateOperation") == "No Pending Operation"
    assert phone.findtext("currentConfig/model") == "Cisco 8845"
    assert phone.findtext("currentConfig/deviceName") == name
    assert int(phone.get("ctiid", "")) > 0


def test_uuids_come_in_braces_and_upper_case_and_are_taken_in_any_case(axl: Client) -> None:
    name = a_phone(axl)
    pkid = axl.sql(f"select pkid from device where name = '{name}'")[0]["pkid"]
    phone = axl.call("getPhone", f"<name>{name}</name>").find("return/phone")
    assert phone is not None
    assert phone.get("uuid") == f"{{{pkid.upper()}}}"
    for spelling in (f"{{{pkid}}}", f"{{{pkid.upper()}}}"):
        assert axl.call("getPhone", f"<uuid>{spelling}</uuid>").findtext("return/phone/name") == name


def test_returned_tags_choose_and_nested_ones_too(axl: Client) -> None:
    name = a_phone(axl)
    wanted = "<returnedTags><name/><lines><line><index/><dirn><pattern/></dirn></line></lines><keySize/></returnedTags>"
    phone = axl.call("getPhone", f"<name>{name}</name>{wanted}").find("return/phone")
    assert phone is not None
    assert [child.tag for child in phone] == ["name", "lines", "keySize"]
    line = phone.find("lines/line")
    assert line is not None
    assert [child.tag for child in line] == ["index", "dirn"]


def test_an_8831_tells_only_operation_status_and_an_empty_finish_time(axl: Client) -> None:
    names = axl.sql("select d.name from device d join typemodel m on m.enum = d.tkmodel where m.name = 'Cisco 8831'")
    assert names, "this seed has an 8831"
    told = axl.phone(names[0]["name"], *CAPF, "upgradeFinishTime")
    assert list(told) == ["certificateOperation", "certificateStatus", "upgradeFinishTime"]
    assert told["upgradeFinishTime"] == ""


def test_a_phone_that_does_not_exist(axl: Client) -> None:
    for operation in ("getPhone", "applyPhone", "resetPhone", "restartPhone"):
        fault = axl.fault(operation, "<name>SEP000000000000</name>")
        text = "Item not valid: The specified SEP000000000000 was not found"
        assert (fault.axlcode, fault.axlmessage, fault.faultstring) == ("5007", text, text)
        assert fault.request == operation
    update = axl.fault("updatePhone", "<name>SEP000000000000</name><description>x</description>")
    assert (update.axlcode, update.axlmessage) == ("5003", "SEP000000000000 not found")


def test_phones_are_listed_by_wildcard_and_page_without_their_capf_fields(axl: Client) -> None:
    tags = "<returnedTags><name/><model/><certificateStatus/><keySize/></returnedTags>".replace(
        "<certificateStatus/><keySize/>", "<keySize/><certificateStatus/>"
    )
    everyone = axl.call("listPhone", f"<searchCriteria><name>sep%</name></searchCriteria>{tags}")
    names = [name.text for name in everyone.iter("name")]
    count = axl.sql("select count(*) n from device where tkclass = 1 and name like 'SEP%'")[0]["n"]
    assert len(names) == int(count)
    assert not list(everyone.iter("certificateStatus", "keySize"))
    page = axl.call(
        "listPhone", f"<searchCriteria><name>SEP%</name></searchCriteria>{tags}<skip>3</skip><first>2</first>"
    )
    assert [name.text for name in page.iter("name")] == names[3:5]
    none = axl.call("listPhone", f"<searchCriteria><name>XYZ%</name></searchCriteria>{tags}").find("return")
    assert none is not None
    assert len(none) == 0


def test_search_criteria_must_all_fit(axl: Client) -> None:
    name = a_phone(axl)
    told = axl.phone(name, "protocol", "devicePoolName", "securityProfileName")
    criteria = "".join(f"<{tag}>{value}</{tag}>" for tag, value in told.items())
    listed = axl.call("listPhone", f"<searchCriteria>{criteria}</searchCriteria><returnedTags><name/></returnedTags>")
    assert name in [found.text for found in listed.iter("name")]
    other = criteria.replace("<protocol>SIP", "<protocol>SCCP")
    assert not list(
        axl.call("listPhone", f"<searchCriteria>{other}</searchCriteria><returnedTags><name/></returnedTags>").iter(
            "name"
        )
    )


def test_list_phone_fills_the_capf_fields_where_that_is_assumed(clock: ManualClock) -> None:
    assumed = Assumptions.parse(["list-phone-capf=filled", "booleans=t", "uuid-case=lower", "fault-code=server"])
    cluster = Cluster.create(phones=20, clock=clock, assumptions=assumed)
    with SimulatorServer(cluster) as server:
        axl = Client.of(server)
        listed = axl.call(
            "listPhone",
            "<searchCriteria><name>%</name></searchCriteria>"
            "<returnedTags><name/><keySize/><certificateStatus/><isActive/></returnedTags>",
        )
        assert [found.text for found in listed.iter("certificateStatus")]
        assert {found.text for found in listed.iter("isActive")} == {"t"}
        assert all(phone.get("uuid", "").islower() for phone in listed.iter("phone"))
        assert axl.fault("getPhone", "<name>SEPNOBODY</name>").faultcode == "soapenv:Server"
    cluster.close()


def test_an_update_goes_to_the_columns_and_the_rest_is_kept(axl: Client) -> None:
    name = a_phone(axl, nth=1)
    axl.call(
        "updatePhone",
        f"<name>{name}</name><description>Empfang &amp; 会議室</description><networkLocation>OnNet</networkLocation>"
        "<vendorConfig><webAccess>0</webAccess></vendorConfig><lines><line><index>1</index><label>Front</label>"
        "<dirn><pattern>4711</pattern><routePartitionName/></dirn></line></lines>"
        "<phoneTemplateName>Standard 8845 SIP</phoneTemplateName><isActive>f</isActive><sshPwd>topsecret</sshPwd>",
    )
    phone = axl.call("getPhone", f"<name>{name}</name>").find("return/phone")
    assert phone is not None
    assert phone.findtext("description") == "Empfang & 会議室"
    assert phone.findtext("networkLocation") == "OnNet"
    assert phone.findtext("vendorConfig/webAccess") == "0"
    assert phone.findtext("lines/line/label") == "Front"
    assert phone.findtext("phoneTemplateName") == "Standard 8845 SIP"
    assert phone.findtext("isActive") == "false"
    assert phone.find("sshPwd") is None
    assert axl.sql(f"select description, isactive from device where name = '{name}'") == [
        {"description": "Empfang & 会議室", "isactive": "f"}
    ]


def test_a_phone_is_renamed_and_a_taken_name_is_refused(axl: Client) -> None:
    name, other = a_phone(axl, nth=2), a_phone(axl, nth=3)
    assert axl.fault("updatePhone", f"<name>{name}</name><newName>{other}</newName>").axlcode == "-239"
    axl.call("updatePhone", f"<name>{name}</name><newName>SEPABCDEF012345</newName>")
    assert axl.phone("SEPABCDEF012345", "name") == {"name": "SEPABCDEF012345"}
    assert axl.fault("getPhone", f"<name>{name}</name>").axlcode == "5007"


@pytest.mark.parametrize("tag", ["devicePoolName", "locationName", "commonPhoneConfigName", "securityProfileName"])
def test_a_reference_to_nothing_is_refused_and_changes_nothing(axl: Client, tag: str) -> None:
    name = a_phone(axl)
    before = axl.phone(name)
    order = ("devicePoolName", "commonPhoneConfigName", "locationName", "securityProfileName")
    assert tag in order
    fault = axl.fault("updatePhone", f"<name>{name}</name><description>changed</description><{tag}>Nowhere</{tag}>")
    assert "Nowhere was not found" in fault.axlmessage
    assert axl.phone(name) == before


def test_a_reference_may_go_by_uuid(axl: Client) -> None:
    name = a_phone(axl)
    location = axl.sql("select first 1 name, pkid from location order by name desc")[0]
    axl.call("updatePhone", f'<name>{name}</name><locationName uuid="{{{location["pkid"].upper()}}}"/>')
    assert axl.phone(name, "locationName") == {"locationName": location["name"]}


def test_a_profile_of_another_model_is_refused(axl: Client) -> None:
    other = axl.sql("select first 1 p.name from securityprofile p join typemodel m on m.enum = p.tkmodel "
                    "where m.name = 'Cisco 7841' and p.tksecuritypolicy = 4")[0]["name"]  # fmt: skip
    fault = axl.fault("updatePhone", f"<name>{a_phone(axl)}</name><securityProfileName>{other}</securityProfileName>")
    assert "another model or protocol" in fault.axlmessage


def test_an_install_is_written_and_taken_back(axl: Client) -> None:
    name = a_phone(axl, nth=4)
    axl.call(
        "updatePhone",
        f"<name>{name}</name><certificateOperation>Install/Upgrade</certificateOperation>"
        "<authenticationMode>By Null String</authenticationMode><keySize>2048</keySize>"
        "<upgradeFinishTime>2026:11:25:18:00</upgradeFinishTime>",
    )
    assert axl.phone(name, "certificateOperation", "certificateStatus", "upgradeFinishTime") == {
        "certificateOperation": "Install/Upgrade",
        "certificateStatus": "Operation Pending",
        "upgradeFinishTime": "2026:11:25:18:00",
    }
    axl.call("updatePhone", f"<name>{name}</name><certificateOperation>No Pending Operation</certificateOperation>")
    assert axl.phone(name, "certificateOperation") == {"certificateOperation": "No Pending Operation"}


def test_an_applied_phone_ends_with_an_lsc(axl: Client, clock: ManualClock) -> None:
    rows = axl.sql(
        "select d.name from device d, typemodel m, securityprofile p, registrationdynamic r where d.tkmodel = m.enum "
        "and r.fkdevice = d.pkid and d.fksecurityprofile = p.pkid and m.name = 'Cisco 8845' and p.isstandard = 't' "
        "and r.lastseen = 0 and d.lscvaliduntil = 0 and d.publickey is null order by d.name"
    )
    name = rows[-1]["name"]
    axl.call(
        "updatePhone",
        f"<name>{name}</name><certificateOperation>Install/Upgrade</certificateOperation>"
        "<upgradeFinishTime>2026:11:25:18:00</upgradeFinishTime>",
    )
    axl.call("applyPhone", f"<name>{name}</name>")
    clock.forward(hours=1)
    axl.session.cookies.clear()
    told = axl.phone(name, "certificateOperation", "certificateStatus")
    assert told == {"certificateOperation": "No Pending Operation", "certificateStatus": "Upgrade Success"}
    assert int(axl.sql(f"select lscvaliduntil from device where name = '{name}'")[0]["lscvaliduntil"]) > clock.utc()


def test_a_wrong_enumeration_is_refused(axl: Client) -> None:
    fault = axl.fault(
        "updatePhone", f"<name>{a_phone(axl)}</name><certificateOperation>Upgrade it</certificateOperation>"
    )
    assert fault.axlmessage == "Invalid value for certificateOperation: Upgrade it"


def test_the_order_of_elements_counts(axl: Client) -> None:
    fault = axl.fault(
        "updatePhone", f"<name>{a_phone(axl)}</name><keySize>2048</keySize><description>late</description>"
    )
    assert "description" in fault.axlmessage
    assert fault.axlcode == "-1"


def test_the_sequence_is_repeated(axl: Client) -> None:
    answer = axl.call("getPhone", f"<name>{a_phone(axl)}</name>", attributes=' sequence="4711"')
    assert answer.get("sequence") == "4711"
    assert axl.call("getPhone", f"<name>{a_phone(axl)}</name>").get("sequence") is None


def test_before_10_0_only_do_device_reset_makes_a_phone_fetch_its_configuration(clock: ManualClock) -> None:
    cluster = Cluster.create(phones=60, version="9.1", clock=clock)
    with SimulatorServer(cluster) as server:
        axl = Client.of(server, "9.1")
        assert "applyPhone" in axl.fault("applyPhone", "<name>SEP1</name>").axlmessage
        name = a_phone(axl)
        assert "keyOrder" not in axl.phone(name)
        assert axl.fault("updatePhone", f"<name>{name}</name><keyOrder>RSA Only</keyOrder>").axlcode == "-1"
        axl.call("doDeviceReset", f"<deviceName>{name}</deviceName><isHardReset>false</isHardReset>")
        assert (
            axl.fault("doDeviceReset", "<deviceName>SEPX</deviceName><isHardReset>true</isHardReset>").axlcode == "5007"
        )
    cluster.close()
