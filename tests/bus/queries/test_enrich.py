"""What a route asks before it delivers: its rules, what is kept of it, and how seldom it is asked again."""

from __future__ import annotations

from typing import Any

import pytest

from lienthong import Answered, Reject, Retry

from .world import Office

NOBODY: dict[str, str] = {}


def routes(**enrich: Any) -> list[dict[str, Any]]:
    asks = {"query": "person.lookup", "ask": ".data.number | select(.) | {number: .}", "purpose": ".data.purpose"}
    return [{"name": "all", "types": ["test.*"], "to": ["target"], "enrich": [{**asks, **enrich}]}]


async def outcomes(office: Office) -> list[str]:
    return [
        detail.split('"outcome":"')[1].split('"')[0]
        for _, action, detail in await office.evidence()
        if action == "enriched"
    ]


async def test_it_is_asked_first_and_delivered_then(office: Office) -> None:
    await office.start(routes=routes())
    await office.send("single", "k1", data={"number": "123", "purpose": "9.999999"})
    await office.delivered()
    assert len(office.desk.asked) == 1
    assert await outcomes(office) == ["found"]
    asked = next(detail for _, action, detail in await office.evidence() if action == "asked")
    assert '"officer":"bus","purpose":"9.999999","case":"lane-of-k1"' in asked


async def test_what_has_no_question_is_just_delivered(office: Office) -> None:
    await office.start(routes=routes())
    await office.send("single", "k1", data={})
    await office.delivered()
    assert not office.desk.asked


@pytest.mark.parametrize(("rule", "state"), [("hold", "held"), ("reject", "rejected"), ("deliver", "delivered")])
async def test_the_rule_of_the_route_decides(office: Office, rule: str, state: str) -> None:
    await office.start(routes=routes(on={"differs": rule}))
    office.desk.will("123", Answered("differs"))
    await office.send("single", "k1", data={"number": "123"})
    row = await office.becomes("k1", state)
    assert row["code"] == (None if rule == "deliver" else "enrich-differs")
    assert row["in_doubt_since"] is None
    assert bool(office.target.sent) == (rule == "deliver")


async def test_who_is_down_is_asked_later_and_the_target_is_not_blamed(office: Office) -> None:
    await office.start(routes=routes(), breaker={"failures": 1, "pause": 60, "longest": 60})
    office.desk.will("123", Retry("down"), Retry("down"))
    await office.send("single", "k1", data={"number": "123"})
    await office.delivered()
    assert len(office.desk.asked) == 3
    assert not office.bus.gates["target"].breaker_open
    assert [one["verdict"] for one in await office.attempts("k1")] == ["retry", "retry", "delivered"]


async def test_a_retry_of_the_delivery_does_not_ask_again(office: Office) -> None:
    await office.start(routes=routes())
    office.target.answers("k1", Retry("busy"), Retry("busy"))
    await office.send("single", "k1", data={"number": "123"})
    await office.delivered()
    assert len(office.desk.asked) == 1


async def test_after_reuse_for_it_is_asked_again(office: Office) -> None:
    await office.start(routes=routes(reuse_for=0))
    office.target.answers("k1", Retry("busy"))
    await office.send("single", "k1", data={"number": "123"})
    await office.delivered()
    assert len(office.desk.asked) == 2


async def test_an_operator_who_replays_what_was_held_has_decided(office: Office) -> None:
    await office.start(routes=routes(on={"differs": "hold"}, reuse_for=0))
    office.desk.will("123", Answered("differs"), Answered("differs"))
    await office.send("single", "k1", data={"number": "123"})
    await office.becomes("k1", "held")
    await office.bus.ledger.replay(office.message("k1"), None, "operator", False)
    office.bus.relay.wake()
    await office.becomes("k1", "delivered")


async def test_a_refused_question_holds_unless_the_route_says_otherwise(office: Office) -> None:
    await office.start(routes=routes())
    office.desk.will("123", Reject("not-for-you", "no"))
    await office.send("single", "k1", data={"number": "123"})
    assert (await office.becomes("k1", "held"))["code"] == "enrich-refused"


async def test_a_program_that_fails_holds_and_quotes_nothing(office: Office) -> None:
    await office.start(routes=routes(ask=".data.number | tonumber | {number: .x}"))
    await office.send("single", "k1", data={"number": "Nguyễn Văn Ví Dụ"})
    row = await office.becomes("k1", "held")
    assert row["code"] == "enrich-question" and "Ví Dụ" not in row["reason"]


async def test_of_a_batch_only_those_go_that_may(office: Office) -> None:
    await office.start(routes=routes(on={"differs": "reject"}))
    office.desk.will("222", Answered("differs"))
    for key, number in (("k1", "111"), ("k2", "222"), ("k3", "333")):
        await office.send("batch", key, data={"number": number})
    await office.becomes("k1", "delivered")
    await office.becomes("k2", "rejected")
    await office.becomes("k3", "delivered")
    assert sorted(office.target.effects) == ["k1", "k3"]


async def test_nothing_of_a_run_passes_one_that_is_held(office: Office) -> None:
    await office.start(routes=routes(on={"differs": "hold"}))
    office.desk.will("222", Answered("differs"))
    for key, number in (("k1", "111"), ("k2", "222"), ("k3", "333")):
        await office.send("run", key, lane="one", data={"number": number})
    await office.becomes("k2", "held")
    await office.becomes("k1", "delivered")
    assert office.target.effects == ["k1"]
    assert await office.state("k3") in ("ready", "waiting")


async def test_without_the_query_nothing_goes_unasked(office: Office) -> None:
    await office.start(routes=routes(query="person.gone"))
    await office.send("single", "k1", data={"number": "123"})
    assert (await office.becomes("k1", "held"))["code"] == "enrich-unknown-query"


async def test_the_rules_of_the_time_of_intake_hold(office: Office) -> None:
    await office.start(routes=routes(on={"differs": "hold"}), paused=True)
    office.desk.will("123", Answered("differs"))
    await office.send("single", "k1", data={"number": "123"})
    await office.stop()
    await office.start()
    assert (await office.becomes("k1", "held"))["code"] == "enrich-differs"
