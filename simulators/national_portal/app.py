"""The ASGI app: the portal's own paths, and the control pages beside them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any

import orjson
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from ..carrying import Call, Done, serve
from ..wire import exchange
from .answers import Result, render, render_login
from .control import routes
from .services import ERROR, handle, log_in
from .settings import Answers, NationalPortalSettings
from .store import State

CARRIERS = ("/XrdAdapter/RestService/forward/", "/VXPAdapter/RestService/forward/", "/")


class Endpoint:
    """The log-in path or the data path, behind a carrier or bare."""

    def __init__(self, state: State, login: bool, carried: bool) -> None:
        self.state = state
        self.login = login
        self.carried = carried

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        served = exchange(scope, receive, send)
        if scope["method"] != "POST":
            await served.answer(b'{"error_code":-1,"message":"POST"}', 405, headers={"allow": "POST"})
            return
        body = _read(await served.body())
        service = "login" if self.login else str((body or {}).get("service", ""))
        self.state.calls[service] += 1
        wrong = self._wrong_destination(scope)

        def work() -> Done:
            return self._answer(body, wrong)

        await serve(Call(served, work, self.state.later), service, self.state.dice)

    def _answer(self, body: Mapping[str, Any] | None, wrong: str | None) -> Done:
        style = self.state.faults.answers or self.state.settings.answers
        if body is None:
            wrong = "Dữ liệu gửi lên không phải là đối tượng JSON"
        if self.login:
            return self._log_in(body or {}, wrong, style)
        result = handle(self.state, body) if body is not None and wrong is None else Result(ERROR, wrong or "")
        self.state.codes[str(result.code)] += 1

        def answered() -> None:
            for effect in result.effects:
                effect.answered = True

        return Done(render(result, style), answered)

    def _log_in(self, body: Mapping[str, Any], wrong: str | None, style: Answers) -> Done:
        answer = log_in(self.state, body) if wrong is None else (ERROR, wrong, "")
        return Done(render_login(*answer, style), lambda: None)

    def _wrong_destination(self, scope: Scope) -> str | None:
        expected = self.state.settings.dstcode
        if expected is None or not self.carried:
            return None
        request = Request(scope)
        given = request.query_params.get("dstcode") or request.headers.get("dstcode") or ""
        return None if given == expected else f"dstcode không đúng: {given}"


def _read(raw: bytes) -> dict[str, Any] | None:
    try:
        body = orjson.loads(raw)
    except orjson.JSONDecodeError:
        return None
    return body if isinstance(body, dict) else None


def create(settings: NationalPortalSettings | None = None) -> Starlette:
    """The app; what it holds is at `app.state.portal`. Run it with `simulators.server`."""
    state = State(settings or NationalPortalSettings())
    paths = {state.settings.login_path: True, state.settings.data_path: False}
    own = [
        Route(carrier + path, Endpoint(state, login, carrier != "/"))
        for path, login in paths.items()
        for carrier in CARRIERS
    ]

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        state.open()
        yield
        state.close()

    app = Starlette(routes=[*own, *routes(state)], lifespan=lifespan)
    app.state.portal = state
    app.state.closing = asyncio.Event()
    return app


__all__ = ["create"]
