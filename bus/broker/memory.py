"""Within one process, through kombu's memory transport: for the embedded bus, the demo and tests."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from itertools import takewhile
from typing import Any

import kombu
from kombu.exceptions import ChannelError

from .link import Confirmations, OnBody
from .wake import Wake

Connection: Any = kombu.Connection  # kombu is hardly annotated

# The publisher wakes the consumer: polling only finds what a bus of the same name published. Kombu's default is 1 s.
POLLING = 0.25  # seconds
MESSAGES = 1000  # handled before looking at our own work again


class MemoryTransport:
    """Kombu's memory queues are global in the process; `instance` keeps two buses in one process apart."""

    def __init__(self, prefix: str, instance: str) -> None:
        self.prefix = f"{prefix}-{instance}"
        self._consumers: list[Wake] = []

    def link(self, role: str, wake: Wake, attempt: int) -> MemoryLink:
        return MemoryLink(self, wake)

    def listen(self, wake: Wake) -> None:
        if wake not in self._consumers:
            self._consumers.append(wake)

    def published(self) -> None:
        for wake in self._consumers:
            wake.set()


class MemoryLink:
    def __init__(self, transport: MemoryTransport, wake: Wake) -> None:
        client = Connection("memory://", transport_options={"polling_interval": POLLING})
        self._transport: Any = client.transport
        self.errors = (*client.connection_errors, *client.channel_errors)
        self._owner = transport
        self._wake = wake
        self._connection: Any = None
        self._channel: Any = None
        self._confirmations: Confirmations | None = None
        self._queues: list[str] = []
        self._tags: dict[int, Any] = {}
        self._last = 0

    def open(self) -> None:
        self._connection = self._transport.establish_connection()
        self._channel = self._transport.create_channel(self._connection)

    def confirm(self, confirmations: Confirmations) -> None:
        self._confirmations = confirmations

    def publish(self, queue: str, body: bytes, tag: int) -> None:
        assert self._confirmations is not None
        try:
            self._channel.queue_declare(queue, passive=True)
        except ChannelError:
            self._confirmations.returned(tag)
            return
        message = self._channel.prepare_message(body, content_type="application/json")
        self._channel.basic_publish(message, exchange="", routing_key=queue)
        self._confirmations.confirmed(tag, False)
        self._owner.published()

    def consume(self, queues: Sequence[str], prefetch: int, on_body: OnBody) -> None:
        def delivered(queue: str, message: Any) -> None:
            self._last += 1
            self._tags[self._last] = message
            on_body(queue, self._last, message.body)

        self._owner.listen(self._wake)
        self._queues = list(queues)
        for queue in queues:
            # here the prefetch is the channel's, so that each queue needs one of its own
            channel = self._transport.create_channel(self._connection)
            channel.basic_qos(prefetch_count=prefetch)
            channel.queue_declare(queue)
            channel.basic_consume(queue, no_ack=False, callback=partial(delivered, queue), consumer_tag=queue)

    def acknowledge(self, up_to: int | None, others: Sequence[int]) -> None:
        below = [] if up_to is None else list(takewhile(lambda tag: tag <= up_to, self._tags))
        for tag in (*below, *others):
            self._tags.pop(tag).ack()

    def reject(self, tag: int) -> None:
        self._tags.pop(tag).reject()

    def wait(self, seconds: float) -> None:
        if not self._queues:
            self._wake.wait(seconds)
        elif not self._drain():
            self._wake.wait(min(seconds, POLLING))

    def _drain(self) -> bool:
        """Whether anything was there."""
        for count in range(MESSAGES):
            try:
                self._transport.drain_events(self._connection, timeout=0)
            except TimeoutError:
                return count > 0
        return True

    def close(self) -> None:
        # the process-wide queues would keep what is left until the process ends
        for queue in self._queues:
            self._channel.queue_purge(queue)
        self._transport.close_connection(self._connection)

    def abandon(self) -> None:
        if self._connection is not None:
            self._transport.close_connection(self._connection)
