"""Session log-in against a portal that keeps sessions and loses them."""

from __future__ import annotations

import asyncio
import json
import unicodedata
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from aiohttp import web

from connectors.auth import Session
from connectors.auth.session import SessionLogin
from connectors.rest import Rest, RestSettings
from lienthong.requests import Get, Lost, Misconfigured, NotSent, Post, Reply, Request
from tests.connectors.servers import answering, full_port, refused_port, silent_after, wire_server

PASSWORD = "mật-khẩu-bí-mật"
AUTH: dict[str, Any] = {
    "type": "session",
    "username": "000.00.00.H49",
    "password": PASSWORD,
    "login": {
        "path": "mapi/login",
        "body": {"username": "{username}", "password": "{password}"},
        "token": "/session",
        "ok": {"pointer": "/error_code", "values": ["0", "00"]},
    },
    "lifetime": 600,
    "place": "json:/session",
    "expired": [
        {"pointer": "/error_code", "values": [-9]},
        {"pointer": "/message", "phrases": ["phiên làm việc không hợp lệ"]},
    ],
}


class Portal:
    """Answers `mapi/login` and everything else. `gone`: the answer to a session that it does not know."""

    def __init__(self) -> None:
        self.sessions: set[str] = set()
        self.logins: list[dict[str, Any]] = []
        self.seen: list[tuple[str, dict[str, Any]]] = []
        self.login_answer: dict[str, Any] | None = None
        self.login_status = 200
        self.login_takes = 0.0
        self.gone_status = 200
        self.gone: dict[str, Any] = {"error_code": "-9", "message": ""}
        self.accept = True

    async def login(self, request: web.Request) -> web.Response:
        self.logins.append(await request.json())
        await asyncio.sleep(self.login_takes)
        session = f"phien-{len(self.logins)}"
        if self.accept:
            self.sessions.add(session)
        answer = self.login_answer or {"error_code": 0, "session": session, "message": ""}
        return web.json_response(answer, status=self.login_status)

    async def call(self, request: web.Request) -> web.Response:
        body = await request.json() if request.can_read_body else {}
        session = body.get("session") or request.headers.get("X-Session", "").removeprefix("Phien ")
        self.seen.append((session, body))
        await asyncio.sleep(body.get("takes", 0.01))
        if session not in self.sessions:
            return web.json_response(self.gone, status=self.gone_status)
        return web.json_response({"error_code": "0"})


@asynccontextmanager
async def system(auth: dict[str, Any] | None = None, **timeouts: float) -> AsyncIterator[tuple[Portal, Rest]]:
    portal = Portal()
    app = web.Application()
    app.router.add_post("/mapi/login", portal.login)
    app.router.add_route("*", "/{rest:.*}", portal.call)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    rest = make(f"http://127.0.0.1:{runner.addresses[0][1]}", auth, **timeouts)
    await rest.open()
    try:
        yield portal, rest
    finally:
        await rest.close()
        await runner.cleanup()


def make(base: str, auth: dict[str, Any] | None = None, **timeouts: float) -> Rest:
    settings = {"base_url": base, "auth": AUTH | (auth or {}), "timeouts": timeouts, "max_answer": 200_000}
    return Rest(RestSettings.model_validate(settings), "portal")


def ok(reply: Reply) -> bool:
    return bool(reply.json() == {"error_code": "0"})


async def test_the_login_and_the_place_of_the_session() -> None:
    async with system() as (portal, rest):
        assert ok(await rest.exchange(Post("mapi/g", json={"madonvi": "H49", "session": "", "service": "LayDVC"})))
        assert ok(await rest.exchange(Post("mapi/g", json={"madonvi": "H49"})))
    assert portal.logins == [{"username": "000.00.00.H49", "password": PASSWORD}]
    first, second = (body for _, body in portal.seen)
    assert list(first.items()) == [("madonvi", "H49"), ("session", "phien-1"), ("service", "LayDVC")]
    assert list(second.items()) == [("session", "phien-1"), ("madonvi", "H49")]


async def test_the_session_as_a_header_with_a_prefix() -> None:
    async with system({"place": "header:X-Session", "prefix": "Phien "}) as (portal, rest):
        assert ok(await rest.exchange(Get("a", headers={"x-session": "mine"})))
    assert portal.seen == [("phien-1", {})]


async def test_the_login_body_is_filled_everywhere_and_once() -> None:
    body = {"u": "{username}", "deep": [{"both": "{username}:{password}"}], "n": 1, "t": None}
    async with system({"username": "{password}", "login": AUTH["login"] | {"body": body}}) as (portal, rest):
        await rest.exchange(Post("a", json={}))
    assert portal.logins == [{"u": "{password}", "deep": [{"both": f"{{password}}:{PASSWORD}"}], "n": 1, "t": None}]


async def test_concurrent_requests_share_one_login() -> None:
    async with system() as (portal, rest):
        portal.login_takes = 0.05
        replies = await asyncio.gather(*(rest.exchange(Post("a", json={"n": n})) for n in range(30)))
    assert all(map(ok, replies))
    assert len(portal.logins) == 1


@pytest.mark.parametrize(
    ("status", "answer"),
    [
        (401, {"anything": 1}),
        (200, {"error_code": "-9"}),
        (200, {"error_code": -9}),
        (200, {"error_code": "1", "message": "Lỗi: PHIÊN LÀM VIỆC KHÔNG HỢP LỆ (12)"}),
        (200, {"error_code": "1", "message": unicodedata.normalize("NFD", "Phiên làm việc không hợp lệ")}),
        (500, {"error_code": "1", "message": "phiên làm việc không hợp lệ"}),
    ],
)
async def test_a_session_error_is_repeated_once_with_a_new_session(status: int, answer: dict[str, Any]) -> None:
    async with system() as (portal, rest):
        await rest.exchange(Post("a", json={}))
        portal.gone_status, portal.gone = status, answer
        portal.sessions.clear()
        assert ok(await rest.exchange(Post("a", json={"n": 1})))
    assert [session for session, _ in portal.seen] == ["phien-1", "phien-1", "phien-2"]
    assert portal.seen[1][1] == {"n": 1, "session": "phien-1"}
    assert portal.seen[2][1] == {"n": 1, "session": "phien-2"}


@pytest.mark.parametrize("answer", [{"error_code": "9"}, {"message": "phiên làm việc"}, {"error_code": True}, []])
async def test_other_refusals_are_replies(answer: Any) -> None:
    async with system() as (portal, rest):
        await rest.exchange(Post("a", json={}))
        portal.gone = answer
        portal.sessions.clear()
        assert (await rest.exchange(Post("a", json={}))).json() == answer
    assert len(portal.logins) == 1


async def test_a_long_answer_is_data_not_a_refusal() -> None:
    async with system() as (portal, rest):
        portal.accept = False
        portal.gone = {"error_code": "-9", "filler": "x" * 100_000}
        assert (await rest.exchange(Post("a", json={}))).json() == portal.gone
    assert len(portal.logins) == 1


async def test_a_second_session_error_is_the_reply() -> None:
    async with system() as (portal, rest):
        portal.accept = False
        reply = await rest.exchange(Post("a", json={}))
    assert reply.json()["error_code"] == "-9"
    assert (len(portal.logins), len(portal.seen)) == (2, 2)


async def test_many_rejected_with_the_same_session_log_in_once() -> None:
    async with system() as (portal, rest):
        await rest.exchange(Post("a", json={}))
        portal.sessions.clear()
        replies = await asyncio.gather(*(rest.exchange(Post("a", json={"n": n})) for n in range(30)))
    assert all(map(ok, replies))
    assert len(portal.logins) == 2


async def test_a_late_rejection_does_not_end_the_session_that_came_after() -> None:
    async with system() as (portal, rest):
        await rest.exchange(Post("a", json={}))
        portal.sessions.clear()
        slow = asyncio.create_task(rest.exchange(Post("a", json={"takes": 0.2})))
        await asyncio.sleep(0.02)
        assert ok(await rest.exchange(Post("a", json={})))
        assert not slow.done()
        assert ok(await slow)
    assert len(portal.logins) == 2


async def test_a_session_is_renewed_in_the_last_tenth_of_its_life() -> None:
    now = 1000.0
    sent: list[str] = []

    async def send(request: Request, deadline: float) -> Reply:
        sent.append(request.path)
        return Reply(200, {}, b'{"error_code": 0, "session": "s"}')

    login = SessionLogin(Session.model_validate(AUTH), send, lambda: now, 10)
    for elapsed, path in ((0, "a"), (539, "b"), (541, "c"), (541 + 539, "d"), (541 + 541, "e")):
        now = 1000.0 + elapsed
        await login.exchange(Post(path, json={}), now + 10)
    assert sent == ["mapi/login", "a", "b", "mapi/login", "c", "d", "mapi/login", "e"]


@pytest.mark.parametrize(
    ("status", "answer", "error"),
    [
        (200, {"error_code": "1", "session": "x", "message": PASSWORD}, Misconfigured),
        (200, {"error_code": PASSWORD, "session": "x"}, Misconfigured),
        (200, {"error_code": "0"}, Misconfigured),
        (200, {"error_code": "0", "session": ""}, Misconfigured),
        (200, {"session": "x"}, Misconfigured),
        (401, {"message": PASSWORD}, Misconfigured),
        (404, {}, Misconfigured),
        (302, {}, Misconfigured),
        (408, {}, NotSent),
        (429, {}, NotSent),
        (500, {}, NotSent),
        (503, {}, NotSent),
    ],
)
async def test_a_login_that_fails(status: int, answer: dict[str, Any], error: type[Exception]) -> None:
    async with system() as (portal, rest):
        portal.login_status, portal.login_answer = status, answer
        outcomes = await asyncio.gather(
            *(rest.exchange(Post("a", json={"n": n})) for n in range(5)), return_exceptions=True
        )
    assert [type(outcome) for outcome in outcomes] == [error] * 5
    assert len({id(outcome) for outcome in outcomes}) == 5
    assert portal.seen == [] and len(portal.logins) == 1
    assert PASSWORD not in repr(outcomes)


async def test_a_login_that_does_not_arrive_was_not_sent() -> None:
    login = {"password": PASSWORD}
    with refused_port() as port, full_port() as full:
        for base in (f"http://127.0.0.1:{port}", f"http://127.0.0.1:{full}", "http://absent.invalid"):
            rest = make(base, login, connect=0.2)
            await rest.open()
            with pytest.raises(NotSent):
                await rest.exchange(Post("a", json={}))
            await rest.close()


@pytest.mark.parametrize(
    "speak",
    [silent_after(b""), answering(b""), answering(b"HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\n<html>")],
    ids=["silence", "closed", "html"],
)
async def test_a_login_without_a_usable_answer_was_not_sent(speak: Any) -> None:
    async with wire_server(speak) as wire:
        rest = make(wire.url, read=0.2)
        await rest.open()
        with pytest.raises(NotSent):
            await rest.exchange(Post("a", json={}))
        await rest.close()
    assert len(wire.requests) == 1


async def test_who_waits_no_longer_does_not_end_the_login_of_the_others() -> None:
    async with system() as (portal, rest):
        portal.login_takes = 0.2
        hasty = asyncio.create_task(rest.exchange(Post("a", json={"who": "hasty"}, timeout=0.05)))
        cancelled = asyncio.create_task(rest.exchange(Post("a", json={"who": "cancelled"})))
        patient = asyncio.create_task(rest.exchange(Post("a", json={"who": "patient"})))
        await asyncio.sleep(0.02)
        cancelled.cancel()
        with pytest.raises(NotSent):
            await hasty
        with pytest.raises(asyncio.CancelledError):
            await cancelled
        assert ok(await patient)
    assert len(portal.logins) == 1
    assert [body["who"] for _, body in portal.seen] == ["patient"]


async def test_after_a_session_error_without_time_nothing_was_done() -> None:
    async with system() as (portal, rest):
        await rest.exchange(Post("a", json={}))
        portal.sessions.clear()
        portal.login_takes = 1
        with pytest.raises(NotSent):
            await rest.exchange(Post("a", json={}, timeout=0.2))
    assert len(portal.seen) == 2


async def test_a_lost_request_is_not_repeated() -> None:
    async def speak(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, wire: Any) -> None:
        while True:
            head = await reader.readuntil(b"\r\n\r\n")
            wire.requests.append(head)
            if b"mapi/login" not in head:
                return
            answer = json.dumps({"error_code": 0, "session": "s"}).encode()
            writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(answer) + answer)
            await reader.read(65536)

    async with wire_server(speak) as wire:
        rest = make(wire.url, {"place": "header:X-Session"}, read=1)
        await rest.open()
        with pytest.raises(Lost):
            await rest.exchange(Post("a"))
        await rest.close()
    assert [line.split()[1] for line in wire.request_lines] == ["/mapi/login", "/a"]


async def test_closing_during_a_login() -> None:
    async with system() as (portal, rest):
        portal.login_takes = 5
        waiting = asyncio.create_task(rest.exchange(Post("a", json={})))
        await asyncio.sleep(0.05)
        await rest.close()
        with pytest.raises(NotSent):
            await waiting


async def test_a_session_needs_an_object_to_stand_in() -> None:
    async with system() as (portal, rest):
        for request in (Get("a"), Post("a", json=[1]), Post("a", content=b"{}")):
            with pytest.raises(Misconfigured, match="json:/session"):
                await rest.exchange(request)
    assert portal.seen == []


async def test_the_adapters_request_is_left_as_it_was() -> None:
    async with system() as (_, rest):
        body = {"madonvi": "H49"}
        await rest.exchange(Post("a", json=body))
    assert body == {"madonvi": "H49"}


def test_secrets_are_not_shown() -> None:
    rest = make("http://127.0.0.1:1")
    assert PASSWORD not in repr(rest) + repr(vars(rest)) + repr(rest._settings.model_dump())
