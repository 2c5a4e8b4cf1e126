"""Of what was copied before and after only the later counts; and what looks like trouble beside a phone's files, and is none."""

import re
from datetime import datetime
from pathlib import Path
from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lscctl.diagnosis.later import Told, named, own_time, superseded
from lscctl.diagnosis.reading.prompts import only_latest
from tests.diagnosis.logs import named as causes_of
from tests.diagnosis.test_beside import CAPF_SETTINGS, CONFIGURED, DENIED, PAGE, PROFILE, WITHOUT_CAPF, packets
from tests.diagnosis.test_bundles import CAPF_LISTENS, LISTENS, OWN, PHONE, TRUST_LIST, found, only, services
from tests.trustlist.lists import printed

SCREEN: Final = "Security configuration\nLSC: {lsc}\nMIC: Installed\nCTL file: Not installed\nITL file: {itl}\n"
NO_ITL: Final = SCREEN.format(lsc="Not installed", itl="Not installed")
HAS_ITL: Final = SCREEN.format(lsc="Installed", itl="Installed")
MESSAGES: Final = "<html><title>Status messages</title><table><tr><td>{}</td></tr></table></html>"
FULL: Final = "C:\\> nslookup voice7.example.com\nServer:  dns1\nAddress:  10.20.0.53\n\n{}\n"
RESOLVED: Final = "Name:    voice7.example.com\nAddress:  10.20.0.10"
UNKNOWN: Final = "*** dns1 can't find {}: Non-existent domain"
CAN_CONNECT: Final = "PS C:\\> Test-NetConnection 10.20.0.10 -Port 3804\nTcpTestSucceeded : {}\n"
EXPIRED: Final = OWN.format("Sun Mar 31 10:00:00 CEST 2024")
RENEWED: Final = OWN.format("Sun Mar 31 10:00:00 CEST 2029")
OPEN_PORTS: Final = f"admin:show open ports all\n{LISTENS}"

PAIRS: Final = [
    (NO_ITL, HAS_ITL),
    (TRUST_LIST.format("   CAPF server : (none)\n"), TRUST_LIST.format("   CAPF server : cucm1.example\n")),
    (MESSAGES.format("11:39:03am LSC: Connection failed"), MESSAGES.format("11:52:03am LSC: Installed")),
    (EXPIRED, RENEWED),
    ("admin:file list tftp *TL*\nno such file can be found\n", "admin:file list tftp *TL*\nITLFile.tlv\n"),
    (WITHOUT_CAPF, printed()),
    (CAN_CONNECT.format("False"), CAN_CONNECT.format("True")),
    (packets(">S", ">S", ">S"), packets(">S", "<S.", ">.")),
    (PROFILE.format("Encrypted", "By Authentication String"), PROFILE.format("Encrypted", "By Null String")),
    (
        f"Device Name,Status,Certificate Operation Status\n{PHONE},Unregistered,Operation Pending\n",
        f"Device Name,Status,Certificate Operation Status\n{PHONE},Registered,Upgrade Success\n",
    ),
]
"""What shows trouble, and what shows that it is mended."""


@pytest.mark.parametrize(("ill", "well"), PAIRS)
@pytest.mark.parametrize(
    ("earlier", "later"),
    [("{}_before", "{}_after"), ("before__{}", "after__{}"), ("{}_20240401", "{}_20240415"), ("old_{}", "{}")],
)
def test_of_the_same_before_and_after_the_later_counts(
    tmp_path: Path, ill: str, well: str, earlier: str, later: str
) -> None:
    before, after = earlier.format("copy"), later.format("copy")
    assert only(tmp_path / "mended", page=PAGE, **{before: ill, after: well}) == []
    assert only(tmp_path / "broken", page=PAGE, **{before: well, after: ill}) == only(
        tmp_path / "ill", page=PAGE, a=ill
    )


def test_a_name_that_is_known_later_is_known(tmp_path: Path) -> None:
    unknown, known = FULL.format(UNKNOWN.format("voice7.example.com")), FULL.format(RESOLVED)
    assert only(tmp_path / "mended", page=PAGE, dns_1=unknown, dns_2=known, **CONFIGURED) == []
    assert only(tmp_path / "broken", page=PAGE, dns_1=known, dns_2=unknown, **CONFIGURED) == ["name-not-resolved"]
    assert only(tmp_path / "one", page=PAGE, dns=unknown + known, **CONFIGURED) == []


def test_of_screens_that_say_when_they_were_taken_the_later_counts(tmp_path: Path) -> None:
    nine, ten = "Screen of 2024-04-15 09:10\n", "Screen of 2024-04-15 10:40\n"
    assert only(tmp_path / "mended", page=PAGE, a=ten + HAS_ITL, b=nine + NO_ITL) == []
    assert only(tmp_path / "broken", page=PAGE, a=ten + NO_ITL, b=nine + HAS_ITL) == ["itl-missing"]


def test_screens_of_different_menus_are_both_read(tmp_path: Path) -> None:
    menus = {"screen1": NO_ITL.replace("ITL file: Not installed\n", ""), "screen2": TRUST_LIST.format("")}
    profile = PROFILE.format("Encrypted", "By Existing Certificate (precedence to LSC)")
    (one,) = found(tmp_path, page=PAGE, profile=profile, **menus)
    assert set(causes_of(one)) == {"no-capf-in-itl", "lsc-mode-without-lsc"}


@pytest.mark.parametrize(
    ("ill", "well"),
    [
        (services(capf="STOPPED"), services()),
        (EXPIRED, RENEWED),
        ("admin:file list tftp *TL*\nno such file can be found\n", "admin:file list tftp *TL*\nITLFile.tlv\n"),
        (OPEN_PORTS + LISTENS.replace("22", "6970"), OPEN_PORTS + CAPF_LISTENS),
        (f"admin:show itl\n{WITHOUT_CAPF}", f"admin:show itl\n{printed()}"),
    ],
)
def test_in_one_file_the_command_that_was_given_last_counts(tmp_path: Path, ill: str, well: str) -> None:
    restarted = "\nadmin:utils service restart Cisco Tftp\n[STARTED]\n"
    assert only(tmp_path / "mended", page=PAGE, pub_cli=ill + restarted + well) == []
    assert only(tmp_path / "broken", page=PAGE, pub_cli=well + restarted + ill) == only(
        tmp_path / "ill", page=PAGE, pub_cli=ill
    )


def test_the_same_command_on_another_node_takes_nothing_back(tmp_path: Path) -> None:
    session = "Command Line Interface is starting up, please wait ...\n\n   Welcome to the Platform Command Line Interface\n\n"
    listed = "admin:file list tftp *TL*\n{}\n"
    both = session + listed.format("no such file can be found") + session + listed.format("ITLFile.tlv")
    assert only(tmp_path / "other", page=PAGE, cli=both) == ["itl-missing"]
    assert only(tmp_path / "same", page=PAGE, cli=both.replace(session, "")) == []


# names


def test_a_short_name_that_no_name_server_knows_matters_only_where_the_full_one_is_not_known(tmp_path: Path) -> None:
    short = "C:\\> nslookup voice7\nServer:  dns1\nAddress:  10.20.0.53\n\n" + UNKNOWN.format("voice7") + "\n"
    full = FULL.format(UNKNOWN.format("voice7.example.com"))
    assert only(tmp_path / "well", page=PAGE, dns=short + FULL.format(RESOLVED), **CONFIGURED) == []
    assert only(tmp_path / "short", page=PAGE, dns=short, **CONFIGURED) == ["name-not-resolved"]
    known = short.replace(UNKNOWN.format("voice7"), RESOLVED.replace(".example.com", ""))
    assert only(tmp_path / "full", page=PAGE, dns=known + full, **CONFIGURED) == ["name-not-resolved"]


# what a firewall let through


@pytest.mark.parametrize(
    "line",
    [
        "action=accept src=10.20.1.17 dst=10.20.0.10 dport=3804 sent=1200 dropped=0",
        "Built inbound TCP connection 4711 for voice:10.20.1.17/50322 to dc:10.20.0.10/3804, 0 packets dropped",
        "IP 10.20.1.17.50112 > 10.20.0.10.3804: 12 packets captured, 0 packets dropped by kernel",
        "rule=deny-guests-3 action=allow 10.20.1.17:50322 -> 10.20.0.10:3804",
        "permit tcp host 10.20.1.17 host 10.20.0.10 dst_port=3804 default drop follows",
    ],
)
def test_what_a_firewall_let_through_is_no_drop(tmp_path: Path, line: str) -> None:
    assert only(tmp_path, page=PAGE, firewall=f"{line}\n" * 4) == []


@pytest.mark.parametrize(
    "line",
    [
        "action=drop src=10.20.1.17 dst=10.20.0.10 dport=3804 rule=allow-web",
        "10.20.1.17:50322 -> 10.20.0.10:3804 dropped, no rule allows it",
        DENIED.format(10, "10.20.1.17", 3804).strip(),
    ],
)
def test_what_a_firewall_dropped_is_told_whatever_its_rules_are_called(tmp_path: Path, line: str) -> None:
    assert only(tmp_path, page=PAGE, firewall=f"{line}\n" * 4) == ["capf-port-unreachable"]


# labels and their values


@pytest.mark.parametrize("label", ["CAPF server", "CAPF/CA server", "CAPF server:", "CA server"])
@pytest.mark.parametrize(("value", "causes"), [("cucm1.example.com", []), ("(none)", ["no-capf-in-itl"])])
def test_a_value_may_stand_below_its_label(tmp_path: Path, label: str, value: str, causes: list[str]) -> None:
    shown = f"Trust list\n\nCTL file\nNot installed\nITL file\nInstalled\nTFTP server\ntftp1.example.com\n{label}\n{value}\n"
    assert only(tmp_path, page=PAGE, shown=shown) == causes


def test_labels_of_a_saved_page_may_stand_above_their_values(tmp_path: Path) -> None:
    page = "Phone Security Profile Information\n\nDevice Security Mode\nEncrypted\n\nAuthentication Mode:\n{}\nKey Order\nRSA\n"
    string = page.format("By Authentication String")
    assert only(tmp_path / "ill", page=PAGE, profile=string) == ["string-in-secure-profile"]
    assert only(tmp_path / "well", page=PAGE, profile=page.format("By Null String")) == []
    string = string.replace("Encrypted", "Non Secure")
    page = CAPF_SETTINGS.format("", "2024:12:31:12")
    assert only(tmp_path / "none", page=PAGE, a=string, b=page) == ["authentication-string-missing"]


def test_a_page_of_a_phone_may_have_a_server_s_name_in_the_row_below(tmp_path: Path) -> None:
    rows = "".join(f"<tr><td>{text}</td></tr>" for text in ("CAPF/CA server", "voice7.example.com", "TFTP server", ""))
    page = f"<html><table><tr><td>Host name</td><td>{PHONE}</td></tr>{rows}</table></html>"
    assert only(tmp_path, page=page, dns=FULL.format(UNKNOWN.format("voice7.example.com"))) == ["name-not-resolved"]


# lists of phones


@pytest.mark.parametrize(
    "table",
    [
        "Device Name,Status,Certificate Operation Status\n{small},Registered,{said}\n",
        "\ufeffDevice Name;Description;Certificate Operation Status\n{phone};Lab;{said}\n",
        'Description,"Device Name",Status,"Certificate Operation Status"\n"Room 3,\nby the window",{phone},Registered,"{said}"\n',
        "Certificate Operation Status\tIPv4 Address\tDevice Name\n{said}\t10.20.1.17\t{phone}\n",
        "Status;LSC Status;MAC Address\nRegistered;{said};00:11:22:33:44:55\n",
    ],
)
def test_a_list_of_phones_is_read_however_it_is_written(tmp_path: Path, table: str) -> None:
    told = {"phone": PHONE, "small": PHONE.lower()}
    ill = table.format(said="Upgrade Failed: Invalid LSC", **told)
    assert only(tmp_path / "ill", page=PAGE, export=ill) == ["lsc-issuer-not-trusted"]
    assert only(tmp_path / "well", page=PAGE, export=table.format(said="Upgrade Success", **told)) == []


# letters


@pytest.mark.parametrize(
    "heading",
    [f"Symptoms on {PHONE}:", "The phone says this:", "Last messages of the phone:", "On its screen it shows:"],
)
def test_what_was_copied_below_a_heading_counts(tmp_path: Path, heading: str) -> None:
    mail = f"Hello,\n{heading}\n- Upgrade Failed: Invalid LSC\n\nThanks and regards\n"
    assert "lsc-issuer-not-trusted" in only(tmp_path, page=PAGE, mail=mail)


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("The other phones are fine, but this one shows Upgrade Failed: Invalid LSC since Monday.", True),
        ("We have tried another cable and the phone still shows Upgrade Failed: Invalid LSC as before.", True),
        ("It has not helped either, the phone shows Upgrade Failed: Invalid LSC on each try.", True),
        ("Another phone has Upgrade Failed: Invalid LSC and we do not care about that.", False),
        ("It is either a wrong mode or Upgrade Failed: Invalid LSC, we are not able to tell.", False),
        ("Symptoms that are known to the vendor's guide:\n- Upgrade Failed: Invalid LSC\n- CAPF is stopped", False),
    ],
)
def test_what_somebody_says_of_this_phone_counts_and_not_what_of_others(tmp_path: Path, words: str, told: bool) -> None:
    assert ("lsc-issuer-not-trusted" in only(tmp_path, page=PAGE, mail=f"{words}\n")) is told


# how names are read


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("before_0900.txt", "after_0930.txt"),
        ("2024-04-01/screen.txt", "2024-04-15/screen.txt"),
        ("screen 15.04.2024 0900.txt", "screen 15.04.2024 1030.txt"),
        ("case/before/pub/cert.txt", "case/after/pub/cert.txt"),
        ("cert1.txt", "cert2.txt"),
        ("cert-9.txt", "cert-10.txt"),
    ],
)
def test_the_earlier_of_two_names_is_known(one: str, other: str) -> None:
    told = [Told(name, frozenset("x")) for name in (other, one)]
    assert superseded(told) == {one}


@pytest.mark.parametrize(
    ("one", "other"), [("cucm1.txt", "cucm2.txt"), ("itl_10.20.0.10.txt", "itl_10.20.0.11.txt"), ("a.txt", "b.txt")]
)
def test_names_of_nodes_make_none_the_earlier(one: str, other: str) -> None:
    assert superseded([Told(name, frozenset("x")) for name in (one, other)]) == set()


@pytest.mark.parametrize(
    ("text", "at"),
    [
        ("admin:show date\nDate/time: 2024-04-15 09:20:11 CEST\n", datetime(2024, 4, 15, 9, 20)),  # noqa: DTZ001
        ("The ITL File was last modified on Fri Mar 06 19:45:13 CET 2015\n", datetime(2015, 3, 6, 19, 45)),  # noqa: DTZ001
        ("Validity From: Tue Apr 02 10:00:00 CEST 2019\n", None),
        ("LSC: Installed, valid until 2029-01-01\n", None),
    ],
)
def test_a_text_may_say_when_it_was_made(text: str, at: datetime | None) -> None:
    assert own_time(text) == at


@given(
    st.lists(st.text(alphabet="abefort019_-./ ", max_size=24)),
    st.lists(
        st.sampled_from(["admin:show itl\n", "admin:show date\n", "C:\\> dig x\n", "== pub ==\n", "line\n", "\n"])
    ),
)
def test_what_is_left_of_names_and_outputs_is_never_nothing_at_all(names: list[str], lines: list[str]) -> None:
    told = [Told(name, frozenset("x")) for name in dict.fromkeys(names)]
    assert len(superseded(told)) < max(1, len(told))
    assert all(isinstance(named(name).numbers, tuple) for name in names)
    text = "".join(lines)
    kept = only_latest(text)
    assert kept.count("\n") == text.count("\n")
    assert set(re.findall(r".+", kept)) <= set(lines) | {line.strip("\n") for line in lines}


# whose it is


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("desk 12/screen.txt", "desk 14/screen.txt"),
        ("site/desk 12/screen.txt", "site/desk 14/screen.txt"),
        ("phone1/screen.txt", "phone2/screen.txt"),
        ("first site/screen.txt", "last site/screen.txt"),
        ("room 102 old building/screen.txt", "room 101 new building/screen.txt"),
        ("old phone/screen.txt", "new phone/screen.txt"),
        ("8845 screen.txt", "8845 current firmware/screen.txt"),
        ("floor1.txt", "floor2.txt"),
        ("old phone.txt", "new phone.txt"),
    ],
)
def test_what_is_called_after_other_phones_and_places_is_none_of_the_same_before(
    tmp_path: Path, one: str, other: str
) -> None:
    files = {one: NO_ITL, other: HAS_ITL}
    told = found(tmp_path, **{name.replace("/", "__").replace(".", "_dot_"): text for name, text in files.items()})
    assert [causes for each in told if (causes := causes_of(each))] == [["itl-missing"]]
    assert not any("a later one" in missing for each in told for missing in each.missing)


@pytest.mark.parametrize(
    ("earlier", "later"),
    [("before", "after"), ("old", "new"), ("2024-04-01", "2024-04-15"), ("before reset", "after reset")],
)
def test_folders_that_only_say_when_are_of_the_same_phone(tmp_path: Path, earlier: str, later: str) -> None:
    told = found(tmp_path, **{f"{earlier}__screen": NO_ITL, f"{later}__screen": HAS_ITL})
    assert [causes for each in told if (causes := causes_of(each))] == []
