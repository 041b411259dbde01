"""A TCP proxy that shows faults of a network which a healthy server on this machine cannot be made to show."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import Self
from urllib.parse import urlsplit


class Proxy:
    """`url` leads to the same server through the proxy."""

    def __init__(self, url: str) -> None:
        self._target = urlsplit(url)
        self._writers: list[asyncio.StreamWriter] = []
        self._tasks: set[asyncio.Task[None]] = set()
        self._audible = asyncio.Event()
        self._audible.set()
        self.connections = 0

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._accept, "127.0.0.1", 0)
        return self

    async def __aexit__(self, *_: object) -> None:
        self._server.close()
        self.cut()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    @property
    def url(self) -> str:
        address = self._server.sockets[0].getsockname()
        login = f"{self._target.username}:{self._target.password}"
        return f"amqp://{login}@127.0.0.1:{address[1]}/{self._target.path[1:]}"

    def cut(self) -> None:
        """Drop all connections; new ones are accepted."""
        for writer in self._writers:
            writer.transport.abort()
        self._writers.clear()

    def mute(self) -> None:
        """The server hears us and we do not hear it."""
        self._audible.clear()

    def unmute(self) -> None:
        self._audible.set()

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        there, back = await asyncio.open_connection(self._target.hostname, self._target.port)
        self._writers += [writer, back]
        for source, sink, mutable in ((reader, back, False), (there, writer, True)):
            task = asyncio.create_task(self._pump(source, sink, mutable))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def _pump(self, source: asyncio.StreamReader, sink: asyncio.StreamWriter, mutable: bool) -> None:
        with suppress(OSError):
            while data := await source.read(65536):
                if mutable:
                    await self._audible.wait()
                sink.write(data)
                await sink.drain()
        sink.transport.abort()
