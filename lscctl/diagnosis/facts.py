"""The facts that evidence can state and files of causes can ask for, by name: what each means, and which values it has."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from lscctl.capf import AuthenticationMode, KeyOrder
from lscctl.phone import LscState


@dataclass(frozen=True, slots=True)
class Fact:
    """What a fact means. `values` are all it can have; empty where it is a text or a number."""

    meaning: str
    values: tuple[str, ...] = ()


_YES_NO: Final = ("yes", "no")
_MODES: Final = tuple(mode.short for mode in AuthenticationMode)
_SERVICE: Final = ("started", "stopped", "not-activated", "unknown")

FACTS: Final[Mapping[str, Fact]] = {
    # the phone's row, and its profile
    "model": Fact("the phone's model"),
    "certificate-status": Fact("the certificate status, as CUCM words it"),
    "operation": Fact(
        "what CAPF has to do for the phone: nothing, it is under way, or it ended badly or well",
        ("none", "pending", "failed", "done"),
    ),
    "operation-late": Fact("whether Operation Completes By has passed while the operation is pending", _YES_NO),
    "authentication-mode": Fact("how the phone is to prove itself in this operation", _MODES),
    "profile-mode": Fact("the authentication mode of the security profile", _MODES),
    "settings-differ": Fact("whether what was written to the phone differs from its security profile", _YES_NO),
    "security-mode": Fact("the profile's device security mode", ("Non Secure", "Authenticated", "Encrypted")),
    "authentication-string": Fact("whether CUCM holds an authentication string for the phone", ("set", "missing")),
    "key-size-supported": Fact("whether the model can make a key of the profile's size", _YES_NO),
    "key-order": Fact("the profile's key order", tuple(order.short for order in KeyOrder)),
    "ec-supported": Fact("whether the model can make EC keys", _YES_NO),
    "ec-allowed": Fact("the enterprise parameter Endpoint Advanced Encryption Algorithms Support", _YES_NO),
    "sbd": Fact("whether the model supports Security By Default", _YES_NO),
    "lsc": Fact("what the phone's LSC is worth", tuple(state.value for state in LscState)),
    "lsc-issuer-trusted": Fact("whether the issuer of the phone's LSC is in CAPF-trust", _YES_NO),
    "mic-issuer-trusted": Fact("whether the issuer of the phone's MIC is in CAPF-trust", _YES_NO),
    # registration
    "registration": Fact("the registration as RIS tells it", ("registered", "unregistered", "rejected", "unknown")),
    "left-in-operation": Fact(
        "whether a phone that is done with CAPF, and not registered, left while its last operation could run",
        ("yes", "no", "unknown"),
    ),
    "expressway": Fact("whether the phone registers over Expressway (MRA)", _YES_NO),
    "ipv6-refused": Fact("whether the phone has IPv6 only while Enable IPv6 is false", _YES_NO),
    # trust lists
    "itl-on-phone": Fact("the phone's ITL against the server's", ("match", "mismatch", "not-installed", "unknown")),
    "itl": Fact(
        "what an ITL file is like, or in mixed mode the CTL beside it",
        ("sound", "missing", "unreadable", "bad-signature", "unverified"),
    ),
    "itl-capf": Fact("whether an ITL, and in mixed mode the CTL, has a CAPF record", ("present", "missing")),
    "itl-capf-certificate": Fact(
        "the CAPF record of the ITL, and in mixed mode of the CTL, against the certificate that CAPF presents",
        ("same", "other"),
    ),
    "itls-alike": Fact("whether all ITLs that were given hold the same", _YES_NO),
    "ctl-capf": Fact("whether a CTL has a CAPF record", ("present", "missing")),
    # services, ports, names
    "capf-service": Fact("the CAPF service on the publisher", _SERVICE),
    "capf-port": Fact("TCP to CAPF's port", ("open", "refused", "silent", "unknown")),
    "capf-handshake": Fact("TLS on CAPF's port", ("done", "no-answer", "failed")),
    "capf-turned-away": Fact("why a phone ended its handshake with CAPF, as a capture shows", ("unknown-ca",)),
    "capf-certificate": Fact("CAPF's certificate by itself", ("sound", "expired", "not-a-ca")),
    "capf-issuer": Fact("who issues LSCs", ("cisco-capf", "online-ca", "offline-ca")),
    "tvs-port": Fact("TCP to TVS's port, as a firewall on the way says", ("silent",)),
    "ip-addressing": Fact("which kinds of addresses the phone has", ("ipv4-only", "ipv6-only", "both")),
    "ipv6-enabled": Fact("the enterprise parameter Enable IPv6", _YES_NO),
    "tvs-service": Fact("the TVS of the phone's nodes", _SERVICE),
    "tvs-listed": Fact("whether TVS runs on any node whose printed list of services is there", _YES_NO),
    "tftp-service": Fact("the TFTP service of the phone's server", _SERVICE),
    "server-name": Fact("the name by which the phone is told a server of the cluster"),
    "name-resolved": Fact("whether the phone's DNS servers resolve that name", _YES_NO),
    "dns-servers": Fact("the DNS servers that the phone is told, none where it has none"),
    # what a log says
    "capf-code": Fact("CAPF's error code for an attempt, 0 to 11"),
}
"""Every fact there is. Whoever gathers evidence states these and no others."""
