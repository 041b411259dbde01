"""A simulated security server on a real port, and connectors to it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp

from connectors.xroad import XRoad, XRoadSettings
from simulators.security_server import SecurityServerSettings, create
from simulators.server import serve

DATA = Path(__file__).parent / "data"
WSDL = DATA / "dancu.wsdl"
OWNER = "VN/GOV/000.00.00.G99/dancu"
ME = "VN/GOV/000.00.00.H49/motcua"
ID = "6f0a1c2a-7f0b-4a63-9d3f-0f7b1f6f0a11"


@dataclass(frozen=True, slots=True)
class SecurityServer:
    """Its control pages."""

    url: str
    http: aiohttp.ClientSession

    async def faults(self, **faults: Any) -> None:
        """Let these be on and no others."""
        async with self.http.put(f"{self.url}/_control/faults", json=faults) as response:
            assert response.status == 200, await response.text()

    async def records(self) -> list[dict[str, Any]]:
        """What reached a provider."""
        async with self.http.get(f"{self.url}/_control/records") as response:
            found: list[dict[str, Any]] = (await response.json())["records"]
            return found

    async def reset(self) -> None:
        """Forget everything."""
        async with self.http.post(f"{self.url}/_control/reset") as response:
            assert response.status == 200

    async def call(self, **order: Any) -> dict[str, Any]:
        """As the provider's security server."""
        async with self.http.post(f"{self.url}/_control/call", json=order) as response:
            assert response.status == 200, await response.text()
            found: dict[str, Any] = await response.json()
            return found


@asynccontextmanager
async def security_server(*services: dict[str, Any], **settings: Any) -> AsyncIterator[SecurityServer]:
    """With echoes `traCuu` (SOAP) and `congDan` (REST) unless services are given."""
    chosen = {**settings, "services": services} if services else settings
    made = SecurityServerSettings.model_validate(chosen)
    async with aiohttp.ClientSession() as http, await serve(create(made)) as server:
        yield SecurityServer(server.url, http)


@asynccontextmanager
async def connected(url: str, ids: list[str] | None = None, **settings: Any) -> AsyncIterator[XRoad]:
    """An open connector; its ids are `ids` in their order, then `ID`."""
    left = list(ids or [])
    given = {"base_url": url, "client": ME, "timeouts": {"total": 5, "read": 0.5}, "max_answer": 100_000, **settings}
    chosen = XRoadSettings.model_validate(given)
    connector = XRoad(chosen, "dancu", new_id=lambda: left.pop(0) if left else ID)
    await connector.open()
    try:
        yield connector
    finally:
        await connector.close()


REST = {"provider": OWNER}
SOAP = {"provider": OWNER, "protocol": "soap", "soap": {"wsdl": str(WSDL)}}
