"""Work for people: what its finder says and what people do with it meet in one row, and evidence says who did what."""

from __future__ import annotations

import asyncio
import itertools
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bus.ledger import Ledger, task_search, tasks
from bus.ledger.task_search import Search
from bus.ledger.tasks import Act, Kept, Place, Row

from .steps import ORDERS, Orders, change, found

T = Place(ORDERS, "A", "T")
_ids = itertools.count(6_000)


@pytest.fixture
def orders(ledger: Ledger) -> Orders:
    return Orders(ledger)


async def put(orders: Orders, *rows: Row) -> list[Place]:
    return await orders.ledger.call(lambda session, chain: tasks.record(session, chain, rows, "finder"))


async def act(orders: Orders, action: Any, actor: str = "lan", place: Place = T, **more: Any) -> Any:
    wanted = Act(action, **more)
    return await orders.ledger.call(lambda session, chain: tasks.act(session, chain, place, wanted, actor))


async def opened_at(orders: Orders) -> float:
    [row] = await orders.rows("SELECT opened_at FROM task WHERE name = 'T'")
    return float(row["opened_at"])


async def age(orders: Orders) -> None:
    """As if everything so far had happened long ago."""
    await orders.ledger.call(lambda s, _: s.run("UPDATE task SET opened_at = 100, changed_at = 100"))


async def test_a_task_is_taken_and_settled(orders: Orders) -> None:
    await put(orders, found("T"))
    assert (await act(orders, "take"))["owner"] == "lan"
    done = await act(orders, "settle", note="refunded by transfer")
    assert (done["state"], done["owner"], done["note"]) == ("settled", "lan", "refunded by transfer")
    assert done["body"] == '{"amount":1}'
    assert await orders.deeds() == [("lan", "task-taken"), ("lan", "task-settled")]
    [row] = await orders.rows("SELECT message_id, detail FROM evidence WHERE action = 'task-settled'")
    assert str(row["message_id"]) == T.id
    told = {"process": ORDERS, "key": "A", "name": "T", "owner": "lan", "note": "refunded by transfer"}
    assert orjson.loads(row["detail"]) == told


def test_the_id_of_a_task_is_its_own() -> None:
    ids = {Place(*names).id for names in (("p", "k", "n"), ("p", "kn", ""), ("pk", "", "n"), ("p", "k", "m"))}
    assert len(ids) == 4
    assert Place("p", "k", "n").id == Place("p", "k", "n").id


async def test_what_somebody_has_nobody_else_takes_until_it_is_released(orders: Orders) -> None:
    await put(orders, found("T"))
    await act(orders, "take")
    assert await act(orders, "take", "minh") == Kept("taken", "lan", "lan has it; release it first")
    released = await act(orders, "release", "minh", note="she is on leave")
    assert (released["state"], released["owner"]) == ("open", None)
    assert (await act(orders, "take", "minh", owner="hoa"))["owner"] == "hoa"
    assert await orders.deeds() == [("lan", "task-taken"), ("minh", "task-released"), ("minh", "task-taken")]


@pytest.mark.parametrize(
    ("done", "refused"),
    [
        ((), ("reopen",)),
        (("take",), ("reopen",)),
        (("settle",), ("take", "release", "settle")),
        (("gone",), ("take", "release", "reopen")),
    ],
)
async def test_acts_that_do_not_fit_change_nothing(
    orders: Orders, done: tuple[str, ...], refused: tuple[str, ...]
) -> None:
    await put(orders, found("T"))
    for one in done:
        await (put(orders, found("T", open=False)) if one == "gone" else act(orders, one, note="first"))
    before, deeds = await orders.task(), await orders.deeds()
    for action in refused:
        kept = await act(orders, action, "minh", note="second")
        # a release or reopen of what is open already only renews nothing: it is refused where it says something new
        assert isinstance(kept, Kept), action
    assert (await orders.task(), await orders.deeds()) == (before, deeds)


async def test_an_act_may_be_repeated(orders: Orders) -> None:
    await put(orders, found("T"))
    for action in ("take", "settle", "reopen", "take", "release"):
        first = await act(orders, action, note="why")
        assert await act(orders, action, note="why") == first
    assert len(await orders.deeds()) == 5


async def test_no_such_task(orders: Orders) -> None:
    assert await act(orders, "take") is None
    assert await orders.deeds() == []


async def test_an_act_on_what_the_actor_has_not_seen_is_refused(orders: Orders) -> None:
    await put(orders, found("T"))
    row = await orders.ledger.read(lambda connection: task_search.one(connection, T))
    assert row is not None
    await age(orders)
    kept = await act(orders, "settle", note="x", seen=row["changed_at"])
    assert kept == Kept("open", None, "it changed meanwhile; look at it again")
    assert (await act(orders, "settle", note="x", seen=100.0004))["state"] == "settled"


async def test_a_settled_task_that_says_something_else_is_open_again_with_evidence(orders: Orders) -> None:
    await put(orders, found("T"))
    await act(orders, "settle", note="refunded")
    await age(orders)
    assert await put(orders, found("T")) == []
    assert await orders.task() == ("settled", "lan", "refunded", '{"amount":1}')
    assert await put(orders, found("T", '{"amount":2}')) == [T]
    assert await orders.task() == ("open", None, "refunded", '{"amount":2}')
    assert await opened_at(orders) > 100
    assert await orders.deeds() == [("lan", "task-settled"), ("finder", "task-reopened")]


async def test_another_kind_is_something_else_too(orders: Orders) -> None:
    await put(orders, found("T"))
    await act(orders, "settle", note="refunded")
    assert await put(orders, found("T", kind="twice")) == [T]


async def test_a_settled_task_that_falls_away_stays_settled_and_may_come_back(orders: Orders) -> None:
    await put(orders, found("T", '{"open":true}'))
    await act(orders, "settle", note="refunded")
    assert await put(orders, found("T", '{"open":false}', open=False)) == []
    assert await orders.task() == ("settled", "lan", "refunded", '{"open":false}')
    assert await put(orders, found("T", '{"open":true}')) == [T]
    assert await orders.task() == ("open", None, "refunded", '{"open":true}')


async def test_a_taken_task_stays_its_owners_while_it_changes(orders: Orders) -> None:
    await put(orders, found("T"))
    await act(orders, "take", note="asked the bank")
    await age(orders)
    await put(orders, found("T", '{"amount":2}'))
    assert await orders.task() == ("taken", "lan", "asked the bank", '{"amount":2}')
    assert await opened_at(orders) == 100


async def test_a_taken_task_that_falls_away_stays_visible_with_its_note(orders: Orders) -> None:
    await put(orders, found("T"), found("U"))
    await act(orders, "take", note="asked the bank")
    await put(orders, found("T", "{}", open=False), found("U", "{}", open=False))
    assert await orders.task("T") == ("gone", "lan", "asked the bank", "{}")
    assert await orders.task("U") == ("gone", None, None, "{}")
    assert await names(orders) == ["T"]
    await put(orders, found("T"), found("U"))
    assert [await orders.task(name) for name in "TU"] == [
        ("taken", "lan", "asked the bank", '{"amount":1}'),
        ("open", None, None, '{"amount":1}'),
    ]
    await put(orders, found("T", "{}", open=False))
    assert (await act(orders, "settle", note="nothing left to do"))["state"] == "settled"
    assert await names(orders) == ["U"]


async def test_one_that_fell_away_before_anybody_saw_it_is_not_kept(orders: Orders) -> None:
    await put(orders, found("T", open=False))
    assert await orders.task() is None


async def test_the_same_task_twice_in_one_step(orders: Orders) -> None:
    await put(orders, found("T", "1"), found("U", "u"), found("T", "2"))
    assert [(await orders.task(name) or ())[-1] for name in "TU"] == ["2", "u"]


async def test_a_step_opens_a_settled_task_again_under_the_name_of_the_process(orders: Orders) -> None:
    await orders.step(change("A", 0, {}, tasks=[("T", "late", True, "1")]))
    await act(orders, "settle", note="done")
    claimed = await orders.heard()
    await orders.step(change("A", 1, {}, tasks=[("T", "late", True, "2")]), claimed)
    assert await orders.task() == ("open", None, "done", "2")
    assert await orders.deeds() == [("lan", "task-settled"), (ORDERS, "task-reopened")]
    [row] = await orders.rows("SELECT delivery_id, message_id FROM evidence WHERE action = 'task-reopened'")
    assert (row["delivery_id"], str(row["message_id"])) == (claimed.id, T.id)


async def test_evidence_of_a_step_and_of_what_it_reopens_is_one_unbroken_chain(orders: Orders) -> None:
    from bus.ledger.evidence import broken

    await orders.step(change("A", 0, {}, tasks=[("T", "late", True, "1"), ("U", "late", True, "1")]))
    await act(orders, "settle", note="done")
    await act(orders, "settle", place=Place(ORDERS, "A", "U"), note="done")
    await orders.step(change("A", 1, {}, tasks=[("T", "late", True, "2"), ("U", "late", True, "2")]))
    rows = await orders.rows("SELECT * FROM evidence ORDER BY chain, seq")
    for _, chain in itertools.groupby(rows, lambda row: row["chain"]):
        records = [
            {**row, "message_id": None if row["message_id"] is None else str(row["message_id"])} for row in chain
        ]
        assert broken(records) is None
    assert [action for _, action in await orders.deeds()][-2:] == ["task-reopened", "task-reopened"]


async def test_two_take_one_task_at_once(database: str) -> None:
    workers = [Orders(Ledger(database, id=next(_ids))) for _ in range(2)]
    try:
        for round in range(10):
            place = Place(ORDERS, f"K{round}", "T")
            await put(workers[0], found("T", key=place.key))
            both = await asyncio.gather(*(act(one, "take", f"w{n}", place) for n, one in enumerate(workers)))
            assert len([one for one in both if isinstance(one, Kept)]) == 1
    finally:
        for one in workers:
            await one.ledger.close()


async def test_who_settles_while_the_process_changes_it_leaves_it_settled_as_seen_or_open(database: str) -> None:
    """Whichever comes first: never settled with what nobody saw, unless evidence says so."""
    workers = [Orders(Ledger(database, id=next(_ids))) for _ in range(2)]
    try:
        for round in range(10):
            place = Place(ORDERS, f"K{round}", "T")
            await put(workers[0], found("T", key=place.key))
            row = await workers[0].ledger.read(lambda c, place=place: task_search.one(c, place))
            assert row is not None
            settling = act(workers[0], "settle", "lan", place, note="x", seen=row["changed_at"])
            done, again = await asyncio.gather(settling, put(workers[1], found("T", "2", key=place.key)))
            assert (await workers[0].task(key=place.key) or ())[0] == "open"
            assert isinstance(done, Kept) is (again == [])
    finally:
        for one in workers:
            await one.ledger.close()


async def names(orders: Orders, **wanted: Any) -> list[str]:
    rows = await orders.ledger.read(lambda connection: task_search.search(connection, Search(**wanted)))
    return [row["name"] for row in rows]


async def test_search(orders: Orders) -> None:
    for number, name in enumerate(("c", "a", "d", "b")):
        await put(orders, found(name, kind="late" if number % 2 else "twice", key="AB"[number // 2]))
    await put(orders, Row("reconciliation", "vnpay/2026-11-20", found("e").task))
    await act(orders, "take", place=Place(ORDERS, "A", "a"))
    await act(orders, "settle", place=Place(ORDERS, "B", "d"), note="done")
    assert await names(orders) == ["c", "a", "b", "e"]
    assert await names(orders, states=("settled",)) == ["d"]
    assert await names(orders, states=task_search.STATES) == ["c", "a", "d", "b", "e"]
    assert await names(orders, kind="twice") == ["c"]
    assert await names(orders, key="A") == ["c", "a"]
    assert await names(orders, owner="lan") == ["a"]
    assert await names(orders, process="reconciliation", key="vnpay/2026-11-20") == ["e"]


async def test_pages_that_begin_behind_each_other_show_everything_once(orders: Orders) -> None:
    await put(orders, *(found(f"t{number}") for number in range(7)))  # all opened in one moment
    seen: list[str] = []
    after = None
    while True:
        page = Search(after=after, limit=3)
        rows = await orders.ledger.read(lambda connection, page=page: task_search.search(connection, page))
        seen += [row["name"] for row in rows]
        if len(rows) < 3:
            break
        after = task_search.after(task_search.cursor(rows[-1]))
    assert seen == [f"t{number}" for number in range(7)]


@given(
    st.floats(allow_nan=False, allow_infinity=False),
    st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0")),
)
def test_a_cursor_is_read_as_it_was_written(opened: float, text: str) -> None:
    row = {"opened_at": opened, "process": text, "key": "k", "name": text}
    assert task_search.after(task_search.cursor(row)) == (opened, text, "k", text)


@pytest.mark.parametrize("cursor", ["", "x", "bm90", "é", "WzEsMl0", "e30", "WzEuMCwiXHUwMDAwIiwiYSIsImIiXQ", "W" * 3])
def test_what_is_no_cursor(cursor: str) -> None:
    with pytest.raises(ValueError):  # of several kinds
        task_search.after(cursor)


async def test_what_waits_is_counted_by_process_kind_and_state(orders: Orders) -> None:
    await put(orders, found("a"), found("b"), found("T"), found("c", kind="over"), found("d", kind="over"))
    await age(orders)
    await act(orders, "take")
    await act(orders, "settle", place=Place(ORDERS, "A", "c"), note="done")
    await put(orders, found("d", kind="over", open=False))
    waiting = await orders.ledger.read(task_search.waiting)
    assert sorted((one.process, one.kind, one.state, one.count, one.oldest) for one in waiting) == [
        (ORDERS, "late", "open", 2, 100.0),
        (ORDERS, "late", "taken", 1, 100.0),
    ]
