"""`bulk-install --fix`: what is safe is put right, each thing by itself and in the journal; what touches every phone never is."""

import json
from collections.abc import Callable

import pytest

from lscctl.simulator.scenarios import play
from lscctl.simulator.services import CAPF
from tests.e2e.conftest import Site
from tests.e2e.rollouts import BULK, explains, history, names_by_state

FIX = (*BULK, "--limit", "6", "--fix")


def broken(site: Site, *scenarios: str) -> Site:
    play(site.cluster, scenarios)
    return site


def mode_of(site: Site, profile: str) -> object:
    return site.sql(
        "SELECT t.name FROM securityprofile s JOIN typeauthenticationmode t ON t.enum = s.tkauthenticationmode"
        f" WHERE s.name = '{profile}'"
    )[0][0]


@pytest.mark.parametrize(("scenario", "verb"), [("capf-stopped", "start"), ("capf-not-activated", "activate")])
def test_capf_is_put_to_work_and_the_install_goes_on(site: Site, scenario: str, verb: str) -> None:
    broken(site, scenario)
    explains(site.lscctl(*FIX[:-1]), 3, scenario)
    ran = site.lscctl(*FIX)
    assert ran.exit_code == 0, ran
    assert f"remedy: {verb} {CAPF}" in ran.err
    assert site.cluster.nodes.runs(site.cluster.nodes.publisher, CAPF)
    assert names_by_state(ran)["installed"]
    shown = json.loads(site.lscctl("runs", "show", "--format", "json").out)
    assert [(one["outcome"], one["what"].split()[0]) for one in shown["remedies"]] == [("done", verb)]


def test_a_custom_profile_gets_the_mode_once_its_phones_are_counted_and_none_of_them_restarts_by_it(site: Site) -> None:
    profile = "8845 SIP - LSC first"
    users = len(
        site.sql(
            f"SELECT 1 FROM device d JOIN securityprofile s ON s.pkid = d.fksecurityprofile WHERE s.name = '{profile}'"
        )
    )
    ran = site.lscctl(
        "bulk-install", "--cluster", "lab", "--profile", profile, "--renew", "--limit", "2", "--auth-mode", "null-string",
        "--fix", "--yes", "--format", "json",
    )  # fmt: skip
    assert ran.exit_code == 0, ran
    assert mode_of(site, profile) == "By Null String"
    assert f"{users:,} phones use it" in ran.err
    touched = {write.phone for write in history(site)}
    assert touched == names_by_state(ran)["installed"], "only the run's own phones were written or applied"
    assert len(touched) <= 2 < users


def test_a_predefined_profile_is_only_told_how(site: Site) -> None:
    ran = site.lscctl(*FIX, "--profile", "Cisco 8845 - Standard SIP Non-Secure Profile", "--auth-mode", "mic-first")
    assert ran.exit_code == 3
    assert "--copy-to NAME" in ran.err
    assert not history(site)


def test_a_protected_phone_keeps_its_profile_as_it_is(site: Site) -> None:
    profile = "8845 SIP - MIC first"
    name = site.sql(
        f"SELECT d.name FROM device d JOIN securityprofile s ON s.pkid = d.fksecurityprofile WHERE s.name = '{profile}'"
        " ORDER BY d.name DESC"
    )[0][0]
    site.configure(protected=f'{{ phones = ["{name}"] }}')
    ran = site.lscctl(*FIX, "--profile", profile, "--auth-mode", "null-string")
    assert ran.exit_code == 3
    assert "is protected" in ran.err
    assert mode_of(site, profile) == "By Existing Certificate (precedence to MIC)"


@pytest.mark.parametrize("scenario", ["capf-regenerated", "itl-without-capf", "itl-bad-signature", "capf-expired"])
def test_what_touches_every_phone_is_described_and_never_offered(site: Site, scenario: str) -> None:
    broken(site, scenario)
    ran = site.lscctl(*FIX)
    assert ran.exit_code == 3
    assert "remedy:" not in ran.err
    assert "CLUSTER-WIDE, out of hours" in ran.err
    assert not history(site)


def test_a_dry_run_tells_what_would_be_asked_and_does_none_of_it(site: Site) -> None:
    broken(site, "capf-stopped")
    ran = site.lscctl(*FIX, "--auth-mode", "mic-first", "--dry-run")
    assert "--fix would ask: start" in ran.err
    assert not site.cluster.nodes.runs(site.cluster.nodes.publisher, CAPF)
    assert not (site.folder / "state" / "journal.sqlite").exists()


def test_a_remedy_that_fails_is_told_and_the_install_is_refused(make_site: Callable[..., Site]) -> None:
    site = broken(make_site(), "capf-stopped")
    site.server.disturb("http-500:soapDoControlServices")
    ran = site.lscctl(*FIX)
    assert ran.exit_code == 3
    assert "could not start" in ran.err
    listed = json.loads(site.lscctl("runs", "list", "--format", "json").out)
    assert listed["runs"] == []
    assert [one["outcome"].split(":")[0] for one in listed["remedies"]] in (["failed"], ["nobody knows"])
    assert "start" in site.lscctl("runs", "list").out


def test_no_profile_is_changed_for_an_install_that_preflight_refuses(site: Site) -> None:
    broken(site, "itl-without-capf")
    profile = "8845 SIP - LSC first"
    ran = site.lscctl(
        "bulk-install", "--cluster", "lab", "--profile", profile, "--auth-mode", "null-string", "--fix", "--yes"
    )
    assert ran.exit_code == 3
    assert "no phone was changed" in ran.err
    assert mode_of(site, profile) == "By Existing Certificate (precedence to LSC)"
