"""Of which phone a copied page, an answer of AXL's and a row of a table are, and what they say of its operation."""

from pathlib import Path
from typing import Final

import pytest

from tests.diagnosis.logs import named
from tests.diagnosis.test_bundles import PAGE, PHONE, found, only

COPIED: Final = (
    "Phone Information\n{}\nCertificate Operation: Install/Upgrade\nAuthentication Mode: By Null String\n"
    "{}: Upgrade Failed: Invalid Authentication String\n"
)
OTHER: Final = "SEPAABBCCDDEEFF"
ROW: Final = (
    '<phone uuid="x">{between}<name>{phone}</name>{between}<description>replaces {other}</description>{between}'
    "<certificateOperation>Install/Upgrade</certificateOperation>{between}<authenticationMode>By Null String"
    "</authenticationMode>{between}<authenticationString/><certificateStatus>{status}</certificateStatus></phone>\n"
)
ANSWER: Final = (
    '<soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/"><soapenv:Body><ns:{call}Response>'
    "<return>\n{phones}</return></ns:{call}Response></soapenv:Body></soapenv:Envelope>\n"
)
INVALID: Final = "Upgrade Failed: Invalid Authentication String"


@pytest.mark.parametrize(
    "head",
    [
        f"MAC Address: 001122334455\nDescription: replaces {OTHER}",
        f"Description: replaces {OTHER}\nMAC Address: 00:11:22:33:44:55",
        f"Description: replaces {OTHER}\nDevice Name: {PHONE}",
        f"Owner: somebody, {PHONE}",
    ],
)
def test_a_copied_page_is_of_the_phone_whose_address_or_name_it_shows(tmp_path: Path, head: str) -> None:
    (one,) = found(tmp_path, page=COPIED.format(head, "Certificate Operation Status"))
    assert one.phone == PHONE


def test_a_copied_page_that_names_two_phones_alike_is_of_neither(tmp_path: Path) -> None:
    page = COPIED.format(f"Description: {PHONE} replaces {OTHER}", "Certificate Operation Status")
    assert [one.phone for one in found(tmp_path, page=page)] == [""]


def test_the_operation_s_status_says_the_same_whatever_it_is_called(tmp_path: Path) -> None:
    page = f"MAC Address: {PHONE[3:]}"
    causes = {
        label: only(tmp_path / label, page=COPIED.format(page, label))
        for label in ("Certificate Operation Status", "Certificate Status", "Status of operation")
    }
    assert len({tuple(told) for told in causes.values()}) == 1, causes
    assert causes["Certificate Status"]
    assert "capf-certificate-differs" not in causes["Certificate Status"]


@pytest.mark.parametrize("head", ["", '<?xml version="1.0" encoding="UTF-8"?>\n'])
@pytest.mark.parametrize("between", ["", "\n"])
def test_each_phone_of_axl_s_list_is_told_by_itself(tmp_path: Path, head: str, between: str) -> None:
    phones = ROW.format(phone=PHONE, other=OTHER, status="Upgrade Success", between=between)
    phones += ROW.format(phone=OTHER, other=PHONE, status=INVALID, between=between)
    told = found(tmp_path / "list", answer=head + ANSWER.format(call="listPhone", phones=phones))
    alone = ROW.format(phone=OTHER, other=PHONE, status=INVALID, between=between)
    (one,) = found(tmp_path / "get", answer=head + ANSWER.format(call="getPhone", phones=alone))
    page = COPIED.format(f"MAC Address: {OTHER[3:]}", "Certificate Operation Status")
    (copied,) = found(tmp_path / "page", page=page)
    assert {each.phone: named(each) for each in told} == {PHONE: [], OTHER: named(copied)}
    assert (one.phone, named(one)) == (OTHER, named(copied))


def test_of_a_phone_s_rows_in_one_table_the_last_counts(tmp_path: Path) -> None:
    head, row = "Device Name,Certificate Operation Status\n", "{},{}\n"
    ill, well = row.format(PHONE, "Upgrade Failed: Invalid LSC"), row.format(PHONE, "Upgrade Success")
    assert only(tmp_path / "healed", page=PAGE, rows=head + ill + well) == []
    assert only(tmp_path / "broke", page=PAGE, rows=head + well + ill) == ["lsc-issuer-not-trusted"]
