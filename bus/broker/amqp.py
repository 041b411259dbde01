"""RabbitMQ, through kombu's transport on py-amqp."""

from __future__ import annotations

import select
import time
from collections.abc import Sequence
from typing import Any

import kombu

from . import topology
from .link import IDLE, Confirmations, OnBody
from .wake import Wake

Connection: Any = kombu.Connection  # kombu is hardly annotated

HEARTBEAT = 10  # seconds
CONNECT = 3  # seconds; longer only delays the next address
ANSWER = 4  # seconds for an answer, or for room to write; a server's heartbeat, every 5 s, begins them anew
FRAME = 0.02  # seconds for the rest of a frame; the part that has come is kept
FRAMES = 1000  # handled before looking at our own work again


class AmqpTransport:
    """`url` may name several nodes, separated by `;`. Raises `ValueError` for one that kombu cannot read."""

    def __init__(self, url: str, prefix: str) -> None:
        self._urls = url.split(";")
        for each in self._urls:
            Connection(each)
        self.prefix = prefix

    def link(self, role: str, wake: Wake, attempt: int) -> AmqpLink:
        return AmqpLink(self._urls[attempt % len(self._urls)], self.prefix, role, wake)


class AmqpLink:
    def __init__(self, url: str, prefix: str, role: str, wake: Wake) -> None:
        options = {
            "read_timeout": ANSWER,
            "write_timeout": ANSWER,
            "client_properties": {"connection_name": f"{prefix} {role}"},
        }
        client = Connection(url, heartbeat=HEARTBEAT, connect_timeout=CONNECT, transport_options=options)
        self._transport: Any = client.transport
        # py-amqp answers a connection that is just being lost with the last two
        self.errors = (*client.connection_errors, *client.channel_errors, AttributeError, KeyError)
        self._prefix = prefix
        self._wake = wake
        self._connection: Any = None
        self._channel: Any = None
        self._next_check = 0.0

    def open(self) -> None:
        self._connection = self._transport.establish_connection()
        self._channel = self._transport.create_channel(self._connection)
        self._socket: Any = self._connection.sock
        self._readable = select.poll()
        self._readable.register(self._socket, select.POLLIN)
        self._anything = select.poll()
        self._anything.register(self._socket, select.POLLIN)
        self._anything.register(self._wake, select.POLLIN)

    def confirm(self, confirmations: Confirmations) -> None:
        def returned(error: Exception, exchange: str, routing_key: str, message: Any) -> None:
            confirmations.returned(int(message.properties["message_id"]))

        self._channel.events["basic_ack"].add(confirmations.confirmed)
        self._channel.events["basic_nack"].add(confirmations.refused)
        self._channel.events["basic_return"].add(returned)
        self._channel.confirm_select()

    def publish(self, queue: str, body: bytes, tag: int) -> None:
        properties = {"delivery_mode": 2, "message_id": str(tag)}
        message = self._channel.prepare_message(body, content_type="application/json", properties=properties)
        self._channel.basic_publish(message, exchange="", routing_key=queue, mandatory=True)

    def consume(self, queues: Sequence[str], prefetch: int, on_body: OnBody) -> None:
        def delivered(message: Any) -> None:
            # the consumer tag is the queue's name; the routing key is whatever the publisher said
            on_body(message.delivery_info["consumer_tag"], message.delivery_tag, message.body)

        self._declare(queues)
        # quorum queues refuse a global prefetch
        self._channel.basic_qos(prefetch_size=0, prefetch_count=prefetch, a_global=False)
        for queue in queues:
            self._channel.basic_consume(queue, consumer_tag=queue, callback=delivered)

    def _declare(self, queues: Sequence[str]) -> None:
        dead = topology.dead_name(self._prefix)
        self._channel.exchange_declare(dead, "fanout", durable=True, auto_delete=False)
        self._queue(dead, topology.dead_arguments())
        self._channel.queue_bind(dead, dead)
        for queue in queues:
            self._queue(queue, topology.queue_arguments(self._prefix))

    def _queue(self, name: str, arguments: dict[str, Any]) -> None:
        self._channel.queue_declare(name, durable=True, auto_delete=False, arguments=arguments)

    def acknowledge(self, up_to: int | None, others: Sequence[int]) -> None:
        if up_to is not None:
            self._channel.basic_ack(up_to, multiple=True)
        for tag in others:
            self._channel.basic_ack(tag)

    def reject(self, tag: int) -> None:
        # never nack: since RabbitMQ 4.3 it does not count towards the delivery limit
        self._channel.basic_reject(tag, requeue=False)

    def wait(self, seconds: float) -> None:
        if self._pending() or self._ready(self._anything, min(seconds, IDLE)):
            self._read()
        if time.monotonic() >= self._next_check:
            self._next_check = time.monotonic() + IDLE
            self._transport.heartbeat_check(self._connection)

    def _ready(self, poll: select.poll, seconds: float) -> bool:
        """Whether the socket is readable. The wake ends the wait and is not the socket."""
        return any(descriptor == self._socket.fileno() for descriptor, _ in poll.poll(seconds * 1000))

    def _pending(self) -> bool:
        """Whether TLS has decrypted more than was read: the socket does not show it."""
        return hasattr(self._socket, "pending") and self._socket.pending() > 0

    def _read(self) -> None:
        # not drain_events: after a heartbeat it goes on waiting for another frame
        for _ in range(FRAMES):
            try:
                self._connection.blocking_read(timeout=FRAME)
            except TimeoutError:
                return
            if not self._pending() and not self._ready(self._readable, 0):
                return

    def close(self) -> None:
        self._transport.close_connection(self._connection)

    def abandon(self) -> None:
        if self._connection is not None and self._connection.channels is not None:
            self._connection.collect()
