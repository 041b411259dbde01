"""`/v1/queries`: access, problems and headers, over a real server."""

from __future__ import annotations

import dataclasses
from collections.abc import AsyncIterator, Mapping
from hashlib import sha256
from typing import Any

import aiohttp
import pytest

from bus.config.model import Config
from bus.http.app import create
from bus.http.server import Server
from lienthong import Answered, Reject, Retry, Stop

from .world import Office

KEYS = {"desk": "key-of-the-desk", "mute": "key-of-the-mute"}
CLIENTS = {
    "desk": {"key": f"sha256:{sha256(KEYS['desk'].encode()).hexdigest()}", "ask": ["person.*"]},
    "mute": {"key": f"sha256:{sha256(KEYS['mute'].encode()).hexdigest()}"},
}
ASK = {"data": {"number": "123"}, "purpose": "9.999999", "officer": "canbo.vidu"}


class Caller:
    def __init__(self, session: aiohttp.ClientSession, url: str) -> None:
        self._session, self._url = session, url

    async def ask(
        self, body: Any = ASK, name: str = "person.lookup", key: str = "desk", headers: Mapping[str, str] | None = None
    ) -> tuple[int, Any, Mapping[str, str]]:
        head = {"authorization": f"Bearer {KEYS[key]}", **(headers or {})}
        async with self._session.post(f"{self._url}/v1/queries/{name}", json=body, headers=head) as response:
            return response.status, await response.json(content_type=None), response.headers

    async def list(self, key: str) -> Any:
        head = {"authorization": f"Bearer {KEYS[key]}"}
        async with self._session.get(f"{self._url}/v1/queries", headers=head) as response:
            return (await response.json())["queries"]


@pytest.fixture
async def caller(office: Office) -> AsyncIterator[Caller]:
    await office.start(asked={"require": ["purpose", "officer"]})
    desk = office.bus._desk()
    settings = Config.model_validate({**office.bus.config.model_dump(by_alias=True), "clients": CLIENTS})
    server = Server(create(dataclasses.replace(desk, config=settings)), "127.0.0.1", 0)
    port = await server.start()
    async with aiohttp.ClientSession() as session:
        yield Caller(session, f"http://127.0.0.1:{port}")
    await server.stop()


async def test_the_answer(office: Office, caller: Caller) -> None:
    status, answer, headers = await caller.ask()
    assert (status, headers["cache-control"]) == (200, "no-store")
    assert answer | {"id": "", "time": ""} == {
        "id": "",
        "query": "person.lookup",
        "system": "register",
        "result": "found",
        "data": {"name": "Nguyễn Văn Ví Dụ"},
        "time": "",
        "cached": False,
    }
    assert {actor for actor, _, _ in await office.evidence()} == {"desk"}


async def test_not_found_is_an_answer(office: Office, caller: Caller) -> None:
    office.desk.will("123", Answered("not-found"))
    status, answer, _ = await caller.ask()
    assert (status, answer["result"], answer["data"]) == (200, "not-found", None)


@pytest.mark.parametrize(
    ("said", "status", "code"),
    [
        (Retry("down"), 503, "partner-down"),
        (Retry("down", after=7), 503, "partner-down"),
        (Reject("unknown-purpose", "no"), 422, "query-refused"),
        (Stop("password refused"), 502, "partner-misconfigured"),
    ],
)
async def test_problems(office: Office, caller: Caller, said: Any, status: int, code: str) -> None:
    office.desk.will("123", said)
    found, problem, headers = await caller.ask()
    assert (found, problem["type"]) == (status, f"urn:lienthong:problem:{code}")
    assert problem["question"]
    if status == 503:
        assert headers["retry-after"] == ("7" if said.after else "5")


async def test_a_wrong_question_is_told_where(caller: Caller) -> None:
    status, problem, _ = await caller.ask({"data": {"number": "1", "other": 1}})
    assert (status, problem["type"]) == (422, "urn:lienthong:problem:invalid")
    pointers = {error["pointer"] for error in problem["errors"]}
    assert pointers == {"/purpose", "/officer", "/data/number", "/data/other"}


@pytest.mark.parametrize(
    ("name", "key", "status", "code"),
    [
        ("person.lookup", "mute", 403, "not-allowed"),
        ("person.unknown", "desk", 404, "unknown-query"),
        ("other.lookup", "desk", 403, "not-allowed"),
    ],
)
async def test_access(caller: Caller, name: str, key: str, status: int, code: str) -> None:
    found, problem, _ = await caller.ask(name=name, key=key)
    assert (found, problem["type"]) == (status, f"urn:lienthong:problem:{code}")


@pytest.mark.parametrize("value", ["0", "-1", "soon", "inf", "nan"])
async def test_a_wrong_time_out_is_refused(caller: Caller, value: str) -> None:
    status, problem, _ = await caller.ask(headers={"Request-Timeout": value})
    assert (status, problem["type"]) == (400, "urn:lienthong:problem:bad-parameter")


async def test_the_list_shows_what_the_client_may_ask(caller: Caller) -> None:
    names = [one["name"] for one in await caller.list("desk")]
    assert names == ["person.broken", "person.lookup"]
    assert await caller.list("mute") == []
    assert (await caller.list("desk"))[1]["results"] == ["found", "not-found", "matches", "differs"]
