"""A worker sends only while more lease is left than the call may take."""

from __future__ import annotations

import asyncio

from lienthong import Absent, Unknown

from .support import Gate
from .world import World, until


async def test_with_less_lease_left_than_a_call_may_take_the_delivery_is_given_back(world: World) -> None:
    await world.start(deadline=60)
    world.bus.leases._valid_until = world.bus.leases._clock() + 59
    await world.send("hold", "k1")

    async def given_back() -> bool:
        return bool((await world.row("k1"))["verdict"] == "given-back")

    await until(given_back)
    assert world.target.sent == []
    await world.bus.leases.beat()
    row = await world.becomes("k1", "delivered")
    assert row["attempts"] == 1
    assert row["in_doubt_since"] is None


async def test_a_worker_that_could_not_renew_sends_nothing_and_the_process_ends(world: World) -> None:
    await world.start()
    await world.bus.ledger.call(lambda s, _: s.run("UPDATE worker SET state = 'gone'"))
    assert not await world.bus.leases.beat()
    await world.send("hold", "k1")
    await asyncio.sleep(0.1)
    assert world.target.sent == []
    next(task for task in world.bus._tasks if task.get_name() == "leases").cancel()


async def test_a_lease_lost_between_two_conversations_of_a_call_ends_it(world: World) -> None:
    """The lookup said absent; meanwhile this worker was declared gone: another may be sending by now."""
    gate = Gate(asyncio.Event(), Absent())
    await world.start()
    world.target.answers("k1", Unknown("time-out"))
    world.target.answers("k1", gate, path="find")
    await world.send("single", "k1")
    await until(lambda: len(world.target.sent) == 2)
    world.bus.leases._valid_until = 0
    gate.opened.set()

    async def settled() -> bool:
        return len(await world.attempts("k1")) == 2

    await until(settled)
    assert [sent.path for sent in world.target.sent] == ["write", "find"]
    assert (await world.row("k1"))["in_doubt_since"] is not None
