"""Stopping, starting again, and what a changed configuration may and may not do to what is in the ledger."""

from __future__ import annotations

import asyncio

from lienthong import Delivered, Retry, Unknown

from .support import HANG, Gate
from .world import World, until


async def test_a_stop_finishes_what_is_being_sent(world: World) -> None:
    gate = Gate(asyncio.Event(), Delivered("R"))
    await world.start()
    world.target.answers("k1", gate)
    await world.send("single", "k1")
    await until(lambda: world.target.sent)
    stopping = asyncio.create_task(world.stop())
    await asyncio.sleep(0.02)
    gate.opened.set()
    await stopping
    await world.start()
    assert (await world.row("k1"))["reference"] == "R"
    assert world.target.closed >= 1


async def test_a_stop_takes_nothing_new(world: World) -> None:
    gate = Gate(asyncio.Event(), Delivered())
    await world.start(concurrency=1)
    world.target.answers("k1", gate)
    await world.send("single", "k1", "k2", "k3")
    await until(lambda: world.target.sent)
    stopping = asyncio.create_task(world.stop())
    await asyncio.sleep(0.02)
    gate.opened.set()
    await stopping
    assert world.target.keys() == ["k1"]
    await world.start()
    await world.delivered()
    assert world.target.keys() == ["k1", "k2", "k3"]


async def test_what_a_stop_had_to_give_up_is_in_doubt_for_the_next_start(world: World) -> None:
    await world.start(dispatch={"drain": 0.02}, deadline=5)
    world.target.answers("k1", HANG)
    world.target.answers("k1", Delivered("R-7"), path="find")
    await world.send("single", "k1", "k2", lane="A")
    await until(lambda: world.target.sent)
    await world.stop()
    await world.start()
    row = await world.becomes("k1", "delivered")
    assert (row["reference"], row["takeovers"]) == ("R-7", 1)
    await world.becomes("k2", "delivered")
    assert [sent.path for sent in world.target.sent] == ["write", "find", "write"]


async def test_what_a_stop_found_claimed_but_not_sent_is_given_back_and_not_in_doubt(world: World) -> None:
    await world.start(rate=1, concurrency=4)
    await world.send("hold", "k1", "k2", "k3")
    await until(lambda: len(world.bus.outlets["target"]._calls) >= 2)
    await world.stop()
    sent = set(world.target.keys())
    await world.start()
    await world.delivered()
    assert [row["takeovers"] for row in await world.rows("SELECT takeovers FROM delivery")] == [0, 0, 0]
    assert len(sent) < 3


async def test_a_claim_that_a_stop_met_is_given_back_and_not_in_doubt(world: World) -> None:
    await world.start()
    ledger, claim = world.bus.ledger, world.bus.ledger.claim
    claiming, go = asyncio.Event(), asyncio.Event()

    async def slowly(wanted: object) -> object:
        claimed = await claim(wanted)  # type: ignore[arg-type]
        claiming.set()
        await go.wait()
        return claimed

    ledger.claim = slowly  # type: ignore[method-assign,assignment]
    await world.send("hold", "k1")
    await claiming.wait()
    stopping = asyncio.create_task(world.stop())
    await asyncio.sleep(0.02)
    go.set()
    await stopping
    assert world.target.sent == []
    await world.start()
    row = await world.becomes("k1", "delivered")
    assert (row["takeovers"], row["attempts"], row["in_doubt_since"]) == (0, 1, None)


async def test_killed_while_sending_is_in_doubt_and_each_operation_goes_its_way(world: World) -> None:
    await world.start(dispatch={"drain": 0}, deadline=5)
    for kind in ("single", "resend", "hold"):
        world.target.answers(kind, HANG)
        await world.send(kind, kind)
    await until(lambda: len(world.target.sent) == 3)
    await world.stop()
    await world.start()
    await world.becomes("single", "delivered")
    await world.becomes("resend", "delivered")
    row = await world.becomes("hold", "held")
    assert row["code"] == "worker-gone"
    assert [(sent.path, sent.keys[0]) for sent in world.target.sent[3:] if sent.keys[0] == "single"] == [
        ("find", "single"),
        ("write", "single"),
    ]


async def test_before_what_was_taken_over_is_looked_up_settle_after_is_waited(world: World) -> None:
    await world.start(dispatch={"drain": 0}, deadline=5, settle_after=0.2)
    world.target.answers("k1", HANG)
    await world.send("single", "k1")
    await until(lambda: world.target.sent)
    await world.stop()
    await world.start()
    row = await world.becomes("k1", "ready")
    assert row["due_at"] - row["in_doubt_since"] >= 0.19
    assert len(world.target.sent) == 1
    await world.becomes("k1", "delivered")


async def test_the_third_take_over_quarantines(world: World) -> None:
    world.target.always = HANG
    for runs in range(1, 4):
        await world.start(dispatch={"drain": 0}, deadline=5)
        if runs == 1:
            await world.send("resend", "k1")
        await until(lambda runs=runs: len(world.target.sent) == runs)  # type: ignore[misc]
        await world.stop()
    await world.start()
    row = await world.becomes("k1", "held")
    assert (row["code"], row["takeovers"]) == ("quarantined", 3)


async def test_policies_stamped_at_intake_survive_a_configuration_change(world: World) -> None:
    """It was accepted to be held for an operator: a later `resend` must not fire it again."""
    await world.start(paused=True, on_unknown={"single": "hold"})
    await world.send("single", "old")
    await world.stop()
    await world.start(on_unknown={"single": "resend"})
    world.target.answers("old", Unknown("time-out"))
    world.target.answers("new", Unknown("time-out"))
    await world.send("single", "new")
    await world.becomes("new", "delivered")
    await world.becomes("old", "held")


async def test_a_stamped_attempt_limit_survives_it_too(world: World) -> None:
    await world.start(paused=True, retry={"first": 0.001, "jitter": 0, "attempts": 2})
    await world.send("single", "old")
    await world.stop()
    await world.start()
    world.target.answers("old", Retry("busy"), Retry("busy"))
    await world.becomes("old", "dead")


async def test_an_operation_that_the_adapter_no_longer_has_is_a_dead_letter_and_harms_nobody(world: World) -> None:
    await world.start(paused=True)
    await world.send("single", "k1", "k2")
    await world.bus.ledger.call(
        lambda session, _: session.run(
            "UPDATE delivery SET operation = 'gone', policy = '' WHERE message_id = :id", id=world.message("k1")
        )
    )
    await world.bus.resume("target", "operator")
    row = await world.becomes("k1", "rejected")
    assert row["code"] == "unknown-operation"
    await world.becomes("k2", "delivered")
    assert not world.bus.failed.is_set()


async def test_what_was_sent_with_a_policy_that_is_not_known_is_held_and_hinders_no_start(world: World) -> None:
    await world.start(dispatch={"drain": 0}, deadline=5)
    world.target.answers("k1", HANG)
    await world.send("single", "k1")
    await until(lambda: world.target.sent)
    await world.bus.ledger.call(lambda session, _: session.run("UPDATE delivery SET policy = 'lost'"))
    await world.stop()
    await world.start()
    await world.becomes("k1", "held")


async def test_deliveries_to_a_system_that_left_the_configuration_stay_and_are_shown(world: World) -> None:
    await world.start({"other": {"paused": True}})
    await world.send("single", "k1")
    await world.becomes("k1", "delivered")
    await world.stop()
    await world.start()
    assert (await world.bus.ready())["unknown_systems"] == ["other"]
    assert await world.state("k1", system="other") == "ready"
