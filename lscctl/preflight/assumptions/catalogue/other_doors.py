"""What goes over the other doors: RIS, Control Center, phones' pages."""

from typing import Final

from lscctl.preflight.assumptions.catalogue.why import CROWD
from lscctl.preflight.assumptions.interface import Assumption
from lscctl.preflight.assumptions.looks import doors, phones

WHAT_GOES_OVER_OTHER_DOORS: Final = (
    Assumption(
        "https-certificate",
        "Which certificate does a phone that has an LSC show on HTTPS?",
        ("lsc", "mic"),
        "lsc",
        phones.https_certificate,
    ),
    Assumption(
        "httpd-of-https-only",
        "What does RIS say (Httpd) of a phone whose web pages come over HTTPS only?",
        ("Yes", "No"),
        "Yes",
        phones.httpd_of_https_only,
    ),
    Assumption(
        "device-log",
        "How does DeviceLogX of a phone hold its messages: in one element each, or in one with a line for each?",
        ("elements", "text"),
        "elements",
        why="It makes no difference: either is read as lines.",
    ),
    Assumption("ris-limit", "How many devices may one RIS request ask for?", (), "1000", doors.ris_limit),
    Assumption(
        "control-center-rate", "How many Control Center requests a minute does a node serve?", (), "60", why=CROWD
    ),
    Assumption("ris-rate", "How many RIS requests a minute does the cluster serve?", (), "15", why=CROWD),
)
