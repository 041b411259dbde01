"""Order: one run in flight a lane, nothing overtakes, nothing is left asleep."""

from __future__ import annotations

import pytest

from bus.ledger import Ledger, LedgerError, State

from .support import SYSTEM, Desk


async def test_two_in_flight_in_a_lane_are_impossible_in_the_database_itself(ledger: Ledger, desk: Desk) -> None:
    first, second = await desk.put("k1"), await desk.put("k2")
    await desk.claim(first)
    with pytest.raises(LedgerError, match=r"(?i)unique"):
        await ledger.call(
            lambda session, _: session.run("UPDATE delivery SET state='sending', leads=true WHERE id=:id", id=second)
        )
    assert await desk.state(second) == "ready"


async def test_different_lanes_and_different_systems_never_wait(desk: Desk, ledger: Ledger) -> None:
    await desk.put("k1", lane="A", systems=(SYSTEM, "tax"))
    await desk.put("k2", lane="B")
    rows = await desk.rows("SELECT id FROM delivery")
    assert len(await desk.claim(*(row["id"] for row in rows))) == 3


async def test_what_has_no_lane_never_waits(desk: Desk) -> None:
    ids = [await desk.put(f"k{n}", lane=None) for n in range(3)]
    assert len(await desk.claim(*ids)) == 3


async def test_a_retry_keeps_its_place_at_the_head(desk: Desk) -> None:
    first, second = await desk.put("k1"), await desk.put("k2")
    [claimed] = await desk.claim(first)
    await desk.settle(claimed, State.READY, verdict="retry", delay=60)
    assert await desk.claim(second) == []
    assert await desk.state(second) == "waiting"
    assert await desk.claim(first) == []  # not due


async def test_a_rejected_head_blocks_its_lane_until_it_is_cancelled(desk: Desk, ledger: Ledger) -> None:
    first, second = await desk.put("k1"), await desk.put("k2")
    [claimed] = await desk.claim(first)
    done = await desk.settle(claimed, State.REJECTED, is_open=True)
    assert done.next is None
    assert await desk.claim(second) == []
    message = (await desk.row(first))["message_id"]
    assert await ledger.cancel(str(message), None, "operator", "withdrawn") == [first]
    assert await desk.state(second) == "ready"
    assert [one.id for one in await desk.claim(second)] == [second]


async def test_a_rejected_head_lets_the_next_go_where_the_policy_continues(desk: Desk) -> None:
    first, second = await desk.put("k1"), await desk.put("k2")
    [claimed] = await desk.claim(first)
    assert (await desk.settle(claimed, State.REJECTED, is_open=False)).next == second


async def test_a_waiting_delivery_whose_head_went_meanwhile_is_found_again(desk: Desk, ledger: Ledger) -> None:
    """The crash between a settle's commit and its look: nobody woke the second."""
    first, second = await desk.put("k1"), await desk.put("k2")
    [claimed] = await desk.claim(first)
    await desk.claim(second)
    assert await desk.state(second) == "waiting"
    await desk.settle(claimed)
    assert await ledger.orphans() == {second}
    assert await ledger.wake({second}) == 1
    assert await desk.state(second) == "ready"
    assert await ledger.orphans() == set()


async def test_a_run_takes_the_successive_ones_of_its_lane(desk: Desk) -> None:
    ids = [await desk.put(f"k{n}") for n in range(5)]
    other = await desk.put("other", lane="H49-2")
    claimed = await desk.claim(ids[0], other, run=3)
    assert [one.id for one in claimed if one.lane == "H49-1"] == ids[:3]
    assert [one.leads for one in claimed if one.lane == "H49-1"] == [True, False, False]
    assert await desk.claim(ids[3]) == []
    last = None
    for one in claimed:
        last = await desk.settle(one)
    assert last is not None
    assert [one.id for one in await desk.claim(ids[3])] == [ids[3]]


async def test_a_run_stops_at_what_is_in_doubt_or_not_due(desk: Desk, ledger: Ledger) -> None:
    ids = [await desk.put(f"k{n}") for n in range(4)]
    await ledger.call(
        lambda session, _: session.run("UPDATE delivery SET in_doubt_since = 1 WHERE id = :id", id=ids[2])
    )
    assert [one.id for one in await desk.claim(ids[0], run=4)] == ids[:2]


async def test_a_lower_position_committed_later_does_not_overtake_what_is_in_flight(desk: Desk, ledger: Ledger) -> None:
    """Two intake processes: the one that took its position first commits last."""
    first, second = await desk.put("k1"), await desk.put("k2")
    await ledger.call(lambda session, _: session.run("UPDATE delivery SET position = -1 WHERE id = :id", id=second))
    [claimed] = await desk.claim(second)
    await ledger.call(lambda session, _: session.run("UPDATE delivery SET position = -2 WHERE id = :id", id=first))
    assert await desk.claim(first) == []
    assert (await desk.settle(claimed)).next == first
    assert len(await desk.claim(first)) == 1


async def test_claims_of_one_operation_leave_the_others_ready(desk: Desk) -> None:
    from bus.ledger import Wanted

    id = await desk.put("k1")
    assert await desk.ledger.claim([Wanted(id, only="update")]) == []
    assert await desk.state(id) == "ready"
    assert len(await desk.ledger.claim([Wanted(id, only="submit")])) == 1
