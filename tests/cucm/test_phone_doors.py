"""Phones' certificates over real sockets: simulated phones of every kind, and the pace at which they are met."""

import threading

import pytest

from lscctl.cucm.inspecting import authorities_of, inspect_phones
from lscctl.cucm.phone_doors import AT_A_TIME, Pace, PhoneDoors
from lscctl.cucm.public_keys import read_public_keys
from lscctl.cucm.routes import Routes
from lscctl.cucm.sql import Sql
from lscctl.inspection import Inspected, Kind, Signer, Unseen
from lscctl.phone import PhoneQuery
from tests.cucm.bench import Bench, own_bench
from tests.cucm.patient_doors import PatientDoors, silent_addresses

QUICK = Pace(10_000)


def inspected(bench: Bench) -> dict[str, Inspected]:
    """What all phones of the bench show, by name."""
    with bench.connect(connect_to=bench.server.doors()) as cluster:
        cluster.phone_doors = PatientDoors(cluster.nodes.routes, silent=silent_addresses(bench.truth))
        phones = cluster.find(PhoneQuery()).phones
        found = inspect_phones(cluster, phones, authorities_of(cluster))
    return {one.phone.name: one for one in found if one.phone}


def truth(bench: Bench) -> dict[str, tuple[str, str, str, int | None]]:
    """`{name: (web access, on the network, over Expressway, issuer of the LSC)}`."""
    rows = bench.rows(
        "SELECT d.name, p.web, p.powered, p.expressway, l.issuer FROM sim_phone p JOIN device d ON d.pkid = p.fkdevice"
        " LEFT JOIN sim_lsc l ON l.fkdevice = d.pkid"
    )
    return {
        str(name): (str(web), str(powered), str(remote), None if issuer is None else int(str(issuer)))
        for name, web, powered, remote, issuer in rows
    }


@pytest.mark.parametrize("form", ["base64", "hex"])
def test_every_phone_that_has_web_access_shows_its_lsc_or_its_mic(form: str) -> None:
    with own_bench("15.0", f"public-key-format={form}", phones=120) as bench:
        found, true = inspected(bench), truth(bench)
        signers = {0: Signer.CAPF_IN_USE, 1: Signer.OLDER_CAPF, 2: Signer.UNKNOWN}
        shown = 0
        for name, one in found.items():
            web, powered, remote, issuer = true[name]
            if remote == "t":
                assert one.sight.unseen is Unseen.OVER_EXPRESSWAY
            elif web == "off":
                assert one.certificate is None, name
            elif one.sight.unseen is None:
                shown += 1
                assert powered == "t"
                assert one.kind is (Kind.MIC if issuer is None else Kind.LSC)
                assert one.signer is (Signer.MANUFACTURING if issuer is None else signers[issuer])
                assert one.agrees, one.findings
                assert one.same_key is (None if issuer is None else True)
            else:
                assert powered == "f" or one.sight.unseen is Unseen.TURNED_AWAY, (name, one.sight)
        assert shown > 40
        assert {one.sight.unseen for one in found.values()} >= {Unseen.WEB_ACCESS_OFF, Unseen.SILENT}


def test_a_phone_that_shows_its_mic_although_it_has_an_lsc_is_told_as_a_disagreement() -> None:
    with own_bench("15.0", "https-certificate=mic", phones=60) as bench:
        true = truth(bench)
        shown = [one for one in inspected(bench).values() if one.certificate and true[one.phone.name][3] is not None]  # type: ignore[union-attr]
        assert shown
        assert all(one.kind is Kind.MIC and one.agrees is False for one in shown)


def test_a_phone_that_ris_calls_without_web_access_is_not_asked() -> None:
    with own_bench("15.0", "httpd-of-https-only=No", phones=60) as bench:
        hidden = [name for name, (web, *_) in truth(bench).items() if web == "https"]
        found = inspected(bench)
        assert hidden
        assert {found[name].sight.unseen for name in hidden} <= {Unseen.WEB_ACCESS_OFF, Unseen.OVER_EXPRESSWAY}


def test_public_keys_that_cannot_be_read_are_not_compared() -> None:
    with own_bench(phones=20) as bench:
        bench.change("update device set publickey = 'no key' where publickey is not null")
        pkids = [str(pkid) for (pkid,) in bench.rows("select pkid from device where publickey is not null")]
        query = bench.cluster.rows
        assert pkids
        assert read_public_keys(query, pkids) == {}
        assert query(Sql("select count(*) as n from device"))


def test_no_more_phones_than_the_pace_allows_are_met_in_a_second() -> None:
    clock = [100.0]
    slept: list[float] = []
    pace = Pace(10, now=lambda: clock[0], sleep=slept.append)
    for _ in range(5):
        pace.wait()
    assert slept == pytest.approx([0.1, 0.2, 0.3, 0.4])
    clock[0] = 200.0
    pace.wait()
    assert len(slept) == 4


def test_phones_are_waited_for_side_by_side() -> None:
    doors = PhoneDoors(Routes(), pace=QUICK)
    together = threading.Barrier(AT_A_TIME)

    def met(number: int) -> int:
        together.wait(60)
        return number

    assert list(doors.each(met, range(10 * AT_A_TIME))) == list(range(10 * AT_A_TIME))
