import pytest

from lscctl.simulator.capf_write import WriteRefusedError
from lscctl.simulator.handset import UnknownPhoneError
from tests.simulator.lab import FAR, LSC_FIRST, MIC_FIRST, NULL, PAST, STRING, Lab


def settings(lab: Lab, pkid: str) -> tuple[str, str, int, int, str]:
    profile = lab.cluster.profiles.of_phone(pkid)
    assert profile
    chosen = profile.settings
    return chosen.mode, chosen.key_order, chosen.rsa_size, chosen.ec_size, profile.security_mode


def test_a_write_that_agrees_with_the_profile_leaves_the_phone_on_it() -> None:
    lab = Lab()
    phone = lab.phone()
    before = lab.profile(phone)
    lab.write(phone, mode=NULL, key_size="2048", key_order="RSA Only", ec_key_size="256", finish_time=FAR)
    assert lab.profile(phone) == before
    assert lab.status(phone) == "Operation Pending"
    assert lab.operation(phone) == "Install/Upgrade"
    assert lab.device(phone, "upgradefinishtime") == FAR


def test_a_write_that_differs_moves_the_phone_to_a_profile_that_matches() -> None:
    lab = Lab()
    phone = lab.phone()
    lab.write(phone, mode=LSC_FIRST, finish_time=FAR)
    assert lab.profile(phone) == "8845 SIP - LSC first"


def test_where_no_profile_matches_one_is_created_of_the_same_model_protocol_and_security() -> None:
    lab = Lab()
    phone = lab.phone()
    lab.use_profile(phone, "Authenticated")
    count = lab.value("SELECT count(*) FROM securityprofile")
    lab.write(phone, mode=MIC_FIRST, key_size="1024", finish_time=FAR)
    assert settings(lab, phone) == (MIC_FIRST, "RSA Only", 1024, 384, "Authenticated")
    assert lab.name(phone) in lab.profile(phone)
    assert lab.value("SELECT count(*) FROM securityprofile") == int(str(count)) + 1

    other = lab.phone(where=f"d.pkid <> '{phone}'")
    lab.use_profile(other, "Authenticated")
    lab.write(other, mode=MIC_FIRST, key_size="1024", finish_time=FAR)
    assert lab.profile(other) == lab.profile(phone)


def test_a_created_profile_can_be_changed_and_the_predefined_one_is_as_it_was() -> None:
    lab = Lab()
    phone = lab.phone()
    lab.write(phone, mode=LSC_FIRST, key_size="1024", finish_time=FAR)
    assert lab.value("SELECT isstandard FROM securityprofile WHERE name = ?", lab.profile(phone)) == "f"
    untouched = lab.value(
        "SELECT tkauthenticationmode FROM securityprofile WHERE name = 'Cisco 8845 - Standard SIP Non-Secure Profile'"
    )
    assert untouched == 2


def test_settings_without_an_operation_change_nothing() -> None:
    lab = Lab()
    phone = lab.phone()
    before = lab.profile(phone)
    lab.write(phone, "No Pending Operation", mode=STRING, key_size="1024", authentication_string="1234")
    lab.write(phone, None, mode=STRING, key_size="1024", authentication_string="1234")
    assert (lab.profile(phone), lab.status(phone)) == (before, "None")


@pytest.mark.parametrize("text", ["123", "12345678901", "12a4", "\uff11\uff12\uff13\uff14", " 1234", "1234\n"])
def test_what_no_keypad_can_type_is_no_authentication_string(text: str) -> None:
    lab = Lab()
    phone = lab.phone()
    with pytest.raises(WriteRefusedError, match="4 to 10 digits") as refused:
        lab.write(phone, authentication_string=text, finish_time=FAR)
    assert text not in str(refused.value)
    assert lab.status(phone) == "None"


def test_a_string_may_be_cleared_while_an_operation_stands_and_the_operation_goes_on() -> None:
    lab = Lab("auth-string-cleared=refused", "settings-without-operation=refused")
    phone = lab.phone()
    lab.write(phone, authentication_string="12345", finish_time=FAR)
    lab.write(phone, None, authentication_string="")
    assert (lab.device(phone, "authenticationstring"), lab.status(phone)) == ("", "Operation Pending")


def test_an_empty_mode_means_null_string_and_an_empty_size_2048() -> None:
    lab = Lab()
    phone = lab.phone()
    lab.use_profile(phone, "MIC first")
    lab.write(phone, mode="", key_size="", finish_time=FAR)
    assert settings(lab, phone)[:3] == (NULL, "RSA Only", 2048)


def test_taking_the_operation_back_clears_status_and_finish_time() -> None:
    lab = Lab()
    phone = lab.phone()
    lab.write(phone, finish_time=FAR)
    lab.write(phone, "No Pending Operation")
    assert (lab.status(phone), lab.operation(phone)) == ("None", "No Pending Operation")
    assert lab.device(phone, "upgradefinishtime") == ""


def test_a_pending_phones_finish_time_can_be_moved_alone() -> None:
    lab = Lab()
    phone = lab.phone()
    lab.write(phone, finish_time=PAST)
    lab.write(phone, None, finish_time=FAR)
    lab.cluster.apply(phone)
    lab.wait(minutes=10)
    assert lab.status(phone) == "Upgrade Success"


@pytest.mark.parametrize("text", ["tomorrow", "2026:13:01:00:00", "2026:09:21", "2026-09-22 06:00", "2026:09:22:24:00"])
def test_a_text_that_is_no_finish_time_is_refused_and_nothing_changes(text: str) -> None:
    lab = Lab()
    phone = lab.phone()
    with pytest.raises(WriteRefusedError, match="upgradeFinishTime"):
        lab.write(phone, mode=LSC_FIRST, finish_time=text)
    assert lab.status(phone) == "None"
    assert "Standard" in lab.profile(phone)


def test_a_finish_time_without_a_fifth_field_is_read() -> None:
    lab = Lab()
    assert lab.install(lab.phone(), finish_time="2026:09:22:06") == "Upgrade Success"


def test_a_phone_that_does_not_exist_is_said_so() -> None:
    lab = Lab()
    with pytest.raises(UnknownPhoneError):
        lab.write("00000000-0000-0000-0000-000000000000")


def test_a_phone_on_a_universal_profile_moves_to_one_of_its_own_model() -> None:
    lab = Lab()
    phone = lab.phone()
    lab.cluster.connection.execute(
        "UPDATE device SET fksecurityprofile = (SELECT pkid FROM securityprofile WHERE tksecuritypolicy = 99)"
        " WHERE pkid = ?",
        (phone,),
    )
    lab.write(phone, mode=MIC_FIRST, finish_time=FAR)
    assert lab.profile(phone) == "8845 SIP - MIC first"
