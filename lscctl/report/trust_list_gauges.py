"""Metrics of trust lists: whether their signatures are good, and when the certificates in them end."""

from collections.abc import Iterator, Sequence

from lscctl.report.interface import Metric, Sample
from lscctl.report.list_from import ListFrom, certificate_of
from lscctl.trustlist.names import common_name
from lscctl.trustlist.verification import Verdict


def list_gauges(lists: Sequence[ListFrom], cluster: str | None) -> Iterator[Metric]:
    """The lists, by where they come from; with the label `cluster` where one was asked."""
    yield Metric(
        "lscctl_trust_list_signature",
        "What the signature of the list is worth: 1 for the verdict that it has, 0 for the others.",
        [
            Sample({**_of(one, cluster), "verdict": verdict.value}, one.verification.verdict is verdict)
            for one in lists
            for verdict in Verdict
        ],
    )
    yield Metric(
        "lscctl_trust_list_certificate_expiry_timestamp_seconds",
        "When the certificate of a record of the list ends, in seconds since 1970.",
        [sample for one in lists for sample in _ends(one, cluster)],
    )


def difference_gauge(differences: int, before: str, after: str) -> Metric:
    """How many differences there are between two lists."""
    labels = {"before": before, "after": after}
    return Metric("lscctl_trust_list_differences", "Differences between two lists.", [Sample(labels, differences)])


def _of(one: ListFrom, cluster: str | None) -> dict[str, str]:
    of_cluster = {"cluster": cluster} if cluster else {}
    return {**of_cluster, "source": one.source, "list": one.trust_list.kind.value}


def _ends(one: ListFrom, cluster: str | None) -> Iterator[Sample]:
    for record in one.trust_list.records:
        certificate, _ = certificate_of(record)
        if certificate is not None:
            labels = {
                "function": record.function_name,
                "subject": common_name(certificate.subject),
                "serial": certificate.serial,
            }
            yield Sample({**_of(one, cluster), **labels}, certificate.valid_until)
