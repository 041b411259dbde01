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
from functools import partial
from zoneinfo import ZoneInfo

import structlog

from bus.broker import Broker, Hint
from bus.config.model import System
from bus.ledger import Claimed, Ledger, Settlement, Unavailable, Wanted
from bus.policy import Policy, parse
from bus.relay import Relay
from lienthong import Adapter, Delivered, Polled, Process, Reject, Retry, Stop, Unknown

from .call import Caller, Cursor, Enrich, Item, Outcome, group
from .driver import Driver
from .gate import Gate, Turn
from .queue import HintQueue
from .settling import Prepare, Settling
from .steps import Steps
from .watcher import Watcher

_log = structlog.get_logger("lienthong.dispatch")
_ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
_LEDGER_PAUSE = 0.5


@dataclass(frozen=True, slots=True)
class Services:
    """What all outlets of a process share."""

    ledger: Ledger
    broker: Broker
    relay: Relay
    prepare: Prepare
    policies: dict[str, Policy]
    watcher: Watcher
    enrich: Enrich | None = None
    cursor: Cursor | None = None


class Outlet:
    """Delivers to one system, through its gate."""

    def __init__(self, gate: Gate, system: System, adapter: Adapter, driver: Driver, services: Services) -> None:
        self.name = gate.name
        self._gate = gate
        self._system = system
        self._adapter = adapter
        self._services = services
        self._caller = _caller(gate, adapter, driver, services)
        self._settling = Settling(gate.name, services.prepare)
        self._queue = HintQueue()
        self._wake = asyncio.Event()
        self._calls: set[asyncio.Task[None]] = set()
        self._claimed: deque[list[Item]] = deque()  # calls for which there was no room yet
        self._claiming = asyncio.Lock()
        self._runs = _runs(system, adapter)
        gate.serve(self._wake.set, self._drop)

    def offer(self, hint: Hint) -> None:
        """A hint from the broker."""
        self._services.watcher.received(self.name, len(hint.deliveries))
        if self._gate.closing:
            return  # not acknowledged: it comes again to another process
        if not self._gate.flows:
            self._services.broker.acknowledge([hint])
            return
        self._queue.add(hint)
        self._wake.set()

    def _drop(self) -> None:
        """Nothing is sent for now: the hints come again when something is."""
        self._services.broker.acknowledge(self._queue.clear())

    async def run(self) -> None:
        """Claim and call until cancelled."""
        while True:
            await self._wake.wait()
            self._wake.clear()
            async with self._claiming:
                await self._work()

    async def _work(self) -> None:
        while (self._claimed or self._queue) and self._gate.flows and (room := self._gate.room()) > 0:
            if self._claimed:
                self._start(self._claimed.popleft())
                continue
            try:
                await self._claim(room)
            except Unavailable as error:
                _log.warning("the ledger is away", system=self.name, reason=str(error))
                await asyncio.sleep(_LEDGER_PAUSE)
        if not self._gate.flows:
            await self._give_up_claimed()
        if not (self._gate.flows and (self._claimed or self._queue)):
            self._gate.enough()

    async def drain(self, within: float) -> int:
        """Stop claiming, wait for what is being sent; how many calls had to be given up after `within` seconds."""
        self._gate.close()
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
        turn = self._gate.enter()
        task = asyncio.create_task(self._call(items, turn))
        self._calls.add(task)
        task.add_done_callback(partial(self._ended, turn))

    def _ended(self, turn: Turn, task: asyncio.Task[None]) -> None:
        self._calls.discard(task)
        turn.leave()
        if not task.cancelled() and (error := task.exception()) is not None:
            _log.error("a call failed", system=self.name, error=str(error), exc_info=error)

    async def _call(self, items: Sequence[Item], turn: Turn) -> None:
        if not await turn.comes():
            turn.said_nothing()
            await self._give_back(items)
            return
        outcomes = await self._caller.call(items)
        _learn(outcomes, turn)
        stop = next((outcome.verdict for outcome in outcomes if isinstance(outcome.verdict, Stop)), None)
        pausing = stop is not None and self._gate.paused is None
        if stop is not None and pausing:
            self._gate.pause(stop.reason)
        await self._settle([self._settling.settlement(outcome, time.time(), random.random()) for outcome in outcomes])
        if stop is not None and pausing:
            await self._services.ledger.pause(self.name, "bus", stop.reason)

    async def _settle(self, settlements: Sequence[Settlement]) -> None:
        settled = await self._services.ledger.settle(settlements)
        for settlement, done in zip(settlements, settled, strict=True):
            if not done.overtaken:
                self._services.watcher.settled(settlement, done.late)
            hinted = {target.system for new in settlement.follow_ups for target in new.targets if target.hinted}
            if follow_ups := [pair for pair in done.deliveries if pair[0] in hinted]:
                self._services.relay.hint(follow_ups)
        if any(one.rule.verdict == "polled" and one.rule.delay == 0 for one in settlements):
            self._services.relay.wake()  # there is more to fetch: a long list must not take a look of the relay a page
        # the next of the lanes is claimed here, and what another step overtook
        heads = {done.next for done in settled if done.next is not None}
        heads |= {one.claimed.id for one, done in zip(settlements, settled, strict=True) if done.overtaken}
        if heads:
            self._queue.next(heads)
            self._wake.set()


def _caller(gate: Gate, adapter: Adapter, driver: Driver, services: Services) -> Caller | Steps:
    if isinstance(adapter, Process):
        return Steps(gate.name, adapter, _now, services.ledger)
    return Caller(adapter, driver, _now, gate.lease_lasts, services.enrich, services.cursor)


def _now() -> datetime:
    return datetime.now(_ZONE)


def _learn(outcomes: Sequence[Outcome], turn: Turn) -> None:
    """What the outcomes of a call say about the target."""
    verdicts = [outcome.verdict for outcome in outcomes]
    answered = any(outcome.ran.answered for outcome in outcomes)
    if any(
        isinstance(verdict, Delivered | Polled) or (isinstance(verdict, Reject) and answered) for verdict in verdicts
    ):
        turn.answered()
    elif any(isinstance(one.verdict, Retry | Unknown) and one.ran.requests for one in outcomes):
        turn.failed()
    else:
        turn.said_nothing()


def _runs(system: System, adapter: Adapter) -> dict[str, int]:
    operations = adapter.operations.values() if system.batching else ()
    return {operation.name: operation.batch for operation in operations if operation.run}
