"""The public keys that CUCM holds for phones with an LSC, to compare them with what phones show [field guide 4]."""

import base64
import binascii
from collections.abc import Sequence
from typing import Final

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_der_public_key

from lscctl.cucm.clock import Query
from lscctl.cucm.sql import Sql, chunks, pkid_list

_CHUNK: Final = 500


def read_public_keys(query: Query, pkids: Sequence[str]) -> dict[str, bytes]:
    """`{pkid: SubjectPublicKeyInfo in DER}` of those phones for which CUCM holds a key that can be read. Raises WireFault."""
    found = {}
    for chunk in chunks(pkids, _CHUNK):
        for row in query(Sql("select pkid, publickey from device where pkid in {pkids}", pkids=pkid_list(chunk))):
            key = _read(row["publickey"])
            if key is not None:
                found[row["pkid"].lower()] = key
    return found


def _read(text: str) -> bytes | None:
    """How `device.publickey` writes a key is *assumed*: in base64, with or without the lines of PEM, or in hexadecimal digits."""
    lines = "".join(line for line in text.splitlines() if not line.startswith("-----"))
    for decode in (bytes.fromhex, lambda digits: base64.b64decode(digits, validate=True)):
        try:
            key = load_der_public_key(decode(lines))
        except (ValueError, binascii.Error, UnsupportedAlgorithm):
            continue
        return key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return None
