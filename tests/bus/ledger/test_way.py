"""The way of a delivery through the ledger: accepted, claimed, settled."""

from __future__ import annotations

from bus.ledger import State

from .support import Desk


async def test_a_message_is_claimed_once_and_settled(desk: Desk) -> None:
    id = await desk.put("k1")
    assert await desk.state(id) == "ready"
    [claimed] = await desk.claim(id)
    assert claimed.message.key == "k1"
    assert claimed.attempt == 1
    assert claimed.doubt_before is None
    assert await desk.claim(id) == []
    done = await desk.settle(claimed, reference="R1")
    assert not done.late
    row = await desk.row(id)
    assert (row["state"], row["reference"], row["in_doubt_since"], row["attempts"]) == ("delivered", "R1", None, 1)


async def test_the_second_of_a_lane_waits_and_is_the_next_after_the_first(desk: Desk) -> None:
    first, second = await desk.put("k1"), await desk.put("k2")
    other = await desk.put("k3", lane="H49-2")
    claimed = await desk.claim(first, second, other)
    assert [one.id for one in claimed] == [first, other]
    assert await desk.state(second) == "waiting"
    done = await desk.settle(claimed[0])
    assert done.next == second
    [claimed_second] = await desk.claim(second)
    assert claimed_second.id == second
    assert (await desk.settle(claimed_second, State.READY, delay=0)).next is None


async def test_a_rejection_is_kept_with_the_place_and_the_value_there_and_a_replay_forgets_both(desk: Desk) -> None:
    id = await desk.put("k1")
    [claimed] = await desk.claim(id)
    await desk.settle(claimed, State.REJECTED, code="no-unit", pointer="/unit", value="H***9")
    row = await desk.row(id)
    assert (row["state"], row["pointer"], row["value"]) == ("rejected", "/unit", "H***9")
    await desk.ledger.replay(claimed.message.id, None, "operator", force=False)
    [claimed] = await desk.claim(id)
    await desk.settle(claimed)
    row = await desk.row(id)
    assert (row["state"], row["pointer"], row["value"]) == ("delivered", None, None)
