"""The ASGI app: tokens, categories, the gateway, and the control pages beside them."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from typing import Any

from starlette.applications import Starlette
from starlette.datastructures import Headers
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from ..carrying import Call, Done, Work, serve, spoil
from ..faults import DropAfterEffect, Fault, LateEffect, Slow, TimeoutAfterEffect
from ..wire import Exchange, exchange
from .control import routes
from .desk import JSON, Desk, Refused, enveloped
from .forwarding import Carried, Forwarder
from .settings import LgspSettings
from .store import Arrival, State

Forward = Callable[[], Coroutine[Any, Any, Done]]


class Gateway:
    """Everything but the control pages."""

    def __init__(self, state: State, forwarder: Forwarder) -> None:
        self.state = state
        self.desk = Desk(state)
        self.forwarder = forwarder
        self.late: set[asyncio.Task[Done]] = set()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        served = exchange(scope, receive, send, JSON)
        raw, headers = await served.body(), Headers(scope=scope)
        path, settings = scope["path"], self.state.settings
        inside = path.removeprefix(settings.dmdc_path) if path.startswith(f"{settings.dmdc_path}/") else None
        service = "login" if path == settings.token_path else "gateway" if inside is None else "dmdc"
        call = self.state.arrive(service, scope["method"], path)
        if service == "login":
            await self._token(served, raw, headers, call)
            return
        refused = self.desk.admit(headers, call)
        if refused is not None:
            await self._refuse(served, refused, call)
        elif inside is not None:
            await self._serve(served, lambda: self.desk.dmdc(call.method, inside, raw, call), service)
        else:
            await self._carry(served, raw, headers, call)

    async def _token(self, served: Exchange, raw: bytes, headers: Headers, call: Arrival) -> None:
        if call.method != "POST":
            call.status = 405
            await served.answer(b'{"error":"invalid_request"}', 405, headers={"allow": "POST"})
            return
        await self._serve(served, lambda: self.desk.token(raw, headers, call), "login")

    async def _refuse(self, served: Exchange, refused: Refused, call: Arrival) -> None:
        call.status = 401
        body = f'{{"error":"{refused.error}"}}'.encode()
        await served.answer(body, 401, headers={"www-authenticate": f'Bearer error="{refused.error}"'})

    async def _serve(self, served: Exchange, work: Work, service: str) -> None:
        await serve(Call(served, work, self.state.later), service, self.state.dice)

    async def _carry(self, served: Exchange, raw: bytes, headers: Headers, call: Arrival) -> None:
        url = self.forwarder.target(call.path)
        if url is None:
            call.status = 404
            await served.answer(b'{"error":"not_found"}', 404)
            return
        query = served.scope["query_string"].decode("latin-1")

        def forward() -> Coroutine[Any, Any, Done]:
            return self._forward(self.forwarder.forward(call.method, url, query, headers, raw), call)

        slow = self.state.dice.roll("slow", "gateway", Slow)
        if slow is not None:
            await served.pause(slow.seconds)
        fault = self.state.dice.first("gateway")
        if fault is not None:
            await self._spoil(served, fault, forward)
            return
        done = await forward()
        await served.answer(done.body, done.status, done.kind)
        done.answered()

    async def _forward(self, carried: Coroutine[Any, Any, Carried], call: Arrival) -> Done:
        answer = await carried
        status, body = enveloped(self.state, answer.status, answer.body)

        def answered() -> None:
            call.status = status

        return Done(body, answered, status, answer.kind if self.state.settings.envelope == "none" else JSON)

    async def _spoil(self, served: Exchange, fault: Fault, forward: Forward) -> None:
        done = await forward() if _has_effect(fault) else Done(b"", lambda: None)

        def work() -> Done:
            if isinstance(fault, LateEffect):
                task = asyncio.ensure_future(forward())
                self.late.add(task)
                task.add_done_callback(self.late.discard)
            return done

        await spoil(fault, Call(served, work, self.state.later))

    async def close(self) -> None:
        """Wait for what was still on its way, and let go."""
        self.state.later.forget()
        await asyncio.gather(*self.late)
        await self.forwarder.close()


def _has_effect(fault: Fault) -> bool:
    """Whether the call reaches the system behind although it is spoilt."""
    return isinstance(fault, TimeoutAfterEffect | DropAfterEffect) or bool(getattr(fault, "effect", False))


def create(settings: LgspSettings | None = None, clock: Callable[[], float] = time.monotonic) -> Starlette:
    """The app; what it knows is at `app.state.lgsp`. Run it with `simulators.server`."""
    state = State(settings or LgspSettings(), clock)
    forwarder = Forwarder(state.settings)
    gateway = Gateway(state, forwarder)

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        await forwarder.open()
        yield
        await gateway.close()

    app = Starlette(routes=[*routes(state), Route("/{path:path}", gateway)], lifespan=lifespan)
    app.state.lgsp = state
    app.state.closing = asyncio.Event()
    return app


__all__ = ["create"]
