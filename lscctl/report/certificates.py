"""A certificate, for programs: the keys that every report gives it."""

from lscctl.report.interface import Value
from lscctl.report.wording import utc_text
from lscctl.trustlist.certificate import Certificate


def certificate_record(certificate: Certificate) -> dict[str, Value]:
    """What the certificate says of itself."""
    return {
        "subject": certificate.subject,
        "issuer": certificate.issuer,
        "serial": certificate.serial,
        "valid_from": utc_text(certificate.valid_from),
        "valid_until": utc_text(certificate.valid_until),
        "key": certificate.key,
        "signature_algorithm": certificate.signature_algorithm,
    }
