"""`lscctl apply`: a plan that was kept and reviewed is what runs, and nothing else."""

import inspect
import json
import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lscctl.capf import AuthenticationMode, CapfSettings, CertificateOperation, CertificateStatus
from lscctl.cli import installation
from lscctl.cli.apply import apply
from lscctl.phone import Lsc, Phone, Registration
from lscctl.plan import Protected
from lscctl.report.digest import digest_of
from lscctl.report.interface import Report
from lscctl.report.plan import VERSION
from lscctl.rules import Amount, Rules
from tests.cli.conftest import Lscctl
from tests.cli.lab import LabCluster
from tests.report.phones_in_sight import CAPF, NOW, PHONE, WITH_LSC

DRY = ("bulk-install", "--model", "8845", "--dry-run", "--output", "plan.json")
FIRST, SECOND, THIRD = (f"SEP00112233440{number}" for number in (1, 2, 3))
DAY = 86_400.0


@pytest.fixture
def plan(lab: LabCluster, lscctl: Lscctl) -> Path:
    """The plan of the lab's three phones, kept."""
    assert lscctl(*DRY).exit_code == 0
    return Path("plan.json")


def change(lab: LabCluster, name: str, change: Callable[[Phone], Phone]) -> None:
    lab.phones = [change(phone) if phone.name == name else phone for phone in lab.phones]


def refused(lscctl: Lscctl, exit_code: int, *words: str, arguments: tuple[str, ...] = ("plan.json", "--yes")) -> None:
    """apply ends with the code, says what happened (all the words) and what to do next."""
    ran = lscctl("apply", *arguments)
    assert ran.exit_code == exit_code, ran.output
    for word in words:
        assert word in ran.stderr, ran.stderr
    assert "error: " in ran.stderr
    assert "hint: " in ran.stderr


# what runs


def test_the_phones_of_the_plan_are_written_and_seen_through(plan: Path, lab: LabCluster, lscctl: Lscctl) -> None:
    ran = lscctl("apply", "plan.json", "--yes", "--format", "json")
    assert ran.exit_code == 0, ran.output
    assert json.loads(ran.stdout)["counts"]["installed"] == 3
    assert "3 phones will restart." in ran.stderr
    assert sorted(lab.written) == [FIRST, SECOND, THIRD]


def test_a_dry_run_writes_the_same_file_each_time(plan: Path, lab: LabCluster, lscctl: Lscctl) -> None:
    kept = plan.read_bytes()
    lab.phones.reverse()
    lab.time.at += 20 * 60
    assert lscctl(*DRY).exit_code == 0
    assert plan.read_bytes() == kept


def test_a_plan_of_named_phones_is_kept_too_and_may_come_from_standard_input(lab: LabCluster, lscctl: Lscctl) -> None:
    dry = lscctl("install", SECOND, "--dry-run", "--format", "json")
    ran = lscctl("apply", "-", "--yes", stdin=dry.stdout)
    assert ran.exit_code == 0, ran.output
    assert lab.written == [SECOND]


def test_a_plan_of_renewals_and_one_of_phones_to_try_again_are_plans_as_any(lab: LabCluster, lscctl: Lscctl) -> None:
    change(lab, FIRST, lambda phone: replace(phone, lsc=Lsc(int(NOW + 9 * DAY), CAPF, None, "3082")))
    assert lscctl("renew", "--within", "30d", "--dry-run", "--output", "plan.json").exit_code == 0
    lab.status = "Upgrade Failed: Invalid MIC"
    assert lscctl("apply", "plan.json", "--yes").exit_code == 1
    assert lscctl("runs", "retry", "1", "--dry-run", "--output", "plan.json").exit_code == 0
    lab.status = "Upgrade Success"
    assert lscctl("apply", "plan.json", "--yes").exit_code == 0
    assert lab.written == [FIRST, FIRST]


def test_phones_that_came_since_are_not_written(plan: Path, lab: LabCluster, lscctl: Lscctl) -> None:
    lab.phones.append(replace(PHONE, name="SEP0011223344FF", pkid="f" * 36))
    assert lscctl("apply", "plan.json", "--yes").exit_code == 0
    assert sorted(lab.written) == [FIRST, SECOND, THIRD]


def test_the_rules_are_the_plans_whatever_the_configuration_says_by_now(lab: LabCluster, lscctl: Lscctl) -> None:
    assert lscctl(*DRY, "--canary", "0", "--waves", "1,rest", "--max-failures", "0").exit_code == 0
    lab.rules = Rules(canary=Amount(number=3))
    lab.status = "Upgrade Failed: Invalid MIC"
    ran = lscctl("apply", "plan.json", "--yes", "--format", "json")
    assert ran.exit_code == 1, ran.output
    assert "--max-failures" in json.loads(ran.stdout)["gate"]
    assert len(lab.written) == 1


def test_its_options_say_how_to_be_asked_and_told_and_none_changes_what_runs() -> None:
    own = {"plan", "strict", "skip_check", "accept_skip", "dry_run", "detailed_exitcode", "yes", "confirm_count"}
    attended = {"confirm_waves", "no_wait", "wait", "notify", "journal"}
    connection = {"cluster", "all_clusters", "config", "host", "user", "ca_bundle", "fingerprint", "insecure", "wsdl"}
    told = {"format", "output", "no_color", "debug", "debug_file", "log_format"}
    strings = {"hand_out", "hand_out_format", "strings_from"}  # no plan holds them: they are made, or given, here
    assert set(inspect.signature(apply).parameters) == own | attended | strings | connection | told


def test_the_journal_tells_which_plan_it_was(plan: Path, lab: LabCluster, lscctl: Lscctl) -> None:
    assert lscctl("apply", "plan.json", "--yes").exit_code == 0
    run = json.loads(lscctl("runs", "show", "--format", "json").stdout)
    digest = json.loads(plan.read_text())["digest"]
    assert f"carries out the plan {digest}" in run["notes"]


def test_at_a_terminal_it_asks_with_the_count(
    plan: Path, lab: LabCluster, lscctl: Lscctl, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(installation, "can_ask", lambda: True)
    for answer, exit_code, writes in (("n\n", 3, 0), ("y\n", 0, 3)):
        ran = lscctl("apply", "plan.json", stdin=answer)
        assert ran.exit_code == exit_code, ran.output
        assert "Install LSCs on 3 phones of lab? They will restart [y/N]" in ran.stderr
        assert len(lab.written) == writes


def test_without_a_terminal_nothing_is_written_unless_yes_is_given(plan: Path, lab: LabCluster, lscctl: Lscctl) -> None:
    refused(lscctl, 2, "nobody to ask", arguments=("plan.json",))
    assert lab.written == []


def test_a_dry_run_tells_by_its_exit_code_whether_anything_would_change(
    plan: Path, lab: LabCluster, lscctl: Lscctl
) -> None:
    ran = lscctl("apply", "plan.json", "--dry-run", "--detailed-exitcode", "--format", "json")
    assert ran.exit_code == 10, ran.output
    assert ran.stdout == plan.read_text(), "what would run is what was planned"
    assert lscctl("apply", "plan.json", "--dry-run").exit_code == 0
    assert lscctl("apply", "plan.json", "--yes", "--detailed-exitcode").exit_code == 2
    assert lab.written == []


def test_a_check_is_passed_over_by_option_and_remembered(plan: Path, lab: LabCluster, lscctl: Lscctl) -> None:
    ran = lscctl("apply", "plan.json", "--yes", "--skip-check", "tvs")
    assert ran.exit_code == 0
    assert "tvs is not checked" in ran.stderr
    refused(lscctl, 2, "tvs", arguments=("plan.json", "--yes", "--skip-check", "tfs"))


# the deadline


def finish_times(lab: LabCluster) -> set[str]:
    return {phone.finish_time for phone in lab.phones}


def test_a_deadline_that_is_a_duration_counts_from_the_write_whenever_that_is(
    plan: Path, lab: LabCluster, lscctl: Lscctl
) -> None:
    lab.time.at += DAY
    ran = lscctl("apply", "plan.json", "--yes")
    assert ran.exit_code == 0, ran.output
    (written,) = finish_times(lab)
    _, month, day, hour, _ = written.split(":")
    assert f"Deadline: 2026-{month}-{day} {hour}:00 on the cluster" in ran.stderr
    assert day == "25"


def test_a_time_of_day_means_the_next_such_time_when_the_plan_is_carried_out(lab: LabCluster, lscctl: Lscctl) -> None:
    assert lscctl(*DRY, "--complete-by", "04:00").exit_code == 0
    lab.time.at += DAY
    assert lscctl("apply", "plan.json", "--yes").exit_code == 0
    assert finish_times(lab) == {"2026:11:25:04:00"}


def test_a_deadline_that_has_passed_is_refused_before_any_change(lab: LabCluster, lscctl: Lscctl) -> None:
    assert lscctl(*DRY, "--complete-by", "2026-11-24T04:00").exit_code == 0
    lab.time.at += DAY
    refused(lscctl, 3, "the deadline 2026-11-24 04:00", "Make the plan anew with a later --complete-by")
    assert lab.written == []


# phones that are not as they were planned


def with_another_profile(phone: Phone) -> Phone:
    return replace(phone, profile=replace(phone.profile, pkid="another", name="Another"))


def with_another_mode(phone: Phone) -> Phone:
    return replace(phone, profile=replace(phone.profile, settings=CapfSettings(AuthenticationMode.MIC_FIRST, 2048)))


DRIFTS: dict[str, Callable[[Phone], Phone]] = {
    "another security profile": with_another_profile,
    "other CAPF settings": with_another_mode,
    "is a Cisco 7841 now": lambda phone: replace(phone, model="Cisco 7841"),
    "moved to device pool 'Paris'": lambda phone: replace(phone, device_pool="Paris"),
    "another LSC": lambda phone: replace(phone, lsc=Lsc(int(NOW) - 9, CAPF, None, "3083")),
    "deleted or renamed": lambda phone: replace(phone, name="SEP0011223344FF"),
    "RIS says UnRegistered": lambda phone: replace(phone, registration=Registration.UNREGISTERED),
    "Delete, status None": lambda phone: replace(phone, operation=CertificateOperation.DELETE),
}


@pytest.mark.parametrize("words", DRIFTS)
def test_a_phone_that_changed_since_is_left_out_with_the_reason(
    plan: Path, lab: LabCluster, lscctl: Lscctl, words: str
) -> None:
    change(lab, SECOND, DRIFTS[words])
    ran = lscctl("apply", "plan.json", "--yes", "--format", "json")
    assert ran.exit_code == 0, ran.output
    assert sorted(lab.written) == [FIRST, THIRD]
    assert f"warning: left out of plan.json, 1 phone: {SECOND} (" in ran.stderr
    (out,) = (phone for phone in json.loads(ran.stdout)["phones"] if phone["state"] == "left-out")
    assert words in out["reason"]


@pytest.mark.parametrize("words", DRIFTS)
def test_strict_refuses_where_a_phone_changed_and_names_it(
    plan: Path, lab: LabCluster, lscctl: Lscctl, words: str
) -> None:
    change(lab, SECOND, DRIFTS[words])
    told = f"1 phone of plan.json cannot be written as planned: {SECOND} ("
    refused(lscctl, 3, told, words, arguments=("plan.json", "--yes", "--strict"))
    assert lab.written == []


def test_strict_carries_out_a_plan_of_which_all_phones_are_as_they_were(
    plan: Path, lab: LabCluster, lscctl: Lscctl
) -> None:
    change(lab, FIRST, lambda phone: replace(phone, status=CertificateStatus("Upgrade Failed: Invalid MIC")))
    change(lab, SECOND, lambda phone: replace(phone, description="Reception"))
    assert lscctl("apply", "plan.json", "--yes", "--strict").exit_code == 0
    assert len(lab.written) == 3


def test_a_phone_that_the_configuration_protects_by_now_is_left_out(
    plan: Path, lab: LabCluster, lscctl: Lscctl
) -> None:
    lab.protected = Protected(phones=(SECOND,))
    assert lscctl("apply", "plan.json", "--yes").exit_code == 0
    assert sorted(lab.written) == [FIRST, THIRD]


def test_a_plan_that_was_carried_out_before_leaves_every_phone_out(plan: Path, lab: LabCluster, lscctl: Lscctl) -> None:
    assert lscctl("apply", "plan.json", "--yes").exit_code == 0
    refused(lscctl, 3, "all 3 phones are left out", "3 drifted")
    assert len(lab.written) == 3


def test_a_plan_that_was_carried_out_before_names_the_run_in_the_journal_that_was_named(
    plan: Path, lab: LabCluster, lscctl: Lscctl
) -> None:
    in_another = ("plan.json", "--yes", "--journal", "the nights.db")
    assert lscctl("apply", *in_another).exit_code == 0
    again = lscctl("apply", *in_another).stderr
    assert "has ended: `lscctl runs show 1 --journal 'the nights.db' --phones` tells how" in again
    assert "runs retry" not in again, "nothing failed"


def test_what_failed_when_a_plan_was_carried_out_before_can_be_tried_again(
    plan: Path, lab: LabCluster, lscctl: Lscctl
) -> None:
    lab.status = "Upgrade Failed: Invalid MIC"
    assert lscctl("apply", "plan.json", "--yes").exit_code == 1
    assert "`lscctl runs retry 1` tries again what failed" in lscctl("apply", "plan.json", "--yes").stderr


def test_a_dry_run_needs_no_journal_and_says_what_it_cannot_tell_without(
    plan: Path, lab: LabCluster, lscctl: Lscctl
) -> None:
    Path("empty.db").touch()
    ran = lscctl("apply", "plan.json", "--dry-run", "--journal", "empty.db")
    assert (ran.exit_code, "warning" in ran.stderr) == (0, False), ran.output
    assert lscctl("apply", "plan.json", "--yes", "--journal", "newer.db").exit_code == 0
    with closing(sqlite3.connect("newer.db")) as newer:
        newer.execute("PRAGMA user_version = 99")
    ran = lscctl("apply", "plan.json", "--dry-run", "--journal", "newer.db")
    assert ran.exit_code != 6, ran.output
    assert "newer lscctl" in ran.stderr
    assert "nobody can say whether a run has carried out this plan already" in ran.stderr
    refused(lscctl, 6, "newer lscctl", arguments=("plan.json", "--yes", "--journal", "newer.db"))


def test_a_plan_without_a_phone_to_write_is_refused(lab: LabCluster, lscctl: Lscctl) -> None:
    lab.phones = [WITH_LSC]
    assert lscctl(*DRY).exit_code == 3
    refused(lscctl, 3, "plan.json has no phone that is to be written")


def as_it_was(phone: Phone) -> Phone:
    return replace(phone, description="Reception")


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.sampled_from([as_it_was, *DRIFTS.values()]), min_size=3, max_size=3))
def test_no_phone_that_drifted_is_ever_written(
    lab: LabCluster, lscctl: Lscctl, changes: list[Callable[[Phone], Phone]]
) -> None:
    names = (FIRST, SECOND, THIRD)
    lab.phones = [replace(PHONE, name=name, pkid=name[-1] * 36) for name in names]
    lab.written.clear()
    assert lscctl(*DRY).exit_code == 0
    for name, one in zip(names, changes, strict=True):
        change(lab, name, one)
    unchanged = {name for name, one in zip(names, changes, strict=True) if one is as_it_was}
    assert lscctl("apply", "plan.json", "--yes").exit_code == (0 if unchanged else 3)
    assert set(lab.written) == unchanged


# another cluster


@pytest.mark.parametrize(("publisher", "capf"), [("", "c" * 64), ("publisher of lab", "d" * 64)])
def test_a_plan_is_for_its_own_cluster(plan: Path, lab: LabCluster, lscctl: Lscctl, publisher: str, capf: str) -> None:
    lab.name, lab.publisher, lab.fingerprint = "other", publisher, capf
    refused(lscctl, 3, "plan.json is for the cluster lab (lab.example.com)", "other (other.example.com) is another one")
    assert lab.written == []


def test_a_cluster_is_the_same_whatever_the_configuration_calls_it(plan: Path, lab: LabCluster, lscctl: Lscctl) -> None:
    lab.name, lab.publisher, lab.fingerprint = "hq", "publisher of lab", ""
    assert lscctl("apply", "plan.json", "--yes").exit_code == 0


def test_a_plan_is_for_one_cluster_and_several_are_refused(plan: Path, lab: LabCluster, lscctl: Lscctl) -> None:
    refused(lscctl, 2, "planned is for one", "lab is meant", arguments=("plan.json", "--yes", "--cluster", "a,b"))
    assert lab.written == []


# files that are no plan, or not as lscctl wrote it


def edit(plan: Path, change: Callable[[dict[str, Any]], None]) -> None:
    content = json.loads(plan.read_text())
    change(content)
    plan.write_text(json.dumps(content))


def forge_digest(content: dict[str, Any]) -> None:
    """Give the content its own digest: it is no secret how that is made."""
    heading = {key: content[key] for key in content if key not in ("schema", "digest", "steps", "left_out")}
    records = {name: content[name] for name in ("steps", "left_out")}
    report = Report("plan", tuple(content["steps"][0]), records, version=VERSION, heading=heading)
    content["digest"] = digest_of(report)


def test_a_way_of_writing_that_the_cluster_does_not_allow_is_refused(
    plan: Path, lab: LabCluster, lscctl: Lscctl
) -> None:
    def forge(content: dict[str, Any]) -> None:
        content["planned"]["rules"]["write_path"] = content["rollout"]["write_path"] = "sql"
        forge_digest(content)

    edit(plan, forge)
    refused(lscctl, 2, "--write-path sql is off for this cluster")
    assert lab.written == []


def test_settings_that_are_not_the_profiles_are_never_written(plan: Path, lab: LabCluster, lscctl: Lscctl) -> None:
    def forge(content: dict[str, Any]) -> None:
        content["steps"][1]["planned"]["settings"]["key_size"] = content["steps"][1]["key_size"] = 4096
        forge_digest(content)

    edit(plan, forge)
    assert lscctl("apply", "plan.json", "--yes").exit_code == 0
    assert sorted(lab.written) == [FIRST, THIRD]


def test_a_plan_that_was_changed_is_refused_with_what_was_changed(plan: Path, lab: LabCluster, lscctl: Lscctl) -> None:
    edit(plan, lambda content: content["steps"].pop(1))
    asked = len(lab.asked)
    refused(lscctl, 2, "plan.json was changed since lscctl wrote it: phones_matched is 3, and by what is planned 2")
    assert len(lab.asked) == asked, "the cluster is not asked"


def test_other_answers_of_lscctl_are_no_plan(plan: Path, lab: LabCluster, lscctl: Lscctl) -> None:
    for name in ("plan.csv", "plan.ndjson", "plan.txt"):
        assert lscctl(*DRY, "--output", name).exit_code == 0
        refused(lscctl, 2, f"{name} is no plan, or not the whole of one", arguments=(name, "--yes"))
    assert lscctl("status", "--model", "8845", "--output", "status.json").exit_code == 0
    refused(lscctl, 2, "status.json is no plan, but", "the kind 'status'", arguments=("status.json", "--yes"))
    assert lscctl("apply", "plan.json", "--yes", "--output", "run.json").exit_code == 0
    refused(lscctl, 2, "the kind 'run'", arguments=("run.json", "--yes"))


def test_a_file_that_cannot_be_read_is_named(lab: LabCluster, lscctl: Lscctl) -> None:
    refused(lscctl, 2, "the plan missing.json cannot be read: No such file", arguments=("missing.json",))
    refused(lscctl, 2, "the plan . cannot be read", arguments=(".",))
    assert lscctl("apply").exit_code == 2
