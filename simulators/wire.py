"""One HTTP exchange as a simulator sees it: it may answer, wait, or close the connection without a word."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, cast

import orjson
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

HANG_UP = "simulators.hang_up"
JSON = "application/json;charset=utf-8"
PIECE = 65_536


@dataclass(slots=True)
class Exchange:
    """One request that is being served. `closing` is set when the simulator is being stopped.

    `kind` is the content type of an answer that names none.
    """

    scope: Scope
    receive: Receive
    send: Send
    closing: asyncio.Event
    kind: str = JSON

    async def body(self) -> bytes:
        """The whole request body."""
        pieces = []
        while True:
            message = await self.receive()
            pieces.append(message.get("body", b""))
            if not message.get("more_body", False):
                return b"".join(pieces)

    async def answer(
        self, body: bytes, status: int = 200, kind: str | None = None, headers: Mapping[str, str] | None = None
    ) -> None:
        """Answer with a body that is at hand."""
        await self._start(status, kind or self.kind, len(body), headers or {})
        await self.send({"type": "http.response.body", "body": body})

    async def stream(self, size: int, pieces: Iterable[bytes]) -> None:
        """Answer 200 with `size` bytes that need not be held in memory at once."""
        await self._start(200, self.kind, size, {})
        for piece in pieces:
            await self.send({"type": "http.response.body", "body": piece, "more_body": True})
        await self.send({"type": "http.response.body", "body": b""})

    async def _start(self, status: int, kind: str, size: int, headers: Mapping[str, str]) -> None:
        named = {"content-type": kind, "content-length": str(size), **headers}
        encoded = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in named.items()]
        await self.send({"type": "http.response.start", "status": status, "headers": encoded})

    async def pause(self, seconds: float) -> None:
        """Wait, whether or not the caller is still there; less long when the simulator is being stopped."""
        try:
            await asyncio.wait_for(self.closing.wait(), seconds)
        except TimeoutError:
            return

    async def hold(self, seconds: float) -> None:
        """Keep the caller waiting, until it goes away or the time is over."""
        gone = asyncio.ensure_future(self._gone())
        stopping = asyncio.ensure_future(self.closing.wait())
        await asyncio.wait({gone, stopping}, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
        gone.cancel()
        stopping.cancel()

    async def hang_up(self) -> None:
        """Close the connection without an answer."""
        extension = self.scope.get("extensions", {}).get(HANG_UP)
        if extension is None:
            raise RuntimeError("a simulator can close connections only under simulators.server")
        close = cast("Callable[[], None]", extension["close"])
        close()
        await self._gone()

    async def _gone(self) -> None:
        while (await self.receive())["type"] != "http.disconnect":
            pass


def exchange(scope: Scope, receive: Receive, send: Send, kind: str = JSON) -> Exchange:
    """The exchange of an ASGI call of an app made by this package."""
    return Exchange(scope, receive, send, scope["app"].state.closing, kind)


def reply(content: Any, status: int = 200) -> Response:
    """A JSON answer of a control page."""
    return Response(orjson.dumps(content), status, media_type="application/json")


def number(request: Request, name: str, default: int, most: int | None = None) -> int:
    """A whole number of the query string; the default where it is absent or not one."""
    text = request.query_params.get(name, "")
    value = int(text) if text.isascii() and text.isdigit() else default
    return value if most is None else min(value, most)


__all__ = ["HANG_UP", "JSON", "PIECE", "Exchange", "exchange", "number", "reply"]
