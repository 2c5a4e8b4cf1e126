"""Every knob of the cluster's side is turned once each way, and something that a client sees changes.

The knobs of the wire are turned in tests/simulator/doors.
"""

from collections.abc import Callable

import pytest

from lscctl.simulator.assumptions import Assumptions, UnknownAssumptionError
from lscctl.simulator.capf_write import WriteRefusedError
from lscctl.simulator.clock import ManualClock
from lscctl.simulator.cluster import Cluster
from lscctl.simulator.scenarios import play
from lscctl.simulator.services import TVS
from tests.simulator.lab import FAR, LSC_FIRST, NULL, PAST, SOON, START, STRING, Lab

EC_PREFERRED = "EC Preferred, RSA Backup"
FAILED_LATE = "Upgrade Failed: User Initiated Request Late/Timedout"


def _fifth_field(lab: Lab) -> str:
    lab.clock.forward(minutes=50, seconds=20)  # 17:03:40
    return lab.install(lab.phone(), finish_time="2026:09:21:17:45", minutes=10)


def _read_back(lab: Lab) -> object:
    phone = lab.phone()
    lab.write(phone, finish_time=FAR)
    return lab.device(phone, "upgradefinishtime")


def _refusal(**write: str) -> Callable[[Lab], str]:
    def try_it(lab: Lab) -> str:
        phone = lab.phone()
        operation = write.get("operation", "Install/Upgrade")
        try:
            lab.write(phone, operation, **{key: value for key, value in write.items() if key != "operation"})
        except WriteRefusedError:
            return "refused"
        return lab.status(phone)

    return try_it


def _secure_string(lab: Lab) -> str:
    phone = lab.phone()
    lab.use_profile(phone, "Encrypted")
    try:
        lab.write(phone, mode=STRING, authentication_string="1234", finish_time=FAR)
    except WriteRefusedError:
        return "refused"
    return lab.status(phone)


def _no_finish_time(lab: Lab) -> str:
    lab.cluster.parameters.set("CAPF Operation Expires in (days)", "0")
    phone = lab.phone()
    lab.write(phone, finish_time="")
    lab.cluster.apply(phone)
    lab.wait(minutes=10)
    return lab.status(phone)


def _mismatch(lab: Lab) -> tuple[str, str]:
    phone = lab.phone()
    try:
        lab.write(phone, mode=LSC_FIRST, finish_time=FAR)
    except WriteRefusedError:
        return "refused", lab.profile(phone)
    lab.cluster.apply(phone)
    lab.wait(minutes=20)
    return lab.status(phone), lab.profile(phone)


def _changed_under_operation(lab: Lab) -> str:
    phone = lab.phone()
    lab.use_profile(phone, "MIC first")
    lab.write(phone, finish_time=FAR)
    lab.cluster.set_profile_mode(str(lab.device(phone, "fksecurityprofile")), LSC_FIRST)
    lab.cluster.apply(phone)
    lab.wait(minutes=20)
    return lab.status(phone)


def _created(lab: Lab) -> bool:
    phone = lab.phone()
    lab.write(phone, mode=LSC_FIRST, key_size="1024", finish_time=FAR)
    return lab.name(phone) in lab.profile(phone)


def _status_between(lab: Lab) -> tuple[str, str]:
    phone = lab.phone()
    lab.write(phone, finish_time=FAR)
    before = lab.status(phone)
    lab.cluster.apply(phone)
    return before, lab.status(phone)


def _cancelled(lab: Lab) -> str:
    phone = lab.phone()
    lab.write(phone, finish_time=FAR)
    lab.write(phone, "No Pending Operation")
    return lab.status(phone)


def _idle_apply(lab: Lab) -> str:
    phone = lab.phone()
    lab.cluster.apply(phone)
    return lab.registration(phone)


def _enrols_after_cancel(lab: Lab) -> bool:
    phone = lab.phone()
    lab.install(phone, minutes=0.4)
    lab.write(phone, "No Pending Operation")
    lab.wait(minutes=10)
    return lab.cluster.authority.lsc_of(lab.name(phone)) is not None


def _never_came(lab: Lab) -> str:
    phone = str(lab.value("SELECT fkdevice FROM sim_phone WHERE status = 'UnRegistered'"))
    return lab.install(phone, finish_time=SOON, minutes=90)


def _after(failure: str = "") -> Callable[[Lab], str]:
    def run(lab: Lab) -> str:
        phone = lab.phone()
        if failure:
            lab.fail(phone, failure)
        lab.install(phone)
        return lab.operation(phone)

    return run


def _only_a_mic(lab: Lab) -> str:
    phone = lab.phone()
    lab.use_profile(phone, "LSC first")
    return lab.install(phone)


def _expired(lab: Lab) -> str:
    phone = str(
        lab.value(
            "SELECT d.pkid FROM device d JOIN sim_phone p ON p.fkdevice = d.pkid JOIN sim_lsc l ON l.fkdevice = d.pkid"
            " WHERE l.validuntil < ? AND p.powered = 't' AND p.expressway = 'f' AND d.tkmodel IN (36224, 683, 684)",
            START,
        )
    )
    lab.use_profile(phone, "LSC first")
    return lab.install(phone)


def _cleared(lab: Lab) -> object:
    phone = lab.phone()
    lab.write(phone, authentication_string="12345", finish_time=FAR)
    lab.write(phone, "No Pending Operation")
    try:
        lab.write(phone, None, authentication_string="")
    except WriteRefusedError:
        return "refused"
    return lab.device(phone, "authenticationstring")


def _string_afterwards(lab: Lab) -> object:
    phone = lab.phone()
    lab.use_profile(phone, "Zeichenfolge")
    lab.install(phone, authentication_string="12345")
    return lab.device(phone, "authenticationstring")


def _locked_on_the_way(lab: Lab) -> tuple[bool, bool, str]:
    """Whether wrong strings were typed, whether they locked the phone, and how it ended."""
    phone = lab.phone()
    lab.use_profile(phone, "Zeichenfolge")
    lab.install(phone, authentication_string="12345", minutes=30)
    noted = lab.value("SELECT count(*) FROM sim_diary WHERE fkdevice = ? AND event = 'wrong-string'", phone)
    locked = lab.value("SELECT lockeduntil > 0 FROM sim_phone WHERE fkdevice = ?", phone)
    return bool(noted), bool(locked), lab.status(phone)


BESIDES = {"wrong-string": ("auth-strings-typed=never",)}
"""What else must hold for a knob to show."""


def _mistyped(lab: Lab) -> str:
    phone = lab.phone()
    lab.use_profile(phone, "Zeichenfolge")
    lab.install(phone, authentication_string="12345")
    lab.cluster.type_string(phone, "0")
    return lab.status(phone)


def _ec(order: str, model: str = "Cisco 8845") -> Callable[[Lab], str]:
    return lambda lab: lab.install(lab.phone(model), key_order=order, ec_key_size="384")


def _secure_failed(lab: Lab) -> str:
    phone = lab.phone()
    lab.use_profile(phone, "Authenticated")
    lab.fail(phone, "ca-rejected")
    lab.install(phone)
    return lab.registration(phone)


def _too_long(lab: Lab) -> str:
    return lab.install(lab.phone("Cisco 7965"), key_size="4096", minutes=300)


def _no_sbd(lab: Lab) -> str:
    return lab.install(lab.phone("Cisco 7940", lsc="any"), key_size="1024", minutes=300)


def _list_cut_off(lab: Lab) -> str:
    play(lab.cluster, ["itl-corrupt"])
    return lab.install(lab.phone(where="p.node = 'cucm-sub2.example.com'"))


def _tvs_nowhere(lab: Lab) -> str:
    for node in lab.cluster.nodes.all():
        lab.cluster.control_service(node, TVS, "Stop")
    return lab.install(lab.phone())


# knob -> (what to do, {value: what is seen})
KNOBS: dict[str, tuple[Callable[[Lab], object], dict[str, object]]] = {
    "finish-time-field": (
        _fifth_field,
        {"minutes": "Upgrade Success", "seconds": FAILED_LATE, "ignored": FAILED_LATE},
    ),
    "finish-time-read-back": (_read_back, {"as-written": FAR, "hour": "2026:09:22:06"}),
    "finish-time-too-near": (_refusal(finish_time=PAST), {"accepted": "Operation Pending", "refused": "refused"}),
    "finish-time-malformed": (_refusal(finish_time="soon"), {"refused": "refused", "stored": "Operation Pending"}),
    "finish-time-empty": (_no_finish_time, {"parameter": FAILED_LATE, "none": "Upgrade Success"}),
    "mode-mismatch": (
        _mismatch,
        {
            "moved": ("Upgrade Success", "8845 SIP - LSC first"),
            "ignored": ("Upgrade Success", "Cisco 8845 - Standard SIP Non-Secure Profile"),
            "stalled": ("Operation Pending", "Cisco 8845 - Standard SIP Non-Secure Profile"),
            "refused": ("refused", "Cisco 8845 - Standard SIP Non-Secure Profile"),
        },
    ),
    "changed-under-operation": (
        _changed_under_operation,
        {"new": "Upgrade Success", "stalled": "Operation Pending"},
    ),
    "created-profile-name": (_created, {"phone": True, "counted": False}),
    "settings-without-operation": (
        _refusal(operation="No Pending Operation", mode=NULL),
        {"ignored": "None", "refused": "refused"},
    ),
    "pending-at": (
        _status_between,
        {"write": ("Operation Pending", "Operation Pending"), "apply": ("None", "Operation Pending")},
    ),
    "status-after-cancel": (_cancelled, {"none": "None", "kept": "Operation Pending"}),
    "apply-without-change": (_idle_apply, {"restart": "UnRegistered", "nothing": "Registered"}),
    "enrol-after-cancel": (_enrols_after_cancel, {"yes": True, "no": False}),
    "late-set-by": (_never_came, {"phone": "Operation Pending", "cluster": FAILED_LATE}),
    "operation-after-success": (_after(), {"cleared": "No Pending Operation", "kept": "Install/Upgrade"}),
    "operation-after-failure": (
        _after("invalid-mic"),
        {"cleared": "No Pending Operation", "kept": "Install/Upgrade"},
    ),
    "lsc-first-with-mic": (
        _only_a_mic,
        {"accepted": "Upgrade Success", "pending": "Operation Pending", "refused": "Upgrade Failed: Invalid LSC"},
    ),
    "expired-lsc": (_expired, {"refused": "Upgrade Failed: Invalid LSC", "accepted": "Upgrade Success"}),
    "expired-capf": (Lab.install_under_expired_capf, {"issues": "Upgrade Success", "refused": "Operation Pending"}),
    "auth-strings-typed": (
        _locked_on_the_way,
        {
            "never": (False, False, "Operation Pending"),
            "soon": (False, False, "Upgrade Success"),
            "mistyped": (True, False, "Upgrade Success"),
            "locked": (True, True, "Upgrade Success"),
        },
    ),
    "auth-string-after-success": (_string_afterwards, {"kept": "12345", "cleared": ""}),
    "auth-string-cleared": (_cleared, {"cleared": "", "ignored": "12345", "refused": "refused"}),
    "auth-string-format": (
        _refusal(authentication_string="12#", finish_time=FAR),
        {"digits": "refused", "any": "Operation Pending"},
    ),
    "wrong-string": (
        _mistyped,
        {"retry": "Operation Pending", "failed": "Upgrade Failed: Invalid Authentication String"},
    ),
    "ec-only-on-capf-v3": (
        _ec("EC Only"),
        {"issued": "Upgrade Success", "refused": "Upgrade Failed: No Support for EC only in CAPF version 3"},
    ),
    "ec-preferred-unsupported": (_ec(EC_PREFERRED), {"pending": "Operation Pending", "failed": "Upgrade Failed"}),
    "secure-after-failure": (_secure_failed, {"registers": "Registered", "stays-off": "UnRegistered"}),
    "unsupported-key": (
        _too_long,
        {"key-generation-failed": "Upgrade Failed: Key Generation Failed/Timeout", "pending": "Operation Pending"},
    ),
    "no-sbd": (_no_sbd, {"pending": "Operation Pending", "installs": "Upgrade Success"}),
    "refused-list": (_list_cut_off, {"pending": "Operation Pending", "installs": "Upgrade Success"}),
    "lsc-without-tvs": (_tvs_nowhere, {"pending": "Operation Pending", "installs": "Upgrade Success"}),
    "auth-string-in-secure-profile": (_secure_string, {"accepted": "Operation Pending", "refused": "refused"}),
}


def _ec_join(cluster: Cluster) -> list[tuple[object, ...]]:
    return cluster.connection.execute(
        "SELECT t.name FROM securityprofile s LEFT JOIN typekeysize t ON t.enum = s.tkeckeysize"
        " WHERE s.name = '8845 SIP - O''Hare 100% EC'"
    ).fetchall()


def _column(sql: str) -> Callable[[Cluster], object]:
    return lambda cluster: cluster.connection.execute(sql).fetchone()[0]


# knobs that decide what the database holds from the start
DATABASE: dict[str, tuple[Callable[[Cluster], object], dict[str, object]]] = {
    "ec-key-size-table": (_ec_join, {"typekeysize": [("384",)], "own": [("1024",)]}),
    "lsc-issuer-name": (
        _column("SELECT substr(lscissuername, 1, 5) FROM device WHERE lscissuername IS NOT NULL"),
        {"dn": "CN=CA", "cn": "CAPF-"},
    ),
    "public-key-format": (
        _column("SELECT substr(publickey, 1, 4) FROM device WHERE publickey IS NOT NULL AND ecpublickeycurve = 0"),
        {"base64": "MIIB", "hex": "3082"},
    ),
    "parameter-names": (
        _column("SELECT paramname FROM processconfig WHERE paramvalue = '3804'"),
        {"displayed": "CAPF Phone Port", "compact": "CAPFPhonePort"},
    ),
    "last-seen-while-registered": (
        _column(
            "SELECT r.lastseen > 0 FROM registrationdynamic r JOIN sim_phone p ON p.fkdevice = r.fkdevice"
            " WHERE p.status = 'Registered'"
        ),
        {"zero": 0, "now": 1},
    ),
}


@pytest.mark.parametrize(("key", "value"), [(key, value) for key, (_, seen) in KNOBS.items() for value in seen])
def test_a_knob_changes_what_a_write_or_a_phone_does(key: str, value: str) -> None:
    act, seen = KNOBS[key]
    assert act(Lab(*BESIDES.get(key, ()), f"{key}={value}")) == seen[value]


@pytest.mark.parametrize(("key", "value"), [(key, value) for key, (_, seen) in DATABASE.items() for value in seen])
def test_a_knob_changes_what_the_database_holds(key: str, value: str) -> None:
    look, seen = DATABASE[key]
    cluster = Cluster.create(
        phones=60, seed=2, assumptions=Assumptions.parse([f"{key}={value}"]), clock=ManualClock(START)
    )
    assert look(cluster) == seen[value]


def test_every_value_of_a_knob_of_the_cluster_is_turned_here() -> None:
    for knob in Assumptions.catalogue():
        turned = {**KNOBS, **DATABASE}.get(knob.key)
        if turned:
            assert set(turned[1]) == set(knob.values), knob.key


def test_each_knob_says_what_it_decides_where_and_has_its_default_among_its_values() -> None:
    catalogue = Assumptions.catalogue()
    assert len({knob.key for knob in catalogue}) == len(catalogue) > 40
    for knob in catalogue:
        assert knob.decides
        assert knob.section
        assert knob.default in knob.values if knob.values else knob.default.isdecimal()
        assert len(knob.values) != 1


def test_key_and_attribute_are_the_same_knob() -> None:
    assumptions = Assumptions.parse(["list-phone-capf=filled", "notification-limit=7"])
    assert assumptions.list_phone_capf == assumptions["list-phone-capf"] == "filled"
    assert (assumptions.notification_limit, assumptions["notification-limit"]) == (7, "7")
    assert Assumptions.parse(assumptions.chosen()) == assumptions
    assert set(assumptions.chosen()) == {"list-phone-capf=filled", "notification-limit=7"}
    assert dict(assumptions)["schema-8-0"] == "like-8.5"


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("list-phone-cafp=filled", "list-phone-capf"),
        ("list-phone-capf=maybe", "absent, filled"),
        ("notification-limit=many", "whole number"),
        ("notification-limit=-1", "whole number"),
        ("list-phone-capf", "absent, filled"),
        ("", "sim assumptions"),
    ],
)
def test_what_no_knob_understands_is_refused_with_what_would_do(text: str, hint: str) -> None:
    with pytest.raises(UnknownAssumptionError, match=hint):
        Assumptions.parse([text])
