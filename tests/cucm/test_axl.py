"""Values in, values out: AXL's answers and faults as Axl hands them on, and what is repeated."""

import re
from collections.abc import Callable, Iterator, Mapping

import pytest
import requests
import responses
from lxml import etree
from responses import matchers

from lscctl.cucm.axl import Axl, Call, connect
from lscctl.cucm.faults import (
    AnswerLost,
    AnswerTooLarge,
    AxlFault,
    BadAnswer,
    ConnectionLost,
    MemoryBusy,
    NotAnAxlServer,
    Throttled,
    Unreachable,
    Unsendable,
    VersionRefused,
)
from lscctl.cucm.schema import Schema
from lscctl.cucm.transport import Endpoint, Transport
from tests.cucm import cisco
from tests.cucm.loopback import ONE_ROW, UPDATED, envelope, fault, response

ENDPOINT = Endpoint("cucm.example", "admin", "s3cret")
URL = "https://cucm.example:8443/axl/"
UDS = "https://cucm.example:8443/cucm-uds/version"
PKID = "6a0ac8cf-10e4-4f1c-8e2b-0123456789ab"


@pytest.fixture
def cluster() -> Iterator[responses.RequestsMock]:
    with responses.RequestsMock(assert_all_requests_are_fired=False) as mock:
        yield mock


class Naps(list[float]):
    """A sleep that only notes."""

    def __call__(self, seconds: float) -> None:
        self.append(seconds)


def ready(version: str = "15.0", **settings: object) -> Axl:
    """An Axl whose login is proved."""
    made = Axl(Schema.bundled(version), Transport(ENDPOINT), **settings)  # type: ignore[arg-type]
    made.transport.login_proved = True
    return made


def sent(cluster: responses.RequestsMock, number: int = -1) -> etree._Element:
    body = cluster.calls[number].request.body
    assert isinstance(body, bytes)
    return etree.fromstring(body)[-1][0]


def flat(request: etree._Element) -> dict[str, str]:
    return {etree.QName(part).localname: part.text or "" for part in request}


class TestSql:
    def test_rows_come_as_text_by_lower_case_column(self, cluster: responses.RequestsMock) -> None:
        cluster.post(
            URL,
            response(
                "executeSQLQuery",
                "<row><NAME>SEP1</NAME><description>é &lt;2&gt;</description></row><row><name/><description> </description></row>",
            ),
        )
        assert ready().query("select 1") == [{"name": "SEP1", "description": "é <2>"}, {"name": "", "description": " "}]

    def test_null_reads_as_empty_text_nil_as_none_and_a_missing_column_is_missing(
        self, cluster: responses.RequestsMock
    ) -> None:
        nil = '<b xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:nil="true"/>'
        cluster.post(URL, response("executeSQLQuery", f"<row><a/>{nil}</row>"))
        assert ready().query("select 1") == [{"a": "", "b": None}]

    def test_no_rows_are_no_rows(self, cluster: responses.RequestsMock) -> None:
        cluster.post(URL, response("executeSQLQuery", ""))
        assert ready().query("select 1") == []

    def test_an_update_says_how_many_rows_it_changed(self, cluster: responses.RequestsMock) -> None:
        cluster.post(URL, response("executeSQLUpdate", "<rowsUpdated>17</rowsUpdated>"))
        assert ready().update_sql("update device set description = ''") == 17

    def test_an_update_that_does_not_say_is_lost(self, cluster: responses.RequestsMock) -> None:
        cluster.post(URL, response("executeSQLUpdate", ""))
        with pytest.raises(AnswerLost, match="lacks what it should say"):
            ready().update_sql("update device set description = ''")


class TestRecords:
    PHONE = (
        '<phone ctiid="3" uuid="{6A0AC8CF-10E4-4F1C-8E2B-0123456789AB}"><name>SEP1</name><model>Cisco 8845</model>'
        '<securityProfileName uuid="{00000000-10E4-4F1C-8E2B-0123456789AB}">Null</securityProfileName><upgradeFinishTime/>'
        "<isActive>t</isActive><remoteDevice>false</remoteDevice>"
        "<currentConfig><model>Other</model><deviceName>SEP2</deviceName></currentConfig></phone>"
    )

    def test_a_phone_has_its_direct_children_only(self, cluster: responses.RequestsMock) -> None:
        cluster.post(URL, response("getPhone", self.PHONE))
        phone = ready().get_phone("SEP1")
        assert phone.pkid == PKID
        assert phone.fields == {
            "name": "SEP1",
            "model": "Cisco 8845",
            "securityProfileName": "Null",
            "upgradeFinishTime": "",
            "isActive": "t",
            "remoteDevice": "false",
        }
        assert (phone.flag("isActive"), phone.flag("remoteDevice"), phone.flag("isDualMode")) == (True, False, None)
        assert flat(sent(cluster)) == {"name": "SEP1"}

    def test_a_pkid_goes_out_in_braces_and_upper_case(self, cluster: responses.RequestsMock) -> None:
        cluster.post(URL, response("getPhone", self.PHONE))
        for spelling in (PKID, PKID.upper(), f"{{{PKID}}}"):
            ready().get_phone(spelling)
            assert flat(sent(cluster)) == {"uuid": f"{{{PKID.upper()}}}"}

    def test_a_list_is_a_list(self, cluster: responses.RequestsMock) -> None:
        cluster.post(URL, response("listPhone", self.PHONE * 2))
        found = ready().list_phones({"name": "SEP%"}, ["name", "keySize"], skip=0, first=2)
        assert [phone.fields["name"] for phone in found] == ["SEP1", "SEP1"]
        assert flat(sent(cluster)) == {"searchCriteria": "", "returnedTags": "", "skip": "0", "first": "2"}

    def test_profiles_are_read_alike(self, cluster: responses.RequestsMock) -> None:
        profile = (
            f'<phoneSecurityProfile uuid="{{{PKID}}}"><name>Null</name><keySize>2048</keySize></phoneSecurityProfile>'
        )
        cluster.post(URL, response("getPhoneSecurityProfile", profile))
        assert ready().get_phone_security_profile("Null").fields == {"name": "Null", "keySize": "2048"}

    def test_an_answer_without_the_phone_is_not_found(self, cluster: responses.RequestsMock) -> None:
        cluster.post(URL, response("getPhone", ""))
        with pytest.raises(AxlFault) as caught:
            ready().get_phone("SEP1")
        assert caught.value.not_found

    def test_the_cluster_s_version(self, cluster: responses.RequestsMock) -> None:
        cluster.post(
            URL, response("getCCMVersion", "<componentVersion><version>15.0.1.12900(234)</version></componentVersion>")
        )
        assert ready().cluster_version() == "15.0.1.12900(234)"


class TestWrites:
    CHANGES: Mapping[str, str] = {
        "keySize": "2048",
        "certificateOperation": "Install/Upgrade",
        "upgradeFinishTime": "2026:11:23:19:00",
    }

    def test_changes_go_out_in_the_schema_s_order(self, cluster: responses.RequestsMock) -> None:
        cluster.post(URL, UPDATED)
        ready().update_phone("SEP1", self.CHANGES)
        assert list(flat(sent(cluster))) == ["name", "certificateOperation", "keySize", "upgradeFinishTime"]

    @pytest.mark.parametrize(("version", "field"), [("10.5", "keyOrder"), ("15.0", "colour")])
    def test_a_field_that_the_version_lacks_is_refused_unsent(
        self, cluster: responses.RequestsMock, version: str, field: str
    ) -> None:
        with pytest.raises(Unsendable, match=f"updatePhone of AXL {re.escape(version)} has no {field}"):
            ready(version).update_phone("SEP1", {field: "RSA Only"})
        assert len(cluster.calls) == 0

    def test_an_empty_choice_is_never_sent_whatever_schema_is_used(self, cluster: responses.RequestsMock) -> None:
        for schema in (Schema.bundled("12.5"), Schema.from_file(cisco.wsdl("12.5"))):
            with pytest.raises(Unsendable, match="authenticationMode must not be empty"):
                Axl(schema, Transport(ENDPOINT)).update_phone("SEP1", {"authenticationMode": ""})
        assert len(cluster.calls) == 0

    def test_a_phone_is_applied_by_its_own_operation_from_10_0(self, cluster: responses.RequestsMock) -> None:
        cluster.post(URL, response("applyPhone", "true", "10.0"))
        axl = ready("10.0")
        axl.apply_phone("SEP1")
        assert axl.apply_operation == "applyPhone"
        assert flat(sent(cluster)) == {"name": "SEP1"}

    def test_before_10_0_a_soft_reset_stands_in(self, cluster: responses.RequestsMock) -> None:
        cluster.post(URL, response("doDeviceReset", "true", "9.1"))
        axl = ready("9.1")
        axl.apply_phone("SEP1")
        assert axl.apply_operation == "doDeviceReset"
        assert flat(sent(cluster)) == {"deviceName": "SEP1", "isHardReset": "false"}
        axl.reset_phone(PKID)
        assert flat(sent(cluster)) == {"deviceName": "", "isHardReset": "true"}
        assert sent(cluster)[0].get("uuid") == f"{{{PKID.upper()}}}"

    def test_a_reset_that_was_not_done_is_a_fault(self, cluster: responses.RequestsMock) -> None:
        cluster.post(URL, response("doDeviceReset", "false", "9.1"))
        with pytest.raises(AxlFault, match="SEP1 was not reset"):
            ready("9.1").apply_phone("SEP1")

    def test_a_new_profile_gives_its_pkid(self, cluster: responses.RequestsMock) -> None:
        cluster.post(URL, response("addPhoneSecurityProfile", f"{{{PKID.upper()}}}"))
        new = {"phoneType": "Cisco 8845", "protocol": "SIP", "name": "Null"}
        assert ready().add_phone_security_profile(new) == PKID

    def test_an_answer_to_something_else_is_lost(self, cluster: responses.RequestsMock) -> None:
        cluster.post(URL, ONE_ROW)
        with pytest.raises(AnswerLost, match="executeSQLQueryResponse"):
            ready().update_phone("SEP1", self.CHANGES)


class TestFaults:
    @pytest.mark.parametrize(
        ("code", "text", "not_found"),
        [
            (5007, "Item not valid: The specified SEP1 was not found", True),
            (5003, "Phone not found", True),
            (5003, "Some other thing", False),
            (-239, "Could not insert new row - duplicate value", False),
        ],
    )
    def test_a_fault_says_what_was_refused(
        self, cluster: responses.RequestsMock, code: int, text: str, not_found: bool
    ) -> None:
        cluster.post(URL, fault(code, text), status=500)
        with pytest.raises(AxlFault) as caught:
            ready().update_phone("SEP1", {"description": "x"})
        assert (caught.value.code, caught.value.text, caught.value.operation) == (code, text, "updatePhone")
        assert caught.value.message == f"updatePhone was refused ({code}): {text}"
        assert caught.value.not_found is not_found

    def test_a_fault_without_details_gives_its_string(self, cluster: responses.RequestsMock) -> None:
        cluster.post(
            URL,
            envelope("<s:Fault><faultcode>s:Server</faultcode><faultstring>Oops</faultstring></s:Fault>"),
            status=500,
        )
        with pytest.raises(AxlFault, match="executeSQLQuery was refused: Oops") as caught:
            ready().query("select 1")
        assert caught.value.code is None

    @pytest.mark.parametrize(
        "hint", ["Suggestive Row Fetch: less than 844 rows", "Suggested row fetch: less than 844 rows"]
    )
    def test_an_answer_over_8_mb_says_how_many_rows_to_ask_for(
        self, cluster: responses.RequestsMock, hint: str
    ) -> None:
        cluster.post(URL, fault(-1, f"Query request too large. Total rows matched: 2816 rows. {hint}"), status=500)
        with pytest.raises(AnswerTooLarge) as caught:
            ready().query("select 1")
        assert caught.value.suggested_rows == 844

    def test_a_secret_that_the_cluster_repeats_is_not_passed_on(self, cluster: responses.RequestsMock) -> None:
        cluster.post(URL, fault(5003, "authenticationString 471147 is wrong"), status=500)
        with pytest.raises(AxlFault) as caught:
            ready().update_phone("SEP1", {"authenticationString": "471147"})
        assert caught.value.message.endswith("authenticationString *** is wrong")

    def test_nor_is_one_that_a_statement_holds_and_no_trace_shows_it(self, cluster: responses.RequestsMock) -> None:
        cluster.post(URL, fault(-201, "A syntax error has occurred near 471147 ."), status=500)
        heard: list[str] = []
        axl = Axl(Schema.bundled("15.0"), Transport(ENDPOINT, trace=heard.append))
        with pytest.raises(AxlFault) as caught:
            axl.query("select 1 from device where 471147 = authenticationstring", frozenset({"471147"}))
        assert "near ***" in caught.value.message
        assert len(heard) == 2
        assert "471147" not in "".join(heard)


class TestRepeating:
    BUSY = fault(-1, "Maximum AXL Memory Allocation Consumed. Please retry once requests in progress have completed")

    def test_a_read_waits_as_long_as_a_busy_cluster_asks(self, cluster: responses.RequestsMock) -> None:
        cluster.post(URL, "busy", status=503, headers={"Retry-After": "9"})
        cluster.post(URL, "busy", status=503)
        cluster.post(URL, self.BUSY, status=500)
        cluster.post(URL, ONE_ROW)
        naps = Naps()
        axl = ready(sleep=naps)
        assert len(axl.query("select 1")) == 1
        assert naps == [9, 2, 4]
        assert (axl.reads, axl.writes) == (4, 0)

    def test_a_cluster_that_stays_busy_is_given_up_with_its_own_words(self, cluster: responses.RequestsMock) -> None:
        cluster.post(URL, "busy", status=503)
        naps = Naps()
        with pytest.raises(Throttled):
            ready(sleep=naps).query("select 1")
        assert naps == [1, 2, 4, 8]
        cluster.replace("POST", URL, self.BUSY, status=500)
        with pytest.raises(MemoryBusy):
            ready(sleep=naps).query("select 1")

    def test_a_read_is_made_again_when_the_connection_breaks(self, cluster: responses.RequestsMock) -> None:
        cluster.post(URL, body=requests.ConnectionError("reset by peer"))
        cluster.post(URL, ONE_ROW)
        assert len(ready(sleep=Naps()).query("select 1")) == 1
        cluster.replace("POST", URL, body=requests.ConnectionError("reset by peer"))
        with pytest.raises(ConnectionLost):
            ready(sleep=Naps()).query("select 1")

    @pytest.mark.parametrize(
        ("body", "status", "error"),
        [
            ("busy", 503, Throttled),
            (requests.ConnectionError("reset"), 200, AnswerLost),
            ("<html/>", 200, AnswerLost),
            (BUSY, 500, MemoryBusy),
        ],
    )
    def test_a_write_is_not_made_again(
        self, cluster: responses.RequestsMock, body: str | Exception, status: int, error: type[Exception]
    ) -> None:
        cluster.post(URL, body=body, status=status)
        axl = ready(sleep=Naps())
        with pytest.raises(error):
            axl.update_phone("SEP1", {"description": "x"})
        assert (axl.reads, axl.writes) == (0, 1)

    @pytest.mark.parametrize(
        "call", [lambda axl: axl.query("select 1"), lambda axl: axl.update_phone("SEP1", {"description": "x"})]
    )
    def test_what_was_never_sent_is_made_again_once_the_login_is_proved(self, call: Callable[[Axl], object]) -> None:
        nowhere = Endpoint("127.0.0.1", "admin", "s3cret", port=1, connect_timeout=1)
        naps = Naps()
        axl = Axl(Schema.bundled("15.0"), Transport(nowhere), sleep=naps)
        with pytest.raises(Unreachable):
            call(axl)
        assert naps == []
        axl.transport.login_proved = True
        with pytest.raises(Unreachable):
            call(axl)
        assert naps == [1, 2, 4, 8]

    def test_an_observer_sees_every_exchange_with_its_failure(self, cluster: responses.RequestsMock) -> None:
        cluster.post(URL, "busy", status=503)
        cluster.post(URL, ONE_ROW)
        seen: list[Call] = []
        ready(sleep=Naps(), observe=seen.append).query("select 1")
        assert [(call.operation, call.write, type(call.error)) for call in seen] == [
            ("executeSQLQuery", False, Throttled),
            ("executeSQLQuery", False, type(None)),
        ]


class TestConnect:
    REFUSED = "<html>Incorrect axl version. Supported axl versions are 12.x and 11.5</html>"

    def uds(self, cluster: responses.RequestsMock, version: str | None) -> None:
        if version is None:
            cluster.get(UDS, "<html>not here</html>", status=404)
        else:
            page = (
                f'<versionInformation uri="{UDS}" version="{version}"><version>{version}</version></versionInformation>'
            )
            cluster.get(UDS, page)

    def speaks(self, cluster: responses.RequestsMock, version: str, cluster_s: str) -> None:
        said = f"<componentVersion><version>{cluster_s}</version></componentVersion>"
        cluster.post(
            URL,
            response("getCCMVersion", said, version),
            match=[matchers.header_matcher({"SOAPAction": f'"CUCM:DB ver={version} getCCMVersion"'})],
        )

    def test_the_version_that_uds_tells_chooses_the_schema(self, cluster: responses.RequestsMock) -> None:
        self.uds(cluster, "12.5.1")
        self.speaks(cluster, "12.5", "12.5.1.11900(146)")
        assert connect(ENDPOINT).schema.version == "12.5"
        assert "Authorization" not in cluster.calls[0].request.headers
        assert len(cluster.calls) == 2

    def test_without_uds_the_list_of_a_refusal_does(self, cluster: responses.RequestsMock) -> None:
        self.uds(cluster, None)
        self.speaks(cluster, "12.5", "12.5.1.11900(146)")
        cluster.post(URL, self.REFUSED, status=599)
        assert connect(ENDPOINT).schema.version == "12.5"

    def test_without_a_list_older_versions_are_tried(self, cluster: responses.RequestsMock) -> None:
        self.uds(cluster, None)
        self.speaks(cluster, "11.5", "11.5.1.10000(6)")
        cluster.post(URL, "<html>no</html>", status=599)
        assert connect(ENDPOINT).schema.version == "11.5"

    def test_a_cluster_that_takes_any_version_is_spoken_to_in_its_own(self, cluster: responses.RequestsMock) -> None:
        self.uds(cluster, None)
        self.speaks(cluster, "15.0", "10.5.2.10000(5)")
        assert connect(ENDPOINT).schema.version == "10.5"

    def test_a_cluster_newer_than_lscctl_is_spoken_to_in_an_older_version(
        self, cluster: responses.RequestsMock
    ) -> None:
        self.uds(cluster, "16.0.1")
        self.speaks(cluster, "15.0", "16.0.1.10000(1)")
        assert connect(ENDPOINT).schema.version == "15.0"

    def test_a_cluster_with_no_version_in_common_is_refused_with_the_way_out(
        self, cluster: responses.RequestsMock
    ) -> None:
        self.uds(cluster, "17.0.1")
        cluster.post(URL, "<html>Supported axl versions are 16.0 and 17.0</html>", status=599)
        with pytest.raises(VersionRefused, match=r"it speaks 16\.0, 17\.0") as caught:
            connect(ENDPOINT)
        assert "--wsdl" in str(caught.value.hint)
        assert len(cluster.calls) == 2

    def test_an_admin_s_own_schema_is_used_whatever_the_cluster_is(self, cluster: responses.RequestsMock) -> None:
        self.speaks(cluster, "11.5", "15.0.1.12900(234)")
        assert connect(ENDPOINT, wsdl=cisco.wsdl("11.5")).schema.version == "11.5"
        assert len(cluster.calls) == 1

    @pytest.mark.parametrize("page", ["<html><title>It works!</title></html>", ""])
    def test_a_web_server_is_no_cucm(self, cluster: responses.RequestsMock, page: str) -> None:
        cluster.get(UDS, page)
        cluster.post(URL, page)
        with pytest.raises(NotAnAxlServer):
            connect(ENDPOINT)

    def test_a_cluster_that_answers_nonsense_to_the_first_read_is_a_bad_answer(
        self, cluster: responses.RequestsMock
    ) -> None:
        self.uds(cluster, "15.0.1")
        cluster.post(URL, ONE_ROW)
        with pytest.raises(BadAnswer):
            connect(ENDPOINT)
