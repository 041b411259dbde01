"""Ten thousand payments, every notice told up to ten times or never, the bus killed at any point: every đồng is right.

Every notice is delivered one to ten times in any order, one in ten is lost; 2 % of the payers pay when the attempt is
over, 2 % pay twice, 1 % have their money back by the bank. What happened is told by the gateways' own books.
"""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

import aiohttp
import pytest
from kombu import Connection

from bus.broker import topology
from bus.ledger.engine import open_for_reading
from tests.support.private import free_port
from tests.support.servers import RabbitMQServer

from . import reckoning
from .accounts import Accounts, Officer
from .axis import TARGET, Collector, collected
from .blows import Blow, plan
from .book import Book
from .cashier import GATEWAYS, Cashier, cashier, configured, systems
from .payers import Caller, Payers, Portal, Story, portal
from .payers import plan as planned
from .process import BusProcess
from .province import until

# another seed, other moments: LIENTHONG_TEST_SEED=7 make soak
SEED = int(os.environ.get("LIENTHONG_TEST_SEED", "20261122"))
FAULTS: Mapping[str, Any] = {"seed": SEED, "lost": 0.1, "repeated": {"least": 1, "most": 10, "within": 1.5}}
# seconds; what is paid in time has long to be paid, and what nobody pays is short-lived by the order itself
POLICY: Mapping[str, Any] = {
    "lifetime": 1200,
    "first": 2,
    "every": 2,
    "grace": 0,
    "patience": 1000,
    "late": (1, 2),
    "refund_first": 1,
    "refund_every": 1,
    "refund_patience": 1000,
}
PACE: Mapping[str, Any] = {
    "deadline": "2s",
    # longer than any call of these tests can take to have its effect after the bus gave it up
    "settle_after": "500ms",
    "retry": {"first": "100ms", "longest": "1s"},
    "breaker": {"pause": "200ms", "longest": "500ms"},
    # workers die at random here, and what happens to a delivery that kills its workers is another test
    "takeovers": 1000,
}
SOME = {"scale": 1, "notice_every": 1, "notice_repeats": 30, "notice_timeout": 5}


@dataclass(slots=True)
class Stage:
    """Payers at work, buses that are being hit, and both sides' books."""

    desk: Cashier
    portal: Portal
    payers: Payers
    officer: Officer
    accounts: Accounts
    ledger: Book
    buses: Sequence[BusProcess]
    met: int = 0

    async def strike(self, number: int, blow: Blow) -> None:
        """Wait for the moment, kill one of the buses, start it again."""
        victim = self.buses[number % len(self.buses)]
        await until(lambda: self._paid(victim) >= blow.at, 300, lambda: f"{self.payers.payments} paid\n{victim.tail()}")
        await asyncio.sleep(blow.after)
        self.met = self.payers.payments
        victim.kill()
        await asyncio.sleep(blow.down)
        victim.start()

    def _paid(self, victim: BusProcess) -> int:
        victim.check()
        return self.payers.payments

    async def flow(self, stories: Sequence[Story], kills: int, at_once: int) -> None:
        """Everybody plays his part while the blows fall."""
        places, over = asyncio.Semaphore(at_once), asyncio.Event()

        async def play(story: Story) -> None:
            async with places:
                await self.payers.play(story)

        blows = plan(SEED, ["bus"] * kills, sum(story.kind != "abandoned" for story in stories))
        async with asyncio.TaskGroup() as desk:
            desk.create_task(self.officer.work(over))
            async with asyncio.TaskGroup() as payers:
                for story in stories:
                    payers.create_task(play(story))
                for number, blow in enumerate(blows):
                    await self.strike(number, blow)
            over.set()
        assert self.met < self.payers.payments, "the last blow fell when everything was paid"
        await self.desk.idle()

    async def settled(self) -> Mapping[str, int]:
        """Until the bus knows all that it can know, then bring it the gateways' lists, then until nothing moves."""
        told = await reckoning.brought(self.accounts, self.payers.caller, len(POLICY["late"]))
        await self.quiet()
        while await self.officer.once(lies=0):
            await self.quiet()
        return told

    async def quiet(self) -> None:
        """Nothing is to be delivered, and no timer is set."""

        def still() -> bool:
            for bus in self.buses:
                bus.check()
            return not self.ledger.moving and not self.ledger.count("SELECT count(*) FROM timer")

        await until(still, 60, lambda: f"{self.ledger.totals()}\n{self.buses[0].tail()}")


@asynccontextmanager
async def stage(folder: Path, buses: int, ledger: str | None = None, **sections: Any) -> AsyncIterator[Stage]:
    """All of it, running."""
    ports = [free_port() for _ in range(buses)]
    urls = [f"http://127.0.0.1:{port}" for port in ports]
    url = ledger or f"sqlite:///{folder}/ledger.db"
    async with (
        cashier(urls[0], **SOME) as desk,
        portal() as held,
        aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=5)) as http,
    ):
        outside = {**systems(desk, PACE, POLICY), TARGET: {**PACE, **collected(Collector(url=held.url))}}
        processes = [
            BusProcess(configured(folder, port, outside, f"bus-{port}", ledger=url, **sections), folder / f"{port}.log")
            for port in ports
        ]
        caller = Caller(http, urls)
        for process in processes:
            process.start()
        try:
            await caller.ready()
            engine = open_for_reading(url)
            try:
                accounts = Accounts(engine, desk)
                payers = Payers(desk, held, caller, Random(SEED))
                desk.turn(**FAULTS)
                yield Stage(desk, held, payers, Officer(accounts, caller), accounts, Book(engine), processes)
            finally:
                engine.dispose()
        finally:
            for process in processes:
                process.__exit__(None, None, None)


async def paid(where: Stage, payments: int, kills: int, at_once: int) -> None:
    """The whole day: flow, settle, compare, end."""
    began, stories = time.monotonic(), planned(SEED, payments)
    await where.flow(stories, kills, at_once)
    flowed = time.monotonic() - began
    told = await where.settled()
    await where.quiet()
    reckoning.right(where.accounts, where.portal, stories)
    assert where.ledger.taken_over > 0, "the blows met deliveries that were being sent"
    for bus in where.buses:
        assert await bus.stop() == 0, bus.tail()
    print(tale(where, told, kills, flowed, time.monotonic() - began))


def tale(where: Stage, told: Mapping[str, int], kills: int, flowed: float, seconds: float) -> str:
    """What happened, in figures."""
    notices = [one for gateway in where.desk.gateways.values() for one in gateway.notices]
    money = sum(gateway.books.total().received for gateway in where.desk.gateways.values())
    asked = where.ledger.count("SELECT count(*) FROM message WHERE type = 'payment.queried'")
    return (
        f"seed {SEED}: {where.payers.payments} orders paid, {money:,} đồng, {kills} kills, "
        f"{where.ledger.taken_over} taken over, {len(notices)} notices told {sum(one.tries for one in notices)} times, "
        f"{sum(one.fate == 'lost' for one in notices)} lost, {asked} questions, {told['asked']} asked about and "
        f"{told['listed']} told from lists at the end, {len(where.officer.asked)} refunds wanted, "
        f"{where.payers.links_lost} links lost, {where.payers.caller.repeats} events repeated, "
        f"{where.portal.repeats} told again, {flowed:.0f} s of {seconds:.0f} s under way"
    )


@pytest.mark.timeout(150)
async def test_embedded(tmp_path: Path, soak: bool) -> None:
    payments, kills, at_once = (10_000, 20, 120) if soak else (300, 4, 60)
    async with stage(tmp_path, 1) as where:
        await paid(where, payments, kills, at_once)


@pytest.mark.timeout(150)
async def test_two_processes_with_postgres_and_rabbitmq(
    tmp_path: Path, database: str, rabbitmq: RabbitMQServer, vhost: str, soak: bool
) -> None:
    payments, kills, at_once = (2_000, 12, 80) if soak else (150, 3, 40)
    try:
        async with stage(tmp_path, 2, database, broker={"url": rabbitmq.url, "prefix": vhost}) as where:
            await paid(where, payments, kills, at_once)
    finally:
        _forget(rabbitmq, vhost)


def _forget(rabbitmq: RabbitMQServer, vhost: str) -> None:
    """Delete the queues of one bus."""
    with Connection(rabbitmq.url) as connection:
        channel = connection.default_channel
        for name in (*GATEWAYS, "payments", TARGET):
            channel.queue_delete(topology.queue_name(vhost, name))
        channel.queue_delete(topology.dead_name(vhost))
        channel.exchange_delete(topology.dead_name(vhost))
