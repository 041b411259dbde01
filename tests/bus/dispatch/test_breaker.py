"""The breaker opens on consecutive Retry or Unknown; while it is open nothing is sent and nothing counts."""

from __future__ import annotations

import asyncio
import time

from bus.config import model
from bus.dispatch.breaker import Breaker
from lienthong import Delivered, NotSent, Reject, Retry, Unknown, Unsendable

from .support import Gate
from .world import World, until


def breaker(failures: int = 3, pause: float = 5, longest: float = 12) -> Breaker:
    return Breaker(model.Breaker(failures=failures, pause=pause, longest=longest))


def test_it_opens_on_consecutive_failures_only() -> None:
    one = breaker()
    assert not one.failed(0)
    assert not one.failed(0)
    one.succeeded()
    assert not one.failed(0)
    assert not one.failed(0)
    assert one.failed(0)
    assert not one.allows(4.9)


def test_half_open_lets_one_trial_through_and_only_one() -> None:
    one = breaker(failures=1)
    one.failed(0)
    assert one.allows(5)
    assert one.begin(5)
    assert not one.allows(5)
    assert not one.begin(5)


def test_the_pause_doubles_to_longest_while_trials_fail_and_starts_anew_after_a_success() -> None:
    one = breaker(failures=1)
    pauses = []
    one.failed(0)
    for now in (5, 20, 40, 60):
        pauses.append(one.pause)
        one.begin(now)
        assert one.failed(now)
    assert pauses == [5, 10, 12, 12]
    one.begin(80)
    assert one.succeeded()
    assert one.failed(90)
    assert one.pause == 5


def test_calls_that_began_before_it_opened_do_not_open_it_again() -> None:
    one = breaker(failures=2)
    one.failed(0)
    assert one.failed(0)
    assert not one.failed(3)
    assert one.allows(5)


def test_a_trial_that_said_nothing_leaves_room_for_another() -> None:
    one = breaker(failures=1)
    one.failed(0)
    one.begin(5)
    one.withdrawn()
    assert one.is_open
    assert one.allows(5)


OPENS = {"failures": 3, "pause": 0.1, "longest": 0.4}


async def test_while_it_is_open_nothing_is_sent_and_nothing_counts_as_an_attempt(world: World) -> None:
    await world.start(concurrency=1, breaker={"failures": 3, "pause": 60, "longest": 60})
    world.target.always = Retry("busy")
    await world.send("single", *(f"k{n}" for n in range(10)))
    await until(lambda: world.bus.gates["target"].breaker_open)
    await asyncio.sleep(0.1)
    await until(lambda: not world.bus.outlets["target"]._calls)
    assert len(world.target.sent) == 3
    assert sum(row["attempts"] for row in await world.rows("SELECT attempts FROM delivery")) == 3
    assert (await world.bus.ready())["breakers"] == ["target"]


async def test_calls_that_wait_for_their_turn_are_given_back_when_it_opens(world: World) -> None:
    await world.start(rate=4, concurrency=20, breaker={"failures": 3, "pause": 60, "longest": 60})
    world.target.always = Retry("busy", after=60)
    await world.send("single", *(f"k{n}" for n in range(6)))
    await until(lambda: world.bus.gates["target"].breaker_open)
    await until(lambda: not world.bus.outlets["target"]._calls)
    assert len(world.target.sent) == 4  # the burst; the other two came to their turn behind an open breaker
    assert sum(row["attempts"] for row in await world.rows("SELECT attempts FROM delivery")) == 4


async def test_half_open_sends_one_trial_whatever_is_waiting(world: World) -> None:
    gate = Gate(asyncio.Event(), Delivered())
    await world.start(breaker=OPENS, retry={"first": 0.01, "longest": 0.01, "jitter": 0})
    world.target.always = Retry("busy")
    await world.send("single", *(f"k{n}" for n in range(3)))
    await until(lambda: world.bus.gates["target"].breaker_open)
    await until(lambda: not world.bus.outlets["target"]._calls)
    before = len(world.target.sent)
    world.target.always = gate
    await world.send("single", *(f"k{n}" for n in range(3, 9)))
    await until(lambda: len(world.target.sent) > before)
    await asyncio.sleep(0.1)
    assert len(world.target.sent) == before + 1
    gate.opened.set()
    await world.delivered()


async def test_half_open_sends_one_trial_of_a_batch_with_many_keys(world: World) -> None:
    gate = Gate(asyncio.Event(), None)
    await world.start(breaker=OPENS, concurrency=4)
    world.target.always = Retry("busy")
    for n in range(4):
        await world.send("keyed", f"k{n}", data={"unit": n})
    await until(lambda: world.bus.gates["target"].breaker_open)
    await until(lambda: not world.bus.outlets["target"]._calls)
    before = len(world.target.sent)
    world.target.always = gate
    await until(lambda: len(world.target.sent) > before)
    await asyncio.sleep(0.05)
    assert len(world.target.sent) == before + 1
    gate.opened.set()
    await world.delivered()


async def test_a_success_closes_it_and_everything_flows_again_without_waiting_for_hint_timeout(world: World) -> None:
    await world.start(breaker=OPENS)
    for n in range(40):
        world.target.answers(f"k{n}", NotSent("down"), NotSent("down"))
    await world.send("single", *(f"k{n}" for n in range(40)))
    await until(lambda: world.bus.gates["target"].breaker_open)
    world.target._script.clear()
    started = time.monotonic()
    await world.delivered()
    assert time.monotonic() - started < 15  # hint_timeout is 30 s
    assert not world.bus.gates["target"].breaker_open


async def test_a_trial_that_says_nothing_of_the_target_is_followed_by_another(world: World) -> None:
    await world.start(breaker={"failures": 1, "pause": 0.05, "longest": 0.05}, concurrency=1)
    world.target.answers("k1", Retry("busy"), Unsendable("header"))
    await world.send("single", "k1", "k2")
    await world.becomes("k1", "rejected")
    await world.becomes("k2", "delivered")
    assert not world.bus.gates["target"].breaker_open


async def test_unknown_opens_it_and_an_answered_reject_closes_it(world: World) -> None:
    await world.start(breaker={"failures": 2, "pause": 0.05, "longest": 0.05}, concurrency=1, on_reject="continue")
    world.target.answers("k1", Unknown("time-out"))
    world.target.answers("k2", Unknown("time-out"))
    world.target.answers("k3", Reject("no", "no"))
    await world.send("hold", "k1", "k2")
    await until(lambda: world.bus.gates["target"].breaker_open)
    await world.send("hold", "k3")
    await world.becomes("k3", "rejected")
    assert not world.bus.gates["target"].breaker_open


async def test_one_systems_breaker_is_not_anothers(world: World) -> None:
    await world.start({"other": {}}, breaker={"failures": 1, "pause": 60, "longest": 60})
    world.target.always = Retry("busy", after=60)
    await world.send("single", "k1", "k2", "k3")
    await world.becomes("k3", "delivered", system="other")
    assert world.bus.gates["target"].breaker_open
    assert not world.bus.gates["other"].breaker_open
