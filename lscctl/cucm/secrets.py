"""What must never be seen in a log, a trace or an error: passwords and the authentication strings of phones."""

import re
from typing import Final

SECRET_FIELDS: Final = frozenset({"authenticationString", "sshPwd"})
"""AXL fields whose values are secrets [field guide 2]."""

_NAMES = "|".join(sorted(SECRET_FIELDS))
_SECRET_ELEMENT = rf"{_NAMES}|pin|\w*(?:password|passphrase|pwd|secret|token|wepkey)"
"""What a phone's or a profile's answer may hold beside [XSD]: the vendor's own settings have names of their own."""

_ELEMENT = re.compile(rf"(<(?:\w+:)?(?:{_SECRET_ELEMENT})(?:\s[^>]*)?>)(?:[^<]+)(?=</)", re.IGNORECASE)
_SQL_CASE = re.compile(r"(\bthen\s*)'[0-9]{4,10}'", re.IGNORECASE)
"""An authentication string in a statement that writes many: each phone's stands behind a `then`."""

_SQL_VALUE = re.compile(rf"\b({_NAMES})(\s*(?:=|!=|&lt;&gt;|\blike\b|\bmatches\b)\s*)'(?:[^']|'')*'", re.IGNORECASE)


def masked(xml: str) -> str:
    """The same XML with `***` for every secret, in elements of either spelling and in comparisons inside SQL."""
    return _SQL_CASE.sub(r"\1'***'", _SQL_VALUE.sub(r"\1\2'***'", _ELEMENT.sub(r"\1***", xml)))


def without(text: str, secrets: frozenset[str]) -> str:
    """The same text with `***` wherever one of these secrets stands in it."""
    for secret in sorted(secrets, key=len, reverse=True):
        if secret:
            text = text.replace(secret, "***")
    return text
