"""How phones are read by pages; what they say is shown in test_cluster, against a simulated cluster."""

import re
from collections.abc import Mapping

import pytest

from lscctl.cucm.faults import AnswerTooLarge, BadAnswer
from lscctl.cucm.inventory import Features, Inventory
from lscctl.cucm.model_support import SupportTable
from lscctl.cucm.selection import Selection
from lscctl.cucm.sql import Sql
from lscctl.phone import PhoneQuery

ALL = Selection(PhoneQuery(), (), lambda phone: True)


def pkid(number: int) -> str:
    return f"{number:08x}-0000-0000-0000-000000000000"


class Table:
    """`count` phones; an answer of more than `most` rows is too large, and one phone goes away after the first page."""

    def __init__(self, count: int, *, most: int = 10_000, suggest: bool = True, shrinking: bool = False) -> None:
        self.numbers = list(range(1, count + 1))
        self.most, self.suggest, self.shrinking = most, suggest, shrinking
        self.statements: list[str] = []

    def query(self, statement: Sql) -> list[Mapping[str, str]]:
        text = str(statement)
        self.statements.append(text)
        if "productsupportsfeature" in text or "from securityprofile sp" in text or "enum, name" in text:
            return []
        if "d.pkid in (" in text:
            wanted = re.findall(r"'([0-9a-f-]{36})'", text)
            numbers = [number for number in self.numbers if pkid(number) in wanted]
        else:
            first = re.search(r"select first (\d+)", text)
            after = re.search(r"d\.pkid > '(.*?)'", text)
            assert first
            assert after
            assert text.endswith("order by d.pkid")
            numbers = [number for number in self.numbers if pkid(number) > after[1]][: int(first[1])]
        if len(numbers) > self.most:
            raise AnswerTooLarge(-1, "Query request too large.", "executeSQLQuery", self.most if self.suggest else None)
        if self.shrinking and numbers:
            self.numbers.remove(numbers[0])
            self.shrinking = False
        return [self.row(number) for number in numbers]

    def row(self, number: int, **changes: str) -> Mapping[str, str]:
        texts = dict.fromkeys(
            (
                "description",
                "profilepkid",
                "status",
                "finishtime",
                "publickey",
                "locationname",
                "poolname",
                "authmode",
                "keysize",
            ),
            "",
        )
        row = {
            "pkid": pkid(number).upper(),
            "name": f"SEP{number:012X}",
            "model": "Cisco 8845",
            "protocol": "SIP",
            "operation": "",
            "op": "1",
            "st": "1",
            "hasstring": "f",
            "clock": "2026-07-01 14:00:00",
        }
        return texts | row | changes


def inventory(table: Table) -> Inventory:
    return Inventory(table.query, Features(key_order=False, lsc_columns=False), lambda told, asked: None, lambda: 0.0)


def test_two_thousand_phones_take_three_pages() -> None:
    table = Table(2000)
    assert len(inventory(table).phones(ALL)) == 2000
    assert sum("from device d" in statement for statement in table.statements) == 3


def test_a_phone_deleted_meanwhile_hides_no_other_one() -> None:
    table = Table(2500, shrinking=True)
    assert len(inventory(table).phones(ALL)) == 2500


@pytest.mark.parametrize("suggest", [True, False])
def test_pages_shrink_to_what_the_cluster_suggests_and_no_phone_is_lost_or_doubled(suggest: bool) -> None:
    table = Table(1500, most=844, suggest=suggest)
    phones = inventory(table).phones(ALL)
    assert len({phone.pkid for phone in phones}) == len(phones) == 1500
    assert len(table.statements) <= 7


def test_where_even_one_row_is_too_large_the_fault_is_told() -> None:
    with pytest.raises(AnswerTooLarge):
        inventory(Table(5, most=0, suggest=False)).phones(ALL)


def test_a_poll_that_is_too_large_is_told_and_phones_that_are_gone_are_absent() -> None:
    with pytest.raises(AnswerTooLarge):
        inventory(Table(500, most=200)).read([pkid(number) for number in range(1, 600)])
    readings = inventory(Table(500)).read([pkid(number) for number in range(1, 600)])
    assert sorted(readings) == [pkid(number) for number in range(1, 501)]
    assert inventory(Table(5)).read([]) == {}


def test_a_poll_of_five_hundred_phones_is_one_page() -> None:
    table = Table(500)
    inventory(table).read([pkid(number) for number in range(1, 501)])
    assert len(table.statements) == 1


def test_an_operation_that_nobody_knows_is_not_guessed_at(monkeypatch: pytest.MonkeyPatch) -> None:
    table = Table(1)
    monkeypatch.setattr(table, "row", lambda number: Table(0).row(number, operation="Replace"))
    with pytest.raises(BadAnswer, match="'Replace', which lscctl does not know"):
        inventory(table).read([pkid(1)])


@pytest.mark.parametrize("said", ["253402300799", "1900000000000", "9" * 400, "-5", "\u00b2", "soon", " ", "0"])
def test_an_end_that_no_calendar_has_is_not_known(monkeypatch: pytest.MonkeyPatch, said: str) -> None:
    table = Table(1)
    row = table.row(1, lscvaliduntil=said, lscissuervaliduntil=said, lscissuername="CN=CAPF-0a1b2c3d")
    monkeypatch.setattr(table, "row", lambda _number: row)
    (phone,) = inventory(table).phones(ALL)
    assert (phone.lsc.valid_until, phone.lsc.issuer_valid_until, phone.lsc.present) == (None, None, True)


def test_what_a_version_lacks_is_said() -> None:
    assert Features.of((12, 5)).notes == ()
    assert len(Features.of((11, 0)).notes) == 1
    assert len(Features.of((10, 5)).notes) == 2
    assert Features.of((8, 0)) == Features(key_order=False, lsc_columns=False)


def support_row(model: str, protocol: str, sbd: int, features: int = 5) -> Mapping[str, str]:
    return {"model": model, "protocol": protocol, "features": str(features), "sbd": str(sbd)}


def test_security_by_default_is_told_by_model_and_protocol() -> None:
    table = SupportTable(
        [support_row("Cisco 8845", "SIP", 1), support_row("Cisco 7940", "SCCP", 0), support_row("Cisco 7841", "", 1)]
    )
    assert table.of("Cisco 8845", "SIP").security_by_default is True
    assert table.of("Cisco 7940", "SCCP").security_by_default is False
    assert table.of("Cisco 7841", "SIP").security_by_default is True
    assert table.of("Cisco 9999", "SIP").security_by_default is None


def test_a_cluster_that_tells_the_feature_of_no_model_says_nothing_by_it() -> None:
    assert SupportTable([support_row("Cisco 8845", "SIP", 0)]).of("Cisco 8845", "SIP").security_by_default is None


def test_phones_whose_last_firmware_is_older_than_ec_make_no_ec_keys() -> None:
    table = SupportTable([])
    assert table.of("Cisco 7965", "SCCP").elliptic_curves is False
    assert table.of("Cisco 9971", "SIP").largest_rsa_key == 2048
    assert table.of("Cisco 8845", "SIP").elliptic_curves is None


def test_keys_are_kept_as_short_digests_that_differ_where_the_keys_do() -> None:
    table = Table(0)
    keys = ["", "A" * 400, "A" * 399 + "B", "A" * 400]
    rows = [table.row(number, publickey=key) for number, key in enumerate(keys, start=1)]
    readings = Inventory(
        lambda statement: rows, Features(key_order=False, lsc_columns=False), lambda told, asked: None, lambda: 0.0
    ).read([pkid(1)])
    none, first, other, same = (readings[pkid(number)].lsc.public_key for number in range(1, 5))
    assert none is None
    assert first is not None
    assert first == same != other
    assert len(first) < 40
