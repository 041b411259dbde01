"""Ended in order, and started twice."""

from __future__ import annotations

from pathlib import Path

from tests.support.private import free_port

from .book import book
from .process import BusProcess
from .province import province, until

LATENCY = {"slow": {"probability": 0.5, "seconds": 0.2}}


async def test_sigterm_leaves_nothing_in_doubt_and_the_next_start_goes_on(tmp_path: Path) -> None:
    port = free_port()
    async with province(tmp_path) as where:
        where.faults(**LATENCY)
        with BusProcess(where.configuration(port=port), tmp_path / "bus.log") as bus:
            notices = where.file(16, port)
            await until(lambda: len(where.held.log) > notices / 4, 30, bus.tail)
            with book(where.sqlite) as ledger:
                assert await bus.stop() == 0, bus.tail()
                assert len(where.held.log) < notices, "it had still something to do"
                assert ledger.in_doubt == 0
                assert ledger.moving > 0
                bus.start()
                await until(lambda: where.acknowledged, 30, bus.tail)
                await until(lambda: ledger.moving == 0, 10, bus.tail)
                assert await bus.stop() == 0, bus.tail()
                assert ledger.workers_gone == ledger.taken_over == 0
        assert "wake-ups had been lost" not in bus.tail(1000), "nothing crashed, so no lane may be forgotten"
        found = where.audit()
        assert found.ok, found
        assert found.filed == notices


async def test_a_second_bus_on_the_same_embedded_ledger_is_refused(tmp_path: Path) -> None:
    port = free_port()
    async with province(tmp_path) as where:
        second = where.configuration(port=free_port(), name="second")
        with BusProcess(where.configuration(port=port), tmp_path / "bus.log") as bus:
            notices = where.file(2, port)
            await until(lambda: where.portal.accepted() != [], 20, bus.tail)
            with BusProcess(second, tmp_path / "second.log") as other:
                assert await other.ended(20) == 1
                # the place, the reason and the cure, without a stack
                said = other.tail()
            assert f"{tmp_path}/ledger.db is in use by process {bus.pid}" in said
            assert "stop it, or use PostgreSQL" in said
            assert "Traceback" not in said
            await until(lambda: where.acknowledged, 20, bus.tail)
            assert await bus.stop() == 0
        assert where.audit().ok
        assert len(where.portal.statuses) == notices
