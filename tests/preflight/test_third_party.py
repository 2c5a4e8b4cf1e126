"""LSCs with a third-party CA: what is missing before, and the steps there, on simulated clusters."""

import shlex
from collections.abc import Callable, Sequence
from dataclasses import replace

import pytest
from cryptography.hazmat.primitives.serialization import Encoding

from lscctl.cli.capf.third_party import NOTHING_TO_SIGN
from lscctl.errors import UsageError
from lscctl.inspection import Authorities, Sight, inspect
from lscctl.preflight.run import run
from lscctl.preflight.third_party import after, before
from lscctl.preflight.third_party.shown import ShownCheck
from lscctl.preflight.third_party.steps import steps
from lscctl.simulator.authority import Issuer
from lscctl.simulator.cluster import Cluster as Simulated
from lscctl.third_party_ca import GivenCa, ThirdParty, parse_ca
from lscctl.trustlist.certificate import Certificate
from lscctl.verdict import CheckResult, Verdict
from tests.phone_certificates import CAPF, NOW, PHONE, Authority, made
from tests.preflight.lab import codes, ground

SIGNED, ONLINE, OFFLINE = ThirdParty

Change = Callable[[Simulated], None]


def looked_at(
    kind: ThirdParty, *scenarios: str, given: GivenCa | None = None, change: Change | None = None, **more: object
) -> dict[str, CheckResult]:
    """What each check says before; without `given` the company's own CA is meant, where that signs."""
    company: list[GivenCa] = []

    def note(truth: Simulated) -> None:
        company.append(company_ca(truth))
        if change is not None:
            change(truth)

    with ground(*scenarios, change=note, request=NOTHING_TO_SIGN, **more) as stands:  # type: ignore[arg-type]
        meant = given if given is not None else GivenCa() if kind is SIGNED else company[0]
        return {one.name: one for one in run(stands, checks=before(kind, meant))}


def company_ca(truth: Simulated) -> GivenCa:
    chain = truth.authority.chain(Issuer.ONLINE)
    return GivenCa(tuple(Certificate.from_pem(one.public_bytes(Encoding.PEM).decode()) for one in chain))


def wrong(found: dict[str, CheckResult]) -> dict[str, list[str]]:
    """The faults by check, but for the CA's name, which resolves nowhere here."""
    told = {name: [code for code in codes(one) if code != "online-ca-name-unseen"] for name, one in found.items()}
    return {name: sorted(set(found)) for name, found in told.items() if found}


def without_ec(truth: Simulated) -> None:
    truth.connection.execute("UPDATE securityprofile SET tkkeyorder = 1")


@pytest.mark.parametrize(
    ("kind", "scenarios", "faults"),
    [
        (SIGNED, (), {"ca": ["ca-not-given"], "trust-stores": ["ca-not-given"], "capf-issuer": ["capf-self-signed"]}),
        (SIGNED, ("capf-from-ca",), {}),
        (SIGNED, ("capf-from-subordinate-ca",), {}),
        (SIGNED, ("capf-ca-path-length",), {"ca": ["ca-path-length"]}),
        (SIGNED, ("capf-ca-not-for-calls",), {"trust-stores": ["ca-not-trusted-for-calls"]}),
        (SIGNED, ("capf-from-ca", "online-ca"), {"issuer": ["issuer-differs"]}),
        (
            ONLINE,
            (),
            {
                "issuer": ["issuer-differs"],
                "trust-stores": ["ca-not-trusted", "ca-not-trusted-for-calls"],
                "enrolment-service": ["enrolment-service"],
                "online-ca": ["online-ca-parameter"],
            },
        ),
        (ONLINE, ("online-ca",), {}),
        (ONLINE, ("online-ca-untrusted",), {"trust-stores": ["ca-not-trusted", "ca-not-trusted-for-calls"]}),
        (ONLINE, ("enrolment-service",), {"enrolment-service": ["enrolment-service"]}),
        (ONLINE, ("fips-online-ca",), {"online-ca": ["fips-online-ca"]}),
        (OFFLINE, ("offline-ca",), {}),
        (OFFLINE, ("online-ca",), {"issuer": ["issuer-differs"]}),
    ],
    ids=str,
)
def test_what_is_missing_is_named_and_nothing_else(
    kind: ThirdParty, scenarios: Sequence[str], faults: dict[str, list[str]]
) -> None:
    found = looked_at(kind, *scenarios, change=without_ec)
    assert wrong(found) == faults


def test_phones_whose_profiles_ask_for_ec_keys_are_counted_by_profile() -> None:
    def elliptic(truth: Simulated) -> None:
        truth.connection.execute("UPDATE securityprofile SET tkkeyorder = 2 WHERE name LIKE '%MIC first%'")

    faults = looked_at(ONLINE, "online-ca", change=elliptic)["keys"].faults
    assert faults
    assert all("phone" in fault.evidence and "CA Rejected Connection" in fault.evidence for fault in faults)


def test_before_12_5_there_is_no_online_ca() -> None:
    found = looked_at(ONLINE, version="12.0")
    assert codes(found["issuer"]) == ["online-ca-not-known"]
    assert codes(found["online-ca"]) == ["online-ca-parameters-unseen"]


def test_where_the_database_tells_of_no_stores_what_it_holds_counts_and_the_rest_is_unknown() -> None:
    def unmapped(truth: Simulated) -> None:
        truth.connection.execute("DROP TABLE certificateservicecertificatemap")

    held = looked_at(ONLINE, "online-ca", change=unmapped)["trust-stores"]
    assert (codes(held), held.verdict) == (["trust-stores-unseen"], Verdict.SKIP)
    absent = looked_at(ONLINE, "online-ca-untrusted", change=unmapped)["trust-stores"]
    assert (set(codes(absent)), absent.verdict) == ({"ca-not-trusted"}, Verdict.FAIL)


def test_no_request_asks_for_the_password_of_the_ca() -> None:
    with ground("online-ca") as stands:
        told = dict(stands.parameters)
    assert told["onlinecausername"] == "ciscora"
    assert not [name for name in told if "password" in name]


def a_ca(authority: Authority, **changes: object) -> Certificate:
    """A certificate that ends in more than a year from today, with what a CA's has."""
    sound = {"ca": True, "signs_certificates": True, "valid_until": 2**33, "key": "RSA 2048"}
    return replace(authority.certificate, **{**sound, **changes})  # type: ignore[arg-type]


ROOT = Authority("Acme Root")
ISSUING = Authority("Acme Issuing CA", above=ROOT)
CHAIN = GivenCa((a_ca(ISSUING), a_ca(ROOT)))


@pytest.mark.parametrize(
    ("given", "faults"),
    [
        (GivenCa((a_ca(ISSUING),)), ["ca-chain-incomplete"]),
        (GivenCa((replace(a_ca(ISSUING), valid_until=1), a_ca(ROOT))), ["ca-expired"]),
        (GivenCa((a_ca(ISSUING, valid_from=2**32), a_ca(ROOT))), ["ca-future"]),
        (GivenCa((replace(a_ca(ISSUING), ca=False), a_ca(ROOT))), ["ca-no-ca"]),
        (GivenCa((a_ca(ISSUING, key="RSA 1024"), a_ca(ROOT))), ["ca-weak"]),
        (GivenCa((a_ca(ISSUING), a_ca(ROOT, path_length=0))), ["ca-path-length"]),
        (GivenCa((a_ca(ISSUING), a_ca(Authority("Acme Root", key_of="another")))), ["ca-not-signed"]),
        (GivenCa((*CHAIN.certificates, a_ca(Authority("Another")))), ["ca-several"]),
    ],
    ids=lambda one: one[0] if isinstance(one, list) else "",
)
def test_a_ca_that_could_not_sign_is_told_by_what_is_wrong_with_it(given: GivenCa, faults: list[str]) -> None:
    assert codes(looked_at(ONLINE, "online-ca", given=given)["ca"]) == faults


def test_a_ca_right_above_capf_needs_a_longer_path_than_one_above_phones() -> None:
    short = GivenCa((a_ca(ISSUING, path_length=0), a_ca(ROOT)))
    assert codes(looked_at(ONLINE, "online-ca", given=short)["ca"]) == []
    assert codes(looked_at(SIGNED, "capf-from-ca", given=short)["ca"]) == ["ca-path-length"]


def test_capf_s_certificate_is_held_against_the_ca_that_is_meant() -> None:
    assert codes(looked_at(SIGNED, "capf-from-ca", given=CHAIN)["capf-issuer"]) == ["capf-of-another-ca"]


def told(kind: ThirdParty, *scenarios: str, **more: object) -> list[str]:
    with ground(*scenarios, **more) as stands:  # type: ignore[arg-type]
        return [
            f"{one.what} | {one.where} | {one.note} | {one.touches} | {one.until}"
            for one in steps(stands, kind, CHAIN, "our ca.pem")
        ]


def place(steps_told: Sequence[str], words: str) -> int:
    found = [number for number, step in enumerate(steps_told) if words in step]
    assert found, words
    return found[0]


@pytest.mark.parametrize(
    ("kind", "order"),
    [
        (
            SIGNED,
            ["capf check --cluster bench --issuer signed --ca 'our ca.pem'", "--limit 5 --renew", "Acme Root, then Acme Issuing CA",
             "purpose", "Generate CSR", "Upload what the CA signed", "Restart Cisco Tftp", "Reset the phones",
             "lscctl capf export", "Renew the LSCs", "Only then take"],
        ),
        (
            ONLINE,
            ["capf check --cluster bench --issuer online", "without the CA", "web enrolment", "utils network host",
             "CAPF-trust, the root first", "CallManager-trust", "Activate Cisco Certificate Enrollment Service",
             "Set Certificate Issuer to Endpoint to Online CA", "Restart Cisco Certificate Authority Proxy Function",
             "RADIUS servers", "now with the CA", "--old-capf", "Only then take"],
        ),
        (
            OFFLINE,
            ["Decide whether it must be", "without the CA", "CAPF-trust, the root first", "utils capf set keep_alive",
             "to Offline CA", "Install/Upgrade, with a deadline", "utils capf csr dump", "utils capf cert import",
             "Go on with the next group", "Only then take"],
        ),
    ],
)  # fmt: skip
def test_the_steps_stand_in_their_order_and_name_this_cluster(kind: ThirdParty, order: list[str]) -> None:
    lines = told(kind)
    everything = "\n".join(lines)
    positions = [place(lines, words) for words in order if words != "purpose"]
    assert positions == sorted(positions)
    assert "cucm-pub.example.com: Cisco Unified OS Administration > Security > Certificate Management" in everything
    assert "lscctl bulk-install --cluster bench --model" in everything


def test_the_steps_say_what_this_cluster_alone_needs() -> None:
    assert "FIPS" not in "\n".join(told(ONLINE, change=without_ec))
    assert any("Leave FIPS mode" in line for line in told(ONLINE, "fips-online-ca"))
    assert any("utils ctl update CTLFile" in line for line in told(SIGNED, "mixed-mode"))
    assert not any("utils ctl update CTLFile" in line for line in told(SIGNED))
    assert any("CSCue55353" in line for line in told(SIGNED, version="12.5"))
    already = told(ONLINE, "online-ca")
    assert not any("Try it first without the CA" in line for line in already)


def test_no_steps_are_told_to_what_a_release_does_not_know() -> None:
    with pytest.raises(UsageError, match=r"11\.5, which knows no Online CA") as refused:
        told(ONLINE, version="11.5")
    assert "--issuer signed" in str(refused.value.hint)


def test_a_file_of_a_ca_holds_certificates_and_never_a_key() -> None:
    pem = "".join(one.pem for one in CHAIN.certificates).encode()
    read = parse_ca(b"Bag Attributes\n" + pem + pem, "ca.pem")
    assert [one.der for one in read.certificates] == [one.der for one in CHAIN.certificates]
    assert parse_ca(ROOT.certificate.der, "ca.cer") == GivenCa((ROOT.certificate,))
    assert CHAIN.names == {"Acme Issuing CA"}
    for content, said in ((pem + b"-----BEGIN PRIVATE KEY-----\n", "private key"), (b"nothing", "no certificate")):
        with pytest.raises(UsageError, match=said):
            parse_ca(content, "ca.pem")


def test_after_the_first_lscs_of_the_ca_the_others_are_counted_by_who_issued_them() -> None:
    company: list[GivenCa] = []
    with ground("online-ca", change=lambda truth: company.append(company_ca(truth))) as stands:
        found = {one.name: one for one in run(stands, checks=after(ONLINE, company[0], 5))}
    assert "no-lsc-of-the-ca" in codes(found["lscs"])
    assert "lsc-of-another-issuer" in codes(found["lscs"])
    assert all("--lsc-issuer CAPF-" in f.remedy for f in found["lscs"].faults if f.code == "lsc-of-another-issuer")
    assert codes(found["shown-lscs"]) == ["lscs-not-shown"]


def test_a_name_of_an_issuer_does_nothing_in_the_command_that_names_it() -> None:
    name = "O'Hare CA'; touch pwned; echo '"

    def issued(truth: Simulated) -> None:
        truth.connection.execute("UPDATE device SET lscissuername = ? WHERE lscissuername IS NOT NULL", (f"CN={name}",))

    company: list[GivenCa] = []

    def change(truth: Simulated) -> None:
        company.append(company_ca(truth))
        issued(truth)

    with ground("online-ca", change=change) as stands:
        (found,) = run(stands, ["lscs"], after(ONLINE, company[0], 5))
    (remedy,) = [fault.remedy for fault in found.faults if fault.code == "lsc-of-another-issuer"]
    command = remedy.partition("lscctl bulk-install ")[2].partition(" --renew")[0]
    assert shlex.split(command) == ["--cluster", "bench", "--lsc-issuer", name]


def test_lscs_of_a_ca_that_renewed_its_certificate_with_the_same_key_are_its_own() -> None:
    """The file may hold the certificate of before, and CUCM both."""
    before_, now = (Authority("Acme CA", days=days, key_of="Acme CA") for days in (300, 3_000))
    check = ShownCheck(ONLINE, GivenCa((before_.certificate,)), 5)
    authorities = Authorities(CAPF.certificate, (before_.certificate, now.certificate, CAPF.certificate))
    one = inspect(Sight("HTTPS", made(PHONE, now)), None, authorities, NOW.timestamp())
    assert one.chain == (now.certificate,)
    assert check._signed(one, authorities)
    of_capf = inspect(Sight("HTTPS", made(PHONE, CAPF)), None, authorities, NOW.timestamp())
    assert not check._signed(of_capf, authorities)


def test_of_a_ca_that_was_renewed_or_cross_signed_the_certificate_that_ends_last_is_meant() -> None:
    old, new = (Authority("Acme CA", days=days, key_of="Acme CA").certificate for days in (-5, 3_000))
    cross = Authority("Acme CA", days=200, key_of="Acme CA", above=ROOT).certificate
    for order in ((old, new, cross, ROOT.certificate), (ROOT.certificate, cross, new, old)):
        given = GivenCa(order)
        assert given.lowest == (new,)
        assert given.names == {"Acme CA"}
