"""A syslog server's file holds the lines of many phones, and of others: each phone is told by what it wrote itself."""

import gzip
import random
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lscctl.diagnosis.mailed import Given, gather
from lscctl.diagnosis.reading import senders
from lscctl.errors import UsageError
from lscctl.finding import Diagnosis, Source
from tests.diagnosis.logs import BROKE_OFF, CONNECTED, DONE, HANDSHAKE, KNOWLEDGE, NO_BIO, NO_HOST, START, log, named
from tests.diagnosis.test_worth_reading import EXAMPLES, MESSAGES

A, B, C = "SEP00112233AAAA", "SEP00112233BBBB", "10.20.1.17"
HEADS = {
    "RFC 3164": "<134>Nov 28 10:{n:02}:01 {host} {record}",
    "RFC 5424": "<134>1 2026-11-28T10:{n:02}:01.123Z {host} phone 345 - - {record}",
    "traditional": "Nov 28 10:{n:02}:01 {host} {record}",
    "with a tag": "Nov 28 10:{n:02}:01 {host} phone[345]: {record}",
    "ISO": "2026-11-28T10:{n:02}:01.123456+00:00 {host} {record}",
    "relayed": "<134>Nov 28 10:{n:02}:02 relay-1 <134>Nov 28 10:{n:02}:01 {host} {record}",
    "relayed without priority": "Nov 28 10:{n:02}:02 10.9.9.9 Nov 28 10:{n:02}:01 {host} {record}",
    "with a domain": "<134>Nov 28 10:{n:02}:01 {host}.phones.example.com {record}",
    "by a Windows server": "2026-11-28 10:{n:02}:01\tLocal0.Info\t{host}\t{record}",
    "by a relay that gives no second time": "Nov 28 10:{n:02}:02 relay-1 {host} {record}",
    "with a German date": "28.11.2026 10:{n:02}:01 {host} {record}",
    "with slashes": "28/11/2026 10:{n:02}:01 {host} {record}",
    "as a table with quotes": '"2026-11-28 10:{n:02}:01","{host}","local0","info","{record}"',
    "as a table with bars": "2026-11-28T10:{n:02}:01|{host}|phone|info|{record}",
    "as a table of a page": "> Nov 28 10:{n:02}:01 {host} {record}",
}
RECORDS = {
    "8800": "{n:04d} NOT Nov 28 10:{n:02}:00.697091 (12905:13036) {text}",
    "7900": "{n}: NOT 10:{n:02}:00.697091 {text}",
}
SWITCH = (
    "<189>Nov 28 10:00:01 switch-1 4711: Nov 28 10:00:00.100: %LINK-3-UPDOWN: Interface Gi1/0/12, changed state to up"
)
FIREWALL = (
    "<166>Nov 28 10:00:01 10.1.1.1 %ASA-6-106015: Deny TCP from 10.20.1.17/51000 to 10.20.0.10/3804, CAPF unreachable"
)
NODE = (
    "<187>Nov 28 10:00:02 cucm-pub ccm[1]: 42: cucm-pub.example.com: Nov 28 2026 10:00:02.1 UTC :  "
    "%UC_CAPF-3-CapfServiceStopped: %[AppID=CAPF]: CAPF service stopped for SEP00112233AAAA"
)
NAMES = "<30>Nov 28 10:00:02 ns1 named[811]: client 10.20.1.17: DNS unknown IPv4 host cucm-pub.example.com, NXDOMAIN"
OTHERS = (SWITCH, FIREWALL, NODE, NAMES)

WELL = (START, CONNECTED, HANDSHAKE, DONE)
NO_NAME = (START, NO_HOST, BROKE_OFF)
NO_PORT = (START, NO_BIO, BROKE_OFF)


def lines(host: str, messages: Sequence[str], head: str = "RFC 3164", record: str = "8800") -> list[str]:
    """What a phone wrote, as a server put it down."""
    return [
        HEADS[head].format(host=host, n=n % 60, record=RECORDS[record].format(n=n % 60, text=text))
        for n, text in enumerate(messages)
    ]


def mixed(rng: random.Random, *logs: Sequence[str]) -> list[str]:
    """All lines, those of each log in their order."""
    turns = [number for number, one in enumerate(logs) for _ in one]
    rng.shuffle(turns)
    left = [iter(one) for one in logs]
    return [next(left[turn]) for turn in turns]


def found(text: str, source: Source | None = None) -> dict[str, Diagnosis]:
    """By the phone's name, what is found in one file."""
    with TemporaryDirectory() as folder:
        file = Path(folder) / "syslog"
        file.write_text(text)
        cases = gather([Given(str(file), source)], KNOWLEDGE)
        return {case.phone: case.diagnosis(KNOWLEDGE) for case in cases}


def firsts(phones: dict[str, Diagnosis]) -> dict[str, str]:
    """The cause that is named first for each, '' where none is."""
    return {name: next(iter(named(one)), "") for name, one in phones.items()}


@pytest.mark.parametrize("record", RECORDS)
@pytest.mark.parametrize("head", [head for head in HEADS if head != "with a domain"])
def test_each_phone_is_told_by_its_own_lines_however_the_server_heads_them(head: str, record: str) -> None:
    logs = [lines(host, text, head, record) for host, text in ((A, NO_NAME), (B, WELL), (C, NO_PORT))]
    text = "\n".join(mixed(random.Random(head), *logs, OTHERS))
    phones = found(text)
    assert firsts(phones) == {A: "name-not-resolved", B: "", C: "capf-port-unreachable"}
    assert [len(phones[one].attempts) for one in (A, B, C)] == [1, 1, 1]
    assert [phones[one].broken is None for one in (A, B, C)] == [False, True, False]


def test_a_phone_by_its_name_in_a_domain_and_in_small_letters_is_that_phone() -> None:
    a, b = lines(A.lower(), NO_NAME, "with a domain"), lines(B, WELL)
    assert firsts(found("\n".join(mixed(random.Random(1), a, b)))) == {A: "name-not-resolved", B: ""}


MORE = [*MESSAGES, *(one for one in EXAMPLES if "SEP" not in one)]  # one that names a phone says whose it is
phone_logs = st.lists(
    st.tuples(
        st.sampled_from(sorted({*HEADS} - {"with a domain"})),
        st.sampled_from(sorted(RECORDS)),
        st.lists(st.sampled_from(MESSAGES) | st.sampled_from(MORE), min_size=1, max_size=12),
    ),
    min_size=2,
    max_size=4,
)


@settings(max_examples=60, deadline=None)
@given(phone_logs, st.booleans(), st.lists(st.sampled_from(OTHERS), max_size=4), st.randoms(use_true_random=False))
def test_mixed_in_any_order_each_phone_is_told_as_by_its_own_log_alone(
    logs: list[tuple[str, str, list[str]]], by_name: bool, others: list[str], rng: random.Random
) -> None:
    hosts = [f"SEP00112233000{n}" if by_name else f"10.20.1.{n}" for n in range(len(logs))]
    of_each = [lines(host, text, head, record) for host, (head, record, text) in zip(hosts, logs, strict=True)]
    together = found("\n".join(mixed(rng, *of_each, others)), Source.CONSOLE_LOG)
    assert set(together) == set(hosts)
    for host, own in zip(hosts, of_each, strict=True):
        (alone,) = found("\n".join(own), Source.CONSOLE_LOG).values()
        assert named(together[host]) == named(alone)
        assert [one.state for one in together[host].links] == [one.state for one in alone.links]
        assert [(one.at, one.outcome) for one in together[host].attempts] == [
            (one.at, one.outcome) for one in alone.attempts
        ]


def test_phones_that_head_their_lines_as_switches_do_are_phones() -> None:
    head = "Nov 28 10:00:{n:02} 10.9.9.9 {n}: {phone}: *Nov 28 10:00:{n:02}.403: %SECD-3-MSG: {text}"
    said = {A: NO_NAME, "SEP00112233BBBB": WELL}
    text = "\n".join(
        head.format(n=n, phone=phone, text=one) for phone, all_of in said.items() for n, one in enumerate(all_of)
    )
    assert firsts(found(text)) == {A: "name-not-resolved", "SEP00112233BBBB": ""}


def test_an_attempt_stays_open_while_others_write_more_lines_than_a_phone_would() -> None:
    chatter = [one for n in range(60) for one in lines(f"10.20.2.{n}", ["JAVA-SIPCC hello"] * 100)]
    a = lines(A, NO_PORT)
    (attempt,) = found("\n".join([a[0], *chatter, *a[1:]]))[A].attempts
    assert attempt.end is not None


@pytest.mark.parametrize("others", [OTHERS, OTHERS[:1], OTHERS[2:]])
def test_who_is_no_phone_is_neither_evidence_nor_told_as_a_phone(others: Sequence[str]) -> None:
    text = "\n".join(mixed(random.Random(2), lines(A, WELL), others))
    phones = found(text)
    assert firsts(phones) == {A: ""}
    assert phones[A].broken is None
    (missing,) = phones[A].missing
    assert "what senders wrote that are no phones: " in missing


def test_a_log_without_any_phone_says_so(tmp_path: Path) -> None:
    file = tmp_path / "syslog"
    file.write_text("\n".join([SWITCH, FIREWALL] * 5))
    with pytest.raises(UsageError, match=r"what senders wrote that are no phones: switch-1, 10\.1\.1\.1"):
        gather([Given(str(file))], KNOWLEDGE)


def test_a_sender_that_turns_out_to_be_a_phone_later_keeps_what_it_wrote_before() -> None:
    early = f"<134>Nov 28 10:00:00 {C} dnsmasq[345]: reply cucm-pub.example.com is NXDOMAIN-IPv4"
    text = "\n".join([*lines(A, WELL), early, *lines(C, (START, BROKE_OFF))])
    assert firsts(found(text))[C] == "name-not-resolved"


def test_a_phone_whose_lines_say_its_name_is_called_so_though_the_server_knows_its_address_only() -> None:
    text = "\n".join([*lines(A, WELL), *lines(C, ["JAVA-SIPCC: device name [SEP00112233CCCC]", *NO_PORT])])
    assert set(found(text)) == {A, "SEP00112233CCCC"}


def test_rotated_files_of_a_server_are_one_log_of_each_phone(tmp_path: Path) -> None:
    (tmp_path / "syslog.2").write_text("\n".join(mixed(random.Random(3), lines(A, NO_NAME), lines(C, NO_PORT))))
    (tmp_path / "syslog.1").write_text("\n".join(lines(C, ["JAVA-nothing", *NO_PORT])))
    (tmp_path / "syslog").write_text("\n".join(mixed(random.Random(4), lines(A, WELL), lines(C, NO_PORT))))
    files = [Given(str(tmp_path / name)) for name in ("syslog", "syslog.1", "syslog.2")]
    phones = {case.phone: case.diagnosis(KNOWLEDGE) for case in gather(files, KNOWLEDGE)}
    assert firsts(phones) == {A: "", C: "capf-port-unreachable"}
    assert [one.code for one in phones[A].attempts] == [7, 0]
    assert (len(phones[C].attempts), len(phones[C].looked_at)) == (3, 3)


def test_only_so_many_phones_are_told_apart_and_the_rest_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(senders, "MOST_PHONES", 3)
    monkeypatch.setattr(senders, "MOST_UNKNOWN", 5)
    logs = [lines(f"SEP0011223300{n:02}", NO_PORT) for n in range(6)]
    strangers = [f"<30>Nov 28 10:00:02 10.0.{n}.1 sshd[1]: session opened" for n in range(200)]
    phones = found("\n".join([*logs[0], *strangers, *(line for one in logs for line in one)]))
    assert len(phones) == 3
    missing = phones["SEP001122330000"].missing
    assert "9 lines of phones beyond the first 3 in it" in missing[1]
    assert "and at least 2 more" in missing[0]


def test_files_that_a_server_called_after_days_and_packed_are_in_their_order(tmp_path: Path) -> None:
    earlier = "\n".join(mixed(random.Random(5), lines(A, WELL, "ISO"), lines(B, NO_PORT, "ISO")))
    later = "\n".join(mixed(random.Random(6), lines(A, NO_NAME, "ISO"), lines(B, WELL, "ISO"))).replace(
        "Nov 28", "Nov 29"
    )
    (tmp_path / "syslog").write_text(later)
    (tmp_path / "syslog-20261128.gz").write_bytes(gzip.compress(earlier.encode()))
    phones = {case.phone: case.diagnosis(KNOWLEDGE) for case in gather([Given(str(tmp_path))], KNOWLEDGE)}
    assert firsts(phones) == {A: "name-not-resolved", B: ""}


@pytest.mark.parametrize("hosts", [(A, B), (C, "10.20.1.18")])
def test_a_server_s_log_is_no_trace_though_cucm_s_nodes_fill_its_beginning(hosts: tuple[str, str]) -> None:
    phones = mixed(random.Random(8), lines(hosts[0], NO_NAME), lines(hosts[1], WELL))
    assert firsts(found("\n".join([*[NODE] * 60, *phones]))) == {hosts[0]: "name-not-resolved", hosts[1]: ""}


def test_phones_are_known_by_their_processes_where_records_have_no_numbers() -> None:
    head = "<134>Nov 28 10:00:01 {host} {text}"
    hosts = {C: NO_NAME, A: WELL, "phone-lobby.example.com": NO_PORT}
    logs = [[head.format(host=host, text=text) for text in texts] for host, texts in hosts.items()]
    assert firsts(found("\n".join(mixed(random.Random(9), *logs, OTHERS)))) == {
        A: "",
        C: "name-not-resolved",
        "phone-lobby.example.com": "capf-port-unreachable",
    }


@pytest.mark.parametrize(
    ("first", "second", "told"),
    [
        ("[2001:db8:20::17]:514", "[2001:db8:20::18]:514", ("2001:db8:20::17", "2001:db8:20::18")),
        ("fe80::1:17%eth0", "fe80::1:18%eth0", ("fe80::1:17%eth0", "fe80::1:18%eth0")),
        ("::ffff:10.20.1.17", "10.20.1.18:51400", ("10.20.1.17", "10.20.1.18")),
    ],
)
def test_an_address_is_told_as_one_writes_it_by_itself(first: str, second: str, told: tuple[str, str]) -> None:
    text = "\n".join(mixed(random.Random(10), lines(first, NO_NAME), lines(second, WELL)))
    assert firsts(found(text)) == {told[0]: "name-not-resolved", told[1]: ""}


def calls_itself(name: str) -> str:
    return f"dgetfile: requesting {name}.cnf.xml.sgn from 10.20.0.10"


@pytest.mark.parametrize("between", [0, 20_000])
def test_phones_that_swap_their_addresses_keep_what_each_wrote(between: int) -> None:
    other = "10.20.1.18"
    first = [*lines(C, [calls_itself(A), *NO_PORT]), *lines(other, [calls_itself(B), *WELL])]
    then = [*lines(other, [calls_itself(A), *NO_PORT]), *lines(C, [calls_itself(B), *WELL])]
    phones = found("\n".join([*first, *lines("10.20.1.19", ["JAVA-SIPCC: hello"] * between), *then]))
    phones.pop("10.20.1.19", None)
    assert firsts(phones) == {A: "capf-port-unreachable", B: ""}
    assert [[one.code for one in phones[name].attempts] for name in (A, B)] == [[7, 7], [0, 0]]
    assert any(f"which of {A} and {B} wrote what at {C}" in one for one in phones[B].missing)


def test_by_turns_at_one_address_each_has_the_lines_from_where_it_named_itself_on() -> None:
    turns = [one for _ in range(3) for one in ([calls_itself(A), *NO_NAME], [calls_itself(B), *WELL])]
    phones = found("\n".join([*(line for one in turns for line in lines(C, one)), *lines("10.20.1.18", WELL)]))
    assert firsts(phones) == {A: "name-not-resolved", B: "", "10.20.1.18": ""}


@pytest.mark.parametrize(
    "message",
    [
        f"JAVA-BLF: subscribe {B} idle",
        f"SIPCC-SIP_CALL: incoming call from {B}",
        f"JAVA-directory: entry {B} found",
    ],
)
def test_a_phone_is_not_called_as_one_of_which_it_writes(message: str) -> None:
    assert set(found("\n".join([*lines(C, [message, *NO_PORT]), *lines(A, WELL)]))) == {A, C}
    assert set(found("\n".join([*lines(C, [message, calls_itself("SEP00112233CCCC")]), *lines(A, WELL)]))) == {
        A,
        "SEP00112233CCCC",
    }
    assert set(found(log(message, *NO_PORT), Source.CONSOLE_LOG)) == {""}
    assert set(found(log(message, calls_itself(A), *NO_PORT), Source.CONSOLE_LOG)) == {A}


def test_among_several_names_that_may_be_its_own_none_is_guessed() -> None:
    messages = [f"JAVA-x: saw {A}", f"JAVA-x: saw {B}", *NO_PORT]
    assert set(found("\n".join([*lines(C, messages), *lines("10.20.1.18", WELL)]))) == {C, "10.20.1.18"}


@pytest.mark.parametrize(
    "text",
    [
        f"CAPF: 10:00:01.1 |debug 7:{B}:CAPF operation failed, ret -7",
        f"tomcat: the LSC of {A} has expired, connection to CAPF refused",
        "Cisco Certificate Authority Proxy Function: CAPF unreachable",
        f"TVS: certificate of {B} is not trusted, ITL",
    ],
)
def test_a_server_that_writes_of_phones_is_none_though_only_its_address_is_known(text: str) -> None:
    phones = found("\n".join(mixed(random.Random(11), lines(A, WELL), [f"<30>Nov 28 10:00:02 10.20.0.10 {text}"] * 3)))
    assert firsts(phones) == {A: ""}
    assert len(phones[A].attempts) == 1
    assert any("no phones: 10.20.0.10" in one for one in phones[A].missing)


@pytest.mark.parametrize("heading", ["==> logs/{}.log <==", "> {}:", "Phone {}:", "==> /tmp/{}/messages <=="])
@pytest.mark.parametrize("between", [0, 20_000])
def test_headings_tell_whose_console_logs_are_that_were_put_together(heading: str, between: int) -> None:
    more = log(*["JAVA-SIPCC: hello"] * between)
    text = "".join(
        f"{heading.format(name)}\n{log(*messages)}{more}\n"
        for name, messages in ((A, NO_NAME), (B, WELL), (A, NO_NAME))
    )
    phones = found(text, Source.CONSOLE_LOG)
    assert firsts(phones) == {A: "name-not-resolved", B: ""}
    assert [len(phones[name].attempts) for name in (A, B)] == [2, 1]


def test_one_heading_above_a_log_changes_nothing() -> None:
    assert firsts(found(f"==> {A}.log <==\n{log(*NO_NAME)}")) == {A: "name-not-resolved"}


def test_a_heading_with_no_line_of_its_own_below_is_no_phone() -> None:
    phones = found(
        "\n".join([f"==> {A}.log <==", *lines(C, NO_NAME), "", f"==> {B}.log <==", *lines("10.20.1.18", WELL)])
    )
    assert firsts(phones) == {C: "name-not-resolved", "10.20.1.18": ""}


@pytest.mark.parametrize("before", ["{}.log:", "./logs/{}/messages:", "{}.txt:12:", "{}.txt-", "{}: "])
def test_a_search_in_the_files_of_several_phones_tells_whose_each_line_is(before: str) -> None:
    logs = [
        [before.format(name) + line for line in log(*messages).splitlines()]
        for name, messages in ((A, NO_NAME), (B, WELL))
    ]
    for text in ("\n".join(mixed(random.Random(12), *logs)), "\n".join([*logs[0], *logs[1]])):
        phones = found(text)
        assert firsts(phones) == {A: "name-not-resolved", B: ""}
        assert [[one.code for one in phones[name].attempts] for name in (A, B)] == [[7], [0]]


@pytest.mark.parametrize(
    "text",
    [
        f"radius01 radiusd[123]: (12) Login incorrect: [CP-8845-{A}] LSC has expired, unknown ca CAPF",
        f"10.0.0.5 tftpd: RRQ from 10.20.1.17 filename CTL{A}.tlv not found, no CTL",
    ],
)
def test_a_server_s_log_that_speaks_of_phones_is_no_phone_s(text: str, tmp_path: Path) -> None:
    line = f"<30>Nov 28 10:00:01 {text}"
    file = tmp_path / "syslog"
    file.write_text("\n".join([line] * 5))
    with pytest.raises(UsageError, match="that are no phones: "):
        gather([Given(str(file))], KNOWLEDGE)
    assert firsts(found("\n".join([line, *lines(B, WELL)]))) == {B: ""}
