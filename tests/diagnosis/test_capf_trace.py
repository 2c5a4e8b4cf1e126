import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lscctl.diagnosis.reading import capf_trace
from lscctl.diagnosis.reading.capf_trace import CapfTraceReader
from lscctl.diagnosis.sightings import Questions, Sightings
from lscctl.finding import Place, Source
from tests.diagnosis.logs import KNOWLEDGE

QUESTIONS = Questions(KNOWLEDGE.conditions())

TRACE = """18:01:05.333 |   debug 7:UNKNOWN:Got a new ph conn 10.20.1.17 on 7, Total Acc = 7..
18:01:05.855 |   debug 7:SEP00112233AAAA:CAPF CORE: Rcvd Event: CAPF_EV_AUTH_REP in State: CAPF_STATE_AWAIT_AUTH
18:01:05.900 |   debug 8:SEP00112233BBBB:CAPF CORE: Rcvd Event: CAPF_EV_AUTH_REP in State: CAPF_STATE_AWAIT_AUTH
18:01:06.345 |   debug 7:Sending END_SESSION msg, reason CAPF_OP_FAIL_INVALID_AUTH_STR
18:01:06.400 |   debug 8:SEP00112233BBBB: Upgrade Success
"""


def read(text: str) -> dict[str, Sightings]:
    found: dict[str, Sightings] = {}
    reader = CapfTraceReader(lambda phone: found.setdefault(phone, Sightings(QUESTIONS)))
    reader.read(io.BytesIO(text.encode()), Place(Source.CAPF_TRACE, "capf.txt"))
    return found


def facts(sightings: Sightings) -> set[tuple[str, str]]:
    return {(one.fact, one.value) for _, one in sightings.all() if one.fact}


def test_each_phone_gets_what_its_own_session_tells() -> None:
    found = read(TRACE)
    assert ("capf-code", "3") in facts(found["SEP00112233AAAA"])
    assert ("certificate-status", "Upgrade Success") in facts(found["SEP00112233BBBB"])
    assert ("capf-code", "3") not in facts(found["SEP00112233BBBB"])


def test_a_phone_that_capf_does_not_know_yet_is_no_word_of_the_message() -> None:
    found = read(
        "16:27:23.077 |   debug 2:UNKNOWN:key size default 2048\n16:27:24.658 |   debug 3:SEP00112233AAAA:begin\n"
    )
    assert not [text for sightings in found.values() for text in (one.seen for _, one in sightings.all())]


def test_the_line_is_told_with_its_time() -> None:
    evidence = next(one for _, one in read(TRACE)["SEP00112233AAAA"].all() if one.fact == "capf-code")
    assert (str(evidence.place), evidence.at) == ("capf.txt:4", "18:01:06.345")


def test_a_session_number_that_another_phone_gets_is_that_phone_s_from_its_first_line_on() -> None:
    found = read(
        TRACE
        + "18:02:00.000 |   debug 7:UNKNOWN:Got a new ph conn 10.20.1.18 on 7, Total Acc = 8..\n"
        + "18:02:00.100 |   debug 7:Sending END_SESSION msg, reason CAPF_OP_FAIL_LATE_REQUEST\n"
    )
    assert {value for fact, value in facts(found["SEP00112233AAAA"]) if fact == "capf-code"} == {"3"}


def test_what_lines_of_no_phone_tell_of_trouble_is_over_when_every_phone_that_came_was_served() -> None:
    trouble = "18:01:05.333 |   debug est: connect to CA timed out\n"
    served = "18:01:06.400 |   debug 8:SEP00112233BBBB: Upgrade Success\n"
    unserved = "18:01:06.000 |   debug 7:SEP00112233AAAA: CSR received\n"
    assert read(trouble)[""]
    assert read(served + trouble)[""]
    assert not read(trouble + served)[""]
    assert read(trouble + unserved + served)[""]


def test_only_so_many_phones_of_a_trace_are_told_apart_and_the_rest_is_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(capf_trace, "MOST_PHONES", 2)
    found: dict[str, Sightings] = {}
    reader = CapfTraceReader(lambda phone: found.setdefault(phone, Sightings(QUESTIONS)))
    lines = [f"18:01:0{n}.400 |   debug {n}:SEP00112233000{n}: Upgrade Success\n" for n in range(5)]
    reader.read(io.BytesIO("".join(lines * 2).encode()), Place(Source.CAPF_TRACE, "capf.txt"))
    assert set(found) == {"", "SEP001122330000", "SEP001122330001"}
    assert reader.untold == 6


@given(st.text(max_size=1_000))
def test_any_text_is_a_trace_that_does_no_harm(text: str) -> None:
    read(TRACE + text + TRACE)


@pytest.mark.parametrize("before", ["node1:", "./cucm-pub/capf00000001.txt:", "12-", "[cucm-pub] "])
@pytest.mark.parametrize("every", [True, False])
def test_what_a_search_puts_before_lines_gives_no_phone_what_another_s_line_tells(before: str, every: bool) -> None:
    lines = [
        f"{before}18:01:06.400 |   debug 7:SEP00112233AAAA:CAPF: invalid LSC certificate rejected",
        f"{before if every else ''}18:01:06.500 |   debug 8:SEP00112233BBBB: Upgrade Success",
    ]
    found = read("\n".join(lines * 3))
    assert ("certificate-status", "Upgrade Success") in facts(found["SEP00112233BBBB"])
    told = {name: [one for _, one in sightings.all()] for name, sightings in found.items()}
    assert any("invalid LSC" in one.seen for one in told["SEP00112233AAAA"])
    assert not any("invalid LSC" in one.seen for one in told["SEP00112233BBBB"])
    assert {one.place.line for one in told["SEP00112233BBBB"]} <= {2, 4, 6}
