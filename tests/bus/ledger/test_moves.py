"""Moving what is left of a system that is no longer configured: in order, once, audited, and never what is in doubt."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import pytest

from bus.ledger import Ledger, State
from bus.ledger.move import Step
from bus.ledger.moving import Move, Place
from bus.ledger.operate import Refused

from .support import SYSTEM, Desk, new

OLD = "old-portal"
PLACE = Place("submit", ordered=True, policy="p", settle_after=60)
MOVE = Move(OLD, SYSTEM, lambda type: PLACE)
_ids = itertools.count(20_000)


async def left(desk: Desk, key: str, lane: str | None = "H49-1") -> int:
    """A delivery to the system that is going to leave."""
    return await desk.put(key, lane=lane, systems=(OLD,))


async def settled(desk: Desk, id: int, state: State, **changes: object) -> None:
    [claimed] = await desk.claim(id)
    await desk.settle(claimed, state, **changes)


async def moved(desk: Desk, move: Move = MOVE, most: int = 500) -> Step:
    """All steps as one."""
    whole, after = Step([], [], None), 0
    while True:
        step = await desk.ledger.move(move, "an-operator", after, most)
        whole = Step(whole.moved + step.moved, whole.left + step.left, None)
        if step.next is None:
            return whole
        assert step.next > after
        after = step.next


def reasons(step: Step) -> dict[int, str]:
    return {one.id: one.reason for one in step.left}


async def arrived(desk: Desk) -> list[dict[str, Any]]:
    """What is open at the new system, in the order of its lanes."""
    return await desk.rows(f"SELECT * FROM delivery WHERE system = '{SYSTEM}' AND is_open ORDER BY lane, position")


async def keys(desk: Desk) -> list[str]:
    """The source keys of what is open at the new system, in order."""
    rows = await desk.rows(
        "SELECT m.key AS key FROM delivery d JOIN message m ON m.id = d.message_id "
        f"WHERE d.system = '{SYSTEM}' AND d.is_open ORDER BY d.lane, d.position"
    )
    return [row["key"] for row in rows]


async def test_what_waits_goes_as_new_deliveries_in_its_old_order(desk: Desk) -> None:
    ids = [await left(desk, f"k{n}") for n in range(3)]
    await desk.claim(ids[1])
    assert await desk.state(ids[1]) == "waiting"
    done = await moved(desk)
    assert [one.id for one in done.moved] == ids
    assert done.left == []
    for id, one in zip(ids, done.moved, strict=True):
        old, fresh = await desk.row(id), await desk.row(one.successor)
        assert (old["state"], old["code"], bool(old["is_open"])) == ("cancelled", "moved", False)
        assert old["reason"] == f"moved to {SYSTEM} as delivery {one.successor}"
        assert (fresh["system"], fresh["state"], fresh["lane"]) == (SYSTEM, "ready", "H49-1")
        assert (str(fresh["message_id"]), fresh["attempts"]) == (one.message, 0)
    successors = [one.successor for one in done.moved]
    assert await desk.claim(*ids) == []
    assert [one.id for one in await desk.claim(*successors)] == successors[:1]


async def test_every_delivery_stands_in_the_evidence(desk: Desk) -> None:
    id = await left(desk, "k1")
    [one] = (await moved(desk, replace(MOVE, reason="renamed"))).moved
    [deed] = await desk.rows("SELECT actor, delivery_id, message_id, detail FROM evidence WHERE action = 'moved'")
    assert (deed["actor"], deed["delivery_id"], str(deed["message_id"])) == ("an-operator", id, one.message)
    assert deed["detail"] == f"{OLD} -> {SYSTEM} as {one.successor}: renamed"
    assert (await desk.row(id))["reason"].endswith(": renamed")


async def test_it_stands_before_what_was_accepted_after_it(desk: Desk) -> None:
    """Messages that came after the system got its new name wait for the older ones of their lane."""
    await desk.put("before")
    await left(desk, "k1")
    await desk.put("after")
    await left(desk, "k2")
    await moved(desk)
    assert await keys(desk) == ["before", "k1", "after", "k2"]


async def test_what_arrives_before_one_in_flight_waits_for_it(desk: Desk) -> None:
    await left(desk, "old")
    newer = await desk.put("newer")
    [claimed] = await desk.claim(newer)
    [one] = (await moved(desk)).moved
    assert await desk.claim(one.successor) == []
    assert (await desk.settle(claimed)).next == one.successor
    assert len(await desk.claim(one.successor)) == 1


async def test_again_there_is_nothing_left_to_move(desk: Desk) -> None:
    await left(desk, "k1")
    await moved(desk)
    assert await moved(desk) == Step([], [], None)
    assert await desk.count("delivery") == 2


async def test_an_operation_without_order_has_no_lane(desk: Desk) -> None:
    await left(desk, "k1")
    await moved(desk, replace(MOVE, place=lambda type: replace(PLACE, ordered=False)))
    [row] = await arrived(desk)
    assert row["lane"] is None


async def test_what_was_in_no_lane_gets_the_one_of_its_subject(desk: Desk) -> None:
    await left(desk, "k1", lane=None)
    await left(desk, "k2", lane=None)
    await moved(desk, most=1)
    assert [row["lane"] for row in await arrived(desk)] == ["-", "-"]
    assert await keys(desk) == ["k1", "k2"]


async def test_a_blocked_head_goes_as_ready(desk: Desk) -> None:
    first, second = await left(desk, "k1"), await left(desk, "k2")
    await settled(desk, first, State.REJECTED, is_open=True, code="no-such-unit", reason="unknown unit", reference="r")
    await moved(desk)
    rows = await arrived(desk)
    assert [row["state"] for row in rows] == ["ready", "ready"]
    assert (rows[0]["code"], rows[0]["reason"], rows[0]["reference"]) == (None, None, None)
    assert await desk.state(second) == "cancelled"


async def test_what_is_finished_goes_only_when_it_is_meant_and_then_to_the_end(desk: Desk) -> None:
    dead, done, gone = [await left(desk, f"k{n}") for n in range(3)]
    await settled(desk, dead, State.DEAD, is_open=False)
    await settled(desk, done, State.DELIVERED)
    await desk.ledger.cancel(str((await desk.row(gone))["message_id"]), None, "an-operator", "withdrawn")
    await left(desk, "k3")
    assert len((await moved(desk)).moved) == 1
    assert await desk.state(dead) == "dead"
    finished = await moved(desk, replace(MOVE, finished=True))
    assert [one.id for one in finished.moved] == [dead]
    assert await keys(desk) == ["k3", "k0"]


async def test_a_message_that_goes_there_already_is_not_doubled(desk: Desk) -> None:
    answer = await desk.ledger.accept([new("k1", systems=(OLD, SYSTEM))])
    assert isinstance(answer, list)
    (_, old), (_, there) = answer[0].deliveries
    behind = await left(desk, "k2")
    done = await moved(desk)
    assert reasons(done) == {
        old: f"its message has a delivery to {SYSTEM} already, {there}; replay that, or cancel this one"
    }
    assert [one.id for one in done.moved] == [behind]
    await desk.ledger.cancel(str((await desk.row(there))["message_id"]), SYSTEM, "an-operator", "withdrawn")
    assert reasons(await moved(desk)).keys() == {old}


async def test_what_went_away_may_come_back(desk: Desk) -> None:
    await left(desk, "k1")
    [there] = (await moved(desk)).moved
    [back] = (await moved(desk, replace(MOVE, origin=SYSTEM, target=OLD))).moved
    [again] = (await moved(desk)).moved
    assert (back.id, again.id) == (there.successor, back.successor)
    assert [row["id"] for row in await arrived(desk)] == [again.successor]


async def test_a_type_that_the_new_system_does_not_take_stays_and_holds_nobody_up(desk: Desk) -> None:
    other = replace(new("k1", systems=(OLD,)), type="dossier.progressed")
    await desk.ledger.accept([other])
    behind = await left(desk, "k2")
    done = await moved(desk, replace(MOVE, place=lambda type: PLACE if type == "dossier.submitted" else None))
    assert [one.id for one in done.moved] == [behind]
    [stays] = done.left
    assert (stays.message, stays.state) == (other.id, "ready")
    assert "has no operation for dossier.progressed" in stays.reason


async def test_what_is_being_sent_is_never_moved_nor_passed(desk: Desk) -> None:
    first, second = await left(desk, "k1"), await left(desk, "k2")
    other = await left(desk, "k3", lane="H49-2")
    [claimed] = await desk.claim(first)
    done = await moved(desk, replace(MOVE, same_target=True))
    assert [one.id for one in done.moved] == [other]
    assert "it is being sent" in reasons(done)[first]
    assert f"behind delivery {first}" in reasons(done)[second]
    await desk.settle(claimed, State.READY, verdict="retry")
    assert [one.id for one in (await moved(desk)).moved] == [first, second]


async def test_doubt_stays_where_it_arose(desk: Desk) -> None:
    held, dead, behind = await left(desk, "k1"), await left(desk, "k2", lane="H49-2"), await left(desk, "k3")
    await settled(desk, held, State.HELD, doubt="set")
    await settled(desk, dead, State.DEAD, is_open=True, doubt="set")
    done = await moved(desk)
    assert done.moved == []
    assert set(reasons(done)) == {held, dead, behind}
    assert "may have taken effect at old-portal" in reasons(done)[held]
    assert "may have taken effect at old-portal" in reasons(done)[dead]
    await desk.ledger.cancel(str((await desk.row(held))["message_id"]), None, "an-operator", "it is there")
    assert [one.id for one in (await moved(desk)).moved] == [behind]


async def test_what_is_held_for_another_reason_than_doubt_goes_and_stays_held(desk: Desk) -> None:
    held, behind = await left(desk, "k1"), await left(desk, "k2")
    await settled(desk, held, State.HELD, doubt="keep", code="enrich-differs", reason="the name differs", reference="G")
    assert [one.id for one in (await moved(desk)).moved] == [held, behind]
    first, second = await arrived(desk)
    assert (first["state"], first["code"], first["reason"]) == ("held", "enrich-differs", "the name differs")
    assert (first["reference"], first["in_doubt_since"], second["state"]) == (None, None, "ready")
    assert await desk.claim(first["id"], second["id"]) == []


async def test_doubt_goes_along_to_the_same_target_under_a_new_name(desk: Desk) -> None:
    held, retried = await left(desk, "k1"), await left(desk, "k2", lane="H49-2")
    await settled(desk, held, State.HELD, doubt="set", code="in-doubt", reason="timed out", reference="G-1")
    await settled(desk, retried, State.READY, doubt="set")
    since = [(await desk.row(id))["in_doubt_since"] for id in (held, retried)]
    done = await moved(desk, replace(MOVE, same_target=True))
    assert [one.id for one in done.moved] == [held, retried]
    first, second = await arrived(desk)
    assert (first["state"], first["in_doubt_since"], first["reference"]) == ("held", since[0], "G-1")
    assert (first["code"], first["reason"]) == ("in-doubt", "timed out")
    assert (second["state"], second["in_doubt_since"], second["due_at"]) == ("ready", since[1], since[1] + 60)
    assert (await desk.row(held))["in_doubt_since"] is None
    assert await desk.claim(first["id"], second["id"]) == []


async def test_follow_ups_that_were_never_fit_stay(desk: Desk) -> None:
    id = await left(desk, "k1")
    await desk.ledger.call(
        lambda s, _: s.run(
            "UPDATE delivery SET operation = 'follow-up', state = 'rejected', is_open = false WHERE id = :id", id=id
        )
    )
    assert reasons(await moved(desk, replace(MOVE, finished=True))) == {
        id: "its data was never valid; send a corrected message"
    }


async def test_a_poll_ends_with_its_system(desk: Desk) -> None:
    poll = replace(new("k1", lane=None, systems=(OLD,)), type="lienthong.poll")
    target = replace(poll.targets[0], operation="poll:statuses")
    await desk.ledger.accept([replace(poll, targets=(target,))])
    assert await moved(desk) == Step([], [], None)


async def test_only_some(desk: Desk) -> None:
    first, second, other = await left(desk, "k1"), await left(desk, "k2"), await left(desk, "k3", lane="H49-2")
    message = str((await desk.row(second))["message_id"])
    assert (await moved(desk, replace(MOVE, operation="other"))).moved == []
    done = await moved(desk, replace(MOVE, message=message))
    assert done.moved == []
    assert f"behind delivery {first}" in reasons(done)[second]
    alone = await moved(desk, replace(MOVE, message=str((await desk.row(other))["message_id"]), operation="submit"))
    assert ([one.id for one in alone.moved], alone.left) == ([other], [])


async def test_what_was_moved_is_replayed_where_it_is(desk: Desk) -> None:
    id = await left(desk, "k1")
    [one] = (await moved(desk)).moved
    old, fresh = await desk.ledger.replay(one.message, None, "an-operator", force=True)
    assert isinstance(old, Refused)
    assert (old.id, old.reason) == (id, f"it was moved to {SYSTEM} as delivery {one.successor}; replay that one")
    assert isinstance(fresh, Refused)
    assert fresh.reason == "it is on its way already"


@pytest.mark.parametrize("most", [1, 2, 3, 100])
async def test_steps_keep_lanes_whole(desk: Desk, most: int) -> None:
    """Lanes A and B alternate, C stands alone: whatever a step holds, after it each lane is here or there."""
    for number, lane in enumerate("ABABCAB"):
        await left(desk, f"{lane}{number}", lane=lane)
    stuck = await left(desk, "stuck", lane="D")
    later = await left(desk, "later", lane="D")
    await settled(desk, stuck, State.HELD, doubt="set")
    after: int | None = 0
    told: list[int] = []
    while after is not None:
        step = await desk.ledger.move(MOVE, "an-operator", after, most)
        after, told = step.next, told + [one.id for one in step.left]
        rows = await desk.rows("SELECT DISTINCT lane, system FROM delivery WHERE is_open")
        assert len(rows) == len({row["lane"] for row in rows})
    assert await keys(desk) == ["A0", "A2", "A5", "B1", "B3", "B6", "C4"]
    assert told == [stuck, later]


async def test_a_lane_that_is_too_long_goes_in_parts(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bus.ledger.move.LONGEST_LANE", 2)
    for number in range(5):
        await left(desk, f"k{number}")
    await moved(desk, most=1)
    await moved(desk, most=1)
    assert await keys(desk) == [f"k{number}" for number in range(5)]


async def test_a_step_that_breaks_off_leaves_all_as_it_was(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """Between taking leave and arriving, as a process that is killed there."""
    id = await left(desk, "k1")
    with monkeypatch.context() as broken, pytest.raises(ZeroDivisionError):
        broken.setattr("bus.ledger.move._arrival", lambda *_: 1 / 0)
        await desk.ledger.move(MOVE, "an-operator")
    assert await desk.state(id) == "ready"
    assert await desk.count("evidence") == 1
    assert len((await moved(desk)).moved) == 1


@pytest.fixture
async def others(ledger_database: str) -> AsyncIterator[list[Ledger]]:
    """Three processes on one PostgreSQL."""
    opened = [Ledger(ledger_database, id=next(_ids)) for _ in range(3)]
    yield opened
    for one in opened:
        await one.close()


async def test_two_moves_and_intake_at_once_double_nothing_and_keep_order(others: list[Ledger]) -> None:
    first, second, third = (Desk(one) for one in others)
    for number in range(60):
        await first.ledger.accept([new(f"o{number:02}", lane=f"L{number % 7}", systems=(OLD, "older"))])

    async def intake() -> None:
        for number in range(60):
            await third.put(f"n{number:02}", lane=f"L{number % 7}")

    from_older = replace(MOVE, origin="older")
    done = await asyncio.gather(
        moved(first, most=3), moved(second, most=3), moved(third, from_older, most=5), intake(), return_exceptions=False
    )
    steps = done[:3]
    rows = await first.rows(
        "SELECT d.lane, d.message_id, m.key FROM delivery d JOIN message m ON m.id = d.message_id "
        f"WHERE d.system = '{SYSTEM}' ORDER BY d.lane, d.position"
    )
    assert len(rows) == len({row["message_id"] for row in rows}) == 120
    assert sum(len(step.moved) for step in steps) == 60
    for lane in range(7):
        mine = [row["key"] for row in rows if row["lane"] == f"L{lane}"]
        assert mine == sorted(mine, key=lambda key: (key[0] == "n", key))
