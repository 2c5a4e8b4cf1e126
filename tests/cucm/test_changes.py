"""What a rollout writes beside updatePhone, and what it reads to see what others changed; over a simulated cluster's socket."""

import pytest

from lscctl.capf import AuthenticationMode, CertificateOperation, StatusKind
from lscctl.cucm.faults import AnswerLost, Throttled
from lscctl.cucm.together import MOST_PHONES, operation_statement
from lscctl.errors import UsageError
from lscctl.simulator.clock import ManualClock
from tests.cucm.bench import NOON, found, own_bench, step_for

VERSIONS = ("8.5", "11.0", "15.0")


def a_pkid(number: int) -> str:
    return f"{number:08x}-0000-4000-8000-000000000000"


# what a page of SQL tells beside the operation


@pytest.mark.parametrize("assume", ["ec-key-size-table=typekeysize", "ec-key-size-table=own"])
@pytest.mark.parametrize("version", VERSIONS)
def test_a_reading_says_the_same_of_model_pool_and_settings_as_the_plan_does(version: str, assume: str) -> None:
    with own_bench(version, assume, phones=120) as b:
        phones = found(b)
        reads = b.cluster.reads
        readings = b.cluster.read([phone.pkid for phone in phones])
        assert b.cluster.reads - reads == 1
        assert [(r.pkid, r.name, r.model, r.device_pool, r.profile_pkid, r.settings) for r in readings.values()] == [
            (p.pkid, p.name, p.model, p.device_pool, p.profile.pkid, p.profile.settings)
            for pkid in readings
            for p in phones
            if p.pkid == pkid
        ]
        assert len(readings) == len(phones)
        assert len({reading.settings for reading in readings.values()}) > 3


def test_a_profile_whose_mode_was_changed_shows_in_the_next_reading() -> None:
    with own_bench() as b:
        phone = next(p for p in found(b) if p.profile.settings and not p.profile.predefined)
        b.change(
            "update securityprofile set tkkeysize = 2, tkauthenticationmode = "
            "(select enum from typeauthenticationmode where name like '%LSC)') where pkid = ?",
            phone.profile.pkid,
        )
        settings = b.cluster.read([phone.pkid])[phone.pkid].settings
        assert settings is not None
        assert (settings.mode, settings.key_size) == (AuthenticationMode.LSC_FIRST, 1024)


def test_a_phone_without_a_profile_or_a_pool_can_be_read_all_the_same() -> None:
    with own_bench() as b:
        phone = found(b)[0]
        b.change("update device set fksecurityprofile = null, fkdevicepool = null where pkid = ?", phone.pkid)
        reading = b.cluster.read([phone.pkid])[phone.pkid]
        assert (reading.profile_pkid, reading.device_pool, reading.settings) == ("", "", None)


# what is under way


@pytest.mark.parametrize("over", ["operation-after-success=cleared", "operation-after-success=kept"])
@pytest.mark.parametrize("version", VERSIONS)
def test_pending_are_just_the_phones_that_have_something_under_way(version: str, over: str) -> None:
    with own_bench(version, over, phones=200, clock=ManualClock(NOON)) as b:
        registered = {
            row[0] for row in b.rows("select fkdevice from sim_phone where powered = 't' and expressway = 'f'")
        }
        ready = [p for p in found(b, models=("8845",)) if not p.pending and p.pkid in registered][:3]
        for phone in ready:
            b.cluster.write(step_for(phone), b.deadline, CertificateOperation.INSTALL)
        assert b.cluster.pending() == {phone.pkid for phone in ready}
        for phone in ready[:2]:
            b.cluster.apply(phone)
        b.wait(7200)
        assert b.cluster.pending() == {ready[2].pkid}


def test_an_operation_whose_time_has_passed_is_over_and_one_without_a_time_is_not() -> None:
    with own_bench(phones=200, clock=ManualClock(NOON)) as b:
        long_over = {phone.pkid for phone in found(b) if phone.pending}
        assert long_over
        in_time, endless = [phone for phone in found(b) if not phone.pending][:2]
        for phone in (in_time, endless):
            b.cluster.write(step_for(phone), b.deadline, CertificateOperation.INSTALL)
        b.change("update device set upgradefinishtime = '' where pkid = ?", endless.pkid)
        assert b.cluster.pending() == {in_time.pkid, endless.pkid}
        b.wait(6 * 3600)
        assert b.cluster.pending() == {endless.pkid}


def test_an_operation_beside_a_status_that_nobody_knows_counts_as_under_way() -> None:
    with own_bench() as b:
        first, second, third = [phone.pkid for phone in found(b) if not phone.pending][:3]
        b.change("insert into typecertificatestatus (enum, name, moniker) values (90, 'Successor of something', 'S')")
        for pkid, status in ((first, 90), (second, 1)):
            b.change(
                "update device set tkcertificateoperation = 2, tkcertificatestatus = ?, upgradefinishtime = '' where pkid = ?",
                status,
                pkid,
            )
        assert {first, second} <= b.cluster.pending()
        assert third not in b.cluster.pending()


def test_at_most_five_thousand_pending_phones_are_told_at_once() -> None:
    with own_bench(phones=5_200) as b:
        b.change(
            "update device set tkcertificateoperation = 2, tkcertificatestatus = 2, upgradefinishtime = '' where tkclass = 1"
        )
        pending = b.cluster.pending()
        assert len(pending) == 5_000
        assert max(pending) < min(
            {str(row[0]) for row in b.rows("select pkid from device where tkclass = 1")} - pending
        )


# writes


@pytest.mark.parametrize("version", VERSIONS)
def test_phones_written_together_have_what_a_write_of_each_gives_them(version: str) -> None:
    with own_bench(version) as b:
        ready = [phone for phone in found(b) if not phone.pending]
        together, alone, others = ready[:5], ready[5], ready[6:]
        before = {phone.pkid: b.cluster.read([phone.pkid])[phone.pkid] for phone in others}
        deadline = b.deadline
        writes = b.cluster.writes
        assert (
            b.cluster.write_together([step_for(phone) for phone in together], deadline, CertificateOperation.INSTALL)
            == 5
        )
        assert b.cluster.writes == writes + 1
        b.cluster.write(step_for(alone), deadline, CertificateOperation.INSTALL)
        readings = b.cluster.read([phone.pkid for phone in ready])
        expected = readings[alone.pkid]
        for phone in together:
            reading = readings[phone.pkid]
            assert reading.operation is expected.operation is CertificateOperation.INSTALL
            assert reading.status == expected.status
            assert reading.finish_time == expected.finish_time == deadline.text
            assert reading.settings == phone.profile.settings
            assert reading.profile_pkid == phone.profile.pkid
        assert {pkid: readings[pkid] for pkid in before} == before


def test_a_phone_that_is_gone_is_missing_from_the_count() -> None:
    with own_bench() as b:
        phones = [phone for phone in found(b) if not phone.pending][:3]
        b.truth.delete_phone(phones[0].pkid)
        assert (
            b.cluster.write_together([step_for(phone) for phone in phones], b.deadline, CertificateOperation.INSTALL)
            == 2
        )


def test_phones_written_together_enrol_once_they_are_applied() -> None:
    with own_bench(phones=120, clock=ManualClock(NOON)) as b:
        registered = {
            row[0] for row in b.rows("select fkdevice from sim_phone where powered = 't' and expressway = 'f'")
        }
        phones = [p for p in found(b, models=("8845", "8841")) if not p.pending and p.pkid in registered][:6]
        b.cluster.write_together([step_for(phone) for phone in phones], b.deadline, CertificateOperation.INSTALL)
        for phone in phones:
            b.cluster.apply(phone)
        b.wait(7200)
        readings = b.cluster.read([phone.pkid for phone in phones])
        assert len(readings) == 6
        assert {reading.status.kind for reading in readings.values()} <= {StatusKind.SUCCESS, StatusKind.FAILED}
        assert "Upgrade Success" in {reading.status.text for reading in readings.values()}


def test_a_full_queue_and_a_lost_answer_are_told_as_those_of_a_single_write() -> None:
    with own_bench() as b:
        steps = [step_for(phone) for phone in found(b) if not phone.pending][:2]
        b.server.disturb("http-503:executeSQLUpdate@1")
        with pytest.raises(Throttled):
            b.cluster.write_together(steps, b.deadline, CertificateOperation.INSTALL)
        b.server.disturb("drop-after:executeSQLUpdate@1")
        with pytest.raises(AnswerLost):
            b.cluster.write_together(steps, b.deadline, CertificateOperation.INSTALL)
        assert {step.phone.pkid for step in steps} <= b.cluster.pending()


@pytest.mark.parametrize("number", [0, MOST_PHONES + 1])
def test_no_statement_is_made_for_no_phone_or_for_too_many(number: int) -> None:
    with pytest.raises(UsageError, match="1 to 200 phones"):
        operation_statement(CertificateOperation.INSTALL, [a_pkid(each) for each in range(number)], "2026:11:25:18:00")


def test_the_statement_names_phones_by_pkid_only_and_types_in_no_number() -> None:
    statement = str(operation_statement(CertificateOperation.INSTALL, [a_pkid(1), a_pkid(2)], "2026:11:25:18:00"))
    head, _, condition = statement.partition(" where pkid in ")
    assert condition == f"('{a_pkid(1)}', '{a_pkid(2)}')"
    assert "tkcertificateoperation = (select enum from typecertificateoperation where name = 'Install/Upgrade')" in head
    assert "tkcertificatestatus = (select enum from typecertificatestatus where name = 'Operation Pending')" in head


def test_what_is_no_pkid_or_no_literal_never_gets_into_a_statement() -> None:
    with pytest.raises(UsageError, match="is not a pkid"):
        operation_statement(CertificateOperation.INSTALL, ["' or 1 = 1"], "2026:11:25:18:00")
    assert "'x''; drop'" in str(operation_statement(CertificateOperation.INSTALL, [a_pkid(1)], "x'; drop"))
    with pytest.raises(UsageError, match="finish time"):
        operation_statement(CertificateOperation.INSTALL, [a_pkid(1)], "2026\n")


@pytest.mark.parametrize("assume", ["status-after-cancel=none", "status-after-cancel=kept"])
@pytest.mark.parametrize("version", VERSIONS)
def test_a_phone_that_is_taken_back_has_nothing_under_way_and_is_not_restarted(version: str, assume: str) -> None:
    with own_bench(version, assume) as b:
        phone = next(p for p in found(b) if not p.pending)
        b.cluster.write(step_for(phone), b.deadline, CertificateOperation.INSTALL)
        b.cluster.take_back(phone)
        reading = b.cluster.read([phone.pkid])[phone.pkid]
        assert reading.operation is CertificateOperation.NONE
        assert not reading.pending
        assert reading.profile_pkid == phone.profile.pkid
        assert phone.pkid not in b.cluster.pending()
        assert b.server.requests["updatePhone", "ok"] == 2
        assert not any(operation in ("applyPhone", "doDeviceReset", "resetPhone") for operation, _ in b.server.requests)
