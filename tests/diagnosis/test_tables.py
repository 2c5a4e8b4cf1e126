"""Tables of phones and of their profiles, and what a trace tells of phones of which only the address is known."""

from pathlib import Path
from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lscctl.diagnosis.reading.phone_tables import read_phones
from tests.diagnosis.test_beside import PAGE, PROFILE, TODAY
from tests.diagnosis.test_bundles import PHONE, only, session

DEVICES: Final = (
    "admin:run sql select d.name, c.name as op, m.name as mode, d.keysize from device d\n"
    "name             op               mode             key\n"
    "================ ================ ================ ====\n"
    f"{PHONE}  Install/Upgrade  By Null String   1024\n"
    "SEP00112233AAAA  Install/Upgrade  By Null String   2048\n\n"
)
PROFILES: Final = (
    "admin:run sql select d.name, sp.name as profile, m.name as mode from device d\n"
    "name             profile            mode                                        key\n"
    "================ ================== =========================================== ====\n"
    f"{PHONE}  7861-std           {{:43}} {{}}\n\n"
)


@pytest.mark.parametrize(
    ("mode", "size", "causes"),
    [
        ("By Null String", "1024", []),
        ("By Null String", "2048", ["mode-differs"]),
        ("By Existing Certificate (precedence to MIC)", "1024", ["mode-differs"]),
    ],
)
def test_what_the_database_holds_of_a_phone_is_held_against_its_profile(
    tmp_path: Path, mode: str, size: str, causes: list[str]
) -> None:
    assert only(tmp_path, page=PAGE, device=DEVICES, profile=PROFILES.format(mode, size)) == causes


def test_a_profile_s_page_is_held_against_a_list_of_phones(tmp_path: Path) -> None:
    row = (
        f"Device Name,Certificate Operation,Authentication Mode,Key Size\n{PHONE},Install/Upgrade,By Null String,2048\n"
    )
    profile = PROFILE.format("Non Secure", "{}")
    mic = "By Existing Certificate (precedence to MIC)"
    assert only(tmp_path / "ill", page=PAGE, row=row, profile=profile.format(mic)) == ["mode-differs"]
    assert only(tmp_path / "well", page=PAGE, row=row, profile=profile.format("By Null String")) == []


def test_a_column_is_what_its_values_are(tmp_path: Path) -> None:
    rows = f"DEVICE NAME,AUTHENTICATION MODE,AUTHENTICATION STRING,STATUS\n{PHONE},By Authentication String,{{}},{{}}\n"
    pending = rows.format("80355", "Operation Pending")
    assert only(tmp_path / "ill", page=PAGE, rows=pending) == ["authentication-string-not-typed"]
    assert only(tmp_path / "well", page=PAGE, rows=rows.format("80355", "Upgrade Success")) == []
    assert only(tmp_path / "off", page=PAGE, rows=rows.format("80355", "Unregistered")) == ["not-registered"]


@pytest.mark.parametrize(("until", "causes"), [("2024:03:01:12", ["late"]), ("2024:05:01:12", [])])
def test_a_row_tells_by_when_its_operation_had_to_be_done(tmp_path: Path, until: str, causes: list[str]) -> None:
    rows = f"Device Name,Certificate Operation,Operation Completes By,Status\n{PHONE},Install/Upgrade,{until},Operation Pending\n"
    assert only(tmp_path, page=PAGE, rows=rows, node=TODAY) == causes


def test_what_another_address_met_at_capf_is_no_trouble_of_a_phone_whose_address_is_known(tmp_path: Path) -> None:
    trace = session(PHONE, 9, "STORE_CERT_RES status 0", "END_SESSION") + (
        "10:01:01.311 |   debug 10:UNKNOWN:Got a new ph conn 10.20.1.{0} on 10, Total Acc = 42..\n"
        "10:01:01.411 |   debug SSL_accept 10.20.1.{0}: tlsv1 alert unknown ca\n"
    )
    assert only(tmp_path / "other", page=PAGE, capf_trace=trace.format(31)) == []
    assert only(tmp_path / "own", page=PAGE, capf_trace=trace.format(17))[0] == "capf-certificate-differs"


def test_a_table_ends_where_the_next_begins() -> None:
    table = DEVICES.removeprefix(
        "admin:run sql select d.name, c.name as op, m.name as mode, d.keysize from device d\n"
    ).strip()
    assert [page.phone for page in read_phones(f"{table}\n{table}".split("\n"))] == 2 * [PHONE, "SEP00112233AAAA"]


def test_each_line_of_a_report_without_heads_is_of_its_own_phone() -> None:
    report = [
        "CAPF Report in File, generated 09/08/2023",
        "",
        "SEP00112233AAAA  Upgrade Success     By Null String   LSC valid to 09/06/2028",
        f"{PHONE}  Operation Pending   By Null String   -",
    ]
    told = {page.phone: [(one.fact, one.value, one.line) for one in page.stated] for page in read_phones(report)}
    mode = ("authentication-mode", "null-string")
    assert told == {
        "SEP00112233AAAA": [("certificate-status", "Upgrade Success", 3), (*mode, 3)],
        PHONE: [("certificate-status", "Operation Pending", 4), (*mode, 4)],
    }


@pytest.mark.parametrize(
    "lines",
    [
        [f"{PHONE}  Operation Pending", f"{PHONE}  Upgrade Success"],
        [f"{PHONE}: Operation Pending", "SEP00112233AAAA: Upgrade Success"],
        [f"{PHONE}  Operation Pending", "SEP00112233AAAA  Upgrade Success", "these two", "are what", "I have seen"],
        [f"{PHONE}  ok", "SEP00112233AAAA  ok"],
    ],
    ids=["one phone", "no cells", "a letter", "nothing told"],
)
def test_what_names_phones_and_is_no_report_is_none(lines: list[str]) -> None:
    assert read_phones(lines) == []


@given(st.text(), st.lists(st.sampled_from([*DEVICES.split(), *PROFILES.split(), "\n", "  ", "====", '"', ";", ","])))
def test_no_table_is_more_than_the_reader_can_bear(text: str, words: list[str]) -> None:
    lines = f"{text}\n{' '.join(words)}\n{DEVICES}{text}".split("\n")
    pages = read_phones(lines)
    assert all(1 <= one.line <= len(lines) for page in pages for one in page.stated)
    assert PHONE in {page.phone for page in pages}
