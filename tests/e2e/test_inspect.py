"""Phones' certificates from the command line to the phones' own doors."""

import json
from collections.abc import Callable

from cryptography import x509

from tests.e2e.conftest import Ran, Site

ALL = ("inspect", "--cluster", "lab", "--model", "8845", "--registered")


def told(ran: Ran) -> dict[str, dict[str, object]]:
    """What an audit tells of each phone, by name."""
    return {one["name"]: one for one in json.loads(ran.out)["certificates"]}


def test_what_a_rollout_installed_the_phones_show_and_a_renewed_capf_makes_it_old(site: Site) -> None:
    rolled = site.lscctl("bulk-install", "--model", "8845", "--limit", "6", "--yes", "--format", "json")
    installed = {one["name"] for one in json.loads(rolled.out)["phones"] if one["state"] == "installed"}
    assert installed
    shown = told(site.lscctl(*ALL, "--format", "json"))
    seen = {name for name in installed & shown.keys() if shown[name]["shows"]}
    assert seen
    for name in seen:
        assert (shown[name]["shows"], shown[name]["signer"], shown[name]["agrees"]) == ("LSC", "CAPF in use", True)
    with site.cluster.lock:
        site.cluster.capf.replace()
        site.cluster.renew_lists()
    after = told(site.lscctl(*ALL, "--format", "json"))
    assert {after[name]["signer"] for name in seen} == {"older CAPF"}


def test_an_audit_saves_each_certificate_that_it_saw_and_names_each_phone_that_it_did_not(site: Site) -> None:
    ran = site.lscctl(*ALL, "--pem", "all.pem", "--format", "json")
    shown = told(ran)
    certificates = x509.load_pem_x509_certificates((site.folder / "all.pem").read_bytes())
    assert len(certificates) == sum(one["shows"] is not None for one in shown.values()) > 0
    off = {
        str(name)
        for (name,) in site.sql(
            "SELECT d.name FROM sim_phone p JOIN device d ON d.pkid = p.fkdevice WHERE p.web = 'off'"
        )
    }
    assert all(shown[name]["unseen"] for name in off & shown.keys())
    assert off & shown.keys()


def test_a_third_party_s_lsc_is_not_trusted(make_site: Callable[..., Site]) -> None:
    site = make_site()
    foreign = site.sql(
        "SELECT d.name FROM sim_lsc l JOIN device d ON d.pkid = l.fkdevice JOIN sim_phone p ON p.fkdevice = d.pkid"
        " WHERE l.issuer = '2' AND p.powered = 't' AND p.web <> 'off' AND p.expressway = 'f' AND p.status = 'Registered'"
    )
    assert foreign
    ran = site.lscctl("inspect", "--cluster", "lab", str(foreign[0][0]))
    assert ran.exit_code == 1
    assert "holds no certificate of its issuer" in ran.out
