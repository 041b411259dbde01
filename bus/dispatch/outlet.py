"""One system's way out: hints in, claims, calls, settles. What is in flight is bounded here, not by prefetch."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Coroutine, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol
from zoneinfo import ZoneInfo

import structlog

from bus.broker import Broker, Hint
from bus.config.model import System
from bus.leases import Leases
from bus.ledger import Claimed, Ledger, Settled, Settlement, Unavailable, Wanted
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
        self._caller = Caller(adapter, Driver(connector, _bounds(system), time.time), lambda: datetime.now(_ZONE))
        self._settling = Settling(name, services.prepare)
        self._rate = Rate(system.rate)
        self._queue = HintQueue()
        self._wake = asyncio.Event()
        self._calls: set[asyncio.Task[None]] = set()
        self._closing = False
        self._runs = _runs(system, adapter)

    @property
    def flows(self) -> bool:
        """Whether hints are wanted now."""
        return not self._closing and self.paused is None and self._breaker.allows(time.monotonic())

    @property
    def breaker_open(self) -> bool:
        """For health and metrics."""
        return self._breaker.is_open

    def offer(self, hint: Hint) -> None:
        """A hint from the broker."""
        self._services.watcher.received(self.name, len(hint.deliveries))
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
            while self._queue and self.flows and (room := self._room()) > 0:
                try:
                    await self._claim(room)
                except Unavailable as error:
                    _log.warning("the ledger is away", system=self.name, reason=str(error))
                    await asyncio.sleep(_LEDGER_PAUSE)

    async def drain(self, within: float) -> int:
        """Stop claiming, wait for what is being sent; how many calls had to be given up after `within` seconds."""
        self._closing = True
        if not self._calls:
            return 0
        _, late = await asyncio.wait(self._calls, timeout=within)
        for task in late:
            task.cancel()
        await asyncio.gather(*late, return_exceptions=True)
        return len(late)

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
        for call in group(items, self._adapter, self._system.batching):
            self._start(self._call(call))

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
        if id not in policies:
            body = await self._services.ledger.policy(id)
            policies[id] = parse(body) if body is not None else next(iter(policies.values()))
        return policies[id]

    def _start(self, call: Coroutine[Any, Any, None]) -> None:
        self._services.budget.take()
        self._breaker.begin(time.monotonic())
        task = asyncio.create_task(call)
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

    async def _call(self, items: Sequence[Item]) -> None:
        if wait := self._rate.wait(time.monotonic()):
            await asyncio.sleep(wait)
        if self._services.leases.left() <= self._system.deadline:
            self._breaker.withdrawn()
            await self._settle([self._settling.give_back(item, time.time()) for item in items])
            return
        outcomes = await self._caller.call(items)
        self._learn(outcomes)
        await self._settle([self._settling.settlement(outcome, time.time(), random.random()) for outcome in outcomes])
        for outcome in outcomes:
            if isinstance(outcome.verdict, Stop) and self.paused is None:
                await self.stop(outcome.verdict.reason)

    async def stop(self, reason: str) -> None:
        """Our configuration or credential is wrong: keep everything, send nothing until an operator resumes."""
        self.paused = reason
        self._services.watcher.paused(self.name, True)
        _log.error("system paused", system=self.name, reason=reason)
        self._services.broker.acknowledge(self._queue.clear())
        await self._services.ledger.pause(self.name, "bus", reason)

    async def _settle(self, settlements: Sequence[Settlement]) -> None:
        settled = await self._services.ledger.settle(settlements)
        for settlement, done in zip(settlements, settled, strict=True):
            self._services.watcher.settled(settlement, done.late)
        self._go_on(settled)

    def _go_on(self, settled: Sequence[Settled]) -> None:
        """The next of the lanes is claimed here; follow-ups go their way."""
        if heads := {done.next for done in settled if done.next is not None}:
            self._queue.next(heads)
            self._wake.set()
        if follow_ups := [pair for done in settled for pair in done.deliveries]:
            self._services.relay.hint(follow_ups)

    def _learn(self, outcomes: Sequence[Outcome]) -> None:
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
            self._breaker.withdrawn()

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
