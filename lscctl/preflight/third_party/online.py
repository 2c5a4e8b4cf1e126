"""How CAPF reaches an Online CA: the enrolment service, and the parameters that name the CA [field guide 1]."""

from collections.abc import Iterator, Mapping
from typing import Final

from lscctl.cucm.names import Resolution, resolve
from lscctl.preflight.checks.capf_certificate import enrolment_faults
from lscctl.preflight.ground import Ground
from lscctl.preflight.interface import fail, result, skip, warn
from lscctl.preflight.third_party.issuer import WHERE
from lscctl.verdict import CheckResult, Fault

_HOST: Final = "onlinecahostname"
_PARAMETERS: Final = {
    _HOST: "Online CA Hostname",
    "onlinecaport": "Online CA Port",
    "onlinecatemplate": "Online CA Template",
    "onlinecatype": "Online CA Type",
    "onlinecausername": "Online CA Username",
}
"""By the letters of their names. `Online CA Password` is never asked for."""


class EnrolmentServiceCheck:
    """Cisco Certificate Enrollment Service is activated and started on the publisher."""

    name = "enrolment-service"
    title = "Enrolment service"
    looked_at = "Cisco Certificate Enrollment Service on the publisher"

    def run(self, ground: Ground) -> CheckResult:
        """As preflight looks at it where an Online CA already issues."""
        return result(self, f"started on {ground.publisher.name}", enrolment_faults(ground))


class OnlineCaCheck:
    """CAPF's parameters name the CA, its name resolves, and FIPS mode is off."""

    name = "online-ca"
    title = "Online CA"
    looked_at = "the Online CA parameters of CAPF, the CA's name as it resolves here, and FIPS mode"

    def run(self, ground: Ground) -> CheckResult:
        """What of it the database tells; template, user and password only the CA itself can prove."""
        told = {key: ground.parameters[key] for key in _PARAMETERS if key in ground.parameters}
        host, port = told.get(_HOST, ""), told.get("onlinecaport", "")
        faults = [*_named(told), *_host(ground, host), *_fips(ground)]
        template = told.get("onlinecatemplate", "")
        return result(self, f"{host}:{port or '?'}, template {template or 'not set'}" if host else "", faults)


def _named(told: Mapping[str, str]) -> Iterator[Fault]:
    if _HOST not in told:
        names = ", ".join(_PARAMETERS.values())
        yield skip(
            "online-ca-parameters-unseen",
            "the cluster tells no parameters of an Online CA",
            f"Look at {names}: {WHERE}.",
        )
        return
    for key, name in _PARAMETERS.items():
        if not told.get(key, "").strip():
            yield fail("online-ca-parameter", f"{name} is not set", f"Set it: {WHERE}, Online CA Parameters.")
    port = told.get("onlinecaport", "")
    if port and not (port.isdigit() and 0 < int(port) < 65_536):
        yield fail(
            "online-ca-parameter", f"Online CA Port is {port!r}, which is no port", f"Set it, such as 443: {WHERE}."
        )


def _host(ground: Ground, host: str) -> Iterator[Fault]:
    if not host:
        return
    if "." not in host:
        yield warn(
            "online-ca-not-qualified",
            f"Online CA Hostname is {host}, no fully qualified name: it must be the common name of the CA's HTTPS certificate",
            "Write it as that certificate does.",
        )
    known = ground.cluster.nodes.routes.knows(host)
    if known or resolve([host], timeout=ground.cluster.config.connect_timeout)[host] is Resolution.KNOWN:
        return
    yield skip(
        "online-ca-name-unseen",
        f"{host} does not resolve here; the publisher has to know it",
        f"On the publisher's command line: utils network host {host}, then utils network connectivity {host} 443.",
    )


def _fips(ground: Ground) -> Iterator[Fault]:
    if ground.switched("fips"):
        yield fail(
            "fips-online-ca",
            "FIPS mode is on, and excludes an Online CA",
            "Have CAPF's own certificate signed by the CA instead (--issuer signed), or leave FIPS mode.",
        )
