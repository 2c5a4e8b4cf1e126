import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from lscctl.simulator.scenarios import play
from lscctl.simulator.services import ENROLMENT
from tests.simulator.lab import FAR, LSC_FIRST, MIC_FIRST, PAST, SOON, STRING, Lab

LATE = "Upgrade Failed: User Initiated Request Late/Timedout"


def lsc(lab: Lab, pkid: str) -> x509.Certificate:
    pem = lab.cluster.authority.lsc_of(lab.name(pkid))
    assert pem
    return x509.load_pem_x509_certificate(pem.encode())


def test_a_phone_gets_an_lsc_that_its_columns_tell_of_and_registers_again() -> None:
    lab = Lab()
    phone = lab.phone()

    assert lab.install(phone) == "Upgrade Success"

    certificate = lsc(lab, phone)
    certificate.verify_directly_issued_by(
        x509.load_pem_x509_certificate(lab.cluster.authority.certificate_pem.encode())
    )
    assert lab.device(phone, "lscvaliduntil") == int(certificate.not_valid_after_utc.timestamp())
    assert lab.device(phone, "lscissuername") == certificate.issuer.rfc4514_string()
    assert lab.device(phone, "publickey")
    assert lab.operation(phone) == "No Pending Operation"
    assert lab.registration(phone) == "Registered"


def test_the_status_is_pending_until_the_keys_are_there_and_the_phone_restarts_twice() -> None:
    lab = Lab()
    phone = lab.phone()
    lab.write(phone, finish_time=FAR)
    assert (lab.status(phone), lab.registration(phone)) == ("Operation Pending", "Registered")

    lab.cluster.apply(phone)
    assert lab.registration(phone) == "UnRegistered"
    seen: list[tuple[str, str]] = []
    for _ in range(300):
        lab.wait(seconds=1)
        now = (lab.status(phone), lab.registration(phone))
        if now not in seen[-1:]:
            seen.append(now)

    assert seen == [
        ("Operation Pending", "UnRegistered"),
        ("Operation Pending", "Registered"),
        ("Upgrade Success", "UnRegistered"),
        ("Upgrade Success", "Registered"),
    ]


def test_an_old_phone_takes_minutes_for_what_a_new_one_does_in_one() -> None:
    lab = Lab()
    quick, slow = lab.phone("Cisco 8845"), lab.phone("Cisco 7965")
    for phone in (quick, slow):
        lab.write(phone, finish_time=FAR)
        lab.cluster.apply(phone)

    lab.wait(minutes=3)
    assert (lab.status(quick), lab.status(slow)) == ("Upgrade Success", "Operation Pending")
    lab.wait(minutes=10)
    assert lab.status(slow) == "Upgrade Success"


def test_a_renewed_lsc_differs_in_serial_key_and_expiry() -> None:
    lab = Lab()
    phone = lab.phone(lsc="live")
    old, old_key, old_end = lsc(lab, phone), lab.device(phone, "publickey"), lab.device(phone, "lscvaliduntil")

    assert lab.install(phone) == "Upgrade Success"

    new = lsc(lab, phone)
    assert new.serial_number != old.serial_number
    assert lab.device(phone, "publickey") != old_key
    assert lab.device(phone, "lscvaliduntil") != old_end


def test_the_validity_follows_the_service_parameter() -> None:
    lab = Lab()
    lab.cluster.parameters.set("Duration Of Certificate Validity (in days)", "30")
    phone = lab.phone()
    lab.install(phone)
    certificate = lsc(lab, phone)
    assert (certificate.not_valid_after_utc - certificate.not_valid_before_utc).days == 30


def test_delete_takes_the_lsc_away() -> None:
    lab = Lab()
    phone = lab.phone(lsc="live")
    lab.write(phone, "Delete", finish_time=FAR)
    lab.cluster.apply(phone)
    lab.wait(minutes=5)

    assert lab.status(phone) == "Delete Success"
    assert lab.cluster.authority.lsc_of(lab.name(phone)) is None
    assert (lab.device(phone, "lscvaliduntil"), lab.device(phone, "lscissuername")) == (0, None)
    assert lab.device(phone, "publickey") is None


def test_troubleshoot_leaves_the_lsc_alone() -> None:
    lab = Lab()
    phone = lab.phone(lsc="live")
    before = lsc(lab, phone)
    lab.write(phone, "Troubleshoot", finish_time=FAR)
    lab.cluster.apply(phone)
    lab.wait(minutes=5)
    assert lab.status(phone) == "Troubleshoot Success"
    assert lsc(lab, phone) == before


def test_a_phone_that_is_not_registered_never_comes() -> None:
    lab = Lab()
    phone = lab.value("SELECT fkdevice FROM sim_phone WHERE status = 'UnRegistered'")
    assert isinstance(phone, str)
    assert lab.install(phone, minutes=600) == "Operation Pending"
    assert lab.registration(phone) == "UnRegistered"


def test_a_phone_over_expressway_registers_again_but_stays_pending() -> None:
    lab = Lab()
    phone = lab.value("SELECT fkdevice FROM sim_phone WHERE expressway = 't'")
    assert isinstance(phone, str)
    assert lab.install(phone, minutes=600) == "Operation Pending"
    assert lab.registration(phone) == "Registered"


def test_a_deadline_that_has_passed_when_the_phone_comes_is_late() -> None:
    lab = Lab()
    phone = lab.phone()
    assert lab.install(phone, finish_time=PAST) == LATE
    assert lab.cluster.status_message(phone) == "LSC: Failed"
    assert lab.registration(phone) == "Registered"


def test_a_deadline_that_passes_while_keys_are_made_is_late() -> None:
    lab = Lab()
    phone = lab.phone("Cisco 7965")
    lab.wait(minutes=44)  # 16:57:20, some minutes before the deadline
    assert lab.install(phone, finish_time=SOON) == LATE
    assert lab.cluster.authority.lsc_of(lab.name(phone)) is None


def test_a_phone_with_a_secure_profile_is_off_until_capf_is_done_with_it() -> None:
    lab = Lab()
    phone = lab.phone()
    lab.use_profile(phone, "Authenticated")
    lab.write(phone, finish_time=FAR)
    lab.cluster.apply(phone)

    seen = []
    for _ in range(300):
        lab.wait(seconds=1)
        if lab.status(phone) == "Operation Pending":
            seen.append(lab.registration(phone))

    assert set(seen) == {"UnRegistered"}
    assert (lab.status(phone), lab.registration(phone)) == ("Upgrade Success", "Registered")


@pytest.mark.parametrize("state", ["stopped", "frozen", "unreachable"])
def test_a_broken_capf_is_an_outage_for_secure_phones_and_pending_for_the_others(state: str) -> None:
    lab = Lab()
    plain, secure = lab.phone(), lab.phone("Cisco 8841")
    lab.use_profile(secure, "Encrypted")
    lab.cluster.capf.state = state  # type: ignore[assignment]  # parametrized with its literals

    assert lab.install(plain) == lab.install(secure) == "Operation Pending"
    assert (lab.registration(plain), lab.registration(secure)) == ("Registered", "UnRegistered")

    lab.cluster.capf.state = "running"
    for phone in (plain, secure):
        lab.cluster.reset(phone, hard=False)
    lab.wait(minutes=15)
    assert lab.status(plain) == "Upgrade Success"
    assert lab.registration(secure) == "Registered"


def test_a_phone_tries_capf_three_times_half_a_minute_apart() -> None:
    lab = Lab()
    phone = lab.phone()
    lab.cluster.capf.state = "stopped"
    lab.write(phone, finish_time=FAR)
    lab.cluster.apply(phone)
    lab.wait(seconds=45)
    lab.cluster.capf.state = "running"  # in time for the second or the third try
    lab.wait(minutes=10)
    assert lab.status(phone) == "Upgrade Success"


def test_an_authentication_string_has_to_be_typed() -> None:
    lab = Lab("auth-strings-typed=never")
    phone = lab.phone()
    lab.use_profile(phone, "Zeichenfolge")
    assert lab.install(phone, authentication_string="12345") == "Operation Pending"
    assert lab.cluster.status_message(phone) == "Enter authentication string"

    lab.cluster.type_string(phone, "54321")
    lab.wait(minutes=5)
    assert lab.status(phone) == "Operation Pending"
    lab.cluster.type_string(phone, "12345")
    lab.wait(minutes=5)
    assert lab.status(phone) == "Upgrade Success"


def test_ten_wrong_strings_lock_a_phone_for_ten_minutes() -> None:
    lab = Lab("auth-strings-typed=never")
    phone = lab.phone()
    lab.use_profile(phone, "Zeichenfolge")
    lab.install(phone, authentication_string="12345")
    for _ in range(10):
        lab.cluster.type_string(phone, "99999")

    lab.wait(minutes=9)
    lab.cluster.type_string(phone, "12345")
    lab.wait(minutes=0.5)
    assert lab.status(phone) == "Operation Pending"
    lab.wait(minutes=1)
    lab.cluster.type_string(phone, "12345")
    lab.wait(minutes=5)
    assert lab.status(phone) == "Upgrade Success"


def test_mic_first_needs_a_mic_that_capf_trusts() -> None:
    lab = Lab()
    trusted, dropped = lab.phone("Cisco 8845"), lab.phone("Cisco 7965")
    for phone in (trusted, dropped):
        lab.use_profile(phone, "MIC first")
    assert lab.install(trusted) == "Upgrade Success"
    assert lab.install(dropped) == "Upgrade Failed: Invalid MIC"


def test_an_older_release_still_trusts_cap_rtp() -> None:
    lab = Lab(version="12.5")
    phone = lab.phone("Cisco 7965")
    lab.use_profile(phone, "MIC first")
    assert lab.install(phone) == "Upgrade Success"


def test_lsc_first_fails_on_a_foreign_lsc_and_works_on_our_own() -> None:
    lab = Lab()
    foreign = lab.phone(lsc="foreign")
    own = lab.phone(lsc="live", where="d.lscvaliduntil > 1791000000")
    for phone in (foreign, own):
        lab.use_profile(phone, "LSC first")
    assert lab.install(foreign) == "Upgrade Failed: Invalid LSC"
    assert lab.install(own) == "Upgrade Success"


def test_ec_only_gives_a_key_on_the_curve_of_the_profile() -> None:
    lab = Lab()
    phone = lab.phone()
    lab.use_profile(phone, "O'Hare 100% EC")
    assert lab.install(phone) == "Upgrade Success"
    key = lsc(lab, phone).public_key()
    assert isinstance(key, ec.EllipticCurvePublicKey)
    assert key.curve.name == "secp384r1"
    assert lab.device(phone, "ecpublickeycurve") == 2


def test_ec_preferred_issues_nothing_until_advanced_algorithms_are_on() -> None:
    lab = Lab()
    phone = lab.phone()
    lab.use_profile(phone, "EC preferred")
    assert lab.install(phone) == "Operation Pending"
    assert lab.cluster.authority.lsc_of(lab.name(phone)) is None

    lab.cluster.parameters.set("Endpoint Advanced Encryption Algorithms Support", "1")
    assert lab.install(phone) == "Upgrade Success"
    assert isinstance(lsc(lab, phone).public_key(), ec.EllipticCurvePublicKey)


def test_ec_preferred_falls_back_to_rsa_on_a_phone_without_ec() -> None:
    lab = Lab()
    phone = lab.phone("Cisco 7965")
    assert lab.install(phone, key_order="EC Preferred, RSA Backup") == "Upgrade Success"
    assert isinstance(lsc(lab, phone).public_key(), rsa.RSAPublicKey)


@pytest.mark.parametrize("size", ["512", "1024", "3072"])
def test_rsa_keys_have_the_size_that_was_asked_for(size: str) -> None:
    lab = Lab()
    phone = lab.phone()
    assert lab.install(phone, key_size=size, minutes=30) == "Upgrade Success"
    key = lsc(lab, phone).public_key()
    assert isinstance(key, rsa.RSAPublicKey)
    assert key.key_size == int(size)


def test_jabber_with_ec_only_cannot_connect_any_more() -> None:
    lab = Lab()
    phone = lab.phone("Cisco Unified Client Services Framework", lsc="any")
    assert lab.install(phone, key_order="EC Only") == "Upgrade Success"
    assert lab.registration(phone) == "UnRegistered"


def test_an_online_ca_signs_in_capfs_place_but_knows_no_ec() -> None:
    lab = Lab()
    lab.cluster.use_online_ca()
    plain, elliptic = lab.phone(), lab.phone("Cisco 8841")
    lab.use_profile(elliptic, "O'Hare 100% EC")
    assert lab.install(plain) == "Upgrade Success"
    assert "Issuing CA" in str(lab.device(plain, "lscissuername"))
    assert lab.install(elliptic) == "Upgrade Failed: CA Rejected Connection"


@pytest.mark.parametrize(
    "lacking", ["enrolment service", "FIPS off", "its root in CAPF-trust", "its name", "the CA itself"]
)
def test_an_online_ca_needs_its_service_its_name_its_root_and_no_fips(lacking: str) -> None:
    lab = Lab()
    play(lab.cluster, ["online-ca-untrusted" if lacking == "its root in CAPF-trust" else "online-ca"])
    match lacking:
        case "enrolment service":
            lab.cluster.activate_service(lab.cluster.nodes.publisher, ENROLMENT, active=False)
        case "FIPS off":
            lab.cluster.parameters.set("FIPS Mode", "1")
        case "its name":
            lab.cluster.parameters.set("Online CA Hostname", "")
        case "the CA itself":
            lab.cluster.outside_ca.state = "down"
    assert lab.install(lab.phone()) == "Upgrade Failed: CA Communication Failure"


def test_an_online_ca_that_likes_neither_template_nor_user_turns_requests_down() -> None:
    lab = Lab()
    lab.cluster.use_online_ca()
    lab.cluster.outside_ca.state = "rejects"
    assert lab.install(lab.phone()) == "Upgrade Failed: CA Rejected Connection"


def test_an_offline_ca_leaves_the_phone_waiting_until_what_it_signed_is_imported() -> None:
    lab = Lab()
    lab.cluster.parameters.set("Certificate Issuer to Endpoint", "Offline CA")
    phone = lab.phone()
    assert lab.install(phone) == "Operation Pending"
    name = str(lab.device(phone, "name"))
    assert lab.cluster.requests_waiting() == [name]
    assert lab.cluster.import_signed(["SEP000000000000"]) == []
    assert lab.cluster.import_signed() == [name]
    assert lab.status(phone) == "Upgrade Success"
    assert "Issuing CA" in str(lab.device(phone, "lscissuername"))
    assert lab.cluster.requests_waiting() == []


def test_what_an_offline_ca_signed_is_lost_where_the_phone_has_restarted_since() -> None:
    lab = Lab()
    lab.cluster.parameters.set("Certificate Issuer to Endpoint", "Offline CA")
    phone = lab.phone()
    lab.install(phone)
    lab.cluster.reset(phone, hard=True)
    assert lab.cluster.import_signed() == []
    lab.wait(minutes=30)
    assert lab.status(phone) == "Operation Pending"
    assert len(lab.cluster.import_signed()) == 1, "it has made a new request"


def test_a_request_of_an_offline_ca_waits_no_longer_than_the_operation() -> None:
    lab = Lab("late-set-by=cluster")
    lab.cluster.parameters.set("Certificate Issuer to Endpoint", "Offline CA")
    phone = lab.phone()
    lab.install(phone)
    lab.wait(minutes=60 * 24 * 12)
    assert lab.status(phone) == "Upgrade Failed: User Initiated Request Late/Timedout"
    assert lab.cluster.import_signed() == []


def test_a_restart_while_keys_are_made_begins_anew() -> None:
    lab = Lab()
    phone = lab.phone("Cisco 7965")
    lab.install(phone, minutes=2)
    lab.cluster.reset(phone, hard=True)
    lab.wait(seconds=1)
    assert (lab.status(phone), lab.registration(phone)) == ("Operation Pending", "UnRegistered")
    lab.wait(minutes=20)
    assert lab.status(phone) == "Upgrade Success"


def test_applying_a_profile_restarts_every_phone_that_uses_it() -> None:
    lab = Lab()
    phone = lab.phone()
    users = lab.value("SELECT count(*) FROM device WHERE fksecurityprofile = ?", lab.device(phone, "fksecurityprofile"))
    assert lab.cluster.apply_profile(str(lab.device(phone, "fksecurityprofile")), restart=False) == users
    assert lab.registration(phone) == "UnRegistered"
    lab.wait(minutes=2)
    assert lab.registration(phone) == "Registered"
    assert lab.status(phone) == "None"


def test_sql_that_sets_the_operation_works_as_a_write_does() -> None:
    lab = Lab()
    phone = lab.phone()
    lab.cluster.connection.execute(
        "UPDATE device SET tkcertificatestatus = 2, tkcertificateoperation = 2, upgradefinishtime = ? WHERE pkid = ?",
        (FAR, phone),
    )
    lab.cluster.apply(phone)
    lab.wait(minutes=10)
    assert lab.status(phone) == "Upgrade Success"


@pytest.mark.parametrize("mode", [LSC_FIRST, MIC_FIRST, STRING])
def test_a_write_for_another_mode_is_carried_out_in_that_mode(mode: str) -> None:
    lab = Lab("auth-strings-typed=never")
    phone = lab.phone("Cisco 8841")
    status = lab.install(phone, mode=mode, authentication_string="4711")
    assert lab.profile(phone) != "Cisco 8841 - Standard SIP Non-Secure Profile"
    assert status == ("Operation Pending" if mode == STRING else "Upgrade Success")


@pytest.mark.parametrize(
    ("change", "registration"),
    [
        ("UPDATE device SET description = 'moved'", "UnRegistered"),
        ("UPDATE securityprofile SET tkauthenticationmode = 4", "UnRegistered"),
        ("UPDATE device SET tkcertificatestatus = 1", "Registered"),
    ],
)
def test_where_only_news_restart_a_phone_any_change_of_its_configuration_is_news(
    change: str, registration: str
) -> None:
    lab = Lab("apply-without-change=nothing")
    phone = lab.phone()
    lab.install(phone)
    lab.cluster.connection.execute(change)
    lab.cluster.apply(phone)
    assert lab.registration(phone) == registration


def test_a_restart_does_not_make_the_cluster_forget_a_deadline() -> None:
    lab = Lab("late-set-by=cluster")
    phone = lab.phone()
    lab.fail(phone, "dns")
    lab.install(phone, finish_time=SOON)
    lab.cluster.reset(phone, hard=False)
    lab.wait(minutes=30)
    assert lab.status(phone) == "Operation Pending"
    lab.wait(minutes=30)
    assert lab.status(phone) == LATE


def test_a_deadline_that_was_moved_is_not_the_old_one() -> None:
    lab = Lab("late-set-by=cluster")
    phone = lab.phone()
    lab.fail(phone, "dns")
    lab.install(phone, finish_time=SOON)
    lab.write(phone, None, finish_time=FAR)
    lab.wait(hours=2)
    assert lab.status(phone) == "Operation Pending"
    lab.wait(hours=14)
    assert lab.status(phone) == LATE
