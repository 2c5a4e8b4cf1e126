"""Metrics of phones and their LSCs, the same in every report that tells of phones.

Each is a gauge with the label `cluster`. Sites, models and statuses are labels, phones only where somebody asked for that.
"""

from collections import Counter
from collections.abc import Callable, Iterator

from lscctl.capf import StatusKind
from lscctl.phone import LscState, Phone
from lscctl.report.cluster import PhonesOfCluster
from lscctl.report.interface import Anew, Metric, Sample

EXPIRING_WITHIN_DAYS = (0, 7, 14, 30, 60, 90, 180, 365)
"""Within so many days LSCs are counted that end; each count holds those before it, as the buckets of a histogram do."""

_DAY = 86_400


def phone_gauges(told: PhonesOfCluster, *, per_phone: bool) -> tuple[Metric, ...]:
    """Phones by the state of their LSC, by site, by model and by certificate status, and how soon LSCs end; with `per_phone` also
    when each one does."""
    gauges = (
        Metric("lscctl_phones", "Phones by the state of their LSC.", Anew(lambda: _by_state(told))),
        Metric(
            "lscctl_device_pool_phones",
            "Phones of a device pool by the state of their LSC.",
            Anew(lambda: _by_group(told, "device_pool", lambda phone: phone.device_pool)),
        ),
        Metric(
            "lscctl_model_phones",
            "Phones of a model by the state of their LSC.",
            Anew(lambda: _by_group(told, "model", lambda phone: phone.model)),
        ),
        Metric(
            "lscctl_certificate_status_phones",
            "Phones by the status of their last certificate operation, in a word and in CUCM's words.",
            Anew(lambda: _by_status(told)),
        ),
        Metric(
            "lscctl_pending_phones",
            "Phones with a certificate operation under way.",
            Anew(lambda: _one(told, sum(phone.pending for phone in told.phones))),
        ),
        Metric(
            "lscctl_expiring_phones",
            "Phones whose LSC ends within so many days, or has ended.",
            Anew(lambda: _expiring(told)),
        ),
        Metric(
            "lscctl_next_lsc_expiry_timestamp_seconds",
            "When the next of the LSCs ends that have not ended yet, in seconds since 1970.",
            Anew(lambda: _next_expiry(told)),
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


def _by_group(told: PhonesOfCluster, label: str, of: Callable[[Phone], str]) -> Iterator[Sample]:
    counted = Counter((of(phone), told.lsc_state(phone)) for phone in told.phones)
    for name in sorted({name for name, _ in counted}):
        for state in LscState:
            yield Sample({"cluster": told.cluster, label: name, "lsc": state.value}, counted[name, state])


def _by_status(told: PhonesOfCluster) -> Iterator[Sample]:
    """Every kind of status, those without phones too; the words of one without phones are not known."""
    counted = Counter(phone.status for phone in told.phones)
    absent = [Sample(_status(told, kind, ""), 0) for kind in StatusKind if kind not in {one.kind for one in counted}]
    yield from absent
    for status, phones in counted.items():
        yield Sample(_status(told, status.kind, status.text or "None"), phones)


def _status(told: PhonesOfCluster, kind: StatusKind, text: str) -> dict[str, str]:
    return {"cluster": told.cluster, "kind": kind.value, "status": text}


def _expiring(told: PhonesOfCluster) -> Iterator[Sample]:
    left = [end - told.facts.now for end in _ends(told)]
    for days in EXPIRING_WITHIN_DAYS:
        ending = sum(seconds <= days * _DAY for seconds in left)
        yield Sample({"cluster": told.cluster, "within_days": str(days)}, ending)
    yield Sample({"cluster": told.cluster, "within_days": "+Inf"}, len(left))


def _next_expiry(told: PhonesOfCluster) -> Iterator[Sample]:
    ahead = [end for end in _ends(told) if end > told.facts.now]
    if ahead:
        yield Sample({"cluster": told.cluster}, min(ahead))


def _ends(told: PhonesOfCluster) -> Iterator[int]:
    return (phone.lsc.valid_until for phone in told.phones if phone.lsc.valid_until is not None)


def _of_each_phone(told: PhonesOfCluster) -> Metric:
    def samples() -> Iterator[Sample]:
        for phone in told.ordered():
            if phone.lsc.valid_until is not None:
                labels = {"phone": phone.name, "device_pool": phone.device_pool, "model": phone.model}
                yield Sample({"cluster": told.cluster, **labels}, phone.lsc.valid_until)

    return Metric(
        "lscctl_phone_lsc_expiry_timestamp_seconds",
        "When the LSC of a phone ends, in seconds since 1970.",
        Anew(samples),
    )
