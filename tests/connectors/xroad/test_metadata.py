"""Metadata as the protocol's annexes print it, and answers that are none."""

from __future__ import annotations

import json

import pytest

from connectors.xroad.identifiers import ClientId, ServiceId
from connectors.xroad.malformed import Malformed
from connectors.xroad.metadata import Endpoint, Listed, Method, read_clients, read_rest_methods, read_wsdl
from lienthong.calls import Attachment

SERVICE = ServiceId("VN", "GOV", "1", "dancu", "congDan")
SNAKE = {
    "service": [
        {
            "member_class": "GOV",
            "member_code": "1",
            "object_type": "SERVICE",
            "service_code": "congDan",
            "service_type": "OPENAPI",
            "subsystem_code": "dancu",
            "xroad_instance": "VN",
            "endpoint_list": [{"method": "GET", "path": "/a/*"}],
        }
    ]
}
CAMEL = {
    "member": [
        {
            "memberClass": "GOV",
            "memberCode": "1",
            "objectType": {"object_type": "SERVICE"},
            "serviceCode": "congDan",
            "serviceType": "OPENAPI",
            "subsystemCode": "dancu",
            "xRoadInstance": "VN",
            "endpointList": {"member": [{"method": "GET", "path": "/a/*"}]},
        }
    ]
}


@pytest.mark.parametrize("answer", [SNAKE, CAMEL])
def test_both_ways_to_write_names(answer: object) -> None:
    found = read_rest_methods(json.dumps(answer).encode())
    assert found == (Method(SERVICE, "OPENAPI", (Endpoint("GET", "/a/*"),)),)


def test_a_service_without_endpoints() -> None:
    assert read_rest_methods(b'{"service": []}') == ()
    entry = {name: value for name, value in SNAKE["service"][0].items() if name != "endpoint_list"}
    assert read_rest_methods(json.dumps({"service": [entry]}).encode())[0].endpoints == ()


def test_clients_as_printed() -> None:
    content = b"""<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
    <ns2:clientList xmlns:ns1="http://x-road.eu/xsd/identifiers" xmlns:ns2="http://x-road.eu/xsd/xroad.xsd">
    <ns2:member><ns2:id ns1:objectType="SUBSYSTEM"><ns1:xRoadInstance>VN</ns1:xRoadInstance>
    <ns1:memberClass>GOV</ns1:memberClass><ns1:memberCode>1</ns1:memberCode><ns1:subsystemCode>dancu</ns1:subsystemCode>
    </ns2:id><ns2:name>Co quan</ns2:name><ns2:subsystemName>Dan cu</ns2:subsystemName></ns2:member></ns2:clientList>"""
    assert read_clients(content, "text/xml") == (Listed(ClientId("VN", "GOV", "1", "dancu"), "Co quan", "Dan cu"),)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"[]",
        b"[" * 100_000,
        b'{"service": {}}',
        b'{"service": ["a"]}',
        b'{"service": [{}]}',
        b'{"service": [{"xroad_instance": 1}]}',
        b'{"member": [{"xRoadInstance": "VN", "memberClass": "GOV", "memberCode": "1"}]}',
    ],
)
def test_what_is_no_list(content: bytes) -> None:
    with pytest.raises(Malformed):
        read_rest_methods(content)
    with pytest.raises(Malformed):
        read_clients(content.replace(b'"service"', b'"member"'), "application/json;charset=utf-8")


@pytest.mark.parametrize("content", [b"<a/>", b"<!DOCTYPE a><a/>", b"nothing"])
def test_what_is_no_xml_list(content: bytes) -> None:
    with pytest.raises(Malformed):
        read_clients(content, "text/xml")
    with pytest.raises(Malformed):
        read_wsdl((Attachment("wsdl", content),))
    with pytest.raises(Malformed):
        read_wsdl(())
