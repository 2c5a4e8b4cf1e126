"""Metrics of phones and their LSCs, the same in every report that tells of phones.

Each is a gauge with the label `cluster`. Sites, models and statuses are labels, phones only where somebody asked for that.
"""

from collections import Counter
from collections.abc import Callable, Iterator

from lscctl.phone import LscState, Phone
from lscctl.report.cluster import PhonesOfCluster
from lscctl.report.interface import Anew, Metric, Sample
from lscctl.report.summaries import GROUPINGS, group_counts


def phone_gauges(told: PhonesOfCluster, *, per_phone: bool) -> tuple[Metric, ...]:
    """Phones by the state of their LSC, by site, by model and by certificate status, and when the next LSC ends; with `per_phone`
    also when each one does."""
    gauges = (
        Metric("lscctl_phones", "Phones by the state of their LSC.", Anew(lambda: _by_state(told))),
        Metric(
            "lscctl_device_pool_phones",
            "Phones of a device pool by the state of their LSC.",
            Anew(lambda: _by_group(told, "device-pool", "device_pool")),
        ),
        Metric(
            "lscctl_model_phones",
            "Phones of a model by the state of their LSC.",
            Anew(lambda: _by_group(told, "model", "model")),
        ),
        Metric(
            "lscctl_certificate_status_phones",
            "Phones by the status of their last certificate operation, in CUCM's words.",
            Anew(lambda: _by_status(told)),
        ),
        Metric(
            "lscctl_pending_phones",
            "Phones with a certificate operation under way.",
            Anew(lambda: _one(told, sum(phone.pending for phone in told.phones))),
        ),
        Metric(
            "lscctl_next_lsc_end_timestamp_seconds",
            "When the next of the LSCs ends that have not ended yet, in seconds since 1970.",
            Anew(lambda: _next_end(told)),
        ),
    )
    return (*gauges, _of_each_phone(told)) if per_phone else gauges


def count_gauge(told: PhonesOfCluster, name: str, text: str, number: Callable[[], int]) -> Metric:
    """One number of the whole cluster."""
    return Metric(name, text, Anew(lambda: _one(told, number())))


def _one(told: PhonesOfCluster, value: float) -> Iterator[Sample]:
    yield Sample({"cluster": told.cluster}, value)


def _by_state(told: PhonesOfCluster) -> Iterator[Sample]:
    """Every state, those without phones too: a series that comes and goes cannot be watched."""
    counted = Counter(told.lsc_state(phone) for phone in told.phones)
    for state in LscState:
        yield Sample({"cluster": told.cluster, "lsc": state.value}, counted[state])


def _by_group(told: PhonesOfCluster, grouping: str, label: str) -> Iterator[Sample]:
    counted = group_counts(told, [GROUPINGS[grouping]])
    for (name,), group in sorted(counted.items(), key=lambda one: one[0]):
        for state in LscState:
            yield Sample({"cluster": told.cluster, label: name, "lsc": state.value}, group.lsc[state])


def _by_status(told: PhonesOfCluster) -> Iterator[Sample]:
    counted = Counter(GROUPINGS["status"].of(phone) for phone in told.phones)
    for status, phones in sorted(counted.items()):
        yield Sample({"cluster": told.cluster, "status": status}, phones)


def _next_end(told: PhonesOfCluster) -> Iterator[Sample]:
    ends = [until for phone in told.phones if (until := phone.lsc.valid_until) and until > told.facts.now]
    if ends:
        yield Sample({"cluster": told.cluster}, min(ends))


def _of_each_phone(told: PhonesOfCluster) -> Metric:
    def samples() -> Iterator[Sample]:
        for phone in told.ordered():
            if phone.lsc.valid_until is not None:
                yield Sample({"cluster": told.cluster, **_labels(phone)}, phone.lsc.valid_until)

    return Metric(
        "lscctl_phone_lsc_end_timestamp_seconds",
        "When the LSC of a phone ends, in seconds since 1970.",
        Anew(samples),
    )


def _labels(phone: Phone) -> dict[str, str]:
    return {"phone": phone.name, "device_pool": phone.device_pool, "model": GROUPINGS["model"].of(phone)}
