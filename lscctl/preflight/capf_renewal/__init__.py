"""What renewing CAPF's certificate will touch, and whether all of it has followed: checks as preflight's own."""

from lscctl.preflight.capf_renewal.held_lists import HeldListsCheck
from lscctl.preflight.capf_renewal.lscs import LscsCheck
from lscctl.preflight.capf_renewal.other_certificates import OtherCertificatesCheck
from lscctl.preflight.checks.capf_certificate import CapfCertificateCheck
from lscctl.preflight.checks.capf_service import CapfServiceCheck
from lscctl.preflight.checks.tftp import TftpCheck
from lscctl.preflight.checks.tvs import TvsCheck
from lscctl.preflight.interface import Check, fail

BEFORE: tuple[Check, ...] = (
    CapfServiceCheck(),
    CapfCertificateCheck(),
    TftpCheck(),
    TvsCheck(),
    OtherCertificatesCheck(),
    LscsCheck(),
)
"""What must be well before the certificate is renewed, and what will be touched."""

AFTER: tuple[Check, ...] = (
    CapfServiceCheck(),
    CapfCertificateCheck(),
    TftpCheck(),
    TvsCheck(),
    HeldListsCheck(),
    LscsCheck(fail),
)
"""What must have followed: each TFTP server's lists, the lists that phones hold, and their LSCs."""
