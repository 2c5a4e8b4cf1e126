"""A rollout as an admin meets it: waves, gates, windows, limits - and what a closed gate leaves of the cluster."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.e2e.conftest import Site
from tests.e2e.rollouts import (
    BULK,
    ONE_WAVE,
    assert_untouched,
    explains,
    history,
    hours,
    names_by_state,
    phones_of,
    waves_of,
    written,
)

LIVING = "select name from device where tkcertificateoperation = 2 and upgradefinishtime > ''"


def test_a_canary_goes_first_and_the_waves_follow_one_after_the_other(site: Site) -> None:
    ran = site.lscctl(*BULK, "--canary", "2", "--waves", "4,rest")
    assert ran.exit_code == 0, ran
    waves = waves_of(ran)
    assert {number: len(names) for number, names in waves.items() if number < 3} == {1: 2, 2: 4}
    assert set(waves) == {1, 2, 3}
    of = {name: number for number, names in waves.items() for name in names}
    calls = [of[write.phone] for write in history(site)]
    assert calls == sorted(calls), "a wave began before the one before it was applied"
    assert "canary (1 of 3): 2 phones" in ran.err
    assert "wave 2 of 3: 4 phones" in ran.err


def test_the_plan_tells_the_waves_the_gates_and_the_window_before_anything_is_written(site: Site) -> None:
    window = hours(3, 5)
    limits = ("--max-failures", "10%", "--window", window)
    ran = site.lscctl(*BULK[:-3], "--dry-run", "--canary", "2", "--wave-size", "5", *limits)
    assert ran.exit_code == 0, ran
    assert "4 waves: a canary of 2 phones, then 2 times 5, 2; at most 200 phones pending at once." in ran.out
    assert "more than 10% of the phones failed" in ran.out
    assert f"Phones are written only {window} by the cluster's clock." in ran.out
    assert_untouched(site)


def test_site_by_site_no_wave_but_the_canary_has_phones_of_two_device_pools(site: Site) -> None:
    ran = site.lscctl(*BULK, "--wave-by", "device-pool", "--canary", "1", "--waves", "rest")
    assert ran.exit_code == 0, ran
    pools = {
        str(name): str(pool)
        for name, pool in site.sql("select d.name, p.name from device d join devicepool p on p.pkid = d.fkdevicepool")
    }
    waves = waves_of(ran)
    assert len(waves) > 3
    of_wave = {number: {pools[name] for name in names} for number, names in waves.items()}
    assert all(len(of_wave[number]) == 1 for number in waves if number > 1)
    for number, (pool,) in ((number, tuple(of_wave[number])) for number in waves if number > 1):
        assert f"({pool})" in ran.err, number


def test_too_many_failures_close_the_gate_and_the_rest_stays_untouched(make_site: Callable[..., Site]) -> None:
    site = make_site(fail=("invalid-mic=100%",))
    ran = site.lscctl(*BULK, "--auth-mode", "mic-first", "--canary", "0", "--waves", "1,rest", "--max-failures", "0")
    assert ran.exit_code == 1, ran
    states = names_by_state(ran)
    assert len(states["failed"]) == 1
    assert states["queued"]
    assert set(written(site)) == states["failed"]
    assert "gate closed: 1 of 1 phones in this wave failed; --max-failures 0 allows 0" in ran.err
    assert "lscctl runs resume 1" in ran.err
    heading = json.loads(ran.out)
    assert heading["gate"].startswith("--max-failures")
    assert heading["resume"] == "lscctl runs resume 1"


def test_phones_that_do_not_come_back_close_the_gate_of_their_own(make_site: Callable[..., Site]) -> None:
    site = make_site(fail=("lost=100%",))
    ran = site.lscctl(*BULK, "--canary", "2", "--waves", "rest", "--wave-timeout", "4s", "--max-failures", "100%")
    assert ran.exit_code == 1, ran
    states = names_by_state(ran)
    assert len(states["lost"]) == 2
    assert set(written(site)) == states["lost"]
    assert "2 of 2 phones in this wave did not re-register; --max-lost 1% allows 0" in ran.err
    assert all("not registered again" in phones_of(ran)[name]["reason"] for name in states["lost"])


def test_phones_that_pend_longer_than_the_waves_time_are_stalled_and_count_as_failures(
    make_site: Callable[..., Site],
) -> None:
    site = make_site(fail=("itl-mismatch=100%",))
    ran = site.lscctl(*BULK, "--canary", "3", "--waves", "rest", "--wave-timeout", "2s")
    assert ran.exit_code == 1, ran
    states = names_by_state(ran)
    assert len(states["stalled"]) == 3
    assert set(written(site)) == states["stalled"]
    assert "--max-failures 5% at least 2 allows 2" in ran.err


def test_outside_the_window_nothing_is_written_and_a_run_that_does_not_wait_says_how_to_go_on(site: Site) -> None:
    ran = site.lscctl(*BULK, "--window", hours(3, 5), "--no-wait")
    assert ran.exit_code == 7, ran
    assert set(names_by_state(ran)) == {"queued", "left-out"}
    assert_untouched(site)
    assert "go on with: lscctl runs resume 1" in ran.err
    assert "outside the window until" in json.loads(ran.out)["left"]
    again = site.lscctl("runs", "resume", "--no-wait")
    assert again.exit_code == 7, again
    assert_untouched(site)


def test_inside_the_window_a_run_goes_through(site: Site) -> None:
    ran = site.lscctl(*BULK, *ONE_WAVE, "--window", hours(3, 5), "--window", hours(-1, 3))
    assert ran.exit_code == 0, ran
    assert names_by_state(ran)["installed"] == set(written(site))


def test_a_wave_that_no_window_is_long_enough_for_is_told_with_what_would_help(site: Site) -> None:
    ran = site.lscctl(*BULK, *ONE_WAVE, "--window", hours(-0.1, 0.2))
    assert ran.exit_code == 1, ran
    assert "no window leaves it so long: give smaller waves, a shorter --wave-timeout or a longer window" in ran.err
    assert_untouched(site)


def test_waves_keep_the_pause_between_them(site: Site) -> None:
    ran = site.lscctl(*BULK, "--canary", "2", "--waves", "rest", "--pause-between", "3s")
    assert ran.exit_code == 0, ran
    of = phones_of(ran)
    applied = [write.true_at for write in history(site, "applyPhone") if of[write.phone]["wave"] == 1]
    next_wave = [write.true_at for write in history(site, "updatePhone") if of[write.phone]["wave"] == 2]
    assert min(next_wave) - max(applied) >= 3


def test_never_more_phones_are_pending_than_the_limit_allows(site: Site) -> None:
    before = {name for (name,) in site.sql(LIVING)}
    seen: list[int] = []
    site.server.follow(lambda _: seen.append(len({name for (name,) in site.sql(LIVING)} - before)))
    ran = site.lscctl(*BULK, *ONE_WAVE, "--max-in-flight", "5")
    assert ran.exit_code == 0, ran
    assert len(names_by_state(ran)["installed"]) > 10
    assert 2 <= max(seen) <= 5


@pytest.fixture
def listener(site: Site) -> Path:
    """A program that keeps what it is told on its standard input."""
    program = site.folder / "listen"
    program.write_text(f'#!/bin/sh\ncat >> "{site.folder}/heard.ndjson"\n')
    program.chmod(0o755)
    return program


def test_a_notified_program_hears_of_the_gate_and_of_the_end(make_site: Callable[..., Site], listener: Path) -> None:
    site = make_site(fail=("invalid-mic=100%",))
    ran = site.lscctl(
        *BULK, "--auth-mode", "mic-first", "--canary", "0", "--max-failures", "0", "--notify", str(listener)
    )
    assert ran.exit_code == 1, ran
    heard = [json.loads(line) for line in (site.folder / "heard.ndjson").read_text().splitlines()]
    assert {event["event"] for event in heard} == {"gate-closed", "finished"}
    assert all(
        event["schema"] == "lscctl.event/1" and (event["cluster"], event["run"]) == ("lab", 1) for event in heard
    )
    finished = next(event for event in heard if event["event"] == "finished")
    assert finished["by"] == "gate"
    assert finished["counts"]["failed"] == len(names_by_state(ran)["failed"])


def test_a_notified_program_hears_of_a_window_that_closed_and_of_a_run_that_went_well(
    site: Site, listener: Path
) -> None:
    site.configure(notify=f'"{listener}"')
    assert site.lscctl(*BULK, "--window", hours(3, 5), "--no-wait").exit_code == 7
    assert site.lscctl("runs", "resume", "--window", hours(-1, 5), *ONE_WAVE).exit_code == 0
    heard = [json.loads(line) for line in (site.folder / "heard.ndjson").read_text().splitlines()]
    assert [event["event"] for event in heard if event["event"] == "window-closed"] == ["window-closed"]
    assert {event["by"] for event in heard if event["event"] == "finished"} == {"left", "end"}


def test_a_program_that_cannot_be_run_is_a_warning_and_harms_nothing(site: Site) -> None:
    ran = site.lscctl(*BULK, *ONE_WAVE, "--notify", "/no/such/program --now")
    assert ran.exit_code == 0, ran
    assert "warning: --notify /no/such/program cannot be run" in ran.err


def test_sql_writes_are_refused_unless_the_clusters_configuration_allows_them(site: Site) -> None:
    explains(site.lscctl(*BULK, "--write-path", "sql"), 2, "--write-path sql", "allow-sql-writes")
    assert_untouched(site)


def test_sql_writes_warn_of_what_they_skip_and_write_no_phone_of_another(site: Site) -> None:
    site.configure(allow_sql_writes="true")
    ran = site.lscctl(*BULK, *ONE_WAVE, "--write-path", "sql")
    assert ran.exit_code == 0, ran
    assert "AXL checks none of it" in ran.err
    assert site.server.requests["executeSQLUpdate", "ok"] == 1
    assert not site.server.requests["updatePhone", "ok"]
    assert {write.phone for write in history(site)} == names_by_state(ran)["installed"]


def test_a_configuration_sets_every_rule_and_an_option_overrides_it(site: Site) -> None:
    window = hours(3, 5)
    site.configure(
        canary="2",
        waves='"3,rest"',
        wave_by='"device-pool"',
        wave_timeout='"30m"',
        pause_between='"90s"',
        window=f'["{window}", "sat 20:00-sun 06:00"]',
        window_zone='"site"',
        max_failures='"10% at least 3"',
        max_lost="4",
        max_in_flight="50",
        max_rate="2.5",
        concurrency="3",
    )
    plan = json.loads(site.lscctl(*BULK, "--dry-run", "--max-lost", "5").out)["rollout"]
    assert plan.pop("waves")[0] == {"name": "canary", "phones": 2}
    assert plan == {
        "wave_by": "device-pool",
        "wave_timeout": 1800.0,
        "pause_between": 90.0,
        "window": [window, "sat 20:00-sun 06:00"],
        "window_zone": "site",
        "max_failures": "10% at least 3",
        "max_lost": "5",
        "max_in_flight": 50,
        "max_rate": 2.5,
        "write_path": "axl",
    }


@pytest.mark.parametrize(
    ("setting", "value", "words"),
    [
        ("canary", '"some"', ("canary", "'some'", "1%")),
        ("waves", '"10,none"', ("waves", "10,none", "rest")),
        ("wave_size", "0", ("wave-size", "from 1 up")),
        ("wave_by", '"colour"', ("wave-by", "device-pool")),
        ("wave_timeout", '"soon"', ("wave-timeout", "soon", "30m")),
        ("wave_timeout", '"0m"', ("wave-timeout", "0m")),
        ("pause_between", '"a while"', ("pause-between", "a while")),
        ("window", '"by night"', ("window", "by night", "22:00-05:00")),
        ("window_zone", '"mine"', ("window-zone", "cluster", "site")),
        ("max_failures", '"many"', ("max-failures", "many", "5")),
        ("max_lost", '"120%"', ("max-lost", "120%")),
        ("max_in_flight", "0", ("max-in-flight", "1")),
        ("max_rate", "-1", ("max-rate", "0")),
        ("notify", '"\'unfinished"', ("notify", "unfinished")),
        ("allow_sql_writes", '"perhaps"', ("allow-sql-writes",)),
        ("max_failure", "5", ("max-failure", "max-failures")),
    ],
)
def test_a_wrong_value_in_the_configuration_is_named_with_its_key(
    make_site: Callable[..., Site], setting: str, value: str, words: tuple[str, ...]
) -> None:
    site = make_site(phones=6)
    site.configure(**{setting: value})
    ran = site.lscctl(*BULK)
    assert ran.exit_code == 2, ran
    for word in ("config.toml", *words):
        assert word in ran.err, (word, ran.err)
    assert_untouched(site)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (("--canary", "few"), ("--canary", "'few'", "1%")),
        (("--canary", "101%"), ("--canary", "101%")),
        (("--waves", "10,,rest"), ("--waves", "10,100,500,rest")),
        (("--waves", "0,rest"), ("--waves", "from 1 up")),
        (("--wave-size", "0"), ("--wave-size", "from 1 up")),
        (("--waves", "5", "--wave-size", "5"), ("--waves", "--wave-size")),
        (("--wave-by", "floor"), ("--wave-by", "device-pool")),
        (("--wave-timeout", "0m"), ("--wave-timeout", "2h")),
        (("--pause-between", "tea"), ("--pause-between", "tea")),
        (("--window", "25:00-26:00"), ("--window", "22:00-05:00")),
        (("--window-zone", "moon"), ("--window-zone", "site")),
        (("--max-failures", "-1"), ("--max-failures",)),
        (("--max-lost", "all"), ("--max-lost", "'all'")),
        (("--max-in-flight", "0"), ("--max-in-flight", "1")),
        (("--max-rate", "0"), ("--max-rate", "0.5")),
        (("--write-path", "bat"), ("--write-path", "axl", "sql")),
        (("--confirm-waves",), ("--confirm-waves", "terminal")),
        (("--notify", "'unfinished"), ("--notify",)),
    ],
)
def test_a_wrong_option_is_named_with_the_forms_that_it_takes(
    make_site: Callable[..., Site], options: tuple[str, ...], words: tuple[str, ...]
) -> None:
    site = make_site(phones=6)
    explains(site.lscctl(*BULK, *options), 2, *words)
    assert_untouched(site)
