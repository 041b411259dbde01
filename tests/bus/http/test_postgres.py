"""The way of a request on PostgreSQL: what differs there is types, uuids and locks."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest

from bus.ledger import State

from .support import OPERATOR, House, documented, event, house

pytestmark = pytest.mark.timeout(60)


@pytest.fixture
async def bus(ledger_database: str) -> AsyncIterator[House]:
    async with house(ledger_database) as running:
        yield running
        documented(running)


async def test_the_whole_way(bus: House) -> None:
    answers = await asyncio.gather(*(bus.send(event("same")) for _ in range(50)))
    assert sorted({answer.status for answer in answers}) == [200, 202]
    [id] = {answer.json()["id"] for answer in answers}
    assert await bus.counts() == {"message": 1, "receipt": 1, "delivery": 1, "evidence": 1}
    assert (await bus.send(event("same", data={"word": "two"}))).code == "key-reused"
    assert (await bus.send(event("nul", data="a\0b"))).errors == [("nul", "/data")]
    await bus.settle(State.REJECTED, code="no", reason="because")
    shown = (await bus.ask("GET", f"/v1/messages/{id}")).json()
    assert (shown["id"], shown["deliveries"][0]["code"], shown["deliveries"][0]["tries"]) == (id, "no", 1)
    assert shown["evidence"][0]["action"] == "accepted"
    await bus.send(event("next"))
    page = (await bus.ask("GET", "/v1/messages?limit=1&state=ready", OPERATOR)).json()
    assert [one["key"] for one in page["messages"]] == ["next"]
    older = (await bus.ask("GET", f"/v1/messages?cursor={page['messages'][0]['id']}", OPERATOR)).json()
    assert [one["id"] for one in older["messages"]] == [id]
    replayed = await bus.ask("POST", f"/v1/messages/{id}/replay", OPERATOR)
    assert replayed.json()["outcomes"][0]["result"] == "replayed"
    cancelled = await bus.ask("POST", f"/v1/messages/{id}/cancel", OPERATOR, json={"reason": "enough"})
    assert cancelled.status == 200
    [office, _] = (await bus.ask("GET", "/v1/systems", OPERATOR)).json()["systems"]
    assert office["counts"] == {"ready": 1}


async def test_a_native_request(bus: House) -> None:
    first = await bus.ask("POST", "/in/office/plain", data=b"one")
    again = await bus.ask("POST", "/in/office/plain", data=b"one")
    assert (first.body, again.body) == (b"accepted []", b"duplicate []")
    found = await bus.ask("GET", "/in/office/find?kind=key&key=one")
    assert found.body == b"parcel.sent {'word': 'one'}"
    newest = await bus.ask("GET", "/in/office/find?kind=message&key=P-1")
    assert newest.body == found.body
    nul = await bus.ask("GET", "/in/office/find?kind=message&key=a%00b")
    assert nul.body == b"None None"
