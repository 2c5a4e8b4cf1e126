"""Other people's clients, as they are: zeep with Cisco's WSDL, ciscoaxl, curl."""

import shutil
import subprocess
from importlib import resources
from pathlib import Path
from typing import Any

import pytest
import zeep
from lxml import etree

from lscctl.simulator.clock import ManualClock
from lscctl.simulator.server import SimulatorServer
from tests.simulator.doors.client import Client, envelope

STRANGER: Any = zeep  # its stubs type some of it only


@pytest.fixture(scope="module")
def service(server: SimulatorServer, axl: Client) -> Any:
    wsdl = Path(str(resources.files("ciscoaxl"))) / "schema" / "12.5" / "AXLAPI.wsdl"
    client = STRANGER.Client(
        str(wsdl), transport=STRANGER.Transport(session=axl.session), settings=STRANGER.Settings(strict=False)
    )
    return client.create_service("{http://www.cisco.com/AXLAPIService/}AXLAPIBinding", f"{server.address}/axl/")


def test_bare_zeep_with_ciscos_wsdl_lists_reads_writes_and_applies(service: Any) -> None:
    listed = service.listPhone({"name": "SEP%"}, returnedTags={"name": "", "model": "", "isActive": ""}, first=3)
    phones = listed["return"]["phone"]
    assert len(phones) == 3
    uuid = phones[0]["uuid"]
    updated = service.updatePhone(
        uuid=uuid, description="by zeep", certificateOperation="Install/Upgrade", upgradeFinishTime="2026:11:25:20:00"
    )
    assert updated["return"] == uuid
    phone = service.getPhone(uuid=uuid)["return"]["phone"]
    assert phone["name"] == phones[0]["name"]
    assert phone["description"] == "by zeep"
    assert phone["certificateOperation"] == "Install/Upgrade"
    assert phone["certificateStatus"] == "Operation Pending"
    pool = phone["devicePoolName"]
    assert pool["_value_1"]
    assert pool["uuid"].startswith("{")
    assert service.applyPhone(uuid=uuid)["return"] == uuid
    rows = service.executeSQLQuery(sql=f"select name, description from device where name = '{phone['name']}'")
    assert [cell.text for cell in rows["return"]["row"][0]] == [phone["name"], "by zeep"]
    assert service.executeSQLUpdate(sql="update device set description = '' where 1 = 0")["return"]["rowsUpdated"] == 0
    assert service.getCCMVersion()["return"]["componentVersion"]["version"].startswith("15.0.1")


def test_zeep_reads_the_fault_of_a_phone_that_does_not_exist(service: Any) -> None:
    with pytest.raises(zeep.exceptions.Fault, match="The specified SEPNOBODY was not found") as caught:
        service.getPhone(name="SEPNOBODY")
    assert caught.value.detail.findtext("axlError/axlcode") == "5007"


def test_zeep_works_on_profiles(service: Any) -> None:
    made = service.addPhoneSecurityProfile(
        {"phoneType": "Cisco 8845", "protocol": "SIP", "name": "zeep's", "keyOrder": "EC Preferred, RSA Backup",
         "ecKeySize": "384"}
    )  # fmt: skip
    told = service.getPhoneSecurityProfile(uuid=made["return"])["return"]["phoneSecurityProfile"]
    assert (told["name"], told["keyOrder"], told["ecKeySize"]) == ("zeep's", "EC Preferred, RSA Backup", "384")
    listed = service.listPhoneSecurityProfile({"name": "zeep%"}, returnedTags={"name": "", "authenticationMode": ""})
    assert listed["return"]["phoneSecurityProfile"][0]["authenticationMode"] == "By Null String"


def test_ciscoaxl_works_as_its_readme_says(
    server: SimulatorServer, clock: ManualClock, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(server.ca_file))
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    from ciscoaxl import axl

    ucm = axl(
        username=server.user, password=server.password, cucm="127.0.0.1", cucm_version="12.5", cucm_port=server.port
    )
    phones = ucm.get_phones()
    assert len(phones) > 50
    name = phones[0]["name"]
    assert ucm.get_phone(name=name)["name"] == name
    ucm.update_phone(name=name, description="by ciscoaxl")
    assert ucm.get_phone(name=name)["description"] == "by ciscoaxl"
    assert ucm.run_sql_query("select count(*) n from device where description = 'by ciscoaxl'")["rows"][0]["n"] == "1"
    with pytest.raises(Exception, match="401 Unauthorized"):
        axl(username=server.user, password="wrong", cucm="127.0.0.1", cucm_version="12.5", cucm_port=server.port)


def test_curl_works(server: SimulatorServer, tmp_path: Path) -> None:
    curl = shutil.which("curl")
    if curl is None:
        pytest.skip("no curl here")
    body = tmp_path / "body.xml"
    body.write_bytes(envelope("", namespace="http://www.cisco.com/AXL/API/14.0", operation="getCCMVersion"))
    out = subprocess.run(
        [curl, "-sS", "--cacert", server.ca_file, "-u", f"{server.user}:{server.password}", "-H", "Expect: 100-continue",
         "-H", "SOAPAction: CUCM:DB ver=14.0 getCCMVersion", "-H", "Content-type: text/xml;", "-d", f"@{body}",
         f"{server.address}/axl/"],
        capture_output=True, check=True, timeout=10,
    )  # fmt: skip
    version = etree.fromstring(out.stdout).find(".//version")
    assert version is not None
    assert version.text == "15.0.1.11900(4)"
