"""A whole intake behind a real server: a real SQLite ledger, real sockets, an adapter that does what a test wants."""

from __future__ import annotations

import asyncio
import itertools
import json
import time
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

import aiohttp
from sqlalchemy import text

from bus.config.model import Config
from bus.http.app import UNKNOWN, create
from bus.http.desk import Desk
from bus.http.openapi import document
from bus.http.server import Server
from bus.intake import Intake
from bus.ledger import Ledger, Marks, Rule, Settlement, State, Wanted
from bus.policy import Stamps
from bus.router import Router
from lienthong import (
    Accept,
    Adapter,
    Answer,
    Context,
    Conversation,
    Delivered,
    Draft,
    Find,
    Found,
    Inbound,
    Message,
    Outcome,
    Post,
    Reception,
    operation,
    receive,
)

_ids = itertools.count(2)
PORTAL, OPERATOR, MUTE = "key-of-the-portal", "key-of-the-operator", "key-of-the-mute"
SOURCE = "/h49/portal"
TABLES = ("message", "receipt", "delivery", "evidence")
DOSSIER: dict[str, Any] = {
    "code": "H49.44.01-261122-0009",
    "procedure": {"code": "9.999998", "name": "Thủ tục ví dụ", "field_code": "G99-XX02", "field_name": "Lĩnh vực"},
    "applicant": {"kind": "individual", "name": "Nguyễn Văn Ví Dụ"},
    "state": "filed",
    "fees": [{"name": "Phí ví dụ", "code": "P1", "kind": "ordinary", "amount": 45000}],
}


def became(told: Found | Outcome) -> Outcome:
    """What an `Accept` is answered with."""
    assert isinstance(told, Outcome)
    return told


class Office(Adapter):
    """The double: one ordered operation, and a door for each thing that a `receive` can do."""

    name = "office"

    @operation("dossier.submitted", "parcel.*", "parcel.sent")
    def take(self, message: Message, context: Context) -> Conversation:
        yield Post("take")
        return Delivered()

    @receive("plain")
    def plain(self, inbound: Inbound, context: Context) -> Reception:
        """`TEXT`: a message under that key; the answer is the outcome."""
        word = inbound.content.decode()
        told = became((yield Accept((Draft("parcel.sent", "P-1", {"word": word}, key=word[:3]),))))
        problems = [[one.code, one.pointer] for one in told.problems]
        return Answer(503 if told.state == "failed" else 200, f"{told.state} {problems}".encode(), "text/plain")

    @receive("two")
    def two(self, inbound: Inbound, context: Context) -> Reception:
        drafts = [Draft("parcel.sent", "P-1", {"word": word}, key=word) for word in inbound.content.decode().split()]
        told = became((yield Accept(tuple(drafts))))
        said = [f"{one.code} {one.pointer}" for one in told.problems]
        return Answer(200, " ".join([told.state, *said]).encode(), "text/plain")

    @receive("find")
    def find(self, inbound: Inbound, context: Context) -> Reception:
        found = yield Find(inbound.query["kind"], inbound.query["key"])
        assert isinstance(found, Found)
        return Answer(200, f"{found.type} {found.data}".encode(), "text/plain")

    @receive("elsewhere")
    def elsewhere(self, inbound: Inbound, context: Context) -> Reception:
        told = became((yield Accept((Draft("parcel.sent", "P-1", {}, key="e", source="/other"),))))
        return Answer(403, told.problems[0].code.encode(), "text/plain")

    @receive("echo")
    def echo(self, inbound: Inbound, context: Context) -> Reception:
        secret = {"authorization", "x-api-key"} & inbound.headers.keys()
        words = [inbound.method, inbound.path, str(sorted(inbound.query.items())), inbound.client, str(secret)]
        return Answer(200, " ".join([*words, context.now.strftime("%z"), context.system]).encode(), "text/plain")
        yield Find("message", "")

    @receive("breaks-before")
    def breaks_before(self, inbound: Inbound, context: Context) -> Reception:
        raise ValueError("Nguyễn Văn Ví Dụ")
        yield Find("message", "")

    @receive("breaks-after")
    def breaks_after(self, inbound: Inbound, context: Context) -> Reception:
        told = became((yield Accept((Draft("parcel.sent", "P-1", {}, key=inbound.content.decode()),))))
        if told.state == "duplicate":
            return Answer(200, b"duplicate", "text/plain")
        raise ValueError("after the commit")

    @receive("keyless")
    def keyless(self, inbound: Inbound, context: Context) -> Reception:
        yield Accept((Draft("parcel.sent", "P-1", {}),))
        return Answer(200, b"")

    @receive("twice")
    def twice(self, inbound: Inbound, context: Context) -> Reception:
        yield Accept((Draft("parcel.sent", "P-1", {}, key="t1"),))
        yield Accept((Draft("parcel.sent", "P-1", {}, key="t2"),))
        return Answer(200, b"")

    @receive("no-generator")
    def no_generator(self, inbound: Inbound, context: Context) -> Any:
        return Answer(200, b"")

    @receive("endless")
    def endless(self, inbound: Inbound, context: Context) -> Reception:
        while True:
            yield Find("message", "nothing")


class Hints:
    """In the relay's place."""

    def __init__(self) -> None:
        self.out: list[tuple[str, int]] = []
        self.woken = 0

    def room(self, system: str) -> bool:
        return True

    def hint(self, deliveries: Sequence[tuple[str, int]]) -> None:
        self.out += deliveries

    def wake(self) -> None:
        self.woken += 1


def config(
    url: str, adapters: Mapping[str, Adapter] | None = None, clients: Mapping[str, Any] | None = None, **http: Any
) -> Config:
    """Two clients of the province and one that may do nothing; and what a test adds."""
    more = {name: {"adapter": one.name, "connector": "none"} for name, one in (adapters or {}).items()}
    office = {"adapter": "office", "connect": {"base_url": "http://127.0.0.1:9"}}
    types = ["dossier.*", "parcel.sent", "parcel.dropped", "parcel.lost", "nobody.knows"]
    return Config.model_validate(
        {
            "unit": "H49",
            "ledger": {"url": url},
            "http": {"port": 0, "min_disk": 1, **http},
            "clients": {
                "portal": {
                    "key": hashed(PORTAL),
                    "send": [{"source": SOURCE, "types": types}],
                    "systems": ["office", "gone"],
                },
                "operator": {
                    "key": hashed(OPERATOR),
                    "send": [{"source": SOURCE, "types": ["parcel.sent"]}],
                    "read": "all",
                    "operate": True,
                    "metrics": True,
                },
                "mute": {"key": hashed(MUTE), "read": "none"},
                **(clients or {}),
            },
            "systems": {"office": office, "quiet": {**office, "paused": True}, **more},
            "routes": [
                {"name": "all", "types": ["dossier.*", "parcel.sent"], "to": ["office"]},
                {"name": "dropped", "types": ["parcel.dropped"], "drop": True},
            ],
            "types": {"parcel.sent": {}, "parcel.dropped": {}, "parcel.lost": {}},
        }
    )


def hashed(key: str) -> str:
    return "sha256:" + sha256(key.encode()).hexdigest()


@dataclass
class House:
    """The running server and what stands behind it."""

    url: str
    ledger: Ledger
    hints: Hints
    desk: Desk
    http: aiohttp.ClientSession
    facts: dict[str, Any]
    flags: dict[str, bool]
    resumed: list[tuple[str, str]] = field(default_factory=list)
    seen: list[tuple[str, str, int]] = field(default_factory=list)

    async def ask(self, method: str, path: str, key: str | None = PORTAL, **options: Any) -> Told:
        """One request; the whole answer."""
        headers = {**({"authorization": f"Bearer {key}"} if key else {}), **options.pop("headers", {})}
        async with self.http.request(method, self.url + path, headers=headers, **options) as answer:
            body = await answer.read()
            return Told(answer.status, {name.lower(): value for name, value in answer.headers.items()}, body)

    async def send(self, *events: Any, key: str = PORTAL) -> Told:
        """One event in structured mode, or several as a batch."""
        if len(events) == 1:
            return await self.post(events[0], "application/cloudevents+json", key)
        return await self.post(list(events), "application/cloudevents-batch+json", key)

    async def post(self, body: Any, media: str, key: str = PORTAL, **headers: str) -> Told:
        content = body if isinstance(body, bytes) else json.dumps(body).encode()
        return await self.ask("POST", "/v1/events", key, data=content, headers={"content-type": media, **headers})

    async def counts(self) -> dict[str, int]:
        """Rows of the tables that an accepted message changes."""
        return {table: int((await self.rows(f"SELECT count(*) AS n FROM {table}"))[0]["n"]) for table in TABLES}

    async def rows(self, statement: str) -> list[dict[str, Any]]:
        return await self.ledger.read(lambda c: [dict(row) for row in c.execute(text(statement)).mappings()])

    async def settle(self, state: State, **changes: Any) -> int:
        """Claim the only ready delivery and settle it."""
        [row] = await self.rows("SELECT id FROM delivery WHERE state = 'ready'")
        [claimed] = await self.ledger.claim([Wanted(row["id"])])
        now = time.time()
        rule = Rule(state, state.value, state is State.REJECTED, "clear")
        await self.ledger.settle([Settlement(claimed, Marks(now, now, now, now), replace(rule, **changes))])
        return int(row["id"])


@dataclass
class Told:
    """An answer."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def code(self) -> str:
        """Of a problem; it must be one in every respect."""
        assert self.headers["content-type"] == "application/problem+json"
        document = self.json()
        assert document["status"] == self.status
        assert document["detail"] and document["title"]
        assert document["instance"].startswith("urn:lienthong:request:")
        return str(document["type"]).removeprefix("urn:lienthong:problem:")

    @property
    def errors(self) -> list[tuple[str, str]]:
        """Code and pointer of each mistake."""
        return [(one["code"], one["pointer"]) for one in self.json()["errors"]]


def event(id: str = "e1", **changes: Any) -> dict[str, Any]:
    """A small event of a type without a schema."""
    plain = {
        "specversion": "1.0",
        "id": id,
        "source": SOURCE,
        "type": "parcel.sent",
        "subject": "P-1",
        "data": {"word": "one"},
    }
    return {**plain, **changes}


def dossier(id: str = "d1", **changes: Any) -> dict[str, Any]:
    """An event with a dossier; `changes` are to the dossier."""
    data = {**DOSSIER, **changes}
    return event(id, type="dossier.submitted", subject=data["code"], data=data)


@asynccontextmanager
async def house(
    ledger_at: Path | str,
    more: Mapping[str, Adapter] | None = None,
    clients: Mapping[str, Any] | None = None,
    **http: Any,
) -> AsyncIterator[House]:
    """A running bus front, on an SQLite ledger or on the one of a URL; `more` systems by adapter."""
    settings = config(ledger_at if isinstance(ledger_at, str) else f"sqlite:///{ledger_at}", more, clients, **http)
    adapters: dict[str, Adapter] = {name: Office(Office.Settings()) for name in settings.systems} | dict(more or {})
    ledger = Ledger(settings.ledger.url.get_secret_value(), id=next(_ids))
    hints, flags = Hints(), {"draining": False}
    facts: dict[str, Any] = {"broker": None, "lease": True, "paused": {}, "breakers": [], "unknown_systems": []}
    intake = Intake(settings, Router(settings, adapters), Stamps(settings, adapters), ledger, hints, time.time)
    resumed: list[tuple[str, str]] = []
    seen: list[tuple[str, str, int]] = []

    async def resume(system: str, actor: str) -> bool:
        resumed.append((system, actor))
        return await ledger.resume(system, actor)

    async def ready() -> dict[str, Any]:
        return {**facts, "draining": flags["draining"]}

    def render(openmetrics: bool) -> tuple[bytes, str]:
        return b"# EOF\n", "application/openmetrics-text" if openmetrics else "text/plain; version=0.0.4"

    def observe(route: str, method: str, status: int, seconds: float) -> None:
        assert 0 <= seconds < 60
        seen.append((route, method, status))

    desk = Desk(
        settings,
        intake,
        ledger,
        adapters,
        hints.wake,
        resume,
        ready,
        render,
        observe,
        lambda: flags["draining"],
    )
    server = Server(create(desk), "127.0.0.1", 0)
    port = await server.start()
    session = aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0))
    try:
        yield House(f"http://127.0.0.1:{port}", ledger, hints, desk, session, facts, flags, resumed, seen)
    finally:
        await session.close()
        await asyncio.sleep(0.005)  # so that the server sees it, and need not wait for its connections
        await server.stop()
        await ledger.close()


@cache
def described() -> dict[str, Any]:
    """The paths of /openapi.json, put together once: that takes longer than a test."""
    found: dict[str, Any] = document()["paths"]
    return found


def documented(running: House) -> None:
    """Every status that was answered is in /openapi.json."""
    paths = described()
    for route, method, status in running.seen:
        if route == UNKNOWN or method in ("HEAD", "OPTIONS") or status == 405:
            continue
        responses = paths[route][method.lower()]["responses"]
        assert str(status) in responses or "default" in responses, (route, method, status)
