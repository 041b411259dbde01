"""SOAP: what is built, what is read, what is refused."""

from __future__ import annotations

import re
from base64 import b64encode
from hashlib import sha512
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from connectors.xroad.consistency import Difference, differences, mismatches
from connectors.xroad.hashes import SHA512, Check, RequestHash, check_soap_hash, soap_hash
from connectors.xroad.header import Header
from connectors.xroad.identifiers import ClientId, RepresentedParty, ServerId, ServiceId
from connectors.xroad.malformed import Malformed
from connectors.xroad.media import check_soap_action, media_type
from connectors.xroad.message import CONTENT_TYPE, Message, build_answer, build_fault, build_request, parse_message
from lienthong.calls import Fault

from .vectors import HEADER

NS = "http://dancu.example.vn/v1"
# Every character of XML 1.0; the carriage return too, which must be written as a reference to survive.
TEXT = st.text(st.characters(exclude_categories=["Cs", "Cc"]) | st.sampled_from("\t\n\r"), min_size=1, max_size=12)
XML = TEXT.filter(lambda text: not {"\ufffe", "\uffff"} & set(text))
OPTION = st.none() | XML
NAME = st.from_regex(r"[a-zA-Z_][a-zA-Z0-9_.-]{0,9}", fullmatch=True)
HEADERS = st.builds(
    Header,
    st.builds(ClientId, XML, XML, XML, OPTION),
    st.builds(ServiceId, XML, XML, XML, OPTION, NAME, OPTION),
    XML,
    OPTION,
    OPTION,
    st.none() | st.builds(ServerId, XML, XML, XML, XML),
    st.none() | st.builds(RepresentedParty, OPTION, XML),
)


def body(name: str, text: str = "022000000000") -> etree._Element:
    element = etree.Element(f"{{{NS}}}{name}", nsmap={"t": NS})
    etree.SubElement(element, f"{{{NS}}}so").text = text
    return element


def read(content: bytes, content_type: str = CONTENT_TYPE) -> Message:
    found = parse_message(content, content_type)
    assert isinstance(found, Message)
    return found


def test_a_request_read_by_another_parser() -> None:
    root = ElementTree.fromstring(build_request(HEADER, body("traCuu")).content)
    soap, xroad, ids = (
        "{http://schemas.xmlsoap.org/soap/envelope/}",
        "{http://x-road.eu/xsd/xroad.xsd}",
        "{http://x-road.eu/xsd/identifiers}",
    )
    assert [child.tag for child in root] == [f"{soap}Header", f"{soap}Body"]
    names = ["client", "service", "id", "userId", "issue", "protocolVersion"]
    assert [child.tag for child in root[0]] == [xroad + name for name in names]
    client, service = root[0][0], root[0][1]
    assert client.attrib == {f"{ids}objectType": "SUBSYSTEM"}
    assert service.attrib == {f"{ids}objectType": "SERVICE"}
    assert [(child.tag, child.text) for child in service] == [
        (f"{ids}xRoadInstance", "VN"),
        (f"{ids}memberClass", "GOV"),
        (f"{ids}memberCode", "000.00.00.G99"),
        (f"{ids}subsystemCode", "dancu"),
        (f"{ids}serviceCode", "traCuu"),
    ]
    assert root[0][5].text == "4.0"
    assert [child.tag for child in root[1]] == [f"{{{NS}}}traCuu"]


@given(HEADERS)
def test_any_header_set_survives(header: Header) -> None:
    sent = build_request(header, body(header.service.service_code))
    found = read(sent.content)
    assert found.header == header
    assert differences(sent.parsed, found.parsed) == ()


@given(HEADERS)
def test_an_answer_carries_every_field_of_its_request(header: Header) -> None:
    request = read(build_request(header, body(header.service.service_code)).content)
    name = f"{header.service.service_code}Response"
    given_hash = soap_hash(request.content)
    answer = read(build_answer(request, body(name), given_hash))
    assert answer.is_answer
    assert differences(request.parsed, answer.parsed) == ()
    assert mismatches(request.header, answer.header) == ()
    assert check_soap_hash(request.content, answer.parsed.request_hash) is Check.MATCHES


def test_an_answer_copies_what_it_does_not_know_and_drops_a_foreign_hash() -> None:
    extra = (
        b'<s:token xmlns:s="http://x-road.eu/xsd/security-token.xsd" s:kind="jwt"> a <!-- b -->c</s:token>'
        b'<xroad:requestHash algorithmId="x">old</xroad:requestHash>'
    )
    sent = build_request(HEADER, body("traCuu")).content.replace(b"<xroad:id>", extra + b"<xroad:id>")
    request = read(sent)
    answer = read(build_answer(request, body("traCuuResponse")))
    assert [etree.QName(field).localname for field in answer.parsed.fields] == [
        "client",
        "service",
        "token",
        "id",
        "userId",
        "issue",
        "protocolVersion",
    ]
    assert answer.parsed.fields[2].text == " a c"
    assert answer.parsed.request_hash is None


def test_bodies_must_be_named_after_the_service() -> None:
    with pytest.raises(ValueError, match="name of the service"):
        build_request(HEADER, body("nopHoSo"))
    request = read(build_request(HEADER, body("traCuu")).content)
    with pytest.raises(ValueError, match="Response"):
        build_answer(request, body("traCuu"))


def test_a_message_needs_an_id() -> None:
    with pytest.raises(ValueError, match="id"):
        build_request(Header(HEADER.client, HEADER.service), body("traCuu"))


def test_what_xml_cannot_carry_is_refused_without_being_named() -> None:
    with pytest.raises(ValueError, match="userId") as caught:
        build_request(Header(HEADER.client, HEADER.service, "1", "VN\x01secret"), body("traCuu"))
    assert "secret" not in str(caught.value)


def test_request_and_request_suffix_are_answered_alike() -> None:
    sent = build_request(HEADER, body("traCuu")).content.replace(b":traCuu", b":traCuuRequest")
    request = read(sent)
    assert request.name == "traCuuRequest"
    assert read(build_answer(request, body("traCuuResponse"))).name == "traCuuResponse"


SENT = build_request(HEADER, body("traCuu")).content


def without(pattern: bytes) -> bytes:
    changed = re.sub(pattern, b"", SENT, count=1, flags=re.DOTALL)
    assert changed != SENT
    return changed


def put(old: bytes, new: bytes) -> bytes:
    assert old in SENT
    return SENT.replace(old, new, 1)


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "missing_soap"),
        (b" \n", "missing_soap"),
        (b"{}", "invalid_soap"),
        (SENT[:-5], "invalid_soap"),
        (b"<a/>", "invalid_soap"),
        (put(b"schemas.xmlsoap.org/soap/envelope/", b"www.w3.org/2003/05/soap-envelope"), "invalid_soap"),
        (without(rb"<soap:Header>.*</soap:Header>"), "missing_header"),
        (put(b"</soap:Header>", b"</soap:Header><soap:Header/>"), "invalid_soap"),
        (without(rb"<xroad:client.*</xroad:client>"), "missing_header_field"),
        (without(rb"<xroad:service .*</xroad:service>"), "missing_header_field"),
        (without(rb"<xroad:id>.*</xroad:id>"), "missing_header_field"),
        (without(rb"<xroad:protocolVersion>.*</xroad:protocolVersion>"), "missing_header_field"),
        (without(rb"<id:memberCode>[^<]*</id:memberCode>"), "missing_header_field"),
        (put(b"<xroad:id>", b"<xroad:id>1</xroad:id><xroad:id>"), "duplicate_header_field"),
        (put(b"<id:memberCode>", b"<id:memberCode>1</id:memberCode><id:memberCode>"), "duplicate_header_field"),
        (put(b' id:objectType="SUBSYSTEM"', b""), "invalid_xml"),
        (put(b' id:objectType="SUBSYSTEM"', b' objectType="SUBSYSTEM"'), "invalid_xml"),
        (put(b'"SUBSYSTEM"', b'"SERVICE"'), "invalid_xml"),
        (put(b'"SUBSYSTEM"', b'"CENTRALSERVICE"'), "invalid_xml"),
        (put(b">4.0<", b">3.1<"), "invalid_protocol_version"),
        (put(b">4.0<", b"><"), "invalid_protocol_version"),
        (without(rb"<soap:Body>.*</soap:Body>"), "missing_body"),
        (without(rb"<t:traCuu.*</t:traCuu>"), "invalid_body"),
        (put(b"</soap:Body>", b"<t/></soap:Body>"), "invalid_body"),
        (put(b"</soap:Body>", b"</soap:Body><soap:Body/>"), "invalid_body"),
        (SENT.replace(b":traCuu", b":nopHoSo"), "inconsistent_headers"),
    ],
)
def test_refusals(content: bytes, code: str) -> None:
    with pytest.raises(Malformed) as caught:
        parse_message(content, CONTENT_TYPE)
    assert caught.value.code == code


@pytest.mark.parametrize(
    "content",
    [
        put(b">4.0<", b">4.1<"),
        without(rb"<xroad:userId>.*</xroad:userId>"),
        put(b"</id:serviceCode>", b"</id:serviceCode><id:serviceVersion/>"),
        put(b"<xroad:issue>HS-0001</xroad:issue>", b"<xroad:issue/>"),
        put(b"</soap:Header>", b"<wsse:Security xmlns:wsse='urn:example'/></soap:Header>"),
        b"\xef\xbb\xbf" + SENT,
    ],
)
def test_what_is_still_a_request(content: bytes) -> None:
    assert read(content).header.service == HEADER.service


def test_rpc_messages_are_read() -> None:
    style = b'<soap:Envelope soap:encodingStyle="http://schemas.xmlsoap.org/soap/encoding/"'
    assert read(put(b"<soap:Envelope", style)).rpc
    assert not read(SENT).rpc


@pytest.mark.parametrize(
    ("declared", "sent_as", "content_type"),
    [
        ("UTF-8", "utf-8", "text/xml"),
        ("UTF-8", "utf-8", None),
        ("UTF-8", "utf-8-sig", "text/xml; charset=UTF-8"),
        ("UTF-8", "utf-8-sig", "text/xml; charset=ISO-8859-1"),
        ("ISO-8859-1", "iso-8859-1", "text/xml; charset=ISO-8859-1"),
        ("ISO-8859-1", "iso-8859-1", "text/xml"),
        ("UTF-8", "iso-8859-1", 'text/xml;Charset="iso-8859-1"'),
        ("UTF-16", "utf-16", "text/xml"),
        ("UTF-8", "utf-8", 'application/xop+xml; type="text/xml"; charset=utf-8'),
    ],
)
def test_charsets(declared: str, sent_as: str, content_type: str | None) -> None:
    text = build_request(Header(HEADER.client, HEADER.service, "Hồ"), body("traCuu", "à")).content.decode()
    text = text.replace("UTF-8", declared).replace("Hồ", "Hô")
    found = parse_message(text.encode(sent_as), content_type)
    assert isinstance(found, Message)
    assert (found.header.id, found.body[0].text) == ("Hô", "à")


@pytest.mark.parametrize(
    ("content_type", "code"),
    [
        ("text/html", "invalid_content_type"),
        ("application/soap+xml", "invalid_content_type"),
        ("application/json", "invalid_content_type"),
        ("", None),
        ("text/xml; charset=x-unknown", "invalid_content_type"),
        ("text/xml; charset=unicode_escape", "invalid_content_type"),
        ("text/xml; charset=zlib", "invalid_content_type"),
        ("TEXT/XML;charset=utf8", None),
    ],
)
def test_content_types(content_type: str, code: str | None) -> None:
    if code is None:
        assert read(SENT, content_type)
        return
    with pytest.raises(Malformed) as caught:
        parse_message(SENT, content_type)
    assert caught.value.code == code


def test_a_content_type_with_all_its_parts() -> None:
    found = media_type('Multipart/Related; type="text/xml"; boundary="a;b\\"c"; start="<s@x>"; charset=UTF-8')
    assert (found.kind, found.boundary, found.start, found.charset) == ("multipart/related", 'a;b"c', "<s@x>", "utf-8")


@pytest.mark.parametrize("action", [None, "", '""', '"http://dancu.example.vn/traCuu"', '"urn:a"', '"traCuu"', ' "" '])
def test_soap_actions(action: str | None) -> None:
    check_soap_action(action)


@pytest.mark.parametrize("action", ["traCuu", "http://example.vn", '"', '"a b"', '"%zz"', "'a'", '"a" b', '"ồ"'])
def test_soap_actions_that_are_refused(action: str) -> None:
    with pytest.raises(Malformed) as caught:
        check_soap_action(action)
    assert caught.value.code == "invalid_soap_action"


@given(XML, XML, st.none() | XML, st.none() | XML.filter(str.strip))
def test_faults_survive(code: str, words: str, actor: str | None, detail: str | None) -> None:
    fault = Fault(code.strip(), words, actor, detail.strip() if detail else None)
    assert parse_message(build_fault(fault), CONTENT_TYPE) == fault


def test_a_fault_as_the_protocol_prints_it() -> None:
    printed = b"""<?xml version="1.0"?><S:Envelope xmlns:S="http://schemas.xmlsoap.org/soap/envelope/"><S:Body><S:Fault>
    <faultcode>Server.ClientProxy.NetworkError</faultcode><faultstring>no</faultstring><faultactor></faultactor>
    <detail><faultDetail xmlns="">f31e7451-f0ac-48f6-9f05-1f0459e48eea</faultDetail></detail>
    </S:Fault></S:Body></S:Envelope>"""
    fault = Fault("Server.ClientProxy.NetworkError", "no", None, "f31e7451-f0ac-48f6-9f05-1f0459e48eea")
    assert parse_message(printed, CONTENT_TYPE) == fault


def test_a_fault_may_carry_the_header_of_its_request() -> None:
    request = read(SENT)
    fault = Fault("Client", "Thiếu số định danh")
    content = build_fault(fault, request.parsed.fields)
    assert parse_message(content, CONTENT_TYPE) == fault
    assert content.count(b"<xroad:client") == 1


def changed(old: bytes, new: bytes) -> tuple[Difference, ...]:
    return differences(read(SENT).parsed, read(put(old, new)).parsed)


def test_differences_are_named() -> None:
    user = b"<xroad:userId>VN000000000000</xroad:userId>"
    issue = b"<xroad:issue>HS-0001</xroad:issue>"
    assert changed(user, b"") == (Difference("missing", "userId"),)
    assert changed(b">HS-0001<", b">HS-0002<") == (Difference("changed", "issue"),)
    assert changed(user + issue, issue + user) == (Difference("order", "userId"),)
    assert changed(user, user + b"<t xmlns='urn:t'/>") == (Difference("added", "t"),)
    assert changed(b">motcua<", b">motcua <") == (Difference("changed", "client"),)
    assert changed(issue, issue + b"<xroad:requestHash algorithmId='a'>b</xroad:requestHash>") == ()
    assert mismatches(HEADER, read(put(b">HS-0001<", b">HS-0002<")).header) == ("issue",)


def test_layout_and_prefixes_are_no_difference() -> None:
    other = SENT.replace(b"xroad:", b"x:").replace(b"xmlns:xroad", b"xmlns:x").replace(b"><id:", b">\n  <id:")
    assert other != SENT
    assert differences(read(SENT).parsed, read(other).parsed) == ()


def test_hashes_are_of_the_exact_bytes() -> None:
    expected = b64encode(sha512(SENT).digest()).decode()
    assert soap_hash(SENT) == RequestHash(SHA512, expected)
    wrapped = RequestHash(SHA512, f"\n   {expected[:40]}\n  {expected[40:]}\n")
    assert check_soap_hash(SENT, wrapped) is Check.MATCHES
    assert check_soap_hash(SENT + b" ", wrapped) is Check.DIFFERS
    assert check_soap_hash(SENT, RequestHash("urn:md5", expected)) is Check.UNKNOWN_ALGORITHM
    assert check_soap_hash(SENT, RequestHash(SHA512, "é")) is Check.DIFFERS
    assert check_soap_hash(SENT, None) is Check.ABSENT
