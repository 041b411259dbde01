"""The idempotent receiver: the same key again, the same key with another body, all or none of a batch."""

from __future__ import annotations

import asyncio

from bus.ledger import Accepted, Conflict, Ledger

from .support import Desk, new

TABLES = ("receipt", "message", "delivery", "evidence")


async def counts(desk: Desk) -> list[int]:
    return [await desk.count(table) for table in TABLES]


async def test_the_same_key_again_gives_the_first_id(ledger: Ledger, desk: Desk) -> None:
    first = await ledger.accept([new("k1")])
    before = await counts(desk)
    assert before == [1, 1, 1, 1]
    again = await ledger.accept([new("k1")])
    assert isinstance(first, list)
    assert again == [Accepted(first[0].id, duplicate=True)]
    assert await counts(desk) == before


async def test_the_same_key_with_another_body_is_a_conflict(ledger: Ledger, desk: Desk) -> None:
    first = await ledger.accept([new("k1", body='{"a":1}')])
    before = await counts(desk)
    assert isinstance(first, list)
    assert await ledger.accept([new("k1", body='{"a":2}')]) == Conflict(0, first[0].id)
    assert await counts(desk) == before


async def test_a_batch_with_one_conflict_stores_nothing(ledger: Ledger, desk: Desk) -> None:
    await ledger.accept([new("k2", body='{"a":1}')])
    before = await counts(desk)
    answer = await ledger.accept([new("k1"), new("k2", body='{"a":2}'), new("k3")])
    assert isinstance(answer, Conflict)
    assert answer.index == 1
    assert await counts(desk) == before
    assert isinstance(await ledger.accept([new("k1")]), list)


async def test_a_batch_may_hold_what_is_known_already(ledger: Ledger) -> None:
    first = await ledger.accept([new("k1")])
    answer = await ledger.accept([new("k1"), new("k2")])
    assert isinstance(first, list)
    assert isinstance(answer, list)
    assert [(one.id == first[0].id, one.duplicate) for one in answer] == [(True, True), (False, False)]


async def test_a_key_twice_in_one_batch_is_one_message_or_a_conflict(ledger: Ledger, desk: Desk) -> None:
    answer = await ledger.accept([new("k1"), new("k1")])
    assert isinstance(answer, list)
    assert answer[0].id == answer[1].id
    assert [one.duplicate for one in answer] == [False, True]
    assert isinstance(await ledger.accept([new("k2", body="1"), new("k2", body="2")]), Conflict)
    assert await desk.count("message") == 1


async def test_two_hundred_callers_with_one_key_make_one_message(ledger: Ledger, desk: Desk) -> None:
    answers = await asyncio.gather(*(ledger.accept([new("k1")]) for _ in range(200)))
    ids = {answer[0].id for answer in answers if isinstance(answer, list)}
    fresh = [answer for answer in answers if isinstance(answer, list) and not answer[0].duplicate]
    assert len(ids) == 1
    assert len(fresh) == 1
    assert await desk.count("message") == 1


async def test_conflicts_inside_one_group_leave_their_neighbours_alone(ledger: Ledger, desk: Desk) -> None:
    requests = [[new(f"k{n % 10}", body=str(n // 10)), new(f"only-{n}")] for n in range(40)]
    answers = await asyncio.gather(*(ledger.accept(request) for request in requests))
    taken = [answer for answer in answers if isinstance(answer, list)]
    assert len(taken) == 10
    assert await desk.count("message") == 20
    assert await desk.count("receipt") == 20


async def test_a_group_repeated_after_a_lost_commit_is_not_stored_twice(ledger: Ledger, desk: Desk) -> None:
    """The very same messages again, with their ids: what the writer does when COMMIT was not answered."""
    message = new("k1")
    await ledger.accept([message])
    assert await ledger.accept([message]) == [Accepted(message.id)]
    assert await counts(desk) == [1, 1, 1, 1]


async def test_receipts_are_forgotten_after_their_time(ledger: Ledger, desk: Desk) -> None:
    await ledger.accept([new("k1")])
    await ledger.forget_receipts(60)
    assert await desk.count("receipt") == 1
    await ledger.call(lambda session, _: session.run("UPDATE receipt SET at = at - 100"))
    await ledger.accept([new("k2")])
    await ledger.forget_receipts(60)
    assert [row["n"] for row in await desk.rows("SELECT count(*) AS n FROM receipt")] == [1]
    assert await desk.count("message") == 2
