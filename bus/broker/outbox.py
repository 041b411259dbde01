"""Deliveries waiting to be published, gathered into few broker messages."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Batch:
    """What one broker message carries."""

    system: str
    deliveries: tuple[int, ...]


class Outbox:
    """Systems take turns, so that the backlog of one does not hold up another's first delivery.

    `most`: ids of one message. A message goes to one process, so larger ones spread the work less evenly.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._waiting: dict[str, deque[int]] = {}

    def __bool__(self) -> bool:
        return bool(self._waiting)

    def add(self, batch: Batch) -> None:
        self._waiting.setdefault(batch.system, deque()).extend(batch.deliveries)

    def take(self) -> Batch:
        """The next message. Raises `StopIteration` if nothing is waiting."""
        system = next(iter(self._waiting))
        waiting = self._waiting.pop(system)
        deliveries = tuple(waiting.popleft() for _ in range(min(self._most, len(waiting))))
        if waiting:
            self._waiting[system] = waiting
        return Batch(system, deliveries)
