import io
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lscctl.diagnosis.knowledge import load
from lscctl.diagnosis.mailed import Given, gather
from lscctl.diagnosis.reading import records as reading_records
from lscctl.diagnosis.reading.capf_trace import CapfTraceReader
from lscctl.diagnosis.reading.console_log import ConsoleLogReader
from lscctl.diagnosis.reading.kinds import kind_of
from lscctl.diagnosis.reading.lines import stretches
from lscctl.diagnosis.reading.records import MOST_REPEATED, MOST_WRAPPED, Record, bounded, records
from lscctl.diagnosis.sightings import Questions, Sightings
from lscctl.finding import LinkName, Place, Source
from tests.diagnosis.logs import (
    BROKE_OFF,
    CONNECTED,
    DONE,
    HANDSHAKE,
    KNOWLEDGE,
    NO_HOST,
    NOT_CONNECTED,
    NXDOMAIN,
    START,
    case_of,
    diagnosis_of,
    link,
    log,
    named,
)


def read(text: str, index: int = 0) -> list[Record]:
    return records(text.encode().split(b"\n"), index, 1)


@pytest.mark.parametrize(
    ("line", "at", "process"),
    [
        ("0481 WRN Mar 12 15:07:53.697091 (12905:13036) JAVA-NetUtil: x", "Mar 12 15:07:53.697091", "JAVA"),
        ("3232 NOT Nov 29 06:33:59.011270 downd-DDFORK - execing", "Nov 29 06:33:59.011270", "downd"),
        ("3233 NOT Nov 29 06:33:59.033132 dgetfile(870)-GETXXTP [GT870]", "Nov 29 06:33:59.033132", "dgetfile"),
        ("0500 NOT Mar 12 15:07:53.697091 dnsmasq[345]: reply a is b", "Mar 12 15:07:53.697091", "dnsmasq"),
        ("8089: NOT 23:00:22.601218 SECD: clpTvsInit: Client message", "23:00:22.601218", "SECD"),
        ("3469 NOT 00:01:31.935298 SECD: -PXY_CERT_CIPHER: [SCCP]", "00:01:31.935298", "SECD"),
        ("<133>Mar 12 15:07:53 SEP001122334455 0481: NOT 15:07:53.697091 SECD: x", "15:07:53.697091", "SECD"),
        ("<133>0481: ERR 15:07:53.697091 SECD: x", "15:07:53.697091", "SECD"),
        ("18:01:05.333 |   debug 7:SEP001122334455:Incoming", "18:01:05.333", ""),
        ("11:39:03am 10/09/18 ITL installed", "11:39:03am 10/09/18", ""),
        ("NOT 12:42:22.429 SECD: got it", "12:42:22.429", "SECD"),
        ("906: 08:02:26.425 INF: DHCP: lease renewed", "08:02:26.425", "DHCP"),
        ("7905: DBG 17:46:29.468 AUD: heartbeat", "17:46:29.468", "AUD"),
        ("[05:26:42.907] secd(E): keygen: x", "05:26:42.907", "secd"),
        ("08.04.2014 06:35:26.493  2004 SECD  E| capf aborted", "08.04.2014 06:35:26.493", "SECD"),
        ("2012-12-18 17:40:42 SECD err capf alert 48", "2012-12-18 17:40:42", "SECD"),
        ("Apr  7 22:18:25 SEP001122334455 2013-04-07 22:18:25 SCCP warn x", "Apr  7 22:18:25", "SCCP"),
        ("Sep 15 16:42:22 SEP001122334455 ERR 16:42:22.472 SECD: x", "Sep 15 16:42:22", "SECD"),
        ("Feb  9 17:42:42 SEP001122334455 local1.err secd: x", "Feb  9 17:42:42", "secd"),
        ('ts=2025-03-12T05:29:40.739Z lvl=err mod=capf msg="x"', "2025-03-12T05:29:40.739Z", "capf"),
        ('{"t": "22:14:26.975", "sev": "ERR", "src": "capf", "m": "x"}', "22:14:26.975", "capf"),
        (
            "2020-12-09 18:28:36,309 INFO  [0x00000ceb] [Enrol.cpp(507)] [csf.capf] - x",
            "2020-12-09 18:28:36,309",
            "csf.capf",
        ),
        ('"2019-05-01 18:22:17","10.20.30.40","secapp","info","x"', "2019-05-01 18:22:17", "secapp"),
        ("2019-05-01T18:22:17.881|SEP001122334455|dgetfile(853)|warning|x", "2019-05-01T18:22:17.881", "dgetfile"),
        ("2019-05-01 18:22:17;phone7.example.com;local6.err;secd;x y", "2019-05-01 18:22:17", "secd"),
        (
            "May  1 18:22:17 10.1.1.7 71: SEP001122334455: *May  1 18:22:17.403: %SECD-3-MSG: x",
            "May  1 18:22:17",
            "SECD",
        ),
        ("<28>1 2019-05-01T18:22:17Z SEP001122334455.example.com capf 15 - - x", "2019-05-01T18:22:17Z", "capf"),
        ("May  1 18:22:17 cucm-pub local7 5 CAPF[2062]: x", "May  1 18:22:17", "CAPF"),
        ("<131>May 18 12:11:04 10.20.1.17 6942: 12:11:04.960 ERR: SECD: x", "May 18 12:11:04", "SECD"),
        ("<131>May 18 12:11:04 10.20.1.17 6937: 12:11:04.320 NOT: SECD: x", "May 18 12:11:04", "SECD"),
        ("<131>Apr 19 04:17:48 10.20.1.17 [04:17:48.692] secd(D): x", "Apr 19 04:17:48", "secd"),
        ("4782: INF 04/13 11:47:20.664232 SECAPP> x", "04/13 11:47:20.664232", "SECAPP"),
        ("15-06-17 09:39:53 klog HTTPD.deb: GET", "15-06-17 09:39:53", "HTTPD"),
        ("[2025-08-01 10:00:00][ERR][resolved] x", "2025-08-01 10:00:00", "resolved"),
        ("[2025-08-01 10:00:00] [ERR] [resolved] x", "2025-08-01 10:00:00", "resolved"),
        ("[CP-8945] dns: no A record", "", "dns"),
        ("00:02:37:45.717 - I/CAPF operation", "00:02:37:45.717", ""),
        ("2021-12-20 04:26:27 phone-lobby user.notice secd: x", "2021-12-20 04:26:27", "secd"),
        ("<13>04:26:27 10.20.1.17 user.notice secd: x", "04:26:27", "secd"),
        ("<13>2001:db8::17 user.notice secd: x", "", "secd"),
        ("<13>SEP001122334455 0471: NOT 15:07:53.1 SECD: x", "15:07:53.1", "SECD"),
        ("02:30:26.628 >> secapp (info) x", "02:30:26.628", "secapp"),
        ("16:13:14,641 [jvm-8] DEBUG   cip.jvm - x", "16:13:14,641", "cip.jvm"),
        ("[17:35:52:141] DSP: x", "17:35:52:141", "DSP"),
        ("10:29:52.385 | CIPC | DHCP | x", "10:29:52.385", "DHCP"),
        ("no head at all", "", ""),
    ],
)
def test_heads_of_every_generation_are_read(line: str, at: str, process: str) -> None:
    (record,) = read(line)
    assert (record.at, record.process, record.line) == (at, process, 1)


def test_a_message_that_goes_on_in_the_next_line_is_one_record() -> None:
    text = "0481 WRN Mar 12 15:07:53.6 JAVA-NetUtil:? - DNS unknown IPv4 host\ncucm.example.com\n0482 NOT Mar 12 15:07:54.0 x-y"
    for index in (0, 1):
        (record,) = read(text, index)
        assert record.line == 1
        assert record.text.endswith("host\ncucm.example.com")


def test_a_table_s_line_reads_as_if_its_program_had_written_it() -> None:
    (record,) = read('"2019-05-01 18:22:17","10.20.30.40","secapp","info","session closed"')
    assert record.text == "secapp: session closed"


@pytest.mark.parametrize(
    "settings",
    [
        ["capf.server=", "capf.keyorder=ec_preferred", "mra.mode=off"],
        ["[capf]", "server=", "keyorder = ec_preferred", "lsc=none"],
    ],
)
def test_a_file_of_settings_that_was_printed_into_a_log_is_nothing_that_it_says(settings: list[str]) -> None:
    text = "\n".join(["0481 WRN Mar 12 15:07:53.6 SECD-settings:", *settings, "0482 NOT Mar 12 15:07:54.0 x-y"])
    assert not any(one.partition("=")[0] in read(text, index)[0].text for index in range(3) for one in settings[1:])


def test_a_lone_setting_behind_a_message_goes_on_with_it() -> None:
    text = "0481 WRN Mar 12 15:07:53.6 SECD-CAPF operation failed,\nret=-3\n0482 NOT Mar 12 15:07:54.0 x-y"
    assert read(text, 1)[0].text.endswith("failed,\nret=-3")


@pytest.mark.parametrize(
    "head", ["ERR 10:00:0{}.110", "[10:00:0{}.110]", "90{0}: 10:00:0{0}.110 ERR:", "ts=2025-03-12T05:29:4{}Z"]
)
def test_lines_with_heads_of_any_kind_are_records_of_their_own(head: str) -> None:
    text = "\n".join(f"{head.format(second)} SECD: {word}" for second, word in enumerate(("one", "two", "three")))
    assert [read(text, index)[0].text for index in range(3)] == ["SECD: one", "SECD: two", "SECD: three"]


def test_records_that_a_paste_has_put_into_one_line_are_taken_apart() -> None:
    text = "5007: NOT 10:25:10.060663 SECD: clpSetupSsl: one 5008: ERR 10:25:10.062376 SECD: clpSetupSsl: two"
    assert [(record.level, record.text[-3:]) for record in read(text)] == [("NOT", "one"), ("ERR", "two")]


@given(
    st.lists(st.text(st.characters(codec="utf-8", exclude_characters="\r\n\0"), max_size=30), min_size=1),
    st.sampled_from(["\n", "\r\n", "\r"]),
    st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "utf-16-le"]),
)
def test_lines_keep_their_numbers_whatever_ends_them_and_however_they_are_written(
    lines: list[str], end: str, encoding: str
) -> None:
    lines = ["0481 NOT first", *lines, "last"]
    content = end.join(lines).encode(encoding)
    found = {}
    for stretch in stretches(io.BytesIO(content)):
        for index in range(stretch.new, stretch.settled):
            found[stretch.first + index] = stretch.lines[index].decode()
    assert found == dict(enumerate(lines, 1))


def test_a_log_of_many_chunks_loses_no_line_and_tells_none_twice() -> None:
    noise = "0481 NOT Mar 12 15:07:53.697091 (1:2) JAVA-nothing of interest " + "x" * 50 + "\n"
    parts = [noise * 9_000, log(START), noise * 4_345, log(BROKE_OFF), noise * 20_000, log(NOT_CONNECTED)]
    found = diagnosis_of("".join(parts))
    assert [(one.start.line, one.end and one.end.line) for one in found.attempts] == [(9_001, 13_347)]
    assert [one.place.line for one in link(found, LinkName.CAPF_REACHED).evidence if not one.fact] == [33_348]


def test_a_line_without_end_is_cut_and_does_no_harm() -> None:
    found = diagnosis_of(log(START) + "capf" * 1_000_000 + "\n" + log(BROKE_OFF))
    assert [one.code for one in found.attempts] == [7]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_line_ends_and_nuls_change_nothing(end: str) -> None:
    text = log(START, NO_HOST, BROKE_OFF).replace("\n", "\0" + end)
    assert named(diagnosis_of(text))[0] == "name-not-resolved"


def test_a_word_that_a_hard_line_end_breaks_is_found() -> None:
    assert named(diagnosis_of(log(START, NXDOMAIN.replace("NXDO", "NXDO\n"), BROKE_OFF)))[0] == "name-not-resolved"


def test_attempts_tell_when_how_and_with_what_end() -> None:
    found = diagnosis_of(
        log(START, CONNECTED, BROKE_OFF, START, "SECUREAPP-CAPF operation failed, ret -11"),
        log(START.replace("[1]([NULL_STR])", "[2]([AUTH_STR])"), CONNECTED, HANDSHAKE, DONE, START),
    )
    assert [(one.mode, one.code, one.outcome) for one in found.attempts] == [
        ("null-string", 7, "phone communication error"),
        ("null-string", 11, "late request"),
        ("auth-string", 0, "success"),
        ("null-string", None, "its end is not in the log"),
    ]
    assert found.attempts_in_all == 4
    assert found.attempts[0].at == "Mar 12 15:07:00.697091"
    assert str(found.attempts[2].start).endswith("messages.1:1")


def test_of_many_attempts_the_last_are_kept_and_all_are_counted() -> None:
    found = diagnosis_of(log(*[START, BROKE_OFF] * 300))
    assert (len(found.attempts), found.attempts_in_all) == (50, 300)
    assert found.attempts[-1].start.line == 599


def test_the_log_says_whose_it_is() -> None:
    case = case_of(
        log("JAVA-SIPCC-SIP_SUB: device name [SEPC80084AA8743]", "JAVA-User-Agent: Cisco-CP7821/12.1.1 CP-7821")
    )
    assert (case.phone, case.model) == ("SEPC80084AA8743", "7821")


@given(st.binary(max_size=2_000))
def test_bytes_of_any_kind_are_read_without_a_fault(content: bytes) -> None:
    diagnosis_of(log(START).encode() + content, content)


def test_of_a_message_that_says_the_same_again_and_again_only_the_beginning_is_looked_at_and_that_is_told(
    tmp_path: Path,
) -> None:
    file = tmp_path / "messages"
    file.write_text(f"0001 ERR Mar 12 15:07:53.697091 SECUREAPP-CAPF {'tvs ' * 900}failed\n")
    (case,) = gather([Given(str(file))], load())
    assert not case.diagnosis(load()).causes
    assert case.missing == [f"{file}: the ends of 1 messages, which say the same words again and again"]


@given(st.lists(st.sampled_from(["tvs", "TVS", "connect", "connected", "failed", "10", "x", "-"]), max_size=60))
def test_what_is_looked_at_of_a_line_is_its_beginning_in_which_no_word_comes_often(words: list[str]) -> None:
    line = " ".join(words)
    seen = bounded(line)
    assert line.startswith(seen)
    counts = Counter(word.lower()[:4] for word in seen.split() if len(word) > 1)
    assert max(counts.values(), default=0) <= MOST_REPEATED
    if seen != line:
        assert max(Counter(word.lower()[:4] for word in words).values()) > MOST_REPEATED


def lines_looked_at(text: bytes, monkeypatch: pytest.MonkeyPatch) -> int:
    """How many lines, each as often as it is, are held against how records begin, while a log is read as each kind there is."""
    looked_at: list[bytes] = []

    def counted(line: bytes) -> str:
        looked_at.append(line)
        return whole(line)

    whole = reading_records._text
    monkeypatch.setattr(reading_records, "_text", counted)
    questions = Questions(KNOWLEDGE.conditions())
    ConsoleLogReader(questions, "clock", 1).read(io.BytesIO(text), Place(Source.CONSOLE_LOG, "messages"))
    CapfTraceReader(lambda _: Sightings(questions)).read(io.BytesIO(text), Place(Source.CAPF_TRACE, "trace"))
    return len(looked_at)


@pytest.mark.parametrize(
    "lines",
    [
        ["capf"],
        ["capf", "", "x"],
        ["0481 ERR Mar 12 15:07:53.697091 SECUREAPP-capf", *["and capf"] * 23],
        ["0481 ERR Mar 12 15:07:53.697091 SECUREAPP-capf", *["and capf"] * 60],
        ["0481 ERR Mar 12 15:07:53.697091 SECUREAPP-capf", "", *["capf"] * 22],
        ["2445"],
        ["SEP001122334455"],
    ],
)
def test_each_line_is_looked_at_a_few_times_however_many_there_are_and_wherever_words_stand(
    lines: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    text = "\n".join(lines * (4_000 // len(lines))).encode()
    assert lines_looked_at(text, monkeypatch) < 2 * 5 * 4_000


def test_long_lines_without_heads_may_go_on_and_are_looked_at_some_times_more(monkeypatch: pytest.MonkeyPatch) -> None:
    text = b"\n".join([b"capf failed, and then some more was said of it again"] * 4_000)
    assert lines_looked_at(text, monkeypatch) < 2 * (MOST_WRAPPED + 2) * 4_000


def test_a_message_without_a_head_goes_on_where_a_mail_program_broke_it() -> None:
    wrapped = "SECUREAPP-CAPF: the certificate that the server presents\nis none that the ITL names\nat all"
    assert [one.text for one in read(wrapped)] == [wrapped.rpartition("\n")[0]]
    assert [one.text for one in read("SECUREAPP-CAPF: one\nSECUREAPP-CAPF: two")] == ["SECUREAPP-CAPF: one"]
    (record,) = read("\n".join([f"{'capf ' * 5}and so on for many letters"] * 20), 3)
    assert (record.line, record.last, record.text.count("\n"), record.bare) == (4, 4, MOST_WRAPPED - 1, True)


def test_a_record_tells_the_last_line_that_it_takes() -> None:
    text = "0481 ERR Mar 12 15:07:53.6 SECD-a\nb\nc\n\n0482 ERR Mar 12 15:07:54.0 SECD-d\nx"
    assert [(read(text, at)[0].line, read(text, at)[0].last, read(text, at)[0].bare) for at in (0, 2, 4)] == [
        (1, 3, False),
        (1, 3, False),
        (5, 6, False),
    ]


def test_a_line_behind_one_that_is_bare_is_bare_unless_it_begins_a_record() -> None:
    lines = [b"capf", b"capf", b"0481 ERR Mar 12 15:07:53.6 SECD-a", b"b"]
    for at in range(1, 4):
        assert records(lines, at, 1, behind=1) == records(lines, at, 1)


@pytest.mark.parametrize(
    ("kind", "lines"),
    [
        (Source.CONSOLE_LOG, ["[05:26:39.421] lcd(D): headset detect: none", "[05:26:42.907] secd(E): capf: refused"]),
        (Source.CONSOLE_LOG, ['ts=2025-03-09T13:24:37.025Z lvl=info mod=capf msg="lsc=installed"'] * 2),
        (Source.CONSOLE_LOG, ["06.12.2019 23:50:44.666  1334 MAIN  I| capf started"] * 2),
        (Source.CONSOLE_LOG, ["2010/07/21 14:42:22 ATA19x capf.err no answer"] * 2),
        (Source.CONSOLE_LOG, ["INF 08:02:25.665 MON: thread pool 8/16 busy", "ERR 08:02:25.665 SECD: capf: refused"]),
        (Source.CAPF_TRACE, ["2022-02-24 03:19:14,299 DEBUG [Thread-10] capf.Core - heartbeat"] * 2),
        (Source.CAPF_TRACE, ["8987: Oct 14 14:25:14.817 DEBUG|CAPF(883) listener bound"] * 2),
        (Source.STATUS_MESSAGES, ["2025-09-21 23:19:23 - DHCP BOUND", "2025-09-21 23:19:53 - LSC: Failed"]),
        (Source.STATUS_MESSAGES, ["[3:31:30a 04/13/23] No DHCPv6 Server", "[3:33:07a 04/13/23] LSC: Failed"]),
    ],
)
def test_what_a_file_is_shows_in_who_writes_its_lines(kind: Source, lines: list[str]) -> None:
    assert kind_of("mailed.txt", "\n".join(lines).encode()) is kind


def test_who_speaks_with_the_server_in_any_words_is_at_an_attempt() -> None:
    text = "\n".join(
        [
            "NOT 12:42:21.0 SECD: TCP up to 10.20.0.10 port 3804 fd 15",
            "INF 12:42:21.1 UI: verify failed",
            "ERR 12:42:21.2 SECD: SSL_read -1 (Connection reset by peer) in state WAIT_CERT",
        ]
    )
    assert named(diagnosis_of(text))[0] == "connection-breaks"


def test_what_the_phones_security_says_during_an_attempt_is_of_it_whoever_began_it() -> None:
    text = """04-08 14:55:53.5 I/CAPFClient(  970): TCP connected 10.20.0.10 port: 3804
04-08 14:55:53.9 E/csf.SecApp(  970): END_SESSION reason 2 (credential check failed)
04-08 14:55:54.0 E/DictApp(  970): credential check failed"""
    diagnosis = diagnosis_of(text)
    assert named(diagnosis)[0] == "invalid-credentials"
    assert [evidence.place.line for evidence in diagnosis.causes[0].evidence] == [2]
