"""Replay, cancel, pause: audited, refused where they would double something."""

from __future__ import annotations

from bus.ledger import Ledger, State
from bus.ledger.operate import Refused, Replayed

from .support import SYSTEM, Desk


async def message_of(desk: Desk, id: int) -> str:
    return str((await desk.row(id))["message_id"])


async def finish(desk: Desk, id: int, state: State, **changes: object) -> None:
    [claimed] = await desk.claim(id)
    await desk.settle(claimed, state, **changes)


async def test_a_rejected_head_is_replayed_in_its_old_place(desk: Desk, ledger: Ledger) -> None:
    first, second = await desk.put("k1"), await desk.put("k2")
    await finish(desk, first, State.REJECTED, is_open=True)
    outcome = await ledger.replay(await message_of(desk, first), None, "operator", force=False)
    assert outcome == [Replayed(first, SYSTEM, moved=False)]
    assert [one.id for one in await desk.claim(first, second)] == [first]


async def test_a_lane_that_went_on_gives_a_new_place_at_the_end(desk: Desk, ledger: Ledger) -> None:
    first, second = await desk.put("k1"), await desk.put("k2")
    await finish(desk, first, State.REJECTED, is_open=False)
    outcome = await ledger.replay(await message_of(desk, first), None, "operator", force=False)
    assert outcome == [Replayed(first, SYSTEM, moved=True)]
    assert [one.id for one in await desk.claim(first, second)] == [second]


async def test_what_was_delivered_is_replayed_only_with_force_and_then_in_doubt(desk: Desk, ledger: Ledger) -> None:
    id = await desk.put("k1")
    await finish(desk, id, State.DELIVERED)
    message = await message_of(desk, id)
    [refused] = await ledger.replay(message, None, "operator", force=False)
    assert isinstance(refused, Refused)
    assert refused.state == "delivered"
    await ledger.replay(message, None, "operator", force=True)
    assert [one.doubt_before is not None for one in await desk.claim(id)] == [True]


async def test_what_is_on_its_way_is_not_replayed(desk: Desk, ledger: Ledger) -> None:
    id = await desk.put("k1")
    [refused] = await ledger.replay(await message_of(desk, id), None, "operator", force=True)
    assert isinstance(refused, Refused)
    await desk.claim(id)
    [kept] = await ledger.cancel(await message_of(desk, id), None, "operator", "no longer wanted")
    assert isinstance(kept, Refused)
    assert kept.state == "sending"


async def test_deeds_are_recorded_with_who_did_them(desk: Desk, ledger: Ledger) -> None:
    id = await desk.put("k1")
    await ledger.cancel(await message_of(desk, id), SYSTEM, "an-operator", "filed by mistake")
    rows = await desk.rows("SELECT actor, action FROM evidence WHERE action <> 'accepted'")
    assert [(row["actor"], row["action"]) for row in rows] == [("an-operator", "cancelled")]


async def test_a_pause_is_kept_until_it_is_resumed(ledger: Ledger) -> None:
    assert await ledger.paused() == {}
    await ledger.pause(SYSTEM, "bus", "http-401")
    await ledger.pause(SYSTEM, "bus", "http-403")
    assert await ledger.paused() == {SYSTEM: "http-403"}
    assert await ledger.resume(SYSTEM, "an-operator")
    assert not await ledger.resume(SYSTEM, "an-operator")
    assert await ledger.paused() == {}


async def test_a_resume_against_the_configuration_is_kept_until_the_configuration_pauses_no_more(
    ledger: Ledger, desk: Desk
) -> None:
    assert await ledger.resume(SYSTEM, "an-operator", configured=True)
    assert not await ledger.resume(SYSTEM, "an-operator", configured=True)
    assert await ledger.paused() == {}
    assert await ledger.resumed([SYSTEM, "other"]) == {SYSTEM}
    await ledger.pause(SYSTEM, "bus", "http-401")
    assert await ledger.resumed([SYSTEM]) == set()
    assert await ledger.paused() == {SYSTEM: "http-401"}
    assert await ledger.resume(SYSTEM, "an-operator", configured=True)
    assert await ledger.resumed(["other"]) == set()
    assert await ledger.resumed([SYSTEM]) == set()
    deeds = await desk.rows("SELECT action FROM evidence WHERE detail LIKE '%" + SYSTEM + "%'")
    assert [deed["action"] for deed in deeds] == ["resumed", "paused", "resumed"]


async def test_attempts_of_a_replay_count_from_one_again(desk: Desk, ledger: Ledger) -> None:
    id = await desk.put("k1")
    await finish(desk, id, State.REJECTED, is_open=True)
    await ledger.replay(await message_of(desk, id), None, "operator", force=False)
    [claimed] = await desk.claim(id)
    assert (claimed.attempt, claimed.attempts_before) == (2, 1)


async def test_a_replay_of_what_is_in_doubt_waits_for_late_effects(desk: Desk, ledger: Ledger) -> None:
    await ledger.remember({"p": '{"settle_after": 60}'})
    id = await desk.put("k1")
    await finish(desk, id, State.HELD, doubt="set")
    await ledger.replay(await message_of(desk, id), None, "operator", force=False)
    row = await desk.row(id)
    assert row["due_at"] - row["in_doubt_since"] == 60
    assert await desk.claim(id) == []
