"""The `type*` tables: what the numbers in the database mean.

Numbers known from the field are used as they are: certificate operation 1 and 2, status 1 and 2, class [field guide 4,
published listings of typeclass and typemodel], device protocol 0 SCCP, 11 SIP, 99 none. The rest count from 1 in the
order of the schema's enumerations, which agrees with the known ones (*assumed*).
"""

from lscctl.simulator.releases import Release

OPERATIONS = ("No Pending Operation", "Install/Upgrade", "Delete", "Troubleshoot")
MODES = (
    "By Authentication String",
    "By Null String",
    "By Existing Certificate (precedence to LSC)",
    "By Existing Certificate (precedence to MIC)",
)
KEY_ORDERS = ("RSA Only", "EC Only", "EC Preferred, RSA Backup")
RSA_SIZES = ("512", "1024", "2048", "3072", "4096")
EC_SIZES = ("256", "384", "521")
SECURITY_MODES = ("Non Secure", "Authenticated", "Encrypted")
TRANSPORTS = ("TCP", "UDP", "TLS", "TCP+UDP")

ITL_STATUSES = ("Match", "Mismatch", "Not Installed", "Unknown")

_CAUSES = (
    "Invalid LSC",
    "Invalid Authentication String",
    "Invalid MIC",
    "Invalid Credentials",
    "Phone Communication Failure",
    "Key Generation Failed/Timeout",
    "CA Communication Failure",
    "CA Rejected Connection",
    "User Initiated Request Late/Timedout",
)
_VERBS = ("Upgrade", "Delete", "Troubleshoot")
STATUSES = (
    "None",
    "Operation Pending",
    *(f"{verb} Success" for verb in _VERBS),
    *(f"{verb} Failed" for verb in _VERBS),
    *(
        f"{verb} Failed: {cause}"
        for verb in _VERBS
        for cause in _CAUSES
        if not (verb == "Troubleshoot" and cause.startswith("CA "))
    ),
    "Upgrade Failed: No Support for EC only in CAPF version 3",
)

PROTOCOLS = {
    0: "SCCP",
    1: "Digital Access PRI",
    2: "H.225",
    3: "Analog Access",
    4: "Digital Access T1",
    5: "Route Point",
    6: "Unicast Bridge",
    7: "Multicast Point",
    8: "Inter-Cluster Trunk",
    9: "RAS",
    10: "Digital Access BRI",
    11: "SIP",
    12: "MGCP",
    99: "Protocol Not Specified",
}

CLASSES = {
    1: ("Phone", "CLASS_PHONE"),
    2: ("Gateway", "CLASS_GATEWAY"),
    4: ("Conference Bridge", "CLASS_CONF_BRIDGE"),
    5: ("Media Termination Point", "CLASS_MTP"),
    7: ("Route List", "CLASS_ROUTE_LIST"),
    8: ("Voice Mail", "CLASS_VOICE_MAIL"),
    10: ("CTI Route Point", "CLASS_CTI_ROUTE_POINT"),
    12: ("Music On Hold", "CLASS_MUSIC_ON_HOLD"),
    18: ("Trunk", "CLASS_TRUNK"),
    20: ("Remote Destination Profile", "CLASS_REMOTE_DESTINATION_PROFILE"),
    250: ("Remote Destination Profile Template", "CLASS_REMOTE_DESTINATION_PROFILE_TEMPLATE"),
    251: ("Gateway Template", "CLASS_GATEWAY_TEMPLATE"),
    252: ("UDP Template", "CLASS_UDP_TEMPLATE"),
    253: ("Phone Template", "CLASS_PHONE_TEMPLATE"),
    254: ("Device Profile", "CLASS_DEVICE_PROFILE"),
    255: ("Invalid", "CLASS_INVALID"),
}

# Feature numbers are the positions in the schema's list of supported features (*assumed*).
FEATURES = {
    3: "HTTP Server Enabled",
    9: "Extension Mobility",
    35: "Built In Bridge",
    38: "Security Authentication",
    39: "Security Encryption",
    48: "Manufacture Installed Certificate(MIC)",
    50: "Key Authority",
    51: "File encrypt",
    56: "Support for server-side auth TLS (basic)",
    57: "Support for Mutual-auth TLS",
    58: "Support CAPF",
    97: "Security By Default",
}

NODE_USAGES = {0: "Publisher", 1: "Subscriber"}


def number(names: tuple[str, ...], name: str) -> int:
    """Look up the enum number of a name in one of the lists above; raises ValueError for a name not in it."""
    return names.index(name) + 1


def name_of(names: tuple[str, ...], enum: int) -> str:
    """Look up the name of an enum number in one of the lists above; raises IndexError for a number not in it."""
    if not 1 <= enum <= len(names):
        raise IndexError(f"no enum {enum} in {names}")
    return names[enum - 1]


def rsa_sizes(release: Release) -> tuple[str, ...]:
    """List the RSA key sizes that a release knows."""
    return RSA_SIZES if release.has_long_rsa_keys else RSA_SIZES[:3]


def ec_size_enum(size: str, *, shared_table: bool) -> int:
    """Number an EC size: after the RSA sizes where both share typekeysize, else from 1 (*assumed*, both)."""
    return number(EC_SIZES, size) + (len(RSA_SIZES) if shared_table else 0)
