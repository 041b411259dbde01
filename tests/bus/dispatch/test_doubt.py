"""What may have taken effect is asked, repeated or held; the doubt ends with a definite answer."""

from __future__ import annotations

import pytest

from lienthong import Absent, Delivered, Lost, Misconfigured, NotSent, Reject, Retry, Stop, Unknown, Unsendable

from .world import World, until


async def test_lookup_asks_the_target_first_and_delivered_ends_it(world: World) -> None:
    await world.start()
    world.target.answers("k1", Unknown("time-out"))
    world.target.answers("k1", Delivered("R-7"), path="find")
    await world.send("single", "k1")
    row = await world.becomes("k1", "delivered")
    assert (row["reference"], row["in_doubt_since"]) == ("R-7", None)
    assert [sent.path for sent in world.target.sent] == ["write", "find"]


async def test_absent_delivers_in_the_same_attempt(world: World) -> None:
    await world.start()
    world.target.answers("k1", Unknown("time-out"))
    world.target.answers("k1", Absent(), path="find")
    await world.send("single", "k1")
    row = await world.becomes("k1", "delivered")
    assert [sent.path for sent in world.target.sent] == ["write", "find", "write"]
    assert row["attempts"] == 2
    assert [sent.in_doubt for sent in world.target.sent] == [False, True, True]


@pytest.mark.parametrize("said", [Retry("busy"), Unknown("no idea"), NotSent("down"), Lost("gone")])
async def test_a_lookup_that_cannot_say_is_asked_again_and_nothing_is_sent(world: World, said: object) -> None:
    await world.start(quick={"tries": 1})
    world.target.answers("k1", Unknown("time-out"))
    world.target.answers("k1", said, said, Delivered("R-7"), path="find")
    await world.send("single", "k1")
    row = await world.becomes("k1", "delivered")
    assert [sent.path for sent in world.target.sent] == ["write", "find", "find", "find"]
    assert row["in_doubt_since"] is None


async def test_a_refused_lookup_says_nothing_of_the_effect_so_the_doubt_stays(world: World) -> None:
    await world.start()
    world.target.answers("k1", Unknown("time-out"))
    world.target.answers("k1", Reject("http-404", "no such service"), path="find")
    await world.send("single", "k1")
    row = await world.becomes("k1", "rejected")
    assert row["in_doubt_since"] is not None
    await world.bus.ledger.replay(world.message("k1"), None, "operator", force=False)
    await world.becomes("k1", "delivered")
    assert [sent.path for sent in world.target.sent] == ["write", "find", "find", "write"]


async def test_resend_sends_again_and_says_so_to_the_adapter(world: World) -> None:
    await world.start()
    world.target.answers("k1", Unknown("time-out"))
    await world.send("resend", "k1")
    await world.becomes("k1", "delivered")
    assert [(sent.path, sent.in_doubt) for sent in world.target.sent] == [("write", False), ("write", True)]


@pytest.mark.parametrize("kind", ["single", "resend"])
async def test_before_a_lookup_or_resend_settle_after_is_waited(world: World, kind: str) -> None:
    await world.start(settle_after=0.15)
    world.target.answers("k1", Unknown("time-out"))
    await world.send(kind, "k1")
    await world.becomes("k1", "delivered")
    first, second = await world.attempts("k1")
    assert second["request_in"] - first["response_out"] >= 0.15


async def test_the_doubt_outlives_retry_and_dead_and_replay(world: World) -> None:
    await world.start(retry={"first": 0.001, "jitter": 0, "attempts": 3})
    world.target.answers("k1", Unknown("time-out"), Retry("busy"), Retry("busy"))
    await world.send("resend", "k1")
    row = await world.becomes("k1", "dead")
    assert row["in_doubt_since"] is not None
    await world.bus.ledger.replay(world.message("k1"), None, "operator", force=False)
    row = await world.becomes("k1", "delivered")
    assert [sent.in_doubt for sent in world.target.sent] == [False, True, True, True]
    assert row["in_doubt_since"] is None


async def test_a_held_one_goes_when_an_operator_replays_it(world: World) -> None:
    await world.start()
    world.target.answers("k1", Unknown("time-out"))
    await world.send("hold", "k1")
    await world.becomes("k1", "held")
    assert len(world.target.sent) == 1
    await world.bus.ledger.replay(world.message("k1"), None, "operator", force=False)
    await world.becomes("k1", "delivered")
    assert world.target.sent[1].in_doubt


async def test_a_reject_by_the_target_is_definite(world: World) -> None:
    await world.start()
    world.target.answers("k1", Unknown("time-out"), Reject("no", "no"))
    await world.send("resend", "k1")
    assert (await world.becomes("k1", "rejected"))["in_doubt_since"] is None


async def test_a_reject_before_the_target_was_asked_is_not(world: World) -> None:
    await world.start()
    world.target.answers("k1", Unknown("time-out"), Unsendable("no such header"))
    await world.send("resend", "k1")
    row = await world.becomes("k1", "rejected")
    assert row["code"] == "unsendable"
    assert row["in_doubt_since"] is not None


async def test_configuration_decides_over_the_adapter(world: World) -> None:
    await world.start(on_unknown={"single": "hold"})
    world.target.answers("k1", Unknown("time-out"))
    await world.send("single", "k1")
    await world.becomes("k1", "held")


async def test_where_there_is_no_lookup_what_is_in_doubt_is_held(world: World) -> None:
    await world.start(on_unknown={"resend": "lookup"})
    world.target.answers("k1", Unknown("time-out"))
    await world.send("resend", "k1")
    row = await world.becomes("k1", "held")
    assert "cannot look resend up" in row["reason"]
    assert len(world.target.sent) == 1


async def test_what_is_in_doubt_goes_alone_and_the_rest_of_its_batch_without_it(world: World) -> None:
    await world.start()
    world.target.answers("k1", Unknown("time-out"))
    await world.send("batch", "k1", "k2")
    await world.delivered()
    paths = {sent.keys: sent.path for sent in world.target.sent[1:]}
    assert paths.get(("k1",)) in ("find", "write")
    assert all(len(sent.keys) == 1 for sent in world.target.sent if sent.in_doubt)


@pytest.mark.parametrize(
    ("error", "kind", "state", "verdict"),
    [
        (Lost("time-out"), "hold", "held", "unknown"),
        (Lost("time-out"), "asking", "ready", "retry"),
        (NotSent("refused"), "hold", "ready", "retry"),
        (Unsendable("header"), "asking", "rejected", "reject"),
        (Misconfigured("log-in refused"), "asking", "ready", "stop"),
    ],
)
async def test_what_an_error_means_that_the_adapter_did_not_handle(
    world: World, error: Exception, kind: str, state: str, verdict: str
) -> None:
    await world.start(quick={"tries": 1}, retry={"first": 60})
    world.target.answers("k1", error, path="find" if kind == "asking" else "write")
    await world.send(kind, "k1")

    async def settled() -> bool:
        return (await world.row("k1"))["verdict"] is not None

    await until(settled)
    row = await world.row("k1")
    assert (row["state"], row["verdict"]) == (state, verdict)
    assert str(error) in row["reason"]


async def test_stop_keeps_the_doubt(world: World) -> None:
    await world.start()
    world.target.answers("k1", Unknown("time-out"), Stop("password refused"))
    await world.send("resend", "k1")
    await until(lambda: world.bus.gates["target"].paused)
    await until(world.bus.ledger.paused)
    assert (await world.becomes("k1", "ready"))["in_doubt_since"] is not None


async def test_a_forced_replay_of_what_was_delivered_asks_the_target_first(world: World) -> None:
    await world.start()
    await world.send("single", "k1")
    await world.becomes("k1", "delivered")
    world.target.answers("k1", Delivered("R-7"), path="find")
    await world.bus.ledger.replay(world.message("k1"), None, "operator", force=True)

    async def again() -> bool:
        row = await world.row("k1")
        return bool(row["state"] == "delivered" and row["reference"] == "R-7")

    await until(again)
    assert [sent.path for sent in world.target.sent] == ["write", "find"]
