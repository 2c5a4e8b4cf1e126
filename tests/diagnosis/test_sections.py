"""Status messages of several phones in one file: headings say whose the lines below are."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lscctl.diagnosis.mailed import Given, gather
from lscctl.diagnosis.reading.sections import sections
from tests.diagnosis.logs import KNOWLEDGE
from tests.diagnosis.test_many_in_one_log import firsts

A, B, C = "SEP00112233AAAA", "SEP00112233BBBB", "10.20.1.17"
ILL = "11:39:03am 10/09/18 Trust List updated\n11:40:03am 10/09/18 No valid CAPF server"
WELL = "11:39:03am 10/09/18 SEP00112233BBBB.cnf.xml.sgn(HTTP)\n11:40:03am 10/09/18 LSC installed"
LATE = "Upgrade Failed: User Initiated Request Late/Timedout"
MESSAGES = [
    "11:39:04am 10/09/18 SEP001122334455.cnf.xml.sgn(HTTP)",
    "SEP001122334455.cnf.xml.sgn",
    "File not found: SEP001122334455.cnf.xml",
    "File Not Found:CTLSEP001122334455.tlv",
    "TFTP timeout 10.20.1.17",
    "TFTP server: 10.1.1.1",
    "Phone registered to 10.1.1.1",
    "11:39:04 10.20.1.17",
    "LSC: Connection failed",
    "",
]


@pytest.mark.parametrize(
    "heading",
    [
        "{}",
        "==> {}.txt <==",
        "==> mailed/{}-status.txt <==",
        "--- {} ---",
        "**{}**",
        "> {}:",
        "> > # {}",
        "Phone {}:",
        "2) {} (status messages)",
        "Device name: {}",
        "File: C:\\logs\\{}.log",
    ],
)
def test_each_phone_is_told_by_the_messages_below_its_heading(heading: str, tmp_path: Path) -> None:
    parts = [f"{heading.format(name)}\n{text}\n\n" for name, text in ((A, ILL), (B, WELL), (C, LATE))]
    file = tmp_path / "all.txt"
    file.write_text("".join(parts))
    phones = {case.phone: case.diagnosis(KNOWLEDGE) for case in gather([Given(str(file))], KNOWLEDGE)}
    assert firsts(phones) == {A: "no-capf-in-itl", B: "", C: "late"}
    (seen, *_) = phones[A].causes[0].evidence
    assert seen.place.line == 3


def test_files_that_are_called_after_places_are_phones_of_that_name(tmp_path: Path) -> None:
    file = tmp_path / "all.txt"
    file.write_text(f"==> lobby.txt <==\n{ILL}\n\n==> desk.txt <==\n{WELL}\n")
    cases = gather([Given(str(file))], KNOWLEDGE)
    assert {case.phone: len(case.diagnosis(KNOWLEDGE).causes) > 0 for case in cases} == {"lobby.txt": True, B: False}


def test_what_stands_before_the_first_heading_is_of_no_phone_and_that_is_said(tmp_path: Path) -> None:
    file = tmp_path / "mail.txt"
    file.write_text(f"All of them say LSC: Connection failed\n\n{A}\n{ILL}\n\n{B}\n{WELL}\n")
    cases = gather([Given(str(file))], KNOWLEDGE)
    assert [case.phone for case in cases] == [A, B]
    assert cases[0].missing == [f"{file}: what stands before its first heading, which is of no phone"]


def test_a_long_file_of_many_phones_is_known_by_its_headings(tmp_path: Path) -> None:
    file = tmp_path / "all.txt"
    idle = "Idle\n" * 60
    file.write_text("".join(f"SEP0011223300{n:02}\nTrust List updated\n{idle}{LATE}\n" for n in range(80)))
    cases = gather([Given(str(file))], KNOWLEDGE)
    assert {next(iter(case.diagnosis(KNOWLEDGE).causes)).cause.name for case in cases} == {"late"}
    assert len(cases) == 80


@given(st.lists(st.sampled_from([*MESSAGES, f"--- {A} ---", A]), max_size=20))
def test_a_message_is_no_heading_and_one_phone_has_no_sections(lines: list[str]) -> None:
    assert sections(lines) == []


@given(st.lists(st.sampled_from([*MESSAGES, A, f"Phone {B}", f"==> {C} <=="]) | st.text(max_size=20), max_size=20))
def test_every_line_is_in_one_section(lines: list[str]) -> None:
    found = sections(lines)
    covered = [at for _, begin, end in found for at in range(begin, end)]
    assert covered == (list(range(len(lines))) if found else [])
