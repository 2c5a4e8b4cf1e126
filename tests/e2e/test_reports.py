"""Reports on a cluster whose phones get LSCs meanwhile, over its own socket."""

import json
import signal
import time
from collections.abc import Callable

from tests.e2e.conftest import Site, wait_until
from tests.e2e.rollouts import history

FEW = ("bulk-install", "--model", "8845", "--limit", "4", "--yes")


def test_what_a_rollout_did_shows_between_the_report_before_and_the_one_after(site: Site) -> None:
    for file in ("before.json", "before.csv"):
        assert site.lscctl("status", "--output", file).exit_code == 0
    installed = {
        phone["name"]
        for phone in json.loads(site.lscctl(*FEW, "--format", "json").out)["phones"]
        if phone["state"] == "installed"
    }
    assert installed
    assert site.lscctl("report", "capf", "--output", "after.ndjson").exit_code == 0
    for arguments in (("before.json",), ("before.csv", "after.ndjson")):
        told = json.loads(site.lscctl("report", "changes", *arguments, "--format", "json").out)
        new = {one["name"] for one in told["changes"] if one["change"] in ("lsc-installed", "lsc-renewed")}
        assert new == installed, arguments


def test_ends_and_lifetimes_are_those_of_the_cluster(site: Site) -> None:
    told = json.loads(site.lscctl("report", "expiring", "--within", "1000d", "--format", "json").out)
    truth = {str(name) for (name,) in site.sql("SELECT name FROM device WHERE lscvaliduntil > 0")}
    assert told["lifetime_seconds"] == 1825 * 86_400
    assert told["counts"]["phones"] == 60
    assert told["phones"]
    assert {phone["name"] for phone in told["phones"]} <= truth
    assert told["counts"]["with_lsc"] - told["counts"]["unknown"] == len(truth)
    assert site.lscctl("report", "expiring", "--fail-within", "1000d").exit_code == 1
    assert site.lscctl("report", "expiring", "--fail-within", "0s", "--lsc", "valid").exit_code == 0


def test_where_an_online_ca_signs_nobody_knows_a_lifetime(make_site: Callable[..., Site]) -> None:
    site = make_site()
    with site.cluster.lock:
        site.cluster.connection.execute(
            "UPDATE processconfig SET paramvalue = 'Online CA' WHERE paramname = 'Certificate Issuer to Endpoint'"
        )
    assert site.lscctl("report", "expiring", "--fail-below", "33%").exit_code == 2
    assert json.loads(site.lscctl("report", "expiring", "--format", "json").out)["lifetime_seconds"] is None


def test_a_cluster_that_keeps_no_ends_tells_all_of_them_to_be_unknown(make_site: Callable[..., Site]) -> None:
    site = make_site(version="10.5")
    told = json.loads(site.lscctl("report", "expiring", "--format", "json").out)
    assert told["phones"] == []
    assert told["counts"]["unknown"] == told["counts"]["with_lsc"] > 0
    assert any("11.5" in note for note in told["notes"])


def test_no_report_asks_who_is_registered(site: Site) -> None:
    for report in (("status",), ("report", "expiring"), ("report", "capf"), ("report", "capf", "--by", "model")):
        assert site.lscctl(*report, "--format", "json").exit_code == 0
    assert history(site, "selectCmDeviceExt") == []


def test_a_watch_in_a_pipe_tells_what_becomes_of_a_phone_and_ctrl_c_ends_it(site: Site) -> None:
    with site.running("status", "--model", "8845", "--watch", "--every", "1s") as watch:
        assert watch.stderr is not None
        assert watch.stdout is not None
        assert "watching" in next(line for line in watch.stderr if not line.startswith("note"))
        site.lscctl(*FEW)
        seen: list[str] = []
        wait_until(lambda: seen.append(watch.stdout.readline()) or "Upgrade Success" in seen[-1])  # type: ignore[union-attr,func-returns-value]
        watch.send_signal(signal.SIGINT)
        assert watch.wait(30) == 130
    assert time.strptime(seen[-1][:19], "%Y-%m-%d %H:%M:%S")
