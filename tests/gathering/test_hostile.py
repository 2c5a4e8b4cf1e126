"""Phones that answer with anything at all: their pages are read or passed over, and nothing of them ends a diagnosis."""

from hypothesis import given, settings
from hypothesis import strategies as st

from lscctl.cucm.phone_pages import PagesSeen, PhonePage
from lscctl.diagnosis.case import Case
from lscctl.diagnosis.sightings import Questions, Sightings
from lscctl.finding import Source
from lscctl.gathering.network import network_of
from lscctl.gathering.visits import read_pages
from tests.gathering.scene import knowledge

QUESTIONS = Questions(knowledge().conditions())

PIECES = st.sampled_from(
    [
        *(b"<td>", b"</td>", b"<td><b>ITL signature</b></td>", b"<CallManager1>", b"\x00", b"\xff\xfe", b"\r", b"\n"),
        *(b"DNS server 1", b"TFTP server 1", b"127.0.0.1", b"11:39:03am 10/09/18 ", b"Trust List update failed"),
        *(b"0481 WRN Mar 12 15:07:53.697091 (1:2) SECUREAPP-CAPF: ", b"LSC: Connection failed", b"<![CDATA["),
        *(b"<!ENTITY a '&a;&a;'>", b"&#x110000;", b"\xc3\x28"),
    ]
)
CONTENTS = st.one_of(st.binary(max_size=300), st.lists(PIECES, max_size=40).map(b"".join))
PAGES = st.builds(
    PhonePage,
    st.sampled_from([Source.PHONE_PAGE, Source.CONSOLE_LOG]),
    st.sampled_from(["/NetworkConfiguration", "/FS/messages", "/FS/messages.0", "/", "/SEP001122334455"]),
    CONTENTS,
    st.booleans(),
)


@given(st.lists(PAGES, max_size=5))
@settings(max_examples=150)
def test_whatever_phones_send_is_read_into_a_case_that_can_be_diagnosed(pages: list[PhonePage]) -> None:
    seen = PagesSeen(tuple(pages))
    case = Case(Sightings(QUESTIONS), "SEP001122334455")
    reading = read_pages(seen, QUESTIONS, 3804)
    for piece in reading.pieces:
        piece.join(case)
    network_of(seen.pages)
    assert len(case.diagnosis(knowledge()).links) == 9
    assert len(reading.opened.passed_over) >= sum(page.cut for page in pages)
