"""One process put together: its facts, its metrics, and that it ends rather than limps."""

from __future__ import annotations

import asyncio

import pytest

from bus.ledger import Unavailable
from lienthong import Delivered, Reject, Retry, Unknown

from .world import PATIENCE, World, until


def metrics(world: World) -> str:
    rendered = world.bus.watch.render()
    text = rendered if isinstance(rendered, bytes) else rendered[0]
    return text.decode() if isinstance(text, bytes) else str(text)


async def test_ready_says_that_all_is_well(world: World) -> None:
    await world.start()
    facts = await world.bus.ready()
    assert (facts["broker"], facts["lease"], facts["paused"], facts["breakers"]) == (None, True, {}, [])


async def test_metrics_count_what_happened(world: World) -> None:
    await world.start(on_unknown={"single": "hold"}, on_reject="continue")
    world.target.answers("k1", Retry("busy"), Delivered())
    world.target.answers("k2", Reject("no", "no"))
    world.target.answers("k3", Unknown("time-out"))
    await world.send("single", "k1", "k2", "k3")
    await world.becomes("k1", "delivered")
    await world.becomes("k2", "rejected")
    await world.becomes("k3", "held")
    await until(lambda: not world.bus.outlets["target"]._calls)
    text = metrics(world)
    for verdict in ("delivered", "retry", "reject", "unknown"):
        assert f'settled_total{{operation="single",system="target",verdict="{verdict}"}} 1.0' in text
    # what is held is not put off to a later time
    assert 'lienthong_retries_total{operation="single",system="target"} 1.0' in text
    assert 'lienthong_claims_total{system="target"} 4.0' in text
    assert 'lienthong_in_flight{system="target"} 0.0' in text


async def test_a_ledger_that_is_away_ends_neither_the_gauges_nor_the_process(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bus.housekeeping._GAUGES", 0.005)
    await world.start()
    reads = 0

    async def away(query: object) -> object:
        nonlocal reads
        reads += 1
        raise Unavailable("the database cannot be reached")

    monkeypatch.setattr(world.bus.ledger, "read", away)
    await until(lambda: reads >= 3)
    assert not world.bus.failed.is_set()


async def test_a_part_that_ends_by_itself_fails_the_process(world: World) -> None:
    await world.start()

    async def part() -> None:
        raise RuntimeError("a defect")

    world.bus._watch_over(part(), "part")
    await asyncio.wait_for(world.bus.failed.wait(), PATIENCE)


async def test_connectors_are_opened_and_closed_in_the_loop_that_uses_them(world: World) -> None:
    await world.start()
    assert world.target.opened == 1
    await world.stop()
    assert world.target.closed == 1
