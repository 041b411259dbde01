"""Looking and acting: what is shown, to whom, and what operators' actions come to."""

from __future__ import annotations

import asyncio
from typing import Any
from uuid import uuid4

import pytest

from bus.ledger import State

from .support import MUTE, OPERATOR, PORTAL, House, dossier, event

pytestmark = pytest.mark.timeout(30)


async def found(bus: House, query: str = "", key: str = OPERATOR) -> list[str]:
    """Source keys of the messages of one page."""
    answer = await bus.ask("GET", f"/v1/messages{query}", key)
    assert answer.status == 200, answer
    return [one["key"] for one in answer.json()["messages"]]


async def test_search_is_newest_first_in_pages(bus: House) -> None:
    for number in range(5):
        await bus.send(event(f"e{number}"))
    first = (await bus.ask("GET", "/v1/messages?limit=2", OPERATOR)).json()
    assert [one["key"] for one in first["messages"]] == ["e4", "e3"]
    second = (await bus.ask("GET", f"/v1/messages?limit=2&cursor={first['next']}", OPERATOR)).json()
    assert [one["key"] for one in second["messages"]] == ["e2", "e1"]
    last = (await bus.ask("GET", f"/v1/messages?limit=2&cursor={second['next']}", OPERATOR)).json()
    assert ([one["key"] for one in last["messages"]], last["next"]) == (["e0"], None)
    assert (await bus.ask("GET", "/v1/messages?limit=5", OPERATOR)).json()["next"] is None


async def test_search_filters(bus: House) -> None:
    await bus.send(event("a"))
    await bus.settle(State.REJECTED)
    await bus.send(event("b", subject="P-2"))
    await bus.send(dossier("c"))
    await bus.send(event("d", type="parcel.dropped"))
    assert await found(bus, "?type=parcel.sent") == ["b", "a"]
    assert await found(bus, "?subject=P-2") == ["b"]
    assert await found(bus, "?source=/h49/portal&type=dossier.submitted") == ["c"]
    assert await found(bus, "?source=/h49/other") == []
    assert await found(bus, "?system=office") == ["c", "b", "a"]
    assert await found(bus, "?state=rejected") == ["a"]
    assert await found(bus, "?state=rejected&system=quiet") == []
    assert await found(bus, "?since=2000-01-01T00:00:00Z") == ["d", "c", "b", "a"]
    assert await found(bus, "?until=2000-01-01T00:00:00%2B07:00") == []
    assert await found(bus, "?since=2000-01-01T00:00:00+07:00&limit=1") == ["d"]


@pytest.mark.parametrize(
    "query",
    [
        "?state=lost",
        "?limit=0",
        "?limit=1001",
        "?limit=ten",
        "?cursor=x",
        "?since=yesterday",
        "?since=2026-11-22T08:00:00",
        "?since=0001-01-01T00:00:00%2B14:00",
        "?subjekt=x",
        "?subject=a%00b",
    ],
)
async def test_a_wrong_parameter_is_named(bus: House, query: str) -> None:
    answer = await bus.ask("GET", "/v1/messages" + query)
    name = query[1:].partition("=")[0]
    if query.startswith("?since=0001"):
        assert answer.status in (200, 400)
        return
    assert (answer.status, answer.code) == (400, "bad-parameter")
    assert name in answer.json()["detail"]


async def test_who_sees_what(bus: House) -> None:
    mine = (await bus.send(event("mine"))).json()["id"]
    theirs = (await bus.send(event("theirs"), key=OPERATOR)).json()["id"]
    assert await found(bus, key=PORTAL) == ["mine"]
    assert await found(bus, key=OPERATOR) == ["theirs", "mine"]
    assert (await bus.ask("GET", "/v1/messages", MUTE)).code == "not-allowed"
    assert (await bus.ask("GET", "/v1/messages", None)).code == "unauthenticated"
    assert (await bus.ask("GET", f"/v1/messages/{mine}")).status == 200
    hidden = await bus.ask("GET", f"/v1/messages/{theirs}")
    absent = await bus.ask("GET", f"/v1/messages/{uuid4()}")
    assert (hidden.status, hidden.code) == (404, "unknown-message")
    assert hidden.json()["detail"] == absent.json()["detail"]
    assert (await bus.ask("GET", "/v1/messages/no-uuid")).code == "unknown-message"
    assert (await bus.ask("GET", f"/v1/messages/{mine}", MUTE)).status == 403


async def test_one_message_with_all_that_happened(bus: House) -> None:
    id = (await bus.send(dossier("d", state="processing"))).json()["id"]
    delivery = await bus.settle(
        State.REJECTED, code="no-such-unit", reason="unknown unit", pointer="/unit", value="H49"
    )
    shown = (await bus.ask("GET", f"/v1/messages/{id.upper()}")).json()
    assert (shown["id"], shown["key"], shown["client"]) == (id, "d", "portal")
    assert shown["masked"] is True
    assert shown["data"]["applicant"]["name"] == "N***ụ"
    assert shown["data"]["state"] == "processing"
    assert shown["received_at"].endswith("+07:00")
    [told] = shown["deliveries"]
    assert (told["id"], told["system"], told["state"], told["blocks"]) == (delivery, "office", "rejected", True)
    assert (told["code"], told["reason"], told["pointer"], told["value"], told["tries"]) == (
        "no-such-unit",
        "unknown unit",
        "/unit",
        "H49",
        1,
    )
    [attempt] = told["attempts"]
    assert attempt["number"] == 1
    assert all(attempt[mark] for mark in ("request_in", "request_out", "response_in", "response_out"))
    assert shown["evidence"][0]["action"] == "accepted"


async def test_personal_data_is_shown_to_who_reads_all_and_operates(bus: House) -> None:
    id = (await bus.send(dossier())).json()["id"]
    full = (await bus.ask("GET", f"/v1/messages/{id}?data=full", OPERATOR)).json()
    assert full["data"]["applicant"]["name"] == "Nguyễn Văn Ví Dụ"
    assert full["masked"] is False
    assert (await bus.ask("GET", f"/v1/messages/{id}?data=full")).code == "not-allowed"
    assert (await bus.ask("GET", f"/v1/messages/{id}?data=all")).code == "bad-parameter"
    masked = await bus.ask("GET", f"/v1/messages/{id}", OPERATOR)
    assert "Nguyễn" not in masked.body.decode()


@pytest.mark.parametrize(
    ("data", "shown"), [({"word": "secret"}, {"word": "s***t"}), (["secret"], ["s***t"]), (7, "***")]
)
async def test_data_of_a_type_without_a_model_is_masked_whole(bus: House, data: Any, shown: Any) -> None:
    id = (await bus.send(event(data=data))).json()["id"]
    assert (await bus.ask("GET", f"/v1/messages/{id}")).json()["data"] == shown


async def test_replay_sends_what_was_rejected_again(bus: House) -> None:
    id = (await bus.send(event())).json()["id"]
    delivery = await bus.settle(State.REJECTED)
    answer = await bus.ask("POST", f"/v1/messages/{id}/replay", OPERATOR)
    assert answer.status == 200
    outcome = {"delivery": delivery, "system": "office", "result": "replayed", "moved": False}
    assert answer.json() == {"id": id, "outcomes": [outcome]}
    assert bus.hints.woken == 1
    shown = (await bus.ask("GET", f"/v1/messages/{id}")).json()
    assert shown["deliveries"][0]["state"] == "ready"
    assert ("operator", "replayed") in {(deed["actor"], deed["action"]) for deed in shown["evidence"]}


async def test_replay_of_what_was_delivered_needs_force(bus: House) -> None:
    id = (await bus.send(event())).json()["id"]
    await bus.settle(State.DELIVERED, is_open=False)
    refused = await bus.ask("POST", f"/v1/messages/{id}/replay", OPERATOR, json={"system": "office"})
    assert (refused.status, refused.code) == (409, "nothing-done")
    [outcome] = refused.json()["outcomes"]
    assert (outcome["result"], outcome["state"]) == ("refused", "delivered")
    assert "force" in outcome["reason"]
    forced = await bus.ask("POST", f"/v1/messages/{id}/replay", OPERATOR, json={"force": True})
    assert forced.json()["outcomes"][0]["moved"] is True
    other = await bus.ask("POST", f"/v1/messages/{id}/replay", OPERATOR, json={"system": "quiet"})
    assert (other.status, other.json()["outcomes"]) == (409, [])


async def test_cancel_gives_up_once(bus: House) -> None:
    id = (await bus.send(event())).json()["id"]
    answer = await bus.ask("POST", f"/v1/messages/{id}/cancel", OPERATOR, json={"reason": "sent by mistake"})
    assert answer.status == 200
    assert answer.json()["outcomes"][0]["result"] == "cancelled"
    assert answer.json()["outcomes"][0]["system"] == "office"
    [delivery] = (await bus.ask("GET", f"/v1/messages/{id}")).json()["deliveries"]
    assert (delivery["state"], delivery["reason"]) == ("cancelled", "sent by mistake")
    again = await bus.ask("POST", f"/v1/messages/{id}/cancel", OPERATOR, json={"reason": "again"})
    assert (again.status, again.code) == (409, "nothing-done")


@pytest.mark.parametrize(
    ("action", "body", "errors"),
    [
        ("cancel", {}, [("missing", "/reason")]),
        ("cancel", {"reason": ""}, [("empty", "/reason")]),
        ("cancel", {"reason": "a\0b"}, [("wrong-form", "/reason")]),
        ("cancel", {"reason": "x", "why": 1}, [("unknown-field", "/why")]),
        ("replay", {"force": "yes"}, [("wrong-type", "/force")]),
        ("replay", {"system": 1}, [("wrong-type", "/system")]),
        ("replay", {"system": "a\0b"}, [("wrong-form", "/system")]),
        ("replay", [], [("wrong-type", "")]),
    ],
)
async def test_a_wrong_order_changes_nothing(bus: House, action: str, body: Any, errors: list[tuple[str, str]]) -> None:
    id = (await bus.send(event())).json()["id"]
    before = await bus.counts()
    answer = await bus.ask("POST", f"/v1/messages/{id}/{action}", OPERATOR, json=body)
    assert (answer.status, answer.code, answer.errors) == (422, "invalid", errors)
    assert await bus.counts() == before


async def test_who_may_act(bus: House) -> None:
    id = (await bus.send(event())).json()["id"]
    for action in ("replay", "cancel"):
        answer = await bus.ask("POST", f"/v1/messages/{id}/{action}", PORTAL, json={"reason": "x"})
        assert (answer.status, answer.code) == (403, "not-allowed")
        missing = await bus.ask(
            "POST", f"/v1/messages/{uuid4()}/{action}", OPERATOR, json={"reason": "x"} if action == "cancel" else {}
        )
        assert (missing.status, missing.code) == (404, "unknown-message")


async def test_systems_show_what_waits_and_why(bus: House) -> None:
    await bus.send(event("a"))
    await bus.settle(State.REJECTED)
    await bus.send(event("b", subject="P-2"), event("c", subject="P-3"))
    bus.facts["paused"]["quiet"] = "wrong password"
    bus.facts["breakers"].append("office")
    listed = (await bus.ask("GET", "/v1/systems", OPERATOR)).json()["systems"]
    assert [one["name"] for one in listed] == ["office", "quiet"]
    office, quiet = listed
    assert (office["counts"], office["blocked_lanes"]) == ({"ready": 2, "rejected": 1}, 1)
    assert (office["breaker"], office["paused"], office["adapter"]) == ("open", None, "office")
    assert office["oldest_waiting"] is not None
    assert (quiet["paused"], quiet["breaker"], quiet["counts"]) == ("wrong password", "closed", {})
    assert (await bus.ask("GET", "/v1/systems", PORTAL)).code == "not-allowed"


async def test_resume(bus: House) -> None:
    await bus.ledger.pause("quiet", "bus", "wrong password")
    answer = await bus.ask("POST", "/v1/systems/quiet/resume", OPERATOR)
    assert answer.json() == {"system": "quiet", "resumed": True}
    assert bus.resumed == [("quiet", "operator")]
    again = await bus.ask("POST", "/v1/systems/quiet/resume", OPERATOR)
    assert (again.status, again.json()["resumed"]) == (200, False)
    assert (await bus.ask("POST", "/v1/systems/none/resume", OPERATOR)).code == "unknown-system"
    assert (await bus.ask("POST", "/v1/systems/quiet/resume", PORTAL)).code == "not-allowed"


async def test_many_readers_beside_writers(bus: House) -> None:
    sent = [bus.send(event(str(number))) for number in range(50)]
    read = [bus.ask("GET", "/v1/messages", OPERATOR) for _ in range(50)]
    answers = await asyncio.gather(*sent, *read)
    assert {answer.status for answer in answers} == {200, 202}
