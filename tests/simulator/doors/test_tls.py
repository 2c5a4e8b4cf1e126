import ssl
import stat
from pathlib import Path

from cryptography import x509

from lscctl.simulator.doors.tls import fingerprint, identity


def test_the_certificate_names_the_host_localhost_and_127_0_0_1(tmp_path: Path) -> None:
    made = identity(tmp_path, "sim", "cucm.lab.example")
    certificate = x509.load_pem_x509_certificate(made.certificate_pem.encode())
    names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert {"cucm.lab.example", "localhost"} <= set(names.get_values_for_type(x509.DNSName))
    assert "127.0.0.1" in map(str, names.get_values_for_type(x509.IPAddress))


def test_the_identity_is_kept_and_its_key_is_private(tmp_path: Path) -> None:
    first, second = (identity(tmp_path, "sim", "127.0.0.1") for _ in range(2))
    assert first.fingerprint == second.fingerprint
    assert stat.S_IMODE(first.key_file.stat().st_mode) == 0o600
    assert "PRIVATE" not in first.ca_file.read_text()


def test_another_host_gets_another_certificate(tmp_path: Path) -> None:
    first = identity(tmp_path, "sim", "127.0.0.1").fingerprint
    assert identity(tmp_path, "sim", "10.1.2.3").fingerprint != first


def test_the_fingerprint_is_the_one_that_others_compute(tmp_path: Path) -> None:
    made = identity(tmp_path, "sim", "127.0.0.1")
    der = ssl.PEM_cert_to_DER_cert(made.certificate_pem)
    import hashlib

    assert made.fingerprint.replace(":", "").lower() == hashlib.sha256(der).hexdigest()
    assert fingerprint(made.certificate_pem) == made.fingerprint
