"""OAuth 2.0 client credentials against a gateway that gives tokens, forgets them, and is slow."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any

import pytest
from aiohttp import web

from connectors.auth import OAuth2
from connectors.auth.oauth2 import ClientCredentials
from connectors.auth.token import fresh_for
from connectors.rest import Rest, RestSettings
from lienthong.requests import Lost, Misconfigured, NotSent, Post, Reply, Request
from tests.connectors.servers import answering, full_port, refused_port, silent_after, wire_server

SECRET = "khoa-bi-mat"
AUTH: dict[str, Any] = {"type": "oauth2", "client_id": "khoa", "client_secret": SECRET}
LGSP = {"type": "lgsp_access_token", "access_key": "AK", "secret_key": SECRET, "app_name": "A"}


class Gateway:
    """Gives tokens at /token; other paths want one that it knows."""

    def __init__(self) -> None:
        self.tokens: set[str] = set()
        self.asked: list[tuple[Mapping[str, str], dict[str, str]]] = []
        self.seen: list[tuple[str, str]] = []
        self.headers: list[Mapping[str, str]] = []
        self.answer: dict[str, Any] | None = None
        self.status = 200
        self.takes = 0.0
        self.accept = True
        self.expires_in: Any = 3600

    async def give(self, request: web.Request) -> web.Response:
        form = {name: str(value) for name, value in (await request.post()).items()}
        self.asked.append((request.headers, form))
        await asyncio.sleep(self.takes)
        token = f"token-{len(self.asked)}"
        if self.accept:
            self.tokens.add(token)
        told = {"access_token": token, "scope": "default", "token_type": "Bearer", "expires_in": self.expires_in}
        return web.json_response(told if self.answer is None else self.answer, status=self.status)

    async def call(self, request: web.Request) -> web.Response:
        await asyncio.sleep(0.01)
        token = request.headers.get("Authorization", "").removeprefix("Bearer ")
        self.seen.append((request.path, token))
        self.headers.append(request.headers)
        if token not in self.tokens:
            return web.json_response({"fault": {"code": 900901}}, status=401)
        return web.json_response({"ok": True})


@asynccontextmanager
async def gateway() -> AsyncIterator[tuple[Gateway, str]]:
    served = Gateway()
    app = web.Application()
    app.router.add_post("/token", served.give)
    app.router.add_route("*", "/{rest:.*}", served.call)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        yield served, f"http://127.0.0.1:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()


@asynccontextmanager
async def system(auth: dict[str, Any] | None = None, **settings: Any) -> AsyncIterator[tuple[Gateway, Rest]]:
    async with gateway() as (served, base):
        rest = make(base, auth, **settings)
        await rest.open()
        try:
            yield served, rest
        finally:
            await rest.close()


def make(base: str, auth: dict[str, Any] | None = None, **settings: Any) -> Rest:
    return Rest(RestSettings.model_validate({"base_url": base, "auth": AUTH | (auth or {}), **settings}), "partner")


async def test_the_request_of_the_documents() -> None:
    async with system() as (served, rest):
        assert (await rest.exchange(Post("apiBHXH/tra", json={}))).json() == {"ok": True}
    headers, form = served.asked[0]
    assert headers["Authorization"] == "Basic a2hvYTpraG9hLWJpLW1hdA=="
    assert headers["Content-Type"] == "application/x-www-form-urlencoded"
    assert form == {"grant_type": "client_credentials"}
    assert served.seen == [("/apiBHXH/tra", "token-1")]


async def test_credentials_in_the_body_with_more_fields_and_headers() -> None:
    more = {
        "credentials": "body",
        "form": {"scope": "dan cu", "grant_type": "password", "username": "vidu"},
        "secret_form": {"password": SECRET},
        "headers": {"X-Authentication-Token": "x-1"},
    }
    async with system(more) as (served, rest):
        await rest.exchange(Post("a", json={}))
    headers, form = served.asked[0]
    assert "Authorization" not in headers and headers["X-Authentication-Token"] == "x-1"
    assert form == {
        "grant_type": "password",
        "scope": "dan cu",
        "username": "vidu",
        "password": SECRET,
        "client_id": "khoa",
        "client_secret": SECRET,
    }


async def test_the_access_token_of_a_lgsp_stands_on_both_calls() -> None:
    auth = {"type": "oauth2", "credentials": "none", "client_id": None, "client_secret": None}
    hashed = {"type": "auth_hash", "key_name": "canbo.thu1", "key_pass": SECRET}
    async with gateway() as (served, base):
        rest = Rest(RestSettings.model_validate({"base_url": base, "auth": hashed, "gateway": [auth, LGSP]}), "lgsp")
        await rest.open()
        await rest.exchange(Post("a", json={}))
        await rest.close()
    (asked, form), called = served.asked[0], served.headers[0]
    assert asked["lgspaccesstoken"] == called["lgspaccesstoken"] != ""
    assert "Authorization" not in asked and "AuthHash" not in asked and form == {"grant_type": "client_credentials"}
    assert called["Authorization"] == "Bearer token-1" and called["AuthHash"] == "Y2FuYm8udGh1MTpraG9hLWJpLW1hdA=="


async def test_tokens_of_another_host_get_nothing_that_is_meant_for_the_partner() -> None:
    async with gateway() as (served, base), gateway() as (tokens, other):
        rest = make(base, {"token_url": f"{other}/token"}, headers={"X-Road-Client": "a"}, params={"k": "v"})
        await rest.open()
        served.tokens.add("token-1")
        assert (await rest.exchange(Post("a", json={}))).status == 200
        await rest.close()
        await rest.close()
    assert (len(served.asked), len(tokens.asked), len(served.seen)) == (0, 1, 1)
    assert "X-Road-Client" not in tokens.asked[0][0] and "X-Road-Client" in served.headers[0]


async def test_fifty_at_once_share_one_request_for_a_token() -> None:
    async with system() as (served, rest):
        served.takes = 0.05
        replies = await asyncio.gather(*(rest.exchange(Post("a", json={"n": n})) for n in range(50)))
    assert [reply.status for reply in replies] == [200] * 50
    assert len(served.asked) == 1


async def test_fifty_with_a_revoked_token_share_one_more() -> None:
    async with system() as (served, rest):
        await rest.exchange(Post("a", json={}))
        served.tokens.clear()
        replies = await asyncio.gather(*(rest.exchange(Post("a", json={"n": n})) for n in range(50)))
    assert [reply.status for reply in replies] == [200] * 50
    assert len(served.asked) == 2


async def test_a_second_refusal_is_the_reply() -> None:
    async with system() as (served, rest):
        served.accept = False
        assert (await rest.exchange(Post("a", json={}))).status == 401
    assert (len(served.asked), len(served.seen)) == (2, 2)


async def test_a_revoked_token_told_with_200() -> None:
    expired = [{"pointer": "/fault/code", "values": [900901]}]
    async with system({"expired": expired}) as (served, rest):
        await rest.exchange(Post("a", json={}))
        assert (await rest.exchange(Post("a", json={}))).status == 200
    assert len(served.asked) == 1


class Clockwork:
    """A clock that is set by hand, and tokens with a life."""

    def __init__(self, life: Any, **settings: Any) -> None:
        self.now = 1000.0
        self.life = life
        self.sent: list[str] = []
        self.down = False
        settings = {"type": "oauth2", "client_id": "khoa", "client_secret": SECRET} | settings
        self.auth = ClientCredentials(OAuth2.model_validate(settings), self.send, self.ask, lambda: self.now, 10)

    async def ask(self, request: Request, deadline: float) -> Reply:
        if self.down:
            raise NotSent("no connection")
        self.sent.append("token")
        life = "" if self.life is None else f', "expires_in": {self.life}'
        return Reply(200, {}, f'{{"access_token": "t"{life}}}'.encode())

    async def send(self, request: Request, deadline: float) -> Reply:
        self.sent.append(request.path)
        return Reply(200, {}, b"{}")

    async def at(self, elapsed: float, path: str) -> None:
        self.now = 1000.0 + elapsed
        await self.auth.exchange(Post(path, json={}), self.now + 10)
        for _ in range(3):
            await asyncio.sleep(0)


@pytest.mark.parametrize("life", [100, '"100"', 100.0])
async def test_a_token_is_renewed_before_its_end_while_the_old_one_is_used(life: Any) -> None:
    clock = Clockwork(life, refresh=0.9, margin=30)
    for elapsed, path in ((0, "a"), (69, "b"), (71, "c"), (72, "d"), (300, "e")):
        await clock.at(elapsed, path)
    assert clock.sent == ["token", "a", "b", "c", "token", "d", "token", "e"]


@pytest.mark.parametrize("life", [None, "null", '"soon"', "true", -1, 0, "[]", '"1e999"'])
async def test_a_life_that_is_not_told_is_as_configured(life: Any) -> None:
    clock = Clockwork(life, lifetime="5m", margin=0, refresh=1)
    for elapsed, path in ((0, "a"), (299, "b"), (301, "c")):
        await clock.at(elapsed, path)
    assert clock.sent == ["token", "a", "b", "token", "c"]


async def test_a_token_lives_on_while_no_new_one_can_be_had() -> None:
    clock = Clockwork(100)
    await clock.at(0, "a")
    clock.down = True
    await clock.at(75, "b")
    await clock.at(99, "c")
    with pytest.raises(NotSent):
        await clock.at(101, "d")
    assert clock.sent == ["token", "a", "b", "c"]


@pytest.mark.parametrize(
    ("life", "refresh", "margin", "fresh"),
    [(3600, 0.9, 30, 3240), (100, 0.9, 30, 70), (20, 0.9, 30, 10), (3600, 0.1, 30, 360), (10, 1, 0, 10)],
)
def test_when_it_is_time(life: float, refresh: float, margin: float, fresh: float) -> None:
    settings = OAuth2.model_validate(AUTH | {"refresh": refresh, "margin": margin})
    assert fresh_for(settings, life) == pytest.approx(fresh)


@pytest.mark.parametrize(
    ("status", "answer", "error"),
    [
        (401, {"error": "invalid_client", "error_description": SECRET}, Misconfigured),
        (400, {"error": "invalid_grant"}, Misconfigured),
        (403, {}, Misconfigured),
        (404, {}, Misconfigured),
        (302, {}, Misconfigured),
        (200, {"error": "invalid_client", "access_token": "x"}, Misconfigured),
        (200, {"access_token": ""}, Misconfigured),
        (200, {"access_token": "a\r\nb"}, Misconfigured),
        (200, {"access_token": 7}, Misconfigured),
        (200, {"token": SECRET}, Misconfigured),
        (400, {"error": "temporarily_unavailable"}, NotSent),
        (408, {}, NotSent),
        (429, {}, NotSent),
        (500, {}, NotSent),
        (503, {}, NotSent),
    ],
)
async def test_a_token_that_is_not_given(status: int, answer: dict[str, Any], error: type[Exception]) -> None:
    async with system() as (served, rest):
        served.status, served.answer = status, answer
        outcomes = await asyncio.gather(
            *(rest.exchange(Post("a", json={"n": n})) for n in range(5)), return_exceptions=True
        )
    assert [type(outcome) for outcome in outcomes] == [error] * 5
    assert served.seen == [] and len(served.asked) == 1
    assert SECRET not in repr(outcomes) and "a2hvYTpra" not in repr(outcomes)


async def test_the_partners_word_for_a_refusal_is_told() -> None:
    async with system() as (served, rest):
        served.status, served.answer = 401, {"error": "invalid_client"}
        with pytest.raises(Misconfigured, match=r"status 401 \(invalid_client\); check token_url, client_id"):
            await rest.exchange(Post("a", json={}))


@pytest.mark.parametrize(
    "speak",
    [silent_after(b""), answering(b""), answering(b"HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\n<html>")],
    ids=["silence", "closed", "html"],
)
async def test_an_endpoint_without_a_usable_answer_means_nothing_was_sent(speak: Any) -> None:
    async with gateway() as (served, base), wire_server(speak) as wire:
        rest = make(base, {"token_url": f"{wire.url}/token"}, timeouts={"read": 0.2})
        await rest.open()
        with pytest.raises(NotSent):
            await rest.exchange(Post("a", json={}))
        await rest.close()
    assert served.seen == [] and len(wire.requests) == 1


async def test_an_endpoint_that_is_not_there_means_nothing_was_sent() -> None:
    async with gateway() as (served, base):
        with refused_port() as port, full_port() as full:
            for away in (f"http://127.0.0.1:{port}/token", f"http://127.0.0.1:{full}/token"):
                rest = make(base, {"token_url": away}, timeouts={"connect": 0.2})
                await rest.open()
                with pytest.raises(NotSent):
                    await rest.exchange(Post("a", json={}))
                await rest.close()
    assert served.seen == []


async def test_a_slow_endpoint_costs_the_hasty_nothing_but_time() -> None:
    async with system() as (served, rest):
        served.takes = 0.2
        hasty = asyncio.create_task(rest.exchange(Post("a", json={}, timeout=0.05)))
        patient = asyncio.create_task(rest.exchange(Post("b", json={})))
        with pytest.raises(NotSent):
            await hasty
        assert (await patient).status == 200
    assert [path for path, _ in served.seen] == ["/b"] and len(served.asked) == 1


async def test_a_lost_request_is_not_repeated() -> None:
    async with gateway() as (tokens, other), wire_server(answering(b"")) as wire:
        rest = make(wire.url, {"token_url": f"{other}/token"})
        await rest.open()
        with pytest.raises(Lost):
            await rest.exchange(Post("a", json={}))
        await rest.close()
    assert len(wire.requests) == 1 and len(tokens.asked) == 1


async def test_a_session_is_opened_with_the_gateways_token() -> None:
    session = {
        "type": "session",
        "username": "u",
        "password": SECRET,
        "login": {"path": "login", "token": "/ok"},
        "place": "header:X-Session",
    }
    async with gateway() as (served, base):
        rest = Rest(RestSettings.model_validate({"base_url": base, "auth": session, "gateway": [AUTH]}), "portal")
        await rest.open()
        with pytest.raises(Misconfigured):  # the gateway says {"ok": true}, which is no session
            await rest.exchange(Post("a", json={}))
        await rest.close()
    assert served.seen == [("/login", "token-1")]


def test_secrets_are_not_shown() -> None:
    rest = make("http://127.0.0.1:1", {"secret_form": {"password": SECRET}})
    assert SECRET not in repr(rest) + repr(vars(rest)) + repr(rest._settings.model_dump())
