"""What reading tells of a cluster, against simulated ones that give the one answer or the other."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from lscctl.capf import CertificateOperation
from lscctl.preflight.assumptions import ALL, Finding, find_out
from lscctl.simulator.assumptions import Assumptions
from lscctl.simulator.clock import ManualClock
from tests.cucm.bench import NOON, Bench, found, own_bench, step_for

OTHERS = {
    "finish-time-read-back": "hour",
    "late-set-by": "cluster",
    "operation-after-success": "kept",
    "operation-after-failure": "kept",
    "secure-after-failure": "stays-off",
    "ec-key-size-table": "own",
    "lsc-issuer-name": "cn",
    "public-key-format": "hex",
    "parameter-names": "compact",
    "last-seen-while-registered": "now",
    "certificate-stores": "unmapped",
    "itl-status": "device",
    "list-phone-capf": "filled",
    "dbinfo": "refused",
    "version-refusal": "available",
    "booleans": "t",
    "uuid-case": "lower",
    "fault-code": "server",
    "capf-fields-of-lesser-models": "empty",
    "sql-in-any-namespace": "refused",
    "soap-action-mismatch": "ignored",
    "soap-action-missing": "refused",
    "https-certificate": "mic",
    "httpd-of-https-only": "No",
}
"""The other answer of everything that a cluster of 15.0 can show in words."""

SEEN = {one.key for one in ALL if one.look is not None}


def test_the_client_s_list_and_the_simulator_s_are_the_same() -> None:
    theirs = {knob.key: (knob.values, knob.default) for knob in Assumptions.catalogue()}
    assert {one.key: (one.values, one.assumed) for one in ALL} == theirs
    assert [one.key for one in ALL] == list(theirs)


def test_each_is_found_out_by_reading_or_says_why_it_cannot_be() -> None:
    for one in ALL:
        assert (one.look is None) == bool(one.why), one.key
        assert one.question.endswith("?")
    assert set(OTHERS) | {"schema-8-0", "ris-limit"} == SEEN


@contextmanager
def lived(*assume: str, version: str = "15.0") -> Iterator[Bench]:
    """A cluster on which operations ended in every way; each answer is the one that the simulator was told to give."""
    with own_bench(version, *assume, phones=150, clock=ManualClock(NOON)) as bench:
        bench.change(
            "UPDATE device SET tkcertificateoperation = 1, tkcertificatestatus = 1, upgradefinishtime = ''"
            " WHERE upgradefinishtime <> ''"
        )
        bench.cluster.close()
        bench.cluster = bench.connect(zone="Europe/Berlin", connect_to=bench.server.doors())
        yield bench


def found_out(bench: Bench) -> dict[str, str | None]:
    """What holds there, once installs have succeeded, failed, failed on phones with a secure profile, and never begun."""
    ready = "SELECT fkdevice FROM sim_phone WHERE expressway = 'f' AND mic IS NOT NULL AND powered = ?"
    on, off = ({str(pkid) for (pkid,) in bench.rows(ready, powered)} for powered in "tf")
    plain = [p for p in found(bench, models=("8845", "8865", "7841")) if p.profile.settings and not p.profile.secure]
    there, away = (
        [phone for phone in plain if phone.pkid in on][:9],
        [phone for phone in plain if phone.pkid in off][:2],
    )
    assert (len(there), len(away)) == (9, 2)
    for phone in there[3:]:
        bench.change("INSERT INTO sim_failure VALUES (?, 'invalid-mic')", phone.pkid)
    for phone in there[6:]:
        bench.change(
            "UPDATE device SET fksecurityprofile = (SELECT s.pkid FROM securityprofile s WHERE s.tkmodel = device.tkmodel"
            " AND s.tkdeviceprotocol = device.tkdeviceprotocol AND s.tkdevicesecuritymode = 3) WHERE pkid = ?",
            phone.pkid,
        )
    written = {}
    for phone in (*found(bench, names_listed=tuple(phone.name for phone in there)), *away):
        bench.cluster.write(step_for(phone), bench.deadline, CertificateOperation.INSTALL)
        bench.cluster.apply(phone)
        written[phone.name] = bench.deadline.text
    bench.wait(8 * 3600)
    return {key: finding.value for key, finding in find_out(bench.cluster, written).items()}


def test_what_is_assumed_is_found_where_it_holds() -> None:
    with lived() as bench:
        here = found_out(bench)
    assert here == {one.key: one.assumed for one in ALL if one.look} | {"schema-8-0": None}


def test_the_other_answer_is_found_where_that_holds() -> None:
    with lived(*(f"{key}={value}" for key, value in OTHERS.items()), "ris-limit=2000") as bench:
        here = found_out(bench)
    assert here == {**OTHERS, "schema-8-0": None, "ris-limit": "more than 1000"}


@pytest.mark.parametrize(
    ("version", "assumed", "values"),
    [
        ("15.0", "itl-status=none", {"itl-status": "none"}),
        ("8.5", "schema-8-0=like-8.5", {"schema-8-0": "like-8.5", "itl-status": None, "lsc-issuer-name": None}),
        ("8.5", "schema-8-0=unknown", {"schema-8-0": "unknown", "ec-key-size-table": None}),
        ("12.5", "itl-status=device", {"itl-status": None, "list-phone-capf": "absent", "booleans": "true"}),
    ],
)
def test_what_a_release_cannot_have_is_not_found(version: str, assumed: str, values: dict[str, str | None]) -> None:
    with own_bench(version, assumed, phones=60) as bench:
        here = find_out(bench.cluster, {})
        assert {key: here[key].value for key in values} == values


def test_where_no_phone_ever_had_an_operation_nothing_is_concluded_from_it() -> None:
    with own_bench(phones=10) as bench:
        bench.change("UPDATE device SET upgradefinishtime = '', publickey = ''")
        here = find_out(bench.cluster, {})
    unknown = {key for key, finding in here.items() if finding.value is None}
    assert unknown >= {
        "operation-after-success",
        "late-set-by",
        "secure-after-failure",
        "public-key-format",
        "booleans",
    }


def test_finish_times_of_others_show_what_is_kept_only_where_they_have_minutes() -> None:
    with own_bench(phones=10) as bench:
        bench.change("UPDATE device SET upgradefinishtime = '2026:11:20:04'")
        assert find_out(bench.cluster, {})["finish-time-read-back"].value is None
        bench.change("UPDATE device SET upgradefinishtime = '2026:11:20:04:00' WHERE ctiid = 1")
        assert find_out(bench.cluster, {})["finish-time-read-back"].value == "as-written"


def test_nothing_is_written_to_find_out() -> None:
    with own_bench(phones=60) as bench:
        find_out(bench.cluster, {})
        asked = {operation for operation, _ in bench.server.requests}
    assert asked <= {"getCCMVersion", "executeSQLQuery", "getPhone", "listPhone", "selectCmDeviceExt", "version"}


def test_without_the_role_for_ris_what_ris_shows_is_not_known() -> None:
    with own_bench(phones=60) as bench:
        bench.cluster.close()
        bench.cluster = bench.connect("no-ris", "s3cret")
        here = find_out(bench.cluster, {})
    assert (
        here["ris-limit"] == here["last-seen-while-registered"] == Finding(None, "it could not be asked (RoleMissing)")
    )
    assert here["uuid-case"].value == "upper"


def test_the_evidence_names_nothing_of_the_cluster() -> None:
    with lived() as bench:
        found_out(bench)
        told = " ".join(finding.evidence for finding in find_out(bench.cluster, {}).values()).casefold()
        named = bench.rows(
            "SELECT name FROM device UNION SELECT name FROM processnode UNION SELECT name FROM devicepool"
        )
        assert [name for (name,) in named if str(name).casefold() in told] == []
