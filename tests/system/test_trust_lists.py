"""OpenSSL agrees with what lscctl says of a trust list: its certificates, and that its signature is good."""

import json
import subprocess
import sys
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509

from tests.system.conftest import tool
from tests.trustlist.foreign import CAPF, CCM_TFTP, SAST, Holder, holder, record, signed, tag, usual

SIGNER = holder("ITLRECOVERY_pub", bits=4096)
RECORDS = [
    record(SIGNER, SAST),
    record(holder("CAPF, with; odd=letters+ü", serial=0x81 << 120), CAPF, host="cucm-pub"),
    record(holder("curve", curve=True), CCM_TFTP, host="cucm-pub"),
]


def openssl(*arguments: str, given: bytes = b"") -> str:
    return subprocess.run(
        [tool("openssl"), *arguments], input=given, capture_output=True, timeout=30, check=True
    ).stdout.decode()


def shown(path: Path) -> dict[str, Any]:
    command = [sys.executable, "-m", "lscctl", "trust-list", "show", str(path), "--format", "json"]
    (found,) = json.loads(subprocess.run(command, capture_output=True, timeout=60, check=True).stdout)["lists"]
    return dict(found)


def test_openssl_reads_each_certificate_that_is_shown_as_we_do(tmp_path: Path) -> None:
    (tmp_path / "ITLFile.tlv").write_bytes(signed(SIGNER, RECORDS))
    records = shown(tmp_path / "ITLFile.tlv")["records"]
    assert len(records) == len(RECORDS)
    for one in records:
        told = one["certificate"]
        options = [
            "-noout",
            "-subject",
            "-serial",
            "-dates",
            "-dateopt",
            "iso_8601",
            "-nameopt",
            "rfc2253,utf8,-esc_msb",
        ]
        read = dict(line.split("=", 1) for line in openssl("x509", *options, given=told["pem"].encode()).splitlines())
        assert told["subject"] == read["subject"]
        assert int(told["serial"], 16) == int(one["serial"], 16) == int(read["serial"], 16)
        for ours, theirs in (("valid_from", "notBefore"), ("valid_until", "notAfter")):
            assert datetime.fromisoformat(told[ours]) == datetime.fromisoformat(read[theirs])


@pytest.mark.parametrize(("digest", "option"), [(1, "-sha1"), (2, "-sha256"), (3, "-sha512")])
def test_openssl_verifies_the_signature_over_all_but_its_own_tag(tmp_path: Path, digest: int, option: str) -> None:
    content = signed(SIGNER, RECORDS, digest=digest)
    (tmp_path / "ITLFile.tlv").write_bytes(content)
    found = shown(tmp_path / "ITLFile.tlv")
    assert found["signature"]["verdict"] == "good"
    signature = bytes.fromhex(found["signature"]["value"])
    whole = b"\x0c" + len(signature).to_bytes(2, "big") + signature
    assert content.count(whole) == 1
    signer = found["records"][found["signature"]["signed_by_record"] - 1]["certificate"]["pem"]
    (tmp_path / "key.pem").write_text(openssl("x509", "-noout", "-pubkey", given=signer.encode()))
    (tmp_path / "signature").write_bytes(signature)
    files = ["-verify", str(tmp_path / "key.pem"), "-signature", str(tmp_path / "signature")]
    assert openssl("dgst", option, *files, given=content.replace(whole, b"")) == "Verified OK\n"


def test_a_key_that_is_short_enough_to_be_broken_is_warned_of(tmp_path: Path) -> None:
    made = ["-newkey", "rsa:512", "-nodes", "-keyout", str(tmp_path / "key.pem"), "-subj", "/CN=short"]
    certificate = x509.load_pem_x509_certificate(openssl("req", "-x509", *made).encode())
    short = Holder(certificate, SIGNER.key)  # its own key is OpenSSL's to use: nobody else signs with so short a one
    before, after = usual(short, 1).around(64)
    rest = after + bytes(record(short, SAST))
    openssl(
        "dgst", "-sha1", "-sign", str(tmp_path / "key.pem"), "-out", str(tmp_path / "signature"), given=before + rest
    )
    (tmp_path / "ITLFile.tlv").write_bytes(before + tag(12, (tmp_path / "signature").read_bytes()) + rest)
    command = [sys.executable, "-m", "lscctl", "trust-list", "verify", str(tmp_path / "ITLFile.tlv")]
    told = subprocess.run(command, capture_output=True, text=True, timeout=60, check=True).stdout
    assert "signed with the key of record 1" in told
    assert "the signer's key has only 512 bits" in told
