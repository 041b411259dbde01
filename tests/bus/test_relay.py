"""At most a window of hints a system is in the broker; hints may be lost, doubled or late without harm."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

from bus.broker import Failed, Hint
from bus.broker.port import Token
from bus.ledger import Ledger, State
from bus.relay import Relay
from lienthong import Retry
from tests.bus.dispatch.support import HANG
from tests.bus.dispatch.world import World, until
from tests.bus.ledger.support import SYSTEM, Desk, new


class Broker:
    """Keeps what was published; a fault that the real one cannot be made to show on command is `connected`."""

    def __init__(self) -> None:
        self.connected = True
        self.trouble: str | None = None
        self.published: list[int] = []

    def publish(self, system: str, deliveries: Sequence[int]) -> None:
        self.published += deliveries


@pytest.fixture
async def ledger(ledger_file: Path) -> AsyncIterator[Ledger]:
    opened = Ledger(f"sqlite:///{ledger_file}", id=1, hint_timeout=30)
    yield opened
    await opened.close()


def relay(ledger: Ledger, broker: Any, window: int = 4, flows: Callable[[str], bool] = lambda system: True) -> Relay:
    return Relay(ledger, broker, [SYSTEM], window, flows)


async def put(ledger: Ledger, count: int, start: int = 0) -> list[int]:
    return [await Desk(ledger).put(f"k{n}", lane=f"L{n}") for n in range(start, start + count)]


async def test_it_publishes_a_window_in_order_and_the_rest_stays_in_the_ledger(ledger: Ledger) -> None:
    ids, broker = await put(ledger, 10), Broker()
    one = relay(ledger, broker)
    await one.look()
    await one.look()
    assert broker.published == ids[:4]
    assert not one.room(SYSTEM)


async def test_what_dispatch_claimed_makes_room_for_more(ledger: Ledger) -> None:
    ids, broker = await put(ledger, 10), Broker()
    one = relay(ledger, broker)
    await one.look()
    await Desk(ledger).claim(*ids[:2])
    one.taken(SYSTEM, 2)
    assert one.room(SYSTEM)
    await one.look()
    assert broker.published == ids[:6]


async def test_intakes_own_hints_are_part_of_the_window(ledger: Ledger) -> None:
    broker = Broker()
    one = relay(ledger, broker)
    await one.look()
    assert one.room(SYSTEM)
    one.hint([(SYSTEM, 1), (SYSTEM, 2), (SYSTEM, 3), (SYSTEM, 4)])
    assert not one.room(SYSTEM)
    assert broker.published == [1, 2, 3, 4]


async def test_a_hint_that_led_to_nothing_is_published_again_after_hint_timeout(ledger: Ledger) -> None:
    [id], broker = await put(ledger, 1), Broker()
    one = relay(ledger, broker)
    await one.look()
    await ledger.call(lambda s, _: s.run("UPDATE delivery SET publish_after = publish_after - 30"))
    await one.look()
    assert broker.published == [id, id]


async def test_what_does_not_flow_gets_no_hints_and_says_so_to_intake(ledger: Ledger) -> None:
    await put(ledger, 2)
    broker = Broker()
    one = relay(ledger, broker, flows=lambda system: False)
    await one.look()
    assert broker.published == []
    assert not one.room(SYSTEM)


async def test_without_a_broker_nothing_is_marked_as_hinted(ledger: Ledger) -> None:
    [id], broker = await put(ledger, 1), Broker()
    broker.connected = False
    one = relay(ledger, broker)
    await one.look()
    broker.connected = True
    await one.look()
    assert broker.published == [id]


async def test_a_reconnect_resets_the_window(ledger: Ledger) -> None:
    ids, broker = await put(ledger, 4), Broker()
    one = relay(ledger, broker)
    await one.look()
    one.reset()
    await one.look()
    assert broker.published == [*ids, *ids]


async def test_a_hint_that_the_broker_refused_is_published_again_at_the_next_look(ledger: Ledger) -> None:
    [id], broker = await put(ledger, 1), Broker()
    one = relay(ledger, broker)
    await one.look()
    one.failed(Failed(SYSTEM, (id,), "refused"))
    await one.look()
    assert broker.published == [id, id]


async def test_what_is_put_off_is_hinted_when_it_is_due_and_not_before(ledger: Ledger) -> None:
    [id], broker = await put(ledger, 1), Broker()
    [claimed] = await Desk(ledger).claim(id)
    await Desk(ledger).settle(claimed, State.READY, verdict="retry", delay=60)
    one = relay(ledger, broker)
    await one.look()
    assert broker.published == []
    await ledger.call(
        lambda s, _: s.run("UPDATE delivery SET due_at = due_at - 60, publish_after = publish_after - 60")
    )
    await one.look()
    assert broker.published == [id]


async def test_systems_do_not_share_a_window(ledger: Ledger) -> None:
    await ledger.accept([new("a", systems=("tax",)), new("b"), new("c", lane="L2")])
    broker = Broker()
    one = Relay(ledger, broker, [SYSTEM, "tax"], 1, lambda system: True)  # type: ignore[arg-type]
    await one.look()
    assert len(broker.published) == 2


async def test_a_lost_hint_is_found_after_a_reset(world: World) -> None:
    await world.start()
    broker, lost = world.bus.broker, list[int]()
    publish = broker.publish
    broker.publish = lambda system, deliveries: lost.extend(deliveries)  # type: ignore[method-assign]
    await world.send("single", "k1")
    await until(lambda: lost)
    broker.publish = publish  # type: ignore[method-assign]
    world.bus.relay.reset()
    await world.delivered()


async def test_doubled_and_late_hints_and_such_of_nothing_are_harmless(world: World) -> None:
    await world.start()
    await world.send("single", "k1", "k2", lane="A")
    id = (await world.row("k1"))["id"]
    for tag in range(50):
        world.bus.outlets["target"].offer(Hint("target", (id, 999_999), Token(0, tag)))
    await world.delivered()
    for _ in range(50):
        world.bus.broker.publish("target", [id])
    await world.send("single", "k3")
    await world.delivered()
    assert world.target.keys() == ["k1", "k2", "k3"]


async def test_a_hint_for_what_is_not_due_yet_sends_nothing(world: World) -> None:
    await world.start()
    world.target.answers("k1", Retry("busy", after=60))
    await world.send("single", "k1")

    async def put_off() -> bool:
        return bool((await world.row("k1"))["verdict"] == "retry")

    await until(put_off)
    world.bus.broker.publish("target", [(await world.row("k1"))["id"]])
    await asyncio.sleep(0.05)
    assert world.target.keys() == ["k1"]


async def test_the_window_bounds_what_is_in_the_broker_while_everything_arrives(world: World) -> None:
    await world.start(dispatch={"window": 5}, concurrency=2, deadline=5)
    outlet = world.bus.outlets["target"]
    most = 0

    class Watched(type(outlet._queue)):  # type: ignore[misc]  # the queue of this outlet, whatever it is
        def add(self, hint: Hint) -> None:
            nonlocal most
            super().add(hint)
            most = max(most, len(self))

    outlet._queue.__class__ = Watched
    for n in range(60):
        await world.send("single", f"k{n}")
    await world.delivered()
    assert most <= 2 * 5  # a window, and what one look published while the last was being taken


async def test_a_backlog_behind_one_system_holds_up_no_other(world: World) -> None:
    await world.start({"other": {}}, dispatch={"window": 5}, concurrency=1, deadline=5)
    world.target.always = HANG
    for n in range(40):
        await world.send("single", f"k{n}")
    for n in range(40):
        await world.becomes(f"k{n}", "delivered", system="other")
    assert len(world.target.sent) == 1
    await world.bus.outlets["target"].drain(0)
