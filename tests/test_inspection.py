from dataclasses import replace

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, pkcs7

from lscctl.inspection import Authorities, Flaw, Inspected, Kind, Sight, Signer, inspect, manufacturer, phone_named
from lscctl.phone import Lsc, Phone
from lscctl.trustlist.certificate import Certificate, chain_of
from tests.phone_certificates import CAP_RTP, CAPF, CISCO, NOW, OLDER, ONLINE, PHONE, ROOT, STRANGER, Authority, made
from tests.report.phones_in_sight import PHONE as BARE

HELD = [one.certificate for one in (CAPF, OLDER, ROOT, ONLINE, CISCO, Authority("Cisco Root CA M2"))]
AUTHORITIES = Authorities(CAPF.certificate, HELD)
LSC = made(PHONE, CAPF)
KNOWN = replace(BARE, name=PHONE, lsc=Lsc(LSC.valid_until, "CAPF-0a1b2c3d", None, "digest"))


def seen(certificate: Certificate, phone: Phone | None = KNOWN, **more: object) -> Inspected:
    sight = Sight("HTTPS", certificate, stored_key=more.pop("stored_key", None))  # type: ignore[arg-type]
    authorities = more.pop("authorities", AUTHORITIES)
    return inspect(sight, phone, authorities, NOW.timestamp())  # type: ignore[arg-type]


def flaws(one: Inspected) -> list[Flaw]:
    return [finding.flaw for finding in one.findings]


@pytest.mark.parametrize(
    ("issuer", "signer", "above"),
    [
        (CAPF, Signer.CAPF_IN_USE, ["CAPF-0a1b2c3d"]),
        (OLDER, Signer.OLDER_CAPF, ["CAPF-99999999"]),
        (ONLINE, Signer.OTHER_CA, ["Acme Issuing CA", "Acme Root"]),
    ],
    ids=lambda one: getattr(one, "common", ""),
)
def test_an_lsc_is_told_by_whose_signature_it_bears(issuer: Authority, signer: Signer, above: list[str]) -> None:
    one = seen(made(PHONE, issuer), replace(KNOWN, lsc=replace(KNOWN.lsc, issuer=issuer.common)))
    assert (one.kind, one.signer, one.trusted, one.agrees) == (Kind.LSC, signer, True, True)
    assert [certificate.subject.partition(",")[0].removeprefix("CN=") for certificate in one.chain] == above


def test_where_nobody_saw_which_capf_certificate_is_in_use_nothing_older_is_claimed() -> None:
    one = seen(LSC, authorities=Authorities(None, HELD))
    assert (one.signer, one.trusted) == (Signer.CAPF, True)


def test_a_third_party_s_certificate_is_not_trusted() -> None:
    one = seen(made(PHONE, STRANGER), replace(KNOWN, lsc=replace(KNOWN.lsc, issuer=STRANGER.common)))
    assert (one.kind, one.signer, one.trusted, one.agrees) == (Kind.LSC, Signer.UNKNOWN, False, True)
    assert flaws(one) == [Flaw.ISSUER_UNKNOWN]


def test_a_certificate_that_only_names_capf_as_its_issuer_is_found_out() -> None:
    one = seen(made(PHONE, CAPF, forged=True))
    assert (one.signer, one.trusted) == (Signer.UNKNOWN, False)
    assert flaws(one) == [Flaw.NOT_SIGNED]


def test_an_issuer_of_the_same_name_with_another_key_did_not_sign_it() -> None:
    regenerated = Authority("CAPF-0a1b2c3d", key_of="regenerated")
    one = seen(LSC, authorities=Authorities(regenerated.certificate, [regenerated.certificate]))
    assert flaws(one) == [Flaw.NOT_SIGNED]


def test_a_ca_that_renewed_its_certificate_with_the_same_key_has_not_expired() -> None:
    """Both stay in the database, in any order; cross-signed ones likewise."""
    before = Authority("Acme Root", days=-10, key_of="Acme Root")
    cross_signed = Authority("Acme Root", days=-5, key_of="Acme Root", above=Authority("Old Root", days=-5))
    certificate = made(PHONE, ONLINE)
    for held in ([before, cross_signed, ROOT, ONLINE], [ONLINE, ROOT, cross_signed, before]):
        stored = [one.certificate for one in held]
        one = seen(certificate, None, authorities=Authorities(CAPF.certificate, stored))
        assert (one.trusted, one.chain) == (True, (ONLINE.certificate, ROOT.certificate))
        assert chain_of(certificate, stored) == (certificate, ONLINE.certificate, ROOT.certificate)


def test_of_two_capf_certificates_with_the_same_key_the_one_in_use_is_told() -> None:
    longer = Authority("CAPF-0a1b2c3d", days=1_500)
    one = seen(LSC, authorities=Authorities(CAPF.certificate, [longer.certificate, CAPF.certificate]))
    assert one.signer is Signer.CAPF_IN_USE


@pytest.mark.parametrize(
    ("certificate", "flaw"),
    [
        (made(PHONE, CAPF, days=-1), Flaw.EXPIRED),
        (made(PHONE, CAPF, begins=5), Flaw.NOT_YET_VALID),
        (made("SEP00112233FFFF", CAPF), Flaw.OTHER_PHONE),
        (made(PHONE, Authority(PHONE), key_of=PHONE), Flaw.SELF_SIGNED),
    ],
    ids=lambda one: getattr(one, "value", ""),
)
def test_what_makes_a_certificate_worthless_is_told(certificate: Certificate, flaw: Flaw) -> None:
    one = seen(certificate)
    assert flaw in flaws(one)
    assert one.trusted is False


def test_a_certificate_is_worth_nothing_once_its_issuer_s_has_ended() -> None:
    old = Authority("CAPF-0a1b2c3d", days=-1)
    assert flaws(seen(LSC, authorities=Authorities(old.certificate, []))) == [Flaw.ISSUER_EXPIRED]


def test_a_signature_that_nobody_can_check_is_told_as_such() -> None:
    der = made(PHONE, CAPF).der.replace(bytes.fromhex("2a864886f70d01010b"), bytes.fromhex("2a864886f70d010163"))
    one = seen(Certificate.read(der))
    assert (one.signer, flaws(one)) == (Signer.UNKNOWN, [Flaw.NOT_CHECKED])


def test_a_mic_is_told_with_the_manufacturing_ca_that_issued_it() -> None:
    mic = made(f"CP-8845-{PHONE}", CISCO)
    one = seen(mic, replace(KNOWN, lsc=Lsc()))
    assert (one.kind, one.signer, one.trusted, one.agrees) == (Kind.MIC, Signer.MANUFACTURING, True, True)
    assert manufacturer(mic) == "Cisco Manufacturing CA SHA2"
    assert len(one.chain) == 2


def test_a_mic_whose_issuer_the_cluster_does_not_hold_is_not_trusted_here() -> None:
    one = seen(made(f"CP-7965-{PHONE}", CAP_RTP), replace(KNOWN, lsc=Lsc()))
    assert (one.kind, flaws(one)) == (Kind.MIC, [Flaw.ISSUER_UNKNOWN])


def test_who_calls_himself_like_cisco_is_no_cisco() -> None:
    assert manufacturer(made(PHONE, Authority("Not Cisco Manufacturing CA"))) is None
    one = seen(made(PHONE, CISCO, forged=True), replace(KNOWN, lsc=Lsc()))
    assert flaws(one) == [Flaw.NOT_SIGNED]


def test_what_cucm_believes_is_held_against_what_the_phone_shows() -> None:
    def believed(**change: object) -> list[Flaw]:
        return flaws(seen(LSC, replace(KNOWN, lsc=replace(KNOWN.lsc, **change))))  # type: ignore[arg-type]

    assert believed() == []
    assert believed(valid_until=LSC.valid_until + 2 * 86_400) == [Flaw.VALID_UNTIL_DIFFERS]
    assert believed(valid_until=LSC.valid_until + 3_600) == []
    assert believed(valid_until=None) == []
    assert believed(issuer="CAPF-99999999") == [Flaw.ISSUER_DIFFERS]
    assert believed(issuer=None) == []
    assert flaws(seen(LSC, replace(KNOWN, lsc=Lsc()))) == [Flaw.LSC_NOT_KNOWN]
    assert flaws(seen(made(PHONE, CISCO))) == [Flaw.LSC_MISSING]


def test_the_public_key_is_compared_where_cucm_holds_one_that_can_be_read() -> None:
    assert seen(LSC).same_key is None
    assert seen(LSC, stored_key=LSC.public_key).same_key is True
    other = seen(LSC, stored_key=made(PHONE, CAPF, key_of="another phone").public_key)
    assert (other.same_key, flaws(other), other.agrees) == (False, [Flaw.KEY_DIFFERS], False)


def test_by_itself_a_certificate_is_only_read() -> None:
    one = seen(made(f"CP-8845-{PHONE}", STRANGER), None, authorities=Authorities())
    assert (one.kind, one.signer, one.findings, one.agrees) == (Kind.LSC, Signer.UNKNOWN, (), None)


def test_the_phone_that_a_certificate_is_made_out_to_is_read_out_of_its_name() -> None:
    assert phone_named(made(PHONE, CAPF)) == PHONE
    assert phone_named(made(f"CP-8845-{PHONE.lower()}", CAPF)) == PHONE
    assert phone_named(made("CAPF-0a1b2c3d", CAPF)) is None


def test_every_certificate_in_a_file_is_read_and_what_is_none_is_refused() -> None:
    trace = f"11:02 |   got it:\n{LSC.pem}|\nnoise\n{made(PHONE, CISCO).pem}".encode()
    assert Certificate.read_all(trace) == (LSC, made(PHONE, CISCO))
    assert Certificate.read_all(LSC.der) == (LSC,)
    for broken in (b"", b"hello", LSC.pem.replace("M", "*").encode(), LSC.der[:-7]):
        with pytest.raises(ValueError, match="certificate"):
            Certificate.read_all(broken)


def test_the_chain_is_read_from_the_bundle_in_which_a_ca_hands_it_out() -> None:
    chain = [x509.load_der_x509_certificate(one.certificate.der) for one in (ROOT, ONLINE)]
    for encoding in (Encoding.DER, Encoding.PEM):
        content = pkcs7.serialize_certificates(chain, encoding)
        assert set(Certificate.read_all(content)) == {ROOT.certificate, ONLINE.certificate}
        with pytest.raises(ValueError, match="damaged, or no certificate at all"):
            Certificate.read_all(content[: len(content) // 2])


def test_a_ca_with_a_comma_in_its_name_is_the_one_that_cucm_has_by_that_name() -> None:
    comma = Authority("Acme, Inc. Issuing CA", above=ROOT)
    lsc = made(PHONE, comma)
    believing = replace(KNOWN, lsc=Lsc(lsc.valid_until, "Acme, Inc. Issuing CA", None, "digest"))
    held = Authorities(CAPF.certificate, [*HELD, comma.certificate])
    assert flaws(seen(lsc, believing, authorities=held)) == []


def test_whether_a_certificate_is_worth_something_nobody_knows_who_knows_no_signer() -> None:
    one = seen(LSC, None, authorities=Authorities())
    assert (one.signer, one.trusted, one.findings) == (Signer.UNKNOWN, None, ())
