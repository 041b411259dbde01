"""The connector against a real server."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from aiohttp import web

from connectors.mime import media, split
from connectors.soap import Soap, SoapSettings
from connectors.soap.endpoint import SoapEndpoint
from lienthong.calls import Attachment, Call, Fault
from lienthong.ports import Connector, Endpoint
from lienthong.requests import (
    Lost,
    Misconfigured,
    NotSent,
    Request,
    TransportError,
    Unsendable,
    classify,
)
from lienthong.requests import Soap as Asked
from lienthong.verdicts import Reject, Retry, Unknown
from tests.connectors.servers import refused_port
from tests.connectors.soap.support import (
    ACCOUNTS,
    ASKED,
    CITIZEN,
    CITIZENS,
    FORMS,
    SOAP12,
    always,
    connected,
    envelope,
    soap_server,
    xml,
)
from tests.connectors.soap.test_read import ANSWER
from tests.connectors.suite import ConnectorSuite

PORT: type[Connector] = Soap  # checked by mypy
SERVED: type[Endpoint] = SoapEndpoint

LOOK_UP = Asked("LookUp", ASKED, write=False)
OK = envelope(f'<c:LookUpResult xmlns:c="{CITIZEN}"/>')
FAULT = "<s:Fault><faultcode>s:{code}</faultcode><faultstring>no</faultstring></s:Fault>"


class TestAsRest(ConnectorSuite):
    """What is no call travels as it does with `rest`."""

    def make(self, url: str, **settings: Any) -> Soap:
        return Soap(SoapSettings.model_validate({"base_url": url, "wsdl": str(CITIZENS)} | settings), "partner")


async def fails(answer: Any, request: Request = LOOK_UP, **settings: Any) -> TransportError:
    async with soap_server(answer) as server, connected(server.url, **settings) as connector:
        with pytest.raises(TransportError) as caught:
            await connector.exchange(request)
    return caught.value


async def test_a_look_up() -> None:
    async with soap_server(always(envelope(ANSWER))) as server, connected(server.url + "/api") as connector:
        reply = await connector.exchange(LOOK_UP)
    assert reply.value["Citizen"][0]["Name"]["Given"] == "Ví Dụ"
    assert (reply.status, reply.fault, reply.attachments) == (200, None, ())
    assert reply.content == envelope(ANSWER).encode()
    [heard] = server.heard
    assert heard.path == "/api"
    assert heard.headers["soapaction"] == '"urn:example:citizens#LookUp"'
    assert heard.headers["content-type"] == "text/xml; charset=utf-8"
    assert heard.headers["accept"].startswith("text/xml")
    [asked] = heard.root.iter(f"{{{CITIZEN}}}LookUp")
    assert [str(child.tag).rpartition("}")[2] for child in asked] == ["RequestId", "Purpose", "Number"]


@pytest.mark.parametrize(
    ("address", "path"),
    [("ws/citizens", "/api/ws/citizens"), ("/ws/c?", None), ("{url}/api/ws/", "/api/ws/"), ("{url}/api", "/api")],
)
async def test_the_address_below_the_base(address: str, path: str | None) -> None:
    async with soap_server(always(OK)) as server:
        chosen = address.format(url=server.url)
        if path is None:
            with pytest.raises(ValueError, match="must not hold"):
                SoapSettings.model_validate({"base_url": server.url, "wsdl": str(CITIZENS), "address": chosen})
            return
        async with connected(server.url + "/api", address=chosen) as connector:
            await connector.exchange(LOOK_UP)
    assert server.heard[0].path == path


async def test_soap_12_says_its_action_in_the_content_type() -> None:
    body = envelope('<f:filed xmlns:f="urn:example:forms"><number>7</number></f:filed>', soap=SOAP12)
    arguments = {"applicant": {"name": "N", "code": "c"}, "closed": None, "fee": "1"}
    async with (
        soap_server(always(body, kind="application/soap+xml")) as server,
        connected(server.url, FORMS) as connector,
    ):
        reply = await connector.exchange(Asked("File", arguments))
    assert reply.value == {"number": "7"}
    assert (
        server.heard[0].headers["content-type"]
        == 'application/soap+xml; charset=utf-8; action="urn:example:forms/File"'
    )
    assert "soapaction" not in server.heard[0].headers
    assert server.heard[0].root.tag == f"{{{SOAP12}}}Envelope"


async def test_rpc() -> None:
    body = envelope('<r:bookResponse xmlns:r="urn:example:accounts:calls"><balance>12.50</balance></r:bookResponse>')
    async with soap_server(always(body)) as server, connected(server.url, ACCOUNTS) as connector:
        reply = await connector.exchange(Asked("book", {"reference": "r", "entry": {"account": "a", "amount": "1"}}))
    assert reply.value == {"balance": "12.50"}
    [called] = server.heard[0].root.iter("{urn:example:accounts:calls}book")
    assert [child.tag for child in called] == ["reference", "entry"]


async def test_a_one_way_call_and_one_without_arguments() -> None:
    async with soap_server(always("", 202)) as server, connected(server.url) as connector:
        assert (await connector.exchange(Asked("Notify", {"Subject": "s"}))).value is None
        assert (await connector.exchange(Asked("Ping", {}))).value is None
    async with soap_server(always(envelope(""))) as server, connected(server.url) as connector:
        assert (await connector.exchange(Asked("Ping", {}))).value is None


async def test_headers_of_the_settings_and_of_the_request_win() -> None:
    settings = {"headers": {"Content-Type": "application/xml", "SOAPAction": '""', "X-Unit": "H49"}}
    async with soap_server(always(OK)) as server, connected(server.url, **settings) as connector:
        await connector.exchange(LOOK_UP)
        await connector.exchange(Asked("LookUp", ASKED, headers={"soapAction": '"x"', "Timestamp": "1"}))
    first, second = (heard.headers for heard in server.heard)
    assert (first["content-type"], first["soapaction"], first["x-unit"]) == ("application/xml", '""', "H49")
    assert (second["soapaction"], second["timestamp"]) == ('"x"', "1")


async def test_authentication_of_the_transport() -> None:
    auth = {"type": "basic", "username": "bus", "password": "khóa"}
    async with soap_server(always(OK)) as server, connected(server.url, auth=auth) as connector:
        await connector.exchange(LOOK_UP)
    assert server.heard[0].headers["authorization"] == "Basic YnVzOmtow7Nh"


async def test_attachments_there_and_back() -> None:
    scan = Attachment("scan@example.vn", bytes(range(256)) * 10_000, "image/png")

    def answer(heard: Any) -> web.Response:
        root, [sent] = split(heard.content, media(heard.headers["content-type"]))
        assert b"xop:Include" in root.content
        receipt = '<i:Include xmlns:i="http://www.w3.org/2004/08/xop/include" href="cid:r"/>'
        body = envelope(f'<c:SubmitResult xmlns:c="{CITIZEN}"><c:Receipt>{receipt}</c:Receipt></c:SubmitResult>')
        parts = (
            b"--m\r\nContent-Type: application/xop+xml\r\n\r\n" + body.encode() + b"\r\n--m\r\nContent-ID: <r>\r\n\r\n"
        )
        return xml(parts + sent.content + b"\r\n--m--\r\n", kind='multipart/related; boundary="m"')

    async with soap_server(answer) as server, connected(server.url) as connector:
        reply = await connector.exchange(Asked("Submit", {"Title": "t", "Scan": scan}))
    assert reply.value["Receipt"].content == scan.content
    assert reply.attachments == (reply.value["Receipt"],)
    assert reply.content.startswith(b"<s:Envelope")


@pytest.mark.parametrize(
    ("request_", "told"),
    [
        (Asked("LookOut", {}), "no operation 'LookOut' in citizens.wsdl; known are: LookUp, Notify, Ping, Submit"),
        (Asked("LookUp", {}), "is missing"),
        (Asked("LookUp", {**ASKED, "Nick": "022199000000"}), "Nick is not in the schema"),
        (Asked("Ping", {"a": "b"}), "a is not in the schema: this message has no arguments"),
        (Asked("Submit", {"Title": "t", "Scan": Attachment("a b", b"")}), "cannot be a Content-ID"),
        (Asked("LookUp", ASKED, headers={"X-A": "Việt"}), "printable ASCII"),
        (Request("POST", "", json={}, call=Call("LookUp", ASKED)), "only one of"),
        (Request("POST", "../x", call=Call("LookUp", ASKED)), "segments"),
    ],
)
async def test_a_call_that_cannot_be_sent_is_not(request_: Request, told: str) -> None:
    async with soap_server(always(OK)) as server, connected(server.url) as connector:
        with pytest.raises(Unsendable, match=told) as caught:
            await connector.exchange(request_)
    assert server.heard == []
    assert "022199000000" not in str(caught.value)


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        (always("<html><br></html>", kind="text/html"), "it is text/html, not XML"),
        (always("<html></html>"), "not a SOAP envelope: its outermost element is html"),
        (always("{}", kind="application/json"), "it is application/json, not XML"),
        (always(""), "it is empty"),
        (always(envelope("")), "the body is empty, LookUpResult should be in it"),
        (always(envelope("<a/>")), "the body holds a,"),
        (always("<!DOCTYPE a>" + OK), "DTD"),
        (always(OK.replace("</s:Body>", "")), "not well-formed"),
        (always(OK.encode("utf-16-le")), "not well-formed|does not allow"),
        (always(OK, kind='multipart/related; boundary="x"'), "cut off"),
        (always(OK + " " * 5000), "larger than max_answer"),
    ],
)
async def test_an_answer_that_cannot_be_read_is_lost(answer: Any, told: str) -> None:
    error = await fails(answer, max_answer=4000)
    assert isinstance(error, Lost)
    assert told.partition("|")[0] in str(error) or told.partition("|")[2] in str(error)
    assert "the answer of 127.0.0.1:" in str(error)
    assert error.__cause__ is None and error.__context__ is None


@pytest.mark.parametrize("kind", ["text/plain", "text/html", "application/octet-stream"])
async def test_an_envelope_under_a_wrong_content_type_is_read(kind: str) -> None:
    async with soap_server(always(envelope(ANSWER), kind=kind)) as server, connected(server.url) as connector:
        assert (await connector.exchange(LOOK_UP)).value["Note"] is None


@pytest.mark.parametrize("status", [200, 500, 400])
async def test_a_fault_is_a_reply_whatever_its_status(status: int) -> None:
    text = """<s:Fault><faultcode>s:Server.Busy</faultcode><faultstring> Hệ thống bận </faultstring>
      <faultactor>urn:x</faultactor><detail><a>mã</a> <b>7</b></detail></s:Fault>"""
    async with soap_server(always(envelope(text), status)) as server, connected(server.url) as connector:
        reply = await connector.exchange(LOOK_UP)
    assert reply.fault == Fault("Server.Busy", "Hệ thống bận", "urn:x", "mã 7")
    assert (reply.status, reply.value) == (status, None)


@pytest.mark.parametrize(
    ("code", "write", "verdict"),
    [
        ("Client", True, Reject),
        ("client.Wrong", True, Reject),
        ("Server", True, Unknown),
        ("Server", False, Retry),
        ("VersionMismatch", False, Retry),
    ],
)
async def test_what_a_fault_demands(code: str, write: bool, verdict: type) -> None:
    request = Asked("LookUp", ASKED, write=write)
    async with (
        soap_server(always(envelope(FAULT.format(code=code)), 500)) as server,
        connected(server.url) as connector,
    ):
        assert isinstance(classify(await connector.exchange(request), request), verdict)


async def test_the_faults_of_soap_12() -> None:
    text = """<s:Fault><s:Code><s:Value>s:Sender</s:Value><s:Subcode><s:Value xmlns:m="urn:m">m:Missing</s:Value>
      </s:Subcode></s:Code><s:Reason><s:Text xml:lang="vi">Thiếu</s:Text></s:Reason><s:Role>urn:r</s:Role></s:Fault>"""
    answer = always(envelope(text, soap=SOAP12), 400, "application/soap+xml")
    async with soap_server(answer) as server, connected(server.url, FORMS) as connector:
        request = Asked("Party", {"who": {"code": "c"}})
        reply = await connector.exchange(request)
    assert reply.fault == Fault("Client.Missing", "Thiếu", "urn:r", None)
    assert isinstance(classify(reply, request), Reject)


@pytest.mark.parametrize(
    ("status", "kind"), [(502, "text/html"), (503, "text/html"), (404, "application/json"), (500, "text/xml")]
)
async def test_an_error_of_a_gateway_keeps_its_status(status: int, kind: str) -> None:
    async with soap_server(always("<html>gateway</html>", status, kind)) as server, connected(server.url) as connector:
        reply = await connector.exchange(LOOK_UP)
    assert (reply.status, reply.value, reply.fault) == (status, None, None)
    assert classify(reply, LOOK_UP) is not None


async def test_any_namespace_by_setting() -> None:
    body = envelope('<ns1:LookUpResult xmlns:ns1="urn:other"><ns1:Note>x</ns1:Note></ns1:LookUpResult>')
    assert isinstance(await fails(always(body)), Lost)
    async with soap_server(always(body)) as server, connected(server.url, any_namespace=True) as connector:
        assert (await connector.exchange(LOOK_UP)).value == {"Note": "x"}


async def test_many_calls_at_once_each_get_their_own_answer() -> None:
    def answer(heard: Any) -> web.Response:
        number = heard.root.findtext(f".//{{{CITIZEN}}}RequestId")
        return xml(envelope(f'<c:LookUpResult xmlns:c="{CITIZEN}"><c:Note>{number}</c:Note></c:LookUpResult>'))

    async with soap_server(answer) as server, connected(server.url, pool={"size": 8}) as connector:
        calls = [connector.exchange(Asked("LookUp", {**ASKED, "RequestId": str(n)})) for n in range(100)]
        assert [reply.value["Note"] for reply in await asyncio.gather(*calls)] == [str(n) for n in range(100)]


async def test_a_large_answer_does_not_stop_the_loop() -> None:
    places = "<c:Place><Province>22</Province><Ward>06652</Ward></c:Place>" * 40_000
    body = envelope(f'<c:LookUpResult xmlns:c="{CITIZEN}"><c:Citizen>{places}</c:Citizen></c:LookUpResult>')
    async with soap_server(always(body)) as server, connected(server.url) as connector:
        reply = await connector.exchange(LOOK_UP)
    assert len(reply.value["Citizen"][0]["Place"]) == 40_000


async def test_before_open_nothing_is_sent_and_a_refused_connection_was_not() -> None:
    with refused_port() as port:
        connector = Soap(
            SoapSettings.model_validate({"base_url": f"http://127.0.0.1:{port}", "wsdl": str(CITIZENS)}), "x"
        )
        with pytest.raises(NotSent):
            await connector.exchange(LOOK_UP)
        await connector.open()
        with pytest.raises(NotSent):
            await connector.exchange(LOOK_UP)
        await connector.close()


def test_a_wsdl_that_went_away_after_the_check(tmp_path: Any) -> None:
    path = tmp_path / "a.wsdl"
    path.write_bytes(ACCOUNTS.read_bytes())
    settings = SoapSettings.model_validate({"base_url": "http://127.0.0.1:1", "wsdl": str(path)})
    path.unlink()
    with pytest.raises(Misconfigured, match="save it there"):
        Soap(settings, "x")
