"""The phones' ITL status, wherever a cluster keeps it; the simulated databases here are what the real one is assumed to be."""

from collections.abc import Mapping, Sequence

import pytest

from lscctl.cucm.clock import Query
from lscctl.cucm.faults import AxlFault, Unreachable
from lscctl.cucm.itl_status import PAGE, ItlStatus, read_itl_status
from lscctl.cucm.sql import Sql
from tests.cucm.bench import own_bench

Rows = Sequence[Mapping[str, str]]


def pkid(number: int) -> str:
    return f"{number:08x}-0000-0000-0000-000000000000"


def cluster(catalog: Rows, *pages: Rows, asked: list[str] | None = None) -> Query:
    """A cluster whose catalog says this, and that answers the questions about phones with these pages."""
    answers = iter((catalog, *pages))

    def query(statement: Sql) -> Rows:
        if asked is not None:
            asked.append(str(statement))
        return next(answers)

    return query


def test_a_number_beside_the_registration_is_read_by_its_type_table() -> None:
    asked: list[str] = []
    rows = [{"pkid": pkid(1), "itl": "Mismatch"}, {"pkid": pkid(2).upper(), "itl": "Not Installed"}]
    found = read_itl_status(cluster([{"tabname": "RegistrationDynamic", "colname": "tkItlStatus"}], rows, asked=asked))
    assert found == {pkid(1): ItlStatus.MISMATCH, pkid(2): ItlStatus.NOT_INSTALLED}
    assert "inner join registrationdynamic s on s.fkdevice = d.pkid" in asked[1]
    assert "inner join typeitlstatus t on s.tkitlstatus = t.enum" in asked[1]


def test_a_text_beside_the_phone_is_read_as_it_is() -> None:
    asked: list[str] = []
    rows = [{"pkid": pkid(1), "itl": "NOT INSTALLED"}]
    found = read_itl_status(cluster([{"tabname": "device", "colname": "itlstatus"}], rows, asked=asked))
    assert found == {pkid(1): ItlStatus.NOT_INSTALLED}
    assert "select first 2000 d.pkid, d.itlstatus as itl from device d" in asked[1]


def test_many_phones_take_a_page_for_thousands_of_them() -> None:
    asked: list[str] = []
    first = [{"pkid": pkid(number), "itl": "Mismatch"} for number in range(PAGE)]
    rest = [{"pkid": pkid(PAGE), "itl": "Mismatch"}]
    found = read_itl_status(cluster([{"tabname": "device", "colname": "itlstatus"}], first, rest, asked=asked))
    assert found is not None
    assert len(found) == PAGE + 1
    assert len(asked) == 3
    assert f"d.pkid > '{pkid(PAGE - 1)}'" in asked[2]


@pytest.mark.parametrize("catalog", [[], [{"tabname": "somethingelse", "colname": "itlstatus"}]])
def test_a_cluster_without_such_a_column_does_not_report_it(catalog: Rows) -> None:
    assert read_itl_status(cluster(catalog)) is None


def test_a_catalog_that_cannot_be_read_is_a_fault_as_a_lost_connection_is_and_not_nothing_to_tell() -> None:
    def refused(statement: Sql) -> Rows:
        raise AxlFault(272, "No SELECT permission.", "executeSQLQuery")

    def gone(statement: Sql) -> Rows:
        raise Unreachable("nobody there")

    with pytest.raises(AxlFault, match="No SELECT permission"):
        read_itl_status(refused)
    with pytest.raises(Unreachable):
        read_itl_status(gone)


@pytest.mark.parametrize(
    ("place", "written"),
    [
        (
            "registrationdynamic",
            "update registrationdynamic set tkitlstatus = (select enum from typeitlstatus where name = ?)",
        ),
        ("device", "update device set itlstatus = ?"),
    ],
)
def test_a_simulated_cluster_tells_it_wherever_it_keeps_it(place: str, written: str) -> None:
    with own_bench("15.0", f"itl-status={place}", phones=12) as bench:
        key = "fkdevice" if place == "registrationdynamic" else "pkid"
        phones = [str(pkid) for (pkid,) in bench.rows(f"select {key} from {place} order by {key}")]
        assert bench.cluster.itl_status() == {}
        bench.change(f"{written} where {key} = ?", "Mismatch", phones[0])
        bench.change(f"{written} where {key} = ?", "Not Installed", phones[1])
        bench.change(f"{written} where {key} = ?", "Unknown", phones[2])
        wanted = {phones[0]: ItlStatus.MISMATCH, phones[1]: ItlStatus.NOT_INSTALLED}
        assert bench.cluster.itl_status() == wanted


@pytest.mark.parametrize(("version", "place"), [("15.0", "none"), ("12.5", "device")])
def test_a_simulated_cluster_that_keeps_none_does_not_report_it(version: str, place: str) -> None:
    with own_bench(version, f"itl-status={place}", phones=2) as bench:
        assert bench.cluster.itl_status() is None
