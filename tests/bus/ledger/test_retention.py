"""Who leaves the ledger, who stays, and what is left behind."""

from __future__ import annotations

import asyncio
import hashlib
from dataclasses import replace

import pytest

from bus.ledger import Accepted, LedgerError, State
from bus.ledger.evidence import Chain
from bus.ledger.read import archives, one
from bus.ledger.standing import establish

from .keeping import Keeper
from .support import new


async def test_what_is_finished_leaves_with_all_that_happened_to_it(keeper: Keeper) -> None:
    id = await keeper.done("k1", reference="R1")
    message = await keeper.message(id)
    run = await keeper.archive()
    assert (run.messages, len(run.files), run.evidence) == (1, 1, 2)
    for table in ("message", "delivery", "attempt"):
        assert await keeper.desk.count(table) == 0
    head, line = keeper.lines(run.files[0])
    assert (head["number"], head["previous"], head["previous_file"]) == (1, "", None)
    assert (line["message"]["id"], line["message"]["key"]) == (message, "k1")
    assert [(each["id"], each["state"], each["reference"]) for each in line["deliveries"]] == [(id, "delivered", "R1")]
    assert [(each["delivery_id"], each["number"]) for each in line["attempts"]] == [(id, 1)]
    assert sorted(each["action"] for each in line["evidence"]) == ["accepted", "delivered"]


async def test_the_archive_is_recorded(keeper: Keeper) -> None:
    await keeper.done("k1")
    await keeper.done("k2", lane="H49-2")
    run = await keeper.archive()
    [row] = await keeper.ledger.read(archives)
    content = (keeper.folder / run.files[0]).read_bytes()
    assert (row["number"], row["file"], row["bytes"]) == (1, run.files[0], len(content))
    assert (row["messages"], row["deliveries"], row["attempts"], row["evidence"]) == (2, 2, 2, 4)
    assert row["digest"] == hashlib.sha256(content).hexdigest()
    assert row["chained"] == hashlib.sha256(row["digest"].encode()).hexdigest()
    assert f"-{row['chained'][:16]}.jsonl.gz" in row["file"]
    [deed] = await keeper.desk.rows("SELECT actor, action, detail FROM evidence")
    assert deed == {"actor": "bus", "action": "archived", "detail": f"1 {row['chained']}"}


async def test_what_is_not_finished_stays(keeper: Keeper) -> None:
    for number, state in enumerate((State.HELD, State.READY)):
        await keeper.done(f"{state}", state, lane=f"L{number}")
    await keeper.done("blocks", State.REJECTED, lane="L3", is_open=True)
    await keeper.done("in doubt", State.DEAD, lane="L4", doubt="set")
    await keeper.desk.put("new", lane="L5")
    await keeper.desk.claim(await keeper.desk.put("sending", lane="L6"))
    await keeper.done("rejected", State.REJECTED, lane="L7")
    await keeper.done("dead", State.DEAD, lane="L8")
    await keeper.done("of no lane", State.REJECTED, lane=None, is_open=True)
    run = await keeper.archive()
    assert run.messages == 3
    assert await keeper.keys() == {"held", "ready", "blocks", "in doubt", "new", "sending"}
    assert run.oldest is None


async def test_what_an_operator_gave_up_leaves_also_if_it_was_in_doubt(keeper: Keeper) -> None:
    id = await keeper.done("held", State.HELD, doubt="set")
    await keeper.ledger.cancel(await keeper.message(id), None, "operator", "they never got it")
    assert (await keeper.archive()).messages == 1


async def test_one_open_delivery_keeps_the_whole_message(keeper: Keeper) -> None:
    answer = await keeper.ledger.accept([new("k1", systems=("national-portal", "land"))])
    assert isinstance(answer, list)
    [claimed] = await keeper.desk.claim(answer[0].deliveries[0][1])
    await keeper.desk.settle(claimed)
    assert (await keeper.archive()).messages == 0
    [claimed] = await keeper.desk.claim(answer[0].deliveries[1][1])
    await keeper.desk.settle(claimed)
    assert (await keeper.archive()).messages == 1


async def test_keep_counts_from_the_last_settle(keeper: Keeper) -> None:
    old, young = await keeper.done("old"), await keeper.done("young", lane="L2")
    later = f"UPDATE delivery SET settled_at = settled_at + 100 * 86400 WHERE id = {young}"
    await keeper.ledger.call(lambda session, _: session.run(later))
    assert (await keeper.archive()).messages == 1
    assert await keeper.keys() == {"young"}
    assert (await keeper.archive(after=3600)).messages == 0
    assert old != young


async def test_a_message_without_deliveries_leaves_by_its_receipt(keeper: Keeper) -> None:
    await keeper.ledger.accept([replace(new("dropped"), targets=())])
    assert (await keeper.archive(after=3600)).messages == 0
    assert (await keeper.archive()).messages == 1


async def test_a_cause_stays_while_its_follow_up_is_on_its_way(keeper: Keeper) -> None:
    id = await keeper.desk.put("cause")
    [claimed] = await keeper.desk.claim(id)
    follow_up = replace(new("effect", lane="L2"), cause=id)
    done = await keeper.desk.settle(claimed, follow_ups=(follow_up,))
    assert (await keeper.archive()).messages == 0
    [claimed] = await keeper.desk.claim(done.deliveries[0][1])
    await keeper.desk.settle(claimed)
    assert (await keeper.archive()).messages == 2


async def test_a_poll_stays_also_when_it_left_the_configuration(keeper: Keeper) -> None:
    """With how far it read: it may come back."""
    poll = new("poll", lane=None)
    await keeper.ledger.call(lambda session, _: establish(session, [(poll, 60.0)], 30.0))
    await keeper.ledger.call(lambda session, _: establish(session, [], 30.0))
    assert [row["state"] for row in await keeper.desk.rows("SELECT state FROM delivery")] == ["cancelled"]
    assert (await keeper.archive()).messages == 0


async def test_receipts_stay_and_a_duplicate_gets_the_first_id(keeper: Keeper) -> None:
    first = await keeper.message(await keeper.done("k1"))
    await keeper.archive()
    assert await keeper.ledger.accept([new("k1")]) == [Accepted(first, duplicate=True)]
    assert await keeper.desk.count("message") == 0
    assert await keeper.ledger.read(lambda connection: one(connection, first)) is None


async def test_evidence_of_no_message_leaves_by_its_age(keeper: Keeper) -> None:
    await keeper.ledger.pause("land", "operator", "they move house")
    assert (await keeper.archive(after=3600)).files == ()
    run = await keeper.archive()
    assert (run.messages, run.evidence) == (0, 1)
    assert [each["detail"] for each in keeper.lines(run.files[0])[1]["evidence"]] == ["land: they move house"]
    assert keeper.verify().ok


async def test_a_replay_while_the_archive_is_written_keeps_the_message(keeper: Keeper) -> None:
    id = await keeper.done("k1", State.REJECTED)
    message, loop = await keeper.message(id), asyncio.get_running_loop()

    def replay(step: str) -> None:
        if step == "renamed":
            asked = keeper.ledger.replay(message, None, "operator", False)
            asyncio.run_coroutine_threadsafe(asked, loop).result(10)

    with pytest.raises(LedgerError, match="1 deliveries were opened again; nothing was removed"):
        await keeper.archive(replay)
    assert (await keeper.desk.state(id), keeper.files()) == ("ready", [])
    assert (await keeper.archive()).messages == 0
    assert keeper.verify().ok


async def test_a_process_whose_evidence_left_goes_on_with_its_chain(keeper: Keeper, url: str) -> None:
    """Also where it has to read the head of its chain again."""
    await keeper.done("k1")
    await keeper.archive()
    chain = Chain(f"{keeper.ledger.id:x}.intake")
    await keeper.ledger.call(lambda session, _: chain.reload(session))
    assert chain.head[0] > 0
    await keeper.done("k2")
    assert keeper.verify().ok
