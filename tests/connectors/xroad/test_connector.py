"""The connector and the simulated security server: what each of its faults becomes."""

from __future__ import annotations

import hashlib
from base64 import b64encode
from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio

from connectors.xroad import XRoad
from lienthong.calls import Attachment
from lienthong.requests import (
    Get,
    Lost,
    Misconfigured,
    NotSent,
    Post,
    Reply,
    Request,
    Soap,
    TransportError,
    Unsendable,
    classify,
)
from lienthong.verdicts import Reject, Stop, Unknown

from .running import ID, ME, OWNER, REST, SOAP, SecurityServer, connected, security_server

pytestmark = pytest.mark.asyncio(loop_scope="module")

ASKED = {"so": "022000000000", "ten": "Nguyễn Văn Ví Dụ"}
WRITE = {"rest": Post("congDan", json=ASKED), "soap": Soap("traCuu", ASKED)}
SETTINGS: dict[str, dict[str, Any]] = {"rest": REST, "soap": SOAP}


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def running() -> AsyncIterator[SecurityServer]:
    async with security_server() as found:
        yield found


@pytest_asyncio.fixture(loop_scope="module")
async def server(running: SecurityServer) -> SecurityServer:
    await running.reset()
    return running


@pytest_asyncio.fixture(loop_scope="module", params=["rest", "soap"])
async def way(server: SecurityServer, request: pytest.FixtureRequest) -> AsyncIterator[tuple[XRoad, Request]]:
    """A connector of either protocol, and a write for it."""
    async with connected(server.url, **SETTINGS[request.param]) as connector:
        yield connector, WRITE[request.param]


async def test_rest_carries_method_path_query_and_body(server: SecurityServer) -> None:
    async with connected(server.url, service=f"{OWNER}/congDan", user_id="VN000000000000", issue="H49-1") as xroad:
        read = await xroad.exchange(Get("nguoi/a%2Fb", params={"năm": "1990"}))
        said = {"X-Road-UserId": "canbo.vidu", "X-Custom": "1"}
        written = await xroad.exchange(Request("PUT", "", json=ASKED, headers=said))
    assert (read.status, read.json()) == (200, {"method": "GET", "path": "/nguoi/a%2Fb?n%C4%83m=1990"})
    assert written.json() == ASKED
    first, second = await server.records()
    assert first["headers"]["x-road-client"] == ME and first["id"] == ID
    assert (first["headers"]["x-road-userid"], first["headers"]["x-road-issue"]) == ("VN000000000000", "H49-1")
    assert (second["method"], second["path"], second["headers"]["x-road-userid"]) == ("PUT", "", "canbo.vidu")
    assert second["headers"]["x-custom"] == "1" and second["service"] == f"{OWNER}/congDan"


async def test_each_exchange_has_an_id_of_its_own_unless_the_request_says_one(server: SecurityServer) -> None:
    async with connected(server.url, ids=["mot", "hai", "ba"], **REST) as xroad:
        await xroad.exchange(Get("congDan/1"))
        await xroad.exchange(Get("congDan/2"))
        await xroad.exchange(Request("GET", "congDan/3", headers={"X-Road-Id": "so-cua-toi"}, write=False))
    assert [record["id"] for record in await server.records()] == ["mot", "hai", "so-cua-toi"]


async def test_soap_carries_a_call_under_the_header(server: SecurityServer) -> None:
    more = {"represented_party": "COM/0100000001", "issue": "H49-1", "version": "v1"}
    async with connected(server.url, **SOAP, **more) as xroad:
        reply = await xroad.exchange(Soap("traCuu", {"ten": "Nguyễn Văn Ví Dụ & con", "so": "1"}, write=False))
    assert reply.value == {"so": "1", "ten": "Nguyễn Văn Ví Dụ & con"} and reply.fault is None
    [record] = await server.records()
    assert record["id"] == ID and record["service"] == f"{OWNER}/traCuu/v1"
    assert record["headers"]["soapaction"] == '""', "an action that is no URI would be refused"
    assert "<repr:partyCode>0100000001</repr:partyCode>" in record["body"]
    assert b64encode(hashlib.sha512(record["body"].encode()).digest()) in reply.content


async def test_bytes_go_beside_the_envelope_and_the_hash_is_over_the_envelope(server: SecurityServer) -> None:
    async with connected(server.url, **SOAP) as xroad:
        prepared = xroad._way.prepare(Soap("traCuu", {**ASKED, "anh": Attachment("anh", b"\x89PNG")}), ID)
    assert prepared.request.headers["content-type"].startswith("multipart/related")
    content = prepared.request.content or b""
    envelope = content.partition(b"\r\n\r\n")[2].partition(b"\r\n--lienthong-")[0]
    assert envelope.startswith(b"<?xml") and envelope.endswith(b"Envelope>")
    digest = b64encode(hashlib.sha512(envelope).digest()).decode()
    answer = envelope.replace(b"traCuu", b"traCuuResponse").replace(
        b"<id:serviceCode>traCuuResponse", b"<id:serviceCode>traCuu"
    )
    stamp = f'<xroad:requestHash xmlns:xroad="http://x-road.eu/xsd/xroad.xsd" algorithmId="http://www.w3.org/2001/04/xmlenc#sha512">{digest}</xroad:requestHash>'
    answer = answer.replace(b"</soap-env:Header>", stamp.encode() + b"</soap-env:Header>")
    body = content.replace(envelope, answer)
    reply = prepared.read(Reply(200, {"content-type": prepared.request.headers["content-type"]}, body))
    assert reply.value["anh"].content == b"\x89PNG"


FAULTS: list[tuple[dict[str, Any], type[TransportError]]] = [
    ({"access_denied": 1}, Misconfigured),
    ({"unknown_member": 1}, Misconfigured),
    ({"ssl_authentication": 1}, Misconfigured),
    ({"outdated_global_conf": 1}, NotSent),
    ({"maintenance": 1}, NotSent),
    ({"x_road_fault": {"code": "server.clientproxy.unknown_host"}}, NotSent),
    ({"x_road_fault": {"code": "client.missing_header_field"}}, Unsendable),
    ({"x_road_fault": {"code": "server.clientproxy.network_error"}}, Lost),
    ({"service_failed": 1}, Lost),
    ({"inconsistent_headers": 1}, Lost),
    ({"malformed": 1}, Lost),
    ({"malformed": {"body": ""}}, Lost),
    ({"oversized": {"bytes": 200_000}}, Lost),
    ({"timeout_before_effect": {"seconds": 3}}, Lost),
    ({"timeout_after_effect": {"seconds": 3}}, Lost),
    ({"drop_after_effect": 1}, Lost),
    ({"late_effect": {"seconds": 3, "further": 9}}, Lost),
    ({"down": 1}, Lost),
]


OLD = [({**faults, "spelling": "7.7"}, error) for faults, error in FAULTS[:9]]


@pytest.mark.parametrize(
    ("faults", "error"), [*FAULTS, *OLD], ids=lambda value: "-".join(value) if isinstance(value, dict) else ""
)
async def test_faults(
    server: SecurityServer, way: tuple[XRoad, Request], faults: dict[str, Any], error: type[TransportError]
) -> None:
    connector, write = way
    await server.faults(**faults)
    with pytest.raises(TransportError) as caught:
        await connector.exchange(write)
    assert type(caught.value) is error, caught.value
    assert "Ví Dụ" not in str(caught.value) and "Simulated" not in str(caught.value)


@pytest.mark.parametrize("code", ["server.serverproxy.access_denied", "Server.ServerProxy.AccessDenied"])
async def test_the_error_says_whose_fault_it_is_and_where_to_look(
    server: SecurityServer, way: tuple[XRoad, Request], code: str
) -> None:
    await server.faults(
        x_road_fault={"code": "server.serverproxy.access_denied"}, spelling="7.7" if code[0] == "S" else "7.8"
    )
    with pytest.raises(Misconfigured, match=r"access_denied, origin: provider security server, log id [0-9a-f-]{36}"):
        await way[0].exchange(way[1])


async def test_a_provider_s_own_error_is_a_reply_over_rest_and_in_doubt_over_soap(
    server: SecurityServer, way: tuple[XRoad, Request]
) -> None:
    connector, write = way
    for status, verdict in ((404, Reject), (503, Unknown), (302, Stop)):
        kind = {"redirect": 1} if status == 302 else {"provider_error": {"status": status}}
        await server.faults(**kind)
        if write.call is not None:
            with pytest.raises(Lost, match=r"service_failed\.http_error, origin: provider"):
                await connector.exchange(write)
        else:
            reply = await connector.exchange(write)
            assert reply.status == status and isinstance(classify(reply, write), verdict)


async def test_what_stands_before_the_security_server_answers_with_its_status(
    server: SecurityServer, way: tuple[XRoad, Request]
) -> None:
    connector, write = way
    for faults, status in (({"busy": 1}, 503), ({"http_500": {"status": 502}}, 502)):
        await server.faults(**faults)
        assert (await connector.exchange(write)).status == status


async def test_a_hash_that_is_not_of_what_we_sent(server: SecurityServer) -> None:
    await server.faults(wrong_hash=1)
    async with connected(server.url, **SOAP) as xroad:
        with pytest.raises(Lost, match=r"requestHash does not vouch .*\(differs\)"):
            await xroad.exchange(Soap("traCuu", ASKED))
    async with connected(server.url, **SOAP, verify_hash=False) as xroad:
        assert (await xroad.exchange(Soap("traCuu", ASKED))).value == ASKED


async def test_another_server_s_page_is_no_answer(server: SecurityServer, way: tuple[XRoad, Request]) -> None:
    kind = "soap" if way[1].call is not None else "rest"
    async with connected(f"{server.url}/khong-co", **SETTINGS[kind]) as connector:
        with pytest.raises(Misconfigured, match="is not a security server; check base_url"):
            await connector.exchange(way[1])


@pytest.mark.parametrize(
    ("settings", "request_", "reason"),
    [
        (REST, Soap("traCuu", ASKED), "protocol: soap"),
        (SOAP, Get("congDan"), "protocol: rest"),
        (REST, Get(""), "begins with the service's code"),
        (REST, Get("congDan/../../x"), "segments"),
        (REST, Request("GET", "congDan", headers={"x-road-client": "VN/GOV/1/x"}), "not for a request to set"),
        (SOAP, Soap("traCuu", ASKED, headers={"X-Road-Represented-Party": "a/b/c"}), "represented party has 3 parts"),
        (SOAP, Soap("xoa", {}), "there is no operation 'xoa'"),
        (SOAP, Soap("traCuu", {"so": "1", "cccd": "022000000000"}), "cccd"),
        (
            SOAP | {"provider": None, "service": f"{OWNER}/traCuu"},
            Soap("nopHoSo", {"ma": "1", "noiDung": "x"}),
            "traCuu",
        ),
    ],
)
async def test_what_cannot_be_sent(
    server: SecurityServer, settings: dict[str, Any], request_: Request, reason: str
) -> None:
    async with connected(server.url, **settings) as connector:
        with pytest.raises(Unsendable, match=reason) as caught:
            await connector.exchange(request_)
    assert "022000000000" not in str(caught.value)
    assert await server.records() == []


async def test_a_closed_connector_sends_nothing(server: SecurityServer) -> None:
    async with connected(server.url, **REST) as connector:
        pass
    with pytest.raises(NotSent):
        await connector.exchange(Get("congDan"))
    with pytest.raises(NotSent):
        await connector.fetch(Get("listClients"))
