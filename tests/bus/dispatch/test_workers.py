"""Several workers on one PostgreSQL: one order, one owner, and nobody waits for a worker that is gone."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable

from bus.runtime import Bus
from lienthong import Delivered, Draft, Lost, Reject, Retry, Unknown

from .support import HANG, Gate
from .test_order import in_order
from .world import World, until


async def test_lanes_keep_their_order_over_many_workers(shared: World) -> None:
    chance = random.Random(7)
    for _ in range(3):
        await shared.start(concurrency=8)
    for lane in range(8):
        for number in range(1, 6):
            said: list[object] = chance.choice([[], [], [Retry("busy")], [Lost("gone")]])
            shared.target.answers(f"{lane}.{number}", *said)
    for number in range(1, 6):
        for lane in range(8):
            await shared.send("resend", f"{lane}.{number}", lane=str(lane))
    await shared.delivered(20)
    assert in_order(shared.target.effects)
    assert len(shared.target.effects) == len(set(shared.target.effects)) == 40
    assert shared.target.overlaps == []


async def test_runs_keep_it_too(shared: World) -> None:
    for _ in range(2):
        await shared.start(concurrency=8)
    for number in range(1, 7):
        for lane in range(6):
            await shared.send("run", f"{lane}.{number}", lane=str(lane))
    await shared.delivered(20)
    assert in_order(shared.target.effects)
    assert len(shared.target.effects) == len(set(shared.target.effects)) == 36
    assert shared.target.overlaps == []


async def test_what_a_silent_worker_was_sending_is_taken_over_by_another(shared: World) -> None:
    first = await shared.start(deadline=5)
    shared.target.answers("k1", HANG)
    await shared.send("single", "k1", "k2", lane="A")
    await until(lambda: shared.target.sent)
    await _fall_silent(first)
    second = await shared.start()
    clock = second.leases._clock = _Skewed(second.leases._clock)
    await second.leases.sweep()
    assert await shared.state("k1") == "sending"
    for _ in range(3):
        clock.skew += 31
        assert await second.leases.beat()
        await second.leases.sweep()  # its own task may have done it already
    await shared.becomes("k2", "delivered")
    assert [(sent.path, sent.keys[0]) for sent in shared.target.sent] == [
        ("write", "k1"),
        ("find", "k1"),
        ("write", "k1"),
        ("write", "k2"),
    ]


async def test_a_late_definite_verdict_is_recorded_and_clears_the_doubt(shared: World) -> None:
    gate = Gate(asyncio.Event(), Delivered("R-7", (Draft("test.free", "H49-1", {}, key="f1"),)))
    first = await shared.start(deadline=5)
    shared.target.answers("k1", gate)
    await shared.send("hold", "k1", "k2", lane="A")
    await until(lambda: shared.target.sent)
    await _fall_silent(first)
    second = await shared.start()
    await first.ledger.call(lambda s, _: s.run("UPDATE worker SET state = 'gone' WHERE id = :id", id=first.ledger.id))
    await second.leases.sweep()  # its own task may have done it already
    await shared.becomes("k1", "held")
    gate.opened.set()
    row = await shared.becomes("k1", "delivered")
    assert (row["reference"], row["in_doubt_since"]) == ("R-7", None)
    assert [one["late"] for one in await shared.attempts("k1")] == [True]
    await shared.becomes("f1", "delivered")
    await shared.becomes("k2", "delivered")


async def test_a_worker_that_is_gone_sends_nothing_of_what_it_still_has(shared: World) -> None:
    first = await shared.start(rate=4, concurrency=20)
    await shared.send("resend", *(f"k{n}" for n in range(6)))
    await until(lambda: len(shared.target.sent) == 4)
    await _fall_silent(first)
    await first.ledger.call(lambda s, _: s.run("UPDATE worker SET state = 'gone' WHERE id = :id", id=first.ledger.id))
    assert not await first.leases.beat()
    before = len(shared.target.sent)
    await until(lambda: not first.outlets["target"]._calls)
    assert len(shared.target.sent) == before


async def _fall_silent(bus: Bus) -> None:
    """No beat and no hints any more, as of a process that was stopped by SIGSTOP; its calls hang on."""
    for task in bus._tasks:
        if task.get_name() in ("leases", "relay"):
            task.cancel()
    await asyncio.sleep(0)


class _Skewed:
    """A monotonic clock that the test moves on."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self.skew = 0.0

    def __call__(self) -> float:
        return self._clock() + self.skew


async def test_hostile_text_of_a_target_is_stored_and_settles(shared: World) -> None:
    await shared.start()
    shared.target.answers("k1", Delivered("R\0\ud800"))
    shared.target.answers("k2", Reject("no\0", "wrong\0 \udfff", "/\0"))
    shared.target.answers("k3", Unknown("\0"))
    await shared.send("hold", "k1", "k2", "k3")
    assert (await shared.becomes("k1", "delivered"))["reference"] == "R\ufffd?"
    assert (await shared.becomes("k2", "rejected"))["reason"] == "wrong\ufffd ?"
    assert (await shared.becomes("k3", "held"))["reason"] == "\ufffd"
