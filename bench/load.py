"""The load generator: keep-alive connections to `POST /v1/events`, requests made before the clock starts.

A process of its own: `python -m bench.load` reads a `Job` as a line of JSON, connects, says that it is ready, begins
with the next line, and says an `Outcome`. Without a rate every connection sends as soon as it is answered. With a rate
requests fall due at chance moments (Poisson), whatever the answers do, and latency counts from the moment when a
request fell due, not from when a connection was free for it: nothing is left out while the bus is slow.
"""

from __future__ import annotations

import asyncio
import gc
import random
import sys
import time
from collections import deque
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import cast

import httptools
import orjson
import uvloop

from bench.figures import percentile
from bench.payload import event, request

_AGAIN = (429, 503)
_PAUSE = 0.02


@dataclass(frozen=True, slots=True)
class Job:
    """What to send. `rate` per second; `skip`: the latency of so many first requests does not count."""

    port: int
    key: str
    mark: str
    count: int
    connections: int
    rate: float | None = None
    skip: int = 0


@dataclass(frozen=True, slots=True)
class Outcome:
    """How it went. Moments of the monotonic clock in seconds, latencies in milliseconds."""

    started: float
    ended: float
    repeated: int
    p50: float
    p99: float
    longest: float


class Line(asyncio.Protocol):
    """One connection, one request at a time."""

    def __init__(self, load: Load) -> None:
        self._load = load
        self._body = b""
        self.sent = (0, 0.0)

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)  # uvloop's is none by inheritance
        self._parser = httptools.HttpResponseParser(self)

    def connection_lost(self, error: Exception | None) -> None:
        self._load.fail(ConnectionError(f"the bus closed a connection: {error}"))

    def send(self, number: int, due: float, content: bytes) -> None:
        """Send request `number`, which fell due at `due`."""
        self.sent = (number, due)
        self._body = b""
        self._transport.write(content)

    def data_received(self, data: bytes) -> None:
        self._parser.feed_data(data)

    def on_body(self, body: bytes) -> None:
        self._body += body

    def on_message_complete(self) -> None:
        self._load.answered(self, self._parser.get_status_code(), self._body)


class Load:
    """All connections and what is still to be sent."""

    def __init__(self, job: Job) -> None:
        self._job = job
        self._requests = [request(event(job.mark, number), job.port, job.key) for number in range(job.count)]
        self._loop = asyncio.get_running_loop()
        self._done: asyncio.Future[None] = self._loop.create_future()
        self._due: deque[tuple[int, float]] = deque()
        self._free: list[Line] = []
        self._latencies: list[float] = []
        self._answered = 0
        self._repeated = 0

    async def connect(self) -> None:
        """Open every connection."""
        for _ in range(self._job.connections):
            _, line = await self._loop.create_connection(lambda: Line(self), "127.0.0.1", self._job.port)
            self._free.append(line)

    async def run(self) -> Outcome:
        """Send everything and wait for the answers. Raises `ConnectionError`, `RuntimeError`."""
        started = time.monotonic()
        if self._job.rate is None:
            self._due.extend((number, started) for number in range(self._job.count))
            self._pump()
        else:
            await self._release(started, self._job.rate)
        await self._done
        ended = time.monotonic()
        found = sorted(latency * 1000 for latency in self._latencies)
        return Outcome(started, ended, self._repeated, percentile(found, 0.5), percentile(found, 0.99), found[-1])

    async def _release(self, started: float, rate: float) -> None:
        for number, moment in enumerate(moments(rate, self._job.count)):
            due = started + moment
            if (wait := due - time.monotonic()) > 0:
                await asyncio.sleep(wait)
            if self._done.done():
                return
            self._due.append((number, due))
            self._pump()

    def _pump(self) -> None:
        while self._due and self._free:
            number, due = self._due.popleft()
            # a timer may fire a fraction of a millisecond early
            now = time.monotonic() if self._job.rate is None else min(due, time.monotonic())
            self._free.pop().send(number, now, self._requests[number])

    def answered(self, line: Line, status: int, body: bytes) -> None:
        """A request was answered."""
        number, due = line.sent
        self._free.append(line)
        if status == 202:
            self._answered += 1
            if number >= self._job.skip:
                self._latencies.append(time.monotonic() - due)
        elif status in _AGAIN:
            self._repeated += 1
            self._loop.call_later(_PAUSE, self._again, number, due)
        else:
            self.fail(RuntimeError(f"the bus answered {status}: {body[:500].decode(errors='replace')}"))
        if self._answered == self._job.count and not self._done.done():
            self._done.set_result(None)
        self._pump()

    def _again(self, number: int, due: float) -> None:
        self._due.append((number, due))
        self._pump()

    def fail(self, error: Exception) -> None:
        """End with an error."""
        if not self._done.done():
            self._done.set_exception(error)


def moments(rate: float, count: int) -> Iterator[float]:
    """Seconds after the start at which requests fall due: a Poisson process, the same in every run."""
    chance, moment = random.Random(1), 0.0
    for _ in range(count):
        moment += chance.expovariate(rate)
        yield moment


async def main() -> None:
    """One job."""
    load = Load(Job(**orjson.loads(sys.stdin.readline())))
    await load.connect()
    gc.collect()
    gc.disable()  # a pause of ours is not the bus's latency
    print('{"ready": true}', flush=True)
    await asyncio.to_thread(sys.stdin.readline)
    outcome = await load.run()
    print(orjson.dumps(asdict(outcome)).decode(), flush=True)


if __name__ == "__main__":
    uvloop.run(main())
