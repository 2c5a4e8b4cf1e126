"""Whom a phone asks, as its network configuration tells, on pages of every generation; and that no page can break the reading."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lscctl.cucm.phone_pages import PhonePage
from lscctl.finding import Source
from lscctl.gathering.network import Network, network_of

ROWS = (
    ("DHCP server", "10.11.0.2"),
    ("Host name", "SEP001122334455"),
    ("Domain name", "example.com"),
    ("TFTP server 1", "10.10.0.12"),
    ("TFTP server 2", ""),
    ("DNS server 1", "10.11.0.53"),
    ("DNS server 2", "0.0.0.0"),
    ("CUCM server1", "cucm-sub1.example.com Active"),
    ("CUCM server2", "cucm-pub.example.com Standby"),
    ("CAPF server", "cucm-pub.example.com"),
    ("TVS", "cucm-sub1.example.com"),
    ("ITL signature", "0A:1B " * 8),
)


def page(content: str) -> PhonePage:
    return PhonePage(Source.PHONE_PAGE, "/NetworkConfiguration", content.encode())


def read(content: str) -> Network:
    network = network_of([page(content)])
    assert network is not None
    return network


def test_a_page_of_rows_tells_each_server_in_its_order() -> None:
    rows = "".join(f"<tr><td><b>{label}</b></td><td></td><td><b>{value}</b></td></tr>" for label, value in ROWS)
    network = read(f"<html><body><table>{rows}</table></body></html>")
    assert (network.tftp, network.dns) == (["10.10.0.12"], ["10.11.0.53"])
    assert network.call_managers == ["cucm-sub1.example.com", "cucm-pub.example.com"]
    assert (network.capf, network.tvs, network.domain) == (
        ["cucm-pub.example.com"],
        ["cucm-sub1.example.com"],
        "example.com",
    )
    assert network.itl == "0a1b" * 8
    assert network.tells_dns


def test_a_page_in_xml_tells_the_same_by_its_elements() -> None:
    network = read(
        "<NetworkConfigurationX><DomainName>example.com</DomainName><TFTPServer1>10.10.0.12</TFTPServer1>"
        "<DNSServer1>10.11.0.53</DNSServer1><CallManager1>cucm-sub1.example.com  Active</CallManager1></NetworkConfigurationX>"
    )
    assert (network.tftp, network.dns, network.call_managers) == (
        ["10.10.0.12"],
        ["10.11.0.53"],
        ["cucm-sub1.example.com"],
    )


def test_a_phone_without_a_name_server_is_told_from_one_whose_page_does_not_speak_of_them() -> None:
    assert read("<X><TFTPServer1>10.10.0.12</TFTPServer1><DNSServer1></DNSServer1></X>").dns == []
    assert not read("<X><TFTPServer1>10.10.0.12</TFTPServer1></X>").tells_dns
    assert read(
        "<table><tr><td>TFTP server 1</td><td>10.1.1.1</td><td>DNS server 1</td><td>0.0.0.0</td></table>"
    ).tells_dns


@pytest.mark.parametrize("content", ["", "<html><p>Device information</p></html>"])
def test_a_page_about_something_else_is_no_network_configuration(content: str) -> None:
    assert network_of([page(content)]) is None


@given(st.text(max_size=400))
def test_no_page_breaks_the_reading(content: str) -> None:
    network_of([page(content), page(f"<td>TFTP server 1</td><td>{content}</td><td>ITL file</td><td>{content}</td>")])
