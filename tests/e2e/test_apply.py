"""A plan that is kept in a file, over the network: what was reviewed runs, and phones that changed since are left alone."""

import json
import signal
from collections.abc import Callable

import pytest

from tests.e2e.conftest import Ran, Site
from tests.e2e.rollouts import (
    BULK,
    ONE_WAVE,
    assert_untouched,
    call_when,
    explains,
    names_by_state,
    phones_of,
    written,
)
from tests.e2e.strings import long_strings

DRY = (*BULK[:-2], "--dry-run", "--output", "plan.json")
APPLY = ("apply", "plan.json", "--yes", "--format", "json")


def planned(site: Site, *options: str) -> list[str]:
    """Keep a plan in `plan.json`; the phones that it names, in its order."""
    ran = site.lscctl(*DRY, *options)
    assert ran.exit_code == 0, ran
    content = json.loads((site.folder / "plan.json").read_text())
    return [step["name"] for step in content["steps"]]


def reason(ran: Ran, name: str) -> str:
    return str(phones_of(ran)[name]["reason"])


def test_a_kept_plan_is_carried_out_and_the_phones_get_their_lscs(site: Site) -> None:
    names = planned(site, *ONE_WAVE)
    assert_untouched(site)
    ran = site.lscctl(*APPLY)
    assert ran.exit_code == 0, ran
    assert names_by_state(ran)["installed"] == set(names)
    assert sorted(written(site)) == sorted(names)
    run = json.loads(site.lscctl("runs", "show", "--format", "json").out)
    assert run["command"] == "lscctl apply plan.json --yes --format json"
    digest = json.loads((site.folder / "plan.json").read_text())["digest"]
    assert any(digest in note for note in run["notes"])


OTHER_PROFILE = (
    "UPDATE device SET fksecurityprofile = (SELECT pkid FROM securityprofile WHERE name = '8845 SIP - Authenticated')"
    " WHERE name = '{name}'"
)
OTHER_POOL = (
    "UPDATE device SET fkdevicepool = (SELECT pkid FROM devicepool WHERE pkid <> fkdevicepool LIMIT 1)"
    " WHERE name = '{name}'"
)
BUSY = "UPDATE device SET tkcertificateoperation = 2, tkcertificatestatus = 2 WHERE name = '{name}'"

WRITTEN = (
    "UPDATE device SET tkcertificateoperation = 2, upgradefinishtime = '2031:01:01:00:00', tkcertificatestatus ="
    " (SELECT enum FROM typecertificatestatus WHERE name = 'Upgrade Failed') WHERE name = '{name}'"
)


@pytest.mark.parametrize(
    ("statement", "words"),
    [
        (OTHER_PROFILE, "another security profile"),
        (OTHER_POOL, "moved to device pool"),
        (BUSY, "Install/Upgrade, status Operation Pending"),
        (WRITTEN, "somebody has written Install/Upgrade until 2031:01:01:00:00"),
        ("DELETE FROM device WHERE name = '{name}'", "deleted or renamed"),
    ],
)
def test_a_phone_that_somebody_changed_since_is_left_out_or_with_strict_refuses_all(
    site: Site, statement: str, words: str
) -> None:
    names = planned(site)
    site.sql(statement.format(name=names[2]))
    explains(site.lscctl(*APPLY, "--strict"), 3, "1 phone of plan.json cannot be written as planned", names[2], words)
    assert_untouched(site)
    ran = site.lscctl(*APPLY)
    assert ran.exit_code == 0, ran
    assert words in reason(ran, names[2])
    assert sorted(written(site)) == sorted({*names} - {names[2]})


def test_a_plan_that_was_killed_in_the_middle_is_resumed_as_any_run(site: Site) -> None:
    names = planned(site, *ONE_WAVE, "--concurrency", "2")
    with site.running(*APPLY) as run:
        call_when(site, "updatePhone", 5, run.kill)
        assert run.wait(30) == -signal.SIGKILL
    ran = site.lscctl("runs", "resume", "--format", "json")
    assert ran.exit_code == 0, ran
    assert names_by_state(ran)["installed"] == set(names)
    assert sorted(written(site)) == sorted(names), "no phone twice, no phone that is not in the plan"


def test_a_plan_that_is_applied_twice_names_the_run_that_did_it_and_how_to_go_on(site: Site) -> None:
    names = planned(site, *ONE_WAVE, "--concurrency", "1")
    with site.running(*APPLY) as run:
        call_when(site, "updatePhone", 5, run.kill)
        assert run.wait(30) == -signal.SIGKILL
    refused = site.lscctl(*APPLY, "--strict")
    explains(refused, 3, "run 1 carries out this plan already, and has not ended", "`lscctl runs resume 1`")
    assert "run 1 of this journal has written Install/Upgrade until" in refused.err
    assert "somebody" not in refused.err
    resumed = site.lscctl("runs", "resume", "1", "--format", "json")
    assert names_by_state(resumed)["installed"] == set(names)
    again = site.lscctl(*APPLY)
    assert again.exit_code == 3
    assert "run 1 carries out this plan already, and has ended: `lscctl runs show 1 --phones`" in again.err
    assert sorted(written(site)) == sorted(names), "no phone twice"


def test_a_plan_of_another_cluster_is_refused_and_names_both(
    site: Site, make_site: Callable[..., Site], tmp_path_factory: pytest.TempPathFactory
) -> None:
    planned(site)
    other = make_site(seed=2)
    other.folder = tmp_path_factory.mktemp("other")
    (other.folder / "plan.json").write_bytes((site.folder / "plan.json").read_bytes())
    explains(other.lscctl(*APPLY), 3, "plan.json is for the cluster lab (127.0.0.1)", "is another one")
    assert_untouched(other)


def test_a_plan_of_moves_is_refused_with_the_command_that_moves(site: Site) -> None:
    move = ("profiles", "set-mode", "--cluster", "lab", "Cisco 8845 - Standard SIP Non-Secure Profile", "mic-first")
    dry = site.lscctl(*move, "--copy-to", "8845 MIC", "--dry-run", "--output", "plan.json")
    assert dry.exit_code == 0, dry
    explains(site.lscctl(*APPLY), 2, "moves phones to another security profile", "set-mode")
    assert_untouched(site)


def test_a_plan_holds_no_secret(make_site: Callable[..., Site]) -> None:
    site = make_site(phones=300)
    secrets = long_strings(site)
    ran = site.lscctl(
        "bulk-install",
        "--cluster",
        "lab",
        "--name",
        "*",
        "--auth-mode",
        "auth-string",
        "--dry-run",
        "--output",
        "plan.json",
    )
    assert ran.exit_code == 0, ran
    kept = (site.folder / "plan.json").read_text()
    assert "authentication-string" in kept
    for secret in (*secrets, site.server.password):
        assert secret not in kept
