"""The certificate with which CAPF signs, and who issues LSCs."""

from collections.abc import Iterator

from lscctl.plan import Issuer
from lscctl.preflight.ground import Ground
from lscctl.preflight.interface import fail, result, skip, warn
from lscctl.trustlist.certificate import Certificate
from lscctl.verdict import CheckResult, Fault

_DAY = 86_400
_LEAST_RSA = 2048
_WEAK = ("md5", "sha1")
_STRICT = (14, 0)
"""From 14SU2 on CAPF's certificate must be a CA's; the SU is not told, so 14.0 counts [SG12.5]."""

ENROLMENT = "Cisco Certificate Enrollment Service"

_REGENERATE = (
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
        certificate = ground.capf_certificate
        faults = list(_issuer(ground))
        if ground.live_capf is None:
            seen = "the database's newest is looked at instead" if certificate else "the database holds none either"
            faults.append(
                skip(
                    "capf-certificate-unseen",
                    f"CAPF's port {ground.cluster.capf_port()} shows no certificate ({ground.capf.why or 'none'}); {seen}",
                    "Let this computer reach CAPF's port on the publisher, and see that CAPF runs.",
                )
            )
        if certificate is None:
            return result(self, "none was seen", faults)
        faults += [*_dates(ground, certificate), *_strength(ground, certificate), *_origin(ground, certificate)]
        days = int((certificate.valid_until - ground.now) // _DAY)
        return result(
            self, f"{certificate.subject}, {certificate.key}, valid for {days:,} more days{_lscs(ground)}", faults
        )


def _remedy(ground: Ground) -> str:
    return _REGENERATE.format(ctl=", update the CTL (utils ctl update CTLFile)" if ground.mixed else "")


def _lscs(ground: Ground) -> str:
    days = ground.parameters.get("durationofcertificatevalidityindays", "")
    return f"; LSCs are signed for {days} days" if days.isdigit() else ""


def _dates(ground: Ground, certificate: Certificate) -> Iterator[Fault]:
    left = (certificate.valid_until - ground.now) / _DAY
    if left < 0:
        yield fail("capf-certificate-expired", "CAPF's certificate has expired", _remedy(ground), cluster_wide=True)
    elif certificate.valid_from > ground.now:
        yield fail("capf-certificate-future", "CAPF's certificate is not yet valid", "Look at the clocks.")
    elif left < ground.expiry_warn_days:
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
    stored = ground.stored
    if ground.live_capf is not None and all(one.der != certificate.der for one in stored):
        yield fail(
            "capf-certificate-differs",
            "the certificate that CAPF presents is not in the database: it was regenerated and CAPF not restarted",
            "Restart CAPF on the publisher, then Cisco Tftp on every node.",
            cluster_wide=True,
        )
    if certificate.self_issued:
        return
    issuer, seen = certificate.issuer, set[str]()
    while issuer not in seen:
        seen.add(issuer)
        above = next((one for one in stored if one.subject == issuer), None)
        if above is None:
            yield fail(
                "capf-chain-missing",
                f"CAPF's certificate was issued by {issuer}, which is not in the database",
                "Upload the issuer's chain to CAPF-trust.",
            )
            return
        issuer = above.issuer


def _issuer(ground: Ground) -> Iterator[Fault]:
    match ground.cluster.facts().issuer:
        case Issuer.OFFLINE_CA:
            yield fail(
                "offline-ca",
                "LSCs are issued by an Offline CA: each request is signed by hand",
                "Set Certificate Issuer to Endpoint to Cisco CAPF or an Online CA; bulk installs make no sense with this one.",
            )
        case Issuer.ONLINE_CA if not ground.publisher.has(ENROLMENT):
            yield fail(
                "enrolment-service",
                f"LSCs are issued by an Online CA, and {ENROLMENT} is not activated",
                f"Activate {ENROLMENT} on the publisher.",
                ground.publisher.name,
            )
        case Issuer.UNKNOWN:
            yield warn(
                "issuer-unknown", "the cluster does not say who issues LSCs", "Look at Certificate Issuer to Endpoint."
            )
        case _:
            return
