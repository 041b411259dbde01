"""The simulated security server on a real port."""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import AsyncIterator
from hashlib import sha512
from typing import Any
from xml.etree import ElementTree

import aiohttp
import pytest
import pytest_asyncio
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from simulators.security_server import SecurityServerSettings, ServiceSettings, create
from simulators.server import Server, serve
from tests.support.patience import until

from .security_server import CLIENT, IDS, MINE, OWNER, SOAP, XROAD, Caller, envelope

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def _echo(request: Request) -> Response:
    """A provider's system: over SOAP it copies the header, badly if told so, over REST it tells what reached it."""
    raw = await request.body()
    if request.url.path == "/soap":
        text = raw.decode().replace(":traCuu", ":traCuuResponse")
        if request.headers.get("soapaction") == '"bad"':
            text = text.replace(">ma-1<", ">ma-2<")
        if request.headers.get("soapaction") == '"reordered"':
            text = text.replace("<xroad:userId>VN000000000000</xroad:userId>", "", 1)
            text = text.replace("</SOAP-ENV:Header>", "<xroad:userId>VN000000000000</xroad:userId></SOAP-ENV:Header>")
        return Response(text, media_type="text/xml")
    seen = {"method": request.method, "path": request.scope["raw_path"].decode(), "query": request.url.query}
    answer = json.dumps({**seen, "headers": dict(request.headers)})
    headers = {"X-Road-Id": "forged", "X-Nha": "1", "Location": "http://khac.example.vn/"}
    return Response(answer, 302 if request.url.query == "di" else 201, headers, "application/json")


@pytest_asyncio.fixture(loop_scope="session", scope="module")
async def running() -> AsyncIterator[Server]:
    """A server with two services of a real upstream and one echo of each protocol."""
    app = Starlette(routes=[Route("/{path:path}", _echo, methods=["GET", "POST", "PUT"])])
    app.state.closing = None
    async with await serve(app) as upstream:
        services = (
            ServiceSettings(provider=OWNER, code="traCuu", upstream=f"{upstream.url}/soap", version=None),
            ServiceSettings(provider=OWNER, code="vong"),
            ServiceSettings(provider=OWNER, code="kin", allowed=("VN/GOV/1/x",)),
            ServiceSettings(provider=OWNER, code="congDan", protocol="rest", upstream=f"{upstream.url}/goc/"),
            ServiceSettings(
                provider=OWNER,
                code="doc",
                protocol="rest",
                endpoints=({"method": "GET", "path": "/ho-so/*"},),  # type: ignore[arg-type]  # as in a file
                openapi="openapi: 3.0.0",
            ),
            ServiceSettings(provider=OWNER, code="dut", upstream="http://127.0.0.1:9/"),
        )
        async with await serve(create(SecurityServerSettings(services=services))) as server:
            yield server


@pytest_asyncio.fixture(loop_scope="session")
async def url(running: Server, http: aiohttp.ClientSession) -> str:
    async with http.post(f"{running.url}/_control/reset") as response:
        assert response.status == 200
    return running.url


@pytest_asyncio.fixture(loop_scope="session")
async def caller(url: str, http: aiohttp.ClientSession) -> Caller:
    return Caller(url, http)


@pytest.mark.parametrize("code", ["traCuu", "vong"])
async def test_soap_is_carried_and_stamped(caller: Caller, code: str) -> None:
    sent = envelope(code)
    status, kind, body = await caller.soap(sent, SOAPAction='""')
    assert (status, kind.lower()) == (200, kind.lower())
    root = ElementTree.fromstring(body)
    names = [child.tag.removeprefix(XROAD) for child in root[0]]
    assert names == ["client", "service", "userId", "id", "protocolVersion", "requestHash"]
    stamp = root[0].find(f"{XROAD}requestHash")
    assert stamp is not None
    assert stamp.get("algorithmId") == "http://www.w3.org/2001/04/xmlenc#sha512"
    assert stamp.text == b64encode(sha512(sent).digest()).decode()
    assert root[1][0].tag == "{http://dancu.example.vn/v1}" + f"{code}Response"
    log = (await caller.control("log"))["effects"]
    assert [(entry["id"], entry["service"], entry["answered"]) for entry in log] == [("ma-1", f"{OWNER}/{code}", True)]


@pytest.mark.parametrize(
    ("content", "headers", "code"),
    [
        (b"", {}, "client.invalid_soap"),
        (envelope(body=""), {}, "client.invalid_body"),
        (envelope("traCuu", "<khac/>"), {}, "client.inconsistent_headers"),
        (envelope().replace(b">4.0<", b">5<"), {}, "client.invalid_protocol_version"),
        (envelope(extra="<xroad:id>2</xroad:id>"), {}, "client.duplicate_header_field"),
        (envelope().replace(b"xroad:id>", b"xroad:x>"), {}, "client.missing_header_field"),
        (envelope(), {"Content-Type": "text/html"}, "client.invalid_content_type"),
        (envelope(), {"SOAPAction": "traCuu"}, "client.invalid_soap_action"),
        (envelope(client="la"), {}, "server.clientproxy.unknown_member"),
        (envelope().replace(b"G99", b"G98"), {}, "server.clientproxy.unknown_member"),
        (envelope("khong"), {}, "server.serverproxy.unknown_service"),
        (envelope("congDan"), {}, "server.serverproxy.service_type"),
        (envelope("kin"), {}, "server.serverproxy.access_denied"),
        (envelope("dut"), {}, "server.serverproxy.service_failed.network_error"),
        (envelope(), {"SOAPAction": '"bad"'}, "server.serverproxy.service_failed.inconsistent_headers"),
    ],
)
async def test_soap_refusals(caller: Caller, content: bytes, headers: dict[str, str], code: str) -> None:
    assert await caller.fault(content, **headers) == code


async def test_a_get_on_the_soap_port(caller: Caller) -> None:
    async with caller.http.get(f"{caller.url}/") as response:
        assert response.status == 500
        assert b"client.invalid_http_method" in await response.read()


async def test_rest_is_carried_with_its_headers(caller: Caller) -> None:
    path = f"/r1/{OWNER}/congDan/ho-so/a%2Fb"
    status, headers, body = await caller.rest(f"{path}?x=%20y", headers={**MINE, "Authorization": "Bearer x"})
    assert status == 201
    seen = json.loads(body)
    assert (seen["path"], seen["query"]) == ("/goc/ho-so/a%2Fb", "x=%20y")
    assert seen["headers"]["authorization"] == "Bearer x"
    assert seen["headers"]["x-road-client"] == CLIENT
    assert "user-agent" not in seen["headers"]
    assert headers["x-nha"] == "1"
    own = {name: headers[name] for name in ("x-road-client", "x-road-service", "x-road-id")}
    assert own == {"x-road-client": CLIENT, "x-road-service": f"{OWNER}/congDan", "x-road-id": "ma-1"}
    assert headers["x-road-request-id"] == seen["headers"]["x-road-request-id"]
    assert len(headers["x-road-request-hash"]) == 88
    assert "x-road-error" not in headers


async def test_a_redirect_is_passed_back(caller: Caller) -> None:
    status, headers, _ = await caller.rest(f"/r1/{OWNER}/congDan?di")
    assert (status, headers["location"]) == (302, "http://khac.example.vn/")


@pytest.mark.parametrize(
    ("method", "path", "headers", "status", "code"),
    [
        ("GET", "/r1/VN/GOV", MINE, 500, "server.clientproxy.internal_error"),
        ("GET", f"/r1/{OWNER}/congDan", {}, 500, "server.clientproxy.internal_error"),
        ("GET", f"/r1/{OWNER}/khong", MINE, 500, "server.serverproxy.unknown_service"),
        ("GET", f"/r1/{OWNER}/vong", MINE, 500, "server.serverproxy.service_type"),
        ("GET", f"/r1/{OWNER}/congDan", {"X-Road-Client": "VN/GOV/9/x"}, 500, "server.clientproxy.unknown_member"),
        ("PATCH", f"/r1/{OWNER}/doc/ho-so/1", MINE, 500, "server.serverproxy.access_denied"),
        ("GET", f"/r1/{OWNER}/doc/ho-so/1/2", MINE, 500, "server.serverproxy.access_denied"),
    ],
)
async def test_rest_refusals(
    caller: Caller, method: str, path: str, headers: dict[str, str], status: int, code: str
) -> None:
    found, sent, body = await caller.rest(path, method, headers=headers)
    assert (found, sent["x-road-error"]) == (status, code)
    assert json.loads(body)["type"] == code


async def test_errors_come_in_the_form_that_is_asked_for(caller: Caller) -> None:
    headers = {**MINE, "Accept": "application/json, application/xml;q=0.1"}
    _, sent, body = await caller.rest(f"/r1/{OWNER}/khong", headers=headers)
    assert sent["content-type"] == "application/xml;charset=utf-8"
    assert [child.tag for child in ElementTree.fromstring(body)] == ["type", "message", "detail"]


async def test_clients_are_listed_in_both_forms(caller: Caller) -> None:
    async with caller.http.get(f"{caller.url}/listClients", headers={"Accept": "application/json"}) as response:
        listed = await response.json()
    assert {"object_type": "SUBSYSTEM", "xroad_instance": "VN"}.items() <= listed["member"][-1]["id"].items()
    async with caller.http.get(f"{caller.url}/listClients") as response:
        root = ElementTree.fromstring(await response.read())
    assert root.tag == f"{XROAD}clientList"
    assert len(root) == len(listed["member"]) == 4
    async with caller.http.get(f"{caller.url}/listClients?xRoadInstance=AA") as response:
        assert len(ElementTree.fromstring(await response.read())) == 0


@pytest.mark.parametrize(
    ("code", "names"),
    [("listMethods", ["traCuu", "vong", "kin", "dut"]), ("allowedMethods", ["traCuu", "vong", "dut"])],
)
async def test_methods_over_soap(caller: Caller, code: str, names: list[str]) -> None:
    _, _, body = await caller.soap(envelope(code, f"<xroad:{code}/>"))
    root = ElementTree.fromstring(body)
    assert root[1][0].tag == f"{XROAD}{code}Response"
    assert [service.findtext(f"{IDS}serviceCode") for service in root[1][0]] == names


async def test_methods_and_description_over_rest(caller: Caller) -> None:
    _, headers, body = await caller.rest(f"/r1/{OWNER}/listMethods")
    services = json.loads(body)["service"]
    assert [service["service_code"] for service in services] == ["congDan", "doc"]
    assert services[1]["endpoint_list"] == [{"method": "GET", "path": "/ho-so/*"}]
    assert headers["x-road-id"] == "ma-1"
    _, _, body = await caller.rest(f"/r1/{OWNER}/getOpenAPI?serviceCode=doc")
    assert body == b"openapi: 3.0.0"


async def test_a_wsdl_comes_as_an_attachment(caller: Caller) -> None:
    inner = "<xroad:getWsdl><xroad:serviceCode>vong</xroad:serviceCode></xroad:getWsdl>"
    status, kind, body = await caller.soap(envelope("getWsdl", inner))
    assert (status, kind.partition(";")[0]) == (200, "multipart/related")
    wsdl = body.split(b"\r\n\r\n")[2].partition(b"\r\n--")[0]
    root = ElementTree.fromstring(wsdl)
    assert root.tag == "{http://schemas.xmlsoap.org/wsdl/}definitions"
    assert b"http://example.org/xroad-endpoint" in wsdl


@pytest.mark.parametrize(
    ("fault", "new", "old"),
    [
        ("access_denied", "server.serverproxy.access_denied", "Server.ServerProxy.AccessDenied"),
        ("unknown_member", "server.clientproxy.unknown_member", "Server.ClientProxy.UnknownMember"),
        ("outdated_global_conf", "server.clientproxy.global_conf_outdated", "Server.ClientProxy.OutdatedGlobalConf"),
        ("maintenance", "server.clientproxy.maintenance_mode", "Server.ClientProxy.MaintenanceMode"),
        (
            "ssl_authentication",
            "server.clientproxy.ssl_authentication_failed",
            "Server.ClientProxy.SslAuthenticationFailed",
        ),
        ("service_failed", "server.serverproxy.service_failed.io_error", "Server.ServerProxy.ServiceFailed.IOError"),
    ],
)
async def test_faults_in_both_spellings(caller: Caller, fault: str, new: str, old: str) -> None:
    for spelling, code in (("7.8", new), ("7.7", old)):
        await caller.put(spelling=spelling, **{fault: 1})
        assert await caller.fault(envelope()) == code
        status, headers, _ = await caller.rest(f"/r1/{OWNER}/congDan")
        assert (status, headers["x-road-error"]) == (500, code)
    assert (await caller.control("stats"))["records"] == (4 if fault == "service_failed" else 0)


async def test_a_providers_own_error_has_no_x_road_error(caller: Caller) -> None:
    await caller.put(provider_error={"status": 503})
    status, headers, _ = await caller.rest(f"/r1/{OWNER}/congDan", "POST", data=b"{}")
    assert status == 503
    assert "x-road-error" not in headers and headers["x-road-service"] == f"{OWNER}/congDan"
    assert await caller.fault(envelope()) == "server.serverproxy.service_failed.http_error"
    await caller.put(redirect=1)
    assert (await caller.rest(f"/r1/{OWNER}/congDan"))[0] == 302
    assert (await caller.control("stats"))["records"] == 2


async def test_answers_that_are_not_for_this_request(caller: Caller) -> None:
    await caller.put(inconsistent_headers=1, wrong_hash=1)
    _, _, body = await caller.soap(envelope())
    root = ElementTree.fromstring(body)
    assert root[0].findtext(f"{XROAD}id") == "another"
    assert root[0].findtext(f"{XROAD}requestHash") != b64encode(sha512(envelope()).digest()).decode()
    assert (await caller.rest(f"/r1/{OWNER}/congDan"))[1]["x-road-id"] == "another"
    await caller.put(inconsistent_headers={"pass_on": False})
    assert await caller.fault(envelope()) == "server.serverproxy.service_failed.inconsistent_headers"


async def test_general_faults(caller: Caller) -> None:
    await caller.put(slow={"seconds": 0.05}, oversized={"bytes": 200_000})
    _, _, body = await caller.soap(envelope())
    assert len(body) == 200_000
    assert ElementTree.fromstring(body).tag == f"{SOAP}Envelope"
    await caller.put(wrong_charset={"charset": "utf-16"})
    status, kind, body = await caller.soap(envelope())
    assert (status, body[:2]) == (200, b"\xff\xfe")
    await caller.put(busy={"status": 429})
    assert (await caller.rest(f"/r1/{OWNER}/congDan"))[:1] == (429,)
    await caller.put(malformed=1)
    assert (await caller.soap(envelope()))[1] == "text/html"
    await caller.put(http_500={"status": 502})
    assert (await caller.soap(envelope()))[0] == 502
    assert kind.startswith("text/xml")


@pytest.mark.parametrize(
    ("faults", "records"),
    [
        ({"down": 1}, 0),
        ({"timeout_before_effect": {"seconds": 0.05}}, 0),
        ({"timeout_after_effect": {"seconds": 0.05}}, 1),
        ({"drop_after_effect": 1}, 1),
    ],
)
async def test_calls_without_an_answer(caller: Caller, faults: dict[str, Any], records: int) -> None:
    await caller.put(**faults)
    with pytest.raises(aiohttp.ClientConnectionError):
        await caller.soap(envelope())
    held = (await caller.control("records"))["records"]
    assert [record["answered"] for record in held] == [False] * records


async def test_a_late_effect_comes_after_the_caller_has_gone(caller: Caller) -> None:
    await caller.put(late_effect={"seconds": 0.02, "further": 1})
    with pytest.raises(aiohttp.ClientConnectionError):
        await caller.soap(envelope())
    assert (await caller.control("stats"))["records"] == 0

    async def it_came() -> bool:
        return bool((await caller.control("stats"))["records"] == 1)

    await until(it_came)


async def test_a_fault_that_does_not_exist(caller: Caller) -> None:
    async with caller.http.put(f"{caller.url}/_control/faults", json={"acess_denied": 1}) as response:
        assert response.status == 422
        assert (await response.json())["errors"][0]["place"] == "/acess_denied"


async def test_records_hold_what_was_sent(caller: Caller) -> None:
    await caller.rest(f"/r1/{OWNER}/congDan/x?y=1", "PUT", data=b"{}", headers={**MINE, "X-Road-Id": "ma-9"})
    await caller.soap(envelope())
    found = await caller.control("records?id=ma-9")
    (record,) = found["records"]
    assert (record["method"], record["path"], record["body"], record["status"]) == ("PUT", "/x?y=1", "{}", 201)
    assert found["totals"] == {"records": 2}


INNER = '<t:traCuu xmlns:t="http://dancu.example.vn/v1"/>'


async def test_calling_a_provider_as_its_server_does(caller: Caller) -> None:
    order = {"service": f"{OWNER}/traCuu", "client": CLIENT, "body": INNER, "id": "ma-1", "user_id": "VN000000000000"}
    good = await caller.order(**order)
    assert (good["status"], good["copied_exactly"], good["problem"]) == (200, True, None)
    moved = await caller.order(**order, headers={"soapaction": '"reordered"'})
    assert (moved["copied_exactly"], moved["problem"]) == (False, None)
    bad = await caller.order(**order, headers={"soapaction": '"bad"'})
    assert bad["problem"] == "server.serverproxy.service_failed.inconsistent_headers"
    assert (bad["copied_exactly"], bad["field"]) == (False, "id")


async def test_calling_a_provider_over_rest_and_where_nobody_is(caller: Caller) -> None:
    order = {"service": f"{OWNER}/congDan", "client": CLIENT, "protocol": "rest", "method": "GET", "path": "/a?b=1"}
    found = await caller.order(**order)
    assert found["status"] == 201
    assert json.loads(found["body"])["headers"]["x-road-client"] == CLIENT
    dead = await caller.order(**order, url="http://127.0.0.1:9")
    assert dead["problem"] == "server.serverproxy.service_failed.network_error"
    none = await caller.order(service=f"{OWNER}/vong", client=CLIENT, body=INNER)
    assert none["problem"] == "server.serverproxy.service_missing_url"
    page = f"{caller.url}/_control/stats"
    html = await caller.order(service=f"{OWNER}/traCuu", client=CLIENT, body=INNER, url=page)
    assert html["problem"] == "server.serverproxy.service_failed.invalid_soap"
