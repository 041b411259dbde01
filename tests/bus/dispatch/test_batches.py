"""A batch: one verdict an item in order, or the bus halves and repeats."""

from __future__ import annotations

from lienthong import Delivered, Each, Lost, Reject, Retry, Split, Stop, Unknown

from .world import World, until


async def paused_with(world: World, kind: str, *keys: str, **settings: object) -> None:
    """All of `keys` in one batch: they were there before the system flowed."""
    await world.start(paused=True, **settings)  # type: ignore[arg-type]
    await world.send(kind, *keys)


async def go(world: World) -> None:
    await world.bus.resume("target", "operator")


async def test_each_gives_one_verdict_an_item_in_order(world: World) -> None:
    await paused_with(world, "batch", "k1", "k2", "k3")
    world.target.answers("k1", Each([Delivered("R1"), Reject("no", "no"), Retry("busy")]))
    await go(world)
    assert (await world.becomes("k1", "delivered"))["reference"] == "R1"
    assert (await world.becomes("k2", "rejected"))["code"] == "no"
    assert (await world.becomes("k3", "delivered"))["attempts"] == 2
    assert world.target.sent[0].keys == ("k1", "k2", "k3")


async def test_each_with_a_wrong_number_of_verdicts_says_nothing_of_any_item(world: World) -> None:
    await paused_with(world, "batch", "k1", "k2", on_unknown={"batch": "hold"})
    world.target.answers("k1", Each([Delivered("R1")]))
    await go(world)
    for key in ("k1", "k2"):
        row = await world.becomes(key, "held")
        assert row["reason"] == "adapter-error: 1 verdicts for 2 items"


async def test_each_with_something_that_is_no_verdict_is_unknown(world: World) -> None:
    await paused_with(world, "batch", "k1", "k2", on_unknown={"batch": "hold"})
    world.target.answers("k1", Each([Delivered("R1"), "fine"]))  # type: ignore[list-item]
    await go(world)
    await world.becomes("k1", "held")
    await world.becomes("k2", "held")


async def test_one_verdict_for_a_batch_is_everyones(world: World) -> None:
    await paused_with(world, "batch", "k1", "k2", on_unknown={"batch": "hold"})
    world.target.answers("k1", Unknown("time-out"))
    await go(world)
    await world.becomes("k1", "held")
    await world.becomes("k2", "held")


async def test_split_halves_until_the_refused_item_is_alone(world: World) -> None:
    await paused_with(world, "batch", "k1", "k2", "k3", "k4")
    world.target.answers("k1", Split("one of them is wrong"))
    world.target.answers("k3", Split("one of them is wrong"), Split("this one is wrong"))
    await go(world)
    row = await world.becomes("k3", "rejected")
    assert (row["code"], row["reason"]) == ("refused", "this one is wrong")
    for key in ("k1", "k2", "k4"):
        await world.becomes(key, "delivered")
    assert [sent.keys for sent in world.target.sent] == [
        ("k1", "k2", "k3", "k4"),
        ("k1", "k2"),
        ("k3", "k4"),
        ("k3",),
        ("k4",),
    ]


async def test_a_half_that_is_lost_leaves_the_other_as_it_was(world: World) -> None:
    await paused_with(world, "batch", "k1", "k2", "k3", "k4", on_unknown={"batch": "hold"})
    world.target.answers("k1", Split("one of them is wrong"), Lost("time-out"))
    await go(world)
    for key, state in (("k1", "held"), ("k2", "held"), ("k3", "delivered"), ("k4", "delivered")):
        await world.becomes(key, state)


async def test_split_of_a_run_does_not_let_a_later_one_overtake(world: World) -> None:
    await world.start(paused=True)
    await world.send("run", "A.1", "A.2", "A.3", lane="A")
    world.target.answers("A.1", Split("one of them is wrong"), Retry("busy"))
    await go(world)
    await world.delivered()
    assert world.target.effects == ["A.1", "A.2", "A.3"]


async def test_split_of_a_single_item_is_a_reject(world: World) -> None:
    await world.start()
    world.target.answers("k1", Split("it is wrong"))
    await world.send("hold", "k1")
    assert (await world.becomes("k1", "rejected"))["code"] == "refused"


async def test_stop_for_one_item_pauses_and_the_next_of_the_others_lanes_is_not_forgotten(world: World) -> None:
    await world.start(paused=True)
    await world.send("batch", "A.1", lane="A")
    await world.send("batch", "B.1", lane="B")
    await world.send("batch", "A.2", lane="A")
    world.target.answers("A.1", Each([Delivered(), Stop("password refused")]))
    await go(world)
    await until(lambda: world.bus.gates["target"].paused == "password refused")
    await world.becomes("A.1", "delivered")
    await go(world)
    await world.delivered()


async def test_a_batch_key_that_raises_harms_its_own_item_at_most(world: World) -> None:
    def broken(message: object) -> object:
        raise KeyError("unit")

    await world.start()
    operation = world.bus.adapters["target"].operations["keyed"]
    object.__setattr__(operation, "batch_key", broken)
    try:
        await world.send("keyed", "k1", "k2")
        await world.delivered()
    finally:
        from .support import _group

        object.__setattr__(operation, "batch_key", _group)
