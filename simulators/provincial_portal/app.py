"""The ASGI app: the call-back path, and the control pages beside it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import orjson
from starlette.applications import Starlette
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from ..carrying import Call, Done, serve
from ..wire import exchange
from .control import routes
from .filer import Filer
from .portal import Portal
from .settings import ProvincialPortalSettings


class CallBack:
    """Where statuses are received."""

    def __init__(self, portal: Portal) -> None:
        self.portal = portal

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        served = exchange(scope, receive, send)
        if scope["method"] != "POST":
            await served.answer(b'{"MaLoi":"02","MoTaLoi":"POST"}', 405, headers={"allow": "POST"})
            return
        raw = await served.body()

        def work() -> Done:
            answer, status = self.portal.receive(raw)

            def answered() -> None:
                if status is not None:
                    status.answered = True

            return Done(orjson.dumps(answer), answered)

        await serve(Call(served, work, self.portal.later), "trang-thai", self.portal.dice)


def create(settings: ProvincialPortalSettings | None = None) -> Starlette:
    """The app; `app.state.portal` holds what it knows, `app.state.filer` files. Run it with `simulators.server`."""
    portal = Portal(settings or ProvincialPortalSettings())
    filer = Filer(portal)

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        async with filer:
            yield
        portal.later.forget()

    own = Route(portal.settings.status_path, CallBack(portal))
    app = Starlette(routes=[own, *routes(portal, filer)], lifespan=lifespan)
    app.state.portal = portal
    app.state.filer = filer
    app.state.closing = asyncio.Event()
    return app


__all__ = ["create"]
