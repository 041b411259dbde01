"""Connections kept open, and the one thing that decides between `NotSent` and `Lost`: was a connection handed out?"""

from __future__ import annotations

import select
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any
from weakref import WeakSet

import aiohttp
from aiohttp.client_proto import ResponseHandler
from aiohttp.connector import Connection
from aiohttp.tracing import Trace

from lienthong.requests import Lost


@dataclass(slots=True)
class Attempt:
    """What is known of one request. Until `connected` no byte of it was written; `fresh`: not on a used connection."""

    write: bool
    connected: bool = False
    fresh: bool = False


current: ContextVar[Attempt] = ContextVar("attempt")


class ConnectionPool(aiohttp.TCPConnector):
    """Hands out one connection an attempt, and none that the partner has already closed or written to unasked."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self._used: WeakSet[ResponseHandler] = WeakSet()

    async def connect(
        self,
        req: aiohttp.ClientRequest,
        traces: list[Trace],
        timeout: aiohttp.ClientTimeout,  # noqa: ASYNC109  # the base class's signature
    ) -> Connection:
        """As the base class does. Raises `Lost` where aiohttp would send a write a second time, as it does with a PUT
        or DELETE whose connection broke."""
        attempt = current.get()
        if attempt.connected and attempt.write:
            raise Lost("the connection was closed before an answer came")
        connection = await super().connect(req, traces, timeout)
        while connection.protocol in self._used and _spoiled(connection):
            connection.close()
            connection = await super().connect(req, traces, timeout)
        attempt.fresh = connection.protocol not in self._used
        if connection.protocol is not None:
            self._used.add(connection.protocol)
        attempt.connected = True
        return connection


def _spoiled(connection: Connection) -> bool:
    """On a connection that waits for our request there is nothing to read, unless its end or a stray answer."""
    protocol, transport = connection.protocol, connection.transport
    if protocol is None or transport is None or protocol.should_close:
        return True
    socket = transport.get_extra_info("socket")
    return socket is None or _readable(socket.fileno())


def _readable(descriptor: int) -> bool:
    if descriptor < 0:
        return True
    poll = select.poll()
    poll.register(descriptor, select.POLLIN | select.POLLHUP)
    return bool(poll.poll(0))


__all__ = ["Attempt", "ConnectionPool", "current"]
