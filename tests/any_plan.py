"""Whatever a plan, and what it is carried out by, can hold: strategies for property tests."""

from dataclasses import fields
from datetime import UTC, timedelta, timezone
from fractions import Fraction

from hypothesis import strategies as st

from lscctl.capf import (
    AuthenticationMode,
    CapfSettings,
    CertificateOperation,
    CertificateStatus,
    DeviceSecurityMode,
    KeyOrder,
)
from lscctl.deadline import DeadlineRule
from lscctl.phone import Lsc, ModelSupport, Phone, Registration, SecurityProfile
from lscctl.plan import CapfRequest, LeftOut, Step
from lscctl.profile_change import ProfileChange
from lscctl.reasons import Finding, Reason
from lscctl.rules import Amount, Limit, Rules, Then, WaveBy, WaveSizes, WritePath
from lscctl.window import Windows

TEXT = st.text()  # without lone surrogates, which no answer of a cluster holds
NUMBER = st.integers(0, 2**62)
LSC = st.builds(Lsc, st.none() | NUMBER, st.none() | TEXT, st.none() | NUMBER, st.none() | TEXT)
SETTINGS = st.builds(
    CapfSettings,
    st.sampled_from(AuthenticationMode),
    st.none() | NUMBER,
    st.none() | st.sampled_from(KeyOrder),
    st.none() | NUMBER,
)
PROFILE = st.builds(
    SecurityProfile, TEXT, TEXT, st.sampled_from(DeviceSecurityMode), st.none() | SETTINGS, st.booleans(), st.booleans()
)
PROFILE_CHANGE = st.builds(ProfileChange, PROFILE, SETTINGS, NUMBER, NUMBER, NUMBER, TEXT, TEXT)
PHONE = st.builds(
    Phone,
    profile=PROFILE,
    operation=st.sampled_from(CertificateOperation),
    status=st.builds(CertificateStatus, TEXT),
    lsc=LSC,
    support=st.builds(ModelSupport, st.none() | st.booleans(), st.none() | st.booleans(), st.none() | NUMBER),
    registration=st.sampled_from(Registration),
    has_authentication_string=st.booleans(),
    over_expressway=st.none() | st.booleans(),
    ipv6_only=st.booleans(),
    **{each.name: TEXT for each in fields(Phone) if each.type in ("str", str)},
)
FINDINGS = st.lists(st.builds(Finding, st.sampled_from(Reason), TEXT), max_size=3).map(tuple)
DEADLINE = st.builds(
    DeadlineRule,
    TEXT,
    st.none() | st.timedeltas(timedelta(0), timedelta(days=366)),
    st.none() | st.datetimes() | st.datetimes(timezones=st.sampled_from([UTC, timezone(timedelta(hours=5.5))])),
    st.none() | st.times(),
    st.none() | st.integers(0, 1),
    st.none() | st.integers(0, 6),
)
REQUEST = st.builds(
    CapfRequest,
    operation=st.sampled_from([one for one in CertificateOperation if one is not CertificateOperation.NONE]),
    mode=st.none() | st.sampled_from(AuthenticationMode),
    key_order=st.none() | st.sampled_from(KeyOrder),
    key_size=st.none() | NUMBER,
    ec_key_size=st.none() | NUMBER,
    deadline=DEADLINE,
    renew=st.booleans(),
    include_unregistered=st.booleans(),
    include_mic_only=st.booleans(),
    include_secure=st.booleans(),
    include_lsc_first=st.booleans(),
    then_lsc_first=st.booleans(),
    string_length=st.integers(4, 10),
    keep_strings=st.booleans(),
)
STEP = st.builds(Step, PHONE, SETTINGS, FINDINGS)
LEFT_OUT = st.builds(LeftOut, PHONE, FINDINGS)
AMOUNT = st.builds(Amount, number=st.integers(1, 10**6)) | st.builds(
    Amount, percent=st.fractions(Fraction(1, 1000), 100)
)
LIMIT = st.builds(Limit, AMOUNT, NUMBER)
RULES = st.builds(
    Rules,
    canary=AMOUNT,
    waves=st.builds(WaveSizes, st.lists(AMOUNT, min_size=1, max_size=3).map(tuple), st.sampled_from(Then)),
    wave_by=st.sampled_from(WaveBy),
    max_failures=LIMIT,
    max_lost=LIMIT,
    max_in_flight=st.integers(1, 10**6),
    max_rate=st.none() | st.floats(0.001, 1e4),
    wave_timeout=st.none() | st.timedeltas(timedelta(seconds=1), timedelta(days=9)),
    pause_between=st.timedeltas(timedelta(0), timedelta(days=9)),
    windows=st.sampled_from([(), ("22:00-05:00",), ("sat 22:00-06:00", "mon-fri 22:00-05:00")]).map(Windows.parse),
    write_path=st.sampled_from(WritePath),
    concurrency=st.integers(1, 64),
)
