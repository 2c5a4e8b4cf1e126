from pathlib import Path

import pytest
from cryptography import x509

from lscctl.capf_renewal import RenewalStep
from lscctl.plan import Issuer
from lscctl.report.capf_renewal import RenewalOfCluster, capf_plan_report
from lscctl.report.formats import by_name
from lscctl.report.interface import Page
from lscctl.trustlist.certificate import Certificate, chain_of
from tests.cli.conftest import Lscctl
from tests.cli.lab import LabCluster
from tests.trustlist.chains import issued_by_a_ca

LEAF, CA, ROOT = issued_by_a_ca()


@pytest.fixture
def shown(lab: LabCluster, monkeypatch: pytest.MonkeyPatch) -> LabCluster:
    """The lab with a CAPF whose certificate a CA issued, whose own a root did."""
    lab.capf_certificate = LEAF.der
    monkeypatch.setattr(lab, "certificates", lambda: (ROOT.der, b"no certificate", CA.der, LEAF.der), raising=False)
    return lab


def test_the_certificate_and_its_chain_are_written_from_the_bottom_up(shown: LabCluster, lscctl: Lscctl) -> None:
    ran = lscctl("capf", "export")
    assert ran.exit_code == 0, ran.output
    read = x509.load_pem_x509_certificates(ran.stdout.encode())
    assert [one.subject.rfc4514_string() for one in read] == [LEAF.subject, CA.subject, ROOT.subject]
    assert LEAF.fingerprint("sha256") in ran.stderr


def test_a_dash_is_standard_output_and_no_file(shown: LabCluster, lscctl: Lscctl, tmp_path: Path) -> None:
    assert lscctl("capf", "export", "-").stdout == lscctl("capf", "export").stdout
    assert not list(tmp_path.glob("-"))


def test_a_file_is_written_whole(shown: LabCluster, lscctl: Lscctl, tmp_path: Path) -> None:
    assert lscctl("capf", "export", "capf.pem").exit_code == 0
    assert len(x509.load_pem_x509_certificates((tmp_path / "capf.pem").read_bytes())) == 3
    for place in (tmp_path / "nowhere" / "capf.pem", tmp_path):
        ran = lscctl("capf", "export", str(place))
        assert ran.exit_code == 2
        assert "hint: " in ran.stderr
    assert [path.name for path in tmp_path.glob("*.pem")] == ["capf.pem"]


def test_a_chain_with_a_gap_is_written_as_far_as_it_goes_and_the_gap_is_told(
    shown: LabCluster, lscctl: Lscctl, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shown, "certificates", lambda: (LEAF.der, CA.der))
    ran = lscctl("capf", "export")
    assert len(x509.load_pem_x509_certificates(ran.stdout.encode())) == 2
    assert f"the cluster holds no certificate of {ROOT.subject}" in ran.stderr


def test_a_capf_that_shows_no_certificate_is_an_error_that_names_its_port(lab: LabCluster, lscctl: Lscctl) -> None:
    ran = lscctl("capf", "export")
    assert ran.exit_code == 5, ran.output
    assert ran.stdout == ""
    assert "CAPF of lab shows no certificate: no answer" in ran.stderr
    assert "port 3804" in ran.stderr


def test_of_two_cas_of_one_name_the_one_that_signed_is_in_the_chain() -> None:
    _, other, _ = issued_by_a_ca()
    assert other.subject == CA.subject
    assert chain_of(LEAF, [other, CA]) == (LEAF, CA)
    assert chain_of(LEAF, [other]) == (LEAF, other)
    assert chain_of(LEAF, []) == (LEAF,)


def test_a_chain_that_goes_in_circles_ends() -> None:
    circle = Certificate(b"", "CN=a", "CN=b", "01", 0, 0, "RSA 2048", "sha256", False)
    back = Certificate(b"", "CN=b", "CN=a", "02", 0, 0, "RSA 2048", "sha256", False)
    assert chain_of(circle, [back, circle]) == (circle, back)


@pytest.mark.parametrize("issuer", [Issuer.ONLINE_CA, Issuer.OFFLINE_CA])
def test_where_another_ca_issues_lscs_the_certificate_of_capf_is_said_not_to_be_theirs(
    shown: LabCluster, lscctl: Lscctl, issuer: Issuer
) -> None:
    assert "needs that CA's chain" not in lscctl("capf", "export").stderr
    shown.issuer = issuer
    ran = lscctl("capf", "export")
    assert ran.exit_code == 0
    assert f"issued by an {issuer}" in " ".join(ran.stderr.split())


def test_a_plan_tells_each_step_with_its_commands_however_narrow_the_screen(lab: LabCluster) -> None:
    step = RenewalStep("Do it", "the node", "utils capf csr list", "3 phones restart", "it is done")
    report = capf_plan_report(RenewalOfCluster((step,), "lab", "15.0", 0.0))
    text = "".join(by_name("table").pieces(report, Page(width=40)))
    for said in (
        "1. Do it",
        "Where: the node",
        "utils capf csr list",
        "Touches: 3 phones restart",
        "Go on when: it is done",
    ):
        assert said in text


@pytest.mark.parametrize("also", [("--from", "-"), ("--ask-auth-string",)])
@pytest.mark.parametrize("command", ["check", "plan", "verify"])
def test_only_one_thing_can_be_standard_input(
    lab: LabCluster, lscctl: Lscctl, command: str, also: tuple[str, ...]
) -> None:
    ran = lscctl("capf", command, "--issuer", "online", "--ca", "-", *also, stdin=ROOT.pem)
    assert ran.exit_code == 2
    assert "both read standard input" in ran.stderr
    assert lab.asked == []
