"""What phones tell of themselves: their pages, status messages and console logs."""

import hashlib
import re
from itertools import pairwise
from xml.etree import ElementTree as ET

import pytest

from lscctl.simulator.failures import KINDS
from lscctl.simulator.phone_pages.telling import Telling
from lscctl.simulator.scenarios import play
from tests.simulator.lab import Lab
from tests.simulator.test_scenarios import there

SERVICEABILITY = "/CGI/Java/Serviceability?adapter="
MESSAGES = SERVICEABILITY + "device.settings.status.messages"
LOGS = SERVICEABILITY + "device.statistics.consolelog"
LINUX, JAVA, CLASSIC = "Cisco 8845", "Cisco 7965", "Cisco 7940"
LINUX_LINE = re.compile(
    r"\d{4} (?:INF|NOT|WRN|ERR|DEB) [A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d\.\d{6} (?:\(\d+:\d+\) )?\S.*"
)
JAVA_LINE = re.compile(r"\d+: (?:INF|NOT|WRN|ERR) \d\d:\d\d:\d\d\.\d{6} \w+: \S.*")


def page(lab: Lab, phone: str, target: str) -> str:
    lab.cluster.connection.execute("UPDATE sim_phone SET powered = 't' WHERE fkdevice = ?", (phone,))
    met = lab.cluster.web.at(str(lab.value("SELECT ip FROM sim_phone WHERE fkdevice = ?", phone)))
    assert met
    answer = lab.cluster.web.page(met, target)
    assert answer, target
    return answer.text


def messages(lab: Lab, phone: str) -> list[str]:
    document = ET.fromstring(page(lab, phone, "/DeviceLogX?2"))
    return [status.text or "" for status in document.iter("status")]


def log(lab: Lab, phone: str) -> str:
    """All console logs, oldest first."""
    paths = re.findall(r'HREF="(/FS/[^"]+)"', page(lab, phone, LOGS))
    return "".join(page(lab, phone, path) for path in reversed(paths))


@pytest.mark.parametrize("model", [LINUX, JAVA, CLASSIC])
def test_a_phone_tells_who_it_is(model: str) -> None:
    lab = Lab()
    phone = lab.phone(model)
    device = ET.fromstring(page(lab, phone, "/DeviceInformationX"))
    assert device.findtext("HostName") == lab.name(phone)
    assert device.findtext("MACAddress") == lab.name(phone)[3:]
    assert device.findtext("modelNumber") == f"CP-{model.rsplit(maxsplit=1)[-1]}"
    assert lab.name(phone) in page(lab, phone, "/")


@pytest.mark.parametrize(("model", "host"), [(LINUX, "Host name"), (JAVA, "Host Name")])
def test_generations_label_their_pages_each_in_its_way(model: str, host: str) -> None:
    lab = Lab()
    phone = lab.phone(model)
    assert f"<TD><B> {host}</B></TD>" in page(lab, phone, SERVICEABILITY + "device.statistics.configuration")


def test_a_phone_tells_its_servers_and_the_list_that_it_holds() -> None:
    lab = Lab()
    phone = lab.phone()
    network = ET.fromstring(page(lab, phone, "/NetworkConfigurationX"))
    node = lab.value("SELECT node FROM sim_phone WHERE fkdevice = ?", phone)
    assert network.findtext("CallManager1") == f"{node} Active"
    itl = lab.value("SELECT content FROM sim_list JOIN sim_phone ON itl = id WHERE fkdevice = ?", phone)
    assert isinstance(itl, bytes)
    signature = hashlib.md5(itl, usedforsecurity=False).hexdigest().upper()
    assert signature in page(lab, phone, SERVICEABILITY + "device.statistics.configuration")


def test_a_phone_that_holds_another_list_shows_another_signature() -> None:
    lab = Lab()
    phone = lab.phone()
    before = page(lab, phone, SERVICEABILITY + "device.statistics.configuration")
    lab.fail(phone, "itl-mismatch")
    assert page(lab, phone, SERVICEABILITY + "device.statistics.configuration") != before


@pytest.mark.parametrize("model", [LINUX, JAVA])
@pytest.mark.parametrize(
    ("name", "message", "line"),
    [
        ("no-capf-in-itl", "No valid CAPF server", "No valid CAPF server"),
        ("capf-certificate", "LSC: Connection failed", "[unknown CA]"),
        ("capf-unreachable", "LSC: Connection failed", "LSC: Connection failed"),
        ("itl-mismatch", "Trust List update failed", "is not trusted"),
        ("itl-corrupt", "Trust List update failed", "Trust List update failed"),
        ("tvs", "LSC: Failed", "2445"),
        ("dns", "DNS unknown host cucm-pub.example.com", "DNS unknown IPv4 host cucm-pub.example.com"),
        ("no-configuration", "Error updating configuration", "Error updating configuration"),
        ("invalid-mic", "LSC: Failed", "CAPF operation failed, ret -5"),
    ],
)
def test_what_went_wrong_is_in_the_messages_and_in_the_log(model: str, name: str, message: str, line: str) -> None:
    lab = Lab()
    phone = lab.phone(model)
    lab.fail(phone, name)
    lab.install(phone, minutes=30)
    assert any(message in one for one in messages(lab, phone))
    assert line in log(lab, phone)


def test_a_connection_that_cannot_be_made_is_told_as_the_published_logs_have_it() -> None:
    lab = Lab()
    phone = lab.phone()
    lab.fail(phone, "capf-unreachable")
    lab.install(phone)
    told = log(lab, phone)
    assert told.count("CAPF create bio failed") == told.count("CAPF operation failed, ret -7") == 3
    assert "Start CAPF - mode:[1]([NULL_STR])" in told


@pytest.mark.parametrize("model", [LINUX, JAVA])
def test_a_phone_that_nothing_is_wrong_with_complains_of_nothing(model: str) -> None:
    lab = Lab()
    phone = lab.phone(model)
    assert lab.install(phone, minutes=30) == "Upgrade Success"
    said = " ".join([*messages(lab, phone), log(lab, phone)])
    assert "LSC: Installed" in said
    for bad in ("failed", "Failed", "unknown CA", "NXDOMAIN", "unknown IPv4 host", "not trusted"):
        assert bad not in said


def test_messages_are_as_many_as_a_phone_keeps_and_the_last_ones() -> None:
    lab = Lab()
    phone = lab.phone()
    for _ in range(20):
        lab.cluster.reset(phone, hard=True)
        lab.wait(minutes=5)
    assert len(messages(lab, phone)) == 30
    assert page(lab, phone, MESSAGES).count("Restart requested") == 15


@pytest.mark.parametrize(("model", "form"), [(LINUX, LINUX_LINE), (JAVA, JAVA_LINE)])
def test_log_lines_have_the_generation_s_form_and_number_on(model: str, form: re.Pattern[str]) -> None:
    lab = Lab()
    for phone in [lab.phone(model, where=f"d.ctiid % 2 = {rest}", lsc="any") for rest in range(2)]:
        lab.install(phone)
        lines = [line for line in log(lab, phone).splitlines() if not line.startswith(("|==", "===", " "))]
        assert [line for line in lines if not form.fullmatch(line)] == []
        numbers = [int(re.match(r"\d+", line)[0]) for line in lines]  # type: ignore[index]
        assert all((new - old) % 10_000 == 1 for old, new in pairwise(numbers))


def test_a_long_log_is_in_several_files() -> None:
    lab = Lab()
    phone = lab.phone()
    for _ in range(12):
        lab.cluster.reset(phone, hard=True)
        lab.wait(minutes=5)
    assert len(re.findall(r'HREF="(/FS/[^"]+)"', page(lab, phone, LOGS))) > 1


def test_the_oldest_phones_have_no_console_logs_and_messages_at_their_own_place() -> None:
    lab = Lab()
    phone = lab.phone(CLASSIC)
    assert "Status Messages" in page(lab, phone, "/DeviceLog?2")
    met = lab.cluster.web.at(str(lab.value("SELECT ip FROM sim_phone WHERE fkdevice = ?", phone)))
    assert met
    assert lab.cluster.web.page(met, LOGS) is None
    assert lab.cluster.web.page(met, "/FS/messages") is None


@pytest.mark.parametrize(
    "target", ["/NoSuchPage", "/DeviceLogX?9", "/FS/../etc/passwd", SERVICEABILITY, "/StreamingX?x"]
)
def test_a_page_that_a_phone_has_not_is_none(target: str) -> None:
    lab = Lab()
    met = lab.cluster.web.at(str(lab.value("SELECT ip FROM sim_phone WHERE fkdevice = ?", lab.phone())))
    assert met
    assert lab.cluster.web.page(met, target) is None


def test_what_the_cluster_does_wrong_its_phones_tell_as_well() -> None:
    lab = Lab()
    phone = there(lab)
    play(lab.cluster, ["tftp-not-activated"])
    lab.install(phone)
    assert any("TFTP" in one and "imeout" in one for one in messages(lab, phone))


def test_messages_come_in_one_element_where_it_is_so_assumed() -> None:
    lab = Lab("device-log=text")
    phone = lab.phone()
    (all_of_them,) = messages(lab, phone)
    assert len(all_of_them.splitlines()) > 1


@pytest.mark.parametrize("model", [LINUX, JAVA])
def test_no_failure_makes_a_phone_speechless(model: str) -> None:
    lab = Lab()
    phone = lab.phone(model)
    for name in KINDS:
        lab.fail(phone, name)
    lab.install(phone, minutes=30)
    assert messages(lab, phone)
    assert log(lab, phone)


@pytest.mark.parametrize("model", [LINUX, JAVA])
@pytest.mark.parametrize("name", ["no-capf-in-itl", "capf-certificate", "itl-mismatch", "dns", "capf-frozen", "tvs"])
def test_where_wording_varies_each_phone_has_its_own_and_keeps_to_it(model: str, name: str) -> None:
    lab = Lab()
    phones = list(dict.fromkeys(lab.phone(model, lsc="any", where=f"d.ctiid % 5 = {rest}") for rest in range(5)))
    for phone in phones:
        lab.fail(phone, name)
        lab.install(phone, minutes=60)
    published = [log(lab, phone) for phone in phones]
    lab.cluster.web.tell(Telling(varied=True))
    varied = [log(lab, phone) for phone in phones]
    assert varied != published
    assert varied == [log(lab, phone) for phone in phones]


@pytest.mark.parametrize("model", [LINUX, JAVA])
def test_a_log_may_be_cut_and_hold_much_or_nothing_between(model: str) -> None:
    lab = Lab()
    phone = lab.phone(model)
    lab.install(phone, minutes=60)
    lengths = []
    for noise in (0, 12, 300):
        lab.cluster.web.tell(Telling(noise=noise))
        lengths.append(len(log(lab, phone)))
    assert sorted(set(lengths)) == lengths
    whole = log(lab, phone)
    lab.cluster.web.tell(Telling(noise=300, cut=True))
    cut = log(lab, phone).partition("=" * 52 + "\n")[2] or log(lab, phone)
    assert whole.endswith(cut)
    assert cut != whole
