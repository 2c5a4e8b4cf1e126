"""Distinguished names: lists, nodes, databases and certificates write the same one in different ways."""

import pytest
from cryptography import x509
from cryptography.x509.oid import NameOID
from hypothesis import given
from hypothesis import strategies as st

from lscctl.trustlist.names import common_name, name_parts

TEXTS = st.text(
    st.characters(categories=("L", "N", "P", "S", "Zs"), exclude_characters="="), min_size=1, max_size=15
).filter(lambda text: text == text.strip() and text.strip('"') == text and not text.startswith("#"))


@pytest.mark.parametrize(
    ("name", "common"),
    [
        ("CN=CAPF-2265b1f5,OU=IT,O=Example,L=Berlin,C=DE", "CAPF-2265b1f5"),
        ("L=Berlin;ST=BE;CN=CAPF-2265b1f5;O=Example", "CAPF-2265b1f5"),
        ("C=DE, O=Example, cn = CAPF-2265b1f5", "CAPF-2265b1f5"),
        ("/C=DE/O=Example/CN=CAPF-2265b1f5", "CAPF-2265b1f5"),
        ("CAPF-2265b1f5", "CAPF-2265b1f5"),
        ('CN="Issuing CA, Berlin",O=Example', "Issuing CA, Berlin"),
        ("CN=Issuing CA\\, Berlin,O=Example", "Issuing CA, Berlin"),
        ("O=Example,OU=No common name", "O=Example,OU=No common name"),
        ("CN=Example Corp, Inc. Issuing CA;O=Example Corp, Inc.;C=US", "Example Corp, Inc. Issuing CA"),
        ("O=Example Corp\\, Inc.,CN=Example Corp\\, Inc. Issuing CA", "Example Corp, Inc. Issuing CA"),
        ("CN=B\\C3\\BCro\\3B 1+serialNumber=7,O=x", "Büro; 1"),
        ("CN=ends in a backslash\\\\,O=x", "ends in a backslash\\"),
        ("2.5.4.5=#1301,CN=a", "a"),
        ("", ""),
    ],
)
def test_issuers_compare_by_common_name_however_they_are_written(name: str, common: str) -> None:
    assert common_name(name) == common


@given(TEXTS, TEXTS)
def test_a_certificates_common_name_is_read_as_it_was_given(common: str, organization: str) -> None:
    name = x509.Name(
        [
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, organization),
            x509.NameAttribute(NameOID.COMMON_NAME, common),
            x509.NameAttribute(NameOID.LOCALITY_NAME, organization),
        ]
    )
    assert common_name(name.rfc4514_string()) == common


@given(TEXTS, TEXTS)
def test_a_list_that_escapes_nothing_names_the_same_as_the_certificate(common: str, organization: str) -> None:
    name = x509.Name(
        [x509.NameAttribute(NameOID.ORGANIZATION_NAME, organization), x509.NameAttribute(NameOID.COMMON_NAME, common)]
    )
    if "\\" not in common + organization:  # what a list means by one is anybody's guess
        assert name_parts(f"CN={common};O={organization}") == name_parts(name.rfc4514_string())


def test_names_that_differ_in_one_part_are_different() -> None:
    assert name_parts("CN=a;O=Example, Inc.") != name_parts("CN=a;O=Example, Ltd.")
    assert name_parts("CN=a;O=b") != name_parts("CN=a;OU=b")


def test_a_name_made_to_be_slow_is_read_in_a_moment() -> None:
    hostile = "," + " " * 60_000 + ";" * 60_000 + "\\" * 60_000 + "a" * 60_000 + "=" * 60_000
    assert common_name(hostile) == hostile.strip()
