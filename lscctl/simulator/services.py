"""The services of a node, as Control Center and Service Activation list them.

Names and groups are those of CUCM's own pages; the numbers beyond 11 and 21 are *assumed*. Network services are always activated.
"""

from dataclasses import dataclass
from typing import Final, Literal

ENTERPRISE_WIDE: Final = 11
"""What `processconfig.tkservice` is of an enterprise parameter; no service [field guide 4]."""

CAPF: Final = "Cisco Certificate Authority Proxy Function"
TFTP: Final = "Cisco Tftp"
TVS: Final = "Cisco Trust Verification Service"
CALL_MANAGER: Final = "Cisco CallManager"
ENROLMENT: Final = "Cisco Certificate Enrollment Service"


@dataclass(frozen=True, slots=True)
class ServiceKind:
    """One service.

    number: typeservice.enum. activated: where, in a healthy cluster. network: it can be neither activated nor deactivated.
    servlet: it runs inside Cisco Tomcat. needs: the services without which it does not run.
    """

    number: int
    name: str
    group: str
    activated: Literal["everywhere", "publisher", "nowhere"] = "everywhere"
    network: bool = False
    servlet: bool = False
    needs: tuple[str, ...] = ()

    def activated_on(self, usage: int) -> str:
        """Whether it is activated on a node of this usage (0 = publisher), as `processnodeservice.isactive` has it."""
        return "t" if self.activated == "everywhere" or (self.activated == "publisher" and usage == 0) else "f"


_CM, _SECURITY, _SOAP = "CM Services", "Security Services", "SOAP Services"
_DATABASE, _PERFORMANCE = "Database and Admin Services", "Performance and Monitoring Services"
_PLATFORM, _BACKUP = "Platform Services", "Backup and Restore Services"

SERVICES: Final = (
    ServiceKind(0, CALL_MANAGER, _CM),
    ServiceKind(1, TFTP, _CM),
    ServiceKind(21, CAPF, _SECURITY, "publisher"),  # [field guide 1]
    ServiceKind(22, TVS, _SECURITY),
    ServiceKind(23, "Cisco AXL Web Service", _DATABASE, servlet=True),
    ServiceKind(24, "Cisco RIS Data Collector", _PERFORMANCE, network=True),
    ServiceKind(25, "Cisco CTIManager", _CM),
    ServiceKind(30, ENROLMENT, _SECURITY, "nowhere"),
    ServiceKind(31, "Cisco CTL Provider", _SECURITY, "nowhere"),
    ServiceKind(32, "Cisco DHCP Monitor Service", _CM, "nowhere"),
    ServiceKind(33, "Cisco IP Voice Media Streaming App", _CM),
    ServiceKind(34, "Cisco Extension Mobility", _CM, "publisher", servlet=True),
    ServiceKind(35, "Cisco Location Bandwidth Manager", _CM),
    ServiceKind(36, "Cisco Intercluster Lookup Service", _CM, "nowhere"),
    ServiceKind(37, "Cisco Dialed Number Analyzer Server", _CM, "nowhere"),
    ServiceKind(38, "Cisco WebDialer Web Service", "CTI Services", "nowhere", servlet=True),
    ServiceKind(39, "Cisco Bulk Provisioning Service", _DATABASE, "publisher"),
    ServiceKind(40, "Cisco Serviceability Reporter", _PERFORMANCE, "publisher"),
    ServiceKind(41, "Cisco CallManager SNMP Service", _PERFORMANCE),
    ServiceKind(42, "Cisco DirSync", "Directory Services", "publisher", servlet=True),
    ServiceKind(50, "A Cisco DB", _PLATFORM, network=True),
    ServiceKind(51, "A Cisco DB Replicator", _PLATFORM, network=True, needs=("A Cisco DB",)),
    ServiceKind(52, "Cisco Tomcat", _PLATFORM, network=True),
    ServiceKind(53, "Cisco Certificate Expiry Monitor", _PLATFORM, network=True),
    ServiceKind(54, "Cisco Certificate Change Notification", _PLATFORM, network=True),
    ServiceKind(55, "Cisco Syslog Agent", _PLATFORM, network=True),
    ServiceKind(56, "SNMP Master Agent", _PLATFORM, network=True),
    ServiceKind(57, "Cisco Database Layer Monitor", "DB Services", network=True, needs=("A Cisco DB",)),
    ServiceKind(58, "Cisco CallManager Serviceability", "System Services", network=True, servlet=True),
    ServiceKind(59, "SOAP -Real-Time Service APIs", _SOAP, network=True, servlet=True),
    ServiceKind(60, "SOAP -Log Collection APIs", _SOAP, network=True, servlet=True),
    ServiceKind(61, "Cisco CallManager Admin", "Admin Services", network=True, servlet=True),
    ServiceKind(62, "Cisco DRF Local", _BACKUP, network=True),
    ServiceKind(63, "Cisco DRF Master", _BACKUP, network=True),
)
"""Every service that a node can have."""

BY_NAME: Final = {service.name.casefold(): service for service in SERVICES}
"""`{name in lower case: service}`."""
