"""How many calls this process may have in flight, over all systems."""

from __future__ import annotations

from collections.abc import Callable


class Budget:
    """A bound shared by all systems; who finds it used up is told when some of it is free again."""

    def __init__(self, most: int) -> None:
        self.free = most
        self._short: set[Callable[[], None]] = set()

    def take(self) -> None:
        """One call begins."""
        self.free -= 1

    def give(self) -> None:
        """One call ended."""
        self.free += 1
        short, self._short = self._short, set()
        for tell in short:
            tell()

    def tell_me(self, tell: Callable[[], None]) -> None:
        """Call `tell`, once, when something is free."""
        self._short.add(tell)
