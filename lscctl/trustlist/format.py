"""The format of trust lists: tags, functions and digests by their numbers, with the names that a node prints [field guide 6].

It is all that the simulator shares with the client.
"""

from enum import IntEnum
from typing import Final

LENGTH_BYTES: Final = 2
"""A tag has one byte, a length two, big endian; then follows the value."""

PREFIX: Final = 1 + LENGTH_BYTES


class HeaderTag(IntEnum):
    """What stands in a header."""

    VERSION = 1
    HEADER_LENGTH = 2
    SIGNER_ID = 3
    SIGNER_NAME = 4
    SERIAL_NUMBER = 5
    CA_NAME = 6
    SIGNATURE_INFO = 7
    DIGEST_ALGORITHM = 8
    SIGNATURE_ALGORITHM_INFO = 9
    SIGNATURE_ALGORITHM = 10
    SIGNATURE_MODULUS = 11
    SIGNATURE = 12
    PADDING = 13
    FILE_NAME = 14
    TIMESTAMP = 15
    SIGNER_VERSION = 28


CONTAINERS: Final = frozenset({HeaderTag.SIGNER_ID, HeaderTag.SIGNATURE_INFO, HeaderTag.SIGNATURE_ALGORITHM_INFO})
"""They have a length and no value of their own: the tags that follow are in them."""


class RecordTag(IntEnum):
    """What stands in a record."""

    RECORD_LENGTH = 1
    DNS_NAME = 2
    SUBJECT_NAME = 3
    FUNCTION = 4
    ISSUER_NAME = 5
    SERIAL_NUMBER = 6
    PUBLIC_KEY = 7
    SIGNATURE = 8
    CERTIFICATE = 9
    IP_ADDRESS = 10
    CERTIFICATE_HASH = 11
    HASH_ALGORITHM = 12


class Function(IntEnum):
    """What the certificate of a record is trusted for."""

    SAST = 0
    CCM = 1
    CCM_TFTP = 2
    TFTP = 3
    CAPF = 4
    APP_SERVER = 7
    TVS = 21

    @property
    def printed(self) -> str:
        """As a node prints it."""
        return _PRINTED_FUNCTIONS.get(self, self.name)


_PRINTED_FUNCTIONS: Final = {
    Function.SAST: "System Administrator Security Token",
    Function.CCM_TFTP: "CCM+TFTP",
    Function.APP_SERVER: "APP-SERVER",
}


class Digest(IntEnum):
    """The digest under a signature."""

    SHA1 = 1
    SHA256 = 2
    SHA512 = 3


PRINTED_HEADER_TAGS: Final = {
    HeaderTag.SIGNER_ID: "SIGNERID",
    HeaderTag.SIGNER_NAME: "SIGNERNAME",
    HeaderTag.SERIAL_NUMBER: "SERIALNUMBER",
    HeaderTag.CA_NAME: "CANAME",
    HeaderTag.SIGNATURE_INFO: "SIGNATUREINFO",
    HeaderTag.DIGEST_ALGORITHM: "DIGESTALGORTITHM",
    HeaderTag.SIGNATURE_ALGORITHM_INFO: "SIGNATUREALGOINFO",
    HeaderTag.SIGNATURE_ALGORITHM: "SIGNATUREALGORTITHM",
    HeaderTag.SIGNATURE_MODULUS: "SIGNATUREMODULUS",
    HeaderTag.SIGNATURE: "SIGNATURE",
    HeaderTag.FILE_NAME: "FILENAME",
    HeaderTag.TIMESTAMP: "TIMESTAMP",
    HeaderTag.SIGNER_VERSION: "SIGNERVERSION",
}
"""The spelling of a node's `show itl`, its own slips of the pen included."""

PRINTED_RECORD_TAGS: Final = {
    RecordTag.RECORD_LENGTH: "RECORDLENGTH",
    RecordTag.DNS_NAME: "DNSNAME",
    RecordTag.SUBJECT_NAME: "SUBJECTNAME",
    RecordTag.FUNCTION: "FUNCTION",
    RecordTag.ISSUER_NAME: "ISSUERNAME",
    RecordTag.SERIAL_NUMBER: "SERIALNUMBER",
    RecordTag.PUBLIC_KEY: "PUBLICKEY",
    RecordTag.SIGNATURE: "SIGNATURE",
    RecordTag.CERTIFICATE: "CERTIFICATE",
    RecordTag.IP_ADDRESS: "IPADDRESS",
    RecordTag.CERTIFICATE_HASH: "CERTHASH",
    RecordTag.HASH_ALGORITHM: "HASH ALGORITHM",
}
