"""Keeps what a broker says."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable

from bus.broker import Failed, Hint


class Recorder:
    def __init__(self) -> None:
        self.hints: list[Hint] = []
        self.failed: list[Failed] = []
        self.lost = 0

    def on_hint(self, hint: Hint) -> None:
        self.hints.append(hint)

    def on_failed(self, failed: Failed) -> None:
        self.failed.append(failed)

    def on_lost(self) -> None:
        self.lost += 1

    def arrived(self, system: str) -> Counter[int]:
        """How often each delivery of the system came."""
        return Counter(id for hint in self.hints if hint.system == system for id in hint.deliveries)

    def not_sent(self, system: str) -> Counter[int]:
        return Counter(id for failed in self.failed if failed.system == system for id in failed.deliveries)

    async def until(self, condition: Callable[[], bool], seconds: float = 30) -> None:
        """Fails the test when the condition is not met in time."""
        async with asyncio.timeout(seconds):
            while not condition():  # noqa: ASYNC110 - what is waited for may be anything
                await asyncio.sleep(0.002)
