"""A paused system keeps everything; the pause is in the ledger and ends by an operator alone."""

from __future__ import annotations

import asyncio

import pytest

from lienthong import Delivered, Stop

from .support import Gate
from .world import World, until


async def stopped(world: World, key: str = "k1") -> None:
    world.target.answers(key, Stop("password refused"))
    await world.send("single", key)
    await until(world.bus.ledger.paused)


async def test_the_pause_survives_a_restart(world: World) -> None:
    await world.start()
    await stopped(world)
    await world.stop()
    await world.start()
    await world.send("single", "k2")
    await asyncio.sleep(0.1)
    assert world.target.keys() == ["k1"]
    assert (await world.bus.ready())["paused"] == {"target": "password refused"}
    assert 'lienthong_system_paused{system="target"} 1' in _metrics(world)


def _metrics(world: World) -> str:
    rendered = world.bus.watch.render()
    text = rendered if isinstance(rendered, bytes) else rendered[0]
    return text.decode() if isinstance(text, bytes) else str(text)


async def test_resume_sends_everything_in_order_without_waiting_for_hint_timeout(world: World) -> None:
    await world.start()
    await stopped(world)
    await world.send("single", "k2", "k3", lane="lane-of-k1")
    assert await world.bus.resume("target", "operator")
    await world.delivered()
    assert world.target.keys() == ["k1", "k1", "k2", "k3"]
    assert await world.bus.ledger.paused() == {}
    assert not await world.bus.resume("target", "operator")


async def test_a_paused_system_gets_no_hints_and_the_others_flow(world: World) -> None:
    await world.start({"other": {}}, paused=True)
    hinted: list[str] = []
    world.bus.relay._hinted = lambda system, count: hinted.append(system)
    await world.send("single", "k1", "k2")
    await world.becomes("k2", "delivered", system="other")
    assert set(hinted) == {"other"}
    assert await world.state("k1") == "ready"
    assert world.target.sent == []


async def test_nothing_is_sent_between_the_stop_and_its_record(world: World) -> None:
    """The first answer says Stop: what waits behind the rate limit does not go out with the wrong password too."""
    await world.start(rate=4, concurrency=20)
    world.target.answers("k1", Stop("password refused"))
    gate = Gate(asyncio.Event(), Delivered())
    for n in range(2, 5):
        world.target.answers(f"k{n}", gate)
    await world.send("free", *(f"k{n}" for n in range(1, 7)))
    await until(lambda: world.bus.gates["target"].paused)
    gate.opened.set()
    await until(lambda: not world.bus.outlets["target"]._calls)
    assert len(world.target.sent) <= 4
    assert (
        sum(row["attempts"] for row in await world.rows("SELECT attempts FROM delivery")) == len(world.target.sent) - 1
    )


async def test_a_configured_pause_needs_no_record(world: World) -> None:
    await world.start(paused=True)
    await world.send("single", "k1")
    await asyncio.sleep(0.05)
    assert world.target.sent == []
    assert await world.bus.ledger.paused() == {}


async def test_a_resume_of_a_configured_pause_holds_for_every_process(
    shared: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bus.pauses._LOOK", 0.02)
    first = await shared.start(paused=True)
    second = await shared.start(paused=True)
    assert first.gates["target"].paused == second.gates["target"].paused == "paused in the configuration"
    assert await first.resume("target", "operator")
    await until(lambda: second.gates["target"].paused is None)
    await first.stop()
    await shared.send("single", "k1")
    await shared.delivered()
    await second.pause("target", "operator", "they move house")
    third = await shared.start(paused=True)
    assert third.gates["target"].paused is not None
    assert await third.resume("target", "operator")
    await until(lambda: second.gates["target"].paused is None)


async def test_it_outlives_restarts_until_the_configuration_changes_its_mind(world: World) -> None:
    for paused, flows in ((True, False), (True, True), (False, True), (True, False)):
        bus = await world.start(paused=paused)
        assert (bus.gates["target"].paused is None) is flows
        assert (await bus.ready())["paused"] == ({} if flows else {"target": "paused in the configuration"})
        if not flows:
            assert await bus.resume("target", "operator")
        await world.stop()
