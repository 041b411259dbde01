"""Each verdict says what happens next."""

from __future__ import annotations

import time
from types import SimpleNamespace

import pytest

from lienthong import Delivered, Reject, Retry, Stop, Unknown

from .support import HANG
from .world import World, until


async def test_delivered_took_effect_and_is_done(world: World) -> None:
    await world.start()
    world.target.answers("k1", Delivered("R-7"))
    await world.send("single", "k1")
    row = await world.becomes("k1", "delivered")
    assert (row["reference"], row["verdict"], row["attempts"]) == ("R-7", "delivered", 1)
    assert row["settled_at"] is not None


async def test_retry_backs_off_and_comes_again_when_it_is_due(world: World) -> None:
    await world.start()
    world.target.answers("k1", Retry("busy"), Retry("busy", after=0.1))
    await world.send("single", "k1")
    await world.becomes("k1", "delivered")
    attempts = await world.attempts("k1")
    assert [(one["number"], one["verdict"]) for one in attempts] == [(1, "retry"), (2, "retry"), (3, "delivered")]
    assert attempts[1]["request_in"] - attempts[0]["response_out"] >= 0.01
    assert attempts[2]["request_in"] - attempts[1]["response_out"] >= 0.1


async def test_each_attempt_has_four_time_marks_in_order(world: World) -> None:
    await world.start()
    await world.send("single", "k1")
    await world.becomes("k1", "delivered")
    [one] = await world.attempts("k1")
    assert one["request_in"] <= one["request_out"] <= one["response_in"] <= one["response_out"]


async def test_reject_is_a_dead_letter_with_code_reason_and_pointer(world: World) -> None:
    await world.start()
    world.target.answers("k1", Reject("unit-unknown", "no such unit", "/unit"))
    await world.send("single", "k1")
    row = await world.becomes("k1", "rejected")
    assert (row["code"], row["reason"], row["pointer"]) == ("unit-unknown", "no such unit", "/unit")


async def test_a_rejected_head_of_an_ordered_operation_blocks_its_lane_alone(world: World) -> None:
    await world.start()
    world.target.answers("k1", Reject("no", "no"))
    await world.send("single", "k1", "k2", lane="A")
    await world.send("single", "k3", lane="B")
    await world.becomes("k1", "rejected")
    await world.becomes("k3", "delivered")
    await world.becomes("k2", "waiting")
    assert world.target.keys() == ["k1", "k3"]


async def test_on_reject_continue_lets_the_next_go(world: World) -> None:
    await world.start(on_reject="continue")
    world.target.answers("k1", Reject("no", "no"))
    await world.send("single", "k1", "k2", lane="A")
    await world.becomes("k2", "delivered")
    assert await world.state("k1") == "rejected"


async def test_a_replayed_head_goes_first_and_its_lane_follows(world: World) -> None:
    await world.start()
    world.target.answers("k1", Reject("no", "no"))
    await world.send("single", "k1", "k2", lane="A")
    await world.becomes("k1", "rejected")
    await world.becomes("k2", "waiting")
    await world.bus.ledger.replay(world.message("k1"), None, "operator", force=False)
    await world.delivered()
    assert world.target.keys() == ["k1", "k1", "k2"]


async def test_long_retries_end_at_the_attempt_limit(world: World) -> None:
    await world.start(retry={"first": 0.001, "jitter": 0, "attempts": 3})
    world.target.always = Retry("busy")
    await world.send("single", "k1")
    row = await world.becomes("k1", "dead")
    assert (row["code"], row["reason"], row["attempts"]) == ("too-many-attempts", "busy", 3)
    assert len(world.target.sent) == 3


async def test_long_retries_end_at_the_age_limit(world: World) -> None:
    await world.start(retry={"first": 0.01, "longest": 0.01, "jitter": 0, "age": 0.5})
    world.target.always = Retry("busy")
    await world.send("single", "k1")
    row = await world.becomes("k1", "dead")
    assert row["code"] == "too-old"
    assert len(world.target.sent) > 1


async def test_a_worker_whose_own_clock_is_wrong_gives_nothing_up_for_age(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    await world.start(retry={"first": 0.01, "jitter": 0, "age": 60})
    wrong = SimpleNamespace(time=lambda: time.time() + 3600, monotonic=time.monotonic)
    monkeypatch.setattr("bus.dispatch.outlet.time", wrong)
    world.target.answers("k1", Retry("busy"))
    await world.send("single", "k1")
    await world.becomes("k1", "delivered")


async def test_an_exception_before_the_first_request_is_a_reject_without_the_exceptions_text(world: World) -> None:
    await world.start()
    await world.send("broken_before", "k1")
    row = await world.becomes("k1", "rejected")
    assert row["code"] == "adapter-error"
    assert "LookupError" in row["reason"]
    assert "Ví Dụ" not in row["reason"]
    assert world.target.sent == []


async def test_an_exception_after_it_is_unknown(world: World) -> None:
    await world.start()
    await world.send("broken_after", "k1")
    row = await world.becomes("k1", "held")
    assert "adapter-error" in row["reason"]
    assert "Ví Dụ" not in row["reason"]
    assert row["in_doubt_since"] is not None


@pytest.mark.parametrize("nonsense", [None, "delivered", 200])
async def test_an_answer_that_is_no_verdict_is_unknown_and_never_stays_in_sending(
    world: World, nonsense: object
) -> None:
    await world.start()
    world.target.answers("k1", nonsense if nonsense is not None else _Nothing())
    await world.send("hold", "k1")
    row = await world.becomes("k1", "held")
    assert "adapter-error" in row["reason"]


class _Nothing:
    """Reads as something that is no verdict."""


async def test_an_adapter_that_will_not_end_is_ended(world: World) -> None:
    await world.start(deadline=0.05)
    world.target.answers("k1", HANG)
    await world.send("clinging", "k1")
    row = await world.becomes("k1", "held")
    assert "0.05 s" in row["reason"]


async def test_one_slow_call_holds_up_nobody_else(world: World) -> None:
    await world.start(concurrency=2, deadline=5)
    world.target.answers("slow", HANG)
    await world.send("single", "slow")
    await until(lambda: world.target.sent)
    await world.send("single", *(f"k{n}" for n in range(20)))
    for n in range(20):
        await world.becomes(f"k{n}", "delivered")
    assert await world.state("slow") == "sending"
    await world.bus.outlets["target"].drain(0)


async def test_stop_pauses_the_system_and_keeps_everything(world: World) -> None:
    await world.start()
    world.target.answers("k1", Stop("password refused"))
    await world.send("single", "k1")
    await until(lambda: world.bus.gates["target"].paused == "password refused")
    await until(world.bus.ledger.paused)
    await world.send("single", "k2", "k3")
    row = await world.becomes("k1", "ready")
    assert (row["attempts"], row["is_open"], row["code"]) == (0, 1, "stopped")
    assert await world.bus.ledger.paused() == {"target": "password refused"}
    assert world.target.keys() == ["k1"]
    assert await world.states() == {"ready"}


async def test_unknown_is_held_for_an_operator_by_default(world: World) -> None:
    await world.start()
    world.target.answers("k1", Unknown("time-out"))
    await world.send("hold", "k1", "k2", lane="A")
    row = await world.becomes("k1", "held")
    assert (row["code"], row["reason"]) == ("in-doubt", "time-out")
    await world.becomes("k2", "waiting")
