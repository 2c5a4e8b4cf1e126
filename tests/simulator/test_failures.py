import pytest

from lscctl.simulator.failures import KINDS, Failure, UnknownFailureError
from tests.simulator.lab import FAR, Lab

PENDING = "Operation Pending"
ENDINGS = {
    "no-capf-in-itl": PENDING,
    "capf-certificate": PENDING,
    "capf-unreachable": PENDING,
    "capf-frozen": PENDING,
    "itl-mismatch": PENDING,
    "itl-corrupt": PENDING,
    "tvs": PENDING,
    "dns": PENDING,
    "no-configuration": PENDING,
    "mode-mismatch": PENDING,
    "late": "Upgrade Failed: User Initiated Request Late/Timedout",
    "invalid-lsc": "Upgrade Failed: Invalid LSC",
    "invalid-mic": "Upgrade Failed: Invalid MIC",
    "invalid-string": "Upgrade Failed: Invalid Authentication String",
    "invalid-credentials": "Upgrade Failed: Invalid Credentials",
    "phone-communication": "Upgrade Failed: Phone Communication Failure",
    "key-generation": "Upgrade Failed: Key Generation Failed/Timeout",
    "ca-communication": "Upgrade Failed: CA Communication Failure",
    "ca-rejected": "Upgrade Failed: CA Rejected Connection",
    "ec-only": "Upgrade Failed: No Support for EC only in CAPF version 3",
    "failed": "Upgrade Failed",
    "slow-keys": "Upgrade Success",
    "lost": "Upgrade Success",
}


@pytest.mark.parametrize("name", KINDS)
def test_a_failure_ends_as_the_field_guide_says_and_shows_on_the_phone(name: str) -> None:
    lab = Lab()
    phone = lab.phone()
    lab.fail(phone, name)
    lab.install(phone, minutes=30)
    assert lab.status(phone) == ENDINGS[name]
    assert lab.cluster.status_message(phone) == (KINDS[name].message or "LSC: Installed")
    assert lab.registration(phone) == ("UnRegistered" if name == "lost" else "Registered")
    assert (lab.cluster.authority.lsc_of(lab.name(phone)) is not None) == (ENDINGS[name] == "Upgrade Success")


@pytest.mark.parametrize("name", [name for name, status in ENDINGS.items() if status == PENDING])
def test_what_never_ends_keeps_a_secure_phone_off(name: str) -> None:
    lab = Lab()
    phone = lab.phone()
    lab.use_profile(phone, "Encrypted")
    lab.fail(phone, name)
    lab.write(phone, finish_time=FAR)
    lab.cluster.apply(phone)
    lab.wait(minutes=30)
    assert lab.status(phone) == PENDING
    assert lab.registration(phone) == ("Registered" if name == "no-configuration" else "UnRegistered")


@pytest.mark.parametrize("operation", ["Delete", "Troubleshoot"])
def test_a_cause_that_an_operation_does_not_have_is_a_plain_failure(operation: str) -> None:
    lab = Lab()
    phone = lab.phone(lsc="live")
    lab.fail(phone, "ec-only")
    lab.write(phone, operation, finish_time=FAR)
    lab.cluster.apply(phone)
    lab.wait(minutes=10)
    assert lab.status(phone) == f"{operation} Failed"


def test_slow_keys_take_ten_times_as_long() -> None:
    lab = Lab()
    phone = lab.phone()
    lab.fail(phone, "slow-keys")
    assert lab.install(phone, minutes=4) == PENDING
    lab.wait(minutes=11)
    assert lab.status(phone) == "Upgrade Success"


def test_a_mended_phone_enrols_at_its_next_restart() -> None:
    lab = Lab()
    phone = lab.phone()
    lab.fail(phone, "itl-mismatch")
    lab.install(phone)
    lab.cluster.mend_phones("itl-mismatch")
    lab.cluster.reset(phone, hard=True)
    lab.wait(minutes=10)
    assert lab.status(phone) == "Upgrade Success"


def test_a_count_strikes_as_many_phones_that_could_otherwise_enrol_and_always_the_same() -> None:
    first, second = Lab(), Lab()
    struck = first.cluster.break_phones(Failure.parse("invalid-mic=5"))
    assert len(struck) == 5
    assert struck == second.cluster.break_phones(Failure.parse("invalid-mic=5"))
    for name in struck:
        pkid = first.value("SELECT pkid FROM device WHERE name = ?", name)
        assert first.value("SELECT powered FROM sim_phone WHERE fkdevice = ?", pkid) == "t"
        assert first.value("SELECT expressway FROM sim_phone WHERE fkdevice = ?", pkid) == "f"
    assert struck != first.cluster.break_phones(Failure.parse("late=5"))


def test_a_share_and_a_glob_choose_phones_too() -> None:
    lab = Lab()
    able = len(lab.cluster.break_phones(Failure("late")))
    assert len(lab.cluster.break_phones(Failure.parse("itl-mismatch=10%"))) == round(able / 10)
    some = lab.name(lab.phone())
    assert lab.cluster.break_phones(Failure.parse(f"lost={some[:-1].lower()}*")) == [some]
    assert lab.cluster.break_phones(Failure.parse("tvs=SEPFFFFFF*")) == []


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("invalid-mik=5", "did you mean invalid-mic"),
        ("xyzzy=5", "there are no-capf-in-itl"),
        ("late=", "give a count"),
        ("late=101%", "give a count"),
        ("late=x%", "give a count"),
    ],
)
def test_a_failure_that_nobody_understands_is_refused(text: str, hint: str) -> None:
    with pytest.raises(UnknownFailureError, match=hint):
        Failure.parse(text)


def test_a_failure_reads_back_as_it_is_written() -> None:
    assert str(Failure.parse("late")) == "late=100%"
    assert Failure.parse(str(Failure.parse("late=SEP00*"))) == Failure("late", "SEP00*")
