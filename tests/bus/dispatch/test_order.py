"""Deliveries of one lane leave in the order in which they were answered; different lanes never wait for each other."""

from __future__ import annotations

import asyncio
import random

import pytest

from lienthong import Delivered, Lost, NotSent, Reject, Retry, Unknown

from .support import HANG, Gate
from .world import World, until


def in_order(keys: list[str]) -> bool:
    """Whether, lane by lane (A.1, A.2, ...), no item came after a later one had."""
    seen: dict[str, int] = {}
    for key in keys:
        lane, number = key.split(".")
        if int(number) < seen.get(lane, 0):
            return False
        seen[lane] = int(number)
    return True


@pytest.mark.parametrize("kind", ["single", "resend", "batch", "run"])
async def test_a_lane_keeps_its_order_through_retries_and_doubt_with_much_in_flight(world: World, kind: str) -> None:
    chance = random.Random(kind)
    await world.start(concurrency=16)
    for lane in range(12):
        for number in range(1, 7):
            said: list[object] = chance.choice([[], [], [Retry("busy")], [NotSent("no")] * 2, [Lost("gone")]])
            world.target.answers(f"{lane}.{number}", *said)
    for number in range(1, 7):
        for lane in range(12):
            await world.send(kind, f"{lane}.{number}", lane=str(lane))
    await world.delivered(20)
    assert in_order(world.target.effects)
    assert sorted(world.target.effects) == sorted(f"{lane}.{n}" for lane in range(12) for n in range(1, 7))
    assert world.target.overlaps == []
    assert world.target.most > 1


async def test_never_two_in_flight_in_a_lane(world: World) -> None:
    gate = Gate(asyncio.Event(), Delivered())
    await world.start()
    world.target.answers("k1", gate)
    await world.send("single", "k1", "k2", "k3", lane="A")
    await world.becomes("k3", "waiting")
    await until(world.target.keys)
    assert world.target.keys() == ["k1"]
    gate.opened.set()
    await world.delivered()
    assert world.target.keys() == ["k1", "k2", "k3"]
    assert world.target.overlaps == []


async def test_different_lanes_never_wait_for_each_other(world: World) -> None:
    await world.start(deadline=5)
    world.target.answers("k1", HANG)
    await world.send("single", "k1", "k2", lane="A")
    await world.send("single", "k3", "k4", lane="B")
    await world.becomes("k4", "delivered")
    assert await world.state("k1") == "sending"
    await world.bus.outlets["target"].drain(0)


async def test_what_keeps_no_order_waits_for_nobody(world: World) -> None:
    await world.start()
    world.target.answers("k1", Retry("busy", after=60))
    await world.send("free", "k1", "k2", lane="A")
    await world.becomes("k2", "delivered")


async def test_the_settling_worker_claims_the_next_of_its_lane_itself(world: World) -> None:
    """No hint and no sweep brings the second: the relay stands still."""
    gate = Gate(asyncio.Event(), Delivered())
    await world.start()
    world.target.answers("k1", gate)
    await world.send("single", "k1", "k2", "k3", lane="A")
    await world.becomes("k3", "waiting")
    next(task for task in world.bus._tasks if task.get_name() == "relay").cancel()
    gate.opened.set()
    await world.delivered()


async def test_a_retry_keeps_its_place_and_those_behind_wait(world: World) -> None:
    await world.start()
    world.target.answers("k1", Retry("busy", after=0.1))
    await world.send("single", "k1", "k2", lane="A")
    await world.delivered()
    assert world.target.keys() == ["k1", "k1", "k2"]


async def test_a_replay_of_what_the_lane_went_on_without_takes_a_new_place_at_the_end(world: World) -> None:
    await world.start(on_reject="continue")
    world.target.answers("k1", Reject("no", "no"))
    world.target.answers("k3", Retry("busy", after=0.2))
    await world.send("single", "k1", "k2", "k3", lane="A")
    await world.becomes("k2", "delivered")
    [replayed] = await world.bus.ledger.replay(world.message("k1"), None, "operator", force=False)
    assert replayed.moved  # type: ignore[union-attr]
    await world.delivered()
    assert world.target.keys() == ["k1", "k2", "k3", "k3", "k1"]


async def test_a_run_takes_successive_ones_of_one_lane_in_one_call(world: World) -> None:
    gate = Gate(asyncio.Event(), None)
    await world.start()
    world.target.answers("k1", gate)
    await world.send("run", "k1", lane="A")
    await until(lambda: world.target.sent)
    await world.send("run", "k2", "k3", "k4", "k5", lane="A")
    await world.becomes("k5", "waiting")
    gate.opened.set()
    await world.delivered()
    assert [sent.keys for sent in world.target.sent] == [("k1",), ("k2", "k3", "k4"), ("k5",)]


async def test_runs_of_several_lanes_are_never_spread_over_calls_that_go_together(world: World) -> None:
    """Two lanes of two and a batch of three: a lane cut in the middle would be in flight twice."""
    await world.start(paused=True)
    for lane in "ABCD":
        await world.send("run", f"{lane}.1", f"{lane}.2", lane=lane)
    await world.bus.resume("target", "operator")
    await world.delivered()
    assert world.target.overlaps == []
    assert in_order(world.target.keys())


async def test_a_run_ends_where_the_batch_key_changes(world: World) -> None:
    await world.start(paused=True)
    await world.send("keyed_run", "A.1", lane="A", data={"unit": 1})
    await world.send("keyed_run", "A.2", lane="A", data={"unit": 2})
    await world.send("keyed_run", "A.3", lane="A", data={"unit": 1})
    await world.bus.resume("target", "operator")
    await world.delivered()
    assert world.target.keys() == ["A.1", "A.2", "A.3"]
    assert world.target.overlaps == []


async def test_a_head_in_doubt_goes_alone_and_its_run_behind_it(world: World) -> None:
    await world.start()
    world.target.answers("A.1", Unknown("time-out"), Gate(asyncio.Event(), None))
    await world.send("run", "A.1", "A.2", "A.3", lane="A")
    await until(lambda: len(world.target.sent) == 2)
    assert world.target.sent[1].keys == ("A.1",)
    await world.becomes("A.2", "waiting")
    await world.bus.outlets["target"].drain(0)
    assert world.target.overlaps == []
