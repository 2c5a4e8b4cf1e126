"""Phones in numbers for a monitoring system: by LSC, model, site and status, and how many LSCs end soon."""

from collections import Counter
from collections.abc import Callable, Iterator

from lscctl.capf import StatusKind
from lscctl.phone import LscState, Phone
from lscctl.report.cluster import PhonesOfCluster
from lscctl.report.interface import Anew, Metric, Sample

WITHIN_DAYS = (0, 7, 14, 30, 60, 90, 180, 365)
"""The ends of the buckets in which expiring LSCs are counted; each holds those before it, as in a histogram."""

_DAY = 86_400


def phone_metrics(told: PhonesOfCluster, *, per_phone: bool = False) -> tuple[Metric, ...]:
    """The phones in numbers; `per_phone` adds a series for each phone that has an LSC.

    Every LSC state and every kind of status is told, those without phones too: an alert needs the zero.
    """
    every = (
        Metric(
            "lscctl_phones",
            "Phones by model and by what their LSC is worth.",
            Anew(lambda: _by_lsc(told, "model", lambda phone: phone.model)),
        ),
        Metric(
            "lscctl_site_phones",
            "Phones by device pool and by what their LSC is worth.",
            Anew(lambda: _by_lsc(told, "device_pool", lambda phone: phone.device_pool)),
        ),
        Metric(
            "lscctl_operation_phones",
            "Phones by how CAPF's last operation on them stands.",
            Anew(lambda: _by_status(told)),
        ),
        Metric(
            "lscctl_operation_failures",
            "Phones on which CAPF's last operation failed, by the reason that CUCM gives.",
            Anew(lambda: _failures(told)),
        ),
        Metric(
            "lscctl_expiring_lscs",
            "LSCs that end within so many days, those that have ended among them.",
            Anew(lambda: _expiring(told)),
        ),
        Metric(
            "lscctl_next_lsc_expiry_timestamp_seconds",
            "When the next LSC ends that has not ended yet.",
            Anew(lambda: _next(told)),
        ),
    )
    return (*every, _of_each_phone(told)) if per_phone else every


def _by_lsc(told: PhonesOfCluster, label: str, of: Callable[[Phone], str]) -> Iterator[Sample]:
    counted = Counter((of(phone), told.lsc_state(phone)) for phone in told.phones)
    for name in sorted({name for name, _ in counted}):
        for state in LscState:
            yield Sample({"cluster": told.cluster, label: name, "lsc": state.value}, counted[name, state])


def _by_status(told: PhonesOfCluster) -> Iterator[Sample]:
    counted = Counter(phone.status.kind for phone in told.phones)
    for kind in StatusKind:
        yield Sample({"cluster": told.cluster, "status": kind.value}, counted[kind])


def _failures(told: PhonesOfCluster) -> Iterator[Sample]:
    counted = Counter(phone.status.reason or "" for phone in told.phones if phone.status.kind is StatusKind.FAILED)
    for reason, phones in counted.items():
        yield Sample({"cluster": told.cluster, "reason": reason}, phones)


def _expiring(told: PhonesOfCluster) -> Iterator[Sample]:
    left = [end - told.facts.now for end in _ends(told)]
    for days in WITHIN_DAYS:
        yield Sample(
            {"cluster": told.cluster, "within_days": str(days)}, sum(seconds <= days * _DAY for seconds in left)
        )
    yield Sample({"cluster": told.cluster, "within_days": "+Inf"}, len(left))


def _next(told: PhonesOfCluster) -> Iterator[Sample]:
    ahead = [end for end in _ends(told) if end > told.facts.now]
    if ahead:
        yield Sample({"cluster": told.cluster}, min(ahead))


def _ends(told: PhonesOfCluster) -> Iterator[int]:
    return (phone.lsc.valid_until for phone in told.phones if phone.lsc.valid_until is not None)


def _of_each_phone(told: PhonesOfCluster) -> Metric:
    def samples() -> Iterator[Sample]:
        for phone in told.ordered():
            if phone.lsc.valid_until is not None:
                yield Sample(_labels(phone, told), phone.lsc.valid_until)

    return Metric("lscctl_phone_lsc_expiry_timestamp_seconds", "When the phone's LSC ends.", Anew(samples))


def _labels(phone: Phone, told: PhonesOfCluster) -> dict[str, str]:
    return {
        "cluster": told.cluster,
        "phone": phone.name,
        "model": phone.model,
        "device_pool": phone.device_pool,
    }
