"""How many calls this process may have in flight, over all systems."""

from __future__ import annotations

import asyncio


class Budget:
    """A bound shared by outlets; who finds it used up is woken when some of it is free again."""

    def __init__(self, most: int) -> None:
        self.free = most
        self._short: set[asyncio.Event] = set()

    def take(self) -> None:
        """One call begins."""
        self.free -= 1

    def give(self) -> None:
        """One call ended."""
        self.free += 1
        for event in self._short:
            event.set()
        self._short.clear()

    def wake_me(self, event: asyncio.Event) -> None:
        """Set `event` when something is free."""
        self._short.add(event)
