"""A clock, a merchant that writes down what gateways tell him, and a client: what the tests of gateways need."""

from __future__ import annotations

from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import httpx
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from schemas.base import ZONE
from simulators.server import serve

SECRET = "BI-MAT-VI-DU"
# 8.30 on 22 November 2026 in Vietnam
NOW = datetime(2026, 11, 22, 8, 30, tzinfo=ZONE).timestamp()
MILLIS = int(NOW * 1000)


@dataclass(slots=True)
class Clock:
    """Stands still unless it is moved."""

    now: float = NOW

    def __call__(self) -> float:
        return self.now


@dataclass(slots=True)
class Merchant:
    """Answers notices with `answers` in turn, then with `usual`; `heard` is method, query and body."""

    usual: tuple[int, bytes]
    answers: deque[tuple[int, bytes]] = field(default_factory=deque)
    heard: list[tuple[str, str, bytes]] = field(default_factory=list)

    def begin(self, usual: tuple[int, bytes]) -> None:
        """As if he had just opened."""
        self.usual = usual
        self.answers.clear()
        self.heard.clear()

    async def take(self, request: Request) -> Response:
        self.heard.append((request.method, request.scope["query_string"].decode(), await request.body()))
        status, body = self.answers.popleft() if self.answers else self.usual
        return Response(body, status)

    @property
    def app(self) -> Starlette:
        return Starlette(routes=[Route("/{path:path}", self.take, methods=["GET", "POST"])])


@asynccontextmanager
async def listening(merchant: Merchant) -> AsyncIterator[str]:
    """The merchant on a port: his address for notices."""
    async with await serve(merchant.app) as server:
        yield f"{server.url}/in/cong/notice"


@dataclass(slots=True)
class Client:
    """Talks HTTP to a simulator."""

    http: httpx.AsyncClient

    @property
    def url(self) -> str:
        return str(self.http.base_url).rstrip("/")

    async def post(self, path: str, body: Any) -> Any:
        return (await self.http.post(path, json=body)).json()

    async def get(self, path: str) -> tuple[int, str]:
        answer = await self.http.get(path)
        return answer.status_code, answer.text

    async def press(self, path: str, act: str) -> tuple[int, str]:
        """A button on the payer's page: the status, and where the browser goes."""
        answer = await self.http.post(path, data={"act": act})
        return answer.status_code, answer.headers.get("location", "")

    async def control(self, method: str, path: str, body: Any = None) -> tuple[int, Any]:
        answer = await self.http.request(method, f"_control/{path}", json=body)
        return answer.status_code, answer.json()


@asynccontextmanager
async def asking(app: Starlette) -> AsyncIterator[Client]:
    """A client of an app that is not on a port and sends no notices: for what it answers alone."""
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url="http://cong.example.vn") as http:
        yield Client(http)


@asynccontextmanager
async def connected(app: Starlette) -> AsyncIterator[Client]:
    """The app on a port, and a client of it."""
    async with await serve(app) as server, httpx.AsyncClient(base_url=server.url) as http:
        yield Client(http)
