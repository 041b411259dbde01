"""`GET /v1/evidence`: an auditor reads what is recorded about a message or a question; nobody else does."""

from __future__ import annotations

from uuid import uuid4

import orjson
import pytest

from bus.ledger import Deed
from bus.ledger.evidence import GENESIS, link

from .support import MUTE, OPERATOR, PORTAL, House, event

PAGE = "/v1/evidence"
DAWN = 1795305600  # midnight of 22 November 2026, UTC


async def asked(bus: House) -> str:
    """The evidence of a question; its id."""
    id = str(uuid4())
    detail = orjson.dumps({"query": "citizen.verify", "officer": "canbo.vidu"}).decode()
    await bus.ledger.record([Deed(DAWN + 1.5, "desk", "asked", id, None, detail)])
    await bus.ledger.record([Deed(DAWN + 2.25, "desk", "answered", id, None, '{"result":"matches"}')])
    return id


async def test_a_question_is_told_oldest_first_with_its_place_in_the_chain(bus: House) -> None:
    id = await asked(bus)
    answer = await bus.ask("GET", f"{PAGE}?id={id.upper()}", OPERATOR)
    assert answer.status == 200
    first, second = answer.json()["evidence"]
    assert answer.json()["id"] == id
    assert (first["at"], first["actor"], first["action"]) == ("2026-11-22T07:00:01.500+07:00", "desk", "asked")
    assert first["delivery"] is None and orjson.loads(first["detail"])["officer"] == "canbo.vidu"
    assert (second["action"], second["chain"], second["seq"]) == ("answered", first["chain"], first["seq"] + 1)
    record = {"chain": first["chain"], "seq": 1, "at": DAWN + 1.5, "actor": "desk", "action": "asked", "message_id": id}
    assert first["hash"] == link(GENESIS, {**record, "delivery_id": None, "detail": first["detail"]})


async def test_a_message_too(bus: House) -> None:
    id = (await bus.send(event("a"))).json()["id"]
    shown = (await bus.ask("GET", f"/v1/messages/{id}")).json()["evidence"]
    assert (await bus.ask("GET", f"{PAGE}?id={id}", OPERATOR)).json()["evidence"] == shown
    assert [deed["action"] for deed in shown] == ["accepted"]


@pytest.mark.parametrize("client", [PORTAL, MUTE])
async def test_who_may_not_see_every_message_sees_no_evidence(bus: House, client: str) -> None:
    answer = await bus.ask("GET", f"{PAGE}?id={await asked(bus)}", client)
    assert (answer.status, answer.code) == (403, "not-allowed")
    assert "read: all" in answer.json()["detail"]


@pytest.mark.parametrize("query", ["", "?id=", "?id=1", "?id=H49.44.01-261122-0009", "?message=1"])
async def test_what_is_no_id(bus: House, query: str) -> None:
    answer = await bus.ask("GET", f"{PAGE}{query}", OPERATOR)
    assert (answer.status, answer.code) == (400, "bad-parameter")


async def test_what_nobody_recorded(bus: House) -> None:
    answer = await bus.ask("GET", f"{PAGE}?id={uuid4()}", OPERATOR)
    assert (answer.status, answer.code) == (404, "unknown-evidence")
    assert (await bus.ask("POST", f"{PAGE}?id={uuid4()}", OPERATOR)).status == 405
