"""A bus in the test's own process among simulated systems of the national axis, and a target that collects events."""

from __future__ import annotations

import asyncio
import hashlib
import json
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiohttp
import orjson
from sqlalchemy import text
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bus.config import load
from bus.runtime import Bus
from simulators.server import Server, serve

KEY, AUDITOR_KEY = "lt_an-invented-axis-key", "lt_an-invented-auditor-key"
TARGET = "target"
# short, so that nothing waits long for a repeat
PACE: Mapping[str, Any] = {
    "deadline": "5s",
    "settle_after": "100ms",
    "retry": {"first": "50ms", "longest": "200ms"},
    "breaker": {"pause": "100ms", "longest": "200ms"},
}
# a poll comes due when the test says so
EVERY = {"every": "1h"}
_POLLS = "id IN (SELECT delivery_id FROM standing)"
_DUE = f"UPDATE delivery SET due_at = 0, publish_after = 0, verdict = NULL WHERE {_POLLS} AND state = 'ready'"


@dataclass(slots=True)
class Collector:
    """What arrived at the target, in order, repeats too."""

    events: list[dict[str, Any]] = field(default_factory=list)
    url: str = ""

    def of(self, type: str) -> list[dict[str, Any]]:
        """The events of one type."""
        return [event for event in self.events if event["type"] == type]

    def data(self, type: str) -> list[dict[str, Any]]:
        """Their data."""
        return [event["data"] for event in self.of(type)]

    @property
    def ids(self) -> set[str]:
        """What arrived, each once: `source` and `id` tell a repeat."""
        return {event["id"] for event in self.events}

    @property
    def twice(self) -> set[str]:
        """Ids that arrived more than once."""
        ids = [event["id"] for event in self.events]
        return {id for id in ids if ids.count(id) > 1}

    async def take(self, request: Request) -> Response:
        """Keeps one event."""
        self.events.append(orjson.loads(await request.body()))
        return Response(status_code=202)


@asynccontextmanager
async def collecting() -> AsyncIterator[Collector]:
    """The target's server."""
    collector = Collector()
    app = Starlette(routes=[Route("/", collector.take, methods=["POST"])])
    app.state.closing = None
    async with await serve(app) as server:
        collector.url = server.url
        yield collector


@dataclass(frozen=True, slots=True)
class Axis:
    """A running bus; `http` speaks with the key of a client that may do everything."""

    bus: Bus
    http: aiohttp.ClientSession
    url: str

    async def ask(self, name: str, data: Any, **said: Any) -> tuple[int, dict[str, Any]]:
        """A query: status and answer."""
        body = {"data": data, "purpose": "9.999999", "officer": "canbo.vidu", **said}
        async with self.http.post(f"/v1/queries/{name}", json=body) as answer:
            return answer.status, await answer.json()

    async def answer(self, name: str, data: Any, **said: Any) -> tuple[str, Any]:
        """Class and data of the answer to a query that succeeds."""
        status, found = await self.ask(name, data, **said)
        assert status == 200, found
        return found["result"], found["data"]

    async def send(self, type: str, subject: str, data: Any, key: str = "1") -> tuple[int, dict[str, Any]]:
        """An event: status and answer."""
        event = {"specversion": "1.0", "id": f"{type}/{subject}/{key}", "source": "/h49/test", "type": type}
        event |= {"subject": subject, "data": data}
        headers = {"content-type": "application/cloudevents+json"}
        async with self.http.post("/v1/events", data=orjson.dumps(event), headers=headers) as answer:
            return answer.status, await answer.json()

    async def told(self, type: str, subject: str, data: Any, key: str = "1") -> dict[str, Any]:
        """The delivery of an event that is accepted, once nothing moves it any more by itself."""
        status, accepted = await self.send(type, subject, data, key)
        assert status == 202, accepted
        return await self.settled(accepted["id"])

    async def settled(self, id: str) -> dict[str, Any]:
        """The first delivery of a message, when it is done."""
        done = ("delivered", "rejected", "dead", "held", "cancelled")
        await eventually(lambda: self._state(id), lambda state: state in done)
        delivery: dict[str, Any] = (await self.message(id))["deliveries"][0]
        return delivery

    async def message(self, id: str) -> dict[str, Any]:
        """One message with its deliveries."""
        async with self.http.get(f"/v1/messages/{id}") as answer:
            assert answer.status == 200, await answer.text()
            found: dict[str, Any] = await answer.json()
            return found

    async def post(self, system: str, operation: str, body: bytes | Any) -> tuple[int, Any]:
        """A native request: status and answer."""
        content = body if isinstance(body, bytes) else orjson.dumps(body)
        async with self.http.post(f"/in/{system}/{operation}", data=content) as answer:
            return answer.status, orjson.loads(await answer.read())

    async def rows(self, statement: str) -> list[dict[str, Any]]:
        """Of the ledger."""
        return await self.bus.ledger.read(
            lambda connection: [dict(row) for row in connection.execute(text(statement)).mappings()]
        )

    async def dead(self) -> list[dict[str, Any]]:
        """Everything that was rejected or given up: type, key, code, reason."""
        return await self.rows(
            "SELECT m.type, m.key, d.system, d.state, d.code, d.reason, d.pointer FROM delivery d "
            "JOIN message m ON m.id = d.message_id WHERE d.state IN ('rejected', 'dead', 'held') ORDER BY d.id"
        )

    async def polled(self) -> None:
        """Wait until every poll rests after a round, and what was found is delivered or waits for an operator."""
        await eventually(self._standing, lambda rows: all(_rests(row) for row in rows))
        await self.quiet()

    async def round(self) -> None:
        """Have every poll come due now, and wait until its whole round is over."""
        await eventually(self._standing, lambda rows: all(_rests(row) for row in rows))
        await self.bus.ledger.call(lambda session, _: session.run(_DUE))
        self.bus.relay.wake()
        await self.polled()

    async def _standing(self) -> list[dict[str, Any]]:
        return await self.rows(f"SELECT state, verdict, due_at FROM delivery WHERE {_POLLS}")

    async def _state(self, id: str) -> str:
        return str((await self.message(id))["deliveries"][0]["state"])

    async def paused(self, system: str) -> str:
        """Wait until the bus pauses a system; why it did."""
        return str(await eventually(lambda: self._paused(system)))

    async def _paused(self, system: str) -> str | None:
        return self.bus.gates[system].paused

    async def quiet(self) -> None:
        """Until every message is delivered or waits for an operator."""
        moving = f"SELECT count(*) AS n FROM delivery WHERE NOT {_POLLS} AND state IN ('ready', 'sending', 'waiting')"

        async def left() -> int:
            return int((await self.rows(moving))[0]["n"])

        await eventually(left, lambda count: count == 0)


def _rests(row: Mapping[str, Any]) -> bool:
    return (row["state"], row["verdict"]) == ("ready", "polled") and float(row["due_at"]) > time.time()


async def eventually(
    what: Callable[[], Awaitable[Any]], right: Callable[[Any], bool] = bool, seconds: float = 15
) -> Any:
    """Wait until `what` is right; its last value."""
    deadline = time.monotonic() + seconds
    while not right(found := await what()):
        assert time.monotonic() < deadline, f"after {seconds:g} s: {found!r}"
        await asyncio.sleep(0.02)
    return found


async def become(what: Callable[[], Any], wanted: Any = True, seconds: float = 15) -> None:
    """Wait until `what()` is `wanted`."""

    async def now() -> Any:
        return what()

    await eventually(now, lambda found: found == wanted, seconds)


def document(folder: Path, systems: Mapping[str, Any], **sections: Any) -> dict[str, Any]:
    """A configuration with a client that may do everything, and one that may read."""
    ledger = sections.pop("ledger", None) or f"sqlite:///{folder}/ledger.db"
    everything = {
        "key": hashed(KEY),
        "send": [{"source": "/h49/test", "types": ["*"]}],
        "systems": list(systems),
        "ask": ["*"],
        "read": "all",
        "operate": True,
    }
    return {
        "unit": "000.00.00.H49",
        "ledger": {"url": ledger, "lease": "10s"},
        "http": {"port": 0},
        "clients": {
            "everything": everything,
            "auditor": {"key": hashed(AUDITOR_KEY), "read": "all"},
            **sections.pop("more_clients", {}),
        },
        "systems": {name: {**PACE, **system} for name, system in systems.items()},
        **sections,
    }


def collected(collector: Collector) -> dict[str, Any]:
    """The collecting target as a system of the configuration."""
    connect = {"base_url": collector.url}
    return {"adapter": "cloudevents", "connect": connect, "settings": {"on_unknown": "resend"}}


def hashed(key: str) -> str:
    """As a configuration holds it."""
    return "sha256:" + hashlib.sha256(key.encode()).hexdigest()


@asynccontextmanager
async def running(folder: Path, systems: Mapping[str, Any], **sections: Any) -> AsyncIterator[Axis]:
    """A bus of this configuration, checked as `lienthong check` does. Again in the same folder: a restart."""
    path = folder / "bus.yaml"
    path.write_text(json.dumps(document(folder, systems, **sections)), encoding="utf-8")
    loaded = load(path, {})
    assert loaded.config is not None, [finding.text("en") for finding in loaded.errors]
    bus = Bus(loaded.config)
    await bus.start()
    try:
        url, headers = f"http://127.0.0.1:{bus.port}", {"authorization": f"Bearer {KEY}"}
        async with aiohttp.ClientSession(url, headers=headers) as http:
            yield Axis(bus, http, url)
    finally:
        await bus.stop()


async def put(server: Server, page: str, body: Any) -> None:
    """Change a simulator over its control pages."""
    async with aiohttp.ClientSession() as http, http.put(f"{server.url}/_control/{page}", json=body) as answer:
        assert answer.status == 200, await answer.text()


async def shown(server: Server, page: str) -> Any:
    """A control page of a simulator."""
    async with aiohttp.ClientSession() as http, http.get(f"{server.url}/_control/{page}") as answer:
        assert answer.status == 200, await answer.text()
        return await answer.json()
