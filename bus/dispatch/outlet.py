"""One system's way out: hints in, claims, calls, settles. What is in flight is bounded here, not by prefetch."""

from __future__ import annotations

import asyncio
import random
import time
from collections import deque
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Protocol
from zoneinfo import ZoneInfo

import structlog

from bus.broker import Broker, Hint
from bus.config.model import System
from bus.leases import Leases
from bus.ledger import Claimed, Ledger, Settlement, Unavailable, Wanted
from bus.policy import Policy, parse
from bus.relay import Relay
from lienthong import Adapter, Connector, Delivered, Reject, Retry, Stop, Unknown

from .breaker import Breaker
from .budget import Budget
from .call import Caller, Item, Outcome, group
from .driver import Bounds, Driver
from .queue import HintQueue
from .rate import Rate
from .settling import Prepare, Settling

_log = structlog.get_logger("lienthong.dispatch")
_ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
_LEDGER_PAUSE = 0.5


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


@dataclass(frozen=True, slots=True)
class Services:
    """What all outlets of a process share."""

    ledger: Ledger
    broker: Broker
    relay: Relay
    leases: Leases
    budget: Budget
    prepare: Prepare
    policies: dict[str, Policy]
    watcher: Watcher


class Outlet:
    """Delivers to one system."""

    def __init__(self, name: str, system: System, adapter: Adapter, connector: Connector, services: Services) -> None:
        self.name = name
        self.connector = connector
        self.paused: str | None = "paused in the configuration" if system.paused else None
        self._system = system
        self._adapter = adapter
        self._services = services
        self._breaker = Breaker(system.breaker)
        driver = Driver(connector, _bounds(system), time.time)
        self._caller = Caller(adapter, driver, lambda: datetime.now(_ZONE), self._lease_lasts)
        self._settling = Settling(name, services.prepare)
        self._rate = Rate(system.rate)
        self._queue = HintQueue()
        self._wake = asyncio.Event()
        self._calls: set[asyncio.Task[None]] = set()
        self._claimed: deque[list[Item]] = deque()  # calls for which there was no room yet
        self._claiming = asyncio.Lock()
        self._closing = asyncio.Event()
        self._runs = _runs(system, adapter)

    @property
    def flows(self) -> bool:
        """Whether hints are wanted now."""
        return not self._closing.is_set() and self.paused is None and self._breaker.allows(time.monotonic())

    @property
    def breaker_open(self) -> bool:
        """For health and metrics."""
        return self._breaker.is_open

    def offer(self, hint: Hint) -> None:
        """A hint from the broker."""
        self._services.watcher.received(self.name, len(hint.deliveries))
        if self._closing.is_set():
            return  # not acknowledged: it comes again to another process
        if not self.flows:
            self._services.broker.acknowledge([hint])
            return
        self._queue.add(hint)
        self._wake.set()

    def resume(self) -> None:
        """An operator resumed the system."""
        self.paused = None
        self._services.watcher.paused(self.name, False)
        self._flow_again()

    async def run(self) -> None:
        """Claim and call until cancelled."""
        while True:
            await self._wake.wait()
            self._wake.clear()
            async with self._claiming:
                await self._work()

    async def _work(self) -> None:
        while (self._claimed or self._queue) and self.flows and (room := self._room()) > 0:
            if self._claimed:
                self._start(self._claimed.popleft())
                continue
            try:
                await self._claim(room)
            except Unavailable as error:
                _log.warning("the ledger is away", system=self.name, reason=str(error))
                await asyncio.sleep(_LEDGER_PAUSE)
        if not self.flows:
            await self._give_up_claimed()

    async def drain(self, within: float) -> int:
        """Stop claiming, wait for what is being sent; how many calls had to be given up after `within` seconds."""
        self._closing.set()
        with suppress(TimeoutError):  # a ledger that is away: the next start takes over
            async with asyncio.timeout(within), self._claiming:
                await self._give_up_claimed()
        late = await self._finish(within)
        if left := self._queue.take(len(self._queue)):
            # the next of lanes wait in the ledger, and until a sweep nobody else would wake them
            with suppress(Unavailable):
                await self._services.ledger.wake(left)
        return late

    async def _finish(self, within: float) -> int:
        if not self._calls:
            return 0
        _, late = await asyncio.wait(self._calls, timeout=within)
        for task in late:
            task.cancel()
        await asyncio.gather(*late, return_exceptions=True)
        return len(late)

    async def _give_up_claimed(self) -> None:
        items = [item for call in self._claimed for item in call]
        self._claimed.clear()
        await self._give_back(items)

    async def _give_back(self, items: Sequence[Item]) -> None:
        if items:
            await self._settle([self._settling.give_back(item, time.time()) for item in items])

    def _room(self) -> int:
        """How many calls may begin now."""
        if self._services.budget.free <= 0:
            self._services.budget.wake_me(self._wake)
        room = min(self._system.concurrency - len(self._calls), self._services.budget.free)
        return min(room, 1) if self._breaker.is_open else room

    async def _claim(self, room: int) -> None:
        ids = self._queue.take(room)
        self._services.relay.taken(self.name, len(ids))
        try:
            claimed = await self._services.ledger.claim([Wanted(id, runs=self._runs) for id in ids])
            claimed += await self._fill(claimed)
        except Unavailable:
            self._queue.next(ids)
            raise
        self._services.broker.acknowledge(self._queue.done(ids))
        self._services.watcher.claimed(self.name, len(claimed))
        items = [Item(one, await self._policy(one.policy)) for one in claimed]
        calls, back = group(items, self._adapter, self._system.batching)
        self._claimed.extend(calls)
        await self._give_back(back)

    async def _fill(self, claimed: Sequence[Claimed]) -> list[Claimed]:
        """More of the same operations, as far as their batches have room and hints are there."""
        more: list[Claimed] = []
        if not self._system.batching or not self._queue:
            return more
        for name, operation in self._adapter.operations.items():
            found = sum(one.operation == name and one.doubt_before is None for one in claimed)
            if operation.batch == 1 or operation.run or not found % operation.batch > 0:
                continue
            ids = self._queue.take(operation.batch - found % operation.batch)
            self._services.relay.taken(self.name, len(ids))
            got = await self._services.ledger.claim([Wanted(id, only=name) for id in ids])
            self._services.broker.acknowledge(self._queue.done([one.id for one in got]))
            self._queue.next([id for id in reversed(ids) if id not in {one.id for one in got}])
            more += got
        return more

    async def _policy(self, id: str) -> Policy:
        """The policy stamped on a delivery; one of an earlier configuration is read from the ledger, once."""
        policies = self._services.policies
        while id not in policies:
            try:
                body = await self._services.ledger.policy(id)
            except Unavailable as error:  # what was claimed must not be forgotten
                _log.warning("the ledger is away", system=self.name, reason=str(error))
                await asyncio.sleep(_LEDGER_PAUSE)
                continue
            if body is None:
                return replace(next(iter(policies.values())), on_unknown="hold")
            policies[id] = parse(body)
        return policies[id]

    def _start(self, items: Sequence[Item]) -> None:
        self._services.budget.take()
        trial = self._breaker.begin(time.monotonic())
        task = asyncio.create_task(self._call(items, trial))
        self._calls.add(task)
        self._services.watcher.calls(self.name, len(self._calls))
        task.add_done_callback(self._ended)

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._calls.discard(task)
        self._services.budget.give()
        self._services.watcher.calls(self.name, len(self._calls))
        self._wake.set()
        if not task.cancelled() and (error := task.exception()) is not None:
            _log.error("a call failed", system=self.name, error=str(error), exc_info=error)

    async def _call(self, items: Sequence[Item], trial: bool) -> None:
        if wait := self._rate.wait(time.monotonic()):
            with suppress(TimeoutError):
                async with asyncio.timeout(wait):
                    await self._closing.wait()
        if not self._may_send(trial):
            self._said_nothing(trial)
            await self._give_back(items)
            return
        outcomes = await self._caller.call(items)
        self._learn(outcomes, trial)
        stop = next((outcome.verdict for outcome in outcomes if isinstance(outcome.verdict, Stop)), None)
        pausing = stop is not None and self.paused is None
        if stop is not None and pausing:
            self.pause(stop.reason)
        await self._settle([self._settling.settlement(outcome, time.time(), random.random()) for outcome in outcomes])
        if stop is not None and pausing:
            await self._services.ledger.pause(self.name, "bus", stop.reason)

    def _may_send(self, trial: bool) -> bool:
        """Asked just before the first byte: much may have happened while the call waited for its turn."""
        unhindered = self.paused is None and not self._closing.is_set() and (trial or not self._breaker.is_open)
        return unhindered and self._lease_lasts()

    def _lease_lasts(self) -> bool:
        """Whether nobody can take over before a conversation that begins now has ended."""
        return self._services.leases.left() > self._system.deadline

    def pause(self, reason: str) -> None:
        """Our configuration or credential is wrong, or an operator says so: keep everything, begin no more calls."""
        self.paused = reason
        self._services.watcher.paused(self.name, True)
        _log.error("system paused", system=self.name, reason=reason)
        self._services.broker.acknowledge(self._queue.clear())
        self._wake.set()

    async def _settle(self, settlements: Sequence[Settlement]) -> None:
        settled = await self._services.ledger.settle(settlements)
        for settlement, done in zip(settlements, settled, strict=True):
            self._services.watcher.settled(settlement, done.late)
            hinted = {target.system for new in settlement.follow_ups for target in new.targets if target.hinted}
            if follow_ups := [pair for pair in done.deliveries if pair[0] in hinted]:
                self._services.relay.hint(follow_ups)
        # the next of the lanes is claimed here
        if heads := {done.next for done in settled if done.next is not None}:
            self._queue.next(heads)
            self._wake.set()

    def _learn(self, outcomes: Sequence[Outcome], trial: bool) -> None:
        """What the outcomes of a call say about the target."""
        verdicts = [outcome.verdict for outcome in outcomes]
        answered = any(outcome.ran.answered for outcome in outcomes)
        if any(isinstance(verdict, Delivered) or (isinstance(verdict, Reject) and answered) for verdict in verdicts):
            if self._breaker.succeeded():
                self._flow_again()
        elif any(isinstance(verdict, Retry | Unknown) for verdict in verdicts):
            if self._breaker.failed(time.monotonic()):
                self._opened()
        else:
            self._said_nothing(trial)

    def _said_nothing(self, trial: bool) -> None:
        if trial:
            self._breaker.withdrawn()
            self._flow_again()

    def _opened(self) -> None:
        _log.warning("breaker opened", system=self.name, pause=self._breaker.pause)
        self._services.watcher.breaker(self.name, True)
        self._services.broker.acknowledge(self._queue.clear())
        asyncio.get_running_loop().call_later(self._breaker.pause, self._flow_again)

    def _flow_again(self) -> None:
        self._services.watcher.breaker(self.name, self._breaker.is_open)
        self._services.relay.reset(self.name)
        self._wake.set()


def _bounds(system: System) -> Bounds:
    return Bounds(system.deadline, system.max_requests, system.max_received, system.quick.tries, system.quick.within)


def _runs(system: System, adapter: Adapter) -> dict[str, int]:
    operations = adapter.operations.values() if system.batching else ()
    return {operation.name: operation.batch for operation in operations if operation.run}
