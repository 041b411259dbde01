"""A bus that provides services over X-Road: the security server calls it through a proxy that adds the bus's key."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from hashlib import sha256
from importlib.resources import files
from pathlib import Path
from typing import Any

import aiohttp
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bus.config import load
from bus.runtime import Bus
from simulators.population import PopulationSettings
from simulators.population import create as population
from simulators.server import Server, serve
from tests.connectors.xroad.running import ME, OWNER, WSDL, SecurityServer, security_server

KEY, OFFICER_KEY = "lt_an-invented-security-server-key", "lt_an-invented-officer-key"
US = "VN/GOV/000.00.00.H49/truc"
ANSWER = "{so: .data.personal_number, ten: .data.name} | del(.[] | select(. == null))"
LOOK_UP: Mapping[str, Any] = {
    "query": "citizen.lookup",
    "question": "{personal_number: .body.so, name: .body.ten, birth_year: (.body.tuoi | tonumber)}",
    "purpose": '"1.000894"',
}


@dataclass(frozen=True, slots=True)
class Crossroad:
    """Everything that runs."""

    server: SecurityServer
    bus: Bus
    proxy: str
    person: Mapping[str, str]
    ledger: Path

    async def call(self, operation: str, **order: Any) -> dict[str, Any]:
        """As the provider's security server calls our service."""
        system = "xroad-soap" if order.get("protocol", "soap") == "soap" else "xroad-rest"
        given = {"client": OWNER, "service": f"{US}/{operation}", "id": "ma-1", "user_id": "VN022", **order}
        return await self.server.call(url=f"{self.proxy}/in/{system}/{operation}", **given)

    async def evidence(self) -> list[tuple[str, str]]:
        """Actor and details of everything that is recorded."""
        from sqlalchemy import text

        rows = await self.bus.ledger.read(
            lambda connection: connection.execute(text("SELECT actor, detail FROM evidence ORDER BY at, seq")).all()
        )
        return [(row[0], row[1] or "") for row in rows]


def _document(folder: Path, people: str, server: str) -> dict[str, Any]:
    wsdl = str(files("adapters.population") / "wsdl" / "population.wsdl")
    auth = {
        "type": "hashed_password",
        "username": "h49.vidu",
        "secret_key": "${env:SECRET_KEY}",
        "sv_url": "/dancu/TraCuuThongTinCongDan",
    }
    connect = {"base_url": people, "wsdl": wsdl, "address": "dancuquocgia", "auth": auth}
    road = {"base_url": server, "client": US}
    return {
        "unit": "H49",
        "ledger": {"url": f"sqlite:///{folder}/ledger.db"},
        "http": {"port": 0},
        "clients": {
            "security-server": {
                "key": _hashed(KEY),
                "ask": ["citizen.lookup"],
                "systems": ["xroad-rest", "xroad-soap"],
                "send": [{"source": "/x-road", "types": ["parcel.sent"]}],
            },
            "officer": {"key": _hashed(OFFICER_KEY), "read": "all", "operate": True},
        },
        "types": {"parcel.sent": {"schema": {"type": "object", "properties": {"parcel": {"pattern": "^H49-"}}}}},
        "queries": {"citizen.lookup": {"system": "population"}},
        "routes": [{"name": "parcels", "types": ["parcel.sent"], "to": ["echo"]}],
        "systems": {
            "population": {
                "adapter": "population",
                "connector": "soap",
                "connect": connect,
                "settings": {"unit": "H49", "other_officers": "send"},
            },
            "xroad-rest": _published(
                {**road, "provide": {"allow": [OWNER]}},
                **{
                    "tra-cuu": {**LOOK_UP, "answer": ANSWER, "statuses": {"not-found": 404}},
                    "nop-ho-so": {"accepts": "parcel.sent", "subject": ".body.ma", "data": "{parcel: .body.ma}"},
                },
            ),
            "xroad-soap": _published(
                {**road, "provide": {"allow": ["VN/GOV/000.00.00.G99/*"], "wsdl": str(WSDL)}},
                traCuu={**LOOK_UP, "answer": ANSWER},
                nopHoSo={
                    "accepts": "parcel.sent",
                    "subject": ".body.ma",
                    "data": "{parcel: .body.ma}",
                    "answer": "{ketQua: .state, ma: .ids[0]}",
                },
            ),
            "echo": {
                "adapter": "cloudevents",
                "connector": "xroad",
                "connect": {**road, "client": ME, "service": f"{OWNER}/congDan"},
                "retry": {"first": "100ms"},
            },
        },
    }


def _published(connect: dict[str, Any], **services: Any) -> dict[str, Any]:
    return {"adapter": "published", "connector": "xroad", "connect": connect, "settings": {"services": services}}


def _hashed(key: str) -> str:
    return "sha256:" + sha256(key.encode()).hexdigest()


@asynccontextmanager
async def _proxy(port: int) -> AsyncIterator[str]:
    """What stands before the bus: it knows the security server by its certificate (not here) and says the key."""

    async def forward(request: Request) -> Response:
        dropped = ("host", "content-length", "authorization", "x-api-key")
        kept = {name: value for name, value in request.headers.items() if name not in dropped}
        url = f"http://127.0.0.1:{port}{request.url.path}"
        query = dict(request.query_params)
        async with session.request(
            request.method, url, params=query, data=await request.body(), headers={**kept, "x-api-key": KEY}
        ) as answer:
            return Response(await answer.read(), answer.status, media_type=answer.headers["content-type"])

    app = Starlette(routes=[Route("/{path:path}", forward, methods=["GET", "POST"])])
    app.state.closing = None
    async with aiohttp.ClientSession() as session, await serve(app) as server:
        yield server.url


async def _somebody(people: Server) -> dict[str, str]:
    """Somebody whom the population database knows."""
    async with aiohttp.ClientSession() as http, http.get(f"{people.url}/_control/people") as response:
        found = (await response.json())["people"]
    return {"so": found[0]["SoDinhDanh"], "ten": found[0]["HoVaTen"], "tuoi": str(found[0]["Nam"])}


@asynccontextmanager
async def crossroad(folder: Path) -> AsyncIterator[Crossroad]:
    """Population database, bus, proxy and security server."""
    services = ({"provider": OWNER, "code": "congDan", "protocol": "rest"},)
    async with await serve(population(PopulationSettings())) as people, security_server(*services) as server:
        path = folder / "bus.yaml"
        path.write_text(json.dumps(_document(folder, people.url, server.url)), encoding="utf-8")
        loaded = load(path, {"SECRET_KEY": "khoa-vi-du"})
        assert loaded.config is not None, [finding.text("en") for finding in loaded.errors]
        bus = Bus(loaded.config)
        await bus.start()
        try:
            async with _proxy(bus.port) as proxy:
                yield Crossroad(server, bus, proxy, await _somebody(people), folder / "ledger.db")
        finally:
            await bus.stop()
