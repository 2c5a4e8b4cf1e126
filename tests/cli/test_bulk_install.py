import json
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import pytest

from lscctl.capf import AuthenticationMode, KeyOrder
from lscctl.cli import installation, screen
from lscctl.cli.settings import Settings
from lscctl.cucm.faults import LoginRefused
from lscctl.plan import Protected
from tests.cli.conftest import Lscctl
from tests.cli.lab import LabCluster
from tests.report.phones_in_sight import PHONE, SOFT, WITH_LSC

BULK = ("bulk-install", "--model", "8845")


def test_phones_are_written_and_seen_through_to_the_end(lab: LabCluster, lscctl: Lscctl) -> None:
    ran = lscctl(*BULK, "--yes")
    assert ran.exit_code == 0, ran.output
    assert "installed       3  new LSC on the phone (Upgrade Success)" in ran.stdout
    assert "3 phones will restart." in ran.stderr
    assert sorted(lab.written) == [phone.name for phone in lab.phones]


def test_stdout_carries_the_result_alone(lab: LabCluster, lscctl: Lscctl) -> None:
    ran = lscctl(*BULK, "--yes", "--format", "json")
    run = json.loads(ran.stdout)
    assert run["schema"] == "lscctl.run/1"
    assert run["counts"]["installed"] == 3
    assert run["writes"] == 6


def test_a_dry_run_shows_the_plan_and_writes_nothing(lab: LabCluster, lscctl: Lscctl) -> None:
    ran = lscctl(*BULK, "--dry-run", "--format", "json")
    assert ran.exit_code == 0
    assert [step["name"] for step in json.loads(ran.stdout)["steps"]] == [phone.name for phone in lab.phones]
    assert lab.written == []


def test_a_dry_run_that_would_change_something_ends_with_ten_where_that_is_asked_for(
    lab: LabCluster, lscctl: Lscctl
) -> None:
    assert lscctl(*BULK, "--dry-run", "--detailed-exitcode").exit_code == 10
    assert lscctl(*BULK, "--detailed-exitcode", "--yes").exit_code == 2
    assert lab.written == []


def test_without_a_terminal_nothing_is_written_unless_yes_is_given(lab: LabCluster, lscctl: Lscctl) -> None:
    ran = lscctl(*BULK, stdin="y\n")
    assert ran.exit_code == 2
    assert "--yes" in ran.stderr
    assert lab.asked == []
    assert lab.written == []


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    """Somebody sits there who can be asked."""
    monkeypatch.setattr(installation, "can_ask", lambda: True)


@pytest.mark.usefixtures("terminal")
@pytest.mark.parametrize(("answer", "exit_code", "writes"), [("y\n", 0, 3), ("n\n", 3, 0), ("\n", 3, 0), ("", 130, 0)])
def test_at_a_terminal_it_asks_with_the_count(
    lab: LabCluster, lscctl: Lscctl, answer: str, exit_code: int, writes: int
) -> None:
    ran = lscctl(*BULK, stdin=answer)
    assert ran.exit_code == exit_code, ran.output
    assert "Install LSCs on 3 phones of lab? They will restart [y/N]" in ran.stderr
    assert len(lab.written) == writes


def test_no_selector_at_all_is_refused_with_the_way_to_mean_all(lab: LabCluster, lscctl: Lscctl) -> None:
    ran = lscctl("bulk-install", "--yes", "--limit", "5", "--exclude-model", "7841")
    assert ran.exit_code == 2
    assert "--name '*'" in ran.stderr
    assert lab.asked == []


def test_an_empty_selector_is_refused_since_it_may_be_an_unset_variable(lab: LabCluster, lscctl: Lscctl) -> None:
    ran = lscctl("bulk-install", "--yes", "--model", "")
    assert ran.exit_code == 2
    assert "--model is empty" in ran.stderr
    assert lab.asked == []


def test_nobody_matched_ends_with_four(lab: LabCluster, lscctl: Lscctl) -> None:
    ran = lscctl("bulk-install", "--model", "9999", "--yes")
    assert ran.exit_code == 4
    assert "no phone of lab matches" in ran.stderr
    assert ran.stdout == ""


def test_every_phone_left_out_ends_with_three_and_the_plan_says_why(lab: LabCluster, lscctl: Lscctl) -> None:
    lab.phones = [WITH_LSC]
    ran = lscctl(*BULK, "--yes", "--format", "json")
    assert ran.exit_code == 3
    assert json.loads(ran.stdout)["reasons"] == {"valid-lsc": 1}
    assert "valid-lsc" in ran.stderr
    assert lab.written == []


def test_another_count_than_expected_is_refused_with_both_numbers(lab: LabCluster, lscctl: Lscctl) -> None:
    ran = lscctl(*BULK, "--yes", "--expect", "5")
    assert ran.exit_code == 3
    assert "3 phones match, --expect says 5" in ran.stderr
    assert lab.written == []
    assert lscctl(*BULK, "--yes", "--expect", "3").exit_code == 0


def test_a_list_with_an_unknown_name_names_it_and_changes_nothing(
    lab: LabCluster, lscctl: Lscctl, tmp_path: Path
) -> None:
    (tmp_path / "phones.txt").write_text("SEP001122334401\nSEP0011223344FF\n")
    ran = lscctl("bulk-install", "--from", "phones.txt", "--yes")
    assert ran.exit_code == 2
    assert "SEP0011223344FF" in ran.stderr
    assert "SEP001122334401" not in ran.stderr
    assert lab.written == []


def test_a_list_may_come_from_standard_input(lab: LabCluster, lscctl: Lscctl) -> None:
    ran = lscctl("bulk-install", "--from", "-", "--yes", stdin="SEP001122334402\n")
    assert ran.exit_code == 0, ran.output
    assert lab.written == ["SEP001122334402"]


def test_failed_phones_end_the_run_with_one_and_are_told_with_the_next_step(lab: LabCluster, lscctl: Lscctl) -> None:
    lab.status = "Upgrade Failed: Invalid MIC"
    ran = lscctl(*BULK, "--yes")
    assert ran.exit_code == 1
    assert "Upgrade Failed: Invalid MIC" in ran.stdout
    assert "CAPF-trust lacks the issuer of the phone's MIC" in ran.stdout
    assert "SEP001122334401 failed: Upgrade Failed: Invalid MIC" in ran.stderr


def test_phones_still_pending_when_the_watch_ends_give_seven(lab: LabCluster, lscctl: Lscctl) -> None:
    lab.never_end = True
    for how in (["--no-wait"], ["--wait", "5m"]):
        lab.phones = [replace(PHONE)]
        ran = lscctl(*BULK, "--yes", *how)
        assert ran.exit_code == 7, ran.output
        assert "still under way" in ran.stdout


def test_a_failure_of_the_cluster_ends_with_five_after_the_summary(lab: LabCluster, lscctl: Lscctl) -> None:
    lab.down = LoginRefused("axl", "https://cucm:8443")
    ran = lscctl(*BULK, "--yes", "--format", "json")
    assert ran.exit_code == 5
    assert json.loads(ran.stdout)["schema"] == "lscctl.run/1"
    assert "wrong user name or password" in ran.stderr


def test_the_settings_asked_for_reach_the_plan(lab: LabCluster, lscctl: Lscctl) -> None:
    ran = lscctl(*BULK, "--dry-run", "--auth-mode", "MIC-first", "--key-order", "EC Only", "--format", "json")
    assert ran.exit_code == 3
    assert json.loads(ran.stdout)["reasons"] == {"mode-differs": 3, "key-order-differs": 3}


def test_settings_are_read_in_short_words_and_in_ciscos() -> None:
    request = Settings(auth_mode="by null string", key_order="ec-preferred", key_size=4096).request()
    assert request.mode is AuthenticationMode.NULL_STRING
    assert request.key_order is KeyOrder.EC_PREFERRED
    assert request.key_size == 4096


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--auth-mode", "nullstring"), "null-string"),
        (("--key-order", "rsa"), "rsa-only"),
        (("--key-size", "2084"), "2048"),
        (("--ec-key-size", "512"), "521"),
        (("--lsc", "expird"), "expired"),
        (("--protocol", "sipp"), "SIP"),
        (("--format", "jason"), "json"),
        (("--expires-within", "soon"), "90d"),
        (("--wait", "forever"), "30m"),
        (("--complete-by", "whenever"), "tomorrow 04:00"),
        (("--concurrency", "0"), "--concurrency"),
        (("--modle", "8845"), "--model"),
        (("--no-wait", "--wait", "1h"), "--no-wait"),
        (("--output", "plan.doc"), ".json"),
        (("--output", "no/such/folder/plan.json"), "folder"),
        (("--from", "missing.txt"), "missing.txt"),
    ],
)
def test_a_wrong_option_is_named_with_the_nearest_right_one(
    lab: LabCluster, lscctl: Lscctl, arguments: tuple[str, ...], words: str
) -> None:
    ran = lscctl(*BULK, "--yes", *arguments)
    assert ran.exit_code == 2, ran.output
    assert ran.stderr.startswith("error: ")
    assert words in ran.stderr
    assert lab.written == []


@pytest.mark.parametrize("deadline", ["30m", "0h", "2020-01-01T04:00"])
def test_a_deadline_too_near_is_refused_before_any_change(lab: LabCluster, lscctl: Lscctl, deadline: str) -> None:
    ran = lscctl(*BULK, "--yes", "--complete-by", deadline)
    assert ran.exit_code == 3
    assert "less than one hour ahead" in ran.stderr
    assert lab.written == []


def test_protected_phones_are_never_written(lab: LabCluster, lscctl: Lscctl) -> None:
    lab.protected = Protected(phones=("SEP001122334402",))
    assert lscctl(*BULK, "--yes", "--renew", "--include-secure", "--include-unregistered").exit_code == 0
    assert sorted(lab.written) == ["SEP001122334401", "SEP001122334403"]


def test_phones_that_caution_leaves_out_come_along_when_asked_for(lab: LabCluster, lscctl: Lscctl) -> None:
    lab.phones = [replace(SOFT, model="Cisco 8845")]
    assert lscctl(*BULK, "--yes").exit_code == 3
    assert lscctl(*BULK, "--yes", "--include-unregistered").exit_code == 0


def test_install_takes_names_and_mac_addresses(lab: LabCluster, lscctl: Lscctl) -> None:
    ran = lscctl("install", "SEP001122334401", "00:11:22:33:44:02", "--yes")
    assert ran.exit_code == 0, ran.output
    assert sorted(lab.written) == ["SEP001122334401", "SEP001122334402"]


def test_install_of_a_phone_that_does_not_exist_names_it(lab: LabCluster, lscctl: Lscctl) -> None:
    ran = lscctl("install", "SEP0011223344FF", "--yes")
    assert ran.exit_code == 4
    assert "SEP0011223344FF" in ran.stderr


def test_install_without_a_name_is_a_usage_error(lab: LabCluster, lscctl: Lscctl) -> None:
    assert lscctl("install", "--yes").exit_code == 2
    assert lscctl("install", "nonsense name", "--yes").exit_code == 2
    assert lab.asked == []


def test_notes_of_the_cluster_are_shown_with_the_plan(lab: LabCluster, lscctl: Lscctl) -> None:
    lab.notes = ("this version has no applyPhone: doDeviceReset stands in",)
    assert "doDeviceReset stands in" in lscctl(*BULK, "--yes").stderr


def test_progress_in_a_pipe_is_lines_without_control_sequences(lab: LabCluster, lscctl: Lscctl) -> None:
    ran = lscctl(*BULK, "--yes")
    assert "writing 3 phones" in ran.stderr
    assert "3 installed" in ran.stderr
    assert "\x1b" not in ran.output


def test_a_full_disk_hides_neither_a_failed_cluster_nor_the_other_places(
    lab: LabCluster, lscctl: Lscctl, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    full = tmp_path / "full.csv"

    def write_whole(path: Path, pieces: Iterable[str]) -> None:
        if path == full:
            raise OSError(28, "no space left on device")
        path.write_text("".join(pieces))

    monkeypatch.setattr(screen, "write_whole", write_whole)
    outputs = ("--output", str(full), "--output", str(tmp_path / "kept.csv"))
    ran = lscctl("bulk-install", "--model", "8845", "--yes", *outputs, "--format", "json")
    assert ran.exit_code == 1, ran.output
    assert len(json.loads(ran.stdout)["phones"]) == 3
    assert (tmp_path / "kept.csv").exists()

    lab.down = LoginRefused("axl", "https://cucm:8443")
    ran = lscctl("bulk-install", "--model", "8845", "--renew", "--yes", *outputs)
    assert ran.exit_code == 5, ran.output
    assert "no space left" in ran.stderr
    assert "refuses the login" in ran.stderr


def test_a_phone_whose_operation_was_taken_back_is_no_success(lab: LabCluster, lscctl: Lscctl) -> None:
    lab.status = "None"
    ran = lscctl("bulk-install", "--model", "8845", "--yes")
    assert ran.exit_code == 1, ran.output
    assert "taken back" in ran.stdout
