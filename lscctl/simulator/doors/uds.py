"""UDS, as far as it answers without login: the cluster's version [field guide 3, the UDS developer guide]."""

from xml.sax.saxutils import escape, quoteattr

from lscctl.simulator.doors.exchange import Ask, Reply

UDS_SCHEMA = "10.0.0"
"""What the attribute `version` says on every release: UDS's own, not the cluster's."""


def version(ask: Ask, ccm_version: str) -> Reply:
    """`/cucm-uds/version`: the first three numbers of the cluster's version, `15.0.1`."""
    numbers = ".".join(ccm_version.split("(", maxsplit=1)[0].split(".")[:3])
    uri = quoteattr(f"{ask.address}/cucm-uds/version")
    xml = (
        "<?xml version='1.0' encoding='UTF-8' standalone='yes'?>"
        f'<versionInformation uri={uri} version="{UDS_SCHEMA}"><version>{escape(numbers)}</version>'
        "<capabilities><usersResourceAuthEnabled>false</usersResourceAuthEnabled></capabilities></versionInformation>"
    )
    return Reply(200, xml.encode(), "application/xml", operation="version")
