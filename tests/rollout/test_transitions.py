"""What a reading means, rule by rule, without any run."""

from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lscctl.capf import AuthenticationMode, CertificateOperation, CertificateStatus
from lscctl.deadline import Deadline
from lscctl.outcome import PhoneState
from lscctl.phone import Lsc, Reading
from lscctl.plan import Step
from lscctl.rollout import transitions
from lscctl.rollout.record import Record
from lscctl.rollout.standing import Call
from lscctl.rollout.transitions import MOST_WRITES, Verdict
from tests.rollout.fakes import PROFILE, SETTINGS, fake_phone

INSTALL = CertificateOperation.INSTALL
DEADLINE = Deadline(datetime(2030, 1, 31, 4, tzinfo=ZoneInfo("Europe/Berlin")))
OLD_LSC = Lsc(1_800_000_000, "CN=CAPF-1", public_key="old")
NEW_LSC = Lsc(1_900_000_000, "CN=CAPF-1", public_key="new")


def record_of(
    status: str = "None", lsc: Lsc = OLD_LSC, *, seen_pending: bool = False, apply: Call = Call.DONE
) -> Record:
    """A phone that was written, found so at the cluster beside the status it had before, and applied."""
    record = Record(Step(fake_phone(1, status=status, lsc=lsc).phone, SETTINGS))
    record.deadline = DEADLINE
    record.write = Call.DONE
    record.apply = apply
    record.read_back = apply is not Call.NOT_MADE
    record.seen_pending = seen_pending
    record.state = PhoneState.APPLIED if apply is Call.DONE else PhoneState.WRITTEN
    return record


def reading_of(
    status: str,
    *,
    operation: CertificateOperation = INSTALL,
    finish_time: str = "2030:01:31:04:00",
    lsc: Lsc = OLD_LSC,
    profile_pkid: str = PROFILE.pkid,
) -> Reading:
    return Reading("pkid", "SEP1", profile_pkid, operation, CertificateStatus(status), finish_time, lsc)


def watched(record: Record, reading: Reading) -> Verdict:
    transitions.note(record, reading, INSTALL)
    return transitions.watch(record, reading, INSTALL)


def read_back(record: Record, reading: Reading | None) -> Verdict:
    if reading is not None:
        transitions.note(record, reading, INSTALL)
    return transitions.read_back(record, reading, INSTALL)


OVER = CertificateOperation.NONE


def test_a_success_after_our_operation_was_seen_pending_is_ours() -> None:
    record = record_of()
    assert watched(record, reading_of("Operation Pending")).state is PhoneState.PENDING
    assert watched(record, reading_of("Upgrade Success", operation=OVER)).state is PhoneState.INSTALLED


def test_a_success_with_a_new_lsc_is_ours_though_nobody_saw_it_pending() -> None:
    verdict = watched(record_of("Upgrade Success"), reading_of("Upgrade Success", operation=OVER, lsc=NEW_LSC))
    assert verdict.state is PhoneState.INSTALLED


@pytest.mark.parametrize(
    "lsc",
    [
        replace(OLD_LSC, valid_until=NEW_LSC.valid_until),
        replace(OLD_LSC, issuer="CN=CAPF-2"),
        replace(OLD_LSC, public_key="new"),
    ],
)
def test_each_of_expiry_issuer_and_public_key_proves_a_new_lsc(lsc: Lsc) -> None:
    assert watched(record_of("Upgrade Success"), reading_of("Upgrade Success", lsc=lsc)).state is PhoneState.INSTALLED


def test_last_years_success_is_not_ours() -> None:
    verdict = watched(record_of("Upgrade Success"), reading_of("Upgrade Success", operation=OVER))
    assert verdict.state is PhoneState.UNKNOWN
    assert "never seen pending" in verdict.reason
    assert verdict.next_step


def test_last_years_success_beside_our_standing_operation_says_only_to_wait() -> None:
    assert watched(record_of("Upgrade Success"), reading_of("Upgrade Success")).state is PhoneState.APPLIED


def test_an_lsc_that_vanished_proves_no_success() -> None:
    verdict = watched(record_of("Upgrade Success"), reading_of("Upgrade Success", operation=OVER, lsc=Lsc()))
    assert verdict.state is PhoneState.UNKNOWN


def test_last_years_failure_is_not_ours() -> None:
    verdict = watched(
        record_of("Upgrade Failed: Invalid LSC"), reading_of("Upgrade Failed: Invalid LSC", operation=OVER)
    )
    assert verdict.state is PhoneState.UNKNOWN


def test_a_status_that_changed_since_our_operation_was_read_back_is_ours_where_pending_was_too_short_to_see() -> None:
    verdict = watched(record_of("Upgrade Success"), reading_of("Upgrade Failed: Invalid MIC", operation=OVER))
    assert verdict.state is PhoneState.FAILED
    assert verdict.reason == "Invalid MIC"
    assert "CAPF-trust" in verdict.next_step


def test_a_failure_after_pending_fails_with_cucms_reason_though_the_text_is_last_years() -> None:
    record = record_of("Upgrade Failed: Invalid LSC", seen_pending=True)
    verdict = watched(record, reading_of("Upgrade Failed: Invalid LSC", operation=OVER))
    assert (verdict.state, verdict.reason) == (PhoneState.FAILED, "Invalid LSC")


def test_late_is_a_state_of_its_own() -> None:
    record = record_of(seen_pending=True)
    verdict = watched(record, reading_of("Upgrade Failed: User Initiated Request Late/Timedout", operation=OVER))
    assert verdict.state is PhoneState.LATE
    assert "--complete-by" in verdict.next_step


def test_a_failure_that_a_later_cucm_adds_is_a_failure_with_its_words() -> None:
    verdict = watched(record_of(seen_pending=True), reading_of("Upgrade Failed: Moon Phase", operation=OVER))
    assert (verdict.state, verdict.reason) == (PhoneState.FAILED, "Moon Phase")


@pytest.mark.parametrize("status", ["Delete Success", "Troubleshoot Success", "Delete Failed: Invalid LSC"])
def test_the_end_of_another_kind_of_operation_is_never_ours(status: str) -> None:
    verdict = watched(record_of(seen_pending=True), reading_of(status, operation=OVER))
    assert verdict.state is PhoneState.UNKNOWN


@pytest.mark.parametrize(
    "reading",
    [
        reading_of("Operation Pending", operation=CertificateOperation.DELETE),
        reading_of("Operation Pending", finish_time="2030:02:01:04:00"),
        reading_of("Upgrade Success", finish_time="2030:02:01:04:00"),
    ],
)
def test_an_operation_that_is_not_ours_has_taken_the_place_of_ours(reading: Reading) -> None:
    verdict = watched(record_of(seen_pending=True), reading)
    assert verdict.state is PhoneState.UNKNOWN
    assert "another operation" in verdict.reason


@pytest.mark.parametrize("status", ["None", "Operation Pending"])
def test_an_operation_taken_back_is_cancelled_and_may_still_enrol(status: str) -> None:
    verdict = watched(record_of(seen_pending=True), reading_of(status, operation=OVER))
    assert verdict.state is PhoneState.CANCELLED
    assert "may still carry it out" in verdict.reason


def test_a_success_whose_operation_still_stands_with_its_finish_time_cleared_is_ours() -> None:
    verdict = watched(record_of(seen_pending=True), reading_of("Upgrade Success", finish_time=""))
    assert verdict.state is PhoneState.INSTALLED


def test_a_phone_that_is_gone_failed() -> None:
    verdict = transitions.watch(record_of(), None, INSTALL)
    assert verdict.state is PhoneState.FAILED
    assert "deleted" in verdict.reason


def test_a_written_phone_may_be_applied_once_the_cluster_shows_the_write() -> None:
    assert read_back(record_of(apply=Call.NOT_MADE), reading_of("Operation Pending")).state is PhoneState.WRITTEN


def test_a_phone_that_cucm_moved_to_another_profile_is_not_applied() -> None:
    verdict = read_back(record_of(apply=Call.NOT_MADE), reading_of("Operation Pending", profile_pkid="other"))
    assert verdict.state is PhoneState.FAILED
    assert "moved" in verdict.reason
    assert "not applied" in verdict.reason


@pytest.mark.parametrize(
    "reading",
    [
        reading_of("None", operation=OVER, finish_time=""),
        reading_of("Operation Pending", finish_time="2030:01:31:05:00"),
        reading_of("Operation Pending", operation=CertificateOperation.DELETE),
        reading_of("Operation Pending", finish_time="tomorrow"),
        reading_of("Operation Pending", finish_time=""),
    ],
)
@pytest.mark.parametrize("write", [Call.DONE, Call.LOST])
def test_a_phone_whose_read_back_disagrees_is_not_applied(reading: Reading, write: Call) -> None:
    record = record_of(apply=Call.NOT_MADE)
    record.write = write
    record.writes = MOST_WRITES
    verdict = read_back(record, reading)
    assert verdict.state is PhoneState.FAILED
    assert "not applied" in verdict.reason


def test_a_lost_write_that_is_not_there_is_written_again_unless_something_else_is_under_way() -> None:
    record = record_of(apply=Call.NOT_MADE)
    record.write, record.writes = Call.LOST, 1
    assert read_back(record, reading_of("None", operation=OVER, finish_time="")).state is PhoneState.QUEUED
    other = reading_of("Operation Pending", operation=CertificateOperation.DELETE)
    assert read_back(record, other).state is PhoneState.FAILED


def test_a_lost_write_that_is_not_there_moved_no_phone_to_another_profile() -> None:
    """Somebody else did: the phone is looked at once more before it is written, and left out then."""
    record = record_of(apply=Call.NOT_MADE)
    record.write, record.writes = Call.LOST, 1
    elsewhere = reading_of("None", operation=OVER, finish_time="", profile_pkid="other")
    assert read_back(record, elsewhere).state is PhoneState.QUEUED
    left_out = transitions.before_write(record, elsewhere, INSTALL, 0.0)
    assert left_out is not None
    assert left_out.state is PhoneState.LEFT_OUT
    assert (
        read_back(record, replace(elsewhere, operation=INSTALL, finish_time=DEADLINE.text)).state is PhoneState.FAILED
    )


def test_a_lost_write_of_a_phone_whose_lsc_changed_meanwhile_stays_unknown() -> None:
    record = record_of(apply=Call.NOT_MADE)
    record.write = Call.LOST
    reading = reading_of("Upgrade Success", operation=OVER, lsc=NEW_LSC)
    assert read_back(record, reading).state is PhoneState.UNKNOWN


@pytest.mark.parametrize("operation", [OVER, INSTALL])
def test_a_phone_that_enrolled_before_it_was_applied_is_installed_and_left_in_peace(
    operation: CertificateOperation,
) -> None:
    reading = reading_of("Upgrade Success", operation=operation, lsc=NEW_LSC)
    assert read_back(record_of(apply=Call.NOT_MADE), reading).state is PhoneState.INSTALLED


def test_a_phone_that_failed_before_it_was_applied_says_so() -> None:
    verdict = read_back(record_of(apply=Call.NOT_MADE), reading_of("Upgrade Failed: Invalid MIC", operation=OVER))
    assert (verdict.state, verdict.reason) == (PhoneState.FAILED, "Invalid MIC")


@pytest.mark.parametrize("read", ["2030:01:31:04:00", "2030:01:31:04", "2030:1:31:4:30", "2030:01:31:04:00:00"])
def test_a_finish_time_is_ours_in_each_way_that_a_cluster_may_write_it(read: str) -> None:
    assert transitions.same_hour(DEADLINE.text, read)


@given(st.text(max_size=20), st.text(max_size=20))
def test_texts_that_are_no_finish_times_never_equal_one(ours: str, read: str) -> None:
    assert not transitions.same_hour(ours, DEADLINE.text) or transitions.same_hour(DEADLINE.text, ours)
    assert not transitions.same_hour("", read)
    assert not transitions.same_hour("04:00", "04:00")


STATUSES = st.sampled_from(
    [
        "None",
        "Operation Pending",
        "Upgrade Success",
        "Upgrade Failed",
        "Upgrade Failed: Invalid LSC",
        "Delete Success",
        "x",
    ]
)


@settings(deadline=None)
@given(before=STATUSES, status=STATUSES, operation=st.sampled_from(list(CertificateOperation)), new=st.booleans())
def test_without_proof_no_reading_makes_a_success_or_failure_ours(
    before: str, status: str, operation: CertificateOperation, new: bool
) -> None:
    verdict = watched(record_of(before), reading_of(status, operation=operation, lsc=NEW_LSC if new else OLD_LSC))
    if verdict.state is PhoneState.INSTALLED:
        assert status == "Upgrade Success"
        assert new or before != status
    if verdict.state in (PhoneState.FAILED, PhoneState.LATE):
        assert status.startswith("Upgrade Failed")
        assert before != status


def test_a_deadline_that_passed_with_the_phone_pending_makes_it_late() -> None:
    record = record_of()
    watched(record, reading_of("Operation Pending"))
    assert transitions.past_deadline(record).state is PhoneState.LATE


def test_a_deadline_that_passed_without_a_sign_of_capf_leaves_the_phone_unknown() -> None:
    assert transitions.past_deadline(record_of("Upgrade Success")).state is PhoneState.UNKNOWN


def test_an_apply_whose_answer_was_lost_stays_unknown_past_the_deadline() -> None:
    record = record_of(apply=Call.LOST)
    watched(record, reading_of("Operation Pending"))
    verdict = transitions.past_deadline(record)
    assert verdict.state is PhoneState.UNKNOWN
    assert "answer to applyPhone was lost" in verdict.reason


# the other operations

DELETE, TROUBLESHOOT = CertificateOperation.DELETE, CertificateOperation.TROUBLESHOOT
NO_LSC = Lsc()


def watched_for(operation: CertificateOperation, record: Record, reading: Reading) -> Verdict:
    transitions.note(record, reading, operation)
    return transitions.watch(record, reading, operation)


def read_back_for(operation: CertificateOperation, record: Record, reading: Reading) -> Verdict:
    transitions.note(record, reading, operation)
    return transitions.read_back(record, reading, operation)


def test_an_lsc_that_is_gone_proves_a_delete_though_nobody_saw_it_pending() -> None:
    verdict = watched_for(DELETE, record_of("Delete Success"), reading_of("Delete Success", operation=OVER, lsc=NO_LSC))
    assert verdict == Verdict(PhoneState.DELETED)


def test_last_year_s_delete_success_is_not_ours() -> None:
    verdict = watched_for(DELETE, record_of("Delete Success"), reading_of("Delete Success", operation=OVER))
    assert verdict.state is PhoneState.UNKNOWN


def test_an_upgrade_is_no_end_of_a_delete() -> None:
    verdict = watched_for(DELETE, record_of(), reading_of("Upgrade Success", operation=OVER, lsc=NEW_LSC))
    assert verdict.state is PhoneState.UNKNOWN


def test_a_delete_after_which_the_cluster_still_tells_of_an_lsc_says_so() -> None:
    record = record_of(seen_pending=True)
    verdict = watched_for(DELETE, record, reading_of("Delete Success", operation=OVER))
    assert verdict.state is PhoneState.DELETED
    assert "still tells of an LSC" in verdict.reason


def test_a_phone_whose_lsc_is_gone_before_the_write_is_left_alone() -> None:
    record = Record(Step(fake_phone(1, lsc=OLD_LSC).phone, SETTINGS))
    reading = reading_of("None", operation=OVER, lsc=NO_LSC, finish_time="")
    transitions.note(record, reading, DELETE)
    verdict = transitions.before_write(record, reading, DELETE, 0.0)
    assert verdict is not None
    assert verdict.state is PhoneState.LEFT_OUT
    assert "nothing to delete" in verdict.reason


def test_a_troubleshoot_is_proven_by_its_status_alone_and_no_lsc_makes_it_one() -> None:
    done = reading_of("Troubleshoot Success", operation=OVER)
    assert watched_for(TROUBLESHOOT, record_of(), done) == Verdict(PhoneState.FETCHED)
    old = watched_for(TROUBLESHOOT, record_of("Troubleshoot Success"), done)
    assert old.state is PhoneState.UNKNOWN
    other = reading_of("Troubleshoot Success", operation=OVER, lsc=NEW_LSC)
    assert watched_for(TROUBLESHOOT, record_of("Troubleshoot Success"), other).state is PhoneState.UNKNOWN


def test_a_troubleshoot_after_which_the_phone_has_another_lsc_says_so() -> None:
    verdict = watched_for(TROUBLESHOOT, record_of(), reading_of("Troubleshoot Success", operation=OVER, lsc=NEW_LSC))
    assert verdict.state is PhoneState.FETCHED
    assert "LSC changed" in verdict.reason


@pytest.mark.parametrize(
    ("operation", "status", "lsc", "state"),
    [
        (DELETE, "Delete Success", NO_LSC, PhoneState.DELETED),
        (TROUBLESHOOT, "Troubleshoot Success", OLD_LSC, PhoneState.FETCHED),
    ],
)
def test_what_a_phone_did_before_it_was_applied_is_seen(
    operation: CertificateOperation, status: str, lsc: Lsc, state: PhoneState
) -> None:
    record = record_of(apply=Call.NOT_MADE)
    assert read_back_for(operation, record, reading_of(status, operation=OVER, lsc=lsc)).state is state


@pytest.mark.parametrize(
    ("operation", "status", "lsc"),
    [(DELETE, "Delete Success", NO_LSC), (TROUBLESHOOT, "Troubleshoot Success", OLD_LSC)],
)
def test_a_lost_write_that_may_have_been_carried_out_is_not_repeated(
    operation: CertificateOperation, status: str, lsc: Lsc
) -> None:
    record = record_of(apply=Call.NOT_MADE)
    record.write = Call.LOST
    assert read_back_for(operation, record, reading_of(status, operation=OVER, lsc=lsc)).state is PhoneState.UNKNOWN


def test_somebody_else_s_troubleshoot_keeps_no_lost_install_from_being_written_again() -> None:
    record = record_of(apply=Call.NOT_MADE)
    record.write = Call.LOST
    assert read_back(record, reading_of("Troubleshoot Success", operation=OVER)).state is PhoneState.QUEUED


@pytest.mark.parametrize("operation", [INSTALL, DELETE, TROUBLESHOOT])
def test_what_somebody_wrote_since_the_plan_and_has_not_applied_is_left_alone_though_the_status_is_an_old_one(
    operation: CertificateOperation,
) -> None:
    planned = fake_phone(1, lsc=OLD_LSC).phone
    record = Record(Step(planned, SETTINGS))
    status = reading_of("Upgrade Success").status
    theirs = replace(planned.reading, operation=INSTALL, status=status, finish_time="2031:01:01:00:00")
    verdict = transitions.before_write(record, theirs, operation, 0.0)
    assert verdict is not None
    assert verdict.state is PhoneState.LEFT_OUT
    assert "someone else's Install/Upgrade until 2031:01:01:00:00" in verdict.reason
    left = replace(planned, operation=INSTALL, status=status, finish_time="2025:01:01:00:00")
    kept = Record(Step(left, SETTINGS))
    for shown in (left.reading, replace(left.reading, finish_time="")):
        assert transitions.before_write(kept, shown, operation, 0.0) is None, "it was there when the plan was made"
    assert transitions.before_write(kept, theirs, operation, 0.0) is not None, "it was written once more"


def test_what_somebody_wrote_while_an_answer_of_ours_was_lost_is_not_written_over() -> None:
    planned = fake_phone(1, lsc=OLD_LSC).phone
    record = Record(Step(planned, SETTINGS))
    record.write, record.writes, record.deadline = Call.LOST, 1, DEADLINE
    theirs = replace(
        planned.reading,
        operation=DELETE,
        status=CertificateStatus("Upgrade Success"),
        finish_time="2031:01:01:00:00",
    )
    transitions.note(record, theirs, INSTALL)
    assert transitions.read_back(record, theirs, INSTALL).state is PhoneState.QUEUED
    verdict = transitions.before_write(record, theirs, INSTALL, 0.0)
    assert verdict is not None
    assert verdict.state is PhoneState.LEFT_OUT
    assert "someone else's Delete until 2031:01:01:00:00" in verdict.reason


@pytest.mark.parametrize(("mode", "left_out"), [(AuthenticationMode.LSC_FIRST, True), (SETTINGS.mode, False)])
@pytest.mark.parametrize("operation", [INSTALL, TROUBLESHOOT])
def test_a_phone_whose_proof_was_its_lsc_is_left_alone_once_that_is_gone(
    operation: CertificateOperation, mode: AuthenticationMode, left_out: bool
) -> None:
    record = Record(Step(fake_phone(1, lsc=OLD_LSC).phone, replace(SETTINGS, mode=mode)))
    gone = replace(record.step.phone.reading, lsc=NO_LSC)
    transitions.note(record, gone, operation)
    verdict = transitions.before_write(record, gone, operation, 0.0)
    assert (verdict is not None) == left_out
    assert verdict is None or "the LSC is gone" in verdict.reason
