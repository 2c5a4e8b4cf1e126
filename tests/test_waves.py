import random
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from fractions import Fraction
from itertools import groupby, islice

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lscctl.capf import (
    AuthenticationMode,
    CapfSettings,
    CertificateOperation,
    CertificateStatus,
    DeviceSecurityMode,
)
from lscctl.phone import Phone, SecurityProfile
from lscctl.plan import Step
from lscctl.rules import Amount, Rules, Then, WaveBy, WaveSizes
from lscctl.waves import Wave, waves_of

SETTINGS = CapfSettings(AuthenticationMode.NULL_STRING, 2048)
OPEN = SecurityProfile("p1", "8845 null string", DeviceSecurityMode.NON_SECURE, SETTINGS)
SECURE = {
    mode: SecurityProfile("p2", f"8845 {mode}", mode, SETTINGS)
    for mode in (DeviceSecurityMode.AUTHENTICATED, DeviceSecurityMode.ENCRYPTED)
}
NO_CANARY = Amount(number=0)


def step(number: int, site: str, model: str = "Cisco 8845", profile: SecurityProfile = OPEN) -> Step:
    phone = Phone(
        pkid=f"{number:036x}",
        name=f"SEP{number:012X}",
        description="",
        model=model,
        protocol="SIP",
        device_pool=site,
        location="Hub_None",
        profile=profile,
        operation=CertificateOperation.NONE,
        status=CertificateStatus("None"),
    )
    return Step(phone, SETTINGS)


def cluster(phones: dict[tuple[str, str], int]) -> list[Step]:
    """So many phones of each site and model, names handed out without regard to either."""
    kinds = [kind for kind, number in phones.items() for _ in range(number)]
    random.Random(7).shuffle(kinds)
    return [step(number, site, model) for number, (site, model) in enumerate(kinds)]


def sites_of(steps: Sequence[Step]) -> Counter[str]:
    return Counter(each.phone.device_pool for each in steps)


def models_of(steps: Sequence[Step]) -> Counter[str]:
    return Counter(each.phone.model for each in steps)


def farthest_from_share(waves: Sequence[Wave], of: Callable[[Sequence[Step]], Counter[str]]) -> float:
    """The largest difference, in phones, between a wave's part of a group and its share of all phones in these waves."""
    everything = [each for wave in waves for each in wave.steps]
    sizes, parts = of(everything), [of(wave.steps) for wave in waves]
    return max(
        abs(part[group] - size * part.total() / len(everything)) for part in parts for group, size in sizes.items()
    )


plans = st.lists(
    st.tuples(st.sampled_from("ABCDE"), st.sampled_from("XYZ"), st.sampled_from([OPEN, OPEN, OPEN, *SECURE.values()])),
    max_size=60,
).map(lambda kinds: [step(number, *kind) for number, kind in enumerate(kinds)])
amounts = st.integers(0, 30).map(lambda number: Amount(number=number)) | st.integers(0, 100).map(
    lambda percent: Amount(percent=Fraction(percent))
)
sizes = st.builds(
    WaveSizes,
    st.lists(amounts.filter(lambda amount: bool(amount.exactly(1))), min_size=1, max_size=3).map(tuple),
    st.sampled_from(Then),
)
rules = st.builds(Rules, canary=amounts, waves=sizes, wave_by=st.sampled_from(WaveBy))


@given(plans, rules)
def test_every_phone_is_in_exactly_one_wave_and_no_wave_is_empty(steps: list[Step], given_: Rules) -> None:
    waves = waves_of(steps, given_)
    assert Counter(each for wave in waves for each in wave.steps) == Counter(steps)
    assert all(wave.steps for wave in waves)
    assert [wave.number for wave in waves] == list(range(1, len(waves) + 1))


@given(plans, rules, st.randoms(use_true_random=False))
def test_the_waves_do_not_depend_on_the_order_in_which_phones_come_in(
    steps: list[Step], given_: Rules, chance: random.Random
) -> None:
    waves = waves_of(steps, given_)
    shuffled = steps.copy()
    chance.shuffle(shuffled)
    assert waves_of(shuffled, given_) == waves


@given(plans, rules)
def test_canaries_are_as_many_as_asked_and_none_has_a_secure_profile(steps: list[Step], given_: Rules) -> None:
    waves = waves_of(steps, given_)
    spared = sum(not each.phone.profile.secure for each in steps)
    canaries = min(given_.canary.of(len(steps)), spared)
    if canaries:
        assert waves[0].name == "canary"
        assert len(waves[0].steps) == canaries
        assert not any(each.phone.profile.secure for each in waves[0].steps)
    assert [wave.name for wave in waves].count("canary") == bool(canaries)


@given(plans, rules)
def test_waves_are_as_large_as_asked_and_only_the_last_is_smaller(steps: list[Step], given_: Rules) -> None:
    waves = waves_of(steps, replace(given_, wave_by=WaveBy.SPREAD))
    after = [wave for wave in waves if wave.name != "canary"]
    wanted = list(islice(given_.waves.of(len(steps)), len(after)))
    assert [len(wave.steps) for wave in after[:-1]] == wanted[:-1]
    assert [len(wave.steps) for wave in after[-1:]] <= wanted[-1:]
    assert [wave.name for wave in after] == [f"wave {wave.number}" for wave in after]
    assert [wave.number for wave in waves] == list(range(1, len(waves) + 1))


@given(plans, rules)
def test_site_by_site_one_wave_has_one_site_and_is_not_larger_than_asked(steps: list[Step], given_: Rules) -> None:
    waves = waves_of(steps, replace(given_, wave_by=WaveBy.DEVICE_POOL))
    after = [wave for wave in waves if wave.name != "canary"]
    wanted = list(islice(given_.waves.of(len(steps)), len(after)))
    in_turn = []
    for number, (wave, most) in enumerate(zip(after, wanted, strict=True), start=1):
        (site,) = sites_of(wave.steps)
        in_turn.append(site)
        assert wave.name == f"wave {wave.number} ({site})"
        assert len(wave.steps) <= most
        if site in in_turn[:-1]:
            assert site == in_turn[-2]
            assert len(after[number - 2].steps) == wanted[number - 2], "a site is cut only where a wave is full"


@given(
    st.dictionaries(st.text("ABCDEFGH", min_size=1, max_size=2), st.integers(1, 60), min_size=1, max_size=20),
    st.integers(1, 60),
)
def test_a_wave_s_part_of_each_site_is_within_two_phones_of_its_share(phones: dict[str, int], size: int) -> None:
    steps = cluster({(site, "Cisco 8845"): number for site, number in phones.items()})
    waves = waves_of(steps, Rules(canary=NO_CANARY, waves=WaveSizes((Amount(number=size),), Then.SAME)))
    assert farthest_from_share(waves, sites_of) < 2


@given(st.integers(1, 300), st.integers(1, 300), st.integers(1, 60))
def test_of_two_sites_a_wave_takes_exactly_its_share_rounded_up_or_down(one: int, other: int, size: int) -> None:
    steps = cluster({("Berlin", "Cisco 8845"): one, ("Paris", "Cisco 8845"): other})
    waves = waves_of(steps, Rules(canary=NO_CANARY, waves=WaveSizes((Amount(number=size),), Then.SAME)))
    assert farthest_from_share(waves, sites_of) < 1


def company(sites: int, phones: int, seed: int) -> list[Step]:
    """A company with a few large sites, many small ones and some with a single phone; each site with a mix of models of its own."""
    chance = random.Random(seed)
    weights = [chance.paretovariate(1.2) for _ in range(sites)]
    mixes = [[chance.choice([0.0, 1.0, 3.0, 9.0]) + 0.01 for _ in range(12)] for _ in range(sites)]
    return [
        step(number, f"DP-{site:03}", f"Cisco 88{chance.choices(range(12), mixes[site])[0]:02}")
        for number, site in enumerate(chance.choices(range(sites), weights, k=phones))
    ]


@pytest.mark.parametrize("waves", [Rules().waves, WaveSizes.fixed("100"), WaveSizes.fixed("10%")], ids=str)
@pytest.mark.parametrize("seed", range(4))
def test_in_a_company_no_wave_is_far_from_its_share_of_any_site_or_model(waves: WaveSizes, seed: int) -> None:
    after = waves_of(company(sites=120, phones=4_000, seed=seed), Rules(waves=waves))[1:]
    assert farthest_from_share(after, sites_of) < 2
    assert farthest_from_share(after, models_of) < 4


@pytest.mark.parametrize("seed", range(4))
def test_a_site_with_few_phones_is_never_wholly_in_one_early_wave(seed: int) -> None:
    steps = company(sites=200, phones=4_000, seed=seed)
    of_site = sites_of(steps)
    assert min(of_site.values()) < 4, "the company has small sites"
    for wave in waves_of(steps, Rules())[:5]:
        whole = [site for site, number in sites_of(wave.steps).items() if number == of_site[site] > 1]
        assert not whole


def test_models_are_spread_where_every_site_has_the_same_mix() -> None:
    mix = {"Cisco 8845": 6, "Cisco 7841": 3, "Cisco 8832": 1}
    steps = cluster({(f"DP-{site:03}", model): number for site in range(100) for model, number in mix.items()})
    waves = waves_of(steps, Rules(canary=Amount(number=10), waves=WaveSizes.fixed("100")))
    assert models_of(waves[0].steps) == Counter({"Cisco 8845": 6, "Cisco 7841": 3, "Cisco 8832": 1})
    assert farthest_from_share(waves, models_of) <= 2
    assert max(sites_of(waves[0].steps).values()) == 1


def test_canaries_come_from_sites_with_other_phones_as_long_as_there_are_enough() -> None:
    steps = cluster({("Berlin", "Cisco 8845"): 4} | {(f"Kiosk {number}", "Cisco 7841"): 1 for number in range(40)})
    assert set(sites_of(waves_of(steps, Rules(canary=Amount(number=4)))[0].steps)) == {"Berlin"}
    assert sites_of(waves_of(steps, Rules(canary=Amount(number=6)))[0].steps)["Berlin"] == 4


def test_where_every_profile_is_secure_there_is_no_canary() -> None:
    steps = [step(number, "Berlin", profile=SECURE[DeviceSecurityMode.ENCRYPTED]) for number in range(30)]
    assert [(wave.name, len(wave.steps)) for wave in waves_of(steps, Rules())] == [("wave 1", 10), ("wave 2", 20)]


def test_a_canary_that_takes_everything_is_the_only_wave() -> None:
    waves = waves_of([step(1, "Berlin"), step(2, "Paris")], Rules())
    assert [(wave.number, wave.name, len(wave.steps)) for wave in waves] == [(1, "canary", 2)]


def test_without_a_canary_and_with_the_rest_at_once_there_is_one_wave() -> None:
    steps = cluster({("Berlin", "Cisco 8845"): 30})
    waves = waves_of(steps, Rules(canary=NO_CANARY, waves=WaveSizes.parse("rest")))
    assert [(wave.number, wave.name, len(wave.steps)) for wave in waves] == [(1, "wave 1", 30)]


def test_without_phones_there_is_no_wave() -> None:
    assert waves_of([], Rules()) == ()


def test_percentages_are_of_the_whole_plan() -> None:
    steps = cluster({("Berlin", "Cisco 8845"): 150, ("Paris", "Cisco 8845"): 50})
    waves = waves_of(steps, Rules(canary=Amount.parse("1%"), waves=WaveSizes.fixed("50%")))
    assert [len(wave.steps) for wave in waves] == [2, 100, 98]


def test_site_by_site_small_sites_come_first_and_a_large_one_goes_on_in_the_next_wave() -> None:
    steps = cluster({("Berlin", "Cisco 8845"): 700, ("Paris", "Cisco 8845"): 9, ("Rome", "Cisco 8845"): 60})
    waves = waves_of(steps, Rules(canary=NO_CANARY, wave_by=WaveBy.DEVICE_POOL))
    assert [(wave.name, len(wave.steps)) for wave in waves] == [
        ("wave 1 (Paris)", 9),
        ("wave 2 (Rome)", 60),
        ("wave 3 (Berlin)", 500),
        ("wave 4 (Berlin)", 200),
    ]


def test_site_by_site_canaries_come_from_all_sites() -> None:
    steps = cluster({(site, "Cisco 8845"): 20 for site in ("Berlin", "Paris", "Rome", "Oslo", "Bern")})
    canary, *after = waves_of(steps, Rules(wave_by=WaveBy.DEVICE_POOL))
    assert sites_of(canary.steps) == Counter(dict.fromkeys(("Berlin", "Paris", "Rome", "Oslo", "Bern"), 1))
    sites = [site for site, _ in groupby(next(iter(sites_of(wave.steps))) for wave in after)]
    assert sites == ["Berlin", "Bern", "Oslo", "Paris", "Rome"]


def test_by_default_forty_thousand_phones_go_in_a_canary_and_nine_growing_waves() -> None:
    waves = waves_of(company(sites=400, phones=40_000, seed=1), Rules())
    assert [len(wave.steps) for wave in waves] == [5, 10, 100, 500, 1_000, 2_000, 4_000, 8_000, 16_000, 8_385]
    assert farthest_from_share(waves[1:], sites_of) < 2
    assert farthest_from_share(waves[1:], models_of) < 4
