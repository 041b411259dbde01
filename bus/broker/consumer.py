"""Consumes hints and acknowledges them in multiples."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Sequence

from . import codec
from .link import IDLE, Link, Transport
from .port import Hint, Token
from .tags import Tags
from .topology import queue_name
from .worker import Report, Worker, log


class Consumer(Worker):
    """`prefetch`: messages of one system that may be unacknowledged."""

    role = "consumer"

    def __init__(
        self,
        transport: Transport,
        report: Report,
        systems: Sequence[str],
        on_hints: Callable[[Sequence[Hint]], None],
        *,
        prefetch: int,
    ) -> None:
        super().__init__(transport, report)
        self._systems = {queue_name(transport.prefix, system): system for system in systems}
        self._on_hints = on_hints
        self._prefetch = prefetch
        self._claimed: deque[Token] = deque()
        self._arrived: list[Hint] = []
        self._tags = Tags()
        self._epoch = 0

    def acknowledge(self, tokens: Iterable[Token]) -> None:
        """Called in the loop."""
        self._claimed.extend(tokens)
        self.wake.set()

    def _begin(self, link: Link) -> None:
        self._epoch += 1
        self._tags = Tags()

        def arrived(queue: str, tag: int, body: bytes) -> None:
            self._take(link, queue, tag, body)

        link.consume(list(self._systems), self._prefetch, arrived)

    def _turn(self, link: Link) -> None:
        self._settle(link)
        link.wait(IDLE)
        self.wake.clear()
        if self._arrived:
            hints, self._arrived = self._arrived, []
            self._on_hints(hints)

    def _finish(self, link: Link) -> None:
        self._settle(link)

    def _lost(self) -> None:
        """What was not handed over comes again, and what was claimed can no longer be acknowledged."""
        self._arrived.clear()
        self._claimed.clear()

    def _take(self, link: Link, queue: str, tag: int, body: bytes) -> None:
        try:
            deliveries = codec.decode(body)
        except ValueError as error:
            log.warning("hint unreadable, moved to the dead letters", queue=queue, reason=str(error))
            link.reject(tag)
        else:
            self._tags.arrived(tag)
            self._arrived.append(Hint(self._systems[queue], deliveries, Token(self._epoch, tag)))

    def _settle(self, link: Link) -> None:
        claimed = [self._claimed.popleft() for _ in range(len(self._claimed))]
        up_to, others = self._tags.done(token.tag for token in claimed if token.epoch == self._epoch)
        if up_to is not None or others:
            link.acknowledge(up_to, others)
