"""What the database shows."""

from typing import Final

from lscctl.preflight.assumptions.interface import Assumption
from lscctl.preflight.assumptions.looks import database

WHAT_THE_DATABASE_SHOWS: Final = (
    Assumption(
        "ec-key-size-table",
        "Do EC sizes stand in typekeysize, or in a table of their own?",
        ("typekeysize", "own"),
        "typekeysize",
        database.ec_key_size_table,
    ),
    Assumption(
        "lsc-issuer-name",
        "Is an LSC's issuer a whole distinguished name, or its common name?",
        ("dn", "cn"),
        "dn",
        database.lsc_issuer_name,
    ),
    Assumption(
        "public-key-format",
        "How does device.publickey write a key?",
        ("base64", "hex"),
        "base64",
        database.public_key_format,
    ),
    Assumption(
        "parameter-names",
        "How does processconfig name parameters: as the GUI, or in one word?",
        ("displayed", "compact"),
        "displayed",
        database.parameter_names,
    ),
    Assumption(
        "last-seen-while-registered",
        "What is registrationdynamic.lastseen of a registered phone: 0, or its last change?",
        ("zero", "now"),
        "zero",
        database.last_seen_while_registered,
    ),
    Assumption(
        "certificate-stores",
        "Does the database tell in which store (CAPF-trust, ...) a certificate is?",
        ("mapped", "unmapped"),
        "mapped",
        database.certificate_stores,
    ),
    Assumption(
        "itl-status",
        "Where is a phone's ITL status, from 14.0 on?",
        ("registrationdynamic", "device", "none"),
        "registrationdynamic",
        database.itl_status,
    ),
)
