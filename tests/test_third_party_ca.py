"""The CA's certificates as a user gives them."""

from contextlib import suppress

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from lscctl.cucm.faults import AxlFault
from lscctl.cucm.sql import Sql
from lscctl.cucm.trust_stores import CALL_MANAGER_TRUST, CAPF_TRUST, read_trust_stores
from lscctl.errors import UsageError
from lscctl.third_party_ca import parse_ca
from tests.phone_certificates import ONLINE, ROOT

PEM = ROOT.certificate.pem.encode()


@given(st.binary(max_size=400), st.integers(0, len(PEM)), st.integers(0, len(PEM)))
@example(PEM, 0, 0)
@example(b"-----BEGIN CERTIFICATE-----\n-----END CERTIFICATE-----\n", 0, 0)
def test_whatever_the_file_holds_it_is_read_or_refused(noise: bytes, start: int, end: int) -> None:
    with suppress(UsageError):
        given_ca = parse_ca(noise + PEM[start:end], "ca.pem")
        assert given_ca.certificates
        assert given_ca.names


def test_the_one_that_signs_is_found_in_any_order() -> None:
    for content in (ONLINE.certificate.pem + ROOT.certificate.pem, ROOT.certificate.pem + ONLINE.certificate.pem):
        assert parse_ca(content.encode(), "ca.pem").lowest == (ONLINE.certificate,)


def test_stores_are_found_however_a_release_spells_them_and_certificates_that_are_none_are_left_away() -> None:
    rows = [
        {"certificate": ROOT.certificate.pem, "store": "callmanager-Trust"},
        {"certificate": "nothing", "store": "CAPF-trust"},
    ]
    stores = read_trust_stores(lambda _: rows)
    assert stores is not None
    assert stores.hold(ROOT.certificate, CALL_MANAGER_TRUST)
    assert not stores.hold(ROOT.certificate, CAPF_TRUST)
    assert not stores.hold(ONLINE.certificate, CALL_MANAGER_TRUST)


def test_a_database_without_such_tables_tells_of_no_stores() -> None:
    def refuse(_statement: Sql) -> list[dict[str, str]]:
        raise AxlFault(206, "The specified table is not in the database.", "executeSQLQuery")

    assert read_trust_stores(refuse) is None
    assert read_trust_stores(lambda _: []) is None


@pytest.mark.parametrize("key", ["RSA PRIVATE KEY", "EC PRIVATE KEY", "ENCRYPTED PRIVATE KEY", "PRIVATE KEY"])
def test_a_file_with_a_private_key_in_any_form_is_refused(key: str) -> None:
    with pytest.raises(UsageError, match="private key"):
        parse_ca(PEM + f"-----BEGIN {key}-----\n".encode(), "ca.pem")
