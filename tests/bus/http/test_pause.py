"""Pausing a system over HTTP. That other processes follow: tests/command/test_ledger.py."""

from __future__ import annotations

from typing import Any

import pytest

from .support import OPERATOR, PORTAL, House

PAGE = "/v1/systems/office/pause"


async def paused(bus: House) -> dict[str, Any]:
    listed = (await bus.ask("GET", "/v1/systems", OPERATOR)).json()["systems"]
    return {one["name"]: one["paused"] for one in listed}


async def test_pause(bus: House) -> None:
    answer = await bus.ask("POST", PAGE, OPERATOR, json={"reason": "they move house"})
    assert (answer.status, answer.json()) == (200, {"system": "office", "paused": "they move house"})
    assert (await paused(bus))["office"] == "they move house"
    again = await bus.ask("POST", PAGE, OPERATOR, json={"reason": "until Monday"})
    assert (again.status, (await paused(bus))["office"]) == (200, "until Monday")
    assert await bus.ledger.paused() == {"office": "until Monday"}


async def test_who_may_pause_what(bus: House) -> None:
    assert (await bus.ask("POST", PAGE, PORTAL, json={"reason": "x"})).code == "not-allowed"
    assert (await bus.ask("POST", PAGE, None, json={"reason": "x"})).code == "unauthenticated"
    unknown = await bus.ask("POST", "/v1/systems/none/pause", OPERATOR, json={"reason": "x"})
    assert (unknown.status, unknown.code) == (404, "unknown-system")
    assert await bus.ledger.paused() == {}


@pytest.mark.parametrize(
    ("body", "errors"),
    [
        ({}, [("missing", "/reason")]),
        ({"reason": ""}, [("empty", "/reason")]),
        ({"reason": "a\0b"}, [("wrong-form", "/reason")]),
        ({"reason": "x" * 501}, [("too-long", "/reason")]),
        ({"reason": "x", "until": "Monday"}, [("unknown-field", "/until")]),
    ],
)
async def test_a_wrong_order_pauses_nothing(bus: House, body: Any, errors: list[tuple[str, str]]) -> None:
    answer = await bus.ask("POST", PAGE, OPERATOR, json=body)
    assert (answer.status, answer.code, answer.errors) == (422, "invalid", errors)
    assert await bus.ledger.paused() == {}
