"""Our side: zeep's own client as the witness, and requests by hand that no client sends."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
import zeep
from aiohttp import web
from lxml import etree

from connectors.soap import Soap, SoapSettings
from connectors.soap.envelope import opened
from connectors.soap.faults import read_fault
from connectors.xml import parse
from lienthong.calls import Attachment, Fault
from lienthong.requests import Answer, Inbound, Unsendable
from lienthong.requests import Soap as Asked
from tests.connectors.soap.support import ACCOUNTS, ASKED, CITIZEN, CITIZENS, FORMS, SOAP12, connected, envelope
from tests.connectors.soap.test_mime import SCAN, message
from tests.connectors.soap.test_soap import LOOK_UP
from tests.connectors.soap.test_write import ours, service

DOOR = "/in/citizens/look-up"
TYPE = {"content-type": "text/xml; charset=utf-8"}
FOUND = {
    "Citizen": [
        {"Number": "022199000000", "Name": {"Family": "Nguyễn", "Given": "Ví Dụ"}, "Place": [{"Province": "22"}]}
    ]
}


def endpoint(wsdl: Path = CITIZENS, **serve: Any) -> Soap:
    settings = {"base_url": "http://partner.example.vn", "wsdl": str(wsdl), "endpoint": serve}
    return Soap(SoapSettings.model_validate(settings), "citizens")


def post(content: bytes, headers: dict[str, str] = TYPE) -> Inbound:
    return Inbound("POST", DOOR, {}, headers, content, "portal")


def refused(answer: Inbound | Answer) -> tuple[int, Fault]:
    assert isinstance(answer, Answer)
    assert answer.content_type.endswith("; charset=utf-8")
    return answer.status, read_fault(opened(parse(answer.content)))


def taken(answer: Inbound | Answer) -> Inbound:
    assert isinstance(answer, Inbound), answer
    return answer


@asynccontextmanager
async def served(connector: Soap, reply: Callable[[Inbound], Answer]) -> AsyncIterator[str]:
    """The bus in small: an HTTP server that unwraps, asks `reply`, and wraps. Yields its base URL."""

    async def handle(request: web.Request) -> web.Response:
        headers = {name.lower(): value for name, value in request.headers.items()}
        inbound = Inbound(request.method, request.path, dict(request.query), headers, await request.read(), "portal")
        found = connector.unwrap(inbound)
        answer = found if isinstance(found, Answer) else connector.wrap(found, reply(found))
        return web.Response(status=answer.status, body=answer.content, headers={"Content-Type": answer.content_type})

    app = web.Application()
    app.router.add_route("*", "/{tail:.*}", handle)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()


async def test_zeep_reads_our_wsdl_and_its_imports_and_calls_us() -> None:
    heard: list[Inbound] = []

    def reply(inbound: Inbound) -> Answer:
        heard.append(inbound)
        return Answer(200, value=FOUND)

    def call(url: str) -> Any:
        with zeep.Client(f"{url}{DOOR}?wsdl") as client:
            return client.service.LookUp(RequestId="1", Purpose="2", Number="022199000000", language="vi")

    async with served(endpoint(), reply) as url:
        found = await asyncio.to_thread(call, url)
    assert found.Citizen[0].Name.Given == "Ví Dụ"
    [inbound] = heard
    assert inbound.call is not None and inbound.call.operation == "LookUp"
    assert inbound.call.arguments == {"RequestId": "1", "Purpose": "2", "Number": "022199000000", "@language": "vi"}


async def test_zeep_calls_us_from_many_threads() -> None:
    def reply(inbound: Inbound) -> Answer:
        assert inbound.call is not None
        return Answer(200, value={"Note": inbound.call.arguments["RequestId"]})

    async with served(endpoint(), reply) as url:
        client = await asyncio.to_thread(zeep.Client, f"{url}{DOOR}?wsdl")

        def call(number: int) -> str:
            return str(client.service.LookUp(RequestId=str(number), Purpose="2", language="vi").Note)

        with ThreadPoolExecutor(8) as pool:
            loop = asyncio.get_running_loop()
            got = await asyncio.gather(*(loop.run_in_executor(pool, call, n) for n in range(40)))
        client.transport.session.close()
    assert got == [str(n) for n in range(40)]


async def test_zeep_hears_our_faults_in_both_versions() -> None:
    fault = Fault("Server.Busy", "Hệ thống bận", "urn:bus", "mã 7")

    def caught(url: str, call: Callable[[Any], Any]) -> zeep.exceptions.Fault:
        with zeep.Client(f"{url}/in/x/y?wsdl") as client, pytest.raises(zeep.exceptions.Fault) as found:
            call(client.service)
        return found.value

    async with served(endpoint(), lambda inbound: Answer(200, fault=fault)) as url:
        told = await asyncio.to_thread(caught, url, lambda service: service.Ping())
    assert (told.message, told.code, told.actor) == ("Hệ thống bận", "soap-env:Server.Busy", "urn:bus")
    async with served(endpoint(FORMS), lambda inbound: Answer(200, fault=fault)) as url:
        person = {"name": "N", "code": "c"}
        told = await asyncio.to_thread(
            caught, url, lambda service: service.File(applicant=person, fee="1", closed=zeep.xsd.Nil, _value_2=[])
        )
    assert (told.message, told.code) == ("Hệ thống bận", "soap-env:Receiver")


async def test_zeep_calls_rpc_and_soap_12() -> None:
    def book(url: str) -> Any:
        with zeep.Client(f"{url}/in/x/y?wsdl") as client:
            return client.service.book(reference="r", entry={"account": "a", "amount": "1.50", "tag": ["x"]})

    def file(url: str) -> Any:
        with zeep.Client(f"{url}/in/x/y?wsdl") as client:
            return client.service.File(applicant={"name": "N", "code": "c"}, fee="1", closed=zeep.xsd.Nil, _value_2=[])

    async with served(endpoint(ACCOUNTS), lambda inbound: Answer(200, value={"balance": "12.50"})) as url:
        assert str(await asyncio.to_thread(book, url)) == "12.50"
    async with served(endpoint(FORMS), lambda inbound: Answer(200, value={"number": "7"})) as url:
        assert await asyncio.to_thread(file, url) == "7"


async def test_our_client_calls_our_endpoint_with_attachments() -> None:
    heard: list[Inbound] = []

    def reply(inbound: Inbound) -> Answer:
        heard.append(inbound)
        assert inbound.call is not None
        return Answer(200, value={"Receipt": inbound.call.arguments.get("Scan"), "Copy": Attachment("copy", b"c")})

    scan = Attachment("scan", b"\x00\xff" * 1000, "image/png")
    async with served(endpoint(), reply) as url, connected(url + DOOR) as connector:
        answer = await connector.exchange(Asked("Submit", {"Title": "t", "Scan": scan, "Page": ["AAEC"]}))
        fault = await connector.exchange(LOOK_UP)
    assert (answer.value["Receipt"].content, answer.value["Copy"].content) == (scan.content, b"c")
    assert heard[0].call is not None and heard[0].call.attachments == (scan,)
    assert fault.fault == Fault(
        "Server", "our answer does not fit the WSDL: Receipt is not in the schema; known are: Citizen, Note"
    )


async def test_a_body_of_nothing_but_text() -> None:
    heard: list[Inbound] = []

    def reply(inbound: Inbound) -> Answer:
        heard.append(inbound)
        return Answer(200, value="đây")

    async with served(endpoint(FORMS), reply) as url, connected(url, FORMS) as connector:
        answer = await connector.exchange(Asked("Echo", {"#text": "có ai không"}))
        with pytest.raises(Unsendable, match="word is not in the schema; known are: #text"):
            await connector.exchange(Asked("Echo", {"word": "x"}))
    assert answer.value == "đây"
    assert heard[0].call is not None and heard[0].call.arguments == {"#text": "có ai không"}


def test_the_wsdl_has_the_address_of_the_request_and_only_pinned_documents_are_served() -> None:
    def get(query: dict[str, str], headers: dict[str, str], **serve: Any) -> Answer:
        found = endpoint(**serve).unwrap(Inbound("GET", DOOR, query, headers, b"", "portal"))
        assert isinstance(found, Answer)
        return found

    def address(answer: Answer) -> str | None:
        [node] = etree.fromstring(answer.content).iter("{http://schemas.xmlsoap.org/wsdl/soap/}address")
        return node.get("location")

    host = {"host": "bus.example.vn:8443"}
    assert address(get({"wsdl": ""}, host)) == f"http://bus.example.vn:8443{DOOR}"
    assert address(get({"WSDL": ""}, host | {"x-forwarded-proto": "https"})) == f"https://bus.example.vn:8443{DOOR}"
    assert address(get({"wsdl": ""}, {"host": 'a"><b/>'})) == f"http://localhost{DOOR}"
    assert address(get({"wsdl": ""}, host, url="https://bus.example.vn/")) == f"https://bus.example.vn{DOOR}"
    schema = get({"xsd": "types/citizens.xsd"}, host)
    assert f'schemaLocation="http://bus.example.vn:8443{DOOR}?xsd=types/places.xsd"'.encode() in schema.content
    for query in ({}, {"a": "b"}, {"xsd": "forms.wsdl"}, {"xsd": "../support.py"}, {"wsdl": "/etc/passwd"}):
        assert get(query, host).status == 404
    assert endpoint().unwrap(Inbound("PUT", DOOR, {}, {}, b"", "portal")).status == 405  # type: ignore[union-attr]


def asked(**change: Any) -> bytes:
    root = service(CITIZENS).operation("LookUp").request.root
    assert root is not None
    prefix = root.start.removeprefix("<").partition(":")[0]
    return ours(CITIZENS, "LookUp", {**ASKED, **change}).replace(prefix.encode(), b"c")


def test_a_request_keeps_what_it_was() -> None:
    inbound = post(asked())
    found = taken(endpoint().unwrap(inbound))
    assert found.call is not None
    assert (found.call.operation, found.call.arguments, found.call.attachments) == ("LookUp", ASKED, ())
    assert (found.content, found.client, found.path) == (inbound.content, "portal", DOOR)


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "not well-formed"),
        (b"<!DOCTYPE a [<!ENTITY b 'c'>]>" + asked(), "DTD"),
        (b"<a>" * 500, "nesting"),
        (asked().replace(b"<c:Purpose>", b"<c:Purpose>\xff"), "does not allow"),
        (envelope("<a/>").encode(), r"the body holds a; known are: .*\{urn:example:citizens\}LookUp"),
        (envelope(f'<c:LookUp xmlns:c="{CITIZEN}" language="vi"/>').encode(), "LookUp: Missing child element"),
        (asked(Number="02219900000x"), "Number: its value is not accepted by the pattern"),
        (asked(Purpose="022199000000" * 2), "Purpose: The value has a length of '24'"),
        (
            asked().replace(b' language="vi"', b' language="vi" priority="cao 022199000000"'),
            "LookUp/@priority: its value is not",
        ),
        (asked().replace(b"<c:Number>", b"<c:Nick>x</c:Nick><c:Number>"), "Nick: This element is not expected"),
        (asked().replace(b' language="vi"', b""), "attribute 'language' is required"),
        (asked().replace(b"</c:LookUp>", b"022199000000</c:LookUp>"), "LookUp: Character content"),
    ],
)
def test_what_does_not_fit_is_a_fault_of_the_client_without_its_values(content: bytes, told: str) -> None:
    status, fault = refused(endpoint().unwrap(post(content)))
    assert (status, fault.code) == (500, "Client")
    assert re.search(told, fault.text), fault.text
    assert "022199000000" not in fault.text and "02219900000x" not in fault.text


def test_versions_and_headers_that_must_be_understood() -> None:
    status, fault = refused(endpoint().unwrap(post(envelope("", soap=SOAP12).encode())))
    assert (status, fault.code) == (500, "VersionMismatch")
    header = '<w:Security xmlns:w="urn:w" s:mustUnderstand="1"/>'
    _, fault = refused(endpoint().unwrap(post(envelope("<a/>", header=header).encode())))
    assert (fault.code, "{urn:w}Security" in fault.text) == ("MustUnderstand", True)
    optional = envelope(f'<c:Notice xmlns:c="{CITIZEN}"><c:Subject/></c:Notice>', header=header.replace('"1"', '"0"'))
    call = taken(endpoint().unwrap(post(optional.encode()))).call
    assert call is not None and call.arguments == {"Subject": None}
    status, fault = refused(endpoint(FORMS).unwrap(post(b"<a/>", {"content-type": "application/soap+xml"})))
    assert (status, fault.code) == (400, "Client")


def test_attachments_that_do_not_match_are_faults() -> None:
    include = '<i:Include xmlns:i="http://www.w3.org/2004/08/xop/include" href="cid:{}"/>'

    def submit(cid: str, **options: Any) -> Inbound | Answer:
        body = f'<c:Submit xmlns:c="{CITIZEN}"><c:Title>t</c:Title><c:Scan>{include.format(cid)}</c:Scan></c:Submit>'
        root = ("Content-Type: application/xop+xml", envelope(body).encode())
        return endpoint().unwrap(
            post(message(root, SCAN, **options), {"content-type": 'multipart/related; boundary="b=1"'})
        )

    call = taken(submit("scan@example.vn")).call
    assert call is not None and call.arguments["Scan"].content.startswith(b"\x89PNG")
    assert "did not come" in refused(submit("none"))[1].text
    assert "cut off" in refused(submit("scan@example.vn", end=b""))[1].text
    assert "cut off" in refused(submit("scan@example.vn", boundary="c"))[1].text
    assert "not XML" in refused(endpoint().unwrap(post(asked(), {"content-type": "application/json"})))[1].text


def test_other_namespaces_by_setting() -> None:
    body = '<LookUp xmlns="urn:other" language="vi"><RequestId>1</RequestId></LookUp>'
    assert isinstance(endpoint().unwrap(post(envelope(body).encode())), Answer)
    call = taken(endpoint(any_namespace=True).unwrap(post(envelope(body).encode()))).call
    assert call is not None and (call.operation, call.arguments) == ("LookUp", {"@language": "vi", "RequestId": "1"})


def test_answers() -> None:
    connector = endpoint()
    inbound = taken(connector.unwrap(post(asked())))
    answer = connector.wrap(inbound, Answer(200, value=FOUND))
    assert (answer.status, answer.content_type) == (200, "text/xml; charset=utf-8")
    assert etree.fromstring(answer.content).findtext(f".//{{{CITIZEN}}}Given") == "Ví Dụ"
    assert b"LookUpResult" in connector.wrap(inbound, Answer(200)).content
    own = Answer(200, b"<own/>", "text/xml")
    assert connector.wrap(inbound, own) == own
    busy = connector.wrap(inbound, Answer(503))
    assert (busy.status, read_fault(opened(parse(busy.content))).code) == (500, "Server")
    notice = taken(connector.unwrap(post(ours(CITIZENS, "Notify", {"Subject": "s"}))))
    assert connector.wrap(notice, Answer(200)) == Answer(202)


def test_without_the_section_requests_stay_as_they_are() -> None:
    connector = Soap(SoapSettings.model_validate({"base_url": "http://a.example.vn", "wsdl": str(CITIZENS)}), "x")
    inbound, answer = post(b"{}"), Answer(200, b"{}")
    assert connector.unwrap(inbound) is inbound
    assert connector.wrap(inbound, answer) is answer
