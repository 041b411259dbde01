"""The ASGI app: the SOAP path, the JSON façade, and the control pages beside them."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from starlette.applications import Starlette
from starlette.datastructures import Headers
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from ..carrying import Call, Done, serve
from ..wire import JSON, exchange
from . import soap
from .control import routes
from .desk import Desk
from .settings import PopulationSettings
from .store import State


class Endpoint:
    """The SOAP path, or the façade."""

    def __init__(self, state: State, facade: bool) -> None:
        self.state = state
        self.desk = Desk(state)
        self.facade = facade

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        served = exchange(scope, receive, send, JSON if self.facade else soap.XML)
        if scope["method"] != "POST":
            await served.answer(b"POST", 405, "text/plain", {"allow": "POST"})
            return
        raw, headers = await served.body(), Headers(scope=scope)
        call = self.state.arrive("facade" if self.facade else soap.peek(raw))
        take = self.desk.facade if self.facade else self.desk.soap

        def work() -> Done:
            return take(raw, headers, call)

        self.state.in_flight += 1
        self.state.most_in_flight = max(self.state.most_in_flight, self.state.in_flight)
        try:
            await serve(Call(served, work, self.state.later), call.service, self.state.dice)
        finally:
            self.state.in_flight -= 1


def create(settings: PopulationSettings | None = None, clock: Callable[[], float] = time.time) -> Starlette:
    """The app; what it remembers is at `app.state.population`. Run it with `simulators.server`."""
    state = State(settings or PopulationSettings(), clock)
    own = [
        Route(state.settings.path, Endpoint(state, facade=False)),
        Route(state.settings.facade_path, Endpoint(state, facade=True)),
    ]

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        yield
        state.later.forget()

    app = Starlette(routes=[*own, *routes(state)], lifespan=lifespan)
    app.state.population = state
    app.state.closing = asyncio.Event()
    return app


__all__ = ["create"]
