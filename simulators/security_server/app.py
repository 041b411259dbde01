"""The ASGI app: `/`, `/r1/...` and `/listClients` of a security server, and the control pages beside them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from ..wire import exchange
from .answers import Served, soap_fault
from .carrying import Carrier, Work
from .control import routes
from .metadata import list_clients
from .provider import Providers
from .rest import RestExchange
from .settings import SecurityServerSettings
from .soap import SoapExchange
from .store import Record, State


class Clients:
    """`GET /listClients` as an exchange, so that faults can hit it."""

    name = "listClients"

    def __init__(self, state: State, request: Request) -> None:
        self.state = state
        self._request = request
        self.record: Record | None = None

    def refuse(self, code: str, message: str, version_code: str) -> Served:
        """X-Road's own error."""
        return soap_fault(version_code, message, self.state.uuid())

    def from_provider(self, served: Served) -> Served | None:
        """No provider has a part in it."""
        return served

    async def perform(self) -> Served:
        """The list."""
        instance = self._request.query_params.get("xRoadInstance", self.state.settings.instance)
        return list_clients(self.state, instance, self._request.headers.get("accept", ""))


class Endpoint:
    """One of the paths that information systems call."""

    def __init__(self, state: State, providers: Providers, kind: type[SoapExchange | RestExchange | Clients]) -> None:
        self.state = state
        self.providers = providers
        self.kind = kind

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        served = exchange(scope, receive, send)
        body = await served.body()
        await Carrier(self.state, served, self._work(scope, body)).serve()

    def _work(self, scope: Scope, body: bytes) -> Work:
        # of a header that is repeated the last counts
        headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
        if self.kind is SoapExchange:
            return SoapExchange(self.state, self.providers, scope["method"], headers, body)
        if self.kind is Clients:
            return Clients(self.state, Request(scope))
        path, query = scope["raw_path"].decode("latin-1"), scope["query_string"].decode("latin-1")
        return RestExchange(self.state, self.providers, scope["method"], path, query, headers, body)


def create(settings: SecurityServerSettings | None = None) -> Starlette:
    """The app; what it knows is at `app.state.server`. Run it with `simulators.server`."""
    state = State(settings or SecurityServerSettings())
    providers = Providers(state.settings.upstream_timeout)
    own = [
        Route("/", Endpoint(state, providers, SoapExchange)),
        Route("/r1/{path:path}", Endpoint(state, providers, RestExchange)),
        Route("/listClients", Endpoint(state, providers, Clients)),
    ]

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        await providers.open()
        yield
        state.later.forget()
        await asyncio.gather(*state.running, return_exceptions=True)
        await providers.close()

    app = Starlette(routes=[*own, *routes(state, providers)], lifespan=lifespan)
    app.state.server = state
    app.state.closing = asyncio.Event()
    return app


__all__ = ["create"]
