"""The HTTP server: uvicorn with httptools, as a guest in the runtime's loop."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

import orjson
import uvicorn
from starlette.types import ASGIApp
from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol

from .problems import Refused

BACKLOG = 2048
# Request line and header fields together; httptools itself reads without end.
MOST_HEADER = 65_536
# Seconds that requests which are being answered may take when the server stops.
_GRACE = 10
# Longer than the pause of any caller that sends regularly, so that connections are kept.
_KEEP_ALIVE = 75


class _Protocol(HttpToolsProtocol):
    """uvicorn's own, with a bound on the header, and problem documents for what is not HTTP."""

    _header = 0
    _in_header = True

    def data_received(self, data: bytes) -> None:
        if self._in_header:
            self._header += len(data)
        super().data_received(data)
        if self._in_header and self._header > MOST_HEADER and not self.transport.is_closing():
            self._give_up(Refused("header-too-large", f"send at most {MOST_HEADER} bytes of header"))

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self._in_header = True

    def on_headers_complete(self) -> None:
        self._in_header, self._header = False, 0
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        self._in_header = True
        super().on_message_complete()

    def send_400_response(self, msg: str) -> None:
        if not self.transport.is_closing():
            self._give_up(Refused("bad-http", "the request is not HTTP/1.1; correct the client"))

    def _give_up(self, refused: Refused) -> None:
        body = orjson.dumps(refused.document("unknown"))
        head = b"content-type: application/problem+json\r\nconnection: close\r\ncontent-length: %d\r\n\r\n"
        self.transport.write(STATUS_LINE[refused.kind.status] + head % len(body) + body)
        self.transport.close()


class _Uvicorn(uvicorn.Server):
    """Says when it is ready, and leaves signals to the runtime."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.ready = asyncio.Event()
        self.stopping = asyncio.Event()

    async def main_loop(self) -> None:
        """As uvicorn's own (ten ticks a second, one of which renews the date header), but ends at once."""
        ticks = 0
        while not await self.on_tick(ticks):
            ticks += 1
            with suppress(TimeoutError):
                async with asyncio.timeout(0.1):
                    await self.stopping.wait()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.ready.set()

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


def listen(host: str, port: int, *, shared: bool = False) -> socket.socket:
    """A listening socket. `shared`: other processes may listen on the same port (SO_REUSEPORT). Raises `OSError`."""
    listening = _bound(host, port, shared=shared)
    try:
        listening.listen(BACKLOG)
    except OSError:
        listening.close()
        raise
    return listening


def _bound(host: str, port: int, *, shared: bool) -> socket.socket:
    [(family, kind, protocol, _, address), *_] = socket.getaddrinfo(
        host or None, port, type=socket.SOCK_STREAM, proto=socket.IPPROTO_TCP, flags=socket.AI_PASSIVE
    )
    # asyncio turns Nagle's algorithm off only where the protocol is named; with it every answer takes 40 ms.
    bound = socket.socket(family, kind, protocol)
    bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    if shared:
        bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    try:
        bound.bind(address)
    except OSError:
        bound.close()
        raise
    return bound


def reserve(host: str, port: int) -> socket.socket:
    """A socket that keeps a port, a free one for 0, for processes that will `listen(shared=True)` on it; it does not
    listen itself. Raises `OSError` where somebody listens there already, were it another family of processes."""
    with listen(host, port) as alone:
        found = alone.getsockname()[1]
    return _bound(host, found, shared=True)


class Server:
    """Serves `app` in the running loop. `sock`: a socket that listens already; host and port do not count then."""

    def __init__(self, app: ASGIApp, host: str, port: int, sock: socket.socket | None = None) -> None:
        self._app = app
        self._host = host
        self._port = port
        self._socket = sock

    async def start(self) -> int:
        """Listen; the port, which is a free one where port 0 was asked for. Raises `OSError`."""
        listening = self._socket or listen(self._host, self._port)
        self._server = _Uvicorn(_config(self._app))
        self._task = asyncio.create_task(self._server.serve(sockets=[listening]), name="http")
        ready = asyncio.create_task(self._server.ready.wait())
        await asyncio.wait({self._task, ready}, return_when=asyncio.FIRST_COMPLETED)
        if not ready.done():
            ready.cancel()
            await self._task
            raise OSError("the HTTP server ended before it was ready")
        port: int = listening.getsockname()[1]
        return port

    async def stop(self) -> None:
        """Take no more connections, answer what was asked, close."""
        self._server.should_exit = True
        self._server.stopping.set()
        await self._task


def _config(app: ASGIApp) -> uvicorn.Config:
    options: dict[str, Any] = {"log_config": None, "access_log": False, "server_header": False, "proxy_headers": False}
    return uvicorn.Config(
        app,
        http=_Protocol,
        ws="none",
        lifespan="off",
        backlog=BACKLOG,
        timeout_keep_alive=_KEEP_ALIVE,
        timeout_graceful_shutdown=_GRACE,
        **options,
    )
