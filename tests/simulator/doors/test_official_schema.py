"""Every kind of answer against Cisco's own schemas, and Cisco's own messages against the doors."""

import random
from collections.abc import Iterator

import pytest
from lxml import etree

from lscctl.simulator.clock import ManualClock
from lscctl.simulator.cluster import Cluster
from lscctl.simulator.server import SimulatorServer
from tests.simulator.doors.client import SOAP, Client
from tests.simulator.doors.conftest import NOON
from tests.simulator.grammar import official
from tests.simulator.grammar.messages import Maker

VERSIONS = ("8.5", "10.5", "12.5")
NOT_AT_RANDOM = frozenset(
    {"name", "uuid", "newName", "devicePoolName", "locationName", "commonPhoneConfigName", "securityProfileName"}
)


@pytest.fixture(scope="module", params=VERSIONS)
def axl(request: pytest.FixtureRequest) -> Iterator[Client]:
    cluster = Cluster.create(phones=120, seed=5, version=request.param, clock=ManualClock(NOON))
    with SimulatorServer(cluster) as server:
        server.notifications.limit = 1_000_000
        yield Client.of(server, request.param)
    cluster.close()


def assert_valid(axl: Client, answer: etree._Element) -> None:
    schema = official.schema(axl.version)
    assert schema.validate(answer), schema.error_log


def tags(version: str, type_name: str) -> str:
    """`returnedTags` with everything that the type has, from Cisco's schema."""
    maker = Maker(official.document(version), random.Random(1), density=1.0)
    message = maker.message({"LPhone": "listPhone", "LPhoneSecurityProfile": "listPhoneSecurityProfile"}[type_name])
    wanted = message.find("returnedTags")
    assert wanted is not None
    for element in wanted.iter(etree.Element):
        element.text = None
        element.attrib.clear()
    return etree.tostring(wanted, encoding="unicode")


def test_every_answer_is_one_of_ciscos_schema(axl: Client) -> None:
    models = axl.sql("select distinct m.name from device d, typemodel m where m.enum = d.tkmodel and d.tkclass = 1")
    names = [
        axl.sql(
            f"select first 1 d.name from device d, typemodel m where m.enum = d.tkmodel and m.name = '{row['name']}'"
        )
        for row in models
    ]
    assert len(names) > 8
    for rows in names:
        assert_valid(axl, axl.call("getPhone", f"<name>{rows[0]['name']}</name>", attributes=' sequence="1"'))
    name = names[0][0]["name"]
    profile = axl.sql("select first 1 name from securityprofile where isstandard = 'f' and tksecuritypolicy = 4")[0][
        "name"
    ]
    everything = "<searchCriteria><name>%</name></searchCriteria>"
    calls = [
        ("getCCMVersion", ""),
        ("listPhone", everything + tags(axl.version, "LPhone")),
        ("updatePhone", f"<name>{name}</name><description>x</description>"),
        ("listPhoneSecurityProfile", everything + tags(axl.version, "LPhoneSecurityProfile")),
        ("getPhoneSecurityProfile", f"<name>{profile}</name>"),
        ("updatePhoneSecurityProfile", f"<name>{profile}</name><description>x</description>"),
        (
            "addPhoneSecurityProfile",
            "<phoneSecurityProfile><phoneType>Cisco 7965</phoneType><protocol>SCCP</protocol><name>new</name>"
            "</phoneSecurityProfile>",
        ),
        ("doDeviceReset", f"<deviceName>{name}</deviceName><isHardReset>true</isHardReset>"),
        ("executeSQLQuery", "<sql>select first 5 * from device</sql>"),
        ("executeSQLUpdate", f"<sql>update device set description = 'y' where name = '{name}'</sql>"),
        ("applyPhone", f"<name>{name}</name>"),
        ("resetPhone", f"<name>{name}</name>"),
        ("restartPhone", f"<name>{name}</name>"),
        ("applyPhoneSecurityProfile", f"<name>{profile}</name>"),
        ("resetPhoneSecurityProfile", f"<name>{profile}</name>"),
    ]
    for operation, inner in calls:
        if operation in official.operations(axl.version):
            assert_valid(axl, axl.call(operation, inner))


def test_what_was_written_is_told_in_valid_answers(axl: Client) -> None:
    """Random updates by Cisco's schema: accepted ones must leave a phone that getPhone can tell."""
    rng = random.Random(11)
    maker = Maker(official.document(axl.version), rng, density=0.15)
    name = axl.sql("select first 1 name from device where tkclass = 1")[0]["name"]
    accepted = 0
    for tries in range(1, 201):
        update = maker.message("updatePhone")
        for child in list(update):
            if child.tag in NOT_AT_RANDOM:
                update.remove(child)
        who = etree.Element("name")
        who.text = name
        update.insert(0, who)
        answer = axl.post(enveloped(update))
        accepted += answer.status_code == 200
        assert answer.status_code in (200, 500), answer.text
        assert_valid(axl, axl.call("getPhone", f"<name>{name}</name>"))
        if tries >= 25 and accepted > 3:
            return
    pytest.fail(f"only {accepted} of {tries} random updates were accepted")


def test_every_message_of_ciscos_schema_is_understood(axl: Client) -> None:
    """Nothing that Cisco's WSDL would produce may fail as a message: only for what it asks for."""
    rng = random.Random(7)
    for operation in sorted(official.operations(axl.version)):
        for density in (0.0, 0.3, 0.9):
            message = Maker(official.document(axl.version), rng, density).message(operation)
            answer = axl.post(enveloped(message))
            assert answer.status_code in (200, 500), (operation, answer.status_code)
            if answer.status_code == 500:
                fault = etree.fromstring(answer.content).findtext(f"{{{SOAP}}}Body/{{{SOAP}}}Fault/faultstring") or ""
                assert not fault.startswith("Element '"), (operation, fault)
                assert "not well-formed" not in fault


def enveloped(message: etree._Element) -> bytes:
    envelope = etree.Element(f"{{{SOAP}}}Envelope")
    etree.SubElement(envelope, f"{{{SOAP}}}Body").append(message)
    return etree.tostring(envelope, encoding="utf-8", xml_declaration=True)
