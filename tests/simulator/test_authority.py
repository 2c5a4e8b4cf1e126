import pytest
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.x509.oid import NameOID

from lscctl.simulator.authority import Issuer, common_name
from lscctl.simulator.key_pairs import KeyName
from tests.simulator.lab import START, Lab


def read(pem: str | None) -> x509.Certificate:
    assert pem
    return x509.load_pem_x509_certificate(pem.encode())


def is_issued_by(certificate: x509.Certificate, issuer: x509.Certificate) -> bool:
    try:
        certificate.verify_directly_issued_by(issuer)
    except InvalidSignature:
        return False
    return True


def test_the_capf_certificate_is_what_new_releases_want() -> None:
    lab = Lab()
    capf = read(lab.cluster.authority.certificate_pem)
    constraints = capf.extensions.get_extension_for_class(x509.BasicConstraints).value
    usage = capf.extensions.get_extension_for_class(x509.KeyUsage).value
    assert (constraints.ca, constraints.path_length) == (True, 0)
    assert (usage.digital_signature, usage.key_cert_sign, usage.key_encipherment) == (True, True, False)
    assert common_name(capf.subject).startswith("CAPF-")
    assert len(common_name(capf.subject)) == len("CAPF-xxxxxxxx")
    assert capf.not_valid_before_utc.timestamp() < START < capf.not_valid_after_utc.timestamp()
    assert lab.cluster.authority.key.public_key() == capf.public_key()
    capf.verify_directly_issued_by(capf)


def test_every_lsc_from_before_the_start_is_really_signed_and_unique() -> None:
    lab = Lab()
    authority = lab.cluster.authority
    issuers = {
        "CN=" + common_name(authority.certificate(issuer).subject): authority.certificate(issuer) for issuer in Issuer
    }
    rows = lab.cluster.connection.execute(
        "SELECT d.name, d.publickey, d.lscvaliduntil, d.lscissuername FROM device d"
        " JOIN sim_lsc l ON l.fkdevice = d.pkid"
    ).fetchall()
    serials = set()
    for name, public_key, until, issuer_name in rows:
        certificate = read(authority.lsc_of(name))
        issuer = issuers["CN=" + common_name(certificate.issuer)]
        certificate.verify_directly_issued_by(issuer)
        assert common_name(certificate.subject) == name
        serials.add(certificate.serial_number)
        if until:
            assert until == int(certificate.not_valid_after_utc.timestamp())
            assert issuer_name == issuer.subject.rfc4514_string()
        assert public_key
    assert len(serials) == len(rows) > 50


def test_an_lsc_is_signed_once() -> None:
    lab = Lab()
    phone = lab.name(lab.phone(lsc="live"))
    assert lab.cluster.authority.lsc_of(phone) == lab.cluster.authority.lsc_of(phone)


def test_a_phone_without_an_lsc_has_none_and_no_phone_is_an_error() -> None:
    lab = Lab()
    assert lab.cluster.authority.lsc_of(lab.name(lab.phone())) is None
    with pytest.raises(LookupError, match="SEP000000000000"):
        lab.cluster.authority.lsc_of("SEP000000000000")


def test_the_certificate_table_holds_the_live_capf_certificate_and_the_one_before_it() -> None:
    lab = Lab()
    rows = lab.cluster.connection.execute(
        "SELECT subjectname, issuername, serialnumber, certificate FROM certificate"
    ).fetchall()
    certificates = []
    trusted = [read(pem) for *_, pem in rows]
    for subject, issuer, serial, pem in rows:
        certificate = read(pem)
        assert any(is_issued_by(certificate, one) for one in trusted if one.subject == certificate.issuer)
        assert certificate.subject.rfc4514_string() == subject
        assert certificate.issuer.rfc4514_string() == issuer
        assert f"{certificate.serial_number:x}" == serial
        certificates.append(certificate)
    capf = [certificate for certificate in certificates if common_name(certificate.subject).startswith("CAPF-")]
    assert lab.cluster.authority.certificate(Issuer.LIVE) in capf
    assert len(capf) == 2
    assert lab.cluster.authority.certificate(Issuer.FOREIGN) not in certificates
    assert {"cucm-pub.example.com", "ITLRECOVERY_cucm-pub.example.com"} <= {
        str(c.subject.get_attributes_for_oid(NameOID.COMMON_NAME)[0].value) for c in certificates
    }


def test_a_key_pair_is_made_when_first_drawn_and_kept() -> None:
    lab = Lab()
    name = KeyName("rsa", 512, 0)
    before = lab.value("SELECT count(*) FROM sim_key WHERE size = 512")
    first = lab.cluster.authority.public_key_text(name, "hex")
    assert (before, lab.value("SELECT count(*) FROM sim_key WHERE size = 512")) == (0, 1)
    assert lab.cluster.authority.public_key_text(name, "hex") == first
