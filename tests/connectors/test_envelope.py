"""The gateway's answer around the partner's."""

from __future__ import annotations

import json
from typing import Any

import pytest

from connectors.envelope import Envelope, opened
from connectors.rest import Rest, RestSettings
from lienthong.requests import Post, Reply
from tests.connectors.servers import answering, wire_server

WHOLE = {"code": 200, "status": 1, "correlationId": "c-1", "response": {"error_code": "0", "message": "thành công"}}


def reply(body: Any, status: int = 200) -> Reply:
    return Reply(status, {"a": "b"}, json.dumps(body, ensure_ascii=False).encode())


def test_the_partners_answer_and_status() -> None:
    found = opened(reply(WHOLE), Envelope())
    assert (found.status, found.json(), found.headers) == (200, WHOLE["response"], {"a": "b"})
    found = opened(reply(WHOLE | {"code": "504"}), Envelope())
    assert (found.status, found.json()) == (504, WHOLE["response"])


def test_an_answer_written_as_a_text() -> None:
    found = opened(reply(WHOLE | {"response": '[{"a": "ví dụ"}]'}), Envelope())
    assert found.json() == [{"a": "ví dụ"}]
    facade = Envelope.model_validate({"content": "/message", "status": None})
    assert opened(reply({"error_code": "0", "message": '{"error_code": "3"}'}), facade).json() == {"error_code": "3"}


@pytest.mark.parametrize(
    "body",
    [
        {"code": 401, "message": "token"},
        WHOLE | {"response": None},
        WHOLE | {"response": "lỗi"},
        WHOLE | {"response": "7"},
        WHOLE | {"code": 900901},
        WHOLE | {"code": True},
        WHOLE | {"code": None},
        [WHOLE],
        "ok",
    ],
)
def test_what_is_not_an_envelope_stays(body: Any) -> None:
    given = reply(body, 502)
    assert opened(given, Envelope()) is given
    assert opened(reply(WHOLE), None).json() == WHOLE


def test_what_is_not_json_stays() -> None:
    given = Reply(200, {}, b"<html>")
    assert opened(given, Envelope()) is given


async def test_the_log_in_sees_the_partners_own_refusal() -> None:
    answer = json.dumps(WHOLE | {"response": {"session": "s"}}).encode()
    session = {"type": "session", "username": "u", "password": "p", "place": "header:X-Session"}
    session |= {"login": {"path": "login", "token": "/session"}}
    head = b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(answer)
    async with wire_server(answering(head + answer, close=False)) as wire:
        settings = {"base_url": wire.url, "auth": session, "envelope": {}}
        rest = Rest(RestSettings.model_validate(settings), "portal")
        await rest.open()
        found = await rest.exchange(Post("a", json={}))
        await rest.close()
    assert found.json() == {"session": "s"}
    assert b"x-session: s" in wire.requests[1]
