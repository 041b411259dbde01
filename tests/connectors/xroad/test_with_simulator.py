"""The codec and the simulated security server, which share no code."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest
import pytest_asyncio
from lxml import etree

from connectors.mime import media, split
from connectors.xroad.consistency import differences, mismatches
from connectors.xroad.faults import Next, Origin, diagnose
from connectors.xroad.hashes import Check, check_soap_hash
from connectors.xroad.header import Header
from connectors.xroad.identifiers import ClientId
from connectors.xroad.message import Message, Outgoing, build_request, parse_message
from connectors.xroad.metadata import (
    ALLOWED_METHODS,
    GET_OPENAPI,
    GET_WSDL,
    LIST_METHODS,
    PLACEHOLDER,
    Endpoint,
    methods_body,
    read_clients,
    read_rest_methods,
    read_soap_methods,
    read_wsdl,
    wsdl_body,
)
from connectors.xroad.rest import answer_mismatches, request_headers, request_path
from connectors.xroad.rest_faults import blame, read_fault
from lienthong.calls import Fault
from simulators.security_server import SecurityServerSettings, create
from simulators.server import serve

from .vectors import CLIENT, HEADER, SERVICE

pytestmark = pytest.mark.asyncio(loop_scope="module")
PROVIDER = SERVICE.provider


class Server:
    """What the connector will do, without its pool."""

    def __init__(self, url: str, http: aiohttp.ClientSession) -> None:
        self.url = url
        self._http = http

    async def get(self, path: str, headers: dict[str, str]) -> tuple[int, dict[str, str], bytes]:
        async with self._http.get(f"{self.url}/{path}", headers=headers, allow_redirects=False) as response:
            return response.status, {k.lower(): v for k, v in response.headers.items()}, await response.read()

    async def post(self, sent: Outgoing) -> tuple[str, bytes]:
        headers = {"Content-Type": "text/xml; charset=UTF-8", "SOAPAction": '""'}
        async with self._http.post(f"{self.url}/", data=sent.content, headers=headers) as response:
            return response.headers["content-type"], await response.read()

    async def ask(self, sent: Outgoing) -> Message | Fault:
        kind, content = await self.post(sent)
        return parse_message(content, kind)

    async def faults(self, **faults: Any) -> None:
        async with self._http.put(f"{self.url}/_control/faults", json=faults) as response:
            assert response.status == 200


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def running() -> AsyncIterator[Server]:
    settings = SecurityServerSettings.model_validate(
        {
            "services": [
                {"provider": "VN/GOV/000.00.00.G99/dancu", "code": "traCuu"},
                {"provider": "VN/GOV/000.00.00.G99/dancu", "code": "kin", "version": "v1", "allowed": []},
                {
                    "provider": "VN/GOV/000.00.00.G99/dancu",
                    "code": "congDan",
                    "protocol": "rest",
                    "openapi": "openapi: 3.0.0",
                    "endpoints": [{"method": "GET", "path": "/ho-so/*"}],
                },
            ]
        }
    )
    async with aiohttp.ClientSession() as http, await serve(create(settings)) as server:
        yield Server(server.url, http)


@pytest_asyncio.fixture(loop_scope="module")
async def server(running: Server) -> Server:
    await running.faults()
    return running


def request(code: str = "traCuu", body: etree._Element | None = None) -> Outgoing:
    header = Header(HEADER.client, PROVIDER.service(code), HEADER.id, HEADER.user_id, HEADER.issue)
    return build_request(header, etree.Element(f"{{urn:dancu}}{code}") if body is None else body)


async def test_an_exchange_over_soap(server: Server) -> None:
    sent = request()
    answer = await server.ask(sent)
    assert isinstance(answer, Message) and answer.is_answer
    assert mismatches(sent.parsed.header, answer.header) == ()
    assert differences(sent.parsed, answer.parsed) == ()
    assert check_soap_hash(sent.content, answer.parsed.request_hash) is Check.MATCHES


async def test_an_answer_for_another_request_is_noticed(server: Server) -> None:
    await server.faults(inconsistent_headers=1, wrong_hash=1)
    sent = request()
    answer = await server.ask(sent)
    assert isinstance(answer, Message)
    assert mismatches(sent.parsed.header, answer.header) == ("id",)
    assert check_soap_hash(sent.content, answer.parsed.request_hash) is Check.DIFFERS


async def test_an_exchange_over_rest(server: Server) -> None:
    header = Header(CLIENT, PROVIDER.service("congDan"), HEADER.id)
    path = request_path(header.service, "ho-so/1")
    status, headers, _ = await server.get(path, request_headers(header))
    assert (status, answer_mismatches(header, headers)) == (200, ())
    await server.faults(inconsistent_headers=1)
    _, headers, _ = await server.get(path, request_headers(header))
    assert answer_mismatches(header, headers) == ("x-road-id",)
    assert answer_mismatches(header, {"x-road-client": "%", "x-road-service": "a/b/c/d/e"}) == (
        "x-road-client",
        "x-road-service",
    )


@pytest.mark.parametrize("spelling", ["7.8", "7.7"])
@pytest.mark.parametrize(
    ("fault", "origin", "write"),
    [
        ("access_denied", Origin.PROVIDER_SERVER, Next.STOP),
        ("unknown_member", Origin.CONSUMER_SERVER, Next.STOP),
        ("outdated_global_conf", Origin.CONSUMER_SERVER, Next.RETRY),
        ("maintenance", Origin.CONSUMER_SERVER, Next.RETRY),
        ("ssl_authentication", Origin.CONSUMER_SERVER, Next.STOP),
        ("service_failed", Origin.PROVIDER, Next.UNKNOWN),
        ("provider_error", Origin.PROVIDER, Next.UNKNOWN),
    ],
)
async def test_faults_over_soap(server: Server, spelling: str, fault: str, origin: Origin, write: Next) -> None:
    await server.faults(spelling=spelling, **{fault: 1})
    found = await server.ask(request())
    assert isinstance(found, Fault)
    diagnosis = diagnose(found)
    assert (diagnosis.origin, diagnosis.write) == (origin, write)
    assert diagnosis.log_id == found.detail is not None


@pytest.mark.parametrize("accept", ["application/json", "text/xml"])
async def test_faults_over_rest(server: Server, accept: str) -> None:
    await server.faults(x_road_fault={"code": "server.serverproxy.service_disabled", "message": "Bảo trì"})
    sent = request_headers(HEADER) | {"Accept": accept}
    status, headers, content = await server.get(request_path(PROVIDER.service("congDan"), "ho-so/1"), sent)
    fault = read_fault(headers, content)
    assert fault is not None and fault.text == "Bảo trì"
    assert blame(status, headers["x-road-error"]) is Origin.PROVIDER_SERVER
    assert diagnose(fault).write is Next.RETRY
    await server.faults(provider_error={"status": 404})
    status, headers, content = await server.get(request_path(PROVIDER.service("congDan"), "ho-so/1"), sent)
    assert read_fault(headers, content) is None
    assert blame(status, headers.get("x-road-error")) is Origin.PROVIDER


@pytest.mark.parametrize("accept", ["application/json", "text/xml"])
async def test_clients(server: Server, accept: str) -> None:
    _, headers, content = await server.get("listClients", {"Accept": accept})
    listed = {entry.id: entry.name for entry in read_clients(content, headers["content-type"])}
    assert {CLIENT, PROVIDER} <= listed.keys()
    assert listed[ClientId("VN", "GOV", "000.00.00.G99")] == "Member 000.00.00.G99"


async def test_methods(server: Server) -> None:
    answers = [await server.ask(request(code, methods_body(code))) for code in (LIST_METHODS, ALLOWED_METHODS)]
    listed, allowed = (read_soap_methods(answer) for answer in answers if isinstance(answer, Message))
    assert [method.id for method in listed] == [SERVICE, PROVIDER.service("kin", "v1")]
    assert [method.id for method in allowed] == [SERVICE]
    path = request_path(PROVIDER.service(LIST_METHODS))
    _, _, content = await server.get(path, request_headers(HEADER))
    (method,) = read_rest_methods(content)
    assert (method.id, method.kind) == (PROVIDER.service("congDan"), "OPENAPI")
    assert method.endpoints == (Endpoint("GET", "/ho-so/*"),)


async def test_descriptions(server: Server) -> None:
    kind, content = await server.post(request(GET_WSDL, wsdl_body("kin", "v1")))
    root, attachments = split(content, media(kind))
    assert isinstance(parse_message(root.content, root.type), Message)
    assert PLACEHOLDER.encode() in read_wsdl(attachments)
    path = f"{request_path(PROVIDER.service(GET_OPENAPI))}?serviceCode=congDan"
    assert (await server.get(path, request_headers(HEADER)))[2] == b"openapi: 3.0.0"
