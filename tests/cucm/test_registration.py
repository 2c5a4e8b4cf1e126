import pytest
from lxml import etree

from lscctl.cucm.clock import Query
from lscctl.cucm.faults import AxlFault, BadAnswer, LoginRefused, RoleMissing, Throttled, WireFault
from lscctl.cucm.registration import Ris, Seen, read_page, request_body
from lscctl.cucm.sql import Sql
from lscctl.cucm.transport import Request
from lscctl.cucm.whereabouts import Whereabouts
from lscctl.phone import Registration

NIL = 'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:nil="1"'
RATE = (
    "AxisFault: Exceeded allowed rate for Reatime information. Current allowed rate for realtime information is 15 "
    "requests per minute.SelectCmDevice::Exceeded"
)


def device(name: str, status: str = "Registered", ip: str = "10.0.0.1", since: int = 100) -> str:
    return (
        f"<n:item><n:Name>{name}</n:Name><n:DirNumber {NIL}/><n:Status>{status}</n:Status><n:TimeStamp>{since}</n:TimeStamp>"
        f"<n:IPAddress><n:item><n:IP>{ip}</n:IP><n:IPAddrType>ipv4</n:IPAddrType></n:item></n:IPAddress></n:item>"
    )


def node(name: str, *devices: str, code: str = "Ok", unchanged: str = "false") -> str:
    listed = f"<n:CmDevices>{''.join(devices)}</n:CmDevices>" if devices else f"<n:CmDevices {NIL}/>"
    return (
        f"<n:item><n:ReturnCode>{code}</n:ReturnCode><n:Name>{name}</n:Name><n:NoChange>{unchanged}</n:NoChange>"
        f"{listed}</n:item>"
    )


def answer(*nodes: str, total: int | None = None, state: str = "") -> etree._Element:
    inside = f"<n:CmNodes>{''.join(nodes)}</n:CmNodes>" if nodes else f"<n:CmNodes {NIL}/>"
    found = "".join(nodes).count("<n:TimeStamp>") if total is None else total
    return etree.fromstring(
        '<n:selectCmDeviceResponse xmlns:n="http://schemas.cisco.com/ast/soap"><n:selectCmDeviceReturn>'
        f"<n:SelectCmDeviceResult><n:TotalDevicesFound>{found}</n:TotalDevicesFound>{inside}</n:SelectCmDeviceResult>"
        f"<n:StateInfo>{state}</n:StateInfo></n:selectCmDeviceReturn></n:selectCmDeviceResponse>"
    )


def fault(text: str) -> etree._Element:
    return etree.fromstring(
        '<e:Fault xmlns:e="http://schemas.xmlsoap.org/soap/envelope/"><faultcode>ns1:Server.RateControl</faultcode>'
        f"<faultstring>{text}</faultstring></e:Fault>"
    )


class Door:
    """RIS that gives these answers in turn, the last one for ever, in a time of its own."""

    def __init__(self, *answers: etree._Element | WireFault) -> None:
        self.answers = list(answers)
        self.requests: list[Request] = []
        self.now = 0.0
        self.sleeps: list[float] = []
        self.ris = Ris(self.call, now=lambda: self.now, sleep=self.sleep)

    def call(self, request: Request) -> etree._Element:
        self.requests.append(request)
        given = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if isinstance(given, WireFault):
            raise given
        return given

    def sleep(self, seconds: float) -> None:
        self.sleeps.append(seconds)
        self.now += seconds


def names(count: int) -> list[str]:
    return [f"SEP{number:012X}" for number in range(count)]


def test_the_newest_entry_of_several_nodes_counts() -> None:
    old, new = (
        device("SEP1", "UnRegistered", "10.0.0.9", since=100),
        device("SEP1", "Registered", "10.0.0.2", since=200),
    )
    for nodes in ([node("a", old), node("b", new)], [node("a", new), node("b", old)]):
        seen, notes = Door(answer(*nodes)).ris.look_up(["SEP1"])
        assert seen == {"SEP1": Seen(Registration.REGISTERED, "10.0.0.2", 200)}
        assert notes == ()


def test_no_entry_at_all_is_unknown_and_nil_nodes_are_no_trouble() -> None:
    seen, _ = Door(answer(total=0)).ris.look_up(["SEP1"])
    assert seen == {"SEP1": Seen(Registration.UNKNOWN)}


@pytest.mark.parametrize("code", ["NodeNotResponding", "InternalError", "InvalidRequest"])
def test_a_phone_that_a_silent_node_may_hold_is_not_called_unregistered(code: str) -> None:
    door = Door(answer(node("a", device("SEP1")), node("b", code=code)))
    seen, notes = door.ris.look_up(["SEP1", "SEP2"])
    assert seen["SEP1"].registration is Registration.REGISTERED
    assert seen["SEP2"].registration is Registration.NOT_ASKED
    assert notes == (f"RIS of the node b could not tell who is registered ({code})",)


def test_a_node_that_found_nothing_did_answer_but_one_without_change_tells_nothing() -> None:
    seen, notes = Door(answer(node("a", code="NotFound"))).ris.look_up(["SEP1"])
    assert (seen["SEP1"].registration, notes) == (Registration.UNKNOWN, ())
    seen, notes = Door(answer(node("a", unchanged="true"))).ris.look_up(["SEP1"])
    assert seen["SEP1"].registration is Registration.NOT_ASKED
    assert notes


@pytest.mark.parametrize(
    ("said", "registration"),
    [
        ("Registered", Registration.REGISTERED),
        ("UnRegistered", Registration.UNREGISTERED),
        ("Rejected", Registration.REJECTED),
        ("PartiallyRegistered", Registration.PARTIAL),
        ("Unknown", Registration.UNKNOWN),
        ("registered", Registration.REGISTERED),
        ("SomethingNew", Registration.UNKNOWN),
    ],
)
def test_every_status_of_ris_is_understood(said: str, registration: Registration) -> None:
    seen, _ = Door(answer(node("a", device("sep1", said)))).ris.look_up(["SEP1"])
    assert seen["SEP1"].registration is registration


def test_two_thousand_phones_take_two_requests_of_exact_names() -> None:
    door = Door(answer(node("a")))
    door.ris.look_up(names(2000))
    assert len(door.requests) == door.ris.requests == 2
    assert door.requests[0].body.count(b"<s:Item>") == 1000
    assert door.requests[0].action == "selectCmDeviceExt"
    assert not door.requests[0].write
    assert door.sleeps == []


def test_what_does_not_fit_into_one_answer_is_asked_for_with_its_state() -> None:
    door = Door(
        answer(node("a", device("SEP1")), total=2, state="&lt;Node/&gt;"),
        answer(node("a", device("SEP2")), total=2, state="&lt;Node/&gt;"),
    )
    seen, _ = door.ris.look_up(["SEP1", "SEP2"])
    assert {entry.registration for entry in seen.values()} == {Registration.REGISTERED}
    assert b"<s:StateInfo>&lt;Node/&gt;</s:StateInfo>" in door.requests[1].body


def test_the_sixteenth_request_of_a_minute_waits_and_says_so() -> None:
    door = Door(answer(node("a")))
    said: list[str] = []
    door.ris.look_up(names(16_000), said.append)
    assert door.sleeps == [60.0]
    assert "waiting 60 s: RIS takes 15 requests a minute" in said
    assert "asking RIS for phones 15,001 to 16,000" in said


def test_another_program_s_requests_make_us_wait_longer_and_longer_up_to_a_minute() -> None:
    door = Door(fault(RATE), fault(RATE), fault(RATE), answer(node("a", device("SEP1"))))
    seen, _ = door.ris.look_up(["SEP1"])
    assert seen["SEP1"].registration is Registration.REGISTERED
    assert door.sleeps == [15.0, 30.0, 60.0]


def test_a_busy_ris_is_asked_again_when_it_says() -> None:
    door = Door(Throttled("cucm:8443"), Throttled("cucm:8443", 12.0), answer(node("a", device("SEP1"))))
    said: list[str] = []
    seen, _ = door.ris.look_up(["SEP1"], said.append)
    assert seen["SEP1"].registration is Registration.REGISTERED
    assert door.sleeps == [5.0, 12.0]
    assert said == ["waiting 5 s for RIS: it is busy (HTTP 503)", "waiting 12 s for RIS: it is busy (HTTP 503)"]


def test_the_rate_that_stays_exceeded_ends_in_the_fault() -> None:
    door = Door(fault(RATE))
    with pytest.raises(AxlFault, match="Exceeded allowed rate"):
        door.ris.look_up(["SEP1"])
    assert len(door.requests) == 4


def test_any_other_answer_is_a_bad_one() -> None:
    with pytest.raises(BadAnswer, match="no selectCmDeviceResponse"):
        read_page(etree.fromstring("<html/>"))
    with pytest.raises(AxlFault, match="oops"):
        Door(fault("oops")).ris.look_up(["SEP1"])


def test_names_cannot_break_the_request() -> None:
    body = etree.fromstring(request_body(["<&'\"]]>", "SEP1"]))
    assert [item.text for item in body.iter("{*}Item")] == ["<&'\"]]>", "SEP1"]


def places(
    door: Door, wanted: list[str], query: Query | None = None, networks: tuple[str, ...] = ()
) -> dict[str, tuple[Registration, bool | None]]:
    def nothing(statement: Sql) -> list[dict[str, str]]:
        return []

    found, _ = Whereabouts(query or nothing, door.ris, networks, resolve=lambda host: ["10.9.0.2"]).of(wanted)
    return {name: (place.registration, place.over_expressway) for name, place in found.items()}


def test_a_phone_in_a_configured_network_comes_over_expressway() -> None:
    door = Door(answer(node("a", device("SEP1", ip="10.99.3.4"), device("SEP2", ip="10.1.1.1"))))
    assert places(door, ["SEP1", "SEP2"], networks=("10.99.0.0/16",)) == {
        "SEP1": (Registration.REGISTERED, True),
        "SEP2": (Registration.REGISTERED, False),
    }


@pytest.mark.parametrize("host", ["10.9.0.2", "expressway.example.com"])
def test_the_cluster_s_own_list_of_expressways_counts_by_address_or_name(host: str) -> None:
    door = Door(answer(node("a", device("SEP1", ip="10.9.0.2"), device("SEP2", ip="10.1.1.1"))))

    def query(statement: Sql) -> list[dict[str, str]]:
        assert "expresswaycconfiguration" in str(statement)
        return [{"pkid": "x", "hostnameorip": host, "description": "C1"}]

    assert places(door, ["SEP1", "SEP2"], query) == {
        "SEP1": (Registration.REGISTERED, True),
        "SEP2": (Registration.REGISTERED, False),
    }


def test_several_hardware_phones_at_one_address_are_behind_an_expressway() -> None:
    shared = [device(name, ip="10.5.5.5") for name in names(2)]
    others = [device("CSFa", ip="10.6.6.6"), device("CSFb", ip="10.6.6.6")]
    stale = device("SEP00000000000A", "UnRegistered", ip="10.7.7.7"), device("SEP00000000000B", ip="10.7.7.7")
    door = Door(answer(node("a", *shared, *others, *stale)))
    asked = [*names(2), "CSFa", "CSFb", "SEP00000000000A", "SEP00000000000B"]
    found = Whereabouts(lambda _: [], door.ris).of(asked)[0].values()
    assert [place.over_expressway for place in found] == [True, True, False, False, False, False]
    told = "other phones have its address 10.5.5.5, too: an Expressway's, it is assumed (a NAT looks alike)"
    assert [place.evidence for place in found] == [told, told, "", "", "", ""]


def test_an_address_that_is_known_to_be_an_expressway_s_is_not_called_assumed() -> None:
    door = Door(answer(node("a", *(device(name, ip="10.9.0.2") for name in names(2)))))
    found, _ = Whereabouts(lambda _: [], door.ris, ["10.9.0.0/24"]).of(names(2))
    assert {place.evidence for place in found.values()} == {"its address 10.9.0.2 is an Expressway's"}


def test_without_the_role_the_database_s_last_word_serves_and_a_note_says_so() -> None:
    door = Door(RoleMissing("axl", "cucm:8443"))

    def query(statement: Sql) -> list[dict[str, str]]:
        if "registrationdynamic" not in str(statement):
            return []
        return [
            {"name": "SEP1", "address": "10.0.0.1", "lastseen": "0"},
            {"name": "SEP2", "address": "10.0.0.2", "lastseen": "1700000000"},
        ]

    found, notes = Whereabouts(query, door.ris).of(["SEP1", "SEP2", "SEP3"])
    assert [place.registration for place in found.values()] == [
        Registration.REGISTERED,
        Registration.UNREGISTERED,
        Registration.NOT_ASKED,
    ]
    assert [place.over_expressway for place in found.values()] == [False, False, None]
    assert "as the database last knew it" in notes[0]
    assert "Standard Serviceability" in notes[0]


def test_where_no_phone_has_zero_nothing_is_concluded_from_the_database() -> None:
    def query(statement: Sql) -> list[dict[str, str]]:
        return [{"name": "SEP1", "address": "10.0.0.1", "lastseen": "1700000000"}]

    found, notes = Whereabouts(query, Door(RoleMissing("axl", "cucm")).ris).of(["SEP1"])
    assert found["SEP1"].registration is Registration.NOT_ASKED
    assert "registration is not known" in notes[0]


def test_a_refused_login_is_never_made_light_of() -> None:
    with pytest.raises(LoginRefused):
        places(Door(LoginRefused("axl", "cucm")), ["SEP1"])


def test_nobody_is_asked_for_no_phone() -> None:
    door = Door(answer(node("a")))
    assert places(door, []) == {}
    assert door.requests == []


def test_a_slow_answer_s_minute_begins_at_its_end_since_nobody_knows_when_ris_counted_it() -> None:
    door = Door(answer())

    def slow(request: Request) -> etree._Element:
        door.now += 2.0
        return door.call(request)

    ris = Ris(slow, now=lambda: door.now, sleep=door.sleep, a_minute=2)
    for _ in range(3):
        ris.look_up(["SEP1"])
    assert door.sleeps == [58.0]  # the first one ended at 2 s, the second at 4 s


def test_a_greeting_is_one_request_and_none_where_ris_has_answered_before() -> None:
    door = Door(RoleMissing("axl", "cucm"), fault("something else"), answer())
    for refused in (RoleMissing, AxlFault):
        with pytest.raises(refused):
            door.ris.greet("SEP0")
    door.ris.greet("SEP0")
    door.ris.greet("SEP0")
    assert len(door.requests) == 3


def test_a_ris_that_was_asked_too_often_answers_a_greeting_and_nobody_waits_for_it() -> None:
    door = Door(fault(RATE))
    door.ris.greet("SEP0")
    assert (len(door.requests), door.sleeps) == (1, [])


@pytest.mark.parametrize(
    ("addresses", "only"),
    [(["2001:db8::7"], True), (["10.1.1.7", "2001:db8::7"], False), (["10.1.1.7"], False), (["", ""], False)],
)
def test_a_phone_without_an_ipv4_address_is_told_apart(addresses: list[str], only: bool) -> None:
    items = "".join(f"<n:item><n:IP>{address}</n:IP></n:item>" for address in addresses)
    entry = (
        f"<n:item><n:Name>SEP1</n:Name><n:Status>Registered</n:Status><n:TimeStamp>1</n:TimeStamp>"
        f"<n:IPAddress>{items}</n:IPAddress></n:item>"
    )
    found, _ = Whereabouts(lambda _: [], Door(answer(node("cucm1", entry))).ris).of(["SEP1"])
    assert found["SEP1"].ipv6_only is only
