"""Steps of processes in the ledger: each with its settlement or not at all, once, from the version that stands."""

from __future__ import annotations

import asyncio
import itertools
import time
from dataclasses import replace
from typing import Any

import psycopg
import pytest

from bus.ledger import Ledger, LedgerError, processes
from bus.ledger.workers import Aftermath
from lienthong import Timer

from .steps import ORDERS, Orders, change, new

_ids = itertools.count(5_000)


@pytest.fixture
def orders(ledger: Ledger) -> Orders:
    return Orders(ledger)


async def test_a_step_is_written_with_its_settlement(orders: Orders) -> None:
    claimed = await orders.heard()
    made = change("A", 0, {"n": 1}, timers=(Timer("ask", 1, 60),), tasks=[("T", "late", True, "{}")], names=("o/1",))
    done = await orders.step(made, claimed, follow_ups=(new("said", lane=None),))
    assert (done.late, done.overtaken, len(done.deliveries)) == (False, False, 1)
    assert await orders.state(claimed.id) == "delivered"
    assert await orders.stands() == (1, {"n": 1})
    assert await orders.timers() == [("ask", 1)]
    assert await orders.task() == ("open", None, None, "{}")


async def test_a_settlement_that_fails_leaves_no_step(orders: Orders) -> None:
    claimed = await orders.heard()
    bad = replace(new("said", lane=None), subject=None)  # type: ignore[arg-type]  # what the database refuses
    with pytest.raises(LedgerError):
        await orders.step(change("A", 0, {"n": 1}, timers=(Timer("ask", 1, 60),)), claimed, follow_ups=(bad,))
    assert await orders.state(claimed.id) == "sending"
    assert await orders.stands() is None
    assert await orders.timers() == []


async def test_of_two_steps_from_one_version_one_is_given_back_and_comes_again(orders: Orders) -> None:
    first, second = await orders.heard(), await orders.heard()
    assert not (await orders.step(change("A", 0, {"by": 1}), first)).overtaken
    task, said = [("T", "late", True, "{}")], (new("said", lane=None),)
    done = await orders.step(change("A", 0, {"by": 2}, tasks=task), second, follow_ups=said)
    assert (done.overtaken, done.late, done.deliveries) == (True, False, ())
    assert await orders.stands() == (1, {"by": 1})
    assert await orders.task() is None
    assert await orders.rows("SELECT 1 FROM message WHERE key = 'said'") == []
    row = await orders.row(second.id)
    assert (row["state"], row["attempts"], row["in_doubt_since"]) == ("ready", 0, None)
    [again] = await orders.claim(second.id)
    assert not (await orders.step(change("A", 1, {"by": 2}), again)).overtaken
    assert await orders.stands() == (2, {"by": 2})


@pytest.mark.parametrize("second_from", [-1, 0, 1])
async def test_two_steps_on_one_key_in_one_call(orders: Orders, second_from: int) -> None:
    """Only the first, whatever version the second says it is from (-1: it was not stepped at all)."""
    first, second = await orders.heard(), await orders.heard()
    done = await orders.steps((first, change("A", 0, {"by": 1}), {}), (second, change("A", second_from, ""), {}))
    assert [one.overtaken for one in done] == [False, True]
    assert await orders.stands() == (1, {"by": 1})
    assert [await orders.state(one.id) for one in (first, second)] == ["delivered", "ready"]


async def test_steps_on_other_keys_go_along(orders: Orders) -> None:
    claimed = [await orders.heard() for _ in range(3)]
    made = [change(key, 0, {"key": key}) for key in ("B", "A", "C")]
    done = await orders.steps(*((one, step, {}) for one, step in zip(claimed, made, strict=True)))
    assert not any(one.overtaken for one in done)
    assert [await orders.stands(key) for key in "ABC"] == [(1, {"key": key}) for key in "ABC"]


async def test_a_version_that_never_stood_writes_nothing(orders: Orders) -> None:
    assert (await orders.step(change("A", 4, {}))).overtaken
    assert await orders.rows("SELECT * FROM process") == []


async def test_two_workers_from_one_version_at_once(database: str) -> None:
    workers = [Orders(Ledger(database, id=next(_ids))) for _ in range(2)]
    try:
        for round in range(10):
            claimed = [await one.heard() for one in workers]
            done = await asyncio.gather(
                *(
                    worker.step(change(f"K{round}", 0, {"by": number}), event)
                    for number, (worker, event) in enumerate(zip(workers, claimed, strict=True))
                )
            )
            winner = [number for number, one in enumerate(done) if not one.overtaken]
            assert len(winner) == 1
            assert await workers[0].stands(f"K{round}") == (1, {"by": winner[0]})
    finally:
        for one in workers:
            await one.ledger.close()


async def test_who_settles_after_his_delivery_was_taken_over_writes_nothing(orders: Orders) -> None:
    claimed = await orders.heard()
    ledger = orders.ledger
    await ledger.call(lambda s, _: s.run("UPDATE worker SET state = 'gone'"))
    taken = await ledger.take_over(lambda one: Aftermath(False, 0.0, 3))
    assert [one.id for one in taken] == [claimed.id]
    [again] = await orders.claim(claimed.id)
    late = await orders.step(change("A", 0, {"by": "first"}), claimed, follow_ups=(new("said", lane=None),))
    assert (late.late, late.deliveries) == (True, ())
    assert await orders.stands() is None
    assert await orders.rows("SELECT 1 FROM message WHERE key = 'said'") == []
    assert not (await orders.step(change("A", 0, {"by": "second"}), again)).late
    assert await orders.stands() == (1, {"by": "second"})
    assert (await orders.step(change("A", 0, {"by": "first"}), claimed)).late
    assert await orders.stands() == (1, {"by": "second"})


async def test_a_commit_whose_answer_was_lost_is_repeated_without_a_second_effect(
    orders: Orders, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The transaction stands; the writer is told that the connection went, and runs the group once more."""
    claimed, runs = await orders.heard(), lose_the_next_answer(orders.ledger, monkeypatch)
    made = change("A", 0, {"n": 1}, timers=(Timer("ask", 1, 60),), tasks=[("T", "late", True, "{}")], names=("o/1",))
    done = await orders.step(made, claimed, follow_ups=(new("said", lane=None),))
    assert runs == ["lost", "told"]
    assert (done.late, done.overtaken) == (False, False)
    assert await orders.stands() == (1, {"n": 1})
    assert await orders.state(claimed.id) == "delivered"
    assert len(await orders.rows("SELECT 1 FROM message WHERE key = 'said'")) == 1
    assert len(await orders.rows("SELECT 1 FROM attempt")) == 1
    assert [await orders.count(table) for table in ("timer", "task", "process_name")] == [1, 1, 1]


def lose_the_next_answer(ledger: Ledger, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What became of the next transactions of the worker's writer. A real connection cannot be cut between COMMIT and
    its answer at will, so the error is raised behind the commit."""
    from sqlalchemy.exc import OperationalError

    writer, runs = ledger._work, list[str]()
    whole = writer._transaction

    def transaction(*arguments: Any) -> Any:
        results = whole(*arguments)
        runs.append("told" if runs else "lost")
        if runs == ["lost"]:
            writer._stale = True
            gone = OperationalError("COMMIT", None, psycopg.OperationalError("gone"), connection_invalidated=True)
            raise gone
        return results

    monkeypatch.setattr(writer, "_transaction", transaction)
    return runs


async def test_a_timer_is_replaced_by_a_higher_generation_only(orders: Orders) -> None:
    await orders.step(change("A", 0, {}, timers=(Timer("ask", 2, 60), Timer("end", 1, 60))))
    await orders.step(change("A", 1, {}, timers=(Timer("ask", 1, 0),)))
    assert await orders.timers() == [("ask", 2), ("end", 1)]
    assert await orders.fire() == 0
    await orders.step(change("A", 2, {}, timers=(Timer("ask", 3, 0),)))
    assert await orders.timers() == [("ask", 3), ("end", 1)]
    [row] = await orders.rows("SELECT due_at FROM timer WHERE name = 'ask'")
    assert abs(row["due_at"] - time.time()) < 5


async def test_a_timer_is_cancelled_by_a_higher_generation_only(orders: Orders) -> None:
    await orders.step(change("A", 0, {}, timers=(Timer("ask", 2, 60), Timer("end", 1, 60))))
    await orders.step(change("A", 1, {}, timers=(Timer("ask", 2, None), Timer("none", 1, None))))
    assert await orders.timers() == [("ask", 2), ("end", 1)]
    await orders.step(change("A", 2, {}, timers=(Timer("ask", 3, None),)))
    assert await orders.timers() == [("end", 1)]


async def test_one_step_may_cancel_and_set_the_same_timer(orders: Orders) -> None:
    await orders.step(change("A", 0, {}, timers=(Timer("ask", 1, 60), Timer("ask", 2, None), Timer("ask", 3, 60))))
    assert await orders.timers() == [("ask", 3)]
    await orders.step(change("A", 1, {}, timers=(Timer("ask", 4, 60), Timer("ask", 5, None))))
    assert await orders.timers() == []


async def test_what_is_due_is_fired_once_and_the_rest_stays(orders: Orders) -> None:
    timers = (Timer("now", 1, 0), Timer("then", 1, 60))
    await orders.step(change("A", 0, {}, timers=timers))
    assert [await orders.fire(), await orders.fire()] == [1, 0]
    assert await orders.timers() == [("then", 1)]
    [row] = await orders.rows("SELECT m.subject, m.key, d.system, d.state FROM message m JOIN delivery d "
                              "ON d.message_id = m.id WHERE m.type = 'lienthong.timer'")  # fmt: skip
    assert tuple(row.values()) == ("A", "orders/A/now/1", ORDERS, "ready")


async def test_only_so_many_are_fired_at_once_the_longest_due_first(orders: Orders) -> None:
    await orders.step(change("A", 0, {}, timers=tuple(Timer(f"t{n}", 1, -n) for n in range(5))))
    assert await orders.fire(most=2) == 2
    assert [name for name, _ in await orders.timers()] == ["t0", "t1", "t2"]


async def test_timers_of_a_process_that_left_the_configuration_wait(orders: Orders) -> None:
    await orders.step(change("A", 0, {}, timers=(Timer("now", 1, 0),)))
    assert await orders.ledger.call(lambda s, _: processes.fire(s, ["other"], lambda *_: new("x"), 10)) == []
    assert await orders.timers() == [("now", 1)]


async def test_two_workers_fire_each_timer_once(database: str) -> None:
    workers = [Orders(Ledger(database, id=next(_ids))) for _ in range(2)]
    try:
        for round in range(5):
            await workers[0].step(change(f"K{round}", 0, {}, timers=tuple(Timer(f"t{n}", 1, 0) for n in range(20))))
            counts = await asyncio.gather(*(one.fire() for one in workers))
            assert sum(counts) == 20
        assert len(await workers[0].rows("SELECT 1 FROM message WHERE type = 'lienthong.timer'")) == 100
    finally:
        for one in workers:
            await one.ledger.close()


async def test_a_state_is_found_by_its_names(orders: Orders) -> None:
    await orders.step(change("A", 0, {"n": 1}, names=("o/1", "o/2")))
    await orders.step(change("A", 1, {"n": 2}, names=("o/2", "o/3")))
    await orders.step(change("B", 0, {"n": 3}, names=("o/3",)))
    read = orders.ledger.read
    assert await read(lambda connection: processes.named(connection, "o/2")) == [(ORDERS, '{"n":2}')]
    assert await read(lambda connection: processes.named(connection, "o/3")) == [(ORDERS, '{"n":2}')]
    assert await read(lambda connection: processes.named(connection, "o/4")) == []


async def test_a_state_as_a_whole(orders: Orders) -> None:
    await orders.step(change("A", 0, {"n": 1}, names=("o/2", "o/1"), timers=(Timer("b", 1, 5), Timer("a", 1, 90))))
    for place in ("A", "o/1"):
        whole = await orders.ledger.read(lambda connection, place=place: processes.whole(connection, ORDERS, place))
        assert whole is not None
        assert (whole["key"], whole["version"], whole["state"], whole["names"]) == ("A", 1, '{"n":1}', ["o/1", "o/2"])
        assert [timer["name"] for timer in whole["timers"]] == ["b", "a"]
    for process, place in ((ORDERS, "o/9"), ("other", "A"), ("other", "o/1")):
        nothing = await orders.ledger.read(lambda c, one=process, place=place: processes.whole(c, one, place))
        assert nothing is None


async def test_every_state_since(orders: Orders) -> None:
    for key in ("B", "A"):
        await orders.step(change(key, 0, {"key": key}))
    await orders.ledger.call(lambda s, _: s.run("UPDATE process SET changed_at = 100 WHERE key = 'B'"))
    read = orders.ledger.read
    assert await read(lambda c: list(processes.every(c, ORDERS))) == [("A", '{"key":"A"}'), ("B", '{"key":"B"}')]
    assert await read(lambda c: list(processes.every(c, ORDERS, 101))) == [("A", '{"key":"A"}')]
