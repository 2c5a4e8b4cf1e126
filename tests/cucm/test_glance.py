"""What a glance tells of phones: as much as a watch needs, of all of them in one page."""

import pytest

from lscctl.cucm.inventory import POLL_PAGE
from tests.cucm.bench import found, own_bench
from tests.cucm.test_inventory import Table, inventory, pkid


@pytest.mark.parametrize("version", ["8.5", "11.0", "11.5", "15.0"])
def test_a_glance_tells_what_a_look_does_whether_all_phones_are_asked_for_or_some(version: str) -> None:
    with own_bench(version, phones=120) as bench:
        phones = {phone.pkid: phone for phone in found(bench)}
        few = list(phones)[:7]
        assert bench.cluster.glance(few) == {pkid: phones[pkid].glance for pkid in few}
        before = bench.cluster.reads
        many = bench.cluster.glance([*phones, *([pkid(1)] * POLL_PAGE)])
        assert bench.cluster.reads == before + 1
        assert many == {phone.pkid: phone.glance for phone in phones.values()}


def test_a_phone_that_is_gone_is_absent_from_a_glance() -> None:
    with own_bench("15.0", phones=40) as bench:
        gone, *rest = (phone.pkid for phone in found(bench))
        bench.change("DELETE FROM device WHERE pkid = ?", gone)
        assert set(bench.cluster.glance([gone, *rest])) == set(rest)


def test_where_an_answer_may_not_hold_so_many_the_pages_stay_small() -> None:
    table = Table(1500, most=844)
    looking = inventory(table)
    everyone = [pkid(number) for number in range(1, 1501)]
    assert len(looking.glance(everyone)) == 1500
    table.statements.clear()
    looking.glance(everyone)
    assert len(table.statements) == 2
