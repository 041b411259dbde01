"""Killed at any point: what was answered with 2xx is at the portal exactly once in effect, per dossier in order.

What happened is told by the simulated national portal; the ledger only says that the blows met work in progress.
"""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Protocol

import pytest

from tests.support.private import free_port
from tests.support.servers import Postgres, RabbitMQ

from .blows import Blow, plan
from .book import Book, book
from .process import BusProcess
from .province import Province, province, until

# another seed, other moments: LIENTHONG_TEST_SEED=7 make soak
SEED = int(os.environ.get("LIENTHONG_TEST_SEED", "20261122"))
# calls take a moment, so that a kill finds some under way; also those of which the caller has gone take effect
LATENCY = {"slow": {"probability": 0.5, "seconds": 0.2}}
# RabbitMQ 3.10 breaks a quorum queue that was declared less than a second and a half before it is killed
QUEUES_ARE_SAFE = 2.0


class Killable(Protocol):
    def start(self) -> object: ...

    def kill(self) -> None: ...


@dataclass(slots=True)
class Stage:
    """A flow of notices through a bus that is being hit."""

    province: Province
    bus: BusProcess
    servers: Mapping[str, Killable]
    started: float
    first_effect: float | None = None
    # how often the bus may still find no database when it starts
    excuses: int = 0
    # effects at the portal when the last blow fell
    met: int = 0

    async def strike(self, blow: Blow) -> None:
        """Wait for the moment, kill, and start again."""
        await self._reached(blow.at)
        await asyncio.sleep(blow.after)
        if blow.what == "rabbitmq":
            await asyncio.sleep(max(0.0, (self.first_effect or 0.0) + QUEUES_ARE_SAFE - time.monotonic()))
        self.supervise()
        self.met = len(self.province.held.log)
        self.excuses += blow.what == "postgres"
        if blow.what == "bus":
            self.bus.kill()
            await asyncio.sleep(blow.down)
            self.bus.start()
        else:
            await asyncio.to_thread(self.servers[blow.what].kill)
            await asyncio.sleep(blow.down)
            await asyncio.to_thread(self.servers[blow.what].start)

    def supervise(self) -> None:
        """The bus runs; one that met a database which is away, when it started, is started again."""
        if self.excuses and self.bus.found_no_database:
            self.excuses -= 1
            self.bus.start()
        self.bus.check()

    async def _reached(self, effects: int) -> None:
        def there() -> bool:
            self.supervise()
            return len(self.province.held.log) >= effects

        await until(there, 90, lambda: f"{len(self.province.held.log)} of {effects} effects\n{self.bus.tail()}")
        if self.first_effect is None:
            self.first_effect = time.monotonic()

    async def settled(self, ledger: Book) -> None:
        """Everything was filed, delivered and acknowledged, and the bus was ended in order."""

        def done() -> bool:
            self.supervise()
            return self.province.acknowledged

        portal = self.province.portal
        await until(done, 120, lambda: f"{len(portal.statuses)} of {len(portal.accepted())} acknowledged")
        await until(lambda: ledger.moving == 0, 30, lambda: f"{ledger.totals()}\n{self.bus.tail()}")
        assert await self.bus.stop() == 0, self.bus.tail()


async def flow(stage: Stage, port: int, cases: int, whats: list[str], rate: float, ledger_url: str) -> None:
    """File, strike, and compare."""
    notices = stage.province.file(cases, port, rate)
    held = stage.province.held
    for blow in plan(SEED, whats, notices):
        await stage.strike(blow)
    assert stage.met < notices, "the last blow fell when everything had arrived"
    with book(ledger_url) as ledger:
        await stage.settled(ledger)
        exactly_once_and_in_order(stage.province, notices)
        kills = whats.count("bus")
        assert ledger.states() == {"delivered"}
        assert ledger.in_doubt == 0
        assert ledger.workers_gone >= kills * 0.6, "most of the killed had signed on"
        assert ledger.taken_over >= kills, "the blows met deliveries that were being sent"
        seconds = time.monotonic() - stage.started
        print(
            f"seed {SEED}: {notices} notices, {len(whats)} blows ({kills} on the bus), {ledger.taken_over} taken over, "
            f"{stage.province.portal.stats()['repeats_sent']} notices sent again, "
            f"{held.calls['TraCuuTienDoHoSo'] + held.calls['TraCuuHoSo']} look-ups, {seconds:.0f} s"
        )


def exactly_once_and_in_order(province: Province, notices: int) -> None:
    """By what the portals hold."""
    found = province.audit()
    assert found.filed == len(province.portal.accepted()) == notices
    assert not found.lost
    assert not found.duplicates
    assert not found.out_of_order
    assert not found.unexpected
    assert len(province.held.later) == 0
    assert len(province.portal.statuses) == notices


@pytest.mark.timeout(300)
async def test_embedded(tmp_path: Path, soak: bool) -> None:
    cases, kills, rate = (600, 30, 150.0) if soak else (96, 8, 100.0)
    port = free_port()
    async with province(tmp_path, steps="queryable") as where:
        where.faults(**LATENCY)
        with BusProcess(where.configuration(port=port), tmp_path / "bus.log") as bus:
            stage = Stage(where, bus, {}, time.monotonic())
            await flow(stage, port, cases, ["bus"] * kills, rate, where.sqlite)


@pytest.mark.timeout(300)
async def test_with_postgres_and_rabbitmq(tmp_path: Path, soak: bool) -> None:
    cases, rate = (600, 150.0) if soak else (96, 100.0)
    whats = ["bus"] * 15 + ["rabbitmq"] * 2 + ["postgres"] if soak else ["bus"] * 4 + ["rabbitmq", "postgres"]
    Random(SEED).shuffle(whats)
    port = free_port()
    with Postgres() as postgres, RabbitMQ() as rabbitmq:
        ledger = postgres.create_database("bus")
        async with province(tmp_path, steps="queryable") as where:
            where.faults(**LATENCY)
            configuration = where.configuration(port=port, ledger=ledger, broker=rabbitmq.url)
            with BusProcess(configuration, tmp_path / "bus.log") as bus:
                stage = Stage(where, bus, {"rabbitmq": rabbitmq, "postgres": postgres}, time.monotonic())
                await flow(stage, port, cases, whats, rate, ledger)
