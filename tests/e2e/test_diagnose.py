"""`lscctl diagnose` as a user runs it, on a cluster that is asked live over its own sockets."""

import csv
import io
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from lscctl.simulator.doors.accounts import ALL_ROLES, SERVICEABILITY, Account
from lscctl.simulator.failures import KINDS
from lscctl.simulator.scenarios import play
from lscctl.simulator.server import SimulatorServer
from tests.e2e.conftest import Ran, Site
from tests.simulator.lab import Lab

ASKED = ("diagnose", "--cluster", "lab")
REGISTERED = (
    "SELECT d.name FROM sim_phone p JOIN device d ON d.pkid = p.fkdevice WHERE p.powered = 't' AND p.expressway = 'f'"
    " AND d.tkmodel = 36224 AND p.web = 'on' ORDER BY d.ctiid"
)


def told(ran: Ran) -> dict[str, Any]:
    """The answer in JSON; it was held against its schema."""
    answer: dict[str, Any] = json.loads(ran.out)
    return answer


def by_name(ran: Ran) -> dict[str, Any]:
    return {one["phone"]: one for one in told(ran)["diagnoses"]}


def test_a_healthy_cluster_has_no_cause_and_ends_with_0(site: Site) -> None:
    ran = site.lscctl(
        *ASKED,
        "--model",
        "8845",
        "--registered",
        "--status",
        "None",
        "--status",
        "Upgrade Success*",
        "--format",
        "json",
    )
    assert ran.exit_code == 0, ran.err
    found = told(ran)
    assert (found["cluster"], found["groups"][0]["cause"]) == ("lab", None)
    assert found["phones"] == len(found["diagnoses"]) > 3
    assert all(one["missing"] is not None and len(one["looked_at"]) > 5 for one in found["diagnoses"])


def test_the_phones_of_a_run_that_did_not_end_well_are_diagnosed_at_the_run_s_cluster(
    make_site: Callable[..., Site],
) -> None:
    site = make_site(fail=("invalid-mic=60",))
    phones = ("--cluster", "lab", "--model", "8845", "--limit", "4", "--canary", "4", "--max-failures", "100%")
    rolled = site.lscctl("bulk-install", *phones, "--yes", "--format", "json")
    ended = {one["name"]: one["state"] for one in json.loads(rolled.out)["phones"]}
    failed = [name for name, state in ended.items() if state == "failed"]
    assert failed, ended
    ran = site.lscctl("diagnose", "--run", "1", "--format", "json")
    assert ran.exit_code == 1, ran.err
    assert list(by_name(ran)) == failed
    assert {one["cause"] for one in by_name(ran).values()} == {"mic-issuer-not-trusted"}
    narrowed = site.lscctl("diagnose", "--run", "1", "--name", failed[0], "--format", "json")
    assert by_name(narrowed).keys() == {failed[0]}
    assert site.lscctl("diagnose", "--run", "2").exit_code == 2
    assert site.lscctl("diagnose", "--run", "1", failed[0]).exit_code == 2


def test_a_run_that_ended_well_has_nobody_to_diagnose(site: Site) -> None:
    site.lscctl("bulk-install", "--cluster", "lab", "--model", "8845", "--limit", "2", "--yes")
    ran = site.lscctl("diagnose", "--run", "1")
    assert ran.exit_code == 4
    assert "run 1 has no phone that failed or is still under way" in ran.err


def test_phones_that_share_a_cause_are_told_together_with_the_server_whose_fault_it_is(site: Site) -> None:
    play(site.cluster, ["itl-without-capf"])
    ran = site.lscctl(*ASKED, "--name", "SEP*", "--registered", "--format", "json")
    assert ran.exit_code == 1
    group = told(ran)["groups"][0]
    assert group["cause"] == "no-capf-in-itl"
    server = str(site.sql("SELECT name FROM processnode ORDER BY tknodeusage DESC, rowid DESC")[0][0])
    assert group["about"] == f"the ITL of {server}"
    assert group["title"].endswith(f": the ITL of {server}")
    sharing = {name for name, one in by_name(ran).items() if one["cause"] == "no-capf-in-itl"}
    assert len(sharing) == group["phones"] > 1
    of_that_server = {
        name
        for (name,) in site.sql(
            "SELECT d.name FROM sim_phone p JOIN device d ON d.pkid = p.fkdevice JOIN processnode n ON n.pkid = p.tftp"
            f" WHERE n.name = '{server}'"
        )
    }
    assert sharing <= of_that_server
    text = site.lscctl(*ASKED, "--name", "SEP*", "--registered")
    share = f"{group['phones']} of {told(ran)['phones']}"
    assert re.search(rf"(?m)^\s*{share}\s+no-capf-in-itl\s", text.out), text.out[:800]
    assert "cluster-wide, after hours" in text.out


@pytest.mark.parametrize("columns", ["80", "120"])
def test_a_phone_is_told_in_lines_that_fit_the_terminal(make_site: Callable[..., Site], columns: str) -> None:
    site = make_site(fail=("invalid-mic=60",))
    (name,) = site.sql(REGISTERED)[0]
    site.lscctl("install", str(name), "--cluster", "lab", "--yes")
    ran = site.lscctl(*ASKED, str(name), COLUMNS=columns, FORCE_COLOR="1")
    assert ran.exit_code == 1, ran.err
    for words in (
        "LSC issued",
        "1. CAPF does not trust the phone's MIC: certain",
        "What settles it:",
        "Do 1:",
        "looked at:",
    ):
        assert words in re.sub(r"\x1b\[[\d;]*m", "", ran.out)
    plain = site.lscctl(*ASKED, str(name), COLUMNS=columns, NO_COLOR="1")
    assert "\x1b" not in plain.out


def test_a_mac_address_is_a_phone_and_a_file_of_that_name_a_file(site: Site) -> None:
    name = str(site.sql(REGISTERED)[0][0])
    mac = ":".join(re.findall("..", name.removeprefix("SEP").lower()))
    assert by_name(site.lscctl(*ASKED, mac, "--format", "json")).keys() == {name}
    (site.folder / name).write_text("LSC: Connection failed\n")
    ran = site.lscctl("diagnose", name, "--format", "json")
    assert ran.exit_code == 1
    assert told(ran)["cluster"] is None


def test_what_was_mailed_is_joined_to_the_phone_that_it_names(site: Site) -> None:
    one, other = (str(name) for (name,) in site.sql(REGISTERED)[:2])
    trace = site.folder / "trace.txt"
    trace.write_text(
        f"18:01:05.333 |   debug 7:{one}:Incoming Phone Msg\n18:01:06.333 |   debug 7:{one}:CA Rejected Connection\n"
        "18:01:05.333 |   debug 8:SEP00AA00BB00CC:Incoming Phone Msg\n"
        "18:01:06.333 |   debug 8:SEP00AA00BB00CC:CA Rejected Connection\n"
    )
    site.sql(
        "UPDATE device SET tkcertificateoperation = (SELECT enum FROM typecertificateoperation WHERE name = 'Install/Upgrade'),"
        " tkcertificatestatus = (SELECT enum FROM typecertificatestatus WHERE name = 'Operation Pending')"
        f" WHERE name IN ('{one}', '{other}')"
    )
    ran = site.lscctl(*ASKED, one, other, "--capf-trace", "trace.txt", "--format", "json")
    found = by_name(ran)
    assert list(found) == [one, other, "SEP00AA00BB00CC"]
    assert found[one]["cause"] == "ca-rejects" == found["SEP00AA00BB00CC"]["cause"]
    assert found[other]["cause"] != "ca-rejects"
    assert {place["source"] for place in found[one]["looked_at"]} >= {"cluster", "phone-page", "capf-trace"}


def test_what_the_user_may_not_ask_is_named_as_missing_and_the_rest_is_told(make_site: Callable[..., Site]) -> None:
    site = make_site(accounts=(Account("reader", "reader-secret", roles=ALL_ROLES - {SERVICEABILITY}),))
    name = str(site.sql(REGISTERED)[0][0])
    ran = site.lscctl(*ASKED, name, "--user", "reader", "--format", "json", LSCCTL_PASSWORD="reader-secret")
    assert ran.exit_code == 0, ran.err
    (found,) = told(ran)["diagnoses"]
    assert [one for one in found["missing"] if one.startswith("the services of ") and "Serviceability" in one]
    assert any("RIS cannot be asked" in note for note in told(ran)["notes"])
    assert found["chain"][3]["state"] == "good"


def test_without_registration_ris_is_not_asked_and_no_phone_is_visited(site: Site) -> None:
    name = str(site.sql(REGISTERED)[0][0])
    ran = site.lscctl(*ASKED, name, "--without", "registration", "--format", "json")
    assert ran.exit_code == 0, ran.err
    (found,) = told(ran)["diagnoses"]
    assert {place["source"] for place in found["looked_at"]} == {"cluster"}
    assert not [operation for operation, _ in site.server.requests if operation.startswith("selectCmDevice")]


def test_a_node_that_is_down_a_phone_that_is_off_and_web_access_that_is_off_are_each_only_missing(site: Site) -> None:
    down = str(site.sql("SELECT name FROM processnode WHERE name LIKE '%sub1%'")[0][0])
    off = str(
        site.sql(
            "SELECT d.name FROM sim_phone p JOIN device d ON d.pkid = p.fkdevice WHERE p.powered = 'f' AND p.ip <> ''"
        )[0][0]
    )
    shut = str(site.sql(REGISTERED.replace("'on'", "'off'"))[0][0])
    site.configure()
    text = (site.folder / "config.toml").read_text()
    closed = re.sub(rf'"{re.escape(down)}:(\d+)" = ".*"', rf'"{down}:\1" = "127.0.0.1:9"', text)
    assert closed != text
    (site.folder / "config.toml").write_text(closed)
    ran = site.lscctl(*ASKED, off, shut, "--format", "json")
    assert ran.exit_code in (0, 1)
    found = by_name(ran)
    for name in (off, shut):
        assert any(down in one for one in found[name]["missing"]), found[name]["missing"]
        assert any(one.startswith("the phone's own pages") for one in found[name]["missing"])
    assert any("web access is off" in one for one in found[shut]["missing"])


def test_several_clusters_are_diagnosed_side_by_side_and_the_worst_counts(make_site: Callable[..., Site]) -> None:
    both = (Account("reader", "reader-secret"),)
    well, sick = make_site(accounts=both), make_site(accounts=both, seed=2)
    play(sick.cluster, ["capf-stopped"])
    tables = ""
    for name, site in (("well", well), ("sick", sick)):
        site.configure(user='"reader"')
        tables += (site.folder / "config.toml").read_text().replace("clusters.lab", f"clusters.{name}")
    (well.folder / "config.toml").write_text(tables)
    asked = ("diagnose", "--all-clusters", "--model", "8845", "--registered")
    ran = well.lscctl(*asked, "--format", "json", LSCCTL_PASSWORD="reader-secret")
    clusters = {one["cluster"]: one for one in told(ran)["clusters"]}
    assert clusters["sick"]["answer"]["groups"][0]["cause"] == "capf-stopped"
    assert (clusters["sick"]["exit_code"], ran.exit_code) == (1, 1)
    assert not any(one["cause"] == "capf-stopped" for one in clusters["well"]["answer"]["diagnoses"])
    mixed = well.lscctl(*asked, "--capf-trace", "trace.txt", LSCCTL_PASSWORD="reader-secret")
    assert mixed.exit_code == 2
    assert "several clusters" in mixed.err


def test_the_exit_codes_are_as_documented(site: Site) -> None:
    assert site.lscctl(*ASKED).exit_code == 2
    assert site.lscctl(*ASKED, "--name", "NOBODY*").exit_code == 4
    assert site.lscctl(*ASKED, "--without", "phone-page", "--model", "8845").exit_code == 2
    assert site.lscctl(*ASKED, "no-such-file.log").exit_code == 2
    site.server.go_down()
    assert site.lscctl(*ASKED, "--model", "8845").exit_code == 5


def test_csv_has_a_row_for_each_cause_and_html_is_a_page(site: Site) -> None:
    play(site.cluster, ["capf-stopped"])
    ran = site.lscctl(*ASKED, "--model", "8845", "--registered", "--format", "csv")
    rows = list(csv.DictReader(io.StringIO(ran.out)))
    assert {row["cause"] for row in rows} >= {"capf-stopped"}
    site.lscctl(*ASKED, "--model", "8845", "--registered", "--output", "page.html")
    assert "capf-stopped" in (site.folder / "page.html").read_text()


def test_all_that_can_go_wrong_with_a_phone_is_told_of_many_by_one_command(tmp_path: Path) -> None:
    lab = Lab(phones=500)
    ailing: dict[str, str] = {}
    for name in KINDS:
        taken = ", ".join(f"'{pkid}'" for pkid in ailing)
        phone = lab.phone(where=f"p.web = 'on' AND d.pkid NOT IN ({taken or chr(39) * 2})")
        ailing[phone] = name
        lab.fail(phone, name)
        lab.install(phone, minutes=1)
    lab.wait(minutes=45)
    truth = {lab.name(phone): lab.cluster.truth.first_broken(phone) for phone in ailing}
    with SimulatorServer(lab.cluster) as server:
        ran = Site(server, tmp_path).lscctl(*ASKED, *truth, "--format", "json")
    assert ran.exit_code == 1, ran.err
    found = by_name(ran)
    assert found.keys() == truth.keys()
    vague = {"capf-certificate", "tvs", "phone-communication"}  # what phones say then fits more than one link
    told_links = {name: found[name]["broken"] for name, one in truth.items() if not one or one.fault not in vague}
    assert told_links == {name: one.link.value if one else None for name, one in truth.items() if name in told_links}
    assert {found[name]["broken"] is not None for name in truth.keys() - told_links.keys()} == {True}


def test_nothing_of_the_cluster_changes_and_nothing_is_written_to_it(site: Site) -> None:
    before = site.sql("SELECT * FROM device ORDER BY pkid")
    site.lscctl(*ASKED, "--name", "*")
    assert site.sql("SELECT * FROM device ORDER BY pkid") == before
    assert not [
        name
        for name, _ in site.server.requests
        if name.startswith(("update", "apply", "do", "executeSQLUpdate", "soapDo"))
    ]
