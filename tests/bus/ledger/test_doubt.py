"""What may have taken effect: marked, kept, cleared only by a definite answer."""

from __future__ import annotations

from bus.ledger import Ledger, State
from bus.ledger.workers import Aftermath

from .support import Desk, new

LOOK_UP = Aftermath(hold=False, delay=0, quarantine=3)


async def abandon(ledger: Ledger) -> None:
    """As if the worker had died: its incarnation is gone."""
    await ledger.call(lambda s, _: s.run("UPDATE worker SET state = 'gone' WHERE id = :id", id=ledger.id))


async def revive(ledger: Ledger) -> None:
    await ledger.call(lambda s, _: s.run("UPDATE worker SET state = 'alive' WHERE id = :id", id=ledger.id))


async def test_unknown_marks_the_doubt_and_a_retry_does_not_clear_it(desk: Desk) -> None:
    id = await desk.put("k1")
    [claimed] = await desk.claim(id)
    await desk.settle(claimed, State.READY, verdict="unknown", doubt="set")
    since = (await desk.row(id))["in_doubt_since"]
    assert since is not None
    [again] = await desk.claim(id)
    assert again.doubt_before == since
    await desk.settle(again, State.READY, verdict="retry", doubt="keep")
    assert (await desk.row(id))["in_doubt_since"] == since


async def test_the_doubt_outlives_dead_and_replay(desk: Desk, ledger: Ledger) -> None:
    id = await desk.put("k1")
    [claimed] = await desk.claim(id)
    await desk.settle(claimed, State.DEAD, verdict="unknown", doubt="set", is_open=True)
    assert (await desk.row(id))["in_doubt_since"] is not None
    await ledger.replay(str((await desk.row(id))["message_id"]), None, "operator", force=False)
    [again] = await desk.claim(id)
    assert again.doubt_before is not None
    assert again.generation == 1


async def test_a_definite_answer_clears_it(desk: Desk) -> None:
    id = await desk.put("k1")
    [claimed] = await desk.claim(id)
    await desk.settle(claimed, State.READY, verdict="unknown", doubt="set")
    [again] = await desk.claim(id)
    await desk.settle(again)
    assert (await desk.row(id))["in_doubt_since"] is None


async def test_what_is_taken_over_is_in_doubt(desk: Desk, ledger: Ledger) -> None:
    id = await desk.put("k1")
    await desk.claim(id)
    assert await ledger.take_over(lambda one: LOOK_UP) == []
    await abandon(ledger)
    assert [one.id for one in await ledger.take_over(lambda one: LOOK_UP)] == [id]
    row = await desk.row(id)
    assert (row["state"], row["takeovers"], row["lease"]) == ("ready", 1, None)
    assert row["in_doubt_since"] is not None


async def test_the_third_take_over_quarantines(desk: Desk, ledger: Ledger) -> None:
    id = await desk.put("k1")
    for _ in range(3):
        await desk.claim(id)
        await abandon(ledger)
        await ledger.take_over(lambda one: LOOK_UP)
        await revive(ledger)
    row = await desk.row(id)
    assert (row["state"], row["code"], row["takeovers"]) == ("held", "quarantined", 3)


async def test_a_late_definite_verdict_clears_the_doubt(desk: Desk, ledger: Ledger) -> None:
    id = await desk.put("k1")
    [claimed] = await desk.claim(id)
    await abandon(ledger)
    await ledger.take_over(lambda one: Aftermath(hold=True, delay=0, quarantine=3))
    assert await desk.state(id) == "held"
    done = await desk.settle(claimed, reference="R1")
    assert done.late
    row = await desk.row(id)
    assert (row["state"], row["in_doubt_since"], row["reference"]) == ("delivered", None, "R1")
    assert [one["late"] for one in await desk.rows("SELECT late FROM attempt")] in ([True], [1])


async def test_a_late_rejection_tells_the_place_and_the_value_there(desk: Desk, ledger: Ledger) -> None:
    id = await desk.put("k1")
    [claimed] = await desk.claim(id)
    await abandon(ledger)
    await ledger.take_over(lambda one: Aftermath(hold=True, delay=0, quarantine=3))
    assert (await desk.settle(claimed, State.REJECTED, pointer="/unit", value="H***9")).late
    row = await desk.row(id)
    assert (row["state"], row["pointer"], row["value"]) == ("rejected", "/unit", "H***9")


async def test_a_late_retry_changes_nothing(desk: Desk, ledger: Ledger) -> None:
    id = await desk.put("k1")
    [claimed] = await desk.claim(id)
    await abandon(ledger)
    await ledger.take_over(lambda one: Aftermath(hold=True, delay=0, quarantine=3))
    assert (await desk.settle(claimed, State.READY, verdict="retry")).late
    assert await desk.state(id) == "held"


async def test_a_settle_repeated_after_a_lost_commit_is_not_late(desk: Desk) -> None:
    id = await desk.put("k1")
    [claimed] = await desk.claim(id)
    assert not (await desk.settle(claimed)).late
    assert not (await desk.settle(claimed)).late
    assert await desk.count("attempt") == 1
    assert await desk.state(id) == "delivered"


async def test_a_delivery_given_back_was_no_attempt(desk: Desk) -> None:
    id = await desk.put("k1")
    [claimed] = await desk.claim(id)
    await desk.settle(claimed, State.READY, verdict="given-back", counts=False)
    assert await desk.count("attempt") == 0
    [again] = await desk.claim(id)
    assert again.attempt == 1


async def test_a_follow_up_with_a_used_key_becomes_a_dead_letter(desk: Desk) -> None:
    first, second = await desk.put("k1", lane="A"), await desk.put("k2", lane="B")
    [one], [two] = await desk.claim(first), await desk.claim(second)
    await desk.settle(one, follow_ups=(new("answer", body="1"),))
    await desk.settle(two, follow_ups=(new("answer", body="2"), new("answer", body="1")))
    rows = await desk.rows("SELECT state, code FROM delivery WHERE id NOT IN (1, 2) ORDER BY id")
    assert [(row["state"], row["code"]) for row in rows] == [("ready", None), ("rejected", "key-reused")]
