"""`/in/{system}/{operation}`: an outside system's own protocol."""

from __future__ import annotations

import json

import pytest

from .support import MUTE, OPERATOR, House, event

pytestmark = pytest.mark.timeout(30)


async def door(bus: House, operation: str, content: bytes = b"", query: str = "") -> tuple[int, str]:
    answer = await bus.ask("POST", f"/in/office/{operation}{query}", data=content)
    return answer.status, answer.body.decode()


async def test_accepted_then_duplicate_then_refused(bus: House) -> None:
    assert await door(bus, "plain", b"one") == (200, "accepted []")
    assert await door(bus, "plain", b"one") == (200, "duplicate []")
    assert await door(bus, "plain", b"one, changed") == (200, "refused [['key-reused', '/id']]")
    assert await door(bus, "plain", b"two\0") == (200, "refused [['nul', '/data/word']]")
    [row] = await bus.rows("SELECT client, source, key, data FROM message")
    assert row == {"client": "portal", "source": "/h49/portal", "key": "one", "data": '{"word":"one"}'}
    assert [system for system, _ in bus.hints.out] == ["office"]


async def test_the_door_and_the_events_page_share_their_keys(bus: House) -> None:
    assert await door(bus, "plain", b"one") == (200, "accepted []")
    assert (await bus.send(event("one"))).status == 200


async def test_several_messages_are_taken_all_or_none_and_told_apart(bus: House) -> None:
    assert await door(bus, "two", b"a b") == (200, "accepted")
    assert await door(bus, "two", b"a b") == (200, "duplicate")
    assert await door(bus, "two", b"b c") == (200, "accepted")
    before = await bus.counts()
    assert await door(bus, "two", b"d \0 e") == (200, "refused nul /1/id")
    assert await bus.counts() == before


async def test_a_message_may_be_asked_for(bus: House) -> None:
    await door(bus, "plain", b"one")
    await bus.send(event("newer", data={"word": "two"}))
    assert await door(bus, "find", query="?kind=message&key=P-1") == (200, "parcel.sent {'word': 'two'}")
    assert await door(bus, "find", query="?kind=key&key=one") == (200, "parcel.sent {'word': 'one'}")
    assert await door(bus, "find", query="?kind=key&key=none") == (200, "None None")
    assert await door(bus, "find", query="?kind=message&key=none") == (200, "None None")


async def test_a_source_that_the_client_may_not_use(bus: House) -> None:
    assert await door(bus, "elsewhere") == (403, "source-not-allowed")


async def test_what_an_adapter_is_told_of_the_request(bus: House) -> None:
    answer = await bus.ask("GET", "/in/office/echo?b=2&a=1&b=3")
    assert answer.body == b"GET /in/office/echo [('a', '1'), ('b', '3')] portal set() +0700 office"
    assert answer.headers["content-type"] == "text/plain"


@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "PATCH", "DELETE"])
async def test_a_services_own_paths_reach_the_adapter_as_they_were_written(bus: House, method: str) -> None:
    answer = await bus.ask(method, "/in/office/echo/people/a%2Fb/..%2F?x=1")
    assert answer.body.startswith(f"{method} /in/office/echo/people/a%2Fb/..%2F [('x', '1')]".encode())


async def test_an_encoded_slash_leads_to_no_other_operation(bus: House) -> None:
    answer = await bus.ask("POST", "/in/office/echo%2F..%2Fplain")
    assert answer.body.startswith(b"POST /in/office/echo%2F..%2Fplain")


@pytest.mark.parametrize("operation", ["breaks-before", "keyless", "no-generator", "endless"])
async def test_a_broken_adapter_changes_nothing(bus: House, operation: str) -> None:
    answer = await bus.ask("POST", f"/in/office/{operation}", data=b"x")
    assert (answer.status, answer.code) == (500, "adapter-error")
    assert "Nguyễn" not in answer.body.decode()
    assert (await bus.counts())["message"] == 0


async def test_what_was_accepted_before_an_adapter_failed_stays(bus: House) -> None:
    answer = await bus.ask("POST", "/in/office/breaks-after", data=b"k")
    assert (answer.status, answer.code) == (500, "adapter-error")
    assert (await bus.counts())["message"] == 1
    assert await door(bus, "breaks-after", b"k") == (200, "duplicate")
    twice = await bus.ask("POST", "/in/office/twice", data=b"")
    assert (twice.status, twice.code) == (500, "adapter-error")


async def test_who_may_call_which_door(bus: House) -> None:
    for key in (MUTE, OPERATOR):
        answer = await bus.ask("POST", "/in/office/plain", key, data=b"one")
        assert (answer.status, answer.code) == (403, "not-allowed")
    other = await bus.ask("POST", "/in/quiet/plain", data=b"one")
    assert (other.status, other.code) == (403, "not-allowed")
    assert (await bus.ask("POST", "/in/office/plain", None, data=b"one")).status == 401


async def test_an_unknown_system_or_operation(bus: House) -> None:
    system = await bus.ask("POST", "/in/gone/plain", data=b"one")
    assert (system.status, system.code) == (404, "unknown-system")
    operation = await bus.ask("POST", "/in/office/none", data=b"one")
    assert (operation.status, operation.code) == (404, "unknown-operation")
    assert "plain" in operation.json()["detail"]
    assert (await bus.ask("PROPFIND", "/in/office/plain", data=b"one")).code == "method-not-allowed"


async def test_a_body_over_the_limit(bus: House) -> None:
    async def chunks() -> object:
        for _ in range(11):
            yield b"x" * 1_000_000

    answer = await bus.ask("POST", "/in/office/plain", data=chunks())
    assert (answer.status, answer.code) == (413, "too-large")
    assert (await bus.counts())["message"] == 0


async def test_the_trace_of_a_native_request_is_kept(bus: House) -> None:
    parent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
    await bus.ask("POST", "/in/office/plain", data=b"one", headers={"traceparent": parent})
    [row] = await bus.rows("SELECT trace, data FROM message")
    assert (row["trace"], json.loads(row["data"])) == (parent, {"word": "one"})
