"""The main job end to end: `lscctl bulk-install --model 8845` against a cluster whose phones live."""

import json
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from lscctl.simulator.assumptions import Assumptions
from tests.e2e.conftest import Site, wait_until

ONE_WAVE = ("--canary", "0", "--waves", "rest")
BULK = ("bulk-install", "--cluster", "lab", "--model", "8845", *ONE_WAVE, "--yes")

INSTALLED_BY_US = """select d.name from device d
    join typecertificatestatus s on s.enum = d.tkcertificatestatus
    join typemodel m on m.enum = d.tkmodel
    where m.name = 'Cisco 8845' and s.name = 'Upgrade Success' and d.upgradefinishtime <> '' order by d.name"""


def writes(site: Site) -> int:
    return sum(site.server.requests[operation, "ok"] for operation in ("updatePhone", "applyPhone", "doDeviceReset"))


def run_of(text: str) -> dict[str, list[dict[str, str]]]:
    """The phones of a JSON run, by state."""
    by_state: dict[str, list[dict[str, str]]] = {}
    for phone in json.loads(text)["phones"]:
        by_state.setdefault(phone["state"], []).append(phone)
    return by_state


def test_phones_end_with_an_lsc_and_the_run_says_so(site: Site) -> None:
    ran = site.lscctl(*BULK, "--format", "json")
    assert ran.exit_code == 0, ran
    states = run_of(ran.out)
    installed = [phone["name"] for phone in states["installed"]]
    assert installed
    assert set(states) <= {"installed", "left-out"}
    truth = {str(name) for (name,) in site.sql(INSTALLED_BY_US)}
    assert set(installed) <= truth
    assert writes(site) == 2 * len(installed)


def test_a_second_run_finds_nothing_left_to_do(site: Site) -> None:
    assert site.lscctl(*BULK).exit_code == 0
    before = writes(site)
    again = site.lscctl(*BULK)
    assert again.exit_code == 3, again
    assert "valid LSC" in again.out + again.err
    assert writes(site) == before


@pytest.mark.parametrize("version", ["10.5", "11.0"])
def test_a_second_run_leaves_phones_alone_on_a_cluster_without_expiry_columns(
    make_site: Callable[..., Site], version: str
) -> None:
    site = make_site(version=version)
    assert site.lscctl(*BULK).exit_code == 0
    before = writes(site)
    again = site.lscctl(*BULK)
    assert again.exit_code == 3, again
    assert writes(site) == before


def test_a_dry_run_writes_nothing_and_tells_what_it_would_do(site: Site) -> None:
    ran = site.lscctl("bulk-install", "--cluster", "lab", "--model", "8845", "--dry-run")
    assert ran.exit_code == 0, ran
    assert "Cisco 8845" in ran.out
    assert writes(site) == 0
    assert site.lscctl(*BULK[:-1], "--dry-run", "--detailed-exitcode").exit_code == 10


@pytest.mark.parametrize(
    "version", ["8.0", "8.5", "8.6", "9.0", "9.1", "10.0", "10.5", "11.0", "11.5", "12.0", "12.5", "14.0", "15.0"]
)
def test_every_version_of_cucm_is_served(make_site: Callable[..., Site], version: str) -> None:
    site = make_site(version=version)
    ran = site.lscctl(*BULK, "--format", "json")
    assert ran.exit_code == 0, ran
    assert run_of(ran.out)["installed"]
    old = float(version) < 10
    assert bool(site.server.requests["doDeviceReset", "ok"]) is old
    assert ("doDeviceReset" in ran.err) is old


OTHER_ANSWERS = [
    f"{knob.key}={value}" for knob in Assumptions.catalogue() for value in knob.values if value != knob.default
]


@pytest.mark.parametrize("assumption", OTHER_ANSWERS)
def test_either_answer_to_what_nobody_has_seen_will_do(make_site: Callable[..., Site], assumption: str) -> None:
    site = make_site(phones=40, assume=(assumption,))
    if assumption == "dbinfo=refused":
        site.configure(zone='"Europe/Berlin"')
    ran = site.lscctl(*BULK, "--format", "json", "--wait", "20s")
    states = run_of(ran.out)
    assert states["installed"], ran
    # what a phone then shows may depend on the answer; what lscctl says of it never does
    truth = {str(name) for (name,) in site.sql(INSTALLED_BY_US)}
    assert {phone["name"] for phone in states["installed"]} <= truth, ran
    assert ran.exit_code == (0 if set(states) <= {"installed", "left-out"} else 7 if "pending" in states else 1), ran


def test_failures_are_told_with_status_reason_and_next_step(make_site: Callable[..., Site]) -> None:
    site = make_site(phones=120, fail=("invalid-mic=2", "key-generation=2"))
    ran = site.lscctl(*BULK, "--format", "json")
    failed = run_of(ran.out).get("failed", [])
    truth = {
        str(name) for (name,) in site.sql(INSTALLED_BY_US.replace("= 'Upgrade Success'", "like 'Upgrade Failed%'"))
    }
    assert truth
    assert {phone["name"] for phone in failed} == truth
    assert ran.exit_code == 1
    assert all(phone["status"].startswith("Upgrade Failed") and phone["next_step"] for phone in failed)


def test_an_answer_lost_after_the_write_is_recognised_and_not_repeated(site: Site) -> None:
    site.server.disturb("drop-after:updatePhone@1-3")
    ran = site.lscctl(*BULK, "--format", "json")
    assert ran.exit_code == 0, ran
    states = run_of(ran.out)
    assert set(states) <= {"installed", "left-out"}
    assert site.server.requests["updatePhone", "ok"] <= len(states["installed"])


def test_an_answer_lost_after_the_apply_is_never_repeated(site: Site) -> None:
    site.server.disturb("drop-after:applyPhone@1-2")
    ran = site.lscctl(*BULK, "--format", "json")
    states = run_of(ran.out)
    assert set(states) <= {"installed", "left-out"}, ran
    calls = sum(count for (operation, _), count in site.server.requests.items() if operation == "applyPhone")
    assert calls == len(states["installed"])


def test_a_phone_deleted_between_plan_and_write_is_told_and_stops_nobody(site: Site) -> None:
    plan = json.loads(site.lscctl(*BULK[:-1], "--dry-run", "--format", "json").out)
    names = [step["name"] for step in plan["steps"]]
    site.server.disturb("delay=1:updatePhone")
    command = [sys.executable, "-m", "lscctl", *BULK, "--concurrency", "1", "--format", "json"]
    with subprocess.Popen(
        command, env=site.environment(), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as run:
        wait_until(lambda: site.server.requests["executeSQLQuery", "ok"] > 0 and arrived(site, "updatePhone"))
        (pkid,) = site.sql(f"select pkid from device where name = '{names[-1]}'")[0]
        site.cluster.delete_phone(str(pkid))
        site.server.calm()
        out, err = run.communicate(timeout=60)
    assert run.returncode == 1, (out, err)
    states = run_of(out)
    assert [phone["name"] for phone in states["failed"]] == [names[-1]]
    assert {phone["name"] for phone in states["installed"]} == set(names[:-1])


def arrived(site: Site, operation: str) -> bool:
    return any(name == operation for name, _ in site.server.requests)


@pytest.mark.parametrize("signum", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_an_interrupt_is_safe_and_tells_what_is_under_way(
    make_site: Callable[..., Site], signum: signal.Signals
) -> None:
    site = make_site(phones=120, phone_speed=1.0)
    site.configure()
    command = [sys.executable, "-m", "lscctl", *BULK, "--format", "json"]
    with subprocess.Popen(
        command, env=site.environment(), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as run:
        wait_until(lambda: site.server.requests["applyPhone", "ok"] > 0)
        run.send_signal(signum)
        out, err = run.communicate(timeout=60)
    assert run.returncode == 130, (out, err)
    states = run_of(out)
    under_way = {phone["name"] for state in ("written", "applied", "pending") for phone in states.get(state, [])}
    truth = {
        str(name)
        for (name,) in site.sql("select name from device where tkcertificateoperation = 2 and upgradefinishtime > ''")
    }
    assert under_way == truth & {
        phone["name"] for phones in states.values() for phone in phones if phone["state"] != "left-out"
    }


def test_protected_phones_are_never_written(site: Site) -> None:
    plan = json.loads(site.lscctl(*BULK[:-1], "--dry-run", "--format", "json").out)
    name = plan["steps"][0]["name"]
    site.configure(protected=f'{{ phones = ["{name}"] }}')
    states = run_of(site.lscctl(*BULK, "--format", "json").out)
    assert name in {phone["name"] for phone in states["left-out"]}
    assert site.sql(f"select tkcertificateoperation from device where name = '{name}'") == [(1,)]


def test_install_takes_phones_by_their_names(site: Site) -> None:
    plan = json.loads(site.lscctl(*BULK[:-1], "--dry-run", "--format", "json").out)
    names = [step["name"] for step in plan["steps"][:2]]
    ran = site.lscctl("install", *names, "--cluster", "lab", "--yes", "--format", "json")
    assert ran.exit_code == 0, ran
    assert sorted(phone["name"] for phone in run_of(ran.out)["installed"]) == names
    assert writes(site) == 4


def test_status_shows_the_lsc_that_was_installed(site: Site) -> None:
    ran = site.lscctl(*BULK, "--format", "json")
    name = run_of(ran.out)["installed"][0]["name"]
    status = site.lscctl("status", "--cluster", "lab", "--name", name)
    assert status.exit_code == 0, status
    assert "Upgrade Success" in status.out
    assert name in status.out


def test_the_whole_thing_works_with_an_admins_own_wsdl(make_site: Callable[..., Site]) -> None:
    import ciscoaxl

    site = make_site(phones=40, version="12.5")
    wsdl = Path(ciscoaxl.__file__).parent / "schema" / "12.5" / "AXLAPI.wsdl"
    ran = site.lscctl(*BULK, "--wsdl", str(wsdl), "--format", "json")
    assert ran.exit_code == 0, ran
    assert run_of(ran.out)["installed"]


def test_no_wait_ends_with_seven_while_phones_are_pending(make_site: Callable[..., Site]) -> None:
    site = make_site(phone_speed=1.0)
    ran = site.lscctl(*BULK, "--no-wait", "--format", "json")
    assert ran.exit_code == 7, ran
    assert run_of(ran.out).get("pending") or run_of(ran.out).get("applied")
