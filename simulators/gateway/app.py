"""The ASGI app of a gateway: its own paths, the payer's page, and the control pages."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, quote

import orjson
from starlette.applications import Starlette
from starlette.datastructures import Headers
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from ..carrying import Call, Done, serve
from ..wire import exchange
from .control import routes
from .orders import Order
from .page import PATH, Page
from .settings import GatewaySettings
from .state import GatewayState

HTML, PDF = "text/html; charset=utf-8", "application/pdf"


@dataclass(frozen=True, slots=True)
class Asked:
    """A request as a desk sees it. Header names in lower case; `query` and `content` as they came."""

    query: str
    headers: Mapping[str, str]
    content: bytes
    path: Mapping[str, str]

    def json(self) -> dict[str, Any] | None:
        """The body, if it is a JSON object."""
        try:
            found = orjson.loads(self.content)
        except orjson.JSONDecodeError:
            return None
        return found if isinstance(found, dict) else None

    def form(self) -> dict[str, str]:
        """The body as a form; the last value of a name counts."""
        return dict(parse_qsl(self.content.decode("utf-8", "replace"), keep_blank_values=True))

    def pay_url(self, settings: GatewaySettings, order: Order) -> str:
        """Where the payer's browser finds an order."""
        base = settings.public_url or f"http://{self.headers.get('host', '127.0.0.1')}"
        return f"{base.rstrip('/')}{PATH}/{quote(order.reference, safe='')}"


@dataclass(frozen=True, slots=True)
class Said:
    """An answer. `body`: bytes as they are, everything else as JSON."""

    body: Any
    status: int = 200
    kind: str | None = None


@dataclass(frozen=True, slots=True)
class Service:
    """One path; `name` is what faults match."""

    name: str
    method: str
    path: str
    handle: Callable[[Asked], Said]


class Endpoint:
    """Serves one path, in the way of the faults."""

    def __init__(self, state: GatewayState[Any], service: Service) -> None:
        self.state, self.service = state, service

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        served = exchange(scope, receive, send)
        if scope["method"] != self.service.method:
            await served.answer(b"{}", 405, headers={"allow": self.service.method})
            return
        content, query = await served.body(), scope["query_string"].decode("latin-1")
        asked = Asked(query, Headers(scope=scope), content, scope["path_params"])
        self.state.calls[self.service.name] += 1

        def work() -> Done:
            self.state.advance()
            said = self.service.handle(asked)
            body = said.body if isinstance(said.body, bytes) else orjson.dumps(said.body)
            return Done(body, lambda: None, said.status, said.kind)

        await serve(Call(served, work, self.state.later), self.service.name, self.state.dice)


def application(state: GatewayState[Any], services: Sequence[Service], more: Sequence[Route] = ()) -> Starlette:
    """The app; what it holds is at `app.state.gateway`. Run it with `simulators.server`."""
    own = [Route(f"/{service.path.lstrip('/')}", Endpoint(state, service)) for service in services]
    page = Route(f"{PATH}/{{reference:path}}", Page(state).__call__, methods=["GET", "POST"])

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        await state.courier.open()
        yield
        state.later.forget()
        await state.courier.close()

    app = Starlette(routes=[*own, page, *more, *routes(state)], lifespan=lifespan)
    app.state.gateway = state
    app.state.closing = asyncio.Event()
    return app


__all__ = ["HTML", "PDF", "Asked", "Said", "Service", "application"]
