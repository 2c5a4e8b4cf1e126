"""CAPF's certificate renewed as lscctl guides it: checked before, the steps taken by hand, LSCs renewed in waves, all verified."""

import json

import pytest

from tests.e2e.conftest import Site, wait_until

MEANT = ("--cluster", "lab", "--model", "8845", "--registered", "--lsc", "valid")


def asked(site: Site, command: str, *options: str) -> tuple[int, dict[str, str]]:
    """The exit code of `capf check` or `capf verify`, and each check's verdict."""
    ran = site.lscctl("capf", command, *options, "--format", "json")
    assert ran.exit_code in (0, 1), ran.err
    listed = len((site.folder / "phones.txt").read_text().splitlines())
    assert json.loads(ran.out)["phones"] == listed, "all that were looked at, with an LSC or without"
    return ran.exit_code, {one["check"]: one["verdict"] for one in json.loads(ran.out)["checks"]}


@pytest.fixture
def renewable(site: Site) -> list[str]:
    """Phones of which each can get a new LSC, as a list in `phones.txt`."""
    plan = json.loads(
        site.lscctl("bulk-install", *MEANT, "--renew", "--limit", "8", "--dry-run", "--format", "json").out
    )
    names = [step["name"] for step in plan["steps"]]
    assert names
    (site.folder / "phones.txt").write_text("\n".join(names))
    return names


def test_a_renewal_is_guided_from_the_first_look_to_the_last(site: Site, renewable: list[str]) -> None:
    listed = ("--cluster", "lab", "--from", "phones.txt")
    code, before = asked(site, "check", *listed)
    assert (code, before["capf-certificate"], before["tftp"]) == (0, "pass", "pass")
    steps = json.loads(site.lscctl("capf", "plan", *listed, "--format", "json").out)["steps"]
    assert [word for step in steps for word in ("Regenerate", "Tftp", "Reset", "Renew") if word in step["what"]][
        :4
    ] == [
        "Regenerate",
        "Tftp",
        "Reset",
        "Renew",
    ]

    with site.cluster.lock:
        site.cluster.capf.replace()  # a person regenerates it
    code, after = asked(site, "verify", *listed)
    assert (code, after["tftp"], after["lscs"]) == (1, "fail", "fail")

    with site.cluster.lock:
        site.cluster.renew_lists()  # and restarts TFTP and the phones
    code, after = asked(site, "verify", *listed)
    assert (code, after["tftp"], after["lscs"]) == (1, "pass", "fail")

    renewed = site.lscctl("renew", *listed, "--old-capf", "--yes", "--format", "json")
    assert renewed.exit_code == 0, renewed.err
    assert json.loads(renewed.out)["counts"]["installed"] == len(renewable)
    wait_until(lambda: asked(site, "verify", *listed)[0] == 0)
    exported = site.lscctl("capf", "export", "capf.pem")
    assert exported.exit_code == 0, exported.err
    again = site.lscctl("renew", *listed, "--old-capf", "--yes", "--format", "json")
    assert (again.exit_code, json.loads(again.out)["phones_matched"]) == (0, 0), again.out
