"""Overload is answered before it hurts, with Retry-After; the backlog of a system is none."""

from __future__ import annotations

import asyncio
import threading
from pathlib import Path

import pytest

from bus.http.gate import Gate, free, resident
from bus.ledger import State

from .support import House, event, house

pytestmark = pytest.mark.timeout(30)


async def test_waiting_commits_over_the_limit_get_429_and_all_else_is_kept(fresh: Path) -> None:
    async with house(fresh, max_waiting=3) as bus:
        hold = threading.Event()
        stuck = asyncio.create_task(bus.ledger.call(lambda session, chain: hold.wait(20)))
        await asyncio.sleep(0.05)
        sent = [asyncio.create_task(bus.send(event(f"e{number}"))) for number in range(10)]
        first = asyncio.as_completed(sent)
        answers = [await next(first) for _ in range(7)]
        assert {(answer.status, answer.code) for answer in answers} == {(429, "overloaded")}
        assert {answer.headers["retry-after"] for answer in answers} == {"1"}
        hold.set()
        await stuck
        done = await asyncio.gather(*sent)
        assert sorted(answer.status for answer in done) == [202] * 3 + [429] * 7
        assert (await bus.counts())["message"] == 3


async def test_the_backlog_of_a_system_refuses_nothing(fresh: Path) -> None:
    async with house(fresh, max_waiting=3) as bus:
        for number in range(3):
            answer = await bus.send(*(event(f"{number}-{index}") for index in range(300)))
            assert answer.status == 202
        assert (await bus.counts())["delivery"] == 900
        assert (await bus.send(event("one more"))).status == 202


async def test_a_bus_that_stops_takes_nothing_new(bus: House) -> None:
    bus.flags["draining"] = True
    answer = await bus.send(event())
    assert (answer.status, answer.code, answer.headers["retry-after"]) == (503, "draining", "5")
    assert (await bus.counts())["message"] == 0


async def test_memory_over_the_limit(fresh: Path) -> None:
    async with house(fresh, max_memory=1) as bus:
        answer = await bus.send(event())
        assert (answer.status, answer.code) == (503, "out-of-memory")
        inbound = await bus.ask("POST", "/in/office/plain", data=b"one")
        assert (inbound.status, inbound.code) == (503, "out-of-memory")


async def test_a_full_disk(fresh: Path) -> None:
    async with house(fresh, min_disk=10**18) as bus:
        answer = await bus.send(event())
        assert (answer.status, answer.code) == (503, "disk-full")
        ready = await bus.ask("GET", "/readyz", None)
        assert ready.status == 503
        assert "min_disk" in str(ready.json())


async def test_a_ledger_that_is_closed(bus: House) -> None:
    await bus.ledger._intake.close()
    answer = await bus.send(event())
    assert (answer.status, answer.code, answer.headers["retry-after"]) == (503, "ledger-unavailable", "5")
    native = await bus.ask("POST", "/in/office/plain", data=b"one")
    assert (native.status, native.body) == (503, b"failed []")
    bus.ledger._intake._closed = False  # so that the ledger can sign off
    bus.ledger._intake._thread = type(bus.ledger._intake._thread)(1)


async def test_an_adapter_says_in_its_own_words_that_the_bus_is_overloaded(bus: House) -> None:
    bus.flags["draining"] = True
    answer = await bus.ask("POST", "/in/office/plain", data=b"one")
    assert (answer.status, answer.body, answer.headers["retry-after"]) == (503, b"failed []", "5")
    assert (await bus.counts())["message"] == 0


async def test_memory_and_disk_are_asked_once_a_second(bus: House) -> None:
    now, asked = [100.0], []

    def disk(folder: Path) -> int:
        asked.append(folder)
        return 0 if len(asked) == 2 else 10**12

    gate = Gate(bus.desk, clock=lambda: now[0], disk=disk)
    assert gate.trouble() is None
    assert gate.trouble() is None
    assert len(asked) == 1
    now[0] = 101.0
    trouble = gate.trouble()
    assert trouble is not None
    assert trouble.kind.code == "disk-full"
    now[0] = 102.0
    assert gate.trouble() is None


def test_the_real_figures_are_plausible(tmp_path: Path) -> None:
    assert 10_000_000 < resident() < 10**11
    assert free(tmp_path) > 0


async def test_held_and_dead_deliveries_refuse_nothing(bus: House) -> None:
    await bus.send(event())
    await bus.settle(State.HELD, is_open=True)
    assert (await bus.send(event("next"))).status == 202
