"""One gate a system for deliveries and queries: they share breaker, rate and places, and neither starves the other."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from bus.dispatch.budget import Budget
from bus.dispatch.gate import Busy, Closed, Gate, Turn
from bus.dispatch.places import Places
from bus.dispatch.rate import Rate
from lienthong import Delivered, Retry

from .support import Gate as Held
from .world import World, until

OPENS = {"failures": 3, "pause": 0.1, "longest": 0.4}
LONG = {"failures": 3, "pause": 60, "longest": 60}


def soon(seconds: float = 20.0) -> float:
    return asyncio.get_running_loop().time() + seconds


def gate_of(world: World, system: str = "target") -> Gate:
    return world.bus.gates[system]


async def ask(gate: Gate, seconds: float = 20.0, told: Callable[[Turn], None] = Turn.answered) -> None:
    """A query that is answered at once."""
    async with gate.turn(soon(seconds)) as turn:
        told(turn)


async def hold(gate: Gate, until_: Awaitable[object], seconds: float = 20.0) -> None:
    """A query that the target takes its time to answer."""
    async with gate.turn(soon(seconds)) as turn:
        await until_
        turn.answered()


async def test_a_query_of_a_paused_system_is_refused_with_the_reason(world: World) -> None:
    await world.start(paused=True)
    with pytest.raises(Closed, match="target is paused: paused in the configuration"):
        await ask(gate_of(world))
    await world.bus.resume("target", "operator")
    await ask(gate_of(world))


async def test_queries_that_wait_for_a_place_are_refused_when_the_system_is_paused(world: World) -> None:
    await world.start(concurrency=1)
    answer = asyncio.Event()
    first = asyncio.create_task(hold(gate_of(world), answer.wait()))
    waiting = [asyncio.create_task(ask(gate_of(world))) for _ in range(2)]
    await asyncio.sleep(0.01)
    gate_of(world).pause("password refused")
    for task in waiting:
        with pytest.raises(Closed, match="password refused"):
            await task
    answer.set()
    await first


async def test_a_querys_failures_open_the_breaker_for_deliveries(world: World) -> None:
    await world.start(breaker=LONG)
    for _ in range(3):
        await ask(gate_of(world), told=Turn.failed)
    assert gate_of(world).breaker_open
    await world.send("single", "k1")
    await asyncio.sleep(0.05)
    assert world.target.sent == []
    assert (await world.row("k1"))["attempts"] == 0


async def test_deliveries_failures_close_the_gate_for_queries(world: World) -> None:
    await world.start(breaker=LONG)
    world.target.always = Retry("busy", after=60)
    await world.send("single", "k1", "k2", "k3")
    await until(lambda: gate_of(world).breaker_open)
    with pytest.raises(Closed, match="its breaker is open") as refused:
        await ask(gate_of(world))
    assert refused.value.after is not None
    assert 55 < refused.value.after <= 60


async def test_failures_of_both_count_together_and_a_querys_answer_makes_them_forgotten(world: World) -> None:
    await world.start(breaker=LONG, concurrency=1)
    world.target.answers("k1", Retry("busy", after=60))
    await ask(gate_of(world), told=Turn.failed)
    await world.send("single", "k1")
    await until(lambda: gate_of(world)._breaker.failures == 2)
    await ask(gate_of(world))
    await ask(gate_of(world), told=Turn.failed)
    await ask(gate_of(world), told=Turn.failed)
    assert not gate_of(world).breaker_open


async def test_a_query_is_the_trial_and_nothing_else_goes_until_it_is_answered(world: World) -> None:
    await world.start(breaker=OPENS)
    gate = gate_of(world)
    for _ in range(3):
        await ask(gate, told=Turn.failed)
    await until(lambda: gate.flows)
    async with gate.turn(soon()) as turn:
        await world.send("single", "k1")
        with pytest.raises(Closed, match="breaker"):
            await ask(gate)
        await asyncio.sleep(0.05)
        assert world.target.sent == []
        turn.answered()
    assert not gate.breaker_open
    await world.delivered()


async def test_a_trial_that_fails_or_says_nothing_leaves_room_for_another(world: World) -> None:
    await world.start(breaker=OPENS)
    gate = gate_of(world)
    for _ in range(4):  # the fourth is the trial
        await until(lambda: gate.flows)
        await ask(gate, told=Turn.failed)
    assert gate._breaker.pause == 0.2
    await until(lambda: gate.flows)
    with pytest.raises(LookupError):
        async with gate.turn(soon()):
            raise LookupError
    assert gate.breaker_open
    await world.send("single", "k1")
    await world.delivered()
    assert not gate.breaker_open


async def test_a_query_waits_for_a_place_that_deliveries_have_and_no_longer_than_to_its_deadline(world: World) -> None:
    await world.start(concurrency=2)
    held = Held(asyncio.Event(), Delivered())
    world.target.always = held
    await world.send("single", "k1", "k2", "k3")
    await until(lambda: len(world.target.sent) == 2)
    with pytest.raises(Busy, match="in flight"):
        await ask(gate_of(world), seconds=0.03)
    asked = asyncio.create_task(ask(gate_of(world)))
    await asyncio.sleep(0.01)
    assert not asked.done()
    held.opened.set()
    await asked
    await world.delivered()
    assert world.target.most == 2


async def test_deliveries_wait_for_places_that_queries_have(world: World) -> None:
    await world.start(concurrency=2)
    answer = asyncio.Event()
    queries = [asyncio.create_task(hold(gate_of(world), answer.wait())) for _ in range(2)]
    await asyncio.sleep(0.01)
    await world.send("single", "k1")
    await asyncio.sleep(0.05)
    assert world.target.sent == []
    answer.set()
    await asyncio.gather(*queries)
    await world.delivered()


async def test_a_query_needs_none_of_the_processs_budget_lest_a_delivery_that_asks_waits_for_itself(
    world: World,
) -> None:
    await world.start({"other": {"concurrency": 1}}, dispatch={"in_flight": 1})
    held = Held(asyncio.Event(), Delivered())
    world.target.always = world.target_of("other").always = held
    await world.send("single", "k1", "k2")
    await until(lambda: len(world.target.sent) + len(world.target_of("other").sent) == 1)
    await asyncio.sleep(0.02)  # the other outlet has found the budget used up
    idle = "other" if world.target.sent else "target"
    await ask(gate_of(world, idle))
    held.opened.set()
    await world.delivered()


@pytest.mark.parametrize("concurrency", [1, 3])
async def test_a_flood_of_queries_starves_no_delivery_and_a_backlog_no_query(world: World, concurrency: int) -> None:
    await world.start(concurrency=concurrency)
    gate, answered, end = gate_of(world), 0, asyncio.Event()

    async def always_asking() -> None:
        nonlocal answered
        while not end.is_set():
            async with gate.turn(soon()) as turn:
                await asyncio.sleep(0.001)
                turn.answered()
            answered += 1

    floods = [asyncio.create_task(always_asking()) for _ in range(8)]
    await world.send("free", *(f"k{n}" for n in range(30)))
    await world.delivered()
    assert answered >= 30 / 2
    end.set()
    await asyncio.gather(*floods)
    assert gate._places.taken == 0
    assert {row["takeovers"] for row in await world.rows("SELECT takeovers FROM delivery")} == {0}


async def test_the_place_for_which_a_delivery_is_being_claimed_is_kept_from_queries(world: World) -> None:
    await world.start(concurrency=1)
    ledger, claim = world.bus.ledger, world.bus.ledger.claim
    claiming, go, answer = asyncio.Event(), asyncio.Event(), asyncio.Event()
    order: list[str] = []

    async def slowly(wanted: object) -> object:
        claiming.set()
        await go.wait()
        return await claim(wanted)  # type: ignore[arg-type]

    async def query(name: str) -> None:
        async with gate_of(world).turn(soon()) as turn:
            await answer.wait()
            order.extend([name, *world.target.keys()])
            turn.answered()

    async with gate_of(world).turn(soon()) as first:  # so that the delivery cannot claim before it is told to
        await world.send("single", "k1")
        ledger.claim = slowly  # type: ignore[method-assign,assignment]
        first.answered()
    await claiming.wait()
    queries = [asyncio.create_task(query(name)) for name in ("q1", "q2")]
    await asyncio.sleep(0.01)
    go.set()
    await asyncio.sleep(0.02)
    answer.set()
    await asyncio.gather(*queries)
    await world.delivered()
    assert order == ["q1", "k1", "q2", "k1"]
    assert (await world.row("k1"))["attempts"] == 1


async def test_a_query_takes_its_place_in_the_rate_or_is_told_at_once_that_there_is_none(world: World) -> None:
    await world.start(rate=2)
    gate, loop = gate_of(world), asyncio.get_running_loop()
    for _ in range(2):
        await ask(gate)
    started = loop.time()
    with pytest.raises(Busy, match="rate limit"):
        await ask(gate, seconds=0.3)
    assert loop.time() - started < 0.3
    await ask(gate)
    assert loop.time() - started >= 0.25


async def test_after_the_stop_no_query_begins(world: World) -> None:
    await world.start()
    await world.stop()
    with pytest.raises(Closed, match="stopping"):
        await ask(gate_of(world))


def test_a_refused_place_in_the_rate_is_none_taken() -> None:
    rate = Rate(2)
    assert [rate.wait_at_most(0, 1000.0) for _ in range(3)] == [0, 0, None]
    assert rate.wait_at_most(0.5, 1000.0) == pytest.approx(0.5)
    assert rate.wait_at_most(0.5, 1000.0) is None


async def test_a_query_that_gives_up_when_it_is_its_turn_leaves_the_place_to_the_next() -> None:
    places = Places(1, Budget(5), lambda: None)
    assert await places.wait()
    late, next_ = asyncio.create_task(places.wait()), asyncio.create_task(places.wait())
    await asyncio.sleep(0)
    places.give(query=True)
    late.cancel()
    assert await next_
    assert late.cancelled() or await asyncio.gather(late, return_exceptions=True)
    assert places.taken == 1


async def test_deliveries_and_queries_take_turns() -> None:
    places = Places(1, Budget(5), lambda: None)
    assert places.room() == 1
    places.take()
    queries = [asyncio.create_task(places.wait()) for _ in range(2)]
    await asyncio.sleep(0)
    assert places.room() == 0
    places.give(query=False)  # to the first query
    await asyncio.sleep(0)
    assert [query.done() for query in queries] == [True, False]
    places.give(query=True)  # to the delivery, because it asked
    assert places.room() == 1
    places.enough()  # but has thought better of it
    assert await queries[1]
    assert places.room() == 0
