from dataclasses import replace

from lscctl.phone import LscState
from lscctl.report.gauges import phone_gauges
from lscctl.report.interface import Metric
from tests.report.phones_in_sight import NOW, PENDING, PHONES, WITH_LSC, told


def gauges(*, per_phone: bool = False) -> dict[str, Metric]:
    return {metric.name: metric for metric in phone_gauges(told(*PHONES), per_phone=per_phone)}


def values(metric: Metric) -> dict[tuple[str, ...], float]:
    return {tuple(sample.labels.values()): sample.value for sample in metric.samples}


def test_every_state_has_its_series_even_without_phones() -> None:
    assert values(gauges()["lscctl_phones"]) == {
        ("lab", "none"): 2,
        ("lab", "valid"): 0,
        ("lab", "expiring"): 1,
        ("lab", "expired"): 1,
        ("lab", "foreign"): 0,
        ("lab", "unknown"): 1,
    }


def test_sites_and_models_have_every_state_too() -> None:
    assert values(gauges()["lscctl_device_pool_phones"]).keys() == {("lab", "Berlin", state) for state in LscState}
    by_model = values(gauges()["lscctl_model_phones"])
    assert by_model["lab", "Cisco 8845", "expired"] == by_model["lab", "Cisco 7841", "none"] == 1
    assert by_model["lab", "Cisco 7841", "expired"] == 0
    assert len(by_model) == 3 * len(LscState)


def test_phones_are_counted_by_certificate_status_in_a_word_and_in_cucms() -> None:
    assert values(gauges()["lscctl_certificate_status_phones"]) == {
        ("lab", "none", "None"): 2,
        ("lab", "pending", "Operation Pending"): 1,
        ("lab", "success", "Upgrade Success"): 1,
        ("lab", "failed", "Upgrade Failed: User Initiated Request Late/Timedout"): 1,
        ("lab", "unrecognised", ""): 0,
    }


def test_each_count_of_expiring_phones_holds_those_before_it() -> None:
    counted = {days: phones for (_, days), phones in values(gauges()["lscctl_expiring_phones"]).items()}
    assert counted == {
        **dict.fromkeys(("0", "7", "14", "30", "60"), 1),
        **dict.fromkeys(("90", "180", "365", "+Inf"), 2),
    }


def test_the_number_of_series_does_not_grow_with_the_phones() -> None:
    many = told(*(replace(PENDING, name=f"SEP{number}") for number in range(500)))
    few = told(PENDING)
    sizes = [[len(list(metric.samples)) for metric in phone_gauges(seen, per_phone=False)] for seen in (many, few)]
    assert sizes[0] == sizes[1]


def test_phones_are_series_only_where_somebody_asked() -> None:
    name = "lscctl_phone_lsc_expiry_timestamp_seconds"
    assert name not in gauges()
    ends = values(gauges(per_phone=True)[name])
    assert ends["lab", WITH_LSC.name, "Berlin", "Cisco 8845"] == WITH_LSC.lsc.valid_until
    assert len(ends) == 2


def test_the_next_end_is_one_that_has_not_passed() -> None:
    (end,) = values(gauges()["lscctl_next_lsc_expiry_timestamp_seconds"]).values()
    assert end == WITH_LSC.lsc.valid_until
    assert end > NOW
