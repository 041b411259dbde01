"""The provider's side without a bus: what is unwrapped, and what an answer has to repeat."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from connectors.xroad import XRoad, XRoadSettings
from connectors.xroad.consistency import differences
from connectors.xroad.message import Message, parse_message
from lienthong.calls import Attachment, Fault
from lienthong.ports import Endpoint
from lienthong.requests import Answer, Inbound

from .running import WSDL

T = "http://dancu.example.vn/v1"
CALLER, DENIED = "VN/GOV/000.00.00.G99/dancu", "VN/COM/0100000001/la"
BODY = f'<t:traCuu xmlns:t="{T}"><t:so>022000000000</t:so></t:traCuu>'


def connector(**provide: Any) -> XRoad:
    given = {"allow": ["VN/GOV/*/dancu"], **provide}
    settings = {"base_url": "http://may-chu.example.vn", "client": "VN/GOV/000.00.00.H49/truc", "provide": given}
    return XRoad(XRoadSettings.model_validate(settings), "road")


SOAP = connector(wsdl=str(WSDL), url="https://truc.example.vn")
REST = connector()


def envelope(
    body: str = BODY, extra: str = "", client: str = CALLER, owner: str = "truc", code: str = "traCuu"
) -> bytes:
    """As a consumer wrote it, with prefixes and an order of his own."""
    instance, kind, member, subsystem = client.split("/")
    return f"""<?xml version="1.0"?>
<e:Envelope xmlns:e="http://schemas.xmlsoap.org/soap/envelope/" xmlns:x="http://x-road.eu/xsd/xroad.xsd"
  xmlns:i="http://x-road.eu/xsd/identifiers"><e:Header>
<x:protocolVersion>4.0</x:protocolVersion><x:issue>H49 &amp; con</x:issue>
<x:service i:objectType="SERVICE"><i:xRoadInstance>VN</i:xRoadInstance><i:memberClass>GOV</i:memberClass>
  <i:memberCode>000.00.00.H49</i:memberCode><i:subsystemCode>{owner}</i:subsystemCode>
  <i:serviceCode>{code}</i:serviceCode><i:serviceVersion>v1</i:serviceVersion></x:service>
{extra}<x:id>  ma-1 </x:id><x:userId>cán bộ</x:userId>
<x:client i:objectType="SUBSYSTEM"><i:xRoadInstance>{instance}</i:xRoadInstance><i:memberClass>{kind}</i:memberClass>
  <i:memberCode>{member}</i:memberCode><i:subsystemCode>{subsystem}</i:subsystemCode></x:client>
</e:Header><e:Body>{body}</e:Body></e:Envelope>""".encode()


def post(content: bytes, kind: str = "text/xml; charset=utf-8", **headers: str) -> Inbound:
    given = {"content-type": kind, "x-road-client": "VN/GOV/1/gia-mao", **headers}
    return Inbound("POST", "/in/road/traCuu", {}, given, content, "may-chu")


def taken(content: bytes, **more: Any) -> Inbound:
    found = SOAP.unwrap(post(content, **more))
    assert isinstance(found, Inbound), found
    return found


def fault(answer: Inbound | Answer) -> tuple[str, str]:
    assert isinstance(answer, Answer) and answer.status == 500
    root = ElementTree.fromstring(answer.content)
    return root.findtext(".//faultcode") or "", root.findtext(".//faultstring") or ""


def test_it_is_an_endpoint() -> None:
    assert isinstance(SOAP, Endpoint) and isinstance(REST, Endpoint)


def test_a_call_is_read_and_the_header_is_what_the_envelope_says() -> None:
    found = taken(envelope())
    assert found.call is not None and found.call.operation == "traCuu"
    assert found.call.arguments == {"so": "022000000000"}
    assert found.party == "SUBSYSTEM:VN/GOV/000.00.00.G99/dancu" and found.client == "may-chu"
    said = {name: value for name, value in found.headers.items() if name.startswith("x-road-")}
    assert said == {
        "x-road-client": CALLER,
        "x-road-id": "  ma-1 ",
        "x-road-userid": "cán bộ",
        "x-road-issue": "H49 & con",
    }


def test_an_answer_repeats_the_header_in_its_order_and_with_its_values() -> None:
    extra = '<la:rieng xmlns:la="urn:la" la:a="1"><la:b> c </la:b></la:rieng>'
    sent = envelope(extra=f'{extra}<x:requestHash algorithmId="?">eA==</x:requestHash>')
    answer = SOAP.wrap(taken(sent), Answer(200, value={"so": "1", "ten": "Nguyễn Văn Ví Dụ"}))
    assert (answer.status, answer.content_type) == (200, "text/xml; charset=utf-8")
    request, reply = parse_message(sent, None), parse_message(answer.content, answer.content_type)
    assert isinstance(request, Message) and isinstance(reply, Message)
    assert differences(request.parsed, reply.parsed) == ()
    assert reply.parsed.request_hash is None, "its security server makes it"
    assert [str(each.tag) for each in reply.parsed.fields].count("{urn:la}rieng") == 1
    assert etree.tostring(reply.body, method="text", encoding="unicode") == "1Nguyễn Văn Ví Dụ"


def test_a_fault_repeats_it_too_and_is_our_own() -> None:
    inbound = taken(envelope())
    answer = SOAP.wrap(inbound, Answer(500, fault=Fault("Server", "hỏng\x00", detail="chi tiết")))
    assert fault(answer) == ("soap-env:Server", "hỏng?")
    root = ElementTree.fromstring(answer.content)
    assert root.findtext(".//faultDetail") == "chi tiết"
    assert [child.tag.rpartition("}")[2] for child in root[0]] == [
        "protocolVersion",
        "issue",
        "service",
        "id",
        "userId",
        "client",
    ]
    for said, written in (
        ("server.serverproxy.access_denied", "Server"),
        ("Client.AccessDenied", "Client.AccessDenied"),
        ("client", "Client"),
        ("HoSo.Sai", "Server"),
    ):
        assert fault(SOAP.wrap(inbound, Answer(500, fault=Fault(said, "x")))) == (f"soap-env:{written}", "x")


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (Answer(503), "failed with status 503"),
        (Answer(200, value={"ten": "A"}), "does not fit the WSDL"),
        (Answer(200, value={"so": "1", "la": "A"}), "does not fit the WSDL"),
    ],
)
def test_an_answer_that_is_none(answer: Answer, said: str) -> None:
    code, text = fault(SOAP.wrap(taken(envelope()), answer))
    assert code == "soap-env:Server" and said in text


MUST = '<la:rieng xmlns:la="urn:la" e:mustUnderstand="1"/>'


@pytest.mark.parametrize(
    ("content", "code", "said"),
    [
        (envelope(client=DENIED), "Client.AccessDenied", "provide.allow"),
        (envelope(owner="khac"), "Client", "not one of this system"),
        (envelope(code="nopHoSo"), "Client", "inconsistent_headers"),
        (envelope(f'<t:xoa xmlns:t="{T}"/>', code="xoa"), "Client", "not that of a service"),
        (envelope(f'<t:traCuu xmlns:t="{T}"/>'), "Client", "so"),
        (envelope(BODY.replace("so>", "la>")), "Client", "not expected"),
        (envelope(BODY + BODY), "Client", "invalid_body"),
        (envelope(extra=MUST), "MustUnderstand", "not understood"),
        (envelope().replace(b"4.0<", b"5.0<"), "Client", "invalid_protocol_version"),
        (envelope().replace(b"x:id>", b"x:ma>"), "Client", "missing_header_field"),
        (b"<e:Envelope/>", "Client", "cannot be read"),
        (SOAP.wrap(taken(envelope()), Answer(500, fault=Fault("Server", "x"))).content, "Client", "it is a fault"),
    ],
)
def test_requests_that_are_refused(content: bytes, code: str, said: str) -> None:
    found, text = fault(SOAP.unwrap(post(content)))
    assert found == f"soap-env:{code}" and said in text
    assert "022000000000" not in text


def test_bytes_come_beside_the_envelope() -> None:
    body = (
        f'<t:traCuu xmlns:t="{T}"><t:so>1</t:so><t:anh>'
        '<xop:Include xmlns:xop="http://www.w3.org/2004/08/xop/include" href="cid:anh@x"/></t:anh></t:traCuu>'
    )
    parts = (
        b"--b\r\nContent-Type: application/xop+xml; charset=UTF-8\r\n\r\n"
        + envelope(body)
        + b"\r\n--b\r\nContent-ID: <anh@x>\r\nContent-Type: image/png\r\n\r\n\x89PNG\r\n--b--\r\n"
    )
    kind = 'multipart/related; type="application/xop+xml"; boundary="b"'
    found = taken(parts, kind=kind)
    assert found.call is not None
    picture = found.call.arguments["anh"]
    assert isinstance(picture, Attachment) and (picture.content, picture.media) == (b"\x89PNG", "image/png")
    answer = SOAP.wrap(found, Answer(200, value={"so": "1", "anh": picture}))
    assert answer.content_type.startswith("multipart/related") and b"\x89PNG" in answer.content
    assert fault(SOAP.unwrap(post(parts[:-20], kind=kind)))[0] == "soap-env:Client"


def test_what_is_no_call() -> None:
    get = Inbound("GET", "/in/road/traCuu", {}, {}, b"", "may-chu")
    served = SOAP.unwrap(replace(get, query={"wsdl": ""}))
    assert isinstance(served, Answer) and b"https://truc.example.vn/in/road/traCuu" in served.content
    for inbound, status in ((get, 404), (replace(get, method="PUT"), 405)):
        found = SOAP.unwrap(inbound)
        assert isinstance(found, Answer) and found.status == status


def rest(client: str | None, **headers: str) -> Inbound | Answer:
    given = ({} if client is None else {"x-road-client": client}) | headers
    return REST.unwrap(Inbound("GET", "/in/road/tra-cuu/nguoi/1", {}, given, b"", "may-chu"))


def test_rest_names_the_caller_and_leaves_the_rest_alone() -> None:
    found = rest(CALLER, **{"x-road-id": "ma-1"})
    assert isinstance(found, Inbound) and found.party == "SUBSYSTEM:VN/GOV/000.00.00.G99/dancu"
    assert (found.path, found.headers["x-road-id"]) == ("/in/road/tra-cuu/nguoi/1", "ma-1")
    plain = Answer(404, b"{}", "application/json")
    assert REST.wrap(found, plain) == plain
    assert json.loads(REST.wrap(found, Answer(200, value={"a": 1})).content) == {"a": 1}
    for code, status in (("Client", 400), ("Server", 500)):
        said = REST.wrap(found, Answer(200, fault=Fault(code, "x")))
        assert (said.status, json.loads(said.content)["code"]) == (status, code)


@pytest.mark.parametrize(
    ("client", "status", "code"),
    [
        (DENIED, 403, "access-denied"),
        ("VN/GOV/1", 403, "access-denied"),
        (None, 400, "bad_request"),
        ("VN/GOV", 400, "bad_request"),
        ("VN/GOV/%/dancu", 400, "bad_request"),
    ],
)
def test_rest_refuses(client: str | None, status: int, code: str) -> None:
    found = rest(client)
    assert isinstance(found, Answer)
    assert (found.status, json.loads(found.content)["code"]) == (status, code)


def test_without_the_section_nothing_is_touched() -> None:
    settings = {"base_url": "http://may-chu.example.vn", "client": CALLER, "provider": CALLER}
    consumer = XRoad(XRoadSettings.model_validate(settings), "road")
    inbound, answer = post(b"x"), Answer(200, b"y")
    assert consumer.unwrap(inbound) is inbound and consumer.wrap(inbound, answer) is answer


@given(
    st.binary(max_size=300), st.integers(0, 1200), st.sampled_from(["text/xml", 'multipart/related; boundary="b"', "x"])
)
def test_no_bytes_break_the_door(noise: bytes, at: int, kind: str) -> None:
    whole = envelope()
    for content in (noise, whole[:at] + noise + whole[at:], whole[:at]):
        found = SOAP.unwrap(post(content, kind=kind))
        assert isinstance(found, Inbound) or fault(found)[0].startswith("soap-env:")


@given(
    st.dictionaries(st.sampled_from(["x-road-client", "x-road-security-server", "x-road-represented-party"]), st.text())
)
def test_no_headers_break_the_door(headers: dict[str, str]) -> None:
    found = rest(None, **headers)
    assert isinstance(found, Inbound) or found.status in (400, 403)
