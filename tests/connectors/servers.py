"""Real servers on this machine, from well-behaved to hostile."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import ssl
import threading
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field

HOST = "127.0.0.1"
OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"


@dataclass
class Wire:
    """What a raw server saw: whole requests, and how many connections."""

    port: int = 0
    requests: list[bytes] = field(default_factory=list)
    connections: int = 0
    open_now: int = 0
    most_open: int = 0

    @property
    def url(self) -> str:
        """The server's base URL."""
        return f"http://{HOST}:{self.port}"

    @property
    def request_lines(self) -> list[str]:
        """First lines, e.g. `GET /a HTTP/1.1`."""
        return [request.split(b"\r\n", 1)[0].decode("ascii") for request in self.requests]


Speak = Callable[[asyncio.StreamReader, asyncio.StreamWriter, Wire], Awaitable[None]]


async def read_request(reader: asyncio.StreamReader, wire: Wire) -> bytes:
    """One request with its body, noted in `wire`. Raises `IncompleteReadError` at the end of the connection."""
    head = await reader.readuntil(b"\r\n\r\n")
    length = 0
    for line in head.split(b"\r\n"):
        name, _, value = line.partition(b":")
        if name.lower() == b"content-length":
            length = int(value)
    request = head + await reader.readexactly(length)
    wire.requests.append(request)
    return request


@asynccontextmanager
async def wire_server(speak: Speak, tls: ssl.SSLContext | None = None) -> AsyncIterator[Wire]:
    """A server that speaks whatever `speak` writes, on every connection."""
    wire = Wire()
    tasks: set[asyncio.Task[None]] = set()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        wire.connections += 1
        wire.open_now += 1
        wire.most_open = max(wire.most_open, wire.open_now)
        try:
            await speak(reader, writer, wire)
        except (asyncio.IncompleteReadError, OSError):
            pass
        finally:
            wire.open_now -= 1
            writer.close()

    def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.ensure_future(serve(reader, writer))
        tasks.add(task)
        task.add_done_callback(tasks.discard)

    server = await asyncio.start_server(connected, HOST, 0, ssl=tls)
    wire.port = server.sockets[0].getsockname()[1]
    try:
        yield wire
    finally:
        server.close()
        for task in list(tasks):
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await asyncio.sleep(0)


def answering(answer: bytes, *, close: bool = True) -> Speak:
    """Reads a request, writes `answer`, and closes or goes on."""

    async def speak(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, wire: Wire) -> None:
        while True:
            await read_request(reader, wire)
            writer.write(answer)
            await writer.drain()
            if close:
                return

    return speak


def silent_after(answer: bytes) -> Speak:
    """Reads a request, writes `answer`, and then nothing."""

    async def speak(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, wire: Wire) -> None:
        await read_request(reader, wire)
        writer.write(answer)
        await asyncio.sleep(30)

    return speak


@contextmanager
def refused_port() -> Iterator[int]:
    """A port on which nobody listens, kept from others."""
    with socket.socket() as holder:
        holder.bind((HOST, 0))
        yield int(holder.getsockname()[1])


@contextmanager
def full_port() -> Iterator[int]:
    """A port whose queue of connections is full, so that connecting hangs."""
    with contextlib.ExitStack() as stack:
        listener = stack.enter_context(socket.socket())
        listener.bind((HOST, 0))
        listener.listen(0)
        port = int(listener.getsockname()[1])
        for _ in range(4):
            filler = stack.enter_context(socket.socket())
            filler.setblocking(False)
            with contextlib.suppress(BlockingIOError):
                filler.connect((HOST, port))
        yield port


@dataclass
class Threaded:
    """A server in a thread of its own, which acts while the client's event loop stands still."""

    port: int
    heard: list[bytes]

    @property
    def url(self) -> str:
        """The server's base URL."""
        return f"http://{HOST}:{self.port}"


@contextmanager
def threaded_server(after_first: Callable[[socket.socket], None]) -> Iterator[Threaded]:
    """Answers a request on every connection with `OK`, then does `after_first` to the first connection only."""
    listener = socket.create_server((HOST, 0))
    server = Threaded(int(listener.getsockname()[1]), [])
    kept: list[socket.socket] = []

    def run() -> None:
        with contextlib.suppress(OSError):
            while True:
                connection, _ = listener.accept()
                kept.append(connection)
                server.heard.append(connection.recv(65536))
                connection.sendall(OK)
                if len(kept) == 1:
                    after_first(connection)

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        thread.join(5)
        for connection in kept:
            connection.close()


@asynccontextmanager
async def forward_proxy(credentials: str | None = None, tunnel_status: int = 200) -> AsyncIterator[Wire]:
    """A forward proxy: CONNECT tunnels, and requests in absolute form. `credentials`: the header it demands."""

    async def speak(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, wire: Wire) -> None:
        request = await read_request(reader, wire)
        if credentials is not None and f"Proxy-Authorization: {credentials}".encode() not in request:
            writer.write(b"HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n")
            await writer.drain()
            return
        method, url, _ = request.split(b"\r\n", 1)[0].decode("ascii").split(" ")
        if method == "CONNECT":
            await _tunnel(url, tunnel_status, reader, writer)
        else:
            await _forward(url, request, writer)

    async with wire_server(speak) as wire:
        yield wire


async def _tunnel(authority: str, status: int, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.write(f"HTTP/1.1 {status} Said\r\nContent-Length: 0\r\n\r\n".encode() if status != 200 else _ESTABLISHED)
    await writer.drain()
    if status != 200:
        return
    host, _, port = authority.rpartition(":")
    far_reader, far_writer = await asyncio.open_connection(host, int(port))
    pumps = [asyncio.ensure_future(_pump(reader, far_writer)), asyncio.ensure_future(_pump(far_reader, writer))]
    try:
        await asyncio.wait(pumps, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for pump in pumps:
            pump.cancel()
        await asyncio.gather(*pumps, return_exceptions=True)
        far_writer.close()


_ESTABLISHED = b"HTTP/1.1 200 Connection established\r\n\r\n"


async def _pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while piece := await reader.read(65536):
        writer.write(piece)
        await writer.drain()


async def _forward(url: str, request: bytes, writer: asyncio.StreamWriter) -> None:
    authority, _, path = url.removeprefix("http://").partition("/")
    host, _, port = authority.rpartition(":")
    far_reader, far_writer = await asyncio.open_connection(host, int(port))
    method = request.split(b" ", 1)[0].decode()
    rest = request.split(b"\r\n", 1)[1]
    far_writer.write(f"{method} /{path} HTTP/1.1\r\nConnection: close\r\n".encode() + rest)
    while piece := await far_reader.read(65536):
        writer.write(piece)
    await writer.drain()
    far_writer.close()
