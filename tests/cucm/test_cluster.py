"""A cluster as the command line holds it, over a simulated cluster's real socket."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from functools import cache

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lscctl.capf import AuthenticationMode, CapfSettings, CertificateOperation, DeviceSecurityMode, KeyOrder, StatusKind
from lscctl.cucm.axl import Axl
from lscctl.cucm.faults import AxlFault, LoginRefused
from lscctl.cucm.selection import resolve
from lscctl.cucm.sql import Sql
from lscctl.deadline import DEFAULT_DEADLINE
from lscctl.errors import UsageError
from lscctl.phone import LscState, Phone, PhoneQuery, Registration, Renewal
from lscctl.plan import Issuer, Step
from lscctl.simulator.authority import Issuer as Signer
from tests.cucm.bench import WITHOUT_RIS, Bench, found, own_bench, step_for

VERSIONS = ("8.5", "10.5", "11.0", "11.5", "12.5", "15.0")
EVERYTHING = PhoneQuery()


Make = Callable[..., Bench]


@pytest.fixture(scope="module")
def bench() -> Iterator[Make]:
    """Benches by version and assumptions; the same ones are shared by the module's tests, which must not write to them."""
    with ExitStack() as closing:

        @cache
        def make(version: str = "15.0", *assume: str, phones: int = 120) -> Bench:
            made = Bench(version, phones, assume)
            closing.callback(made.close)
            return made

        yield make


def names(phones: tuple[Phone, ...]) -> list[str]:
    return [phone.name for phone in phones]


@pytest.mark.parametrize("version", VERSIONS)
def test_every_phone_is_found_as_the_cluster_has_it(bench: Make, version: str) -> None:
    b = bench(version)
    truth = b.rows(
        "select d.pkid, d.name, coalesce(d.description, ''), tm.name, tp.name, dp.name, l.name, sp.name, tco.name, tcs.name "
        "from device d join typemodel tm on tm.enum = d.tkmodel join typedeviceprotocol tp on tp.enum = d.tkdeviceprotocol "
        "join devicepool dp on dp.pkid = d.fkdevicepool join location l on l.pkid = d.fklocation "
        "join securityprofile sp on sp.pkid = d.fksecurityprofile "
        "join typecertificateoperation tco on tco.enum = d.tkcertificateoperation "
        "join typecertificatestatus tcs on tcs.enum = d.tkcertificatestatus where d.tkclass = 1 order by d.name"
    )
    phones = found(b)
    assert len(phones) == 120
    assert [
        (
            p.pkid,
            p.name,
            p.description,
            p.model,
            p.protocol,
            p.device_pool,
            p.location,
            p.profile.name,
            p.operation,
            p.status.text,
        )
        for p in phones
    ] == truth


@pytest.mark.parametrize("version", VERSIONS)
def test_what_came_later_is_absent_on_older_clusters_and_a_note_says_so(bench: Make, version: str) -> None:
    b = bench(version)
    numbers = tuple(map(int, version.split(".")))
    settings_ = [phone.profile.settings for phone in found(b)]
    assert all(s is not None and (s.key_order is not None) == (numbers >= (11, 0)) for s in settings_)
    assert any(phone.lsc.valid_until for phone in found(b)) == (numbers >= (11, 5))
    assert any("11.0" in note for note in b.cluster.notes) == (numbers < (11, 0))
    assert any("11.5" in note for note in b.cluster.notes) == (numbers < (11, 5))
    assert any("10.0" in note for note in b.cluster.notes) == (numbers < (10, 0))
    states = {
        phone.lsc.state(now=b.cluster.facts().now, expiring_within=0.0, own_issuers=frozenset()) for phone in found(b)
    }
    assert LscState.UNKNOWN in states
    assert (LscState.VALID in states) == (numbers >= (11, 5))


@pytest.mark.parametrize("assume", ["ec-key-size-table=typekeysize", "ec-key-size-table=own"])
@pytest.mark.parametrize("version", ["11.0", "15.0"])
def test_the_settings_are_the_profile_s_wherever_ec_sizes_stand(bench: Make, version: str, assume: str) -> None:
    phones = found(bench(version, assume))
    settings_ = {phone.profile.settings for phone in phones}
    assert {s.ec_key_size for s in settings_ if s and s.key_order and s.key_order.uses_ec} <= {256, 384, 521}
    assert settings_ == {phone.profile.settings for phone in found(bench(version))}
    assert {s.mode for s in settings_ if s} == set(AuthenticationMode)


@pytest.mark.parametrize("assume", ["lsc-issuer-name=dn", "lsc-issuer-name=cn"])
def test_our_own_lscs_are_told_from_foreign_ones_however_issuers_are_written(bench: Make, assume: str) -> None:
    b = bench("15.0", assume)
    facts = b.cluster.facts()
    assert facts.issuer is Issuer.CAPF
    foreign = {
        str(row[0])
        for row in b.rows(
            "select s.fkdevice from sim_lsc s join device d on d.pkid = s.fkdevice where s.issuer = ? and d.lscvaliduntil > ?",
            int(Signer.FOREIGN),
            facts.now,
        )
    }
    assert foreign
    assert foreign == {
        phone.pkid
        for phone in found(b)
        if phone.lsc.state(now=facts.now, expiring_within=0.0, own_issuers=facts.own_issuers) is LscState.FOREIGN
    }
    assert foreign == {phone.pkid for phone in found(b, lsc_states=(LscState.FOREIGN,))}


@pytest.mark.parametrize("assume", ["parameter-names=displayed", "parameter-names=compact"])
@pytest.mark.parametrize(
    ("value", "issuer"),
    [
        ("Online CA", Issuer.ONLINE_CA),
        ("Offline CA", Issuer.OFFLINE_CA),
        ("Cisco Certificate Authority Proxy Function", Issuer.CAPF),
    ],
)
def test_the_issuer_and_the_algorithms_are_read_however_parameters_are_named(
    assume: str, value: str, issuer: Issuer, bench: Make
) -> None:
    b = bench("15.0", assume)
    before = b.truth.parameters.value("Certificate Issuer to Endpoint")
    try:
        b.truth.parameters.set("Certificate Issuer to Endpoint", value)
        b.truth.parameters.set("Endpoint Advanced Encryption Algorithms Support", "1")
        facts = b.cluster.facts()
    finally:
        b.truth.parameters.set("Certificate Issuer to Endpoint", before)
        b.truth.parameters.set("Endpoint Advanced Encryption Algorithms Support", "0")
    assert (facts.issuer, facts.advanced_encryption) == (issuer, True)
    assert bool(facts.own_issuers) == (issuer is not Issuer.ONLINE_CA)


@pytest.mark.parametrize("assume", ["dbinfo=allowed", "dbinfo=refused"])
def test_the_clock_is_right_whether_dbinfo_is_allowed_or_not(bench: Make, assume: str) -> None:
    b = bench("15.0", assume)
    assert abs((b.cluster.clock.local().replace(tzinfo=None) - b.truth.clock.local()).total_seconds()) < 2
    assert str(b.cluster.clock.zone) == b.truth.clock.zone


@pytest.mark.parametrize("version", VERSIONS)
def test_registration_and_expressway_are_as_the_phones_are(bench: Make, version: str) -> None:
    b = bench(version)
    phones = b.cluster.find(EVERYTHING).phones
    truth = {str(name): (str(status), expressway == "t") for name, status, expressway in b.rows(
        "select d.name, s.status, s.expressway from sim_phone s join device d on d.pkid = s.fkdevice"
    )}  # fmt: skip
    for phone in phones:
        status, expressway = truth[phone.name]
        assert (phone.registration is Registration.REGISTERED) == (status == "Registered")
        if status == "Registered":
            assert phone.over_expressway is expressway
    assert {Registration.REGISTERED, Registration.UNREGISTERED} <= {phone.registration for phone in phones}


@pytest.mark.parametrize(
    ("assume", "known"), [("last-seen-while-registered=zero", True), ("last-seen-while-registered=now", False)]
)
def test_a_user_without_ris_gets_the_database_s_last_word_or_none(bench: Make, assume: str, known: bool) -> None:
    b = bench("15.0", assume)
    with b.connect(WITHOUT_RIS.user, WITHOUT_RIS.password) as cluster:
        result = cluster.find(EVERYTHING)
    assert any("Standard Serviceability" in note for note in result.notes)
    assert any(phone.registration is Registration.REGISTERED for phone in result.phones) == known
    if not known:
        assert {phone.registration for phone in result.phones} == {Registration.NOT_ASKED}


def test_two_thousand_phones_take_a_handful_of_reads(bench: Make) -> None:
    b = bench("15.0", phones=2000)
    before = b.cluster.reads
    assert len(b.cluster.find(EVERYTHING).phones) == 2000
    assert b.cluster.reads - before <= 9
    assert b.cluster.writes == 0


def test_a_bare_number_means_that_model_only(bench: Make) -> None:
    b = bench()
    phones = found(b, models=("8845",))
    assert phones == tuple(phone for phone in found(b) if phone.model == "Cisco 8845")
    assert found(b, models=("cisco 8845",)) == phones
    assert {phone.model for phone in found(b, models=("88*",))} >= {"Cisco 8845", "Cisco 8841", "Cisco 8851"}
    assert all(phone.model.startswith("Cisco 88") for phone in found(b, models=("88*",)))


@pytest.mark.parametrize(
    ("query", "said", "advice"),
    [
        ({"models": ("8854",)}, "no model '8854'", "8845"),
        ({"models": ("Cisco 8844",)}, "no model 'Cisco 8844'", "Cisco 8845"),
        ({"device_pools": ("Berlin",)}, "no device pool 'Berlin'", "Berlin-HQ"),
        ({"locations": ("LOC_Lodon",)}, "no location 'LOC_Lodon'", "LOC_London"),
        ({"profiles": ("8845 SIP - MIC frist",)}, "no security profile", "8845 SIP - MIC first"),
        ({"protocols": ("SPI",)}, "no protocol 'SPI'", "SIP"),
        ({"statuses": ("Upgrade Succes",)}, "no certificate status", "Upgrade Success"),
        ({"exclude_models": ("8854",)}, "no excluded model '8854'", "8845"),
        ({"exclude_device_pools": ("Berlin",)}, "no excluded device pool", "Berlin-HQ"),
    ],
)
def test_a_word_that_means_nothing_here_is_answered_with_the_nearest(
    bench: Make, query: dict[str, tuple[str, ...]], said: str, advice: str
) -> None:
    with pytest.raises(UsageError, match=said) as caught:
        found(bench(), **query)
    assert repr(advice) in (caught.value.hint or "")


def test_a_model_that_exists_but_has_no_phone_here_matches_nothing(bench: Make) -> None:
    b = bench()
    present = {phone.model for phone in found(b)}
    absent = next(str(name) for (name,) in b.rows("select name from typemodel order by name") if name not in present)
    assert found(b, models=(absent,)) == ()


SELECTIONS: list[tuple[dict[str, object], Callable[[Phone], bool]]] = [
    ({"device_pools": ("münchen*", "DP_London")}, lambda p: p.device_pool in ("München, Werk 2", "DP_London")),
    ({"device_pools": ('O\'Hare "T3"',)}, lambda p: p.device_pool == 'O\'Hare "T3"'),
    ({"device_pools": ("東京*",)}, lambda p: p.device_pool == "東京オフィス"),
    ({"device_pools": ("rabatt 50%*",)}, lambda p: p.device_pool == "Rabatt 50% Callcenter"),
    ({"locations": ("loc_[lm]*",)}, lambda p: p.location in ("LOC_London", "LOC_München")),
    ({"locations": ("loc_[!l]*",)}, lambda p: p.location.startswith("LOC_") and p.location != "LOC_London"),
    ({"protocols": ("sccp",)}, lambda p: p.protocol == "SCCP"),
    ({"names": ("csf*", "ata*")}, lambda p: p.name.startswith(("CSF", "ATA"))),
    ({"descriptions": ("*'*",)}, lambda p: "'" in p.description),
    ({"descriptions": ("*ü*",)}, lambda p: "ü" in p.description.lower()),
    ({"statuses": ("failed", "Operation Pending")}, lambda p: p.status.kind in (StatusKind.FAILED, StatusKind.PENDING)),
    ({"statuses": ("none",)}, lambda p: p.status.text == "None"),
    ({"statuses": ("*success*",)}, lambda p: "Success" in p.status.text),
    ({"exclude_statuses": ("none",)}, lambda p: p.status.text != "None"),
    (
        {"exclude_statuses": ("failed", "*Pending")},
        lambda p: p.status.kind not in (StatusKind.FAILED, StatusKind.PENDING),
    ),
    ({"has_authentication_string": True}, lambda p: p.has_authentication_string),
    ({"has_authentication_string": False}, lambda p: not p.has_authentication_string),
    ({"profiles": ("*mic first*",)}, lambda p: "MIC first" in p.profile.name),
    ({"lsc_states": (LscState.NONE,)}, lambda p: not p.lsc.present),
    ({"lsc_states": (LscState.UNKNOWN,)}, lambda p: p.lsc.present and p.lsc.valid_until is None),
    (
        {"models": ("8845",), "exclude_device_pools": ("Berlin-HQ",)},
        lambda p: p.model == "Cisco 8845" and p.device_pool != "Berlin-HQ",
    ),
    (
        {"exclude_models": ("88*",), "exclude_names": ("CSF*",)},
        lambda p: "88" not in p.model[:8] and not p.name.startswith("CSF"),
    ),
    ({"exclude_descriptions": ("*%*",)}, lambda p: "%" not in p.description),
    (
        {"exclude_locations": ("Hub_None",), "exclude_profiles": ("*Standard*",)},
        lambda p: p.location != "Hub_None" and "Standard" not in p.profile.name,
    ),
]


@pytest.mark.parametrize("version", ["10.5", "15.0"])
@pytest.mark.parametrize(("query", "means"), SELECTIONS, ids=[str(query) for query, _ in SELECTIONS])
def test_a_selection_finds_just_the_phones_that_it_means(
    bench: Make, version: str, query: dict[str, object], means: Callable[[Phone], bool]
) -> None:
    b = bench(version)
    assert names(found(b, **query)) == names(tuple(phone for phone in found(b) if means(phone)))


@contextmanager
def holders_of(b: Bench, string: str, names: Sequence[str]) -> Iterator[None]:
    """These phones hold the string for a while, after which they hold what they held."""
    question = ", ".join("?" * len(names))
    held = b.rows(f"select authenticationstring, name from device where name in ({question})", *names)
    b.change(f"update device set authenticationstring = '{string}' where name in ({question})", *names)
    try:
        yield
    finally:
        for old, name in held:
            b.change("update device set authenticationstring = ? where name = ?", old, name)


@pytest.mark.parametrize("version", ["8.5", "15.0"])
def test_phones_are_found_by_the_whole_of_their_authentication_string_and_by_no_part_of_it(
    bench: Make, version: str
) -> None:
    b = bench(version)
    two = names(found(b))[3:5]
    with holders_of(b, "73519028", two):
        assert names(found(b, authentication_string="73519028")) == two
        for part in ("7351", "19028", "735190284"):
            assert found(b, authentication_string=part) == ()
        assert names(found(b, authentication_string="73519028", names=(two[1],))) == two[1:]
        listed = b.cluster.find(
            PhoneQuery(authentication_string="73519028", names_listed=(*names(found(b))[2:4], "SEPFFFFFFFFFFFF")),
            registration=False,
        )
        assert (names(listed.phones), listed.unknown_names) == (two[:1], ("SEPFFFFFFFFFFFF",))


def test_a_string_that_many_phones_share_finds_them_all(bench: Make) -> None:
    b = bench()
    everybody = names(found(b))
    assert len(everybody) > 3
    with holders_of(b, "4711", everybody), pytest.MonkeyPatch.context() as patch:
        patch.setattr("lscctl.cucm.selection._HOLDERS_IN_SQL", 3)
        assert names(found(b, authentication_string="4711")) == everybody


def test_a_query_does_not_show_its_authentication_string() -> None:
    query = PhoneQuery(authentication_string="7351902846")
    assert query.selects
    assert "7351902846" not in repr(query)
    assert query != PhoneQuery(authentication_string="7351902847")


def test_phones_are_found_by_who_issued_their_lsc(bench: Make) -> None:
    b = bench()
    issuers = {phone.lsc.issuer for phone in found(b)} - {None}
    assert len(issuers) > 1
    for issuer in issuers:
        assert names(found(b, lsc_issuers=(str(issuer),))) == [p.name for p in found(b) if p.lsc.issuer == issuer]
    assert names(found(b, lsc_issuers=("capf-*",))) == [
        p.name for p in found(b) if (p.lsc.issuer or "").startswith("CAPF-")
    ]


def test_a_phone_without_any_status_counts_as_one_with_the_status_none() -> None:
    def ask(statement: Sql) -> list[dict[str, str]]:
        return [{"name": "None"}, {"name": "Upgrade Success"}] if "typecertificatestatus" in str(statement) else []

    def conditions(**query: object) -> list[str]:
        asked = PhoneQuery(**query)  # type: ignore[arg-type]
        return [str(c) for c in resolve(asked, ask, now=0, own_issuers=frozenset, lsc_columns=True).conditions]

    assert conditions(statuses=("none",)) == ["(tcs.name in ('None') or tcs.name is null)"]
    assert conditions(statuses=("success",)) == ["tcs.name in ('Upgrade Success')"]


def test_lscs_that_expire_in_time_are_found_and_expired_ones_with_them(bench: Make) -> None:
    b = bench()
    now = b.cluster.facts().now
    end = now + 90 * 86_400
    expected = [p.name for p in found(b) if p.lsc.valid_until and p.lsc.valid_until <= end]
    assert expected
    assert names(found(b, expires_within=90 * 86_400.0)) == expected
    assert set(names(found(b, lsc_states=(LscState.EXPIRING, LscState.EXPIRED)))) <= set(expected)


def test_of_lscs_that_nobody_can_judge_a_renewal_tells_how_many_there_are(bench: Make) -> None:
    b = bench()
    unknown = len(names(found(b, lsc_states=(LscState.UNKNOWN,))))
    assert unknown > 1
    now = b.cluster.facts().now
    due = b.cluster.find(PhoneQuery(renewal=Renewal(now + 90 * 86_400)), registration=False)
    assert [phone.name for phone in due.phones] == names(found(b, expires_within=90 * 86_400.0))
    assert any(f"{unknown} phones have LSCs of which CUCM does not know when it ends" in note for note in due.notes)
    assert not any("no LSC" in note for note in due.notes)
    none = b.cluster.find(PhoneQuery(renewal=Renewal(1.0)), registration=False)
    assert not none.phones
    assert any("no LSC of the phones that were looked at is to be renewed" in note for note in none.notes)


def test_where_no_renewal_is_asked_for_nothing_is_said_of_one(bench: Make) -> None:
    b = bench()
    assert not any("renew" in note for note in b.cluster.find(PhoneQuery(), registration=False).notes)


def test_where_no_expiry_is_kept_a_renewal_tells_what_can_be_done_instead(bench: Make) -> None:
    with pytest.raises(UsageError, match=r"CUCM does from 11\.5") as refused:
        found(bench("11.0"), renewal=Renewal(1.0))
    hint = refused.value.hint or ""
    assert "lscctl inspect" in hint
    assert "bulk-install --lsc unknown" in hint


def test_where_no_expiry_is_kept_none_can_be_asked_for(bench: Make) -> None:
    for query in ({"expires_within": 1.0}, {"lsc_states": (LscState.FOREIGN,)}, {"lsc_issuers": ("CAPF*",)}):
        with pytest.raises(UsageError, match=r"CUCM does from 11\.5"):
            found(bench("11.0"), **query)


def test_listed_phones_are_found_whatever_their_case_and_unknown_ones_named(bench: Make) -> None:
    b = bench()
    some = names(found(b))[:3]
    result = b.cluster.find(
        PhoneQuery(names_listed=(some[0].lower(), some[1], "SEPFFFFFFFFFFFF", "O'Hare")), registration=False
    )
    assert names(result.phones) == some[:2]
    assert result.unknown_names == ("SEPFFFFFFFFFFFF", "O'Hare")
    narrowed = b.cluster.find(PhoneQuery(names_listed=tuple(some), models=("7936",)), registration=False)
    assert narrowed.unknown_names == ()


def test_a_limit_takes_the_first_by_name_after_all_else(bench: Make) -> None:
    b = bench()
    assert names(found(b, models=("8845",), limit=3)) == names(found(b, models=("8845",)))[:3]
    unregistered = b.cluster.find(PhoneQuery(registered=False)).phones
    assert b.cluster.find(PhoneQuery(registered=False, limit=2)).phones == unregistered[:2]
    assert all(phone.registration is not Registration.REGISTERED for phone in unregistered)
    assert all(p.registration is Registration.REGISTERED for p in b.cluster.find(PhoneQuery(registered=True)).phones)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(
        st.one_of(st.sampled_from(["'", '"', "--", "{", ";", "%", "*", "[", "]", "\\", "東", "a"]), st.characters()),
        max_size=6,
    ).map("".join)
)
def test_no_text_in_a_selector_upsets_the_cluster(bench: Make, text: str) -> None:
    b = bench()
    try:
        phones = found(b, names=(text,), descriptions=(f"*{text}*",))
        b.cluster.find(PhoneQuery(names_listed=(text,)), registration=False)
    except UsageError as error:
        assert "which cannot be asked for in SQL" in error.message  # noqa: PT017 - either outcome is right
    else:
        assert set(names(phones)) <= set(names(found(b)))


def test_a_security_mode_that_nobody_knows_is_taken_for_the_one_that_asks_for_most_care() -> None:
    with own_bench() as b:
        phone = next(phone for phone in found(b) if not phone.profile.secure)
        with b.truth.lock:
            table = b.truth.connection
            table.execute("INSERT INTO typedevicesecuritymode (enum, name, moniker) VALUES (9, 'Sealed', 'SEALED')")
            table.execute("UPDATE securityprofile SET tkdevicesecuritymode = 9 WHERE pkid = ?", (phone.profile.pkid,))
        (again,) = found(b, names=(phone.name,))
        assert again.profile.security_mode is DeviceSecurityMode.ENCRYPTED


@pytest.mark.parametrize(
    ("version", "settings", "carried"),
    [
        (
            "15.0",
            CapfSettings(AuthenticationMode.MIC_FIRST, 3072, KeyOrder.EC_PREFERRED, 384),
            {"keySize": "3072", "keyOrder": "EC Preferred, RSA Backup", "ecKeySize": "384"},
        ),
        (
            "15.0",
            CapfSettings(AuthenticationMode.MIC_FIRST, None, KeyOrder.EC_ONLY, 256),
            {"keyOrder": "EC Only", "ecKeySize": "256"},
        ),
        ("10.5", CapfSettings(AuthenticationMode.MIC_FIRST, 1024), {"keySize": "1024"}),
    ],
)
def test_a_write_carries_all_settings_of_the_profile_and_no_empty_one(
    version: str, settings: CapfSettings, carried: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    sent: list[Mapping[str, str]] = []
    monkeypatch.setattr(Axl, "update_phone", lambda _axl, _phone, changes: sent.append(changes))
    with own_bench(version) as b:
        phone = found(b)[0]
        deadline = DEFAULT_DEADLINE.resolve(b.cluster.clock)
        b.cluster.write(
            Step(replace(phone, profile=replace(phone.profile, settings=settings)), settings),
            deadline,
            CertificateOperation.INSTALL,
        )
    assert sent == [
        {
            "certificateOperation": "Install/Upgrade",
            "authenticationMode": "By Existing Certificate (precedence to MIC)",
            **carried,
            "upgradeFinishTime": deadline.text,
        }
    ]


@pytest.mark.parametrize("version", VERSIONS)
def test_a_write_sets_what_the_profile_has_and_moves_no_phone_to_another(version: str) -> None:
    with own_bench(version) as b:
        by_settings = {phone.profile.settings: phone for phone in found(b) if not phone.pending}
        deadline = DEFAULT_DEADLINE.resolve(b.cluster.clock)
        for phone in by_settings.values():
            b.cluster.write(step_for(phone), deadline, CertificateOperation.INSTALL)
        assert b.cluster.writes == len(by_settings) > 1
        before = b.cluster.reads
        readings = b.cluster.read([phone.pkid for phone in by_settings.values()])
        assert b.cluster.reads == before + 1
        for phone in by_settings.values():
            reading = readings[phone.pkid]
            assert reading.operation is CertificateOperation.INSTALL
            assert reading.status.kind is StatusKind.PENDING
            assert reading.finish_time == deadline.text
            assert reading.profile_pkid == phone.profile.pkid
            b.cluster.apply(phone)


def test_another_mode_than_the_profile_s_shows_in_the_read_back() -> None:
    with own_bench() as b:
        phone = next(
            p
            for p in found(b, models=("8845",))
            if not p.pending and p.profile.settings and p.profile.settings.mode is AuthenticationMode.NULL_STRING
        )
        b.cluster.write(
            Step(phone, CapfSettings(AuthenticationMode.MIC_FIRST, 2048, KeyOrder.RSA_ONLY)),
            DEFAULT_DEADLINE.resolve(b.cluster.clock),
            CertificateOperation.INSTALL,
        )
        assert b.cluster.read([phone.pkid])[phone.pkid].profile_pkid != phone.profile.pkid


def test_a_phone_that_is_gone_is_absent_from_a_read_and_not_found_by_a_write() -> None:
    with own_bench() as b:
        phone, other = found(b)[:2]
        b.truth.delete_phone(phone.pkid)
        assert list(b.cluster.read([phone.pkid, other.pkid])) == [other.pkid]
        with pytest.raises(AxlFault) as written:
            b.cluster.write(step_for(phone), DEFAULT_DEADLINE.resolve(b.cluster.clock), CertificateOperation.INSTALL)
        with pytest.raises(AxlFault) as applied:
            b.cluster.apply(phone)
        assert written.value.not_found
        assert applied.value.not_found


def test_a_wrong_password_is_refused_at_once(bench: Make) -> None:
    with pytest.raises(LoginRefused):
        bench().connect(password="wrong")


def test_phones_whose_registration_nobody_can_tell_are_neither_registered_nor_not(bench: Make) -> None:
    b = bench("15.0", "last-seen-while-registered=now")
    with b.connect(WITHOUT_RIS.user, WITHOUT_RIS.password) as cluster:
        for registered in (True, False):
            result = cluster.find(PhoneQuery(registered=registered))
            assert result.phones == ()
            assert any("nobody could say" in note for note in result.notes)


def test_with_an_online_ca_its_lscs_are_not_selected_as_foreign() -> None:
    with own_bench("15.0") as b:
        b.truth.parameters.set("Certificate Issuer to Endpoint", "Online CA")
        assert found(b, lsc_states=(LscState.FOREIGN,)) == ()
        assert found(b, lsc_states=(LscState.VALID,)) != ()
