"""What the relay is given: a window of hints, in order, never what is not due."""

from __future__ import annotations

from bus.ledger import Ledger, State

from .support import SYSTEM, Desk


async def test_a_look_takes_the_window_in_order_and_moves_it_forward(desk: Desk, ledger: Ledger) -> None:
    ids = [await desk.put(f"k{n}", lane=f"L{n}") for n in range(5)]
    assert await ledger.due(SYSTEM, 3) == (ids[:3], 0)
    assert await ledger.due(SYSTEM, 3) == ([], 3)
    assert await ledger.due(SYSTEM, 4) == ([ids[3]], 3)


async def test_what_was_claimed_makes_room(desk: Desk, ledger: Ledger) -> None:
    ids = [await desk.put(f"k{n}", lane=f"L{n}") for n in range(4)]
    await ledger.due(SYSTEM, 2)
    await desk.claim(ids[0])
    assert await ledger.due(SYSTEM, 2) == ([ids[2]], 1)


async def test_a_retry_is_hinted_when_it_is_due(desk: Desk, ledger: Ledger) -> None:
    id = await desk.put("k1")
    [claimed] = await desk.claim(id)
    await desk.settle(claimed, State.READY, verdict="retry", delay=60)
    assert await ledger.due(SYSTEM, 10) == ([], 0)
    await ledger.call(lambda s, _: s.run("UPDATE delivery SET due_at = 0, publish_after = 0 WHERE id = :id", id=id))
    assert await ledger.due(SYSTEM, 10) == ([id], 0)


async def test_a_reset_offers_everything_again(desk: Desk, ledger: Ledger) -> None:
    id = await desk.put("k1")
    assert await ledger.due(SYSTEM, 10) == ([id], 0)
    await ledger.reset(SYSTEM)
    assert await ledger.due(SYSTEM, 10) == ([id], 0)
    await ledger.reset("tax")
    assert await ledger.due(SYSTEM, 10) == ([], 1)


async def test_systems_do_not_share_a_window(desk: Desk, ledger: Ledger) -> None:
    await desk.put("k1", systems=(SYSTEM,))
    await desk.put("k2", systems=("tax",))
    assert len((await ledger.due(SYSTEM, 1))[0]) == 1
    assert len((await ledger.due("tax", 1))[0]) == 1
