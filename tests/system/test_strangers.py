"""Clients that know nothing of lscctl take the simulator for a CUCM."""

import subprocess
from pathlib import Path

import ciscoaxl

from tests.system.conftest import ServedCluster, tool

CISCO_WSDL = Path(ciscoaxl.__file__).parent / "schema" / "12.5" / "AXLAPI.wsdl"

ENVELOPE = """<soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/"
 xmlns:ns="http://www.cisco.com/AXL/API/12.5"><soapenv:Body>{body}</soapenv:Body></soapenv:Envelope>"""


def test_curl_reads_the_version_and_a_count_of_phones(served: ServedCluster) -> None:
    def call(operation: str, body: str) -> str:
        command = [tool("curl"), "-sk", "-u", served.login, "-H", f'SOAPAction: "CUCM:DB ver=12.5 {operation}"']
        command += ["-H", "Content-Type: text/xml", "--data", ENVELOPE.format(body=body), f"{served.address}/axl/"]
        return subprocess.run(command, capture_output=True, text=True, timeout=30, check=True).stdout

    assert "<version>12.5" in call("getCCMVersion", "<ns:getCCMVersion/>")
    sql = "select count(*) as phones from device where tkclass = 1"
    assert "<phones>120</phones>" in call(
        "executeSQLQuery", f"<ns:executeSQLQuery><sql>{sql}</sql></ns:executeSQLQuery>"
    )


def test_curl_is_told_apart_wrong_password_from_no_password(served: ServedCluster) -> None:
    def status(*options: str) -> str:
        command = [tool("curl"), "-sk", "-o", "/dev/null", "-w", "%{http_code}", *options, f"{served.address}/axl/"]
        return subprocess.run(command, capture_output=True, text=True, timeout=30, check=True).stdout

    assert status("-u", served.login) == "200"
    assert status("-u", "nobody:wrong") == "401"
    assert status() == "401"


def test_phps_soap_client_with_ciscos_wsdl_updates_and_reads_a_phone(served: ServedCluster, tmp_path: Path) -> None:
    script = tmp_path / "stranger.php"
    user, _, password = served.login.partition(":")
    script.write_text(f"""<?php
$context = stream_context_create(['ssl' => ['verify_peer' => false, 'verify_peer_name' => false]]);
$client = new SoapClient('{CISCO_WSDL}', ['location' => '{served.address}/axl/', 'login' => '{user}',
    'password' => '{password}', 'stream_context' => $context, 'cache_wsdl' => WSDL_CACHE_NONE,
    'features' => SOAP_SINGLE_ELEMENT_ARRAYS]);
$found = $client->listPhone(['searchCriteria' => ['name' => 'SEP%'], 'returnedTags' => ['name' => ''], 'first' => 1]);
$name = $found->return->phone[0]->name;
$rows = $client->executeSQLQuery(['sql' => "select name from device where name = '$name'"]);
if (!str_contains(json_encode($rows), $name)) {{ echo "not in the answer to SQL: ", json_encode($rows), "\n"; }}
$client->updatePhone(['name' => $name, 'description' => 'Empfang "Süd" <1>']);
echo $client->getPhone(['name' => $name])->return->phone->description, "\\n";
try {{ $client->getPhone(['name' => 'SEPFFFFFFFFFFFF']); }} catch (SoapFault $fault) {{ echo $fault->getMessage(), "\\n"; }}
""")
    run = subprocess.run([tool("php"), str(script)], capture_output=True, text=True, timeout=120, check=False)
    assert run.stderr == ""
    lines = run.stdout.splitlines()
    assert lines[0] == 'Empfang "Süd" <1>'
    assert "Item not valid: The specified SEPFFFFFFFFFFFF was not found" in lines[1]


def test_openssl_is_shown_capfs_certificate_on_its_port(served: ServedCluster) -> None:
    command = [tool("openssl"), "s_client", "-connect", f"127.0.0.1:{served.lines['capf-port']}", "-showcerts"]
    shown = subprocess.run(command, input="", capture_output=True, text=True, timeout=30, check=False).stdout
    assert "CAPF-" in shown
    assert "BEGIN CERTIFICATE" in shown
