"""What nodes print is read, also as people paste it."""

import textwrap
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lscctl.trustlist import binary, text
from lscctl.trustlist.comparison import diff
from lscctl.trustlist.printing import as_text
from lscctl.trustlist.reading import read
from lscctl.trustlist.values import Kind, Printed, TrustList, TrustListError
from tests.trustlist.lists import itl, printed


def told(found: TrustList) -> list[tuple[object, ...]]:
    return [
        (
            one.number,
            one.function_name,
            one.subject,
            one.serial,
            one.signed,
            one.certificate_digest("sha1"),
            one.dns_name,
        )
        for one in found.records
    ]


def only(content: str) -> TrustList:
    (found,) = text.parse(content)
    return found


def test_a_printed_list_says_what_the_file_says() -> None:
    found, file = only(printed()), binary.parse(itl())
    assert diff(found, file) == ()
    assert found.kind is Kind.ITL
    assert found.header.version == "1.2"
    assert found.header.signer == file.header.signer
    assert found.header.signature == file.header.signature
    assert [one.function_name for one in found.records] == [one.function_name for one in file.records]
    assert [one.certificate_length for one in found.records] == [one.certificate_length for one in file.records]
    assert found.printed is not None
    assert (found.printed.length, found.printed.verdict, found.printed.cut) == (len(itl()), True, False)


def test_the_note_about_the_token_is_read_whole() -> None:
    other = printed().replace("This etoken was used", "This etoken was not used")
    assert only(printed()).records[0].signed is True
    assert only(other).records[0].signed is False


PAGER = "Press <enter> for 1 line, <space> for one page, or <q> to quit"
OTHER_PAGER = "\noptions: q=quit, n=next, p=prev, b=begin, e=end (lines 1 - 20 of 142) :n"


def by_lines(change: Callable[[str], str]) -> Callable[[str], str]:
    return lambda shown: "\n".join(map(change, shown.splitlines()))


def paged(prompt: str, lines: int) -> Callable[[str], str]:
    """With a pager's prompt after so many lines."""
    return lambda shown: "\n".join(
        f"{line}\n{prompt}" if number % lines == 0 else line for number, line in enumerate(shown.splitlines(), start=1)
    )


def folded(width: int) -> Callable[[str], str]:
    """Broken by a terminal, in the middle of words."""
    return by_lines(lambda line: "\n".join(line[at : at + width] for at in range(0, len(line) or 1, width)))


def wrapped(width: int) -> Callable[[str], str]:
    """Broken by a mail program, between words."""
    return by_lines(lambda line: "\n".join(textwrap.wrap(line.expandtabs(), width)))


def numbered(pattern: str) -> Callable[[str], str]:
    return lambda shown: "\n".join(pattern.format(*one) for one in enumerate(shown.splitlines(), start=1))


PASTES: dict[str, Callable[[str], str]] = {
    "no empty lines": lambda shown: "\n".join(line for line in shown.splitlines() if line.strip()),
    "more empty lines": lambda shown: shown.replace("\n", "\n\n"),
    "no columns": by_lines(lambda line: " ".join(line.split())),
    "one line": lambda shown: " ".join(shown.split()),
    "a prompt around it": lambda shown: f"admin:show itl\n{shown}\nadmin:",
    "a mail around it": lambda shown: (
        f"Hi, our Version: 12.5 has a\n5 record list\n{shown}\nRegards,\n4 function rooms Ltd"
    ),
    "indented": by_lines(lambda line: f"  {line}   "),
    "Windows": lambda shown: shown.replace("\n", "\r\n"),
    "telnet": lambda shown: shown.replace("\n", "\r\0\n"),
    "old Mac": lambda shown: shown.replace("\n", "\r"),
    "no-break spaces": lambda shown: shown.replace("\t", "\u00a0 \u00a0"),
    "clever dashes": lambda shown: shown.replace("---", "\u2014"),
    "folded at 60": folded(60),
    "folded at 80": folded(80),
    "wrapped at 40": wrapped(40),
    "wrapped at 72": wrapped(72),
    "quoted": by_lines(lambda line: f"> {line}"),
    "quoted twice and wrapped": lambda shown: by_lines(lambda line: f"> > {line}")(wrapped(72)(shown)),
    "numbered": numbered("{:6}\t{}"),
    "numbered by grep": numbered("{}:{}"),
    "coloured": by_lines(lambda line: f"\x1b[0;32m{line}\x1b[0m\x1b[K"),
    "typed over": lambda shown: shown.replace("CAPF", "CAPX\bF"),
    "paged by line": paged(PAGER, 1),
    "paged": paged(PAGER, 20),
    "paged otherwise": paged(OTHER_PAGER, 20),
    "paged and wiped": paged("--More--" + "\b" * 8 + " " * 8 + "\b" * 8, 20),
}


@pytest.mark.parametrize("paste", PASTES.values(), ids=list(PASTES))
def test_a_paste_loses_nothing_that_counts(paste: Callable[[str], str]) -> None:
    shown = printed()
    found, whole = only(paste(shown)), only(shown)
    assert told(found) == told(whole)
    assert found.header.signature == whole.header.signature
    assert found.printed == whole.printed
    assert only(as_text(found)) == found


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "latin-1", "cp1252"])
def test_a_text_in_any_usual_encoding_is_read(encoding: str) -> None:
    (found,) = read(printed().encode(encoding))
    assert told(found) == told(only(printed()))


REAL = """admin:show ctl
The checksum value of the CTL file:
00112233445566778899aabbccddeeff(MD5)
000102030405060708090a0b0c0d0e0f10111213(SHA1)

Length of CTL file: 2563
The CTL File was last modified on Tue Mar 03 08:09:10 CET 2015

[...]

        CTL Record #:1
                          ----
BYTEPOS TAG             LENGTH  VALUE
------- ---             ------  -----
1       RECORDLENGTH    2       1186
2       DNSNAME         1
3       SUBJECTNAME     56      cn="SAST-ADN00aa11bb        ";ou=IPCBU;o="Cisco Systems
4       FUNCTION        2       System Administrator Security Token
5       ISSUERNAME      42      cn=Cisco Manufacturing CA;o=Cisco Systems
6       SERIALNUMBER    10      3C:F9:27:00:00:00:AF:A2:DA:45
7       PUBLICKEY       140
9       CERTIFICATE     902     19 8F 07 C4 99 20 13 51 C5 AE BF 95 03 93 9F F2 CC 6D 93 90 (SHA1 Hash HEX)
10      IPADDRESS       4
This etoken was not used to sign the CTL file.

        CTL Record #:2
                          ----
BYTEPOS TAG             LENGTH  VALUE
------- ---             ------  -----
1       RECORDLENGTH    2       33
2       DNSNAME         13      10.20.30.153
4       FUNCTION        2       CCM+TFTP
10      IPADDRESS       4

        CTL Record #:3
                          ----
BYTEPOS TAG             LENGTH  VALUE
------- ---             ------  -----
1       RECORDLENGTH    2       1004
2       DNSNAME         2
3       SUBJECTNAME     56      CN=CAPF-00aa11bb;OU=TAC;O=Example;L=Town; ST=Region;C=PL
4       FUNCTION        2       CAPF
6       SERIALNUMBER    16      79:59:16:C1:54:AF:31:0C:0F:AE:EA:97:2E:08:1B:31
7       PUBLICKEY       270
8       SIGNATURE       256
11      CERTHASH        20      A0 A6 FC F5 FE 86 16 C1 DD D5 B7 57 38 9A 03 1C F7 7E FC 07
12      HASH ALGORITHM  1       null

        CTL Record #:4
BYTEPOS TAG             LENGTH  VALUE
2       DNSNAME         2
99      NEWTHING        4       whatever
4       FUNCTION        2       TVS
10      IPADDRESS       4       10.20.30.1

The CTL file was verified successfully.
admin:show itl
Length of ITL file: 0
ITL File not found. Please restart TFTP to generate the ITL file.

Error parsing the ITL File.
"""


def test_what_real_nodes_print_is_read_value_by_value() -> None:
    ctl, itl_ = text.parse(REAL)
    assert (ctl.kind, itl_.kind) == (Kind.CTL, Kind.ITL)
    assert ctl.printed == Printed(
        md5="00112233445566778899aabbccddeeff",
        sha1="000102030405060708090a0b0c0d0e0f10111213",
        length=2563,
        modified="Tue Mar 03 08:09:10 CET 2015",
        verdict=True,
        cut=True,
    )
    token, host, capf, tvs = ctl.records
    assert (token.function_name, token.serial, token.signed) == ("SAST", "3cf927000000afa2da45", False)
    assert token.subject == 'cn="SAST-ADN00aa11bb        ";ou=IPCBU;o="Cisco Systems'
    assert token.certificate_digest("sha1") == "198f07c499201351c5aebf9503939ff2cc6d9390"
    assert (host.function_name, host.dns_name, host.subject, host.signed) == ("CCM+TFTP", "10.20.30.153", "", None)
    assert (capf.dns_name, capf.subject) == ("", "CN=CAPF-00aa11bb;OU=TAC;O=Example;L=Town;ST=Region;C=PL")
    assert capf.certificate_digest("sha1") == "a0a6fcf5fe8616c1ddd5b757389a031cf77efc07"
    assert (capf.public_key_length, capf.signature_length, capf.hash_algorithm) == (270, 256, None)
    assert (tvs.function_name, tvs.dns_name, tvs.ip_address) == ("TVS", "", "10.20.30.1")
    assert itl_.printed == Printed(length=0, problem="not found; could not be parsed")


def test_lists_of_several_nodes_stay_apart_also_where_their_ends_are_lost() -> None:
    shown = printed()
    assert [told(one) for one in text.parse(shown * 3)] == [told(only(shown))] * 3
    cut = shown[: shown.index("ITL Record #:3")]
    first, second = text.parse(f"admin:show itl\n{cut}admin:show itl\n{shown}")
    assert told(second) == told(only(shown))
    assert told(first) == told(only(shown))[:2]


def test_wherever_lines_are_cut_off_the_records_that_are_left_are_right() -> None:
    shown = printed()
    whole = dict(enumerate(told(only(shown)), start=1))
    lines = shown.splitlines(keepends=True)
    begins = {number: at for at, line in enumerate(lines) for number in whole if f"Record #:{number}\n" in line}
    for at in range(0, len(lines), 2):
        for part, kept in ((lines[at:], range(at, len(lines))), (lines[:at], range(at))):
            try:
                found = {one[0]: one for list_ in text.parse("".join(part)) for one in told(list_)}
            except TrustListError:
                found = {}
            for number, begin in begins.items():
                end = begins.get(number + 1, len(lines) - 2)
                if begin in kept and end in kept:
                    assert found[number] == whole[number]


@pytest.mark.parametrize(
    ("row", "value"),
    [
        ("5 SERIALNUMBER 8 01:02:03:04", ""),
        ("5 SERIALNUMBER 4 01:02:03:04 7", "01020304"),
        ("5 SERIALNUMBER 4 01:02:\n03:04\n", "01020304"),
        ("5 SERIALNUMBER 4 01020304", "01020304"),
        ("5 SERIALNUMBER 0", ""),
        ("5 SERIALNUMBER 2 hello", ""),
    ],
)
def test_a_serial_number_is_whole_or_none(row: str, value: str) -> None:
    assert only(row).header.serial == value


@pytest.mark.parametrize(
    ("row", "value"),
    [
        ("3 SUBJECTNAME 5 CN=a and more\n", "CN=a"),
        ("3 SUBJECTNAME 5 CN=a\n\nRegards\nBob\n", "CN=a"),
        ("3 SUBJECTNAME 12 CN=a;\nO=exam\nple;C=DE\n", "CN=a;O=exam"),
        ("3 SUBJECTNAME 12 CN=a;\nO=ex\nam", "CN=a;O=exam"),
        ("3 SUBJECTNAME 60 CN=CAPF-0a1b", ""),
        ("3 SUBJECTNAME 2\n\nRegards, Bob\n", ""),
        ("3 SUBJECTNAME CN=no length\n", "CN=no length"),
    ],
)
def test_a_name_ends_where_its_length_says(row: str, value: str) -> None:
    assert only(f"1 RECORDLENGTH 2 300\n{row}").records[0].subject == value


@pytest.mark.parametrize(
    ("said", "function"),
    [
        ("CCM", "CCM"),
        ("CCM+TFTP", "CCM+TFTP"),
        ("CCM + TFTP", "CCM+TFTP"),
        ("TVS 17", "TVS"),
        ("Something new", "Something new"),
    ],
)
def test_a_function_is_known_by_its_words(said: str, function: str) -> None:
    assert only(f"4 FUNCTION 2 {said}\n").records[0].function_name == function


@pytest.mark.parametrize(
    "name",
    [
        "CN=4 FUNCTION 2 CAPF;O=x",
        "CN=ITL Record #:9",
        "CN=admin: show",
        "CN=x;O=The ITL file was not verified successfully",
    ],
)
def test_a_name_that_looks_like_a_nodes_words_is_a_name(name: str) -> None:
    shown = printed()
    row = next(line for line in shown.splitlines() if "SUBJECTNAME" in line)
    found = only(shown.replace(row, f"3\tSUBJECTNAME\t{len(name) + 1}\t{name}", 1))
    assert (found.records[0].subject, found.records[0].function_name) == (name, "SAST")
    assert told(found)[1:] == told(only(shown))[1:]
    assert only(as_text(found)) == found


def test_text_with_more_lists_than_any_cluster_prints_is_refused_with_the_line() -> None:
    with pytest.raises(TrustListError, match="line 2001: more than 1,000 lists"):
        text.parse("Record #:1\n4 FUNCTION 2 CAPF\n" * 1_001)


def test_several_lists_in_one_text_stay_apart() -> None:
    both = text.parse(
        f"admin:show itl\n{printed()}admin:show ctl\n{printed(itl(file_name='CTLFile.tlv'), 'CTL')}admin:"
    )
    assert [one.kind for one in both] == [Kind.ITL, Kind.CTL]
    twice = text.parse(printed() + printed())
    assert told(twice[0]) == told(twice[1]) == told(only(printed()))


def test_a_list_that_the_node_does_not_have_is_told_so() -> None:
    from lscctl.simulator.node_console import show
    from tests.trustlist.lists import MODIFIED

    found = only(show("CTL", None, MODIFIED))
    assert found.kind is Kind.CTL
    assert found.records == ()
    assert found.printed is not None
    assert found.printed.problem == "not found; could not be parsed"


def test_a_text_that_is_cut_off_keeps_the_rest_and_says_so() -> None:
    shown = printed()
    middle = shown.index("ITL Record #:3")
    before, after = only(shown[:middle]), only(shown[middle:])
    assert [one.number for one in before.records] == [1, 2]
    assert [one.number for one in after.records] == [3, 4, 5]
    assert before.printed is not None
    assert after.printed is not None
    assert before.printed.cut
    assert after.printed.cut


def test_a_row_without_a_value_is_a_row() -> None:
    found = only(printed())
    assert found.records[0].public_key_length == 270
    assert found.records[0].public_key is None
    assert found.header.file_name == ""


def test_text_without_a_list_is_refused() -> None:
    with pytest.raises(TrustListError, match="line 1: no trust list in these 2 lines"):
        text.parse("Hello,\nplease find attached nothing.")


def test_printing_what_was_read_and_reading_it_again_is_the_identity() -> None:
    found = only(printed())
    assert only(as_text(found)) == found


def test_what_stands_where_a_date_should_be_is_printed_as_it_was_read() -> None:
    found = only(
        "Length of ITL file: 5\nThe ITL File was last modified onThis etoken was not used to sign the ITL file\n"
    )
    assert only(as_text(found)) == found


@settings(max_examples=200, deadline=None)
@given(st.data())
def test_a_mangled_paste_is_read_or_refused(data: st.DataObject) -> None:
    shown = printed()
    for _ in range(data.draw(st.integers(1, 6))):
        at = data.draw(st.integers(0, len(shown)))
        match data.draw(st.sampled_from(("cut", "insert", "front", "back"))):
            case "cut":
                shown = shown[:at] + shown[at + data.draw(st.integers(1, 200)) :]
            case "insert":
                shown = shown[:at] + data.draw(st.text(max_size=10)) + shown[at:]
            case "front":
                shown = shown[at // 8 :]
            case "back":
                shown = shown[: len(shown) - at // 8]
    try:
        found = text.parse(shown)
    except TrustListError:
        return
    for one in found:
        assert text.parse(as_text(one)) == (one,)
