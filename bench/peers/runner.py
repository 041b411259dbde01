"""Runs of the peer: workers of one pool, producers, and the target that counts.

The clock stops when the last message has arrived at the target, before it is acknowledged: in Celery's favour.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass

from bench.children import Child, Failed, python
from bench.servers import Servers, mark

START = 60.0
_POLL = 0.02


@dataclass(frozen=True, slots=True)
class Pool:
    """So many workers of one kind. `prefetch`: tasks fetched ahead, for each process or greenlet."""

    name: str
    kind: str
    concurrency: int
    prefetch: int
    workers: int = 1


# As many fetched ahead as keep the broker's round trips out of the way; two workers of greenlets, one for each core
# that the bus may use too.
POOLS = (
    Pool("prefork 2", "prefork", 2, 50),
    Pool("prefork 4", "prefork", 4, 25),
    Pool("gevent 2 x 32", "gevent", 32, 4, workers=2),
)
MOST_PRODUCERS = 4


class Peer:
    """One run's queue, workers and producers. A context manager's inside: see `peer`."""

    def __init__(self, servers: Servers, limit: float, queue: str) -> None:
        self._servers = servers
        self._limit = limit
        self._folder = servers.folder / queue
        self._folder.mkdir()
        self._environment = {
            "BENCH_BROKER": servers.rabbitmq.url,
            "BENCH_QUEUE": queue,
            "BENCH_TARGET": f"http://127.0.0.1:{servers.target.port}",
            "BENCH_READY": str(self._folder / "ready"),
        }

    @contextmanager
    def working(self, pool: Pool) -> Iterator[None]:
        """Workers, ready."""
        command = [
            *python("celery", "--quiet", "--app", "bench.peers.celery_app", "worker", "--loglevel", "ERROR"),
            *("--pool", pool.kind, "--concurrency", str(pool.concurrency), "--prefetch-multiplier", str(pool.prefetch)),
            *("--without-gossip", "--without-mingle", "--without-heartbeat"),
        ]
        log = self._folder / "workers.log"
        with ExitStack() as stack:
            workers = [
                stack.enter_context(
                    Child(
                        f"Celery's worker ({pool.name})",
                        [*command, "--hostname", f"bench{number}@localhost"],
                        log,
                        environment=self._environment,
                    )
                )
                for number in range(pool.workers)
            ]
            self._await_ready(workers)
            yield

    def _await_ready(self, workers: list[Child]) -> None:
        deadline = time.monotonic() + START
        ready = self._folder / "ready"
        while not ready.exists() or len(ready.read_bytes().splitlines()) < len(workers):
            for worker in workers:
                worker.check()
            if time.monotonic() > deadline:
                raise workers[0].failed(f"was not ready after {START:g} s")
            time.sleep(_POLL)

    @contextmanager
    def producing(self, count: int, producers: int) -> Iterator[list[Child]]:
        """Producers that wait for their go, each with its share."""
        with ExitStack() as stack:
            children = []
            for index in range(producers):
                first, end = count * index // producers, count * (index + 1) // producers
                child = Child(
                    "Celery's producer",
                    python("bench.peers.producer"),
                    self._folder / "producers.log",
                    environment=self._environment,
                    spoken=True,
                )
                children.append(stack.enter_context(child))
                child.say({"first": first, "count": end - first})
            for child in children:
                child.hear(START)
            yield children

    def publish(self, count: int, producers: int) -> float:
        """Publish everything; the moment when the first producer began."""
        with self.producing(count, producers) as children:
            return self._go(children)

    def _go(self, children: list[Child]) -> float:
        for child in children:
            child.say({"do": "go"})
        return min(float(child.hear(self._limit)["started"]) for child in children)

    def pass_through(self, count: int, producers: int) -> float:
        """Publish while the workers work; messages a second from the first publish to the last arrival."""
        with self.producing(count, producers) as children:
            self._servers.target.reset()
            started = self._go(children)
            return count / (self.arrived(count)[1] - started)

    def arrived(self, count: int) -> tuple[float, float]:
        """Wait for everything; when the first and the last message arrived."""
        deadline = time.monotonic() + self._limit
        while (seen := self._servers.target.count()) < count:
            self._servers.seen(seen)
            if time.monotonic() > deadline:
                raise Failed(f"only {seen} of {count} tasks arrived within {self._limit:g} s: see {self._folder}")
            time.sleep(_POLL)
        return self._servers.target.moments()


@contextmanager
def peer(servers: Servers, limit: float) -> Iterator[Peer]:
    """A queue of its own."""
    queue = mark()
    yield Peer(servers, limit, queue)
    servers.delete([queue], [queue])


def whole(servers: Servers, limit: float, pool: Pool, producers: int, count: int) -> float:
    """First publish to last arrival with ready workers, messages a second."""
    with peer(servers, limit) as run, run.working(pool):
        warm = max(1, min(500, count // 10))
        servers.target.reset()
        run.publish(warm, 1)
        run.arrived(warm)
        return run.pass_through(count, producers)


def drain(servers: Servers, limit: float, pool: Pool, count: int) -> float:
    """First arrival to last arrival of a backlog that was there before the workers started, messages a second."""
    with peer(servers, limit) as run:
        run.publish(count, 2)
        servers.target.reset()
        with run.working(pool):
            first, last = run.arrived(count)
            return count / (last - first)
