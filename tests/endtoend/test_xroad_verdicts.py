"""The bus as a consumer on X-Road: what each fault of the security server does to a delivery and to a question."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Generator
from typing import Any

import pytest
import pytest_asyncio

from bus.dispatch.driver import Bounds, Driver
from lienthong import Answered, Delivered, Post, Reject, Reply, Request, Retry, Soap, Stop, Unknown, classify
from tests.connectors.xroad.running import REST, SOAP, SecurityServer, connected, security_server

pytestmark = pytest.mark.asyncio(loop_scope="module")

ASKED = {"so": "022000000000", "ten": "Nguyễn Văn Ví Dụ"}
WAYS: dict[str, tuple[dict[str, Any], Any]] = {
    "rest": (REST, lambda write: Post("congDan", json=ASKED, write=write)),
    "soap": (SOAP, lambda write: Soap("traCuu", ASKED, write=write)),
}
BOUNDS = Bounds(deadline=5, requests=3, received=1_000_000, quick_tries=2, quick_within=1)


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def server() -> AsyncIterator[SecurityServer]:
    async with security_server() as found:
        yield found


@pytest_asyncio.fixture(loop_scope="module", params=["rest", "soap"])
async def way(server: SecurityServer, request: pytest.FixtureRequest) -> AsyncIterator[tuple[Driver, Any]]:
    await server.reset()
    settings, make = WAYS[request.param]
    async with connected(server.url, **settings) as connector:
        yield Driver(connector, BOUNDS, time.time), make


def deliver(request: Request) -> Generator[Request, Reply, Any]:
    """What an adapter does that knows nothing of X-Road."""
    reply = yield request
    return classify(reply, request) or Delivered()


def ask(request: Request) -> Generator[Request, Reply, Any]:
    reply = yield request
    return classify(reply, request) or Answered("found")


CODE = "server.serverproxy.service_failed.{}"
FAULTS: list[tuple[dict[str, Any], type, type]] = [
    ({}, Delivered, Answered),
    ({"access_denied": 1}, Stop, Stop),
    ({"unknown_member": 1}, Stop, Stop),
    ({"ssl_authentication": 1}, Stop, Stop),
    ({"outdated_global_conf": 1}, Retry, Retry),
    ({"maintenance": 1}, Retry, Retry),
    ({"service_failed": 1}, Unknown, Retry),
    ({"x_road_fault": {"code": CODE.format("inconsistent_headers")}}, Unknown, Retry),
    ({"x_road_fault": {"code": "client.invalid_soap"}}, Reject, Reject),
    ({"x_road_fault": {"code": "server.clientproxy.network_error"}}, Unknown, Retry),
    ({"inconsistent_headers": 1}, Unknown, Retry),
    ({"malformed": 1}, Unknown, Retry),
    ({"http_500": 1}, Unknown, Retry),
    ({"busy": 1}, Retry, Retry),
    ({"timeout_after_effect": {"seconds": 3}}, Unknown, Retry),
    ({"drop_after_effect": 1}, Unknown, Retry),
    ({"oversized": {"bytes": 200_000}}, Unknown, Retry),
]


@pytest.mark.parametrize(
    ("faults", "write", "read"), FAULTS, ids=lambda value: "-".join(value) or "none" if isinstance(value, dict) else ""
)
async def test_verdicts(
    server: SecurityServer, way: tuple[Driver, Any], faults: dict[str, Any], write: type, read: type
) -> None:
    driver, make = way
    await server.faults(**faults)
    delivered = (await driver.run(deliver(make(True)))).verdict
    assert type(delivered) is write, delivered
    heard = (await driver.ask(ask(make(False)))).verdict
    assert type(heard) is read, heard
    assert "Ví Dụ" not in f"{delivered}{heard}"


async def test_the_provider_s_own_errors(server: SecurityServer, way: tuple[Driver, Any]) -> None:
    """Over REST his status decides; over SOAP his security server makes a fault of it, so that nobody knows."""
    driver, make = way
    soap = make(True).call is not None
    for status, verdict in ((404, Reject), (503, Unknown)):
        await server.faults(provider_error={"status": status})
        assert type((await driver.run(deliver(make(True)))).verdict) is (Unknown if soap else verdict)
