"""What firewalls dropped, and captures show unanswered, counts for the phone whose address it is, and for no other."""

from pathlib import Path

import pytest

from lscctl.diagnosis.case import Case
from lscctl.diagnosis.mailed import Given, gather, join_given, read_given
from lscctl.diagnosis.sightings import Questions, Sightings
from tests.diagnosis.logs import KNOWLEDGE, log, named
from tests.diagnosis.test_beside import DENIED, packets
from tests.diagnosis.test_bundles import OTHER, PHONE, found, only, session
from tests.diagnosis.test_many_in_one_log import C, lines

ADDRESSES = {PHONE: "10.20.1.17", OTHER: "10.20.1.18"}


def page(phone: str) -> str:
    rows = f"<tr><td>Host name</td><td>{phone}</td></tr><tr><td>IP address</td><td>{ADDRESSES[phone]}</td></tr>"
    return f"<html><body><table>{rows}</table></body></html>"


def dropped(address: str) -> str:
    return "".join(DENIED.format(second, address, "3804") for second in (10, 20, 30))


def captured(address: str) -> str:
    return packets(">S", ">S", ">S").replace("10.20.1.17", address)


@pytest.mark.parametrize("told", [dropped, captured])
def test_it_counts_for_the_phone_alone_whose_address_it_is(tmp_path: Path, told: object) -> None:
    assert callable(told)
    both = {f"{phone}__page": page(phone) for phone in ADDRESSES}
    for phone, address in ADDRESSES.items():
        causes = {one.phone: named(one) for one in found(tmp_path / phone, net=told(address), **both)}
        assert causes == {one: ["capf-port-unreachable"] if one == phone else [] for one in ADDRESSES}
    causes = {one.phone: named(one) for one in found(tmp_path / "another", net=told("10.20.9.9"), **both)}
    assert causes == {PHONE: [], OTHER: []}


@pytest.mark.parametrize("told", [dropped, captured])
def test_for_the_only_phone_another_address_counts_as_long_as_its_own_is_not_known(
    tmp_path: Path, told: object
) -> None:
    assert callable(told)
    assert only(tmp_path / "known", page=page(PHONE), net=told("10.20.9.9")) == []
    assert only(tmp_path / "own", page=page(PHONE), net=told(ADDRESSES[PHONE])) == ["capf-port-unreachable"]
    unknown = log(f"JAVA-device name [{PHONE}]")
    assert only(tmp_path / "unknown", log=unknown, net=told("10.20.9.9")) == ["capf-port-unreachable"]


def test_nobody_knows_whose_it_is_of_several_phones_without_addresses(tmp_path: Path) -> None:
    logs = {f"{phone}__log": log("JAVA-hello") for phone in ADDRESSES}
    assert [named(one) for one in found(tmp_path, firewall=dropped("10.20.1.17"), **logs)] == [[], []]


def test_a_capture_in_which_others_are_answered_tells_of_a_phone_whose_address_is_known_only(tmp_path: Path) -> None:
    both = captured("10.20.1.17") + packets(">S", "<S.", ">.").replace("10.20.1.17", "10.20.1.99").partition("\n")[2]
    assert only(tmp_path / "known", page=page(PHONE), capture=both) == ["capf-port-unreachable"]
    assert only(tmp_path / "unknown", log=log(f"JAVA-device name [{PHONE}]"), capture=both) == []


def test_the_address_before_a_phone_s_lines_in_a_log_server_s_is_its_own(tmp_path: Path) -> None:
    mixed = "\n".join([*lines(C, ["JAVA-SIPCC hello"]), *lines("10.20.1.18", ["JAVA-SIPCC hello"])])
    causes = {one.phone: named(one) for one in found(tmp_path, syslog=mixed, firewall=dropped(C))}
    assert causes == {C: ["capf-port-unreachable"], "10.20.1.18": []}


def test_phones_that_are_asked_are_known_by_the_addresses_that_the_cluster_tells(tmp_path: Path) -> None:
    file = tmp_path / "firewall.txt"
    file.write_text(dropped("10.20.1.17"))
    cases = [Case(Sightings(Questions(KNOWLEDGE.conditions())), phone) for phone in ADDRESSES]
    join_given(
        read_given([Given(str(file))], KNOWLEDGE), cases, {address: phone for phone, address in ADDRESSES.items()}
    )
    told = {case.phone: named(case.diagnosis(KNOWLEDGE)) for case in cases}
    assert told == {PHONE: ["capf-port-unreachable"], OTHER: []}
    assert gather([Given(str(file))], KNOWLEDGE)[0].phone == ""


SCREEN = "Security configuration\nIPv4 address: {}\nLSC: Installed\nMIC: Installed\n"
COPIED = (
    "Phone Information\nMAC Address: 001122334455\nIPv4 Address: {}\nCertificate Operation: No Pending Operation\n"
    "Authentication Mode: By Null String\n"
)


@pytest.mark.parametrize("told", [dropped, captured])
@pytest.mark.parametrize("shown", [SCREEN, COPIED])
def test_a_screen_and_a_copied_page_tell_the_phone_s_address_too(tmp_path: Path, told: object, shown: str) -> None:
    assert callable(told)
    files = {"shown_dot_txt": shown.format("10.20.1.17")}
    assert only(tmp_path / "other", net=told("10.20.1.99"), **files) == []
    assert only(tmp_path / "own", net=told("10.20.1.17"), **files) == ["capf-port-unreachable"]
    files = {"shown_dot_txt": shown.format("(none)")}
    assert only(tmp_path / "unknown", net=told("10.20.1.99"), **files) == ["capf-port-unreachable"]


@pytest.mark.parametrize("told", [dropped, captured])
@pytest.mark.parametrize("column", ["IPv4 Address", "IP Address"])
def test_of_a_list_of_phones_it_counts_for_the_one_in_whose_row_the_address_is(
    tmp_path: Path, told: object, column: str
) -> None:
    assert callable(told)
    rows = "".join(f"{phone},{address},Upgrade Success\n" for phone, address in ADDRESSES.items())
    table = f"Device Name,{column},Certificate Operation Status\n{rows}"
    causes = {one.phone: named(one) for one in found(tmp_path, net=told("10.20.1.17"), list_dot_csv=table)}
    assert causes == {PHONE: ["capf-port-unreachable"], OTHER: []}


def test_a_trace_of_others_does_not_keep_it_from_the_only_phone_that_is_asked(tmp_path: Path) -> None:
    trace = session("SEP00112233BBBB", 7, "END_SESSION, success") + session(OTHER, 8, "END_SESSION, success")
    files = {"firewall.txt": dropped("10.20.1.17"), "capf_trace.txt": trace}
    for name, text in files.items():
        (tmp_path / name).write_text(text)
    case = Case(Sightings(Questions(KNOWLEDGE.conditions())), PHONE)
    join_given(read_given([Given(str(tmp_path))], KNOWLEDGE), [case], {})
    assert "capf-port-unreachable" in named(case.diagnosis(KNOWLEDGE))
