"""The target: answers 202 at once and counts. The same for both sides, so as light as it can be.

A process of its own: `python -m bench.target` says its port, then answers `{"do": "count"}` and `{"do": "reset"}`.
Times are of the monotonic clock, which all processes of a machine share.
"""

from __future__ import annotations

import asyncio
import os
import sys
import time
from typing import cast

import httptools
import orjson
import uvloop

_ANSWER = b"HTTP/1.1 202 Accepted\r\ncontent-length: 0\r\n\r\n"


class Tally:
    """What has arrived since the last reset."""

    def __init__(self) -> None:
        self.reset()

    def reset(self) -> None:
        """Forget it."""
        self.count = 0
        self.first = 0.0
        self.last = 0.0

    def add(self) -> None:
        """One request was complete."""
        self.last = time.monotonic()
        if not self.count:
            self.first = self.last
        self.count += 1

    def answer(self, question: bytes) -> bytes:
        """The answer to a line of the benchmark."""
        if orjson.loads(question)["do"] == "reset":
            self.reset()
        return orjson.dumps({"count": self.count, "first": self.first, "last": self.last})


class _Connection(asyncio.Protocol):
    def __init__(self, tally: Tally) -> None:
        self._tally = tally
        self._parser = httptools.HttpRequestParser(self)

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)  # uvloop's is none by inheritance

    def data_received(self, data: bytes) -> None:
        self._parser.feed_data(data)

    def on_message_complete(self) -> None:
        self._tally.add()
        self._transport.write(_ANSWER)


async def serve() -> None:
    """Until standard input ends."""
    loop, tally, ended = asyncio.get_running_loop(), Tally(), asyncio.Event()
    server = await loop.create_server(lambda: _Connection(tally), "127.0.0.1", 0, backlog=1024)
    heard = bytearray()

    def listen() -> None:
        read = os.read(sys.stdin.fileno(), 4096)
        if not read:
            ended.set()
        heard.extend(read)
        while b"\n" in heard:
            line, _, rest = bytes(heard).partition(b"\n")
            heard[:] = rest
            _say(tally.answer(line))

    loop.add_reader(sys.stdin.fileno(), listen)
    _say(orjson.dumps({"port": server.sockets[0].getsockname()[1]}))
    await ended.wait()
    loop.remove_reader(sys.stdin.fileno())


def _say(line: bytes) -> None:
    sys.stdout.buffer.write(line + b"\n")
    sys.stdout.buffer.flush()


if __name__ == "__main__":
    uvloop.run(serve())
