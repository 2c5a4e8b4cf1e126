"""The catalogue: what each phone model is, can do, and how long its keys take."""

from dataclasses import dataclass
from typing import Literal

Protocol = Literal["SIP", "SCCP"]
PROTOCOL_ENUM: dict[str, int] = {"SCCP": 0, "SIP": 11}

UNIVERSAL_MODEL = 645
ANY_MODEL = 99
SIP_TRUNK_MODEL = 131

_SHA1 = "CAP-RTP-002"
_SHA2 = "Cisco Manufacturing CA SHA2"
_SUDI = "Cisco Manufacturing CA III"


@dataclass(frozen=True)
class Model:
    """One phone model.

    number: typemodel.enum, as public listings of that table have it.
    product: typeproduct.enum; only the 7937's (330) is public, the others are *assumed*.
    share: how many of a thousand phones are of this model.
    mic: issuer of its manufacturing certificate, None without one.
    capf: version of the protocol that it speaks to CAPF, 0 for none; EC keys need 3 [SG12.5].
    key_seconds: typical time for an RSA key of 2048 bits [field guide 2: seconds to 30 minutes and more].
    """

    number: int
    name: str
    product: int
    protocols: tuple[Protocol, ...]
    load: str
    share: int
    key_seconds: float
    mic: str | None = _SHA2
    capf: int = 3
    largest_rsa: int = 4096
    sbd: bool = True
    prefix: str = "SEP"
    ris_class: int = 1

    @property
    def short(self) -> str:
        """The name as people say it: "8845"."""
        return self.name.removeprefix("Cisco ")

    @property
    def https(self) -> bool:
        """Whether its web pages come over HTTPS, too (*assumed*: where it has a certificate to show)."""
        return self.mic is not None and self.sbd

    @property
    def oldest_tls(self) -> bool:
        """Whether it speaks no newer TLS than 1.0: the generations before the 7800 and 8800 (*assumed* of each single model)."""
        return self.capf < 3

    @property
    def moniker(self) -> str:
        """How the type tables' `moniker` spells it (*assumed*)."""
        return "MODEL_" + self.name.upper().replace(" ", "_").replace("-", "_")


MODELS = (
    Model(36224, "Cisco 8845", 36226, ("SIP",), "sip8845_65.14-2-1-0101-11", 340, 40),
    Model(683, "Cisco 8841", 553, ("SIP",), "sip88xx.14-2-1-0101-11", 130, 45),
    Model(684, "Cisco 8851", 554, ("SIP",), "sip88xx.14-2-1-0101-11", 110, 45),
    Model(36225, "Cisco 8865", 36227, ("SIP",), "sip8845_65.14-2-1-0101-11", 60, 40, _SUDI),
    Model(622, "Cisco 7841", 506, ("SIP",), "sip78xx.14-2-1-0101-8", 90, 90),
    Model(36258, "Cisco 8832", 36261, ("SIP",), "sip8832.14-2-1-0101-5", 15, 40, _SUDI),
    Model(436, "Cisco 7965", 335, ("SCCP", "SIP"), "SCCP45.9-4-2SR3-1S", 70, 300, _SHA1, 2, 2048),
    Model(564, "Cisco 6945", 470, ("SCCP", "SIP"), "SCCP6945.9-4-1-3SR3", 30, 400, _SHA2, 2, 2048),
    Model(493, "Cisco 9971", 356, ("SIP",), "sip9971.9-4-2SR4-1", 20, 120, _SHA2, 2, 2048),
    Model(659, "Cisco 8831", 538, ("SIP",), "sip8831.10-3-1SR6-3", 10, 500, _SHA2, 2, 2048),
    Model(681, "Cisco ATA 190", 551, ("SIP",), "ATA190.1-2-2-003", 10, 700, _SHA2, 2, 2048, prefix="ATA", ris_class=2),
    Model(36262, "Cisco ATA 191", 36265, ("SIP",), "ATA191.12-0-1-0408", 15, 600, prefix="ATA", ris_class=2),
    Model(
        503,
        "Cisco Unified Client Services Framework",
        390,
        ("SIP",),
        "Jabber_for_Windows-14.1.3",
        70,
        2,
        None,
        prefix="CSF",
    ),
    Model(8, "Cisco 7940", 36, ("SCCP", "SIP"), "P00308010200", 12, 1_500, None, 1, 1024, sbd=False),
    Model(7, "Cisco 7960", 35, ("SCCP", "SIP"), "P00308010200", 10, 1_500, None, 1, 1024, sbd=False),
    Model(431, "Cisco 7937", 330, ("SCCP",), "apps37sccp.1-4-5-7", 5, 1_200, _SHA1, 1, 2048, sbd=False),
    Model(30019, "Cisco 7936", 68, ("SCCP",), "cmterm_7936.3-3-21-0", 2, 0, None, 0, 0, sbd=False),
    Model(9, "Cisco 7935", 37, ("SCCP",), "P00503021900", 1, 0, None, 0, 0, sbd=False),
    # models that CUCM knows and this cluster has no phone of
    Model(36213, "Cisco 7811", 36216, ("SIP",), "sip78xx.14-2-1-0101-8", 0, 90),
    Model(621, "Cisco 7821", 505, ("SIP",), "sip78xx.14-2-1-0101-8", 0, 90),
    Model(623, "Cisco 7861", 507, ("SIP",), "sip78xx.14-2-1-0101-8", 0, 90),
    Model(36217, "Cisco 8811", 36219, ("SIP",), "sip88xx.14-2-1-0101-11", 0, 45),
    Model(36216, "Cisco 8821", 36218, ("SIP",), "sip8821.11-0-6SR4-1", 0, 80),
    Model(685, "Cisco 8861", 555, ("SIP",), "sip88xx.14-2-1-0101-11", 0, 45),
    Model(36232, "Cisco 8851NR", 36234, ("SIP",), "sip88xx.14-2-1-0101-11", 0, 45),
    Model(404, "Cisco 7962", 309, ("SCCP", "SIP"), "SCCP42.9-4-2SR3-1S", 0, 300, _SHA1, 2, 2048),
    Model(434, "Cisco 7942", 332, ("SCCP", "SIP"), "SCCP42.9-4-2SR3-1S", 0, 300, _SHA1, 2, 2048),
    Model(435, "Cisco 7945", 333, ("SCCP", "SIP"), "SCCP45.9-4-2SR3-1S", 0, 300, _SHA1, 2, 2048),
    Model(437, "Cisco 7975", 336, ("SCCP", "SIP"), "SCCP75.9-4-2SR3-1S", 0, 300, _SHA1, 2, 2048),
)

BY_NUMBER = {model.number: model for model in MODELS}


def key_seconds(model: Model, kind: str, size: int) -> float:
    """Say how long a key takes on a model, before any jitter: RSA grows with the cube of its size, EC is quick."""
    if kind == "ec":
        return model.key_seconds * 0.2
    return max(1.0, model.key_seconds * float(size / 2048) ** 3)


def features(model: Model) -> tuple[str, ...]:
    """List the features that productsupportsfeature holds for a model, by name.

    The schema's list names no feature for EC or for long RSA keys: those show in no table (*assumed*).
    """
    named = ["HTTP Server Enabled", "Extension Mobility", "Built In Bridge"]
    if model.capf:
        named += ["Security Authentication", "Security Encryption", "Support CAPF", "Key Authority", "File encrypt"]
        named += ["Support for server-side auth TLS (basic)", "Support for Mutual-auth TLS"]
    if model.mic:
        named.append("Manufacture Installed Certificate(MIC)")
    if model.sbd:
        named.append("Security By Default")
    return tuple(named)
