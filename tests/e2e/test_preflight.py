"""What preflight cannot see refuses, too, unless a person says so; with secure profiles nobody can."""

import json
from collections.abc import Callable

from lscctl.simulator.doors.accounts import ALL_ROLES, SERVICEABILITY, Account
from tests.e2e.conftest import Site, wait_until
from tests.e2e.rollouts import history, hours

FEW = ("bulk-install", "--model", "8845", "--limit", "3", "--yes")


def test_nodes_that_cannot_be_reached_refuse_until_a_person_accepts_it(site: Site) -> None:
    site.configure()
    config = site.folder / "config.toml"
    config.write_text(config.read_text().partition("[clusters.lab.connect-to]")[0])
    refused = site.lscctl(*FEW)
    assert refused.exit_code == 3
    assert "itl-unseen (cucm-pub.example.com)" in refused.err
    assert "--accept-skip tftp" in refused.err
    assert site.lscctl(*FEW, "--accept-skip", "tftp").exit_code == 0
    assert "--accept-skip tftp" in site.lscctl("runs", "show").out


def test_with_a_secure_profile_in_the_plan_nobody_can_accept_it(site: Site) -> None:
    site.configure()
    config = site.folder / "config.toml"
    config.write_text(config.read_text().partition("[clusters.lab.connect-to]")[0])
    secure = ("bulk-install", "--name", "*", "--include-secure", "--yes", "--accept-skip", "tftp")
    assert site.lscctl(*secure).exit_code == 3


def test_a_run_is_not_taken_up_again_where_its_tftp_servers_can_no_longer_be_seen(site: Site) -> None:
    site.configure()
    closed = (*FEW, "--window", hours(3, 5), "--no-wait")
    assert site.lscctl(*closed).exit_code == 7
    config = site.folder / "config.toml"
    config.write_text(config.read_text().partition("[clusters.lab.connect-to]")[0])
    refused = site.lscctl("runs", "resume")
    assert refused.exit_code == 3
    assert "--accept-skip tftp" in refused.err
    assert site.lscctl("runs", "resume", "--accept-skip", "tftp", "--no-wait").exit_code == 7
    assert "preflight need not have seen tftp: --accept-skip" in site.lscctl("runs", "show").out


def test_while_a_run_is_under_way_preflight_says_that_nothing_for_every_phone_may_be_done(
    make_site: Callable[..., Site],
) -> None:
    site = make_site(phone_speed=1.0)
    with site.running(*FEW, "--format", "json") as run:
        wait_until(lambda: history(site, "applyPhone"))
        told = json.loads(site.lscctl("preflight", "--model", "8845", "--check", "tftp", "--format", "json").out)
        assert f"process {run.pid}" in told["run_under_way"]
        assert "(run 1)" in told["run_under_way"]
        run.kill()
        run.wait(30)
    quiet = json.loads(site.lscctl("preflight", "--model", "8845", "--check", "tftp", "--format", "json").out)
    assert quiet["run_under_way"] is None


def test_without_the_role_for_ris_and_services_it_says_what_was_seen_instead_and_how_to_grant_it(
    make_site: Callable[..., Site],
) -> None:
    site = make_site(accounts=(Account("reader", "reader-secret", roles=ALL_ROLES - {SERVICEABILITY}),))
    site.configure(user='"reader"')
    told = site.lscctl("preflight", "--model", "8845", LSCCTL_PASSWORD="reader-secret")
    assert told.exit_code == 0
    assert "note: RIS cannot be asked" in told.err
    assert "ris-role: RIS does not answer this user" in told.out
    assert "with the roles Standard CCM Admin Users and Standard Serviceability" in told.out


def test_without_the_role_for_axl_it_ends_with_the_role_that_is_missing(make_site: Callable[..., Site]) -> None:
    site = make_site(accounts=(Account("clerk", "clerk-secret", roles=frozenset()),))
    site.configure(user='"clerk"')
    refused = site.lscctl("preflight", LSCCTL_PASSWORD="clerk-secret")
    assert (refused.exit_code, refused.out) == (5, "")
    assert "Standard AXL API Access" in refused.err


def test_a_certificate_that_does_not_last_as_long_as_the_configuration_wants_refuses_an_install(site: Site) -> None:
    site.configure(expiry_fail="5000")
    refused = site.lscctl(*FEW)
    assert refused.exit_code == 3
    assert "capf-certificate-expiring: CAPF's certificate ends in" in refused.err
    assert site.lscctl("preflight", "--check", "capf-certificate", "--expiry-fail", "30").exit_code == 0
