"""What the pages of a phone tell of it, row by row: as an element of XML, and with the label of the HTML page."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from lscctl.simulator.phone_pages.portrait import Generation, Portrait

_MOST_SERVERS: Final = 5
_STATES: Final = ("Active", "Standby")


@dataclass(frozen=True, slots=True)
class Row:
    """One value: the name of its XML element, '' where the XML has none, its label as the 8800 has it, and the value as text."""

    element: str
    label: str
    value: str


def device_rows(portrait: Portrait) -> Iterator[Row]:
    """Device information."""
    local = datetime.fromtimestamp(portrait.now, portrait.zone)
    yield Row("MACAddress", "MAC address", portrait.mac)
    yield Row("HostName", "Host name", portrait.name)
    yield Row("phoneDN", "Phone DN", portrait.line)
    yield Row("appLoadID", "App load ID", portrait.load)
    yield Row("bootLoadID", "Boot load ID", f"{portrait.load.partition('.')[0]}.boot")
    yield Row("versionID", "Version", portrait.load)
    yield Row("keyExpansionModule1", "Key expansion module 1", "")
    yield Row("hardwareRevision", "Hardware revision", "V03")
    yield Row("serialNumber", "Serial number", portrait.serial)
    yield Row("modelNumber", "Model number", portrait.product)
    yield Row("MessageWaiting", "Message waiting", "No")
    yield Row("udi", "UDI", f"phone\nCisco IP Phone {portrait.model.short}\n{portrait.product}\nV03\n{portrait.serial}")
    yield Row("time", "Time", f"{local:%I:%M:%S}{f'{local:%p}'.lower()}")
    yield Row("timezone", "Time zone", portrait.zone.key)
    yield Row("date", "Date", f"{local:%m/%d/%y}")


def network_rows(portrait: Portrait) -> Iterator[Row]:
    """Network configuration, with the servers that the phone was told of and what it knows of security."""
    domain = portrait.publisher[0].partition(".")[2]
    yield Row("DHCPServer", "DHCP server", f"{portrait.network}.2")
    yield Row("BOOTPServer", "BOOTP server", "No")
    yield Row("MACAddress", "MAC address", portrait.mac)
    yield Row("HostName", "Host name", portrait.name)
    yield Row("DomainName", "Domain name", domain)
    yield Row("IPAddress", "IP address", portrait.address)
    yield Row("SubNetMask", "Subnet mask", "255.255.255.0")
    yield Row("TFTPServer1", "TFTP server 1", portrait.tftp[1])
    yield Row("TFTPServer2", "TFTP server 2", "")
    yield Row("DefaultRouter1", "Default router", f"{portrait.network}.1")
    yield Row("DNSServer1", "DNS server 1", portrait.name_server)
    yield Row("DNSServer2", "DNS server 2", "")
    yield Row("VLANId", "Operational VLAN ID", str(100 + portrait.seed % 50))
    yield Row("AdminVLANId", "Admin VLAN ID", "")
    for place in range(_MOST_SERVERS):
        name = portrait.servers[place][0] if place < len(portrait.servers) else ""
        state = _STATES[place] if portrait.registered and name and place < len(_STATES) else ""
        yield Row(f"CallManager{place + 1}", f"CUCM server{place + 1}", f"{name} {state}".strip())
    yield Row("InformationURL", "Information URL", "")
    yield Row("AuthenticationURL", "Authentication URL", f"http://{portrait.publisher[0]}:8080/ccmcip/authenticate.jsp")
    yield Row("DHCPEnabled", "DHCP enabled", "Yes")
    yield Row("DHCPAddressReleased", "DHCP address released", "No")
    yield Row("AltTFTP", "Alternate TFTP", "No")
    yield Row("ForwardingDelay", "Forwarding delay", "No")
    yield Row("UserLocale", "User locale", "English_United_States")
    yield Row("NetworkLocale", "Network locale", "United_States")
    yield Row("WebAccess", "Web access enabled", "Yes")
    yield Row("SecurityMode", "Security mode", portrait.security_mode)
    if portrait.generation is not Generation.CLASSIC:
        yield from _trust_rows(portrait)


def port_rows(portrait: Portrait, seed: str) -> Iterator[Row]:
    """Counters of a port: of an Ethernet interface, or of a stream (`seed` tells them apart)."""
    count = int.from_bytes(hashlib.sha256(f"{portrait.name} {seed}".encode()).digest()[:3])
    yield Row("TxFrames", "Tx frames", str(count))
    yield Row("TxBroadcast", "Tx broadcast", str(count // 97))
    yield Row("RxFrames", "Rx frames", str(count * 3 // 2))
    yield Row("RxBroadcast", "Rx broadcast", str(count // 31))
    yield Row("PortSpeed", "Port information", "Auto 1000 Full")


def _trust_rows(portrait: Portrait) -> Iterator[Row]:
    """The lists that the phone holds, by their MD5, and whom it asks for certificates."""
    yield Row("", "CAPF server", f"{portrait.publisher[0]}")
    yield Row("", "CAPF port", portrait.capf_port)
    yield Row("", "TVS", portrait.servers[0][0])
    yield Row("", "LSC", "Installed" if portrait.lsc else "Not Installed")
    yield Row("", "CTL file", _signature(portrait, portrait.ctl))
    yield Row("", "ITL file", "Installed" if portrait.itl else "Not Installed")
    yield Row("", "ITL signature", _signature(portrait, portrait.itl))


def _signature(portrait: Portrait, held: bytes) -> str:
    if not held:
        return "Not Installed"
    digest = hashlib.md5(held, usedforsecurity=False).digest()
    return digest.hex().upper() if portrait.generation is Generation.LINUX else digest.hex(" ")
