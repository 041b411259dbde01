"""What dispatch tells whoever wants to know."""

from __future__ import annotations

from typing import Protocol

from bus.ledger import Settlement


class Watcher(Protocol):
    """Who wants to know what happens: the metrics. Never fails."""

    def settled(self, settlement: Settlement, late: bool) -> None:
        """A delivery was settled."""

    def claimed(self, system: str, count: int) -> None:
        """So many deliveries were claimed."""

    def calls(self, system: str, count: int) -> None:
        """So many calls are in flight."""

    def received(self, system: str, count: int) -> None:
        """So many delivery ids came from the broker."""

    def paused(self, system: str, is_paused: bool) -> None:
        """The system was paused or resumed."""

    def breaker(self, system: str, is_open: bool) -> None:
        """The breaker opened or closed."""
