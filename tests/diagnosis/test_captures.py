"""Captures of packets, and pages of CUCM's that somebody saved: what they tell of a phone."""

from pathlib import Path
from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lscctl.diagnosis.reading.captures import in_vain, packets
from lscctl.diagnosis.reading.saved_page import as_copied
from tests.diagnosis.logs import named
from tests.diagnosis.test_beside import PAGE, TODAY
from tests.diagnosis.test_bundles import PHONE, found, only

PHONE_END, CAPF_END = "10.20.1.17", "10.20.0.10"
UP: Final = (">S", "<S.", ">.", ">TLSv1.2 283 Client Hello")
SPOKE: Final = "<TLSv1.2 1514 Server Hello, Certificate, Server Hello Done"
UNKNOWN_CA: Final = ">TLSv1.2 73 Alert (Level: Fatal, Description: Unknown CA)"


def as_tcpdump(*said: str) -> str:
    """A capture of these packets as tcpdump prints it: `>` is from the phone, `<` from CAPF."""
    lines = []
    for number, one in enumerate(said):
        ends = (f"{PHONE_END}.50112", f"{CAPF_END}.3804")
        source, target = ends if one[0] == ">" else ends[::-1]
        flags, length = ("P.", 217) if one[1:].startswith("TLS") else (one[1:], 0)
        lines.append(f"10:00:{number:02}.1 IP {source} > {target}: Flags [{flags}], seq 1, win 5840, length {length}\n")
    return "".join(lines)


def as_wireshark(*said: str) -> str:
    """The same as Wireshark's table."""
    words = {"S": "SYN", ".": "ACK", "R": "RST", "F": "FIN"}
    lines = []
    for number, one in enumerate(said):
        source, target = (PHONE_END, CAPF_END) if one[0] == ">" else (CAPF_END, PHONE_END)
        ports = "50112 \u2192 3804" if one[0] == ">" else "3804 \u2192 50112"
        flags = ", ".join(words[flag] for flag in one[1:] if flag in words)
        what = one[1:] if one[1:].startswith("TLS") else f"TCP 74 {ports} [{flags}] Seq=0 Win=29200 Len=0"
        lines.append(f"{number + 1:4} {number}.000000   {source} \u2192 {target} {what}\n")
    return "".join(lines)


@pytest.mark.parametrize("written", [as_tcpdump, as_wireshark])
@pytest.mark.parametrize(
    ("said", "causes"),
    [
        ((">S", ">S", ">S"), ["capf-port-unreachable"]),
        ((">S", "<R.", ">S", "<R."), ["capf-stopped"]),
        ((*UP, "<.", ">F."), ["capf-frozen"]),
        ((*UP, SPOKE, ">TLSv1.2 192 Client Key Exchange", "<TLSv1.2 117 Change Cipher Spec", ">F."), []),
        ((*UP, "<."), []),
    ],
)
def test_a_capture_tells_what_capf_did(
    tmp_path: Path, written: object, said: tuple[str, ...], causes: list[str]
) -> None:
    assert callable(written)
    assert only(tmp_path, page=PAGE, capture=written(*said)) == causes


def test_a_phone_that_ends_the_handshake_does_not_believe_capf_s_certificate(tmp_path: Path) -> None:
    turned = as_wireshark(*UP, SPOKE, UNKNOWN_CA, ">F.")
    assert only(tmp_path / "ill", page=PAGE, capture=turned) == ["capf-certificate-differs"]
    of_capf = as_wireshark(*UP, SPOKE, UNKNOWN_CA.replace(">", "<", 1), ">F.")
    assert only(tmp_path / "other", page=PAGE, capture=of_capf) == []
    again = turned + as_wireshark(*UP, SPOKE, ">TLSv1.2 120 Application Data", "<TLSv1.2 97 Application Data")
    assert only(tmp_path / "well", page=PAGE, capture=again) == []


OPTIONS: Final = ("By Null String", "By Authentication String", "By Existing Certificate (precedence to LSC)")


def saved(mode: str, string: str, status: str, *, by: tuple[str, ...] = ("2024", "12", "31", "12")) -> str:
    """CUCM's page of the phone as a browser saves it, in short."""
    options = "".join(f"<option{' selected' if one == mode else ''}>{one}</option>" for one in OPTIONS)
    ends = " ".join(f'<input type="text" size="4" value="{one}">' for one in by)
    rows = {
        "MAC Address <span>*</span>": f'<input name="name" value="{PHONE[3:]}">',
        "Device Security Profile": "<select><option>None</option><option selected='selected'>8851 - a</option></select>",
        "Certificate Operation *": "<select><option>Delete</option><option selected>Install/Upgrade</option></select>",
        "Authentication Mode *": f"<select>{options}</select>",
        "Authentication String": f'<input value="{string}"><input type="button" value="Generate String">',
        "Operation Completes By": f"{ends} (YYYY:MM:DD:HH)",
        "Certificate Operation Status:": status,
    }
    table = "".join(f"<tr>\n<td><label>{label}</label></td><td>{value}</td></tr>" for label, value in rows.items())
    return f"<!DOCTYPE html><html><script>var x = 'Upgrade Failed';</script><table>{table}</table></html>"


@pytest.mark.parametrize(
    ("mode", "string", "status", "causes"),
    [
        (OPTIONS[1], "7654321", "Operation Pending", ["authentication-string-not-typed"]),
        (OPTIONS[1], "", "Operation Pending", ["authentication-string-missing"]),
        (OPTIONS[0], "", "Upgrade Failed: Invalid LSC", ["lsc-issuer-not-trusted"]),
        (OPTIONS[0], "", "Upgrade Success", []),
        (OPTIONS[0], "", "Operation Pending", []),
    ],
)
def test_a_page_of_cucm_s_that_somebody_saved_is_read(
    tmp_path: Path, mode: str, string: str, status: str, causes: list[str]
) -> None:
    (one,) = found(tmp_path, phone=saved(mode, string, status))
    assert (one.phone, named(one)[:1]) == (PHONE, causes)
    assert "7654321" not in repr(one)


def test_a_saved_page_tells_by_when_its_operation_had_to_be_done(tmp_path: Path) -> None:
    page = saved(OPTIONS[0], "", "Operation Pending", by=("2024", "03", "01", "12"))
    assert only(tmp_path, phone=page, node=TODAY) == ["late"]


def test_what_axl_answered_of_a_phone_is_read_as_its_page(tmp_path: Path) -> None:
    answer = (
        f"<soapenv:Envelope><soapenv:Body><ns:getPhoneResponse><return><phone><name>{PHONE}</name>"
        "<certificateOperation>No Pending Operation</certificateOperation><authenticationMode>By Null String</authenticationMode>"
        "<certificateStatus>{}</certificateStatus></phone></return></ns:getPhoneResponse></soapenv:Body></soapenv:Envelope>"
    )
    assert only(tmp_path / "ill", phone=answer.format("Upgrade Failed: Invalid MIC")) == ["mic-issuer-not-trusted"]
    assert only(tmp_path / "well", phone=answer.format("Upgrade Success")) == []


def test_a_saved_list_of_phones_or_of_services_is_read_as_a_table(tmp_path: Path) -> None:
    def table(*rows: tuple[str, ...]) -> str:
        cells = "".join(f"<tr>{''.join(f'<td>{cell}</td>' for cell in row)}</tr>" for row in rows)
        return f"<html><body><table>{cells}</table></body></html>"

    heads = ("Device Name(Line)", "Description", "Status", "IPv4 Address")
    phones = table(heads, (PHONE, "Lab", "Unregistered", "None"), ("SEP00112233AAAA", "Lab", "Registered", ""))
    assert only(tmp_path / "phones", page=PAGE, phones=phones) == ["not-registered"]
    services = (("Cisco Tftp", "Running", "Activated"), ("Cisco CallManager", "Running", "Activated"))
    capf = "Cisco Certificate Authority Proxy Function"
    ill, well = (
        table((capf, *state), *services) for state in (("Not Running", "Deactivated"), ("Running", "Activated"))
    )
    assert only(tmp_path / "ill", page=PAGE, pub=ill) == ["capf-stopped"]
    assert only(tmp_path / "well", page=PAGE, pub=well) == []


@pytest.mark.parametrize(("server", "causes"), [("cucm-pub--CUCM", ["capf-stopped"]), ("cucm-sub1--CUCM", [])])
def test_a_saved_page_of_services_says_of_which_node_it_is(tmp_path: Path, server: str, causes: list[str]) -> None:
    rows = "".join(
        f"<tr><td>{name}</td><td>{state}</td></tr>"
        for name, state in (
            ("Server*", f"<select><option>x</option><option selected>{server} Voice/Video</option></select>"),
            ("Cisco Certificate Authority Proxy Function", "Not Running"),
            ("Cisco Tftp", "Running"),
            ("Cisco CallManager", "Running"),
        )
    )
    assert only(tmp_path, page=PAGE, control=f"<html><table>{rows}</table></html>") == causes


@pytest.mark.parametrize(("status", "causes"), [("UnRegistered", ["not-registered"]), ("Registered", [])])
def test_what_risport_answered_of_a_phone_is_its_registration(tmp_path: Path, status: str, causes: list[str]) -> None:
    answer = (
        "<Envelope><selectCmDeviceReturn><CmNodes><item><Name>cucm-sub1</Name><CmDevices><item><Name>{}</Name><Status>{}</Status></item>"
        "<item><Name>SEP00112233AAAA</Name><Status>Rejected</Status></item></CmDevices></item></CmNodes></selectCmDeviceReturn></Envelope>"
    )
    assert only(tmp_path, page=PAGE, ris=answer.format(PHONE, status)) == causes


@pytest.mark.parametrize(("ends", "causes"), [("2024", ["capf-certificate-unfit"]), ("2029", [])])
def test_capf_s_certificate_may_be_printed_by_openssl(tmp_path: Path, ends: str, causes: list[str]) -> None:
    printed = (
        "$ date\nMon Apr 15 09:20:11 CEST 2024\n$ openssl x509 -in CAPF.pem -text\n"
        "Certificate:\n    Data:\n        Version: 3 (0x2)\n"
        f"        Validity\n            Not Before: Mar 31 08:00:00 2019 GMT\n            Not After : Mar 31 08:00:00 {ends} GMT\n"
        "        Subject: CN = CAPF-1f2e, O = Example\n"
    )
    assert only(tmp_path, page=PAGE, certificate=printed) == causes


@given(st.text(), st.lists(st.sampled_from([">S", "<S.", ">.", "<R.", ">F.", SPOKE, UNKNOWN_CA])))
def test_no_capture_is_more_than_the_reader_can_bear(text: str, said: list[str]) -> None:
    shown = packets(f"{text}\n{as_tcpdump(*said)}{as_wireshark(*said)}{text}")
    vain, _ = in_vain(shown)
    assert all(one.line > 0 and one.text for one in vain)


@given(
    st.text(),
    st.lists(st.sampled_from(["<tr>", "<select>", "<option selected", ">", "<input value=", '"', "x", "</tr>", "\n"])),
)
def test_no_page_is_more_than_the_reader_can_bear(text: str, parts: list[str]) -> None:
    page = f"{''.join(parts)}{text}{saved(OPTIONS[0], '', 'Operation Pending')}"
    lines = as_copied(f"<html>{page}")
    assert lines is not None
    assert len(lines) >= page.count("\n") + 1
    assert not any("\n" in line for line in lines)
