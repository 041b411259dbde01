"""The hints of one system that were not claimed yet. Pure."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from bus.broker import Hint


@dataclass(slots=True)
class _Pending:
    hint: Hint
    left: int


class HintQueue:
    """Delivery ids in order, each once; knows when a whole hint was dealt with and may be acknowledged."""

    def __init__(self) -> None:
        self._order: deque[int] = deque()
        self._queued: set[int] = set()
        self._owners: dict[int, list[_Pending]] = {}
        self._ours: set[int] = set()

    def __len__(self) -> int:
        return len(self._order)

    def add(self, hint: Hint) -> None:
        """A hint from the broker, to the end."""
        pending = _Pending(hint, len(hint.deliveries))
        for id in hint.deliveries:
            self._owners.setdefault(id, []).append(pending)
            if id not in self._queued:
                self._queued.add(id)
                self._order.append(id)

    def next(self, ids: Iterable[int]) -> None:
        """The next of lanes that were just settled, and ids that were not claimed: to the front."""
        for id in ids:
            self._ours.add(id)
            if id not in self._queued:
                self._queued.add(id)
                self._order.appendleft(id)

    def take(self, most: int) -> list[int]:
        """At most so many ids."""
        ids = [self._order.popleft() for _ in range(min(most, len(self._order)))]
        self._queued.difference_update(ids)
        self._ours.difference_update(ids)
        return ids

    def done(self, ids: Sequence[int]) -> list[Hint]:
        """These ids were dealt with; the hints of which nothing is left."""
        finished = []
        for id in ids:
            for pending in self._owners.pop(id, ()):
                pending.left -= 1
                if pending.left == 0:
                    finished.append(pending.hint)
        return finished

    def clear(self) -> list[Hint]:
        """Forget what hints are for, and return these. The next of lanes stay: nobody else would wake them."""
        hints = {id(pending): pending.hint for owners in self._owners.values() for pending in owners}
        self._order = deque(id for id in self._order if id in self._ours)
        self._queued = set(self._order)
        self._owners.clear()
        return list(hints.values())
