"""The ASGI app: the paths that the bus calls, and the control pages beside them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import orjson
from starlette.applications import Starlette
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from ..carrying import Call, Done, serve
from ..wire import exchange
from .cashier import Cashier
from .control import routes
from .filer import Filer
from .portal import Portal
from .settings import ProvincialPortalSettings

Taken = tuple[Any, Callable[[], None]]


class CallBack:
    """Where the bus calls. `take`: the answer to a body, and what to do once it was given; `name` is for faults."""

    def __init__(self, portal: Portal, name: str, take: Callable[[bytes], Taken]) -> None:
        self.portal, self.name, self.take = portal, name, take

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        served = exchange(scope, receive, send)
        if scope["method"] != "POST":
            await served.answer(b'{"MaLoi":"02","MoTaLoi":"POST"}', 405, headers={"allow": "POST"})
            return
        raw = await served.body()

        def work() -> Done:
            answer, answered = self.take(raw)
            return Done(orjson.dumps(answer), answered)

        await serve(Call(served, work, self.portal.later), self.name, self.portal.dice)


def _statuses(portal: Portal) -> Callable[[bytes], Taken]:
    def take(raw: bytes) -> Taken:
        answer, status = portal.receive(raw)

        def answered() -> None:
            if status is not None:
                status.answered = True

        return answer, answered

    return take


def _payments(portal: Portal, cashier: Cashier) -> Callable[[bytes], Taken]:
    def take(raw: bytes) -> Taken:
        answer, news = portal.pay_back(raw)
        if news is not None:
            cashier.heard(news)
        return answer, lambda: None

    return take


def create(settings: ProvincialPortalSettings | None = None) -> Starlette:
    """The app; `app.state.portal` holds what it knows, `app.state.filer` files. Run it with `simulators.server`."""
    portal = Portal(settings or ProvincialPortalSettings())
    filer = Filer(portal)

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        async with filer:
            yield
        portal.later.forget()

    settings = portal.settings
    own = [
        Route(settings.status_path, CallBack(portal, "trang-thai", _statuses(portal))),
        Route(settings.payment_path, CallBack(portal, "thanh-toan", _payments(portal, filer.cashier))),
        Route(settings.dues_path, CallBack(portal, "nghia-vu", lambda raw: (portal.dues(raw), lambda: None))),
    ]
    app = Starlette(routes=[*own, *routes(portal, filer)], lifespan=lifespan)
    app.state.portal = portal
    app.state.filer = filer
    app.state.closing = asyncio.Event()
    return app


__all__ = ["create"]
