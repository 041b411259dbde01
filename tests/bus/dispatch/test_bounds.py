"""What is in flight is bounded: by the system's concurrency, the process's budget, the rate, the hints in the queue."""

from __future__ import annotations

import asyncio

import pytest

from bus.broker import Hint
from bus.broker.port import Token
from bus.dispatch.budget import Budget
from bus.dispatch.queue import HintQueue
from bus.dispatch.rate import Rate
from lienthong import Delivered

from .support import Gate
from .world import World, until


def hint(tag: int, *ids: int) -> Hint:
    return Hint("target", ids, Token(1, tag))


def test_a_hint_is_done_with_its_last_delivery() -> None:
    queue = HintQueue()
    first, second = hint(1, 5, 6), hint(2, 7)
    queue.add(first)
    queue.add(second)
    assert queue.take(2) == [5, 6]
    assert queue.done([5]) == []
    assert queue.done([6]) == [first]
    assert queue.done(queue.take(9)) == [second]


def test_a_delivery_hinted_twice_is_taken_once_and_ends_both_hints() -> None:
    queue = HintQueue()
    first, second = hint(1, 5), hint(2, 5, 6)
    queue.add(first)
    queue.add(second)
    assert queue.take(9) == [5, 6]
    assert queue.done([5, 6]) == [first, second]
    assert not queue


def test_the_next_of_a_lane_goes_to_the_front_and_once() -> None:
    queue = HintQueue()
    queue.add(hint(1, 5, 6))
    queue.next([9, 6])
    assert queue.take(9) == [9, 5, 6]


def test_clear_returns_every_hint_and_keeps_the_next_of_lanes() -> None:
    queue = HintQueue()
    first = hint(1, 5, 6)
    queue.add(first)
    queue.next([9])
    queue.take(1)
    queue.next([9])
    assert queue.clear() == [first]
    assert queue.take(9) == [9]
    assert queue.done([5, 6, 9]) == []


@pytest.mark.parametrize(
    ("per_second", "waits"),
    [
        (None, [0, 0, 0, 0]),
        (2, [0, 0, 0.5, 1.0]),
        (1, [0, 1, 2, 3]),
        (0.5, [0, 2, 4, 6]),
    ],
)
def test_calls_are_evenly_spaced_after_a_burst_of_a_second(per_second: float | None, waits: list[float]) -> None:
    rate = Rate(per_second)
    assert [rate.wait(1000.0) for _ in waits] == pytest.approx(waits)
    assert rate.wait(2000.0) == 0


def test_who_found_the_budget_used_up_is_woken() -> None:
    budget, event = Budget(1), asyncio.Event()
    budget.take()
    budget.tell_me(event.set)
    assert not event.is_set()
    budget.give()
    assert event.is_set()
    assert budget.free == 1


@pytest.mark.parametrize("kind", ["single", "free", "keyed"])
async def test_no_more_calls_at_once_than_the_systems_concurrency(world: World, kind: str) -> None:
    await world.start(concurrency=3, paused=True)
    for n in range(20):
        await world.send(kind, f"k{n}", data={"unit": n})
    await world.bus.resume("target", "operator")
    await world.delivered()
    assert world.target.most <= 3
    assert len(world.target.effects) == 20


async def test_no_more_calls_at_once_than_the_process_may_have_over_all_systems(world: World) -> None:
    gate = Gate(asyncio.Event(), Delivered())
    await world.start({"other": {}}, dispatch={"in_flight": 4})
    other = world.target_of("other")
    world.target.always = other.always = gate
    await world.send("single", *(f"k{n}" for n in range(10)))
    await until(lambda: world.target._now + other._now == 4)
    await asyncio.sleep(0.05)
    assert world.target._now + other._now == 4
    gate.opened.set()
    await world.delivered()
    assert len(world.target.effects) == len(other.effects) == 10


async def test_the_rate_limit_holds(world: World) -> None:
    await world.start(rate=50)
    loop = asyncio.get_running_loop()
    started = loop.time()
    await world.send("free", *(f"k{n}" for n in range(60)))
    await world.delivered()
    assert loop.time() - started >= 0.19  # ten beyond the burst of fifty, 20 ms apart


async def test_batching_off_carries_one_item_a_call(world: World) -> None:
    await world.start(batching=False)
    await world.send("batch", *(f"k{n}" for n in range(5)))
    await world.delivered()
    assert all(len(sent.keys) == 1 for sent in world.target.sent)


async def test_a_batch_is_filled_from_what_is_hinted(world: World) -> None:
    await world.start(paused=True, concurrency=1)
    await world.send("batch", *(f"k{n}" for n in range(8)))
    await world.bus.resume("target", "operator")
    await world.delivered()
    assert sum(len(sent.keys) for sent in world.target.sent) == 8
    assert max(len(sent.keys) for sent in world.target.sent) == 4
    assert len(world.target.sent) <= 4
