"""`lscctl delete` and `lscctl troubleshoot`: the other operations of CAPF, with all that an install has."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from lscctl.capf import AuthenticationMode, CapfSettings, DeviceSecurityMode
from lscctl.cli import installation
from lscctl.phone import Lsc
from tests.cli.conftest import Lscctl
from tests.cli.lab import LabCluster
from tests.report.phones_in_sight import CAPF, DAY, NOW

FIRST, SECOND, THIRD = (f"SEP00112233440{number}" for number in (1, 2, 3))
DELETE = ("delete", "--model", "8845")
TROUBLESHOOT = ("troubleshoot", "--model", "8845")
AN_LSC = Lsc(int(NOW) + 69 * DAY, CAPF, None, "30820122")


@pytest.fixture
def with_lscs(lab: LabCluster) -> LabCluster:
    """Three phones that have LSCs."""
    lab.phones = [replace(phone, lsc=AN_LSC) for phone in lab.phones]
    lab.status = "Delete Success"
    return lab


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    """Somebody sits there who can be asked."""
    monkeypatch.setattr(installation, "can_ask", lambda: True)


def give(lab: LabCluster, name: str, *, mode: AuthenticationMode, secure: bool = False) -> None:
    """The phone gets a profile of its own with this mode."""
    security = DeviceSecurityMode.ENCRYPTED if secure else DeviceSecurityMode.NON_SECURE
    lab.phones = [
        replace(
            phone,
            profile=replace(
                phone.profile,
                pkid=name,
                name=f"profile of {name}",
                security_mode=security,
                settings=CapfSettings(mode, 2048),
            ),
        )
        if phone.name == name
        else phone
        for phone in lab.phones
    ]


def test_lscs_are_deleted_and_the_run_says_so(with_lscs: LabCluster, lscctl: Lscctl) -> None:
    ran = lscctl(*DELETE, "--confirm-count", "3")
    assert ran.exit_code == 0, ran.output
    assert "deleted       3  no LSC on the phone any more (Delete Success)" in ran.stdout
    assert "Delete on lab (CUCM" in ran.stdout
    assert "Delete on lab" in ran.stderr
    assert "Install" not in ran.output
    assert not any(phone.lsc.present for phone in with_lscs.phones)


def test_certificates_are_fetched_and_no_lsc_changes(with_lscs: LabCluster, lscctl: Lscctl) -> None:
    with_lscs.status = "Troubleshoot Success"
    ran = lscctl(*TROUBLESHOOT, "--yes", "--format", "json")
    assert ran.exit_code == 0, ran.output
    run = json.loads(ran.stdout)
    assert (run["operation"], run["counts"]["fetched"]) == ("Troubleshoot", 3)
    assert {phone.lsc for phone in with_lscs.phones} == {AN_LSC}


def test_a_troubleshoot_needs_no_lsc(lab: LabCluster, lscctl: Lscctl) -> None:
    lab.status = "Troubleshoot Success"
    assert lscctl(*TROUBLESHOOT, "--yes").exit_code == 0
    assert len(lab.written) == 3


def test_phones_without_an_lsc_have_nothing_to_delete(lab: LabCluster, lscctl: Lscctl) -> None:
    ran = lscctl(*DELETE, "--confirm-count", "3")
    assert ran.exit_code == 3, ran.output
    assert "3 no-lsc" in ran.stderr
    assert lab.written == []


@pytest.mark.parametrize("command", [DELETE, TROUBLESHOOT])
def test_no_selector_at_all_is_refused(command: tuple[str, ...], lab: LabCluster, lscctl: Lscctl) -> None:
    ran = lscctl(command[0], "--yes", "--limit", "5")
    assert ran.exit_code == 2
    assert "--name '*'" in ran.stderr
    assert lab.asked == []


# how somebody agrees to a delete


@pytest.mark.parametrize("options", [[], ["--yes"]])
def test_without_a_terminal_yes_is_not_enough(options: list[str], with_lscs: LabCluster, lscctl: Lscctl) -> None:
    ran = lscctl(*DELETE, *options, stdin="3\n")
    assert ran.exit_code == 2
    assert "--confirm-count" in ran.stderr
    assert with_lscs.written == []


@pytest.mark.parametrize("number", ["2", "4", "0"])
def test_another_number_than_that_of_the_phones_to_write_is_refused(
    number: str, with_lscs: LabCluster, lscctl: Lscctl
) -> None:
    ran = lscctl(*DELETE, "--yes", "--confirm-count", number)
    assert ran.exit_code == 3, ran.output
    told = ran.stderr[ran.stderr.index("error:") :]
    assert f"--confirm-count says {number}" in told
    assert "3" not in told, "the number is for whoever reads the plan"
    assert with_lscs.written == []


def test_phones_that_are_left_out_are_not_counted(with_lscs: LabCluster, lscctl: Lscctl) -> None:
    with_lscs.phones[0] = replace(with_lscs.phones[0], lsc=Lsc())
    assert lscctl(*DELETE, "--confirm-count", "3").exit_code == 3
    assert lscctl(*DELETE, "--confirm-count", "2").exit_code == 0
    assert sorted(with_lscs.written) == [SECOND, THIRD]


@pytest.mark.usefixtures("terminal")
@pytest.mark.parametrize("options", [[], ["--yes"]])
@pytest.mark.parametrize(
    ("answer", "exit_code", "writes"), [("3\n", 0, 3), (" 3 \n", 0, 3), ("y\n", 3, 0), ("4\n", 3, 0), ("", 130, 0)]
)
def test_at_a_terminal_the_number_is_typed(  # noqa: PLR0917 - what pytest gives
    with_lscs: LabCluster, lscctl: Lscctl, options: list[str], answer: str, exit_code: int, writes: int
) -> None:
    ran = lscctl(*DELETE, *options, stdin=answer)
    assert ran.exit_code == exit_code, ran.output
    assert "Delete the LSCs of 3 phones of lab? They will restart. Type how many phones" in ran.stderr
    assert len(with_lscs.written) == writes


@pytest.mark.usefixtures("terminal")
def test_a_troubleshoot_asks_as_an_install_does(with_lscs: LabCluster, lscctl: Lscctl) -> None:
    ran = lscctl(*TROUBLESHOOT, stdin="n\n")
    assert ran.exit_code == 3
    assert "Fetch the certificates into the CAPF trace from 3 phones of lab? They will restart [y/N]" in ran.stderr


def test_a_kept_plan_of_a_delete_is_carried_out_by_the_same_rule(with_lscs: LabCluster, lscctl: Lscctl) -> None:
    assert lscctl(*DELETE, "--dry-run", "--output", "plan.json").exit_code == 0
    assert json.loads(Path("plan.json").read_text())["operation"] == "Delete"
    assert lscctl("apply", "plan.json", "--yes").exit_code == 2
    assert lscctl("apply", "plan.json", "--yes", "--confirm-count", "2").exit_code == 3
    assert with_lscs.written == []
    ran = lscctl("apply", "plan.json", "--confirm-count", "3", "--format", "json")
    assert ran.exit_code == 0, ran.output
    assert json.loads(ran.stdout)["counts"]["deleted"] == 3


def test_a_phone_that_lost_its_lsc_since_the_plan_is_left_out(with_lscs: LabCluster, lscctl: Lscctl) -> None:
    assert lscctl(*DELETE, "--dry-run", "--output", "plan.json").exit_code == 0
    with_lscs.phones[0] = replace(with_lscs.phones[0], lsc=Lsc())
    ran = lscctl("apply", "plan.json", "--confirm-count", "2")
    assert ran.exit_code == 0, ran.output
    assert FIRST in ran.stderr
    assert sorted(with_lscs.written) == [SECOND, THIRD]


def test_a_retry_deletes_and_asks_for_the_number_anew(with_lscs: LabCluster, lscctl: Lscctl) -> None:
    with_lscs.status = "Delete Failed: Invalid LSC"
    ran = lscctl(*DELETE, "--confirm-count", "3", "--max-failures", "100%")
    assert ran.exit_code == 1, ran.output
    with_lscs.status = "Delete Success"
    with_lscs.applied.clear()
    assert lscctl("runs", "retry", "1", "--yes").exit_code == 2
    assert lscctl("runs", "retry", "1", "--confirm-count", "3").exit_code == 0
    assert "Delete" in lscctl("runs", "list").stdout
    assert json.loads(lscctl("runs", "show", "2", "--format", "json").stdout)["operation"] == "Delete"


# what is said of phones that need their LSC


def test_the_plan_says_what_stops_working(with_lscs: LabCluster, lscctl: Lscctl) -> None:
    give(with_lscs, FIRST, mode=AuthenticationMode.MIC_FIRST, secure=True)
    give(with_lscs, SECOND, mode=AuthenticationMode.LSC_FIRST)
    shown = lscctl(*DELETE, "--include-secure", "--include-lsc-first", "--dry-run", "--format", "markdown").stdout
    assert "802.1X (EAP-TLS) and the phone VPN" in shown
    rows = [line for line in shown.splitlines() if line.startswith("|")]
    assert any(f"profile of {FIRST} (Encrypted)" in row and "| 1 |" in row.replace("  ", " ") for row in rows), shown
    assert any("mode lsc-first" in row and "1" in row for row in rows), shown


def test_an_install_says_nothing_of_that(lab: LabCluster, lscctl: Lscctl) -> None:
    assert "802.1X" not in lscctl("bulk-install", "--model", "8845", "--dry-run").stdout


def test_phones_that_need_their_lsc_are_left_out_unless_asked_for(with_lscs: LabCluster, lscctl: Lscctl) -> None:
    give(with_lscs, FIRST, mode=AuthenticationMode.MIC_FIRST, secure=True)
    give(with_lscs, SECOND, mode=AuthenticationMode.LSC_FIRST)
    plan = json.loads(lscctl(*DELETE, "--dry-run", "--format", "json").stdout)
    assert {out["name"]: out["reasons"] for out in plan["left_out"]} == {
        FIRST: ["secure-profile"],
        SECOND: ["lsc-first"],
    }
    assert [(step["name"], step["decision"]) for step in plan["steps"]] == [(THIRD, "delete")]
