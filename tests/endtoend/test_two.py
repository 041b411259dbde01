"""Several processes of one bus on one PostgreSQL and one RabbitMQ: one that is gone is taken over from."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from kombu import Connection

from bus.broker import topology
from tests.support.private import free_port
from tests.support.servers import RabbitMQServer

from .book import book
from .process import BusProcess
from .province import Province, province, until
from .settings import NATIONAL, PROVINCIAL

LATENCY = {"slow": {"probability": 0.5, "seconds": 0.2}}


@pytest.fixture
def queues(rabbitmq: RabbitMQServer, vhost: str) -> Iterator[str]:
    """A prefix for the queues of one bus, which are deleted afterwards."""
    yield vhost
    with Connection(rabbitmq.url) as connection:
        channel = connection.default_channel
        for name in (NATIONAL, PROVINCIAL):
            channel.queue_delete(topology.queue_name(vhost, name))
        channel.queue_delete(topology.dead_name(vhost))
        channel.exchange_delete(topology.dead_name(vhost))


@pytest.fixture
def several(tmp_path: Path, database: str, rabbitmq: RabbitMQServer, queues: str) -> Callable[..., BusProcess]:
    """Processes of one bus, each with its own port and log."""

    def process(where: Province, port: int, only: str | None = None, **changes: Any) -> BusProcess:
        name = f"bus-{port}"
        both = {"broker": {"prefix": queues}, "systems": {NATIONAL: changes}}
        configuration = where.configuration(port=port, ledger=database, broker=rabbitmq.url, changes=both, name=name)
        return BusProcess(configuration, tmp_path / f"{name}.log", only)

    return process


async def test_one_is_killed_and_the_other_takes_over(
    tmp_path: Path, database: str, several: Callable[..., BusProcess]
) -> None:
    port = free_port()
    async with province(tmp_path, steps="queryable") as where:
        where.faults(**LATENCY)
        one, two = several(where, port), several(where, free_port())
        with one, two, book(database) as ledger:
            notices = where.file(100, port, rate=120)
            await killed(where, two, notices * 0.2)
            two.start()
            await killed(where, one, notices * 0.45)
            one.start()
            # this one stays away: what it was sending is the other's
            await killed(where, two, notices * 0.7)
            await until(lambda: where.acknowledged, 40, lambda: f"{ledger.totals()}\n{one.tail()}")
            await until(lambda: ledger.moving == 0, 15, one.tail)
            assert await one.stop() == 0, one.tail()
            found = where.audit()
            assert found.ok, found
            assert found.filed == notices == len(where.portal.statuses)
            assert ledger.states() == {"delivered"}
            assert ledger.in_doubt == 0
            assert ledger.workers_gone == 3
            assert ledger.taken_over > 0
            incarnations = ledger.count("SELECT count(DISTINCT lease) FROM attempt")
            assert incarnations >= 3, "both processes delivered, also one that was started again"
            print(f"{notices} notices, 3 kills, {ledger.taken_over} taken over, {incarnations} incarnations delivered")


async def killed(where: Province, victim: BusProcess, effects: float) -> None:
    """Kill it when the portal holds so much."""
    await until(lambda: len(where.held.log) > effects, 40, victim.tail)
    victim.kill()
    await asyncio.sleep(0.2)


@pytest.mark.timeout(180)
async def test_one_that_was_frozen_sends_nothing_when_it_wakes(
    tmp_path: Path, database: str, several: Callable[..., BusProcess]
) -> None:
    port = free_port()
    async with province(tmp_path, steps="queryable") as where:
        where.faults(slow={"probability": 1, "seconds": 0.5, "match": "DongBoHoSoMC|CapNhatTienDoHoSoMC"})
        # a call at a time, so that it is known where the frozen one stood: it waited for an answer
        door = several(where, port, only="intake,relay")
        frozen, other = (several(where, free_port(), only="dispatch,relay", concurrency=1) for _ in range(2))
        with door, frozen, book(database) as ledger:
            notices = where.file(3, port)
            await until(lambda: where.held.calls["CapNhatTienDoHoSoMC"] == 1, 20, frozen.tail)
            frozen.freeze()
            where.faults()
            with other:
                # a transaction that stands still, a lease, a consumer that RabbitMQ gives up: each has its time
                await until(lambda: where.acknowledged, 60, lambda: f"{ledger.totals()}\n{other.tail()}")
                assert ledger.workers_gone == 1
                assert ledger.taken_over > 0
                assert await other.stop() == 0, other.tail()
            assert where.audit().ok
            arrived = len(where.held.log)

            # there is much to do, and its lease is another's: it ends, so that it can be started anew
            more = where.file(3, port)
            await until(lambda: not where.filer.running, 10, door.tail)
            frozen.thaw()
            assert await frozen.ended(20) == 1
            assert len(where.held.log) == arrived
            frozen.start()
            await until(lambda: where.acknowledged, 30, lambda: f"{ledger.totals()}\n{frozen.tail()}")
            assert await frozen.stop() == 0, frozen.tail()
            assert await door.stop() == 0, door.tail()
            assert ledger.in_doubt == 0
            found = where.audit()
            assert found.ok, found
            assert found.filed == notices + more
