import io
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lscctl.auth_string import AuthString
from lscctl.errors import UsageError
from lscctl.phone_list import parse_phone_list, parse_strings, read_list

macs = st.from_regex(r"[0-9A-F]{12}", fullmatch=True)


def parsed(text: str) -> tuple[str, ...]:
    return parse_phone_list(text.encode(), "list.txt")


def test_a_plain_list_holds_a_name_a_line_with_comments_and_blank_lines() -> None:
    assert parsed("# lobby\nSEP001122AABBCC\n\n  CSFjdoe  # Jabber\r\nATA0011223344\n") == (
        "SEP001122AABBCC",
        "CSFjdoe",
        "ATA0011223344",
    )


@pytest.mark.parametrize(
    "spelling",
    [
        "00:11:22:aa:bb:cc",
        "00-11-22-AA-BB-CC",
        "0011.22aa.bbcc",
        "001122aabbcc",
        "SEP001122aabbcc",
        "sep001122AABBCC",
        "00 11 22 AA BB CC",
    ],
)
def test_a_mac_address_in_any_spelling_becomes_the_phone_s_name(spelling: str) -> None:
    assert parsed(spelling) == ("SEP001122AABBCC",)


def test_repetitions_are_dropped_whatever_their_spelling() -> None:
    assert parsed("SEP001122AABBCC\n00:11:22:aa:bb:cc\nCSFjdoe\ncsfJDOE\n") == ("SEP001122AABBCC", "CSFjdoe")


@pytest.mark.parametrize("heading", ["Device Name", "name", "device", "DEVICE_NAME", "MAC ADDRESS", '"Device Name"'])
@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_a_table_gives_the_column_of_phones_wherever_it_stands(heading: str, delimiter: str) -> None:
    rows = [
        ["Description", heading, "Pool"],
        ['"Lobby, 1st; ""blue"""', "SEP001122AABBCC", "Default"],
        ["x", "00:11:22:33:44:55", "y"],
    ]
    assert parsed("\n".join(delimiter.join(row) for row in rows)) == ("SEP001122AABBCC", "SEP001122334455")


def test_a_table_of_one_column_is_known_by_its_heading() -> None:
    assert parsed("Device Name\nSEP001122AABBCC\n") == ("SEP001122AABBCC",)


def test_a_quoted_line_break_does_not_upset_the_line_numbers() -> None:
    with pytest.raises(UsageError, match="line 4: 'not a phone!'"):
        parsed('name,description\nSEP001122AABBCC,"two\nlines"\nnot a phone!,x\n')


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_the_usual_encodings_are_understood(encoding: str) -> None:
    content = "Device Name,Description\nSEP001122AABBCC,東京\n".encode(encoding)
    assert parse_phone_list(content, "list.csv") == ("SEP001122AABBCC",)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"SEP001122AABBCC\nSEP 00 11 22; drop\n", "list.txt, line 2: 'SEP 00 11 22; drop' is no phone's name"),
        (b"ok\nno*glob\n", r"list.txt, line 2: 'no\*glob'"),
        (b"pool,description\nDefault,x\n", "line 1: no column of phones among pool, description"),
        (b"name,pool\n,Default\n", "line 2: '' is no phone's name"),
        (b"SEP001122AABBCC\n\xff\xe4\n", "line 2: not readable as text"),
        (b"# nothing\n\n", "names no phone"),
        (b"", "names no phone"),
        (b"\x89PNG\r\n\x1a\n\x00\x00", "line 1: not readable as text"),
    ],
)
def test_a_bad_list_is_refused_with_file_and_line(content: bytes, said: str) -> None:
    with pytest.raises(UsageError, match=said):
        parse_phone_list(content, "list.txt")


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=re.escape(f"the phone list {tmp_path / 'none'} cannot be read")):
        read_list(tmp_path / "none", io.BytesIO())


def test_a_dash_means_standard_input(tmp_path: Path) -> None:
    assert parse_phone_list(*read_list("-", io.BytesIO(b"CSFjdoe\n"))) == ("CSFjdoe",)
    with pytest.raises(UsageError, match="standard input, line 1"):
        parse_phone_list(*read_list("-", io.BytesIO(b"!\n")))
    (tmp_path / "list").write_text("CSFjdoe")
    assert parse_phone_list(*read_list(tmp_path / "list", io.BytesIO())) == ("CSFjdoe",)


@given(st.lists(macs, min_size=1, max_size=20), st.sampled_from([":", "-", ""]), st.sampled_from(["\n", "\r\n"]))
def test_any_list_of_addresses_gives_each_phone_once_in_order(addresses: list[str], between: str, end: str) -> None:
    lines = [between.join(re.findall("..", address)) for address in addresses]
    assert parsed(end.join(lines)) == tuple(dict.fromkeys(f"SEP{address}" for address in addresses))


@given(st.binary(max_size=60))
def test_whatever_a_file_holds_it_is_read_or_refused_by_name(content: bytes) -> None:
    try:
        names = parse_phone_list(content, "list.txt")
    except UsageError as error:
        assert error.message.startswith("list.txt")  # noqa: PT017 - either outcome is right
    else:
        assert names
        assert all(re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._-]*", name) for name in names)


def test_a_list_that_cannot_be_read_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(UsageError) as missing:
        parse_phone_list(*read_list(tmp_path / "none.csv", io.BytesIO()))
    assert "none.csv" in missing.value.message
    assert missing.value.hint


# authentication strings


def strings_of(text: str) -> dict[str, str]:
    return {name: string.reveal() for name, string in parse_strings(text.encode(), "list.csv").items()}


@pytest.mark.parametrize("heading", ["authentication_string", "Authentication String", "AUTH-STRING", "authstring"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_a_column_of_authentication_strings_is_read_with_its_zeros(heading: str, delimiter: str) -> None:
    rows = [("Device Name", "Pool", heading), ("SEP001122AABBCC", "x", "0047"), ("00:11:22:aa:bb:dd", "y", "")]
    assert strings_of("\n".join(delimiter.join(row) for row in rows)) == {"SEP001122AABBCC": "0047"}


@pytest.mark.parametrize(
    "text", ["SEP001122AABBCC\n", "name,string\nSEP001122AABBCC,4711\n", "pin,authstring\n1,4711\n"]
)
def test_without_a_column_for_names_and_one_for_strings_none_is_given(text: str) -> None:
    assert strings_of(text) == {}


@pytest.mark.parametrize(
    ("rows", "told"),
    [
        (
            "SEP001122AABBCC,471100000001\n",
            "line 2: what stands as the authentication string of SEP001122AABBCC is none",
        ),
        ("SEP001122AABBCC,4711a\n", "line 2"),
        (
            "SEP001122AABBCC,47110001\nSEP001122AABBDD,47110001\n",
            "line 3: SEP001122AABBDD has the authentication string of line 2",
        ),
        ("SEP001122AABBCC,47110001\nSEP001122AABBCC,47110002\n", "line 3: SEP001122AABBCC has a second"),
    ],
)
def test_a_string_that_cannot_be_is_told_by_its_line_alone(rows: str, told: str) -> None:
    with pytest.raises(UsageError, match=re.escape(told)) as refused:
        strings_of("name,authentication_string\n" + rows)
    assert "4711" not in str(refused.value) + (refused.value.hint or "")


def test_a_string_that_stands_where_headings_should_is_not_told() -> None:
    with pytest.raises(UsageError, match="no column of phones") as refused:
        parsed("Reception,47110815\nLobby,47110816\n")
    assert "4711" not in str(refused.value)


@pytest.mark.parametrize(
    "text",
    [
        "SEP001122AABBCC 47110815\n",
        "SEP001122AABBCC:47110815\n",
        "SEP001122AABBCC=47110815\n",
        'name,authentication_string\n"SEP001122AABBCC,47110815\nSEP001122AABBDD,47110816\n',
        "name,authentication_string\n47110815 x,SEP001122AABBCC\n",
        "SEP001122AABBCC 47110815;Lobby\n",
    ],
)
def test_a_string_in_a_list_that_cannot_be_read_is_not_told(text: str) -> None:
    with pytest.raises(UsageError, match=r"line [1-3]: ") as refused:
        parsed(text)
    assert "4711" not in str(refused.value) + (refused.value.hint or "")


def test_exchanged_columns_are_told_by_the_line_alone() -> None:
    with pytest.raises(UsageError, match="line 2: a number stands where the phone's name should") as refused:
        strings_of("name,authentication_string\n47110815,SEP001122AABBCC\n")
    assert "4711" not in str(refused.value) + (refused.value.hint or "")


@pytest.mark.parametrize("first", ["sep=;", '"sep=;"', "SEP=;\r"])
def test_a_line_that_tells_a_spreadsheet_the_delimiter_is_no_heading(first: str) -> None:
    text = f"{first}\nDevice Name;Authentication String\nSEP001122AABBCC;0047\n"
    assert parsed(text) == ("SEP001122AABBCC",)
    assert strings_of(text) == {"SEP001122AABBCC": "0047"}
    with pytest.raises(UsageError, match="line 3: "):
        parsed(text.replace("001122AABBCC", " ???"))


@given(st.dictionaries(macs.map(lambda mac: f"SEP{mac}"), st.text("0123456789", min_size=4, max_size=10), max_size=8))
def test_what_a_csv_gives_is_what_stands_in_it(given_strings: dict[str, str]) -> None:
    text = "name,authentication_string\n" + "".join(f"{name},{string}\n" for name, string in given_strings.items())
    if len(set(given_strings.values())) < len(given_strings):
        with pytest.raises(UsageError, match="has the authentication string of line"):
            strings_of(text)
    else:
        assert parse_strings(text.encode(), "x") == {name: AuthString(text) for name, text in given_strings.items()}


def test_a_phone_s_name_is_one_however_it_is_spelled_where_strings_are_given() -> None:
    with pytest.raises(UsageError, match=r"line 3: ATA-hall has a second authentication string"):
        parse_strings(b"name,authentication_string\nATA-hall,12345678\nata-HALL,87654321\n", "list")
    twice = parse_strings(b"name,authentication_string\nATA-hall,12345678\nata-HALL,12345678\n", "list")
    assert twice == {"ATA-hall": AuthString("12345678")}
