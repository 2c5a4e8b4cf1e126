import json
from dataclasses import replace

import pytest

from lscctl.phone import Lsc
from lscctl.plan import Issuer
from lscctl.trustlist.names import common_name
from tests.cli.conftest import Lscctl
from tests.cli.lab import LabCluster
from tests.report.phones_in_sight import DAY, NOW
from tests.trustlist.chains import issued_by_a_ca

CAPF = issued_by_a_ca()[0]
FIRST, SECOND, THIRD = (f"SEP00112233440{number}" for number in (1, 2, 3))


@pytest.fixture
def ending(lab: LabCluster) -> LabCluster:
    """LSCs that end in 30, 70 and 400 days, signed by the certificate that CAPF shows. LSCs last 100 days here."""
    lab.capf_certificate = CAPF.der
    lab.phones = [
        replace(phone, lsc=Lsc(int(NOW) + days * DAY, common_name(CAPF.subject), CAPF.valid_until, "30"))
        for phone, days in zip(lab.phones, (30, 70, 400), strict=True)
    ]
    return lab


@pytest.mark.parametrize(
    ("options", "renewed"),
    [
        ([], [FIRST]),
        (["--within", "80d"], [FIRST, SECOND]),
        (["--below", "33%"], [FIRST]),
        (["--below", "75%"], [FIRST, SECOND]),
        (["--below", "31%", "--within", "80d"], [FIRST, SECOND]),
    ],
)
def test_lscs_that_end_soon_are_renewed_and_no_others(
    options: list[str], renewed: list[str], ending: LabCluster, lscctl: Lscctl
) -> None:
    ran = lscctl("renew", *options, "--yes", "--format", "json")
    assert ran.exit_code == 0, ran.output
    assert sorted(ending.written) == renewed
    assert json.loads(ran.stdout)["counts"]["installed"] == len(renewed)


def test_lscs_of_an_earlier_capf_certificate_are_renewed_however_long_they_last(
    ending: LabCluster, lscctl: Lscctl
) -> None:
    old = replace(ending.phones[2].lsc, issuer="CAPF-00000000")
    anew = replace(ending.phones[1].lsc, issuer_valid_until=CAPF.valid_until - 90 * DAY)
    ending.phones[1:] = [replace(ending.phones[1], lsc=anew), replace(ending.phones[2], lsc=old)]
    assert lscctl("renew", "--old-capf", "--yes").exit_code == 0
    assert sorted(ending.written) == [SECOND, THIRD]


@pytest.mark.parametrize("options", [["--yes"], ["--dry-run"], ["--dry-run", "--detailed-exitcode"]])
def test_where_no_lsc_is_due_it_says_so_and_ends_well(options: list[str], ending: LabCluster, lscctl: Lscctl) -> None:
    ran = lscctl("renew", "--within", "1d", *options)
    assert ran.exit_code == 0, ran.output
    assert "0 phones matched, 0 to write" in ran.stdout
    assert ending.written == []


@pytest.mark.parametrize("dry", [["--yes"], ["--dry-run", "--detailed-exitcode"]])
def test_selectors_that_name_no_phone_are_an_error_and_no_night_without_work(
    dry: list[str], ending: LabCluster, lscctl: Lscctl
) -> None:
    ran = lscctl("renew", "--model", "8846", *dry)
    assert ran.exit_code == 4, ran.output
    assert "no phone of lab matches" in ran.stderr
    for state in (["--lsc", "expired"], ["--status", "Upgrade Failed*"], ["--registered"], ["--lsc-issuer", "CAPF-*"]):
        assert lscctl("renew", "--within", "1d", "--model", "8845", *state, *dry).exit_code == 0
    assert ending.written == []


def test_phones_without_an_lsc_are_none_of_its_business(lab: LabCluster, lscctl: Lscctl) -> None:
    assert lscctl("renew", "--within", "9999d", "--yes").exit_code == 0
    assert lab.written == []


@pytest.mark.parametrize(
    ("option", "issuer", "says"),
    [
        ("--below=33%", Issuer.ONLINE_CA, "how long LSCs last"),
        ("--below=33%", Issuer.OFFLINE_CA, "how long LSCs last"),
        ("--old-capf", Issuer.OFFLINE_CA, "which certificate"),
    ],
)
def test_what_a_ca_decides_cannot_be_asked_for(
    option: str, issuer: Issuer, says: str, ending: LabCluster, lscctl: Lscctl
) -> None:
    ending.issuer = issuer
    ran = lscctl("renew", option, "--yes")
    assert ran.exit_code == 2, ran.output
    assert says in ran.stderr
    assert issuer.value in ran.stderr
    assert ending.written == []


def test_once_an_online_ca_issues_what_any_capf_signed_is_old(ending: LabCluster, lscctl: Lscctl) -> None:
    ending.issuer = Issuer.ONLINE_CA
    assert lscctl("renew", "--old-capf", "--dry-run").exit_code == 0
    (query,) = ending.asked
    assert query.renewal is not None
    assert query.renewal.concerns(Lsc(2**32, "CAPF-0a1b2c3d"))
    assert not query.renewal.concerns(Lsc(2**32, "Acme Issuing CA"))
    assert not query.renewal.concerns(Lsc(2**32, None))


def test_without_capf_nobody_knows_which_certificate_is_in_use(ending: LabCluster, lscctl: Lscctl) -> None:
    ending.capf_certificate = b""
    ran = lscctl("renew", "--old-capf", "--yes")
    assert ran.exit_code == 5, ran.output
    assert ending.written == []


def test_a_question_is_asked_as_for_any_install(ending: LabCluster, lscctl: Lscctl) -> None:
    assert lscctl("renew").exit_code == 2
    assert ending.written == []
