"""`POST /v1/moves`: who may, what it answers, and what it refuses. What moves and what stays: tests/bus/ledger."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest

from bus.ledger import State

from .support import MUTE, OPERATOR, PORTAL, House, dossier, event

PAGE = "/v1/moves"
ORDER = {"from": "left", "to": "office"}
POLICY = "SELECT p.body FROM delivery d JOIN policy p ON p.id = d.policy WHERE d.system = 'office' AND d.is_open"


async def leave(bus: House) -> None:
    """What the bus holds was for a system that is no longer in the configuration."""
    await bus.ledger.call(lambda s, _: s.run("UPDATE delivery SET system = 'left', operation = 'old', policy = 'old'"))


async def test_a_move_is_made_told_and_recorded(bus: House) -> None:
    id = (await bus.send(event("a"))).json()["id"]
    await leave(bus)
    [old] = await bus.rows("SELECT id FROM delivery")
    answer = await bus.ask("POST", PAGE, OPERATOR, json={**ORDER, "reason": "renamed"})
    assert answer.status == 200
    done = answer.json()
    [outcome] = done.pop("outcomes")
    assert done == {"from": "left", "to": "office", "moved": 1, "refused": 0, "next": None}
    assert outcome == {
        "delivery": old["id"],
        "message": id,
        "system": "left",
        "result": "moved",
        "successor": outcome["successor"],
    }
    assert bus.hints.woken == 1
    shown = (await bus.ask("GET", f"/v1/messages/{id}")).json()
    before, now = shown["deliveries"]
    assert (before["state"], before["code"]) == ("cancelled", "moved")
    assert (now["id"], now["system"], now["operation"], now["lane"]) == (outcome["successor"], "office", "take", "P-1")
    assert now["state"] == "ready"
    deed = shown["evidence"][-1]
    assert (deed["actor"], deed["action"], deed["delivery"]) == ("operator", "moved", old["id"])
    assert deed["detail"] == f"left -> office as {now['id']}: renamed"
    assert len(await bus.rows(POLICY)) == 1  # the rules of the new system, also if no bus stamped them yet
    again = await bus.ask("POST", PAGE, OPERATOR, json=ORDER)
    assert (again.status, again.json()["moved"], again.json()["outcomes"]) == (200, 0, [])


async def test_what_stays_is_listed_and_the_rest_moves(bus: House) -> None:
    held = (await bus.send(event("a"))).json()["id"]
    delivery = await bus.settle(State.HELD, is_open=True, doubt="set")
    await bus.send(event("b", subject="P-2"))
    await leave(bus)
    done = (await bus.ask("POST", PAGE, OPERATOR, json=ORDER)).json()
    assert (done["moved"], done["refused"]) == (1, 1)
    [refused] = [one for one in done["outcomes"] if one["result"] == "refused"]
    assert (refused["delivery"], refused["message"], refused["state"]) == (delivery, held, "held")
    assert "same_target" in refused["reason"]
    same = await bus.ask("POST", PAGE, OPERATOR, json={**ORDER, "same_target": True})
    assert same.json()["moved"] == 1
    rows = await bus.rows("SELECT state FROM delivery WHERE system = 'office' AND is_open ORDER BY position")
    assert [row["state"] for row in rows] == ["held", "ready"]


async def test_step_by_step(bus: House) -> None:
    await bus.send(*(event(str(number), subject=f"P-{number}") for number in range(3)))
    await leave(bus)
    rows = await bus.rows("SELECT id FROM delivery ORDER BY id")
    body = {**ORDER, "after": rows[0]["id"]}
    assert (await bus.ask("POST", PAGE, OPERATOR, json=body)).json()["moved"] == 2
    assert (await bus.ask("POST", PAGE, OPERATOR, json=ORDER)).json()["moved"] == 1


async def test_only_one_message_or_one_operation(bus: House) -> None:
    id = (await bus.send(event("a"))).json()["id"]
    await bus.send(event("b", subject="P-2"))
    await leave(bus)
    assert (await bus.ask("POST", PAGE, OPERATOR, json={**ORDER, "operation": "take"})).json()["moved"] == 0
    one = await bus.ask("POST", PAGE, OPERATOR, json={**ORDER, "operation": "old", "message": id.upper()})
    assert [told["message"] for told in one.json()["outcomes"]] == [id]
    for unknown in (str(uuid4()), "no-uuid"):
        assert (await bus.ask("POST", PAGE, OPERATOR, json={**ORDER, "message": unknown})).code == "unknown-message"


async def test_a_type_that_the_new_system_does_not_take(bus: House) -> None:
    await bus.send(dossier())
    await leave(bus)
    await bus.ledger.call(lambda s, _: s.run("UPDATE message SET type = 'payment.paid'"))
    [told] = (await bus.ask("POST", PAGE, OPERATOR, json=ORDER)).json()["outcomes"]
    assert "office has no operation for payment.paid" in told["reason"]


async def test_what_is_finished_goes_when_it_is_meant(bus: House) -> None:
    await bus.send(event("a"))
    await bus.settle(State.REJECTED, is_open=False)
    await leave(bus)
    assert (await bus.ask("POST", PAGE, OPERATOR, json=ORDER)).json()["moved"] == 0
    assert (await bus.ask("POST", PAGE, OPERATOR, json={**ORDER, "finished": True})).json()["moved"] == 1


async def test_a_configured_system_is_left_alone(bus: House) -> None:
    await bus.send(event("a"))
    answer = await bus.ask("POST", PAGE, OPERATOR, json={"from": "office", "to": "nowhere"})
    assert (answer.status, answer.code) == (422, "invalid")
    assert answer.errors == [("still-configured", "/from"), ("unknown-system", "/to")]
    assert "replay, cancel or pause" in answer.json()["errors"][0]["detail"]
    assert "office, quiet" in answer.json()["errors"][1]["detail"]
    assert [row["system"] for row in await bus.rows("SELECT system FROM delivery")] == ["office"]


@pytest.mark.parametrize(
    ("body", "errors"),
    [
        ({}, [("missing", "/from"), ("missing", "/to")]),
        ({"to": "office", "origin": "left"}, [("missing", "/from"), ("unknown-field", "/origin")]),
        ({**ORDER, "from": ""}, [("empty", "/from")]),
        ({**ORDER, "from": "a\0b"}, [("wrong-form", "/from")]),
        ({**ORDER, "same_target": 1}, [("wrong-type", "/same_target")]),
        ({**ORDER, "after": -1}, [("out-of-range", "/after")]),
        ({**ORDER, "reason": "x" * 501}, [("too-long", "/reason")]),
    ],
)
async def test_a_wrong_order_moves_nothing(bus: House, body: Any, errors: list[tuple[str, str]]) -> None:
    answer = await bus.ask("POST", PAGE, OPERATOR, json=body)
    assert (answer.status, answer.code, answer.errors) == (422, "invalid", errors)


async def test_who_may_move(bus: House) -> None:
    for key, code in ((PORTAL, "not-allowed"), (MUTE, "not-allowed"), (None, "unauthenticated")):
        assert (await bus.ask("POST", PAGE, key, json=ORDER)).code == code
