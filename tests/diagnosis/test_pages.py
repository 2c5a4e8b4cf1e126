"""Pages of phones, and their status messages, kind and hostile."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lscctl.diagnosis.reading.phone_page import PageRead, cells_of, labelled, read_phone_page
from lscctl.diagnosis.reading.status_messages import read_status_messages
from lscctl.diagnosis.sightings import Questions, Sightings
from lscctl.finding import Evidence, Place, Source
from tests.diagnosis.logs import KNOWLEDGE

QUESTIONS = Questions(KNOWLEDGE.conditions())

HTML = """<HTML><HEAD><TITLE>Cisco Systems, Inc.</TITLE><script>var x = "Host name";</script></HEAD><BODY>
<TABLE><TR><TD><B> Host name</B></TD><td width=20></TD><TD><B>SEP001122334455</B></TD></TR>
<TR><TD><B>Model number</B></TD><td width=20></TD><TD><B>CP-8851</B></TD></TR>
<TR><TD><B>DNS server 1</B></TD><td width=20></TD><TD><B>10.1.1.53</B></TD></TR>
<TR><TD><B>Unified CM 1</B></TD><td width=20></TD><TD><B>cucm-pub.example.com  Active</B></TD></TR>
<TR><TD><B>TVS</B></TD><td width=20></TD><TD><B>10.20.0.11</B></TD></TR>
<TR><TD><B>LSC</B></TD><td width=20></TD><TD><B>Not installed</B></TD></TR>
</TABLE>"""
XML = """<?xml version="1.0"?><DeviceInformation><MACAddress>001122334455</MACAddress><HostName>SEP001122334455</HostName>
<modelNumber>CP-8851</modelNumber><DNSServer1>10.1.1.53</DNSServer1><CallManager1>cucm-pub.example.com Active</CallManager1>
<LSC>Not installed</LSC></DeviceInformation>"""
LOG_PAGE = """<?xml version="1.0"?><DeviceLog><status>11:39:03am 10/09/18 Trust List update failed, verification failure</status>
<status>11:39:05am 10/09/18 DNS unknown host</status></DeviceLog>"""


def seen(text: str) -> tuple[PageRead, list[Evidence]]:
    sightings = Sightings(QUESTIONS)
    read = read_phone_page(text, Place(Source.PHONE_PAGE, "page"), sightings)
    return read, [evidence for _, evidence in sightings.all()]


@pytest.mark.parametrize("page", [HTML, XML, HTML.replace("<B>", "").replace("</B>", ""), HTML.lower(), HTML[:-8]])
def test_pages_of_every_generation_state_the_same_facts(page: str) -> None:
    read, evidence = seen(page)
    assert (read.phone, read.model) == ("SEP001122334455", "8851")
    facts = {one.fact: one.value for one in evidence if one.fact}
    assert facts["server-name"] == "cucm-pub.example.com"
    assert facts["registration"] == "registered"
    assert facts["lsc"] == "none"
    assert read.dns == ["10.1.1.53"]


def test_a_page_of_messages_is_read_like_messages() -> None:
    _, evidence = seen(LOG_PAGE)
    assert {"Trust List update failed, verification failure", "DNS unknown host"} <= {one.seen for one in evidence}


@pytest.mark.parametrize("newest_first", [False, True])
def test_messages_count_in_the_order_in_which_they_were_written(newest_first: bool) -> None:
    messages = [
        "11:39:03am 10/09/18 Trust List update failed, verification failure",
        "11:40:01am 10/09/18 Trust List updated",
    ]
    sightings = Sightings(QUESTIONS)
    ordered = messages[::-1] if newest_first else messages
    read_status_messages(list(enumerate(ordered, 1)), Place(Source.STATUS_MESSAGES, "m"), sightings)
    moments = {one.seen: one.moment for _, one in sightings.all() if one.moment is not None}
    failed, updated = moments["Trust List update failed, verification failure"], moments["Trust List updated"]
    assert updated.after(failed)


@pytest.mark.parametrize("time", ["01:53:17 15/05/25", "1:53:17a 05/15/25", "01:53:17 am, 2025-05-15"])
def test_of_a_message_the_time_is_taken_away_however_it_is_written(time: str) -> None:
    sightings = Sightings(QUESTIONS)
    read_status_messages([(1, f"{time} Trust List updated")], Place(Source.STATUS_MESSAGES, "m"), sightings)
    assert {(one.at, one.seen) for _, one in sightings.all()} == {(time, "Trust List updated")}


@pytest.mark.parametrize(
    "page",
    [
        "<html>" + "<div>" * 200_000 + "LSC",
        "<a " * 100_000,
        "<" * 300_000,
        '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]><DeviceInformation>&b;</DeviceInformation>',
        '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><HostName>&a;</HostName>',
        "<HostName>" + "A" * 1_000_000 + "</HostName>",
        "<td>DNS server 1</td>" * 50_000,
        "&#x1F600;&#55555555555;&unknown;" * 20_000,
    ],
    ids=["deep", "attributes", "brackets", "entities", "external", "long", "many", "references"],
)
def test_a_hostile_page_is_read_quickly_and_states_nothing_of_this_machine(page: str) -> None:
    read, evidence = seen(page)
    assert read.phone == ""
    assert "root:" not in str(evidence)
    assert all(len(one.seen) <= 500 for one in evidence)


@given(st.text(max_size=2_000))
def test_any_text_is_a_page_that_does_no_harm(text: str) -> None:
    for label, value, line in labelled(cells_of(text)):
        assert label == label.lower()
        assert len(value) <= 500
        assert line >= 1
    seen(text)


@given(st.lists(st.text(max_size=200), max_size=20))
def test_any_lines_are_messages_that_do_no_harm(lines: list[str]) -> None:
    read_status_messages(list(enumerate(lines, 1)), Place(Source.STATUS_MESSAGES, "m"), Sightings(QUESTIONS))


def test_a_page_larger_than_any_is_cut(tmp_path: Path) -> None:
    from lscctl.diagnosis.mailed import Given, gather

    (tmp_path / "page.html").write_text("<html><body>" + "<p>LSC: Connection failed</p>\n" * 400_000)
    (case,) = gather([Given(str(tmp_path / "page.html"))], KNOWLEDGE)
    assert case.looked_at


def test_a_row_without_a_value_takes_none_from_the_row_below() -> None:
    page = """<TABLE><TR><TD><B>TFTP Server 2</B></TD><td width=20></TD><TD><B></B></TD></TR>
<TR><TD><B>Default Router</B></TD><td width=20></TD><TD><B>10.1.1.1</B></TD></TR></TABLE>"""
    assert list(labelled(cells_of(page)))[:2] == [("tftp server 2", "", 1), ("default router", "10.1.1.1", 2)]
