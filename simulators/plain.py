"""What simulators of plain REST systems share: paths, faults, a log of effects, control pages."""

from __future__ import annotations

import asyncio
import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import orjson
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from .carrying import Call, Done, Later, serve
from .controls import switch
from .faults import Dice, FaultSet
from .wire import exchange, number, reply


@dataclass(frozen=True, slots=True)
class Asked:
    """A request as a handler sees it. `json` is `None` for a body that is not JSON. Header names in lower case."""

    params: Mapping[str, str]
    headers: Mapping[str, str]
    content: bytes
    json: Any = None


@dataclass(frozen=True, slots=True)
class Said:
    """An answer. `body`: bytes as they are, everything else as JSON."""

    body: Any
    status: int = 200


Handler = Callable[[Asked], Said]


@dataclass(frozen=True, slots=True)
class Service:
    """One path. `name` is what faults match; the log-in is called `login`."""

    name: str
    method: str
    path: str
    handle: Handler


@dataclass(slots=True)
class State:
    """Faults, counters and the log of what took effect. Not thread-safe: one event loop uses it."""

    later: Later = field(default_factory=Later)
    dice: Dice = field(default_factory=lambda: Dice(FaultSet()))
    calls: Counter[str] = field(default_factory=Counter)
    log: list[dict[str, Any]] = field(default_factory=list)

    @property
    def faults(self) -> FaultSet:
        """Those that are on."""
        return self.dice.faults

    def turn(self, faults: FaultSet) -> None:
        """Let these faults be on and no others."""
        self.dice = Dice(faults)

    def note(self, service: str, key: str, data: Any) -> None:
        """An effect, in order of arrival from 1."""
        self.log.append({"seq": len(self.log) + 1, "service": service, "key": key, "data": data})

    def reset(self) -> None:
        """Back to the beginning."""
        self.later.forget()
        self.turn(FaultSet())
        self.calls.clear()
        self.log.clear()


class _Endpoint:
    def __init__(self, state: State, service: Service) -> None:
        self.state = state
        self.service = service

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        served = exchange(scope, receive, send)
        if scope["method"] != self.service.method:
            await served.answer(b"{}", 405, headers={"allow": self.service.method})
            return
        request = Request(scope)
        content = await served.body()
        asked = Asked(dict(request.path_params) | dict(request.query_params), request.headers, content, _json(content))
        self.state.calls[self.service.name] += 1

        def work() -> Done:
            said = self.service.handle(asked)
            body = said.body if isinstance(said.body, bytes) else orjson.dumps(said.body)
            return Done(body, lambda: None, said.status)

        await serve(Call(served, work, self.state.later), self.service.name, self.state.dice)


class _Control:
    def __init__(self, state: State, records: Callable[[], Any], reset: Callable[[], None]) -> None:
        self.state = state
        self.held = records
        self.forget = reset

    async def faults(self, request: Request) -> Response:
        return await switch(request, FaultSet, self.state)

    async def records(self, request: Request) -> Response:
        return reply(self.held())

    async def log(self, request: Request) -> Response:
        after, limit = number(request, "after", 0), number(request, "limit", 1000, 10_000)
        return reply({"effects": self.state.log[after : after + limit], "last": len(self.state.log)})

    async def stats(self, request: Request) -> Response:
        counted = {"calls": dict(self.state.calls), "faults": dict(self.state.dice.hits), "late": len(self.state.later)}
        return reply(counted)

    async def reset(self, request: Request) -> Response:
        self.state.reset()
        self.forget()
        return reply({})

    def routes(self) -> list[Route]:
        return [
            Route("/_control/faults", self.faults, methods=["GET", "PUT"]),
            Route("/_control/records", self.records, methods=["GET"]),
            Route("/_control/log", self.log, methods=["GET"]),
            Route("/_control/stats", self.stats, methods=["GET"]),
            Route("/_control/reset", self.reset, methods=["POST"]),
        ]


def application(
    state: State, services: Sequence[Service], records: Callable[[], Any], reset: Callable[[], None]
) -> Starlette:
    """The app. `records` is what `/_control/records` shows; `reset` forgets it."""
    own = [Route(f"/{service.path.lstrip('/')}", _Endpoint(state, service)) for service in services]
    app = Starlette(routes=[*own, *_Control(state, records, reset).routes()])
    app.state.closing = asyncio.Event()
    return app


def bearer(asked: Asked, tokens: set[str]) -> Said | None:
    """401 for a token that is not one of these."""
    match = re.fullmatch(r"Bearer (\S+)", asked.headers.get("authorization", ""))
    if match is not None and match[1] in tokens:
        return None
    return Said({"code": 401, "message": "Token không hợp lệ"}, 401)


def _json(content: bytes) -> Any:
    try:
        return orjson.loads(content)
    except orjson.JSONDecodeError:
        return None


__all__ = ["Asked", "Handler", "Said", "Service", "State", "application", "bearer"]
