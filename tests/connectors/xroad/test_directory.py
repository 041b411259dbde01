"""What there is, asked through the connector's own connections."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from connectors.xroad import XRoad
from connectors.xroad.directory import Protocol, get_openapi, get_wsdl, list_clients, list_methods
from connectors.xroad.metadata import PLACEHOLDER
from connectors.xroad.named import client_named, service_named, shown
from lienthong.requests import Lost, Misconfigured, NotSent, TransportError

from .running import ME, OWNER, REST, SecurityServer, connected, security_server

pytestmark = pytest.mark.asyncio(loop_scope="module")

PROVIDER = client_named(OWNER)
SERVICES = (
    {"provider": OWNER, "code": "traCuu", "version": "v1"},
    {"provider": OWNER, "code": "kin", "allowed": []},
    {"provider": OWNER, "code": "congDan", "protocol": "rest", "openapi": "openapi: 3.0.0"},
    {"provider": OWNER, "code": "rieng", "protocol": "rest", "allowed": ["VN/GOV/1/x"]},
)


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def running() -> AsyncIterator[SecurityServer]:
    async with security_server(*SERVICES) as found:
        yield found


@pytest_asyncio.fixture(loop_scope="module")
async def xroad(running: SecurityServer) -> AsyncIterator[XRoad]:
    await running.reset()
    async with connected(running.url, **REST) as connector:
        yield connector


async def test_clients(xroad: XRoad) -> None:
    assert {ME, OWNER} < {shown(one.id) for one in await list_clients(xroad)}
    assert await list_clients(xroad, "EE") == ()


@pytest.mark.parametrize(
    ("protocol", "allowed", "codes"),
    [
        ("rest", False, ["congDan", "rieng"]),
        ("rest", True, ["congDan"]),
        ("soap", False, ["traCuu", "kin"]),
        ("soap", True, ["traCuu"]),
    ],
)
async def test_methods(xroad: XRoad, protocol: Protocol, allowed: bool, codes: list[str]) -> None:
    found = await list_methods(xroad, PROVIDER, protocol=protocol, allowed=allowed)
    assert [one.id.service_code for one in found] == codes


async def test_descriptions(xroad: XRoad) -> None:
    assert (await get_openapi(xroad, PROVIDER.service("congDan"))).content == b"openapi: 3.0.0"
    assert PLACEHOLDER.encode() in (await get_wsdl(xroad, service_named(f"{OWNER}/traCuu/v1"))).content
    with pytest.raises(Misconfigured, match="unknown_service, origin: provider security server"):
        await get_openapi(xroad, PROVIDER.service("rieng"))
    with pytest.raises(Misconfigured, match="unknown_service"):
        await get_wsdl(xroad, PROVIDER.service("traCuu", "v9"))


@pytest.mark.parametrize(
    ("fault", "error", "said"),
    [
        ({"maintenance": 1}, NotSent, "origin: consumer security server"),
        ({"unknown_member": 1}, Misconfigured, "origin: consumer security server"),
        ({"service_failed": 1}, Lost, "origin: provider"),
        ({"http_500": 1}, Lost, "status 500"),
        ({"malformed": 1}, Lost, "cannot be taken"),
        ({"down": 1}, Lost, "closed the connection"),
    ],
)
async def test_whose_fault_it_is(
    running: SecurityServer, xroad: XRoad, fault: dict[str, int], error: type[TransportError], said: str
) -> None:
    await running.faults(**fault)
    for asked in (
        lambda: list_clients(xroad),
        lambda: list_methods(xroad, PROVIDER, protocol="rest"),
        lambda: list_methods(xroad, PROVIDER, protocol="soap"),
        lambda: get_wsdl(xroad, PROVIDER.service("traCuu", "v1")),
    ):
        with pytest.raises(error, match=said):
            await asked()


async def test_an_unknown_subsystem(xroad: XRoad) -> None:
    for protocol in ("rest", "soap"):
        with pytest.raises(Misconfigured, match="unknown_member"):
            await list_methods(xroad, client_named("VN/GOV/1/x"), protocol=protocol)  # type: ignore[arg-type]
