"""The two-step rollout to LSCs with a third-party CA, from the command line to the phones' own doors."""

import json
from collections.abc import Callable

import pytest
from cryptography.hazmat.primitives.serialization import Encoding

from lscctl.simulator.authority import Issuer
from lscctl.simulator.capf_certificate import CapfShape
from lscctl.simulator.capf_write import CapfWrite
from tests.e2e.conftest import Ran, Site, wait_until

CA = "Example Corp, Inc. Issuing CA 2"


@pytest.fixture
def site(make_site: Callable[..., Site]) -> Site:
    """A cluster, the company's CA in `ca.pem`, and in `pilot.txt` three phones whose web access is on."""
    site = make_site(phones=60)
    chain = site.cluster.authority.chain(Issuer.ONLINE)
    (site.folder / "ca.pem").write_bytes(b"".join(one.public_bytes(Encoding.PEM) for one in chain))
    ready = site.sql(
        "SELECT d.name FROM sim_phone p JOIN device d ON d.pkid = p.fkdevice JOIN typemodel t ON t.enum = d.tkmodel"
        " JOIN securityprofile s ON s.pkid = d.fksecurityprofile WHERE t.name = 'Cisco 8845' AND p.powered = 't'"
        " AND p.web <> 'off' AND p.expressway = 'f' AND p.status = 'Registered' AND d.tkcertificateoperation = 1"
        " AND s.tkauthenticationmode = 2 AND s.tkkeyorder = 1 AND s.tkdevicesecuritymode = 1 ORDER BY d.name LIMIT 3"
    )
    assert len(ready) == 3
    (site.folder / "pilot.txt").write_text("".join(f"{name}\n" for (name,) in ready))
    return site


PILOT = ("--from", "pilot.txt")
INSTALL = ("bulk-install", *PILOT, "--renew", "--yes", "--canary", "0")


def verdicts(ran: Ran) -> dict[str, str]:
    return {one["check"]: one["verdict"] for one in json.loads(ran.out)["checks"]}


def asked(site: Site, what: str, kind: str, *more: str) -> tuple[int, dict[str, str]]:
    ran = site.lscctl("capf", what, "--issuer", kind, "--ca", "ca.pem", *more, "--format", "json")
    return ran.exit_code, verdicts(ran)


def issuers(site: Site, *selectors: str) -> set[str | None]:
    told = json.loads(site.lscctl("status", *selectors, "--format", "json").out)
    return {phone["lsc_issuer"] for phone in told["phones"]}


def test_an_online_ca_after_a_pilot_with_cisco_s_own_capf(site: Site) -> None:
    code, before = asked(site, "check", "online", *PILOT)
    assert (code, before["issuer"], before["ca"]) == (1, "warn", "pass")
    assert {before[name] for name in ("trust-stores", "enrolment-service", "online-ca")} == {"fail"}

    assert site.lscctl(*INSTALL).exit_code == 0, "the first step: LSCs that CAPF signs"
    own = issuers(site, *PILOT)
    assert len(own) == 1
    assert str(own).startswith("{'CAPF-")

    with site.cluster.lock:  # what the plan has people do
        site.cluster.use_online_ca()
        site.cluster.parameters.set("Online CA Hostname", "localhost")
    code, after = asked(site, "check", "online", *PILOT)
    assert code == 0, after
    assert set(after.values()) == {"pass", "warn"}  # a name without dots

    assert asked(site, "verify", "online", *PILOT)[1]["lscs"] == "fail"
    assert site.lscctl(*INSTALL).exit_code == 0, "the second step: the same phones, the CA's LSCs"
    assert issuers(site, *PILOT) == {CA}
    code, found = asked(site, "verify", "online", *PILOT)
    assert (code, found["lscs"], found["shown-lscs"]) == (0, "pass", "pass"), found

    everybody = site.lscctl("capf", "verify", "--issuer", "online", "--ca", "ca.pem")
    assert everybody.exit_code == 1
    assert "still have an LSC that CAPF-" in everybody.out
    assert "--lsc-issuer CAPF-" in everybody.out


def test_the_rest_of_lscctl_takes_an_online_ca_s_lscs_for_what_they_are(site: Site) -> None:
    with site.cluster.lock:
        site.cluster.use_online_ca()
    assert site.lscctl(*INSTALL).exit_code == 0
    assert site.lscctl("status", *PILOT, "--lsc", "foreign").exit_code == 4
    assert len(json.loads(site.lscctl("status", "--lsc-issuer", CA, "--format", "json").out)["phones"]) == 3
    shown = json.loads(site.lscctl("inspect", *PILOT, "--format", "json").out)["certificates"]
    assert {(one["shows"], one["signer"], one["trusted"], one["agrees"]) for one in shown} == {
        ("LSC", "other CA", True, True)
    }
    due = json.loads(site.lscctl("renew", "--old-capf", "--dry-run", "--format", "json").out)
    old = {
        str(name)
        for (name,) in site.sql("SELECT name FROM device WHERE tkclass = 1 AND lscissuername LIKE '%CN=CAPF-%'")
    }
    pilot = set((site.folder / "pilot.txt").read_text().split())
    assert {one["name"] for one in (*due["steps"], *due["left_out"])} == old - pilot
    again = site.lscctl("renew", "--old-capf", *PILOT, "--yes")
    assert (again.exit_code, "0 phones matched" in again.out) == (0, True), "cron restarts nothing night after night"


@pytest.mark.parametrize(
    ("state", "status"), [("down", "CA Communication Failure"), ("rejects", "CA Rejected Connection")]
)
def test_an_online_ca_that_fails_is_told_by_its_status_and_stops_the_rollout(
    site: Site, state: str, status: str
) -> None:
    with site.cluster.lock:
        site.cluster.use_online_ca()
        site.cluster.outside_ca.state = state  # type: ignore[assignment]
    ran = site.lscctl(*INSTALL)
    assert ran.exit_code == 1
    assert f"Upgrade Failed: {status}" in " ".join(ran.out.split())
    assert asked(site, "verify", "online", *PILOT)[1]["lscs"] == "fail"


def test_an_offline_ca_is_no_matter_for_a_rollout_and_verified_once_people_have_carried_the_requests(
    site: Site,
) -> None:
    with site.cluster.lock:
        site.cluster.upload_outside_ca()
        site.cluster.parameters.set("Certificate Issuer to Endpoint", "Offline CA")
    refused = site.lscctl(*INSTALL)
    assert refused.exit_code == 3
    assert "offline-ca" in refused.out + refused.err
    assert asked(site, "check", "offline", *PILOT)[0] == 0
    assert site.lscctl("renew", "--old-capf", "--yes").exit_code == 2

    names = (site.folder / "pilot.txt").read_text().split()
    with site.cluster.lock:  # CUCM's own page: Install/Upgrade, Save, Apply Config
        for name in names:
            ((pkid,),) = site.sql(f"SELECT pkid FROM device WHERE name = '{name}'")
            site.cluster.write_capf(str(pkid), CapfWrite(operation="Install/Upgrade"))
            site.cluster.apply(str(pkid))

    def waiting() -> bool:
        with site.cluster.lock:
            site.cluster.advance()
            return site.cluster.requests_waiting() == sorted(names)

    wait_until(waiting)
    assert asked(site, "verify", "offline", *PILOT)[0] == 1
    with site.cluster.lock:
        assert site.cluster.import_signed() == sorted(names)
    wait_until(lambda: site.sql("SELECT count(*) FROM sim_phone WHERE status <> 'Registered' AND powered = 't'"))
    assert issuers(site, *PILOT) == {CA}

    def verified() -> bool:
        return asked(site, "verify", "offline", *PILOT)[0] == 0

    wait_until(verified, 60)


def test_capf_s_own_certificate_from_the_ca_and_the_lscs_that_follow_it(site: Site) -> None:
    assert asked(site, "check", "signed", *PILOT)[1]["capf-issuer"] == "warn"
    with site.cluster.lock:
        site.cluster.capf.replace(CapfShape(issuer="Acme Issuing CA", root="Acme Root"), chain_known=True)
        site.cluster.renew_lists()
    told = site.lscctl("capf", "export", "chain.pem")
    assert told.exit_code == 0
    chain = (site.folder / "chain.pem").read_text().split("-----BEGIN")
    (site.folder / "ca.pem").write_text("".join(f"-----BEGIN{one}" for one in chain[2:]))
    code, found = asked(site, "check", "signed", *PILOT)
    assert code == 0, found
    code, found = asked(site, "verify", "signed", *PILOT)
    assert (code, found["capf-issuer"], found["lscs"]) == (1, "pass", "fail")
    assert site.lscctl(*INSTALL).exit_code == 0
    code, found = asked(site, "verify", "signed", *PILOT)
    assert (code, found["lscs"], found["shown-lscs"]) == (0, "pass", "pass"), found


def test_the_plan_of_each_kind_is_a_report_of_its_own(site: Site) -> None:
    for kind in ("signed", "online", "offline"):
        told = json.loads(
            site.lscctl("capf", "plan", "--issuer", kind, "--ca", "ca.pem", *PILOT, "--format", "json").out
        )
        assert told["issuer"] == kind
        assert any(CA in step["what"] for step in told["steps"])
        for command in [part for step in told["steps"] for part in step["until"].split("lscctl ")[1:]]:
            assert command.split()[0] in ("capf", "inspect", "preflight", "status", "trust-list"), command
    wrong = site.lscctl("capf", "plan", "--issuer", "onlin")
    assert (wrong.exit_code, "online" in wrong.err) == (2, True)
    assert site.lscctl("capf", "check", "--ca", "ca.pem").exit_code == 2
    assert site.lscctl("capf", "check", "--issuer", "online", "--ca", "nowhere.pem").exit_code == 2
