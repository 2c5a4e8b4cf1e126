"""What somebody mailed: which kind each file is, whose it is, and in which order the files of a log were written."""

from pathlib import Path

import pytest

from lscctl.diagnosis.mailed import Given, gather
from lscctl.diagnosis.reading.kinds import kind_of
from lscctl.errors import UsageError
from lscctl.finding import Certainty, Diagnosis, Source
from tests.diagnosis.logs import BROKE_OFF, CONNECTED, DONE, HANDSHAKE, KNOWLEDGE, NO_HOST, START, log, named
from tests.trustlist.lists import itl, printed

PAGE = """<?xml version="1.0" encoding="UTF-8"?>
<NetworkConfiguration>
<MACAddress>001122334455</MACAddress><HostName>SEP001122334455</HostName><DNSServer1>10.1.1.1</DNSServer1>
<CallManager1>cucm-pub.example.com  Active</CallManager1><TVS>cucm-pub.example.com</TVS>
</NetworkConfiguration>"""
MESSAGES = "11:39:03am 10/09/18 Trust List updated\n11:39:04am 10/09/18 SEP001122334455.cnf.xml.sgn(HTTP)\n"
TRACE = (
    "18:01:05.333 |   debug 7:SEP001122334455:CAPF CORE: Rcvd Event: CAPF_EV_AUTH_REP in State: CAPF_STATE_AWAIT_AUTH\n"
)


def written(folder: Path, **files: str | bytes) -> Path:
    for name, content in files.items():
        file = folder / name.replace("__", "/")
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content.encode() if isinstance(content, str) else content)
    return folder


def found(*paths: Path, source: Source | None = None) -> list[Diagnosis]:
    cases = gather([Given(str(path), source) for path in paths], KNOWLEDGE)
    return [case.diagnosis(KNOWLEDGE) for case in cases]


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (log(START), Source.CONSOLE_LOG),
        ("\ufeff" + log(START), Source.CONSOLE_LOG),
        ("some words\n8089: NOT 23:00:22.601218 SECD: clpTvsInit\n", Source.CONSOLE_LOG),
        (log("SECUREAPP-CTL file not found, not in mixed mode"), Source.CONSOLE_LOG),
        (MESSAGES, Source.STATUS_MESSAGES),
        ("LSC: Connection failed", Source.STATUS_MESSAGES),
        ("Upgrade Failed: Invalid LSC", Source.STATUS_MESSAGES),
        (TRACE, Source.CAPF_TRACE),
        (PAGE, Source.PHONE_PAGE),
        ("<!DOCTYPE html><html><body>LSC</body></html>", Source.PHONE_PAGE),
        (printed(), Source.SHOW_ITL),
        ("Length of ITL file: 0\nITL File not found.\n", Source.SHOW_ITL),
        (itl(), Source.SHOW_ITL),
        ("nothing that anybody can use", None),
        (b"\x89PNG\r\n\x1a\n" + bytes(range(256)), None),
        (b"", None),
    ],
)
def test_each_file_is_recognised_by_how_it_begins(content: str | bytes, kind: Source | None) -> None:
    for encoding in ("utf-8", "utf-16") if isinstance(content, str) else ("",):
        encoded = content.encode(encoding) if isinstance(content, str) else content
        assert kind_of("file", encoded) is kind


def test_everything_of_one_phone_is_one_diagnosis(tmp_path: Path) -> None:
    folder = written(tmp_path / "prt", messages=log(START, NO_HOST, BROKE_OFF), page=PAGE, status=MESSAGES, itl=itl())
    (one,) = found(folder)
    assert one.phone == "SEP001122334455"
    assert {place.source for place in one.looked_at} == {
        Source.CONSOLE_LOG,
        Source.PHONE_PAGE,
        Source.STATUS_MESSAGES,
        Source.SHOW_ITL,
    }
    assert named(one)[0] == "name-not-resolved"


def test_phones_are_told_apart_by_folders_and_by_what_the_files_say(tmp_path: Path) -> None:
    folder = written(
        tmp_path / "mailed",
        SEP00112233AAAA__messages=log(START, NO_HOST, BROKE_OFF),
        SEP00112233AAAA__status=MESSAGES.replace("SEP001122334455", "SEP00112233AAAA"),
        bob__messages=log("JAVA-device name [SEP00112233BBBB]", START, CONNECTED, HANDSHAKE, DONE),
        bob__messages1=log(START),
    )
    assert [(one.phone, bool(one.broken), len(one.looked_at)) for one in found(folder)] == [
        ("SEP00112233AAAA", True, 2),
        ("SEP00112233BBBB", False, 2),
    ]


def test_the_server_s_list_concerns_every_phone_but_one_that_came_with_a_phone_only_that(tmp_path: Path) -> None:
    without_capf = printed().replace("CAPF", "TVS", 1).replace("\tCAPF\n", "\tTVS\n")
    written(tmp_path, a__SEP00112233AAAA=log(START), b__SEP00112233BBBB=log(START), server=without_capf)
    both = found(tmp_path / "a", tmp_path / "b", tmp_path / "server")
    assert [len(one.looked_at) for one in both] == [2, 2]
    written(tmp_path, a__itl=without_capf)
    both = found(tmp_path / "a", tmp_path / "b")
    assert [len(one.looked_at) for one in both] == [2, 1]


@pytest.mark.parametrize("dated", [True, False])
def test_rotated_files_are_read_in_the_order_in_which_they_were_written(tmp_path: Path, dated: bool) -> None:
    before, after = log(START, NO_HOST, BROKE_OFF), log(START, CONNECTED, HANDSHAKE, DONE)
    if dated:
        after = after.replace("Mar 12 15", "Mar 12 16")
    else:
        before, after = before.replace("Mar 12 ", ""), after.replace("Mar 12 ", "")
    well = written(tmp_path / "well", **{"messages.1": before, "messages": after})
    (one,) = found(well)
    assert one.broken is None
    assert [attempt.code for attempt in one.attempts] == [7, 0]
    if dated:
        before, after = after.replace("Mar 12 16", "Mar 12 14"), before
    else:
        before, after = after, before
    (one,) = found(written(tmp_path / "ill", **{"messages.1": before, "messages": after}))
    assert named(one)[0] == "name-not-resolved"


@pytest.mark.parametrize("later", ["15:07:00", "15:07:40"])
def test_files_that_begin_in_the_same_minute_are_in_the_order_of_their_seconds_and_numbers(
    tmp_path: Path, later: str
) -> None:
    """A phone that starts up fills a log in less than a minute."""
    much = log(*["JAVA-x: nothing"] * 30, START, NO_HOST, BROKE_OFF)
    little = log(START, CONNECTED, HANDSHAKE, DONE).replace("15:07:00", later)
    (one,) = found(written(tmp_path, **{"messages.1": much, "messages": little}))
    assert one.broken is None
    assert [attempt.code for attempt in one.attempts] == [7, 0]


def test_a_file_is_of_the_phone_whose_name_stands_nearest_to_it(tmp_path: Path) -> None:
    case = written(
        tmp_path / "case-SEP00112233AAAA",
        **{"messages": log(START), "SEP00112233BBBB__messages": log(START), "SEP00112233CCCC.log": log(START)},
    )
    assert [one.phone for one in found(case)] == ["SEP00112233AAAA", "SEP00112233BBBB", "SEP00112233CCCC"]


def test_files_that_are_named_one_by_one_are_in_the_order_given(tmp_path: Path) -> None:
    written(tmp_path, a=log(START, CONNECTED, HANDSHAKE, DONE), b=log(START, NO_HOST, BROKE_OFF))
    (ill,) = found(tmp_path / "a", tmp_path / "b", source=Source.CONSOLE_LOG)
    (well,) = found(tmp_path / "b", tmp_path / "a", source=Source.CONSOLE_LOG)
    assert ill.broken is not None
    assert well.broken is None


@pytest.mark.parametrize(
    ("text", "cause", "certainty"),
    [
        ("Upgrade Failed: Invalid LSC", "lsc-issuer-not-trusted", Certainty.CERTAIN),
        (
            "Certificate Operation Status: Upgrade Failed: User Initiated Request Late/Timedout",
            "late",
            Certainty.CERTAIN,
        ),
        ("No valid CAPF server", "no-capf-in-itl", Certainty.CERTAIN),
        ("Trust List update failed, verification failure", "itl-differs", Certainty.LIKELY),
        ("LSC: Connection failed", "capf-port-unreachable", Certainty.POSSIBLE),
    ],
)
def test_the_words_on_a_screen_are_enough_to_begin_with(
    tmp_path: Path, text: str, cause: str, certainty: Certainty
) -> None:
    (one,) = found(written(tmp_path, seen=text) / "seen")
    assert (one.causes[0].cause.name, one.causes[0].certainty) == (cause, certainty)


def test_lists_that_name_different_capf_certificates_are_told(tmp_path: Path) -> None:
    written(tmp_path, tftp1=itl(), tftp2=itl(capf="CAPF-99999999"))
    (one,) = found(tmp_path)
    assert named(one)[0] == "itl-differs"
    written(tmp_path, tftp2=itl())
    assert found(tmp_path)[0].broken is None


def test_a_list_that_was_changed_is_corrupt(tmp_path: Path) -> None:
    content = bytearray(itl())
    content[-3] ^= 1
    (one,) = found(written(tmp_path, **{"ITLFile.tlv": bytes(content)}))
    assert named(one)[0] == "itl-corrupt"


def test_what_cannot_be_read_is_told_and_the_rest_is_used(tmp_path: Path) -> None:
    folder = written(tmp_path / "m", messages=log(START, NO_HOST, BROKE_OFF), picture=b"\x89PNG" + bytes(range(200)))
    (case,) = gather([Given(str(folder))], KNOWLEDGE)
    assert case.missing == [f"{folder / 'picture'}: it is nothing that a diagnosis can read"]


def test_where_nothing_can_be_read_it_says_what_could(tmp_path: Path) -> None:
    with pytest.raises(UsageError) as refused:
        gather([Given(str(written(tmp_path, a="hello") / "a"))], KNOWLEDGE)
    assert "a: it is nothing that a diagnosis can read" in refused.value.message
    assert "console logs" in (refused.value.hint or "")


def test_a_text_that_is_said_to_be_a_list_and_is_none_names_no_list_corrupt(tmp_path: Path) -> None:
    (tmp_path / "itl.txt").write_text("admin: the wrong window was copied\n")
    with pytest.raises(UsageError, match="nothing that `show itl` prints"):
        gather([Given(str(tmp_path / "itl.txt"), Source.SHOW_ITL)], KNOWLEDGE)
