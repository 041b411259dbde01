"""The relay: keeps at most a window of hints a system in the broker; the backlog stays in the ledger."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress

import structlog

from bus.broker import Broker, Failed
from bus.ledger import Ledger, Unavailable

_log = structlog.get_logger("lienthong.relay")

# How often the relay looks by itself, and how soon again after it was woken: hints of intake need neither.
_LOOK = 0.25
_SOONEST = 0.02
# A wake-up is lost only by a crash, so what waits behind nobody is looked for rarely.
_SWEEP = 5.0


class Relay:
    """Publishes hints for what is due. `flows` says whether a system may be sent anything now."""

    def __init__(
        self,
        ledger: Ledger,
        broker: Broker,
        systems: Iterable[str],
        window: int,
        flows: Callable[[str], bool],
        hinted: Callable[[str, int], None] = lambda system, count: None,
    ) -> None:
        self._ledger = ledger
        self._broker = broker
        self._window = window
        self._flows = flows
        self._hinted = hinted
        self._room = dict.fromkeys(systems, 0)
        self._dirty = set(self._room)
        self._orphans: set[int] = set()
        self._wake = asyncio.Event()

    def room(self, system: str) -> bool:
        """Whether intake may hint `system` itself instead of leaving it to the next look."""
        return self._room[system] > 0

    def hint(self, deliveries: Sequence[tuple[str, int]]) -> None:
        """Publish hints for deliveries that were committed as hinted."""
        by_system: dict[str, list[int]] = {}
        for system, id in deliveries:
            by_system.setdefault(system, []).append(id)
        for system, ids in by_system.items():
            self._publish(system, ids)

    def _publish(self, system: str, ids: list[int]) -> None:
        self._room[system] -= len(ids)
        self._broker.publish(system, ids)
        self._hinted(system, len(ids))
        if self._room[system] <= 0:
            self._wake.set()

    def taken(self, system: str, count: int) -> None:
        """Dispatch took so many hints of `system` out of the broker."""
        before = self._room[system]
        self._room[system] = min(self._window, before + count)
        if before <= self._window // 2:
            self._wake.set()

    def wake(self) -> None:
        """Look soon."""
        self._wake.set()

    def reset(self, system: str | None = None) -> None:
        """Nothing is known of the hints that are out (start, reconnect, a breaker that closed)."""
        self._dirty |= {system} if system is not None else set(self._room)
        self._wake.set()

    def failed(self, failed: Failed) -> None:
        """The broker did not take hints: their deliveries stay in the ledger and are looked at again."""
        _log.warning("hints not published", system=failed.system, count=len(failed.deliveries), reason=failed.reason)
        if failed.reason == "refused":
            self._dirty.add(failed.system)

    async def run(self) -> None:
        """Look until cancelled. A ledger that is away is waited for."""
        loop = asyncio.get_running_loop()
        swept = 0.0
        while True:
            try:
                if loop.time() - swept >= _SWEEP:
                    swept = loop.time()
                    await self._sweep()
                await self.look()
            except Unavailable as error:
                _log.warning("the ledger is away", reason=str(error))
            await asyncio.sleep(_SOONEST)
            with suppress(TimeoutError):  # not wait_for, which may swallow a cancellation before Python 3.12
                async with asyncio.timeout(_LOOK):
                    await self._wake.wait()
            self._wake.clear()

    async def _sweep(self) -> None:
        """Who was an orphan at the sweep before too is not just about to be claimed."""
        before, self._orphans = self._orphans, await self._ledger.orphans()
        if left := before & self._orphans:
            _log.warning("wake-ups had been lost", deliveries=await self._ledger.wake(left))

    async def look(self) -> None:
        """One look at every system that may be sent something."""
        for system in self._room:
            if not self._broker.connected or not self._flows(system):
                self._room[system] = 0
                continue
            if system in self._dirty:
                await self._ledger.reset(system)
                self._dirty.discard(system)
            ids, out = await self._ledger.due(system, self._window)
            self._room[system] = self._window - out
            if ids:
                self._publish(system, ids)
