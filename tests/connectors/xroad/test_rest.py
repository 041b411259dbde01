"""REST: headers, blame, error bodies, hashes."""

from __future__ import annotations

from base64 import b64decode
from dataclasses import replace
from hashlib import sha512

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.xroad.faults import Origin
from connectors.xroad.hashes import Check, check_rest_hash, rest_hash, rest_head
from connectors.xroad.header import Header
from connectors.xroad.identifiers import ClientId, RepresentedParty, ServerId, ServiceId
from connectors.xroad.malformed import Malformed
from connectors.xroad.rest import parse_headers, parse_request, request_headers, request_path
from connectors.xroad.rest_faults import blame, read_fault, write_fault
from lienthong.calls import Fault

from .test_identifiers import CLIENTS, OPTION, PART, SERVERS
from .vectors import HEADER, SERVICE

PLAIN = st.none() | st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=1, max_size=20)
LOG_ID = "018cbcae-537e-421b-b6f6-2608dc97bd90"
HEADERS = st.builds(
    Header,
    CLIENTS,
    st.builds(ServiceId, PART, PART, PART, PART, PART),
    PLAIN,
    PLAIN,
    PLAIN,
    st.none() | SERVERS,
    st.none() | st.builds(RepresentedParty, OPTION, PART),
)


def test_a_request_as_the_protocol_prints_it() -> None:
    header = replace(
        HEADER,
        security_server=ServerId("VN", "GOV", "1", "ss/01"),
        represented_party=RepresentedParty("COM", "0100000000"),
    )
    assert request_path(SERVICE, "/v1/cong-dan") == "r1/VN/GOV/000.00.00.G99/dancu/traCuu/v1/cong-dan"
    assert request_path(SERVICE) == "r1/VN/GOV/000.00.00.G99/dancu/traCuu"
    assert request_headers(header) == {
        "X-Road-Client": "VN/GOV/000.00.00.H49/motcua",
        "X-Road-Id": "9f1c2a9e-7f0b-4a63-9d3f-0f7b1f6f0a11",
        "X-Road-UserId": "VN000000000000",
        "X-Road-Issue": "HS-0001",
        "X-Road-Security-Server": "VN/GOV/1/ss%2F01",
        "X-Road-Represented-Party": "COM/0100000000",
    }


@given(HEADERS)
def test_any_header_set_reads_back(header: Header) -> None:
    sent = request_headers(header)
    assert parse_headers(sent, header.service) == header
    if not {".", ".."} & set(header.service.parts):
        found = parse_request("GET", "/" + request_path(header.service, "x/y"), None, sent)
        assert (found.header, found.path) == (header, "/x/y")


def test_of_repeated_headers_the_last_counts() -> None:
    headers = [("X-Road-Client", "A/B/C"), ("x-road-client", "A/B/D/e"), ("X-ROAD-ID", "1"), ("x-road-id", "2")]
    found = parse_headers(headers, SERVICE)
    assert (found.client, found.id) == (ClientId("A", "B", "D", "e"), "2")


@pytest.mark.parametrize(
    ("method", "path", "headers"),
    [
        ("BREW", "/r1/A/B/C/d/e", {"x-road-client": "A/B/C"}),
        ("GET", "/r2/A/B/C/d/e", {"x-road-client": "A/B/C"}),
        ("GET", "/r1/A/B/C/d", {"x-road-client": "A/B/C"}),
        ("GET", "/r1/A/B/C//e", {"x-road-client": "A/B/C"}),
        ("GET", "/r1/A:B:C:d:e", {"x-road-client": "A/B/C"}),
        ("GET", "/r1/A/B/C/%zz/e", {"x-road-client": "A/B/C"}),
        ("GET", "//r1/A/B/C/d/e", {"x-road-client": "A/B/C"}),
        ("GET", "/r1/A/B/C/d/e", {"x-road-client": "A/B"}),
        ("GET", "/r1/A/B/C/d/e", {"x-road-client": "A/B/C", "x-road-security-server": "A/B/C"}),
        ("GET", "/r1/A/B/C/d/e", {"x-road-client": "A/B/C", "x-road-represented-party": "A/B/C"}),
    ],
)
def test_requests_that_are_refused(method: str, path: str, headers: dict[str, str]) -> None:
    with pytest.raises(Malformed) as caught:
        parse_request(method, path, None, headers)
    assert caught.value.code == "bad_request"


def test_a_user_outside_ascii_is_refused_without_being_named() -> None:
    with pytest.raises(ValueError, match="X-Road-UserId") as caught:
        request_headers(replace(HEADER, user_id="Nguyễn Văn Ví Dụ"))
    assert "Nguy" not in str(caught.value)


@pytest.mark.parametrize(
    ("status", "error", "origin"),
    [
        (200, None, None),
        (302, None, None),
        (404, None, Origin.PROVIDER),
        (500, "Server.ServerProxy.NetworkError", Origin.PROVIDER_SERVER),
        (500, "server.serverproxy.service_failed.http_error", Origin.PROVIDER),
        (500, "Server.ClientProxy.UnknownMember", Origin.CONSUMER_SERVER),
        (500, "client.missing_header_field", Origin.CONSUMER_SYSTEM),
        (200, "SERVER.SERVERPROXY.ACCESS_DENIED", Origin.PROVIDER_SERVER),
        (500, "", Origin.UNCLEAR),
    ],
)
def test_whose_fault(status: int, error: str | None, origin: Origin | None) -> None:
    assert blame(status, error) is origin


@pytest.mark.parametrize("accept", [None, "text/xml", "application/xml"])
def test_error_bodies_read_back(accept: str | None) -> None:
    fault = Fault("server.clientproxy.unknown_member", "Không tìm thấy <thành viên>", None, LOG_ID)
    kind, body = write_fault(fault, accept)
    assert read_fault({"content-type": kind, "x-road-error": fault.code}, body) == fault


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("application/json", b""),
        ("application/json", b"[" * 100_000),
        ("application/json", b'{"message": 5}'),
        ("application/json", b"[]"),
        ("text/xml", b"<error>"),
        ("text/xml", b'<!DOCTYPE e [<!ENTITY a "b">]><error><message>&a;</message></error>'),
        ("text/html", b"<html>"),
    ],
)
def test_an_unreadable_error_body_still_has_its_code(kind: str, body: bytes) -> None:
    assert read_fault({"content-type": kind, "x-road-error": "Client.BadRequest"}, body) == Fault(
        "Client.BadRequest", ""
    )


def test_request_hashes() -> None:
    headers = [("X-Road-Client", "A/B/C/d"), ("User-Agent", "x"), ("Accept", "a/b"), ("X-Road-Request-Hash", "no")]
    head = rest_head("GET", "/r1/A/B/C/d/e?a=1", headers, LOG_ID)
    written = f"GET\r\n/r1/A/B/C/d/e?a=1\r\nX-Road-Client:A/B/C/d\r\nAccept:a/b\r\nx-road-request-id:{LOG_ID}\r\n"
    assert head == written.encode()
    assert b64decode(rest_hash(head, None)) == sha512(head).digest()
    both = sha512(sha512(head).digest() + sha512(b"{}").digest()).digest()
    assert b64decode(rest_hash(head, b"{}")) == both
    assert check_rest_hash(head, b"{}", rest_hash(head, b"{}")) is Check.MATCHES
    assert check_rest_hash(head, b"", rest_hash(head, b"{}")) is Check.DIFFERS
    assert check_rest_hash(head, b"", "%%") is Check.DIFFERS
    assert check_rest_hash(head, b"", None) is Check.ABSENT
