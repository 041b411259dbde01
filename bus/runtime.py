"""One process of the bus, put together: what `lienthong run` starts and SIGTERM ends."""

from __future__ import annotations

import asyncio
import gc
import signal
import time
from collections.abc import Coroutine
from typing import Any

import structlog

from bus import registry
from bus.broker import Failed, Hint, KombuBroker
from bus.config.model import Config
from bus.dispatch.budget import Budget
from bus.dispatch.outlet import Outlet, Services
from bus.family import Family, Member, on_end_of_input
from bus.http.app import create
from bus.http.desk import Desk
from bus.http.server import Server, listen
from bus.intake import Intake
from bus.leases import Leases, new_incarnation
from bus.ledger import Ledger, LedgerError, Unavailable, read
from bus.pauses import Pauses
from bus.policy import Stamps
from bus.relay import Relay
from bus.router import Router
from bus.watch import Watch

_log = structlog.get_logger("lienthong.runtime")

PARTS = frozenset({"intake", "dispatch", "relay", "scheduler"})
_GAUGES = 5.0
_FORGET = 3600.0
_TIDY = 0.5


class Bus:
    """Everything of one process. `start`, then `stop`; `failed` is set when it cannot go on.

    `member`: which process it is, where a parent started several.
    """

    def __init__(self, config: Config, parts: frozenset[str] | None = None, member: Member | None = None) -> None:
        self.config = config
        self.parts = parts or PARTS
        self.failed = asyncio.Event()
        self.adapters = {name: registry.make_adapter(system) for name, system in config.systems.items()}
        self.outlets: dict[str, Outlet] = {}
        self.watch = Watch()
        self.member = member
        self.family = Family(member, self.watch.render) if member is not None else None
        self.port = 0
        self._tasks: list[asyncio.Task[None]] = []
        self._draining = False

    async def start(self) -> None:
        """Open the ledger, connect, take over what an earlier run left, listen. Raises `LedgerError`, `OSError`."""
        config, stamps = self.config, Stamps(self.config, self.adapters)
        id = new_incarnation()
        self.ledger = await asyncio.to_thread(self._open_ledger, id)
        await self.ledger.remember({id: policy.body for id, policy in stamps.all.items()})
        self.broker = KombuBroker(config.broker, instance=f"{id:x}")
        window = config.dispatch.window or 4 * config.dispatch.in_flight
        self.relay = Relay(self.ledger, self.broker, config.systems, window, self._flows, self.watch.hinted)
        self.leases = Leases(self.ledger, config.ledger.lease, self.watch.taken_over)
        self.intake = Intake(
            config, Router(config, self.adapters), stamps, self.ledger, self.relay, time.time, count=self.watch
        )
        await self.leases.beat()
        if self.ledger.embedded:
            await self.leases.sweep()
        self._watch_over(self.leases.run(), "leases")
        await self.broker.start(self.relay.reset, self._not_hinted)
        if "dispatch" in self.parts:
            await self._start_dispatch(stamps)
        if "relay" in self.parts:
            self._watch_over(self.relay.run(), "relay")
            self._watch_over(self._gauges(), "gauges")
            self._watch_over(self._forget(), "receipts")
            self._watch_over(self._tidy(), "checkpoints")
        if "intake" in self.parts:
            self.server = self._server()
            self.port = await self.server.start()
        if self.family is not None:
            await self.family.start()
        _log.info("started", worker=id, port=self.port, parts=sorted(self.parts))

    async def stop(self) -> None:
        """Take nothing new, finish what is being sent, let go."""
        self._draining = True
        if "intake" in self.parts:
            await self.server.stop()
        drained = [outlet.drain(self.config.dispatch.drain) for outlet in self.outlets.values()]
        if given_up := sum(await asyncio.gather(*drained)):
            _log.warning("stopped while sending; the outcome is in doubt", calls=given_up)
        if self.family is not None:
            await self.family.stop()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self.broker.close()
        for outlet in self.outlets.values():
            await outlet.connector.close()
        await self.ledger.close()
        _log.info("stopped")

    def _server(self) -> Server:
        http, member = self.config.http, self.member
        shared = listen(http.host, member.port, shared=True) if member is not None else None
        return Server(create(self._desk()), http.host, http.port, shared)

    def _open_ledger(self, id: int) -> Ledger:
        settings = self.config.ledger
        return Ledger(
            settings.url.get_secret_value(),
            id=id,
            group=settings.group,
            hint_timeout=self.config.dispatch.hint_timeout,
            observe=self.watch.group,
        )

    async def _start_dispatch(self, stamps: Stamps) -> None:
        services = Services(
            self.ledger,
            self.broker,
            self.relay,
            self.leases,
            Budget(self.config.dispatch.in_flight),
            self.intake.prepare,
            stamps.all,
            self.watch,
        )
        paused = await self.ledger.paused()
        for name, system in self.config.systems.items():
            connector = registry.make_connector(name, system)
            await connector.open()
            outlet = self.outlets[name] = Outlet(name, system, self.adapters[name], connector, services)
            outlet.paused = outlet.paused or paused.get(name)
            self.watch.paused(name, outlet.paused is not None)
            self._watch_over(outlet.run(), f"outlet {name}")
        if not self.ledger.embedded:
            self._watch_over(Pauses(self.ledger, self.outlets, paused).run(), "pauses")
        await self.broker.consume(list(self.outlets), self._on_hint)

    def _not_hinted(self, failed: Failed) -> None:
        self.watch.not_hinted(failed)
        self.relay.failed(failed)

    def _on_hint(self, hint: Hint) -> None:
        self.outlets[hint.system].offer(hint)

    def _flows(self, system: str) -> bool:
        """A process that only publishes does not know whether a system flows, and assumes it does."""
        return system not in self.outlets or self.outlets[system].flows

    def _watch_over(self, work: Coroutine[Any, Any, None], name: str) -> None:
        """Nothing of the bus may end by itself: if a part does, the process has to be started again."""
        task = asyncio.create_task(work, name=name)
        self._tasks.append(task)
        task.add_done_callback(self._part_ended)

    def _part_ended(self, task: asyncio.Task[None]) -> None:
        if task.cancelled() or self._draining:
            return
        _log.error("a part of the bus ended", part=task.get_name(), exc_info=task.exception())
        self.failed.set()

    async def pause(self, system: str, actor: str, reason: str) -> None:
        """An operator pauses a system; other processes notice it in the ledger."""
        await self.ledger.pause(system, actor, reason)
        if system in self.outlets:
            self.outlets[system].pause(reason)

    async def resume(self, system: str, actor: str) -> bool:
        """An operator resumes a paused system; False if it was not paused."""
        resumed = await self.ledger.resume(system, actor)
        if system in self.outlets:
            self.outlets[system].resume()
        return resumed

    def _desk(self) -> Desk:
        return Desk(
            config=self.config,
            intake=self.intake,
            ledger=self.ledger,
            adapters=self.adapters,
            wake=self.relay.wake,
            resume=self.resume,
            ready=self.ready,
            render_metrics=self.watch.render,
            observe=self.watch.http,
            draining=lambda: self._draining,
            pause=self.pause,
            family_metrics=self.family.metrics if self.family is not None else None,
        )

    async def ready(self) -> dict[str, Any]:
        """Facts for /readyz."""
        known = await self.ledger.read(read.systems)
        return {
            "broker": self.broker.trouble,
            "lease": self.leases.left() > 0,
            "paused": {name: outlet.paused for name, outlet in self.outlets.items() if outlet.paused},
            "breakers": [name for name, outlet in self.outlets.items() if outlet.breaker_open],
            "unknown_systems": sorted(known - set(self.config.systems)),
            "draining": self._draining,
        }

    async def _gauges(self) -> None:
        while True:
            try:
                if self.member is None or self.member.leads:
                    backlog, blocked = await self.ledger.read(read.backlog), await self.ledger.read(read.blocked)
                    self.watch.ledger(backlog, blocked, frozenset(self.config.systems))
            except Unavailable as error:
                _log.warning("the ledger is away", reason=str(error))
            self.watch.broker(self.broker.connected)
            self.watch.waiting(self.ledger.waiting)
            await asyncio.sleep(_GAUGES)

    async def _tidy(self) -> None:
        while True:
            await asyncio.sleep(_TIDY)
            try:
                await self.ledger.checkpoint()
            except LedgerError as error:  # a full disk: what is written is safe, and intake refuses by itself
                _log.warning("the write-ahead log was not moved", reason=str(error))

    async def _forget(self) -> None:
        while True:
            try:
                await self.ledger.forget_receipts(self.config.ledger.dedupe_for)
            except Unavailable as error:
                _log.warning("the ledger is away", reason=str(error))
            await asyncio.sleep(_FORGET)


def _calm_collector() -> None:
    """What start-up made lives as long as the process: without it a full collection takes no tens of milliseconds, in
    which nobody is answered. Garbage in cycles is rare here, so the young are looked at less often than by default."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 50)


async def run(config: Config, parts: frozenset[str] | None = None, member: Member | None = None) -> None:
    """Run until SIGTERM or SIGINT, then drain. Raises `SystemExit` with 1 when the bus could not go on."""
    bus = Bus(config, parts, member)
    stopping = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stopping.set)
    if member is not None:
        on_end_of_input(loop, stopping.set)
    await bus.start()
    _calm_collector()
    ends = [asyncio.create_task(stopping.wait()), asyncio.create_task(bus.failed.wait())]
    await asyncio.wait(ends, return_when=asyncio.FIRST_COMPLETED)
    for end in ends:
        end.cancel()
    await bus.stop()
    if bus.failed.is_set():
        raise SystemExit(1)
