"""Publishes with pipelined confirms."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Iterable

from . import codec
from .confirms import Unconfirmed
from .link import IDLE, Confirmations, Link, Transport
from .outbox import Batch, Outbox
from .port import Failed, Reason
from .topology import queue_name
from .worker import Report, Worker


class NotConfirmed(ConnectionError):
    """The broker is silent: another connection may be better."""


class Publisher(Worker):
    """`window`: messages sent and not confirmed. `limit`: delivery ids waiting here in all."""

    role = "publisher"

    def __init__(
        self,
        transport: Transport,
        report: Report,
        on_failed: Callable[[Failed], None],
        *,
        timeout: float,
        batch: int,
        window: int,
        limit: int,
    ) -> None:
        super().__init__(transport, report)
        self._on_failed = on_failed
        self._timeout = timeout
        self._window = window
        self._limit = limit
        self._inbox: deque[Batch] = deque()
        self._outbox = Outbox(batch)
        self._unconfirmed = Unconfirmed()
        # each written by one thread only: the difference is what waits
        self._taken = 0
        self._settled = 0

    @property
    def waiting(self) -> int:
        """Delivery ids that the broker has not confirmed."""
        return self._taken - self._settled

    def publish(self, batch: Batch) -> bool:
        """Called in the loop. `False` if too much is waiting."""
        if self.waiting + len(batch.deliveries) > self._limit:
            return False
        self._taken += len(batch.deliveries)
        self._inbox.append(batch)
        self.wake.set()
        return True

    def _begin(self, link: Link) -> None:
        self._unconfirmed = Unconfirmed()
        link.confirm(Confirmations(self._confirmed, self._refused, self._returned))

    def _turn(self, link: Link) -> None:
        self._send(link)
        link.wait(self._patience())
        self.wake.clear()
        if late := self._unconfirmed.overdue(time.monotonic() - self._timeout):
            self._fail(late, "timeout")
            raise NotConfirmed(f"a hint was not confirmed within {self._timeout:g} s")

    def _finish(self, link: Link) -> None:
        self._send(link)

    def _lost(self) -> None:
        self._gather()
        reason: Reason = "closed" if self._stopping else "lost"
        self._fail(self._unconfirmed.drain(), reason)
        while self._outbox:
            self._fail([self._outbox.take()], reason)

    def _gather(self) -> None:
        while self._inbox:
            self._outbox.add(self._inbox.popleft())

    def _send(self, link: Link) -> None:
        self._gather()
        while self._outbox and len(self._unconfirmed) < self._window:
            batch = self._outbox.take()
            tag = self._unconfirmed.add(batch, time.monotonic())
            link.publish(queue_name(self._transport.prefix, batch.system), codec.encode(batch.deliveries), tag)

    def _patience(self) -> float:
        oldest = self._unconfirmed.oldest()
        return IDLE if oldest is None else max(0.0, oldest + self._timeout - time.monotonic())

    def _confirmed(self, tag: int, multiple: bool) -> None:
        for batch in self._unconfirmed.pop(tag, multiple):
            self._settled += len(batch.deliveries)

    def _refused(self, tag: int, multiple: bool) -> None:
        self._fail(self._unconfirmed.pop(tag, multiple), "refused")

    def _returned(self, tag: int) -> None:
        self._fail(self._unconfirmed.pop(tag), "returned")

    def _fail(self, batches: Iterable[Batch], reason: Reason) -> None:
        for batch in batches:
            self._settled += len(batch.deliveries)
            self._on_failed(Failed(batch.system, batch.deliveries, reason))
