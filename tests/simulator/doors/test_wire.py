"""Requests as other people's toolkits put them on the wire."""

import logging
import socket
import ssl
import time

import pytest

from lscctl.simulator.server import SimulatorServer
from tests.simulator.doors.client import SOAP, Client, fault_of

NAMESPACE = "http://www.cisco.com/AXL/API/12.5"


def a_phone(axl: Client) -> str:
    return axl.sql("select first 1 name from device where tkclass = 1 order by name")[0]["name"]


def enveloped(inner: str) -> str:
    return f'<e:Envelope xmlns:e="{SOAP}"><e:Body>{inner}</e:Body></e:Envelope>'


@pytest.mark.parametrize(
    ("declared", "header", "encoding"),
    [
        ("", "text/xml; charset=iso-8859-1", "iso-8859-1"),
        ("", 'text/xml;charset="UTF-8"', "utf-8"),
        ("", "text/xml; charset=utf-16", "utf-16"),
        ("<?xml version='1.0' encoding='iso-8859-1'?>", "text/xml; charset=utf-8", "iso-8859-1"),
        ("<?xml version='1.0'?>", "text/xml; charset=windows-1252", "windows-1252"),
        ("<?xml version='1.0' encoding='utf-8'?>", "text/xml", "utf-8-sig"),
        ("<?xml version='1.0' encoding='utf-16'?>", "text/xml; charset=utf-8", "utf-16"),
    ],
)
def test_a_request_is_read_in_the_encoding_that_it_or_its_header_names(
    axl: Client, declared: str, header: str, encoding: str
) -> None:
    name = a_phone(axl)
    text = f"Büro {encoding} é"
    body = enveloped(
        f'<a:updatePhone xmlns:a="{NAMESPACE}"><name>{name}</name><description>{text}</description></a:updatePhone>'
    )
    answer = axl.post((declared + body).encode(encoding), **{"Content-Type": header})
    assert answer.status_code == 200, answer.text
    assert axl.phone(name, "description")["description"] == text


def test_a_character_set_that_nobody_knows_is_a_fault(axl: Client) -> None:
    body = enveloped(f'<a:getCCMVersion xmlns:a="{NAMESPACE}"/>').encode()
    fault = fault_of(axl.post(body, **{"Content-Type": "text/xml; charset=klingon"}))
    assert fault.faultstring == "The character set klingon is not known"


def test_types_of_xml_schema_that_a_toolkit_names_on_each_text_are_taken_and_others_checked(axl: Client) -> None:
    name = a_phone(axl)
    spaces = (
        'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns:xsd="http://www.w3.org/2001/XMLSchema"'
        f' xmlns:a="{NAMESPACE}"'
    )
    for kind, status in (("xsd:string", 200), ("xsd:int", 200), ("a:XDirn", 500)):
        body = enveloped(f'<a:getPhone {spaces}><name xsi:type="{kind}">{name}</name></a:getPhone>')
        assert axl.post(body.encode()).status_code == status, kind


def test_head_answers_like_get_without_a_body(axl: Client) -> None:
    for path in ("/axl/", "/realtimeservice2/services/RISService70", "/cucm-uds/version"):
        answer = axl.session.head(axl.address + path, timeout=10)
        assert (answer.status_code, answer.content) == (200, b""), path


def test_pythons_booleans_are_taken_as_zeep_and_ciscoaxl_write_them(axl: Client) -> None:
    name = a_phone(axl)
    reset = axl.raw("doDeviceReset", f"<deviceName>{name}</deviceName><isHardReset>True</isHardReset>")
    assert reset.status_code == 200, reset.text
    axl.call("updatePhone", f"<name>{name}</name><isActive>True</isActive><isProtected>False</isProtected>")
    assert axl.phone(name, "isActive", "isProtected") == {"isActive": "true", "isProtected": "false"}
    answer = axl.raw("updatePhone", f"<name>{name}</name><isActive>TRUE</isActive>")
    assert "isActive" in fault_of(answer).faultstring


def test_a_client_that_goes_away_in_the_middle_of_a_request_is_a_line_of_the_log(
    server: SimulatorServer, axl: Client, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    context = ssl.create_default_context(cafile=axl.ca_file)
    with context.wrap_socket(
        socket.create_connection(("127.0.0.1", server.port)), server_hostname="127.0.0.1"
    ) as leaving:
        leaving.sendall(b"POST /axl/ HTTP/1.1\r\nHost: sim\r\nContent-Length: 100\r\n\r\n<e:Envelope")
        address = "{}:{}".format(*leaving.getsockname())
    gone = f"{address} went away in the middle of a request"
    until = time.monotonic() + 10
    while gone not in caplog.messages and time.monotonic() < until:
        time.sleep(0.01)
    assert gone in caplog.messages
    assert [record for record in caplog.records if record.levelno >= logging.ERROR] == []
