"""`POST /v1/events`: what is accepted, in every form."""

from __future__ import annotations

import asyncio
import json
from uuid import UUID

import pytest

from .support import PORTAL, SOURCE, House, dossier, event

pytestmark = pytest.mark.timeout(30)

JSON = "application/json"


async def test_an_event_is_accepted_once_and_known_afterwards(bus: House) -> None:
    first = await bus.send(event())
    assert first.status == 202
    id = first.json()["id"]
    assert UUID(id).version == 7
    assert first.json() == {"id": id, "ids": [id], "duplicates": []}
    again = await bus.send(event())
    assert (again.status, again.json()) == (200, {"id": id, "ids": [id], "duplicates": [id]})
    assert await bus.counts() == {"message": 1, "receipt": 1, "delivery": 1, "evidence": 1}
    assert [system for system, _ in bus.hints.out] == ["office"]


async def test_what_is_kept_is_what_was_sent(bus: House) -> None:
    time = "2026-11-22T08:30:00+07:00"
    parent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
    await bus.send(event("k", subject="Hồ sơ 1", time=time, traceparent=parent, data={"z": "ữ", "a": 1.5}))
    [row] = await bus.rows("SELECT * FROM message")
    assert row["source"] == SOURCE
    assert (row["key"], row["type"], row["subject"], row["client"]) == ("k", "parcel.sent", "Hồ sơ 1", "portal")
    assert row["time"] == 1795311000.0  # 01:30 UTC of that day
    assert json.loads(row["data"]) == {"z": "ữ", "a": 1.5}
    assert row["trace"] == parent
    assert row["schema"] == "urn:lienthong:parcel.sent:1"


async def test_plain_json_may_be_one_event_or_a_list(bus: House) -> None:
    assert (await bus.post(event("a"), JSON)).status == 202
    answer = await bus.post([event("b"), event("c")], JSON + "; charset=utf-8")
    assert answer.status == 202
    assert len(answer.json()["ids"]) == 2
    assert "id" not in answer.json()


async def test_binary_mode_carries_the_attributes_percent_encoded(bus: House) -> None:
    headers = {
        "ce-specversion": "1.0",
        "ce-id": "bin%201",
        "ce-source": SOURCE,
        "ce-type": "parcel.sent",
        "ce-subject": "H%E1%BB%93%20s%C6%A1",
        "ce-data": "ignored",
        "traceparent": "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
    }
    answer = await bus.post(b'{"word": "b"}', JSON, **headers)
    assert answer.status == 202
    [row] = await bus.rows("SELECT * FROM message")
    assert (row["key"], row["subject"], row["data"]) == ("bin 1", "Hồ sơ", '{"word":"b"}')
    assert row["trace"] == headers["traceparent"]


async def test_binary_mode_takes_quotes_off(bus: House) -> None:
    headers = {"ce-id": '"a \\"b\\""', "ce-source": SOURCE, "ce-type": "parcel.sent", "ce-subject": "s"}
    assert (await bus.post(b"{}", JSON, **headers)).status == 202
    [row] = await bus.rows("SELECT key FROM message")
    assert row["key"] == 'a "b"'


async def test_a_malformed_trace_is_ignored_and_the_events_own_wins(bus: House) -> None:
    own = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
    other = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
    media = "application/cloudevents+json"
    assert (await bus.post(event("a", traceparent=own), media, traceparent=other)).status == 202
    assert (await bus.post(event("b"), media, traceparent="nonsense")).status == 202
    rows = await bus.rows("SELECT trace FROM message ORDER BY key")
    assert [row["trace"] for row in rows] == [own, None]


async def test_a_batch_is_answered_in_order_with_its_duplicates(bus: House) -> None:
    known = (await bus.send(event("a"))).json()["id"]
    answer = await bus.send(event("b"), event("a"), event("c"), event("b"))
    assert answer.status == 202
    ids = answer.json()["ids"]
    assert ids[1] == known
    assert ids[0] == ids[3]
    assert answer.json()["duplicates"] == [known, ids[0]]
    assert (await bus.counts())["message"] == 3
    again = await bus.send(event("b"), event("c"))
    assert again.status == 200


async def test_an_empty_batch_is_nothing(bus: House) -> None:
    answer = await bus.post([], "application/cloudevents-batch+json")
    assert (answer.status, answer.json()) == (200, {"ids": [], "duplicates": []})


async def test_a_dossier_is_validated_and_routed(bus: House) -> None:
    assert (await bus.send(dossier())).status == 202
    [row] = await bus.rows("SELECT system, lane, operation, state FROM delivery")
    assert row == {"system": "office", "lane": "H49.44.01-261122-0009", "operation": "take", "state": "ready"}


async def test_what_a_route_drops_is_accepted_and_goes_nowhere(bus: House) -> None:
    assert (await bus.send(event(type="parcel.dropped"))).status == 202
    assert (await bus.counts())["delivery"] == 0


async def test_two_hundred_at_once_with_one_key_are_one_message(bus: House) -> None:
    answers = await asyncio.gather(*(bus.send(event("same")) for _ in range(200)))
    assert {answer.status for answer in answers} == {200, 202}
    assert len({answer.json()["id"] for answer in answers}) == 1
    assert [answer.status for answer in answers].count(202) == 1
    assert await bus.counts() == {"message": 1, "receipt": 1, "delivery": 1, "evidence": 1}


async def test_the_same_id_of_another_client_or_source_is_another_event(bus: House) -> None:
    first = await bus.send(event())
    second = await bus.send(event(), key="key-of-the-operator")
    assert second.status == 202
    assert second.json()["id"] != first.json()["id"]


@pytest.mark.parametrize("headers", [{"authorization": f"bearer {PORTAL}"}, {"x-api-key": PORTAL}])
async def test_the_key_may_come_in_two_ways(bus: House, headers: dict[str, str]) -> None:
    headers = {**headers, "content-type": "application/cloudevents+json"}
    answer = await bus.ask("POST", "/v1/events", None, data=json.dumps(event()), headers=headers)
    assert answer.status == 202
