"""Authentication strings on their way to a cluster and off it again: written, compared, cleared, and never shown."""

import pytest

from lscctl.auth_string import AuthString, StringAtCluster
from lscctl.capf import CertificateOperation
from lscctl.cucm.faults import AxlFault
from lscctl.cucm.secrets import masked
from lscctl.cucm.together import operation_statement
from lscctl.phone import Phone
from tests.cucm.bench import Bench, found, own_bench, step_for

VERSIONS = ("8.5", "11.0", "15.0")
INSTALL = CertificateOperation.INSTALL
STRING = AuthString("0073519028")


def string_of(bench: Bench, phone: Phone) -> str:
    return str(bench.rows("select authenticationstring from device where pkid = ?", phone.pkid)[0][0])


def an_idle_phone(bench: Bench, number: int = 0) -> Phone:
    return [phone for phone in found(bench) if not phone.pending and phone.profile.settings][number]


@pytest.mark.parametrize("version", VERSIONS)
def test_a_string_is_written_with_its_operation_and_seen_again_as_the_one_handed_out(version: str) -> None:
    with own_bench(version) as b:
        phone = an_idle_phone(b)
        b.cluster.write(step_for(phone), b.deadline, INSTALL, STRING)
        assert string_of(b, phone) == "0073519028"
        reading = b.cluster.read([phone.pkid], {phone.pkid: STRING})[phone.pkid]
        assert (reading.string, reading.operation) == (StringAtCluster.HANDED_OUT, INSTALL)
        assert "0073519028" not in repr(reading)
        other = b.cluster.read([phone.pkid], {phone.pkid: AuthString("73519028")})[phone.pkid]
        assert other.string is StringAtCluster.ANOTHER


def test_a_phone_without_a_string_of_ours_keeps_its_own_and_is_not_asked_for_it() -> None:
    with own_bench() as b:
        phone = an_idle_phone(b)
        b.change("update device set authenticationstring = '4711' where pkid = ?", phone.pkid)
        b.cluster.write(step_for(phone), b.deadline, INSTALL)
        assert string_of(b, phone) == "4711"
        assert b.cluster.read([phone.pkid])[phone.pkid].string is StringAtCluster.NOT_ASKED


@pytest.mark.parametrize("version", VERSIONS)
def test_many_strings_are_written_by_one_statement_and_every_other_phone_keeps_its_own(version: str) -> None:
    with own_bench(version, phones=120) as b:
        phones = [phone for phone in found(b) if not phone.pending and phone.profile.settings][:50]
        b.change("update device set authenticationstring = '4711'")
        strings = {phone.pkid: AuthString(f"{number:08}") for number, phone in enumerate(phones[:40])}
        writes = b.cluster.writes
        changed = b.cluster.write_together([step_for(phone) for phone in phones], b.deadline, INSTALL, strings)
        assert (changed, b.cluster.writes - writes) == (50, 1)
        held = b.rows("select pkid, authenticationstring from device where tkclass = 1")
        assert {pkid: text for pkid, text in held if text != "4711"} == {
            pkid: string.reveal() for pkid, string in strings.items()
        }
        readings = b.cluster.read([phone.pkid for phone in phones], strings)
        assert {pkid for pkid, one in readings.items() if one.string is StringAtCluster.HANDED_OUT} == set(strings)


def test_a_statement_with_strings_is_shown_without_them() -> None:
    pkids = [f"{number:08x}-0000-4000-8000-000000000000" for number in range(3)]
    strings = {pkid: AuthString(f"735190{number}") for number, pkid in enumerate(pkids)}
    statement = str(operation_statement(INSTALL, pkids, "2026:11:28:04:00", strings))
    assert all(string.reveal() in statement for string in strings.values())
    shown = masked(f"<sql>{statement}</sql>")
    assert not any(string.reveal() in shown for string in strings.values())
    assert all(pkid in shown for pkid in pkids)


@pytest.mark.parametrize("version", VERSIONS)
def test_a_string_is_cleared_where_the_cluster_takes_an_empty_one(version: str) -> None:
    with own_bench(version) as b:
        phone = an_idle_phone(b)
        b.change("update device set authenticationstring = '4711' where pkid = ?", phone.pkid)
        b.cluster.clear_string(phone)
        assert string_of(b, phone) == ""
        assert b.cluster.read([phone.pkid], {phone.pkid: STRING})[phone.pkid].string is StringAtCluster.NONE


def test_where_it_passes_over_an_empty_one_the_next_reading_shows_it() -> None:
    with own_bench("15.0", "auth-string-cleared=ignored") as b:
        phone = an_idle_phone(b)
        b.change("update device set authenticationstring = ? where pkid = ?", STRING.reveal(), phone.pkid)
        b.cluster.clear_string(phone)
        assert b.cluster.read([phone.pkid], {phone.pkid: STRING})[phone.pkid].string is StringAtCluster.HANDED_OUT


def test_where_it_refuses_an_empty_one_sql_still_clears_many_at_once() -> None:
    with own_bench("15.0", "auth-string-cleared=refused", "settings-without-operation=refused") as b:
        phones = [an_idle_phone(b, number) for number in range(3)]
        b.change("update device set authenticationstring = '4711' where tkclass = 1")
        with pytest.raises(AxlFault, match="No Pending Operation"):
            b.cluster.clear_string(phones[0])
        assert b.cluster.clear_strings_together(phones[:2]) == 2
        assert [string_of(b, phone) for phone in phones] == ["", "", "4711"]


def test_an_operation_is_taken_back_with_its_string_even_where_none_can_be_cleared_without_an_operation() -> None:
    with own_bench("15.0", "auth-string-cleared=refused", "settings-without-operation=refused") as b:
        phone = an_idle_phone(b)
        b.cluster.write(step_for(phone), b.deadline, INSTALL, STRING)
        b.cluster.take_back(phone, clears_string=True)
        reading = b.cluster.read([phone.pkid], {phone.pkid: STRING})[phone.pkid]
        assert (reading.string, reading.operation) == (StringAtCluster.NONE, CertificateOperation.NONE)


def test_the_strings_that_a_keypad_can_type_are_told_of_all_phones() -> None:
    with own_bench() as b:
        phones = found(b)
        b.change("update device set authenticationstring = ''")
        for phone, text in zip(phones, ("4711", "0815", "secret!", "123"), strict=False):
            b.change("update device set authenticationstring = ? where pkid = ?", text, phone.pkid)
        held = b.cluster.authentication_strings()
        assert held == {phones[0].pkid: AuthString("4711"), phones[1].pkid: AuthString("0815")}
