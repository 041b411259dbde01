"""Leases: this worker's own, by its monotonic clock, and the watch over the others'."""

from __future__ import annotations

import asyncio
import secrets
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

import structlog

from bus.ledger import Ledger
from bus.ledger.workers import Aftermath, TakenOver, Worker
from bus.policy import parse

_log = structlog.get_logger("lienthong.leases")


def new_incarnation() -> int:
    """A worker id that no other incarnation has: 62 random bits, so that it fits every database's bigint."""
    return secrets.randbits(62)


def aftermath(one: TakenOver) -> Aftermath:
    """What becomes of a delivery whose worker is gone, by the policy stamped on it. Pure."""
    if one.policy is None:
        return Aftermath(hold=True, delay=0.0, quarantine=1)
    policy = parse(one.policy)
    return Aftermath(policy.on_unknown == "hold", policy.settle_after, policy.takeovers)


@dataclass(slots=True)
class Watch:
    """For how long each worker's counter has stood still while we watched, by our monotonic clock. Pure.

    Time in which we could not look (the database was away, this machine slept) says little about the others, who could
    not beat either: between two looks at most half a lease counts, three times what a living worker needs for a beat.
    """

    lease: float
    seen: dict[int, tuple[int, float]] = field(default_factory=dict)
    looked: float | None = None

    def silent(self, workers: list[Worker], now: float) -> list[Worker]:
        """Those whose counter did not move for more than a whole lease."""
        watched = 0.0 if self.looked is None else min(now - self.looked, self.lease / 2)
        self.looked = now
        self.seen = {
            worker.id: (worker.counter, before[1] + watched)
            if (before := self.seen.get(worker.id)) is not None and before[0] == worker.counter
            else (worker.counter, 0.0)
            for worker in workers
        }
        return [worker for worker in workers if self.seen[worker.id][1] > self.lease]


class Leases:
    """Keeps this incarnation alive in the ledger and takes over from those that are gone."""

    def __init__(
        self,
        ledger: Ledger,
        lease: float,
        taken_over: Callable[[str, int], None],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._ledger = ledger
        self._lease = lease
        self._taken_over = taken_over
        self._clock = clock
        self._valid_until = clock() + lease
        self._watch = Watch(lease)

    def left(self) -> float:
        """Seconds for which nobody can take over what this worker claims now."""
        return self._valid_until - self._clock()

    async def beat(self) -> bool:
        """Renew. The lease counts from before the statement was sent, which is earlier than anyone can see it."""
        started = self._clock()
        if not await self._ledger.beat():
            _log.error("this worker was declared gone; it sends nothing more", worker=self._ledger.id)
            self._valid_until = self._clock()
            return False
        self._valid_until = started + self._lease
        return True

    async def sweep(self) -> int:
        """Declare silent workers gone and take over what they were sending; how many deliveries that were."""
        # The lock of an embedded ledger proves that every other incarnation has ended.
        others = await self._ledger.others()
        silent = others if self._ledger.embedded else self._watch.silent(others, self._clock())
        for worker in silent:
            if await self._ledger.declare_gone(worker):
                _log.warning("worker gone", worker=worker.id)
        systems: Counter[str] = Counter()
        while taken := await self._ledger.take_over(aftermath):
            systems.update(one.system for one in taken)
        for system, count in systems.items():
            _log.warning("taken over", system=system, deliveries=count)
            self._taken_over(system, count)
        return systems.total()

    async def run(self) -> None:
        """Beat and sweep until cancelled or declared gone."""
        pause = self._lease / 6  # five beats may fail before the lease is lost
        while True:
            try:
                if not await self.beat():
                    return
                await self.sweep()
            except Exception as error:  # a database that is away for a moment: the lease runs out by itself meanwhile
                _log.warning("lease not renewed", reason=str(error))
            await asyncio.sleep(pause)
