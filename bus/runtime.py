"""One process of the bus, put together: what `lienthong run` starts and SIGTERM ends."""

from __future__ import annotations

import asyncio
import gc
import signal
import time
from collections.abc import Coroutine
from functools import partial
from typing import Any

import structlog

from bus import polls, registry
from bus.broker import Failed, Hint, KombuBroker
from bus.config.model import Config
from bus.dispatch.budget import Budget
from bus.dispatch.gate import Gate
from bus.dispatch.outlet import Outlet, Services
from bus.family import Family, Member, on_end_of_input
from bus.housekeeping import Housekeeping
from bus.http.app import create
from bus.http.desk import Desk
from bus.http.front import Front
from bus.http.server import Server, listen
from bus.intake import Intake
from bus.leases import Leases, new_incarnation
from bus.ledger import Ledger, read
from bus.opening import opened, unless
from bus.pauses import Pauses
from bus.policy import Stamps
from bus.queries import Enricher, Queries, Source
from bus.relay import Relay
from bus.router import Router
from bus.timers import Timers
from bus.watch import Watch
from bus.ways import Ways
from lienthong import Process

_log = structlog.get_logger("lienthong.runtime")

PARTS = frozenset({"intake", "dispatch", "relay", "scheduler"})


class Bus:
    """Everything of one process. `start`, then `stop`; `failed` is set when it cannot go on.

    `member`: which process it is, where a parent started several.
    """

    def __init__(self, config: Config, parts: frozenset[str] | None = None, member: Member | None = None) -> None:
        self.config = config
        self.parts = parts or PARTS
        self.failed = asyncio.Event()
        self.adapters = {name: registry.make_adapter(system) for name, system in config.systems.items()}
        self.ways = Ways(config)
        self.gates: dict[str, Gate] = {}
        self.outlets: dict[str, Outlet] = {}
        self.watch = Watch()
        self.member = member
        self.family = Family(member, self.watch.render) if member is not None else None
        self.port = 0
        self.server: Server | None = None
        self._front = Front()
        self._opened = False
        self._tasks: list[asyncio.Task[None]] = []
        self._draining = False

    async def open(self) -> None:
        """Open the ledger, if it is not open. While its database is away, wait for it, and tell so who asks over HTTP.

        Raises `LedgerError`. May be cancelled: then nothing is left behind.
        """
        if self._opened:
            return
        try:
            self.ledger = await opened(
                partial(self._open_ledger, new_incarnation()), self.config.ledger.wait, self._away
            )
        except BaseException:
            await self._deaf()
            raise
        self._opened = True

    async def _away(self, reason: str) -> None:
        self._front.trouble = reason
        if "intake" in self.parts:
            await self._listen()

    async def start(self) -> None:
        """Open the ledger, connect, take over what an earlier run left, listen. Raises `LedgerError`, `OSError`."""
        config, stamps = self.config, Stamps(self.config, self.adapters)
        await self.open()
        await self.ledger.remember({id: policy.body for id, policy in stamps.all.items()})
        self.broker = KombuBroker(config.broker, instance=f"{self.ledger.id:x}")
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
        await self._open_gates()
        if self.parts & {"dispatch", "intake"}:
            await self.ways.open()
            self.queries = self._queries()
        if "dispatch" in self.parts:
            await self._start_dispatch(stamps)
        if "scheduler" in self.parts and self._processes:
            timers = Timers(self.ledger, self._processes, lambda name: stamps.id(name, "hear"), self.relay.wake)
            self._watch_over(timers.run(), "timers")
        if "relay" in self.parts:
            self._watch_over(self.relay.run(), "relay")
            leads = self.member is None or self.member.leads
            for name, work in Housekeeping(config, self.ledger, self.broker, self.watch, leads).works():
                self._watch_over(work, name)
        if "intake" in self.parts:
            self._front.app = create(self._desk())
            await self._listen()
        if self.family is not None:
            await self.family.start()
        _log.info("started", worker=self.ledger.id, port=self.port, parts=sorted(self.parts))

    @property
    def _processes(self) -> list[str]:
        return [name for name, adapter in self.adapters.items() if isinstance(adapter, Process)]

    async def stop(self) -> None:
        """Take nothing new, finish what is being sent, let go."""
        self._draining = True
        await self._deaf()
        drained = [outlet.drain(self.config.dispatch.drain) for outlet in self.outlets.values()]
        if given_up := sum(await asyncio.gather(*drained)):
            _log.warning("stopped while sending; the outcome is in doubt", calls=given_up)
        if self.family is not None:
            await self.family.stop()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self.broker.close()
        await self.ways.close()
        await self.ledger.close()
        _log.info("stopped")

    async def _listen(self) -> None:
        """Raises `OSError`."""
        if self.server is not None:
            return
        http, member = self.config.http, self.member
        shared = listen(http.host, member.port, shared=True) if member is not None else None
        server = Server(self._front, http.host, http.port, shared)
        self.port = await server.start()
        self.server = server

    async def _deaf(self) -> None:
        if self.server is not None:
            await self.server.stop()

    def _open_ledger(self, id: int) -> Ledger:
        settings = self.config.ledger
        return Ledger(
            settings.url.get_secret_value(),
            id=id,
            group=settings.group,
            hint_timeout=self.config.dispatch.hint_timeout,
            observe=self.watch.group,
            archives=settings.retention.folder if settings.retention is not None else None,
            partition=settings.partition,
        )

    async def _open_gates(self) -> None:
        budget, systems = Budget(self.config.dispatch.in_flight), self.config.systems
        paused = await self.ledger.paused()
        resumed = await self.ledger.resumed([name for name, system in systems.items() if system.paused])
        for name, system in systems.items():
            gate = self.gates[name] = Gate(name, system, self.leases, budget, self.watch, self.relay.reset)
            gate.paused = paused.get(name) if name in resumed else gate.paused or paused.get(name)
            self.watch.paused(name, gate.paused is not None)
        if not self.ledger.embedded:
            self._watch_over(Pauses(self.ledger, self.gates, paused, resumed).run(), "pauses")

    async def _start_dispatch(self, stamps: Stamps) -> None:
        enrich = Enricher(self.queries, self.ledger)
        prepare, cursor = self.intake.prepare, polls.cursor_of(self.ledger)
        services = Services(self.ledger, self.broker, self.relay, prepare, stamps.all, self.watch, enrich, cursor)
        await polls.establish(self.config, self.adapters, stamps, self.ledger, time.time())
        for name, system in self.config.systems.items():
            driver = self.ways.drivers[name]
            outlet = self.outlets[name] = Outlet(self.gates[name], system, self.adapters[name], driver, services)
            self._watch_over(outlet.run(), f"outlet {name}")
        await self.broker.consume(list(self.outlets), self._on_hint)

    def _not_hinted(self, failed: Failed) -> None:
        self.watch.not_hinted(failed)
        self.relay.failed(failed)

    def _on_hint(self, hint: Hint) -> None:
        self.outlets[hint.system].offer(hint)

    def _flows(self, system: str) -> bool:
        return self.gates[system].flows

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
        if system in self.gates:
            self.gates[system].pause(reason)

    async def resume(self, system: str, actor: str) -> bool:
        """An operator resumes a paused system; False if it was not paused."""
        configured = system in self.config.systems and self.config.systems[system].paused
        resumed = await self.ledger.resume(system, actor, configured)
        if system in self.gates:
            self.gates[system].resume()
        return resumed

    def _queries(self) -> Queries | None:
        asked = {query.system for query in self.config.queries.values()}
        sources = {name: Source(name, self.adapters[name], self.ways.drivers[name], self.gates[name]) for name in asked}
        return Queries(self.config.queries, sources, self.ledger, self.watch) if sources else None

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
            queries=self.queries,
            endpoints=self.ways.endpoints,
        )

    async def ready(self) -> dict[str, Any]:
        """Facts for /readyz."""
        known = await self.ledger.read(read.systems)
        return {
            "broker": self.broker.trouble,
            "lease": self.leases.left() > 0,
            "paused": {name: gate.paused for name, gate in self.gates.items() if gate.paused},
            "breakers": [name for name, gate in self.gates.items() if gate.breaker_open],
            "unknown_systems": sorted(known - set(self.config.systems)),
            "draining": self._draining,
        }


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
    if not await unless(stopping, bus.open()):
        _log.info("stopped while the ledger was away")
        return
    await bus.start()
    _calm_collector()
    ends = [asyncio.create_task(stopping.wait()), asyncio.create_task(bus.failed.wait())]
    await asyncio.wait(ends, return_when=asyncio.FIRST_COMPLETED)
    for end in ends:
        end.cancel()
    await bus.stop()
    if bus.failed.is_set():
        raise SystemExit(1)
