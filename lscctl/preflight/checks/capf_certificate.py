"""The certificate with which CAPF signs, and who issues LSCs."""

from collections.abc import Iterator
from typing import Final

from lscctl.capf import CertificateOperation
from lscctl.cucm.control_center import Running
from lscctl.cucm.faults import WireFault
from lscctl.plan import Issuer
from lscctl.preflight.ground import Ground
from lscctl.preflight.interface import fail, result, skip, warn
from lscctl.trustlist.certificate import Certificate, chain_of
from lscctl.verdict import CheckResult, Fault

_DAY: Final = 86_400
_LEAST_RSA: Final = 2048
_WEAK: Final = ("md5", "sha1")
_STRICT: Final = (14, 0)
"""From 14SU2 on CAPF's certificate must be a CA's; the SU is not told, so 14.0 counts [SG12.5]."""

ENROLMENT: Final = "Cisco Certificate Enrollment Service"

_REGENERATE: Final = (
    "Regenerate CAPF's certificate on the publisher (OS Administration > Certificate Management), restart CAPF, then Cisco "
    "Tftp on every node{ctl}. Regenerating while CAPF runs resets phones (CSCue55353; from 14 on see the enterprise parameter "
    "Phone Interaction on Certificate Update)."
)


class CapfCertificateCheck:
    """CAPF's certificate is of today, lasts long enough, may sign, and is the one that the database holds."""

    name = "capf-certificate"
    title = "CAPF certificate"
    looked_at = "the certificate that CAPF's port presents, the database's, and who issues LSCs"

    def run(self, ground: Ground) -> CheckResult:
        """Look at the live one; where the port shows none, at the database's newest."""
        live = ground.live_capf
        certificate = ground.stored_capf if live is None else live
        faults = list(_issuer(ground))
        if live is None:
            seen = "the database's newest is looked at instead" if certificate else "the database holds none either"
            why = ground.capf.why or "none that can be read"
            faults.append(
                skip(
                    "capf-certificate-unseen",
                    f"CAPF's port {ground.cluster.capf_port()} shows no certificate ({why}); {seen}",
                    "Let this computer reach CAPF's port on the publisher, and see that CAPF runs.",
                )
            )
        if certificate is None:
            return result(self, "none was seen", faults)
        faults += [*_dates(ground, certificate), *_strength(ground, certificate), *_origin(ground, certificate)]
        return result(self, f"{_told(ground, certificate)}; {_lscs(ground)}", faults)


def _told(ground: Ground, certificate: Certificate) -> str:
    left = int((certificate.valid_until - ground.now) // _DAY)
    lasts = f"{left:,} days left" if left >= 0 else "expired"
    by = "self-signed" if certificate.self_issued else f"issued by {certificate.issuer}"
    return f"{certificate.subject}, {certificate.key}, {by} ({certificate.signature_algorithm}), {lasts}"


def _lscs(ground: Ground) -> str:
    """Who issues LSCs, and for how long: of an Online CA the CA decides that [field guide 1]."""
    issuer = ground.facts.issuer
    days = ground.parameters.get("durationofcertificatevalidityindays", "")
    if issuer is Issuer.CAPF and days.isdigit():
        return f"LSCs are issued by {issuer} for {days} days"
    return f"LSCs are issued by {'an ' if issuer is not Issuer.UNKNOWN else ''}{issuer}"


def _remedy(ground: Ground) -> str:
    return _REGENERATE.format(ctl=", update the CTL (utils ctl update CTLFile)" if ground.mixed else "")


def _dates(ground: Ground, certificate: Certificate) -> Iterator[Fault]:
    left = (certificate.valid_until - ground.now) / _DAY
    if left < 0:
        yield fail("capf-certificate-expired", "CAPF's certificate has expired", _remedy(ground), cluster_wide=True)
    elif certificate.valid_from > ground.now:
        yield fail("capf-certificate-future", "CAPF's certificate is not yet valid", "Look at the clocks.")
    elif left < max(ground.expiry_warn_days, ground.expiry_fail_days):
        soon = fail if left < ground.expiry_fail_days else warn
        yield soon(
            "capf-certificate-expiring",
            f"CAPF's certificate ends in {int(left)} days, and each LSC that it signs is worth nothing from then on",
            _remedy(ground),
            cluster_wide=True,
        )


def _strength(ground: Ground, certificate: Certificate) -> Iterator[Fault]:
    kind, _, size = certificate.key.partition(" ")
    if kind == "RSA" and size.isdigit() and int(size) < _LEAST_RSA:
        yield warn("capf-certificate-weak", f"its key is {certificate.key}", _remedy(ground), cluster_wide=True)
    elif certificate.signature_algorithm.casefold().startswith(_WEAK):
        yield warn(
            "capf-certificate-weak",
            f"it is signed with {certificate.signature_algorithm}",
            _remedy(ground),
            cluster_wide=True,
        )
    if ground.version[:2] >= _STRICT and not (certificate.ca and certificate.signs_certificates):
        yield fail(
            "capf-certificate-no-ca",
            "CAPF's certificate lacks CA:TRUE or keyCertSign, which this release needs",
            _remedy(ground),
            cluster_wide=True,
        )


def _origin(ground: Ground, certificate: Certificate) -> Iterator[Fault]:
    """What the database must hold: the certificate itself, and of one that a CA issued, the chain."""
    try:
        stored = ground.stored
    except WireFault as error:
        yield _store_unseen(f"the table of certificates cannot be read: {error.message}")
        return
    if not stored:
        yield _store_unseen("the database shows no certificate that can be read")
        return
    if ground.live_capf is not None and all(one.der != certificate.der for one in stored):
        yield fail(
            "capf-certificate-differs",
            "the certificate that CAPF presents is not in the database: it was regenerated and CAPF not restarted",
            "Restart CAPF on the publisher, then Cisco Tftp on every node.",
            cluster_wide=True,
        )
    if (missing := _missing_above(certificate, stored)) is not None:
        yield fail(
            "capf-chain-missing",
            f"CAPF's certificate was issued by {certificate.issuer}, and {missing} is not in the database",
            "Upload the issuer's chain to CAPF-trust.",
        )


def _store_unseen(why: str) -> Fault:
    remedy = "Compare in OS Administration > Certificate Management (CAPF and CAPF-trust)."
    return skip("capf-store-unseen", f"{why}; so whether CAPF's certificate is the cluster's is not known", remedy)


def _missing_above(certificate: Certificate, stored: tuple[Certificate, ...]) -> str | None:
    """The first issuer up the chain that is not stored; None where the chain is whole."""
    highest = chain_of(certificate, stored)[-1]
    known = highest.self_issued or any(one.subject == highest.issuer for one in stored)
    return None if known else highest.issuer


def _issuer(ground: Ground) -> Iterator[Fault]:
    if ground.request.operation is not CertificateOperation.INSTALL:
        return  # nothing is to be signed
    match ground.facts.issuer:
        case Issuer.OFFLINE_CA:
            yield fail(
                "offline-ca",
                "LSCs are issued by an Offline CA: each request is signed by hand",
                "Set Certificate Issuer to Endpoint to Cisco CAPF or an Online CA; bulk installs make no sense with this one.",
            )
        case Issuer.ONLINE_CA:
            yield from enrolment_faults(ground)
            if ground.switched("fips"):
                yield fail(
                    "fips-online-ca",
                    "LSCs are issued by an Online CA, which FIPS mode excludes",
                    "Set Certificate Issuer to Endpoint to Cisco CAPF (Service Parameters), or leave FIPS mode.",
                )
        case Issuer.UNKNOWN:
            yield warn(
                "issuer-unknown", "the cluster does not say who issues LSCs", "Look at Certificate Issuer to Endpoint."
            )
        case _:
            return


def enrolment_faults(ground: Ground) -> Iterator[Fault]:
    """CAPF reaches an Online CA through a service of its own, activated and started on the publisher [field guide 1]."""
    where, needed = ground.publisher.name, "an Online CA needs"
    if not ground.publisher.has(ENROLMENT):
        remedy = f"Activate {ENROLMENT} on the publisher (Serviceability > Service Activation)."
        yield fail("enrolment-service", f"{needed} {ENROLMENT}, which is not activated", remedy, where)
        return
    start = f"Start {ENROLMENT} on the publisher (Serviceability > Control Center)."
    try:
        state = ground.state(ground.publisher, ENROLMENT)
    except WireFault as error:
        yield skip(
            "enrolment-service-unseen",
            f"{needed} {ENROLMENT}, which was not seen: {error.message}",
            error.hint or start,
            where,
        )
        return
    if state.running in (Running.STOPPED, Running.NOT_ACTIVATED):
        yield fail("enrolment-service", f"{needed} {ENROLMENT}, which is {state.running}", start, where)
    elif state.running is not Running.STARTED:
        yield skip(
            "enrolment-service-unseen",
            f"{needed} {ENROLMENT}, of which Control Center says: {state.said}",
            start,
            where,
        )
