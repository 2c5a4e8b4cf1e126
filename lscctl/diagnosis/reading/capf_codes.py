"""CAPF's error codes, as phones and CAPF write them into their logs [field guide 2]."""

import re
from typing import Final

CODES: Final = {
    0: "success",
    1: "fetched, but there is no certificate",
    2: "failed",
    3: "invalid authentication string",
    4: "invalid LSC",
    5: "invalid MIC",
    6: "invalid credentials",
    7: "phone communication error",
    8: "timed out",
    11: "late request",
}
"""What each means; phones write them with a minus."""

_NAMES: Final = {
    "op_success": 0,
    "fetch_success_but_no_cert": 1,
    "invalid_auth_str": 3,
    "invalid_lsc": 4,
    "invalid_mic": 5,
    "invalid_cren?dentials": 6,
    "phone_comm_error": 7,
    "op_timed_out": 8,
    "late_request": 11,
}
_NAMED: Final = re.compile("|".join(f"(?P<code{code}>{name})" for name, code in _NAMES.items()), re.IGNORECASE)
_NUMBER: Final = re.compile(
    r"\b(?:ret(?:urn(?:ed|s|ing)?)?(?:[ _]?(?:code|val(?:ue)?))?|rc|(?:error|err|reason|result|status)(?:[ _]?(?:code|no))?|code)"
    r"\s{0,2}(?:is|was)?\s{0,2}[:=(\[<]{0,2}\s{0,2}(?P<sign>-)?(?P<code>\d{1,2})\b(?!\.)",
    re.IGNORECASE,
)


def code_in(text: str) -> int | None:
    """The error code that a message tells, by its number or its name; None where there is none that CAPF has."""
    named = _NAMED.search(text)
    if named is not None and named.lastgroup is not None:
        return int(named.lastgroup.removeprefix("code"))
    codes = [int(found["code"]) for found in _NUMBER.finditer(text)]
    return next((code for code in reversed(codes) if code in CODES), None)
