"""Follow-ups are validated apart: the delivery settles, a bad one becomes a dead letter with its raw body."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from lienthong import Delivered, Draft, Post, Reject, Unknown

from .world import World, until


def done(**changes: Any) -> Draft:
    return Draft(**{"type": "test.done", "subject": "lane-of-k1", "data": {"n": 1}, **changes})


ROUTES: list[dict[str, Any]] = [
    {"name": "out", "types": ["test.single", "test.batch", "test.hold", "test.free"], "to": ["target"]},
    {"name": "back", "types": ["test.done"], "drop": True},
]


async def messages(world: World) -> list[dict[str, Any]]:
    return await world.rows("SELECT * FROM message WHERE client = 'bus' ORDER BY key")


async def test_a_follow_up_is_a_message_of_its_own_caused_by_its_delivery(world: World) -> None:
    await world.start(routes=ROUTES)
    world.target.answers("k1", Delivered("R", (done(), done(data={"n": 2}))))
    await world.send("single", "k1")
    row = await world.becomes("k1", "delivered")
    first, second = await messages(world)
    assert [first["key"], second["key"]] == [f"{row['id']}.0.0", f"{row['id']}.0.1"]
    assert (first["cause"], first["source"], first["type"]) == (row["id"], "/systems/target", "test.done")
    assert json.loads(second["data"]) == {"n": 2}


async def test_it_is_routed_and_delivered_in_its_turn(world: World) -> None:
    routes = [
        {"name": "out", "types": ["test.single"], "to": ["target"]},
        {"name": "back", "types": ["test.free"], "to": ["other"]},
    ]
    await world.start({"other": {}}, routes=routes)
    world.target.answers("k1", Delivered("R", (done(type="test.free", key="f1"),)))
    await world.send("single", "k1")
    await until(lambda: world.target_of("other").effects == ["f1"])


async def test_a_follow_up_for_a_paused_system_gets_no_hint(world: World) -> None:
    routes = [
        {"name": "out", "types": ["test.single"], "to": ["target"]},
        {"name": "back", "types": ["test.free"], "to": ["other"]},
    ]
    await world.start({"other": {"paused": True}}, routes=routes)
    hints: list[tuple[str, int]] = []
    world.bus.relay._hinted = lambda system, count: hints.append((system, count))
    world.target.answers("k1", Delivered("R", (done(type="test.free", key="f1"),)))
    await world.send("single", "k1")
    await world.becomes("k1", "delivered")
    await world.becomes("f1", "ready", system="other")
    assert "other" not in dict(hints)


async def test_a_lookups_delivered_carries_the_same_follow_ups(world: World) -> None:
    await world.start(routes=ROUTES)
    world.target.answers("k1", Unknown("time-out"))
    world.target.answers("k1", Delivered("R", (done(),)), path="find")
    await world.send("single", "k1")
    row = await world.becomes("k1", "delivered")
    assert [one["key"] for one in await messages(world)] == [f"{row['id']}.0.0"]


async def test_a_reject_may_have_follow_ups_too(world: World) -> None:
    await world.start(routes=ROUTES)
    world.target.answers("k1", Reject("no", "no", follow_ups=(done(),)))
    await world.send("single", "k1")
    await world.becomes("k1", "rejected")
    assert len(await messages(world)) == 1


async def test_a_replay_is_another_generation_and_has_follow_ups_of_its_own(world: World) -> None:
    await world.start(routes=ROUTES)
    world.target.answers("k1", Reject("no", "no", follow_ups=(done(),)), Delivered("R", (done(),)))
    await world.send("single", "k1")
    row = await world.becomes("k1", "rejected")
    await world.bus.ledger.replay(world.message("k1"), None, "operator", force=False)
    await world.becomes("k1", "delivered")
    assert [one["key"] for one in await messages(world)] == [f"{row['id']}.0.0", f"{row['id']}.1.0"]


async def test_the_same_key_again_is_stored_once(world: World) -> None:
    await world.start(routes=ROUTES)
    for key in ("k1", "k2"):
        world.target.answers(key, Delivered("R", (done(key="same"),)))
    await world.send("single", "k1", "k2")
    await world.delivered()
    assert [one["key"] for one in await messages(world)] == ["same"]


class _Opaque:
    """Nothing that JSON knows."""


LOOP: list[Any] = []
LOOP.append(LOOP)


@pytest.mark.parametrize(
    ("draft", "code"),
    [
        (done(type="test.nobody"), "unknown-type"),
        (done(type="test.hold"), "no-route"),
        (done(type="dossier.acknowledged", data={"x": 1}), None),
        (done(data={"name": "a\0b"}), "nul"),
        (done(data={"name": "\ud800"}), "surrogate"),
        (done(data=("a\0b",)), "nul"),
        (done(data={"fee": 2**60}), "number-too-large"),
        (done(data={"fee": float("nan")}), "number-too-large"),
        (done(data={"fee": Decimal("1.5")}), "adapter-error"),
        (done(data={"at": _Opaque()}), "adapter-error"),
        (done(data={1: "a"}), "adapter-error"),
        (done(data={("a", "b"): "c"}), "adapter-error"),
        (done(data=LOOP), None),
        (done(subject="H49\0-1"), "nul"),
        (done(subject="H49-\udc00"), "surrogate"),
        (done(subject=None), "not-text"),
        (done(type=None), "not-text"),
        (done(time=datetime.max.replace(tzinfo=UTC)), "good"),
        (done(time="yesterday"), "adapter-error"),
    ],
)
async def test_a_bad_one_becomes_a_rejected_delivery_with_its_raw_body(
    world: World, draft: Draft, code: str | None
) -> None:
    await world.start(routes=[{"name": "out", "types": ["test.single"], "to": ["target"]}, ROUTES[1]])
    await _answer_with(world, draft)
    await world.send("single", "k1")
    row = await world.becomes("k1", "delivered")
    found = await messages(world)
    assert [one["cause"] for one in found] == [row["id"]]
    json.loads(found[0]["data"])
    letters = await world.rows("SELECT * FROM delivery WHERE operation = 'follow-up'")
    if code == "good":
        assert letters == []
        return
    assert [letter["state"] for letter in letters] == ["rejected"]
    assert (letters[0]["system"], letters[0]["lane"], letters[0]["message_id"]) == ("target", None, found[0]["id"])
    assert code is None or letters[0]["code"] == code
    assert letters[0]["reason"]


async def _answer_with(world: World, draft: Draft) -> None:
    """The adapter itself makes the draft: not all that is wrong with one can be pickled."""

    def single(message: Any, context: Any) -> Any:
        yield Post("write", json={"keys": [message.key], "lanes": [], "in_doubt": False, "attempt": 1})
        return Delivered("R", (draft,))

    object.__setattr__(world.bus.adapters["target"], "single", single)
