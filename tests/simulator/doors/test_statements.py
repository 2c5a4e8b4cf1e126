import pytest

from lscctl.simulator.doors.statements import shown
from tests.simulator.doors.client import Client


def test_rows_are_text_with_columns_in_lower_case_and_empty_elements_for_null(axl: Client) -> None:
    rows = axl.sql("SELECT FIRST 1 Name, tkModel AS Number, publickey FROM Device WHERE publickey IS NULL")
    assert list(rows[0]) == ["name", "number", "publickey"]
    assert rows[0]["publickey"] == ""


def test_a_query_without_rows_has_an_empty_return(axl: Client) -> None:
    answer = axl.call("executeSQLQuery", "<sql>select name from device where name = 'nobody'</sql>")
    assert answer.find("return") is not None
    assert not list(answer.iter("row"))


@pytest.mark.parametrize(
    ("statement", "code"),
    [("selekt 1", "201"), ("select nothing from device", "217"), ("select * from sim_cluster", "206")],
)
def test_what_informix_refuses_is_a_fault_with_its_number(axl: Client, statement: str, code: str) -> None:
    assert axl.fault("executeSQLQuery", f"<sql>{statement}</sql>").axlcode == code


def test_the_number_of_changed_rows_is_told(axl: Client) -> None:
    answer = axl.call("executeSQLUpdate", "<sql>update device set description = 'by SQL' where tkclass = 1</sql>")
    phones = int(axl.sql("select count(*) n from device where tkclass = 1")[0]["n"])
    assert answer.findtext("return/rowsUpdated") == str(phones)
    assert axl.fault("executeSQLUpdate", "<sql>select name from device</sql>").axlcode == "260"


def test_an_operation_set_by_sql_is_seen_through_axl(axl: Client) -> None:
    name = axl.sql("select first 1 name from device where tkmodel = 36224 and tkcertificateoperation = 1")[0]["name"]
    axl.call(
        "executeSQLUpdate",
        "<sql>update device set tkcertificatestatus=2, tkcertificateoperation=2, upgradefinishtime='2026:11:30:12:00' "
        f"where name='{name}'</sql>",
    )
    assert axl.phone(name, "certificateOperation", "certificateStatus", "upgradeFinishTime") == {
        "certificateOperation": "Install/Upgrade",
        "certificateStatus": "Operation Pending",
        "upgradeFinishTime": "2026:11:30:12:00",
    }


def test_flags_are_booleans_as_informix_knows_them(axl: Client) -> None:
    def count(condition: str) -> int:
        return int(axl.sql(f"select count(*) n from device d where d.tkclass = 1 and {condition}")[0]["n"])

    everybody = count("1 = 1")
    for condition in ("d.isactive", "d.isactive = 'T'", "isactive = 't'", "d.isactive in ('t')", "not d.isprotected"):
        assert count(condition) == everybody, condition
    for condition in ("d.isactive = 'x'", "d.isactive = 1", "d.isactive = 'true'"):
        statement = f"<sql>select count(*) from device d where {condition}</sql>"
        assert axl.fault("executeSQLQuery", statement).axlcode == "1260", condition
    assert axl.fault("executeSQLUpdate", "<sql>update device set isactive = 'yes'</sql>").axlcode == "1260"
    standard = axl.sql("select isstandard, count(*) n from securityprofile group by isstandard order by 1")
    assert [row["isstandard"] for row in standard] == ["f", "t"]


def test_the_log_shows_verb_and_tables_and_never_a_literal() -> None:
    statement = "UPDATE device SET authenticationstring = '1234 from secret' WHERE name IN (SELECT name FROM phones)"
    assert shown(statement) == "update device phones"
    assert shown("") == "-"
