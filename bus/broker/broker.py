"""The broker on kombu, for RabbitMQ and for memory."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from typing import Any

from bus.config.model import Broker as Settings

from .amqp import AmqpTransport
from .consumer import Consumer
from .link import Transport
from .memory import MemoryTransport
from .outbox import Batch
from .port import Failed, Hint, Reason
from .publisher import Publisher
from .worker import Worker


class _Role:
    """What the loop knows of one worker; the worker's report to the loop."""

    def __init__(self, post: Callable[..., None], changed: Callable[[], None]) -> None:
        self.up = False
        self.was_down = False
        self.trouble: str | None = "not connected yet"
        self.tried = asyncio.Event()
        self.over = asyncio.Event()
        self._post = post
        self._changed = changed

    def state(self, up: bool, trouble: str | None) -> None:
        self._post(self._learn, up, trouble)

    def ended(self) -> None:
        self._post(self.over.set)

    def _learn(self, up: bool, trouble: str | None) -> None:
        self.up, self.trouble = up, trouble
        self.was_down |= not up
        self.tried.set()
        self._changed()


class KombuBroker:
    """Implements `Broker`. `instance` keeps the `memory://` queues of two buses in one process apart.

    `prefetch`: unacknowledged messages of one system; enough for the multiple-ack to pay. `batch`: most delivery ids
    of one message. `window`: messages sent and not yet confirmed. `limit`: delivery ids waiting to be published.
    """

    def __init__(
        self,
        settings: Settings,
        *,
        instance: str,
        prefetch: int = 100,
        batch: int = 64,
        window: int = 500,
        limit: int = 100_000,
    ) -> None:
        self._transport = _transport(settings, instance)
        self._timeout = settings.confirm_timeout
        self._prefetch, self._batch, self._window, self._limit = prefetch, batch, window, limit
        self._roles: dict[str, _Role] = {}
        self._workers: list[Worker] = []
        self._publisher: Publisher | None = None
        self._consumer: Consumer | None = None
        self._on_lost: Callable[[], None] = _nothing
        self._on_failed: Callable[[Failed], None] = _nothing

    @property
    def connected(self) -> bool:
        return bool(self._roles) and all(role.up for role in self._roles.values())

    @property
    def trouble(self) -> str | None:
        if not self._roles:
            return "not started"
        return next((f"{name}: {role.trouble}" for name, role in self._roles.items() if not role.up), None)

    @property
    def waiting(self) -> int:
        """Delivery ids that were published and not confirmed yet."""
        return self._publisher.waiting if self._publisher else 0

    async def start(self, on_lost: Callable[[], None], on_failed: Callable[[Failed], None]) -> None:
        self._loop = asyncio.get_running_loop()
        self._on_lost, self._on_failed = on_lost, on_failed

        def failed(failure: Failed) -> None:
            self._post(self._on_failed, failure)

        self._publisher = Publisher(
            self._transport,
            self._role("publisher"),
            failed,
            timeout=self._timeout,
            batch=self._batch,
            window=self._window,
            limit=self._limit,
        )
        await self._launch(self._publisher)

    def publish(self, system: str, deliveries: Sequence[int]) -> None:
        publisher = self._publisher
        if not self._roles:
            raise RuntimeError("publish before start")
        if not deliveries:
            return
        if publisher is None:
            self._refuse(system, deliveries, "closed")
        elif not self._roles["publisher"].up:
            self._refuse(system, deliveries, "lost")
        elif not publisher.publish(Batch(system, tuple(deliveries))):
            self._refuse(system, deliveries, "full")

    async def consume(self, systems: Sequence[str], on_hint: Callable[[Hint], None]) -> None:
        if self._publisher is None or self._consumer is not None:
            raise RuntimeError("consume is called once, after start")

        def hand_over(hints: Sequence[Hint]) -> None:
            for hint in hints:
                on_hint(hint)

        def arrived(hints: Sequence[Hint]) -> None:
            self._post(hand_over, hints)

        self._consumer = Consumer(self._transport, self._role("consumer"), systems, arrived, prefetch=self._prefetch)
        await self._launch(self._consumer)

    def acknowledge(self, hints: Sequence[Hint]) -> None:
        if self._consumer is not None:
            self._consumer.acknowledge([hint.token for hint in hints])

    async def close(self) -> None:
        workers, self._workers = self._workers, []
        for worker in workers:
            worker.stop()
        for worker in workers:
            await self._roles[worker.role].over.wait()
            worker.close()
        self._publisher = self._consumer = None

    async def _launch(self, worker: Worker) -> None:
        self._workers.append(worker)
        worker.start()
        await self._roles[worker.role].tried.wait()

    def _role(self, name: str) -> _Role:
        self._roles[name] = _Role(self._post, self._changed)
        return self._roles[name]

    def _changed(self) -> None:
        if self.connected and any(role.was_down for role in self._roles.values()):
            for role in self._roles.values():
                role.was_down = False
            self._on_lost()

    def _refuse(self, system: str, deliveries: Sequence[int], reason: Reason) -> None:
        self._loop.call_soon(self._on_failed, Failed(system, tuple(deliveries), reason))

    def _post(self, function: Callable[..., None], *arguments: Any) -> None:
        """From a worker's thread into the loop."""
        try:
            self._loop.call_soon_threadsafe(function, *arguments)
        except RuntimeError:
            # a loop that has ended without `close` leaves nobody to tell
            if not self._loop.is_closed():
                raise


def _transport(settings: Settings, instance: str) -> Transport:
    url = settings.url.get_secret_value()
    if url.startswith("memory://"):
        return MemoryTransport(settings.prefix, instance)
    if url.startswith(("amqp://", "amqps://")):
        return AmqpTransport(url, settings.prefix)
    raise ValueError("broker.url begins with memory://, amqp:// or amqps://")


def _nothing(*_: object) -> None:
    """Before `start` there is nobody to tell."""
