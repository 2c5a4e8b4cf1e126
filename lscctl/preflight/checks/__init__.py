"""The checks, in the order of the chain from the API to the phone."""

from lscctl.preflight.checks.axl import AxlCheck
from lscctl.preflight.checks.capf_certificate import CapfCertificateCheck
from lscctl.preflight.checks.capf_service import CapfServiceCheck
from lscctl.preflight.checks.clocks import ClocksCheck
from lscctl.preflight.checks.models import ModelsCheck
from lscctl.preflight.checks.names import NamesCheck
from lscctl.preflight.checks.phones import PhonesCheck
from lscctl.preflight.checks.profiles import ProfilesCheck
from lscctl.preflight.checks.security_mode import SecurityModeCheck
from lscctl.preflight.checks.tftp import TftpCheck
from lscctl.preflight.checks.tvs import TvsCheck
from lscctl.preflight.interface import Check

ALL: tuple[Check, ...] = (
    AxlCheck(),
    ClocksCheck(),
    CapfServiceCheck(),
    CapfCertificateCheck(),
    TftpCheck(),
    TvsCheck(),
    SecurityModeCheck(),
    ProfilesCheck(),
    ModelsCheck(),
    PhonesCheck(),
    NamesCheck(),
)
"""Every check there is."""

MUST_BE_SEEN = ("capf-service", "capf-certificate", "tftp")
"""Where one of these could not look, nothing is written unless a person says so."""

OF_THE_PLAN = ("profiles", "models")
"""What the plan says itself, phone by phone."""

AT_EACH_WINDOW = (*MUST_BE_SEEN, "tvs")
"""What runs again at each window and each resume."""
